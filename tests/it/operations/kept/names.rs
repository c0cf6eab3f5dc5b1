//! Residents' names and what is kept for good: neither the database nor a backup nor the log holds one in the open.

use crate::operations::{on_both, run};
use harness::client::Client;
use harness::client::remote;
use harness::database::Database;
use harness::database::dump::{Row, rows_at, rows_of_backup};
use harness::fixture::{self, FIXTURE, GRID, ROOF, numbers, texts};
use harness::play::{attempt_of, id_of, order};
use harness::scratch;
use harness::servers::diandan::{Diandan, command};
use harness::wait::eventually;
use serde_json::json;
use std::time::Duration;

/// Whether a value of any row holds this text, as text or as bytes.
fn holds(rows: &[Row], text: &str) -> bool {
    let bytes = hex::encode(text);
    rows.iter().map(|row| row.columns.to_string()).any(|line| line.contains(text) || line.contains(&bytes))
}

/// The files of the embedded database, and what is in them.
fn files(database: &Database) -> Vec<(String, Vec<u8>)> {
    let folder = match database {
        Database::Sqlite(database) => database.data_dir(),
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => return Vec::new(),
    };
    let paths =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    paths.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

async fn signed_in(base: &str, code: &str, name: &str) -> (Client, String) {
    let stranger = Client::new(crate::operations::client(), base, None);
    let answer = stranger.post("/auth/code", json!({ "code": code, "name": name })).await;
    let token = answer.ok()["accessToken"].as_str().unwrap().to_owned();
    let id = answer.ok()["account"]["id"].as_str().unwrap().to_owned();
    (Client::new(crate::operations::client(), base, Some(token)), id)
}

async fn import(admin: &Client, file: String) {
    let request = admin.request(reqwest::Method::POST, "/import/staff").header("Content-Type", "text/csv");
    admin.send(request.header("Idempotency-Key", harness::client::new_key()).body(file)).await.ok();
}

async fn dismiss(admin: &Client, id: &str) {
    let person = admin.get(&format!("/accounts/{id}")).await;
    for role in person.ok()["roles"].as_array().unwrap() {
        admin.delete(&format!("/accounts/{id}/roles/{}", role["id"].as_str().unwrap())).await.ok();
    }
}

on_both!(no_residents_name_is_kept_in_the_open, async |backend| {
    let database = backend.database().unwrap();
    // as an earlier version left it: names of residents open
    fixture::plant(&database).unwrap();
    assert!(holds(&rows_at(&database.url()).unwrap(), "王小明"), "what is looked for is seen");
    let data = scratch::folder("names").unwrap();
    let (url, folder) = (database.url(), data.path().to_string_lossy().into_owned());
    let env = [
        ("DIANDAN_DATABASE_URL", &*url),
        ("DIANDAN_DATA_DIR", &*folder),
        ("DIANDAN_WORKERS", "1"),
        ("DIANDAN_LOG__LEVEL", "debug"),
    ];
    let (code, said) = run(&["check"], &env);
    assert!(code == Some(0) && said.contains("ok      sealing: 2 names wait to be sealed"), "{said}");
    let server = Diandan::start(&env).await.unwrap();
    let admin = remote::client(&database, server.base_url(), FIXTURE.admin).unwrap();
    let dispatcher = remote::client(&database, server.base_url(), FIXTURE.dispatcher).unwrap();

    // one who places an order for somebody
    let (resident, _) = signed_in(server.base_url(), "dev:si", "司马长庚").await;
    let mut body = order(ROOF);
    body["contact"]["name"] = json!("司马长庚");
    body["beneficiary"] = json!({ "name": "欧阳启明", "relation": "父亲" });
    let id = id_of(&resident.post("/orders", body).await);
    dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&dispatcher.command(&id, "dispatch", json!({})).await);
    // one who works for a while
    let (helper, account) = signed_in(server.base_url(), "dev:xia", "夏侯长庚").await;
    let role = json!({ "role": "grid_worker", "areaId": GRID.to_string() });
    admin.post(&format!("/accounts/{account}/roles"), role).await.ok();
    helper.claim(&id, attempt).await.ok();
    helper.command(&id, "release", json!({ "reason": "cannot_come" })).await.ok();
    dismiss(&admin, &account).await;
    // one who came with a file, and left
    import(&admin, "login,name,role,area_code\nlinghu,令狐长庚,网格员,A6\n".into()).await;
    let found = admin.get("/accounts?q=linghu").await;
    dismiss(&admin, found.ok()["list"][0]["id"].as_str().unwrap()).await;
    // one who is named anew
    let (_, account) = signed_in(server.base_url(), "dev:zhuge", "诸葛长庚").await;
    admin.put(&format!("/accounts/{account}"), json!({ "name": "诸葛启明" })).await.ok();

    let open = "SELECT count(*) AS n FROM account WHERE name_sealed IS NULL AND id IN (1, 2)";
    eventually(Duration::from_secs(20), "names of before to be sealed", async || {
        match numbers(&database, open).unwrap()[0] {
            0 => Ok(()),
            n => Err(format!("{n} are open")),
        }
    })
    .await
    .unwrap();
    let (code, said) = run(&["check"], &env);
    assert!(code == Some(0) && said.contains("ok      sealing: everything is sealed"), "{said}");
    let backup = data.path().join("backup");
    let said = command(&env).unwrap().arg("backup").arg(&backup).output().unwrap();
    assert!(said.status.success(), "{said:?}");
    let residents =
        ["王小明", "李大爷", "司马长庚", "欧阳启明", "夏侯长庚", "令狐长庚", "诸葛长庚", "诸葛启明"];
    for (what, rows) in [
        ("the database", rows_at(&url).unwrap()),
        ("the backup", rows_of_backup(&backup.join("database")).unwrap()),
    ] {
        for name in residents {
            assert!(!holds(&rows, name), "{name} in {what}");
        }
        for (open, of) in [("张建国", "of staff"), ("司**", "masked"), ("令**", "masked")] {
            assert!(holds(&rows, open), "{open}, {of}, in {what}");
        }
    }
    // whoever never held a role was never written in the open: no file of the embedded database has a trace
    let seen = |bytes: &[u8], name: &str| bytes.windows(name.len()).any(|seen| seen == name.as_bytes());
    let files = files(&database);
    assert!(
        files.is_empty() || files.iter().any(|(_, bytes)| seen(bytes, "张建国")),
        "what is looked for is seen"
    );
    for (path, bytes) in files {
        for name in ["司马长庚", "欧阳启明", "诸葛长庚", "诸葛启明"] {
            assert!(!seen(&bytes, name), "{name} in {path}");
        }
    }
    let log = server.log();
    assert!(residents.iter().all(|name| !log.contains(name)), "a name in the log");
    // and each is there for themself
    assert_eq!(resident.get("/me").await.ok()["name"], "司马长庚");
    assert_eq!(helper.get("/me").await.ok()["name"], "夏侯长庚");
    let before = remote::client(&database, server.base_url(), FIXTURE.resident).unwrap();
    assert_eq!(before.get("/me").await.ok()["name"], "王小明");
    assert_eq!(texts(&database, "SELECT name AS t FROM account WHERE id = 1").unwrap(), ["王**"]);
});
