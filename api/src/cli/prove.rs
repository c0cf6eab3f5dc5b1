//! `diandan prove`: one page that accounts for every order, claim and notification in the database, and names each
//! invariant that does not hold. For after an incident, a restore, an upgrade; it may run beside the server.

use crate::cli::out::say;
use crate::config::Config;
use crate::http::time::instant;
use anyhow::{Context, ensure};
use persistence::Clock;
use persistence::engine::database::target::Target;
use persistence::engine::invariant::Invariant;
use persistence::prove::invariants;
use persistence::prove::ledger::Report;
use persistence::prove::prove;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The page.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page {
    sound: bool,
    database: &'static str,
    /// When it was read.
    at: String,
    orders: Orders,
    events: u64,
    claims: Claims,
    notifications: Notifications,
    outbox: Outbox,
    timers: u64,
    receipts: u64,
    invariants: Vec<Line>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Orders {
    total: u64,
    numbers_given: u64,
    by_status: BTreeMap<String, u64>,
}

#[derive(Debug, Serialize)]
struct Claims {
    live: u64,
    ended: u64,
}

#[derive(Debug, Serialize)]
struct Notifications {
    scopes: u64,
    issued: u64,
    kept: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outbox {
    rows: u64,
    /// Age of the oldest, milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    oldest_ms: Option<i64>,
    /// Those set aside because they cannot be told.
    stuck: u64,
}

/// An invariant, and how often it does not hold.
#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    meaning: &'static str,
    label: &'static str,
    broken: u64,
    examples: Vec<String>,
}

/// Prints the page.
///
/// # Errors
/// When the database could not be read, or an invariant does not hold.
pub fn run(config: &Config, json: bool) -> anyhow::Result<()> {
    let target = config.store().target()?;
    let report = prove(&target, &Clock::default()).context("reading the database")?;
    let page = Page::of(&target, &report);
    match json {
        true => say!("{}", serde_json::to_string_pretty(&page)?),
        false => say!("{}", page.text().trim_end()),
    }
    let (broken, all) = (report.broken.len(), invariants::all().count());
    ensure!(report.is_sound(), "{broken} of {all} invariants do not hold");
    Ok(())
}

impl Page {
    /// Of a proof.
    #[must_use]
    pub fn of(target: &Target, report: &Report) -> Self {
        let counts = &report.counts;
        let line = |invariant: Invariant| {
            let broken = report.broken.get(&invariant).cloned().unwrap_or_default();
            Line {
                name: invariant.as_str(),
                meaning: invariant.en(),
                label: invariant.zh(),
                broken: broken.count,
                examples: broken.examples,
            }
        };
        Self {
            sound: report.is_sound(),
            database: match target {
                Target::Sqlite { .. } => "sqlite",
                #[cfg(feature = "postgres")]
                Target::Postgres { .. } => "postgres",
            },
            at: instant(report.at),
            orders: Orders {
                total: counts.orders.values().sum(),
                numbers_given: counts.numbers,
                by_status: counts.orders.clone(),
            },
            events: counts.events,
            claims: Claims { live: counts.claims_live, ended: counts.claims_ended },
            notifications: Notifications {
                scopes: counts.scopes,
                issued: counts.notifications,
                kept: counts.notifications_kept,
            },
            outbox: Outbox {
                rows: counts.outbox,
                oldest_ms: counts.outbox_since.map(|since| (report.at - since).num_milliseconds()),
                stuck: counts.stuck,
            },
            timers: counts.timers,
            receipts: counts.receipts,
            invariants: invariants::all().map(line).collect(),
        }
    }

    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let states: Vec<String> =
            self.orders.by_status.iter().map(|(state, n)| format!("{n} {state}")).collect();
        let waits = match self.outbox.oldest_ms {
            None => "empty".to_owned(),
            Some(ms) => format!("{} wait, the oldest for {ms} ms", self.outbox.rows),
        };
        let waits = match self.outbox.stuck {
            0 => waits,
            stuck => format!("{waits}; {stuck} set aside"),
        };
        let rows = [
            ("database", format!("{}, as of {}", self.database, self.at)),
            ("orders", format!("{} of {} numbers given", self.orders.total, self.orders.numbers_given)),
            ("", states.join(", ")),
            ("events", self.events.to_string()),
            ("claims", format!("{} live, {} ended", self.claims.live, self.claims.ended)),
            (
                "notifications",
                format!(
                    "{} issued to {} scopes, {} kept",
                    self.notifications.issued, self.notifications.scopes, self.notifications.kept
                ),
            ),
            ("outbox", waits),
            ("timers", self.timers.to_string()),
            ("receipts", self.receipts.to_string()),
        ];
        for (name, value) in rows {
            line(&mut out, format_args!("{name:<14}{value}"));
        }
        line(&mut out, format_args!(""));
        for Line { name, meaning, label, broken, examples } in &self.invariants {
            match broken {
                0 => line(&mut out, format_args!("ok      {name:<15} {meaning} ({label})")),
                n => line(&mut out, format_args!("BROKEN  {name:<15} {meaning} ({label}): {n} times")),
            }
            for example in examples {
                line(&mut out, format_args!("          {example}"));
            }
        }
        line(&mut out, format_args!("\n{}", if self.sound { "sound" } else { "NOT SOUND" }));
        out
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // a String takes everything
    let _infallible = writeln!(out, "{text}");
}
