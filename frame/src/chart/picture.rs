//! Charts and maps as pictures that stand alone: title, drawing, legend and source in one SVG with its own
//! colours, for documents and for readers without scripts.

use crate::chart::choropleth::{HATCHED, Region, areas, hatch};
use crate::chart::classes::Classes;
use crate::chart::legend::limits_in_words;
use crate::html::escape;
use std::fmt::Write;

/// The ramp of the style sheet on light ground (`--c0` to `--c6` in `web`), for pictures that have no style sheet.
pub const RAMP: [&str; 7] = ["#f3dec7", "#e7b98f", "#d39060", "#b76c44", "#994e2f", "#72301a", "#471509"];
pub(crate) const NONE: &str = "#e3e1dc";
pub(crate) const ZERO: &str = "#fdfcfa";
/// Tested, and nothing found (`--map-plain`), and its edge (`--map-context`).
pub(crate) const PLAIN: &str = "#c9cfce";
pub(crate) const CONTEXT: &str = "#8b857a";
pub(crate) const INK: &str = "#1d1b18";
pub(crate) const SOFT: &str = "#55504a";
pub(crate) const LINE: &str = "#a9a49a";
pub(crate) const PALE: &str = "#e9e5dc";
/// Colour of lines and bars (`--trend` and `--bar`).
pub(crate) const TREND: &str = "#86402a";
pub(crate) const BAR: &str = "#bd7a50";
/// Width of a drawing, in the units of the picture.
pub const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 32.0;
const LINE_HEIGHT: f64 = 28.0;
const LEGEND_WIDTH: f64 = 150.0;
/// Letters of a line of text before it is broken.
const LETTERS: usize = 130;

/// What a picture shows, between its headline and its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Elements of an SVG that is [`WIDTH`] units wide, with presentation attributes only.
    pub elements: String,
    /// Height, in the same units.
    pub height: f64,
}

impl Drawing {
    /// Adds a line below: what the drawing cannot show.
    pub fn note(&mut self, text: &str) {
        let mut below = Text { out: String::new(), x: 0.0, y: self.height };
        below.write(text, 17.0, SOFT, 400);
        self.elements.push_str(&below.out);
        self.height = below.y;
    }
}

/// The words round a drawing.
pub struct Caption<'a> {
    /// The headline.
    pub title: &'a str,
    /// What was counted.
    pub text: &'a str,
    /// What is missing and where the figures come from, line by line.
    pub lines: &'a [String],
}

/// Puts the words round a drawing; the answer is a whole SVG document.
pub fn picture(caption: &Caption<'_>, drawing: &Drawing) -> String {
    let mut head = Text { out: String::new(), x: MARGIN, y: MARGIN };
    head.write(caption.title, 34.0, INK, 700);
    head.write(caption.text, 20.0, SOFT, 400);
    let top = head.y + 16.0;
    let mut foot = Text { out: String::new(), x: MARGIN, y: top + drawing.height + 8.0 };
    caption.lines.iter().for_each(|line| foot.write(line, 17.0, SOFT, 400));
    let (width, height) = (WIDTH + 2.0 * MARGIN, foot.y + MARGIN);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0}" width="{width}" height="{height:.0}" role="img" font-family="'Source Sans 3', 'Noto Sans', Helvetica, Arial, sans-serif"><title>{}</title><rect width="100%" height="100%" fill="white"/>{}<g transform="translate({MARGIN} {top:.0})">{}</g>{}</svg>"#,
        escape(caption.title),
        head.out,
        drawing.elements,
        foot.out
    )
}

/// A shaded map with its legend.
pub struct Map<'a> {
    /// What the classes are of, with their unit.
    pub legend: &'a str,
    /// How the classes were chosen.
    pub method: &'a str,
    /// Words for areas where nothing was counted; empty where zero is a value as any other.
    pub zero: &'a str,
    /// Words for areas without a value; empty when there are none.
    pub none: &'a str,
    /// The areas; those without a value are hatched.
    pub regions: &'a [Region<'a>],
    /// Classes of the values above zero.
    pub classes: &'a Classes,
    /// Writes a class limit.
    pub write: &'a dyn Fn(f64) -> String,
}

impl Map<'_> {
    /// Draws the map.
    pub fn draw(&self) -> Drawing {
        let paint = |value: Option<f64>| match value {
            None => HATCHED,
            Some(value) if value <= 0.0 && !self.zero.is_empty() => ZERO,
            Some(value) => RAMP[self.classes.colour_index(value)],
        };
        let (paths, height) = areas(self.regions, |region| format!(r#"fill="{}""#, paint(region.value)));
        let mut below = Text { out: String::new(), x: 0.0, y: height + 24.0 };
        below.write(self.legend, 20.0, INK, 700);
        self.swatches(&mut below);
        below.write(self.method, 17.0, SOFT, 400);
        let hatch = hatch(&format!(r#"fill="{NONE}""#), &format!(r#"fill="{LINE}""#));
        let elements =
            format!(r#"{hatch}<g stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">{paths}</g>{}"#, below.out);
        Drawing { elements, height: below.y }
    }

    /// A swatch for no value, one for zero and one for every class, with its limits.
    fn swatches(&self, text: &mut Text) {
        text.y += 10.0;
        let none = (!self.none.is_empty()).then(|| (HATCHED, self.none.to_owned()));
        let zero = (!self.zero.is_empty()).then(|| (ZERO, self.zero.to_owned()));
        let classes = self
            .classes
            .ranges()
            .into_iter()
            .enumerate()
            .map(|(class, limits)| (RAMP[self.classes.index_of(class)], limits_in_words(limits, self.write)));
        let swatches: Vec<_> = zero.into_iter().chain(classes).chain(none).collect();
        let width = LEGEND_WIDTH.min(WIDTH / swatches.len().max(1) as f64);
        for (index, (colour, label)) in swatches.into_iter().enumerate() {
            let x = width * index as f64;
            // Writing into a `String` cannot fail.
            let _ = write!(
                text.out,
                r#"<rect x="{x:.0}" y="{:.0}" width="{:.0}" height="20" fill="{colour}" stroke="{LINE}" stroke-width="0.6"/><text x="{x:.0}" y="{:.0}" font-size="17" fill="{INK}">{}</text>"#,
                text.y,
                width - 6.0,
                text.y + 38.0,
                escape(&label)
            );
        }
        text.y += 44.0;
    }
}

/// What the classes of the style sheet look like on light ground, as presentation attributes.
fn looks() -> [(&'static str, String); 16] {
    let line = |colour| format!(r#"stroke="{colour}""#);
    let fill = |colour, opacity| format!(r#"fill="{colour}" fill-opacity="{opacity}""#);
    [
        ("axis", line(SOFT)),
        ("grid", line(PALE)),
        ("year", line(SOFT)),
        ("tick", format!(r#"fill="{SOFT}" font-size="12""#)),
        ("trend", format!(r#"fill="none" {} stroke-width="2" vector-effect="non-scaling-stroke""#, line(TREND))),
        ("dot", fill(TREND, "1")),
        ("gap", fill(NONE, "1")),
        ("band", fill(TREND, "0.12")),
        ("band band-other", fill(INK, "0.08")),
        ("span", fill(TREND, "0.16")),
        ("break", format!(r#"{} stroke-dasharray="5 3""#, line(INK))),
        ("equal", format!(r#"fill="none" {} stroke-dasharray="4 4" vector-effect="non-scaling-stroke""#, line(SOFT))),
        ("hint", r#"fill="none""#.to_owned()),
        ("context", format!(r#"fill="none" {} stroke-width="1" vector-effect="non-scaling-stroke""#, line(LINE))),
        ("reach", format!(r#"{} stroke-width="1.5""#, line(INK))),
        ("reference", format!(r#"{} stroke-dasharray="3 3""#, line(SOFT))),
    ]
}

/// Chart elements with attributes in place of the classes that a style sheet would paint.
pub(crate) fn painted(elements: &str) -> String {
    looks().iter().fold(elements.to_owned(), |text, (class, look)| text.replace(&format!(r#"class="{class}""#), look))
}

/// Lines of text, from the top down.
struct Text {
    out: String,
    x: f64,
    y: f64,
}

impl Text {
    fn write(&mut self, text: &str, size: f64, colour: &str, weight: u16) {
        let letters = (LETTERS as f64 * 17.0 / size) as usize;
        for line in broken(text, letters).into_iter().filter(|line| !line.is_empty()) {
            self.y += size.max(LINE_HEIGHT * size / 20.0);
            let _ = write!(
                self.out,
                r#"<text x="{}" y="{:.0}" font-size="{size}" font-weight="{weight}" fill="{colour}">{}</text>"#,
                self.x,
                self.y,
                escape(&line)
            );
        }
    }
}

/// Breaks a text between words.
fn broken(text: &str, letters: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split_whitespace() {
        let full =
            lines.last().is_some_and(|line| !line.is_empty() && line.chars().count() + word.chars().count() >= letters);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::{MultiPolygon, polygon};

    #[test]
    fn a_picture_says_what_it_shows() {
        let shape = MultiPolygon(vec![polygon![(x: -100.0, y: 20.0), (x: -98.0, y: 20.0), (x: -98.0, y: 22.0)]]);
        let region = |value| Region { href: String::new(), hint: String::new(), value, shape: &shape };
        let map = Map {
            legend: "Municipios",
            method: "Cuantiles",
            zero: "Ninguno",
            none: "Sin dato",
            regions: &[region(Some(12.0)), region(Some(0.0)), region(None)],
            classes: &Classes::quantiles(&[12.0], 7),
            write: &|value| format!("{value:.0}"),
        };
        let lines = ["Fuente: A & B".to_owned()];
        let svg = picture(&Caption { title: "12 <incidentes>", text: "Todos", lines: &lines }, &map.draw());
        for part in ["12 &lt;incidentes&gt;", "A &amp; B", ">12</text>", "Cuantiles", "Sin dato"] {
            assert!(svg.contains(part), "{part} is not in {svg}");
        }
        assert!([RAMP[3], ZERO, NONE].iter().all(|colour| svg.contains(&format!(r#"fill="{colour}""#))), "{svg}");
        assert!(!svg.contains("style") && !svg.contains("class="), "there is no style sheet");
    }

    #[test]
    fn the_colours_are_those_of_the_style_sheet() {
        let tokens = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/styles/tokens.css");
        let tokens = std::fs::read_to_string(tokens).expect("the tokens");
        let light = tokens.split("prefers-color-scheme: dark").next().expect("the light half");
        for (index, colour) in RAMP.iter().enumerate() {
            assert!(light.contains(&format!("--c{index}: {colour};")), "--c{index} is not {colour}");
        }
        for (name, colour) in [("trend", TREND), ("bar", BAR), ("ink", INK), ("ink-soft", SOFT), ("rule-soft", PALE)] {
            assert!(light.contains(&format!("--{name}: {colour};")), "--{name} is not {colour}");
        }
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        assert_eq!(broken("uno dos tres", 8), ["uno dos", "tres"]);
    }
}
