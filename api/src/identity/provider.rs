//! Who a resident is, by a code that an outside party vouches for.

use crate::config::mode::Mode;
use crate::http::error::{ApiError, ApiResult, Kind};
use futures_util::future::{BoxFuture, FutureExt, ready};

/// Longest name of a development code, characters.
const NAME_MAX: usize = 32;

/// Exchanges a one-time code for the name under which a provider knows a person. The name is never accepted from a
/// client.
pub trait CodeProvider: Send + Sync {
    /// The provider's stable word, stored with each identity.
    fn name(&self) -> &'static str;

    /// The provider's name for whoever was given this code.
    ///
    /// # Errors
    /// 401 for a code that is not good, 503 when the provider cannot be asked.
    fn identify<'a>(&'a self, code: &'a str) -> BoxFuture<'a, ApiResult<String>>;
}

/// The providers of this mode, the default one first.
#[must_use]
pub fn providers(mode: Mode) -> Vec<Box<dyn CodeProvider>> {
    vec![Box::new(Development { refused: mode == Mode::Production })]
}

/// Believes every code `dev:<name>`; refused in production mode.
struct Development {
    refused: bool,
}

impl Development {
    fn subject(&self, code: &str) -> ApiResult<String> {
        if self.refused {
            return Err(ApiError::new(Kind::DEVELOPMENT_ONLY));
        }
        let sign = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-');
        match code.strip_prefix("dev:") {
            Some(name) if (1..=NAME_MAX).contains(&name.len()) && name.chars().all(sign) => {
                Ok(name.to_owned())
            }
            _ => Err(ApiError::new(Kind::LOGIN_FAILED)),
        }
    }
}

impl CodeProvider for Development {
    fn name(&self) -> &'static str {
        "dev"
    }

    fn identify<'a>(&'a self, code: &'a str) -> BoxFuture<'a, ApiResult<String>> {
        ready(self.subject(code)).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_development_codes_and_only_in_development() {
        let open = Development { refused: false };
        assert_eq!(open.subject("dev:wang_1").unwrap(), "wang_1");
        for bad in ["wang", "dev:", "dev:Wang", "dev:王", &format!("dev:{}", "a".repeat(33))] {
            assert_eq!(open.subject(bad).unwrap_err().kind, Kind::LOGIN_FAILED, "{bad}");
        }
        assert_eq!(
            Development { refused: true }.subject("dev:wang").unwrap_err().kind,
            Kind::DEVELOPMENT_ONLY
        );
    }
}
