//! Schemathesis over the document against the server: every check, bounded and seeded, no failure.

use std::process::Command;

use harness::app::App;
use harness::both;
use harness::fixture::{self, ROOF};
use harness::play::Cast;
use harness::scratch;

/// Operations that are not asked, each with its reason.
const EXCLUDED: [(&str, &str); 2] = [
    ("log_out", "ends the session that the run is logged in with; everything after would be 401"),
    ("change_password", "ends every session of the account, the run's too"),
];

async fn conforms(app: &App, account: i64) {
    let cast = Cast::of(app);
    cast.resolved(ROOF).await;
    cast.pooled(ROOF).await;
    let session = fixture::session(app.database(), account).unwrap();
    let access = api::auth::token::Access { account: domain::AccountId(account).0, session };
    let token = app.state.tokens.access(access, app.state.clock.now()).unwrap();
    let mut command = Command::new(harness::tools::schemathesis().unwrap());
    command.current_dir(scratch::root().unwrap());
    let config = concat!(env!("CARGO_MANIFEST_DIR"), "/schemathesis.toml");
    command.args(["--config-file", config, "run", &format!("{}/openapi.json", app.base)]);
    command.args(["--header", &format!("Authorization: Bearer {token}")]);
    command.args(["--max-examples", "20", "--seed", "1", "--workers", "1", "--no-color"]);
    command.args(["--generation-database", "none", "--request-timeout", "30"]);
    for (operation, _) in EXCLUDED {
        command.args(["--exclude-operation-id", operation]);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let counted = said.lines().find_map(|line| line.trim().split_once(" generated, "));
    let (generated, rest) = counted.unwrap_or_else(|| panic!("no count in {said}"));
    assert!(generated.parse::<u32>().unwrap() > 1_000, "the run asked next to nothing: {said}");
    assert!(rest.starts_with(&format!("{generated} passed")), "{said}");
}

both!(for_a_resident, async |app| {
    conforms(app, app.fixture.resident).await;
});

both!(for_an_administrator_who_dispatches, async |app| {
    let admin = app.fixture.admin;
    let (now, area) = ("SELECT created_at FROM account LIMIT 1", fixture::COUNTY);
    let dispatcher = format!(
        "INSERT INTO role_binding (account_id,role,area_id,employment,created_at) \
         VALUES ({admin},'dispatcher',{area},'full_time',({now}));"
    );
    fixture::run(app.database(), &dispatcher).unwrap();
    conforms(app, admin).await;
});
