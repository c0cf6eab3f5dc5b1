//! Parameters of the path and the query, with the failing one named.

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::http::json::wanted;
use crate::http::paths::Paths;
use crate::http::wire;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// The only parameter of a query that may be empty: a search for nothing finds everything.
pub const MAY_BE_EMPTY: &str = "q";
/// The longest search, characters as they are sent.
const SEARCH_MAX: usize = 60;

/// Refuses a search that is longer than documented, however little of it is seen.
///
/// # Errors
/// 400 naming `q`.
pub fn check_search(q: Option<&str>) -> ApiResult<()> {
    match q {
        Some(q) if q.chars().count() > SEARCH_MAX => {
            Err(ApiError::syntax("q", format!("at most {SEARCH_MAX} characters")))
        }
        _ => Ok(()),
    }
}

/// The `{id}` of the path: the key of what the path names.
#[derive(Debug, Clone, Copy)]
pub struct PathId<K = i64>(pub K);

impl<K: From<i64>> FromRequest for PathId<K> {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let read = wire::id("id", req.match_info().get("id").unwrap_or("")).map(Self);
        // what is no id may be the path of another endpoint, which takes other methods
        let is_another = || req.app_data::<Data<Paths>>().is_some_and(|paths| paths.is_literal(req.path()));
        ready(read.map_err(|e| if is_another() { ApiError::new(Kind::METHOD_NOT_ALLOWED) } else { e }))
    }
}

/// The query.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<ApiResult<Self>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(req.query_string()).map(Self))
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> ApiResult<T> {
    if query.contains("%00") {
        return Err(ApiError::syntax("query", "NUL characters are not accepted"));
    }
    // an empty value is no id and no word, with its sign or without
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut named = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    if let Some((name, _)) = named.find(|(name, value)| value.is_empty() && *name != MAY_BE_EMPTY) {
        return Err(ApiError::syntax(name, "empty: leave it out"));
    }
    let pairs = serde_html_form::Deserializer::from_bytes(query.as_bytes());
    serde_path_to_error::deserialize(pairs).map_err(|e| {
        let (path, message) = (e.path().to_string(), e.inner().to_string());
        let unknown =
            message.split_once("field `").and_then(|(_, rest)| rest.split_once('`')).map(|(name, _)| name);
        match (path.as_str(), unknown) {
            ("." | "?", Some(name)) => {
                let missing = message.starts_with("missing field");
                ApiError::syntax(name, if missing { "required" } else { "unknown field" })
            }
            ("." | "?", None) => ApiError::syntax("query", "cannot be read"),
            _ if message.starts_with("unknown field") => ApiError::syntax(path, "unknown field"),
            _ => ApiError::syntax(path, wanted(&message)),
        }
    })
}
