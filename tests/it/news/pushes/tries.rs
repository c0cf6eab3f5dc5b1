//! How a push gets there: tries and pauses, one id, and when it is given up.

use super::{jobs, pass, pushed};
use harness::fixture::{UNCHECKED, numbers};
use harness::play::{Cast, person};
use harness::servers::receiver::Reply;
use persistence::operations::sweep::Kept;
use serde_json::json;

pushed!(a_failed_push_is_tried_again_under_the_same_id, async |app, receiver| {
    let f = app.fixture;
    receiver.always(Reply::Status(500));
    Cast::of(app).assigned(UNCHECKED, person(f.worker)).await;
    pass(app, 6).await;
    assert_eq!(jobs(app).iter().filter(|job| job.ends_with("waiting 1 status_500")).count(), 2);
    receiver.always(Reply::Status(429));
    pass(app, 7).await;
    assert_eq!(jobs(app).iter().filter(|job| job.ends_with("waiting 2 status_429")).count(), 2);
    receiver.always(Reply::Status(204));
    pass(app, 37).await;
    assert_eq!(jobs(app).iter().filter(|job| job.ends_with("sent 3 -")).count(), 2);
    let offers = receiver.got_of("offer");
    assert_eq!(offers.len(), 3);
    for push in &offers {
        assert_eq!((push.id(), &push.raw), (offers[0].id(), &offers[0].raw), "a receiver can tell");
        assert!(push.is_signed());
    }
    let at = |nth: usize| offers[nth].header("x-diandan-timestamp").parse::<i64>().unwrap();
    assert!(at(1) - at(0) >= 4 && at(2) - at(1) >= 24, "each try is signed at its own time");
    assert_ne!(receiver.got_of("changed")[0].id(), offers[0].id());
});

pushed!(six_tries_and_no_more, async |app, receiver| {
    receiver.always(Reply::Status(503));
    Cast::of(app).assigned(UNCHECKED, person(app.fixture.worker)).await;
    for pause in [6, 7, 37, 145, 721, 4321] {
        assert!(jobs(app).iter().all(|job| job.contains(" waiting ")));
        pass(app, pause).await;
    }
    assert_eq!(
        jobs(app).iter().filter(|job| job.ends_with("dead 6 status_503")).count(),
        2,
        "{:?}",
        jobs(app)
    );
    assert_eq!((receiver.got_of("changed").len(), receiver.got_of("offer").len()), (6, 6));
});

pushed!(a_receiver_that_does_not_want_it_is_not_asked_again, async |app, receiver| {
    for status in [400, 401, 404, 410] {
        receiver.always(Reply::Status(status));
        Cast::of(app).assigned(UNCHECKED, person(app.fixture.worker)).await;
        pass(app, 6).await;
        let dead = format!("dead 1 status_{status}");
        assert_eq!(jobs(app).iter().filter(|job| job.ends_with(&dead)).count(), 2);
    }
    let tried = receiver.got().len();
    pass(app, 5000).await;
    assert_eq!(receiver.got().len(), tried);
});

pushed!(a_receiver_that_says_nothing_is_tried_again, async |app, receiver| {
    let cast = Cast::of(app);
    let id = cast.placed(UNCHECKED).await;
    receiver.always(Reply::Hang);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    // five seconds of real time
    pass(app, 6).await;
    assert_eq!(jobs(app), [format!("changed {} waiting 1 timeout", app.fixture.resident)]);
    receiver.always(Reply::Status(200));
    pass(app, 7).await;
    assert_eq!(jobs(app), [format!("changed {} sent 2 -", app.fixture.resident)]);
});

pushed!(what_was_sent_is_forgotten_after_a_while, async |app, receiver| {
    let cast = Cast::of(app);
    cast.assigned(UNCHECKED, person(app.fixture.worker)).await;
    receiver.answer([Reply::Status(410)]);
    pass(app, 6).await;
    let count = |state: &str| {
        numbers(app.database(), &format!("SELECT count(*) AS n FROM push_job WHERE state = '{state}'"))
            .unwrap()[0]
    };
    assert_eq!((count("sent"), count("dead")), (1, 1));
    let (store, now) = (&app.state.store, app.state.clock.now());
    let days = |days| now - chrono::TimeDelta::days(days);
    let swept = async |what, before| store.sweep(what, before).await.unwrap().rows;
    assert_eq!((swept(Kept::Pushes, days(7)).await, swept(Kept::DeadPushes, days(30)).await), (0, 0));
    assert_eq!((swept(Kept::Pushes, days(-1)).await, swept(Kept::DeadPushes, days(30)).await), (1, 0));
    assert_eq!((count("sent"), count("dead")), (0, 1));
    assert_eq!((swept(Kept::Pushes, days(-1)).await, swept(Kept::DeadPushes, days(-1)).await), (0, 1));
    assert_eq!(count("dead"), 0);
});
