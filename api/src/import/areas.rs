//! Areas from a table: codes, names, levels, and each area below its parent.
//!
//! A parent may be another row or an area that is already there; the latter is left to the caller to look up.

mod cells;
pub mod record;

use super::report::{BadRow, Report};
use super::sheet::{Column, Line, Sheet};
use super::table::Table;
use super::tree;
use super::vocabulary::{member, words};
use cells::{aliases, check_name, code, grid_class, number_prefix, office_name, office_phone, position};
use domain::organisation::AreaLevel;
use domain::words::labelled::Labelled;
use record::{AreaRecord, Parent};
use std::collections::HashMap;

const COLUMNS: [Column; 12] = [
    Column { word: "level", names: &["层级", "级别"], required: true },
    Column { word: "code", names: &["编码", "区域编码", "代码"], required: true },
    Column { word: "name", names: &["名称", "区域名称"], required: true },
    Column { word: "parent_code", names: &["上级编码", "上级代码", "父级编码"], required: true },
    Column { word: "display_name", names: &["显示名称", "简称"], required: false },
    Column { word: "aliases", names: &["别名"], required: false },
    Column { word: "grid_class", names: &["网格类别"], required: false },
    Column { word: "lng", names: &["经度"], required: false },
    Column { word: "lat", names: &["纬度"], required: false },
    Column { word: "number_prefix", names: &["工单号前缀", "编号前缀"], required: false },
    Column { word: "office_name", names: &["服务站", "便民服务站", "办公场所"], required: false },
    Column {
        word: "office_phone", names: &["服务电话", "办公电话", "联系电话", "电话"], required: false
    },
];

/// What people call a level besides its label.
const LEVELS: [(&str, AreaLevel); 19] = [
    ("自治区", AreaLevel::Province),
    ("直辖市", AreaLevel::Province),
    ("地级市", AreaLevel::City),
    ("自治州", AreaLevel::City),
    ("县", AreaLevel::County),
    ("区", AreaLevel::County),
    ("县区", AreaLevel::County),
    ("县级市", AreaLevel::County),
    ("镇", AreaLevel::Town),
    ("乡", AreaLevel::Town),
    ("乡镇", AreaLevel::Town),
    ("街道", AreaLevel::Town),
    ("镇街道", AreaLevel::Town),
    ("村", AreaLevel::Village),
    ("社区", AreaLevel::Village),
    ("村居", AreaLevel::Village),
    ("community", AreaLevel::Village),
    ("楼", AreaLevel::Building),
    ("家庭", AreaLevel::Household),
];

/// The areas of the table, every parent before its children, or every bad row and no area.
#[must_use]
pub fn parse_areas(table: &Table) -> (Vec<AreaRecord>, Vec<BadRow>) {
    let mut report = Report::default();
    let sheet = Sheet::open(table, &COLUMNS, &mut report);
    let records: Vec<_> = sheet.lines().map(|line| read(line, &mut report)).collect();
    unique(&records, "code", |record| Some(record.code.as_str()), &mut report);
    unique(&records, "number_prefix", |record| record.number_prefix.as_deref(), &mut report);
    let parents = tree::link(&records, &mut report);
    let records = tree::order(records, &parents, &mut report);
    report.close(records)
}

/// Reads one row. What is bad is reported and replaced, so that the other checks can go on.
fn read(line: Line, report: &mut Report) -> AreaRecord {
    let level = member(line.get("level"), &LEVELS).unwrap_or_else(|| {
        let zh = format!("层级应为:{}", words(AreaLevel::zh));
        report.add(
            line.number,
            "level",
            line.get("level"),
            zh,
            format!("one of {}", words(AreaLevel::as_str)),
        );
        AreaLevel::Household
    });
    let own = code(line, "code", report);
    let parent = line.filled("parent_code").map(|_cell| code(line, "parent_code", report));
    check_name(line, "name", line.get("name"), report);
    if let Some(name) = line.filled("display_name") {
        check_name(line, "display_name", name, report);
    }
    AreaRecord {
        line: line.number,
        level,
        code: own,
        parent: parent.map_or(Parent::Top, Parent::Elsewhere),
        name: line.get("name").to_owned(),
        display_name: line.filled("display_name").map(str::to_owned),
        aliases: aliases(line, report),
        grid_class: grid_class(line, level, report),
        position: position(line, report),
        number_prefix: number_prefix(line, report),
        office_name: office_name(line, report),
        office_phone: office_phone(line, report),
    }
}

/// Reports every value that an earlier row has already.
fn unique(
    records: &[AreaRecord],
    field: &str,
    value: impl Fn(&AreaRecord) -> Option<&str>,
    report: &mut Report,
) {
    let mut lines: HashMap<&str, usize> = HashMap::new();
    for record in records {
        let Some(value) = value(record).filter(|value| !value.is_empty()) else { continue };
        let first = *lines.entry(value).or_insert(record.line);
        if first != record.line {
            report.add(
                record.line,
                field,
                value,
                format!("与第{first}行重复"),
                format!("same as line {first}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::organisation::GridClass;

    const HEADER: &str =
        "level,code,name,parent_code,display_name,aliases,grid_class,lng,lat,number_prefix\n";

    fn parse(rows: &str) -> (Vec<AreaRecord>, Vec<(usize, String)>) {
        let (records, bad) = parse_areas(&Table::read(format!("{HEADER}{rows}").as_bytes()).unwrap());
        assert!(bad.is_empty() || records.is_empty());
        for bad in &bad {
            assert!(
                !bad.reason.is_ascii() && !bad.reason_en.is_empty() && bad.reason_en.is_ascii(),
                "{bad:?}"
            );
        }
        (records, bad.into_iter().map(|bad| (bad.line, bad.field)).collect())
    }

    #[test]
    fn the_whole_file_of_nine_counties_is_good() {
        let table = Table::read(include_bytes!("../../data/areas.csv")).unwrap();
        let (records, bad) = parse_areas(&table);
        assert_eq!((records.len(), bad), (2_223, vec![]));
        let count = |level| records.iter().filter(|record| record.level == level).count();
        let levels =
            [AreaLevel::Province, AreaLevel::City, AreaLevel::County, AreaLevel::Town, AreaLevel::Village];
        assert_eq!(levels.map(count), [7, 7, 9, 149, 2_051]);
        let dali = records.iter().position(|record| record.code == "610523").unwrap();
        let towns: Vec<_> =
            (0..records.len()).filter(|at| records[*at].parent == Parent::Record(dali)).collect();
        let below = |record: &&AreaRecord| towns.iter().any(|town| record.parent == Parent::Record(*town));
        assert_eq!((towns.len(), records.iter().filter(below).count()), (17, 301));
        for (at, record) in records.iter().enumerate() {
            assert!(
                record.parent == Parent::Top
                    || matches!(record.parent, Parent::Record(parent) if parent < at)
            );
        }
    }

    #[test]
    fn gbk_with_chinese_headers_and_labels_is_read() {
        let text = "层级,编码,名称,上级编码,别名,网格类别,经度,纬度,工单号前缀\r\n\
            网格,G2,隆昌第二网格,G1,北片｜二网格|北片,二级,109.94,34.79,\r\n\
            网格,G1,隆昌第一网格,V,,一级网格,,,\r\n\
            社区,V,东城社区,610523001,,,,,DL\r\n";
        let (bytes, _, _) = encoding_rs::GBK.encode(text);
        assert!(str::from_utf8(&bytes).is_err());
        let (records, bad) = parse_areas(&Table::read(&bytes).unwrap());
        assert_eq!(bad, vec![]);
        assert_eq!(records.iter().map(|r| r.code.as_str()).collect::<Vec<_>>(), ["V", "G1", "G2"]);
        assert_eq!(records[0].parent, Parent::Elsewhere("610523001".to_owned()));
        assert_eq!(records[0].number_prefix.as_deref(), Some("DL"));
        let grid = &records[2];
        assert_eq!((&grid.parent, grid.line, grid.level), (&Parent::Record(1), 2, AreaLevel::Grid));
        assert_eq!((grid.grid_class, grid.position), (Some(GridClass::Level2), Some((109.94, 34.79))));
        assert_eq!(grid.aliases, ["北片", "二网格"]);
    }

    #[test]
    fn every_bad_cell_is_named() {
        let long = "名".repeat(101);
        for (row, field) in [
            ("galaxy,1,名,,,,,,,", "level"),
            (",1,名,,,,,,,", "level"),
            ("town,,名,,,,,,,", "code"),
            ("town,6.10523E+11,名,,,,,,,", "code"),
            ("town,一,名,,,,,,,", "code"),
            ("town,1,,,,,,,,", "name"),
            (&format!("town,1,{long},,,,,,,"), "name"),
            (&format!("town,1,名,,{long},,,,,"), "display_name"),
            (&format!("town,1,名,,,a|{long},,,,"), "aliases"),
            (&format!("town,1,名,,,{},,,,", (0..21).map(|n| format!("{n}|")).collect::<String>()), "aliases"),
            ("grid,1,名,,,,level9,,,", "grid_class"),
            ("town,1,名,,,,level1,,,", "grid_class"),
            ("town,1,名,,,,,109.9,,", "lat"),
            ("town,1,名,,,,,,34.7,", "lng"),
            ("town,1,名,,,,,109.9,NaN,", "lat"),
            ("town,1,名,,,,,inf,34.7,", "lng"),
            ("town,1,名,,,,,,,dl", "number_prefix"),
            ("town,1,名,,,,,,,TOOLONG", "number_prefix"),
            ("town,1,名,a b,,,,,,", "parent_code"),
        ] {
            assert_eq!(parse(row), (vec![], vec![(2, field.to_owned())]), "{row}");
        }
        let swapped = parse("town,1,名,,,,,34.7,109.9,");
        assert_eq!(swapped.1, [(2, "lng".to_owned()), (2, "lat".to_owned())]);
    }

    #[test]
    fn an_office_has_a_name_and_a_telephone_of_any_kind() {
        let read = |rows: &str| {
            let text = format!("level,code,name,parent_code,便民服务站,服务电话\n{rows}");
            parse_areas(&Table::read(text.as_bytes()).unwrap())
        };
        let (records, bad) = read("town,1,甲,,西城便民服务站,0913-3212345转801\ntown,2,乙,,,\n");
        assert_eq!(bad, vec![]);
        let office = |at: usize| (records[at].office_name.as_deref(), records[at].office_phone.as_deref());
        assert_eq!(office(0), (Some("西城便民服务站"), Some("09133212345转801")));
        assert_eq!(office(1), (None, None));
        let (_, bad) = read("town,1,甲,,,问小王\ntown,2,乙,,,0913-3212345/0913-3212346\n");
        let bad: Vec<(usize, &str)> = bad.iter().map(|bad| (bad.line, bad.field.as_str())).collect();
        assert_eq!(bad, [(2, "office_phone"), (3, "office_phone")]);
    }

    #[test]
    fn codes_and_prefixes_are_unique() {
        let (_, bad) = parse("town,1,甲,,,,,,,AB\ntown,2,乙,,,,,,,AB\ntown,1,丙,,,,,,,\ntown,1,丁,,,,,,,\n");
        let expected = [(3, "number_prefix"), (4, "code"), (5, "code")].map(|(line, f)| (line, f.to_owned()));
        assert_eq!(bad, expected);
    }
}
