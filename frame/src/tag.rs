//! Entity tags: what they are made of, and which of them a reader has (RFC 9110, 8.8.3 and 13.1.2).

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The tag of what an answer depends on, or of its text. Weak: compression changes the bytes, not the answer.
pub fn of(content: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    format!("W/\"{:016x}\"", hasher.finish())
}

/// True when the reader says that it has the answer with this tag. `*` is not taken for it: that is true of any
/// answer there is, and only one that was made is known to be there ([`is_any`]).
pub fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let wanted = opaque(tag);
    listed(headers).any(|known| opaque(known) == wanted)
}

/// True when the reader has some answer and wants no other: `If-None-Match: *`.
pub fn is_any(headers: &HeaderMap) -> bool {
    listed(headers).any(|known| known == "*")
}

fn listed(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim)
}

/// Weak comparison leaves the mark of weakness out.
fn opaque(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn with(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (IF_NONE_MATCH, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn tags_are_compared_weakly_and_in_lists() {
        for lines in [&["W/\"1\""][..], &["\"1\""], &["\"0\", W/\"1\""], &["\"0\"", "\"2\",\"1\""]] {
            assert!(is_known(&with(lines), "W/\"1\"") && is_known(&with(lines), "\"1\""), "{lines:?}");
            assert!(!is_known(&with(lines), "W/\"3\"") && !is_any(&with(lines)), "{lines:?}");
        }
        assert!(is_any(&with(&["*"])) && !is_known(&with(&["*"]), "\"1\""));
        assert!(!is_known(&HeaderMap::new(), "\"1\"") && !is_any(&HeaderMap::new()));
    }

    #[test]
    fn a_tag_follows_its_content() {
        assert_eq!(of(&"a"), of(&"a"));
        assert_ne!(of(&"a"), of(&("a", 1)));
    }
}
