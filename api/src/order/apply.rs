//! The one shell around the rules: load → decide → commit → bounded retry. Every change of an order but the claim
//! goes through here, a person's and the system's alike.

mod facts;
mod files;
pub mod placing;
mod result;
mod shell;
pub mod sight;

use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::keyed::RequestKey;
use crate::identity::principal::Principal;
use domain::order::{Command, Facts, TimerKind, decide};
use domain::people::Actor;
use domain::{FileId, OrderId};
use persistence::engine::fault;
use persistence::order::values::{Attachments, NewNote};
use persistence::{Constraint, StoreError};

pub use facts::{for_escalation, of_command, of_person, with_named};
use facts::{named, targets};
use files::check_enclosed;
pub use result::CommandResult;
pub use shell::Shell;
pub use sight::{Seen, Sight, look, see};

/// Times a command is decided anew when the order changed under it.
const TRIES: usize = 3;

/// Words and photos that go with a command.
#[derive(Debug, Clone, Default)]
pub struct Enclosed {
    /// The words.
    pub text: Option<String>,
    /// Whether the resident may read them.
    pub visible_to_resident: bool,
    /// Photos: key and purpose.
    pub files: Vec<(FileId, &'static str)>,
}

impl Enclosed {
    /// A note and nothing else.
    #[must_use]
    pub fn note(text: String, visible_to_resident: bool) -> Self {
        Self { text: Some(text), visible_to_resident, files: Vec::new() }
    }
}

/// A person's command from an endpoint: decided and committed, or replayed when the key was used. A key that was used
/// fails the commit, so what was answered under it is only asked for when something fails: most commands are new.
///
/// # Errors
/// 404 when the person may not see the order; the rejection's; 422 when the key was used for another body.
pub async fn command(
    shell: &Shell,
    who: &Principal,
    id: OrderId,
    key: RequestKey,
    command: Command,
    enclosed: Enclosed,
) -> ApiResult<CommandResult> {
    let by = By::Person { who, key: &key };
    let files = enclosed.files.clone();
    let done = async {
        check_enclosed(shell, who, &command, &files).await?;
        apply(shell, by, id, &command, enclosed).await
    };
    match done.await {
        Err(e) if e.kind != Kind::UNAVAILABLE => match by.replay(shell).await? {
            Some(earlier) => Ok(earlier),
            None => {
                // another order took a photo at the same moment, or it was swept
                if e.kind == Kind::CONFLICT {
                    check_enclosed(shell, who, &command, &files).await?;
                }
                Err(e)
            }
        },
        done => done,
    }
}

/// A command of the system: time passing, a rule of the item.
///
/// # Errors
/// The rejection's.
pub async fn system(shell: &Shell, id: OrderId, command: &Command) -> ApiResult<CommandResult> {
    apply(shell, By::System, id, command, Enclosed::default()).await
}

#[derive(Clone, Copy)]
enum By<'a> {
    Person { who: &'a Principal, key: &'a RequestKey },
    System,
}

impl By<'_> {
    /// What was answered under the key before, if it was used.
    async fn replay(self, shell: &Shell) -> ApiResult<Option<CommandResult>> {
        match self {
            By::Person { who, key } => key.replay(&shell.store, who).await,
            By::System => Ok(None),
        }
    }
}

async fn apply(
    shell: &Shell,
    by: By<'_>,
    id: OrderId,
    command: &Command,
    enclosed: Enclosed,
) -> ApiResult<CommandResult> {
    let mut last = ApiError::new(Kind::CONFLICT);
    for _ in 0..TRIES {
        let (case, facts, actor) = match by {
            By::Person { who, .. } => {
                // beside each other; what the order says of the person comes first
                let (seen, named) = tokio::join!(see(shell, who, id), named(shell, id, command));
                let ((case, facts), named) = (seen?, named?);
                let standings = [named.standings, facts.targets].concat();
                let facts = Facts { ancestors: named.ancestors, targets: standings, ..facts };
                let facts = targets(shell, Some(who), &case, command, facts).await?;
                (case, facts, who.actor())
            }
            By::System => {
                let case = shell.store.read_case(id, None).await?;
                let facts = Facts { rules: case.rules.clone(), ..Facts::default() };
                let facts = if matches!(command, Command::Expire { timer: TimerKind::Escalation }) {
                    for_escalation(shell, &case.loaded.order, facts).await?
                } else {
                    let named = named(shell, id, command).await?;
                    Facts { ancestors: named.ancestors, targets: named.standings, ..facts }
                };
                let facts = targets(shell, None, &case, command, facts).await?;
                (case, facts, Actor::System)
            }
        };
        let before = case.loaded.order;
        let decision = decide(&before, command, actor, &facts, case.now)?;
        let result = CommandResult::of(&decision.changes, &case.loaded.number);
        let own = actor.account().is_some_and(|account| before.is_own(account));
        let result = if own { result.plainly(&decision.changes) } else { result };
        let attach = attachments(by, &enclosed, &result)?;
        match shell.store.commit(before, decision, attach).await {
            Ok(()) => {
                fault::point(match by {
                    By::Person { .. } => fault::COMMAND_COMMITTED,
                    By::System => fault::TIMER_COMMITTED,
                });
                shell.committed.notify_one();
                return Ok(result);
            }
            // it changed, a retry ran beside this one, or a photo went with another order
            Err(
                e @ (StoreError::Conflict(_)
                | StoreError::Taken(Constraint::Idempotency | Constraint::OrderFile)),
            ) => match by.replay(shell).await? {
                Some(answer) => return Ok(answer),
                None => last.cause = Some(e.to_string()),
            },
            Err(e) => return Err(e.into()),
        }
    }
    Err(last)
}

fn attachments(by: By<'_>, enclosed: &Enclosed, result: &CommandResult) -> ApiResult<Attachments> {
    let author = match by {
        By::Person { who, .. } => Some(who.account()),
        By::System => None,
    };
    let note = enclosed.text.clone().map(|text| NewNote {
        author,
        text,
        visible_to_resident: enclosed.visible_to_resident,
    });
    let answer = match by {
        By::Person { who, key } => Some(key.answer(who, 200, result)?),
        By::System => None,
    };
    Ok(Attachments { note, files: enclosed.files.clone(), claim_key: None, answer })
}
