//! The loop: order → review → dispatch → claim → handle → feed back → check → rate.

use harness::both;
use harness::fixture::{GRID, ROOF};
use serde_json::json;

both!(an_order_goes_all_the_way, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let (worker, loser) = (app.client(f.worker), app.client(f.second_worker));
    let placed = resident
        .post(
            "/orders",
            json!({"serviceItemId": ROOF.to_string(), "areaId": GRID.to_string(), "title": "屋顶漏水",
                "description": "雨天漏水", "contact": {"name": "王小明", "phone": "13812345678", "address": "同州花园3号楼2单元301室"}}),
        )
        .await;
    assert_eq!(placed.status, 201, "{placed:?}");
    let id = placed.ok()["id"].as_str().unwrap().to_owned();
    assert_eq!(placed.location.as_deref(), Some(format!("/api/v1/orders/{id}").as_str()));
    assert!(placed.ok()["number"].as_str().unwrap().starts_with("DL-"), "{placed:?}");
    assert_eq!(
        dispatcher.command(&id, "accept", json!({"priority": "high"})).await.ok()["status"],
        "accepted"
    );
    let dispatched = dispatcher.command(&id, "dispatch", json!({})).await;
    assert_eq!(dispatched.ok()["status"], "pooled");
    let attempt = dispatched.ok()["attempt"].as_i64().unwrap();
    app.settled().await.unwrap();
    let offers = worker.get("/me/offers").await;
    assert_eq!(offers.ok()["list"][0]["order"], id.as_str(), "{offers:?}");
    assert_eq!(worker.claim(&id, attempt).await.ok()["result"], "won");
    let lost = loser.claim(&id, attempt).await;
    assert_eq!(lost.refused(409, "ORDER_ALREADY_CLAIMED")["detail"]["by"], "张**");
    assert_eq!(worker.claim(&id, attempt).await.ok()["result"], "won", "a retry is answered alike");
    assert_eq!(worker.get(&format!("/orders/{id}/contact")).await.ok()["phone"], "13812345678");
    assert_eq!(
        worker.command(&id, "contact", json!({"text": "下午三点上门"})).await.ok()["status"],
        "in_progress"
    );
    let resolved = worker.command(&id, "resolve", json!({"text": "已修补"})).await;
    assert_eq!(resolved.ok()["status"], "pending_check");
    assert_eq!(dispatcher.command(&id, "pass-check", json!({})).await.ok()["status"], "resolved");
    let rated = resident.command(&id, "rate", json!({"score": 5, "solved": true, "text": "很及时"})).await;
    assert_eq!(rated.ok()["status"], "closed");
    let view = resident.get(&format!("/orders/{id}")).await;
    let steps: Vec<&str> = view.ok()["detail"]["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| s["kind"].as_str().unwrap())
        .collect();
    assert_eq!(
        steps,
        ["submitted", "accepted", "dispatched", "claimed", "contacted", "fed_back", "resolved", "rated"]
    );
});
