//! Which of several media types a reader prefers (RFC 9110, 12.5.1).

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;

/// A media range of an `Accept` header with its weight.
struct Range<'a> {
    media_type: &'a str,
    weight: f32,
}

fn accepted(headers: &HeaderMap) -> impl Iterator<Item = Range<'_>> {
    let lines = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges = lines.flat_map(|line| line.split(',')).filter(|range| !range.trim().is_empty());
    ranges.map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let media_type = parts.next().unwrap_or_default();
        let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        Range { media_type, weight }
    })
}

/// True when the reader names the type itself, as browsers name HTML.
pub fn is_named(headers: &HeaderMap, media_type: &str) -> bool {
    accepted(headers).any(|range| range.media_type.eq_ignore_ascii_case(media_type))
}

/// Of the forms offered the one with the greatest weight, on equal weights the first; `None` when the reader
/// takes none of them. A reader that says nothing takes all.
pub fn preferred<T: Copy>(headers: &HeaderMap, offered: &[(&str, T)]) -> Option<T> {
    if accepted(headers).next().is_none() {
        return offered.first().map(|(_, form)| *form);
    }
    let weighted = offered.iter().map(|(media_type, form)| (weight(headers, media_type), *form));
    let best = weighted.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.filter(|(weight, _)| *weight > 0.0).map(|(_, form)| form)
}

/// The weight that the most specific range gives to a type; 0 when none names it.
fn weight(headers: &HeaderMap, media_type: &str) -> f32 {
    let family = media_type.split('/').next().unwrap_or_default();
    let exactness = |range: &Range<'_>| match range.media_type {
        known if known.eq_ignore_ascii_case(media_type) => Some(2),
        "*/*" => Some(0),
        known => known.strip_suffix("/*").filter(|known| known.eq_ignore_ascii_case(family)).map(|_| 1),
    };
    let ranges = accepted(headers).filter_map(|range| Some((exactness(&range)?, range.weight)));
    ranges.max_by_key(|(exactness, _)| *exactness).map_or(0.0, |(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const OFFERED: [(&str, char); 3] = [("application/json", 'j'), ("text/csv", 'c'), ("application/geo+json", 'g')];

    fn of(accept: &'static str) -> Option<char> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        preferred(&headers, &OFFERED)
    }

    #[test]
    fn the_most_specific_range_weighs_and_the_greatest_weight_wins() {
        for (accept, form) in [
            ("*/*", Some('j')),
            ("", Some('j')),
            ("text/csv", Some('c')),
            ("text/*", Some('c')),
            ("application/json;q=0.2, text/csv;q=0.9", Some('c')),
            ("application/json;q=0, */*;q=0.1", Some('c')),
            ("APPLICATION/GEO+JSON", Some('g')),
            ("application/*;q=0.5, application/geo+json", Some('g')),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some('j')),
            ("image/png", None),
            ("application/json;q=0", None),
        ] {
            assert_eq!(of(accept), form, "{accept}");
        }
        assert_eq!(preferred(&HeaderMap::new(), &OFFERED), Some('j'));
    }

    #[test]
    fn a_range_names_no_type() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("*/*, text/csv"));
        assert!(is_named(&headers, "text/csv") && !is_named(&headers, "text/html"));
    }
}
