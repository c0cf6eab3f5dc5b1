//! The calendar: what days and hours mean here. No clock: the time is always given.

pub(crate) mod quiet;

pub use quiet::{DayTime, QuietHours};
