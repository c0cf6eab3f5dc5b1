//! What travels with a decision: words, photos, and the answer kept for a retry.

use super::super::Conn;
use super::super::engine::answers;
use crate::engine::error::{StoreError, StoreResult};
use crate::engine::sql::types::Ts;
use crate::order::rows::{NoteRow, OrderFileRow};
use crate::order::schema::{order_file, order_note};
use crate::order::values::Attachments;
use diesel::prelude::*;
use domain::order::Decision;

pub fn write(c: &mut Conn, decision: &Decision, attach: Attachments) -> StoreResult<()> {
    let order = decision.changes.id.0;
    let first =
        decision.events.first().ok_or_else(|| StoreError::Internal("a decision without events".into()))?;
    // what was reported goes with the report, everything else with what was done
    let speaking = decision.speaking().unwrap_or(first);
    if let Some(note) = attach.note {
        let row = NoteRow {
            order_id: order,
            seq: speaking.seq,
            author_id: note.author.map(|author| author.0),
            text: note.text,
            visible_to_resident: note.visible_to_resident,
            at: Ts(first.at),
        };
        diesel::insert_into(order_note::table).values(&row).execute(c)?;
    }
    // in the order in which the sweep looks at them: neither waits for the other in a circle
    let mut files = attach.files;
    files.sort_unstable();
    for (file, purpose) in files {
        let seq = if purpose == "report" { first.seq } else { speaking.seq };
        let row = OrderFileRow { file_id: file.0, order_id: order, seq, purpose: purpose.into() };
        let taken = diesel::insert_into(order_file::table).values(&row).execute(c);
        taken.map_err(|e| StoreError::unless_gone(e, "a photo"))?;
    }
    attach.answer.map_or(Ok(()), |answer| answers::store(c, answer, Ts(first.at)))
}
