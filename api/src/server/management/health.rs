//! Liveness and readiness. Live: the process answers, nothing else is touched. Ready: it may be given requests.

use crate::state::AppState;
use actix_web::HttpResponse;
use actix_web::web::{self, Data};
use persistence::{Cause, StoreError};
use serde::Serialize;
use std::future::{Ready, ready as at_once};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long a check may take.
const LIMIT: Duration = Duration::from_secs(1);
/// Less free space than this is worth a warning, bytes.
const FREE_BYTES: u64 = 500 * 1024 * 1024;
/// And so is less than this share of the whole, percent.
const FREE_PERCENT: u64 = 5;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    /// It works and wants looking after.
    Degraded,
    /// Requests cannot be served.
    Unavailable,
}

/// One check.
#[derive(Debug, Serialize)]
struct Check {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Checks {
    process: Check,
    database: Check,
    migrations: Check,
    disk: Check,
    queue: Check,
    outbox: Check,
}

#[derive(Debug, Serialize)]
struct Readiness {
    status: Status,
    checks: Checks,
}

impl Check {
    const OK: Self = Self { status: Status::Ok, reason: None };

    fn not(status: Status, reason: impl Into<String>) -> Self {
        Self { status, reason: Some(reason.into()) }
    }
}

/// `GET /health/live`.
pub fn live() -> Ready<HttpResponse> {
    at_once(HttpResponse::Ok().json(serde_json::json!({ "status": "ok" })))
}

/// `GET /health/ready`: 503 only when the database or the migrations are not right, or while stopping.
pub async fn ready(state: Data<AppState>) -> HttpResponse {
    let process = match state.stopping.load(Ordering::SeqCst) {
        true => Check::not(Status::Unavailable, "stopping"),
        false => Check::OK,
    };
    let (database, migrations, disk, outbox) =
        tokio::join!(database(&state), migrations(&state), disk(&state), outbox(&state));
    let checks = Checks { process, database, migrations, disk, queue: queue(&state), outbox };
    let all =
        [&checks.process, &checks.database, &checks.migrations, &checks.disk, &checks.queue, &checks.outbox];
    let status = all.iter().map(|check| check.status).max().unwrap_or(Status::Ok);
    let mut answer = match status {
        Status::Ok | Status::Degraded => HttpResponse::Ok(),
        Status::Unavailable => HttpResponse::ServiceUnavailable(),
    };
    answer.insert_header(("Cache-Control", "no-store")).json(Readiness { status, checks })
}

async fn within<T>(answer: impl Future<Output = Result<T, StoreError>>) -> Result<T, Check> {
    match tokio::time::timeout(LIMIT, answer).await {
        Ok(Ok(value)) => Ok(value),
        // the log has more; this answer may be read by anybody
        Ok(Err(e)) => Err(Check::not(Status::Unavailable, said(&e))),
        Err(_) => Err(Check::not(Status::Unavailable, "no answer within 1 s")),
    }
}

/// What is wrong, without a word of the database's.
fn said(e: &StoreError) -> &'static str {
    match e {
        StoreError::Unavailable(trouble) => match trouble.cause {
            Cause::Away => "does not answer",
            Cause::ReadOnly => "takes reads only: it is a standby, or told to",
            Cause::Refuses => "refuses what is written: its disk may be full",
        },
        StoreError::NotFound
        | StoreError::Taken(_)
        | StoreError::Conflict(_)
        | StoreError::Unreadable(_)
        | StoreError::Internal(_) => "does not answer",
    }
}

/// A database that is only read serves nobody: it is asked whether it takes writes, too.
async fn database(state: &AppState) -> Check {
    let asked = async {
        state.store.ping().await?;
        state.store.takes_writes().await
    };
    within(asked).await.map_or_else(|check| check, |()| Check::OK)
}

async fn migrations(state: &AppState) -> Check {
    let standing = match within(state.store.standing()).await {
        Ok(standing) => standing,
        Err(check) => return check,
    };
    if !standing.pending.is_empty() {
        return Check::not(Status::Unavailable, format!("pending: {}", standing.pending.join(", ")));
    }
    match standing.unknown.is_empty() {
        true => Check::OK,
        // migrated under us, by an upgrade that replaces one replica after the other: a release only adds what the one
        // before it can live with, so we go on (and would not start again)
        false => {
            Check::not(Status::Degraded, format!("newer than this binary: {}", standing.unknown.join(", ")))
        }
    }
}

/// Somebody has to look after orders whose events cannot be told; all others are told of, here as elsewhere.
async fn outbox(state: &AppState) -> Check {
    match within(state.store.stuck()).await {
        Ok(stuck) if stuck.events > 0 => Check::not(
            Status::Degraded,
            format!("{} events of {} orders were set aside: see `diandan prove`", stuck.events, stuck.orders),
        ),
        Ok(_) => Check::OK,
        // whether the database answers is said above
        Err(check) => Check { status: Status::Degraded, ..check },
    }
}

async fn disk(state: &AppState) -> Check {
    let folder = state.config.data_dir.clone();
    let asked = tokio::time::timeout(LIMIT, web::block(move || space(&folder))).await;
    match asked {
        Ok(Ok(Some((free, whole)))) => judge(free, whole),
        _ => Check::not(Status::Degraded, "the free space of the data folder is not known"),
    }
}

/// Without its queue a replica hears of the others from the database, within 250 ms: slower, and nothing is lost.
fn queue(state: &AppState) -> Check {
    match state.queue.trouble() {
        None => Check::OK,
        Some(why) => Check::not(
            Status::Degraded,
            format!("{} {why}: the database is asked every 250 ms", state.queue.kind()),
        ),
    }
}

/// Little free space is no reason to send requests elsewhere: the others have the same, or none of it.
fn judge(free: u64, whole: u64) -> Check {
    let percent = u128::from(free) * 100 / u128::from(whole.max(1));
    if free < FREE_BYTES || percent < u128::from(FREE_PERCENT) {
        return Check::not(Status::Degraded, format!("{} MiB free ({percent} %)", free / (1024 * 1024)));
    }
    Check::OK
}

/// Bytes free for us and bytes in all, of the file system a folder is on.
#[cfg(unix)]
fn space(folder: &Path) -> Option<(u64, u64)> {
    let stat = rustix::fs::statvfs(folder).ok()?;
    Some((stat.f_bavail.saturating_mul(stat.f_frsize), stat.f_blocks.saturating_mul(stat.f_frsize)))
}

#[cfg(not(unix))]
fn space(_folder: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    //! When a disk is nearly full.

    use super::*;

    #[test]
    fn little_space_degrades() {
        const GIB: u64 = 1024 * 1024 * 1024;
        assert_eq!(judge(10 * GIB, 100 * GIB).status, Status::Ok);
        assert_eq!(judge(4 * GIB, 100 * GIB).status, Status::Degraded);
        assert_eq!(judge(GIB / 4, GIB).status, Status::Degraded);
        assert_eq!(judge(0, 0).status, Status::Degraded);
        assert_eq!(judge(u64::MAX, u64::MAX).status, Status::Ok);
    }

    #[test]
    fn the_folder_of_this_test_has_a_size() {
        assert!(space(Path::new(".")).is_some_and(|(_, whole)| whole > 0));
    }
}
