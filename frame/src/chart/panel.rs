//! Trends side by side: one panel a series, all on one scale, each with the other series drawn faintly
//! behind it. The panel's heading names its line, so that nothing depends on telling colours apart.

use crate::chart::line::nice_ceiling;
use crate::chart::picture::{Drawing, INK, WIDTH as PICTURE_WIDTH, painted};
use crate::format;
use crate::html::escape;
use std::fmt::Write;
use tequio_kernel::Month;

/// Height of a panel, CSS pixels, and where its largest value and zero stand.
const HEIGHT: f64 = 132.0;
const TOP: f64 = 16.0;
const BASE: f64 = 110.0;

/// Consecutive months of one series; `None` is a month without data.
pub type Series = Vec<(Month, Option<f64>)>;

/// The value at the top of panels that hold all of the series.
pub fn top(series: &[Series]) -> f64 {
    let values = series.iter().flatten().filter_map(|(_, value)| *value);
    nice_ceiling(values.filter(|value| value.is_finite()).fold(0.0, f64::max))
}

/// Draws the panel of one of the series. `label` says what it shows; the numbers stand in a table.
pub fn panel(series: &[Series], own: usize, top: f64, label: &str) -> String {
    let mut out = format!(
        r#"<svg class="chart-line panel" width="100%" height="{HEIGHT}" role="img" aria-label="{}">"#,
        escape(label)
    );
    // Writing into a `String` cannot fail, so the results of `write!` are dropped.
    for (value, class) in [(0.0, "axis"), (top, "grid")] {
        let y = height_of(value, top);
        let _ = write!(out, r#"<line class="{class}" x1="0" x2="100%" y1="{y:.1}" y2="{y:.1}"/>"#);
    }
    let _ = write!(out, r#"<text class="tick" x="0" y="{:.1}">{}</text>"#, TOP - 4.0, format::rate(top));
    let own_series = series.get(own).map_or(&[][..], Vec::as_slice);
    write_ends(&mut out, own_series);
    let _ = write!(
        out,
        r#"<svg class="stretched" width="100%" height="{HEIGHT}" viewBox="0 0 100 {HEIGHT}" preserveAspectRatio="none">"#
    );
    for (_, other) in series.iter().enumerate().filter(|(index, _)| *index != own) {
        let _ = write!(out, r#"<path class="context" d="{}"/>"#, path(other, top));
    }
    let _ = write!(out, r#"<path class="trend" d="{}"/></svg></svg>"#, path(own_series, top));
    out
}

/// Panels of the picture that stands alone: columns, the gap between them, and the height with the name.
const COLUMNS: usize = 2;
const PICTURE_GAP: f64 = 32.0;
const PICTURE_HEIGHT: f64 = 260.0;
const PICTURE_SCALE: f64 = 1.6;

/// The panels as a picture that stands alone.
pub fn drawing(names: &[String], series: &[Series], top: f64) -> Drawing {
    let width = (PICTURE_WIDTH - PICTURE_GAP) / COLUMNS as f64;
    let mut elements = String::new();
    for (index, name) in names.iter().enumerate() {
        let x = (index % COLUMNS) as f64 * (width + PICTURE_GAP);
        let y = (index / COLUMNS) as f64 * PICTURE_HEIGHT;
        let _ = write!(
            elements,
            r#"<text x="{x:.0}" y="{:.0}" font-size="19" font-weight="700" fill="{INK}">{}</text><svg x="{x:.0}" y="{:.0}" width="{width:.0}" height="{:.0}" viewBox="0 0 {:.0} {HEIGHT}">{}</svg>"#,
            y + 20.0,
            escape(name),
            y + 28.0,
            HEIGHT * PICTURE_SCALE,
            width / PICTURE_SCALE,
            panel(series, index, top, name)
        );
    }
    Drawing { elements: painted(&elements), height: names.len().div_ceil(COLUMNS) as f64 * PICTURE_HEIGHT }
}

fn height_of(value: f64, top: f64) -> f64 {
    BASE - (BASE - TOP) * value / top.max(f64::MIN_POSITIVE)
}

/// The first and the last month below the panel.
fn write_ends(out: &mut String, series: &[(Month, Option<f64>)]) {
    let (Some((first, _)), Some((last, _))) = (series.first(), series.last()) else { return };
    let y = BASE + 16.0;
    let _ = write!(out, r#"<text class="tick" x="0" y="{y}">{first}</text>"#);
    let _ = write!(out, r#"<text class="tick" x="100%" y="{y}" text-anchor="end">{last}</text>"#);
}

/// The line; it breaks where a month has no data, and a month between two gaps is a short stroke.
fn path(series: &[(Month, Option<f64>)], top: f64) -> String {
    let step = 100.0 / series.len().max(1) as f64;
    let mut path = String::new();
    let mut draws = false;
    for (index, (_, value)) in series.iter().enumerate() {
        let Some(value) = value else {
            draws = false;
            continue;
        };
        let (x, y) = ((index as f64 + 0.5) * step, height_of(*value, top));
        let _ = if draws { write!(path, "L{x:.2} {y:.1}") } else { write!(path, "M{x:.2} {y:.1}h0.2") };
        draws = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[Option<f64>]) -> Series {
        let first = Month { year: 2024, month: 12 };
        std::iter::successors(Some(first), |month| Some(month.next())).zip(values.iter().copied()).collect()
    }

    #[test]
    fn panels_share_a_scale_and_hold_the_other_series() {
        let all = [series(&[Some(2.0), None, Some(4.0)]), series(&[Some(9.0), Some(8.0), Some(7.0)])];
        assert_eq!(top(&all), 10.0);
        let svg = panel(&all, 0, 10.0, "a < b");
        assert_eq!(svg.matches("M").count(), 3, "the own line breaks once: {svg}");
        assert!(
            svg.contains(r#"class="context""#)
                && svg.contains("a &lt; b")
                && svg.contains(">2024-12<")
                && svg.contains(">2025-02<")
        );
        assert!(!svg.contains("style"));
    }
}
