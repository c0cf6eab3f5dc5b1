//! Service items show and take the claim ladder.

use harness::both;
use harness::fixture::{ROOF, VILLAGE};
use serde_json::{Value, json};

fn item(ladder: Value) -> Value {
    json!({"code": "ladder", "name": "水管爆裂", "group": "living", "board": "办事大厅", "rules": {"ladder": ladder}})
}

both!(the_ladder_is_kept_as_it_was_given, async |app| {
    let admin = app.client(app.fixture.admin);
    let usual = json!({"steps": [{"afterS": 120, "level": "village"}, {"afterS": 180, "level": "town"}], "lastAfterS": 300});
    let seen = admin.get(&format!("/service-items/{ROOF}")).await;
    assert_eq!(seen.ok()["rules"]["ladder"], usual, "items without one have the usual one");
    let scope = json!({"kind": "area", "id": VILLAGE.to_string()});
    let ladder = json!({
        "steps": [{"afterS": 30, "scopes": [scope, {"kind": "team", "id": "1"}]}, {"afterS": 60, "level": "county"}],
        "lastAfterS": 90, "lastTo": {"kind": "unit", "id": "1"}, "quiet": {"from": "21:30", "to": "07:05"},
    });
    let added = admin.post("/service-items", item(ladder.clone())).await;
    let path = format!("/service-items/{}", added.ok()["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.ok()["rules"]["ladder"], ladder);
    let short = json!({"steps": []});
    admin.put(&path, item(short)).await.ok();
    assert_eq!(admin.get(&path).await.ok()["rules"]["ladder"], json!({"steps": [], "lastAfterS": 300}));
});

both!(a_ladder_that_makes_no_sense_is_refused, async |app| {
    let admin = app.client(app.fixture.admin);
    let step = json!({"afterS": 60, "level": "town"});
    for (ladder, field) in [
        (json!({"steps": vec![step.clone(); 6]}), "steps"),
        (json!({"steps": [step, {"afterS": 0, "level": "town"}]}), "steps[1].afterS"),
        (json!({"steps": [{"afterS": 60}]}), "steps[0].level"),
        (json!({"steps": [{"afterS": 60, "level": "street"}]}), "steps[0].level"),
        (
            json!({"steps": [{"afterS": 60, "level": "town", "scopes": [{"kind": "team", "id": "1"}]}]}),
            "steps[0].scopes",
        ),
        (
            json!({"steps": [{"afterS": 60, "scopes": [{"kind": "team", "id": "x"}]}]}),
            "steps[0].scopes[0].id",
        ),
        (json!({"steps": [{"afterS": 60, "scopes": [{"kind": "team", "id": "88"}]}]}), "steps[0].scopes[0]"),
        (json!({"lastAfterS": 86_401}), "lastAfterS"),
        (json!({"lastTo": {"kind": "unit", "id": "88"}}), "lastTo"),
        (json!({"lastTo": {"kind": "area", "id": "1"}}), "lastTo.kind"),
        (json!({"lastTo": {"kind": "unit", "id": "x"}}), "lastTo.id"),
        (json!({"lastTo": null}), "lastTo"),
        (json!({"quiet": {"from": "22:00", "to": "24:00"}}), "quiet.to"),
        (json!({"quiet": {"from": "22:00", "to": "22:00"}}), "quiet.to"),
        (json!({"quiet": {"from": "22:00"}}), "quiet"),
        (json!({"loud": true}), "loud"),
        (json!({"quiet": null}), "quiet"),
        (json!({"steps": [{"afterS": 60, "level": null}]}), "steps[0].level"),
    ] {
        let refused = admin.post("/service-items", item(ladder)).await;
        assert!(matches!(refused.status, 400 | 422), "{refused:?}");
        let named = refused.body["errors"][0]["field"].as_str().unwrap_or_default().to_owned();
        assert!(named.starts_with(&format!("rules.ladder.{field}")), "{field}: {refused:?}");
    }
    let listed = admin.get("/service-items?all=true").await;
    assert!(!listed.raw.contains("水管爆裂"), "nothing was added");
});
