//! A contact's name, phone and door stand in no answer but the contact's own, and in nothing that is kept for long.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::database::Database;
use harness::fixture::{GRID, ROOF, numbers, run};
use harness::play::{Cast, DOOR, NAME, PHONE, id_of, now, order, view};
use serde_json::json;

#[track_caller]
fn clean(what: &str, text: &str) {
    for secret in [NAME, PHONE, DOOR] {
        assert!(!text.contains(secret), "{secret} in {what}: {text}");
    }
}

async fn reads_clean(who: &Client, id: &str) {
    for path in [
        &format!("/orders/{id}"),
        "/orders?total=true",
        &format!("/orders?q={PHONE}"),
        "/orders/counts",
        "/me/orders",
        "/me/offers",
        "/me/badges",
    ] {
        clean(path, &who.get(path).await.raw);
    }
}

/// A whole life with every reader looking on.
async fn life(app: &App, cast: &Cast) -> String {
    let (id, attempt) = cast.pooled(ROOF).await;
    let everyone = [&cast.resident, &cast.worker, &cast.dispatcher, &cast.supervisor, &cast.auditor];
    app.settled().await.unwrap();
    for who in everyone {
        reads_clean(who, &id).await;
    }
    cast.worker.claim(&id, attempt).await.ok();
    clean("a loss", &cast.second_worker.claim(&id, attempt).await.raw);
    cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
    cast.worker.command(&id, "contact", json!({"text": "三点上门"})).await.ok();
    now(&cast.worker.command(&id, "resolve", json!({"text": "已修补"})).await, "pending_check");
    for who in everyone {
        reads_clean(who, &id).await;
    }
    id
}

both!(no_answer_holds_the_contact, async |app| {
    let cast = Cast::of(app);
    let id = life(app, &cast).await;
    let masked = &view(&cast.worker, &id).await["detail"]["contact"];
    assert_eq!((&masked["name"], &masked["phone"]), (&json!("欧**"), &json!("138****5678")));
    // the area tree has no compound of this name: it may be a family's
    assert_eq!(masked["address"], "***");
});

both!(of_an_address_only_what_the_tree_says_is_shown, async |app| {
    let cast = Cast::of(app);
    for (name, address, shown) in [
        ("王", "西郊社区王小城家", json!({ "name": "*", "phone": null, "address": "西郊社区***" })),
        (
            "王小城",
            "大荔县西城街道西郊社区西侧第二户",
            json!({ "name": "王**", "phone": null, "address": "大荔县西城街道西郊社区***" }),
        ),
        ("王城", "西城街道东关社区", json!({ "name": "王*", "phone": null, "address": "西城街道***" })),
        ("欧阳城", "王家城同州里", json!({ "name": "欧**", "phone": null, "address": "***" })),
    ] {
        let mut body = order(ROOF);
        body["contact"] = json!({ "name": name, "address": address });
        let id = id_of(&cast.resident.post("/orders", body).await);
        for reader in [&cast.resident, &cast.dispatcher, &cast.supervisor, &cast.auditor] {
            assert_eq!(view(reader, &id).await["detail"]["contact"], shown, "{address}");
        }
    }
});

both!(a_building_in_the_tree_is_no_place_to_show, async |app| {
    let cast = Cast::of(app);
    let below = format!(
        "INSERT INTO area (id,parent_id,level,code,official_name,display_name,aliases,search,path,active,created_at) \
         SELECT 21,6,'compound','A21','同州花园','同州花园','同州','','/1/2/3/4/5/6/21/',active,created_at FROM area WHERE id={GRID}; \
         INSERT INTO area (id,parent_id,level,code,official_name,display_name,aliases,search,path,active,created_at) \
         SELECT 22,21,'building','A22','3号楼','3号楼','','','/1/2/3/4/5/6/21/22/',active,created_at FROM area WHERE id={GRID};"
    );
    run(app.database(), &below).unwrap();
    let mut body = order(ROOF);
    body["areaId"] = json!("22");
    let id = id_of(&cast.resident.post("/orders", body).await);
    assert_eq!(view(&cast.resident, &id).await["detail"]["contact"]["address"], "同州花园***");
});

both!(rows_masked_when_masks_hid_less_are_masked_once_more, async |app| {
    let cast = Cast::of(app);
    let id = cast.placed(ROOF).await;
    let old = "UPDATE order_contact SET name_masked='王', phone_masked='091****2345', address_masked='西郊社区王小城***'";
    run(app.database(), old).unwrap();
    let shown = &view(&cast.dispatcher, &id).await["detail"]["contact"];
    assert_eq!(shown, &json!({ "name": "*", "phone": "091******45", "address": "西郊社区***" }));
});

both!(nothing_that_is_kept_holds_the_contact, async |app| {
    let cast = Cast::of(app);
    life(app, &cast).await;
    app.settled().await.unwrap();
    for (table, column) in [
        ("order_event", "data"),
        ("order_event", "kind"),
        ("notification", "kind"),
        ("idempotency", "response"),
        ("idempotency", "route"),
        ("orders", "case_file"),
        ("order_contact", "name_masked"),
        ("order_contact", "phone_masked"),
        ("order_contact", "address_masked"),
    ] {
        let count = |condition: &str| {
            let sql = format!("SELECT count(*) AS n FROM {table} WHERE {condition}");
            numbers(app.database(), &sql).unwrap()[0]
        };
        assert!(count("1 = 1") > 0, "{table} has rows");
        for secret in [NAME, PHONE, DOOR] {
            let found = count(&format!("CAST({column} AS TEXT) LIKE '%{secret}%'"));
            assert_eq!(found, 0, "{secret} in {table}.{column}");
        }
    }
    // the embedded database's files hold every byte there is
    let folder = match app.database() {
        Database::Sqlite(database) => database.data_dir(),
        #[cfg(feature = "postgres")]
        Database::Postgres(_) | Database::Elsewhere(_) => return,
    };
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let bytes = if path.is_file() { std::fs::read(&path).unwrap() } else { Vec::new() };
        for secret in [NAME, PHONE, DOOR] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {}", path.display());
        }
    }
});

both!(names_of_residents_are_masked_for_staff_and_those_of_staff_are_told_to_residents, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    let by = |view: &serde_json::Value, step: usize| view["detail"]["timeline"][step]["by"].clone();
    let (staffs, residents) = (view(&cast.dispatcher, &id).await, view(&cast.resident, &id).await);
    assert_eq!(by(&staffs, 0), "王**", "the reporter");
    assert_eq!((by(&staffs, 1), by(&residents, 1)), (json!("陈调度"), json!("陈调度")));
    assert_eq!(residents["detail"]["handlers"][0]["name"], "张建国");
    assert_eq!(staffs["detail"]["handlers"][0]["name"], "张建国");
});
