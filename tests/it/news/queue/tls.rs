//! Redis behind TLS: who is trusted, and how one learns that somebody is not.

use crate::news::queue::conforms;
use harness::scratch;
use harness::servers::diandan::{Diandan, command};
use harness::servers::redis::Redis;
use harness::servers::redis::tls::Authority;
use harness::wait::eventually;
use persistence::news::queue::Queue;
use persistence::news::queue::redis::{Credentials, Streams};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

const REFUSED: &str = "shows a certificate that is not trusted";

fn trusting(url: &str, authority: &Authority) -> Streams {
    let pem = std::fs::read(authority.file()).unwrap();
    Streams::with(url, "t", &Credentials { ca: Some(&pem), ..Credentials::default() }).unwrap()
}

#[tokio::test]
async fn redis_behind_tls_conforms() {
    let authority = Authority::new().unwrap();
    let (_redis, url) = Redis::start_tls(&authority).await.unwrap();
    conforms(&trusting(&url, &authority)).await;
}

#[tokio::test]
async fn nobody_else_is_trusted() {
    let (authority, other) = (Authority::new().unwrap(), Authority::new().unwrap());
    let (_redis, url) = Redis::start_tls(&authority).await.unwrap();
    // another authority's, none of the system's, another host's
    let by_name = url.replace("127.0.0.1", "localhost");
    for queue in [trusting(&url, &other), Streams::new(&url, "t").unwrap(), trusting(&by_name, &authority)] {
        let refused = queue.tail().await.err().unwrap().to_string();
        assert!(refused.contains("certificate"), "{refused}");
        assert_eq!(queue.trouble().unwrap(), REFUSED);
    }
}

/// The queue as readiness has it, once that is so.
async fn queue(server: &Diandan, status: &str) -> Value {
    let ready = eventually(Duration::from_secs(10), "readiness", async || {
        let answer = reqwest::get(format!("{}/health/ready", server.base_url())).await.unwrap();
        assert_eq!(answer.status(), 200);
        let ready: Value = answer.json().await.unwrap();
        let queue = ready["checks"]["queue"].clone();
        if queue["status"] == status { Ok(queue) } else { Err(ready.to_string()) }
    });
    ready.await.unwrap()
}

/// The exit code of `diandan check`, and what it says.
fn check(url: &str, ca: &Path) -> (Option<i32>, String) {
    let (data, ca) = (scratch::folder("check").unwrap(), ca.to_string_lossy());
    let data_dir = data.path().to_string_lossy();
    let env = [("DIANDAN_REDIS_URL", url), ("DIANDAN_REDIS_CA", &ca), ("DIANDAN_DATA_DIR", &data_dir)];
    let output = command(&env).unwrap().arg("check").output().unwrap();
    let said = [output.stdout, output.stderr].map(|s| String::from_utf8_lossy(&s).into_owned()).concat();
    (output.status.code(), said)
}

#[tokio::test]
async fn a_server_names_whom_it_does_not_trust() {
    let (authority, other) = (Authority::new().unwrap(), Authority::new().unwrap());
    let (_redis, url) = Redis::start_tls(&authority).await.unwrap();
    for (ca, status) in [(authority.file(), "ok"), (other.file(), "degraded")] {
        let env = [("DIANDAN_REDIS_URL", &*url), ("DIANDAN_REDIS_CA", &ca.to_string_lossy())];
        let server = Diandan::start_api(&env).await.unwrap();
        let queue = queue(&server, status).await;
        if status == "degraded" {
            let reason = format!("redis {REFUSED}: the database is asked every 250 ms");
            assert_eq!(queue["reason"], reason);
        }
    }
}

#[tokio::test]
async fn check_tries_the_queue() {
    let (authority, other) = (Authority::new().unwrap(), Authority::new().unwrap());
    let (mut redis, url) = Redis::start_tls(&authority).await.unwrap();
    let (code, said) = check(&url, &authority.file());
    assert_eq!(
        (code, said.contains("ok      queue: redis answers, and takes what is published\n")),
        (Some(0), true),
        "{said}"
    );
    let (code, said) = check(&url, &other.file());
    assert_eq!((code, said.contains(&format!("FAILED  queue: redis {REFUSED}"))), (Some(1), true), "{said}");
    redis.kill().unwrap();
    let (code, said) = check(&url, &authority.file());
    assert_eq!((code, said.contains("FAILED  queue: redis does not answer")), (Some(1), true), "{said}");

    // what it could never connect with
    let (file, missing) = (scratch::folder("ca").unwrap(), Path::new("not-there.pem"));
    let empty = file.path().join("empty.pem");
    std::fs::write(&empty, "no certificate").unwrap();
    for (ca, why) in [(&*empty, "no certificate (PEM) in redis_ca"), (missing, "redis_ca: not-there.pem")] {
        let (code, said) = check(&url, ca);
        assert_eq!((code, said.contains(why)), (Some(1), true), "{said}");
    }
    let (code, said) = check("redis://127.0.0.1", &authority.file());
    assert_eq!(
        (code, said.contains("redis_ca is for a redis_url that begins with rediss")),
        (Some(1), true),
        "{said}"
    );
}
