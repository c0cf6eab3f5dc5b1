//! Patient waiting: it returns what came, and says what it saw when nothing did.

use std::time::Duration;

use harness::wait::{eventually, eventually_blocking};

#[tokio::test]
async fn eventually_returns_what_came() {
    let mut asked = 0;
    let value = eventually(Duration::from_secs(5), "the third answer", async || {
        asked += 1;
        if asked == 3 { Ok(asked) } else { Err("not yet") }
    });
    assert_eq!(value.await.unwrap(), 3);
}

#[tokio::test]
async fn eventually_gives_up_with_the_last_answer() {
    let deadline = Duration::from_millis(20);
    let answer = eventually(deadline, "the moon", async || Err::<(), _>("it is still day")).await;
    let message = answer.unwrap_err().to_string();
    assert_eq!(message, "gave up after 20ms waiting for the moon; the last answer was: it is still day");
}

#[test]
fn the_blocking_kind_asks_at_least_once() {
    assert_eq!(eventually_blocking(Duration::ZERO, "now", || Ok::<_, String>(7)).unwrap(), 7);
    let message =
        eventually_blocking(Duration::ZERO, "never", || Err::<(), _>("no")).unwrap_err().to_string();
    assert_eq!(message, "gave up after 0ns waiting for never; the last answer was: no");
}
