//! The server of diandan: HTTP over the rules of `domain` and the storage of `persistence`.

pub mod catalogue;
pub mod cli;
pub mod config;
pub mod files;
pub mod http;
pub mod identity;
pub mod import;
pub mod live;
pub mod metrics;
pub mod modules;
pub mod news;
pub mod operations;
pub mod order;
pub mod organisation;
pub mod people;
pub mod server;
pub mod state;

pub use config::Config;
pub use server::run;
pub use state::AppState;
