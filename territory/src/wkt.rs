//! Coordinate reference systems written as well-known text: WKT 1 of OGC and of ESRI (`.prj`), and WKT 2.

use crate::limits::{WKT_BYTES_MAX, WKT_DEPTH_MAX};

/// An element: `KEYWORD["text", number, CHILD[...]]`.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Node {
    /// Its keyword, in capitals.
    pub keyword: String,
    /// Its texts and numbers, as written.
    pub values: Vec<String>,
    /// The elements inside.
    pub children: Vec<Node>,
}

impl Node {
    /// Reads a text; `None` when it is not well-known text.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\0' || letter == '\u{feff}');
        if text.len() > WKT_BYTES_MAX {
            return None;
        }
        let mut rest = text;
        let node = node(&mut rest, 0)?;
        rest.trim().is_empty().then_some(node)
    }

    /// First direct child with one of these keywords.
    pub fn child(&self, keywords: &[&str]) -> Option<&Self> {
        self.children.iter().find(|child| keywords.contains(&child.keyword.as_str()))
    }

    /// First element with one of these keywords, at any depth.
    pub fn find(&self, keywords: &[&str]) -> Option<&Self> {
        if keywords.contains(&self.keyword.as_str()) {
            return Some(self);
        }
        self.children.iter().find_map(|child| child.find(keywords))
    }

    /// Its first text: the name.
    pub fn name(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// A value as a number.
    pub fn number(&self, index: usize) -> Option<f64> {
        self.values.get(index)?.parse().ok()
    }

    /// Code of the element itself in the EPSG register.
    pub fn epsg(&self) -> Option<u32> {
        let id = self.child(&["AUTHORITY", "ID"])?;
        id.name().eq_ignore_ascii_case("epsg").then(|| id.values.get(1)?.parse().ok()).flatten()
    }
}

fn node(rest: &mut &str, depth: u8) -> Option<Node> {
    if depth > WKT_DEPTH_MAX {
        return None;
    }
    let open = rest.find(['[', '('])?;
    let keyword = rest[..open].trim().to_ascii_uppercase();
    if keyword.is_empty() || !keyword.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        return None;
    }
    *rest = &rest[open + 1..];
    let mut node = Node { keyword, ..Node::default() };
    loop {
        item(rest, depth, &mut node)?;
        let separator = rest.trim_start().chars().next()?;
        *rest = &rest.trim_start()[separator.len_utf8()..];
        match separator {
            ',' => {}
            ']' | ')' => return Some(node),
            _ => return None,
        }
    }
}

/// Reads a quoted text, a number, a bare word or a child.
fn item(rest: &mut &str, depth: u8, parent: &mut Node) -> Option<()> {
    *rest = rest.trim_start();
    if let Some(quoted) = rest.strip_prefix('"') {
        let end = quoted.find('"')?;
        parent.values.push(quoted[..end].to_owned());
        *rest = &quoted[end + 1..];
        return Some(());
    }
    let end = rest.find(['[', '(', ',', ']', ')'])?;
    if rest[end..].starts_with(['[', '(']) {
        parent.children.push(node(rest, depth + 1)?);
    } else {
        parent.values.push(rest[..end].trim().to_owned());
        *rest = &rest[end..];
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_keep_their_values_and_their_codes() {
        let text = r#"PROJCS["a",GEOGCS["b",AUTHORITY["EPSG","6365"]],PARAMETER["x", -102.0],AXIS["E",EAST],AUTHORITY["EPSG","6372"]]"#;
        let node = Node::parse(text).expect("text");
        assert_eq!((node.name(), node.epsg()), ("a", Some(6372)));
        assert_eq!(node.child(&["PARAMETER"]).and_then(|node| node.number(1)), Some(-102.0));
        assert_eq!(node.find(&["GEOGCS"]).and_then(Node::epsg), Some(6365));
    }

    #[test]
    fn texts_that_are_not_well_known_are_none() {
        for text in ["", "GEOGCS", "GEOGCS[", "GEOGCS[\"a", "[1]", "A[1]]", "EPSG:4326", "A[1;2]é"] {
            assert_eq!(Node::parse(text), None, "{text}");
        }
        assert_eq!(Node::parse(&"A[".repeat(10_000)), None);
    }
}
