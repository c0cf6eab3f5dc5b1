//! Areas from a file.

use super::{bad_rows, import, upload};
use crate::people::admin_of;
use harness::both;
use harness::client::new_key;
use harness::fixture::OTHER_TOWN;
use reqwest::Method;
use serde_json::json;

const HEAD: &str = "level,code,name,parent_code,grid_class,aliases\n";

both!(a_file_is_imported_and_imported_again, async |app| {
    let admin = app.client(app.fixture.admin);
    let file = format!("{HEAD}grid,G2,二网格,G1,level2,\ngrid,G1,一网格,A5,level1,老街\n");
    let key = new_key();
    let done = upload(&admin, "/import/areas", &key, file.clone()).await;
    assert_eq!(done.ok(), &json!({ "created": 2, "updated": 0, "unchanged": 0 }));
    assert_eq!(upload(&admin, "/import/areas", &key, file.clone()).await.ok(), done.ok(), "a retry");
    upload(&admin, "/import/areas", &key, "other").await.refused(422, "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(import(&admin, "areas", file).await.ok()["unchanged"], 2);
    let changed = format!("{HEAD}grid,G1,第一网格,A5,level1,\n");
    assert_eq!(import(&admin, "areas", changed).await.ok()["updated"], 1);
    let found = admin.get("/areas?q=%E8%80%81%E8%A1%97").await;
    assert_eq!(found.ok()["list"][0]["displayName"], "第一网格", "aliases that are left out stay");
    let child = admin.get("/areas?q=G2").await;
    let id = child.ok()["list"][0]["id"].as_str().unwrap();
    let above = admin.get(&format!("/areas/{id}")).await;
    assert_eq!(above.ok()["ancestors"][5]["name"], "第一网格");
});

both!(every_bad_row_is_named_and_nothing_is_written, async |app| {
    let admin = app.client(app.fixture.admin);
    let file = format!(
        "{HEAD}grid,G1,一网格,A5,,\ngrid,G3,三网格,nowhere,,\ntown,A5,西郊社区,A4,,\nvillage,A11,许庄村,A4,,\nprovince,P,省,,,\n"
    );
    let refused = import(&admin, "areas", file).await;
    let expected = [(3, "parent_code"), (4, "level"), (5, "parent_code"), (6, "code")];
    assert_eq!(bad_rows(&refused), expected.map(|(line, field)| (line, field.to_owned())), "{refused:?}");
    let row = &refused.body["detail"]["rows"][0];
    assert_eq!((&row["reason"], &row["value"]), (&json!("没有这个上级区域"), &json!("nowhere")));
    assert_eq!(admin.get("/areas?q=G1").await.ok()["list"], json!([]));
    let level = import(&admin, "areas", format!("{HEAD}city,T,市,A5,,\n")).await;
    assert_eq!(bad_rows(&level), [(2, "parent_code".to_owned())]);
    let syntax = import(&admin, "areas", format!("{HEAD}planet,,,A5,,\n")).await;
    assert!(bad_rows(&syntax).len() >= 3);
    assert_eq!(bad_rows(&import(&admin, "areas", "").await), [(0, "*".to_owned())]);
});

both!(gbk_is_read_and_other_types_are_not, async |app| {
    let admin = app.client(app.fixture.admin);
    // 层级,编码,名称,上级编码 / 网格,G1,一网格,A5
    let gbk = b"\xB2\xE3\xBC\xB6,\xB1\xE0\xC2\xEB,\xC3\xFB\xB3\xC6,\xC9\xCF\xBC\xB6\xB1\xE0\xC2\xEB\n\xCD\xF8\xB8\xF1,G1,\xD2\xBB\xCD\xF8\xB8\xF1,A5\n";
    assert_eq!(import(&admin, "areas", gbk.to_vec()).await.ok()["created"], 1);
    assert_eq!(admin.get("/areas?q=G1").await.ok()["list"][0]["displayName"], "一网格");
    let json =
        admin.request(Method::POST, "/import/areas").header("Idempotency-Key", new_key()).json(&json!({}));
    admin.send(json).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let keyless = admin.request(Method::POST, "/import/areas").header("Content-Type", "text/csv").body("x");
    admin.send(keyless).await.refused(400, "IDEMPOTENCY_KEY_MISSING");
    assert_eq!(import(&admin, "areas", vec![b'a'; 21 << 20]).await.status, 413);
});

both!(only_administrators_and_only_their_areas, async |app| {
    let file = format!("{HEAD}grid,G1,一网格,A5,,\n");
    import(&app.client(app.fixture.dispatcher), "areas", file.clone()).await.refused(403, "FORBIDDEN");
    import(&app.stranger(), "areas", file.clone()).await.refused(401, "UNAUTHENTICATED");
    let foreign = admin_of(app, "xu.gl", OTHER_TOWN).await;
    assert_eq!(bad_rows(&import(&foreign, "areas", file).await), [(2, "code".to_owned())]);
    import(&foreign, "areas", format!("{HEAD}grid,G1,一网格,A11,,\n")).await.ok();
});

both!(a_county_of_grids_is_fast, async |app| {
    let rows: String = (0..12_406).map(|n| format!("grid,G{n},第{n}网格,A5,level1,\n")).collect();
    let started = std::time::Instant::now();
    let done = import(&app.client(app.fixture.admin), "areas", format!("{HEAD}{rows}")).await;
    assert_eq!(done.ok()["created"], 12_406);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
});

both!(an_office_comes_with_its_area_and_stays_when_it_is_left_out, async |app| {
    let admin = app.client(app.fixture.admin);
    let file = "层级,编码,名称,上级编码,便民服务站,服务电话\n网格,G7,七网格,A5,七网格服务站,0913-3217777\n";
    assert_eq!(import(&admin, "areas", file).await.ok()["created"], 1);
    let read = async || {
        let found = admin.get("/areas?q=G7").await;
        let row = found.ok()["list"][0].clone();
        (row["officeName"].clone(), row["officePhone"].clone())
    };
    let office = (json!("七网格服务站"), json!("09133217777"));
    assert_eq!(read().await, office);
    let renamed = format!("{HEAD}grid,G7,第七网格,A5,,\n");
    assert_eq!(import(&admin, "areas", renamed).await.ok()["updated"], 1);
    assert_eq!(read().await, office, "what the file leaves out stays as it is");
    let bad = "level,code,name,parent_code,office_phone\ngrid,G7,七网格,A5,问小王\n";
    let refused = import(&admin, "areas", bad).await;
    assert_eq!(bad_rows(&refused), [(2, "office_phone".to_owned())], "{refused:?}");
});
