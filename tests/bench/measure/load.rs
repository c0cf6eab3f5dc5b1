//! Closed loops: each connection asks again as soon as it has its answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use crate::measure::http::Client;

/// Makes the next request of a connection, or ends its loop.
pub type Script = Box<dyn FnMut() -> Option<Vec<u8>> + Send>;

/// Runs a script on each connection until all have ended, and returns the requests answered per second.
/// Anything but 200 is an error: a benchmark of refusals would be a fast one.
pub async fn run(address: SocketAddr, scripts: Vec<Script>) -> Result<f64> {
    let mut clients = Vec::new();
    for script in scripts {
        clients.push((Client::connect(address).await?, script));
    }
    let answered = Arc::new(AtomicU32::new(0));
    let started = Instant::now();
    let mut loops = JoinSet::new();
    for (client, script) in clients {
        loops.spawn(each(client, script, answered.clone()));
    }
    while let Some(ended) = loops.join_next().await {
        ended??;
    }
    Ok(rate(answered.load(Ordering::Relaxed), started.elapsed()))
}

async fn each(mut client: Client, mut script: Script, answered: Arc<AtomicU32>) -> Result<()> {
    while let Some(request) = script() {
        let answer = client.ask(&request).await?;
        ensure!(answer.status == 200, "status {}: {}", answer.status, answer.text());
        answered.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

/// Times one request after the other on one connection, `times` times; returns the median.
pub async fn latency(client: &mut Client, request: &[u8], times: u32) -> Result<Duration> {
    let mut took = Vec::new();
    for _ in 0..times {
        let started = Instant::now();
        let answer = client.ask(request).await?;
        took.push(started.elapsed());
        ensure!(answer.status == 200, "status {}: {}", answer.status, answer.text());
    }
    took.sort_unstable();
    Ok(took.get(took.len() / 2).copied().unwrap_or_default())
}

/// Events per second.
pub fn rate(count: u32, took: Duration) -> f64 {
    f64::from(count) / took.as_secs_f64()
}
