//! Nobody is made a party without agreeing: residents name somebody in words, staff name accounts that are asked, and
//! numbers of accounts tell nothing.

use harness::app::App;
use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::{ROOF, numbers, run};
use harness::play::{Cast, attempt_of, id_of, now, order, steps, view};
use serde_json::{Value, json};

const ELDER: &str = "李大爷";
const ELDERS: &str = "0913-3212345";

fn for_an_elder() -> Value {
    let mut body = order(ROOF);
    body["beneficiary"] = json!({ "name": ELDER, "phone": ELDERS, "relation": "父亲" });
    body
}

/// Taken at the telephone, naming these accounts.
fn naming(reporter: Option<i64>, beneficiary: Option<i64>) -> Value {
    let mut body = order(ROOF);
    body["channel"] = json!("phone");
    for (field, account) in [("reporterId", reporter), ("beneficiaryId", beneficiary)] {
        if let Some(account) = account {
            body[field] = json!(account.to_string());
        }
    }
    body
}

fn listed(answer: &Answer, key: &str) -> Vec<String> {
    let list = answer.ok()["list"].as_array().unwrap();
    list.iter().map(|row| row[key].as_str().unwrap().to_owned()).collect()
}

async fn asked(who: &Client) -> Vec<String> {
    listed(&who.get("/me/invitations").await, "orderId")
}

both!(residents_name_the_one_it_is_for_in_words, async |app| {
    let cast = Cast::of(app);
    let id = id_of(&cast.resident.post("/orders", for_an_elder()).await);
    for reader in [&cast.resident, &cast.dispatcher, &cast.worker, &cast.auditor] {
        let seen = reader.get(&format!("/orders/{id}")).await;
        assert_eq!(seen.ok()["detail"]["beneficiary"], json!({ "name": "李**", "phone": "0913*****45" }));
        for secret in [ELDER, "3212345", "父亲"] {
            assert!(!seen.raw.contains(secret), "{secret}");
        }
    }
    let kept = "SELECT count(*) AS n FROM order_contact WHERE beneficiary_name_sealed IS NOT NULL \
        AND beneficiary_phone_sealed IS NOT NULL AND beneficiary_relation_sealed IS NOT NULL";
    assert_eq!(numbers(app.database(), kept).unwrap(), [1]);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
    let path = format!("/orders/{id}/contact");
    cast.worker.get(&path).await.refused(403, "FORBIDDEN");
    cast.worker.claim(&id, attempt).await.ok();
    let contact = cast.worker.get(&path).await;
    let clear = json!({ "name": ELDER, "phone": "09133212345", "relation": "父亲" });
    assert_eq!(contact.ok()["beneficiary"], clear);
    assert_eq!(
        numbers(app.database(), "SELECT count(*) AS n FROM contact_read").unwrap(),
        [1],
        "it is logged"
    );
    let plain = id_of(&cast.resident.post("/orders", order(ROOF)).await);
    assert!(view(&cast.resident, &plain).await["detail"].get("beneficiary").is_none());

    let mut hidden = for_an_elder();
    hidden["anonymity"] = json!("hidden_from_worker");
    let hidden = id_of(&cast.resident.post("/orders", hidden).await);
    assert!(view(&cast.worker, &hidden).await["detail"].get("beneficiary").is_none());
    for (field, value) in [("phone", "张三"), ("name", &"长".repeat(51)), ("relation", &"长".repeat(21))]
    {
        let mut body = order(ROOF);
        body["beneficiary"] = json!({ field: value });
        cast.resident.post("/orders", body).await.names(&format!("beneficiary.{field}"));
    }
});

both!(a_resident_names_no_account_whoever_has_it, async |app| {
    let cast = Cast::of(app);
    let f = app.fixture;
    let mut answers = Vec::new();
    for account in [f.neighbour, f.worker, f.resident, 987_654] {
        let mut body = order(ROOF);
        body["beneficiaryId"] = json!(account.to_string());
        let refused = cast.resident.post("/orders", body).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("beneficiaryId");
        answers.push(refused.body["errors"].clone());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
});

/// An answer without what belongs to the order alone.
fn bare(answer: &Answer) -> (u16, Vec<String>, Value) {
    let fields = answer.ok().as_object().unwrap();
    (answer.status, fields.keys().cloned().collect(), fields["status"].clone())
}

both!(numbers_of_accounts_tell_nothing, async |app| {
    let cast = Cast::of(app);
    let f = app.fixture;
    cast.neighbour.post("/orders", order(ROOF)).await.ok();
    // known here, known elsewhere, of nobody's area, disabled, unknown
    app.client(f.admin).post(&format!("/accounts/{}/disable", f.third_worker), json!({})).await.ok();
    let mut answers = Vec::new();
    for account in [f.neighbour, f.foreign_dispatcher, f.resident, f.third_worker, 987_654] {
        for body in [naming(Some(account), None), naming(None, Some(account))] {
            let placed = cast.dispatcher.post("/orders", body).await;
            let id = id_of(&placed);
            let seen = view(&cast.dispatcher, &id).await;
            let fields: Vec<String> = seen["detail"].as_object().unwrap().keys().cloned().collect();
            answers.push((bare(&placed), fields, steps(&cast.dispatcher, &id).await));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    assert_eq!(asked(&cast.neighbour).await.len(), 2);
    for nobody in [&cast.foreign_dispatcher, &cast.resident] {
        assert_eq!(asked(nobody).await, Vec::<String>::new());
    }
    for field in ["reporterId", "beneficiaryId"] {
        let mut body = naming(None, None);
        body[field] = json!("x");
        cast.dispatcher.post("/orders", body).await.names(field);
    }
});

/// Somebody of the area, named by the dispatcher.
async fn named(app: &App, cast: &Cast) -> String {
    cast.neighbour.post("/orders", order(ROOF)).await.ok();
    let id = id_of(&cast.dispatcher.post("/orders", naming(None, Some(app.fixture.neighbour))).await);
    app.settled().await.unwrap();
    id
}

both!(whom_staff_name_is_told_and_is_nothing_until_they_agree, async |app| {
    let cast = Cast::of(app);
    let id = named(app, &cast).await;
    assert_eq!(asked(&cast.neighbour).await, [id.as_str()]);
    let told = "SELECT count(*) AS n FROM notification n JOIN scope s ON s.id = n.scope_id \
        WHERE s.kind = 'person' AND s.ref_id = 2 AND n.order_id = ";
    assert_eq!(numbers(app.database(), &format!("{told}{id}")).unwrap(), [1]);
    let mine = cast.neighbour.get("/me/orders").await;
    assert!(!listed(&mine, "id").contains(&id));
    let brief = cast.neighbour.get(&format!("/orders/{id}")).await;
    assert_eq!(brief.ok()["allowedActions"][0]["name"], "join");
    assert_eq!(brief.ok()["allowedActions"][1]["name"], "decline");
    let invitations = cast.neighbour.get("/me/invitations").await;
    for raw in [&brief.raw, &invitations.raw] {
        for hidden in ["屋顶", "雨天", "欧", "138*", "detail"] {
            assert!(!raw.contains(hidden), "{hidden} in {raw}");
        }
    }
    let mistake = json!({ "reason": "mistake" });
    cast.neighbour.command(&id, "withdraw", mistake.clone()).await.refused(403, "FORBIDDEN");
    cast.neighbour.get(&format!("/orders/{id}/contact")).await.refused(403, "FORBIDDEN");
    for other in [&cast.resident, &cast.dispatcher, &cast.worker] {
        let answer = other.command(&id, "join", json!({})).await;
        assert!(matches!(answer.status, 403 | 404), "{answer:?}");
    }
    // what happens meanwhile is not theirs
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    app.settled().await.unwrap();
    assert_eq!(numbers(app.database(), &format!("{told}{id}")).unwrap(), [1]);

    cast.neighbour.command(&id, "join", json!({})).await.ok();
    assert_eq!(asked(&cast.neighbour).await, Vec::<String>::new());
    assert!(listed(&cast.neighbour.get("/me/orders").await, "id").contains(&id));
    assert!(steps(&cast.dispatcher, &id).await.contains(&"joined".to_owned()));
    cast.neighbour.command(&id, "join", json!({})).await.refused(403, "FORBIDDEN");
    now(&cast.neighbour.command(&id, "withdraw", mistake).await, "withdrawn");
});

both!(who_declines_is_asked_no_more_and_nobody_is_told, async |app| {
    let cast = Cast::of(app);
    let id = named(app, &cast).await;
    let before = steps(&cast.dispatcher, &id).await;
    cast.neighbour.command(&id, "decline", json!({})).await.ok();
    assert_eq!(asked(&cast.neighbour).await, Vec::<String>::new());
    assert!(!listed(&cast.neighbour.get("/me/orders").await, "id").contains(&id));
    cast.neighbour.get(&format!("/orders/{id}")).await.refused(404, "NOT_FOUND");
    cast.neighbour.command(&id, "join", json!({})).await.refused(404, "NOT_FOUND");
    assert_eq!(steps(&cast.dispatcher, &id).await, before, "whose a number is");
});

both!(naming_a_worker_bars_nobody, async |app| {
    let cast = Cast::of(app);
    let f = app.fixture;
    let mut pooled = Vec::new();
    for _ in 0..2 {
        let id = id_of(&cast.dispatcher.post("/orders", naming(None, Some(f.worker))).await);
        cast.dispatcher.command(&id, "accept", json!({})).await.ok();
        let attempt = attempt_of(&cast.dispatcher.command(&id, "dispatch", json!({})).await);
        pooled.push((id, attempt));
    }
    let [(claimed, attempt), (joined, other)] = &pooled[..] else { panic!("two orders") };
    app.settled().await.unwrap();
    let offers = cast.worker.get("/me/offers").await;
    assert_eq!(offers.ok()["list"].as_array().unwrap().len(), 2);
    cast.worker.claim(claimed, *attempt).await.ok();
    cast.worker.command(claimed, "join", json!({})).await.refused(403, "OWN_CASE");
    cast.worker.command(joined, "join", json!({})).await.ok();
    cast.worker.claim(joined, *other).await.refused(403, "NOT_ELIGIBLE");
    cast.second_worker.claim(joined, *other).await.ok();
});

both!(orders_that_name_somebody_from_before_stay_as_they_are, async |app| {
    let cast = Cast::of(app);
    let id = id_of(&cast.resident.post("/orders", order(ROOF)).await);
    let name = |document: &str| match app.backend {
        harness::database::Backend::Sqlite => format!("json_set({document}, '$.beneficiary', 2)"),
        #[cfg(feature = "postgres")]
        harness::database::Backend::Postgres => format!("jsonb_set({document}, '{{beneficiary}}', '2')"),
    };
    run(
        app.database(),
        &format!(
            "UPDATE orders SET beneficiary_id = 2 WHERE id = {id}; UPDATE order_event SET data = {} \
             WHERE order_id = {id} AND seq = 1; INSERT INTO order_party (kind, ref_id, part, order_id, created_at) \
             SELECT 'person', 2, 'resident', id, created_at FROM orders WHERE id = {id};",
            name("data")
        ),
    )
    .unwrap();
    assert_eq!(listed(&cast.neighbour.get("/me/orders").await, "id"), [id.as_str()]);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    now(&cast.neighbour.command(&id, "withdraw", json!({ "reason": "mistake" })).await, "withdrawn");
});
