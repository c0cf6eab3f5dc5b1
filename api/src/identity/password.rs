//! Passwords: argon2id (19 MiB, two passes, one lane: OWASP's second choice), hashed off the async threads and only
//! a few at once; one-time ones. What a good one is, `domain::people::password` says.

use super::token::Tokens;
use crate::http::error::{ApiError, ApiResult, Kind};
use crate::identity::principal::Principal;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::people::password::Weak;
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Memory of one hash, KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// How long a hash may wait for its turn.
const PATIENCE: Duration = Duration::from_secs(10);
/// The hash of no password: checked where there is no account, so that the answer takes as long.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
/// Signs of one-time passwords that are not taken for one another.
const UPPER: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const LOWER: &[u8] = b"abcdefghijkmnpqrstuvwxyz";
const DIGIT: &[u8] = b"23456789";

fn hasher() -> ApiResult<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| ApiError::internal(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password, as a PHC string. Blocks.
///
/// # Errors
/// 500.
pub fn hash_blocking(password: &SecretString) -> ApiResult<String> {
    let mut salt = [0; 16];
    rand::rng().fill_bytes(&mut salt);
    let defect = |e: argon2::password_hash::Error| ApiError::internal(e.to_string());
    let salt = SaltString::encode_b64(&salt).map_err(defect)?;
    let hash = hasher()?.hash_password(password.expose_secret().as_bytes(), &salt).map_err(defect)?;
    Ok(hash.to_string())
}

/// Whether the password is that of the hash: as it was typed, or one that was given to somebody, as it is read. Without
/// a hash it is not. How long that takes follows from what was typed alone. Blocks.
///
/// # Errors
/// 500 for a hash that cannot be read.
pub fn matches(password: &SecretString, hash: Option<&str>, was_given: bool) -> ApiResult<bool> {
    let parsed = PasswordHash::new(hash.unwrap_or(NOBODY))
        .map_err(|e| ApiError::internal(format!("a stored hash: {e}")))?;
    let (hasher, typed) = (hasher()?, domain::people::password::typed(password.expose_secret()));
    let is = |text: &str| hasher.verify_password(text.as_bytes(), &parsed).is_ok();
    let (bare, read) = (domain::people::password::bare_ends(typed), domain::people::password::read(typed));
    let same = is(typed) || (bare != typed && is(bare)) || (read != typed && is(&read) && was_given);
    Ok(same && hash.is_some())
}

/// Bounds how many hashes are computed at once: each takes 19 MiB and keeps a processor busy.
#[derive(Debug, Clone)]
pub struct Hashing {
    turns: Arc<Semaphore>,
    at_once: usize,
}

impl Hashing {
    /// So many at once, at least one.
    #[must_use]
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.max(1);
        Self { turns: Arc::new(Semaphore::new(at_once)), at_once }
    }

    /// How many are computed at once.
    #[must_use]
    pub const fn at_once(&self) -> usize {
        self.at_once
    }

    /// Hashes a password, as a PHC string.
    ///
    /// # Errors
    /// 503 when too many wait.
    pub async fn hash(&self, password: SecretString) -> ApiResult<String> {
        self.in_turn(move || hash_blocking(&password)).await
    }

    /// Runs one of the few hashes that may run at once. The permit goes along: a client that hangs up frees nothing
    /// early.
    ///
    /// # Errors
    /// The work's; 503 when too many wait.
    pub async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T> {
        let busy = |cause: String| ApiError { cause: Some(cause), ..ApiError::new(Kind::UNAVAILABLE) };
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned())
            .await
            .map_err(|e| busy(format!("hashing: {e}")))?
            .map_err(|e| busy(format!("hashing: {e}")))?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .map_err(|e| ApiError::internal(e.to_string()))?
    }
}

/// The one-time password that this administrator's key makes for somebody: a retry is told the same, and nothing of
/// it is stored but its hash.
///
/// # Errors
/// 500.
pub fn derived(tokens: &Tokens, who: &Principal, key: &str, whose: &str) -> ApiResult<String> {
    let bytes = tokens.derive(&format!("one-time:{}:{key}:{whose}", who.account()))?;
    Ok(one_time(&bytes))
}

/// A password that somebody chose, as it is hashed, where it may be chosen in place of the old one.
///
/// # Errors
/// 422 naming the field.
pub fn chosen(
    field: &str,
    password: &str,
    old: Option<&SecretString>,
    login: Option<&str>,
) -> ApiResult<SecretString> {
    let new = domain::people::password::bare_ends(domain::people::password::typed(password));
    let why = match domain::people::password::check(new, old.map(|old| old.expose_secret()), login) {
        Ok(()) => return Ok(new.into()),
        Err(Weak::Simple) => "at least 8 characters of 3 classes: small letters, capitals, digits, signs",
        Err(Weak::Long) => "at most 128 bytes",
        Err(Weak::Old) => "the same as the old one",
        Err(Weak::LogIn) => "made of the log-in name",
        Err(Weak::Common) => "one that is tried first: made of common words, rows of keys, years or dates",
    };
    Err(ApiError::field(field, why))
}

/// A password that many people are given, as it is hashed.
///
/// # Errors
/// 422 naming the field.
pub fn shared(field: &str, password: &str) -> ApiResult<SecretString> {
    chosen(field, password, None, None)?;
    Ok(domain::people::password::read(password).into())
}

/// A one-time password for a person, from bytes: `Abc3-Def4-Ghi5`, about 50 bits.
#[must_use]
pub fn one_time(bytes: &[u8]) -> String {
    let mut bytes = bytes.iter().copied();
    let mut pick = |signs: &'static [u8]| {
        let at = usize::from(bytes.next().unwrap_or(0)) % signs.len();
        signs.get(at).copied().map_or('x', char::from)
    };
    let groups =
        [[UPPER, LOWER, LOWER, DIGIT]; 3].map(|group| group.map(&mut pick).iter().collect::<String>());
    groups.join("-")
}

/// A random one-time password.
#[must_use]
pub fn random_one_time() -> String {
    let mut bytes = [0; 12];
    rand::rng().fill_bytes(&mut bytes);
    one_time(&bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_verifies_and_nobody_has_a_good_one() {
        let text = hash_blocking(&"Rbi8-Yvs2-Zaj2".into()).unwrap();
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        for (given, was_given, right) in [
            ("Rbi8-Yvs2-Zaj2", false, true),
            ("Rbi8-Yvs2-Zaj2\r\n", false, true),
            (" Rbi8–Yvs2\u{200B}Zaj2 ", true, true),
            (" Rbi8–Yvs2\u{200B}Zaj2 ", false, false),
            ("rbi8-yvs2-zaj2", true, false),
            ("", true, false),
        ] {
            assert_eq!(matches(&given.into(), Some(&text), was_given).unwrap(), right, "{given:?}");
            assert!(!matches(&given.into(), None, was_given).unwrap(), "{given:?}");
            assert!(!matches(&given.into(), Some(NOBODY), was_given).unwrap(), "{given:?}");
        }
        assert!(matches(&"x".into(), Some("no hash"), true).is_err());
    }

    #[test]
    fn what_may_be_chosen_is_hashed_as_typed() {
        let old = "Rbi8-Yvs2-Zaj2".into();
        let taken = chosen("p", "\u{FEFF}correct Horse 1\n", Some(&old), Some("wang.xm")).unwrap();
        assert_eq!(taken.expose_secret(), "correct Horse 1");
        for bad in ["", "Abc1234", "Rbi8Yvs2Zaj2", "Wang.xm1", "Woaini1314"] {
            let refused = chosen("p", bad, Some(&old), Some("wang.xm")).unwrap_err();
            assert_eq!(refused.fields.first().map(|f| f.field.as_str()), Some("p"), "{bad}");
        }
        assert_eq!(shared("p", "Lianhu Cun, 3 zu").unwrap().expose_secret(), "LianhuCun,3zu");
    }

    #[test]
    fn one_time_passwords_follow_from_their_bytes() {
        assert_eq!(one_time(&[0; 12]), "Aaa2-Aaa2-Aaa2");
        assert_eq!(one_time(&[7; 32]), one_time(&[7; 12]));
        assert_ne!(random_one_time(), random_one_time());
    }
}
