//! How anything is measured: load, what the machine and the database alone give, the table.

pub mod http;
pub mod load;
pub mod machine;
pub mod pgbench;
pub mod report;
pub mod site;
pub mod statements;
