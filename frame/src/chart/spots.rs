//! Counts of places as discs on a map: the area of a disc is proportional to its count, so that a small place with
//! many events is seen. Shades are for rates, discs for counts.

use crate::chart::choropleth::{Frame, Region, WIDTH, areas, shapes};
use crate::chart::picture::{BAR, Drawing, LINE, PALE, TREND};
use crate::html::escape;
use geo_types::{LineString, MultiPolygon};
use std::fmt::Write;

/// Radius of the largest disc, in the 1,200 units of a map, and of the smallest that is still seen.
const RADIUS_MAX: f64 = 42.0;
const RADIUS_MIN: f64 = 3.0;

/// A place and its count.
pub struct Spot<'a> {
    /// Where a click leads.
    pub href: String,
    /// Name and count.
    pub hint: String,
    /// The count.
    pub value: f64,
    /// Boundary in degrees; the disc stands in the middle of its largest part.
    pub shape: &'a MultiPolygon<f64>,
}

/// Draws the discs, the largest first, on areas without shade. Hidden from assistive technology, whose readers have
/// the table.
pub fn spots(ground: &[Region<'_>], spots: &[Spot<'_>]) -> String {
    let Some(frame) = Frame::fit(shapes(ground), WIDTH) else { return String::new() };
    let mut out = format!(
        r#"<svg class="choropleth spots" viewBox="0 0 1200 {}" aria-hidden="true" focusable="false">"#,
        frame.height()
    );
    // Writing into a `String` cannot fail.
    for region in ground {
        let _ = write!(out, r#"<path class="ground" d="{}"/>"#, frame.path(region.shape));
    }
    for (spot, (x, y), radius) in placed(&frame, spots) {
        let _ = write!(
            out,
            r#"<a href="{}" tabindex="-1"><circle cx="{x}" cy="{y}" r="{radius:.1}"><title>{}</title></circle></a>"#,
            escape(&spot.href),
            escape(&spot.hint)
        );
    }
    out.push_str("</svg>");
    out
}

/// The same for a picture that stands alone.
pub fn drawing(ground: &[Region<'_>], spots: &[Spot<'_>]) -> Drawing {
    let Some(frame) = Frame::fit(shapes(ground), WIDTH) else { return Drawing::default() };
    let (paths, height) = areas(ground, |_| format!(r#"fill="{PALE}""#));
    let mut elements = format!(r#"<g stroke="{LINE}" stroke-width="0.6">{paths}</g>"#);
    for (_, (x, y), radius) in placed(&frame, spots) {
        let _ = write!(
            elements,
            r#"<circle cx="{x}" cy="{y}" r="{radius:.1}" fill="{BAR}" fill-opacity="0.7" stroke="{TREND}"/>"#
        );
    }
    Drawing { elements, height }
}

type Placed<'a, 'b> = (&'a Spot<'b>, (i32, i32), f64);

fn placed<'a, 'b>(frame: &Frame, spots: &'a [Spot<'b>]) -> Vec<Placed<'a, 'b>> {
    let largest = spots.iter().map(|spot| spot.value).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let place = |spot: &'a Spot<'b>| {
        let (longitude, latitude) = middle(spot.shape)?;
        let radius = (RADIUS_MAX * (spot.value.max(0.0) / largest).sqrt()).max(RADIUS_MIN);
        Some((spot, frame.point(longitude, latitude), radius))
    };
    let mut placed: Vec<Placed<'a, 'b>> = spots.iter().filter_map(place).collect();
    placed.sort_by(|a, b| b.2.total_cmp(&a.2));
    placed
}

/// Centroid of the largest part, in degrees.
fn middle(shape: &MultiPolygon<f64>) -> Option<(f64, f64)> {
    let parts = shape.0.iter().map(|polygon| centroid(polygon.exterior()));
    parts.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, x, y)| (x, y))
}

/// Area, in square degrees, and centroid of a ring.
fn centroid(ring: &LineString<f64>) -> (f64, f64, f64) {
    let Some(origin) = ring.0.first() else { return (0.0, 0.0, 0.0) };
    // From the first point, so that little is lost to rounding.
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.0.windows(2) {
        let (a, b) = (pair[0] - *origin, pair[1] - *origin);
        let cross = a.x * b.y - b.x * a.y;
        area += cross / 2.0;
        x += (a.x + b.x) * cross / 6.0;
        y += (a.y + b.y) * cross / 6.0;
    }
    if area == 0.0 { (0.0, origin.x, origin.y) } else { (area.abs(), origin.x + x / area, origin.y + y / area) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    fn square(x: f64, size: f64) -> MultiPolygon<f64> {
        MultiPolygon(vec![
            polygon![(x: x, y: 20.0), (x: x + size, y: 20.0), (x: x + size, y: 20.0 + size), (x: x, y: 20.0 + size)],
        ])
    }

    #[test]
    fn discs_stand_in_the_middle_and_their_areas_are_the_counts() {
        let (x, y) = middle(&square(-100.0, 2.0)).expect("a middle");
        assert!((x + 99.0).abs() < 1e-9 && (y - 21.0).abs() < 1e-9);
        let (ground, small) = (square(-100.0, 2.0), square(-99.5, 0.5));
        let region = Region { href: String::new(), hint: String::new(), value: None, shape: &ground };
        let spot = |value| Spot { href: "/x".into(), hint: "A & B".into(), value, shape: &small };
        let svg = spots(&[region], &[spot(25.0), spot(100.0)]);
        assert!(svg.contains(r#"r="42.0""#) && svg.contains(r#"r="21.0""#) && svg.contains("A &amp; B"), "{svg}");
        assert!(svg.find(r#"r="42.0""#) < svg.find(r#"r="21.0""#), "the small one lies on top");
    }
}
