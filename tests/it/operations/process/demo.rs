//! The demo starts whatever was done to it, on a database of its own or on an empty one that is configured; areas that the
//! binary brings; commands whose reader has enough, or whose folder a server has.

use std::process::{Command, Output, Stdio};

use harness::database::Database;
use harness::servers::diandan::{command, free_address};
use harness::servers::proc::{Process, Signal};
use harness::{fixture, scratch, wait};

use crate::operations::{DEADLINE, Server, on_both};

/// The binary's demo on this database, with a folder of its own.
fn demo(database: &Database, folder: &std::path::Path) -> Command {
    let mut demo = command(&[
        ("DIANDAN_DATABASE_URL", &database.url()),
        ("DIANDAN_DATA_DIR", &folder.to_string_lossy()),
        ("DIANDAN_BIND", &free_address().unwrap().to_string()),
    ])
    .unwrap();
    demo.arg("demo");
    demo
}

fn ended(command: &mut Command) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr)))
}

on_both!(the_demo_starts_again_whatever_was_done_to_it, async |backend| {
    let database = backend.database().unwrap();
    let folder = scratch::folder("demo").unwrap();
    let (code, said) = ended(demo(&database, folder.path()).arg("--once"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("一单走到底") && said.contains("★★★★★"), "{said}");
    let (code, said) = ended(demo(&database, folder.path()).arg("--once"));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("沿用已有数据") && said.contains("★★★★★"), "{said}");
    let ruined = "UPDATE account SET password_hash = 'x' WHERE login = 'worker1'; \
        UPDATE account SET disabled_at = created_at WHERE login = 'dispatcher'";
    fixture::run(&database, ruined).unwrap();
    let mut again = demo(&database, folder.path());
    again.arg("--story");
    let mut process = Process::spawn("demo", again, folder.path().join("log"), Signal::Kill).unwrap();
    wait::eventually(DEADLINE, "the demo serves", async || {
        process.ensure_running().map_err(|e| e.to_string())?;
        let log = process.log();
        let serves = log.contains("故事这次演不下去") && log.contains("health/ready");
        if serves { Ok(()) } else { Err(log) }
    })
    .await
    .unwrap();
    process.signal(Signal::Term).unwrap();
    assert!(process.wait(DEADLINE).await.unwrap().success());
});

on_both!(the_demo_stays_away_from_somebodys_data, async |backend| {
    let database = backend.database().unwrap();
    fixture::plant(&database).unwrap();
    let before = fixture::numbers(&database, "SELECT count(*) AS n FROM account").unwrap();
    let folder = scratch::folder("demo").unwrap();
    let (code, said) = ended(demo(&database, folder.path()).arg("--once"));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("not empty and no demo's"), "{said}");
    let (code, said) = ended(demo(&database, folder.path()).arg("--reset"));
    assert_eq!((code, said.contains("is left alone")), (Some(1), true), "{said}");
    assert_eq!(fixture::numbers(&database, "SELECT count(*) AS n FROM account").unwrap(), before);
});

#[test]
fn a_county_of_the_binary_is_imported() {
    let folder = scratch::folder("areas").unwrap();
    let data = folder.path().to_string_lossy();
    let import = |arguments: &[&str]| {
        ended(command(&[("DIANDAN_DATA_DIR", &*data)]).unwrap().args(["import", "areas"]).args(arguments))
    };
    let (code, said) = import(&["--county", "610523", "--prefix", "DL"]);
    assert_eq!((code, said.contains("321 added")), (Some(0), true), "{said}");
    let (code, said) = import(&["--county", "610523", "--prefix", "DL"]);
    assert_eq!((code, said.contains("0 added, 0 changed, 321 as they were")), (Some(0), true), "{said}");
    let (code, said) = import(&["--county", "110101", "--prefix", "BJ"]);
    assert_eq!((code, said.contains("610523 大荔县")), (Some(1), true), "{said}");
    let country = folder.path().join("country.csv");
    std::fs::File::create(&country).unwrap().set_len(34 << 20).unwrap();
    let (code, said) = import(&[&country.to_string_lossy()]);
    assert_eq!((code, said.contains("200000 rows. Split a country by province")), (Some(1), true), "{said}");
}

#[tokio::test]
async fn a_reader_that_has_enough_ends_no_command() {
    let server = Server::start(harness::database::Backend::Sqlite, &[]).await;
    let url = server.database.url();
    for arguments in [&["prove"][..], &["prove", "--json"], &["version"]] {
        let mut child = command(&[("DIANDAN_DATABASE_URL", &*url)])
            .unwrap()
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let Output { status, stderr, .. } = child.wait_with_output().unwrap();
        assert_eq!(status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&stderr));
    }
}

#[tokio::test]
async fn a_folder_that_a_server_has_is_named_with_the_remedy() {
    let folder = scratch::folder("held").unwrap();
    let data = folder.path().to_string_lossy();
    let env = [("DIANDAN_DATA_DIR", &*data), ("DIANDAN_DATABASE_URL", "")];
    let server = harness::servers::diandan::Diandan::start(&env).await.unwrap();
    let admin = ["admin", "create", "--login", "root", "--name", "管理员"];
    let (code, said) = ended(command(&env).unwrap().args(admin));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("stop it first, or do this over its API"), "{said}");
    drop(server);
}

#[tokio::test]
async fn a_demo_that_runs_is_not_emptied_under_it() {
    let folder = scratch::folder("held").unwrap();
    let own = folder.path().join("demo");
    let data = own.to_string_lossy();
    let env = [("DIANDAN_DATA_DIR", &*data), ("DIANDAN_DATABASE_URL", "")];
    let server = harness::servers::diandan::Diandan::start(&env).await.unwrap();
    std::fs::write(own.join("this-is-the-demo"), "").unwrap();
    let outer = folder.path().to_string_lossy();
    let env = [("DIANDAN_DATA_DIR", &*outer), ("DIANDAN_DATABASE_URL", "")];
    let (code, said) = ended(command(&env).unwrap().args(["demo", "--reset", "--once"]));
    assert_eq!((code, said.contains("in use by another process")), (Some(1), true), "{said}");
    let kept =
        std::fs::read_dir(&own).unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    assert!(kept.into_iter().any(|name| name.ends_with(".sqlite3") || name.ends_with(".db")), "{said}");
    drop(server);
}

/// The block of the README with these words, as somebody would type it, on this server.
fn typed(words: &str, base: &str) -> String {
    let readme = include_str!("../../../../README.md");
    let block = readme.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    block.into_iter().find(|block| block.contains(words)).unwrap().replace("http://127.0.0.1:8080", base)
}

#[tokio::test]
async fn the_first_request_of_the_readme_works_as_printed() {
    let database = harness::database::Backend::Sqlite.database().unwrap();
    let folder = scratch::folder("demo").unwrap();
    let address = free_address().unwrap().to_string();
    let mut demo = demo(&database, folder.path());
    demo.env("DIANDAN_BIND", &address);
    let mut process = Process::spawn("demo", demo, folder.path().join("log"), Signal::Kill).unwrap();
    wait::eventually(DEADLINE, "the demo serves", async || {
        process.ensure_running().map_err(|e| e.to_string())?;
        let log = process.log();
        if log.contains("health/ready") { Ok(()) } else { Err(log) }
    })
    .await
    .unwrap();
    let script = typed("dev:wang", &format!("http://{address}"));
    let (code, said) = ended(Command::new("sh").args(["-ec", &script]));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("\"code\":0") && said.contains("\"number\":\"DL-"), "{said}");
}
