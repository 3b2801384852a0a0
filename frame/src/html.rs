//! Escaping for the little markup that is written outside templates (the charts).

/// A text as it may stand between tags or inside a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn markup_becomes_text() {
        assert_eq!(
            super::escape(r#"<a href="x">Ñ & 'n'</a>"#),
            "&lt;a href=&quot;x&quot;&gt;Ñ &amp; &#39;n&#39;&lt;/a&gt;"
        );
    }
}
