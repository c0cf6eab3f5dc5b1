//! Who sees whom.

use harness::both;
use harness::client::Answer;
use harness::fixture::{COUNTY, GRID, OTHER_TOWN, VILLAGE};
use serde_json::json;

fn names(answer: &Answer) -> Vec<String> {
    let list = answer.ok()["list"].as_array().unwrap().iter();
    list.map(|p| p["name"].as_str().unwrap().to_owned()).collect()
}

both!(managers_read_names_and_others_masks, async |app| {
    let f = app.fixture;
    let of_grid = app.client(f.dispatcher).get(&format!("/staff?areaId={GRID}&role=grid_worker")).await;
    assert_eq!(names(&of_grid), ["张建国", "赵志强", "孙丽"]);
    assert_eq!(of_grid.ok()["list"][0]["roles"][0]["roleText"], "网格员");
    let masked = app.client(f.worker).get(&format!("/staff?areaId={GRID}&role=grid_worker")).await;
    assert_eq!(names(&masked), ["张**", "赵**", "孙*"]);
    app.client(f.worker).get(&format!("/staff?areaId={GRID}&q=%E5%BC%A0")).await.refused(403, "FORBIDDEN");
    let found = app.client(f.dispatcher).get("/staff?q=%E5%BC%A0").await;
    assert_eq!(names(&found), ["张建国"]);
    let of_team = app.client(f.dispatcher).get(&format!("/staff?areaId={VILLAGE}&role=volunteer")).await;
    assert_eq!(names(&of_team), ["冯党员"], "those of a team belong to its area");
});

both!(nobody_lists_what_is_not_theirs, async |app| {
    let f = app.fixture;
    for (who, area) in
        [(f.dispatcher, COUNTY), (f.dispatcher, OTHER_TOWN), (f.worker, VILLAGE), (f.resident, GRID)]
    {
        app.client(who).get(&format!("/staff?areaId={area}")).await.refused(404, "NOT_FOUND");
    }
    assert_eq!(app.client(f.resident).get("/staff").await.ok()["list"], json!([]));
    let own = names(&app.client(f.foreign_dispatcher).get("/staff").await);
    assert_eq!(own, ["卫调度"]);
});

both!(pages_hold_together, async |app| {
    let admin = app.client(app.fixture.admin);
    let whole = names(&admin.get("/staff?limit=100").await);
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = admin.get(&format!("/staff?limit=3{cursor}")).await;
        paged.extend(names(&page));
        let Some(next) = page.ok()["nextCursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(paged, whole);
    for bad in ["limit=0", "limit=101", "cursor=%21", "role=king", "pots=1"] {
        admin.get(&format!("/staff?{bad}")).await.refused(400, "BAD_REQUEST");
    }
});
