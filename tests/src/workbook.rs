//! XLSX workbooks as an office's program writes them: text in shared strings, numbers as numbers, a sheet of its own.

#![allow(clippy::unwrap_used, reason = "a failed assertion is what a test wants")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="说明" sheetId="1" r:id="rId1"/><sheet name="名单" sheetId="2" r:id="rId2"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet2.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#;
const MAIN: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;

/// A workbook whose first sheet is empty and whose second has these rows. A cell of digits is a number, any other text.
#[must_use]
pub fn of(rows: &[&[&str]]) -> Vec<u8> {
    let (mut strings, mut count, mut sheet) = (String::new(), 0, String::new());
    for (y, row) in (1..).zip(rows) {
        write!(sheet, r#"<row r="{y}">"#).unwrap();
        for (column, cell) in ('A'..).zip(*row).filter(|(_, cell)| !cell.is_empty()) {
            if cell.bytes().all(|b| b.is_ascii_digit() || b"+-.E".contains(&b)) {
                write!(sheet, r#"<c r="{column}{y}"><v>{cell}</v></c>"#).unwrap();
            } else {
                write!(sheet, r#"<c r="{column}{y}" t="s"><v>{count}</v></c>"#).unwrap();
                write!(strings, "<si><t>{cell}</t></si>").unwrap();
                count += 1;
            }
        }
        sheet.push_str("</row>");
    }
    let data = |rows: &str| format!("<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>");
    zipped(&[
        ("[Content_Types].xml", TYPES.into()),
        ("_rels/.rels", RELS.into()),
        ("xl/workbook.xml", BOOK.into()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.into()),
        ("xl/worksheets/sheet1.xml", data("")),
        ("xl/worksheets/sheet2.xml", data(&sheet)),
        ("xl/sharedStrings.xml", format!("<sst {MAIN}>{strings}</sst>")),
    ])
}

/// A small file that unpacks to so many bytes.
#[must_use]
pub fn bomb(bytes: usize) -> Vec<u8> {
    zipped(&[("xl/sharedStrings.xml", " ".repeat(bytes))])
}

fn zipped(parts: &[(&str, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
