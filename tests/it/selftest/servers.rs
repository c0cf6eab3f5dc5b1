//! Child processes: ports, signals, output, and an early end that is told at once.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use harness::scratch;
use harness::servers::diandan::{Diandan, free_address};
use harness::servers::proc::{Process, Signal};

const DEADLINE: Duration = Duration::from_secs(20);

fn shell(script: &str) -> Process {
    let log = scratch::folder("selftest").unwrap().keep().join("log");
    let mut command = Command::new("/bin/sh");
    command.args(["-c", script]);
    Process::spawn("the script", command, log, Signal::Kill).unwrap()
}

#[test]
fn ports_are_free_and_below_the_outgoing_ones() {
    let (one, other) = (free_address().unwrap(), free_address().unwrap());
    assert!(one.ip().is_loopback());
    assert!(one.port() < 32_768 && other.port() < 32_768);
    assert_ne!(one, other);
}

#[tokio::test]
async fn a_process_is_asked_to_stop_or_killed() {
    let mut polite = shell("trap 'echo stopping; exit 3' TERM; echo ready; while :; do :; done");
    harness::wait::eventually(DEADLINE, "the trap", async || polite.log().find("ready").ok_or("silent"))
        .await
        .unwrap();
    polite.signal(Signal::Term).unwrap();
    assert_eq!(polite.wait(DEADLINE).await.unwrap().code(), Some(3));
    assert_eq!(polite.log(), "ready\nstopping\n");
    assert!(polite.signal(Signal::Term).unwrap_err().to_string().contains("the script ended"));

    let mut stubborn = shell("trap '' TERM; while :; do :; done");
    assert_eq!(stubborn.kill9().unwrap().code(), None);
}

#[tokio::test]
async fn a_server_that_ends_at_once_is_told_with_its_output() {
    let error = Diandan::start_program(Path::new("/bin/ls"), &[]).await.unwrap_err().to_string();
    assert!(error.contains("diandan ended (exit status: 0); its output:\nserver.log"), "{error}");
}

#[test]
fn the_contract_tester_is_installed() {
    let output =
        Command::new(harness::servers::tools::schemathesis().unwrap()).arg("--version").output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).contains("version 4."), "{output:?}");
}
