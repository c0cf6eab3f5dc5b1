//! The reader's language: Chinese unless `Accept-Language` prefers English.

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Preference};
use domain::words::labelled::Labelled;

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
    /// The language a request asks for: the one of `zh` and `en` that it likes best.
    #[must_use]
    pub fn of(req: &HttpRequest) -> Self {
        let Ok(asked) = AcceptLanguage::parse(req) else { return Self::Zh };
        let known = asked.ranked().into_iter().find_map(|tag| match tag {
            Preference::Specific(tag) if tag.primary_language() == "zh" => Some(Self::Zh),
            Preference::Specific(tag) if tag.primary_language() == "en" => Some(Self::En),
            Preference::Specific(_) | Preference::Any => None,
        });
        known.unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::Lang;
    use actix_web::test::TestRequest;

    #[test]
    fn the_one_that_is_liked_best() {
        for (asked, lang) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-GB,en;q=0.9", Lang::En),
            ("de,en;q=0.5,zh;q=0.9", Lang::Zh),
            ("fr;q=0.9, EN;q=0.8, *;q=0.1", Lang::En),
            ("de", Lang::Zh),
            ("*", Lang::Zh),
            ("", Lang::Zh),
            ("%%%", Lang::Zh),
        ] {
            let request = TestRequest::default().insert_header(("Accept-Language", asked)).to_http_request();
            assert_eq!(Lang::of(&request), lang, "{asked}");
        }
    }
}
