//! Words and numbers as people write them, over HTTP and on both databases.

mod kept;
mod phones;
mod search;
