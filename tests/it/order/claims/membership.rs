//! Who is a candidate follows from roles, at once.

use super::stage::offered;
use harness::both;
use harness::fixture::{GRID, UNCHECKED, numbers};
use serde_json::json;

both!(a_role_makes_a_candidate_and_its_end_unmakes_one, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let (admin, newcomer) = (app.client(f.admin), app.client(f.far_worker));
    let order = offered(&resident, &dispatcher, UNCHECKED, json!({})).await;
    assert_eq!(newcomer.get("/me/offers").await.ok()["list"], json!([]));
    newcomer.claim(&order.id, 1).await.refused(403, "NOT_ELIGIBLE");
    let role = json!({"role": "grid_worker", "areaId": GRID.to_string()});
    admin.post(&format!("/accounts/{}/roles", f.far_worker), role).await.ok();
    assert_eq!(newcomer.get("/me/offers").await.ok()["list"][0]["order"], order.id.as_str());
    let binding =
        format!("SELECT id AS n FROM role_binding WHERE account_id = {} AND area_id = {GRID}", f.far_worker);
    let binding = numbers(app.database(), &binding).unwrap()[0];
    let removed = admin.delete(&format!("/accounts/{}/roles/{binding}", f.far_worker)).await;
    assert!(matches!(removed.status, 200 | 204), "{removed:?}");
    assert_eq!(newcomer.get("/me/offers").await.ok()["list"], json!([]));
    for attempt in [1, 2] {
        newcomer.claim(&order.id, attempt).await.refused(403, "NOT_ELIGIBLE");
    }
    let worker = app.client(f.worker);
    worker.claim(&order.id, 1).await.refused(409, "OFFER_GONE");
    worker.claim(&order.id, 2).await.ok();
});

both!(a_leader_above_and_a_team_are_offered_what_is_theirs, async |app| {
    let f = app.fixture;
    let (resident, dispatcher) = (app.client(f.resident), app.client(f.dispatcher));
    let team = json!({"scopes": [{"kind": "team", "id": "1"}]});
    let order = offered(&resident, &dispatcher, UNCHECKED, team).await;
    app.client(f.worker).claim(&order.id, 1).await.refused(403, "NOT_ELIGIBLE");
    app.client(f.volunteer).claim(&order.id, 1).await.ok();
    let village = json!({"scopes": [{"kind": "area", "id": harness::fixture::VILLAGE.to_string()}]});
    let order = offered(&resident, &dispatcher, UNCHECKED, village).await;
    for account in [f.worker, f.other_worker, f.leader] {
        let offers = app.client(account).get("/me/offers").await;
        assert_eq!(offers.ok()["list"][0]["order"], order.id.as_str(), "{account} is below the village");
    }
    app.client(f.far_worker).claim(&order.id, 1).await.refused(403, "NOT_ELIGIBLE");
    app.client(f.other_worker).claim(&order.id, 1).await.ok();
});
