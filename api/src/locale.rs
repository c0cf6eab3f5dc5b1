//! The reader's language: Chinese unless `Accept-Language` prefers English.

use actix_web::HttpRequest;
use actix_web::http::header::ACCEPT_LANGUAGE;
use domain::labelled::Labelled;

/// A language that people read here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Chinese (zh-CN).
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The language a request asks for: the first of `zh` and `en` in its list.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        let header = req.headers().get(ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or("");
        for tag in header.split(',') {
            match tag.trim().get(..2).map(str::to_ascii_lowercase).as_deref() {
                Some("zh") => return Self::Zh,
                Some("en") => return Self::En,
                _ => {}
            }
        }
        Self::Zh
    }

    /// One of two texts.
    #[must_use]
    pub const fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Zh => zh,
            Self::En => en,
        }
    }

    /// The label of a word.
    #[must_use]
    pub fn label<T: Labelled>(self, word: T) -> &'static str {
        match self {
            Self::Zh => word.zh(),
            Self::En => word.en(),
        }
    }
}

impl actix_web::FromRequest for Lang {
    type Error = actix_web::Error;
    type Future = std::future::Ready<Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, _: &mut actix_web::dev::Payload) -> Self::Future {
        std::future::ready(Ok(Self::of(req)))
    }
}
