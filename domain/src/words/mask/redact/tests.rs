//! Tables of what is hidden in a text and what stays.

use super::*;
use proptest::prelude::*;

#[test]
fn numbers_are_hidden_in_place() {
    for (text, redacted) in [
        ("请打13812345678找我", "请打138****5678找我"),
        ("电话138-1234-5678。", "电话138-****-5678。"),
        ("+86 138 1234 5678", "+86 138 **** 5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("一三八一二三四五六七八", "一三八****五六七八"),
        ("1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣", "1️⃣3️⃣8️⃣*️⃣*️⃣*️⃣*️⃣5️⃣6️⃣7️⃣8️⃣"),
        ("138\u{200B}1234\u{2011}5678", "138\u{200B}****\u{2011}5678"),
        ("13812345678转1234", "138****5678转****"),
        ("0913-3212345", "0913-*****45"),
        ("（0913）321-2345", "（0913）***-**45"),
        ("09133212345转801", "0913*****45转***"),
        ("0913-3212345 转分机 801。", "0913-*****45 转分机 ***。"),
        ("010-65529988", "010-******88"),
        ("010 6552 9988", "010 **** **88"),
        ("+86 913 3212345", "+86 9** *****45"),
        ("座机3212345", "座机*****45"),
        ("电话：321-2345", "电话：***-**45"),
        ("联系87654321王", "联系******21王"),
        ("打8765 4321", "打**** **21"),
        ("321-2345", "***-**45"),
        ("香港+852 2345 6789", "香港+852 **** **89"),
        ("00852 23456789", "00852 ******89"),
        ("852-23456789", "852-******89"),
        ("+44 20 7946 0958", "+44 2* **** **58"),
        ("身份证610523199001011234", "身份证610***************"),
        ("身份证61052319900101123x,急", "身份证610***************,急"),
        ("610523 19900101 123X", "610*** ******** ****"),
        ("６１０５２３１９９００１０１１２３Ｘ", "６１０***************"),
        ("610523900101123", "610************"),
        ("卡号6222 0212 3456 7890 128", "卡号6222 **** **** ***0 128"),
    ] {
        assert_eq!(redact(text), redacted, "{text}");
        assert!(contains_personal(text), "{text}");
    }
}

#[test]
fn doors_are_hidden_in_place() {
    for (text, redacted) in [
        ("3-2-501漏水", "*-*-***漏水"),
        ("3—2—501", "*—*—***"),
        ("３－２－５０１", "*－*－***"),
        ("3#2-501", "*#*-***"),
        ("3#501漏水", "*#***漏水"),
        ("A-1203没电", "*-****没电"),
        ("12-301室", "**-***室"),
        ("3号楼2单元501室漏水", "3号楼2单元***室漏水"),
        ("3號樓2單元501室漏水", "3號樓2單元***室漏水"),
        ("3号楼2单元 501", "3号楼2单元 ***"),
        ("三号楼二单元五零一", "三号楼二单元***"),
        ("五号楼五零一室", "五号楼***室"),
        ("A座1203", "A座****"),
        ("2栋301漏水", "2栋***漏水"),
        ("住在501室", "住在***室"),
        ("502户反映", "***户反映"),
        ("4组17户漏水", "4组**户漏水"),
        ("西郊3排4号", "西郊3排*号"),
        ("房号0501", "房号****"),
        ("我家501漏水", "我家***漏水"),
        ("十二号院", "**号院"),
        ("Room 502", "Room ***"),
        ("Flat 3B", "Flat **"),
        ("6楼602户", "6楼***户"),
        ("301房没热水", "***房没热水"),
        ("西侧第二户", "西侧第*户"),
        ("东头第3家", "东头第*家"),
        ("三楼东户", "三楼*户"),
        ("人民路12号门前", "人民路**号门前"),
        ("大榜村3组12号", "大榜村3组**号"),
        ("3单元5号", "3单元*号"),
        ("门牌12", "门牌**"),
        ("门牌号：十二", "门牌号：**"),
    ] {
        assert_eq!(redact(text), redacted, "{text}");
        assert!(contains_personal(text), "{text}");
    }
}

#[test]
fn numbers_glued_to_others_do_not_slip_through() {
    for text in ["15 13812345678", "13812345678501室", "1381234567813912345678", "2026-11-2213812345678"] {
        let redacted = redact(text);
        assert!(!redacted.contains("1234"), "{text} → {redacted}");
    }
}

#[test]
fn ordinary_text_stays() {
    for text in [
        "",
        "楼道灯坏了",
        "DL-261122-00123",
        "拨打12345或110",
        "热线400-820-8820",
        "2026-11-22 18:30:00",
        "2026年11月22日",
        "20261122",
        "26-11-22",
        "610523001001",
        "三楼二单元",
        "3号楼2单元楼道",
        "编号000000000000000000",
        "12812345678",
        "三室两厅",
        "2室1厅",
        "影响50户居民",
        "3000000元",
        "3000-5000元",
        "2025-2026年度",
        "2025-2026",
        "面积321 2345",
        "5楼200人",
        "11月12号",
        "12号楼",
        "5号网格",
        "3号线",
        "第3网格",
        "110kV线路",
        "100-200米",
        "WN-2026-0001",
        "编码A3212345",
        "王小明家漏水",
    ] {
        assert_eq!(redact(text), text);
        assert!(!contains_personal(text), "{text}");
    }
}

proptest! {
    #[test]
    fn nothing_personal_is_left(text in "[0-9xX一三八 ０-９*.\\-a号室户楼单元第转+#]{0,80}") {
        let redacted = redact(&text);
        prop_assert!(!contains_personal(&redacted));
        prop_assert_eq!(redact(&redacted), redacted.clone());
        prop_assert_eq!(redacted.chars().count(), text.chars().count());
    }

    #[test]
    fn a_number_anywhere_is_found(before in "\\PC{0,20}", number in "1[3-9][0-9]{9}", after in "\\PC{0,20}") {
        let text = format!("{before}{number}{after}");
        prop_assert!(contains_personal(&text));
        prop_assert!(!redact(&text).contains(&number));
    }

    #[test]
    fn whatever_is_a_number_to_the_fields_for_it_is_one_here(
        number in "(0[3-9][0-9]{2}[ -]?[2-9][0-9]{6,7}|010-?[2-9][0-9]{7}|[+]86 ?1[3-9][0-9]{9}|[+]852 ?[2-9][0-9]{7}|[2-9][0-9]{6})",
        extension in "(转[0-9]{1,4})?", before in "[漏水请电联系，。]{0,6}", after in "[漏水请，。]{0,6}",
    ) {
        let phone = crate::words::phone::Phone::read(&format!("{number}{extension}"));
        prop_assume!(phone.is_ok());
        let text = format!("{before}{number}{extension}{after}");
        let redacted = redact(&text);
        prop_assert!(contains_personal(&text), "{}", text);
        prop_assert!(!redacted.contains(&number), "{}", redacted);
        prop_assert!(redacted.matches('*').count() >= 4, "{}", redacted);
    }

    #[test]
    fn a_door_is_found(
        building in "([1-9][0-9]?|[A-F]|三|十二)", part in "(号楼|栋|幢|座)", entrance in "([1-9]单元)?",
        room in "[1-9][0-9]{2,3}", unit in "(室|房|)", after in "[漏水没电，。]{1,6}",
    ) {
        let text = format!("{building}{part}{entrance}{room}{unit}{after}");
        prop_assert!(!redact(&text).contains(&room), "{}", redact(&text));
    }

    #[test]
    fn what_may_hold_nothing_holds_nothing(text in "[\\PC户楼单元室第东西号门牌电话]{0,40}") {
        let text: Vec<char> = text.chars().collect();
        let found = hidden(&text).contains(&true);
        prop_assert!(!found || may_hold(&text.iter().collect::<String>()));
    }

    #[test]
    fn any_text_is_taken(text in any::<String>()) {
        prop_assert_eq!(redact(&text).chars().count(), text.chars().count());
    }
}
