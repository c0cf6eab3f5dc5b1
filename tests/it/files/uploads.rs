//! Photos and imports on slow networks: a request dies of silence, not of slowness, and nobody takes every place.

use harness::app::on_with;
use harness::client::photos::{picture, png};
use harness::client::slow::Slow;
use harness::database::Backend;
use harness::play::Cast;
use image::ImageFormat;
use serde_json::json;
use std::time::Duration;

/// A server on which a second is long.
fn hurried(config: &mut api::Config) {
    config.web.request_timeout_s = 1;
    config.web.body_silence_s = 1;
    config.web.body_total_s = 4;
    config.web.upload_total_s = 30;
}

/// Pieces this far apart come in time.
const APART: Duration = Duration::from_millis(60);

/// A photo of this many bytes: most of them are what a maker appends.
fn large(bytes: usize) -> Vec<u8> {
    let mut photo = picture(7, ImageFormat::Jpeg);
    photo.resize(bytes, b'.');
    photo
}

#[test]
fn bytes_that_keep_arriving_are_waited_for() {
    on_with(Backend::Sqlite, hurried, async |app| {
        let cast = Cast::of(app);
        // 1.8 s: longer than a request may take otherwise
        let (mut slow, body) = Slow::upload(&cast.resident, &large(4_300_000)).await;
        slow.send(&body, 30, APART).await;
        let (status, body, _) = slow.answer().await;
        assert_eq!((status, &body["data"]["width"]), (201, &json!(8)), "{body}");

        let areas = b"level,code,name,parent_code\ngrid,x,y,no-such-area\n";
        let mut slow =
            Slow::post(&app.client(app.fixture.admin), "/import/areas", "text/csv", areas.len()).await;
        slow.send(areas, 30, APART).await;
        let (status, body, _) = slow.answer().await;
        assert_eq!((status, body["error"].as_str()), (422, Some("IMPORT_REJECTED")), "{body}");

        let order = json!({"serviceItemId": "1", "areaId": "999999", "title": "屋顶漏水"}).to_string();
        let mut slow = Slow::post(&cast.resident, "/orders", "application/json", order.len()).await;
        slow.send(order.as_bytes(), 30, APART).await;
        let (status, body, _) = slow.answer().await;
        assert_eq!((status, body["error"].as_str()), (422, Some("VALIDATION_FAILED")), "{body}");
    })
    .unwrap();
}

#[test]
fn silence_ends_a_request_wherever_it_falls() {
    on_with(Backend::Sqlite, hurried, async |app| {
        let cast = Cast::of(app);
        let whole = harness::client::photos::form(&large(100_000));
        for sent in [0, 1, 90_000, whole.len() - 1] {
            let (mut slow, body) = Slow::upload(&cast.resident, &large(100_000)).await;
            if sent > 0 {
                slow.send(&body[..sent], 1, APART).await;
            }
            let (status, body, _) = slow.answer().await;
            assert_eq!(
                (status, body["error"].as_str()),
                (408, Some("TIMEOUT")),
                "after {sent} bytes: {body}"
            );
        }
        let mut slow = Slow::post(&cast.resident, "/orders", "application/json", 500).await;
        slow.send(b"{\"title\":", 1, APART).await;
        assert_eq!(slow.answer().await.0, 408);
        // nothing of them is kept, and every place is free again
        for shade in 0..12 {
            harness::client::photos::upload(&cast.resident, png(shade)).await;
        }
    })
    .unwrap();
}

#[test]
fn a_body_has_an_end_however_it_trickles() {
    on_with(Backend::Sqlite, hurried, async |app| {
        let cast = Cast::of(app);
        let mut slow = Slow::post(&cast.resident, "/orders", "application/json", 2_000).await;
        slow.send(&[b' '; 100], 100, APART).await;
        assert_eq!(slow.answer().await.0, 408);
    })
    .unwrap();
}

#[test]
fn places_are_bounded_for_one_person_and_for_all() {
    let few = |config: &mut api::Config| config.web.uploads_at_once = 10;
    on_with(Backend::Sqlite, few, async |app| {
        let cast = Cast::of(app);
        let photo = large(100_000);
        let mut under_way = Vec::new();
        for _ in 0..9 {
            let (mut slow, body) = Slow::upload(&cast.resident, &photo).await;
            slow.send(&body[..50_000], 1, APART).await;
            under_way.push((slow, body));
        }
        let refused = async |client, kind: (u16, &str)| {
            // refused before its body is read: none of it is sent
            let (slow, _) = Slow::upload(client, &photo).await;
            let (status, body, retry_after) = slow.answer().await;
            assert_eq!((status, body["error"].as_str()), (kind.0, Some(kind.1)), "{body}");
            assert_eq!(retry_after.as_deref(), Some("2"));
        };
        refused(&cast.resident, (429, "TOO_MANY_REQUESTS")).await;
        let (mut other, body) = Slow::upload(&cast.neighbour, &photo).await;
        other.send(&body[..50_000], 1, APART).await;
        refused(&cast.worker, (503, "UNAVAILABLE")).await;
        under_way.push((other, body));
        for (mut slow, body) in under_way {
            slow.send(&body[50_000..], 1, APART).await;
            let (status, answer, _) = slow.answer().await;
            assert_eq!(status, 201, "{answer}");
        }
    })
    .unwrap();
}
