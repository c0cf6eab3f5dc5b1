//! Passwords: argon2id (19 MiB, two passes, one lane: OWASP's second choice), hashed off the async threads and only
//! a few at once; what a good one is; one-time ones.

use crate::error::{ApiError, ApiResult, Kind};
use crate::state::AppState;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use rand::RngCore;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;

/// Memory of one hash, KiB.
const MEMORY_KIB: u32 = 19 * 1024;
/// Passes over it.
const PASSES: u32 = 2;
/// Shortest password, characters (MINIPROGRAM.md: 8 of 3 classes).
const SHORTEST: usize = 8;
/// Longest password, bytes.
pub const LONGEST: usize = 128;
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

/// Hashes a password, as a PHC string.
///
/// # Errors
/// 503 when too many wait.
pub async fn hash(state: &AppState, password: SecretString) -> ApiResult<String> {
    bounded(state, move || hash_blocking(&password)).await
}

/// Whether the password is that of the hash; without a hash it is not, and takes as long to say so.
///
/// # Errors
/// 503 when too many wait.
pub async fn verify(state: &AppState, password: SecretString, hash: Option<String>) -> ApiResult<bool> {
    bounded(state, move || {
        let text = hash.as_deref().unwrap_or(NOBODY);
        let parsed =
            PasswordHash::new(text).map_err(|e| ApiError::internal(format!("a stored hash: {e}")))?;
        let same = hasher()?.verify_password(password.expose_secret().as_bytes(), &parsed).is_ok();
        Ok(same && hash.is_some())
    })
    .await
}

/// Runs one of the few hashes that may run at once. The permit goes along: a client that hangs up frees nothing
/// early.
async fn bounded<T: Send + 'static>(
    state: &AppState,
    work: impl FnOnce() -> ApiResult<T> + Send + 'static,
) -> ApiResult<T> {
    let busy = |cause: String| ApiError { cause: Some(cause), ..ApiError::new(Kind::Unavailable) };
    let turn = tokio::time::timeout(PATIENCE, state.hashing.clone().acquire_owned())
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

/// Checks a password that somebody chose.
///
/// # Errors
/// 422 naming the field.
pub fn check_chosen(field: &str, password: &str) -> ApiResult<()> {
    let classes: [fn(char) -> bool; 4] =
        [|c| c.is_lowercase(), |c| c.is_uppercase(), |c| c.is_numeric(), |c| !c.is_alphanumeric()];
    let met = classes.iter().filter(|class| password.chars().any(**class)).count();
    if password.len() > LONGEST {
        return Err(ApiError::field(field, "at most 128 bytes"));
    }
    if password.chars().count() < SHORTEST || met < 3 {
        return Err(ApiError::field(
            field,
            "at least 8 characters of 3 classes: small letters, capitals, digits, signs",
        ));
    }
    Ok(())
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
    fn good_passwords_have_three_classes() {
        for good in ["Abcdefg1", "abc-1234", "密码Abc123", &random_one_time()] {
            assert!(check_chosen("p", good).is_ok(), "{good}");
        }
        for bad in ["", "Abc1234", "abcdefgh", "abcd1234", &"Aa1".repeat(50)] {
            assert!(check_chosen("p", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_hash_verifies_and_nobody_has_a_good_one() {
        let text = hash_blocking(&"Abcdefg1".into()).unwrap();
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        for hash in [&text, NOBODY] {
            let parsed = PasswordHash::new(hash).unwrap();
            assert_eq!(hasher().unwrap().verify_password(b"Abcdefg1", &parsed).is_ok(), hash == text);
        }
    }

    #[test]
    fn one_time_passwords_follow_from_their_bytes() {
        assert_eq!(one_time(&[0; 12]), "Aaa2-Aaa2-Aaa2");
        assert_eq!(one_time(&[7; 32]), one_time(&[7; 12]));
        assert_ne!(random_one_time(), random_one_time());
    }
}
