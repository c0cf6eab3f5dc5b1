//! A table seen through the columns it is expected to have: which column is which, and rows of the right shape.

use super::report::Report;
use super::rows::Row;
use super::table::Table;
use crate::http::text::fold;
use domain::words::text;
use std::collections::HashMap;

/// A column that a parser knows.
pub(super) struct Column {
    /// Its English word, the name it has in reports.
    pub(super) word: &'static str,
    /// Other names for it in a header, folded.
    pub(super) names: &'static [&'static str],
    /// Whether the file must have it.
    pub(super) required: bool,
}

/// Rows above the header that may hold a title or a note.
const TITLES_MAX: usize = 10;
/// Columns that nobody reads: remarks, and the numbers of rows.
const UNREAD: [&str; 4] = ["备注", "remark", "序号", "no."];

impl Column {
    fn is(&self, folded: &str) -> bool {
        let close = folded.replace('_', "");
        self.word == folded || self.names.iter().any(|name| *name == folded || *name == close)
    }
}

/// The name in a header without its decoration: `*姓名`, `姓名（必填）`, `姓 名`.
fn named(name: &str) -> String {
    let folded = fold(name);
    let bare = folded.trim_matches(['*', ' ']);
    let bare = bare.strip_suffix(')').and_then(|text| text.split_once('(')).map_or(bare, |(text, _)| text);
    bare.trim_matches(['*', ' ', ':']).replace([' ', '-'], "_")
}

/// Whether the row names every column that must be there.
fn is_header(row: &Row, columns: &[Column]) -> bool {
    let names: Vec<String> = row.cells.iter().map(named).collect();
    columns.iter().filter(|column| column.required).all(|column| names.iter().any(|name| column.is(name)))
}

/// The well-formed rows of a table and where its columns are.
pub(super) struct Sheet<'t> {
    places: HashMap<&'static str, usize>,
    rows: Vec<&'t Row>,
}

/// One row of a sheet.
#[derive(Clone, Copy)]
pub(super) struct Line<'s> {
    /// The line of the file, from 1.
    pub(super) number: usize,
    row: &'s Row,
    places: &'s HashMap<&'static str, usize>,
}

impl Line<'_> {
    /// The cell of this column, empty if there is none.
    pub(super) fn get(&self, word: &str) -> &str {
        self.places.get(word).and_then(|place| self.row.cells.get(*place)).unwrap_or_default()
    }

    /// The cell of this column as it is read: codes, log-in names, numbers.
    pub(super) fn plain(&self, word: &str) -> String {
        text::plain(self.get(word))
    }

    /// The cell of this column, unless it is empty.
    pub(super) fn filled(&self, word: &str) -> Option<&str> {
        Some(self.get(word)).filter(|cell| !cell.is_empty())
    }
}

impl<'t> Sheet<'t> {
    /// Finds the columns and leaves out rows of another shape, reporting both. Columns whose header starts with
    /// `#`, and remarks, are not read. Without the required columns there are no rows.
    pub(super) fn open(table: &'t Table, columns: &[Column], report: &mut Report) -> Self {
        let mut sheet = Self { places: HashMap::new(), rows: Vec::new() };
        let before = report.0.len();
        // a title may stand above the header
        let at = table.all().take(TITLES_MAX).position(|row| is_header(row, columns)).unwrap_or(0);
        let mut rows = table.all().skip(at);
        let Some(header) = rows.next() else { return sheet };
        sheet.find(header, columns, report);
        if report.0.len() == before {
            let width = filled(header);
            sheet.rows = rows.filter(|row| is_sound(row, width, report)).collect();
        }
        sheet
    }

    /// The rows, in the order of the file.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().map(|row| Line { number: row.line, row, places: &self.places })
    }

    fn find(&mut self, header: &Row, columns: &[Column], report: &mut Report) {
        for (place, name) in header.cells.iter().enumerate() {
            let folded = named(name);
            if folded.is_empty() || folded.starts_with('#') || UNREAD.contains(&folded.as_str()) {
                continue;
            }
            let known = columns.iter().find(|column| column.is(&folded));
            let (zh, en) = match known.map(|column| self.places.insert(column.word, place)) {
                Some(None) => continue,
                Some(Some(_)) => ("这一列出现了两次", "this column is there twice"),
                None => (
                    "不认识的列,请删除,或在列名前加#表示不导入",
                    "unknown column; delete it, or put # before its name to leave it out",
                ),
            };
            report.add(header.line, known.map_or("*", |column| column.word), name, zh, en);
        }
        for column in columns.iter().filter(|c| c.required && !self.places.contains_key(c.word)) {
            let zh = column.names.first().map_or(column.word, |name| *name);
            let en = format!("the column {} is missing", column.word);
            report.add(header.line, column.word, "", format!("缺少列:{zh}({})", column.word), en);
        }
    }
}

/// Cells of the row up to the last one with text in it.
fn filled(row: &Row) -> usize {
    (1..).zip(row.cells.iter()).filter(|(_, cell)| !cell.is_empty()).map(|(at, _)| at).last().unwrap_or(0)
}

/// Whether the row has a cell for each column and nothing but text in them.
fn is_sound(row: &Row, width: usize, report: &mut Report) -> bool {
    if row.cells.len() < width || filled(row) > width {
        let zh = format!("这一行有{}列,表头有{width}列", row.cells.len());
        let en = format!("this row has {} cells, the header has {width}", row.cells.len());
        report.add(row.line, "*", "", zh, en);
        return false;
    }
    if row.cells.iter().flat_map(str::chars).any(text::is_break) {
        let zh = "含有换行,请检查引号";
        report.add(row.line, "*", "", zh, "has a line break in a cell; check the quotes");
        return false;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 3] = [
        Column { word: "code", names: &["编码", "区域编码"], required: true },
        Column { word: "parent_code", names: &["上级编码"], required: true },
        Column { word: "note", names: &["说明"], required: false },
    ];

    type Lines = Vec<(usize, String, String)>;

    fn read(text: &str) -> (Lines, Vec<(usize, String)>) {
        let (table, mut report) = (Table::read(text.as_bytes()).unwrap(), Report::default());
        let sheet = Sheet::open(&table, &COLUMNS, &mut report);
        let lines =
            sheet.lines().map(|l| (l.number, l.get("code").to_owned(), l.get("note").to_owned())).collect();
        (lines, report.0.into_iter().map(|bad| (bad.line, bad.field)).collect())
    }

    #[test]
    fn columns_have_several_names_and_any_order() {
        for header in [
            "code,parent_code",
            "编码,上级编码",
            " Code ,PARENT CODE",
            "區域編碼,上级编码",
            "ｃｏｄｅ,parent-code",
        ] {
            let (lines, bad) = read(&format!("{header}\n61,\n"));
            assert_eq!((lines, bad), (vec![(2, "61".to_owned(), String::new())], vec![]), "{header}");
        }
        for header in [
            "*编码,上级编码（选填）",
            "编 码,上 级 编 码",
            "＊编码＊：,上级编码(必填)",
            "区域登记表,,,\n制表：民政办,\n编码,上级编码",
        ] {
            let (lines, bad) = read(&format!("{header}\n61,\n"));
            let last = header.matches('\n').count() + 2;
            assert_eq!((lines, bad), (vec![(last, "61".to_owned(), String::new())], vec![]), "{header}");
        }
        let (lines, bad) = read("序号,备注,说明,#x,parent_code,code,\n9,1,2,3,4,5,\n");
        assert_eq!((lines, bad), (vec![(2, "5".to_owned(), "2".to_owned())], vec![]));
    }

    #[test]
    fn wrong_headers_are_reported_and_nothing_is_read() {
        let bad = |line, field: &str| (line, field.to_owned());
        assert_eq!(read("code\n1\n"), (vec![], vec![bad(1, "parent_code")]));
        assert_eq!(read("code,编码,parent_code\n1,2,3\n"), (vec![], vec![bad(1, "code")]));
        assert_eq!(read("code,parent_code,colour\n1,2,3\n"), (vec![], vec![bad(1, "*")]));
    }

    #[test]
    fn rows_of_another_shape_are_reported() {
        let (lines, bad) = read("code,parent_code\n1,\n2\n3,,\n4,,x\n5,\"a\nb\"\n\"6,7\n");
        assert_eq!(lines.iter().map(|line| line.0).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(bad.iter().map(|bad| bad.0).collect::<Vec<_>>(), [3, 5, 6, 8]);
    }
}
