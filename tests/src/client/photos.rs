//! Photos to upload: small, made here.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a failed assertion is what a test wants")]

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::client::{Answer, Client, new_key};

/// A picture of 8 × 6 pixels in this shade.
pub fn picture(shade: u8, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(8, 6, Rgb([shade, shade, shade]));
    picture.write_to(&mut bytes, format).expect("a picture is encoded");
    bytes.into_inner()
}

/// [`picture`] as PNG.
pub fn png(shade: u8) -> Vec<u8> {
    picture(shade, ImageFormat::Png)
}

/// The type of [`form`].
pub const FORM: &str = "multipart/form-data; boundary=by-hand";

/// The body of an upload, as a client writes it.
pub fn form(photo: &[u8]) -> Vec<u8> {
    let head = b"--by-hand\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo\"\r\n\r\n";
    [head.as_slice(), photo, b"\r\n--by-hand--\r\n"].concat()
}

/// Uploads bytes in the field `file`.
pub async fn send(client: &Client, bytes: Vec<u8>, key: &str) -> Answer {
    let form = Form::new().part("file", Part::bytes(bytes).file_name("photo"));
    send_form(client, form, key).await
}

/// Uploads this form.
pub async fn send_form(client: &Client, form: Form, key: &str) -> Answer {
    client.send(client.request(Method::POST, "/files").header("Idempotency-Key", key).multipart(form)).await
}

/// Uploads bytes and returns the `fileId`.
pub async fn upload(client: &Client, bytes: Vec<u8>) -> String {
    let answer = send(client, bytes, &new_key()).await;
    answer.ok()["fileId"].as_str().expect("an upload has a fileId").to_owned()
}
