//! A fully anonymous order and who placed it: nothing that is kept leads from the one to the other.

use crate::operations::on_both;
use harness::client::photos::{png, send, upload};
use harness::client::remote;
use harness::client::{Client, new_key};
use harness::database::dump::{Row, rows_at, rows_of_backup};
use harness::database::{Backend, Database};
use harness::fixture::{self, FIXTURE, ROOF, numbers, texts};
use harness::play::{PHONE, id_of, order};
use harness::scratch;
use harness::servers::diandan::{Diandan, command};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// What a row names, as `kind:value`: orders, people, photos, sessions, one person's scope, and what is the same by chance
/// nowhere (numbers, keys, prints, instants).
fn named(row: &Row, persons: &BTreeSet<String>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    visit(row, "", &row.columns, true, persons, &mut found);
    found
}

fn visit(
    row: &Row,
    key: &str,
    value: &Value,
    top: bool,
    persons: &BTreeSet<String>,
    to: &mut BTreeSet<String>,
) {
    let text = match value {
        Value::Object(fields) => {
            let order = fields.contains_key("number");
            for (key, value) in fields {
                let key = if key == "id" && !top && order { "order_id" } else { key };
                visit(row, key, value, top, persons, to);
            }
            return;
        }
        Value::Array(items) => {
            return items.iter().for_each(|item| visit(row, key, item, false, persons, to));
        }
        Value::String(text) if text.starts_with(['{', '[']) => {
            let inner = serde_json::from_str(text).unwrap_or(Value::Null);
            // a document is visited like the fields of a nested object
            return if let Value::Object(fields) = &inner {
                let order = fields.contains_key("number");
                for (key, value) in fields {
                    let key = if key == "id" && order { "order_id" } else { key };
                    visit(row, key, value, false, persons, to);
                }
            };
        }
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) => return,
    };
    let kind = match (row.table.as_str(), key) {
        ("orders", "id") => "order",
        ("account", "id") => "account",
        ("file", "id") => "file",
        ("session", "id") => "session",
        ("order_party" | "order_past" | "scope", "ref_id") if row.columns["kind"] == "person" => "account",
        ("scope", "id") | (_, "scope_id") if persons.contains(&text) => "scope",
        (_, "order_id" | "orderId") => "order",
        (_, "file_id" | "fileId") => "file",
        (
            _,
            "account_id" | "owner_id" | "author_id" | "actor_id" | "reporter_id" | "beneficiary_id"
            | "created_by" | "lead_id" | "reporter" | "beneficiary" | "account",
        ) if text != "0" => "account",
        (_, "session_id") => "session",
        (_, "sha256" | "code_hash" | "phone_hash" | "request_id" | "number") => "print",
        ("idempotency", "key" | "body_hash") => "print",
        (_, key) if key == "at" || key.ends_with("_at") => "instant",
        _ => return,
    };
    to.insert(format!("{kind}:{text}"));
}

/// The people that rows lead to from an order, over whatever they have in common.
fn led_to(rows: &[Row], order: &str) -> BTreeSet<String> {
    let persons = rows
        .iter()
        .filter(|row| row.table == "scope" && row.columns["kind"] == "person")
        .map(|row| row.columns["id"].to_string())
        .collect();
    let mut rows: Vec<BTreeSet<String>> = rows.iter().map(|row| named(row, &persons)).collect();
    let mut known = BTreeSet::from([format!("order:{order}")]);
    loop {
        let (met, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|names| !names.is_disjoint(&known));
        if met.is_empty() {
            return known.into_iter().filter(|name| name.starts_with("account:")).collect();
        }
        known.extend(met.into_iter().flatten());
        rows = rest;
    }
}

struct Place {
    database: Database,
    data: tempfile::TempDir,
}

impl Place {
    fn new(backend: Backend) -> Self {
        let database = backend.database().unwrap();
        fixture::plant(&database).unwrap();
        Self { database, data: scratch::folder("nameless").unwrap() }
    }

    fn env(&self) -> [(&'static str, String); 4] {
        [
            ("DIANDAN_DATABASE_URL", self.database.url()),
            ("DIANDAN_DATA_DIR", self.data.path().to_string_lossy().into_owned()),
            ("DIANDAN_WORKERS", "1".into()),
            ("DIANDAN_LOG__LEVEL", "debug".into()),
        ]
    }
}

async fn placed(who: &Client, key: &str, body: &Value) -> Value {
    who.post_keyed("/orders", key, body.clone()).await.ok().clone()
}

on_both!(nothing_leads_from_a_fully_anonymous_order_to_who_placed_it, async |backend| {
    let place = Place::new(backend);
    let env = place.env();
    let env: Vec<(&str, &str)> = env.iter().map(|(k, v)| (*k, v.as_str())).collect();
    let server = Diandan::start(&env).await.unwrap();
    let me = remote::client(&place.database, server.base_url(), FIXTURE.resident).unwrap();
    let neighbour = remote::client(&place.database, server.base_url(), FIXTURE.neighbour).unwrap();
    let phone =
        format!("UPDATE account SET phone_hash = NULL, name = '欧阳匿名' WHERE id = {}", FIXTURE.resident);
    fixture::run(&place.database, &phone).unwrap();

    // one under a name, whose rows lead to its reporter
    let mut open = order(ROOF);
    open["fileIds"] = json!([upload(&me, png(10)).await]);
    let digest = hex::encode(Sha256::digest(serde_json::to_vec(&open).unwrap()));
    let open = id_of(&me.post("/orders", open).await);
    // the same picture was uploaded twice: the print of the one that was not used would tell
    let upload_key = new_key();
    let unused = upload(&me, png(20)).await;
    let file = send(&me, png(20), &upload_key).await.ok()["fileId"].as_str().unwrap().to_owned();
    let mut body = order(ROOF);
    body["anonymity"] = json!("anonymous");
    body["fileIds"] = json!([file]);
    let key = new_key();
    let first = placed(&me, &key, &body).await;
    let (id, code) = (first["id"].as_str().unwrap(), first["queryCode"].as_str().unwrap());
    assert_eq!(placed(&me, &key, &body).await, first, "a retry is told the same");
    assert_eq!(numbers(&place.database, "SELECT count(*) AS n FROM orders").unwrap(), [2]);
    // the key is used, whatever is asked with it; another person's is another
    let mut named_now = body.clone();
    named_now["anonymity"] = json!("real_name");
    named_now["fileIds"] = json!([]);
    for other in [named_now, order(ROOF)] {
        me.post_keyed("/orders", &key, other).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    }
    let mut theirs = body.clone();
    theirs["fileIds"] = json!([]);
    assert_ne!(placed(&neighbour, &key, &theirs).await["id"], first["id"]);
    // it is followed by its code, photo and all; not by who placed it
    let by_code = me.get(&format!("/orders/by-code/{code}")).await;
    assert_eq!(by_code.ok()["detail"]["timeline"][0]["files"][0]["id"], file.as_str());
    me.get(&format!("/orders/{id}")).await.refused(404, "NOT_FOUND");
    for gone in [&file, &unused] {
        me.get(&format!("/files/{gone}")).await.refused(404, "NOT_FOUND");
    }
    let dispatcher = remote::client(&place.database, server.base_url(), FIXTURE.dispatcher).unwrap();
    assert_eq!(dispatcher.get(&format!("/files/{file}")).await.status, 200);
    harness::wait::eventually(std::time::Duration::from_secs(10), "the outbox to be empty", async || {
        match numbers(&place.database, "SELECT count(*) AS n FROM outbox").unwrap()[0] {
            0 => Ok(()),
            n => Err(format!("{n} rows")),
        }
    })
    .await
    .unwrap();

    // what was counted of a day's uploads says no more than the photos that are still theirs
    let counted = format!("SELECT sum(mib) AS n FROM upload_day WHERE account_id = {}", FIXTURE.resident);
    assert_eq!(numbers(&place.database, &counted).unwrap(), [1]);
    // no body can be tried against what is kept of it, whoever's it is
    let prints = match backend {
        Backend::Sqlite => "SELECT lower(hex(body_hash)) AS t FROM idempotency",
        #[cfg(feature = "postgres")]
        Backend::Postgres => "SELECT encode(body_hash, 'hex') AS t FROM idempotency",
    };
    let prints = texts(&place.database, prints).unwrap();
    assert!(prints.len() > 2 && !prints.contains(&digest), "{prints:?}");

    let backup = place.data.path().join("backup");
    let said = command(&env).unwrap().arg("backup").arg(&backup).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    let account = format!("account:{}", FIXTURE.resident);
    for (what, rows) in [
        ("the database", rows_at(&place.database.url()).unwrap()),
        ("the backup", rows_of_backup(&backup.join("database")).unwrap()),
    ] {
        assert!(led_to(&rows, &open).contains(&account), "{what}: what is looked for is seen");
        assert_eq!(led_to(&rows, id), BTreeSet::new(), "{what}");
        // nor can the row be told by trying: it holds neither the key nor a hash of what is known
        let kept: Vec<&Row> =
            rows.iter().filter(|row| row.table == "idempotency" && row.columns["account_id"] == 0).collect();
        assert_eq!(kept.len(), 2, "{what}");
        for row in &kept {
            assert!(!row.columns.to_string().contains(&key), "{what}: {row:?}");
        }
        let text = rows.iter().map(|row| row.columns.to_string()).collect::<String>();
        assert!(!text.contains(code) && !text.contains(PHONE), "{what}");
    }
    let log = server.log();
    let number = first["number"].as_str().unwrap();
    for secret in [number, code, &key, &upload_key, "欧阳匿名", PHONE, "\"account\"", "\"who\""] {
        assert!(!log.contains(secret), "{secret} in the log");
    }
    assert!(log.contains("/api/v1/orders"), "the requests are in it");
});
