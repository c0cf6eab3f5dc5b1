//! Logging in, staying so, and out.

mod codes;
mod failures;
mod passwords;
mod refresh;

use harness::app::App;
use harness::client::Answer;
use serde_json::{Value, json};

/// Adds a worker of the fixture's grid with a log-in name; returns the account's id and one-time password.
pub async fn hire(app: &App, login: &str) -> (i64, String) {
    let grid = harness::fixture::GRID.to_string();
    let roles = json!([{ "role": "grid_worker", "areaId": grid }]);
    let added = app.client(app.fixture.admin);
    let added = added.post("/accounts", json!({ "login": login, "name": "钱大壮", "roles": roles })).await;
    let data = added.ok();
    (number(&data["id"]), data["oneTimePassword"].as_str().unwrap().to_owned())
}

pub fn number(id: &Value) -> i64 {
    id.as_str().unwrap().parse().unwrap()
}

pub async fn log_in(app: &App, login: &str, password: &str) -> Answer {
    app.stranger().post("/auth/login", json!({ "login": login, "password": password })).await
}

/// A client with the access token of a log-in.
pub fn with(app: &App, logged_in: &Answer) -> harness::client::Client {
    let token = logged_in.ok()["accessToken"].as_str().unwrap().to_owned();
    harness::client::Client::new(reqwest::Client::new(), &app.base, Some(token))
}
