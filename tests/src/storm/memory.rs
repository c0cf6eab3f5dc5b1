//! What everybody was told, and whether the database says the same.

#![allow(clippy::indexing_slicing, reason = "a field of JSON that is not there is null")]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use diesel::sql_types::{BigInt, Integer, Nullable};
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use serde_json::Value;

use super::ears;
use super::told::{Told, read, read_result};
use crate::client::Answer;
use crate::database::Database;
use crate::fixture;

/// A claim: order, attempt, account.
pub type Ask = (i64, i64, i64);

#[derive(Debug, Default)]
struct Heard {
    told: BTreeMap<Ask, Told>,
    placed: BTreeSet<i64>,
    /// Releases that were answered: order, account, the attempt that it ended in.
    released: BTreeSet<(i64, i64, i64)>,
    /// The highest attempt that anybody was told of, by order.
    attempts: BTreeMap<i64, i64>,
    /// What anybody heard over a socket, by scope and number.
    over_sockets: BTreeMap<String, BTreeMap<i64, ears::Told>>,
    answers: BTreeMap<&'static str, u64>,
    commands: BTreeMap<&'static str, u64>,
}

#[derive(Debug, Default)]
pub struct Memory {
    heard: Mutex<Heard>,
}

#[derive(QueryableByName)]
struct ClaimRow {
    #[diesel(sql_type = BigInt)]
    order_id: i64,
    #[diesel(sql_type = Integer)]
    attempt: i32,
    #[diesel(sql_type = Integer)]
    slot: i32,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    released_attempt: Option<i32>,
}

impl ClaimRow {
    /// Whether it was held in this attempt.
    fn held_in(&self, attempt: i64) -> bool {
        i64::from(self.attempt) <= attempt
            && self.released_attempt.is_none_or(|ended| i64::from(ended) >= attempt)
    }
}

impl Memory {
    fn with<R>(&self, note: impl FnOnce(&mut Heard) -> R) -> R {
        note(&mut self.heard.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody heard this answer to a claim. The same ask must get the same answer for good.
    pub fn hear(&self, ask: Ask, answer: &Answer) -> Result<Option<Told>> {
        self.note(ask, read(answer)?)
    }

    /// The same over a socket.
    pub fn hear_result(&self, ask: Ask, result: &Value) -> Result<Option<Told>> {
        self.note(ask, read_result(result)?)
    }

    fn note(&self, ask: Ask, (kind, told): (&'static str, Option<Told>)) -> Result<Option<Told>> {
        self.with(|heard| {
            *heard.answers.entry(kind).or_default() += 1;
            let Some(told) = told else { return Ok(None) };
            let known = heard.told.entry(ask).or_insert_with(|| told.clone());
            let both = known.and(&told);
            *known = both.with_context(|| format!("{ask:?} was told {known:?}, and then {told:?}"))?;
            Ok(Some(told))
        })
    }

    pub fn placed(&self, order: i64) {
        self.with(|heard| heard.placed.insert(order));
    }

    /// A command was carried out, and the order stood at this attempt then.
    pub fn done(&self, command: &'static str, order: i64, attempt: i64) {
        self.with(|heard| {
            *heard.commands.entry(command).or_default() += 1;
            let known = heard.attempts.entry(order).or_default();
            *known = attempt.max(*known);
        });
    }

    /// A release was carried out, and the order stood at this attempt then.
    pub fn released(&self, order: i64, account: i64, attempt: i64) {
        self.with(|heard| heard.released.insert((order, account, attempt - 1)));
        self.done("release", order, attempt);
    }

    /// Somebody heard this as this number of a scope. Everybody must.
    pub fn told(&self, scope: &str, seq: i64, told: ears::Told) -> Result<()> {
        self.with(|heard| {
            let log = heard.over_sockets.entry(scope.to_owned()).or_default();
            let before = log.entry(seq).or_insert_with(|| told.clone());
            ensure!(*before == told, "{scope}.{seq} was {before:?} to one and is {told:?} to another");
            Ok(())
        })
    }

    /// Whatever anybody heard over a socket is what the scopes were told.
    pub fn same_as(&self, told: &BTreeMap<String, BTreeMap<i64, ears::Told>>) -> Result<()> {
        self.with(|heard| {
            for (scope, log) in &heard.over_sockets {
                for (seq, message) in log {
                    let row = told.get(scope).and_then(|log| log.get(seq));
                    ensure!(row == Some(message), "{message:?} was heard as {scope}.{seq}, which is {row:?}");
                }
            }
            Ok(())
        })
    }

    pub fn orders(&self) -> usize {
        self.with(|heard| heard.placed.len())
    }

    /// Answers and commands by kind.
    pub fn counted(&self) -> (BTreeMap<&'static str, u64>, BTreeMap<&'static str, u64>) {
        self.with(|heard| (heard.answers.clone(), heard.commands.clone()))
    }

    /// The database holds what was told, and tells nobody anything else.
    pub fn compare(&self, database: &Database, proof: &Value) -> Result<()> {
        let mut connection = persistence::engine::database::pg::connect(&database.url())?;
        let rows: Vec<ClaimRow> =
            sql_query("SELECT order_id, attempt, slot, account_id, released_attempt FROM claim")
                .load(&mut connection)?;
        let mut by_order: BTreeMap<i64, Vec<ClaimRow>> = BTreeMap::new();
        let all = rows.len();
        for row in rows {
            by_order.entry(row.order_id).or_default().push(row);
        }
        self.with(|heard| {
            for (ask, told) in &heard.told {
                let none = Vec::new();
                is_so(*ask, told, by_order.get(&ask.0).unwrap_or(&none))?;
            }
            claims_were_told(heard, &by_order)?;
            releases_are_there(heard, &by_order)?;
            orders_are_there(heard, database)?;
            let (live, ended) = (&proof["claims"]["live"], &proof["claims"]["ended"]);
            let proven = live.as_u64().zip(ended.as_u64()).map(|(live, ended)| live + ended);
            ensure!(
                proven == Some(u64::try_from(all)?),
                "the proof counts {live} + {ended} claims, there are {all}"
            );
            let total = proof["orders"]["total"].as_u64();
            ensure!(total == Some(u64::try_from(heard.placed.len())?), "the proof counts {total:?} orders");
            Ok(())
        })
    }
}

/// Whether the database says of this claim what was told.
fn is_so((order, attempt, account): Ask, told: &Told, rows: &[ClaimRow]) -> Result<()> {
    let own = rows.iter().find(|row| row.account_id == account && row.held_in(attempt));
    let winner = rows.iter().filter(|row| i64::from(row.attempt) == attempt).min_by_key(|row| row.slot);
    let so = match told {
        Told::Won { slot, .. } => own.is_some_and(|row| i64::from(row.slot) == *slot),
        Told::Lost { .. } => own.is_none() && winner.is_some_and(|row| row.account_id != account),
        Told::Gone => own.is_none() && winner.is_none(),
    };
    ensure!(
        so,
        "account {account} was told {told:?} of attempt {attempt} of order {order}; the database knows otherwise"
    );
    Ok(())
}

/// Nobody holds what they were never told of, and no two were told of one slot.
fn claims_were_told(heard: &Heard, by_order: &BTreeMap<i64, Vec<ClaimRow>>) -> Result<()> {
    let wins = heard.told.iter().filter(|(_, told)| matches!(told, Told::Won { .. }));
    let won: BTreeSet<(i64, i64)> = wins.map(|((order, _, account), _)| (*order, *account)).collect();
    for row in by_order.values().flatten() {
        let (order, account) = (row.order_id, row.account_id);
        ensure!(won.contains(&(order, account)), "account {account} holds order {order} and was never told");
    }
    let mut slots: BTreeMap<(i64, i32, i32), i64> = BTreeMap::new();
    for row in by_order.values().flatten() {
        let slot = (row.order_id, row.attempt, row.slot);
        let other = slots.insert(slot, row.account_id);
        ensure!(other.is_none(), "{slot:?} was won by {} and by {other:?}", row.account_id);
    }
    Ok(())
}

fn releases_are_there(heard: &Heard, by_order: &BTreeMap<i64, Vec<ClaimRow>>) -> Result<()> {
    for (order, account, attempt) in &heard.released {
        let ended = |row: &ClaimRow| {
            row.account_id == *account && row.released_attempt.map(i64::from) == Some(*attempt)
        };
        let found = by_order.get(order).is_some_and(|rows| rows.iter().any(ended));
        ensure!(
            found,
            "account {account} released order {order} in attempt {attempt}; the database does not know"
        );
    }
    Ok(())
}

fn orders_are_there(heard: &Heard, database: &Database) -> Result<()> {
    let stored: BTreeSet<i64> = fixture::order_ids(database)?.into_iter().collect();
    let lost: Vec<&i64> = heard.placed.difference(&stored).collect();
    let unheard: Vec<&i64> = stored.difference(&heard.placed).collect();
    ensure!(
        lost.is_empty() && unheard.is_empty(),
        "orders lost: {lost:?}; orders nobody placed: {unheard:?}"
    );
    let attempts = fixture::pairs(database, "SELECT id AS a, CAST(attempt AS BIGINT) AS b FROM orders")?;
    for (order, attempt) in attempts {
        let told = heard.attempts.get(&order).copied().unwrap_or_default();
        ensure!(attempt >= told, "order {order} is at attempt {attempt}; somebody was told of {told}");
    }
    Ok(())
}
