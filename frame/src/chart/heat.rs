//! Hour × weekday as a table whose cells are shaded: the table is the chart.

use crate::chart::classes::Classes;
use crate::chart::picture::{Drawing, INK, LINE, RAMP, SOFT, WIDTH, ZERO};
use crate::format;
use crate::html::escape;
use std::fmt::Write;

/// Weekdays (1 to 7) and the unknown.
pub const DAYS: usize = 8;
/// Hours (0 to 23) and the unknown.
pub const HOURS: usize = 25;

/// Counts by hour and day; the last row and column are the unknown ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourTable(pub [[u64; DAYS]; HOURS]);

impl Default for HourTable {
    fn default() -> Self {
        Self([[0; DAYS]; HOURS])
    }
}

/// Words of the table.
pub struct HeatWords<'a> {
    /// Caption.
    pub caption: &'a str,
    /// Head of the column of hours.
    pub hours: &'a str,
    /// Names of the days, Monday first.
    pub days: [&'a str; 7],
    /// Row of the unknown hour.
    pub hour_unknown: &'a str,
    /// Column of the unknown day.
    pub day_unknown: &'a str,
}

impl HourTable {
    /// Adds to a cell; `None` is the unknown hour or day (days from 1, Monday).
    pub fn add(&mut self, hour: Option<u8>, day: Option<u8>, count: u64) {
        let row = hour.map_or(HOURS - 1, |hour| usize::from(hour).min(HOURS - 2));
        let column = day.map_or(DAYS - 1, |day| usize::from(day.saturating_sub(1)).min(DAYS - 2));
        self.0[row][column] += count;
    }

    /// The table alone.
    pub fn write(&self, words: &HeatWords<'_>) -> String {
        self.draw(words, None)
    }

    /// The table with its heads as links and the chosen cells marked.
    pub fn write_choosable(&self, words: &HeatWords<'_>, choice: &HeatChoice<'_>) -> String {
        self.draw(words, Some(choice))
    }

    /// Shades known hours by seven classes of equal width, zeros not at all; unknown ones stay unshaded, for their
    /// number says something about the record and nothing about the night.
    fn draw(&self, words: &HeatWords<'_>, choice: Option<&HeatChoice<'_>>) -> String {
        let (classes, days) = (self.classes(), self.days());
        let mut out = format!(
            r#"<table class="heat"><caption>{}</caption><thead><tr><th scope="col">{}</th>"#,
            escape(words.caption),
            escape(words.hours)
        );
        for day in 0..days {
            let name = words.days.get(day).copied().unwrap_or(words.day_unknown);
            let short: String = name.chars().take(3).collect();
            let head = format!(r#"<abbr title="{}">{}</abbr>"#, escape(name), escape(&short));
            let _ = write!(out, r#"<th scope="col">{}</th>"#, linked(choice.map(|c| (c.day)(day_of(day))), &head));
        }
        out.push_str("</tr></thead><tbody>");
        let rows = self.0.iter().enumerate();
        rows.for_each(|(hour, row)| write_row(&mut out, words, &classes, choice, hour, &row[..days]));
        out.push_str("</tbody></table>");
        out
    }
}

/// Sizes of the picture that stands alone: the column of names, a row, and the gap before the unknown hour.
const NAME_WIDTH: f64 = 130.0;
const ROW_HEIGHT: f64 = 44.0;
const UNKNOWN_GAP: f64 = 14.0;
/// Classes whose shade is dark enough for white numbers.
const DARK_FROM: usize = 4;

impl HourTable {
    /// The table as a picture that stands alone, days from above and hours from the left; the unknown hour stands
    /// apart.
    pub fn drawing(&self, words: &HeatWords<'_>) -> Drawing {
        let classes = self.classes();
        let days = self.days();
        let mut out = format!(r#"<g font-size="15" text-anchor="middle" fill="{INK}">"#);
        (0..HOURS).for_each(|hour| {
            let label = hour_of(hour).map_or_else(|| "?".to_owned(), |hour| format!("{hour:02}"));
            let _ = write!(out, r#"<text x="{:.1}" y="18" fill="{SOFT}">{label}</text>"#, middle_of(hour));
        });
        for day in 0..days {
            let y = 26.0 + day as f64 * ROW_HEIGHT;
            let name = words.days.get(day).copied().unwrap_or(words.day_unknown);
            let _ = write!(
                out,
                r#"<text x="0" y="{:.0}" font-size="17" text-anchor="start">{}</text>"#,
                y + 27.0,
                escape(name)
            );
            (0..HOURS).for_each(|hour| write_cell(&mut out, &classes, hour, day, y, self.0[hour][day]));
        }
        let y = 26.0 + days as f64 * ROW_HEIGHT + 20.0;
        let _ = write!(
            out,
            r#"<text x="{WIDTH}" y="{y:.0}" text-anchor="end" fill="{SOFT}">? {}</text></g>"#,
            escape(words.hour_unknown)
        );
        Drawing { elements: out, height: y + 8.0 }
    }

    /// Seven classes of equal width over the known hours.
    fn classes(&self) -> Classes {
        let known = self.0[..HOURS - 1].iter().flat_map(|row| &row[..DAYS - 1]).map(|count| *count as f64);
        Classes::equal(&known.collect::<Vec<_>>(), 7)
    }

    /// Days that are shown: the unknown one only where there is something in it.
    fn days(&self) -> usize {
        if self.0.iter().any(|row| row[DAYS - 1] > 0) { DAYS } else { DAYS - 1 }
    }
}

fn cell_width() -> f64 {
    (WIDTH - NAME_WIDTH - UNKNOWN_GAP) / HOURS as f64
}

fn left_of(hour: usize) -> f64 {
    NAME_WIDTH + hour as f64 * cell_width() + if hour == HOURS - 1 { UNKNOWN_GAP } else { 0.0 }
}

fn middle_of(hour: usize) -> f64 {
    left_of(hour) + cell_width() / 2.0
}

fn write_cell(out: &mut String, classes: &Classes, hour: usize, day: usize, y: f64, count: u64) {
    let known = hour < HOURS - 1 && day < DAYS - 1 && count > 0;
    let shade = known.then(|| classes.colour_index(count as f64));
    let colour = shade.map_or(ZERO, |shade| RAMP[shade]);
    let ink = if shade.is_some_and(|shade| shade >= DARK_FROM) { "white" } else { INK };
    let _ = write!(
        out,
        r#"<rect x="{:.1}" y="{y:.0}" width="{:.1}" height="{}" fill="{colour}" stroke="{LINE}" stroke-width="0.4"/><text x="{:.1}" y="{:.0}" fill="{ink}" font-size="{}">{}</text>"#,
        left_of(hour),
        cell_width(),
        ROW_HEIGHT,
        middle_of(hour),
        y + 27.0,
        font_size(count),
        format::integer(count)
    );
}

/// Numbers of more digits are written smaller, so that they stay in their cell.
fn font_size(count: u64) -> u8 {
    match count {
        0..1_000 => 14,
        1_000..100_000 => 11,
        _ => 9,
    }
}

/// Where the heads lead, and which cells are chosen; `None` is the unknown hour or day.
pub struct HeatChoice<'a> {
    /// Address that chooses an hour.
    pub hour: &'a dyn Fn(Option<u8>) -> String,
    /// Address that chooses a day.
    pub day: &'a dyn Fn(Option<u8>) -> String,
    /// True for a cell whose hour and day are chosen.
    pub is_chosen: &'a dyn Fn(Option<u8>, Option<u8>) -> bool,
}

/// The hour of a row.
fn hour_of(row: usize) -> Option<u8> {
    u8::try_from(row).ok().filter(|_| row < HOURS - 1)
}

/// The day of a column, 1 is Monday.
fn day_of(column: usize) -> Option<u8> {
    u8::try_from(column + 1).ok().filter(|_| column < DAYS - 1)
}

fn linked(href: Option<String>, head: &str) -> String {
    href.map_or_else(|| head.to_owned(), |href| format!(r#"<a href="{}" data-brush>{head}</a>"#, escape(&href)))
}

fn write_row(
    out: &mut String,
    words: &HeatWords<'_>,
    classes: &Classes,
    choice: Option<&HeatChoice<'_>>,
    hour: usize,
    row: &[u64],
) {
    let unknown_hour = hour == HOURS - 1;
    let (class, head) =
        if unknown_hour { (r#" class="unknown""#, escape(words.hour_unknown)) } else { ("", format!("{hour:02}:00")) };
    let head = linked(choice.map(|choice| (choice.hour)(hour_of(hour))), &head);
    let _ = write!(out, r#"<tr{class}><th scope="row">{head}</th>"#);
    for (day, count) in row.iter().enumerate() {
        let shade = match count {
            _ if unknown_hour || day == DAYS - 1 => "unknown",
            0 => "zero",
            count => classes.colour(*count as f64),
        };
        let chosen = choice.is_some_and(|choice| (choice.is_chosen)(hour_of(hour), day_of(day)));
        let mark = if chosen { " chosen" } else { "" };
        let _ = write!(out, r#"<td class="{shade}{mark}">{}</td>"#, format::integer(*count));
    }
    out.push_str("</tr>");
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: HeatWords<'_> = HeatWords {
        caption: "C",
        hours: "Hora",
        days: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
        hour_unknown: "desconocida",
        day_unknown: "desconocido",
    };

    #[test]
    fn the_picture_holds_every_cell_and_no_class_of_a_style_sheet() {
        let mut table = HourTable::default();
        table.add(Some(23), Some(7), 912_345);
        table.add(None, Some(1), 4_000);
        let drawing = table.drawing(&WORDS);
        assert_eq!(drawing.elements.matches("<rect").count(), 25 * 7);
        assert!(drawing.elements.contains("912,345") && drawing.elements.contains("4,000"));
        assert!(!drawing.elements.contains("class="));
    }

    #[test]
    fn the_unknown_hour_is_a_row_of_its_own() {
        let mut table = HourTable::default();
        table.add(Some(23), Some(7), 9);
        table.add(None, Some(1), 4_000);
        let html = table.write(&WORDS);
        assert_eq!(html.matches("<tr").count(), 26);
        assert!(html.contains(r#"<td class="c6">9</td>"#));
        assert!(html.contains(r#"<tr class="unknown"><th scope="row">desconocida</th><td class="unknown">4,000</td>"#));
        assert!(!html.contains("desconocido"));
        table.add(Some(1), None, 1);
        assert!(table.write(&WORDS).contains("desconocido"));
    }
}
