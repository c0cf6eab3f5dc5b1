//! What the command endpoints share: a request becomes a command and what is enclosed; the shell does the rest.

pub mod batch;
pub mod check;
pub mod claim;
pub mod co_handle;
pub mod dispatch;
pub mod handle;
pub mod invited;
pub mod preview;
pub mod requests;
pub mod resident;
pub mod review;
pub mod rings;

use crate::http::error::{ApiError, ApiResult};
use crate::http::locale::Lang;
use crate::http::params::PathId;
use crate::http::wire::{Reply, id};
use crate::identity::keyed::Keyed;
use crate::identity::principal::Principal;
use crate::order::apply;
use crate::order::apply::{CommandResult, Enclosed};
use crate::state::AppState;
use domain::order::Command;
use domain::{FileId, OrderId};

/// Longest text of a note, characters.
pub const TEXT_MAX: usize = 2000;
/// Most photos of one command.
pub const FILES_MAX: usize = 9;

/// A request that becomes a command.
pub trait IntoCommand {
    /// The command and what goes with it.
    ///
    /// # Errors
    /// 400 or 422, naming the field.
    fn into_command(self) -> ApiResult<(Command, Enclosed)>;
}

/// Runs a command endpoint.
///
/// # Errors
/// As [`apply::command`].
pub async fn run<T: IntoCommand>(
    state: &AppState,
    who: &Principal,
    order: PathId<OrderId>,
    request: Keyed<T>,
    lang: Lang,
) -> ApiResult<Reply<CommandResult>> {
    let (command, enclosed) = request.body.into_command()?;
    let result = apply::command(&state.shell, who, order.0, request.key, command, enclosed).await?;
    Ok(Reply::ok(result.localised(lang)))
}

/// Declares a command endpoint: its documentation, name, path and request type.
macro_rules! command_endpoint {
    ($(#[$doc:meta])* $name:ident, $path:tt, $request:ty) => {
        $(#[$doc])*
        #[utoipa::path(
            post,
            path = $path,
            tag = "commands",
            params(crate::http::answers::ById, crate::http::answers::WriteHeaders),
            request_body = $request,
            responses(
                (status = 200, description = "Done", body = crate::http::wire::Envelope<crate::order::apply::CommandResult>),
                crate::http::answers::WriteErrors,
            ),
            security(("bearer" = [])),
        )]
        #[post($path)]
        pub async fn $name(
            state: actix_web::web::Data<crate::state::AppState>,
            who: crate::identity::principal::Principal,
            order: crate::http::params::PathId<domain::OrderId>,
            request: crate::identity::keyed::Keyed<$request>,
            lang: crate::http::locale::Lang,
        ) -> crate::http::error::ApiResult<crate::http::wire::Reply<crate::order::apply::CommandResult>> {
            crate::order::routes::commands::run(&state, &who, order, request, lang).await
        }
    };
}
pub(crate) use command_endpoint;

/// Photos by id.
///
/// # Errors
/// 400 naming the field for a bad id, 422 for too many.
pub fn files(field: &str, ids: &[String], purpose: &'static str) -> ApiResult<Vec<(FileId, &'static str)>> {
    if ids.len() > FILES_MAX {
        return Err(ApiError::field(field, format!("at most {FILES_MAX}")));
    }
    ids.iter().map(|text| Ok((id(field, text)?, purpose))).collect()
}
