//! How long tests take is written down, and one that is too slow is named.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::{Duration, Instant};

use harness::{scratch, timing};

#[test]
fn what_is_made_for_all_is_charged_to_none() {
    const MADE_IN: Duration = Duration::from_millis(20);
    let (begun, before) = (Instant::now(), timing::so_far());
    timing::shared(|| {
        // what is shared may need what is shared, too
        timing::shared(|| while begun.elapsed() < MADE_IN {});
    });
    let charged = timing::so_far() - before;
    assert!(charged + MADE_IN <= begun.elapsed() + Duration::from_millis(1), "{charged:?}");
}

#[test]
fn a_test_says_what_it_took() {
    const TEST: &str = "selftest::timing::what_is_made_for_all_is_charged_to_none";
    let folder = scratch::folder("timing").unwrap();
    let file = folder.path().join("times");
    let mut run = Command::new(std::env::current_exe().unwrap());
    let output = run.args(["--exact", TEST]).env(timing::FILE, &file).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = fs::read_to_string(file).unwrap();
    let (name, took) = said.trim_end().split_once('\t').unwrap();
    assert_eq!(name, TEST);
    assert!(took.parse::<u64>().unwrap() < 60_000, "{said}");
}

/// What `tests/slowest` says of these times when each test alone takes `alone` milliseconds or says nothing, and whether
/// it is content.
fn judged(times: &[(&str, u32)], alone: Option<u32>) -> (String, bool) {
    let folder = scratch::folder("slowest").unwrap();
    let (file, again) = (folder.path().join("times"), folder.path().join("again"));
    let lines: String = times.iter().map(|(name, took)| format!("{name}\t{took}\n")).collect();
    fs::write(&file, lines).unwrap();
    let says = alone.map_or_else(
        || "exit 1".to_owned(),
        |took| format!("printf '%s\\t{took}\\n' \"$1\" >>\"${}\"", timing::FILE),
    );
    fs::write(&again, format!("#!/bin/sh\n{says}\n")).unwrap();
    fs::set_permissions(&again, fs::Permissions::from_mode(0o755)).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/slowest");
    let output = Command::new(script).arg(&file).arg(&again).output().unwrap();
    (String::from_utf8(output.stdout).unwrap(), output.status.success())
}

#[test]
fn a_test_that_is_slow_alone_is_named() {
    let quick: Vec<(String, u32)> = (0..12).map(|n| (format!("order::quick_{n}"), 100 + n)).collect();
    let mut times: Vec<(&str, u32)> = quick.iter().map(|(name, took)| (name.as_str(), *took)).collect();
    times.extend([
        ("order::slow", 6_000),
        ("faults::killed", 60_000),
        ("contract::schemathesis::any", 90_000),
    ]);
    let (said, content) = judged(&times, Some(5_001));
    assert!(!content && said.contains("FAILED  order::slow takes over 5 s"), "{said}");
    assert_eq!(said.matches("FAILED").count(), 1, "faults and what is listed may take long: {said}");
    assert!(said.contains("60.0 s  faults::killed") && said.contains("0.1 s  order::quick_11"), "{said}");
    assert!(!said.contains("order::quick_0"), "ten are shown: {said}");

    let (said, content) = judged(&times, Some(4_999));
    assert!(content && said.contains("order::slow took 6.0 s beside others and 5.0 s alone"), "{said}");
    let (said, content) = judged(&times, None);
    assert!(
        !content && said.contains("FAILED  order::slow"),
        "who says nothing alone is not excused: {said}"
    );
}
