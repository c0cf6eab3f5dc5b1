//! What these tests begin with: an order that is offered, and questions to the database about it.

use harness::client::Client;
use harness::database::Database;
use harness::fixture::{self, GRID};
use serde_json::{Value, json};

/// An offered order.
pub struct Offered {
    pub id: String,
    pub attempt: i64,
}

impl Offered {
    /// The order's key.
    pub fn key(&self) -> i64 {
        self.id.parse().unwrap()
    }
}

/// Places an order of this item and has it accepted.
pub async fn accepted(resident: &Client, dispatcher: &Client, item: i64) -> String {
    let placed = resident
        .post(
            "/orders",
            json!({"serviceItemId": item.to_string(), "areaId": GRID.to_string(), "title": "屋顶漏水",
                "description": "雨天漏水",
                "contact": {"name": "王小明", "phone": "13812345678", "address": "同州花园3号楼2单元301室"}}),
        )
        .await;
    let id = placed.ok()["id"].as_str().unwrap().to_owned();
    dispatcher.command(&id, "accept", json!({})).await.ok();
    id
}

/// Places, accepts and dispatches an order; `how` is the body of the dispatch.
pub async fn offered(resident: &Client, dispatcher: &Client, item: i64, how: Value) -> Offered {
    let id = accepted(resident, dispatcher, item).await;
    let dispatched = dispatcher.command(&id, "dispatch", how).await;
    assert_eq!(dispatched.ok()["status"], "pooled");
    Offered { attempt: dispatched.ok()["attempt"].as_i64().unwrap(), id }
}

/// How many of the order's events are of this kind.
pub fn events(database: &Database, order: i64, kind: &str) -> i64 {
    count(database, &format!("order_event WHERE order_id = {order} AND kind = '{kind}'"))
}

/// The accounts that hold the order, by slot.
pub fn holders(database: &Database, order: i64) -> Vec<i64> {
    let live = format!(
        "SELECT account_id AS n FROM claim WHERE order_id = {order} AND released_at IS NULL ORDER BY slot"
    );
    fixture::numbers(database, &live).unwrap()
}

/// Rows of a table that meet a condition: `table WHERE …`.
pub fn count(database: &Database, rows: &str) -> i64 {
    fixture::numbers(database, &format!("SELECT count(*) AS n FROM {rows}")).unwrap()[0]
}
