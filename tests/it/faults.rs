//! Faults: processes killed under load.

mod killed;
mod load;
#[cfg(feature = "postgres")]
mod rolling;
#[cfg(feature = "postgres")]
mod storm;
