//! Orders: place, read, list, and a command an endpoint.

pub mod ask;
pub mod batch;
pub mod by_phone;
pub mod check;
pub mod claim;
pub mod co_handle;
pub mod command;
pub mod dispatch;
pub mod former;
pub mod get;
pub mod handle;
pub mod invited;
pub mod list;
pub mod offers;
pub mod place;
pub mod preview;
pub mod reader;
pub mod requests;
pub mod resident;
pub mod review;
pub mod rings;
pub mod shown;
pub mod timeline;
pub mod view;
pub mod who;
