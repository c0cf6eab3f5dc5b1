//! An uploaded table: header and rows of trimmed cells, with the line each row starts on.

use super::encoding::decode;
use super::rows::{ImportError, MAX_ROWS, Row};
use super::workbook;
use csv::{ReaderBuilder, StringRecord, Trim};
use domain::words::text;
use std::borrow::Cow;

/// The largest file, bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// A table of text. What its columns mean is up to the parsers of areas and staff.
#[derive(Debug, Clone)]
pub struct Table {
    pub(super) header: Row,
    pub(super) rows: Vec<Row>,
}

impl Table {
    /// Reads the first filled sheet of an XLSX workbook, or a CSV file separated by whatever its first lines have most
    /// (commas, tabs, semicolons; `sep=;` says so). Blank rows are left out.
    ///
    /// # Errors
    /// [`ImportError`]; any bytes may be given.
    pub fn read(bytes: &[u8]) -> Result<Self, ImportError> {
        if bytes.len() > MAX_BYTES {
            return Err(ImportError::TooLarge(bytes.len()));
        }
        let rows = if workbook::is_one(bytes) { workbook::rows(bytes)? } else { of_text(&decode(bytes)?)? };
        let mut rows = rows.into_iter();
        let header = rows.next().ok_or(ImportError::Empty)?;
        let rows: Vec<Row> = rows.collect();
        if rows.is_empty() { Err(ImportError::Empty) } else { Ok(Self { header, rows }) }
    }

    /// The header and the rows, from the top.
    pub(super) fn all(&self) -> impl Iterator<Item = &Row> {
        std::iter::once(&self.header).chain(&self.rows)
    }

    /// How many rows there are, without the header.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.len()
    }
}

/// The rows of a CSV file.
fn of_text(text: &str) -> Result<Vec<Row>, ImportError> {
    let (delimiter, text) = delimiter(text);
    let mut reader = ReaderBuilder::new();
    reader.has_headers(false).flexible(true).trim(Trim::All).delimiter(delimiter);
    let mut reader = reader.from_reader(text.as_bytes());
    let mut lines = LineCounter::new(text);
    let mut rows = Vec::new();
    for cells in reader.records() {
        let cells = cells.map_err(|e| ImportError::NotCsv(e.position().map_or(0, csv::Position::line)))?;
        let cells = seen(cells);
        if cells.iter().all(str::is_empty) {
            continue;
        }
        if rows.len() > MAX_ROWS {
            return Err(ImportError::TooManyRows);
        }
        rows.push(Row { line: lines.of(&cells), cells });
    }
    Ok(rows)
}

/// What separates the cells, and the text without a first line that says so (its line end stays, for the count).
fn delimiter(text: &str) -> (u8, &str) {
    let first = text.lines().next().unwrap_or_default();
    let said = first.trim().strip_prefix("sep=").map(str::as_bytes);
    if let Some([delimiter @ (b',' | b'\t' | b';' | b'|'), ..]) = said {
        return (*delimiter, text.get(first.len()..).unwrap_or_default());
    }
    let head: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(5).collect();
    let count = |sign: char| head.iter().map(|line| line.matches(sign).count()).sum::<usize>();
    let found = [(b';', ';'), (b'\t', '\t'), (b',', ',')].into_iter().max_by_key(|(_, sign)| count(*sign));
    (found.map_or(b',', |(delimiter, _)| delimiter), text)
}

/// The record with its cells as they are kept. A cell with a line break stays as it is: mostly a quote is amiss.
fn seen(cells: StringRecord) -> StringRecord {
    if cells.as_slice().bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return cells;
    }
    let kept = |cell: &str| {
        if cell.contains(text::is_break) { cell.to_owned() } else { meant(&text::line(cell)).into_owned() }
    };
    let mut seen: StringRecord = cells.iter().map(kept).collect();
    seen.set_position(cells.position().cloned());
    seen
}

/// What a spreadsheet wrote around a text or a number so that it stays one: `'138…`, `="138…"`, `1.3812345678E10`. A number
/// that lost digits stays as it is, for whoever reads the column to refuse it.
fn meant(cell: &str) -> Cow<'_, str> {
    let quoted = cell.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"'));
    let marked =
        cell.strip_prefix('\'').filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit() || c == '+'));
    match quoted.or(marked) {
        Some(text) => Cow::Borrowed(text.trim()),
        None => unscientific(cell).map_or(Cow::Borrowed(cell), Cow::Owned),
    }
}

/// `1.3812345678E10` with all its digits: as many behind the point as the exponent says.
fn unscientific(cell: &str) -> Option<String> {
    let (number, exponent) = cell.split_once(['E', 'e'])?;
    let (whole, behind) = number.split_once('.')?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exact = whole.len() == 1 && digits(whole) && digits(behind) && behind.len() == exponent;
    exact.then(|| format!("{whole}{behind}"))
}

/// Tells on which line a record starts. The reader's own position is that of the blank lines before it.
struct LineCounter<'t> {
    rest: &'t [u8],
    read: usize,
    line: usize,
}

impl<'t> LineCounter<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text.as_bytes(), read: 0, line: 1 }
    }

    /// The line of this record; records must be asked for in their order.
    fn of(&mut self, cells: &StringRecord) -> usize {
        let start = cells.position().and_then(|at| usize::try_from(at.byte()).ok()).unwrap_or(self.read);
        self.skip(start.saturating_sub(self.read));
        self.skip(self.rest.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count());
        self.line
    }

    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += skipped.iter().filter(|byte| **byte == b'\n').count();
        self.read += skipped.len();
        self.rest = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(table: &Table) -> Vec<(usize, Vec<&str>)> {
        table.rows.iter().map(|row| (row.line, row.cells.iter().collect())).collect()
    }

    #[test]
    fn cells_are_trimmed_and_know_their_line() {
        let text =
            "\u{FEFF}\r\n code , name \r\n\r\n  \r\n61,　陕西省 \r\n,,\r\n\"6,1\",\"渭\n南\"\r\n\n62,x\n";
        let table = Table::read(text.as_bytes()).unwrap();
        assert_eq!((table.header.line, &table.header.cells), (2, &StringRecord::from(vec!["code", "name"])));
        assert_eq!(
            cells(&table),
            [(5, vec!["61", "陕西省"]), (7, vec!["6,1", "渭\n南"]), (10, vec!["62", "x"])]
        );
        assert_eq!(table.rows(), 3);
    }

    #[test]
    fn tabs_separate_where_there_is_no_comma() {
        let table = Table::read(b"code\tname\n61\tA, B\n").unwrap();
        assert_eq!(cells(&table), [(2, vec!["61", "A, B"])]);
    }

    #[test]
    fn the_first_lines_say_what_separates() {
        for text in ["sep=;\ncode;name\n61;A, B\n", "code;name\n61;B\n", "花名册;;\ncode;name\n61;B\n"] {
            let table = Table::read(text.as_bytes()).unwrap();
            let last = table.rows.last().unwrap();
            assert_eq!((&last.cells[0], last.cells.len()), ("61", 2), "{text}");
            assert_eq!(last.line, text.matches('\n').count(), "{text}");
        }
    }

    #[test]
    fn what_a_spreadsheet_wrote_around_a_number_goes() {
        let text =
            "a,b\n'13812345678,'t Hof\n\"=\"\"0913\"\"\",1.3812345678E10\n1.3812345678E+10,1.38123E+10\n";
        let table = Table::read(text.as_bytes()).unwrap();
        let cells: Vec<&str> = table.rows.iter().flat_map(|row| row.cells.iter()).collect();
        let expected = ["13812345678", "'t Hof", "0913", "13812345678", "13812345678", "1.38123E+10"];
        assert_eq!(cells, expected);
    }

    #[test]
    fn limits_hold() {
        assert_eq!(Table::read(&vec![b'a'; MAX_BYTES + 1]).err(), Some(ImportError::TooLarge(MAX_BYTES + 1)));
        let rows = |n| format!("a\n{}", "b\n".repeat(n));
        assert_eq!(Table::read(rows(MAX_ROWS).as_bytes()).unwrap().rows(), MAX_ROWS);
        assert_eq!(Table::read(rows(MAX_ROWS + 1).as_bytes()).err(), Some(ImportError::TooManyRows));
        for empty in ["", "\n\n", "code,name", "code,name\n,\n", "\u{FEFF}"] {
            assert_eq!(Table::read(empty.as_bytes()).err(), Some(ImportError::Empty), "{empty:?}");
        }
    }

    #[test]
    fn every_error_speaks_both_languages() {
        let error = Table::read(b"code\n\xD5\n\xFF").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the file is not text: no UTF-8 at line 2 (byte 5), no GBK at line 2 (byte 5)"
        );
        assert!(error.zh().contains("UTF-8在第2行(第5字节)"), "{}", error.zh());
        for error in [ImportError::Workbook, ImportError::Utf16, ImportError::Empty, ImportError::NotCsv(3)] {
            assert!(!error.zh().is_ascii() && error.to_string().is_ascii());
        }
    }

    #[test]
    fn any_bytes_are_taken() {
        use rand::{RngCore, SeedableRng, rngs::StdRng};
        let mut rng = StdRng::seed_from_u64(7);
        for length in 0..2_000 {
            let mut bytes = vec![0; length];
            rng.fill_bytes(&mut bytes);
            let _ = Table::read(&bytes);
            bytes.iter_mut().for_each(|byte| *byte = b"\",\n\ra "[usize::from(*byte % 6)]);
            let _ = Table::read(&bytes);
        }
    }
}
