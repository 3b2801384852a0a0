//! A map as one picture that stands alone: title, areas, legend and source in one SVG with its own colours, for
//! documents and for readers without scripts.

use crate::chart::choropleth::{Region, areas};
use crate::chart::classes::Classes;
use crate::html::escape;
use std::fmt::Write;

/// The ramp of the style sheet on light ground (`--c0` to `--c6` in `web`), for pictures that have no style sheet.
pub const RAMP: [&str; 7] = ["#f3dec7", "#e7b98f", "#d39060", "#b76c44", "#994e2f", "#72301a", "#471509"];
const NONE: &str = "#e3e1dc";
const ZERO: &str = "#fdfcfa";
const INK: &str = "#1d1b18";
const SOFT: &str = "#55504a";
const LINE: &str = "#a9a49a";
/// Width of the picture and of its margin, in its own units.
const WIDTH: f64 = 1_200.0;
const MARGIN: f64 = 32.0;
const LINE_HEIGHT: f64 = 28.0;
const LEGEND_WIDTH: f64 = 150.0;
/// Letters of a line of text before it is broken.
const LETTERS: usize = 130;

/// What a picture shows and says.
pub struct Picture<'a> {
    /// The headline.
    pub title: &'a str,
    /// What was counted.
    pub text: &'a str,
    /// What the classes are of, with their unit.
    pub legend: &'a str,
    /// How the classes were chosen.
    pub method: &'a str,
    /// Words for areas where nothing was counted.
    pub zero: &'a str,
    /// Where the figures come from, line by line.
    pub source: &'a [String],
    /// The areas; zero has a colour of its own, no value another.
    pub regions: &'a [Region<'a>],
    /// Classes of the values above zero.
    pub classes: &'a Classes,
    /// Writes a class limit.
    pub write: &'a dyn Fn(f64) -> String,
}

/// Draws the picture.
pub fn picture(picture: &Picture<'_>) -> String {
    let paint = |value: Option<f64>| match value {
        None => NONE,
        Some(value) if value <= 0.0 => ZERO,
        Some(value) => RAMP[picture.classes.colour_index(value)],
    };
    let (paths, height) = areas(picture.regions, |region| format!(r#"fill="{}""#, paint(region.value)));
    let mut text = Text { out: String::new(), y: MARGIN };
    text.write(picture.title, 34.0, INK, 700);
    text.write(picture.text, 20.0, SOFT, 400);
    let map_top = text.y + 12.0;
    let mut below = Text { out: String::new(), y: map_top + height + 24.0 };
    below.write(picture.legend, 20.0, INK, 700);
    below.swatches(picture);
    below.write(picture.method, 17.0, SOFT, 400);
    picture.source.iter().for_each(|line| below.write(line, 17.0, SOFT, 400));
    let (width, total) = (WIDTH + 2.0 * MARGIN, below.y + MARGIN);
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {total:.0}" width="{width}" height="{total:.0}" role="img" font-family="'Source Sans 3', 'Noto Sans', Helvetica, Arial, sans-serif"><title>{}</title><rect width="100%" height="100%" fill="white"/>{}<g transform="translate({MARGIN} {map_top:.0})" stroke="{LINE}" stroke-width="0.6" stroke-linejoin="round">{paths}</g>{}</svg>"#,
        escape(picture.title),
        text.out,
        below.out
    )
}

/// Lines of text, from the top down.
struct Text {
    out: String,
    y: f64,
}

impl Text {
    // Writing into a `String` cannot fail, so the results of `write!` are dropped.
    fn write(&mut self, text: &str, size: f64, colour: &str, weight: u16) {
        let letters = (LETTERS as f64 * 17.0 / size) as usize;
        for line in broken(text, letters) {
            self.y += size.max(LINE_HEIGHT * size / 20.0);
            let _ = write!(
                self.out,
                r#"<text x="{MARGIN}" y="{:.0}" font-size="{size}" font-weight="{weight}" fill="{colour}">{}</text>"#,
                self.y,
                escape(&line)
            );
        }
    }

    /// A swatch for zero and one for every class, with its limits.
    fn swatches(&mut self, picture: &Picture<'_>) {
        self.y += 10.0;
        let zero = (ZERO, picture.zero.to_owned());
        let classes = picture.classes.ranges().into_iter().enumerate().map(|(class, (low, high))| {
            let (low, high) = ((picture.write)(low), (picture.write)(high));
            let colour = RAMP[picture.classes.index_of(class)];
            (colour, if low == high { high } else { format!("{low}–{high}") })
        });
        for (index, (colour, label)) in std::iter::once(zero).chain(classes).enumerate() {
            let x = MARGIN + LEGEND_WIDTH * index as f64;
            let _ = write!(
                self.out,
                r#"<rect x="{x}" y="{:.0}" width="{}" height="20" fill="{colour}" stroke="{LINE}" stroke-width="0.6"/><text x="{x}" y="{:.0}" font-size="17" fill="{INK}">{}</text>"#,
                self.y,
                LEGEND_WIDTH - 6.0,
                self.y + 38.0,
                escape(&label)
            );
        }
        self.y += 44.0;
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
        let svg = picture(&Picture {
            title: "12 <incidentes>",
            text: "Todos",
            legend: "Municipios",
            method: "Cuantiles",
            zero: "Ninguno",
            source: &["Fuente: A & B".to_owned()],
            regions: &[region(Some(12.0)), region(Some(0.0)), region(None)],
            classes: &Classes::quantiles(&[12.0], 7),
            write: &|value| format!("{value:.0}"),
        });
        assert!(svg.contains("12 &lt;incidentes&gt;") && svg.contains("A &amp; B") && svg.contains(">12</text>"));
        assert!([RAMP[3], ZERO, NONE].iter().all(|colour| svg.contains(&format!(r#"fill="{colour}""#))), "{svg}");
        assert!(!svg.contains("style"), "the content security policy allows no styles");
    }

    #[test]
    fn the_ramp_is_that_of_the_style_sheet() {
        let tokens = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/styles/tokens.css");
        let tokens = std::fs::read_to_string(tokens).expect("the tokens");
        let light = tokens.split("prefers-color-scheme: dark").next().expect("the light half");
        for (index, colour) in RAMP.iter().enumerate() {
            assert!(light.contains(&format!("--c{index}: {colour};")), "--c{index} is not {colour}");
        }
    }

    #[test]
    fn long_texts_are_broken_between_words() {
        assert_eq!(broken("uno dos tres", 8), ["uno dos", "tres"]);
    }
}
