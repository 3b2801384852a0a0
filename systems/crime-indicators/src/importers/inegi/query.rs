//! The query above an exported table: what was counted, by which dimensions, under which filters.
//!
//! The line `Consulta de: MEASURE   Por: A, B y C   Según: D y E` names the dimensions of the rows (Por) and of the columns
//! (Según). Between its parts stand blanks or `|`.

use super::super::groups;
use tequio_kernel::text::{fold, slug};

/// What a dimension is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A place: code and name.
    Place,
    /// A year.
    Year,
    /// A month.
    Month,
    /// Anything else: a dimension of the group, by its name there.
    Group(String),
}

/// Whose time or place it is, the most telling first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Of the event (*ocurrencia*).
    Occurrence,
    /// Not said.
    Unsaid,
    /// Of its entry in a register (*registro*).
    Registration,
    /// Of the person (*residencia*, *nacimiento*).
    Person,
}

/// A dimension of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// As the source writes it.
    pub name: String,
    /// What it is about.
    pub role: Role,
    /// Whose it is.
    pub basis: Basis,
}

impl Dimension {
    /// Tells a dimension by its name.
    pub fn of(name: &str) -> Self {
        let folded = fold(name);
        let words: Vec<&str> = folded.split(|letter: char| !letter.is_alphanumeric()).collect();
        let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
        let basis = match () {
            () if has(&["OCURRENCIA"]) => Basis::Occurrence,
            () if has(&["REGISTRO"]) => Basis::Registration,
            () if has(&["RESIDENCIA", "NACIMIENTO"]) => Basis::Person,
            () => Basis::Unsaid,
        };
        let role = match words.first().copied().unwrap_or_default() {
            "ENT" | "ENTIDAD" | "ESTADO" | "MUN" | "MUNICIPIO" if !has(&["CIVIL", "CONYUGAL"]) => Role::Place,
            "ANO" if basis != Basis::Person => Role::Year,
            "MES" if basis != Basis::Person => Role::Month,
            "SEXO" => Role::Group("sex".to_owned()),
            _ if has(&["EDAD", "EDADES"]) => Role::Group("age".to_owned()),
            _ => Role::Group(slug(name)),
        };
        Self { name: name.to_owned(), role, basis }
    }

    /// Its name as a dimension of the group, when it is neither the place nor the period of the figures.
    pub fn group_name(&self) -> String {
        match (&self.role, self.basis) {
            (Role::Group(name), _) => name.clone(),
            (Role::Year, Basis::Registration) => "registered".to_owned(),
            (Role::Month, Basis::Registration) => "registered-month".to_owned(),
            _ => slug(&self.name),
        }
    }

    /// The value of the group for one of its members.
    pub fn group_value(&self, member: &str) -> String {
        groups::value(&self.group_name(), member)
    }
}

/// A query, as far as its lines say it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What was counted.
    pub measure: String,
    /// Title lines above it.
    pub titles: Vec<String>,
    /// Dimensions and the one member that each was restricted to.
    pub filters: Vec<(String, String)>,
    /// The text after *Por*.
    rows: String,
    /// The text after *Según*.
    columns: String,
    /// Index of the record that names the dimensions.
    pub line: usize,
}

impl Query {
    /// Finds the query among the first records of a file; `None` when there is none.
    pub fn find(records: &[Vec<String>]) -> Option<Self> {
        let texts: Vec<String> = records.iter().map(|record| one_line(record)).collect();
        let line = texts.iter().position(|text| fold(text).starts_with("CONSULTA DE:"))?;
        let (measure, rest) = split_at_word(texts[line].split_once(':')?.1, &["por:"]);
        let (rows, columns) = match rest.is_empty() {
            true => (String::new(), split_at_word(&measure, &["según:", "segun:"]).1),
            false => split_at_word(&rest, &["según:", "segun:"]),
        };
        let measure = split_at_word(&measure, &["según:", "segun:"]).0;
        let mut query = Self { measure, rows, columns, line, ..Self::default() };
        texts[..line].iter().for_each(|text| query.add_line(text));
        Some(query)
    }

    /// A title, or a filter such as `Tipo de defunción : Homicidio`.
    pub fn add_line(&mut self, text: &str) {
        match text.split_once(':') {
            Some((name, value)) => self.filters.push((name.trim().to_owned(), value.trim().to_owned())),
            None if text.trim().is_empty() => {}
            None => self.titles.push(text.trim().to_owned()),
        }
    }

    /// Dimensions of the columns, from the outermost.
    pub fn columns(&self) -> Vec<Dimension> {
        dimensions(&self.columns, true)
    }

    /// Dimensions of the rows that take up so many columns of labels; `None` when no reading of the line does. A place
    /// takes two, its code and its name. The word *y* joins dimensions and stands inside their names.
    pub fn rows(&self, labels: usize) -> Option<Vec<Dimension>> {
        let width = |dimensions: &[Dimension]| dimensions.iter().map(|d| label_columns(d, false)).sum::<usize>();
        let readings = [dimensions(&self.rows, true), dimensions(&self.rows, false)];
        let narrow = readings.iter().find(|reading| reading.len() == labels).cloned();
        readings.into_iter().find(|reading| width(reading) == labels).or(narrow)
    }

    /// Columns of labels when the header does not show them.
    pub fn label_columns(&self) -> usize {
        dimensions(&self.rows, true).iter().map(|dimension| label_columns(dimension, false)).sum()
    }
}

/// Columns that a dimension takes up; a place has one only where codes are left out.
pub fn label_columns(dimension: &Dimension, is_narrow: bool) -> usize {
    if dimension.role == Role::Place && !is_narrow { 2 } else { 1 }
}

/// The fields of a record as one text: blanks of any kind and bars become single blanks.
pub fn one_line(record: &[String]) -> String {
    let fields: Vec<&str> = record.iter().map(|field| field.trim()).filter(|field| !field.is_empty()).collect();
    fields.join(", ").replace('|', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands before and after the first of some words, however they are cased. An empty second part when none is there.
fn split_at_word(text: &str, words: &[&str]) -> (String, String) {
    let lower = text.to_lowercase();
    let found = words.iter().filter_map(|word| lower.find(word).map(|at| (at, word.len()))).min();
    let parts = found.and_then(|(at, length)| Some((text.get(..at)?, text.get(at + length..)?)));
    let (before, after) = parts.unwrap_or((text, ""));
    let clean = |text: &str| text.trim().trim_matches(',').trim().to_owned();
    (clean(before), clean(after))
}

/// The dimensions of a list such as `Ent y mun de ocurrencia, Año de ocurrencia y Sexo`.
fn dimensions(list: &str, y_joins: bool) -> Vec<Dimension> {
    let mut names: Vec<String> = Vec::new();
    for part in list.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let pieces: Vec<&str> = if y_joins { part.split(" y ").collect() } else { vec![part] };
        for (at, piece) in pieces.into_iter().enumerate() {
            let is_pair = |last: &String| at > 0 && is_place_pair(last, piece);
            match names.last_mut().filter(|last| is_pair(last)) {
                Some(last) => *last = format!("{last} y {piece}"),
                None => names.push(piece.strip_prefix("y ").unwrap_or(piece).trim().to_owned()),
            }
        }
    }
    names.iter().map(|name| Dimension::of(name)).collect()
}

/// True for the halves of *Entidad y municipio*, which are one dimension.
fn is_place_pair(first: &str, second: &str) -> bool {
    let (first, second) = (fold(first), fold(second));
    let begins = |text: &str, words: &[&str]| words.contains(&text.split([' ', '.']).next().unwrap_or_default());
    begins(&first, &["ENT", "ENTIDAD", "ESTADO"]) && begins(&second, &["MUN", "MUNICIPIO", "MUNICIPIOS"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(line: &str) -> Query {
        Query::find(&[vec!["Mortalidad".to_owned()], vec![line.to_owned()]]).expect("a query")
    }

    fn names(dimensions: &[Dimension]) -> Vec<&str> {
        dimensions.iter().map(|dimension| dimension.name.as_str()).collect()
    }

    #[test]
    fn dimensions_are_read_from_the_line() {
        let deaths = query(
            "Consulta de: Defunciones accidentales y violentas   Por: Ent y mun de ocurrencia, Año de ocurrencia y Sexo   Según: Año de registro",
        );
        assert_eq!(deaths.measure, "Defunciones accidentales y violentas");
        assert_eq!(
            names(&deaths.rows(4).expect("four labels")),
            ["Ent y mun de ocurrencia", "Año de ocurrencia", "Sexo"]
        );
        assert_eq!(names(&deaths.columns()), ["Año de registro"]);
        let bars =
            query("Consulta de: Defunciones por homicidio | Por: Ent y mun de registro | Según: Año de registro");
        assert_eq!(names(&bars.rows(2).expect("two labels")), ["Ent y mun de registro"]);
        let months =
            query("Consulta de: Defunciones Por: Año de registro y Ent y mun de registro Según: Mes de registro");
        let rows = months.rows(3).expect("three labels");
        assert_eq!(names(&rows), ["Año de registro", "Ent y mun de registro"]);
        assert_eq!([&rows[0].role, &rows[1].role], [&Role::Year, &Role::Place]);
        let census = query("Consulta de: Población total \u{a0}  Por: Entidad y municipio \u{a0}  Según: Sexo");
        assert_eq!((census.measure.as_str(), census.titles.len()), ("Población total", 1));
        assert_eq!(query("Consulta de: Nacimientos Según: Sexo").columns().len(), 1);
        assert_eq!(query("Consulta de: Nacimientos").measure, "Nacimientos");
    }

    #[test]
    fn a_list_is_cut_as_the_header_is_wide() {
        let query = query("Consulta de: Defunciones Por: Sexo, Lesiones y causas Según: Sexo");
        assert_eq!(names(&query.rows(3).expect("three")), ["Sexo", "Lesiones", "causas"]);
        assert_eq!(names(&query.rows(2).expect("two")), ["Sexo", "Lesiones y causas"]);
        assert_eq!(query.rows(5), None);
    }

    #[test]
    fn what_is_asked_of_a_person_is_no_period() {
        assert_eq!(Dimension::of("Año de nacimiento").role, Role::Group("ano-de-nacimiento".to_owned()));
        assert_eq!(Dimension::of("Estado civil").role, Role::Group("estado-civil".to_owned()));
        assert_eq!(Dimension::of("Grupos quinquenales de edad").group_name(), "age");
        assert_eq!(Dimension::of("Año de registro").group_name(), "registered");
    }
}
