//! Numbers on a map: a pin whose tip is the place and whose disc, beside it, says which row of the table it is. The disc
//! stands off the place, so that it covers neither a small area nor its colour.

use crate::chart::choropleth::Frame;
use crate::chart::picture::INK;
use crate::html::escape;

/// A number at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// What the disc says: the number of the row.
    pub text: String,
    /// Degrees.
    pub longitude: f64,
    /// Degrees.
    pub latitude: f64,
}

/// Name of the look of a number in the style sheet: on the map, and beside the row of the table.
pub const CLASS: &str = "mark";

/// From the tip to the middle of the disc, and the disc's radius, in units of the drawing.
const STALK: i32 = 48;
const RADIUS: i32 = 24;
/// Radius of the tip.
const TIP: i32 = 4;

impl Mark {
    /// The pin, painted by the style sheet.
    pub(super) fn styled(&self, frame: &Frame) -> String {
        self.pin(frame, [format!(r#"class="{CLASS}""#), String::new(), String::new()])
    }

    /// The pin where there is no style sheet.
    pub(super) fn painted(&self, frame: &Frame) -> String {
        // An edge of its own, so that discs that overlap are told apart.
        let disc = format!(r#" fill="{INK}" stroke="white""#);
        let text = r#" fill="white" stroke="none""#.to_owned();
        self.pin(frame, [format!(r#"stroke="{INK}" stroke-width="2""#), disc, text])
    }

    /// Upward, and downward where the top of the drawing is near.
    fn pin(&self, frame: &Frame, [group, disc, text]: [String; 3]) -> String {
        let (x, y) = frame.point(self.longitude, self.latitude);
        let middle = if y < STALK + RADIUS { y + STALK } else { y - STALK };
        let (foot, base) = (if middle < y { middle + RADIUS } else { middle - RADIUS }, middle + 11);
        format!(
            r#"<g {group}><path d="M{x} {y}V{foot}"/><circle cx="{x}" cy="{y}" r="{TIP}"/><circle{disc} cx="{x}" cy="{middle}" r="{RADIUS}"/><text{text} x="{x}" y="{base}" text-anchor="middle" font-size="32" font-weight="700">{}</text></g>"#,
            escape(&self.text)
        )
    }
}
