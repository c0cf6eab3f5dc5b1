//! Why a claim did not win, read again in a new statement (the claim's own snapshot may be old).

use super::{Conn, candidates, orders as order_queries};
use crate::engine::error::StoreResult;
use crate::engine::sql::types::Ts;
use crate::order::claims::{ClaimAsk, Outcome, Win};
use crate::order::schema::{claim, orders};
use diesel::prelude::*;
use domain::words::labelled::Labelled;
use domain::{AccountId, At};

/// The final answer for this (order, attempt, account), or `Retry` when it could still win.
///
/// # Errors
/// `NotFound` when there is no such order.
pub fn standing(c: &mut Conn, ask: &ClaimAsk, now: At) -> StoreResult<Outcome> {
    type Row = (String, i32, i32, Option<Ts>, Option<i64>, Option<i64>);
    let (status, attempt, version, suspended, reporter, beneficiary): Row = orders::table
        .find(ask.order.0)
        .select((
            orders::status,
            orders::attempt,
            orders::version,
            orders::suspended_until,
            orders::reporter_id,
            orders::beneficiary_id,
        ))
        .first(c)?;
    if ask.attempt > attempt {
        return Ok(Outcome::NotEligible);
    }
    // held in this attempt: won in it, or in one before it and not given up
    let own: Option<(i32, Ts, Option<Ts>)> = claim::table
        .filter(claim::order_id.eq(ask.order.0))
        .filter(claim::attempt.le(ask.attempt))
        .filter(claim::account_id.eq(ask.account.0))
        .filter(claim::released_attempt.is_null().or(claim::released_attempt.ge(ask.attempt)))
        .select((claim::slot, claim::at, claim::released_at))
        .first(c)
        .optional()?;
    if let Some((slot, at, released)) = own {
        let (full, held) = (status != "pooled", released.is_none());
        return Ok(Outcome::Won(Win { version, slot, at: at.0, full, held }));
    }
    let me = Some(ask.account.0);
    if me == reporter || me == beneficiary || !candidates::is_one(c, ask.order, ask.attempt, ask.account)? {
        return Ok(Outcome::NotEligible);
    }
    if attempt == ask.attempt && status == ask.from.as_str() {
        if let Some(until) = suspended {
            return Ok(Outcome::Suspended { until: until.0 });
        }
        return Ok(match order_queries::cooling_until(c, ask.order, ask.account)? {
            Some(until) if ask.cools_down() && until > now => Outcome::CoolingDown { until },
            _ => Outcome::Retry,
        });
    }
    if attempt == ask.attempt && matches!(status.as_str(), "pooled" | "assigned") {
        // a claim on a directed order, or the other way round: the attempt is not over, so nobody has lost it
        return Ok(Outcome::NotEligible);
    }
    let winner = order_queries::claims_of_attempt(c, ask.order, ask.attempt)?.into_iter().next();
    Ok(winner.map_or(Outcome::Gone { version }, |w| Outcome::Lost {
        by: AccountId(w.account_id),
        at: w.at.0,
        version,
    }))
}
