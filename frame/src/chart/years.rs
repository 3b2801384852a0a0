//! A series by year with its intervals. A year without a value is a gap; where figures begin to be counted by another
//! classification a line stands between the years, and the series is never drawn across it.
//!
//! As in [`super::line`] the picture has no fixed width: positions are percentages, and only lines are stretched.

use crate::chart::picture::{Drawing, WIDTH, painted};
use crate::format;
use crate::html::escape;
use std::fmt::Write;

/// Height of the picture, CSS pixels, and where the largest gridline and zero stand.
const HEIGHT: f64 = 260.0;
const TOP: f64 = 32.0;
const BASE: f64 = 228.0;
/// Width of a character of the gridlines' numbers, and the gap between them and the picture.
const DIGIT_WIDTH: f64 = 6.5;
const TICK_GAP: f64 = 8.0;
const GRID_LINES_MAX: f64 = 4.0;
/// Most years named below the picture.
const YEAR_LABELS_MAX: usize = 7;
const PICTURE_SCALE: f64 = 1.75;
const FONT_ALLOWANCE: f64 = 1.3;

/// A year of the series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The year.
    pub year: i16,
    /// Its value; `None` leaves a gap.
    pub value: Option<f64>,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
    /// Years of one run are joined; those of two never are.
    pub run: usize,
    /// What is said when it is pointed at.
    pub hint: String,
}

/// A line before a year, with the words at its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Break {
    /// First year after it.
    pub year: i16,
    /// What changed, in a word or two.
    pub label: String,
}

/// Draws consecutive years. `label` says what it shows; the numbers stand in a table.
pub fn years(points: &[Point], breaks: &[Break], label: &str) -> String {
    let scale = Scale::of(points);
    let width = scale.ticks_width();
    format!(
        r#"<div class="chart-frame"><svg class="chart-line" width="{width:.0}" height="{HEIGHT}" aria-hidden="true">{}</svg><svg class="chart-line" width="100%" height="{HEIGHT}" role="img" aria-label="{}">{}</svg></div>"#,
        ticks(&scale, width),
        escape(label),
        course(points, breaks, &scale)
    )
}

/// The same chart for a picture that stands alone.
pub fn drawing(points: &[Point], breaks: &[Break]) -> Drawing {
    let scale = Scale::of(points);
    let ticks_width = scale.ticks_width() * FONT_ALLOWANCE;
    let (width, height) = (WIDTH / PICTURE_SCALE, HEIGHT * PICTURE_SCALE);
    let elements = format!(
        r#"<svg width="{WIDTH}" height="{height}" viewBox="0 0 {width:.1} {HEIGHT}">{}<svg x="{ticks_width:.0}" width="{:.1}" height="{HEIGHT}">{}</svg></svg>"#,
        ticks(&scale, ticks_width),
        width - ticks_width,
        course(points, breaks, &scale)
    );
    Drawing { elements: painted(&elements), height }
}

struct Scale {
    count: usize,
    step: f64,
    top: f64,
    digits: usize,
}

impl Scale {
    fn of(points: &[Point]) -> Self {
        let ends = points.iter().flat_map(|point| [point.value, point.interval.map(|(_, high)| high)]);
        let largest = ends.flatten().filter(|value| value.is_finite()).fold(0.0, f64::max);
        let step = round_step(if largest > 0.0 { largest / GRID_LINES_MAX } else { 1.0 });
        let top = ((largest / step).ceil() * step).max(step);
        let digits = (-step.log10().floor()).clamp(0.0, 6.0) as usize;
        Self { count: points.len().max(1), step, top, digits }
    }

    fn tick(&self, value: f64) -> String {
        format::decimal(value, self.digits)
    }

    fn ticks_width(&self) -> f64 {
        self.tick(self.top).len() as f64 * DIGIT_WIDTH + TICK_GAP
    }

    fn width(&self) -> f64 {
        100.0 / self.count as f64
    }

    /// Middle of a year's slot, in percent of the width.
    fn x(&self, index: usize) -> f64 {
        (index as f64 + 0.5) * self.width()
    }

    fn y(&self, value: f64) -> f64 {
        BASE - (BASE - TOP) * value / self.top
    }

    fn lines(&self) -> impl Iterator<Item = f64> + '_ {
        (0..=(self.top / self.step).round() as usize).map(|line| line as f64 * self.step)
    }
}

/// The next of 1, 2 or 5 times a power of ten, also below one.
fn round_step(rough: f64) -> f64 {
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough * 0.999_999).unwrap_or(10.0);
    factor * power
}

// Writing into a `String` cannot fail, so the results of `write!` are dropped throughout.
fn ticks(scale: &Scale, width: f64) -> String {
    let mut out = String::new();
    for value in scale.lines() {
        let (x, y) = (width - TICK_GAP, scale.y(value) + 4.0);
        let _ =
            write!(out, r#"<text class="tick" x="{x:.0}" y="{y:.1}" text-anchor="end">{}</text>"#, scale.tick(value));
    }
    out
}

fn course(points: &[Point], breaks: &[Break], scale: &Scale) -> String {
    let mut out = String::new();
    for value in scale.lines() {
        let (class, y) = (if value == 0.0 { "axis" } else { "grid" }, scale.y(value));
        let _ = write!(out, r#"<line class="{class}" x1="0" x2="100%" y1="{y:.1}" y2="{y:.1}"/>"#);
    }
    write_labels(&mut out, points, scale);
    write_gaps(&mut out, points, scale);
    write_runs(&mut out, points, scale);
    write_breaks(&mut out, points, breaks, scale);
    write_points(&mut out, points, scale);
    out
}

fn write_labels(out: &mut String, points: &[Point], scale: &Scale) {
    let every = points.len().div_ceil(YEAR_LABELS_MAX).max(1);
    for (index, point) in points.iter().enumerate().step_by(every) {
        let (x, y) = (scale.x(index), BASE + 18.0);
        let _ = write!(out, r#"<text class="tick" x="{x:.2}%" y="{y}" text-anchor="middle">{}</text>"#, point.year);
    }
}

fn write_gaps(out: &mut String, points: &[Point], scale: &Scale) {
    for (index, _) in points.iter().enumerate().filter(|(_, point)| point.value.is_none()) {
        let (x, width, height) = (scale.x(index) - scale.width() / 2.0, scale.width(), BASE - TOP);
        let _ = write!(out, r#"<rect class="gap" x="{x:.2}%" y="{TOP}" width="{width:.2}%" height="{height}"/>"#);
    }
}

/// Neighbours of one run that have values, with their positions.
fn runs(points: &[Point]) -> Vec<Vec<(usize, &Point)>> {
    let mut runs: Vec<Vec<(usize, &Point)>> = Vec::new();
    for (index, point) in points.iter().enumerate().filter(|(_, point)| point.value.is_some()) {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|(at, last)| at + 1 == index && last.run == point.run) => {
                run.push((index, point));
            }
            _ => runs.push(vec![(index, point)]),
        }
    }
    runs
}

fn write_runs(out: &mut String, points: &[Point], scale: &Scale) {
    let (mut band, mut path) = (String::new(), String::new());
    for run in runs(points) {
        let at = |(index, value): (usize, f64)| format!("{:.2} {:.1}", scale.x(index), scale.y(value));
        let values: Vec<String> = run.iter().filter_map(|(index, point)| Some(at((*index, point.value?)))).collect();
        let _ = write!(path, "M{}", values.join("L"));
        let ends: Vec<(usize, (f64, f64))> =
            run.iter().filter_map(|(index, point)| Some((*index, point.interval?))).collect();
        if ends.len() > 1 {
            let high = ends.iter().map(|(index, (_, high))| at((*index, *high)));
            let low = ends.iter().rev().map(|(index, (low, _))| at((*index, *low)));
            let _ = write!(band, "M{}z", high.chain(low).collect::<Vec<_>>().join("L"));
        }
    }
    let _ = write!(
        out,
        r#"<svg class="stretched" width="100%" height="{HEIGHT}" viewBox="0 0 100 {HEIGHT}" preserveAspectRatio="none"><path class="span" d="{band}"/><path class="trend" d="{path}"/></svg>"#
    );
}

fn write_breaks(out: &mut String, points: &[Point], breaks: &[Break], scale: &Scale) {
    for change in breaks {
        let Some(index) = points.iter().position(|point| point.year == change.year) else { continue };
        let x = scale.x(index) - scale.width() / 2.0;
        let anchor = if x > 50.0 { "end" } else { "start" };
        let shift = if x > 50.0 { -4 } else { 4 };
        let _ = write!(
            out,
            r#"<line class="break" x1="{x:.2}%" x2="{x:.2}%" y1="6" y2="{BASE}"/><text class="tick" x="{x:.2}%" dx="{shift}" y="16" text-anchor="{anchor}">{}</text>"#,
            escape(&change.label)
        );
    }
}

/// A whisker and a dot for every value, and a column over each year that says it when pointed at.
fn write_points(out: &mut String, points: &[Point], scale: &Scale) {
    for (index, point) in points.iter().enumerate() {
        let x = scale.x(index);
        if let Some((low, high)) = point.interval {
            let (low, high) = (scale.y(low), scale.y(high));
            let _ = write!(out, r#"<line class="reach" x1="{x:.2}%" x2="{x:.2}%" y1="{high:.1}" y2="{low:.1}"/>"#);
        }
        if let Some(value) = point.value {
            let _ = write!(out, r#"<circle class="dot" cx="{x:.2}%" cy="{:.1}" r="3"/>"#, scale.y(value));
        }
        let (left, width) = (x - scale.width() / 2.0, scale.width());
        let _ = write!(
            out,
            r#"<rect class="hint" x="{left:.2}%" y="{TOP}" width="{width:.2}%" height="{}"><title>{}</title></rect>"#,
            BASE - TOP,
            escape(&point.hint)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(year: i16, value: Option<f64>, run: usize) -> Point {
        let interval = value.map(|value| (value * 0.9, value * 1.1));
        Point { year, value, interval, run, hint: format!("{year} & more") }
    }

    #[test]
    fn a_series_is_not_drawn_across_a_break_or_a_gap() {
        let points = [
            point(2013, Some(10.0), 0),
            point(2014, Some(11.0), 0),
            point(2015, Some(9.0), 1),
            point(2016, None, 1),
            point(2017, Some(8.0), 1),
        ];
        let breaks = [Break { year: 2015, label: "A < B".to_owned() }];
        let svg = years(&points, &breaks, "a & b");
        let path = svg.split(r#"class="trend" d=""#).nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
        assert_eq!(path.matches('M').count(), 3, "{path}");
        assert_eq!((svg.matches(r#"class="gap""#).count(), svg.matches(r#"class="break""#).count()), (1, 1));
        assert!(svg.contains("A &lt; B") && svg.contains("2013 &amp; more") && svg.contains("a &amp; b"));
        assert!(!svg.contains("style"));
    }

    #[test]
    fn small_rates_have_gridlines_of_their_own() {
        let scale = Scale::of(&[point(2020, Some(0.7), 0)]);
        assert!((scale.step - 0.2).abs() < 1e-9 && (scale.top - 0.8).abs() < 1e-9, "{} {}", scale.step, scale.top);
        assert_eq!(scale.tick(0.2), "0.2");
        assert_eq!(Scale::of(&[]).top, 1.0);
    }

    #[test]
    fn a_picture_needs_no_style_sheet() {
        let points = [point(2014, Some(11.0), 0), point(2015, Some(9.0), 1)];
        let drawing = drawing(&points, &[Break { year: 2015, label: "x".to_owned() }]);
        let left = drawing.elements.split("class=").skip(1).map(|rest| rest.split(' ').next().unwrap_or_default());
        assert_eq!(left.collect::<Vec<_>>(), [r#""stretched""#]);
    }
}
