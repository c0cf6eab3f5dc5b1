//! What the threads of one executor share: the queue, the way to connect, and who of them has a connection.

use super::job::BoxedJob;
use super::owned::{Connect, unavailable};
use super::writes::{Doubts, Writes};
use crate::engine::error::{StoreError, StoreResult};
use crossbeam_channel::{Receiver, Select, Sender};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// How many threads of an executor have a connection, and whether the last one that tried got none.
#[derive(Debug, Default)]
pub struct Standing {
    serving: AtomicUsize,
    failing: AtomicBool,
    dialled: AtomicU64,
    /// What became of the last writes.
    pub writes: Writes,
}

impl Standing {
    /// Threads with a connection.
    pub fn serving(&self) -> usize {
        self.serving.load(Ordering::Acquire)
    }

    /// Whether jobs find nobody who could run them.
    pub fn is_starved(&self) -> bool {
        self.serving() == 0 && self.failing.load(Ordering::Acquire)
    }

    /// Connections made so far.
    pub fn dialled(&self) -> u64 {
        self.dialled.load(Ordering::Acquire)
    }

    /// One more has a connection.
    pub fn got_one(&self) {
        self.dialled.fetch_add(1, Ordering::AcqRel);
        self.serving.fetch_add(1, Ordering::AcqRel);
        self.failing.store(false, Ordering::Release);
    }

    /// One fewer has.
    pub fn lost_one(&self) {
        self.serving.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The threads of another executor, who stand in for these.
pub struct Others<C> {
    /// Where they find what they are left; they go on while this is there.
    pub queue: Arc<Sender<BoxedJob<C>>>,
    /// Who of them has a connection.
    pub standing: Arc<Standing>,
}

impl<C> Others<C> {
    /// Whether none of them has a connection, and none is to be had.
    pub fn is_starved(&self) -> bool {
        self.standing.is_starved()
    }
}

/// What the threads share.
pub struct Crew<C> {
    /// What waits.
    pub jobs: Receiver<BoxedJob<C>>,
    /// Back into the queue, while anybody may put something in.
    pub queue: Weak<Sender<BoxedJob<C>>>,
    /// Who has a connection.
    pub standing: Arc<Standing>,
    /// Whether connections lead to the right server; shared with the other executors of the database.
    pub doubts: Arc<Doubts>,
    /// Those who run the jobs while nobody here has a connection.
    pub others: Option<Others<C>>,
    pub(super) connect: Box<Connect<C>>,
    /// One dials at a time: whoever waits for their turn may find that nobody waits any more.
    pub(super) dialling: Mutex<()>,
}

impl<C> Crew<C> {
    /// Waits until a job waits. False when there never will be one again.
    pub fn job_waits(&self) -> bool {
        while self.jobs.is_empty() {
            if self.queue.strong_count() == 0 {
                return false;
            }
            let mut some = Select::new();
            some.recv(&self.jobs);
            some.ready();
        }
        true
    }

    /// Connects.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn dial(&self) -> StoreResult<C> {
        let _turn = self.dialling.lock().unwrap_or_else(PoisonError::into_inner);
        self.dial_now()
    }

    /// Connects, if a job still waits when it is this thread's turn.
    ///
    /// # Errors
    /// `Unavailable`.
    pub fn dial_if_needed(&self) -> StoreResult<Option<C>> {
        let _turn = self.dialling.lock().unwrap_or_else(PoisonError::into_inner);
        if self.jobs.is_empty() { Ok(None) } else { self.dial_now().map(Some) }
    }

    fn dial_now(&self) -> StoreResult<C> {
        let dialled = (self.connect)();
        match &dialled {
            Ok(_) => self.standing.got_one(),
            Err(_) => self.standing.failing.store(true, Ordering::Release),
        }
        dialled
    }

    /// Leaves a job that was not begun to those who have a connection.
    pub fn hand_back(&self, job: BoxedJob<C>) {
        let refused = match self.queue.upgrade().map(|queue| queue.try_send(job)) {
            Some(Ok(())) => return,
            Some(Err(full)) => full.into_inner(),
            // its caller has gone with the last handle
            None => return,
        };
        refused.answer(Err(unavailable("the database queue is full")));
    }

    /// Nobody here can run this job: others do, or it is told so.
    pub fn refuse(&self, job: BoxedJob<C>, why: &StoreError) {
        let refused = match &self.others {
            None => job,
            Some(others) => match others.queue.try_send(job) {
                Ok(()) => return,
                Err(full) => full.into_inner(),
            },
        };
        refused.answer(Err(why.clone()));
    }
}
