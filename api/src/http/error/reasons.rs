//! What is wrong with a field, in Chinese: one table for all reasons, which are written in English where they arise. `{}`
//! stands for what differs (a number, a list), and stays as it is.

/// English and Chinese.
const REASONS: &[(&str, &str)] = &[
    ("required", "不能为空"),
    ("unknown field", "没有这个字段"),
    ("unknown", "无法识别"),
    ("twice", "重复了"),
    ("empty: leave it out", "为空时请不要带上这个参数"),
    ("not found", "不存在"),
    ("not in use", "已停用"),
    ("not one of ours", "不是本系统给出的值"),
    ("an unknown state", "没有这个状态"),
    ("cannot be read", "无法读取"),
    (
        "no HTTP; what is not ASCII in an address is percent-encoded (UTF-8)",
        "不是有效的 HTTP 请求；网址中的汉字等须先按 UTF-8 做百分号编码，如 %E6%BC%8F",
    ),
    ("not acceptable", "值无效"),
    ("plain text only", "只能是普通文本"),
    ("NUL characters are not accepted", "不能含有空字符"),
    ("for staff only", "仅工作人员可填"),
    (
        "needed with {}: how it came in, such as visit or phone",
        "填写 {} 时请说明来源，如 visit（上门）、phone（电话）",
    ),
    ("text", "应为文本"),
    ("true or false", "应为 true 或 false"),
    ("a whole number", "应为整数"),
    ("a number", "应为数字"),
    ("a list", "应为列表"),
    ("an object", "应为对象"),
    ("one of {}", "只能是：{}"),
    ("a time such as 2026-11-22T18:04:05+08:00", "应为时间，格式如 2026-11-22T18:04:05+08:00"),
    ("not JSON at line {} column {}", "不是有效的 JSON：第{}行第{}列"),
    (
        "half a character (a lone surrogate, \\ud800 to \\udfff) at line {} column {}",
        "半个字符（单独的代理项 \\ud800 至 \\udfff）：第{}行第{}列",
    ),
    ("an id is a positive whole number in a string", "编号应为字符串形式的正整数，如 \"42\""),
    ("exactly one of areaId, unitId, teamId", "areaId、unitId、teamId 只能填一个"),
    ("exactly one field named file", "只能有一个名为 file 的字段"),
    ("everybody is a resident without it", "居民身份无需设置"),
    ("this role is bound to something else", "该角色不能绑定到这里"),
    ("logs in without a password", "该账号不用密码登录"),
    ("resident, handler, creator or former", "只能是：resident、handler、creator、former"),
    ("createdAt, -createdAt, dueAt or -dueAt", "只能是：createdAt、-createdAt、dueAt、-dueAt"),
    ("any, suspend, extend or hand_back", "只能是：any、suspend、extend、hand_back"),
    ("person, team or unit", "只能是：person、team、unit"),
    ("area, team, unit or person", "只能是：area、team、unit、person"),
    ("not with part=former", "不能与 part=former 同用"),
    ("not with a level", "不能与 level 同用"),
    ("a level or scopes", "请填 level 或 scopes"),
    ("not the same as from", "不能与 from 相同"),
    ("00:00 to 23:59", "应在 00:00 至 23:59 之间"),
    ("years 0 to 9999", "年份应在 0 至 9999 之间"),
    ("0 or more", "不能小于 0"),
    ("0 … 25", "应在 0 至 25 之间"),
    ("14 characters", "应为14个字符"),
    ("a whole order number such as DL-261122-00123", "应为完整的工单编号，如 DL-261122-00123"),
    ("the last four digits of a telephone", "应为电话号码的后四位数字"),
    ("at most {} characters", "最多{}个字"),
    ("at most {} bytes", "最多{}字节"),
    ("at most {}", "最多{}个"),
    ("{} to {} characters", "应为{}至{}个字"),
    ("3 to 32 small letters, digits or _.-", "应为3至32个小写字母、数字或 _.-"),
    ("1 to 32 letters, digits or _.-", "应为1至32个字母、数字或 _.-"),
    ("1 to 6 capitals or digits, a capital first", "应为1至6个大写字母或数字，以大写字母开头"),
    ("{} to {}", "应在 {} 至 {} 之间"),
    ("no | in a name", "名称中不能有 |"),
    ("only grids have a class", "只有网格才有类别"),
    ("WGS-84 degrees in China", "应为中国境内的 WGS-84 经纬度"),
    ("the parent must be of a higher level", "上级区域的层级应更高"),
    ("a pooled order keeps its slots", "待认领的订单不能改名额"),
    ("a fully anonymous order names nobody", "完全匿名的订单不能写明任何人"),
    ("not a photo of yours, or used already", "不是您上传的照片，或已用过"),
    ("the photo is larger than {} MB", "照片超过{}MB"),
    ("the file is no jpeg, png or webp picture", "不是 jpeg、png 或 webp 图片"),
    ("the picture is damaged", "图片已损坏"),
    ("the picture has too many pixels", "图片像素过多"),
    ("not a form: {}", "不是有效的表单：{}"),
    ("the body did not arrive whole{}", "请求内容没有传完{}"),
    ("a WebSocket handshake is needed", "需要 WebSocket 握手"),
    ("not a telephone number", "不是有效的电话号码"),
    ("more than one number: give one", "只能填一个电话号码"),
    ("a spreadsheet rounded it; format the column as text", "被表格软件改成了科学计数法，请把该列设为文本"),
    ("not a mainland mobile number of 11 digits", "应为11位大陆手机号"),
    (
        "at least 8 characters of 3 classes: small letters, capitals, digits, signs",
        "至少8个字符，包含小写字母、大写字母、数字、符号中的三类",
    ),
    ("the same as the old one", "不能与旧密码相同"),
    ("made of the log-in name", "不能由登录名组成"),
    (
        "one that is tried first: made of common words, rows of keys, years or dates",
        "太常见：由常用词、键盘顺序、年份或日期组成",
    ),
    ("more than {} new people need one: the file has {}", "超过{}个新账号时需要统一初始密码：文件中有{}个"),
    ("the file is a heic picture", "这是 HEIC 图片"),
];

/// The reason in Chinese, if the table has it.
#[must_use]
pub fn zh(reason: &str) -> Option<String> {
    REASONS.iter().find_map(|(en, zh)| {
        let differs = parts(en, reason)?;
        let mut told = String::new();
        let mut differs = differs.into_iter();
        for (n, piece) in zh.split("{}").enumerate() {
            if n > 0 {
                told.push_str(differs.next()?);
            }
            told.push_str(piece);
        }
        Some(told)
    })
}

/// What stands for each `{}` of the pattern, if the text is like it.
fn parts<'a>(pattern: &str, text: &'a str) -> Option<Vec<&'a str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    let mut pieces = pieces.peekable();
    while let Some(piece) = pieces.next() {
        let at = if pieces.peek().is_none() && piece.is_empty() { rest.len() } else { rest.find(piece)? };
        found.push(rest.get(..at)?);
        rest = rest.get(at + piece.len()..)?;
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_stays() {
        for (en, expected) in [
            ("required", "不能为空"),
            ("at most 60 characters", "最多60个字"),
            ("at most 9", "最多9个"),
            ("1 to 100", "应在 1 至 100 之间"),
            ("1 to 100 characters", "应为1至100个字"),
            ("one of `normal`, `high`", "只能是：`normal`, `high`"),
            ("not JSON at line 3 column 12", "不是有效的 JSON：第3行第12列"),
            ("the body did not arrive whole", "请求内容没有传完"),
            ("the body did not arrive whole: eof", "请求内容没有传完: eof"),
        ] {
            assert_eq!(zh(en).as_deref(), Some(expected), "{en}");
        }
        assert_eq!(zh("something else"), None);
    }

    #[test]
    fn every_reason_is_found_as_itself() {
        for (en, zh_of) in REASONS {
            let sample = en.replace("{}", "7");
            let told = zh(&sample).unwrap();
            assert_eq!(told, zh_of.replace("{}", "7"), "{en} is hidden by a pattern before it");
        }
    }
}
