//! Staff from a table: people and their roles. One person may stand in several rows, one for each role.

use super::report::{BadRow, Report};
use super::sheet::{Column, Line, Sheet};
use super::table::Table;
use super::vocabulary::{SCIENTIFIC, is_scientific, member, words};
use domain::people::{Employment, Role, login};
use domain::words::labelled::Labelled;
use domain::words::mask;
use domain::words::phone::{Phone, Unreadable};
use std::collections::HashMap;

/// The longest name of a person, characters.
const LONGEST_NAME: usize = 50;
/// The longest area code, unit or team name, characters.
const LONGEST_PLACE: usize = 100;

const COLUMNS: [Column; 8] = [
    Column { word: "login", names: &["登录名", "登录账号", "账号", "用户名"], required: true },
    Column { word: "name", names: &["姓名"], required: true },
    Column {
        word: "phone",
        names: &["手机号", "手机号码", "手机", "电话", "联系电话", "联系方式"],
        required: false,
    },
    Column { word: "role", names: &["角色", "岗位"], required: true },
    Column {
        word: "area_code",
        names: &["区域编码", "区域代码", "网格编码", "所属网格编码"],
        required: false,
    },
    Column { word: "unit_name", names: &["单位", "单位名称", "承办单位"], required: false },
    Column { word: "team_name", names: &["队伍", "队伍名称", "志愿服务队"], required: false },
    Column { word: "employment", names: &["用工性质", "专兼职"], required: false },
];

/// What people call a role besides its label.
const ROLES: [(&str, Role); 7] = [
    ("联络员", Role::Liaison),
    ("楼长", Role::BuildingLead),
    ("志愿者", Role::Volunteer),
    ("党员", Role::Volunteer),
    ("调度员", Role::Dispatcher),
    ("督办", Role::Supervisor),
    ("审计", Role::Auditor),
];

/// What a role is bound to. Its scope is that and everything below.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bound {
    /// An area, by its code.
    Area(String),
    /// A unit, by its name.
    Unit(String),
    /// A team, by its name.
    Team(String),
}

/// One role of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleBinding {
    /// Its line in the file.
    pub line: usize,
    /// The role; never a resident's.
    pub role: Role,
    /// What it is bound to. The caller looks it up.
    pub bound: Bound,
    /// Full- or part-time in this role, where the file says it.
    pub employment: Option<Employment>,
}

/// One person with all roles, checked.
#[derive(Clone, PartialEq, Eq)]
pub struct StaffRecord {
    /// Login name, unique among the records: 3 to 32 of `a-z 0-9 _ . -`.
    pub login: String,
    /// Name, 1 to 50 characters.
    pub name: String,
    /// Mobile number in normal form (`domain::words::phone`).
    pub phone: Option<String>,
    /// The roles, at least one, in the order of the file.
    pub roles: Vec<RoleBinding>,
}

impl std::fmt::Debug for StaffRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StaffRecord")
            .field("login", &self.login)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

/// The people of the table in the order of their first rows, or every bad row and nobody.
#[must_use]
pub fn parse_staff(table: &Table) -> (Vec<StaffRecord>, Vec<BadRow>) {
    let mut report = Report::default();
    let sheet = Sheet::open(table, &COLUMNS, &mut report);
    let mut people: Vec<StaffRecord> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in sheet.lines() {
        let person = read(line, &mut report);
        if person.login.is_empty() {
            continue;
        }
        let place = *places.entry(person.login.clone()).or_insert(people.len());
        match people.get_mut(place) {
            Some(known) => join(known, person, line, &mut report),
            None => people.push(person),
        }
    }
    report.close(people)
}

/// Reads one row. What is bad is reported.
fn read(line: Line, report: &mut Report) -> StaffRecord {
    let login = login::read(line.get("login"));
    if !login::is_sound(&login) {
        let zh = "应为3到32个小写字母、数字或_.-";
        report.add(line.number, "login", &login, zh, "must be 3 to 32 lower-case letters, digits or _.-");
    }
    let name = line.get("name");
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        report.add(line.number, "name", name, "应为1到50个字", "must have 1 to 50 characters");
    }
    let role = role(line, report);
    let employment = line.filled("employment").and_then(|cell| {
        let employment = member(cell, &[]);
        if employment.is_none() {
            let zh = format!("应为:{}", words(Employment::zh));
            report.add(line.number, "employment", cell, zh, format!("one of {}", words(Employment::as_str)));
        }
        employment
    });
    let binding = role.and_then(|role| {
        Some(RoleBinding { line: line.number, role, bound: bound(line, role, report)?, employment })
    });
    StaffRecord {
        login,
        name: name.to_owned(),
        phone: mobile(line, report),
        roles: binding.into_iter().collect(),
    }
}

fn role(line: Line, report: &mut Report) -> Option<Role> {
    let cell = line.get("role");
    let role = member(cell, &ROLES);
    match role {
        None => {
            let zh = format!("角色应为:{}", words(Role::zh));
            report.add(line.number, "role", cell, zh, format!("one of {}", words(Role::as_str)));
        }
        Some(Role::Resident) => {
            report.add(
                line.number,
                "role",
                cell,
                "居民不从人员表导入",
                "residents are not imported as staff",
            );
        }
        Some(_) => {}
    }
    role
}

fn mobile(line: Line, report: &mut Report) -> Option<String> {
    let cell = line.filled("phone")?;
    let (zh, en) = match Phone::read(cell) {
        Ok(phone) if phone.is_mobile() => return Some(phone.number().to_owned()),
        Err(why @ (Unreadable::Several | Unreadable::Rounded)) => (why.zh(), why.to_string()),
        Ok(_) | Err(Unreadable::NoNumber) => {
            ("不是有效的11位手机号", "not a mainland mobile number of 11 digits".to_owned())
        }
    };
    report.add(line.number, "phone", &mask::mask_phone(cell), zh, en);
    Some(domain::words::phone::normalise(cell))
}

type Make = fn(String) -> Bound;

/// What the row binds the role to: a unit handler to a unit, a volunteer to a team or an area, others to an area.
fn bound(line: Line, role: Role, report: &mut Report) -> Option<Bound> {
    const PLACES: [(&str, Make); 3] =
        [("area_code", Bound::Area), ("unit_name", Bound::Unit), ("team_name", Bound::Team)];
    let filled: Vec<_> = PLACES.iter().filter(|(field, _)| line.filled(field).is_some()).collect();
    let (fields, zh, en): (&[&str], _, _) = match role {
        Role::UnitHandler => (&["unit_name"], "只填单位", "give the unit and nothing else"),
        Role::Volunteer => (&["team_name", "area_code"], "只填队伍或区域", "give either a team or an area"),
        _ => (&["area_code"], "只填区域", "give the area and nothing else"),
    };
    let [(field, make)] = filled.as_slice() else {
        let field = filled.iter().map(|(field, _)| *field).find(|field| !fields.contains(field));
        let field = field.or_else(|| fields.first().copied()).unwrap_or("*");
        report.add(line.number, field, line.get(field), format!("这个角色{zh}"), en);
        return None;
    };
    let cell = if *field == "area_code" { line.plain(field) } else { line.get(field).to_owned() };
    if !fields.contains(field) {
        report.add(line.number, field, &cell, format!("这个角色{zh}"), en);
    } else if cell.chars().count() > LONGEST_PLACE {
        report.add(line.number, field, &cell, "超过100个字", "more than 100 characters");
    } else if *field == "area_code" && is_scientific(&cell) {
        report.add(line.number, field, &cell, SCIENTIFIC.0, SCIENTIFIC.1);
    }
    Some(make(cell))
}

/// Adds a further row of a person: the same name, the same phone or none, another role or another place.
fn join(known: &mut StaffRecord, person: StaffRecord, line: Line, report: &mut Report) {
    if known.name != person.name {
        let zh = "同一登录名的姓名不一致";
        report.add(line.number, "name", &person.name, zh, "another name for the same login");
    }
    match (&known.phone, person.phone) {
        (Some(one), Some(other)) if *one != other => {
            let zh = "同一登录名的手机号不一致";
            report.add(
                line.number,
                "phone",
                &mask::mask_phone(&other),
                zh,
                "another phone for the same login",
            );
        }
        (None, other) => known.phone = other,
        _ => {}
    }
    for binding in person.roles {
        let earlier = known.roles.iter().find(|k| k.role == binding.role && k.bound == binding.bound);
        if let Some(earlier) = earlier {
            let (at, cell) = (earlier.line, line.get("role"));
            report.add(line.number, "role", cell, format!("与第{at}行重复"), format!("same as line {at}"));
        } else {
            known.roles.push(binding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "login,name,phone,role,area_code,unit_name,team_name,employment\n";

    fn parse(rows: &str) -> (Vec<StaffRecord>, Vec<(usize, String)>) {
        let (people, bad) = parse_staff(&Table::read(format!("{HEADER}{rows}").as_bytes()).unwrap());
        assert!(bad.is_empty() || people.is_empty());
        for bad in &bad {
            assert!(
                !bad.reason.is_ascii() && !bad.reason_en.is_empty() && bad.reason_en.is_ascii(),
                "{bad:?}"
            );
        }
        (people, bad.into_iter().map(|bad| (bad.line, bad.field)).collect())
    }

    #[test]
    fn one_person_has_many_roles() {
        let (people, bad) = parse(
            "wang.xm,王小明,+86 138-1234-5678,网格员,G1,,,专职\n\
             li_hua,李华,,unit_handler,,供水公司,,\n\
             wang.xm,王小明,,志愿者,,,七彩志愿服务队,part_time\n\
             wang.xm,王小明,13812345678,grid_worker,G2,,,\n",
        );
        assert_eq!(bad, vec![]);
        assert_eq!(people.iter().map(|p| p.login.as_str()).collect::<Vec<_>>(), ["wang.xm", "li_hua"]);
        let bound = |role, bound, employment, line| RoleBinding { line, role, bound, employment };
        assert_eq!(people[0].phone.as_deref(), Some("13812345678"));
        assert_eq!(
            people[0].roles,
            [
                bound(Role::GridWorker, Bound::Area("G1".into()), Some(Employment::FullTime), 2),
                bound(Role::Volunteer, Bound::Team("七彩志愿服务队".into()), Some(Employment::PartTime), 4),
                bound(Role::GridWorker, Bound::Area("G2".into()), None, 5),
            ]
        );
        assert_eq!(people[1].roles, [bound(Role::UnitHandler, Bound::Unit("供水公司".into()), None, 3)]);
        assert!(!format!("{people:?}").contains("138") && !format!("{people:?}").contains("王小明"));
    }

    #[test]
    fn gbk_with_chinese_headers_is_read() {
        let text = "登录名,姓名,手机号,角色,区域编码,备注\r\nzhang3,张三,13900001111,社区管理员,610523001001,值班\r\n";
        let (bytes, _, _) = encoding_rs::GBK.encode(text);
        let (people, bad) = parse_staff(&Table::read(&bytes).unwrap());
        assert_eq!((people.len(), bad), (1, vec![]));
        assert_eq!(people[0].roles[0].role, Role::Dispatcher);
    }

    #[test]
    fn every_bad_cell_is_named() {
        let long = "长".repeat(101);
        for (row, fields) in [
            ("ab,王,,网格员,G1,,,", &["login"][..]),
            ("Wang,王,,网格员,G1,,,", &["login"]),
            ("王小明,王,,网格员,G1,,,", &["login"]),
            (",王,,网格员,G1,,,", &["login"]),
            (&format!("{},王,,网格员,G1,,,", "a".repeat(33)), &["login"]),
            ("wang,,,网格员,G1,,,", &["name"]),
            (&format!("wang,{long},,网格员,G1,,,"), &["name"]),
            ("wang,王,1381234567,网格员,G1,,,", &["phone"]),
            ("wang,王,12812345678,网格员,G1,,,", &["phone"]),
            ("wang,王,1.38123E+10,网格员,G1,,,", &["phone"]),
            ("wang,王,13812345678/13912345678,网格员,G1,,,", &["phone"]),
            ("wang,王,0913-3212345,网格员,G1,,,", &["phone"]),
            ("wang,王,13812345678.5,网格员,G1,,,", &["phone"]),
            ("wang,王,,皇帝,G1,,,", &["role"]),
            ("wang,王,,,G1,,,", &["role"]),
            ("wang,王,,居民,G1,,,", &["role"]),
            ("wang,王,,网格员,,,,", &["area_code"]),
            ("wang,王,,网格员,,供水公司,,", &["unit_name"]),
            ("wang,王,,网格员,G1,,七彩队,", &["team_name"]),
            ("wang,王,,网格员,6.1E+11,,,", &["area_code"]),
            ("wang,王,,承办单位,G1,,,", &["area_code"]),
            ("wang,王,,承办单位,,,,", &["unit_name"]),
            (&format!("wang,王,,承办单位,,{long},,"), &["unit_name"]),
            ("wang,王,,党员,,,,", &["team_name"]),
            ("wang,王,,党员,G1,,七彩队,", &["team_name"]),
            ("wang,王,,党员,,供水公司,,", &["unit_name"]),
            ("wang,王,,网格员,G1,,,临时", &["employment"]),
            ("w,,1,x,,,,y", &["login", "name", "role", "employment", "phone"]),
        ] {
            let expected: Vec<_> = fields.iter().map(|field| (2, (*field).to_owned())).collect();
            assert_eq!(parse(row), (vec![], expected), "{row}");
        }
    }

    #[test]
    fn numbers_are_read_as_spreadsheets_write_them() {
        for cell in [
            "13812345678.0",
            "1.3812345678E10",
            "'13812345678",
            "\u{202D}138 1234 5678\u{202C}",
            "=\"\"13812345678\"\"",
        ] {
            let cell = if cell.starts_with('=') { format!("\"{cell}\"") } else { cell.to_owned() };
            let (people, bad) = parse(&format!("wang,王,{cell},网格员,G1,,,\n"));
            assert_eq!(bad, vec![], "{cell}");
            assert_eq!(people[0].phone.as_deref(), Some("13812345678"), "{cell}");
        }
    }

    #[test]
    fn rows_of_one_login_agree() {
        let first = "wang,王小明,13812345678,网格员,G1,,,\n";
        for (second, field) in [
            ("wang,王大明,,网格员,G2,,,", "name"),
            ("wang,王小明,13812345679,网格员,G2,,,", "phone"),
            ("wang,王小明,,网格员,G1,,,兼职", "role"),
        ] {
            assert_eq!(parse(&format!("{first}{second}")).1, [(3, field.to_owned())], "{second}");
        }
    }

    #[test]
    fn a_report_shows_no_phone() {
        let text = format!("{HEADER}wang,王,138123456789,网格员,G1,,,\nwang,王,13812345678,网格员,G2,,,\n");
        let (_, bad) = parse_staff(&Table::read(text.as_bytes()).unwrap());
        let json = serde_json::to_string(&bad).unwrap();
        assert!(json.contains("138*****6789") && !json.contains("123456"), "{json}");
        assert!(json.contains(r#""reasonEn""#), "{json}");
    }
}
