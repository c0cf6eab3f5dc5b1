//! Rows of a file's table, and why a file is no table at all.

use csv::StringRecord;
use std::fmt;

/// The most rows, blank ones not counted.
pub const MAX_ROWS: usize = 200_000;

/// A place in a file: offset in bytes from 0, line from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub offset: usize,
    /// The line it is on.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} (byte {})", self.line, self.offset)
    }
}

/// Why a file is no table at all. `Display` is English, [`ImportError::zh`] Chinese.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More than `MAX_BYTES` of `import/table.rs`.
    #[error("the file has {0} bytes, more than 20 MB")]
    TooLarge(usize),
    /// More than [`MAX_ROWS`].
    #[error("the file has more than 200,000 rows")]
    TooManyRows,
    /// No header, or nothing below it.
    #[error("the file has no rows")]
    Empty,
    /// A spreadsheet's own format that cannot be read: an old one (XLS), a damaged one, one that unpacks to too much.
    #[error("the workbook cannot be read; save the sheet as XLSX or CSV")]
    Workbook,
    /// Several sheets with a table.
    #[error("several sheets hold a table; leave the one that is to be imported, or hide the others")]
    Sheets,
    /// UTF-16.
    #[error("the file is UTF-16; save it as CSV in UTF-8")]
    Utf16,
    /// Neither UTF-8 nor GBK. Without a place for GBK the file is UTF-8 but for that byte.
    #[error("the file is not text: no UTF-8 at {utf8}{}", .gbk.map(|at| format!(", no GBK at {at}")).unwrap_or_default())]
    NotText {
        /// The first byte that is not UTF-8.
        utf8: Place,
        /// The first byte that is not GBK.
        gbk: Option<Place>,
    },
    /// No CSV.
    #[error("line {0} is not CSV")]
    NotCsv(u64),
}

impl ImportError {
    /// What is wrong, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::TooLarge(bytes) => format!("文件有{bytes}字节,超过20MB"),
            Self::TooManyRows => "文件超过20万行".to_owned(),
            Self::Empty => "文件没有数据行".to_owned(),
            Self::Workbook => "这个工作簿读不了,请另存为XLSX或CSV再上传".to_owned(),
            Self::Sheets => "有几个工作表都有数据,请只保留要导入的那一个,或隐藏其他工作表".to_owned(),
            Self::Utf16 => "文件是UTF-16编码,请另存为UTF-8编码的CSV".to_owned(),
            Self::NotText { utf8, gbk: None } => {
                format!("第{}行(第{}字节)不是有效的UTF-8文字", utf8.line, utf8.offset)
            }
            Self::NotText { utf8, gbk: Some(gbk) } => format!(
                "文件既不是UTF-8也不是GBK:UTF-8在第{}行(第{}字节)出错,GBK在第{}行(第{}字节)出错",
                utf8.line, utf8.offset, gbk.line, gbk.offset
            ),
            Self::NotCsv(line) => format!("第{line}行不是有效的CSV"),
        }
    }
}

/// One row of a table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The line of the file it starts on, from 1.
    pub(super) line: usize,
    /// Its cells, without what nobody sees and trimmed.
    pub(super) cells: StringRecord,
}
