//! Telephone and identity numbers and doors in what people write are read by those alone who need them: planted, in many
//! spellings, in every field of every command, nothing of them comes out for anybody else, in no view, list, message or
//! search; and only its dispatchers find an order by them.

mod lives;
mod plants;

use crate::order::reading::ended::messages;
use harness::app::App;
use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::{GRID, ROOF, run};
use harness::play::{Cast, attempt_of, id_of, now, order, view};
use lives::{Checks, FOR_THE_RESIDENT, LIVES};
use plants::Plants;
use serde_json::{Value, json};

/// Nothing that was planted stands in this answer.
#[track_caller]
fn clean(who: &str, what: &str, answer: &str, plants: &Plants) {
    for secret in plants.all() {
        assert!(!answer.contains(secret), "{who} reads {secret} in {what}: {answer}");
    }
}

/// Everything somebody may ask for about an order.
async fn everything(reader: &Client, id: &str, attempt: i64) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    for path in [
        format!("/orders/{id}"),
        format!("/orders/{id}/offers"),
        "/orders?total=true".into(),
        "/orders?q=漏水".into(),
        "/orders/counts".into(),
        "/me/orders".into(),
        "/me/orders?part=handler".into(),
        "/me/orders?part=creator".into(),
        "/me/orders?part=former".into(),
        "/me/offers".into(),
        "/me/badges".into(),
        "/inbox".into(),
    ] {
        answers.push((path.clone(), reader.get(&path).await.raw));
    }
    let preview = reader.command(id, "dispatch/preview", json!({})).await;
    answers.push(("the preview".into(), preview.raw));
    let messages = messages(reader, id).await;
    answers.push(("the messages".into(), serde_json::to_string(&messages).unwrap()));
    // refused or lost, it says nothing either
    answers.push(("a claim".into(), reader.claim(id, attempt + 7).await.raw));
    answers
}

/// Whoever is not among `but` reads nothing that was planted; what is planted in the title, nobody finds it by.
async fn nobody_reads(app: &App, cast: &Cast, at: (&str, i64), plants: &Plants, but: &[&str]) {
    app.settled().await.unwrap();
    let admin = app.client(app.fixture.admin);
    let readers: [(&str, &Client); 14] = [
        ("neighbour", &cast.neighbour),
        ("worker", &cast.worker),
        ("second worker", &cast.second_worker),
        ("other worker", &cast.other_worker),
        ("leader", &cast.leader),
        ("volunteer", &cast.volunteer),
        ("unit handler", &cast.unit_handler),
        ("foreign dispatcher", &cast.foreign_dispatcher),
        ("supervisor", &cast.supervisor),
        ("auditor", &cast.auditor),
        ("admin", &admin),
        ("stranger", &app.stranger()),
        ("third worker", &cast.third_worker),
        ("second worker again", &cast.second_worker),
    ];
    for (name, reader) in readers.into_iter().filter(|(name, _)| !but.contains(name)) {
        if name == "stranger" {
            clean(name, "a refusal", &reader.get(&format!("/orders/{}", at.0)).await.raw, plants);
            continue;
        }
        for (what, answer) in everything(reader, at.0, at.1).await {
            clean(name, &what, &answer, plants);
        }
    }
    for finder in [&cast.resident, &cast.worker, &cast.leader, &cast.supervisor, &admin] {
        for secret in plants.of("title") {
            let found =
                finder.get(&format!("/orders?q={}", secret.replace('+', "%2B").replace('#', "%23"))).await;
            assert_eq!(found.ok()["list"], json!([]), "{secret}");
        }
    }
}

both!(what_is_planted_comes_out_for_nobody_else, async |app| {
    let cast = Cast::of(app);
    for life in LIVES {
        let mut plants = Plants::default();
        let checks = Checks { app, cast: &cast };
        let (id, _) = life(&checks, &mut plants).await;
        // those who need it read every word as it was written
        for (name, reader) in [("resident", &cast.resident), ("dispatcher", &cast.dispatcher)] {
            let read = serde_json::to_string(&view(reader, &id).await["detail"]).unwrap();
            let shown = |field: &str| name == "dispatcher" || FOR_THE_RESIDENT.contains(&field);
            for (field, secret) in plants.each().filter(|(field, _)| shown(field)) {
                assert!(read.contains(secret), "{name} reads {secret} of {field} in {read}");
            }
        }
        let title = plants.of("title").next().unwrap().to_owned();
        for path in ["/me/orders", "/orders?total=true"] {
            let reader = if path.starts_with("/me") { &cast.resident } else { &cast.dispatcher };
            assert!(reader.get(path).await.raw.contains(&title), "{path}");
        }
    }
});

/// An order with this title, in the worker's hands.
async fn in_hand(cast: &Cast, title: &str, more: Value) -> String {
    let mut body = order(ROOF);
    body["title"] = json!(title);
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    let id = id_of(&cast.resident.post("/orders", body).await);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    cast.worker.claim(&id, attempt).await.ok();
    id
}

fn row(listed: &Answer, id: &str) -> Value {
    let rows = listed.ok()["list"].as_array().unwrap();
    rows.iter().find(|row| row["id"] == *id).cloned().unwrap_or_default()
}

both!(a_list_shows_a_title_as_the_order_does, async |app| {
    let cast = Cast::of(app);
    let id = in_hand(&cast, "3-2-501漏水", json!({})).await;
    let (whole, redacted) = ("3-2-501漏水", "*-*-***漏水");
    for (reader, path, title) in [
        (&cast.resident, "/me/orders", whole),
        (&cast.dispatcher, "/orders", whole),
        (&cast.worker, "/orders", whole),
        (&cast.worker, "/me/orders?part=handler", whole),
        (&cast.second_worker, "/orders", redacted),
        (&cast.leader, "/orders", redacted),
        (&cast.supervisor, "/orders", redacted),
        (&cast.auditor, "/orders", redacted),
    ] {
        assert_eq!(row(&reader.get(path).await, &id)["title"], title, "{path}");
        assert_eq!(view(reader, &id).await["detail"]["title"], title, "{path}");
    }
    // out of their hands it is redacted for them, too
    cast.worker.command(&id, "contact", json!({})).await.ok();
    cast.worker.command(&id, "resolve", json!({"text": "已修补"})).await.ok();
    assert_eq!(view(&cast.worker, &id).await["detail"]["title"], whole);
    cast.dispatcher.command(&id, "pass-check", json!({})).await.ok();
    now(&cast.resident.command(&id, "rate", json!({"score": 5, "solved": true})).await, "closed");
    assert_eq!(view(&cast.worker, &id).await["detail"]["title"], redacted);
    assert_eq!(view(&cast.dispatcher, &id).await["detail"]["title"], whole);
});

both!(a_reporter_who_hides_does_so_in_words_too, async |app| {
    let cast = Cast::of(app);
    let id = in_hand(&cast, "请打13912345679", json!({"anonymity": "hidden_from_worker"})).await;
    assert_eq!(view(&cast.worker, &id).await["detail"]["title"], "请打139****5679");
    for knows in [&cast.resident, &cast.dispatcher] {
        assert_eq!(view(knows, &id).await["detail"]["title"], "请打13912345679");
    }
});

both!(a_query_code_tells_no_number_and_no_door, async |app| {
    let cast = Cast::of(app);
    let mut body = order(ROOF);
    body["anonymity"] = json!("anonymous");
    body["title"] = json!("3号楼2单元501室漏水");
    body["description"] = json!("请打13912345679");
    let placed = cast.resident.post("/orders", body).await;
    let code = placed.ok()["queryCode"].as_str().unwrap();
    let seen = app.stranger().get(&format!("/orders/by-code/{code}")).await;
    assert_eq!(seen.ok()["detail"]["title"], "3号楼2单元***室漏水");
    assert_eq!(seen.ok()["detail"]["description"], "请打139****5679");
    assert_eq!(view(&cast.dispatcher, &id_of(&placed)).await["detail"]["title"], "3号楼2单元501室漏水");
});

both!(only_dispatchers_find_by_what_is_hidden_and_everybody_by_what_is_shown, async |app| {
    let cast = Cast::of(app);
    let id = in_hand(&cast, "3号楼2单元501室漏水DL-261122-00123 2026-11-22", json!({})).await;
    let hidden = ["501", "501室", "元501", "3号楼2单元501室漏水"];
    let shown = ["3号楼2单元", "漏水", "室漏水", "dl-261122-00123 2026", "00123 2026-11-22"];
    let look = async |what: &str| {
        for q in hidden {
            let found = cast.dispatcher.get(&format!("/orders?q={q}")).await;
            assert_eq!(row(&found, &id)["id"], *id, "{what}: {q}");
            for finder in [&cast.resident, &cast.leader, &cast.worker, &cast.supervisor] {
                let found = finder.get(&format!("/orders?q={q}&total=true")).await;
                assert_eq!(
                    (&found.ok()["list"], &found.ok()["hasMore"]),
                    (&json!([]), &json!(false)),
                    "{what}: {q}"
                );
                assert_eq!(found.ok()["total"].as_i64().unwrap_or(0), 0, "{what}: {q}");
            }
        }
        for q in shown {
            assert_eq!(
                row(&cast.supervisor.get(&format!("/orders?q={q}")).await, &id)["id"],
                *id,
                "{what}: {q}"
            );
        }
    };
    look("as it is").await;
});

both!(a_door_in_the_tree_is_told_to_those_alone_who_read_it, async |app| {
    let cast = Cast::of(app);
    let below =
        [("compound", 21, GRID, "同州花园"), ("building", 22, 21, "3号楼"), ("household", 23, 22, "501室")];
    let mut path = "/1/2/3/4/5/6/".to_owned();
    for (level, key, parent, name) in below {
        path = format!("{path}{key}/");
        let area = format!(
            "INSERT INTO area (id,parent_id,level,code,official_name,display_name,aliases,search,path,active,created_at) \
             SELECT {key},{parent},'{level}','A{key}','{name}','{name}','','','{path}',active,created_at FROM area WHERE id={GRID}"
        );
        run(app.database(), &area).unwrap();
    }
    let mut body = order(ROOF);
    body["areaId"] = json!("23");
    let id = id_of(&cast.resident.post("/orders", body).await);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", team).await);
    app.settled().await.unwrap();
    let names = |names: &[&str]| {
        json!([&["大荔县", "西城街道", "西郊社区", "西郊一网格", "同州花园"], names].concat())
    };
    for reader in [&cast.resident, &cast.dispatcher] {
        let seen = view(reader, &id).await;
        assert_eq!(
            (&seen["area"], &seen["areaNames"]),
            (&json!({"id": "23", "name": "501室"}), &names(&["3号楼", "501室"]))
        );
    }
    for reader in [&cast.volunteer, &cast.leader, &cast.supervisor, &cast.auditor] {
        let seen = view(reader, &id).await;
        assert_eq!(
            (&seen["area"], &seen["areaNames"]),
            (&json!({"id": "21", "name": "同州花园"}), &names(&[]))
        );
        assert_eq!(seen["inbox"], seen["area"], "nor where it lies");
        assert!(!seen.to_string().contains("501室"), "{seen}");
    }
    for (reader, list) in
        [(&cast.dispatcher, "/orders"), (&cast.resident, "/me/orders"), (&cast.supervisor, "/orders")]
    {
        assert_eq!(row(&reader.get(list).await, &id)["areaName"], "同州花园", "{list}");
    }
    assert_eq!(cast.volunteer.get("/me/offers").await.ok()["list"][0]["areaName"], "同州花园");
    let told = messages(&cast.volunteer, &id).await;
    assert_eq!(told[0]["brief"]["areaName"], "同州花园", "{told:?}");
    cast.volunteer.claim(&id, attempt).await.ok();
    assert_eq!(view(&cast.volunteer, &id).await["area"]["name"], "501室", "who won needs the door");
    cast.volunteer.command(&id, "release", json!({"reason": "cannot_come"})).await.ok();
    let recall = json!({"reason": "wrong_dispatch"});
    cast.dispatcher.command(&id, "recall", recall).await.ok();
    let former = cast.volunteer.get("/me/orders?part=former").await;
    assert_eq!(row(&former, &id)["areaName"], "同州花园");
    assert_eq!(view(&cast.volunteer, &id).await["area"]["name"], "同州花园");
});
