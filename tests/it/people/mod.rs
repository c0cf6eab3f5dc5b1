//! Accounts, roles and staff.

mod accounts;
mod handing_over;
mod names;
mod shut_out;
mod staff;

use crate::identity::number;
use harness::app::App;
use harness::client::Client;
use serde_json::json;

/// An administrator over one area of the fixture, with a session.
pub async fn admin_of(app: &App, login: &str, area: i64) -> Client {
    let roles = json!([{ "role": "admin", "areaId": area.to_string() }]);
    let body = json!({ "login": login, "name": "许管理", "roles": roles });
    let id = number(&app.client(app.fixture.admin).post("/accounts", body).await.ok()["id"]);
    // as if the one-time password had been changed
    harness::fixture::run(
        app.database(),
        &format!("UPDATE account SET must_change_password = FALSE WHERE id = {id}"),
    )
    .unwrap();
    app.client(id)
}
