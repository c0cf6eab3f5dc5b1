//! Schemathesis over the document against the server: every check, bounded and seeded, no failure. It is handed what is
//! there ([`stock`]), and what its calls came to is added up and printed: a run that was refused throughout, whose log-in
//! ended on the way, or to which an operation never answered 2xx, has found nothing.

mod orders;
mod stock;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::Command;

use super::document::{document, operations};
use harness::app::App;
use harness::both;
use harness::fixture;
use harness::scratch;
use harness::servers::receiver::Receiver;
use serde::Deserialize;
use serde_json::Value;
use stock::{PLANTED, Stock};

/// Operations that are not asked, each with its reason.
const EXCLUDED: [(&str, &str); 2] = [
    ("log_out", "ends the session that the run is logged in with; everything after would be 401"),
    ("change_password", "ends every session of the account, the run's too"),
];

/// Operations that answer no 2xx to the fuzzer, each with its reason.
const UNANSWERED: [(&str, &str); 1] =
    [("open_live_socket", "answers 101 to a handshake, and that is none the fuzzer makes")];

/// Operations that answer 401 for what they are sent, whoever asks.
const ASKED_TO_LOG_IN: [&str; 4] = ["log_in", "log_in_by_code", "refresh_session", "open_live_socket"];
/// Of what was asked with the run's own log-in: the least share that must go well, and the most that may be 401 or 429,
/// percent. Half of what is made up is meant to be wrong, and half of the rest is of nothing: 5 to 9 go well, under 1 is
/// turned away.
const WENT_WELL: usize = 4;
const TURNED_AWAY: usize = 5;

/// What a call came to: a line of tests/schemathesis_hooks.py.
#[derive(Debug, Deserialize)]
struct Call {
    operation: String,
    status: u16,
    error: Option<String>,
    /// Whether it was asked with the run's own log-in.
    own: bool,
}

/// What the calls came to, by kind.
fn added_up(calls: &[Call], role: &str) -> String {
    let own: Vec<&Call> = calls.iter().filter(|call| call.own).collect();
    let mut kinds: BTreeMap<(u16, &str), usize> = BTreeMap::new();
    for call in &own {
        let error = call.error.as_deref().unwrap_or_default();
        let kind = if call.status < 300 { (200, "") } else { (call.status, error) };
        *kinds.entry(kind).or_default() += 1;
    }
    let operations: BTreeSet<&str> = own.iter().map(|call| call.operation.as_str()).collect();
    let mut told = format!(
        "schemathesis as {role}: {} calls, {} of them with the run's own log-in, to {} operations\n",
        calls.len(),
        own.len(),
        operations.len()
    );
    for ((status, error), count) in kinds {
        let (kind, permille) =
            (if status < 300 { "2xx".into() } else { status.to_string() }, 1000 * count / own.len());
        told += &format!("  {:3}.{} %  {count:6}  {kind} {error}\n", permille / 10, permille % 10);
    }
    told
}

/// Whether they reached something: the log-in lived, and what was asked with it was not turned away.
fn reached(calls: &[Call]) -> Result<(), String> {
    let own: Vec<&Call> = calls.iter().filter(|call| call.own).collect();
    let is_over = |call: &&Call| {
        let error = call.error.as_deref();
        let of_token = matches!(error, Some("UNAUTHENTICATED" | "TOKEN_EXPIRED" | "SESSION_REVOKED"));
        of_token && !ASKED_TO_LOG_IN.contains(&call.operation.as_str())
    };
    if let Some(at) = own.iter().position(is_over) {
        return Err(format!("the run's log-in ended: call {at} of {} was {:?}", own.len(), own[at]));
    }
    let count = |wanted: &dyn Fn(u16) -> bool| own.iter().filter(|call| wanted(call.status)).count();
    if 100 * count(&|status| status < 300) < WENT_WELL * own.len() {
        return Err("next to nothing went well".into());
    }
    if 100 * count(&|status| matches!(status, 401 | 429)) > TURNED_AWAY * own.len() {
        return Err("much was turned away unasked".into());
    }
    Ok(())
}

/// The operations that were asked and never answered 2xx, in order of their names.
fn unanswered(calls: &[Call]) -> Vec<&str> {
    let named = |answered: &dyn Fn(&Call) -> bool| -> BTreeSet<&str> {
        calls.iter().filter(|call| answered(call)).map(|call| call.operation.as_str()).collect()
    };
    let answered = named(&|call| call.status < 300);
    named(&|_any| true).difference(&answered).copied().collect()
}

/// The configuration: tests/schemathesis.toml, and the lists whose cursor is opaque (only one that a page gave is taken, which
/// no pattern describes), as the document has them.
fn configuration() -> String {
    let is_opaque =
        |parameter: &Value| parameter["name"] == "cursor" && parameter["schema"]["pattern"].is_null();
    let opaque: Vec<Value> = operations(&document())
        .into_iter()
        .filter(|(.., op)| {
            op.get("parameters").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_opaque))
        })
        .map(|(.., op)| op["operationId"].clone())
        .collect();
    assert!(!opaque.is_empty(), "cursors are not where they were");
    format!(
        "{}\n[[operations]]\ninclude-operation-id = {}\nchecks.positive_data_acceptance.enabled = false\n",
        include_str!("../../schemathesis.toml"),
        Value::Array(opaque)
    )
}

async fn conforms(app: &App, account: i64, role: &str) {
    let stock = serde_json::to_string(&Stock::of(app).await).unwrap();
    let session = fixture::session(app.database(), account).unwrap();
    let access = api::identity::token::Access { account: domain::AccountId(account), session };
    let token = app.state.tokens.access(access, app.state.clock.now()).unwrap();
    let folder = scratch::folder("schemathesis").unwrap();
    let (log, handed) = (folder.path().join("calls"), folder.path().join("stock.json"));
    std::fs::write(&handed, stock).unwrap();
    let mut command = Command::new(harness::servers::tools::schemathesis().unwrap());
    command.env("SCHEMATHESIS_HOOKS", concat!(env!("CARGO_MANIFEST_DIR"), "/schemathesis_hooks.py"));
    command.env("DIANDAN_FUZZ_LOG", &log).env("DIANDAN_FUZZ_AUTHORIZATION", format!("Bearer {token}"));
    command.env("DIANDAN_FUZZ_STOCK", &handed);
    command.env("DIANDAN_FUZZ_ACCOUNT", account.to_string());
    command.env("DIANDAN_FUZZ_OTHER", app.fixture.neighbour.to_string());
    // nothing is left of it beside the tests
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    command.current_dir(scratch::root().unwrap());
    let config = folder.path().join("schemathesis.toml");
    std::fs::write(&config, configuration()).unwrap();
    command.arg("--config-file").arg(config).args(["run", &format!("{}/openapi.json", app.base)]);
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    let seed = std::env::var("TEST_SEED").unwrap_or_else(|_usual| "1".into());
    command.args(["--max-examples", "20", "--seed", &seed, "--workers", "1", "--no-color"]);
    command.args(["--generation-database", "none", "--request-timeout", "30"]);
    for (operation, _) in EXCLUDED {
        command.args(["--exclude-operation-id", operation]);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let calls = std::fs::read_to_string(&log).unwrap_or_default();
    let calls: Vec<Call> = calls.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told = added_up(&calls, role);
    // past what the test harness captures: the run says so when it passes, too
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    reached(&calls).unwrap_or_else(|why| panic!("{why}: {told}"));
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let counted = said.lines().find_map(|line| line.trim().split_once(" generated, "));
    let (generated, rest) = counted.unwrap_or_else(|| panic!("no count in {said}"));
    assert!(generated.parse::<u32>().unwrap() > 1_000, "the run asked next to nothing: {said}");
    assert!(rest.starts_with(&format!("{generated} passed")), "{said}");
    let listed: Vec<&str> = UNANSWERED.iter().map(|(operation, _)| *operation).collect();
    let why =
        "operations that never answered 2xx (hand them what they need in stock.rs), and those that need not";
    assert_eq!(unanswered(&calls), listed, "{why}: {told}");
    // pushes that were planted are of notifications that never were: what is proved at the end is the house's own
    fixture::run(app.database(), &format!("DELETE FROM push_job WHERE seq >= {PLANTED}")).unwrap();
}

/// Tokens that live longer than any run, since nobody refreshes them; and somebody to push to.
fn a_day(config: &mut api::Config) {
    config.auth.access_minutes = 24 * 60;
    // it answers as long as the process lives
    config.push = Box::leak(Box::new(Receiver::start().unwrap())).config();
}

both!(for_a_resident, a_day, async |app| {
    conforms(app, app.fixture.resident, "a resident").await;
});

both!(for_an_administrator_who_dispatches, a_day, async |app| {
    let admin = app.fixture.admin;
    let (now, area) = ("SELECT created_at FROM account LIMIT 1", fixture::COUNTY);
    let dispatcher = format!(
        "INSERT INTO role_binding (account_id,role,area_id,employment,created_at) \
         VALUES ({admin},'dispatcher',{area},'full_time',({now}));"
    );
    fixture::run(app.database(), &dispatcher).unwrap();
    fixture::crowd::refresh(app.database(), &[admin]).unwrap();
    conforms(app, admin, "an administrator who dispatches").await;
});

mod adding_up {
    //! What a run must not come to.

    use super::{Call, added_up, reached, unanswered};

    fn call(operation: &str, status: u16, error: Option<&str>) -> Call {
        Call { operation: operation.into(), status, error: error.map(Into::into), own: true }
    }

    /// Twenty that went well, and these.
    fn run(more: impl IntoIterator<Item = Call>) -> Vec<Call> {
        let fine = (0..20).map(|_| call("list_orders", 200, None));
        fine.chain(more).collect()
    }

    #[test]
    fn refusals_are_counted_and_allowed() {
        let calls =
            run([call("get_order", 404, Some("NOT_FOUND")), call("log_in", 401, Some("LOGIN_FAILED"))]);
        assert_eq!(reached(&calls), Ok(()));
        let told = added_up(&calls, "x");
        assert!(
            told.contains("  90.9 %      20  2xx") && told.contains("   4.5 %       1  404 NOT_FOUND"),
            "{told}"
        );
    }

    #[test]
    fn an_operation_that_never_went_well_is_named() {
        let calls = run([
            call("get_order", 404, Some("NOT_FOUND")),
            call("rate_order", 409, None),
            call("rate_order", 200, None),
        ]);
        assert_eq!(unanswered(&calls), ["get_order"]);
    }

    #[test]
    fn a_run_that_found_nothing_fails() {
        let many = |count, status, error| (0..count).map(move |_| call("get_order", status, Some(error)));
        for (calls, why) in [
            (run([call("get_me", 401, Some("SESSION_REVOKED"))]), "the run's log-in ended: call 20 of 21"),
            (run(many(5, 429, "TOO_MANY_REQUESTS")), "much was turned away unasked"),
            (run(many(600, 404, "NOT_FOUND")), "next to nothing went well"),
        ] {
            let said = reached(&calls).unwrap_err();
            assert!(said.starts_with(why), "{said}");
        }
    }
}
