//! Pushes that were given up: listed and sent again by those who administer the people they were for.

use super::{jobs, pass, pushed};
use crate::people::admin_of;
use harness::app::App;
use harness::both;
use harness::client::{Client, new_key};
use harness::fixture::{GRID, OTHER_TOWN, UNCHECKED, numbers};
use harness::play::{Cast, person};
use harness::servers::receiver::{Receiver, Reply};
use serde_json::{Value, json};

/// An order directed to the worker, of which both pushes were given up.
async fn given_up(app: &App, receiver: &Receiver) {
    receiver.always(Reply::Status(410));
    Cast::of(app).assigned(UNCHECKED, person(app.fixture.worker)).await;
    pass(app, 6).await;
    receiver.always(Reply::Status(200));
}

async fn list(who: &Client, query: &str) -> Vec<Value> {
    who.get(&format!("/push-jobs{query}")).await.ok()["list"].as_array().unwrap().clone()
}

pushed!(given_up_pushes_are_listed_and_sent_again, async |app, receiver| {
    let (admin, f) = (app.client(app.fixture.admin), app.fixture);
    given_up(app, receiver).await;
    let dead = list(&admin, "?state=dead").await;
    assert_eq!(dead, list(&admin, "").await);
    assert_eq!(dead.len(), 2);
    let offer = dead.iter().find(|push| push["kind"] == "offer").unwrap();
    assert_eq!(
        (&offer["accountId"], &offer["lastError"]),
        (&json!(f.worker.to_string()), &json!("status_410"))
    );
    assert_eq!((&offer["stateText"], &offer["kindText"]), (&json!("发送失败"), &json!("派单通知")));
    assert_eq!(offer["attempts"], 1);
    let english = admin.request(reqwest::Method::GET, "/push-jobs").header("Accept-Language", "en");
    assert_eq!(admin.send(english).await.ok()["list"][0]["stateText"], "Given up");
    let path = format!("/push-jobs/{}/resend", offer["id"].as_str().unwrap());
    let (key, tried) = (new_key(), receiver.got().len());
    let again = admin.post_keyed(&path, &key, json!({})).await;
    assert_eq!(again.ok()["id"], offer["id"]);
    let came = receiver.at_least(tried + 1).await.unwrap();
    let first = came.iter().find(|push| push.kind() == "offer").unwrap();
    assert_eq!((came[tried].id(), &came[tried].raw), (first.id(), &first.raw), "the receiver knows it");
    pass(app, 0).await;
    assert_eq!(admin.post_keyed(&path, &key, json!({})).await.ok(), again.ok(), "a retry is told the same");
    assert_eq!(receiver.got().len(), tried + 1);
    admin.post(&path, json!({})).await.refused(409, "PUSH_NOT_DEAD");
    let sent = list(&admin, "?state=sent").await;
    assert_eq!((sent.len(), &sent[0]["id"]), (1, &offer["id"]));
    assert!(sent[0].get("lastError").is_none());
    assert_eq!(list(&admin, "?state=dead").await.len(), 1);
});

pushed!(an_offer_that_is_over_is_not_sent_again, async |app, receiver| {
    given_up(app, receiver).await;
    let admin = app.client(app.fixture.admin);
    let order = numbers(app.database(), "SELECT id AS n FROM orders").unwrap()[0].to_string();
    app.client(app.fixture.worker).command(&order, "acknowledge", json!({"attempt": 1})).await.ok();
    for push in list(&admin, "").await.iter().filter(|push| push["kind"] == "offer") {
        admin.post(&format!("/push-jobs/{}/resend", push["id"].as_str().unwrap()), json!({})).await.ok();
    }
    pass(app, 6).await;
    assert_eq!(receiver.got_of("offer").len(), 1);
    assert_eq!(list(&admin, "?state=moot").await.len(), 1);
});

pushed!(only_those_who_administer_the_person_see_a_push, async |app, receiver| {
    let f = app.fixture;
    given_up(app, receiver).await;
    let (local, foreign) = (admin_of(app, "xu.gl", GRID).await, admin_of(app, "he.gl", OTHER_TOWN).await);
    let of_worker = list(&local, "").await;
    assert_eq!(of_worker.len(), 1, "residents belong to administrators of the top");
    assert_eq!(of_worker[0]["accountId"], f.worker.to_string());
    assert!(list(&foreign, "").await.is_empty());
    let path = format!("/push-jobs/{}/resend", of_worker[0]["id"].as_str().unwrap());
    foreign.post(&path, json!({})).await.refused(404, "NOT_FOUND");
    for who in [f.dispatcher, f.worker, f.resident] {
        app.client(who).get("/push-jobs").await.refused(403, "FORBIDDEN");
        app.client(who).post(&path, json!({})).await.refused(403, "FORBIDDEN");
    }
    app.stranger().get("/push-jobs").await.refused(401, "UNAUTHENTICATED");
    assert_eq!(jobs(app).iter().filter(|job| job.contains(" dead ")).count(), 2, "nothing was sent again");
    local.post(&path, json!({})).await.ok();
});

pushed!(pages_and_bad_questions, async |app, receiver| {
    let admin = app.client(app.fixture.admin);
    given_up(app, receiver).await;
    let first = admin.get("/push-jobs?limit=1").await;
    assert_eq!((&first.ok()["hasMore"], first.ok()["list"].as_array().unwrap().len()), (&json!(true), 1));
    let cursor = first.ok()["nextCursor"].as_str().unwrap();
    let second = admin.get(&format!("/push-jobs?limit=1&cursor={cursor}")).await;
    assert_eq!(second.ok()["hasMore"], false);
    let id = |page: &Value| page["list"][0]["id"].as_str().unwrap().parse::<i64>().unwrap();
    assert!(id(first.ok()) > id(second.ok()), "the latest first");
    admin.get("/push-jobs?state=lost").await.names("state");
    admin.get("/push-jobs?limit=0").await.names("limit");
    admin.get("/push-jobs?cursor=!!").await.names("cursor");
    admin.get("/push-jobs?colour=red").await.names("colour");
    admin.post("/push-jobs/4444/resend", json!({})).await.refused(404, "NOT_FOUND");
    admin.post("/push-jobs/x/resend", json!({})).await.names("id");
});

both!(without_a_receiver_nothing_is_sent_again, async |app| {
    let sql = "INSERT INTO push_job (account_id, scope_id, seq, kind, order_id, version, order_attempt, created_at, state, \
               due_at, attempts, last_error, done_at) SELECT id, 1, 0, 'changed', 1, 1, 0, created_at, 'dead', created_at, 6, \
               'timeout', created_at FROM account WHERE id = 3";
    harness::fixture::run(app.database(), sql).unwrap();
    let admin = app.client(app.fixture.admin);
    let id = list(&admin, "").await[0]["id"].as_str().unwrap().to_owned();
    admin.post(&format!("/push-jobs/{id}/resend"), json!({})).await.refused(409, "PUSH_OFF");
    assert_eq!(list(&admin, "?state=dead").await.len(), 1);
});
