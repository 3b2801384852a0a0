//! The language of the reader.

use axum::http::header::{ACCEPT_LANGUAGE, COOKIE};
use axum::http::{HeaderMap, Uri};

/// A language in which every text is complete.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// Spanish of Mexico, the language of the house.
    #[default]
    Spanish,
    /// English.
    English,
}

/// Name of the cookie that remembers the choice, and of the address parameter that makes it.
pub const LANGUAGE_NAME: &str = "lang";

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 2] = [Self::Spanish, Self::English];

    /// Code for addresses, cookies and `lang` attributes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }

    /// The language's own name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spanish => "Español",
            Self::English => "English",
        }
    }

    /// The language of a code; regional parts are ignored (`es-MX` is Spanish).
    pub fn of_code(code: &str) -> Option<Self> {
        let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The choice made in the address, if one is made there.
    pub fn of_address(uri: &Uri) -> Option<Self> {
        let pairs = uri.query().unwrap_or_default().split('&');
        pairs
            .filter_map(|pair| pair.split_once('='))
            .find(|(name, _)| *name == LANGUAGE_NAME)
            .and_then(|(_, code)| Self::of_code(code))
    }

    /// Address first, then the cookie, then what the browser prefers; `None` when none of them names a language
    /// that there is.
    pub fn asked(uri: &Uri, headers: &HeaderMap) -> Option<Self> {
        Self::of_address(uri).or_else(|| Self::of_cookie(headers)).or_else(|| Self::preferred(headers))
    }

    /// Value of a `Set-Cookie` header that remembers the choice for a year.
    pub fn cookie(self) -> String {
        format!("{LANGUAGE_NAME}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly", self.code())
    }

    fn of_cookie(headers: &HeaderMap) -> Option<Self> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(name, _)| *name == LANGUAGE_NAME).and_then(|(_, code)| Self::of_code(code))
    }

    fn preferred(headers: &HeaderMap) -> Option<Self> {
        let text = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
        let weighted = text.split(',').filter_map(|part| {
            let (tag, weight) = part.split_once(";q=").unwrap_or((part, "1"));
            let weight: f32 = weight.trim().parse().ok().filter(|weight| *weight > 0.0)?;
            Some((Self::of_code(tag)?, weight))
        });
        // On equal weights the first named wins.
        weighted
            .fold(None, |best: Option<(Self, f32)>, next| match best {
                Some((_, weight)) if weight >= next.1 => best,
                _ => Some(next),
            })
            .map(|(language, _)| language)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn of(address: &str, cookie: &'static str, accept: &'static str) -> Language {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static(cookie));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        Language::asked(&address.parse().expect("an address"), &headers).unwrap_or_default()
    }

    #[test]
    fn address_then_cookie_then_browser_then_spanish() {
        assert_eq!(of("/?lang=en", "lang=es", "es"), Language::English);
        assert_eq!(of("/?lang=xx", "a=b; lang=en", "es"), Language::English);
        assert_eq!(of("/", "", "fr, en-GB;q=0.7, es;q=0.5"), Language::English);
        assert_eq!(of("/", "", "es-MX,es;q=0.9,en;q=0.8"), Language::Spanish);
        assert_eq!(of("/", "", "fr"), Language::Spanish);
        assert_eq!(of("/", "", "en;q=0, de"), Language::Spanish);
    }
}
