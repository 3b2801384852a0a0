//! A diff as JSON and as a table of every difference.

use super::{Comparison, Diff, DiffError, Figure, Line, Tally, office_of};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::Write;
use tequio_frame::table::csv_field;
use tequio_kernel::Cell;

/// Columns of the table of differences; those of the dimensions of groups stand before `period`.
pub const CSV_COLUMNS: [&str; 11] = [
    "kind",
    "office",
    "place",
    "place_name",
    "offence",
    "offence_name",
    "period",
    "old_state",
    "old_value",
    "new_state",
    "new_value",
];
/// Columns before those of the dimensions.
const BEFORE_DIMENSIONS: usize = 6;

impl Tally {
    /// The sums by name; `net` and `absolute` are those of the changed figures.
    pub fn to_json(&self) -> Map<String, Value> {
        let Self { changed, added, removed, restated, raised, lowered, .. } = self;
        let value = json!({
            "changed": changed, "added": added, "removed": removed, "net": self.net(), "absolute": self.absolute(),
            "restated": restated, "raised": raised, "lowered": lowered,
            "raised_sum": self.raised_sum, "lowered_sum": self.lowered_sum,
            "added_sum": self.added_sum, "removed_sum": self.removed_sum,
        });
        if let Value::Object(map) = value { map } else { Map::new() }
    }
}

impl Diff {
    /// As the command and the API give it. The lists `by_…` hold what has changed figures; what has added or removed
    /// ones is listed apart.
    pub fn to_json(&self) -> Value {
        let mut answer = self.total.to_json();
        let total = &self.total;
        let lists = [
            ("by_place", changed("place", &self.by_place)),
            ("by_offence", changed("offence", &self.by_offence)),
            ("by_period", changed("period", &self.by_period)),
            ("by_office", changed("office", &self.by_office)),
            ("added_by_period", added("period", &self.by_period)),
            ("added_by_place", added("place", &self.by_place)),
            ("removed_by_place", removed("place", &self.by_place)),
            ("removed_by_offence", removed("offence", &self.by_offence)),
            ("removed_by_period", removed("period", &self.by_period)),
            ("removed_by_office", removed("office", &self.by_office)),
            ("figures", self.figures.iter().map(Figure::to_json).collect()),
            ("removed_figures", self.removed_figures.iter().map(Figure::to_json).collect()),
        ];
        answer.extend(lists.map(|(name, list)| (name.to_owned(), list)));
        let direction = json!({
            "raised": { "figures": total.raised, "sum": total.raised_sum },
            "lowered": { "figures": total.lowered, "sum": total.lowered_sum },
        });
        answer.insert("by_direction".to_owned(), direction);
        answer.insert("left_out".to_owned(), self.left_out());
        Value::Object(answer)
    }

    /// What the lists of single figures leave out.
    fn left_out(&self) -> Value {
        let of = |figures: &[Figure], count: u64, sum: u64| {
            let shown: u64 = figures.iter().map(Figure::size).sum();
            json!({ "figures": count - figures.len() as u64, "absolute": sum - shown })
        };
        let total = &self.total;
        json!({
            "changed": of(&self.figures, total.changed, total.absolute()),
            "removed": of(&self.removed_figures, total.removed, total.removed_sum),
        })
    }
}

impl Figure {
    /// How large the difference is; see [`super::Change::size`].
    pub fn size(&self) -> u64 {
        self.old.value().unwrap_or(0).abs_diff(self.new.value().unwrap_or(0))
    }

    /// As the command and the API give it.
    pub fn to_json(&self) -> Value {
        let Self { place, offence, group, period, .. } = self;
        let cell = |cell: Cell| json!({ "state": cell.state(), "value": cell.value() });
        let (old, new) = (cell(self.old), cell(self.new));
        json!({ "place": place, "offence": offence, "group": group, "period": period, "old": old, "new": new })
    }
}

fn changed(key: &str, lines: &[Line]) -> Value {
    let lines = lines.iter().filter(|line| line.tally.changed > 0);
    lines.map(|line| with_key(key, line, line.tally.to_json())).collect()
}

fn added(key: &str, lines: &[Line]) -> Value {
    listed(key, lines, |tally| (tally.added, tally.added_sum))
}

fn removed(key: &str, lines: &[Line]) -> Value {
    listed(key, lines, |tally| (tally.removed, tally.removed_sum))
}

/// Figures and sums of the lines that have any, largest sum first.
fn listed(key: &str, lines: &[Line], part: fn(&Tally) -> (u64, u64)) -> Value {
    let mut lines: Vec<&Line> = lines.iter().filter(|line| part(&line.tally).0 > 0).collect();
    lines.sort_by(|a, b| part(&b.tally).1.cmp(&part(&a.tally).1).then_with(|| a.key.cmp(&b.key)));
    let line = |line: &&Line| {
        let (figures, sum) = part(&line.tally);
        with_key(key, line, Map::from_iter([("figures".to_owned(), json!(figures)), ("sum".to_owned(), json!(sum))]))
    };
    lines.iter().map(line).collect()
}

fn with_key(key: &str, line: &Line, mut map: Map<String, Value>) -> Value {
    map.insert(key.to_owned(), json!(line.key));
    if !line.name.is_empty() {
        map.insert("name".to_owned(), json!(line.name));
    }
    Value::Object(map)
}

/// A text as a field that no spreadsheet takes for a formula.
fn harmless(text: &str) -> String {
    csv_field(&Value::String(text.to_owned()))
}

impl Comparison<'_> {
    /// Writes every difference as CSV (RFC 4180, UTF-8), one a row, and gives how many there are. Text that a
    /// spreadsheet would take for a formula is made harmless.
    ///
    /// # Errors
    /// [`DiffError::Csv`] when the disk refuses.
    pub fn write_csv(&self, out: impl Write) -> Result<u64, DiffError> {
        let dimensions: BTreeSet<&str> = self.axes.groups.iter().flat_map(|g| g.keys().map(String::as_str)).collect();
        let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Necessary).from_writer(out);
        let (before, after) = CSV_COLUMNS.split_at(BEFORE_DIMENSIONS);
        writer.write_record(before.iter().chain(&dimensions).chain(after))?;
        let (mut rows, mut result) = (0, Ok(()));
        self.each(|change| {
            if result.is_ok() {
                rows += 1;
                result = writer.write_record(self.record(change, &dimensions));
            }
        });
        result?;
        writer.flush().map_err(csv::Error::from)?;
        Ok(rows)
    }

    fn record(&self, change: &super::Change, dimensions: &BTreeSet<&str>) -> Vec<String> {
        let (place, offence) = (self.place(change.place), self.offence(change.offence));
        let texts = [change.kind().name(), office_of(place.0), place.0, place.1, offence.0, offence.1];
        let mut record: Vec<String> = texts.into_iter().map(harmless).collect();
        let group = self.group(change.group);
        let value = |name: &&str| group.and_then(|group| group.get(*name)).map_or_else(String::new, |v| harmless(v));
        record.extend(dimensions.iter().map(value));
        record.push(self.step(change.column).map(|step| step.to_string()).unwrap_or_default());
        for cell in [change.old, change.new] {
            record.push(cell.state().unwrap_or("absent").to_owned());
            record.push(cell.value().map(|value| value.to_string()).unwrap_or_default());
        }
        record
    }
}
