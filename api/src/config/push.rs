//! Pushes: where they go, and what keeps anybody from aiming them inward.

use super::list;
use super::mode::Mode;
use crate::config::address::is_inner;
use anyhow::{Context, ensure};
use persistence::news::push::PushRule;
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::net::IpAddr;

/// Pushes to people who are not connected, or do not acknowledge.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushConfig {
    /// Where pushes are posted: `https://…`; `http://…` only to this machine, in development mode. Empty: nobody is
    /// pushed to, no push is made, and none is made up for later. Kept secret: many receivers take a key in the address.
    pub webhook_url: SecretString,
    /// Hosts that the webhook may have, as they stand in its address; empty: any whose addresses are public. A host that
    /// is listed may have loopback, private and link-local addresses.
    #[serde(deserialize_with = "list::of")]
    pub allowed_hosts: Vec<String>,
    /// Signs pushes (HMAC-SHA256); at least 32 characters. Not set: a published one, in development alone.
    pub secret: Option<SecretString>,
    /// How long a notification may stay unacknowledged before it is pushed, seconds (QUEUE.md: 5).
    pub wait_s: u32,
    /// Pushes of one dispatch at most; those seen last are preferred.
    pub per_dispatch: u32,
    /// Pushes that each replica sends at once, 1 … 64.
    pub at_once: u32,
}

impl Default for PushConfig {
    fn default() -> Self {
        Self {
            webhook_url: SecretString::default(),
            allowed_hosts: Vec::new(),
            secret: None,
            wait_s: 5,
            per_dispatch: 500,
            at_once: 16,
        }
    }
}

/// A webhook that may be posted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Its address.
    pub url: Url,
    /// Whether its host may have inner addresses.
    pub listed: bool,
}

impl Target {
    /// Scheme, host and port: what may be shown.
    #[must_use]
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

impl PushConfig {
    /// Whom to push to, and when.
    #[must_use]
    pub fn rule(&self) -> PushRule {
        PushRule {
            wait: chrono::TimeDelta::seconds(self.wait_s.into()),
            per_dispatch: self.per_dispatch.into(),
        }
    }

    /// Where to, if pushes are wanted. Their secret is checked with all others.
    ///
    /// # Errors
    /// Names the setting that must not be so.
    pub fn target(&self, mode: Mode) -> anyhow::Result<Option<Target>> {
        ensure!((1..=64).contains(&self.at_once), "push.at_once is 1 to 64");
        let text = self.webhook_url.expose_secret();
        if text.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(text).context("push.webhook_url is no address")?;
        ensure!(
            url.username().is_empty() && url.password().is_none() && url.fragment().is_none(),
            "push.webhook_url: without a user, a password or a fragment"
        );
        let host = url.host_str().context("push.webhook_url has no host")?;
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let here = literal.is_some_and(|ip| ip.is_loopback()) || host == "localhost";
        match url.scheme() {
            "https" => {}
            "http" => {
                ensure!(here && mode == Mode::Development, "push.webhook_url: https only");
            }
            _ => anyhow::bail!("push.webhook_url: https only"),
        }
        let listed = self.allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(host));
        ensure!(
            listed || self.allowed_hosts.is_empty(),
            "push.webhook_url: its host {host} is not one of push.allowed_hosts"
        );
        ensure!(
            listed || !literal.is_some_and(is_inner),
            "push.webhook_url: {host} is an inner address; list it in push.allowed_hosts if that is meant"
        );
        Ok(Some(Target { url, listed }))
    }
}

#[cfg(test)]
mod tests {
    //! What a webhook may be.

    use super::*;

    fn target(url: &str, hosts: &[&str], mode: Mode) -> Result<Target, String> {
        let config = PushConfig {
            webhook_url: url.into(),
            allowed_hosts: hosts.iter().map(ToString::to_string).collect(),
            ..PushConfig::default()
        };
        config.target(mode).map(Option::unwrap).map_err(|e| format!("{e:#}"))
    }

    #[test]
    fn https_to_a_public_host_is_fine() {
        let found = target("https://hooks.example.org:8443/a?key=k", &[], Mode::Production).unwrap();
        assert_eq!((found.origin().as_str(), found.listed), ("https://hooks.example.org:8443", false));
        assert!(
            target("https://hooks.example.org/a", &["Hooks.example.org"], Mode::Production).unwrap().listed
        );
    }

    #[test]
    fn hosts_that_are_not_listed_are_refused() {
        let refused = target("https://hooks.example.org/a", &["other.example.org"], Mode::Production);
        assert!(refused.unwrap_err().contains("push.allowed_hosts"));
        for inner in
            ["127.0.0.1", "10.0.0.8", "169.254.169.254", "[::1]", "[fd00::1]", "0x7f.1", "2130706433"]
        {
            let refused = target(&format!("https://{inner}/a"), &[], Mode::Development);
            assert!(refused.unwrap_err().contains("inner address"), "{inner}");
        }
        assert!(target("https://10.0.0.8/a", &["10.0.0.8"], Mode::Production).unwrap().listed);
    }

    #[test]
    fn plain_http_is_for_this_machine_in_development() {
        assert!(target("http://127.0.0.1:9/a", &["127.0.0.1"], Mode::Development).is_ok());
        assert!(target("http://localhost:9/a", &[], Mode::Development).is_ok());
        for (url, mode) in [
            ("http://127.0.0.1:9/a", Mode::Production),
            ("http://hooks.example.org/a", Mode::Development),
            ("ftp://hooks.example.org/a", Mode::Development),
        ] {
            assert!(
                target(url, &["127.0.0.1", "hooks.example.org"], mode).unwrap_err().contains("https only")
            );
        }
        assert!(target("https://me:word@hooks.example.org/", &[], Mode::Production).is_err());
        assert!(target("hooks.example.org", &[], Mode::Production).is_err());
    }

    #[test]
    fn without_an_address_nobody_is_pushed_to() {
        assert_eq!(PushConfig::default().target(Mode::Production).unwrap(), None);
    }
}
