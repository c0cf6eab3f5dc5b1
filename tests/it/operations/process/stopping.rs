//! Graceful stop: SIGTERM and Ctrl-C alike say "not ready", let an open request finish, and exit with 0.

use crate::operations::{DEADLINE, client, get, on_both};
use harness::servers::diandan::{Diandan, free_address};
use harness::wait;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;

/// A request whose body is half sent, after the server has begun to handle it.
fn half_sent(base: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let head = "POST /nothing HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    reader.get_mut().write_all(b"ab").unwrap();
    reader
}

async fn stops(backend: harness::database::Backend, signal: &str) {
    let database = backend.database().unwrap();
    let management = free_address().unwrap().to_string();
    let env = [("DIANDAN_DATABASE_URL", database.url()), ("DIANDAN_MANAGEMENT_BIND", management.clone())];
    let env = env.each_ref().map(|(key, value)| (*key, value.as_str()));
    let mut diandan = Diandan::start(&env).await.unwrap();
    let mut open = half_sent(diandan.base_url());

    let kill = format!("kill -s {signal} {}", diandan.pid());
    assert!(Command::new("/bin/sh").args(["-c", &kill]).status().unwrap().success());
    let (http, ready) = (client(), format!("http://{management}/health/ready"));
    wait::eventually(DEADLINE, "readiness to end", async || match get(&http, &ready).await.unwrap() {
        (503, body) if body["checks"]["process"]["reason"] == json!("stopping") => Ok(()),
        (status, body) => Err(format!("{status} {body}")),
    })
    .await
    .unwrap();

    open.get_mut().write_all(b"cd").unwrap();
    let mut answer = String::new();
    open.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("404 Not Found") && answer.contains("NOT_FOUND"), "{answer}");
    let status = diandan.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", diandan.log());
}

on_both!(sigterm, async |backend| stops(backend, "TERM").await);
on_both!(ctrl_c, async |backend| stops(backend, "INT").await);
