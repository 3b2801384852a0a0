//! Revisions: what each edition of a dataset published for each period, and how past figures moved from edition to
//! edition.
//!
//! The *revision triangle* is periods by editions, the form in which revisions of official series are studied (D.
//! Croushore and T. Stark, "A real-time data set for macroeconomists", Journal of Econometrics 105, 2001): along a row
//! one period is told again and again, and a later edition reaches further down. Editions stand in the order in which
//! they were known, the oldest first.
//!
//! The *age* of a revision is the number of periods from the one revised to the cut-off of the edition that revises
//! it: it is read from the content and does not depend on when a file was fetched.

use crate::diff::{Comparison, DiffError, Edition, Line, Tally, office_of};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tequio_archive::DataFolder;
use tequio_kernel::{Cell, CountTable, DatasetId, Frequency, Manifest, Step};

/// Which figures are looked at. A code takes what lies below it: `MX-11` its municipalities, `homicidio-doloso` its
/// leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Code of a place; every place when `None`.
    pub place: Option<String>,
    /// Code of an offence; every offence when `None`.
    pub offence: Option<String>,
}

impl Selection {
    /// True for a place that is the selected one or lies in it.
    pub fn takes_place(&self, code: &str) -> bool {
        takes(self.place.as_deref(), code, '-')
    }

    /// True for an offence that is the selected one or lies below it.
    pub fn takes_offence(&self, code: &str) -> bool {
        takes(self.offence.as_deref(), code, '.')
    }
}

fn takes(selected: Option<&str>, code: &str, separator: char) -> bool {
    selected.is_none_or(|selected| {
        code.strip_prefix(selected).is_some_and(|rest| rest.is_empty() || rest.starts_with(separator))
    })
}

/// A total as an edition published it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Sum of the observed figures, in the unit of the dataset; `None` where not one is observed.
    pub value: Option<u64>,
    /// Figures that are blank although their period had passed: the sum is then too small.
    pub missing: u64,
}

/// Totals by period (rows) and edition (columns). `None` where the edition says nothing of the period.
pub type Triangle = Vec<Vec<Option<Total>>>;

/// An edition as a column of a triangle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its name.
    pub edition: String,
    /// Day from which it was known, `YYYY-MM-DD`.
    pub known_from: String,
    /// Last period that it observes, as it is written.
    pub cutoff: String,
}

/// Every revision of a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revisions {
    /// The dataset.
    pub dataset: DatasetId,
    /// Its editions, the oldest first: the columns of every triangle.
    pub editions: Vec<Published>,
    /// The periods that they reach together: the rows of every triangle.
    pub periods: Vec<Step>,
    /// Everything selected.
    pub total: Triangle,
    /// The same by prosecutor's office, by code.
    pub by_office: BTreeMap<String, Triangle>,
    /// The same by offence, by code.
    pub by_offence: BTreeMap<String, Triangle>,
    /// What changed from each edition to the next; one less than there are editions.
    pub between: Vec<Tally>,
    /// Revisions of all editions together by prosecutor's office, the largest first.
    pub offices: Vec<Line>,
    /// Revisions of all editions together by office and age in periods.
    pub ages: BTreeMap<(String, i32), Tally>,
}

impl Revisions {
    /// Reads every edition of a dataset, two at a time, and follows the selected figures through them.
    ///
    /// # Errors
    /// [`DiffError`] when there is no edition of counts, when no edition has the selected place or offence, and when
    /// an edition cannot be read.
    pub fn of(data: &DataFolder, dataset: &DatasetId, selection: &Selection) -> Result<Self, DiffError> {
        let mut manifests = data.editions(dataset)?;
        manifests.retain(|manifest| manifest.counts.is_some());
        manifests.reverse();
        let mut gathered = Gathered::default();
        let mut before: Option<(&Manifest, CountTable)> = None;
        for manifest in &manifests {
            let table = data.counts(manifest)?;
            let edition = Edition::new(manifest, &table)?;
            gathered.columns.push(Column::of(&edition, selection));
            gathered.known.add(&table, selection);
            if let Some((manifest, table)) = &before {
                gathered.compare(Edition::new(manifest, table)?, edition, selection)?;
            }
            before = Some((manifest, table));
        }
        gathered.known.check(dataset, selection, manifests.is_empty())?;
        Ok(gathered.finish(dataset, &manifests))
    }

    /// Revisions by age in periods, all offices together, the youngest first.
    pub fn by_age(&self) -> BTreeMap<i32, Tally> {
        let mut ages: BTreeMap<i32, Tally> = BTreeMap::new();
        self.ages.iter().for_each(|((_, age), tally)| ages.entry(*age).or_default().merge(tally));
        ages
    }

    /// The offices of which a figure changed or was removed, the largest revision first.
    pub fn revised_offices(&self) -> impl Iterator<Item = &Line> {
        self.offices.iter().filter(|line| line.tally.is_revision())
    }

    /// How many of the offices have no figure that changed or was removed.
    pub fn offices_unchanged(&self) -> usize {
        self.by_office.len().saturating_sub(self.revised_offices().count())
    }

    /// As the command and the API give it. A triangle is a list of rows, a row one value an edition; `missing` lists
    /// where a value lacks figures that are blank.
    pub fn to_json(&self) -> Value {
        let periods: Vec<String> = self.periods.iter().map(Step::to_string).collect();
        let editions = self.editions.iter().map(Published::to_json).collect::<Value>();
        let pairs = self.editions.windows(2).zip(&self.between);
        let between: Value = pairs
            .map(|(pair, tally)| keyed(tally, [("editions", json!([pair[0].edition, pair[1].edition]))]))
            .collect();
        let offices: Value =
            self.revised_offices().map(|line| keyed(&line.tally, [("office", json!(line.key))])).collect();
        let ages: Value = self.by_age().iter().map(|(age, tally)| keyed(tally, [("age", json!(age))])).collect();
        let both = |((office, age), tally): (&(String, i32), &Tally)| {
            keyed(tally, [("office", json!(office)), ("age", json!(age))])
        };
        json!({
            "dataset": self.dataset, "editions": editions, "periods": periods,
            "triangle": values(&self.total), "missing": self.missing(),
            "triangle_by_office": by_code(&self.by_office), "triangle_by_offence": by_code(&self.by_offence),
            "between": between, "by_office": offices, "offices_unchanged": self.offices_unchanged(), "by_age": ages,
            "by_office_and_age": self.ages.iter().map(both).collect::<Value>(),
        })
    }

    /// Totals of the triangle that lack blank figures.
    fn missing(&self) -> Vec<Value> {
        let mut found = Vec::new();
        for (step, row) in self.periods.iter().zip(&self.total) {
            for (published, total) in self.editions.iter().zip(row) {
                let missing = total.map_or(0, |total| total.missing);
                found.extend(
                    (missing > 0).then(
                        || json!({ "period": step.to_string(), "edition": published.edition, "figures": missing }),
                    ),
                );
            }
        }
        found
    }
}

impl Published {
    fn of(manifest: &Manifest) -> Self {
        Self {
            edition: manifest.edition.clone(),
            known_from: manifest.known_from().to_owned(),
            cutoff: manifest.counts.as_ref().map(|counts| counts.cutoff.clone()).unwrap_or_default(),
        }
    }

    fn to_json(&self) -> Value {
        json!({ "edition": self.edition, "published": self.known_from, "cutoff": self.cutoff })
    }
}

/// Sums with what they are about.
fn keyed<const N: usize>(tally: &Tally, keys: [(&str, Value); N]) -> Value {
    let mut map = tally.to_json();
    map.extend(keys.map(|(key, value)| (key.to_owned(), value)));
    Value::Object(map)
}

fn values(triangle: &Triangle) -> Value {
    let value = |total: &Option<Total>| json!(total.and_then(|total| total.value));
    triangle.iter().map(|row| row.iter().map(value).collect::<Value>()).collect()
}

fn by_code(triangles: &BTreeMap<String, Triangle>) -> Value {
    Value::Object(triangles.iter().map(|(code, triangle)| (code.clone(), values(triangle))).collect())
}

/// What the editions said, one after the other.
#[derive(Default)]
struct Gathered {
    columns: Vec<Column>,
    known: Known,
    between: Vec<Tally>,
    ages: BTreeMap<(String, i32), Tally>,
}

impl Gathered {
    fn compare(&mut self, old: Edition, new: Edition, selection: &Selection) -> Result<(), DiffError> {
        let comparison = Comparison::new(old, new)?;
        let cutoff = new.cutoff().map_or(i32::MIN, Step::index);
        let mut total = Tally::default();
        comparison.each(|change| {
            let (place, offence) = (comparison.place(change.place).0, comparison.offence(change.offence).0);
            let Some(step) = comparison.step(change.column) else { return };
            if selection.takes_place(place) && selection.takes_offence(offence) {
                total.add(change);
                let key = (office_of(place).to_owned(), cutoff.saturating_sub(step.index()));
                self.ages.entry(key).or_default().add(change);
            }
        });
        self.between.push(total);
        Ok(())
    }

    fn finish(self, dataset: &DatasetId, manifests: &[Manifest]) -> Revisions {
        let frequency = self.columns.first().map_or(Frequency::Month, |column| column.frequency);
        let (first, last) = self.extent();
        Revisions {
            dataset: dataset.clone(),
            editions: manifests.iter().map(Published::of).collect(),
            periods: (first..last).filter_map(|index| Step::at(frequency, index)).collect(),
            total: self.triangle(|column| Some(&column.total)),
            by_office: self.triangles(|column| &column.offices),
            by_offence: self.triangles(|column| &column.offences),
            offices: offices(&self.ages),
            between: self.between,
            ages: self.ages,
        }
    }

    /// Positions of the first period of any edition and of the one after the last.
    fn extent(&self) -> (i32, i32) {
        let first = self.columns.iter().map(|column| column.first).min().unwrap_or(0);
        (first, self.columns.iter().map(Column::end).max().unwrap_or(first))
    }

    /// The triangle of one line of every edition.
    fn triangle<'a>(&'a self, line: impl Fn(&'a Column) -> Option<&'a Vec<Option<Total>>>) -> Triangle {
        let (first, last) = self.extent();
        let lines: Vec<(i32, Option<&Vec<Option<Total>>>)> =
            self.columns.iter().map(|column| (column.first, line(column))).collect();
        let at = |index: i32, (first, line): &(i32, Option<&Vec<Option<Total>>>)| -> Option<Total> {
            *(*line)?.get(usize::try_from(index - first).ok()?)?
        };
        (first..last).map(|index| lines.iter().map(|line| at(index, line)).collect()).collect()
    }

    /// The triangles of every code that any edition has.
    fn triangles(&self, lines: fn(&Column) -> &Lines) -> BTreeMap<String, Triangle> {
        let codes: BTreeSet<&String> = self.columns.iter().flat_map(|column| lines(column).keys()).collect();
        let triangle = |code: &String| self.triangle(|column| lines(column).get(code));
        codes.into_iter().map(|code| (code.clone(), triangle(code))).collect()
    }
}

fn offices(ages: &BTreeMap<(String, i32), Tally>) -> Vec<Line> {
    let mut offices: BTreeMap<&str, Tally> = BTreeMap::new();
    ages.iter().for_each(|((office, _), tally)| offices.entry(office).or_default().merge(tally));
    let line = |(office, tally): (&str, Tally)| Line { key: office.to_owned(), name: String::new(), tally };
    let mut lines: Vec<Line> = offices.into_iter().map(line).collect();
    lines.sort_by(|a, b| b.tally.absolute().cmp(&a.tally.absolute()).then_with(|| a.key.cmp(&b.key)));
    lines
}

/// Totals by code, one a period.
type Lines = BTreeMap<String, Vec<Option<Total>>>;

/// What one edition says of the selected figures.
struct Column {
    frequency: Frequency,
    first: i32,
    total: Vec<Option<Total>>,
    offices: Lines,
    offences: Lines,
}

impl Column {
    fn of(edition: &Edition, selection: &Selection) -> Self {
        let table = edition.table;
        let mut begun = vec![None; table.periods];
        if edition.counts.absent_is_zero {
            begun[edition.observed_columns()].fill(Some(Total { value: Some(0), missing: 0 }));
        }
        let mut column = Self {
            frequency: table.frequency,
            first: table.first,
            total: begun.clone(),
            offices: Lines::new(),
            offences: Lines::new(),
        };
        let places: Vec<bool> = table.places.iter().map(|place| selection.takes_place(&place.code)).collect();
        let offences: Vec<bool> = table.offences.iter().map(|named| selection.takes_offence(&named.code)).collect();
        for (series, key) in table.series.iter().enumerate() {
            let (place, offence) = (key.place as usize, key.offence as usize);
            if !(places[place] && offences[offence]) {
                continue;
            }
            let office = office_of(&table.places[place].code);
            let offence = &table.offences[offence].code;
            add(&mut column.total, table.row(series));
            add(line(&mut column.offices, office, &begun), table.row(series));
            add(line(&mut column.offences, offence, &begun), table.row(series));
        }
        column
    }

    fn end(&self) -> i32 {
        self.first + i32::try_from(self.total.len()).unwrap_or(0)
    }
}

/// The line of a code, begun if it is new.
fn line<'a>(lines: &'a mut Lines, code: &str, begun: &[Option<Total>]) -> &'a mut Vec<Option<Total>> {
    if !lines.contains_key(code) {
        lines.insert(code.to_owned(), begun.to_vec());
    }
    lines.entry(code.to_owned()).or_default()
}

/// Adds a series. A blank is counted and adds nothing: where there is nothing else, the total has no value.
fn add(totals: &mut [Option<Total>], row: &[u32]) {
    for (total, code) in totals.iter_mut().zip(row) {
        match Cell::decode(*code) {
            Cell::Observed(value) => *total.get_or_insert_default().value.get_or_insert(0) += value,
            Cell::Missing => total.get_or_insert_default().missing += 1,
            Cell::Absent | Cell::NotYetObserved | Cell::NotApplicable => {}
        }
    }
}

/// Whether any edition has what was selected.
#[derive(Default)]
struct Known {
    place: bool,
    offence: bool,
}

impl Known {
    fn add(&mut self, table: &CountTable, selection: &Selection) {
        self.place |= table.places.iter().any(|place| selection.takes_place(&place.code));
        self.offence |= table.offences.iter().any(|offence| selection.takes_offence(&offence.code));
    }

    fn check(&self, dataset: &DatasetId, selection: &Selection, none: bool) -> Result<(), DiffError> {
        if none {
            return Err(DiffError::NoEditions(dataset.0.clone()));
        }
        let unknown = |what, code: &Option<String>| DiffError::Unknown {
            dataset: dataset.0.clone(),
            what,
            code: code.clone().unwrap_or_default(),
        };
        match (self.place, self.offence) {
            (false, _) => Err(unknown("place", &selection.place)),
            (_, false) => Err(unknown("offence", &selection.offence)),
            (true, true) => Ok(()),
        }
    }
}
