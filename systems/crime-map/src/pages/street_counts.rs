//! The figures of a street, asked for as the public asks.

use crate::library::Library;
use crate::pages::ask::count;
use crate::pages::span::Span;
use crate::pages::street::Subject;
use crate::pages::street_figures::{Part, shown};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tequio_access::Note;
use tequio_frame::{Column, DataTable, Problem, ProblemCode, Visit};
use tequio_kernel::{Dimension, Key, Query};
use tequio_reference::ORDINARY;

const INCIDENTS: &str = "incidents";

/// What is asked.
pub(crate) struct Asked<'a> {
    pub library: &'a Library,
    /// The place that holds the street; never the street itself.
    pub query: Query,
    pub subject: &'a Subject,
    pub span: &'a Span,
}

/// The figures that the page shows, all of the whole series.
pub(crate) struct Figures {
    /// Segments at or above the threshold.
    pub segments: BTreeMap<u32, u64>,
    /// Sum of these segments.
    pub total: u64,
    /// Every year of the series.
    pub years: Vec<Part<i16>>,
    /// Offences by code and name, the most frequent first.
    pub offences: Vec<Part<(String, String)>>,
    pub notes: Vec<Note>,
}

impl Asked<'_> {
    pub(crate) fn figures(&self) -> Result<Figures, Problem> {
        let (segments, notes) = self.listed(&self.query)?;
        let total = segments.values().sum();
        let (years, offences) = match segments.is_empty() {
            true => (Vec::new(), Vec::new()),
            false => (self.years(total, segments.len())?, self.offences(total, segments.len())?),
        };
        Ok(Figures { segments, total, years, offences, notes })
    }

    /// The segments of the street that an answer lists.
    fn listed(&self, query: &Query) -> Result<(BTreeMap<u32, u64>, Vec<Note>), Problem> {
        let answer = count(self.library, &Query { by: vec![Dimension::Segment], ..query.clone() })?;
        let own: BTreeSet<u32> = self.subject.segments.iter().copied().collect();
        let segments = answer.counts.rows.iter().filter_map(|row| match row.keys.first() {
            Some(Key::Place { code, .. }) => Some((self.subject.index.segment(code)?, row.count)),
            _ => None,
        });
        Ok((segments.filter(|(segment, _)| own.contains(segment)).collect(), answer.notes))
    }

    fn years(&self, total: u64, segments: usize) -> Result<Vec<Part<i16>>, Problem> {
        let years: BTreeSet<i16> = self.span.months.iter().map(|month| month.year).collect();
        let listed = self.split(Dimension::Year, |key| match key {
            Key::Year(year) => Some(*year),
            _ => None,
        })?;
        Ok(partition(total, segments, years, &listed))
    }

    fn offences(&self, total: u64, segments: usize) -> Result<Vec<Part<(String, String)>>, Problem> {
        let of = |key: &Key| match key {
            Key::Offence { code, name } => Some((code.clone(), name.clone())),
            _ => None,
        };
        let mut all = Query { by: vec![Dimension::Offence], ..self.query.clone() };
        all.filter.classes = vec![ORDINARY.to_owned()];
        let rows = count(self.library, &all)?.counts.rows;
        let offences = rows.iter().filter_map(|row| of(row.keys.first()?)).collect();
        let listed = self.split(Dimension::Offence, of)?;
        let mut parts = partition(total, segments, offences, &listed);
        parts.sort_by_key(|part| std::cmp::Reverse(part.count));
        Ok(parts)
    }

    /// Sum and number of the listed cells of the street's segments, by the values of another dimension.
    fn split<T: Ord>(
        &self,
        dimension: Dimension,
        of: impl Fn(&Key) -> Option<T>,
    ) -> Result<BTreeMap<T, (u64, u64)>, Problem> {
        let query = Query { by: vec![Dimension::Segment, dimension], ..self.query.clone() };
        let answer = match count(self.library, &query) {
            // Of a city with more rows than an answer holds the parts are not told.
            Err(problem) if problem.code == ProblemCode::TooLarge => return Ok(BTreeMap::new()),
            answer => answer?,
        };
        let own: BTreeSet<u32> = self.subject.segments.iter().copied().collect();
        let mut listed: BTreeMap<T, (u64, u64)> = BTreeMap::new();
        for row in &answer.counts.rows {
            let [Key::Place { code, .. }, key] = row.keys.as_slice() else { continue };
            let is_own = self.subject.index.segment(code).is_some_and(|segment| own.contains(&segment));
            if let Some(key) = of(key).filter(|_| is_own) {
                let (sum, cells) = listed.entry(key).or_default();
                *sum += row.count;
                *cells += 1;
            }
        }
        Ok(listed)
    }
}

/// What may be shown of the parts beside the total.
fn partition<T: Ord + Clone>(
    total: u64,
    segments: usize,
    keys: BTreeSet<T>,
    listed: &BTreeMap<T, (u64, u64)>,
) -> Vec<Part<T>> {
    let cells = (keys.len() * segments) as u64;
    let listed_cells: u64 = listed.values().map(|(_, cells)| cells).sum();
    let parts = keys.into_iter().map(|key| (key.clone(), listed.get(&key).map_or(0, |(sum, _)| *sum)));
    shown(total, parts.collect(), cells.saturating_sub(listed_cells))
}

impl Figures {
    /// The tables of the page; `segments` are code, position and count of those shown.
    pub(crate) fn tables(&self, visit: &Visit, segments: &[(String, String, u64)]) -> Vec<DataTable> {
        let columns = [Column::text("segment"), Column::text("between"), Column::count("count", INCIDENTS)];
        let rows = segments.iter().map(|(code, between, count)| [json!(code), json!(between), json!(count)]);
        let segments = DataTable::new("segments", visit.t("street-segments"), columns, rows);
        let columns = [Column::time("year"), Column::count("count", INCIDENTS)];
        let rows = self.years.iter().map(|part| [json!(part.key.to_string()), json!(part.count)]);
        let years = DataTable::new("years", visit.t("street-years"), columns, rows);
        let columns = [Column::text("offence"), Column::text("offence_name"), Column::count("count", INCIDENTS)];
        let shown = self.offences.iter().filter(|part| part.count.is_some());
        let rows = shown.map(|part| [json!(part.key.0), json!(part.key.1), json!(part.count)]);
        vec![segments, years, DataTable::new("offences", visit.t("offences-title"), columns, rows)]
    }
}
