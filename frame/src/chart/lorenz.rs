//! A curve of concentration (Lorenz 1905), read from the top: what share of the events the places with most of them
//! hold together. Equal places would follow the straight line.

use crate::chart::picture::{Drawing, WIDTH, painted};
use crate::html::escape;
use std::fmt::Write;

/// Height of the picture, CSS pixels, and where the whole and nothing stand.
const HEIGHT: f64 = 260.0;
const TOP: f64 = 12.0;
const BASE: f64 = 226.0;
const TICKS_WIDTH: f64 = 44.0;
const PICTURE_SCALE: f64 = 1.75;
/// Most points of the curve.
const POINTS_MAX: usize = 120;

/// Shares of places and of events, both 0 to 1, in order; the last is the whole.
pub type Shares = Vec<(f64, f64)>;

/// The curve of counts, whatever their order; empty when nothing was counted.
pub fn shares(counts: &[u64]) -> Shares {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return Vec::new();
    }
    let mut sorted = counts.to_vec();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let mut sum = 0;
    let point = |(index, count): (usize, &u64)| {
        sum += count;
        ((index + 1) as f64 / counts.len() as f64, sum as f64 / total as f64)
    };
    std::iter::once((0.0, 0.0)).chain(sorted.iter().enumerate().map(point)).collect()
}

/// Draws the curve, with a mark at one of its points.
pub fn curve(shares: &[(f64, f64)], mark: Option<(f64, f64)>, label: &str) -> String {
    format!(
        r#"<div class="chart-frame"><svg class="chart-line" width="{TICKS_WIDTH}" height="{HEIGHT}" aria-hidden="true">{}</svg><svg class="chart-line" width="100%" height="{HEIGHT}" role="img" aria-label="{}">{}</svg></div>"#,
        ticks(),
        escape(label),
        course(shares, mark)
    )
}

/// The same for a picture that stands alone.
pub fn drawing(shares: &[(f64, f64)], mark: Option<(f64, f64)>) -> Drawing {
    let (width, height) = (WIDTH / PICTURE_SCALE, HEIGHT * PICTURE_SCALE);
    let elements = format!(
        r#"<svg width="{WIDTH}" height="{height}" viewBox="0 0 {width:.1} {HEIGHT}">{}<svg x="{TICKS_WIDTH}" width="{:.1}" height="{HEIGHT}">{}</svg></svg>"#,
        ticks(),
        width - TICKS_WIDTH - 16.0,
        course(shares, mark)
    );
    Drawing { elements: painted(&elements), height }
}

fn y(share: f64) -> f64 {
    BASE - (BASE - TOP) * share
}

// Writing into a `String` cannot fail, so the results of `write!` are dropped.
fn ticks() -> String {
    let mut out = String::new();
    for quarter in 0..=4 {
        let (at, x) = (f64::from(quarter) / 4.0, TICKS_WIDTH - 8.0);
        let _ = write!(
            out,
            r#"<text class="tick" x="{x}" y="{:.1}" text-anchor="end">{}%</text>"#,
            y(at) + 4.0,
            quarter * 25
        );
    }
    out
}

fn course(shares: &[(f64, f64)], mark: Option<(f64, f64)>) -> String {
    let mut out = String::new();
    for quarter in 0..=4 {
        let (at, class) = (f64::from(quarter) / 4.0, if quarter == 0 { "axis" } else { "grid" });
        let anchor = ["start", "middle", "middle", "middle", "end"][quarter as usize];
        let _ = write!(out, r#"<line class="{class}" x1="0" x2="100%" y1="{0:.1}" y2="{0:.1}"/>"#, y(at));
        let _ = write!(
            out,
            r#"<text class="tick" x="{0}%" y="{1}" text-anchor="{anchor}">{0}%</text>"#,
            quarter * 25,
            BASE + 18.0
        );
    }
    let every = shares.len().div_ceil(POINTS_MAX).max(1);
    let kept = shares.iter().enumerate().filter(|(index, _)| index % every == 0 || index + 1 == shares.len());
    let points: Vec<String> =
        kept.map(|(_, (places, events))| format!("{:.2} {:.1}", places * 100.0, y(*events))).collect();
    let _ = write!(
        out,
        r#"<svg class="stretched" width="100%" height="{HEIGHT}" viewBox="0 0 100 {HEIGHT}" preserveAspectRatio="none"><path class="equal" d="M0 {BASE}L100 {TOP}"/><path class="trend" d="M{}"/></svg>"#,
        points.join("L")
    );
    if let Some((places, events)) = mark {
        let _ = write!(out, r#"<circle class="dot" cx="{:.2}%" cy="{:.1}" r="5"/>"#, places * 100.0, y(events));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_begins_with_the_places_that_have_most() {
        assert_eq!(shares(&[1, 6, 3, 0]), [(0.0, 0.0), (0.25, 0.6), (0.5, 0.9), (0.75, 1.0), (1.0, 1.0)]);
        assert_eq!(shares(&[0, 0]), []);
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_end() {
        let counts: Vec<u64> = (0..2_500).collect();
        let svg = curve(&shares(&counts), Some((0.1, 0.2)), "a & b");
        assert!(svg.len() < 6_000 && svg.contains("100.00 12.0") && svg.contains("a &amp; b"), "{}", svg.len());
        assert!(!svg.contains("style"));
    }
}
