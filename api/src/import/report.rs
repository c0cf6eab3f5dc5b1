//! What is wrong with a file, row by row.

use domain::words::mask::redact;
use serde::Serialize;
use utoipa::ToSchema;

/// The longest value that is repeated in a report, characters.
const LONGEST_VALUE: usize = 60;

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
pub(super) struct Report(pub(super) Vec<BadRow>);

impl Report {
    pub(super) fn add(
        &mut self,
        line: usize,
        field: &str,
        value: &str,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        // The digits of a code may look like a telephone number.
        let value = if field.ends_with("code") { value.to_owned() } else { redact(value) };
        let value = value.chars().take(LONGEST_VALUE).collect();
        self.0.push(BadRow { line, field: field.to_owned(), reason: zh.into(), reason_en: en.into(), value });
    }

    /// The records if no row is bad, and the bad rows in the order of their lines.
    pub(super) fn close<T>(mut self, records: Vec<T>) -> (Vec<T>, Vec<BadRow>) {
        self.0.sort_by_key(|bad| bad.line);
        if self.0.is_empty() { (records, self.0) } else { (Vec::new(), self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
