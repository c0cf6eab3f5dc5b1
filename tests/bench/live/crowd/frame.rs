//! WebSocket frames as a client writes and reads them: whole text frames, and nothing that costs.

use anyhow::{Result, ensure};

const TEXT: u8 = 0x81;
/// In the first byte of a frame: what it is.
const OPCODE: u8 = 0x0f;
const CLOSE: u8 = 8;

/// A client's text frame. Masked, as a client's must be, with a key of zeroes, so that nothing has to be computed.
pub fn text(payload: &str) -> Vec<u8> {
    let length = payload.len();
    let mut frame = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => vec![TEXT, 0x80 | short],
        (_, Ok(long)) => [vec![TEXT, 0x80 | 126], long.to_be_bytes().to_vec()].concat(),
        // no client of a benchmark says more
        _ => Vec::new(),
    };
    frame.extend([0; 4]);
    frame.extend(payload.as_bytes());
    frame
}

/// The payload of the first frame, and the bytes it takes in all; none when it is not whole yet.
///
/// # Errors
/// A frame that closes.
pub fn first(bytes: &[u8]) -> Result<Option<(&[u8], usize)>> {
    let &[kind, length, ..] = bytes else { return Ok(None) };
    let (head, length) = match (length, bytes) {
        (0..126, _) => (2, usize::from(length)),
        (126, &[_, _, high, low, ..]) => (4, usize::from(u16::from_be_bytes([high, low]))),
        (127, &[_, _, _, _, _, _, a, b, c, d, ..]) => {
            (10, usize::try_from(u32::from_be_bytes([a, b, c, d]))?)
        }
        _ => return Ok(None),
    };
    let Some(payload) = bytes.get(head..head + length) else { return Ok(None) };
    ensure!(kind & OPCODE != CLOSE, "the server closed a socket: {payload:?}");
    Ok(Some((payload, head + length)))
}

/// Whether a message of the live protocol is of this kind: its first field says.
pub fn is(payload: &[u8], kind: &str) -> bool {
    payload.strip_prefix(br#"{"t":""#).is_some_and(|rest| rest.starts_with(kind.as_bytes()))
}

/// Whether the payload holds this text.
pub fn holds(payload: &[u8], text: &str) -> bool {
    payload.windows(text.len()).any(|window| window == text.as_bytes())
}
