//! Methods, sizes and times that are refused, with the envelope even where HTTP itself could not be read.

use crate::operations::{DEADLINE, Server, on_both};
use harness::database::Backend;
use reqwest::Method;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;

on_both!(a_wrong_method_is_405_and_names_the_right_ones, async |backend| {
    let server = Server::start(backend, &[]).await;
    for (method, path) in [
        (Method::TRACE, "/api/v1/nothing"),
        (Method::DELETE, "/api/v1/orders/1/accept"),
        (Method::POST, "/version"),
    ] {
        let answer = server.http.request(method.clone(), server.url(path)).send().await.unwrap();
        let allow = answer.headers().get("allow").map(|v| v.to_str().unwrap().to_owned());
        assert_eq!(answer.status().as_u16(), 405, "{method} {path}");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["error"], "METHOD_NOT_ALLOWED", "{body}");
        assert!(!body["requestId"].as_str().unwrap().is_empty());
        if path.ends_with("accept") {
            assert_eq!(allow.as_deref(), Some("POST"));
        }
    }
    let head = server.http.head(server.url("/health/live")).send().await.unwrap();
    assert_eq!(head.status().as_u16(), 200);
    assert!(head.bytes().await.unwrap().is_empty());
});

/// What a raw request gets, up to the end of the connection.
fn raw(server: &Server, request: &str) -> String {
    let address = server.diandan.base_url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    // the server may answer and close before everything is written
    let _refused = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

/// The envelope of a raw answer that refuses, with the request id of its head.
fn refused(answer: &str) -> Value {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    let body: Value = serde_json::from_str(body).unwrap_or_else(|e| panic!("{e}: {answer}"));
    let status: u64 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    assert_eq!(body["code"].as_u64().map(|code| code / 100), Some(status), "{answer}");
    assert!((400..500).contains(&status), "{answer}");
    let id = body["requestId"].as_str().filter(|id| !id.is_empty()).expect("an id");
    assert!(head.contains(&format!("x-request-id: {id}")) && head.contains("no-store"), "{answer}");
    body
}

/// What a command line sends of `?q=漏水`, where a browser would have encoded it.
#[tokio::test]
async fn text_in_an_address_that_is_not_encoded_is_told_so() {
    let server = Server::start(Backend::Sqlite, &[]).await;
    let answered = "GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n";
    let request = "GET /api/v1/orders?q=漏水 HTTP/1.1\r\nHost: h\r\n\r\n";
    let refusal = refused(&raw(&server, request));
    assert_eq!((&refusal["error"], &refusal["code"]), (&"BAD_REQUEST".into(), &40000.into()));
    assert_eq!(refusal["errors"][0]["field"], "request");
    let reason = refusal["errors"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("百分号编码"), "{reason}");
    let both = raw(&server, &format!("{answered}{request}"));
    let second = both.rfind("HTTP/1.1 ").unwrap();
    assert!(both.starts_with("HTTP/1.1 200"), "{both}");
    refused(&both[second..]);
}

#[tokio::test]
async fn a_head_that_does_not_come_is_408() {
    let server = Server::start(Backend::Sqlite, &[("DIANDAN_WEB__HEAD_TIMEOUT_S", "1")]).await;
    assert_eq!(refused(&raw(&server, "GET / HTTP/1.1\r\nHost:"))["error"], "TIMEOUT");
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_the_server_lives_on() {
    let server = Server::start(Backend::Sqlite, &[]).await;
    let (long, many) = ("x".repeat(200_000), "A: b\r\n".repeat(500));
    for request in [
        format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: h\r\nX: {long}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nHost: h\r\n{many}\r\n"),
        "nonsense\r\n\r\n".to_owned(),
    ] {
        refused(&raw(&server, &request));
        assert_eq!(server.get("/health/live").await.0, 200);
    }
    assert!(!server.diandan.log().contains("panic"), "{}", server.diandan.log());
}

#[tokio::test]
async fn a_body_that_does_not_come_is_408() {
    let server = Server::start(Backend::Sqlite, &[("DIANDAN_WEB__BODY_SILENCE_S", "1")]).await;
    let answer =
        raw(&server, "POST /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 9\r\n\r\nab");
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("TIMEOUT"), "{answer}");
}
