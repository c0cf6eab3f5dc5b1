//! Faults: processes killed under load.

mod killed;
mod load;
