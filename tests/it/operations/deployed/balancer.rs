//! deploy/nginx.conf with nginx itself: Debian 12 has 1.22.

use crate::operations::{DEADLINE, Server, client};
use harness::database::Backend;
use harness::servers::proc::{Process, Signal};
use harness::wait::eventually;
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{IpAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

const SAMPLE: &str = include_str!("../../../../deploy/nginx.conf");

fn program() -> &'static str {
    let debians = "/usr/sbin/nginx";
    if Path::new(debians).exists() { debians } else { "nginx" }
}

/// A port where nobody listens.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The sample with its paths in this folder, its ports and its replicas changed, and if wanted without TLS.
fn sample(folder: &Path, port: u16, replicas: [&str; 2], tls: bool) -> String {
    let folder = folder.display();
    let mut text = SAMPLE
        .replace(" /tmp/", &format!(" {folder}/"))
        .replace("/etc/nginx/tls", &folder.to_string())
        .replace("/dev/stderr crit", &format!("{folder}/error.log crit"))
        .replace("/dev/stdout", &format!("{folder}/access.log"))
        .replace("listen 8080", &format!("listen 127.0.0.1:{}", free_port()))
        .replace("diandan-1:8080", replicas[0])
        .replace("diandan-2:8080", replicas[1])
        .replace("worker_processes auto", "worker_processes 1")
        .replace("worker_connections 30000", "worker_connections 200")
        .replace("worker_rlimit_nofile 65536;", "");
    if tls {
        text = text.replace("listen 8443", &format!("listen 127.0.0.1:{port}"));
    } else {
        text = text.replace("listen 8443 ssl http2;", &format!("listen 127.0.0.1:{port};"));
        text = text.lines().filter(|line| !line.trim().starts_with("ssl_")).collect::<Vec<_>>().join("\n");
    }
    // started by root, it could not write into this folder as somebody else
    format!("user root root;\n{text}")
}

/// nginx in front of these replicas, until it is dropped.
struct Balancer {
    base: String,
    _process: Process,
    _folder: TempDir,
}

impl Balancer {
    async fn start(replicas: [&str; 2]) -> Self {
        let (folder, port) = (TempDir::new().unwrap(), free_port());
        let conf = folder.path().join("nginx.conf");
        std::fs::write(&conf, sample(folder.path(), port, replicas, false)).unwrap();
        let mut command = Command::new(program());
        command.arg("-c").arg(&conf).args(["-g", "daemon off;"]);
        let log = folder.path().join("nginx.log");
        let mut process =
            Process::spawn("nginx (apt-get install nginx-light)", command, log, Signal::Term).unwrap();
        eventually(DEADLINE, "nginx to listen", async || {
            process.ensure_running().unwrap();
            tokio::net::TcpStream::connect(("127.0.0.1", port)).await.map(drop)
        })
        .await
        .unwrap();
        Self { base: format!("http://127.0.0.1:{port}"), _process: process, _folder: folder }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }
}

fn host(server: &Server) -> &str {
    server.diandan.base_url().strip_prefix("http://").unwrap()
}

#[test]
fn the_sample_is_taken_as_it_is() {
    let folder = TempDir::new().unwrap();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.path().join("fullchain.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.path().join("privkey.pem"), made.signing_key.serialize_pem()).unwrap();
    let conf = folder.path().join("nginx.conf");
    let nobody = format!("127.0.0.1:{}", free_port());
    std::fs::write(&conf, sample(folder.path(), free_port(), [&nobody, &nobody], true)).unwrap();
    let tested = Command::new(program()).arg("-t").arg("-c").arg(&conf).output().unwrap();
    assert!(tested.status.success(), "{}", String::from_utf8_lossy(&tested.stderr));
}

/// Silence ends a body where it ends at the server, and the largest bodies pass.
#[test]
fn the_sample_waits_as_the_server_does() {
    let web = api::config::WebConfig::default();
    let line = format!("    client_body_timeout {}s;", web.body_silence_s);
    assert!(SAMPLE.lines().any(|l| l == line), "{line}");
    let read = SAMPLE.lines().find_map(|line| line.strip_prefix("    proxy_read_timeout ")).unwrap();
    let read: u64 = read.trim_end_matches("s;").parse().unwrap();
    assert!(read > web.request_timeout_s);
    assert!(!SAMPLE.contains("proxy_request_buffering off"), "slow bodies would hold places of the replicas");
}

#[tokio::test]
async fn a_refused_connect_is_no_answer_whatever_the_method() {
    let server = Server::start(Backend::Sqlite, &[]).await;
    let nobody = format!("127.0.0.1:{}", free_port());
    for replicas in [[nobody.as_str(), host(&server)], [host(&server), nobody.as_str()]] {
        let balancer = Balancer::start(replicas).await;
        for method in [Method::PUT, Method::DELETE, Method::POST, Method::PATCH, Method::GET] {
            for _ in 0..2 {
                let request =
                    client().request(method.clone(), balancer.url("/api/v1/nothing")).json(&json!({}));
                let answer = request.send().await.unwrap();
                assert_eq!(answer.status(), 404, "{method}");
            }
        }
    }
}

#[tokio::test]
async fn answers_of_its_own_have_the_envelope() {
    let [one, other] = [free_port(), free_port()].map(|port| format!("127.0.0.1:{port}"));
    let balancer = Balancer::start([&one, &other]).await;
    for (method, lang, message) in [
        (Method::GET, "zh-CN", "系统繁忙，请稍后重试"),
        (Method::PUT, "en", "Busy: try again"),
        (Method::POST, "", "系统繁忙，请稍后重试"),
    ] {
        let request = client().request(method, balancer.url("/api/v1/me")).header("Accept-Language", lang);
        let answer = request.send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (503, &"1".parse().unwrap())
        );
        assert_eq!(answer.headers()["content-type"], "application/json");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(
            (&body["code"], &body["error"], &body["message"]),
            (&json!(50300), &json!("UNAVAILABLE"), &json!(message))
        );
        assert_eq!(body["requestId"].as_str().unwrap().len(), 32);
    }
    let large = client().post(balancer.url("/api/v1/files")).body(vec![b'.'; 7 << 20]).send().await;
    // it may close before everything is sent
    if let Ok(answer) = large {
        assert_eq!(answer.status(), 413);
        assert_eq!(answer.json::<Value>().await.unwrap()["error"], "PAYLOAD_TOO_LARGE");
    }
}

/// What nginx refuses before any replica hears of it; and what is long because a worker has many grids is no such thing.
#[tokio::test]
async fn what_it_cannot_read_or_does_not_offer_has_the_envelope() {
    let server = Server::start(Backend::Sqlite, &[]).await;
    let balancer = Balancer::start([host(&server), host(&server)]).await;
    let long = "x".repeat(100_000);
    for (request, code, name) in [
        ("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), 40000, "BAD_REQUEST"),
        ("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), 40000, "BAD_REQUEST"),
        ("GET /..%2f HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), 40000, "BAD_REQUEST"),
        (format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n"), 40000, "BAD_REQUEST"),
        (format!("GET / HTTP/1.1\r\nHost: h\r\nX: {long}\r\n\r\n"), 40000, "BAD_REQUEST"),
        ("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), 40500, "METHOD_NOT_ALLOWED"),
    ] {
        let answer = raw(&balancer, &request);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{request:.40}: {answer}"));
        let body: Value =
            serde_json::from_str(body).unwrap_or_else(|e| panic!("{request:.40}: {e}: {answer}"));
        assert!(head.starts_with(&format!("HTTP/1.1 {}", code / 100)), "{request:.40}: {answer}");
        assert_eq!((&body["code"], &body["error"]), (&json!(code), &json!(name)), "{request:.40}");
        assert_eq!(body["requestId"].as_str().unwrap().len(), 32);
    }
    let cursor = format!("/api/v1/inbox?cursor={}", "a".repeat(32 * 1024));
    let answer = client().get(balancer.url(&cursor)).send().await.unwrap();
    assert_eq!(answer.status(), 401, "a replica heard it");
}

/// What a raw request gets, up to the end of the connection.
fn raw(balancer: &Balancer, request: &str) -> String {
    let mut stream = TcpStream::connect(balancer.base.strip_prefix("http://").unwrap()).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    let request = request.replacen("\r\nHost", "\r\nConnection: close\r\nHost", 1);
    // it may answer and close before everything is written
    let _refused = stream.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _reset = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn people_behind_it_are_told_apart() {
    let env = [("DIANDAN_WEB__TRUSTED_PROXIES", "127.0.0.1"), ("DIANDAN_AUTH__FAILURES_PER_MINUTE", "2")];
    let server = Server::start(Backend::Sqlite, &env).await;
    let balancer = Balancer::start([host(&server), host(&server)]).await;
    let log_in = async |from: &str, login: &str| {
        let from: IpAddr = from.parse().unwrap();
        let http = reqwest::Client::builder().no_proxy().local_address(from).build().unwrap();
        let body = json!({"login": login, "password": "wrong-password"});
        // what it says of itself is not believed
        let request = http.post(balancer.url("/api/v1/auth/login")).header("X-Forwarded-For", "10.9.8.7");
        request.json(&body).send().await.unwrap().status().as_u16()
    };
    let mut last = 0;
    for login in ["qian", "zhao", "sun"] {
        last = log_in("127.0.0.2", login).await;
    }
    assert_eq!((last, log_in("127.0.0.3", "li").await), (429, 401));
}
