//! An area of a file, checked.

use domain::organisation::{AreaLevel, GridClass};

/// The area above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Parent {
    /// None: the top of a tree.
    Top,
    /// The record at this place of the same result, which comes before this one.
    Record(usize),
    /// An area that is not in the file, by its code. The caller looks it up; its level must be above this one's.
    Elsewhere(String),
}

/// One area, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaRecord {
    /// Its line in the file.
    pub line: usize,
    /// Its level.
    pub level: AreaLevel,
    /// Its code, unique in the file: 1 to 32 of `0-9 A-Z a-z _ . -`.
    pub code: String,
    /// The area above.
    pub parent: Parent,
    /// Official name, 1 to 100 characters.
    pub name: String,
    /// The name that people are shown, where it is another.
    pub display_name: Option<String>,
    /// Other names, each once, none of them empty.
    pub aliases: Vec<String>,
    /// Class of a grid; only grids have one.
    pub grid_class: Option<GridClass>,
    /// Longitude and latitude, WGS-84 degrees.
    pub position: Option<(f64, f64)>,
    /// Prefix of the order numbers of the area and all below it, unique in the file.
    pub number_prefix: Option<String>,
    /// The office that people ask.
    pub office_name: Option<String>,
    /// Its telephone, in normal form.
    pub office_phone: Option<String>,
}
