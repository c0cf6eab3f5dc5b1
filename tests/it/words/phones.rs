//! Telephone numbers as people write them: kept in one form, shown masked, and one number to an order.

use harness::both;
use harness::client::Client;
use harness::fixture::ROOF;
use harness::play::{Cast, id_of, order, view};
use serde_json::{Value, json};

fn calling(phone: &str) -> Value {
    let mut body = order(ROOF);
    body["contact"] = json!({ "phone": phone });
    body
}

/// The contact's phone as a reader of the order sees it, and in the clear as its handler does.
async fn shown(cast: &Cast, worker: &Client, phone: &str) -> (String, String) {
    let placed = cast.resident.post("/orders", calling(phone)).await;
    let id = id_of(&placed);
    cast.dispatcher.command(&id, "accept", json!({})).await.ok();
    let dispatched = cast.dispatcher.command(&id, "dispatch", json!({})).await;
    worker.claim(&id, harness::play::attempt_of(&dispatched)).await.ok();
    let masked = view(&cast.dispatcher, &id).await["detail"]["contact"]["phone"].clone();
    let clear = worker.get(&format!("/orders/{id}/contact")).await.ok()["phone"].clone();
    (masked.as_str().unwrap().to_owned(), clear.as_str().unwrap().to_owned())
}

both!(a_number_is_kept_in_one_form_and_shown_masked, async |app| {
    let cast = Cast::of(app);
    for (typed, masked, kept) in [
        ("138-1234-5678", "138****5678", "13812345678"),
        ("13812345678.0", "138****5678", "13812345678"),
        ("＋８６ １３８１２３４５６７８", "138****5678", "13812345678"),
        ("（0913）321-2345", "0913*****45", "09133212345"),
        ("0913-3212345转801", "0913*****45转***", "09133212345转801"),
        ("0913-3212345-801", "0913*****45转***", "09133212345转801"),
        ("3212345", "*****45", "3212345"),
        ("852 2345 6789", "+852******89", "+85223456789"),
        ("12345", "*****", "12345"),
    ] {
        let expected = (masked.to_owned(), kept.to_owned());
        assert_eq!(shown(&cast, &cast.worker, typed).await, expected, "{typed}");
    }
});

both!(what_is_no_number_or_several_is_refused, async |app| {
    let (cast, admin) = (Cast::of(app), app.client(app.fixture.admin));
    for (typed, why) in [
        ("13812345678/13912345678", "只能填一个电话号码"),
        ("13812345678、0913-3212345", "只能填一个电话号码"),
        ("138 1234 5678 139 1234 5678", "只能填一个电话号码"),
        ("1.3812E10", "科学计数法"),
        ("12812345678", "不是有效的电话号码"),
        ("0913-321234", "不是有效的电话号码"),
        ("张三", "不是有效的电话号码"),
    ] {
        for (refused, field) in [
            (cast.resident.post("/orders", calling(typed)).await, "contact.phone"),
            (admin.put("/accounts/3", json!({ "name": "张建国", "phone": typed })).await, "phone"),
        ] {
            refused.refused(422, "VALIDATION_FAILED");
            refused.names(field);
            assert!(refused.raw.contains(why), "{typed}: {refused:?}");
        }
    }
    for landline in ["0913-3212345", "13812345678转1234"] {
        let refused = admin.put("/accounts/3", json!({ "name": "张建国", "phone": landline })).await;
        refused.names("phone");
    }
});

both!(a_landline_is_hashed_alike_however_it_is_written, async |app| {
    let ring = app.state.store.keyring();
    let stored = ring.lookup_hash("09133212345转801");
    for typed in ["3212345", "0913-3212345", "+86 913 321 2345", "3212345-801", "（０９１３）３２１２３４５"]
    {
        assert!(ring.lookup_hashes(typed).contains(&stored), "{typed}");
    }
    assert!(!ring.lookup_hashes("3212346").contains(&stored));
});
