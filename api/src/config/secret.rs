//! The secrets that this program signs or seals with: which settings hold one, and the one rule for all of them.
//!
//! Empty means not set. One that signs has at least 32 characters, one that seals is a key of 32 bytes; what stands in
//! this file is for development alone, in whichever slot it was put; the secret before the current one is another one;
//! and in production no secret serves two purposes: a receiver of pushes could sign log-ins.

use super::environment::variable;
use super::{AuthConfig, Config, PushConfig};
use crate::config::mode::Mode;
use anyhow::{Context, bail, ensure};
use persistence::engine::seal::{KeyError, Keyring, is_one_key};
use secrecy::{ExposeSecret, SecretString};

/// Characters that a secret needs.
const LEAST: usize = 32;
/// Signs tokens where no secret was set, in development.
const TOKENS: &str = "development-only-secret-development-only-secret";
/// Signs pushes where no secret was set, in development.
const PUSHES: &str = "development-only-push-secret-development-only";
/// Seals where no key was set, in development: 32 bytes in hex.
const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A secret that signs. There is none that is shorter than 32 characters, so nothing is ever signed, or believed, under an
/// empty one.
#[derive(Debug, Clone)]
pub struct SigningSecret(SecretString);

impl SigningSecret {
    /// Of a secret that is long enough, blanks around it not counted.
    ///
    /// # Errors
    /// When it is not.
    pub fn new(secret: &SecretString) -> anyhow::Result<Self> {
        ensure!(
            secret.expose_secret().trim().chars().count() >= LEAST,
            "needs at least {LEAST} characters (make one with: openssl rand -base64 48)"
        );
        Ok(Self(secret.clone()))
    }

    /// What to sign with.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Tokens,
    Pushes,
    Privacy,
}

/// A place for a secret.
struct Slot<'a> {
    /// As it is set, `privacy.previous_keys[0]` for instance.
    name: String,
    purpose: Purpose,
    /// The secret that came after it, or a published one where none is set; `None`: this one is the current one.
    successor: Option<SecretString>,
    /// Whether production cannot do without.
    needed: bool,
    value: Option<&'a SecretString>,
}

/// A secret, unless it is empty.
fn set(secret: Option<&SecretString>) -> Option<&SecretString> {
    secret.filter(|secret| !secret.expose_secret().trim().is_empty())
}

/// The secret that is set, or the published one.
fn or(secret: Option<&SecretString>, published: &str) -> SecretString {
    set(secret).cloned().unwrap_or_else(|| published.into())
}

fn is_one(a: &SecretString, b: &SecretString) -> bool {
    a.expose_secret().trim() == b.expose_secret().trim() || is_one_key(a, b)
}

fn is_published(secret: &SecretString) -> bool {
    [TOKENS, PUSHES, KEY].iter().any(|published| is_one(secret, &(*published).into()))
}

impl Slot<'_> {
    /// What is said of it when all is well.
    fn verdict(&self, mode: Mode, others: &[Slot<'_>]) -> anyhow::Result<&'static str> {
        let name = &self.name;
        let own = || format!("production mode needs its own {name} ({})", variable(name));
        let Some(secret) = self.value else {
            ensure!(mode == Mode::Development || !self.needed, own());
            return Ok(match (mode, &self.successor) {
                (Mode::Development, None) => "not set: the published one of development",
                _ => "not set",
            });
        };
        let form = match self.purpose {
            Purpose::Tokens | Purpose::Pushes => SigningSecret::new(secret).map(drop),
            Purpose::Privacy => is_key(secret),
        };
        form.map_err(|why| anyhow::anyhow!("{name} {why}"))?;
        if let Some(successor) = &self.successor {
            ensure!(
                !is_one(secret, successor),
                "{name} is the current one: put the one before it there, or none"
            );
        }
        if mode == Mode::Production {
            ensure!(!is_published(secret), "{}: the one given is published with the program", own());
            let same = |other: &&Slot<'_>| other.value.is_some_and(|value| is_one(value, secret));
            let twin = others.iter().filter(|other| other.purpose != self.purpose).find(same);
            if let Some(Slot { name: twin, .. }) = twin {
                bail!("{name} is also {twin}: each needs a secret of its own");
            }
        }
        Ok("set")
    }
}

fn is_key(secret: &SecretString) -> anyhow::Result<()> {
    match Keyring::new(secret, &[]) {
        Ok(_) | Err(KeyError::Repeated(_)) => Ok(()),
        Err(KeyError::Encoding(_)) => bail!("is neither 64 hexadecimal digits nor base64"),
        Err(KeyError::Length(_, bytes)) => {
            bail!("has {bytes} bytes, it needs 32 (make one with: openssl rand -hex 32)")
        }
    }
}

impl Config {
    fn slots(&self) -> Vec<Slot<'_>> {
        let Self { auth, privacy, push, .. } = self;
        let slot = |name: &str, purpose, value| Slot {
            name: name.to_owned(),
            purpose,
            successor: None,
            needed: true,
            value: set(value),
        };
        let before = |name: &str, purpose, value, successor| Slot {
            successor: Some(successor),
            needed: false,
            ..slot(name, purpose, value)
        };
        let mut slots = vec![
            slot("auth.jwt_secret", Purpose::Tokens, auth.jwt_secret.as_ref()),
            before(
                "auth.jwt_previous_secret",
                Purpose::Tokens,
                auth.jwt_previous_secret.as_ref(),
                or(auth.jwt_secret.as_ref(), TOKENS),
            ),
            slot("privacy.key", Purpose::Privacy, privacy.key.as_ref()),
            Slot {
                needed: !push.webhook_url.expose_secret().is_empty(),
                ..slot("push.secret", Purpose::Pushes, push.secret.as_ref())
            },
        ];
        let previous = privacy.previous_keys.iter().filter(|key| set(Some(key)).is_some());
        slots.extend(previous.enumerate().map(|(at, key)| {
            let name = format!("privacy.previous_keys[{at}]");
            before(&name, Purpose::Privacy, Some(key), or(privacy.key.as_ref(), KEY))
        }));
        slots
    }

    /// Every slot that takes a secret to sign or seal with, and whether what is in it may be used; what is said of it when
    /// it may.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, anyhow::Result<&'static str>)> {
        let slots = self.slots();
        slots.iter().map(|slot| (slot.name.clone(), slot.verdict(self.mode, &slots))).collect()
    }

    /// The keys that seal and open people's data.
    ///
    /// # Errors
    /// When one is none.
    pub fn keyring(&self) -> anyhow::Result<Keyring> {
        let given = self.privacy.previous_keys.iter().filter_map(|key| set(Some(key)).cloned());
        Keyring::new(&or(self.privacy.key.as_ref(), KEY), &given.collect::<Vec<_>>()).context("privacy.key")
    }
}

impl AuthConfig {
    /// What signs tokens.
    ///
    /// # Errors
    /// When it is too short.
    pub fn signs(&self) -> anyhow::Result<SigningSecret> {
        SigningSecret::new(&or(self.jwt_secret.as_ref(), TOKENS)).context("auth.jwt_secret")
    }

    /// What signed tokens before.
    ///
    /// # Errors
    /// When it is too short.
    pub fn signed(&self) -> anyhow::Result<Option<SigningSecret>> {
        let previous = set(self.jwt_previous_secret.as_ref()).map(SigningSecret::new);
        previous.transpose().context("auth.jwt_previous_secret")
    }
}

impl PushConfig {
    /// What signs pushes.
    ///
    /// # Errors
    /// When it is too short.
    pub fn signs(&self) -> anyhow::Result<SigningSecret> {
        SigningSecret::new(&or(self.secret.as_ref(), PUSHES)).context("push.secret")
    }
}

#[cfg(test)]
mod tests {
    //! Slots × values × modes.

    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;

    const SLOTS: [&str; 5] = [
        "auth.jwt_secret",
        "auth.jwt_previous_secret",
        "privacy.key",
        "privacy.previous_keys[0]",
        "push.secret",
    ];
    const GOOD: [&str; 5] = [
        "good-secret-of-tokens-0123456789",
        "good-secret-of-tokens-before-0123456789",
        "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
        "b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2",
        "good-secret-of-pushes-0123456789",
    ];

    /// A configuration in which all slots are right but this one.
    fn with(mode: Mode, slot: &str, value: &str) -> Config {
        let mut config = Config { mode, ..Config::default() };
        config.push.webhook_url = "https://hooks.example.org/a".into();
        for (name, good) in SLOTS.iter().zip(GOOD) {
            let value: SecretString = if *name == slot { value } else { good }.into();
            match *name {
                "auth.jwt_secret" => config.auth.jwt_secret = Some(value),
                "auth.jwt_previous_secret" => config.auth.jwt_previous_secret = Some(value),
                "privacy.key" => config.privacy.key = Some(value),
                "privacy.previous_keys[0]" => config.privacy.previous_keys = vec![value],
                _ => config.push.secret = Some(value),
            }
        }
        config
    }

    /// What a server says to this value in this slot; nothing when it starts.
    fn said(mode: Mode, slot: &str, value: &str) -> String {
        with(mode, slot, value).check().err().map(|e| format!("{e:#}")).unwrap_or_default()
    }

    const MODES: [Mode; 2] = [Mode::Development, Mode::Production];

    #[test]
    fn what_is_good_is_taken_in_every_slot() {
        for mode in MODES {
            assert_eq!(said(mode, "", ""), "");
            let config = with(mode, "", "");
            assert_eq!(config.secrets().len(), SLOTS.len());
            assert_eq!(config.auth.signs().unwrap().bytes(), GOOD[0].as_bytes());
            assert_eq!(config.auth.signed().unwrap().unwrap().bytes(), GOOD[1].as_bytes());
            assert!(config.keyring().is_ok() && config.push.signs().is_ok());
        }
    }

    #[test]
    fn empty_is_not_set() {
        for (slot, blank) in SLOTS.iter().flat_map(|slot| ["", " ", "\n"].map(|blank| (slot, blank))) {
            assert_eq!(said(Mode::Development, slot, blank), "", "{slot} {blank:?}");
            let said = said(Mode::Production, slot, blank);
            match slot.contains("previous") {
                true => assert_eq!(said, "", "{slot} {blank:?}"),
                false => assert!(
                    said.starts_with(&format!("production mode needs its own {slot} (DIANDAN_")),
                    "{slot} {blank:?}: {said}"
                ),
            }
            let config = with(Mode::Development, slot, blank);
            assert!(config.auth.signs().unwrap().bytes().len() >= LEAST, "{slot}");
            assert!(config.auth.signed().unwrap().is_none_or(|s| s.bytes().len() >= LEAST), "{slot}");
            assert!(config.push.signs().is_ok() && config.keyring().is_ok(), "{slot}");
        }
        let off = Config { mode: Mode::Production, ..with(Mode::Production, "push.secret", "") };
        let off = Config { push: PushConfig::default(), ..off };
        assert!(off.check().is_ok(), "nobody is pushed to");
    }

    #[test]
    fn what_is_too_short_is_refused_in_every_slot() {
        for (slot, mode) in SLOTS.iter().flat_map(|slot| MODES.map(|mode| (slot, mode))) {
            for short in ["x", "hunter2", &format!("  {}  ", "s".repeat(31)), "abcd"] {
                let said = said(mode, slot, short);
                assert!(said.starts_with(slot), "{slot} {short:?}: {said}");
                assert!(!said.contains("hunter2"), "{said}");
            }
        }
        assert!(SigningSecret::new(&"".into()).is_err());
        assert!(SigningSecret::new(&"密".repeat(31).as_str().into()).is_err());
        assert!(SigningSecret::new(&"密".repeat(32).as_str().into()).is_ok());
    }

    #[test]
    fn what_is_published_is_refused_in_production_in_every_slot_and_spelling() {
        let base64 = BASE64_STANDARD.encode(hex::decode(KEY).unwrap());
        let keys = [KEY.to_owned(), KEY.to_uppercase(), base64, format!(" {KEY}\n")];
        let words = [TOKENS.to_owned(), PUSHES.to_owned(), format!("{TOKENS}\n")];
        for slot in SLOTS {
            let signs = !slot.starts_with("privacy");
            for value in keys.iter().chain(words.iter().filter(|_| signs)) {
                let said = said(Mode::Production, slot, value);
                assert!(
                    said.contains(&format!("needs its own {slot} (DIANDAN_")),
                    "{slot} {value:?}: {said}"
                );
                assert!(!said.contains(value.trim()), "{said}");
            }
        }
        let development = Config::default();
        assert!(development.check().is_ok());
        assert!(development.secrets().iter().any(|(_, said)| said.as_ref().unwrap().contains("published")));
    }

    #[test]
    fn the_one_before_is_another_one() {
        for mode in MODES {
            assert!(said(mode, "auth.jwt_previous_secret", GOOD[0]).contains("is the current one"));
            assert!(
                said(mode, "privacy.previous_keys[0]", &GOOD[2].to_uppercase())
                    .contains("is the current one")
            );
        }
        // not even where the current one is the published one
        let mut config = Config::default();
        config.auth.jwt_previous_secret = Some(TOKENS.into());
        assert!(config.check().unwrap_err().to_string().contains("is the current one"));
    }

    #[test]
    fn no_secret_serves_two_purposes_in_production() {
        for (slot, twin) in
            [("push.secret", 0), ("push.secret", 1), ("push.secret", 3), ("auth.jwt_secret", 2)]
        {
            let refused = said(Mode::Production, slot, GOOD[twin]);
            assert!(refused.contains("each needs a secret of its own"), "{slot}: {refused}");
            assert!(refused.contains(SLOTS[twin]) && !refused.contains(GOOD[twin]), "{refused}");
            assert_eq!(said(Mode::Development, slot, GOOD[twin]), "");
        }
    }
}
