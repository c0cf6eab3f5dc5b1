//! The server of diandan: HTTP over the rules of `domain` and the storage of `persistence`.

pub mod apply;
pub mod auth;
pub mod backup;
pub mod bulk;
pub mod catalogue;
pub mod channels;
pub mod claiming;
pub mod cli;
pub mod config;
pub mod contents;
pub mod contract;
pub mod guard;
pub mod http;
pub mod import;
pub mod jobs;
pub mod keyed;
pub mod leaving;
pub mod live;
pub mod management;
pub mod metrics;
pub mod photo;
pub mod push;
pub mod refs;
pub mod rights;
pub mod routes;
pub mod saved;
pub mod searched;
pub mod server;
pub mod shutdown;
pub mod state;
pub mod unmatched;
pub mod uploads;

pub use config::Config;
pub use server::run;
pub use state::AppState;
