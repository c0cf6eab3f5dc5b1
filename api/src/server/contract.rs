//! The contract: the OpenAPI document, built from the routes. `openapi/openapi.json` is its committed copy.

mod words;

use crate::http::error::ErrorBody;
use crate::modules;
use actix_web::App;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, OpenApi, OpenApiBuilder, ServerBuilder, tag::TagBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt;

/// Tags, in reading order.
const TAGS: [(&str, &str); 8] = [
    ("auth", "Logging in"),
    ("me", "The signed-in person"),
    ("orders", "Orders: place, read, list"),
    ("commands", "Commands on an order"),
    ("claims", "Offers and claims"),
    ("catalogue", "Areas, service items, reasons, people"),
    ("files", "Photos"),
    ("admin", "Accounts, roles, units, teams, service items, import, pushes"),
];

/// The document.
#[must_use]
pub fn document() -> OpenApi {
    let (_, collected) = App::new().into_utoipa_app().configure(modules::documented).split_for_parts();
    let mut document = OpenApiBuilder::from(collected)
        .info(
            InfoBuilder::new()
                .title("diandan 点单")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "居民点单 · 组织派单 · 党员接单. Every answer is `{code, message, data, requestId}`; `code` is 0 or \
                     HTTP status × 100 + n. Ids are strings, instants RFC 3339 with +08:00.",
                ))
                .build(),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .tags(Some(TAGS.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build())))
        .build();
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let components = document.components.get_or_insert_with(Default::default);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let mut errors = vec![(ErrorBody::name().into_owned(), ErrorBody::schema())];
    ErrorBody::schemas(&mut errors);
    components.schemas.extend(errors);
    words::complete(&mut document);
    document
}

/// The document as pretty JSON with a final newline, as committed.
///
/// # Errors
/// When it does not serialise.
pub fn document_json() -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(&document())?))
}
