//! What is searched for is found, however it is typed: order numbers, external numbers, doors, words of a title.

use harness::both;
use harness::client::{Answer, Client};
use harness::fixture::ROOF;
use harness::play::{Cast, id_of, order, view};
use serde_json::{Value, json};

/// Orders that `q` finds, the newest first.
async fn found(who: &Client, q: &str) -> Vec<String> {
    let q: String = q.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let answer: Answer = who.get(&format!("/orders?q={q}")).await;
    let list = answer.ok()["list"].as_array().unwrap().clone();
    list.iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

fn entitled(title: &str) -> Value {
    let mut body = order(ROOF);
    body["title"] = json!(title);
    body
}

both!(an_order_number_is_found_however_it_is_typed, async |app| {
    let cast = Cast::of(app);
    let first = id_of(&cast.resident.post("/orders", order(ROOF)).await);
    let second = id_of(&cast.resident.post("/orders", order(ROOF)).await);
    let number = view(&cast.dispatcher, &second).await["number"].as_str().unwrap().to_owned();
    let (prefix, rest) = number.split_once('-').unwrap();
    let (day, running) = rest.split_once('-').unwrap();
    let wide = |text: &str| -> String {
        text.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect()
    };
    for typed in [
        number.clone(),
        number.to_lowercase(),
        wide(&number),
        number.replace('-', ""),
        number.replace('-', "–"),
        number.replace('-', " "),
        format!("\u{202D}{number}\u{202C}"),
        rest.to_owned(),
        rest.replace('-', ""),
        format!("{prefix}{day}-2"),
    ] {
        assert_eq!(found(&cast.dispatcher, &typed).await, [second.as_str()], "{typed}");
        assert!(found(&cast.foreign_dispatcher, &typed).await.is_empty(), "{typed}: not theirs");
    }
    for part in [format!("{prefix}-{day}"), format!("{day}-{}", &running[..4]), format!("{prefix}{day}")] {
        assert_eq!(found(&cast.dispatcher, &part).await, [second.as_str(), first.as_str()], "{part}");
    }
});

both!(what_looks_like_a_number_and_is_none_is_text, async |app| {
    let cast = Cast::of(app);
    for (title, typed) in [
        ("3-2-501漏水", "3-2-501"),
        ("３—２—５０２漏水", "3-2-502"),
        ("联系人138-1234-5678", "138-1234"),
        ("设备编号AB-261122-00999报修", "ab-261122-00999"),
        ("设备编号CD26112200888报修", "CD26112200888"),
    ] {
        let id = id_of(&cast.resident.post("/orders", entitled(title)).await);
        assert_eq!(found(&cast.dispatcher, typed).await, [id.as_str()], "{typed}");
    }
});

both!(an_external_number_is_found_whole_and_in_part, async |app| {
    let cast = Cast::of(app);
    let mut body = order(ROOF);
    body["channel"] = json!("hotline_12345");
    body["externalNumber"] = json!("Ｗ—20261130Ab-77");
    let id = id_of(&cast.dispatcher.post("/orders", body).await);
    for typed in ["W-20261130Ab-77", "w-20261130ab-77", "Ｗ－２０２６１１３０", "0ab-77"] {
        assert_eq!(found(&cast.dispatcher, typed).await, [id.as_str()], "{typed}");
        assert!(found(&cast.foreign_dispatcher, typed).await.is_empty(), "{typed}: not theirs");
    }
    assert_eq!(found(&cast.dispatcher, "屋顶漏水").await, [id.as_str()]);
    assert!(found(&cast.dispatcher, "漏水w-2026").await.is_empty(), "they are two texts");
});
