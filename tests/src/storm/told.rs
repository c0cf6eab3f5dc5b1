//! What a claim is answered, over HTTP or over a socket.

#![allow(clippy::indexing_slicing, reason = "a field of JSON that is not there is null")]

use anyhow::{Result, bail};
use serde_json::Value;

use crate::client::Answer;

/// An answer for good. Over a socket nobody is told when it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Won { slot: i64, at: Option<String> },
    Lost { by: String, at: Option<String> },
    Gone,
}

impl Told {
    /// What both of two answers to one ask say, if they are the same answer.
    pub fn and(&self, other: &Self) -> Option<Self> {
        let same = |one: &Option<String>, other: &Option<String>| match (one, other) {
            (Some(one), Some(other)) => (one == other).then(|| Some(one.clone())),
            (one, other) => Some(one.clone().or_else(|| other.clone())),
        };
        match (self, other) {
            (Self::Won { slot, at }, Self::Won { slot: again, at: then }) if slot == again => {
                Some(Self::Won { slot: *slot, at: same(at, then)? })
            }
            (Self::Lost { by, at }, Self::Lost { by: again, at: then }) if by == again => {
                Some(Self::Lost { by: by.clone(), at: same(at, then)? })
            }
            (Self::Gone, Self::Gone) => Some(Self::Gone),
            _ => None,
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The same of a `result` that came over a socket; none that says to ask again.
pub fn read_result(result: &Value) -> Result<(&'static str, Option<Told>)> {
    Ok(match result["r"].as_str() {
        Some("won") => {
            let Some(slot) = result["slot"].as_i64() else { bail!("a win without a slot: {result}") };
            ("won over a socket", Some(Told::Won { slot, at: None }))
        }
        Some("lost") => ("lost over a socket", Some(Told::Lost { by: text(&result["by"]), at: None })),
        Some("gone") => ("gone over a socket", Some(Told::Gone)),
        Some("ineligible") => ("not eligible", None),
        Some("cooling_down") => ("cooling down", None),
        Some("retry") => ("to ask again", None),
        _ => bail!("no answer to a claim: {result}"),
    })
}

/// What one claim's answer says: its kind, and what is for good.
pub fn read(answer: &Answer) -> Result<(&'static str, Option<Told>)> {
    let (data, detail) = (&answer.body["data"], &answer.body["detail"]);
    Ok(match (answer.status, answer.body["error"].as_str()) {
        (200, _) => {
            let Some(slot) = data["slot"].as_i64() else { bail!("a win without a slot: {answer:?}") };
            ("won", Some(Told::Won { slot, at: Some(text(&data["at"])) }))
        }
        (409, Some("ORDER_ALREADY_CLAIMED")) => {
            ("lost", Some(Told::Lost { by: text(&detail["by"]), at: Some(text(&detail["at"])) }))
        }
        (409, Some("OFFER_GONE")) => ("gone", Some(Told::Gone)),
        (403, Some("NOT_ELIGIBLE")) => ("not eligible", None),
        (403, Some("COOLING_DOWN")) => ("cooling down", None),
        _ => bail!("no answer to a claim: {answer:?}"),
    })
}
