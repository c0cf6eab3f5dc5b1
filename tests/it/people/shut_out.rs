//! Shutting out is unconditional: whoever is disabled is out at once, and what they hold is back with those who can do it.
//! The same becomes of what a role gave that is taken away.

use chrono::TimeDelta;
use domain::AccountId;
use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::{OTHER_TOWN_VILLAGE, ROOF, TWO_SLOTS, numbers};
use harness::play::{Cast, attempt_of, give, now, person, steps, view};
use harness::wait::eventually;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn disable(app: &App, account: i64) {
    let admin = app.client(app.fixture.admin);
    admin.post(&format!("/accounts/{account}/disable"), json!({})).await.ok();
}

/// Takes the role first given away.
async fn take_role(app: &App, account: i64) {
    let admin = app.client(app.fixture.admin);
    let person = admin.get(&format!("/accounts/{account}")).await;
    let role = person.ok()["roles"][0]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/accounts/{account}/roles/{role}")).await.ok();
}

/// The last step of an order, as the dispatcher reads it: its kind, what it is called, and whom it is about.
async fn last_step(dispatcher: &Client, id: &str) -> (String, String, String) {
    let view = view(dispatcher, id).await;
    let step = view["detail"]["timeline"].as_array().unwrap().last().unwrap().clone();
    let text = |field: &str| step[field].as_str().unwrap_or_default().to_owned();
    (text("kind"), text("kindText"), text("whom"))
}

/// An order that the second worker does, with the worker helping.
async fn helped(cast: &Cast, worker: i64) -> String {
    let (id, attempt) = cast.pooled(ROOF).await;
    cast.second_worker.claim(&id, attempt).await.ok();
    cast.second_worker.command(&id, "contact", json!({})).await.ok();
    cast.second_worker.command(&id, "whistle", json!({ "who": person(worker) })).await.ok();
    cast.worker.command(&id, "report-in", json!({})).await.ok();
    id
}

/// What the worker holds: claimed, in progress, directed to them, and helped with.
async fn held(app: &App, cast: &Cast) -> [String; 4] {
    let claimed = cast.claimed(ROOF).await;
    let working = cast.working(ROOF).await;
    let (directed, _) = cast.assigned(ROOF, person(app.fixture.worker)).await;
    let helped = helped(cast, app.fixture.worker).await;
    [claimed, working, directed, helped]
}

async fn states(who: &Client, ids: &[String]) -> Vec<String> {
    let mut states = Vec::new();
    for id in ids {
        states.push(view(who, id).await["status"].as_str().unwrap().to_owned());
    }
    states
}

both!(a_disabled_account_is_out_at_once_and_its_orders_are_back, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let ids = held(app, &cast).await;
    let mut socket = cast.worker.socket().await;
    socket.hello(&json!({})).await;
    let mut inbox = cast.dispatcher.socket().await;
    inbox.hello(&json!({})).await;
    let since = Instant::now();
    disable(app, f.worker).await;
    cast.worker.get("/me").await.refused(401, "SESSION_REVOKED");
    cast.worker.get(&format!("/orders/{}", ids[0])).await.refused(401, "SESSION_REVOKED");
    assert_eq!(socket.closed().await, 4401);
    assert_eq!(states(&cast.dispatcher, &ids).await, ["pooled", "pooled", "accepted", "in_progress"]);
    // whichever came first
    for (id, status) in ids.iter().zip(["pooled", "pooled", "accepted", "in_progress"]) {
        let wanted = |m: &Value| m["t"] == "order" && m["order"] == id.as_str() && m["status"] == status;
        if !inbox.seen.iter().any(wanted) {
            inbox.until("order", wanted).await;
        }
    }
    assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
    let wanted = [
        ("released", "承办人账号停用，退回待认领", "张建国"),
        ("released", "承办人账号停用，退回待认领", "张建国"),
        ("recalled", "承办人账号停用，退回派单", ""),
        ("co_handler_waived", "协办人账号停用，免除协办", "张建国"),
    ];
    for (id, wanted) in ids.iter().zip(wanted) {
        let (kind, text, whom) = last_step(&cast.dispatcher, id).await;
        assert_eq!((kind.as_str(), text.as_str(), whom.as_str()), wanted);
    }
    // a resident learns that it goes on, and whom it is about as of anybody: masked
    let seen = view(&cast.resident, &ids[0]).await;
    assert!(!seen["detail"]["timeline"].to_string().contains("张建国"), "{seen}");
    // others go on at once
    let attempt = view(&cast.dispatcher, &ids[0]).await["attempt"].as_i64().unwrap();
    cast.third_worker.claim(&ids[0], attempt).await.ok();
    let again = cast.dispatcher.command(&ids[2], "assign", json!({"assignee": person(f.third_worker)})).await;
    now(&again, "assigned");
    now(&cast.second_worker.command(&ids[3], "resolve", json!({"text": "已修补"})).await, "pending_check");
    // disabling again changes nothing, and enabled again they hold nothing
    disable(app, f.worker).await;
    app.client(f.admin).post(&format!("/accounts/{}/enable", f.worker), json!({})).await.ok();
    assert_eq!(states(&cast.dispatcher, &ids).await, ["claimed", "pooled", "assigned", "pending_check"]);
    let own = app.client(f.worker).get("/me/orders?part=handler").await;
    assert_eq!(own.status, 200, "{own:?}");
});

both!(suspended_or_half_full_it_goes_back_too, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let suspended = cast.working(ROOF).await;
    let until = (app.state.clock.now() + TimeDelta::days(2)).to_rfc3339();
    let body = json!({"reason": "weather", "until": until});
    cast.worker.command(&suspended, "request-suspend", body.clone()).await.ok();
    cast.dispatcher.command(&suspended, "grant-request", json!({})).await.ok();
    let asked = cast.working(ROOF).await;
    cast.worker.command(&asked, "request-suspend", body).await.ok();
    let (half, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&half, attempt).await.ok();
    let (full, attempt) = cast.pooled(TWO_SLOTS).await;
    for worker in [&cast.worker, &cast.second_worker] {
        worker.claim(&full, attempt).await.ok();
    }
    disable(app, f.worker).await;
    let ids = [suspended.clone(), asked.clone(), half, full.clone()];
    assert_eq!(states(&cast.dispatcher, &ids).await, ["pooled"; 4]);
    assert!(view(&cast.dispatcher, &suspended).await["detail"]["suspendedUntil"].is_string());
    assert!(view(&cast.dispatcher, &asked).await["detail"].get("request").is_none(), "it was theirs");
    assert_eq!(view(&cast.second_worker, &full).await["filled"], 1, "the other goes on");
});

both!(what_waits_for_somebody_else_stays_there, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let dispute = json!({"reason": "not_done", "text": "没修好"});
    let (passed, back) = (cast.fed_back(ROOF).await, cast.fed_back(ROOF).await);
    let rated = cast.resolved(ROOF).await;
    let disputed = cast.resolved(ROOF).await;
    now(&cast.resident.command(&disputed, "dispute", dispute).await, "disputed");
    disable(app, f.worker).await;
    let ids = [passed.clone(), back.clone(), rated.clone(), disputed.clone()];
    let as_before = ["pending_check", "pending_check", "resolved", "disputed"];
    assert_eq!(states(&cast.dispatcher, &ids).await, as_before);
    now(&cast.dispatcher.command(&passed, "pass-check", json!({})).await, "resolved");
    let body = json!({"reason": "not_finished", "text": "还在漏"});
    now(&cast.dispatcher.command(&back, "send-back", body).await, "pooled");
    assert_eq!(steps(&cast.dispatcher, &back).await.last().unwrap(), "released");
    now(&cast.resident.command(&rated, "rate", json!({"score": 5, "solved": true})).await, "closed");
    let may = view(&cast.supervisor, &disputed).await["allowedActions"].to_string();
    assert!(may.contains("redo_other") && !may.contains("redo_same"), "{may}");
    cast.supervisor.command(&disputed, "redo-same", json!({})).await.refused(409, "HANDLER_GONE");
    let other = json!({"assignee": person(f.second_worker)});
    now(&cast.supervisor.command(&disputed, "redo-other", other).await, "assigned");
});

both!(whose_own_case_it_is_takes_nothing_away, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let (rated, working) = (cast.resolved(ROOF).await, cast.working(ROOF).await);
    disable(app, f.resident).await;
    cast.resident.get("/me").await.refused(401, "SESSION_REVOKED");
    let ids = [rated, working];
    assert_eq!(states(&cast.dispatcher, &ids).await, ["resolved", "in_progress"]);
    now(&cast.worker.command(&ids[1], "resolve", json!({"text": "已修补"})).await, "pending_check");
});

both!(a_role_that_is_taken_away_takes_what_it_gave, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let ids = held(app, &cast).await;
    let unit = cast.accepted(ROOF).await;
    let to_unit = json!({"assignee": {"kind": "unit", "id": "1"}});
    let attempt = attempt_of(&cast.dispatcher.command(&unit, "assign", to_unit).await);
    cast.unit_handler.command(&unit, "acknowledge", json!({"attempt": attempt})).await.ok();
    // in another town they may go on with what they claimed, not with what was directed to them here
    give(app, f.worker, "grid_worker", OTHER_TOWN_VILLAGE).await;
    take_role(app, f.worker).await;
    assert_eq!(states(&cast.dispatcher, &ids).await, ["claimed", "in_progress", "accepted", "in_progress"]);
    let (kind, text, _) = last_step(&cast.dispatcher, &ids[2]).await;
    assert_eq!((kind.as_str(), text.as_str()), ("recalled", "承办人职责变动，退回派单"));
    let (kind, text, whom) = last_step(&cast.dispatcher, &ids[3]).await;
    let waived = ("co_handler_waived", "协办人职责变动，免除协办", "张建国");
    assert_eq!((kind.as_str(), text.as_str(), whom.as_str()), waived);
    take_role(app, f.worker).await;
    assert_eq!(states(&cast.dispatcher, &ids[..2]).await, ["pooled"; 2]);
    cast.worker.get("/me").await.ok();
    cast.worker.get(&format!("/orders/{}", ids[0])).await.refused(404, "NOT_FOUND");
    // whoever handled it for a unit that they left
    take_role(app, f.unit_handler).await;
    assert_eq!(view(&cast.dispatcher, &unit).await["status"], "pooled");
    assert_eq!(last_step(&cast.dispatcher, &unit).await.1, "承办人职责变动，退回待认领");
});

/// Since when what this person holds is being returned: 1 if it is.
fn leaving(app: &App, account: i64) -> Vec<i64> {
    let query = format!("SELECT count(*) AS n FROM account WHERE id = {account} AND leaving_at IS NOT NULL");
    numbers(app.database(), &query).unwrap()
}

both!(what_was_left_undone_is_done_by_whoever_lives, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let ids = held(app, &cast).await;
    // as a request that got no further than its first transaction
    app.state.store.disable_account(AccountId(f.worker), app.state.store.now().await.unwrap()).await.unwrap();
    let wanted = ["pooled", "pooled", "accepted", "in_progress"];
    eventually(Duration::from_secs(10), "the orders to be back", async || {
        let now = states(&cast.dispatcher, &ids).await;
        if now == wanted { Ok(()) } else { Err(format!("{now:?}")) }
    })
    .await
    .unwrap();
    assert_eq!(last_step(&cast.dispatcher, &ids[3]).await.0, "co_handler_waived");
    assert_eq!(leaving(app, f.worker), [1], "a command may still end that began before");
    app.state.clock.advance(TimeDelta::minutes(2));
    eventually(Duration::from_secs(90), "the end of it to be noted", async || {
        match leaving(app, f.worker)[0] {
            0 => Ok(()),
            n => Err(n.to_string()),
        }
    })
    .await
    .unwrap();
});

both!(the_last_administrator_and_oneself_stay, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let oneself = admin.post(&format!("/accounts/{}/disable", f.admin), json!({})).await;
    oneself.refused(403, "OWN_CASE");
    let body: Value = admin.get("/me").await.ok().clone();
    assert_eq!(body["id"], f.admin.to_string());
});
