//! Who is woken when a scope is told something: a few at once, a county one after the other, so that whatever else a worker
//! thread has to do (a claim, a request) need not wait until thousands of sockets were written to.

use super::held::held;
use std::cell::OnceCell;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use tokio::task::yield_now;

/// Clients that are woken before whatever else is ready on their thread has its turn.
const AT_ONCE: usize = 32;

thread_local! {
    static HERE: OnceCell<Arc<Herald>> = const { OnceCell::new() };
}

/// Wakes the clients of one worker thread.
#[derive(Debug, Default)]
struct Herald {
    waiting: Mutex<VecDeque<Arc<Notify>>>,
    called: Notify,
}

impl Herald {
    fn here() -> Arc<Self> {
        HERE.with(|here| {
            let begin = || {
                let herald = Arc::new(Self::default());
                actix_web::rt::spawn(herald.clone().run());
                herald
            };
            here.get_or_init(begin).clone()
        })
    }

    async fn run(self: Arc<Self>) {
        loop {
            let some: Vec<Arc<Notify>> = {
                let mut waiting = held(&self.waiting);
                let count = waiting.len().min(AT_ONCE);
                waiting.drain(..count).collect()
            };
            if some.is_empty() {
                self.called.notified().await;
            } else {
                some.iter().for_each(|woken| woken.notify_one());
                yield_now().await;
            }
        }
    }
}

/// Those who listen to a scope, by client.
#[derive(Debug, Default)]
pub struct Listeners(Mutex<HashMap<u64, Listener>>);

#[derive(Debug)]
struct Listener {
    woken: Arc<Notify>,
    herald: Arc<Herald>,
}

impl Listeners {
    /// Has this client, of the worker thread that this runs on, woken from now on.
    pub fn add(&self, client: u64, woken: Arc<Notify>) {
        held(&self.0).insert(client, Listener { woken, herald: Herald::here() });
    }

    /// Has this client woken no more.
    pub fn remove(&self, client: u64) {
        held(&self.0).remove(&client);
    }

    /// Wakes everybody.
    pub fn wake(&self) {
        let listeners = held(&self.0);
        if listeners.len() <= AT_ONCE {
            listeners.values().for_each(|listener| listener.woken.notify_one());
            return;
        }
        let mut of_each: Vec<(&Arc<Herald>, Vec<Arc<Notify>>)> = Vec::new();
        for Listener { woken, herald } in listeners.values() {
            match of_each.iter_mut().find(|(known, _)| Arc::ptr_eq(known, herald)) {
                Some((_, some)) => some.push(woken.clone()),
                None => of_each.push((herald, vec![woken.clone()])),
            }
        }
        for (herald, some) in of_each {
            held(&herald.waiting).extend(some);
            herald.called.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[actix_web::test]
    async fn a_county_is_woken_in_turns_and_whole() {
        let (listeners, heard) = (Listeners::default(), Arc::new(AtomicUsize::new(0)));
        for client in 0..1000 {
            let woken = Arc::new(Notify::new());
            listeners.add(client, woken.clone());
            let heard = heard.clone();
            actix_web::rt::spawn(async move {
                woken.notified().await;
                heard.fetch_add(1, Ordering::Relaxed);
            });
        }
        listeners.remove(7);
        listeners.wake();
        let mut turns = 0;
        while heard.load(Ordering::Relaxed) < 999 {
            turns += 1;
            assert!(turns < 10_000, "{heard:?} of 999 were woken");
            yield_now().await;
        }
        assert!(turns >= 999 / AT_ONCE, "whatever else is ready waited for everybody: {turns}");
        yield_now().await;
        assert_eq!(heard.load(Ordering::Relaxed), 999, "whoever left is not woken");
    }
}
