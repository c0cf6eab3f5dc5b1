//! The one sheet of an XLSX workbook that holds a table, as rows of text. Memory is bounded before anything is kept: the parts of the
//! file are counted while they are unpacked, so that a small file that unpacks to a huge one is refused.

use super::rows::{ImportError, MAX_ROWS, Row};
use calamine::{DataRef, Reader, SheetVisible, Xlsx, XlsxError};
use csv::StringRecord;
use domain::words::text;
use std::io::{Cursor, Read};

/// The most that a workbook may unpack to, bytes. The whole country's areas are 34 MB of text, some 120 MB of XML.
const UNPACKED_MAX: u64 = 256 * 1024 * 1024;
/// The most columns that are read.
const COLUMNS_MAX: u32 = 200;
/// From here on a spreadsheet's number has lost digits.
const EXACT: f64 = 1e15;

/// Whether these bytes begin like a workbook.
pub(super) fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The rows of the sheet that is shown and holds a table; rows without text are left out. A sheet of one column explains
/// something: it is read where there is no table.
///
/// # Errors
/// [`ImportError::Workbook`] for what is no XLSX or unpacks to too much, [`ImportError::TooManyRows`],
/// [`ImportError::Sheets`] where several sheets hold tables: which one is meant nobody knows, and none is lost.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<Row>, ImportError> {
    unpacks_to_little(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let shown = book.sheets_metadata().iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
    let names: Vec<String> = shown.map(|sheet| sheet.name.clone()).collect();
    let (mut table, mut text) = (None, Vec::new());
    for name in names {
        let rows = sheet(&mut book, &name)?;
        match (is_table(&rows), &table) {
            (true, None) => table = Some(rows),
            (true, Some(_)) => return Err(ImportError::Sheets),
            (false, _) if text.is_empty() => text = rows,
            (false, _) => {}
        }
    }
    Ok(table.unwrap_or(text))
}

/// Whether two rows have something in more than one column.
fn is_table(rows: &[Row]) -> bool {
    let filled = |row: &&Row| row.cells.iter().filter(|cell| !cell.is_empty()).count() > 1;
    rows.iter().filter(filled).count() > 1
}

fn unpacks_to_little(bytes: &[u8]) -> Result<(), ImportError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_no_zip| ImportError::Workbook)?;
    let mut left = UNPACKED_MAX;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_damaged| ImportError::Workbook)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink());
        let read = read.map_err(|_damaged| ImportError::Workbook)?;
        left = left.checked_sub(read).ok_or(ImportError::Workbook)?;
    }
    Ok(())
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Vec<Row>, ImportError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut at: Option<(u32, Vec<String>)> = None;
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = cell.get_position();
        let shown = shown(cell.get_value());
        if shown.is_empty() || column >= COLUMNS_MAX {
            continue;
        }
        if at.as_ref().is_none_or(|(current, _)| *current != row) {
            close(&mut rows, at.take())?;
        }
        let (_, filled) = at.get_or_insert_with(|| (row, Vec::new()));
        let place = usize::try_from(column).unwrap_or(usize::MAX);
        filled.resize_with(filled.len().max(place + 1), String::new);
        if let Some(cell) = filled.get_mut(place) {
            *cell = shown;
        }
    }
    close(&mut rows, at)?;
    widen(&mut rows);
    Ok(rows)
}

fn close(rows: &mut Vec<Row>, row: Option<(u32, Vec<String>)>) -> Result<(), ImportError> {
    let Some((row, cells)) = row else { return Ok(()) };
    if rows.len() > MAX_ROWS {
        return Err(ImportError::TooManyRows);
    }
    let line = usize::try_from(row).unwrap_or(usize::MAX).saturating_add(1);
    rows.push(Row { line, cells: StringRecord::from(cells) });
    Ok(())
}

/// A sheet has no cells where nothing stands: every row is as wide as the widest.
fn widen(rows: &mut [Row]) {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    for row in rows {
        for _ in row.cells.len()..width {
            row.cells.push_field("");
        }
    }
}

/// A cell as its reader sees it: whole numbers without a point. A number that lost digits stays in the form that says so.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(n) => n.to_string(),
        DataRef::Float(f) => number(*f),
        // a number in a cell that shows dates
        DataRef::DateTime(at) => number(at.as_f64()),
        DataRef::String(text) => text::line(text),
        DataRef::SharedString(text) => text::line(text),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.into(),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text::line(text),
        // a formula that found nothing (#N/A) is told with its row
        DataRef::Error(wrong) => wrong.to_string(),
        DataRef::Empty => String::new(),
    }
}

fn number(f: f64) -> String {
    if f.abs() >= EXACT {
        format!("{f:E}")
    } else if f.fract() == 0.0 {
        format!("{f:.0}")
    } else {
        f.to_string()
    }
}

fn unreadable(_: XlsxError) -> ImportError {
    ImportError::Workbook
}
