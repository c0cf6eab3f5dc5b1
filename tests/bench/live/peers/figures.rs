//! What is measured of a peer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::Peer;
use crate::live::crowd::Reaction;
use crate::live::reconnect::storm;
use crate::live::workers::PATIENCE;
use crate::measure::report::median;

impl Peer {
    /// The median of the seconds in which so many sockets are told so many bytes.
    pub async fn fanout(&self, count: usize, bytes: usize, times: u32) -> Result<f64> {
        let mut crowd = self.connect(count)?;
        let text = "x".repeat(bytes);
        let mut took = Vec::new();
        for _ in 0..times {
            self.quiet().await?;
            let (mut publisher, request) = self.publisher(&text)?;
            let sent = Instant::now();
            publisher.write_all(&request)?;
            let last = crowd.until(count, PATIENCE, |_, heard| Ok((self.speech.told)(&heard)))?;
            answered(publisher)?;
            took.push((last - sent).as_secs_f64());
        }
        Ok(median(&took))
    }

    /// KiB of resident memory that each of so many sockets takes.
    pub async fn each(&self, count: u32) -> Result<f64> {
        drop(self.connect(1)?);
        self.quiet().await?;
        let before = self.resident_kib()?;
        let _crowd = self.connect(usize::try_from(count)?)?;
        self.quiet().await?;
        Ok(f64::from(self.resident_kib()?.saturating_sub(before)) / f64::from(count))
    }

    /// Sockets a second that come back at once, each told once what comes meanwhile.
    pub async fn storm(&self, count: usize) -> Result<f64> {
        drop(self.connect(count)?);
        self.quiet().await?;
        let (mut publisher, request) = self.publisher("x")?;
        let rate = storm(
            self.address,
            self.handshakes(count),
            |_, heard| Ok((self.speech.join)(heard)),
            || Ok(publisher.write_all(&request)?),
            |heard| matches!((self.speech.told)(heard), Reaction::Counts),
        )?;
        answered(publisher)?;
        Ok(rate)
    }
}

/// Reads the answer to what was published.
fn answered(mut publisher: TcpStream) -> Result<()> {
    let mut answer = String::new();
    publisher.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 2"), "it was not published: {answer}");
    Ok(())
}
