//! Whom commands name: somebody with a role that may do the work, in the actor's own area or within the item's reach; and
//! whoever acts is asked again. The table of commands, roles and places is in the domain's tests.

use harness::app::App;
use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::crowd;
use harness::fixture::{FAR_GRID, GRID, OTHER_TOWN, OTHER_TOWN_VILLAGE, ROOF, UNCHECKED, VILLAGE, run};
use harness::play::{Cast, attempt_of, give, now, person, view};
use harness::wait::eventually;
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;

const PROVINCE: i64 = 1;

fn area(id: i64) -> Value {
    json!({"kind": "area", "id": id.to_string()})
}

/// 422 naming the field.
#[track_caller]
fn unfit(answer: &Answer, field: &str) {
    answer.refused(422, "VALIDATION_FAILED");
    answer.names(field);
}

/// Takes the role first given away.
async fn take_first(app: &App, account: i64) {
    let admin = app.client(app.fixture.admin);
    let seen = admin.get(&format!("/accounts/{account}")).await;
    let role = seen.ok()["roles"][0]["id"].as_str().unwrap().to_owned();
    admin.delete(&format!("/accounts/{account}/roles/{role}")).await.ok();
}

/// Moves somebody to another town: a role there, and the one here gone.
async fn move_away(app: &App, account: i64, role: &str) {
    give(app, account, role, OTHER_TOWN).await;
    take_first(app, account).await;
}

both!(a_village_directs_no_order_to_whoever_has_no_role, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    for who in [f.neighbour, f.supervisor, f.auditor, f.admin] {
        unfit(&cast.dispatcher.command(&id, "assign", json!({"assignee": person(who)})).await, "assignee.id");
    }
    let assign = |language: &'static str| {
        let body = json!({"assignee": person(f.neighbour)});
        let path = format!("/orders/{id}/assign");
        let request = cast.dispatcher.request(Method::POST, &path).header("Accept-Language", language);
        cast.dispatcher.send(request.header("Idempotency-Key", language).json(&body))
    };
    assert_eq!(assign("zh-CN").await.body["errors"][0]["reason"], "没有可承办此单的角色");
    assert_eq!(assign("en").await.body["errors"][0]["reason"], "holds no role that may do this");
    assert_eq!(view(&cast.dispatcher, &id).await["status"], "accepted", "nothing happened");
    cast.neighbour.get(&format!("/orders/{id}")).await.refused(404, "NOT_FOUND");
    let to = json!({"scopes": [area(GRID), person(f.neighbour)]});
    unfit(&cast.dispatcher.command(&id, "dispatch", to).await, "scopes[1]");
});

both!(a_village_offers_nothing_beyond_its_town, async |app| {
    let cast = Cast::of(app);
    let id = cast.accepted(ROOF).await;
    let d = &cast.dispatcher;
    for far in [PROVINCE, OTHER_TOWN, OTHER_TOWN_VILLAGE] {
        let scopes = json!({"scopes": [area(VILLAGE), area(far)]});
        unfit(&d.command(&id, "dispatch", scopes.clone()).await, "scopes[1]");
        unfit(&d.command(&id, "dispatch/preview", scopes).await, "scopes[1]");
        let ring = json!({"rings": [{"scopes": [area(VILLAGE)], "afterS": 60}, {"scopes": [area(far)], "afterS": 60}]});
        unfit(&d.command(&id, "dispatch", ring.clone()).await, "rings[1].scopes[0]");
        unfit(&d.command(&id, "dispatch/preview", ring).await, "rings[1].scopes[0]");
        let batch = d.post("/orders/batch/dispatch", json!({"ids": [id], "scopes": [area(far)]})).await;
        assert_eq!(batch.ok()["results"][0]["error"], "VALIDATION_FAILED", "{batch:?}");
    }
    assert_eq!(view(d, &id).await["status"], "accepted");
    let near = json!({"scopes": [area(FAR_GRID)]});
    now(&d.command(&id, "dispatch", near).await, "pooled");
    let wider = json!({"scopes": [area(PROVINCE)]});
    unfit(&d.command(&id, "widen", wider.clone()).await, "scopes[0]");
    unfit(&d.command(&id, "redispatch", wider).await, "scopes[0]");
});

both!(an_item_may_reach_further_or_less_far, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let admin = app.client(f.admin);
    give(app, f.neighbour, "grid_worker", OTHER_TOWN).await;
    let item = async |code: &str, reach: &str| {
        let item = json!({"code": code, "name": code, "group": "living", "board": "办事大厅", "rules": {"reach": reach}});
        let id = admin.post("/service-items", item).await.ok()["id"].as_str().unwrap().to_owned();
        assert_eq!(admin.get(&format!("/service-items/{id}")).await.ok()["rules"]["reach"], reach);
        id.parse::<i64>().unwrap()
    };
    let assign = |who| json!({"assignee": person(who)});
    let id = cast.accepted(item("county", "county").await).await;
    now(&cast.dispatcher.command(&id, "assign", assign(f.neighbour)).await, "assigned");
    let id = cast.accepted(item("village", "village").await).await;
    unfit(&cast.dispatcher.command(&id, "assign", assign(f.far_worker)).await, "assignee.id");
    now(&cast.dispatcher.command(&id, "assign", assign(f.other_worker)).await, "assigned");
    let id = cast.accepted(ROOF).await;
    unfit(&cast.dispatcher.command(&id, "assign", assign(f.neighbour)).await, "assignee.id");
    now(&cast.dispatcher.command(&id, "assign", assign(f.far_worker)).await, "assigned");
    let bad =
        json!({"code": "x", "name": "x", "group": "living", "board": "办事大厅", "rules": {"reach": "moon"}});
    let bad = admin.post("/service-items", bad).await;
    bad.refused(400, "BAD_REQUEST");
    bad.names("rules.reach");
});

both!(nobody_is_whistled_in_who_has_no_role, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(UNCHECKED).await;
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", team).await);
    cast.volunteer.claim(&id, attempt).await.ok();
    for (lead, stranger) in [(&cast.volunteer, f.neighbour), (&cast.dispatcher, f.second_dispatcher)] {
        unfit(&lead.command(&id, "whistle", json!({"who": person(stranger)})).await, "who.id");
    }
    give(app, f.neighbour, "volunteer", OTHER_TOWN_VILLAGE).await;
    unfit(&cast.volunteer.command(&id, "whistle", json!({"who": person(f.neighbour)})).await, "who.id");
    cast.volunteer.command(&id, "whistle", json!({"who": person(f.far_worker)})).await.ok();
});

both!(the_leader_transfers_within_the_grid, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.working(ROOF).await;
    let to = |who| json!({"assignee": person(who), "reason": "overloaded"});
    unfit(&cast.leader.command(&id, "transfer", to(f.other_worker)).await, "assignee.id");
    now(&cast.leader.command(&id, "transfer", to(f.second_worker)).await, "assigned");
    let id = cast.working(ROOF).await;
    now(&cast.dispatcher.command(&id, "transfer", to(f.other_worker)).await, "assigned");
});

both!(what_is_not_in_use_is_not_named, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    let admin = app.client(f.admin);
    admin.post(&format!("/accounts/{}/disable", f.third_worker), json!({})).await.ok();
    let off = json!({"name": "红色志愿队", "active": false});
    admin.put("/teams/1", off).await.ok();
    run(
        app.database(),
        &format!("UPDATE area SET active = FALSE WHERE id = {FAR_GRID}; UPDATE unit SET active = FALSE"),
    )
    .unwrap();
    // whose only role is bound to what is not in use any more has none
    for who in [
        person(f.third_worker),
        json!({"kind": "team", "id": "1"}),
        json!({"kind": "unit", "id": "1"}),
        person(f.volunteer),
        person(f.unit_handler),
        person(f.far_worker),
    ] {
        unfit(&cast.dispatcher.command(&id, "assign", json!({ "assignee": who })).await, "assignee.id");
        unfit(&cast.dispatcher.command(&id, "dispatch", json!({"scopes": [who]})).await, "scopes[0]");
    }
    unfit(&cast.dispatcher.command(&id, "dispatch", json!({"scopes": [area(FAR_GRID)]})).await, "scopes[0]");
});

/// Neither works on it nor reads the contact any more.
async fn shut_out(who: &Client, id: &str, command: &str, body: Value) {
    who.command(id, command, body).await.refused(403, "FORBIDDEN");
    who.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
}

both!(an_assignee_who_moved_away_does_not_take_it, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let (id, attempt) = cast.assigned(ROOF, person(f.worker)).await;
    give(app, f.worker, "grid_worker", FAR_GRID).await;
    take_first(app, f.worker).await;
    let take = json!({ "attempt": attempt });
    assert_eq!(
        cast.worker.command(&id, "acknowledge", take.clone()).await.ok()["result"],
        "won",
        "still in the town"
    );
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    let (other, attempt) = cast.assigned(ROOF, person(f.worker)).await;
    move_away(app, f.worker, "grid_worker").await;
    // what is theirs goes back: the one that is directed to the dispatcher, the one that was taken to the pool
    eventually(Duration::from_secs(5), "the orders to be returned", async || {
        let status = async |id: &str| view(&cast.dispatcher, id).await["status"].clone();
        let both = (status(&other).await, status(&id).await);
        if both == (json!("accepted"), json!("pooled")) { Ok(()) } else { Err(format!("{both:?}")) }
    })
    .await
    .unwrap();
    let gone = cast.worker.command(&other, "acknowledge", json!({ "attempt": attempt })).await;
    gone.refused(409, "OFFER_GONE");
    let mut socket = cast.worker.socket().await;
    socket.hello(&json!({})).await;
    socket.say(&json!({"t": "acknowledge", "order": other, "attempt": attempt})).await;
    assert_eq!(socket.until("result", |_| true).await["r"], "gone");
    let again = cast.worker.command(&id, "acknowledge", take).await;
    assert_eq!(
        (&again.ok()["result"], &again.ok()["held"]),
        (&json!("won"), &json!(false)),
        "what was answered stays"
    );
    shut_out(&cast.worker, &id, "contact", json!({})).await;
});

both!(a_claimant_without_a_role_does_not_go_on, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.working(ROOF).await;
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    run(app.database(), &format!("DELETE FROM role_binding WHERE account_id = {}", f.worker)).unwrap();
    crowd::refresh(app.database(), &[f.worker]).unwrap();
    app.state.principals.forget();
    shut_out(&cast.worker, &id, "resolve", json!({"text": "已修补"})).await;
});

both!(a_co_handler_who_moved_away_does_not_report_in, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.working(ROOF).await;
    for who in [f.other_worker, f.second_worker] {
        cast.worker.command(&id, "whistle", json!({"who": person(who)})).await.ok();
    }
    move_away(app, f.other_worker, "grid_worker").await;
    cast.other_worker.command(&id, "report-in", json!({})).await.refused(403, "FORBIDDEN");
    cast.second_worker.command(&id, "report-in", json!({})).await.ok();
    move_away(app, f.second_worker, "grid_worker").await;
    let note = json!({"text": "在路上", "visibleToResident": false});
    cast.second_worker.command(&id, "progress", note).await.refused(403, "FORBIDDEN");
    cast.second_worker.command(&id, "finish-co-handling", json!({})).await.refused(403, "FORBIDDEN");
});

both!(whoever_lost_every_role_is_offered_it_no_longer, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    let people = json!({"scopes": [person(f.worker), person(f.other_worker)]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", people).await);
    assert_eq!(cast.worker.get("/me/offers").await.ok()["list"][0]["order"], *id);
    take_first(app, f.worker).await;
    assert_eq!(cast.worker.get("/me/offers").await.ok()["list"], json!([]));
    cast.worker.claim(&id, attempt).await.refused(409, "OFFER_GONE");
    cast.worker.claim(&id, attempt + 1).await.refused(403, "NOT_ELIGIBLE");
    assert_eq!(cast.other_worker.claim(&id, attempt + 1).await.ok()["result"], "won");
});

both!(a_ladder_names_whoever_may_do_the_work_within_the_items_reach, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let item = |ladder: &Value, reach: &str| {
        json!({"code": "leak", "name": "漏水", "group": "living", "board": "办事大厅",
            "rules": {"ladder": ladder, "reach": reach}})
    };
    for (ladder, field) in [
        (json!({"steps": [{"afterS": 60, "scopes": [person(f.neighbour)]}]}), "steps[0].scopes[0]"),
        (json!({"lastTo": person(f.neighbour)}), "lastTo"),
        (json!({"lastTo": person(f.auditor)}), "lastTo"),
    ] {
        let refused = admin.post("/service-items", item(&ladder, "town")).await;
        unfit(&refused, &format!("rules.ladder.{field}"));
    }
    let ladder = json!({"steps": [{"afterS": 60, "level": "county"}], "lastTo": person(f.dispatcher)});
    admin.post("/service-items", item(&ladder, "county")).await.ok();
});

both!(an_offer_by_name_ends_with_the_role_that_it_was_made_to, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    let by_name = json!({"scopes": [person(f.second_worker), person(f.third_worker)]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", by_name.clone()).await);
    assert_eq!(cast.second_worker.get("/me/offers").await.ok()["list"].as_array().unwrap().len(), 1);
    app.settled().await.unwrap();
    move_away(app, f.second_worker, "grid_worker").await;
    cast.second_worker.claim(&id, attempt).await.refused(409, "OFFER_GONE");
    cast.second_worker.claim(&id, attempt + 1).await.refused(403, "NOT_ELIGIBLE");
    assert_eq!(cast.second_worker.get("/me/offers").await.ok()["list"], json!([]));
    cast.second_worker.get(&format!("/orders/{id}/contact")).await.refused(404, "NOT_FOUND");
    app.settled().await.unwrap();
    let snap = cast.second_worker.get("/inbox").await.ok()["messages"].as_array().unwrap().clone();
    assert!(snap.iter().all(|m| m["t"] != "snap" || m["open"] == json!([])), "{snap:?}");
    unfit(&cast.dispatcher.command(&id, "redispatch", by_name).await, "scopes[0]");
    assert_eq!(cast.third_worker.claim(&id, attempt + 1).await.ok()["slot"], 1, "the others are still asked");
});

both!(an_offer_by_name_stands_while_it_would_be_made_again, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    let by_name = json!({"scopes": [person(f.second_worker)]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", by_name).await);
    give(app, f.second_worker, "grid_worker", FAR_GRID).await;
    take_first(app, f.second_worker).await;
    assert_eq!(cast.second_worker.claim(&id, attempt).await.ok()["slot"], 1, "within the town");
});

both!(a_volunteer_is_offered_an_order_and_never_assigned_one, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let volunteer = || json!({"assignee": person(f.volunteer)});
    let id = cast.accepted(ROOF).await;
    let refused = cast.dispatcher.command(&id, "assign", volunteer()).await;
    unfit(&refused, "assignee.id");
    let why = "志愿者只能派到待认领由其自愿接单，不能直接指派";
    assert_eq!(refused.body["errors"][0]["reason"], why);
    let (assigned, _) = cast.assigned(ROOF, person(f.worker)).await;
    unfit(&cast.dispatcher.command(&assigned, "reassign", volunteer()).await, "assignee.id");
    let working = cast.working(ROOF).await;
    let transfer = json!({"assignee": person(f.volunteer), "reason": "overloaded"});
    unfit(&cast.dispatcher.command(&working, "transfer", transfer).await, "assignee.id");
    unfit(&cast.worker.command(&working, "whistle", json!({"who": person(f.volunteer)})).await, "who.id");
    let done = cast.resolved(ROOF).await;
    cast.resident.command(&done, "dispute", json!({"reason": "not_done", "text": "没修好"})).await.ok();
    unfit(&cast.supervisor.command(&done, "redo-other", volunteer()).await, "assignee.id");
    // offered it by name, and as one of a team
    let by_name = json!({"scopes": [person(f.volunteer)]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", by_name).await);
    cast.volunteer.claim(&id, attempt).await.ok();
    let (team, attempt) = cast.assigned(ROOF, json!({"kind": "team", "id": "1"})).await;
    cast.volunteer.command(&team, "acknowledge", json!({"attempt": attempt})).await.ok();
});

both!(what_is_wrong_with_a_field_is_said_in_words, async |app| {
    let (cast, f) = (Cast::of(app), app.fixture);
    let id = cast.accepted(ROOF).await;
    let said = async |path: &str, body: Value, field: &str| {
        let mut told = Vec::new();
        for language in ["zh-CN", "en"] {
            let request = cast.dispatcher.request(Method::POST, path).header("Accept-Language", language);
            let key = format!("{path}{language}").replace('/', "-");
            let answer = cast.dispatcher.send(request.header("Idempotency-Key", key).json(&body)).await;
            answer.refused(422, "VALIDATION_FAILED");
            answer.names(field);
            told.push(answer.body["errors"][0]["reason"].as_str().unwrap().to_owned());
        }
        told
    };
    let own = json!({"assignee": person(f.resident)});
    let told = said(&format!("/orders/{id}/assign"), own, "assignee.id").await;
    assert_eq!(told, ["这是其本人的诉求，本人不能承办", "it is their own case: nobody handles that"]);
    let far = json!({"areaId": OTHER_TOWN_VILLAGE.to_string()});
    let told = said(&format!("/orders/{id}/reclassify"), far, "areaId").await;
    assert_eq!(told, ["不在您的管辖区域内", "outside your own area"]);
});
