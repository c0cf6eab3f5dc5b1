//! Claims of different orders that wait at the same time go to the database in one statement, and share its commit
//! (QUEUE.md, figures to beat: claims per second). A claim that comes alone goes alone, and at once.
//!
//! Each claim brings a job; a job takes as many claims as wait, so some find nothing left to do. What a statement for
//! several cannot decide (a unique index said no, a row is held by somebody) its claims try alone.

use super::claim::claim_each;
use super::db::{Conn, connect_by_keys};
use crate::engine::clock::Clock;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::executor::{Executor, Mode, Ticket};
use crate::order::claims::{ClaimAsk, Win};
use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorKind as Kind, Error};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Claims of one statement.
const MOST: usize = 32;
/// Connections: while one waits for the disk, the other one works.
const CONNECTIONS: usize = 2;
/// A row that is held for longer is waited for alone.
const PATIENCE: &str = "SET lock_timeout='50ms'";

/// How it went with others.
#[derive(Debug)]
pub enum Tried {
    /// It won, or it did not: read why.
    Decided(Option<Win>),
    /// Nothing happened: try alone.
    Alone,
}

struct Waiting {
    ask: ClaimAsk,
    reply: oneshot::Sender<StoreResult<Tried>>,
    ticket: Ticket,
}

/// The claims that wait, and the threads that take them.
#[derive(Clone)]
pub struct Together {
    threads: Executor<Conn>,
    waiting: Arc<Mutex<VecDeque<Waiting>>>,
}

impl Together {
    /// Starts the threads; while they get no connection, those of `others` run the claims.
    #[must_use]
    pub fn start(others: &Executor<Conn>, url: String) -> Self {
        let connect = move || {
            let mut conn = connect_by_keys(&url)?;
            conn.batch_execute(PATIENCE)?;
            Ok(conn)
        };
        let threads = Executor::start_beside(others, "pg-claims", CONNECTIONS, connect);
        Self { threads, waiting: Arc::default() }
    }

    /// Jobs that wait for a connection.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.threads.depth()
    }

    /// Threads that have a connection.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.threads.connections()
    }

    /// Tries to claim, with whoever waits as well.
    ///
    /// # Errors
    /// `Unavailable` when it was not tried, or the outcome is unknown.
    pub async fn claim(&self, clock: &Clock, ask: ClaimAsk) -> StoreResult<Tried> {
        let (reply, answer) = oneshot::channel();
        let ticket = Ticket::default();
        held(&self.waiting).push_back(Waiting { ask, reply, ticket: ticket.clone() });
        let (waiting, clock) = (self.waiting.clone(), clock.clone());
        let ran = self.threads.run(Mode::Plain, move |conn| serve(conn, &clock, &waiting)).await;
        match ran {
            // nobody has taken it, and now nobody will
            Err(e) if ticket.take() => Err(e),
            _ => {
                answer.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the claim was dropped".into())))
            }
        }
    }
}

/// Those whose turn it is: of one order, one. Whoever has gone is left out.
fn next(waiting: &Mutex<VecDeque<Waiting>>) -> BTreeMap<i64, Waiting> {
    let mut waiting = held(waiting);
    let (mut taken, mut later) = (BTreeMap::new(), VecDeque::new());
    while taken.len() < MOST
        && let Some(one) = waiting.pop_front()
    {
        match taken.entry(one.ask.order.0) {
            Entry::Occupied(_) => later.push_back(one),
            Entry::Vacant(place) if !one.reply.is_closed() && one.ticket.take() => {
                place.insert(one);
            }
            Entry::Vacant(_) => {}
        }
    }
    later.append(&mut waiting);
    *waiting = later;
    taken
}

/// Claims what waits. By ascending orders, so that two statements never wait for each other.
fn serve(conn: &mut Conn, clock: &Clock, waiting: &Mutex<VecDeque<Waiting>>) -> StoreResult<()> {
    let taken = next(waiting);
    if taken.is_empty() {
        return Ok(());
    }
    let (done, ran) = match claim_each(conn, clock, taken.values().map(|one| &one.ask)) {
        Ok(won) => (Ok(won.into_iter().collect::<BTreeMap<i64, Win>>()), Ok(())),
        Err(e) if is_refused(&e) => (Err(None), Ok(())),
        Err(e) => {
            let e = StoreError::from(e);
            (Err(Some(e.clone())), Err(e))
        }
    };
    for (order, one) in taken {
        let tried = match &done {
            Ok(won) => Ok(Tried::Decided(won.get(&order).copied())),
            Err(None) => Ok(Tried::Alone),
            Err(Some(e)) => Err(e.clone()),
        };
        let _gone = one.reply.send(tried);
    }
    ran
}

/// Whether the database said no and is there: then nothing of the statement has happened.
const fn is_refused(e: &Error) -> bool {
    matches!(e, Error::DatabaseError(kind, _) if !matches!(kind, Kind::ClosedConnection | Kind::UnableToSendCommand))
}

fn held(waiting: &Mutex<VecDeque<Waiting>>) -> MutexGuard<'_, VecDeque<Waiting>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
