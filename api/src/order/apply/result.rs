//! What a command is answered.

use crate::http::locale::Lang;
use domain::order::sentence::{Reader, brief};
use domain::order::{Order, Status};
use domain::words::labelled::Labelled;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The answer to a command.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CommandResult {
    /// The order.
    #[schema(example = "42")]
    pub id: String,
    /// The number a person reads aloud.
    #[schema(example = "DL-261122-00123")]
    pub number: String,
    /// Its state now.
    #[schema(example = "accepted")]
    pub status: String,
    /// The state for people.
    #[schema(example = "待派单")]
    pub status_text: String,
    /// Its version now.
    pub version: i32,
    /// Its attempt now; a claim carries it.
    pub attempt: i32,
}

impl CommandResult {
    /// Of an order after a command.
    #[must_use]
    pub fn of(order: &Order, number: &str) -> Self {
        Self {
            id: order.id.to_string(),
            number: number.into(),
            status: order.status.as_str().into(),
            status_text: order.status.zh().into(),
            version: order.version,
            attempt: order.attempt,
        }
    }

    /// The same for the resident it is about, in plain words.
    #[must_use]
    pub fn plainly(self, order: &Order) -> Self {
        Self { status_text: brief(order.status, Reader::Resident, false).into(), ..self }
    }

    /// With the state's label in the reader's language (answers are stored in Chinese).
    #[must_use]
    pub fn localised(mut self, lang: Lang) -> Self {
        if let Some(status) = Status::parse(&self.status) {
            let plain = self.status_text != status.zh();
            let reader = if plain { Reader::Resident } else { Reader::Staff };
            self.status_text = brief(status, reader, lang == Lang::En).into();
        }
        self
    }
}
