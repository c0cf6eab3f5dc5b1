//! Whether what was heard over sockets is what the scopes were told, and what was acknowledged was heard.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::ears::{Ear, Told};
use super::{Stage, people};
use crate::database::Database;

/// Scopes by the names they have on the wire: a letter of their kind, and what they are the scope of.
const NAME: &str = "substr(s.kind, 1, 1) || s.ref_id AS name";

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = BigInt)]
    order_id: i64,
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Receipt {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    account_id: i64,
    #[diesel(sql_type = BigInt)]
    acked: i64,
}

fn receipts(database: &Database) -> Result<BTreeMap<(i64, String), i64>> {
    let sql =
        format!("SELECT {NAME}, r.account_id, r.acked FROM receipt r JOIN scope s ON s.id = r.scope_id");
    let rows: Vec<Receipt> =
        sql_query(sql).load(&mut persistence::engine::database::pg::connect(&database.url())?)?;
    Ok(rows.into_iter().map(|row| ((row.account_id, row.name), row.acked)).collect())
}

/// Until everything is over: what is acknowledged never falls.
pub async fn watch_receipts(stage: &Stage<'_>) -> Result<()> {
    let mut before = BTreeMap::new();
    while !stage.is_over() {
        let now = receipts(stage.database)?;
        for (whose, acked) in &before {
            let after = now.get(whose);
            ensure!(after >= Some(acked), "the receipt of {whose:?} fell from {acked} to {after:?}");
        }
        before = now;
        people::some_answers(stage, 40).await?;
    }
    Ok(())
}

/// What each scope was told, by number: the message's kind on the wire, and the order.
fn told(database: &Database) -> Result<BTreeMap<String, BTreeMap<i64, Told>>> {
    let sql = format!(
        "SELECT {NAME}, t.seq, t.order_id, t.kind FROM notification t JOIN scope s ON s.id = t.scope_id"
    );
    let rows: Vec<Row> =
        sql_query(sql).load(&mut persistence::engine::database::pg::connect(&database.url())?)?;
    let mut told: BTreeMap<String, BTreeMap<i64, Told>> = BTreeMap::new();
    for Row { name, seq, order_id, kind } in rows {
        let kind = if kind == "changed" { "order".to_owned() } else { kind };
        told.entry(name).or_default().insert(seq, (kind, order_id));
    }
    Ok(told)
}

/// Everybody heard what their scopes were told, all of it between the places they began and ended at, and has
/// acknowledged nothing else.
pub fn compare(stage: &Stage<'_>, ears: &[Ear]) -> Result<()> {
    let told = told(stage.database)?;
    stage.memory.same_as(&told)?;
    let receipts = receipts(stage.database)?;
    for ear in ears {
        for (scope, runs) in ear.runs() {
            for (after, upto) in runs.iter().filter(|(after, upto)| upto > after) {
                let rows = told.get(scope).map_or(0, |log| log.range(after + 1..=*upto).count());
                ensure!(
                    i64::try_from(rows)? == upto - after,
                    "account {} heard {scope} from {after} to {upto}; it was told {rows} times",
                    ear.account
                );
            }
            let (_, upto) = runs.last().context("a place")?;
            let acked = receipts.get(&(ear.account, scope.to_owned())).copied().unwrap_or_default();
            ensure!(
                acked <= *upto,
                "account {} heard {scope} up to {upto}; {acked} is acknowledged",
                ear.account
            );
        }
    }
    Ok(())
}
