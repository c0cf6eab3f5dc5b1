//! Who sees an order: the reporter, staff of its area, those who take part; candidates its brief; nobody else.

use harness::both;
use harness::client::Client;
use harness::fixture::{GRID, ROOF, VILLAGE};
use harness::play::{Cast, PHONE, now, view};
use serde_json::json;

/// Neither the order nor anything that tells of it.
async fn sees_nothing(who: &Client, id: &str, number: &str) {
    who.get(&format!("/orders/{id}")).await.refused(404, "NOT_FOUND");
    who.get(&format!("/orders/{id}/contact")).await.refused(404, "NOT_FOUND");
    who.put(&format!("/orders/{id}/read"), json!({})).await.refused(404, "NOT_FOUND");
    for query in ["", "?total=true", "?q=屋顶", &format!("?q={number}"), &format!("?q={PHONE}")] {
        let listed = who.get(&format!("/orders{query}")).await;
        assert_eq!(listed.ok()["list"], json!([]), "{query}");
        assert!(!listed.raw.contains("\"total\":1"), "{query}: {}", listed.raw);
    }
    let counts = who.get("/orders/counts").await;
    assert_eq!(counts.ok(), &json!({"byStatus": {}, "overdue": 0, "requests": 0}));
    assert_eq!(who.get("/me/orders").await.ok()["list"], json!([]));
}

both!(strangers_see_nothing_of_it, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(ROOF).await;
    let number = view(&cast.resident, &id).await["number"].as_str().unwrap().to_owned();
    for who in [&cast.neighbour, &cast.foreign_dispatcher, &cast.other_worker, &cast.volunteer] {
        sees_nothing(who, &id, &number).await;
    }
    for area in [GRID, VILLAGE, 987_654] {
        let path = format!("/orders?areaId={area}");
        cast.foreign_dispatcher.get(&path).await.refused(404, "NOT_FOUND");
        cast.foreign_dispatcher.get(&path.replace('?', "/counts?")).await.refused(404, "NOT_FOUND");
    }
    app.stranger().get(&format!("/orders/{id}")).await.refused(401, "UNAUTHENTICATED");
});

both!(those_over_its_area_read_it, async |app| {
    let cast = Cast::of(app);
    let (id, _) = cast.pooled(ROOF).await;
    for who in [&cast.worker, &cast.leader, &cast.dispatcher, &cast.supervisor, &cast.auditor] {
        assert_eq!(view(who, &id).await["detail"]["title"], "屋顶漏水");
        assert_eq!(who.get("/orders").await.ok()["list"][0]["id"], id.as_str());
        assert_eq!(who.get("/orders/counts").await.ok()["byStatus"]["pooled"], 1);
    }
    assert_eq!(cast.resident.get("/me/orders").await.ok()["list"][0]["id"], id.as_str());
    let auditors = view(&cast.auditor, &id).await;
    assert_eq!(auditors["allowedActions"], json!([]), "an auditor only reads");
});

both!(a_candidate_reads_the_brief_only, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let scopes = json!({"scopes": [{"kind": "team", "id": "1"}, {"kind": "unit", "id": "1"}]});
    cast.dispatcher.command(&id, "widen", scopes).await.ok();
    cast.dispatcher.command(&id, "supervise", json!({})).await.names("text");
    app.settled().await.unwrap();
    for who in [&cast.volunteer, &cast.unit_handler] {
        let brief = who.get(&format!("/orders/{id}")).await;
        assert_eq!(brief.ok()["serviceItem"]["name"], "房屋漏水");
        assert_eq!(brief.ok()["allowedActions"][0]["name"], "claim");
        let offers = who.get("/me/offers").await;
        assert_eq!(offers.ok()["list"][0]["order"], id.as_str());
        for raw in [&brief.raw, &offers.raw] {
            for hidden in ["屋顶", "雨天", "王", "欧阳", "138*", "同州", "detail", "timeline"] {
                assert!(!raw.contains(hidden), "{hidden} in {raw}");
            }
        }
        assert_eq!(who.get("/orders").await.ok()["list"], json!([]), "an offer is no list's row");
        who.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
    }
    cast.volunteer.claim(&id, attempt).await.ok();
    assert_eq!(view(&cast.volunteer, &id).await["detail"]["title"], "屋顶漏水", "the winner reads it");
    let lost = cast.unit_handler.get(&format!("/orders/{id}")).await;
    assert!(lost.status == 404 || lost.ok().get("detail").is_none(), "{lost:?}");
});

both!(who_held_it_keeps_reading_without_the_contact, async |app| {
    let cast = Cast::of(app);
    let (id, attempt) = cast.pooled(ROOF).await;
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    cast.dispatcher.command(&id, "widen", team).await.ok();
    cast.volunteer.claim(&id, attempt).await.ok();
    now(&cast.volunteer.command(&id, "release", json!({"reason": "cannot_come"})).await, "pooled");
    assert_eq!(view(&cast.volunteer, &id).await["detail"]["title"], "屋顶漏水");
    cast.volunteer.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
});
