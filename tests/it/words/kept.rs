//! What nobody sees is not kept, and a text in which nothing is seen is none.

use crate::import::{bad_rows, import};
use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::{GRID, ROOF, VILLAGE, texts};
use harness::play::{Cast, id_of, order, view, words};
use serde_json::{Value, json};

/// Texts in which nothing is seen.
const UNSEEN: [&str; 8] = [
    "\u{200B}",
    " \u{202E}\u{202C}",
    "\u{7}",
    "\r\n\u{2028}",
    "\u{3164}",
    "\u{2800}",
    "\u{AD}\u{FE0F}",
    "\u{E0041}",
];

/// What is typed into a field, and what is kept of it in a line and in several.
const TYPED: [(&str, &str, &str); 4] = [
    ("屋顶\r\n漏水\u{7}", "屋顶 漏水", "屋顶\n漏水"),
    ("\u{202E}屋顶\u{200B}漏水\u{202C}", "屋顶漏水", "屋顶漏水"),
    ("👨‍👩‍👧一家的屋顶\u{2029}❤️", "👨‍👩‍👧一家的屋顶 ❤️", "👨‍👩‍👧一家的屋顶\n❤️"),
    ("\u{3000}阿依古丽·买买提\u{A0}\u{2800}", "阿依古丽·买买提", "阿依古丽·买买提"),
];

fn with(field: &str, value: Value) -> Value {
    let mut body = order(ROOF);
    body[field] = value;
    body
}

/// Writes of a line by an administrator: where, the body with the line in it, its field, what is kept of it (SQL).
fn lines_of(text: &str) -> Vec<(&'static str, Value, &'static str, &'static str)> {
    let item =
        |name: &str, board: &str| json!({ "code": "two", "name": name, "group": "grid", "board": board });
    vec![
        ("/accounts/3", json!({ "name": text }), "name", "name AS t FROM account WHERE id = 3"),
        (
            "/areas/7",
            json!({ "displayName": text, "active": true }),
            "displayName",
            "display_name AS t FROM area WHERE id = 7",
        ),
        (
            "/areas/7",
            json!({ "displayName": "二网格", "aliases": [text], "active": true }),
            "aliases",
            "aliases AS t FROM area WHERE id = 7",
        ),
        ("/teams/1", json!({ "name": text, "active": true }), "name", "name AS t FROM team WHERE id = 1"),
        ("/units/1", json!({ "name": text, "active": true }), "name", "name AS t FROM unit WHERE id = 1"),
        ("/service-items/2", item(text, "民生"), "name", "name AS t FROM service_item WHERE id = 2"),
        ("/service-items/2", item("代办", text), "board", "board AS t FROM service_item WHERE id = 2"),
        (
            "/areas",
            json!({ "parentId": VILLAGE.to_string(), "level": "grid", "code": harness::client::new_key(), "name": text }),
            "name",
            "official_name AS t FROM area ORDER BY id DESC LIMIT 1",
        ),
    ]
}

async fn write(admin: &Client, path: &str, body: Value) -> Answer {
    if path == "/areas" { admin.post(path, body).await } else { admin.put(path, body).await }
}

both!(a_text_in_which_nothing_is_seen_is_none, async |app| {
    let (cast, admin) = (Cast::of(app), app.client(app.fixture.admin));
    let id = cast.working(ROOF).await;
    for unseen in UNSEEN {
        let refused = cast.resident.post("/orders", with("title", json!(unseen))).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("title");
        let refused =
            cast.worker.command(&id, "progress", json!({ "text": unseen, "visibleToResident": true })).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("text");
        for (path, body, field, _) in lines_of(unseen) {
            let refused = write(&admin, path, body).await;
            refused.refused(422, "VALIDATION_FAILED");
            refused.names(field);
        }
        let placed = cast.resident.post("/orders", with("contact", json!({ "name": unseen }))).await;
        assert_eq!(view(&cast.resident, &id_of(&placed)).await["detail"]["contact"], Value::Null);
    }
});

both!(what_nobody_sees_is_not_kept, async |app| {
    let (cast, admin) = (Cast::of(app), app.client(app.fixture.admin));
    let id = cast.working(ROOF).await;
    for (typed, line, several) in TYPED {
        let mut body = with("title", json!(typed));
        body["description"] = json!(typed);
        let placed = id_of(&cast.resident.post("/orders", body).await);
        let detail = view(&cast.resident, &placed).await["detail"].clone();
        assert_eq!((&detail["title"], &detail["description"]), (&json!(line), &json!(several)));
        cast.worker.command(&id, "progress", json!({ "text": typed, "visibleToResident": true })).await.ok();
        assert_eq!(words(&cast.worker, &id).await.last().map(String::as_str), Some(several));
        for (path, body, _, kept) in lines_of(typed) {
            write(&admin, path, body).await.ok();
            assert_eq!(texts(app.database(), &format!("SELECT {kept}")).unwrap(), [line], "{kept}");
        }
    }
});

both!(numbers_are_read_through_what_came_along, async |app| {
    let (cast, admin) = (Cast::of(app), app.client(app.fixture.admin));
    let pasted = "\u{202D}138\u{A0}1234\u{2011}5678\u{202C}";
    let placed = cast.resident.post("/orders", with("contact", json!({ "phone": pasted }))).await;
    assert_eq!(view(&cast.resident, &id_of(&placed)).await["detail"]["contact"]["phone"], "138****5678");
    let taken = |number: &str| {
        json!({ "serviceItemId": "1", "areaId": GRID.to_string(), "title": "屋顶漏水", "channel": "hotline_12345",
            "externalNumber": number })
    };
    assert_eq!(cast.dispatcher.post("/orders", taken("WN-2026-0001")).await.status, 201);
    for again in ["ＷＮ－２０２６－０００１", "WN–2026—0001\u{200B}", " \u{202A}WN-2026-0001\r\n"]
    {
        cast.dispatcher.post("/orders", taken(again)).await.refused(409, "EXTERNAL_NUMBER_TAKEN");
    }
    let head = "登录名,姓名,手机号,角色,区域编码\n";
    let row = format!("\u{202A}qian\u{202C},钱\u{200B}大壮,{pasted},网格员,Ａ６\u{FEFF}\n");
    assert_eq!(import(&admin, "staff", format!("{head}{row}")).await.ok()["created"], 1);
    let found = admin.get("/accounts?q=qian").await;
    assert_eq!(
        (&found.ok()["list"][0]["name"], &found.ok()["list"][0]["phone"]),
        (&json!("钱大壮"), &json!("138****5678"))
    );
    let unseen = format!("{head}qian,\u{200B}\u{3164},,网格员,A6\n");
    assert_eq!(bad_rows(&import(&admin, "staff", unseen).await), [(2, "name".to_owned())]);
    // a phone is looked for in no list
    for (typed, found) in [("钱大\u{200B}壮", 1), ("\u{202D}13812345678\u{202C}", 0), (" qian\u{200B}", 1)]
    {
        let list = admin.send(admin.request(reqwest::Method::GET, "/accounts").query(&[("q", typed)])).await;
        assert_eq!(list.ok()["list"].as_array().unwrap().len(), found, "{typed:?}");
    }
});
