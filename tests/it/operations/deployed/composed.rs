//! compose.yaml as whoever runs it reads it: who sees whom under which address, and what each service must have.

use serde_norway::Value;
use std::collections::BTreeMap;

const REPLICAS: [&str; 2] = ["diandan-1", "diandan-2"];

/// The file, with what is merged into a service in its place.
fn compose() -> Value {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../compose.yaml");
    let mut compose: Value = serde_norway::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    // what is merged merges others
    for _ in 0..4 {
        compose.apply_merge().unwrap();
    }
    compose
}

/// The networks of a service, with its address there.
fn networks(compose: &Value, service: &str) -> BTreeMap<String, Option<String>> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    match &compose["services"][service]["networks"] {
        Value::Sequence(names) => names.iter().map(|name| (text(name), None)).collect(),
        Value::Mapping(all) => {
            all.iter().map(|(name, of)| (text(name), of.get("ipv4_address").map(text))).collect()
        }
        other => panic!("{service}: {other:?}"),
    }
}

/// Seconds of a duration such as `45s`.
fn seconds(value: &Value) -> u64 {
    value.as_str().unwrap().trim_end_matches('s').parse().unwrap()
}

#[test]
fn nginx_and_the_replicas_share_one_network_and_nobody_else_is_believed() {
    let compose = compose();
    let nginx = networks(&compose, "nginx");
    for replica in REPLICAS {
        let theirs = networks(&compose, replica);
        let shared: Vec<&String> = nginx.keys().filter(|name| theirs.contains_key(*name)).collect();
        assert_eq!(shared, ["front"], "a name that stands for two addresses is asked for past the fixed one");
        assert!(theirs["front"].is_some() && theirs["front"] != nginx["front"], "{theirs:?}");
        let believed = &compose["services"][replica]["environment"]["DIANDAN_WEB__TRUSTED_PROXIES"];
        assert_eq!(believed.as_str(), nginx["front"].as_deref());
    }
    assert_eq!(compose["networks"]["front"]["internal"], Value::Bool(true));
    for inner in ["postgres", "redis"] {
        let theirs = networks(&compose, inner);
        assert!(!nginx.keys().any(|name| theirs.contains_key(name)), "{inner}: {theirs:?}");
    }
}

#[test]
fn every_service_rotates_its_log_and_says_how_it_is() {
    let compose = compose();
    for (name, service) in compose["services"].as_mapping().unwrap() {
        let options = &service["logging"]["options"];
        assert!(options["max-size"].is_string() && options["max-file"].is_string(), "{name:?}");
        // the replicas' is their image's
        let inherited = service["image"] == "diandan:latest";
        assert!(inherited || service["healthcheck"]["test"].is_sequence(), "{name:?}");
    }
    let dockerfile = include_str!("../../../../Dockerfile");
    assert!(dockerfile.contains("HEALTHCHECK"));
}

#[test]
fn a_replica_has_the_time_to_stop() {
    let (compose, web) = (compose(), api::config::WebConfig::default());
    for replica in REPLICAS {
        let replica = &compose["services"][replica];
        let drain: u64 = replica["environment"]["DIANDAN_WEB__DRAIN_S"].as_str().unwrap().parse().unwrap();
        assert!((5..=10).contains(&drain));
        assert!(seconds(&replica["stop_grace_period"]) >= drain + web.shutdown_s + 10);
    }
}
