//! Photos: what is taken, what is left of it, who reads it, with what it goes.

use harness::both;
use harness::client::new_key;
use harness::client::photos::{picture, png, send, send_form, upload};
use harness::fixture::ROOF;
use harness::play::{Cast, id_of, order};
use image::ImageFormat;
use reqwest::multipart::{Form, Part};
use serde_json::json;

/// The picture with where it was taken and by what.
fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let note = b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0SecretCamera 34.79N 109.94E";
    let length = u16::try_from(note.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, note, &jpeg[2..]].concat()
}

both!(each_kind_is_taken_and_read_back_without_notes, async |app| {
    let cast = Cast::of(app);
    for (format, mime) in [
        (ImageFormat::Jpeg, "image/jpeg"),
        (ImageFormat::Png, "image/png"),
        // what programs make is written anew
        (ImageFormat::WebP, "image/jpeg"),
    ] {
        let mut bytes = picture(90, format);
        if format == ImageFormat::Jpeg {
            bytes = with_exif(&bytes);
        }
        let uploaded = send(&cast.resident, bytes, &new_key()).await;
        assert_eq!((uploaded.status, &uploaded.ok()["mime"]), (201, &json!(mime)));
        assert_eq!((&uploaded.ok()["width"], &uploaded.ok()["height"]), (&json!(8), &json!(6)));
        let id = uploaded.ok()["fileId"].as_str().unwrap();
        assert_eq!(uploaded.location.as_deref(), Some(format!("/api/v1/files/{id}").as_str()));
        let path = format!("/files/{id}");
        let read = cast.resident.request(reqwest::Method::GET, &path).send().await.unwrap();
        assert_eq!(read.headers()["content-type"], mime);
        let tag = read.headers()["etag"].clone();
        let back = read.bytes().await.unwrap();
        let known = cast.resident.request(reqwest::Method::GET, &path).header("If-None-Match", &tag);
        assert_eq!(known.send().await.unwrap().status(), 304, "kept, and asked for each time");
        let others = cast.neighbour.request(reqwest::Method::GET, &path).header("If-None-Match", &tag);
        assert_eq!(others.send().await.unwrap().status(), 404);
        assert!(!back.windows(6).any(|w| w == b"Secret"), "the camera's note is gone");
        let kept = ImageFormat::from_mime_type(mime).unwrap();
        assert_eq!(image::load_from_memory_with_format(&back, kept).unwrap().width(), 8);
        cast.neighbour.get(&path).await.refused(404, "NOT_FOUND");
    }
    cast.resident.get("/files/987654").await.refused(404, "NOT_FOUND");
    cast.resident.get("/files/x").await.refused(400, "BAD_REQUEST");
});

both!(what_is_no_photo_is_refused, async |app| {
    let cast = Cast::of(app);
    let key = new_key;
    for brand in ["heic", "heix", "mif1", "avif"] {
        let heic = format!("\0\0\0\x18ftyp{brand}\0\0\0\0mif1heic").into_bytes();
        let refused = send(&cast.resident, heic, &key()).await;
        refused.refused(415, "HEIC_PHOTO");
        assert!(refused.raw.contains("压缩图"), "it says what to do: {}", refused.raw);
    }
    for other in [b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), b"<svg/>".to_vec(), b"%PDF-1.7".to_vec(), Vec::new()]
    {
        let refused = send(&cast.resident, other, &key()).await;
        refused.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    let cut = png(1)[..40].to_vec();
    let damaged = send(&cast.resident, cut, &key()).await;
    damaged.refused(422, "VALIDATION_FAILED");
    damaged.names("file");
    for (width, height, said) in [(12_000_u16, 4_000_u16, "损坏"), (60_000, 60_000, "压缩")] {
        let mut claims = picture(1, ImageFormat::Jpeg);
        let frame = claims.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
        claims[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
        claims[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
        let refused = send(&cast.resident, claims, &key()).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names("file");
        assert!(refused.raw.contains(said), "it says what to do: {}", refused.raw);
    }
    for size in [5 * 1024 * 1024 + 1, 12 * 1024 * 1024] {
        let large = send(&cast.resident, vec![0xFF; size], &key()).await;
        large.refused(413, "PAYLOAD_TOO_LARGE");
    }
    let part = || Part::bytes(png(1)).file_name("photo");
    for form in [
        Form::new().part("file", part()).part("file", part()),
        Form::new().part("photo", part()),
        Form::new().part("file", part()).text("note", "x"),
        Form::new(),
    ] {
        let refused = send_form(&cast.resident, form, &key()).await;
        assert!(matches!(refused.status, 400 | 422), "{refused:?}");
        refused.names("file");
    }
    let no_key = cast.resident.request(reqwest::Method::POST, "/files");
    let no_key = no_key.multipart(Form::new().part("file", part()));
    cast.resident.send(no_key).await.refused(400, "IDEMPOTENCY_KEY_MISSING");
    cast.resident.post("/files", json!({})).await.refused(415, "UNSUPPORTED_MEDIA_TYPE");
    let none = harness::fixture::numbers(app.database(), "SELECT count(*) AS n FROM file").unwrap();
    assert_eq!(none, [0], "nothing half-written");
});

/// A picture of 8 × 6 pixels that lies on its side.
fn on_its_side() -> Vec<u8> {
    let jpeg = picture(90, ImageFormat::Jpeg);
    let turned = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0";
    let length = u16::try_from(turned.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, turned, &jpeg[2..]].concat()
}

both!(a_photo_is_as_large_as_a_viewer_shows_it, async |app| {
    let cast = Cast::of(app);
    let uploaded = send(&cast.resident, on_its_side(), &new_key()).await;
    assert_eq!((&uploaded.ok()["width"], &uploaded.ok()["height"]), (&json!(6), &json!(8)));
});

both!(what_is_no_picture_is_not_served, async |app| {
    let cast = Cast::of(app);
    let secret = b"GPS 34.79N 109.94E";
    let jpeg = picture(90, ImageFormat::Jpeg);
    let (picture, end) = jpeg.split_at(jpeg.len() - 2);
    let kept = async |file: &[u8]| {
        let id = upload(&cast.resident, file.to_vec()).await;
        let read = cast.resident.request(reqwest::Method::GET, &format!("/files/{id}")).send().await.unwrap();
        read.bytes().await.unwrap()
    };
    let plain = kept(&jpeg).await;
    // between the picture's data and its end, behind its end, and with no end at all
    for file in [
        [picture, secret, end].concat(),
        [picture, end, secret].concat(),
        [picture, secret].concat(),
        picture.to_vec(),
    ] {
        assert_eq!(kept(&file).await, plain);
    }
});

both!(an_upload_is_retried_safely, async |app| {
    let cast = Cast::of(app);
    let key = new_key();
    let (first, again) = (send(&cast.resident, png(1), &key).await, send(&cast.resident, png(1), &key).await);
    assert_eq!(first.ok(), again.ok());
    send(&cast.resident, png(2), &key).await.refused(422, "IDEMPOTENCY_KEY_REUSED");
});

both!(a_photo_goes_with_one_order_of_its_uploader, async |app| {
    let cast = Cast::of(app);
    let (mine, theirs) = (upload(&cast.resident, png(1)).await, upload(&cast.neighbour, png(2)).await);
    let with = |files: serde_json::Value| {
        let mut body = order(ROOF);
        body["fileIds"] = files;
        body
    };
    for (files, field) in [
        (json!([theirs]), "fileIds[0]"),
        (json!([mine, "987654"]), "fileIds[1]"),
        (json!([mine, mine]), "fileIds[1]"),
        (json!(["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]), "fileIds"),
    ] {
        let refused = cast.resident.post("/orders", with(files)).await;
        refused.refused(422, "VALIDATION_FAILED");
        refused.names(field);
    }
    let id = id_of(&cast.resident.post("/orders", with(json!([mine]))).await);
    let used = cast.resident.post("/orders", with(json!([mine]))).await;
    used.refused(422, "VALIDATION_FAILED");
    used.names("fileIds[0]");
    let path = format!("/files/{mine}");
    assert_eq!(cast.dispatcher.get(&path).await.status, 200, "who reads the order sees its photos");
    for who in [&cast.neighbour, &cast.other_worker, &cast.foreign_dispatcher] {
        who.get(&path).await.refused(404, "NOT_FOUND");
    }
    assert!(cast.dispatcher.get(&format!("/orders/{id}")).await.raw.contains(&format!("\"id\":\"{mine}\"")));
});

both!(photos_of_internal_notes_stay_among_staff, async |app| {
    let cast = Cast::of(app);
    let id = cast.working(ROOF).await;
    for (visible, status) in [(false, 404), (true, 200)] {
        let photo = upload(&cast.worker, png(if visible { 3 } else { 4 })).await;
        let note = json!({"text": "现场", "visibleToResident": visible, "fileIds": [photo]});
        cast.worker.command(&id, "progress", note).await.ok();
        assert_eq!(cast.dispatcher.get(&format!("/files/{photo}")).await.status, 200);
        assert_eq!(cast.resident.get(&format!("/files/{photo}")).await.status, status);
    }
});
