//! `check`, `healthcheck`, `version`.

use crate::operations::{Server, on_both};
use harness::scratch;
use harness::servers::diandan::free_address;

fn run(action: &str, env: &[(&str, &str)]) -> (Option<i32>, String) {
    crate::operations::run(&[action], env)
}

on_both!(check_names_what_is_there_and_hides_secrets, async |backend| {
    let server = Server::start(backend, &[]).await;
    let (url, data) = (server.database.url(), scratch::folder("check").unwrap());
    let env = [
        ("DIANDAN_DATABASE_URL", &*url),
        ("DIANDAN_DATA_DIR", &data.path().to_string_lossy()),
        ("DIANDAN_AUTH__JWT_SECRET", "a-secret-that-nobody-may-ever-see-here"),
    ];
    // the server goes on meanwhile
    let (code, said) = run("check", &env);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("ok      database: answers, its schema is this binary's"), "{said}");
    assert!(said.contains("ok      areas: 0 that nobody oversees, 0 open orders there"), "{said}");
    assert!(!said.contains("nobody-may-ever-see") && !said.contains("00112233445566778899"), "{said}");
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
});

#[test]
fn check_names_each_problem() {
    let file = scratch::folder("check").unwrap().keep().join("file");
    std::fs::write(&file, "in the way").unwrap();
    let data_dir = file.join("data");
    let (code, said) = run(
        "check",
        &[("DIANDAN_DATA_DIR", &*data_dir.to_string_lossy()), ("DIANDAN_PRIVACY__KEY", "short")],
    );
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("FAILED  data folder: ") && said.contains("FAILED  privacy.key: "), "{said}");
    assert!(said.contains("3 of 11 checks failed"), "{said}");
}

#[test]
fn check_looks_at_where_pushes_go() {
    let folder = scratch::folder("check").unwrap();
    let data_dir = folder.path().to_string_lossy();
    let check = |url: &str, hosts: &str| {
        let env = [
            ("DIANDAN_DATA_DIR", &*data_dir),
            ("DIANDAN_PUSH__WEBHOOK_URL", url),
            ("DIANDAN_PUSH__ALLOWED_HOSTS", hosts),
        ];
        run("check", &env)
    };
    let (code, said) = check("", "[]");
    assert_eq!((code, said.contains("ok      push: off")), (Some(0), true), "{said}");
    let (code, said) = check("http://localhost:9/a?key=nobody-may-see-it", "[\"localhost\"]");
    assert_eq!((code, said.contains("ok      push: to http://localhost:9\n")), (Some(0), true), "{said}");
    assert!(!said.contains("nobody-may-see-it"), "{said}");
    let (code, said) = check("http://localhost:9/a", "[]");
    assert!(said.contains("FAILED  push: localhost has an inner address"), "{said}");
    assert_eq!(code, Some(1));
    // and a server would not start with these
    for (url, hosts, why) in [
        ("https://hooks.example.org/a", "[\"other.example.org\"]", "not one of push.allowed_hosts"),
        ("http://hooks.example.org/a", "[]", "https only"),
        ("https://169.254.169.254/a", "[]", "inner address"),
    ] {
        let (code, said) = check(url, hosts);
        assert_eq!((code, said.contains(why)), (Some(1), true), "{said}");
    }
}

#[tokio::test]
async fn healthcheck_asks_the_running_server() {
    let server = Server::start(harness::database::Backend::Sqlite, &[]).await;
    let address = server.diandan.base_url().strip_prefix("http://").unwrap().to_owned();
    assert_eq!(run("healthcheck", &[("DIANDAN_BIND", &address)]).0, Some(0));
    let nobody = free_address().unwrap().to_string();
    let (code, said) =
        run("healthcheck", &[("DIANDAN_BIND", &address), ("DIANDAN_MANAGEMENT_BIND", &nobody)]);
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn version_needs_no_configuration() {
    let (code, said) = run("version", &[("DIANDAN_MODE", "production")]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.starts_with("diandan "), "{said}");
}
