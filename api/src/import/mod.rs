//! Bulk import of areas and staff: from the bytes of a CSV file to checked records, or a report of every bad row.
//!
//! Only reading and checking: no database. Either every row is good and there are records, or there are bad rows
//! and no record at all, so nothing can be half imported.

pub mod areas;
mod encoding;
mod sheet;
pub mod staff;
pub mod table;
mod tree;
mod workbook;

pub use areas::{AreaRecord, Parent, parse_areas};
pub use staff::{Bound, RoleBinding, StaffRecord, parse_staff};
pub use table::{ImportError, Table};
pub use tree::may_hold;

use crate::text::fold;
use domain::labelled::Labelled;
use domain::mask::redact;
use serde::Serialize;
use utoipa::ToSchema;

/// The longest value that is repeated in a report, characters.
const LONGEST_VALUE: usize = 60;

/// What to say of a number that [`is_scientific`], in Chinese and English.
const SCIENTIFIC: (&str, &str) =
    ("被表格软件改成了科学计数法,请把该列设为文本", "a spreadsheet rounded it; format the column as text");

/// Something wrong in one row. A row with several faults appears several times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadRow {
    /// Line in the file, counted from 1; the header is usually line 1.
    pub line: usize,
    /// The column's English word, or `*` for the row as a whole.
    pub field: String,
    /// What is wrong, in Chinese.
    pub reason: String,
    /// What is wrong, in English.
    pub reason_en: String,
    /// The value as read, at most 60 characters; phone numbers masked.
    pub value: String,
}

/// The bad rows found so far.
#[derive(Default)]
struct Report(Vec<BadRow>);

impl Report {
    fn add(&mut self, line: usize, field: &str, value: &str, zh: impl Into<String>, en: impl Into<String>) {
        // The digits of a code may look like a telephone number.
        let value = if field.ends_with("code") { value.to_owned() } else { redact(value) };
        let value = value.chars().take(LONGEST_VALUE).collect();
        self.0.push(BadRow { line, field: field.to_owned(), reason: zh.into(), reason_en: en.into(), value });
    }

    /// The records if no row is bad, and the bad rows in the order of their lines.
    fn close<T>(mut self, records: Vec<T>) -> (Vec<T>, Vec<BadRow>) {
        self.0.sort_by_key(|bad| bad.line);
        if self.0.is_empty() { (records, self.0) } else { (Vec::new(), self.0) }
    }
}

/// The member of a vocabulary that a cell names: by its word, its Chinese or English label, or another usual name.
fn member<T: Labelled>(cell: &str, others: &[(&str, T)]) -> Option<T> {
    let cell = fold(cell);
    let is = |m: &T| m.as_str() == cell || m.zh() == cell || m.en().eq_ignore_ascii_case(&cell);
    let other = || others.iter().find(|(name, _)| *name == cell).map(|(_, member)| *member);
    T::ALL.iter().copied().find(is).or_else(other)
}

/// The words of a vocabulary, for a message.
fn words<T: Labelled>(spell: impl Fn(T) -> &'static str) -> String {
    T::ALL.iter().copied().map(spell).collect::<Vec<_>>().join(" / ")
}

/// Whether a spreadsheet turned digits into a rounded number (`6.10523E+11`, `6.10523E11`).
fn is_scientific(cell: &str) -> bool {
    let cell = cell.to_ascii_uppercase();
    let rounded = cell.contains("E+") || (cell.contains('.') && cell.contains('E'));
    rounded && cell.parse::<f64>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::AreaLevel;

    #[test]
    fn a_member_is_known_by_any_of_its_names() {
        for name in ["micro_grid", "Micro-grid", " ＭＩＣＲＯ_ＧＲＩＤ ", "微网格", "微網格", "小格子"]
        {
            assert_eq!(
                member(name, &[("小格子", AreaLevel::MicroGrid)]),
                Some(AreaLevel::MicroGrid),
                "{name}"
            );
        }
        assert_eq!(member::<AreaLevel>("", &[]), None);
    }

    #[test]
    fn every_label_is_known() {
        fn all<T: Labelled + PartialEq + std::fmt::Debug>() {
            for one in T::ALL {
                for name in [one.as_str(), one.zh(), one.en()] {
                    assert_eq!(member(name, &[]), Some(*one), "{name}");
                }
            }
        }
        all::<AreaLevel>();
        all::<domain::catalogue::GridClass>();
        all::<domain::actor::Role>();
        all::<domain::actor::Employment>();
    }

    #[test]
    fn rounded_numbers_are_told_from_codes() {
        assert!(is_scientific("6.10523E+11") && is_scientific("1e+10") && is_scientific("6.10523E11"));
        assert!(!is_scientific("E+") && !is_scientific("610523") && !is_scientific("C++"));
    }

    #[test]
    fn a_report_is_in_order_short_and_without_phones() {
        let mut report = Report::default();
        report.add(9, "name", &"长".repeat(1_000), "太长", "too long");
        report.add(2, "name", "王小明13812345678", "不对", "wrong");
        let (records, bad) = report.close(vec![1]);
        assert_eq!((records, bad.len(), bad[1].value.chars().count()), (vec![], 2, LONGEST_VALUE));
        assert_eq!(bad[0].value, "王小明138****5678");
        let mut report = Report::default();
        report.add(1, "parent_code", "513223100200", "不对", "wrong");
        assert_eq!(report.0[0].value, "513223100200");
        assert_eq!(Report::default().close(vec![1]), (vec![1], vec![]));
    }
}
