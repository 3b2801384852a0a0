//! A shaded map of areas, drawn from numbers that stand in a table of the page.

use crate::chart::classes::Classes;
use crate::chart::projection::Lambert;
use crate::html::escape;
use geo_types::{LineString, MultiPolygon};
use std::fmt::Write;

/// Width of the drawing, in its own units.
pub(super) const WIDTH: f64 = 1_200.0;
/// Areas from which on a page draws fine lines between them, on a grid half as fine: the drawing is then half as large.
const MANY: usize = 100;
/// Rings that span less than this in both directions are not drawn unless their area has no other.
const RING_MIN: i32 = 2;

/// An area of the map.
pub struct Region<'a> {
    /// Where a click leads.
    pub href: String,
    /// Text shown when pointed at: name and value.
    pub hint: String,
    /// Value that chooses the shade; `None` is drawn as having none.
    pub value: Option<f64>,
    /// Boundary in degrees.
    pub shape: &'a MultiPolygon<f64>,
}

/// The areas alone, each with the attributes that `attributes` writes, and the height of the drawing, which is
/// 1,200 units wide.
pub(crate) fn areas(regions: &[Region<'_>], attributes: impl Fn(&Region<'_>) -> String) -> (String, f64) {
    let Some(frame) = Frame::fit(shapes(regions), WIDTH) else { return (String::new(), 0.0) };
    let path = |region: &Region<'_>| format!(r#"<path {} d="{}"/>"#, attributes(region), frame.path(region.shape));
    (regions.iter().map(path).collect(), f64::from(frame.height))
}

/// Fill of areas without a value, where [`hatch`] stands in the drawing.
pub(crate) const HATCHED: &str = "url(#hatch)";

/// The pattern of areas without a value, so that they are told from light shades without colour too; `ground` and
/// `stripe` are the attributes of its two parts.
pub(crate) fn hatch(ground: &str, stripe: &str) -> String {
    format!(
        r#"<defs><pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="12" height="12" {ground}/><rect width="3" height="12" {stripe}/></pattern></defs>"#
    )
}

/// The shapes of some areas.
pub(super) fn shapes<'a>(regions: &'a [Region<'_>]) -> impl Iterator<Item = &'a MultiPolygon<f64>> + Clone {
    regions.iter().map(|region| region.shape)
}

/// Draws the areas. The picture is hidden from assistive technology, whose readers have the table. A page has one.
pub fn choropleth(regions: &[Region<'_>], classes: &Classes) -> String {
    let (width, many) = if regions.len() < MANY { (WIDTH, "") } else { (WIDTH / 2.0, " many") };
    let Some(frame) = Frame::fit(shapes(regions), width) else { return String::new() };
    let mut out = format!(
        r#"<svg class="choropleth{many}" viewBox="0 0 {width} {}" aria-hidden="true" focusable="false">"#,
        frame.height
    );
    if regions.iter().any(|region| region.value.is_none()) {
        out.push_str(&hatch(r#"class="none""#, r#"class="stripe""#));
    }
    for region in regions {
        let look = region
            .value
            .map_or_else(|| format!(r#"fill="{HATCHED}""#), |value| format!(r#"class="{}""#, classes.colour(value)));
        let _ = write!(
            out,
            r#"<a href="{}" tabindex="-1"><path {look} d="{}"><title>{}</title></path></a>"#,
            escape(&region.href),
            frame.path(region.shape),
            escape(&region.hint)
        );
    }
    out.push_str("</svg>");
    out
}

/// Projection, scale and height of one drawing.
pub(super) struct Frame {
    lambert: Lambert,
    left: f64,
    top: f64,
    scale: f64,
    height: i32,
}

impl Frame {
    /// Fits a drawing of a width, in its own units, round the areas.
    pub(super) fn fit<'a>(shapes: impl Iterator<Item = &'a MultiPolygon<f64>> + Clone, width: f64) -> Option<Self> {
        let coords = || shapes.clone().flat_map(|shape| &shape.0).flat_map(|polygon| &polygon.exterior().0);
        let (west, south, east, north) = bounds(coords().map(|c| (c.x, c.y)))?;
        let lambert = Lambert::fit(west, south, east, north);
        let (left, top, right, bottom) = bounds(coords().map(|c| lambert.project(c.x, c.y)))?;
        let scale = width / (right - left).max(f64::MIN_POSITIVE);
        Some(Self { lambert, left, top, scale, height: ((bottom - top) * scale).ceil().max(1.0) as i32 })
    }

    /// Height of the drawing, in its own units.
    pub(super) fn height(&self) -> i32 {
        self.height
    }

    pub(super) fn point(&self, longitude: f64, latitude: f64) -> (i32, i32) {
        let (x, y) = self.lambert.project(longitude, latitude);
        (((x - self.left) * self.scale).round() as i32, ((y - self.top) * self.scale).round() as i32)
    }

    pub(super) fn path(&self, shape: &MultiPolygon<f64>) -> String {
        let rings = shape.0.iter().flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
        let rings: Vec<Vec<(i32, i32)>> = rings.map(|ring| self.ring(ring)).collect();
        let large: Vec<_> = rings.iter().filter(|ring| spans(ring)).collect();
        let drawn = if large.is_empty() { rings.iter().take(1).collect() } else { large };
        let mut path = String::new();
        drawn.into_iter().for_each(|ring| write_ring(&mut path, ring));
        path
    }

    /// A ring on the grid of the drawing: positions that fall together, and those on a line with their neighbours, are
    /// left out, which changes the shape on neither side of a shared border.
    fn ring(&self, ring: &LineString<f64>) -> Vec<(i32, i32)> {
        let mut points: Vec<(i32, i32)> = Vec::new();
        for point in ring.0.iter().map(|c| self.point(c.x, c.y)) {
            match points.as_slice() {
                [.., last] if *last == point => {}
                [.., before, last] if on_a_line(*before, *last, point) => {
                    points.pop();
                    points.push(point);
                }
                _ => points.push(point),
            }
        }
        points
    }
}

fn bounds(mut points: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64, f64, f64)> {
    let (x, y) = points.next()?;
    Some(points.fold((x, y, x, y), |(w, s, e, n), (x, y)| (w.min(x), s.min(y), e.max(x), n.max(y))))
}

fn on_a_line(a: (i32, i32), b: (i32, i32), c: (i32, i32)) -> bool {
    (b.0 - a.0) * (c.1 - b.1) == (b.1 - a.1) * (c.0 - b.0)
}

fn spans(ring: &[(i32, i32)]) -> bool {
    let Some(first) = ring.first() else { return false };
    ring.iter().any(|point| (point.0 - first.0).abs() >= RING_MIN || (point.1 - first.1).abs() >= RING_MIN)
}

/// Writes a ring with relative steps, the shortest form SVG has.
fn write_ring(path: &mut String, ring: &[(i32, i32)]) {
    let Some((first, rest)) = ring.split_first() else { return };
    let _ = write!(path, "M{} {}l", first.0, first.1);
    let mut last = *first;
    for (index, point) in rest.iter().enumerate() {
        let (x, y) = (point.0 - last.0, point.1 - last.1);
        // A minus sign separates by itself.
        let before_x = if index == 0 || x < 0 { "" } else { " " };
        let before_y = if y < 0 { "" } else { " " };
        let _ = write!(path, "{before_x}{x}{before_y}{y}");
        last = *point;
    }
    path.push('z');
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo_types::polygon;

    #[test]
    fn areas_are_links_with_a_shade() {
        let shape = MultiPolygon(vec![
            polygon![(x: -100.0, y: 20.0), (x: -98.0, y: 20.0), (x: -98.0, y: 22.0), (x: -100.0, y: 22.0)],
        ]);
        let classes = Classes::quantiles(&[1.0, 2.0], 2);
        let region = |value| Region { href: "/place/MX-09".into(), hint: "A & B".into(), value, shape: &shape };
        let svg = choropleth(&[region(Some(2.0)), region(None)], &classes);
        assert!(
            svg.contains(r#"class="c6""#) && svg.contains(r#"<path fill="url(#hatch)""#) && svg.contains("A &amp; B")
        );
        assert!(svg.contains(r#"href="/place/MX-09" tabindex="-1""#));
        assert_eq!(choropleth(&[], &classes), "");
    }

    #[test]
    fn points_on_a_line_are_left_out() {
        assert!(on_a_line((0, 0), (2, 1), (4, 2)) && on_a_line((0, 0), (3, 0), (1, 0)));
        assert!(!on_a_line((0, 0), (2, 1), (4, 3)));
        let square =
            |x: f64| MultiPolygon(vec![polygon![(x: x, y: 20.0), (x: x + 1.0, y: 20.0), (x: x + 1.0, y: 21.0)]]);
        let shapes: Vec<_> = (0..MANY).map(|index| square(-110.0 + index as f64 / 10.0)).collect();
        let region = |shape| Region { href: String::new(), hint: String::new(), value: Some(1.0), shape };
        let regions: Vec<Region<'_>> = shapes.iter().map(region).collect();
        let classes = Classes::quantiles(&[1.0], 1);
        assert!(choropleth(&regions, &classes).contains(r#"class="choropleth many" viewBox="0 0 600 "#));
        assert!(choropleth(&regions[1..], &classes).contains(r#"class="choropleth" viewBox="0 0 1200 "#));
    }

    #[test]
    fn small_islands_go_but_never_the_last_ring() {
        assert!(!spans(&[(5, 5), (6, 5), (5, 5)]));
        assert!(spans(&[(5, 5), (8, 5), (5, 5)]));
    }
}
