//! The cells of an area's row: each read and checked on its own. What is bad is reported.

use super::super::report::Report;
use super::super::sheet::Line;
use super::super::vocabulary::{SCIENTIFIC, is_scientific, member, words};
use domain::organisation::{AreaLevel, GridClass};
use domain::words::labelled::Labelled;
use domain::words::phone::Phone;
use domain::words::text;
use std::ops::RangeInclusive;

/// The longest name, display name or alias, characters.
const LONGEST_NAME: usize = 100;
/// The longest code, characters.
const LONGEST_CODE: usize = 32;
/// The most aliases of one area.
const MOST_ALIASES: usize = 20;
/// The longest prefix of order numbers (DL in DL-261122-00123), characters.
const LONGEST_PREFIX: usize = 6;
/// Where China lies, degrees. Narrow enough to notice swapped coordinates.
const LNG: RangeInclusive<f64> = 73.0..=136.0;
const LAT: RangeInclusive<f64> = 3.0..=54.0;

/// What people call a grid class besides its label.
const CLASSES: [(&str, GridClass); 4] = [
    ("一级", GridClass::Level1),
    ("二级", GridClass::Level2),
    ("三级", GridClass::Level3),
    ("专属", GridClass::Dedicated),
];

/// A code, its own or its parent's: not empty, of the signs that go into a URL.
pub(super) fn code(line: Line, field: &str, report: &mut Report) -> String {
    let code = line.plain(field);
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if is_scientific(&code) {
        report.add(line.number, field, &code, SCIENTIFIC.0, SCIENTIFIC.1);
    } else if code.is_empty() || code.len() > LONGEST_CODE || !code.chars().all(sign) {
        let zh = "应为1到32个字母、数字或_.-";
        report.add(line.number, field, &code, zh, "must be 1 to 32 letters, digits or _.-");
    }
    code
}

/// A name of any kind.
pub(super) fn check_name(line: Line, field: &str, name: &str, report: &mut Report) {
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        report.add(line.number, field, name, "应为1到100个字", "must have 1 to 100 characters");
    }
}

/// The aliases, between `|` (halfwidth or fullwidth), each once.
pub(super) fn aliases(line: Line, report: &mut Report) -> Vec<String> {
    let cell = line.get("aliases");
    let mut aliases: Vec<String> = Vec::new();
    for alias in cell.split(['|', '｜']).map(str::trim).filter(|alias| !alias.is_empty()) {
        if aliases.iter().any(|known| known == alias) {
            continue;
        }
        if aliases.len() == MOST_ALIASES {
            report.add(line.number, "aliases", cell, "别名最多20个", "at most 20 aliases");
            break;
        }
        check_name(line, "aliases", alias, report);
        aliases.push(alias.to_owned());
    }
    aliases
}

/// The grid class, which only grids of any level have.
pub(super) fn grid_class(line: Line, level: AreaLevel, report: &mut Report) -> Option<GridClass> {
    let cell = line.filled("grid_class")?;
    let class = member(cell, &CLASSES);
    if class.is_none() {
        let zh = format!("网格类别应为:{}", words(GridClass::zh));
        report.add(line.number, "grid_class", cell, zh, format!("one of {}", words(GridClass::as_str)));
    } else if !matches!(level, AreaLevel::GeneralGrid | AreaLevel::Grid | AreaLevel::MicroGrid) {
        report.add(line.number, "grid_class", cell, "只有网格才有网格类别", "only grids have a class");
    }
    class
}

/// Longitude and latitude, WGS-84 degrees: both or neither.
pub(super) fn position(line: Line, report: &mut Report) -> Option<(f64, f64)> {
    let mut degrees = |field: &str, range: RangeInclusive<f64>, other: &str| {
        let value = line.plain(field).parse().ok().filter(|value| range.contains(value));
        let empty = line.get(field).is_empty();
        if value.is_none() && !(empty && line.get(other).is_empty()) {
            let (zh, en) = if empty {
                ("经度和纬度要么都填,要么都不填".to_owned(), "give both lng and lat or neither".to_owned())
            } else {
                let (from, to) = (range.start(), range.end());
                (format!("应为{from}到{to}之间的度数"), format!("must be degrees from {from} to {to}"))
            };
            report.add(line.number, field, line.get(field), zh, en);
        }
        value
    };
    degrees("lng", LNG, "lat").zip(degrees("lat", LAT, "lng"))
}

/// The prefix of order numbers.
pub(super) fn number_prefix(line: Line, report: &mut Report) -> Option<String> {
    let prefix = line.filled("number_prefix").map(text::plain)?;
    let mut signs = prefix.chars();
    let sound = signs.next().is_some_and(|c| c.is_ascii_uppercase())
        && signs.all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
        && prefix.len() <= LONGEST_PREFIX;
    if !sound {
        let zh = "应为1到6个大写字母或数字,以字母开头";
        let en = "must be 1 to 6 capital letters or digits, a letter first";
        report.add(line.number, "number_prefix", &prefix, zh, en);
    }
    Some(prefix)
}

/// The name of the office that people ask.
pub(super) fn office_name(line: Line, report: &mut Report) -> Option<String> {
    let name = line.filled("office_name")?;
    check_name(line, "office_name", name, report);
    Some(name.to_owned())
}

/// Its telephone: any number that may be called.
pub(super) fn office_phone(line: Line, report: &mut Report) -> Option<String> {
    let cell = line.filled("office_phone")?;
    match Phone::read(cell) {
        Ok(phone) => Some(phone.to_string()),
        Err(why) => {
            report.add(line.number, "office_phone", cell, why.zh(), why.to_string());
            None
        }
    }
}
