//! `allowedActions` against the endpoints: what is listed is permitted, what is not is refused.

use harness::app::App;
use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::{OTHER_GRID, ROOF};
use harness::play::{Cast, person, view};
use serde_json::{Value, json};

const COMMANDS: [&str; 49] = [
    "supply_info",
    "supplement",
    "withdraw",
    "urge",
    "appeal",
    "rate",
    "dispute",
    "accept",
    "ask_info",
    "reject",
    "answer_directly",
    "self_resolve",
    "forward",
    "take_back",
    "reclassify",
    "dispatch",
    "redispatch",
    "widen",
    "assign",
    "recall",
    "reassign",
    "transfer",
    "close_remainder",
    "claim",
    "acknowledge",
    "release",
    "contact",
    "progress",
    "survey",
    "report_up",
    "whistle",
    "report_in",
    "finish_co_handling",
    "waive_co_handler",
    "resolve",
    "request_suspend",
    "request_extend",
    "request_hand_back",
    "grant_request",
    "refuse_request",
    "withdraw_request",
    "resume",
    "pass_check",
    "send_back",
    "revisit",
    "redo_same",
    "redo_other",
    "uphold",
    "supervise",
];

/// The states in which readers are asked what they may do.
const SCENES: [&str; 9] = [
    "submitted",
    "need_info",
    "rejected",
    "accepted",
    "pooled",
    "assigned",
    "claimed",
    "pending_check",
    "resolved",
];

async fn scene(app: &App, cast: &Cast, state: &str) -> String {
    let say = json!({"text": "请补充"});
    match state {
        "submitted" => cast.placed(ROOF).await,
        "need_info" => {
            let id = cast.placed(ROOF).await;
            cast.dispatcher.command(&id, "ask-info", say).await.ok();
            id
        }
        "rejected" => {
            let id = cast.placed(ROOF).await;
            cast.dispatcher.command(&id, "reject", json!({"reason": "unclear", "text": "不清"})).await.ok();
            id
        }
        "accepted" => cast.accepted(ROOF).await,
        "pooled" => cast.pooled(ROOF).await.0,
        "assigned" => cast.assigned(ROOF, person(app.fixture.worker)).await.0,
        "claimed" => cast.claimed(ROOF).await,
        "pending_check" => cast.fed_back(ROOF).await,
        _ => cast.resolved(ROOF).await,
    }
}

/// A body that is in order for every command that takes it.
fn body(app: &App, command: &str, attempt: &Value) -> Value {
    let until = (app.state.clock.now() + chrono::TimeDelta::days(1)).to_rfc3339();
    let second = person(app.fixture.second_worker);
    match command {
        "supply_info" | "supplement" | "appeal" | "ask_info" | "answer_directly" | "self_resolve"
        | "survey" | "resolve" | "supervise" => json!({"text": "好"}),
        "withdraw" => json!({"reason": "mistake"}),
        "rate" => json!({"score": 5, "solved": true}),
        "revisit" => json!({"satisfied": true}),
        "dispute" => json!({"reason": "not_done", "text": "没修"}),
        "reject" => json!({"reason": "unclear", "text": "不清"}),
        "forward" | "reclassify" => json!({"areaId": OTHER_GRID.to_string()}),
        "widen" => json!({"scopes": [{"kind": "team", "id": "1"}]}),
        "assign" | "reassign" | "redo_other" => json!({ "assignee": second }),
        "recall" => json!({"reason": "wrong_dispatch"}),
        "transfer" => json!({"assignee": second, "reason": "overloaded"}),
        "claim" | "acknowledge" => json!({ "attempt": attempt }),
        "release" => json!({"reason": "cannot_come"}),
        "progress" => json!({"text": "好", "visibleToResident": false}),
        "report_up" => json!({"reason": "needs_higher_level", "text": "好"}),
        "whistle" | "waive_co_handler" => json!({"who": {"kind": "unit", "id": "1"}}),
        "request_suspend" => json!({"reason": "weather", "until": until}),
        "request_extend" => json!({"reason": "large_works", "minutes": 60}),
        "request_hand_back" => json!({"reason": "not_our_duty"}),
        "send_back" => json!({"reason": "not_finished"}),
        "uphold" => json!({"reason": "done_properly", "text": "好"}),
        _ => json!({}),
    }
}

async fn issue(app: &App, who: &Client, id: &str, command: &str, attempt: &Value) -> Answer {
    who.command(id, &command.replace('_', "-"), body(app, command, attempt)).await
}

/// In this state: unlisted commands are refused and change nothing; each listed one is done on an order of its own,
/// with the fields it says it needs.
async fn agree(app: &App, state: &str) {
    let cast = Cast::of(app);
    let readers = [
        &cast.resident,
        &cast.worker,
        &cast.leader,
        &cast.dispatcher,
        &cast.second_dispatcher,
        &cast.supervisor,
    ];
    let id = scene(app, &cast, state).await;
    for (n, who) in readers.into_iter().enumerate() {
        let seen = view(who, &id).await;
        assert_eq!(seen["status"], state);
        let listed = seen["allowedActions"].as_array().unwrap();
        let names: Vec<&str> = listed.iter().map(|a| a["name"].as_str().unwrap()).collect();
        for command in COMMANDS.iter().filter(|c| !names.contains(c)) {
            let refused = issue(app, who, &id, command, &seen["attempt"]).await;
            // who holds it gets the same "won" again, whichever way it was taken
            if matches!(*command, "claim" | "acknowledge") && refused.status == 200 {
                assert_eq!(refused.ok()["version"], seen["version"], "{state}, reader {n}, {command}");
                continue;
            }
            assert!(matches!(refused.status, 403 | 409), "{state}, reader {n}, {command}: {refused:?}");
        }
        assert_eq!(view(who, &id).await["version"], seen["version"], "refusals change nothing");
        for action in listed {
            let command = action["name"].as_str().unwrap();
            let body = body(app, command, &json!(1));
            for need in action["needs"].as_array().unwrap().iter().filter_map(Value::as_str) {
                let optional = matches!(
                    (command, need),
                    ("reclassify", _) | ("resolve", "beforeFileIds" | "afterFileIds")
                );
                assert!(optional || body.get(need).is_some(), "{command} needs {need}");
            }
            let fresh = scene(app, &cast, state).await;
            let attempt = view(&cast.resident, &fresh).await["attempt"].clone();
            let done = issue(app, who, &fresh, command, &attempt).await;
            assert_eq!(done.status, 200, "{state}, reader {n}, {command}: {done:?}");
        }
    }
}

both!(new_orders, async |app| {
    for state in &SCENES[..4] {
        agree(app, state).await;
    }
});

both!(dispatched_orders, async |app| {
    for state in &SCENES[4..7] {
        agree(app, state).await;
    }
});

both!(orders_after_the_work, async |app| {
    for state in &SCENES[7..] {
        agree(app, state).await;
    }
});
