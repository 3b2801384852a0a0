//! A trend by month. Missing months are drawn as missing: the line breaks and the gap is shaded.
//!
//! The picture has no fixed width: horizontal positions are percentages and only the line itself is
//! stretched, so that the text keeps its size on a phone. The numbers of the gridlines stand in a
//! narrow picture of their own beside it.

use crate::chart::picture::{Drawing, WIDTH, painted};
use crate::format;
use crate::html::escape;
use crate::language::Language;
use std::fmt::Write;
use std::ops::RangeInclusive;
use tequio_kernel::Month;

/// Height of the picture, CSS pixels.
const HEIGHT: f64 = 232.0;
/// Vertical position of the largest gridline and of zero.
const TOP: f64 = 20.0;
const BASE: f64 = 200.0;
/// Width of a digit of the gridlines' numbers, and the gap between them and the picture.
const DIGIT_WIDTH: f64 = 6.5;
const TICK_GAP: f64 = 8.0;
/// Most gridlines above zero.
const GRID_LINES_MAX: f64 = 4.0;
/// Most years labelled below the picture.
const YEAR_LABELS_MAX: usize = 6;
/// A picture that stands alone is drawn larger than a chart of a page, and in whatever font its reader has: its
/// numbers may be wider.
const PICTURE_SCALE: f64 = 1.75;
const FONT_ALLOWANCE: f64 = 1.3;

/// A month and its value; `None` is a month without data.
pub type Step = (Month, Option<u64>);

/// Draws the trend of consecutive months.
pub fn line(language: Language, steps: &[Step], label: &str, missing: &str) -> String {
    banded(language, steps, label, missing, &[])
}

/// Months that are marked: from the first to the last index, and the class of the mark.
pub type Band = (RangeInclusive<usize>, &'static str);

/// Draws the trend of consecutive months with some of them marked.
pub fn banded(language: Language, steps: &[Step], label: &str, missing: &str, bands: &[Band]) -> String {
    let scale = Scale::of(steps);
    let width = scale.ticks_width();
    format!(
        r#"<div class="chart-frame"><svg class="chart-line" width="{width:.0}" height="{HEIGHT}" aria-hidden="true">{}</svg><svg class="chart-line" width="100%" height="{HEIGHT}" role="img" aria-label="{}">{}</svg></div>"#,
        ticks(&scale, width),
        escape(label),
        course(language, steps, missing, bands, &scale)
    )
}

/// The same chart for a picture that stands alone.
pub fn drawing(language: Language, steps: &[Step], missing: &str, bands: &[Band]) -> Drawing {
    let scale = Scale::of(steps);
    let ticks_width = scale.ticks_width() * FONT_ALLOWANCE;
    let (width, height) = (WIDTH / PICTURE_SCALE, HEIGHT * PICTURE_SCALE);
    let elements = format!(
        r#"<svg width="{WIDTH}" height="{height}" viewBox="0 0 {width:.1} {HEIGHT}">{}<svg x="{ticks_width:.0}" width="{:.1}" height="{HEIGHT}">{}</svg></svg>"#,
        ticks(&scale, ticks_width),
        width - ticks_width,
        course(language, steps, missing, bands, &scale)
    );
    Drawing { elements: painted(&elements), height }
}

// Writing into a `String` cannot fail, so the results of `write!` are dropped throughout.
/// The numbers of the gridlines.
fn ticks(scale: &Scale, width: f64) -> String {
    let mut out = String::new();
    write_grid(&mut out, scale, |out, value, y| {
        let (x, y) = (width - TICK_GAP, y + 4.0);
        let _ = write!(out, r#"<text class="tick" x="{x:.0}" y="{y:.1}" text-anchor="end">{}</text>"#, tick(value));
    });
    out
}

/// Everything but the numbers of the gridlines.
fn course(language: Language, steps: &[Step], missing: &str, bands: &[Band], scale: &Scale) -> String {
    let mut out = String::new();
    write_grid(&mut out, scale, write_line);
    write_years(&mut out, steps, scale);
    write_gaps(&mut out, steps, scale);
    write_bands(&mut out, bands, scale);
    write_path(&mut out, steps, scale);
    write_hints(&mut out, language, steps, scale, missing);
    out
}

struct Scale {
    count: usize,
    top: f64,
}

impl Scale {
    fn of(steps: &[Step]) -> Self {
        let largest = steps.iter().filter_map(|(_, value)| *value).max().unwrap_or(0);
        Self { count: steps.len().max(1), top: nice_ceiling(largest as f64) }
    }

    /// Width that the numbers of the gridlines take.
    fn ticks_width(&self) -> f64 {
        tick(self.top).len() as f64 * DIGIT_WIDTH + TICK_GAP
    }

    /// Middle of a month's slot, in percent of the width.
    fn x(&self, index: usize) -> f64 {
        (index as f64 + 0.5) * 100.0 / self.count as f64
    }

    fn width(&self) -> f64 {
        100.0 / self.count as f64
    }

    fn y(&self, value: f64) -> f64 {
        BASE - (BASE - TOP) * value / self.top
    }
}

/// Distance between gridlines: 1, 2 or 5 times a power of ten.
fn grid_step(largest: f64) -> f64 {
    let rough = (largest / GRID_LINES_MAX).max(1.0);
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 5.0, 10.0].into_iter().find(|factor| factor * power >= rough).unwrap_or(10.0);
    factor * power
}

pub(crate) fn nice_ceiling(largest: f64) -> f64 {
    let step = grid_step(largest);
    ((largest / step).ceil() * step).max(step)
}

fn write_grid(out: &mut String, scale: &Scale, write: impl Fn(&mut String, f64, f64)) {
    let step = grid_step(scale.top);
    let lines = (scale.top / step).round() as usize;
    for value in (0..=lines).map(|line| step * line as f64) {
        write(out, value, scale.y(value));
    }
}

fn write_line(out: &mut String, value: f64, y: f64) {
    let class = if value == 0.0 { "axis" } else { "grid" };
    let _ = write!(out, r#"<line class="{class}" x1="0" x2="100%" y1="{y:.1}" y2="{y:.1}"/>"#);
}

fn tick(value: f64) -> String {
    format::decimal(value, 0)
}

fn write_years(out: &mut String, steps: &[Step], scale: &Scale) {
    let januaries: Vec<_> = steps.iter().enumerate().filter(|(_, (month, _))| month.month == 1).collect();
    let every = januaries.len().div_ceil(YEAR_LABELS_MAX).max(1);
    for (index, (month, _)) in januaries.into_iter().step_by(every) {
        let x = scale.x(index) - scale.width() / 2.0;
        let _ = write!(out, r#"<line class="year" x1="{x:.2}%" x2="{x:.2}%" y1="{BASE}" y2="{}"/>"#, BASE + 6.0);
        let _ = write!(out, r#"<text class="tick" x="{x:.2}%" dx="3" y="{}">{}</text>"#, BASE + 18.0, month.year);
    }
}

fn write_gaps(out: &mut String, steps: &[Step], scale: &Scale) {
    for (index, _) in steps.iter().enumerate().filter(|(_, (_, value))| value.is_none()) {
        let x = scale.x(index) - scale.width() / 2.0;
        let _ = write!(
            out,
            r#"<rect class="gap" x="{x:.2}%" y="{TOP}" width="{:.2}%" height="{}"/>"#,
            scale.width(),
            BASE - TOP
        );
    }
}

fn write_bands(out: &mut String, bands: &[Band], scale: &Scale) {
    for (months, class) in bands {
        let (x, slots) = (scale.x(*months.start()) - scale.width() / 2.0, months.clone().count() as f64);
        let _ = write!(
            out,
            r#"<rect class="{class}" x="{x:.2}%" y="{TOP}" width="{:.2}%" height="{}"/>"#,
            slots * scale.width(),
            BASE - TOP
        );
    }
}

/// The line in its own stretched box; a month between two gaps is a dot.
fn write_path(out: &mut String, steps: &[Step], scale: &Scale) {
    let mut path = String::new();
    let mut dots = String::new();
    for run in steps.iter().enumerate().collect::<Vec<_>>().split(|(_, (_, value))| value.is_none()) {
        let points: Vec<(f64, f64)> =
            run.iter().filter_map(|(index, (_, value))| Some((scale.x(*index), scale.y((*value)? as f64)))).collect();
        if let [(x, y)] = points.as_slice() {
            let _ = write!(dots, r#"<circle class="dot" cx="{x:.2}%" cy="{y:.1}" r="2.5"/>"#);
        }
        for (number, (x, y)) in points.iter().enumerate() {
            let command = if number == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{x:.2} {y:.1}");
        }
    }
    let _ = write!(
        out,
        r#"<svg class="stretched" width="100%" height="{HEIGHT}" viewBox="0 0 100 {HEIGHT}" preserveAspectRatio="none"><path class="trend" d="{path}"/></svg>{dots}"#
    );
}

/// A column over each month that says its value when pointed at.
fn write_hints(out: &mut String, language: Language, steps: &[Step], scale: &Scale, missing: &str) {
    for (index, (month, value)) in steps.iter().enumerate() {
        let x = scale.x(index) - scale.width() / 2.0;
        let text = value.map_or_else(|| missing.to_owned(), format::integer);
        let _ = write!(
            out,
            r#"<rect class="hint" data-month="{month}" x="{x:.2}%" y="0" width="{:.2}%" height="{BASE}"><title>{}: {}</title></rect>"#,
            scale.width(),
            format::month_short(language, *month),
            escape(&text)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn months(values: &[Option<u64>]) -> Vec<Step> {
        let mut month = Month { year: 2020, month: 11 };
        let mut steps = Vec::new();
        for value in values {
            steps.push((month, *value));
            month = month.next();
        }
        steps
    }

    #[test]
    fn gaps_break_the_line_and_are_shaded() {
        let svg = line(
            Language::Spanish,
            &months(&[Some(3), Some(5), None, Some(4), None, Some(0), Some(9)]),
            "a < b",
            "sin datos",
        );
        assert_eq!(svg.matches(r#"class="gap""#).count(), 2);
        assert_eq!(svg.matches('M').count(), 3, "{svg}");
        assert_eq!(svg.matches(r#"class="dot""#).count(), 1);
        assert!(svg.contains("ene 2021: sin datos") && svg.contains("a &lt; b") && svg.contains(">2021<"));
    }

    #[test]
    fn a_picture_needs_no_style_sheet() {
        let bands = [(1..=2, "band"), (3..=3, "band band-other")];
        let drawing =
            drawing(Language::English, &months(&[Some(3), Some(5), None, Some(4), Some(1)]), "no data", &bands);
        assert!(drawing.elements.contains("stroke=\"#86402a\"") && drawing.height > HEIGHT);
        let left = drawing.elements.split("class=").skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
        assert_eq!(
            left.collect::<Vec<_>>(),
            [r#""stretched" width="100%" height="232" viewBox="0 0 100 232" preserveAspectRatio="none""#]
        );
    }

    #[test]
    fn gridlines_are_round_numbers() {
        assert_eq!((grid_step(355.0), nice_ceiling(355.0)), (100.0, 400.0));
        assert_eq!((grid_step(0.0), nice_ceiling(0.0)), (1.0, 1.0));
        assert_eq!(nice_ceiling(12_345.0), 15_000.0);
    }

    #[test]
    fn nothing_to_draw_is_an_empty_frame() {
        assert!(line(Language::English, &[], "", "").contains("axis"));
    }
}
