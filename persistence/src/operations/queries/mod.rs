//! Queries that keep a database in order.

use super::{Conn, engine, order, people, try_lock_broom};

pub mod reseal;
pub mod sealed;
pub mod sweep;
