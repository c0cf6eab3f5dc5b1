//! XLSX workbooks as an office's program writes them: text in shared strings, numbers as numbers, a sheet of its own.

#![allow(clippy::unwrap_used, reason = "a failed assertion is what a test wants")]

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"#;
const RELS: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const STYLES: &str = r#"<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>"#;
const PART: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const MAIN: &str = r#"xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main""#;

/// A sheet: whether it is hidden, and its rows. A cell of digits is a number, one behind `@` a number in a cell that shows
/// dates, one that begins with `#` an error, any other text.
pub type Sheet<'a> = (bool, &'a [&'a [&'a str]]);

/// A workbook whose first sheet is empty and whose second has these rows.
#[must_use]
pub fn of(rows: &[&[&str]]) -> Vec<u8> {
    of_sheets(&[(false, &[]), (false, rows)])
}

/// A workbook of these sheets.
#[must_use]
pub fn of_sheets(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let (mut strings, mut count) = (String::new(), 0);
    let (mut names, mut links) = (String::new(), String::new());
    let mut parts = vec![
        ("[Content_Types].xml".to_owned(), TYPES.to_owned()),
        ("_rels/.rels".to_owned(), RELS.to_owned()),
        ("xl/styles.xml".to_owned(), STYLES.to_owned()),
    ];
    for (n, (hidden, rows)) in (1..).zip(sheets) {
        let state = if *hidden { r#" state="hidden""# } else { "" };
        write!(names, r#"<sheet name="表{n}" sheetId="{n}"{state} r:id="rId{n}"/>"#).unwrap();
        write!(
            links,
            r#"<Relationship Id="rId{n}" Type="{PART}/worksheet" Target="worksheets/sheet{n}.xml"/>"#
        )
        .unwrap();
        let mut sheet = String::new();
        for (y, row) in (1..).zip(*rows) {
            write!(sheet, r#"<row r="{y}">"#).unwrap();
            for (column, cell) in ('A'..).zip(*row).filter(|(_, cell)| !cell.is_empty()) {
                if cell.bytes().all(|b| b.is_ascii_digit() || b"+-.E".contains(&b)) {
                    write!(sheet, r#"<c r="{column}{y}"><v>{cell}</v></c>"#).unwrap();
                } else if let Some(dated) = cell.strip_prefix('@') {
                    write!(sheet, r#"<c r="{column}{y}" s="1"><v>{dated}</v></c>"#).unwrap();
                } else if cell.starts_with('#') {
                    write!(sheet, r#"<c r="{column}{y}" t="e"><v>{cell}</v></c>"#).unwrap();
                } else {
                    write!(sheet, r#"<c r="{column}{y}" t="s"><v>{count}</v></c>"#).unwrap();
                    write!(strings, "<si><t>{cell}</t></si>").unwrap();
                    count += 1;
                }
            }
            sheet.push_str("</row>");
        }
        let data = format!("<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>");
        parts.push((format!("xl/worksheets/sheet{n}.xml"), data));
    }
    for (id, kind, target) in
        [("strings", "sharedStrings", "sharedStrings.xml"), ("styles", "styles", "styles.xml")]
    {
        write!(links, r#"<Relationship Id="{id}" Type="{PART}/{kind}" Target="{target}"/>"#).unwrap();
    }
    let book = format!(r#"<workbook {MAIN} xmlns:r="{PART}"><sheets>{names}</sheets></workbook>"#);
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    parts.push(("xl/workbook.xml".into(), book));
    parts.push((
        "xl/_rels/workbook.xml.rels".into(),
        format!(r#"<Relationships xmlns="{package}">{links}</Relationships>"#),
    ));
    parts.push(("xl/sharedStrings.xml".into(), format!("<sst {MAIN}>{strings}</sst>")));
    zipped(&parts)
}

/// A small file that unpacks to so many bytes.
#[must_use]
pub fn bomb(bytes: usize) -> Vec<u8> {
    zipped(&[("xl/sharedStrings.xml".into(), " ".repeat(bytes))])
}

fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
