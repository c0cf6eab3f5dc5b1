//! The area tree.

use crate::people::admin_of;
use harness::both;
use harness::client::Answer;
use harness::fixture::{COUNTY, GRID, OTHER_TOWN, TOWN, VILLAGE};
use serde_json::json;

fn names(answer: &Answer) -> Vec<String> {
    let list = answer.ok()["list"].as_array().unwrap().iter();
    list.map(|a| a["displayName"].as_str().unwrap().to_owned()).collect()
}

both!(children_ancestors_and_search, async |app| {
    let me = app.client(app.fixture.resident);
    assert_eq!(names(&me.get("/areas").await), ["陕西省"]);
    assert_eq!(names(&me.get(&format!("/areas?parentId={VILLAGE}")).await), ["西郊一网格", "西郊二网格"]);
    let area = me.get(&format!("/areas/{GRID}")).await;
    let above: Vec<&str> =
        area.ok()["ancestors"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(above, ["陕西省", "渭南市", "大荔县", "西城街道", "西郊社区"]);
    assert_eq!(area.ok()["levelText"], "网格");
    // traditional script, fullwidth letters
    assert_eq!(names(&me.get("/areas?q=%E8%A8%B1%E8%8E%8A").await), ["许庄镇", "许庄村"]);
    assert_eq!(names(&me.get("/areas?q=%EF%BC%A1%EF%BC%96").await), ["西郊一网格"]);
    assert_eq!(names(&me.get(&format!("/areas?q=%E7%BD%91%E6%A0%BC&parentId={VILLAGE}")).await).len(), 2);
    assert_eq!(names(&me.get("/areas?q=%25").await), Vec::<String>::new(), "a sign is no wildcard");
    me.get("/areas/4444").await.refused(404, "NOT_FOUND");
    me.get("/areas?parentId=4444").await.refused(404, "NOT_FOUND");
    me.get("/areas?parentId=x").await.names("parentId");
    app.stranger().get("/areas").await.refused(401, "UNAUTHENTICATED");
});

both!(a_page_goes_on_where_the_last_ended, async |app| {
    let me = app.client(app.fixture.resident);
    let first = me.get("/areas?q=%E7%BD%91%E6%A0%BC&limit=2").await;
    assert_eq!(first.ok()["hasMore"], true);
    let cursor = first.ok()["nextCursor"].as_str().unwrap();
    let second = me.get(&format!("/areas?q=%E7%BD%91%E6%A0%BC&limit=2&cursor={cursor}")).await;
    assert_eq!([names(&first), names(&second)].concat(), ["西郊一网格", "西郊二网格", "东关一网格"]);
    assert_eq!(second.ok()["hasMore"], false);
});

both!(administrators_add_and_change, async |app| {
    let f = app.fixture;
    let admin = app.client(f.admin);
    let body = json!({ "parentId": VILLAGE.to_string(), "level": "grid", "code": "A5-3", "name": "西郊三网格",
        "aliases": ["老街坊"], "gridClass": "level1", "position": { "lng": 109.94, "lat": 34.79 } });
    let added = admin.post("/areas", body.clone()).await;
    assert_eq!(added.status, 201, "{added:?}");
    let path = added.location.clone().unwrap().replace("/api/v1", "");
    let view = admin.get(&path).await;
    assert_eq!(view.ok()["gridClassText"], "一级网格");
    assert_eq!(view.ok()["ancestors"].as_array().unwrap().len(), 5);
    assert_eq!(names(&admin.get("/areas?q=%E8%80%81%E8%A1%97%E5%9D%8A").await), ["西郊三网格"]);
    let change = json!({ "displayName": "幸福网格", "active": false });
    admin.put(&path, change.clone()).await.ok();
    assert_eq!(names(&admin.get("/areas?q=%E5%B9%B8%E7%A6%8F").await), Vec::<String>::new(), "not in use");
    assert_eq!(names(&admin.get("/areas?q=%E5%B9%B8%E7%A6%8F&all=true").await), ["幸福网格"]);
    admin.post("/areas", body.clone()).await.refused(409, "NAME_TAKEN");
    let foreign = admin_of(app, "xu.gl", OTHER_TOWN).await;
    foreign.post("/areas", body).await.refused(403, "FORBIDDEN");
    foreign.put(&path, change.clone()).await.refused(403, "FORBIDDEN");
    app.client(f.dispatcher).put(&path, change).await.refused(403, "FORBIDDEN");
});

both!(bad_areas_name_their_field, async |app| {
    let admin = app.client(app.fixture.admin);
    let good = json!({ "parentId": TOWN.to_string(), "level": "village", "code": "A4-9", "name": "新村" });
    for (field, value) in [
        ("parentId", json!("4444")),
        ("level", json!("county")),
        ("level", json!("planet")),
        ("code", json!("a b")),
        ("name", json!(" ")),
        ("aliases", json!(["a|b"])),
        ("gridClass", json!("level1")),
        ("numberPrefix", json!("dl")),
        ("position", json!({ "lng": 34.79, "lat": 109.94 })),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        admin.post("/areas", bad).await.names(field);
    }
    let found = admin.get(&format!("/areas?parentId={COUNTY}&q=A4-9")).await;
    assert_eq!(found.ok()["list"], json!([]));
});
