//! Where a process has its configuration from: what is not read is an error, what an orchestrator adds is none, and no
//! error holds a secret.

use crate::operations::run;
use harness::scratch;
use harness::servers::diandan::{command, free_address};
use std::io::Write;
use std::process::{Command, Stdio};

const SECRET: &str = "hunter2-nobody-may-see";

#[test]
fn a_file_that_cannot_be_read_stops_every_command() {
    let folder = scratch::folder("config").unwrap();
    let (here, missing) = (folder.path().to_string_lossy(), folder.path().join("missing"));
    for action in ["serve", "check", "migrate", "prove", "healthcheck", "demo"] {
        let (code, said) = run(&["--config", &here, action], &[]);
        assert_eq!((code, said.contains("Is a directory")), (Some(1), true), "{action}: {said}");
        let (code, said) = run(&[action], &[("DIANDAN_CONFIG", &here)]);
        assert_eq!((code, said.contains("Is a directory")), (Some(1), true), "{action}: {said}");
        let (code, said) = run(&[action, "--config", &missing.to_string_lossy()], &[]);
        assert_eq!((code, said.contains("No such file")), (Some(1), true), "{action}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_pipe_is_a_file_like_any_other() {
    let folder = scratch::folder("config").unwrap();
    let data = folder.path().join("data");
    let env = [("DIANDAN_DATA_DIR", &*data.to_string_lossy())];
    let text = b"redis_prefix = 'of-the-pipe'\n";
    let mut check = command(&env).unwrap();
    check.args(["check", "--config", "/dev/stdin"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut check = check.spawn().unwrap();
    check.stdin.take().unwrap().write_all(text).unwrap();
    let said = String::from_utf8(check.wait_with_output().unwrap().stdout).unwrap();
    assert!(said.contains("redis_prefix: \"of-the-pipe\""), "{said}");

    let pipe = folder.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let writer = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::write(pipe, text)
    });
    let (code, said) = run(&["check", "--config", &pipe.to_string_lossy()], &env);
    writer.join().unwrap().unwrap();
    assert_eq!((code, said.contains("redis_prefix: \"of-the-pipe\"")), (Some(0), true), "{said}");
}

#[test]
fn an_empty_name_of_the_file_is_none() {
    let folder = scratch::folder("config").unwrap();
    let (code, said) =
        run(&["check"], &[("DIANDAN_CONFIG", ""), ("DIANDAN_DATA_DIR", &folder.path().to_string_lossy())]);
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn production_with_its_metrics_on_the_api_is_warned_about() {
    let folder = scratch::folder("config").unwrap();
    let data = folder.path().to_string_lossy().into_owned();
    let secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let production = [
        ("DIANDAN_DATA_DIR", &*data),
        ("DIANDAN_MODE", "production"),
        ("DIANDAN_AUTH__JWT_SECRET", secret),
        ("DIANDAN_PRIVACY__KEY", secret),
    ];
    let warned = |env: &[(&str, &str)]| run(&["check"], env).1.contains("warning management_bind is not set");
    assert!(warned(&production));
    assert!(!warned(&[&production[..], &[("DIANDAN_MANAGEMENT_BIND", "127.0.0.1:9090")]].concat()));
    assert!(!warned(&production[..1]), "development is one person's");
}

#[test]
fn values_with_which_nothing_works_are_refused() {
    let folder = scratch::folder("config").unwrap();
    let data = folder.path().to_string_lossy();
    for (variable, value, setting) in [
        ("DIANDAN_LOG__LEVEL", "loud", "log.level"),
        ("DIANDAN_LOG__LEVEL", "warn,api=loud", "log.level"),
        ("DIANDAN_AUTH__LOCK_AFTER", "0", "auth.lock_after"),
        ("DIANDAN_CONNECTIONS", "0", "connections"),
        ("DIANDAN_CONNECTIONS", "many", "a whole number, 0 or more, is meant"),
    ] {
        let (code, said) = run(&["check"], &[("DIANDAN_DATA_DIR", &*data), (variable, value)]);
        assert!(code != Some(0) && said.contains(setting), "{variable}={value}: {said}");
    }
    for level in ["info", "WARN,api=debug", "off"] {
        let env = [("DIANDAN_DATA_DIR", &*data), ("DIANDAN_LOG__LEVEL", level)];
        assert_eq!(run(&["check"], &env).0, Some(0), "{level}");
    }
}

#[test]
fn what_an_orchestrator_adds_stops_no_command() {
    let folder = scratch::folder("config").unwrap();
    let data = folder.path().to_string_lossy();
    let env = [
        ("DIANDAN_DATA_DIR", &*data),
        ("DIANDAN_SERVICE_HOST", "10.96.0.12"),
        ("DIANDAN_SERVICE_PORT", "8080"),
        ("DIANDAN_SERVICE_PORT_HTTP", "8080"),
        ("DIANDAN_PORT", "tcp://10.96.0.12:8080"),
        ("DIANDAN_PORT_8080_TCP", "tcp://10.96.0.12:8080"),
        ("DIANDAN_PORT_8080_TCP_PROTO", "tcp"),
        ("DIANDAN_PORT_8080_TCP_PORT", "8080"),
        ("DIANDAN_PORT_8080_TCP_ADDR", "10.96.0.12"),
        ("DIANDAN_WEB_SERVICE_HOST", "10.96.0.13"),
        ("DIANDAN_WEB_PORT_80_TCP_ADDR", "10.96.0.13"),
    ];
    for action in ["migrate", "check", "prove"] {
        let (code, said) = run(&[action], &env);
        assert_eq!(code, Some(0), "{action}: {said}");
    }
    let meant = [("DIANDAN_DATA_DIR", &*data), ("DIANDAN_PORT", "8080")];
    let (code, said) = run(&["check"], &meant);
    assert_eq!((code, said.contains("DIANDAN_PORT is no setting")), (Some(1), true), "{said}");
}

#[test]
fn an_empty_password_of_a_command_is_none() {
    let folder = scratch::folder("config").unwrap();
    let data = folder.path().to_string_lossy();
    let env =
        [("DIANDAN_DATA_DIR", &*data), ("DIANDAN_ADMIN_PASSWORD", ""), ("DIANDAN_SHARED_PASSWORD", " ")];
    let areas = folder.path().join("areas.csv");
    std::fs::write(
        &areas,
        "level,code,name,parent_code\ncounty,610523,大荔县,\nvillage,610523001,西郊社区,610523\n",
    )
    .unwrap();
    let staff = folder.path().join("staff.csv");
    std::fs::write(&staff, "login,name,role,area_code\nchen,陈调度,dispatcher,610523001\n").unwrap();
    let (code, said) = run(&["import", "areas", &areas.to_string_lossy()], &env);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&["admin", "create", "--login", "root", "--name", "管理员"], &env);
    assert_eq!((code, said.contains("one-time password: ")), (Some(0), true), "{said}");
    let (code, said) = run(&["import", "staff", &staff.to_string_lossy()], &env);
    assert_eq!((code, said.contains("chen,")), (Some(0), true), "{said}");
}

/// Addresses with a password in them, right and wrong, in every command that opens them.
#[test]
fn no_command_shows_a_password() {
    let folder = scratch::folder("config").unwrap();
    let data = folder.path().to_string_lossy();
    let nobody = free_address().unwrap();
    let urls = [
        ("DIANDAN_DATABASE_URL", format!("postgres://u:{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("postgres://u:a@{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("postgres://u:a/{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("postgres://u:12/{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("postgres://u:%{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("postgres://u:{SECRET}@[::1/x")),
        ("DIANDAN_DATABASE_URL", format!("postgres://{nobody}/x?password=%{SECRET}")),
        ("DIANDAN_DATABASE_URL", format!("postgres://{nobody}/x?pass word={SECRET}")),
        ("DIANDAN_DATABASE_URL", format!("postgres//u:{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("u:{SECRET}@{nobody}/x")),
        ("DIANDAN_DATABASE_URL", format!("{SECRET}:x")),
        ("DIANDAN_REDIS_URL", format!("redis://u:{SECRET}@{nobody}/0")),
        ("DIANDAN_REDIS_URL", format!("redis://u:a@{SECRET}@{nobody}/0")),
        ("DIANDAN_REDIS_URL", format!("redis://u:a/{SECRET}@{nobody}/0")),
        ("DIANDAN_REDIS_URL", format!("redis://u:{SECRET}@{nobody}/x")),
        ("DIANDAN_REDIS_URL", format!("u:{SECRET}@{nobody}")),
        ("DIANDAN_REDIS_URL", format!("redis+sentinel://u:{SECRET}@{nobody},[/orders")),
        ("DIANDAN_REDIS_URL", format!("redis+sentinel://u:a/{SECRET}@{nobody}/orders/x")),
        ("DIANDAN_PUSH__WEBHOOK_URL", format!("https://u:{SECRET}@{nobody}/x")),
        ("DIANDAN_PUSH__WEBHOOK_URL", format!("https://{nobody}:{SECRET}/x")),
        ("DIANDAN_PUSH__WEBHOOK_URL", SECRET.to_owned()),
        ("DIANDAN_WORKERS", SECRET.to_owned()),
        ("DIANDAN_MODE", SECRET.to_owned()),
        ("DIANDAN_AUTH__ACCESS_MINUTES", SECRET.to_owned()),
        ("DIANDAN_WEB__TRUSTED_PROXIES", SECRET.to_owned()),
        ("DIANDAN_AUTH", SECRET.to_owned()),
    ];
    for (variable, value) in &urls {
        let env = [("DIANDAN_DATA_DIR", &*data), (variable, value.as_str())];
        for action in ["check", "prove", "migrate"] {
            let (code, said) = run(&[action], &env);
            assert!(!said.contains(SECRET), "{action} {variable}={value}: {said}");
            if action == "check" {
                assert_eq!(code, Some(1), "{variable}={value}: {said}");
            }
        }
    }
    // all digits: a text, which the sentinels may ask for
    let url = format!("redis+sentinel://{nobody}/orders");
    let env = [
        ("DIANDAN_DATA_DIR", &*data),
        ("DIANDAN_REDIS_URL", &url),
        ("DIANDAN_REDIS_SENTINEL_PASSWORD", "90817263"),
    ];
    let (code, said) = run(&["check"], &env);
    assert!(
        code == Some(1) && said.contains("1 of 11 checks failed") && !said.contains("90817263"),
        "{said}"
    );
}
