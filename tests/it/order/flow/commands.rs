//! Every command endpoint refused: by somebody who does not see the order, by somebody who may not, in a wrong state.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::{OTHER_GRID, ROOF};
use harness::play::{Cast, attempt_of, now, person};
use serde_json::{Value, json};

/// A command with a body that is in order, and who may issue it in the right state.
struct Row<'a> {
    command: &'a str,
    body: Value,
    by: &'a Client,
}

fn table<'a>(app: &App, cast: &'a Cast) -> Vec<Row<'a>> {
    let f = app.fixture;
    let (resident, dispatcher, worker) = (&cast.resident, &cast.dispatcher, &cast.worker);
    let text = || json!({"text": "请尽快"});
    let row = |command, by, body| Row { command, body, by };
    vec![
        row("supply-info", resident, text()),
        row("supplement", resident, text()),
        row("withdraw", resident, json!({"reason": "mistake"})),
        row("urge", resident, json!({})),
        row("appeal", resident, text()),
        row("accept", dispatcher, json!({})),
        row("ask-info", dispatcher, text()),
        row("reject", dispatcher, json!({"reason": "not_ours", "text": "请拨打95598"})),
        row("answer-directly", dispatcher, text()),
        row("self-resolve", &cast.second_worker, text()),
        row("forward", dispatcher, json!({"areaId": OTHER_GRID.to_string()})),
        row("take-back", dispatcher, json!({})),
        row("reclassify", dispatcher, json!({"areaId": OTHER_GRID.to_string()})),
        row("dispatch", dispatcher, json!({})),
        row("redispatch", dispatcher, json!({})),
        row("widen", dispatcher, json!({"scopes": [{"kind": "team", "id": "1"}]})),
        row("assign", dispatcher, json!({"assignee": person(f.second_worker)})),
        row("recall", dispatcher, json!({"reason": "wrong_dispatch"})),
        row("reassign", dispatcher, json!({"assignee": person(f.second_worker)})),
        row("transfer", &cast.leader, json!({"assignee": person(f.second_worker), "reason": "overloaded"})),
        row("close-remainder", dispatcher, json!({})),
        row("release", worker, json!({"reason": "cannot_come"})),
        row("contact", worker, json!({})),
        row("progress", worker, json!({"text": "材料已买", "visibleToResident": true})),
        row("survey", worker, text()),
        row("report-up", worker, json!({"reason": "needs_higher_level", "text": "需鉴定"})),
        row("whistle", dispatcher, json!({"who": person(f.third_worker)})),
        row("report-in", &cast.unit_handler, json!({})),
        row("finish-co-handling", &cast.unit_handler, json!({})),
        row("waive-co-handler", dispatcher, json!({"who": {"kind": "unit", "id": "1"}})),
        row("resolve", worker, text()),
        row(
            "request-suspend",
            dispatcher,
            json!({"reason": "weather", "until": "2999-01-01T00:00:00+08:00"}),
        ),
        row("request-extend", worker, json!({"reason": "large_works", "minutes": 60})),
        row("request-hand-back", worker, json!({"reason": "not_our_duty"})),
        row("pass-check", dispatcher, json!({})),
        row("send-back", dispatcher, json!({"reason": "not_finished"})),
        row("redo-same", &cast.supervisor, json!({})),
        row("redo-other", &cast.supervisor, json!({"assignee": person(f.third_worker)})),
        row("uphold", &cast.supervisor, json!({"reason": "done_properly", "text": "已核实"})),
        row("supervise", &cast.supervisor, text()),
    ]
}

/// Commands that a resolved order allows or refuses for another reason than its state.
fn elsewhere(cast: &Cast) -> Vec<Row<'_>> {
    let row = |command, by, body| Row { command, body, by };
    vec![
        row("rate", &cast.resident, json!({"score": 5, "solved": true})),
        row("dispute", &cast.resident, json!({"reason": "not_done", "text": "仍漏水"})),
        row("revisit", &cast.dispatcher, json!({"satisfied": true})),
        row("grant-request", &cast.dispatcher, json!({})),
        row("refuse-request", &cast.dispatcher, json!({})),
    ]
}

both!(nobody_commands_an_order_they_do_not_see_or_may_not, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    for row in table(app, &cast).iter().chain(&elsewhere(&cast)) {
        for stranger in [&cast.neighbour, &cast.foreign_dispatcher] {
            stranger.command(&id, row.command, row.body.clone()).await.refused(404, "NOT_FOUND");
        }
        row.by.command("987654", row.command, row.body.clone()).await.refused(404, "NOT_FOUND");
        cast.auditor.command(&id, row.command, row.body.clone()).await.refused(403, "FORBIDDEN");
    }
    for command in ["claim", "acknowledge"] {
        for anyone in [&cast.neighbour, &cast.auditor, &cast.worker] {
            anyone.command(&id, command, json!({"attempt": 1})).await.refused(403, "NOT_ELIGIBLE");
        }
    }
    let (stranger, path) = (app.stranger(), format!("/orders/{id}/accept"));
    stranger.post(&path, json!({})).await.refused(401, "UNAUTHENTICATED");
    assert_eq!(harness::play::steps(&cast.auditor, &id).await, ["submitted"], "nothing happened");
});

both!(each_command_has_its_states, async |app| {
    let cast = Cast::of(app);
    let id = through_every_hand(app, &cast).await;
    for row in table(app, &cast) {
        let answer = row.by.command(&id, row.command, row.body).await;
        // whose help is finished reads what was, and does no more
        if matches!(row.command, "report-in" | "finish-co-handling") {
            answer.refused(403, "FORBIDDEN");
            continue;
        }
        assert_eq!(answer.refused(409, "WRONG_STATE")["detail"]["status"], "resolved", "{}", row.command);
    }
    let fresh = cast.placed(ROOF).await;
    for (row, name) in
        elsewhere(&cast).iter().zip(["WRONG_STATE", "WRONG_STATE", "WRONG_STATE", "NO_REQUEST", "NO_REQUEST"])
    {
        row.by.command(&fresh, row.command, row.body.clone()).await.refused(409, name);
    }
});

/// A resolved order that was assigned to the worker and helped with by the unit.
async fn through_every_hand(app: &App, cast: &Cast) -> String {
    let (id, attempt) = cast.assigned(ROOF, person(app.fixture.worker)).await;
    cast.worker.command(&id, "acknowledge", json!({"attempt": attempt})).await.ok();
    now(&cast.worker.command(&id, "contact", json!({})).await, "in_progress");
    let unit = json!({"who": {"kind": "unit", "id": "1"}});
    let whistled = cast.dispatcher.command(&id, "whistle", unit).await;
    assert_eq!(attempt_of(&whistled), attempt, "co-handlers take nobody's eligibility away");
    cast.unit_handler.command(&id, "report-in", json!({})).await.ok();
    cast.unit_handler.command(&id, "finish-co-handling", json!({})).await.ok();
    now(&cast.worker.command(&id, "resolve", json!({"text": "已修补"})).await, "pending_check");
    now(&cast.second_dispatcher.command(&id, "pass-check", json!({})).await, "resolved");
    id
}
