//! Idle connections: they outlive the proxy's, end after their time, and keep no stopping server waiting.

use crate::operations::{DEADLINE, Server};
use harness::database::Backend;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

fn connected(server: &Server) -> TcpStream {
    TcpStream::connect(server.diandan.base_url().strip_prefix("http://").unwrap()).unwrap()
}

/// A POST on a connection that goes on; the status it gets.
fn post(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.write_all(b"POST /nothing HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n").unwrap();
    let mut answer = [0; 4096];
    let read = stream.read(&mut answer).unwrap();
    String::from_utf8_lossy(&answer[..read]).split(' ').nth(1).unwrap_or_default().to_owned()
}

/// Whether it is still open after being idle for this long.
fn stays_open(stream: &mut TcpStream, idle: Duration) -> bool {
    stream.set_read_timeout(Some(idle)).unwrap();
    match stream.read_exact(&mut [0; 1]) {
        Ok(()) => false,
        Err(e) => matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut),
    }
}

#[tokio::test]
async fn an_idle_connection_takes_another_request_until_its_time_is_over() {
    let server = Server::start(Backend::Sqlite, &[("DIANDAN_WEB__KEEP_ALIVE_S", "3")]).await;
    let mut stream = connected(&server);
    assert_eq!(post(&mut stream), "404");
    assert!(stays_open(&mut stream, Duration::from_millis(1500)));
    assert_eq!(post(&mut stream), "404");
    let begun = Instant::now();
    assert!(!stays_open(&mut stream, DEADLINE), "it never ends");
    assert!(begun.elapsed() > Duration::from_secs(2), "{:?}", begun.elapsed());
}

/// The server's own default against the sample for nginx: whoever sends ends idle connections first.
#[test]
fn the_balancer_ends_idle_connections_before_the_server_does() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../deploy/nginx.conf");
    let text = std::fs::read_to_string(file).unwrap();
    let upstream = text.split_once("upstream diandan {").unwrap().1.split_once('}').unwrap().0;
    let kept = upstream.lines().find_map(|line| line.trim().strip_prefix("keepalive_timeout ")).unwrap();
    let seconds: u64 = kept.trim_end_matches(';').trim_end_matches('s').parse().unwrap();
    assert!(seconds + 10 <= api::config::WebConfig::default().keep_alive_s, "{seconds}");
}

#[tokio::test]
async fn idle_connections_keep_no_stopping_server_waiting() {
    let mut server = Server::start(Backend::Sqlite, &[("DIANDAN_WEB__SHUTDOWN_S", "30")]).await;
    let mut streams: Vec<TcpStream> = (0..5).map(|_| connected(&server)).collect();
    for stream in &mut streams {
        assert_eq!(post(stream), "404");
    }
    let begun = Instant::now();
    server.diandan.terminate().unwrap();
    let status = server.diandan.wait(DEADLINE).await.unwrap();
    assert_eq!(status.code(), Some(0), "{}", server.diandan.log());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
