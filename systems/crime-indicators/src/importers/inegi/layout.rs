//! Where the labels and figures of an exported query stand, and what every column is about.

use super::super::Head;
use super::super::groups::{is_total, value};
use super::super::values::year;
use super::query::{Basis, Dimension, Query, Role, label_columns, one_line};
use std::collections::BTreeSet;

/// How a row or column stands to a dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// All of them.
    Total,
    /// One, as the source writes it.
    One(String),
}

/// What the dimensions of a query are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Use {
    /// The place of the figure.
    Place,
    /// The year of its period.
    Year,
    /// The month of its period.
    Month,
    /// The year that stands in for one that is not specified; also a dimension of the group.
    Registered,
    /// A dimension of the group.
    Group,
}

/// A dimension and what it is for.
#[derive(Clone, Debug)]
pub struct Used {
    /// The dimension.
    pub dimension: Dimension,
    /// What it is for.
    pub used: Use,
}

/// A dimension of the rows, and where its labels stand.
#[derive(Clone, Debug)]
pub struct Label {
    /// The dimension.
    pub used: Used,
    /// Column of the code; only of places.
    pub code: Option<usize>,
    /// Column of the name.
    pub name: usize,
}

/// A column of figures.
#[derive(Clone, Debug)]
pub struct Column {
    /// Where it stands.
    pub at: usize,
    /// Its member in each dimension of the columns.
    pub members: Vec<Member>,
}

/// The whole layout.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The query.
    pub query: Query,
    /// Records above the last header record.
    pub lead: usize,
    /// Dimensions of the rows.
    pub labels: Vec<Label>,
    /// Dimensions of the columns.
    pub column_dimensions: Vec<Used>,
    /// Columns of figures.
    pub columns: Vec<Column>,
    /// Dimensions that a filter holds to one member.
    pub fixed: Vec<(Used, String)>,
    /// The year of every figure, where no dimension says it.
    pub year: Option<i16>,
}

impl Layout {
    /// Reads the layout.
    ///
    /// # Errors
    /// One line that says what cannot be told from the file.
    pub fn read(mut query: Query, head: &Head) -> Result<Self, String> {
        let column_dimensions = query.columns();
        let depth = column_dimensions.len().max(1);
        let first = header_line(&mut query, head.records)?;
        let headers = head.records.get(first..first + depth).ok_or("it ends before its header: fetch it again")?;
        let leading = |record: &Vec<String>| record.iter().take_while(|name| name.trim().is_empty()).count();
        let blank = headers.iter().map(leading).min().unwrap_or(0);
        let blank = if blank == 0 { query.label_columns() } else { blank };
        let rows = query.rows(blank).ok_or_else(|| {
            format!("its header leaves {blank} columns for labels, and its line `Consulta de` names other dimensions")
        })?;
        let columns = columns(headers, blank);
        check_columns(&columns)?;
        let fixed: Vec<(Dimension, String)> =
            query.filters.iter().map(|(name, value)| (Dimension::of(name), value.clone())).collect();
        let all: Vec<&Dimension> =
            rows.iter().chain(&column_dimensions).chain(fixed.iter().map(|(dimension, _)| dimension)).collect();
        let uses = Uses::of(&all);
        let labels = labels(&uses, &rows, blank);
        let fixed = fixed.into_iter().filter(|(dimension, value)| is_member(dimension, value));
        let fixed = fixed.map(|(dimension, value)| (uses.used(&dimension), value)).collect();
        let column_dimensions = column_dimensions.iter().map(|dimension| uses.used(dimension)).collect();
        let lead = first + depth - 1;
        let year = if uses.year.is_none() { Some(only_year(&query, head)?) } else { None };
        Ok(Self { query, lead, labels, column_dimensions, columns, fixed, year })
    }

    /// Names of the dimensions that say whose place and time it is.
    pub fn bases(&self) -> Vec<&str> {
        let used = self.labels.iter().map(|label| &label.used).chain(&self.column_dimensions);
        let bases = used.filter(|used| matches!(used.used, Use::Place | Use::Year));
        bases.map(|used| used.dimension.name.as_str()).collect()
    }
}

/// Index of the first header record: the first below the query that is no filter or title. Filters that stand between are
/// added to the query.
fn header_line(query: &mut Query, records: &[Vec<String>]) -> Result<usize, String> {
    for (at, record) in records.iter().enumerate().skip(query.line + 1) {
        if record.iter().skip(1).any(|field| !field.trim().is_empty()) && !is_filter(record) {
            return Ok(at);
        }
        query.add_line(&one_line(record));
    }
    Err("it has no header below its line `Consulta de`: fetch it again".to_owned())
}

/// True for a line `Name : value`, whose value a comma may have cut.
fn is_filter(record: &[String]) -> bool {
    record.first().is_some_and(|field| field.contains(':'))
}

/// A filter says something of every figure when it holds a dimension to one member.
fn is_member(dimension: &Dimension, value: &str) -> bool {
    let is_list = value.contains([',', ';']) || is_total(value) || value.is_empty();
    !is_list && (dimension.role != Role::Year || year(value).is_ok()) && !dimension.name.is_empty()
}

/// Columns of figures with their members; an upper name holds until the next one, and what has no name at all is no column.
fn columns(headers: &[Vec<String>], labels: usize) -> Vec<Column> {
    let width = headers.iter().map(Vec::len).max().unwrap_or(0);
    let mut upper: Vec<String> = vec![String::new(); headers.len()];
    let mut columns = Vec::new();
    for at in labels..width {
        let names: Vec<&str> = headers.iter().map(|record| record.get(at).map_or("", |name| name.trim())).collect();
        if names.iter().all(|name| name.is_empty()) {
            continue;
        }
        for (known, name) in upper.iter_mut().zip(&names) {
            if !name.is_empty() {
                *known = (*name).to_owned();
            }
        }
        let deepest = names.len() - 1;
        let members = upper.iter().enumerate().map(|(level, known)| match level == deepest {
            true => member(names[level]),
            false => member(known),
        });
        columns.push(Column { at, members: members.collect() });
    }
    columns
}

/// The member that a label names; none is named for all of them.
pub fn member(label: &str) -> Member {
    let label = label.trim();
    if label.is_empty() || is_total(label) { Member::Total } else { Member::One(label.to_owned()) }
}

fn check_columns(columns: &[Column]) -> Result<(), String> {
    let key = |member: &Member| match member {
        Member::Total => String::new(),
        Member::One(name) => value("", name),
    };
    let mut seen = BTreeSet::new();
    for column in columns {
        if !seen.insert(column.members.iter().map(key).collect::<Vec<_>>()) {
            return Err(format!("two of its columns are named alike (column {}): fetch it again", column.at + 1));
        }
    }
    if columns.is_empty() { Err("its header names no columns: fetch it again".to_owned()) } else { Ok(()) }
}

/// Which of the dimensions are the place and the period.
struct Uses {
    place: Option<Dimension>,
    year: Option<Dimension>,
    month: Option<Dimension>,
    registered: Option<Dimension>,
}

impl Uses {
    fn of(all: &[&Dimension]) -> Self {
        let best = |role: Role| {
            let of_role = all.iter().filter(|dimension| dimension.role == role);
            of_role.min_by_key(|dimension| dimension.basis).map(|dimension| (*dimension).clone())
        };
        let year = best(Role::Year);
        // A month of something else than the year is about does not make a period with it.
        let month = best(Role::Month).filter(|month| year.as_ref().is_none_or(|year| is_same_event(year, month)));
        let is_registered = |dimension: &&&Dimension| {
            dimension.role == Role::Year && dimension.basis == Basis::Registration && Some(**dimension) != year.as_ref()
        };
        let registered = all.iter().find(is_registered).map(|dimension| (*dimension).clone());
        Self { place: best(Role::Place), year, month, registered }
    }

    fn used(&self, dimension: &Dimension) -> Used {
        let is = |known: &Option<Dimension>| known.as_ref() == Some(dimension);
        let used = match () {
            () if is(&self.place) => Use::Place,
            () if is(&self.year) => Use::Year,
            () if is(&self.month) => Use::Month,
            () if is(&self.registered) => Use::Registered,
            () => Use::Group,
        };
        Used { dimension: dimension.clone(), used }
    }
}

fn is_same_event(year: &Dimension, month: &Dimension) -> bool {
    year.basis == month.basis || [year.basis, month.basis].contains(&Basis::Unsaid)
}

fn labels(uses: &Uses, rows: &[Dimension], width: usize) -> Vec<Label> {
    let is_narrow = rows.len() == width;
    let mut at = 0;
    let label = |dimension: &Dimension| {
        let taken = label_columns(dimension, is_narrow);
        at += taken;
        Label { used: uses.used(dimension), code: (taken == 2).then(|| at - 2), name: at - 1 }
    };
    rows.iter().map(label).collect()
}

/// The year that the whole table is about, as its titles or its source say.
fn only_year(query: &Query, head: &Head) -> Result<i16, String> {
    let titles = query.titles.iter().rev().find_map(|title| year_in(title));
    let source = || head.tail().iter().rev().find_map(|record| year_in(&one_line(record)));
    let none = "no dimension, title or source says which year it is about: export it with a year";
    titles.or_else(source).ok_or_else(|| none.to_owned())
}

/// The one year in a text that is no figure; of two, neither is meant alone.
fn year_in(text: &str) -> Option<i16> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    let years: BTreeSet<i16> = words.filter_map(|word| year(word).ok()).collect();
    let is_note = text.chars().any(char::is_alphabetic) && years.len() == 1;
    is_note.then(|| years.into_iter().next()).flatten()
}
