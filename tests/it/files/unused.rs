//! Photos that no order takes, and how much a person may upload on a day.

use api::files::contents;
use api::server::jobs::left::Left;
use api::server::jobs::unused;
use domain::FileId;
use harness::app::App;
use harness::both;
use harness::client::photos::{png, send, upload};
use harness::client::{Client, new_key};
use harness::database::Backend;
use harness::fixture::{self, ROOF, numbers};
use harness::play::{Cast, id_of, order};
use serde_json::json;

/// Words of this database: the day before yesterday.
fn long_ago(app: &App) -> &'static str {
    match app.backend {
        Backend::Sqlite => "CAST(unixepoch('subsec') * 1000000 AS INTEGER) - 2 * 86400000000",
        #[cfg(feature = "postgres")]
        Backend::Postgres => "now() - interval '2 days'",
    }
}

/// Two days go by for what is uploaded and noted.
fn days_go_by(app: &App) {
    let at = long_ago(app);
    let sql = format!("UPDATE file SET created_at = {at}; UPDATE file_loose SET since = {at}");
    fixture::run(app.database(), &sql).unwrap();
}

fn count(app: &App, table: &str) -> i64 {
    numbers(app.database(), &format!("SELECT count(*) AS n FROM {table}")).unwrap()[0]
}

/// Contents in the data folder.
fn contents_there(app: &App) -> usize {
    let files =
        |folder: std::io::Result<std::fs::DirEntry>| std::fs::read_dir(folder.unwrap().path()).unwrap();
    std::fs::read_dir(app.state.config.data_dir.join("files")).unwrap().flat_map(files).count()
}

/// The key of an order with this photo.
async fn placed_with(client: &Client, photo: &str) -> String {
    id_of(&client.post("/orders", with(photo)).await)
}

fn with(photo: &str) -> serde_json::Value {
    let mut body = order(ROOF);
    body["fileIds"] = json!([photo]);
    body
}

both!(photos_that_no_order_took_go_after_a_day, async |app| {
    let cast = Cast::of(app);
    let (used, unused) = (upload(&cast.resident, png(1)).await, upload(&cast.resident, png(2)).await);
    // somebody else's photo with the same content
    let twin = upload(&cast.neighbour, png(2)).await;
    let (also_unused, path) = (upload(&cast.resident, png(3)).await, |photo: &str| format!("/files/{photo}"));
    placed_with(&cast.resident, &used).await;
    placed_with(&cast.neighbour, &twin).await;
    assert_eq!(unused::sweep(&app.state).await, Left::Nothing);
    assert_eq!((count(app, "file"), contents_there(app)), (4, 3), "not within a day");

    days_go_by(app);
    let fresh = upload(&cast.resident, png(4)).await;
    assert_eq!(unused::sweep(&app.state).await, Left::Nothing);
    for gone in [&unused, &also_unused] {
        cast.resident.get(&path(gone)).await.refused(404, "NOT_FOUND");
        let refused = cast.resident.post("/orders", with(gone)).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("fileIds[0]");
    }
    assert_eq!((count(app, "file"), contents_there(app)), (3, 4), "the rows; contents a day later");
    assert_eq!(unused::sweep(&app.state).await, Left::Nothing);
    assert_eq!(contents_there(app), 4);

    fixture::run(app.database(), &format!("UPDATE file_loose SET since = {}", long_ago(app))).unwrap();
    unused::sweep(&app.state).await;
    assert_eq!(contents_there(app), 3, "what a row names stays");
    assert_eq!(count(app, "file_loose"), 0);
    for (who, kept) in [(&cast.resident, &used), (&cast.neighbour, &twin), (&cast.resident, &fresh)] {
        assert_eq!(who.request(reqwest::Method::GET, &path(kept)).send().await.unwrap().status(), 200);
    }
    // the same picture comes again
    assert_eq!(cast.resident.get(&path(&upload(&cast.resident, png(3)).await)).await.status, 200);
});

// SQLite gives the key of a photo that went to the next one
both!(what_comes_after_all_went_goes_in_its_time, async |app| {
    let cast = Cast::of(app);
    upload(&cast.resident, png(6)).await;
    for next in [png(7), png(8)] {
        days_go_by(app);
        assert_eq!(unused::sweep(&app.state).await, Left::Nothing);
        assert_eq!(count(app, "file"), 0);
        upload(&cast.resident, next).await;
    }
});

both!(a_content_stays_when_a_row_comes_meanwhile, async |app| {
    let cast = Cast::of(app);
    let photo = upload(&cast.resident, png(5)).await;
    let folder = &app.state.config.data_dir;
    let (row, _) = app.state.store.file(FileId(photo.parse().unwrap())).await.unwrap();
    let content = contents::path(folder, &row.sha256);
    let tomorrow = app.state.clock.now() + chrono::TimeDelta::days(1);
    // whoever decided about it before stood still when it was set aside
    std::fs::rename(&content, content.with_file_name(format!(".aside-{}", row.sha256))).unwrap();
    assert!(!contents::settle(&app.state.store, folder, &row.sha256, tomorrow).await.unwrap());
    assert!(content.exists());
    // an upload that broke off before its row
    app.state.store.note_loose("ab12".into()).await.unwrap();
    let broken_off = contents::path(folder, "ab12");
    contents::write(&broken_off, b"half").unwrap();
    days_go_by(app);
    placed_with(&cast.resident, &photo).await;
    assert_eq!(unused::sweep(&app.state).await, Left::Nothing);
    assert_eq!((content.exists(), broken_off.exists(), count(app, "file_loose")), (true, false, 0));
});

/// Three MiB a day.
fn narrow(config: &mut api::Config) {
    config.web.uploads_mib_per_day = 3;
}

both!(a_day_has_an_end, narrow, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let first = send(&cast.resident, png(1), &key).await;
    placed_with(&cast.resident, first.ok()["fileId"].as_str().unwrap()).await;
    upload(&cast.resident, png(2)).await;
    // four at once, and room for one
    let keys: Vec<String> = (0..4).map(|_| new_key()).collect();
    let (a, b, c, d) = tokio::join!(
        send(&cast.resident, png(3), &keys[0]),
        send(&cast.resident, png(4), &keys[1]),
        send(&cast.resident, png(5), &keys[2]),
        send(&cast.resident, png(6), &keys[3]),
    );
    let mut statuses = [a, b, c, d].map(|answer| answer.status);
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 429, 429, 429]);
    let refused = send(&cast.resident, png(7), &new_key()).await;
    refused.refused(429, "UPLOADS_OF_TODAY");
    refused.names("file");
    assert!(refused.raw.contains("明天"), "it says what to do: {}", refused.raw);
    // what was taken, with an order or not, counts; a retry does not
    assert_eq!(send(&cast.resident, png(1), &key).await.ok(), first.ok());
    assert_eq!(count(app, "file"), 3);
    upload(&cast.neighbour, png(1)).await;
    for shade in 0..4 {
        upload(&cast.worker, png(shade)).await;
    }
    fixture::run(app.database(), &format!("UPDATE upload_day SET day = {}", long_ago(app))).unwrap();
    upload(&cast.resident, png(7)).await;
});

#[cfg(feature = "postgres")]
mod postgres {
    use super::*;
    use diesel::Connection;
    use diesel::connection::SimpleConnection;
    use harness::wait::eventually;
    use persistence::engine::database::pg::Conn;
    use std::time::Duration;

    /// A transaction of the test's own, that has done this.
    fn holder(app: &App, sql: &str) -> Conn {
        let mut conn = Conn::establish(&app.database().url()).unwrap();
        conn.batch_execute(&format!("BEGIN; {sql}")).unwrap();
        conn
    }

    /// Waits until a statement like this waits for a lock.
    async fn until_waiting(app: &App, like: &str) {
        let waiting = format!(
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event_type = 'Lock' AND query LIKE '{like}'"
        );
        eventually(Duration::from_secs(4), "the statement to wait", async || {
            match numbers(app.database(), &waiting).unwrap()[0] {
                0 => Err("none waits"),
                _ => Ok(()),
            }
        })
        .await
        .unwrap();
    }

    #[test]
    fn an_order_and_the_sweep_at_the_same_moment() {
        harness::app::on(Backend::Postgres, async |app| {
            let cast = Cast::of(app);
            let other = placed_with(&cast.resident, &upload(&cast.resident, png(9)).await).await;
            let photo = upload(&cast.resident, png(1)).await;
            days_go_by(app);
            // the order comes first: the sweep waits for it, and leaves the photo
            let taking = format!(
                "INSERT INTO order_file (file_id, order_id, seq, purpose) VALUES ({photo}, {other}, 1, 'report')"
            );
            let mut taking = holder(app, &taking);
            let swept = async { unused::sweep(&app.state).await };
            let committed = async {
                until_waiting(app, "SELECT id, sha256, created_at FROM file%").await;
                taking.batch_execute("COMMIT").unwrap();
            };
            let (left, ()) = tokio::join!(swept, committed);
            assert_eq!(left, Left::Nothing);
            assert_eq!(cast.resident.get(&format!("/files/{photo}")).await.status, 200);

            // the sweep comes first: the order waits for it, and is not placed
            let photo = upload(&cast.resident, png(2)).await;
            let orders = count(app, "orders");
            let mut sweeping = holder(app, &format!("DELETE FROM file WHERE id = {photo}"));
            let placing = cast.resident.post("/orders", with(&photo));
            let committed = async {
                until_waiting(app, "%order_file%").await;
                sweeping.batch_execute("COMMIT").unwrap();
            };
            let (refused, ()) = tokio::join!(placing, committed);
            refused.refused(422, "VALIDATION_FAILED");
            refused.names("fileIds[0]");
            assert_eq!(count(app, "orders"), orders);
        })
        .unwrap();
    }
}
