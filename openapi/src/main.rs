//! `cargo openapi`: writes `openapi/openapi.json`; `cargo openapi check` fails when it is stale.

use anyhow::Context;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi.json");
    let built = api::server::contract::document_json()?;
    if std::env::args().nth(1).as_deref() == Some("check") {
        let committed = std::fs::read_to_string(&file).unwrap_or_default();
        anyhow::ensure!(
            committed == built,
            "openapi/openapi.json is stale: run `cargo openapi` and commit it"
        );
        println!("openapi.json is what the code says");
        return Ok(());
    }
    std::fs::write(&file, built).with_context(|| format!("writing {}", file.display()))
}
