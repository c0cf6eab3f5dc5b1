//! Residents, by a provider's code.

use super::with;
use harness::both;
use serde_json::json;

both!(the_first_log_in_adds_the_resident, async |app| {
    let nobody = app.stranger();
    let request = json!({ "code": "dev:wang_1", "name": "王大妈" });
    let (first, beside) =
        tokio::join!(nobody.post("/auth/code", request.clone()), nobody.post("/auth/code", request));
    assert_eq!(
        first.ok()["account"]["id"],
        beside.ok()["account"]["id"],
        "two first log-ins add one account"
    );
    let again =
        nobody.post("/auth/code", json!({ "code": "dev:wang_1", "provider": "dev", "name": "别名" })).await;
    assert_eq!(again.ok()["account"]["name"], "王大妈");
    assert_eq!(again.ok()["account"]["roles"], json!([]));
    let me = with(app, &again).get("/me").await;
    assert_eq!(me.ok()["id"], first.ok()["account"]["id"]);
    assert!(me.ok().get("login").is_none());
});

both!(other_codes_and_providers_are_refused, async |app| {
    let nobody = app.stranger();
    for code in ["wang", "dev:", "dev:Wang", "dev:王", &format!("dev:{}", "a".repeat(33))] {
        nobody.post("/auth/code", json!({ "code": code })).await.refused(401, "LOGIN_FAILED");
    }
    nobody.post("/auth/code", json!({ "code": "dev:a", "provider": "wechat" })).await.names("provider");
    nobody.post("/auth/code", json!({ "code": "dev:a", "name": "长".repeat(51) })).await.names("name");
    nobody.post("/auth/code", json!({})).await.names("code");
});
