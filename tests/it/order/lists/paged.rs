//! Pages: by keyset, without gaps or repeats, bounded; tampering is refused.

use harness::app::App;
use harness::both;
use harness::client::Client;
use harness::fixture::ROOF;
use harness::play::Cast;
use serde_json::json;

/// Every page's keys from the first to the last; an order is placed between any two pages.
async fn through(cast: &Cast, who: &Client, query: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("/orders?limit=2{query}{cursor}")).await;
        let page = page.ok();
        let ids = page["list"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap().to_owned());
        found.extend(ids);
        assert_eq!(page["hasMore"].as_bool().unwrap(), page.get("nextCursor").is_some());
        match page["nextCursor"].as_str() {
            Some(next) if found.len() < 40 => cursor = format!("&cursor={next}"),
            _ => return found,
        }
        cast.placed(ROOF).await;
    }
}

both!(no_gap_and_no_repeat_while_orders_come_in, async |app| {
    let cast = Cast::of(app);
    let mut placed = Vec::new();
    for _ in 0..7 {
        placed.push(cast.placed(ROOF).await);
    }
    let newest_first: Vec<String> = placed.iter().rev().cloned().collect();
    assert_eq!(through(&cast, &cast.dispatcher, "").await, newest_first, "what came later is not in it");
    let oldest_first = through(&cast, &cast.dispatcher, "&sort=createdAt").await;
    assert_eq!(oldest_first[..7], placed[..], "what came later is at its end");
    let mut once = oldest_first.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), oldest_first.len());
});

both!(pages_are_bounded_and_counted_on_request_only, async |app| {
    let cast = Cast::of(app);
    for _ in 0..3 {
        cast.placed(ROOF).await;
    }
    let page = cast.dispatcher.get("/orders?limit=1").await;
    assert!(page.ok().get("total").is_none());
    assert_eq!(cast.dispatcher.get("/orders?limit=1&total=true").await.ok()["total"], 3);
    assert_eq!(cast.dispatcher.get("/orders?limit=100").await.ok()["list"].as_array().unwrap().len(), 3);
    for path in ["/orders", "/me/orders"] {
        for limit in ["0", "101", "-1", "x", "4294967296"] {
            let refused = cast.dispatcher.get(&format!("{path}?limit={limit}")).await;
            refused.refused(400, "BAD_REQUEST");
            refused.names("limit");
        }
    }
});

both!(the_total_stops_at_ten_thousand, async |app| {
    let cast = Cast::of(app);
    cast.placed(ROOF).await;
    copy_orders(app, 10_050);
    let page = cast.dispatcher.get("/orders?limit=1&total=true").await;
    assert_eq!(page.ok()["total"], 10_000);
    harness::fixture::run(
        app.database(),
        "DELETE FROM order_area WHERE order_id > 5000000; DELETE FROM orders WHERE id > 5000000;",
    )
    .unwrap();
});

/// Rows of orders as only the list's count looks at them.
fn copy_orders(app: &App, n: i64) {
    let columns = "status,version,attempt,slots,filled,ring,service_item_id,area_id,inbox_id,priority,channel,anonymity,\
                   limits,clocks,case_file,created_at,updated_at";
    let series = format!("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {n})");
    let sql = format!(
        "{series} INSERT INTO orders (id,number,{columns}) \
         SELECT 5000000 + s.n, 'X-' || s.n, {columns} FROM orders, s WHERE orders.id < 5000000; \
         {series} INSERT INTO order_area (order_id,area_id,bucket,open,created_at) \
         SELECT 5000000 + s.n, a.area_id, a.bucket, a.open, a.created_at FROM order_area a, s WHERE a.order_id < 5000000;"
    );
    harness::fixture::run(app.database(), &sql).unwrap();
}

both!(a_cursor_that_was_tampered_with_is_refused, async |app| {
    let cast = Cast::of(app);
    cast.placed(ROOF).await;
    for cursor in [
        "x",
        ".",
        "1.",
        ".1",
        "1",
        "1.1.1",
        "-1.1",
        "1.-1",
        "%2B1.1",
        "zz.1",
        "7fffffffffffffff.1",
        "ffffffffffffffffff.1",
        "-3782dace9d900000.1",
        "1%00.1",
        "0.1",
        "1.0",
        "01.1",
    ] {
        for path in ["/orders", "/me/orders"] {
            let refused = cast.dispatcher.get(&format!("{path}?cursor={cursor}")).await;
            assert_eq!(refused.status, 400, "{cursor}: {refused:?}");
        }
    }
    for (query, field) in [
        ("sort=title", "sort"),
        ("status=done", "status"),
        ("channel=fax", "channel"),
        ("areaId=x", "areaId"),
        ("serviceItem=-1", "serviceItem"),
        ("assignee=007", "assignee"),
        ("overdue=maybe", "overdue"),
        ("createdFrom=yesterday", "createdFrom"),
        ("createdFrom=-99999-01-01T00:00:00Z", "createdFrom"),
        ("colour=red", "colour"),
    ] {
        let refused = cast.dispatcher.get(&format!("/orders?{query}")).await;
        refused.refused(400, "BAD_REQUEST");
        refused.names(field);
    }
    let long = "长".repeat(61);
    cast.dispatcher.get(&format!("/orders?q={long}")).await.names("q");
    let empty = cast.dispatcher.get("/orders?cursor=1.1").await;
    assert_eq!(empty.ok()["list"], json!([]), "a well-formed one is a place in time");
});
