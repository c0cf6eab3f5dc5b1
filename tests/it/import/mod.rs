//! Bulk import: all of a file or nothing.

mod areas;
mod sheets;
mod staff;

use harness::client::{Answer, Client, new_key};
use reqwest::Method;

/// Uploads a file.
pub async fn upload(client: &Client, path: &str, key: &str, file: impl Into<Vec<u8>>) -> Answer {
    let request = client.request(Method::POST, path).header("Idempotency-Key", key);
    client.send(request.header("Content-Type", "text/csv").body(file.into())).await
}

/// Uploads a file under a new key.
pub async fn import(client: &Client, what: &str, file: impl Into<Vec<u8>>) -> Answer {
    upload(client, &format!("/import/{what}"), &new_key(), file).await
}

/// Line and field of each bad row.
#[track_caller]
pub fn bad_rows(answer: &Answer) -> Vec<(u64, String)> {
    let rows = answer.refused(422, "IMPORT_REJECTED")["detail"]["rows"].as_array().unwrap();
    rows.iter().map(|r| (r["line"].as_u64().unwrap(), r["field"].as_str().unwrap().to_owned())).collect()
}
