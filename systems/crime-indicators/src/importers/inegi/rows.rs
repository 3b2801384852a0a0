//! Rows of an exported query become figures.

use super::super::groups::{OCCURRED, UNSPECIFIED, value};
use super::super::values::{cell, month, year};
use super::super::{Entry, Flag, Reason, Reject, RowReader, Whole};
use super::layout::{Label, Layout, Member, Use, Used, member};
use crate::catalogue::{PlaceFound, Places};
use tequio_intake::Row;
use tequio_kernel::text::fold;
use tequio_kernel::{Cell, Group, Month, Step};

/// Code of the country, for figures that no dimension places.
const NATION: &str = "MX";
/// States have lower numbers; higher ones are INEGI's for other countries and for what is not specified.
const STATE_MAX: u16 = 32;

/// Reads the rows below the header.
pub struct Reader {
    layout: Layout,
    offence: (String, String),
    blank_is_zero: bool,
    places: Places,
    /// Labels of the row before, for those that are only written on the first row of a block.
    above: Vec<(String, String)>,
}

/// When a figure is about.
enum Time {
    /// In one period.
    At(Step),
    /// In all of them, or in all months of a year.
    Whole(Option<i16>),
    /// In none that the table can hold.
    Nowhere,
}

/// What the dimensions say of a figure.
#[derive(Default)]
struct Said {
    group: Group,
    year: Option<Member>,
    month: Option<Member>,
    registered: Option<Member>,
}

impl Said {
    fn say(&mut self, used: &Used, member: &Member) {
        match used.used {
            Use::Place => return,
            Use::Year => self.year = Some(member.clone()),
            Use::Month => self.month = Some(member.clone()),
            Use::Registered => self.registered = Some(member.clone()),
            Use::Group => {}
        }
        let is_group = matches!(used.used, Use::Group | Use::Registered);
        if let (true, Member::One(name)) = (is_group, member) {
            self.group.insert(used.dimension.group_name(), used.dimension.group_value(name));
        }
    }

    /// The period, and what the group says of it.
    fn time(&mut self, only_year: Option<i16>) -> Result<Time, Reject> {
        let stated = match (&self.year, only_year) {
            (Some(Member::One(name)), _) if is_unspecified(name) => return self.unspecified_year(),
            (Some(Member::One(name)), _) => year(name)?,
            (Some(Member::Total), _) if matches!(self.month, Some(Member::One(_))) => return Ok(Time::Nowhere),
            (Some(Member::Total) | None, None) => return Ok(Time::Whole(None)),
            (_, Some(year)) => year,
        };
        self.month_of(stated)
    }

    fn month_of(&mut self, year: i16) -> Result<Time, Reject> {
        let month = match &self.month {
            None => return Ok(Time::At(Step::Year(year))),
            Some(Member::Total) => return Ok(Time::Whole(Some(year))),
            Some(Member::One(name)) if is_unspecified(name) => {
                self.group.insert("month".to_owned(), UNSPECIFIED.to_owned());
                1
            }
            Some(Member::One(name)) => month(name).ok_or_else(|| Reject::new(Reason::PeriodUnparsed, name))?,
        };
        Ok(Time::At(Step::Month(Month { year, month })))
    }

    fn unspecified_year(&mut self) -> Result<Time, Reject> {
        self.group.insert(OCCURRED.to_owned(), UNSPECIFIED.to_owned());
        match self.registered.clone() {
            Some(Member::One(name)) => self.month_of(year(&name)?),
            Some(Member::Total) => Ok(Time::Whole(None)),
            None => Ok(Time::Nowhere),
        }
    }
}

fn is_unspecified(name: &str) -> bool {
    value("", name) == UNSPECIFIED
}

impl RowReader for Reader {
    fn read(&mut self, row: &Row) -> Result<Vec<Entry>, Reject> {
        if self.is_remark(row) {
            return Ok(Vec::new());
        }
        let labels = self.labels(row)?;
        let place = self.place(&labels)?;
        let mut entries: Vec<Entry> = Vec::new();
        for column in &self.layout.columns {
            let mut said = self.said(&labels, &column.members);
            let text = row.field(Some(column.at));
            let figure = self.figure(text)?;
            match said.time(self.layout.year)? {
                Time::At(step) => self.entry(&mut entries, &place, said.group).cells.push((step, figure)),
                Time::Whole(year) => {
                    let whole = figure.value().map(|value| Whole { year, value });
                    self.entry(&mut entries, &place, said.group).wholes.extend(whole);
                }
                Time::Nowhere
                    if self.is_leaf(&labels, &column.members) && figure.value().is_some_and(|value| value > 0) =>
                {
                    return Err(Reject::new(Reason::PeriodUnparsed, format!("{text} without a year")));
                }
                Time::Nowhere => {
                    self.entry(&mut entries, &place, said.group);
                }
            }
        }
        Ok(entries)
    }

    fn is_note(&self, original: &str) -> bool {
        let text = original.trim().trim_matches(['"', ',', ';', '\t', '|']).trim();
        text.is_empty() || is_source(text)
    }
}

/// True for a line that names the source or explains the table.
fn is_source(text: &str) -> bool {
    let folded = fold(text);
    ["FUENTE", "NOTA", "INEGI", "FECHA DE"].iter().any(|word| folded.starts_with(word))
}

impl Reader {
    /// A reader of the rows of a layout, all of one offence.
    pub fn new(layout: Layout, offence: (String, String), blank_is_zero: bool, places: Places) -> Self {
        let above = vec![(String::new(), String::new()); layout.labels.len()];
        Self { layout, offence, blank_is_zero, places, above }
    }

    /// A row that is no row of the table: nothing at all, or one text in its first field that names a source.
    fn is_remark(&self, row: &Row) -> bool {
        let mut fields = row.fields().map(str::trim).filter(|field| !field.is_empty());
        let Some(first) = fields.next() else { return true };
        is_source(first) && row.fields().next().is_some_and(|field| field.trim() == first)
    }

    /// Code and name of each dimension of the rows. A blank left of a label is the label above it; one right of all
    /// labels stands for all members.
    fn labels(&mut self, row: &Row) -> Result<Vec<(String, String)>, Reject> {
        let text = |column: Option<usize>| row.field(column).trim().to_owned();
        let mut labels: Vec<(String, String)> =
            self.layout.labels.iter().map(|label| (text(label.code), text(Some(label.name)))).collect();
        let is_blank = |label: &(String, String)| label.0.is_empty() && label.1.is_empty();
        let first = labels.iter().position(|label| !is_blank(label));
        let Some(first) = first else {
            return if labels.is_empty() { Ok(labels) } else { Err(Reject::new(Reason::RecordUnparsed, "no label")) };
        };
        let last = labels.iter().rposition(|label| !is_blank(label)).unwrap_or(first);
        if labels[first..last].iter().any(is_blank) {
            return Err(Reject::new(Reason::RecordUnparsed, "a label is missing between others"));
        }
        for (label, above) in labels[..first].iter_mut().zip(&self.above) {
            if is_blank(above) {
                return Err(Reject::new(Reason::RecordUnparsed, "a label is missing and none stands above it"));
            }
            label.clone_from(above);
        }
        self.above.clone_from(&labels);
        Ok(labels)
    }

    fn place(&mut self, labels: &[(String, String)]) -> Result<PlaceFound, Reject> {
        let is_place = |label: &&Label| label.used.used == Use::Place;
        let at = self.layout.labels.iter().position(|label| is_place(&label));
        let fixed = self.layout.fixed.iter().find(|(used, _)| used.used == Use::Place);
        let (code, name) = match (at, fixed) {
            (Some(at), _) => labels[at].clone(),
            (None, Some((_, name))) => (String::new(), name.clone()),
            (None, None) => (String::new(), "Total".to_owned()),
        };
        if code.is_empty() && member(&name) == Member::Total {
            return Ok(PlaceFound { code: NATION.to_owned(), name, flags: Vec::new() });
        }
        let found = abroad(&code, &name)
            .or_else(|| self.places.municipality("", "", &code, &name).filter(|_| !code.is_empty()))
            .or_else(|| self.places.state(&code, &name));
        found.ok_or_else(|| Reject::new(Reason::PlaceUnknown, format!("{code} {name}").trim().to_owned()))
    }

    fn said(&self, labels: &[(String, String)], columns: &[Member]) -> Said {
        let mut said = Said::default();
        self.layout.fixed.iter().for_each(|(used, name)| said.say(used, &Member::One(name.clone())));
        let rows = self.layout.labels.iter().zip(labels);
        rows.for_each(|(label, (code, name))| said.say(&label.used, &label_member(code, name)));
        self.layout.column_dimensions.iter().zip(columns).for_each(|(used, member)| said.say(used, member));
        said
    }

    /// True for a figure that is a total in no dimension.
    fn is_leaf(&self, labels: &[(String, String)], columns: &[Member]) -> bool {
        labels.iter().all(|(code, name)| label_member(code, name) != Member::Total) && !columns.contains(&Member::Total)
    }

    fn figure(&self, text: &str) -> Result<Cell, Reject> {
        let figure = cell(text)?;
        Ok(if figure == Cell::Missing && self.blank_is_zero { Cell::Observed(0) } else { figure })
    }

    /// The entry of a group, begun if it is new.
    fn entry<'a>(&self, entries: &'a mut Vec<Entry>, place: &PlaceFound, group: Group) -> &'a mut Entry {
        let at = entries.iter().position(|entry| entry.group == group).unwrap_or(entries.len());
        if at == entries.len() {
            entries.push(Entry {
                place: (place.code.clone(), place.name.clone()),
                offence: self.offence.clone(),
                group,
                wholes: Vec::new(),
                cells: Vec::new(),
                flags: place.flags.clone(),
            });
        }
        &mut entries[at]
    }
}

fn label_member(code: &str, name: &str) -> Member {
    if code.is_empty() { member(name) } else { Member::One(if name.is_empty() { code } else { name }.to_owned()) }
}

/// A municipality of a unit that is no state, such as `33 999`: under a code of its own, below that of the unit.
fn abroad(code: &str, name: &str) -> Option<PlaceFound> {
    let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
    let is_code = digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (state, municipality) = is_code.then(|| digits.split_at(2))?;
    let is_other = state.parse::<u16>().is_ok_and(|state| state > STATE_MAX);
    let code = format!("{NATION}-{state}-{municipality}");
    is_other.then(|| PlaceFound { code, name: name.to_owned(), flags: vec![Flag::PseudoUnit] })
}
