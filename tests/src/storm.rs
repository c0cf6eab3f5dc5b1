//! A randomised run: people who order, dispatch, claim, release and recall, an administrator who takes and gives roles,
//! over two real servers on one PostgreSQL and one Redis, all but PostgreSQL killed and restarted meanwhile. Workers hold live sockets and come
//! back with their cursors, and claim over them and over HTTP. Afterwards what everybody was told is compared with the database, and the database proves
//! itself.
//!
//! The seed decides what everybody wants to do; what comes of it, time decides as well.

mod board;
mod ears;
mod heard;
mod memory;
mod people;
mod person;
mod servers;
mod told;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::future::try_join_all;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::Value;

use crate::database::Database;
use crate::fixture::crowd;
use crate::fixture::{self, GRID};
use crate::wait::eventually;
use board::Board;
use memory::Memory;
use person::Person;
use servers::Pair;

/// How long anybody goes on asking: longer than a restart.
const PATIENCE: Duration = Duration::from_secs(90);
/// Workers who belong to a team as well: their role in the grid comes and goes.
const FLOATERS: usize = 3;

/// What is to happen.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    /// Answers to claims, at least.
    pub claims: u64,
    /// Servers killed or stopped, one at a time.
    pub falls: u64,
    /// Workers of one grid, at most 54.
    pub workers: usize,
    /// Orders that are offered at a time.
    pub offered: usize,
}

/// What happened.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub orders: usize,
    /// Answers to claims by kind.
    pub answers: BTreeMap<&'static str, u64>,
    /// Other commands that were carried out, by name.
    pub commands: BTreeMap<&'static str, u64>,
    pub killed: u64,
    pub stopped: u64,
    /// Times that Redis came back with nothing in it.
    pub emptied: u64,
    /// Over live sockets: messages heard, connections made, times that somebody was made to start over in a scope.
    pub heard: [u64; 3],
    pub took: Duration,
    /// The page of `diandan prove --json`.
    pub proof: Value,
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let counted = |each: &BTreeMap<&str, u64>| {
            each.iter().map(|(name, n)| format!("{n} {name}")).collect::<Vec<_>>().join(", ")
        };
        writeln!(f, "orders    {}", self.orders)?;
        writeln!(f, "answers   {}", counted(&self.answers))?;
        writeln!(f, "commands  {}", counted(&self.commands))?;
        let (killed, stopped, emptied) = (self.killed, self.stopped, self.emptied);
        writeln!(
            f,
            "servers   {killed} killed, {stopped} stopped, all started again; Redis {emptied} times"
        )?;
        let [messages, connections, snaps] = self.heard;
        writeln!(f, "sockets   {messages} messages over {connections} connections, {snaps} snaps")?;
        writeln!(f, "took      {:.1?}", self.took)?;
        write!(f, "as told, and sound: {}", self.proof.get("sound").unwrap_or(&Value::Null))
    }
}

/// Everything that those who play share.
struct Stage<'a> {
    plan: Plan,
    database: &'a Database,
    board: Board,
    memory: Memory,
    /// Answers to claims so far.
    answered: AtomicU64,
}

impl Stage<'_> {
    fn is_over(&self) -> bool {
        self.answered.load(Ordering::SeqCst) >= self.plan.claims
    }

    /// A source of chance of one's own.
    fn random(&self, of: u64) -> StdRng {
        StdRng::seed_from_u64(self.plan.seed.wrapping_mul(1_000_003).wrapping_add(of))
    }

    /// Waits until so many claims were answered.
    async fn answered(&self, claims: u64) -> Result<()> {
        let mut before = 0;
        loop {
            let some = eventually(PATIENCE, "claims to be answered", async || {
                let now = self.answered.load(Ordering::SeqCst);
                if now >= claims || now > before { Ok(now) } else { Err(format!("{now} were")) }
            });
            before = some.await?;
            if before >= claims {
                return Ok(());
            }
        }
    }
}

/// Runs it on an empty migrated PostgreSQL.
///
/// # Errors
/// Whatever is not as it must be, named.
pub async fn run(plan: Plan, database: &Database) -> Result<Outcome> {
    let started = Instant::now();
    let f = fixture::plant(database)?;
    let crowd = crowd::workers(database, GRID, plan.workers)?;
    let floaters: Vec<i64> = crowd.iter().take(FLOATERS).map(|w| w.account).collect();
    give_a_team(database, &floaters)?;
    let mut pair = Pair::start(database).await?;
    let at = pair.addresses();
    let person = |account| Person::sign_in(database, &at, account);
    let stage = Stage {
        plan,
        database,
        board: Board::default(),
        memory: Memory::default(),
        answered: AtomicU64::new(0),
    };
    let (resident, dispatchers) =
        (person(f.resident)?, [person(f.dispatcher)?, person(f.second_dispatcher)?]);
    let admin = person(f.admin)?;
    let workers: Vec<Person> = crowd.iter().map(|w| person(w.account)).collect::<Result<_>>()?;
    let works = try_join_all((0..).zip(&workers).map(|(n, w)| people::work(&stage, w, stage.random(n))));
    let listen = (2_000..)
        .zip(&workers)
        .map(|(n, w)| ears::listen(&stage, w, floaters.contains(&w.account), stage.random(n)));
    let (one, other) = (stage.random(1_001), stage.random(1_002));
    let ((), (), (), (), (), _, mut ears) = tokio::try_join!(
        people::dispatch(&stage, &resident, &dispatchers[0], one),
        people::dispatch(&stage, &resident, &dispatchers[1], other),
        people::administer(&stage, &admin, &floaters, stage.random(1_003)),
        pair.fall(&stage, stage.random(1_004)),
        heard::watch_receipts(&stage),
        works,
        try_join_all(listen),
    )?;
    let rest = (3_000..).zip(&workers).map(|(n, w)| people::ask_the_rest(&stage, w, stage.random(n)));
    try_join_all(rest).await?;
    people::settled(&stage).await?;
    try_join_all(ears.iter_mut().zip(&workers).map(|(ear, who)| ear.hear_the_rest(&stage, who))).await?;
    let proof = pair.prove()?;
    stage.memory.compare(database, &proof)?;
    heard::compare(&stage, &ears)?;
    let (answers, commands) = stage.memory.counted();
    let orders = stage.memory.orders();
    let (killed, stopped, emptied) = pair.fallen();
    let sum = |of: fn(&ears::Ear) -> u64| ears.iter().map(of).sum();
    let heard = [sum(|e| e.messages), sum(|e| e.connections), sum(|e| e.snaps)];
    Ok(Outcome { orders, answers, commands, killed, stopped, emptied, heard, took: started.elapsed(), proof })
}

/// A role in a team beside that in the grid, so that the latter may be taken from whoever holds orders.
fn give_a_team(database: &Database, floaters: &[i64]) -> Result<()> {
    for account in floaters {
        let role = format!(
            "INSERT INTO role_binding (account_id,role,team_id,employment,created_at) \
             VALUES ({account},'volunteer',1,'part_time',now())"
        );
        fixture::run(database, &role)?;
    }
    crowd::refresh(database, floaters)
}

/// One of these, by chance.
fn one_of<'a, T>(random: &mut StdRng, all: &'a [T]) -> Result<&'a T> {
    ensure!(!all.is_empty(), "nothing to choose from");
    all.get(random.random_range(0..all.len())).context("a place in it")
}
