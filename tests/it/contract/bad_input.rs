//! What should never get through: every malformed request is told its field, nothing is half-written.

use harness::app::App;
use harness::both;
use harness::client::{Answer, Client, new_key};
use harness::fixture::{ROOF, numbers};
use harness::play::{Cast, order};
use reqwest::Method;
use serde_json::{Value, json};

/// How many rows there are in the tables that a write touches.
fn rows(app: &App) -> Vec<i64> {
    let tables =
        ["orders", "order_text", "order_contact", "order_event", "order_note", "order_file", "idempotency"];
    tables
        .iter()
        .flat_map(|t| numbers(app.database(), &format!("SELECT count(*) AS n FROM {t}")).unwrap())
        .collect()
}

async fn raw(who: &Client, path: &str, mime: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = who.request(Method::POST, path).header("Idempotency-Key", new_key());
    who.send(request.header("Content-Type", mime).body(body)).await
}

fn with(field: &str, value: Value) -> Value {
    let mut body = order(ROOF);
    body[field] = value;
    body
}

both!(an_empty_value_of_a_query_is_refused, async |app| {
    let who = app.client(app.fixture.dispatcher);
    for (path, field) in [
        ("/service-items?board=", "board"),
        ("/service-items?board", "board"),
        ("/service-items?all=true&board=", "board"),
        ("/orders?areaId", "areaId"),
        ("/orders?status=&q=", "status"),
        ("/units?cursor=", "cursor"),
    ] {
        let refused = who.get(path).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(field);
    }
    for searched in ["/orders?q=", "/orders?q", "/orders?", "/orders?&q=&"] {
        who.get(searched).await.ok();
    }
});

both!(a_wrong_field_is_named, async |app| {
    let cast = Cast::of(app);
    let before = rows(app);
    for (body, field) in [
        (with("colour", json!("red")), "colour"),
        (with("title", json!(7)), "title"),
        (with("title", Value::Null), "title"),
        (with("fileIds", json!("1")), "fileIds"),
        (with("fileIds", json!([1])), "fileIds[0]"),
        (with("fileIds", json!(["x"])), "fileIds"),
        (with("serviceItemId", json!(1)), "serviceItemId"),
        (with("serviceItemId", json!("1.5")), "serviceItemId"),
        (with("areaId", json!("99999999999999999999")), "areaId"),
        (with("priority", json!("soon")), "priority"),
        (with("anonymity", json!("")), "anonymity"),
        (with("channel", json!("fax")), "channel"),
        (with("contact", json!({"mail": "a@b.c"})), "contact.mail"),
        (with("contact", json!({"phone": 5})), "contact.phone"),
        (with("contact", json!("王小明")), "contact"),
    ] {
        let refused = cast.resident.post("/orders", body).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(field);
    }
    for missing in ["serviceItemId", "areaId", "title"] {
        let mut body = order(ROOF);
        body.as_object_mut().unwrap().remove(missing);
        let refused = cast.resident.post("/orders", body).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(missing);
    }
    for (body, field) in [
        (with("title", json!("  ")), "title"),
        (with("title", json!("长".repeat(61))), "title"),
        (with("description", json!("长".repeat(2001))), "description"),
        (with("contact", json!({"phone": "many"})), "contact.phone"),
        (with("contact", json!({"name": "长".repeat(51)})), "contact.name"),
    ] {
        let refused = cast.resident.post("/orders", body).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names(field);
    }
    assert_eq!(rows(app), before);
});

both!(a_body_that_is_none, async |app| {
    let cast = Cast::of(app);
    let before = rows(app);
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let nested = format!("{{\"title\":{}1{}}}", "{\"a\":".repeat(5_000), "}".repeat(5_000));
    for body in [
        "",
        "{",
        "[]",
        "7",
        "null",
        "\"x\"",
        "{}{}",
        "{\"title\":\"a\",\"title\":\"b\"}",
        deep.as_str(),
        nested.as_str(),
    ] {
        let refused = raw(&cast.resident, "/orders", "application/json", body.to_owned()).await;
        let start: String = body.chars().take(40).collect();
        assert_eq!(refused.status, 400, "{start}: {refused:?}");
        assert!(!refused.body["errors"].as_array().unwrap().is_empty(), "{start}: {refused:?}");
    }
    for bytes in
        [b"{\"title\":\"\xff\xfe\"}".to_vec(), b"{\"title\":\"a\0b\"}".to_vec(), b"\xef\xbb\xbf{}".to_vec()]
    {
        let refused = raw(&cast.resident, "/orders", "application/json", bytes).await;
        refused.refused(400, "BAD_REQUEST");
    }
    let nul = cast.resident.post("/orders", with("title", json!("a\u{0}b"))).await;
    nul.refused(400, "BAD_REQUEST");
    for half in [r"\ud800", r"\udc00", r"a\ud83d\n", r"\ud83d\u0041", r"\ud83d\ud83d"] {
        for (body, field) in [
            (format!(r#"{{"title":"{half}"}}"#), "title"),
            (format!(r#"{{"contact":{{"name":"{half}"}}}}"#), "contact.name"),
            (format!(r#"{{"{half}":"a"}}"#), "body"),
        ] {
            let refused = raw(&cast.resident, "/orders", "application/json", body.clone()).await;
            refused.refused(400, "BAD_REQUEST");
            refused.names(field);
            assert!(refused.raw.contains("半个字符") && refused.raw.contains("第1行"), "{body}: {refused:?}");
        }
    }
    for mime in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""] {
        let refused = raw(&cast.resident, "/orders", mime, order(ROOF).to_string()).await;
        refused.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    for kib in [65, 1024] {
        let large = with("description", json!("x".repeat(kib * 1024)));
        cast.resident.post("/orders", large).await.refused(413, "PAYLOAD_TOO_LARGE");
    }
    let charset =
        raw(&cast.resident, "/orders", "application/json; charset=utf-8", order(ROOF).to_string()).await;
    assert_eq!(charset.status, 201, "{charset:?}");
    assert_eq!(rows(app)[0], before[0] + 1, "only the good one");
});

both!(an_escaped_backslash_before_u0000_is_text, async |app| {
    let cast = Cast::of(app);
    let body = order(ROOF).to_string().replace("屋顶漏水", r"路径 C:\\u0000");
    let placed = raw(&cast.resident, "/orders", "application/json", body).await;
    assert_eq!(placed.status, 201, "{placed:?}");
});

both!(bad_ids_and_paths, async |app| {
    let cast = Cast::of(app);
    cast.placed(ROOF).await;
    for id in ["0", "-1", "x", "1.0", "01", "%2B1", "99999999999999999999", "%00", "%FF", "1%20"] {
        for path in [format!("/orders/{id}"), format!("/orders/{id}/contact"), format!("/files/{id}")] {
            let refused = cast.resident.get(&path).await;
            refused.refused(400, "BAD_REQUEST");
            refused.names("id");
        }
        let refused = cast.resident.command(id, "withdraw", json!({"reason": "mistake"})).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names("id");
    }
    for path in ["/nothing", "/orders/1/nothing", "/orders/", "/orders//accept", "/orders/1/accept/"] {
        cast.resident.get(path).await.refused(404, "NOT_FOUND");
    }
    for since in ["-2147483649", "x", "1.5", "2147483648"] {
        let refused = cast.resident.get(&format!("/orders/1?since={since}")).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names("since");
    }
});

both!(methods_that_a_path_does_not_take, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let order = format!("/orders/{id}");
    let accept = format!("/orders/{id}/accept");
    for (method, path) in [
        (Method::PATCH, order.as_str()),
        (Method::DELETE, order.as_str()),
        (Method::TRACE, order.as_str()),
        (Method::TRACE, "/orders"),
        (Method::PUT, "/orders"),
        (Method::PATCH, accept.as_str()),
        (Method::GET, accept.as_str()),
        (Method::POST, "/me/orders"),
    ] {
        let answer = cast.dispatcher.send(cast.dispatcher.request(method.clone(), path)).await;
        answer.refused(405, "METHOD_NOT_ALLOWED");
    }
});

// As the document counts: what is not seen of it counts, too.
both!(a_search_is_no_longer_than_documented, async |app| {
    let who = app.client(app.fixture.admin);
    let unseen = "%E2%80%8B".repeat(60);
    for path in ["/staff", "/accounts", "/areas", "/orders"] {
        let refused = who.get(&format!("{path}?q=a{unseen}")).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names("q");
        who.get(&format!("{path}?q={unseen}")).await.ok();
    }
});
