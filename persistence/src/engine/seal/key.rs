//! One key of the ring: read from a secret string, and what is derived from it.

use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::digest::InvalidLength;
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;

/// Bytes of the id by which a sealed value names its key.
pub(super) const KEY_ID_BYTES: usize = 4;
/// Bytes of a secret.
const SECRET_BYTES: usize = 32;
/// What each derived key is for. Changing one makes stored values unreadable.
const CIPHER_LABEL: &[u8] = b"diandan/seal/v1";
const LOOKUP_LABEL: &[u8] = b"diandan/lookup/v1";
const ID_LABEL: &[u8] = b"diandan/key-id/v1";

/// Why a secret is no key. The number is its place: 0 the current key, 1 the first previous one. Nothing of the
/// secret is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither hexadecimal nor base64.
    #[error("key {0} is neither 64 hexadecimal digits nor base64")]
    Encoding(usize),
    /// Decoded to another number of bytes than 32.
    #[error("key {0} has {1} bytes, it needs 32 (make one with: openssl rand -hex 32)")]
    Length(usize, usize),
    /// The current key is among the previous ones.
    #[error("previous key {0} is the current key")]
    Repeated(usize),
}

/// One key: its id, the cipher and the look-up hash, both ready to use.
pub(super) struct Key {
    pub(super) id: [u8; KEY_ID_BYTES],
    pub(super) cipher: Aes256Gcm,
    pub(super) lookup: Hmac<Sha256>,
}

impl Key {
    /// Reads the secret at this place of the ring.
    pub(super) fn read(secret: &SecretString, place: usize) -> Result<Self, KeyError> {
        let master = SecretBox::new(Box::new(decode(secret.expose_secret().trim(), place)?));
        let wrong = |InvalidLength| KeyError::Length(place, SECRET_BYTES);
        let derive = |label| derive(master.expose_secret(), label).map_err(wrong);
        let [a, b, c, d, ..] = derive(ID_LABEL)?;
        let lookup = keyed(&derive(LOOKUP_LABEL)?).map_err(wrong)?;
        Ok(Self { id: [a, b, c, d], cipher: Aes256Gcm::new(&derive(CIPHER_LABEL)?.into()), lookup })
    }
}

/// Whether two secrets are one key, however they are spelled.
#[must_use]
pub fn is_one_key(a: &SecretString, b: &SecretString) -> bool {
    let read = |secret: &SecretString| {
        decode(secret.expose_secret().trim(), 0).map(Box::new).map(SecretBox::new).ok()
    };
    match (read(a), read(b)) {
        (Some(a), Some(b)) => a.expose_secret() == b.expose_secret(),
        _ => false,
    }
}

fn keyed(key: &[u8; SECRET_BYTES]) -> Result<Hmac<Sha256>, InvalidLength> {
    Mac::new_from_slice(key)
}

fn derive(master: &[u8; SECRET_BYTES], label: &[u8]) -> Result<[u8; SECRET_BYTES], InvalidLength> {
    let mut mac = keyed(master)?;
    mac.update(label);
    Ok(mac.finalize().into_bytes().into())
}

fn decode(text: &str, place: usize) -> Result<[u8; SECRET_BYTES], KeyError> {
    let lax = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let base64 = |alphabet| GeneralPurpose::new(alphabet, lax).decode(text).ok();
    let readings = [hex::decode(text).ok(), base64(&STANDARD), base64(&URL_SAFE)];
    let mut wrong = KeyError::Encoding(place);
    for bytes in readings.into_iter().flatten() {
        match bytes.try_into() {
            Ok(master) => return Ok(master),
            Err(bytes) if wrong == KeyError::Encoding(place) => {
                wrong = KeyError::Length(place, Vec::len(&bytes))
            }
            Err(_) => {}
        }
    }
    Err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<[u8; KEY_ID_BYTES], KeyError> {
        Key::read(&text.into(), 3).map(|key| key.id)
    }

    #[test]
    fn every_spelling_of_one_secret_is_one_key() {
        let bytes = [0xFB; SECRET_BYTES];
        let expected = read(&hex::encode(bytes)).unwrap();
        for spelling in [
            hex::encode_upper(bytes),
            format!(" {}\n", hex::encode(bytes)),
            base64::prelude::BASE64_STANDARD.encode(bytes),
            base64::prelude::BASE64_STANDARD_NO_PAD.encode(bytes),
            base64::prelude::BASE64_URL_SAFE.encode(bytes),
            base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes),
        ] {
            assert_eq!(read(&spelling).unwrap(), expected, "{spelling}");
        }
        assert_ne!(read(&hex::encode([1; SECRET_BYTES])).unwrap(), expected);
    }

    #[test]
    fn one_key_is_known_in_every_spelling() {
        let hex: SecretString = hex::encode([0xFB; SECRET_BYTES]).into();
        let base64: SecretString =
            base64::prelude::BASE64_URL_SAFE_NO_PAD.encode([0xFB; SECRET_BYTES]).into();
        assert!(is_one_key(&hex, &base64));
        assert!(!is_one_key(&hex, &hex::encode([0xFC; SECRET_BYTES]).into()));
        assert!(!is_one_key(&"no key".into(), &"no key".into()));
    }

    #[test]
    fn what_is_no_key_is_named_and_not_shown() {
        assert_eq!(read(""), Err(KeyError::Length(3, 0)));
        assert_eq!(read("a-secret-that-is-no-key!"), Err(KeyError::Encoding(3)));
        assert_eq!(read("密钥"), Err(KeyError::Encoding(3)));
        assert_eq!(read(&"ab".repeat(31)), Err(KeyError::Length(3, 31)));
        assert_eq!(read(&"ab".repeat(33)), Err(KeyError::Length(3, 33)));
        let error = read("a-secret-that-is-no-key!").unwrap_err().to_string();
        assert!(error.contains("key 3") && !error.contains("secret-that"), "{error}");
    }
}
