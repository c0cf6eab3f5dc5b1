//! `/metrics`: there, in Prometheus' text format, and nothing of a request but its pattern.

use crate::operations::{Server, on_both};

on_both!(metrics_are_told, async |backend| {
    let server = Server::start(backend, &[]).await;
    server.get("/api/v1/orders/4711/timeline?phone=13800000000").await;
    server.get("/nowhere/13800000000").await;
    let answer = server.http.get(server.url("/metrics")).send().await.unwrap();
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    let text = answer.text().await.unwrap();
    for line in [
        "# TYPE diandan_http_requests_total counter",
        "# TYPE diandan_http_request_duration_seconds histogram",
        "diandan_http_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"}",
        "diandan_claims_total{outcome=\"won\"} 0",
        "diandan_claims_total{outcome=\"retry\"} 0",
        "diandan_executor_depth ",
        "diandan_database_up 1",
        "diandan_outbox_rows 0",
        "diandan_outbox_age_seconds 0",
        "diandan_oldest_order_age_seconds{status=\"submitted\"} 0",
        "diandan_oldest_order_age_seconds{status=\"pooled\"} 0",
        "diandan_oldest_order_age_seconds{status=\"assigned\"} 0",
        "diandan_pushes_total{outcome=\"sent\"} 0",
        "diandan_pushes_total{outcome=\"dead\"} 0",
        "diandan_push_left_out_total 0",
        "diandan_swept_rows_total{what=\"notifications\"} 0",
        "diandan_sweep_failures_total{what=\"answers\"} 0",
        "diandan_outbox_stuck 0",
        "diandan_unreadable_rows_total ",
        "diandan_database_connections ",
        "diandan_push_waiting 0",
        "diandan_push_age_seconds 0",
        "diandan_push_dead 0",
        "diandan_areas_uncovered 0",
        "diandan_uncovered_orders 0",
        "diandan_build_info{",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(!text.contains("4711") && !text.contains("13800000000"), "{text}");
    assert_eq!(text.contains("diandan_sqlite_batch_jobs"), backend == harness::database::Backend::Sqlite);
});
