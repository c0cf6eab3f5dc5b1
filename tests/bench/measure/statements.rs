//! What the server asks of PostgreSQL for one request: read from the database's log, so that the baseline is what
//! the server does and not what somebody thought it does.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};
use harness::servers::postgres::{Database, Postgres};
use harness::wait;

use crate::measure::http::Client;
use crate::measure::site::Site;

/// Tables that only the server's background work reads.
const BACKGROUND: [&str; 3] = ["\"outbox\"", "\"timer\"", "\"idempotency\""];
const DEADLINE: Duration = Duration::from_secs(10);

/// A script for pgbench, with the values of its variables.
#[derive(Debug, Default)]
pub struct Statements {
    pub script: String,
    pub variables: Vec<(String, String)>,
    pub count: usize,
}

/// Has a server answer `request` twice and returns what it asked for the second time: the person is known then.
pub async fn of(request: &[u8], postgres: &Postgres, database: &Database<'_>) -> Result<Statements> {
    let set = |what: &str| -> Result<()> {
        let mut connection = PgConnection::establish(&postgres.url("postgres"))?;
        Ok(connection.batch_execute(&format!("ALTER DATABASE {} {what}", database.name()))?)
    };
    set("SET log_statement = 'all'")?;
    let site = Site::start(&database.url(), None, 1).await?;
    let mut client = Client::connect(site.address).await?;
    client.ask(request).await?;
    let before = postgres.process().log().len();
    let answer = client.ask(request).await?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, answer.text());
    drop(site);
    set("RESET log_statement")?;
    // The log is written by another process.
    wait::eventually(DEADLINE, "the statements in PostgreSQL's log", async || {
        let log = postgres.process().log();
        let found = parse(log.get(before..).unwrap_or_default())?;
        ensure!(found.count > 0, "none yet");
        Ok(found)
    })
    .await
}

fn parse(log: &str) -> Result<Statements> {
    let mut found = Statements::default();
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let executed = line.split_once("LOG:  execute ").and_then(|(_, rest)| rest.split_once(": "));
        let Some((_, query)) = executed else { continue };
        if !query.starts_with("SELECT \"") || BACKGROUND.iter().any(|table| query.contains(table)) {
            continue;
        }
        let detail = lines.peek().and_then(|next| next.split_once("DETAIL:  parameters: "));
        let values = detail.map_or_else(|| Ok(Vec::new()), |(_, text)| values(text))?;
        found.add(query, values);
    }
    Ok(found)
}

impl Statements {
    fn add(&mut self, query: &str, values: Vec<String>) {
        let mut text = query.to_owned();
        for (place, value) in values.into_iter().enumerate().rev() {
            let name = format!("s{}_{}", self.count, place + 1);
            text = text.replace(&format!("${}", place + 1), &format!(":{name}"));
            self.variables.push((name, value));
        }
        self.script.push_str(&text);
        self.script.push_str(";\n");
        self.count += 1;
    }
}

/// The values in `$1 = '11', $2 = '{1,2}'`, in which a quote is written twice.
fn values(text: &str) -> Result<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some((_, quoted)) = rest.split_once(" = '") {
        let mut value = String::new();
        let mut left = quoted;
        loop {
            let (part, after) = left.split_once('\'').context("an unfinished value")?;
            value.push_str(part);
            left = after;
            let Some(more) = left.strip_prefix('\'') else { break };
            value.push('\'');
            left = more;
        }
        values.push(value);
        rest = left;
    }
    ensure!(!text.contains("= NULL"), "a parameter without a value: {text}");
    Ok(values)
}
