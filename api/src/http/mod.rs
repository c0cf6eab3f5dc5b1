//! What every endpoint speaks: errors, pages, times, fields, languages. Leaves without state.

pub mod answers;
pub mod client;
pub mod error;
pub mod fields;
pub mod json;
pub mod locale;
pub mod page;
pub mod params;
pub mod paths;
pub mod patience;
pub mod request_id;
pub mod text;
pub mod time;
pub mod wire;
