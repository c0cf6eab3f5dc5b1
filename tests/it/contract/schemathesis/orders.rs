//! Orders for the fuzzer, each where the operation that it is for finds it.

use harness::app::App;
use harness::client::Client;
use harness::fixture::{OTHER_GRID, OTHER_VILLAGE, ROOF, TWO_SLOTS};
use harness::play::{Cast, id_of, order, person};
use serde_json::{Value, json};

use super::stock::Stock;

/// Orders for every operation on one.
pub async fn all(app: &App, cast: &Cast, stock: &mut Stock) {
    placed(cast, stock).await;
    named(app, cast, stock).await;
    accepted(app, cast, stock).await;
    offered(cast, stock).await;
    assigned(app, cast, stock).await;
    held(app, cast, stock).await;
    handled(app, cast, stock).await;
    helped(cast, stock).await;
    asked(app, cast, stock).await;
    done(app, cast, stock).await;
}

fn at(id: &str) -> Value {
    json!({ "id": id })
}

fn text() -> Value {
    json!({"text": "请尽快"})
}

/// Issues a command that goes well.
async fn did(who: &Client, id: &str, command: &str, body: Value) {
    who.command(id, command, body).await.ok();
}

/// Before it is accepted.
async fn placed(cast: &Cast, stock: &mut Stock) {
    let elsewhere = json!({"areaId": OTHER_GRID.to_string()});
    for (operation, who, body) in [
        ("get_order", &cast.resident, Value::Null),
        ("mark_order_read", &cast.resident, json!({})),
        ("supplement_order", &cast.resident, text()),
        ("withdraw_order", &cast.resident, json!({"reason": "mistake"})),
        ("urge_order", &cast.resident, json!({})),
        ("accept_order", &cast.dispatcher, json!({})),
        ("ask_info", &cast.dispatcher, text()),
        ("reject_order", &cast.dispatcher, json!({"reason": "not_ours", "text": "请拨打95598"})),
        ("answer_directly", &cast.dispatcher, text()),
        ("self_resolve", &cast.second_worker, text()),
        ("forward_order", &cast.dispatcher, elsewhere.clone()),
        ("reclassify_order", &cast.dispatcher, elsewhere),
        ("supervise_order", &cast.supervisor, text()),
    ] {
        let id = cast.placed(ROOF).await;
        stock.add(operation, who, at(&id), body);
    }
    // whatever is done to these takes none away from the others
    for _ in 0..2 {
        stock.name_order(&cast.placed(ROOF).await);
    }
    let id = cast.placed(ROOF).await;
    stock.add("accept_orders", &cast.dispatcher, json!({}), json!({"ids": [id]}));
    let id = cast.placed(ROOF).await;
    stock.add("urge_orders", &cast.resident, json!({}), json!({"ids": [id]}));
    let id = cast.placed(ROOF).await;
    did(&cast.dispatcher, &id, "ask-info", text()).await;
    stock.add("supply_info", &cast.resident, at(&id), text());
    let id = cast.placed(ROOF).await;
    did(&cast.dispatcher, &id, "reject", json!({"reason": "unclear", "text": "不清"})).await;
    stock.add("appeal_order", &cast.resident, at(&id), text());
    // beyond what the dispatcher oversees: it can be had back until somebody looked at it
    let id = cast.accepted(ROOF).await;
    did(&cast.dispatcher, &id, "forward", json!({"areaId": OTHER_VILLAGE.to_string()})).await;
    stock.add("take_back_order", &cast.dispatcher, at(&id), json!({}));
}

/// Somebody it is for, who is asked.
async fn named(app: &App, cast: &Cast, stock: &mut Stock) {
    // staff may name whom they know: somebody who placed an order there
    cast.neighbour.post("/orders", order(ROOF)).await.ok();
    for operation in ["join_order", "decline_order"] {
        let mut body = order(ROOF);
        body["channel"] = json!("phone");
        body["beneficiaryId"] = json!(app.fixture.neighbour.to_string());
        let id = id_of(&cast.dispatcher.post("/orders", body).await);
        stock.add(operation, &cast.neighbour, at(&id), json!({}));
    }
}

async fn accepted(app: &App, cast: &Cast, stock: &mut Stock) {
    let second = json!({"assignee": person(app.fixture.second_worker)});
    for (operation, body) in
        [("dispatch_order", json!({})), ("preview_dispatch", json!({})), ("assign_order", second)]
    {
        let id = cast.accepted(ROOF).await;
        stock.add(operation, &cast.dispatcher, at(&id), body);
    }
    let id = cast.accepted(ROOF).await;
    stock.add("dispatch_orders", &cast.dispatcher, json!({}), json!({"ids": [id]}));
}

async fn offered(cast: &Cast, stock: &mut Stock) {
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    for (operation, body) in [
        ("list_order_offers", Value::Null),
        ("redispatch_order", json!({})),
        ("widen_order", team),
        ("recall_order", json!({"reason": "wrong_dispatch"})),
    ] {
        let (id, _) = cast.pooled(ROOF).await;
        stock.add(operation, &cast.dispatcher, at(&id), body);
    }
    let (id, attempt) = cast.pooled(ROOF).await;
    stock.add("claim_order", &cast.worker, at(&id), json!({ "attempt": attempt }));
    let (id, attempt) = cast.pooled(TWO_SLOTS).await;
    cast.worker.claim(&id, attempt).await.ok();
    stock.add("close_remainder", &cast.dispatcher, at(&id), json!({}));
}

async fn assigned(app: &App, cast: &Cast, stock: &mut Stock) {
    let to = || person(app.fixture.worker);
    let (id, attempt) = cast.assigned(ROOF, to()).await;
    stock.add("acknowledge_order", &cast.worker, at(&id), json!({ "attempt": attempt }));
    let (id, _) = cast.assigned(ROOF, to()).await;
    stock.add("request_hand_back", &cast.worker, at(&id), json!({"reason": "not_our_duty"}));
    let (id, _) = cast.assigned(ROOF, to()).await;
    let second = json!({"assignee": person(app.fixture.second_worker)});
    stock.add("reassign_order", &cast.dispatcher, at(&id), second);
}

/// Claimed by the worker.
async fn held(app: &App, cast: &Cast, stock: &mut Stock) {
    let second = json!({"assignee": person(app.fixture.second_worker), "reason": "overloaded"});
    for (operation, who, body) in [
        ("get_order_contact", &cast.worker, Value::Null),
        ("record_contact", &cast.worker, json!({})),
        ("release_order", &cast.worker, json!({"reason": "cannot_come"})),
        ("transfer_order", &cast.leader, second),
    ] {
        let id = cast.claimed(ROOF).await;
        stock.add(operation, who, at(&id), body);
    }
}

/// In the worker's hands.
async fn handled(app: &App, cast: &Cast, stock: &mut Stock) {
    let until = (app.state.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
    for (operation, body) in [
        ("note_progress", json!({"text": "材料已买", "visibleToResident": true})),
        ("record_survey", text()),
        ("report_up", json!({"reason": "needs_higher_level", "text": "需鉴定"})),
        ("request_suspend", json!({"reason": "weather", "until": until})),
        ("request_extend", json!({"reason": "large_works", "minutes": 60})),
        ("resolve_order", text()),
    ] {
        let id = cast.working(ROOF).await;
        stock.add(operation, &cast.worker, at(&id), body);
    }
}

/// With a unit that helps.
async fn helped(cast: &Cast, stock: &mut Stock) {
    let unit = || json!({"who": {"kind": "unit", "id": "1"}});
    let id = cast.working(ROOF).await;
    stock.add("whistle", &cast.dispatcher, at(&id), unit());
    for (operation, who, body) in [
        ("report_in", &cast.unit_handler, json!({})),
        ("waive_co_handler", &cast.dispatcher, unit()),
        ("finish_co_handling", &cast.unit_handler, json!({})),
    ] {
        let id = cast.working(ROOF).await;
        did(&cast.dispatcher, &id, "whistle", unit()).await;
        if operation == "finish_co_handling" {
            did(&cast.unit_handler, &id, "report-in", json!({})).await;
        }
        stock.add(operation, who, at(&id), body);
    }
}

/// With a request that somebody decides.
async fn asked(app: &App, cast: &Cast, stock: &mut Stock) {
    for (operation, who) in [
        ("grant_request", &cast.dispatcher),
        ("refuse_request", &cast.dispatcher),
        ("withdraw_request", &cast.worker),
    ] {
        let id = cast.working(ROOF).await;
        did(&cast.worker, &id, "request-extend", json!({"reason": "large_works", "minutes": 60})).await;
        stock.add(operation, who, at(&id), json!({}));
    }
    let id = cast.working(ROOF).await;
    let until = (app.state.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
    did(&cast.worker, &id, "request-suspend", json!({"reason": "weather", "until": until})).await;
    did(&cast.dispatcher, &id, "grant-request", json!({})).await;
    stock.add("resume_order", &cast.worker, at(&id), json!({}));
}

/// After the work.
async fn done(app: &App, cast: &Cast, stock: &mut Stock) {
    for (operation, body) in [("pass_check", json!({})), ("send_back", json!({"reason": "not_finished"}))] {
        let id = cast.fed_back(ROOF).await;
        stock.add(operation, &cast.dispatcher, at(&id), body);
    }
    for (operation, who, body) in [
        ("rate_order", &cast.resident, json!({"score": 5, "solved": true})),
        ("dispute_order", &cast.resident, json!({"reason": "not_done", "text": "仍漏水"})),
        ("revisit_order", &cast.dispatcher, json!({"satisfied": true})),
    ] {
        let id = cast.resolved(ROOF).await;
        stock.add(operation, who, at(&id), body);
    }
    let third = json!({"assignee": person(app.fixture.third_worker)});
    for (operation, body) in [
        ("redo_same", json!({})),
        ("redo_other", third),
        ("uphold_order", json!({"reason": "done_properly", "text": "已核实"})),
    ] {
        let id = cast.resolved(ROOF).await;
        did(&cast.resident, &id, "dispute", json!({"reason": "not_done", "text": "仍漏水"})).await;
        stock.add(operation, &cast.supervisor, at(&id), body);
    }
}
