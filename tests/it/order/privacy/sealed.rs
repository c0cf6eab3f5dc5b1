//! What is sealed opens in its own row and column alone, and a query code is found byte for byte.

use harness::both;
use harness::fixture::{ROOF, run};
use harness::play::{Cast, PHONE, id_of, order};
use serde_json::json;

both!(a_sealed_value_moved_to_another_row_or_column_does_not_open, async |app| {
    let cast = Cast::of(app);
    let donor = cast.claimed(ROOF).await;
    let columns = ["name_sealed", "phone_sealed", "address_sealed"];
    for (column, from) in columns.iter().flat_map(|to| columns.iter().map(move |from| (to, from))) {
        for row in ["other", "own"] {
            let id = cast.claimed(ROOF).await;
            if row == "own" && column == from {
                cast.worker.get(&format!("/orders/{id}/contact")).await.ok();
                continue;
            }
            let whose = if row == "own" { &id } else { &donor };
            run(
                app.database(),
                &format!(
                    "UPDATE order_contact SET {column} = (SELECT o.{from} FROM order_contact o WHERE o.order_id = {whose}) \
                     WHERE order_id = {id}"
                ),
            )
            .unwrap();
            let answer = cast.worker.get(&format!("/orders/{id}/contact")).await;
            answer.refused(500, "INTERNAL");
            assert!(!answer.raw.contains(PHONE), "{column} from {from} of the {row} row: {}", answer.raw);
        }
    }
    cast.worker.get(&format!("/orders/{donor}/contact")).await.ok();
});

both!(a_phone_moved_to_another_account_is_not_shown, async |app| {
    let (admin, f) = (app.client(app.fixture.admin), app.fixture);
    for (who, phone) in [(f.worker, "13900000001"), (f.second_worker, "13900000002")] {
        let path = format!("/accounts/{who}");
        admin.put(&path, json!({"name": "张建国", "phone": phone})).await.ok();
        assert_eq!(admin.get(&path).await.ok()["phone"], format!("139****{}", &phone[7..]));
    }
    let (a, b) = (f.worker, f.second_worker);
    let swap = format!(
        "UPDATE account SET phone_sealed = (SELECT phone_sealed FROM account WHERE id = {b}) WHERE id = {a}"
    );
    run(app.database(), &swap).unwrap();
    assert_eq!(admin.get(&format!("/accounts/{a}")).await.ok().get("phone"), None);
    assert_eq!(admin.get(&format!("/accounts/{b}")).await.ok()["phone"], "139****0002");
});

both!(a_query_code_is_taken_byte_for_byte, async |app| {
    let (cast, stranger) = (Cast::of(app), app.stranger());
    for _ in 0..3 {
        let mut body = order(ROOF);
        body["anonymity"] = json!("anonymous");
        let placed = cast.resident.post("/orders", body).await;
        let (id, code) = (id_of(&placed), placed.ok()["queryCode"].as_str().unwrap().to_owned());
        assert_eq!(stranger.get(&format!("/orders/by-code/{code}")).await.ok()["id"], id);
        let swapped = |c: char| {
            if c == '-' {
                '_'
            } else if c == '_' {
                '-'
            } else {
                c
            }
        };
        let wide = |c: char| {
            if c.is_ascii_digit() { char::from_u32(u32::from(c) - 0x30 + 0xFF10).unwrap() } else { c }
        };
        let others = [
            code.to_uppercase(),
            code.to_lowercase(),
            code.chars().map(swapped).collect(),
            code.chars().map(wide).collect(),
            format!("{code}-"),
            format!("-{code}"),
            format!("86{code}"),
            format!("%2B86{code}"),
            code.chars().flat_map(|c| [c, '-']).collect(),
        ];
        for other in others.iter().filter(|other| **other != code) {
            let answer = stranger.get(&format!("/orders/by-code/{other}")).await;
            assert!(matches!(answer.status, 400 | 404), "{other} for {code}: {answer:?}");
        }
    }
});
