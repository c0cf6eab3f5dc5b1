//! The one list of modules: what each of them serves, and its errors.

use crate::http::error::{Kind, general};
use crate::http::paths::{BASE, Endpoints};
use crate::{catalogue, files, identity, import, live, news, order, organisation, people};
use actix_web::web;
use utoipa_actix_web::service_config;

/// Every kind of error the API answers with, a block a module.
pub const ERRORS: &[&[Kind]] = &[
    general::ERRORS,
    identity::errors::ERRORS,
    news::errors::ERRORS,
    files::errors::ERRORS,
    people::errors::ERRORS,
    order::errors::ERRORS,
    import::errors::ERRORS,
];

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

#[cfg(test)]
mod tests {
    use super::ERRORS;
    use crate::http::error::Kind;
    use std::collections::{BTreeMap, BTreeSet};

    fn all() -> impl Iterator<Item = Kind> {
        ERRORS.iter().copied().flatten().copied()
    }

    #[test]
    fn a_number_and_a_name_are_of_one_kind() {
        let numbers: BTreeSet<u32> = all().map(|kind| kind.row().code()).collect();
        let names: BTreeSet<&str> = all().map(|kind| kind.row().name).collect();
        assert_eq!((numbers.len(), names.len()), (all().count(), all().count()));
    }

    #[test]
    fn a_row_is_whole() {
        for row in all().map(Kind::row) {
            assert!((400..600).contains(&row.status) && row.n < 100, "{}: {}", row.name, row.code());
            assert!(row.name.chars().all(|c| c.is_ascii_uppercase() || c == '_'), "{}", row.name);
            assert!(!row.zh.is_ascii() && row.en.is_ascii(), "{}", row.name);
        }
    }

    #[test]
    fn a_module_has_at_most_twenty_numbers_a_status() {
        for block in ERRORS {
            let mut taken = BTreeMap::<u16, Vec<&str>>::new();
            for row in block.iter().map(|kind| kind.row()) {
                taken.entry(row.status).or_default().push(row.name);
            }
            assert!(taken.values().all(|names| names.len() <= 20), "{taken:?}");
        }
    }
}
