//! Bulk import of areas and staff: from the bytes of a table to checked records, or a report of every bad row.
//!
//! Only reading and checking: no database. Either every row is good and there are records, or there are bad rows
//! and no record at all, so nothing can be half imported.

pub mod areas;
pub mod bulk;
mod encoding;
pub mod errors;
mod report;
pub mod routes;
pub mod rows;
mod sheet;
pub mod staff;
pub mod table;
mod tree;
mod vocabulary;
mod workbook;

pub use areas::parse_areas;
pub use areas::record::{AreaRecord, Parent};
pub use report::BadRow;
pub use rows::ImportError;
pub use staff::{Bound, RoleBinding, StaffRecord, parse_staff};
pub use table::Table;
