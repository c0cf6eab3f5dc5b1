//! Reading ends when the right ends: rights × ends × every kind of reading.

mod ends;
mod nothing;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ends::{END, ENDED_BEFORE, Ended};
use harness::app::App;
use harness::both;
use harness::client::photos::{png, upload};
use harness::client::{Answer, Client};
use harness::database::Backend;
use harness::fixture::{ROOF, numbers, run, texts};
use harness::play::{Cast, NAME, PHONE, view};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What is said after somebody's part ended.
const LATER: &str = "后来补充的话";
/// What was said before.
const EARLIER: &str = "先前补充的话";

/// The status of a photo's answer.
async fn photo(reader: &Client, id: &str) -> u16 {
    reader.request(Method::GET, &format!("/files/{id}")).send().await.unwrap().status().as_u16()
}

fn ids(listed: &Answer) -> Vec<&str> {
    listed.ok()["list"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap()).collect()
}

/// Every message that a reader's scopes hold of an order, from the beginning: what a client that comes back gets.
pub async fn messages(reader: &Client, order: &str) -> Vec<Value> {
    let first = reader.get("/inbox").await.ok()["cursor"].as_str().unwrap().to_owned();
    let mut cursor: BTreeMap<String, BTreeMap<String, i64>> =
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(first).unwrap()).unwrap();
    for place in cursor.values_mut().flat_map(BTreeMap::values_mut) {
        *place = 0;
    }
    let cursor = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap());
    let inbox = reader.get(&format!("/inbox?cursor={cursor}")).await;
    let messages = inbox.ok()["messages"].as_array().unwrap().clone();
    assert!(!messages.iter().any(|m| m["t"] == "snap"), "from the beginning, not anew: {messages:?}");
    messages.into_iter().filter(|m| m["order"] == order).collect()
}

/// After the end the order lives on: the resident says more, with a photo, and it moves.
async fn live_on(app: &App, cast: &Cast, id: &str) -> Option<String> {
    let status = view(&cast.resident, id).await["status"].clone();
    if status == "withdrawn" || status == "resolved" {
        return None;
    }
    let photo = upload(&cast.resident, png(70)).await;
    let more = json!({"text": LATER, "fileIds": [photo]});
    cast.resident.command(id, "supplement", more).await.ok();
    cast.resident.command(id, "urge", json!({})).await.ok();
    let away = cast.resident.command(id, "withdraw", json!({"reason": "solved_myself"})).await;
    assert!(matches!(away.status, 200 | 409), "a disputed one stays: {away:?}");
    app.settled().await.unwrap();
    Some(photo)
}

/// Everything that may be read of it is as it was, and nothing of it is later.
async fn is_frozen(app: &App, ended: &Ended, before: &str, after: Option<&str>) {
    let (id, reader, what) = (&ended.id, &ended.reader, ended.what);
    let path = format!("/orders/{id}");
    let answer = reader.get(&path).await;
    let seen = answer.ok();
    let read = (&seen["frozen"], &seen["version"], &seen["status"], &seen["allowedActions"]);
    let then = (&json!(true), &json!(ended.version), &json!(ended.status), &json!([]));
    assert_eq!(read, then, "{what}: {answer:?}");
    assert!(
        seen["frozenAt"].is_string() && seen["sentence"].as_str().unwrap().starts_with("您已于"),
        "{what}"
    );
    assert_eq!(seen["detail"]["title"], "屋顶漏水", "{what}");
    assert!(seen["detail"].get("contact").is_none(), "{what}: {answer:?}");
    assert!(answer.raw.contains(EARLIER), "{what}: {answer:?}");
    for hidden in [LATER, NAME, PHONE, "欧", "138*", "同州"] {
        assert!(!answer.raw.contains(hidden), "{what}: {hidden} in {}", answer.raw);
    }
    assert_eq!(
        reader.get(&format!("{path}?since={}", ended.version)).await.ok(),
        &json!({"unchanged": true})
    );
    assert_eq!(reader.put(&format!("{path}/read"), json!({})).await.ok()["version"], ended.version, "{what}");
    reader.get(&format!("{path}/contact")).await.refused(403, "FORBIDDEN");
    for (command, body) in [
        ("progress", json!({"text": "？", "visibleToResident": false})),
        ("accept", json!({})),
        ("dispatch/preview", json!({})),
    ] {
        reader.command(id, command, body).await.refused(403, "FORBIDDEN");
    }
    reader.get(&format!("{path}/offers")).await.refused(403, "FORBIDDEN");
    assert_eq!(photo(reader, before).await, 200, "{what}: a photo of that time");
    if let Some(after) = after {
        assert_eq!(photo(reader, after).await, 404, "{what}: a later photo");
    }
    for list in ["/orders", "/orders?q=屋顶", "/me/orders?part=handler", "/me/orders?part=creator"] {
        assert!(!ids(&reader.get(list).await).contains(&id.as_str()), "{what}: {list}");
    }
    let former = reader.get("/me/orders?part=former").await;
    let row = former.ok()["list"].as_array().unwrap().iter().find(|row| row["id"] == *id.as_str());
    let row = row.unwrap_or_else(|| panic!("{what}: {former:?}"));
    let listed = (&row["frozen"], &row["version"], &row["status"], row.get("leadName"));
    assert_eq!(listed, (&json!(true), &json!(ended.version), &json!(ended.status), None), "{what}");
    told_no_more(app, ended).await;
}

/// Sockets, polls and pushes: nothing later was numbered for them, and what was carries nothing of later.
async fn told_no_more(app: &App, ended: &Ended) {
    let (id, what) = (&ended.id, ended.what);
    let kinds = if ended.offered { "('changed')" } else { "('changed', 'offer', 'closed')" };
    let later = format!(
        "SELECT count(*) AS n FROM notification n JOIN scope_member m ON m.scope_id = n.scope_id \
         WHERE m.account_id = {} AND n.order_id = {id} AND n.version > {} AND n.kind IN {kinds}",
        ended.account, ended.version
    );
    assert_eq!(numbers(app.database(), &later).unwrap(), [0], "{what}");
    let about = messages(&ended.reader, id).await.into_iter();
    for message in about.filter(|m| !ended.offered || m["t"] == "order") {
        assert!(message["version"].as_i64().unwrap() <= ended.version, "{what}: {message}");
        // the state they left it in they may know
        let known = |word: &Value| {
            word.as_str().is_none_or(|word| {
                ["gone", "won", ended.status].contains(&word) || ended.through.contains(&word)
            })
        };
        let words = [&message["status"], &message["why"], &message["brief"]["status"]];
        assert!(words.into_iter().all(known), "{what}: {message}");
    }
}

both!(whoever_took_part_keeps_what_was_there, async |app| {
    let cast = Cast::of(app);
    for end in END {
        let photo = upload(&cast.resident, png(60)).await;
        let ended = end(app, &cast, &photo).await;
        let after = live_on(app, &cast, &ended.id).await;
        is_frozen(app, &ended, &photo, after.as_deref()).await;
    }
    assert_eq!(cast.unit_handler.get("/me/orders?part=former&status=pooled").await.status, 422);
});

both!(a_page_of_former_orders_goes_on, async |app| {
    let cast = Cast::of(app);
    let mut left = Vec::new();
    for _ in 0..3 {
        let (id, _) = cast.assigned(ROOF, json!({"kind": "unit", "id": "1"})).await;
        cast.dispatcher.command(&id, "recall", json!({"reason": "wrong_dispatch"})).await.ok();
        left.insert(0, id);
    }
    let first = cast.unit_handler.get("/me/orders?part=former&limit=2").await;
    assert_eq!((ids(&first), &first.ok()["hasMore"]), (vec![&*left[0], &*left[1]], &json!(true)));
    let cursor = first.ok()["nextCursor"].as_str().unwrap();
    let second = cast.unit_handler.get(&format!("/me/orders?part=former&limit=2&cursor={cursor}")).await;
    assert_eq!((ids(&second), &second.ok()["hasMore"]), (vec![&*left[2]], &json!(false)));
    // directed to it again, it is no former order
    let again = json!({"assignee": {"kind": "unit", "id": "1"}});
    cast.dispatcher.command(&left[0], "assign", again).await.ok();
    assert_eq!(ids(&cast.unit_handler.get("/me/orders?part=former").await), [&*left[1], &*left[2]]);
    assert_eq!(view(&cast.unit_handler, &left[0]).await["frozen"], json!(false));
});

/// Kind, key, order and event of every part that ended, as one line each.
fn parts(app: &App) -> Vec<String> {
    let sql =
        "SELECT order_id || ' ' || kind || ' ' || ref_id || ' ' || until_seq AS t FROM order_past ORDER BY 1";
    texts(app.database(), sql).unwrap()
}

both!(parts_that_ended_before_they_were_kept_are_made_up_for, async |app| {
    let cast = Cast::of(app);
    // the others could not end before they were kept
    for end in &END[..ENDED_BEFORE] {
        let photo = upload(&cast.resident, png(60)).await;
        end(app, &cast, &photo).await;
    }
    app.settled().await.unwrap();
    let kept = parts(app);
    let (down, up) = match app.backend {
        Backend::Sqlite => (
            include_str!("../../../../persistence/migrations/sqlite/0005_reading/down.sql"),
            include_str!("../../../../persistence/migrations/sqlite/0005_reading/up.sql"),
        ),
        #[cfg(feature = "postgres")]
        Backend::Postgres => (
            include_str!("../../../../persistence/migrations/postgres/0005_reading/down.sql"),
            include_str!("../../../../persistence/migrations/postgres/0005_reading/up.sql"),
        ),
    };
    run(app.database(), down).unwrap();
    run(app.database(), up).unwrap();
    // what moved twice is known up to the first time only
    let known = kept
        .into_iter()
        .map(|part| if part.starts_with("11 area") { part.replace(" 4", " 3") } else { part });
    let known: Vec<String> = known.map(|part| part.replace("11 area 3", "11 area 4")).collect();
    assert_eq!(parts(app), known);
    // and the lists are again what they were
    assert_eq!(ids(&cast.unit_handler.get("/orders").await), Vec::<&str>::new());
});
