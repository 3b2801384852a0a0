//! Logos: a small SVG that holds shapes and nothing else, or a PNG.

use tequio_frame::site::LOGO_HEIGHT_PX;

/// Widest logo, in heights.
const WIDTH_IN_HEIGHTS_MAX: f64 = 6.0;
/// Most nodes of an SVG.
const NODES_MAX: u32 = 20_000;
const SVG: &str = "http://www.w3.org/2000/svg";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const XML: &str = "http://www.w3.org/XML/1998/namespace";
const PNG_BEGINNING: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Elements that draw, and nothing that runs, styles or embeds.
const ELEMENTS: [&str; 22] = [
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "defs",
    "symbol",
    "use",
    "linearGradient",
    "radialGradient",
    "stop",
    "clipPath",
    "mask",
    "pattern",
    "title",
    "desc",
];

/// Why a logo is not served; reads on after the name of its file.
#[derive(Debug, PartialEq, thiserror::Error)]
pub enum LogoError {
    /// Too large.
    #[error("is larger than {0} bytes: every page loads it, so simplify it")]
    Large(usize),
    /// Neither SVG nor PNG.
    #[error("is neither an SVG nor a PNG")]
    Kind,
    /// Not well-formed, or with a document type.
    #[error("is no SVG that can be checked ({0}): save it as plain SVG, without a document type")]
    Form(String),
    /// An element that is not drawn.
    #[error("holds <{0}>, which is not served: keep shapes, gradients and text, as plain SVG without style sheets")]
    Element(String),
    /// An attribute that is not drawn.
    #[error(
        "holds the attribute `{0}`, which is not served: no event handlers and no inline styles; write them as plain attributes"
    )]
    Attribute(String),
    /// A reference to something else.
    #[error("refers to `{0}`: a logo may refer only to its own parts (#name)")]
    Reference(String),
    /// An instruction to the reader's program.
    #[error("holds a processing instruction: remove it")]
    Instruction,
    /// No size.
    #[error("does not say its size: give it a viewBox")]
    Size,
    /// Too wide.
    #[error("is more than {WIDTH_IN_HEIGHTS_MAX} times as wide as it is high: it would push the name away")]
    Wide,
}

/// A logo that may be served.
#[derive(Debug, PartialEq)]
pub struct Checked {
    /// `svg` or `png`.
    pub extension: &'static str,
    /// Width in pixels at the height logos are shown at.
    pub width_px: u32,
}

/// Checks the bytes of a logo.
///
/// # Errors
/// [`LogoError`] for the first thing that is wrong.
pub fn check(bytes: &[u8], bytes_max: usize) -> Result<Checked, LogoError> {
    if bytes.len() > bytes_max {
        return Err(LogoError::Large(bytes_max));
    }
    let (extension, (width, height)) = match std::str::from_utf8(bytes) {
        _ if bytes.starts_with(&PNG_BEGINNING) => ("png", png_size(bytes)?),
        Ok(text) if text.contains("<svg") => ("svg", svg_size(text)?),
        _ => return Err(LogoError::Kind),
    };
    if !(width > 0.0 && height > 0.0 && width.is_finite() && height.is_finite()) {
        return Err(LogoError::Size);
    }
    if width / height > WIDTH_IN_HEIGHTS_MAX {
        return Err(LogoError::Wide);
    }
    let width_px = (width / height * f64::from(LOGO_HEIGHT_PX)).round().max(1.0) as u32;
    Ok(Checked { extension, width_px })
}

/// Width and height stand in the first chunk (PNG specification, 11.2.2).
fn png_size(bytes: &[u8]) -> Result<(f64, f64), LogoError> {
    let number = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes).map(f64::from);
    number(16).zip(number(20)).filter(|_| bytes.get(12..16) == Some(b"IHDR".as_slice())).ok_or(LogoError::Size)
}

fn svg_size(text: &str) -> Result<(f64, f64), LogoError> {
    let options = roxmltree::ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, ..Default::default() };
    let document =
        roxmltree::Document::parse_with_options(text, options).map_err(|error| LogoError::Form(error.to_string()))?;
    document.root().descendants().try_for_each(check_node)?;
    let root = document.root_element();
    let boxed = root.attribute("viewBox").map(|text| text.split([' ', ',']).filter(|part| !part.is_empty()).collect());
    let boxed: Option<Vec<&str>> = boxed;
    let lengths = match boxed.as_deref() {
        Some([_, _, width, height]) => (Some(*width), Some(*height)),
        _ => (root.attribute("width"), root.attribute("height")),
    };
    let number = |text: Option<&str>| text.and_then(|text| text.trim().trim_end_matches("px").parse().ok());
    number(lengths.0).zip(number(lengths.1)).ok_or(LogoError::Size)
}

fn check_node(node: roxmltree::Node<'_, '_>) -> Result<(), LogoError> {
    if node.is_pi() {
        return Err(LogoError::Instruction);
    }
    if !node.is_element() {
        return Ok(());
    }
    let name = node.tag_name();
    if name.namespace() != Some(SVG) || !ELEMENTS.contains(&name.name()) {
        return Err(LogoError::Element(name.name().to_owned()));
    }
    node.attributes().try_for_each(check_attribute)
}

fn check_attribute(attribute: roxmltree::Attribute<'_, '_>) -> Result<(), LogoError> {
    let (name, value) = (attribute.name(), attribute.value().trim());
    let is_reference = name == "href";
    let is_known = match attribute.namespace() {
        None => !name.to_ascii_lowercase().starts_with("on") && name != "style",
        Some(XLINK) => is_reference,
        Some(namespace) => namespace == XML && name != "base",
    };
    if !is_known {
        return Err(LogoError::Attribute(name.to_owned()));
    }
    let is_own = |address: &str| address.trim_start_matches([' ', '"', '\'']).starts_with('#');
    let lower = value.to_ascii_lowercase();
    let refers_away = (is_reference && !is_own(value))
        || lower.split("url(").skip(1).any(|address| !is_own(address))
        || lower.contains("javascript:")
        || lower.contains("data:")
        // A style function may be written with escapes, which are not read here.
        || value.contains('\\');
    if refers_away { Err(LogoError::Reference(value.chars().take(60).collect())) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 4096;

    fn svg(inside: &str) -> Result<Checked, LogoError> {
        let text = format!(
            "<svg xmlns=\"{SVG}\" xmlns:xlink=\"{XLINK}\" viewBox=\"0 0 60 20\"><title>A</title>{inside}</svg>"
        );
        check(text.as_bytes(), MOST)
    }

    #[test]
    fn shapes_are_served() {
        let drawn =
            svg("<defs><linearGradient id=\"a\"><stop offset=\"0\" stop-color=\"#123456\"/></linearGradient></defs>\
             <path d=\"M0 0h9v9z\" fill=\"url(#a)\"/><use href=\"#a\"/><use xlink:href=\"#a\"/>");
        assert_eq!(drawn, Ok(Checked { extension: "svg", width_px: 120 }));
    }

    #[test]
    fn hostile_drawings_are_refused() {
        for inside in [
            "<script>alert(1)</script>",
            "<path onload=\"alert(1)\" d=\"\"/>",
            "<g ONCLICK=\"x\"/>",
            "<image href=\"https://evil.example/a.png\"/>",
            "<use href=\"https://evil.example/a.svg#b\"/>",
            "<use xlink:href=\"data:image/svg+xml,x\"/>",
            "<a href=\"javascript:alert(1)\"><path d=\"\"/></a>",
            "<foreignObject><b xmlns=\"http://www.w3.org/1999/xhtml\">x</b></foreignObject>",
            "<style>@import url(https://evil.example/a.css);</style>",
            "<path style=\"fill:url(https://evil.example/a)\" d=\"\"/>",
            "<path fill=\"url(https://evil.example/a.svg#b)\" d=\"\"/>",
            "<path fill=\"URL( 'https://evil.example/a.svg#b')\" d=\"\"/>",
            "<path fill=\"u\\72l(//evil.example/a)\" d=\"\"/>",
            "<animate attributeName=\"href\" to=\"javascript:alert(1)\"/>",
            "<set attributeName=\"onclick\" to=\"alert(1)\"/>",
            "<g xml:base=\"https://evil.example/\"/>",
            "<x:script xmlns:x=\"http://www.w3.org/2000/svg\"/>",
            "<h:script xmlns:h=\"http://www.w3.org/1999/xhtml\"/>",
            "<?xml-stylesheet href=\"https://evil.example/a.css\"?>",
            "<path",
        ] {
            assert!(svg(inside).is_err(), "{inside}");
        }
        let entities = format!(
            "<!DOCTYPE svg [<!ENTITY a \"{}\">]><svg xmlns=\"{SVG}\" viewBox=\"0 0 1 1\">&a;</svg>",
            "x".repeat(9)
        );
        assert!(matches!(check(entities.as_bytes(), MOST), Err(LogoError::Form(_))));
    }

    #[test]
    fn size_and_kind_are_checked() {
        let png = |width: u32, height: u32| {
            let mut bytes = [PNG_BEGINNING.as_slice(), &[0, 0, 0, 13], b"IHDR"].concat();
            bytes.extend(width.to_be_bytes());
            bytes.extend(height.to_be_bytes());
            bytes
        };
        assert_eq!(check(&png(80, 40), MOST), Ok(Checked { extension: "png", width_px: 80 }));
        assert_eq!(check(&png(700, 100), MOST), Err(LogoError::Wide));
        assert_eq!(check(&png(0, 100), MOST), Err(LogoError::Size));
        assert_eq!(check(&png(80, 40)[..18], MOST), Err(LogoError::Size));
        assert_eq!(check(b"GIF89a", MOST), Err(LogoError::Kind));
        assert_eq!(check(&vec![b' '; MOST + 1], MOST), Err(LogoError::Large(MOST)));
        assert_eq!(check(format!("<svg xmlns=\"{SVG}\"/>").as_bytes(), MOST), Err(LogoError::Size));
    }
}
