//! Pictures on a page that is light or dark as its reader prefers. One that is saved is light, whoever opens it.

use crate::chart::classed::{LOW, LOW_PALE};
use crate::chart::picture::{BAR, CONTEXT, INK, LINE, NONE, PALE, PLAIN, RAMP, SOFT, TREND, ZERO};
use std::fmt::Write;

/// What the colours of a picture are on dark ground: light, dark, and their name in the style sheet (`web`).
const DARK: [(&str, &str, &str); 20] = [
    ("white", "#161514", "ground"),
    (RAMP[0], "#452c22", "c0"),
    (RAMP[1], "#73432b", "c1"),
    (RAMP[2], "#9a5e3d", "c2"),
    (RAMP[3], "#ba7951", "c3"),
    (RAMP[4], "#d79c74", "c4"),
    (RAMP[5], "#eec4a4", "c5"),
    (RAMP[6], "#fdeadb", "c6"),
    (LOW, "#a9d3f5", "low"),
    (LOW_PALE, "#3f6f96", "low-pale"),
    (NONE, "#33383b", "c-none"),
    (ZERO, "#1f2224", "map-zero"),
    (PLAIN, "#3a3e41", "map-plain"),
    (CONTEXT, "#7d776d", "map-context"),
    (INK, "#ece8e1", "ink"),
    (SOFT, "#b3aca1", "ink-soft"),
    (LINE, "#433f39", "rule"),
    (PALE, "#302d29", "rule-soft"),
    (TREND, "#e8a27d", "trend"),
    (BAR, "#a9623f", "bar"),
];

/// A picture with the colours of dark ground for where that is preferred; on paper it is light.
pub fn followed(picture: &str) -> String {
    let mut rules = String::new();
    for (light, dark, _) in DARK {
        for name in ["fill", "stroke"] {
            // Writing into a `String` cannot fail.
            let _ = write!(rules, r#"[{name}="{light}"]{{{name}:{dark}}}"#);
        }
    }
    let sheet = format!("<style>@media screen and (prefers-color-scheme:dark){{{rules}}}</style>");
    picture.replacen("<title>", &format!("{sheet}<title>"), 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::picture::{Caption, Drawing, picture};
    use std::collections::BTreeSet;

    #[test]
    fn the_colours_of_dark_ground_are_those_of_the_style_sheet() {
        let tokens = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/src/styles/tokens.css");
        let tokens = std::fs::read_to_string(tokens).expect("the tokens");
        let dark = tokens.split("prefers-color-scheme: dark").nth(1).expect("the dark half");
        for (_, colour, name) in DARK {
            assert!(dark.contains(&format!("--{name}: {colour};")), "--{name} is not {colour}");
        }
    }

    #[test]
    fn every_colour_has_another_on_dark_ground_and_the_picture_is_the_same() {
        let lights: BTreeSet<&str> = DARK.iter().map(|(light, ..)| *light).collect();
        assert_eq!(lights.len(), DARK.len(), "no colour is two");
        let light = picture(&Caption { title: "A", text: "B", lines: &[] }, &Drawing::default());
        let themed = followed(&light);
        let (before, rest) = themed.split_once("<style>").expect("a sheet");
        let (sheet, after) = rest.split_once("</style>").expect("its end");
        assert_eq!(format!("{before}{after}"), light);
        assert!(sheet.starts_with("@media screen and (prefers-color-scheme:dark)"));
        let used = light.split("fill=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for colour in used {
            assert!(lights.contains(colour), "{colour} has no other on dark ground");
        }
    }
}
