//! Encryption of people's data at rest, and the keyed hash by which it is looked up.
//!
//! A sealed value is `version (1) ‖ key id (4) ‖ nonce (12) ‖ ciphertext and tag`, bytes: AES-256-GCM with a random
//! 96-bit nonce, the header and the value's [`Place`] (column and row) as associated data. So a value can't be moved to
//! another row or column, and it says itself which key opens it. One key may seal 2^32 values (NIST SP 800-38D, 8.3).
//! Version 1 knew the column only; such values are opened until all are sealed anew (`engine/queries/seals.rs`), and never made.
//!
//! The secret is used for nothing directly: HMAC-SHA-256 over a label derives the cipher's key, the hash's key and
//! the key id from it.

mod key;
mod place;

use aes_gcm::aead::{Aead, Payload};
use domain::words::phone;
use hmac::Mac;
use key::{KEY_ID_BYTES, Key};
pub use key::{KeyError, is_one_key};
pub use place::{Column, Place};
use rand::RngCore;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use std::fmt;

/// The layout described above.
const VERSION: u8 = 2;
/// The layout before it: not bound to a row.
const UNBOUND: u8 = 1;
/// What a query code is hashed under, and the first byte of the hash: nothing keyed begins with it, being shorter.
const CODE_LABEL: &[u8] = b"diandan/query-code/v2:";
const CODE_VERSION: u8 = 2;
const NONCE_BYTES: usize = 12;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES;

/// Why a value could not be sealed or opened. None of them holds anything of the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// Longer than the cipher takes (64 GiB).
    #[error("the value is too long to be sealed")]
    TooLong,
    /// Shorter than the shortest sealed value, or of a layout that this version does not know.
    #[error("not a sealed value: {0} bytes, first byte {1:?}")]
    Layout(usize, Option<u8>),
    /// Sealed with a key that is neither the current nor a previous one.
    #[error("sealed with key {0:02x?}, which is not in the key ring")]
    UnknownKey([u8; KEY_ID_BYTES]),
    /// Changed since it was sealed, or read in another context than it was sealed for.
    #[error("the sealed value was changed or belongs elsewhere")]
    Tampered,
    /// Opened, but not text.
    #[error("the opened value is not UTF-8")]
    NotText,
}

/// The current key, which seals, and the previous ones, which still open.
pub struct Keyring {
    current: Key,
    previous: Vec<Key>,
}

impl Keyring {
    /// A key ring from secrets of 32 bytes each, as 64 hexadecimal digits or as base64 (standard or URL alphabet,
    /// padded or not).
    ///
    /// # Errors
    /// [`KeyError`] says which key is of no use and why, without showing it.
    pub fn new(current: &SecretString, previous: &[SecretString]) -> Result<Self, KeyError> {
        let current = Key::read(current, 0)?;
        let previous = previous.iter().zip(1..).map(|(secret, at)| Key::read(secret, at));
        let ring = Self { current, previous: previous.collect::<Result<_, _>>()? };
        match ring.previous.iter().zip(1..).find(|(key, _)| key.id == ring.current.id) {
            Some((_, at)) => Err(KeyError::Repeated(at)),
            None => Ok(ring),
        }
    }

    /// Encrypts with the current key. The place the value belongs to is not stored and must be given again to open.
    ///
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn seal(&self, plain: &str, place: Place) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(HEADER_BYTES + NONCE_BYTES + plain.len() + 16);
        sealed.extend_from_slice(&self.mark());
        let aad = bound(&sealed, &place.words());
        let mut nonce = [0; NONCE_BYTES];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload { msg: plain.as_bytes(), aad: &aad };
        let body = self
            .current
            .cipher
            .encrypt(&nonce.into(), payload)
            .map_err(|aes_gcm::Error| SealError::TooLong)?;
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    /// Decrypts with whichever key of the ring sealed the value, if it was sealed for this very place.
    ///
    /// # Errors
    /// Every [`SealError`] but `TooLong`.
    pub fn open(&self, sealed: &[u8], place: Place) -> Result<String, SealError> {
        self.decrypt(sealed, VERSION, &place.words())
    }

    /// Decrypts a value of the layout before, which says nothing of its row: whoever asks has made sure that there may
    /// be such values still.
    ///
    /// # Errors
    /// Every [`SealError`] but `TooLong`.
    pub fn open_unbound(&self, sealed: &[u8], column: Column) -> Result<String, SealError> {
        self.decrypt(sealed, UNBOUND, &column.words())
    }

    /// Whether the value is of the layout before.
    #[must_use]
    pub fn is_unbound(sealed: &[u8]) -> bool {
        sealed.first() == Some(&UNBOUND)
    }

    fn decrypt(&self, sealed: &[u8], version: u8, aad: &str) -> Result<String, SealError> {
        let layout = || SealError::Layout(sealed.len(), sealed.first().copied());
        let (header, rest) = sealed.split_first_chunk::<HEADER_BYTES>().ok_or_else(layout)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(layout)?;
        let [found, id @ ..] = header;
        if *found != version {
            return Err(layout());
        }
        let key = self.keys().find(|key| key.id == *id).ok_or(SealError::UnknownKey(*id))?;
        let payload = Payload { msg: body, aad: &bound(header, aad) };
        let plain =
            key.cipher.decrypt(nonce.into(), payload).map_err(|aes_gcm::Error| SealError::Tampered)?;
        String::from_utf8(plain).map_err(|_text| SealError::NotText)
    }

    /// Whether the value is of the present layout and sealed with the current key; others are to be sealed anew.
    #[must_use]
    pub fn is_current(&self, sealed: &[u8]) -> bool {
        sealed.starts_with(&self.mark())
    }

    /// What every value begins with that is sealed now: the layout and the key's id.
    #[must_use]
    pub fn mark(&self) -> [u8; HEADER_BYTES] {
        let [a, b, c, d] = self.current.id;
        [VERSION, a, b, c, d]
    }

    /// The keyed hash (HMAC-SHA-256, 32 bytes) under which a phone or identity number is stored for look-up. Every
    /// way to write one number gives one hash (see [`phone::lookup_key`]).
    #[must_use]
    pub fn lookup_hash(&self, value: &str) -> Vec<u8> {
        hash(&self.current, &phone::lookup_key(value))
    }

    /// The hash under the current key and under each previous one: what a look-up asks for while rows hashed before
    /// a change of keys remain.
    #[must_use]
    pub fn lookup_hashes(&self, value: &str) -> Vec<Vec<u8>> {
        let (key, number) = (phone::lookup_key(value), phone::normalise(value));
        // a landline was hashed with its area code before it was found without
        let forms = std::iter::once(&key).chain(Some(&number).filter(|number| **number != key));
        forms.flat_map(|form| self.keys().map(|key| hash(key, form))).collect()
    }

    /// The hash under which a new query code is kept. A code is 84 random bits, which nobody guesses, so no key is needed,
    /// and no change of keys makes a code that somebody wrote down worthless.
    #[must_use]
    pub fn code_hash(code: &str) -> Vec<u8> {
        let hash = Sha256::digest([CODE_LABEL, code.as_bytes()].concat());
        std::iter::once(CODE_VERSION).chain(hash).collect()
    }

    /// Every hash under which this query code may be kept: byte for byte, and those of codes from before, which were
    /// hashed folded like phones, under each key.
    #[must_use]
    pub fn code_hashes(&self, code: &str) -> Vec<Vec<u8>> {
        let before = folded_code(code);
        let keyed = before.iter().flat_map(|folded| self.keys().map(|key| hash(key, folded)));
        std::iter::once(Self::code_hash(code)).chain(keyed).collect()
    }

    fn keys(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("previous", &self.previous.len()).finish_non_exhaustive()
    }
}

/// Header and context as one associated text.
fn bound(header: &[u8], aad: &str) -> Vec<u8> {
    [header, aad.as_bytes()].concat()
}

/// What a query code was hashed as before it was taken byte for byte; none that has another character was ever given.
fn folded_code(code: &str) -> Option<String> {
    let ours = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain: String = code.chars().filter(|c| !matches!(c, '-' | '_')).collect();
    let rest = plain.strip_prefix("0086").unwrap_or(&plain);
    let rest = rest.strip_prefix("86").filter(|rest| phone::is_mobile(rest)).unwrap_or(rest);
    code.chars().all(ours).then(|| rest.to_owned())
}

fn hash(key: &Key, form: &str) -> Vec<u8> {
    let mut mac = key.lookup.clone();
    mac.update(form.to_uppercase().as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    const PHONE: &str = "13812345678";
    const COLUMN: Column = Column { table: "contact", key: "id", what: "phone" };
    const PLACE: Place = COLUMN.of(42);

    fn secret(byte: u8) -> SecretString {
        hex::encode([byte; 32]).into()
    }

    fn ring(current: u8, previous: &[u8]) -> Keyring {
        let previous: Vec<_> = previous.iter().copied().map(secret).collect();
        Keyring::new(&secret(current), &previous).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_again() {
        let ring = ring(1, &[]);
        for plain in ["", PHONE, "大荔县东城街道阳光小区3号楼2单元501室", &"长".repeat(100_000)]
        {
            let sealed = ring.seal(plain, PLACE).unwrap();
            assert_eq!(sealed.len(), HEADER_BYTES + NONCE_BYTES + plain.len() + 16);
            assert!(plain.is_empty() || !sealed.windows(plain.len()).any(|w| w == plain.as_bytes()));
            assert_eq!(ring.open(&sealed, PLACE).unwrap(), plain);
        }
    }

    #[test]
    fn one_value_never_looks_the_same_twice() {
        let ring = ring(1, &[]);
        let sealed: HashSet<_> = (0..1000).map(|_| ring.seal(PHONE, PLACE).unwrap()).collect();
        let nonces: HashSet<_> =
            sealed.iter().map(|s| s[HEADER_BYTES..HEADER_BYTES + NONCE_BYTES].to_vec()).collect();
        assert_eq!((sealed.len(), nonces.len()), (1000, 1000));
    }

    #[test]
    fn every_changed_bit_and_every_missing_byte_is_noticed() {
        let ring = ring(1, &[]);
        let sealed = ring.seal(PHONE, PLACE).unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(ring.open(&changed, PLACE).is_err(), "byte {at}");
            assert!(ring.open(&sealed[..at], PLACE).is_err(), "cut at {at}");
        }
        assert_eq!(ring.open(&[sealed.as_slice(), b"x"].concat(), PLACE), Err(SealError::Tampered));
        assert_eq!(ring.open(b"", PLACE), Err(SealError::Layout(0, None)));
        assert_eq!(ring.open(PHONE.as_bytes(), PLACE), Err(SealError::Layout(11, Some(b'1'))));
    }

    #[test]
    fn a_value_does_not_open_elsewhere() {
        let sealed = ring(1, &[]).seal(PHONE, PLACE).unwrap();
        let elsewhere = ["", "name", "phone:4"].map(|what| Column { what, ..COLUMN }.of(42));
        for place in elsewhere.into_iter().chain([43, 4, 2, 0, -42, 420].map(|row| COLUMN.of(row))) {
            assert_eq!(ring(1, &[]).open(&sealed, place), Err(SealError::Tampered), "{place:?}");
        }
        assert_eq!(ring(1, &[]).open_unbound(&sealed, COLUMN), Err(SealError::Layout(44, Some(2))));
    }

    #[test]
    fn previous_keys_open_and_no_longer_seal() {
        let old = ring(1, &[]).seal(PHONE, PLACE).unwrap();
        let rotated = ring(2, &[9, 1]);
        assert_eq!(rotated.open(&old, PLACE).unwrap(), PHONE);
        assert!(!rotated.is_current(&old));
        let new = rotated.seal(PHONE, PLACE).unwrap();
        assert!(rotated.is_current(&new));
        assert!(matches!(ring(1, &[]).open(&new, PLACE), Err(SealError::UnknownKey(_))));
        assert!(!rotated.is_current(b""));
    }

    #[test]
    fn the_hash_is_stable_and_belongs_to_the_key() {
        let ring_1 = ring(1, &[]);
        let expected = ring_1.lookup_hash(PHONE);
        assert_eq!(expected.len(), 32);
        for typed in ["+86 138-1234-5678", "１３８ １２３４ ５６７８", "8613812345678"] {
            assert_eq!(ring_1.lookup_hash(typed), expected, "{typed}");
        }
        assert_ne!(ring_1.lookup_hash("13812345679"), expected);
        assert_eq!(
            ring_1.lookup_hash("61052319900101123x"),
            ring_1.lookup_hash("６１０５２３１９９００１０１１２３X")
        );
        let rotated = ring(2, &[1]);
        assert_ne!(rotated.lookup_hash(PHONE), expected);
        assert_eq!(rotated.lookup_hashes(PHONE), [rotated.lookup_hash(PHONE), expected.clone()]);
    }

    /// Values computed by another implementation: changing layout or derivation would lose what is stored.
    #[test]
    fn stored_values_stay_readable() {
        let sealed =
            "02ac5521ec000102030405060708090a0b67c3e9bfb3c7adbf6cfde29fc0f1ca7565f70bb1524ea4a2846a6c";
        assert_eq!(ring(1, &[]).open(&hex::decode(sealed).unwrap(), PLACE).unwrap(), PHONE);
        // of the layout before, which nothing binds to a row
        let sealed =
            "01ac5521ec000102030405060708090a0b67c3e9bfb3c7adbf6cfde22f1761a741b26e9a64b0b65cafcf1e73";
        let (sealed, column) = (hex::decode(sealed).unwrap(), Column { what: "phone:42", ..COLUMN });
        assert!(Keyring::is_unbound(&sealed) && !ring(1, &[]).is_current(&sealed));
        assert_eq!(ring(1, &[]).open_unbound(&sealed, column).unwrap(), PHONE);
        assert_eq!(ring(1, &[]).open(&sealed, column.of(1)), Err(SealError::Layout(44, Some(1))));
        let hash = "5320f0495ef9173dba41cfc03b3e3fe1ed43518adfbc26b0f5bf506567e8ffde";
        assert_eq!(hex::encode(ring(1, &[]).lookup_hash(PHONE)), hash);
    }

    #[test]
    fn a_query_code_is_taken_byte_for_byte_and_no_key_matters() {
        let code = "Zk3mP0aQ7xYw-_";
        let kept = Keyring::code_hash(code);
        assert_eq!(kept.len(), 33, "longer than whatever is keyed");
        for rotated in [ring(1, &[]), ring(2, &[1]), ring(3, &[])] {
            assert!(rotated.code_hashes(code).contains(&kept));
            for other in
                ["zk3mP0aQ7xYw-_", "Zk3mP0aQ7xYw_-", "Zk3mP0aQ7xYw", "Zk3mP0aQ7xYw-_ ", "Ｚk3mP0aQ7xYw-_"]
            {
                assert!(!rotated.code_hashes(other).contains(&kept), "{other}");
            }
        }
        let before = hash(&ring(1, &[]).current, "ZK3MP0AQ7XYW");
        assert!(
            ring(2, &[1]).code_hashes(code).contains(&before),
            "codes from before are found under every key"
        );
        assert_eq!(ring(2, &[1]).code_hashes("王").len(), 1, "none was ever given with such a character");
    }

    #[test]
    fn nothing_of_a_key_is_printed() {
        let printed = format!("{:?}", ring(0xAB, &[0xCD]));
        assert_eq!(printed, "Keyring { previous: 1, .. }");
        assert_eq!(Keyring::new(&secret(1), &[secret(2), secret(1)]).err(), Some(KeyError::Repeated(2)));
    }
}
