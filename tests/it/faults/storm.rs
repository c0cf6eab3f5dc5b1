//! The randomised run, short. `TEST_SEED` sets its seed; `tests/check-claims --long` runs it for long.

use harness::database::Backend;
use harness::storm::{self, Plan};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_what_is_not_so() {
    let seed = std::env::var("TEST_SEED").ok().map_or_else(rand::random, |seed| seed.parse().unwrap());
    println!("TEST_SEED={seed}");
    let plan = Plan { seed, claims: 5_000, falls: 6, workers: 12, offered: 8 };
    let outcome = storm::run(plan, &Backend::Postgres.database().unwrap()).await.unwrap();
    println!("{outcome}");
    assert_eq!(outcome.proof["sound"], true);
    assert_eq!(outcome.killed + outcome.stopped, plan.falls);
    let [messages, connections, _] = outcome.heard;
    let workers = u64::try_from(plan.workers).unwrap();
    assert!(messages > 0 && connections > 2 * workers, "they heard and came back: {outcome}");
    for kind in ["won", "lost", "gone", "not eligible", "cooling down"] {
        assert!(outcome.answers.get(kind).is_some_and(|n| *n > 0), "nobody heard {kind}: {outcome}");
    }
    for command in ["release", "take a role", "give a role"] {
        assert!(outcome.commands.contains_key(command), "no {command} was carried out: {outcome}");
    }
}
