//! Queries that no module owns: answers for retries, facts about the database, reading what may be unreadable.

use super::{Conn, EPOCH, NOW, has_table};

pub mod answers;
pub mod apart;
pub mod epoch;
pub mod guard;
pub mod meta;
pub mod migrations;
pub mod seals;
