//! The server of diandan: HTTP over the rules of `domain` and the storage of `persistence`.

pub mod apply;
pub mod auth;
pub mod backup;
pub mod bulk;
pub mod claiming;
pub mod cli;
pub mod client;
pub mod config;
pub mod contract;
pub mod error;
pub mod feed;
pub mod guard;
pub mod import;
pub mod jobs;
pub mod keyed;
pub mod live;
pub mod locale;
pub mod management;
pub mod metrics;
pub mod params;
pub mod photo;
pub mod push;
pub mod rate;
pub mod request_id;
pub mod routes;
pub mod saved;
pub mod server;
pub mod shutdown;
pub mod state;
pub mod text;
pub mod unmatched;
pub mod wire;

pub use config::Config;
pub use server::run;
pub use state::AppState;
