//! The numbers of a page as tables that programs read: the same figures, unrounded.
//!
//! A value that is not known is null, never zero, and an empty field in CSV.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A name, a code or a sentence.
    Text,
    /// A year, month or day, written `2024`, `2024-03` or `2024-03-31`.
    Time,
    /// A whole number of things.
    Count,
    /// A number.
    Number,
}

/// A column. Names are those of the API and the same in every language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name, unique in its table.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// What is counted or measured, in English; `None` for texts and times.
    pub unit: Option<&'static str>,
}

impl Column {
    /// A column of texts.
    pub const fn text(name: &'static str) -> Self {
        Self { name, kind: Kind::Text, unit: None }
    }

    /// A column of times.
    pub const fn time(name: &'static str) -> Self {
        Self { name, kind: Kind::Time, unit: None }
    }

    /// A column of counts.
    pub const fn count(name: &'static str, unit: &'static str) -> Self {
        Self { name, kind: Kind::Count, unit: Some(unit) }
    }

    /// A column of numbers.
    pub const fn number(name: &'static str, unit: &'static str) -> Self {
        Self { name, kind: Kind::Number, unit: Some(unit) }
    }
}

/// A table of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct DataTable {
    /// Name in addresses, unique on its page.
    pub id: String,
    /// Title in the language of the page.
    pub title: String,
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

impl DataTable {
    /// A table whose rows have as many values as there are columns.
    pub fn new<const N: usize>(
        id: impl Into<String>,
        title: impl Into<String>,
        columns: [Column; N],
        rows: impl IntoIterator<Item = [Value; N]>,
    ) -> Self {
        let rows = rows.into_iter().map(Vec::from).collect();
        Self { id: id.into(), title: title.into(), columns: columns.into(), rows }
    }

    /// The table with one column more after the one called so, with a value a row; as it is where none is called so.
    #[must_use]
    pub fn with_column_after(mut self, name: &str, column: Column, values: impl IntoIterator<Item = Value>) -> Self {
        let Some(at) = self.columns.iter().position(|known| known.name == name) else { return self };
        self.columns.insert(at + 1, column);
        let mut values = values.into_iter();
        self.rows.iter_mut().for_each(|row| row.insert(at + 1, values.next().unwrap_or_default()));
        self
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The rows, each with a value a column.
    pub fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }

    /// The rows as objects.
    pub fn row_objects(&self) -> impl Iterator<Item = Map<String, Value>> {
        let names = || self.columns.iter().map(|column| column.name.to_owned());
        self.rows.iter().map(move |values| names().zip(values.iter().cloned()).collect())
    }

    /// The table as CSV (RFC 4180), with a header.
    pub fn to_csv(&self) -> String {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
        // Writing into memory cannot fail.
        let _ = writer.write_record(self.columns.iter().map(|column| column.name));
        for row in &self.rows {
            let _ = writer.write_record(row.iter().map(csv_field));
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }
}

/// Text of a CSV field. A spreadsheet takes a leading `=`, `+`, `-` or `@` for a formula, so such a text
/// is preceded by an apostrophe (OWASP, CSV injection); numbers stay as they are.
pub fn csv_field(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Rows become objects whose fields stand in the order of the columns.
impl Serialize for DataTable {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<Row<'_>> = self.rows.iter().map(|values| Row { columns: &self.columns, values }).collect();
        let mut map = serializer.serialize_map(Some(4))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("title", &self.title)?;
        map.serialize_entry("columns", &self.columns)?;
        map.serialize_entry("rows", &rows)?;
        map.end()
    }
}

struct Row<'a> {
    columns: &'a [Column],
    values: &'a [Value],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.columns.iter().map(|column| column.name).zip(self.values))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table() -> DataTable {
        let columns =
            [Column::text("place"), Column::count("count", "incidents"), Column::number("rate", "per 100,000")];
        let rows = [[json!("=1+1"), json!(0), Value::Null], [json!("a \"b\", c\nd"), json!(12), json!(-1.5)]];
        DataTable::new("places", "Lugares", columns, rows)
    }

    #[test]
    fn csv_is_quoted_guarded_and_ends_its_lines_as_the_rfc_says() {
        assert_eq!(table().to_csv(), "place,count,rate\r\n'=1+1,0,\r\n\"a \"\"b\"\", c\nd\",12,-1.5\r\n");
    }

    #[test]
    fn a_column_is_put_after_another() {
        let with = table().with_column_after("place", Column::text("state"), [json!("Puebla")]);
        assert_eq!(with.to_csv().lines().next(), Some("place,state,count,rate"));
        assert_eq!((&with.rows()[0][1], &with.rows()[1][1]), (&json!("Puebla"), &Value::Null));
        assert_eq!(table().with_column_after("nowhere", Column::text("state"), []), table());
    }

    #[test]
    fn json_names_every_value_and_keeps_what_is_not_known_null() {
        let text = serde_json::to_string(&table()).expect("JSON");
        assert!(text.contains(r#"{"place":"=1+1","count":0,"rate":null}"#), "{text}");
        assert!(text.contains(r#"{"name":"rate","kind":"number","unit":"per 100,000"}"#), "{text}");
        assert!(text.starts_with(r#"{"id":"places","title":"Lugares","columns":["#), "{text}");
    }
}
