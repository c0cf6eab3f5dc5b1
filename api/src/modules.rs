//! The one list of modules: what each of them serves.

use crate::http::paths::{BASE, Endpoints};
use crate::{catalogue, files, import, live, order, organisation, people};
use actix_web::web;
use utoipa_actix_web::service_config;

/// Serves everything.
pub fn api(cfg: &mut web::ServiceConfig) {
    cfg.service(web::scope(BASE).configure(endpoints));
}

/// Documents everything.
pub fn documented(cfg: &mut service_config::ServiceConfig) {
    cfg.service(utoipa_actix_web::scope(BASE).configure(|v1| endpoints(v1)));
}

/// Everything under [`BASE`].
pub fn endpoints(v1: &mut impl Endpoints) {
    people::routes::endpoints(v1);
    organisation::routes::endpoints(v1);
    catalogue::routes::endpoints(v1);
    files::routes::endpoints(v1);
    order::routes::endpoints(v1);
    live::endpoints(v1);
    import::routes::endpoints(v1);
}
