//! A map of areas in named classes (hot, cold, more, fewer), not in shades of a number. What has no figure is hatched.

use crate::chart::choropleth::{Frame, HATCHED, hatch};
use crate::chart::mark::Mark;
use crate::chart::picture::{CONTEXT, Drawing, INK, LINE, PLAIN, RAMP, SOFT, WIDTH};
use crate::html::escape;
use geo_types::MultiPolygon;
use std::fmt::Write;

/// How a class is painted. Two hues and their pale forms, told apart with any colour vision and in grey; and the shades
/// of a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// More than chance gives.
    High,
    /// High among low: a pale form of the same hue.
    HighPale,
    /// Less than chance gives.
    Low,
    /// Low among high.
    LowPale,
    /// Tested, and nothing to be made of it: a fill of its own, which is not the ground.
    Plain,
    /// Not tested: no fill.
    Blank,
    /// No figure.
    Hatched,
    /// A shade of the ramp, from 0 to 6; darker is more.
    Shade(u8),
}

/// The colours of low values on light ground (`--low` and `--low-pale` in `web`).
pub(crate) const LOW: &str = "#1f4e79";
pub(crate) const LOW_PALE: &str = "#8fb8d8";

/// Names of the shades in the style sheet.
const SHADES: [&str; 7] = ["c0", "c1", "c2", "c3", "c4", "c5", "c6"];

impl Paint {
    /// Name of the colour class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::HighPale => "high-pale",
            Self::Low => "low",
            Self::LowPale => "low-pale",
            Self::Plain => "plain",
            Self::Blank => "blank",
            Self::Hatched => "hatched",
            Self::Shade(shade) => SHADES[usize::from(shade).min(RAMP.len() - 1)],
        }
    }

    /// The edge where there is no style sheet: what stands out is not told by colour alone.
    fn edge(self) -> String {
        match self {
            Self::High | Self::HighPale => format!(r#" stroke="{INK}" stroke-width="1.6""#),
            Self::Low | Self::LowPale => format!(r#" stroke="{INK}" stroke-width="1.6" stroke-dasharray="4 3""#),
            // Of its own colour, so that no slit shows between neighbours.
            Self::Shade(_) => format!(r#" stroke="{}" stroke-width="1.2""#, self.colour()),
            Self::Plain => format!(r#" stroke="{CONTEXT}" stroke-width="0.8""#),
            Self::Blank | Self::Hatched => String::new(),
        }
    }

    /// Colour where there is no style sheet.
    fn colour(self) -> &'static str {
        match self {
            Self::High => RAMP[5],
            Self::HighPale => RAMP[2],
            Self::Low => LOW,
            Self::LowPale => LOW_PALE,
            Self::Plain => PLAIN,
            Self::Blank => "none",
            Self::Hatched => HATCHED,
            Self::Shade(shade) => RAMP[usize::from(shade).min(RAMP.len() - 1)],
        }
    }
}

/// An area of the map.
pub struct Area<'a> {
    /// Where a click leads; empty for nowhere.
    pub href: String,
    /// Text shown when pointed at.
    pub hint: String,
    /// How it is painted.
    pub paint: Paint,
    /// Boundary in degrees.
    pub shape: &'a MultiPolygon<f64>,
}

/// Draws the areas for a page, borders that tell where they lie, and numbers over them. The picture is hidden from assistive technology, whose readers have the table.
pub fn classed(areas: &[Area<'_>], borders: &[&MultiPolygon<f64>], marks: &[Mark]) -> String {
    let shapes = areas.iter().map(|area| area.shape).chain(borders.iter().copied());
    let Some(frame) = Frame::fit(shapes, WIDTH).filter(|_| !areas.is_empty()) else { return String::new() };
    let mut out = format!(
        r#"<svg class="choropleth" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}"#,
        WIDTH as i32,
        frame.height(),
        hatch(r#"class="hatch-ground""#, r#"class="hatch-line""#)
    );
    for area in areas {
        let look = match area.paint {
            Paint::Hatched => format!(r#"fill="{HATCHED}""#),
            // Neighbouring areas of a surface have no border.
            Paint::Shade(_) => format!(r#"class="{} smooth""#, area.paint.class()),
            paint => format!(r#"class="{}""#, paint.class()),
        };
        let path =
            format!(r#"<path {look} d="{}"><title>{}</title></path>"#, frame.path(area.shape), escape(&area.hint));
        // Writing into a `String` cannot fail.
        let _ = match area.href.as_str() {
            "" => write!(out, "{path}"),
            href => write!(out, r#"<a href="{}" tabindex="-1">{path}</a>"#, escape(href)),
        };
    }
    for border in borders {
        let _ = write!(out, r#"<path class="border" d="{}"/>"#, frame.path(border));
    }
    // Where they overlap, the first lies on top.
    marks.iter().rev().for_each(|mark| out.push_str(&mark.styled(&frame)));
    out.push_str("</svg>");
    out
}

/// Height of a line of the legend, and the space above it.
const LEGEND_LINE: f64 = 30.0;
const LEGEND_TOP: f64 = 28.0;

/// The same as a picture that stands alone, with its legend, a class a line, and borders drawn over it.
pub fn drawing(
    areas: &[Area<'_>],
    borders: &[&MultiPolygon<f64>],
    marks: &[Mark],
    legend: &[(Paint, String)],
) -> Drawing {
    let shapes = areas.iter().map(|area| area.shape).chain(borders.iter().copied());
    let Some(frame) = Frame::fit(shapes, WIDTH).filter(|_| !areas.is_empty()) else { return Drawing::default() };
    let mut elements = hatch(r#"fill="white""#, &format!(r#"fill="{LINE}""#));
    let _ = write!(elements, r#"<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">"#);
    for area in areas {
        let (fill, edge) = (area.paint.colour(), area.paint.edge());
        let _ = write!(elements, r#"<path fill="{fill}"{edge} d="{}"/>"#, frame.path(area.shape));
    }
    elements.push_str("</g>");
    for border in borders {
        let path = frame.path(border);
        let _ = write!(
            elements,
            r#"<path fill="none" stroke="{SOFT}" stroke-width="1" stroke-linejoin="round" d="{path}"/>"#
        );
    }
    marks.iter().rev().for_each(|mark| elements.push_str(&mark.painted(&frame)));
    let top = f64::from(frame.height()) + LEGEND_TOP;
    for (line, (paint, label)) in legend.iter().enumerate() {
        let y = top + LEGEND_LINE * line as f64;
        let _ = write!(
            elements,
            r#"<rect x="0" y="{y:.0}" width="44" height="20" fill="{}" stroke="{SOFT}" stroke-width="0.6"/><text x="56" y="{:.0}" font-size="18" fill="{INK}">{}</text>"#,
            paint.colour(),
            y + 16.0,
            escape(label)
        );
    }
    Drawing { elements, height: top + LEGEND_LINE * legend.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    #[test]
    fn areas_have_the_paint_of_their_class_and_none_is_hatched() {
        let shape = MultiPolygon(vec![polygon![(x: -100.0, y: 20.0), (x: -98.0, y: 20.0), (x: -98.0, y: 22.0)]]);
        let area = |paint, href: &str| Area { href: href.into(), hint: "A & B".into(), paint, shape: &shape };
        let areas = [area(Paint::High, "/place/MX-09"), area(Paint::Hatched, "")];
        let svg = classed(&areas, &[], &[]);
        assert!(svg.contains(r#"<path class="high""#) && svg.contains(r#"<path fill="url(#hatch)""#), "{svg}");
        assert!(svg.matches("<a ").count() == 1 && svg.contains("A &amp; B") && !svg.contains("style"));
        let picture = drawing(&areas, &[&shape], &[], &[(Paint::High, "Más < que".into())]);
        assert!(picture.elements.contains(RAMP[5]) && picture.elements.contains("Más &lt; que"));
        assert!(!picture.elements.contains("class="), "there is no style sheet");
        assert!(picture.elements.contains(r#"<path fill="none" stroke="#));
        assert_eq!((classed(&[], &[], &[]), drawing(&[], &[], &[], &[])), (String::new(), Drawing::default()));
    }

    #[test]
    fn more_and_fewer_have_edges_that_differ_and_a_surface_has_none() {
        let edges = [Paint::High, Paint::Low, Paint::Blank].map(Paint::edge);
        assert!(edges[0] != edges[1] && edges[1].contains("dasharray") && edges[2].is_empty());
        let shape = MultiPolygon(vec![polygon![(x: -100.0, y: 20.0), (x: -98.0, y: 20.0), (x: -98.0, y: 22.0)]]);
        let area = Area { href: String::new(), hint: String::new(), paint: Paint::Shade(6), shape: &shape };
        assert!(classed(std::slice::from_ref(&area), &[], &[]).contains(r#"class="c6 smooth""#));
        assert!(drawing(&[area], &[], &[], &[]).elements.contains(RAMP[6]));
    }

    #[test]
    fn tested_and_plain_is_filled_and_edged_and_not_tested_is_neither() {
        let shape = MultiPolygon(vec![polygon![(x: -100.0, y: 20.0), (x: -98.0, y: 20.0), (x: -98.0, y: 22.0)]]);
        let area = |paint| Area { href: String::new(), hint: String::new(), paint, shape: &shape };
        let picture = |paint| drawing(&[area(paint)], &[], &[], &[]).elements;
        let plain = format!(r#"<path fill="{PLAIN}" stroke="{CONTEXT}""#);
        assert!(picture(Paint::Plain).contains(&plain), "{}", picture(Paint::Plain));
        assert!(picture(Paint::Blank).contains(r#"<path fill="none" d="#), "{}", picture(Paint::Blank));
        assert!(classed(&[area(Paint::Blank)], &[], &[]).contains(r#"class="blank""#));
    }

    #[test]
    fn numbers_stand_over_the_areas_at_their_place_and_off_it() {
        let shape = MultiPolygon(vec![polygon![(x: -100.0, y: 20.0), (x: -98.0, y: 20.0), (x: -98.0, y: 22.0)]]);
        let area = Area { href: String::new(), hint: String::new(), paint: Paint::High, shape: &shape };
        let mark = |text: &str, latitude| Mark { text: text.into(), longitude: -98.0, latitude };
        let marks = [mark("<2>", 22.0), mark("1", 20.0)];
        let svg = classed(std::slice::from_ref(&area), &[], &marks);
        let (paths, pins) = svg.split_once(r#"<g class="mark">"#).expect("a pin");
        assert!(paths.contains(r#"class="high""#) && pins.contains("&lt;2&gt;"), "the pins come last");
        let number = |text: &str, name: &str| -> f64 {
            let from = text.find(&format!(" {name}=\"")).map(|at| at + name.len() + 3).expect(name);
            text[from..].split('"').next().and_then(|number| number.parse().ok()).expect(name)
        };
        let discs: Vec<(f64, f64)> =
            pins.split("<circle").skip(1).map(|circle| (number(circle, "cy"), number(circle, "r"))).collect();
        let [(south, _), (above, radius), (north, _), (below, _)] = discs[..] else { panic!("{discs:?}") };
        assert!(above + radius < south && below - radius > north, "off the place, and within the drawing: {discs:?}");
        let picture = drawing(&[area], &[], &marks, &[]).elements;
        assert!(picture.contains("&lt;2&gt;") && !picture.contains("class="), "{picture}");
    }

    #[test]
    fn the_colours_are_those_of_the_style_sheet() {
        let tokens = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/styles/tokens.css");
        let tokens = std::fs::read_to_string(tokens).expect("the tokens");
        for (name, colour) in [("low", LOW), ("low-pale", LOW_PALE), ("map-plain", PLAIN), ("map-context", CONTEXT)] {
            assert!(tokens.contains(&format!("--{name}: {colour};")), "--{name} is not {colour}");
        }
    }
}
