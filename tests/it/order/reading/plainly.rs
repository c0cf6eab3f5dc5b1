//! What residents read of those who work for them: staff by name, function and the office's telephone, volunteers masked; the
//! states in plain words; and whom to ask. Staff read the official words.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::crowd;
use harness::fixture::{self, GRID, OTHER_GRID, ROOF, TOWN, VILLAGE};
use harness::play::{Cast, attempt_of, id_of, now, order, view};
use serde_json::{Value, json};

const OFFICE: &str = "09133210000";

/// The community has an office with a telephone.
async fn with_office(app: &App) {
    let change = json!({ "displayName": "西郊社区", "active": true, "officeName": "西郊社区便民服务站",
        "officePhone": "0913-3210000" });
    app.client(app.fixture.admin).put(&format!("/areas/{VILLAGE}"), change).await.ok();
}

async fn english(who: &Client, id: &str) -> Value {
    let request = who.request(reqwest::Method::GET, &format!("/orders/{id}")).header("Accept-Language", "en");
    who.send(request).await.ok().clone()
}

async fn sentence(who: &Client, id: &str) -> String {
    view(who, id).await["sentence"].as_str().unwrap().to_owned()
}

/// The row of this order in the reader's own list.
async fn listed(who: &Client, path: &str, id: &str) -> Value {
    let answer = who.get(path).await;
    answer.ok()["list"].as_array().unwrap().iter().find(|row| row["id"] == id).unwrap().clone()
}

/// Dispatched to this scope; with the attempt.
async fn pooled_for(cast: &Cast, kind: &str, key: i64) -> (String, i64) {
    let id = cast.accepted(ROOF).await;
    let scopes = json!({ "scopes": [{ "kind": kind, "id": key.to_string() }] });
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", scopes).await);
    (id, attempt)
}

both!(residents_read_staff_by_name_function_and_office_phone, async |app| {
    with_office(app).await;
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let seen = view(&cast.resident, &id).await;
    let handler = &seen["detail"]["handlers"][0];
    assert_eq!(
        (&handler["name"], &handler["roleText"], &handler["phone"]),
        (&json!("张建国"), &json!("网格员"), &json!(OFFICE))
    );
    let step = |n: usize| seen["detail"]["timeline"][n].clone();
    assert_eq!((&step(0)["by"], step(0).get("byRoleText")), (&json!("王**"), None), "a resident");
    assert_eq!((&step(1)["by"], &step(1)["byRoleText"]), (&json!("陈调度"), &json!("社区管理员")));
    assert_eq!((&step(3)["by"], &step(3)["byRoleText"]), (&json!("张建国"), &json!("网格员")));
    assert_eq!(seen["office"], json!({ "name": "西郊社区便民服务站", "phone": OFFICE }));
    let told = sentence(&cast.resident, &id).await;
    assert!(told.starts_with("网格员张建国正在办理，将于"), "{told}");
    assert!(told.ends_with("如有疑问请联系西郊社区便民服务站，电话09133210000。"), "{told}");
    assert_eq!(listed(&cast.resident, "/me/orders", &id).await["leadName"], "张建国");
    assert_eq!(listed(&cast.dispatcher, "/orders", &id).await["leadName"], "张**", "as ever for staff");
    let staffs = view(&cast.dispatcher, &id).await;
    assert_eq!(staffs["detail"]["handlers"][0]["name"], "张建国");
    assert_eq!(staffs["detail"]["handlers"][0].get("phone"), None);
    let (assigned, _) =
        cast.assigned(ROOF, json!({ "kind": "person", "id": app.fixture.worker.to_string() })).await;
    assert_eq!(view(&cast.resident, &assigned).await["detail"]["assignee"]["name"], "张建国");
    assert_eq!(
        view(&cast.leader, &assigned).await["detail"]["assignee"]["name"],
        "张**",
        "as ever for staff"
    );
    assert!(sentence(&cast.resident, &assigned).await.starts_with("已指派给网格员张建国，"));
});

both!(volunteers_stay_masked, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = pooled_for(&cast, "team", 1).await;
    let told = sentence(&cast.resident, &id).await;
    assert!(told.starts_with("已派给附近1位党员志愿者，待认领；"), "{told}");
    cast.volunteer.claim(&id, attempt).await.ok();
    let seen = view(&cast.resident, &id).await;
    let handler = &seen["detail"]["handlers"][0];
    assert_eq!(
        (&handler["name"], handler.get("roleText"), handler.get("phone")),
        (&json!("冯**"), None, None)
    );
    assert!(sentence(&cast.resident, &id).await.starts_with("党员志愿者冯**已认领，"));
    assert_eq!(listed(&cast.resident, "/me/orders", &id).await["leadName"], "冯**");
    let whole = seen.to_string();
    assert!(!whole.contains("冯党员"), "{whole}");
    // whoever dispatches and lends a hand as a volunteer acts as one
    let also = "INSERT INTO role_binding (account_id,role,area_id,employment,created_at) \
        SELECT id,'dispatcher',10,'full_time',created_at FROM account WHERE id = 9";
    fixture::run(app.database(), also).unwrap();
    crowd::refresh(app.database(), &[9]).unwrap();
    assert_eq!(view(&cast.resident, &id).await["detail"]["handlers"][0]["name"], "冯**");
    assert_eq!(listed(&cast.resident, "/me/orders", &id).await["leadName"], "冯**");
});

both!(whose_function_ended_is_not_named_to_residents_any_more, async |app| {
    let cast = Cast::of(app);
    let id = cast.claimed(ROOF).await;
    assert_eq!(view(&cast.resident, &id).await["detail"]["timeline"][1]["by"], "陈调度");
    let dispatcher = app.fixture.dispatcher;
    fixture::run(app.database(), &format!("DELETE FROM role_binding WHERE account_id = {dispatcher}"))
        .unwrap();
    crowd::refresh(app.database(), &[dispatcher]).unwrap();
    let seen = view(&cast.resident, &id).await;
    assert_eq!(seen["detail"]["timeline"][1]["by"], "陈**");
    assert_eq!(seen["detail"]["timeline"][1].get("byRoleText"), None);
    assert_eq!(view(&cast.leader, &id).await["detail"]["timeline"][1]["by"], "陈调度", "colleagues read it");
});

both!(a_query_code_names_nobody, async |app| {
    let cast = Cast::of(app);
    let mut body = order(ROOF);
    body["anonymity"] = json!("anonymous");
    let placed = cast.resident.post("/orders", body).await;
    let (id, code) = (id_of(&placed), placed.ok()["queryCode"].as_str().unwrap().to_owned());
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    let asked = app.stranger().get(&format!("/orders/by-code/{code}")).await;
    assert_eq!(asked.ok()["detail"]["handlers"][0]["name"], "张**");
    assert!(!asked.raw.contains("张建国") && !asked.raw.contains("陈调度"), "{}", asked.raw);
    cast.worker.command(&id, "resolve", json!({"text": "好了"})).await.ok();
    cast.second_dispatcher.command(&id, "pass-check", json!({})).await.ok();
    let asked = app.stranger().get(&format!("/orders/by-code/{code}")).await;
    assert_eq!(asked.ok()["statusText"], "办好了", "they can neither rate nor be called");
});

both!(residents_read_plain_words_and_staff_official_ones, async |app| {
    with_office(app).await;
    let cast = Cast::of(app);
    let id = cast.fed_back(ROOF).await;
    let text = async |who: &Client| view(who, &id).await["statusText"].clone();
    assert_eq!(text(&cast.resident).await, "办完了，社区正在核实");
    assert_eq!((text(&cast.worker).await, text(&cast.dispatcher).await), (json!("待核查"), json!("待核查")));
    assert_eq!(english(&cast.resident, &id).await["statusText"], "Done; the community is checking it");
    assert_eq!(listed(&cast.resident, "/me/orders", &id).await["statusText"], "办完了，社区正在核实");
    assert_eq!(listed(&cast.dispatcher, "/orders", &id).await["statusText"], "待核查");
    let passed = cast.dispatcher.command(&id, "pass-check", json!({})).await;
    assert_eq!(passed.ok()["statusText"], "已办结(待评价)");
    assert_eq!(text(&cast.resident).await, "办好了，请您评价");
    assert!(sentence(&cast.worker, &id).await.starts_with("已办结，待居民评价"));
    let rated = cast.resident.command(&id, "rate", json!({"score": 1, "solved": false})).await;
    assert_eq!(rated.ok()["statusText"], "还没办好");
    assert_eq!(
        (text(&cast.resident).await, text(&cast.supervisor).await),
        (json!("还没办好"), json!("有异议"))
    );
    let rejected = cast.placed(ROOF).await;
    let why = json!({"reason": "not_ours", "text": "请找住建局"});
    now(&cast.dispatcher.command(&rejected, "reject", why).await, "rejected");
    let seen = view(&cast.resident, &rejected).await;
    assert_eq!(seen["statusText"], "这事归主管部门管，找哪个部门请问西郊社区便民服务站，电话09133210000");
    assert_eq!(view(&cast.dispatcher, &rejected).await["statusText"], "不予受理");
});

both!(what_was_not_answered_is_put_aside_in_plain_words, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    cast.dispatcher.command(&id, "ask-info", json!({"text": "哪个单元?"})).await.ok();
    app.state.clock.advance(chrono::TimeDelta::days(3) + chrono::TimeDelta::minutes(1));
    let resident = app.client(app.fixture.resident);
    let read = async || {
        let seen = view(&resident, &id).await;
        if seen["status"] == "withdrawn" { Ok(seen) } else { Err(seen.to_string()) }
    };
    let seen =
        harness::wait::eventually(std::time::Duration::from_secs(20), "it to be withdrawn", read).await;
    assert_eq!(seen.unwrap()["statusText"], "3天没收到先收起，您随时可再提");
    assert_eq!(view(&app.client(app.fixture.dispatcher), &id).await["statusText"], "已撤销");
});

both!(people_are_counted_as_what_they_are, async |app| {
    let cast = Cast::of(app);
    let (all, _) = cast.pooled(ROOF).await;
    let (workers, _) = pooled_for(&cast, "area", OTHER_GRID).await;
    for (id, zh, en) in [
        (&all, "已派给附近4位工作人员，待认领；", "Offered to 4 workers nearby"),
        (&workers, "已派给附近1位网格员，待认领；", "Offered to 1 grid worker nearby"),
    ] {
        for who in [&cast.resident, &cast.dispatcher] {
            let told = sentence(who, id).await;
            assert!(told.starts_with(zh) && told.contains("将由西郊社区直接指派"), "{told}");
            let told = english(who, id).await["sentence"].as_str().unwrap().to_owned();
            assert!(told.starts_with(en), "{told}");
        }
    }
    let gone = format!("DELETE FROM role_binding WHERE account_id = {}", app.fixture.other_worker);
    fixture::run(app.database(), &gone).unwrap();
    crowd::refresh(app.database(), &[app.fixture.other_worker]).unwrap();
    let told = sentence(&cast.resident, &workers).await;
    assert!(!told.contains("0位") && told.contains("将由西郊社区直接指派"), "{told}");
});

both!(an_office_is_that_of_the_nearest_area_that_has_one, async |app| {
    let cast = Cast::of(app);
    let admin = app.client(app.fixture.admin);
    let id = cast.placed(ROOF).await;
    assert_eq!(view(&cast.resident, &id).await.get("office"), None);
    let of = |name: &str, phone: &str| json!({ "displayName": name, "active": true, "officePhone": phone });
    admin.put(&format!("/areas/{TOWN}"), of("西城街道", "0913-3215555")).await.ok();
    assert_eq!(view(&cast.resident, &id).await["office"], json!({ "phone": "09133215555" }));
    assert!(sentence(&cast.resident, &id).await.ends_with("如有疑问请联系西郊社区，电话09133215555。"));
    admin.put(&format!("/areas/{GRID}"), of("西郊一网格", "＋86 913 3216666")).await.ok();
    assert_eq!(view(&cast.resident, &id).await["office"], json!({ "phone": "09133216666" }));
    assert_eq!(admin.get(&format!("/areas/{GRID}")).await.ok()["officePhone"], "09133216666");
    let refused = admin.put(&format!("/areas/{GRID}"), of("西郊一网格", "问小王")).await;
    refused.refused(422, "VALIDATION_FAILED");
    refused.names("officePhone");
    let without = json!({ "displayName": "西郊一网格", "active": true });
    admin.put(&format!("/areas/{GRID}"), without).await.ok();
    assert_eq!(
        view(&cast.resident, &id).await["office"],
        json!({ "phone": "09133215555" }),
        "replaced whole"
    );
});
