//! Exports of INEGI's interactive query, made from single deaths: every layout, with totals of every level.

use crate::made::{MONTHS, quoted};

/// Municipalities of the made deaths: code and name of the state, number and name of the municipality.
pub const PLACES: [(&str, &str, &str, &str); 6] = [
    ("01", "Aguascalientes", "001", "Aguascalientes"),
    ("01", "Aguascalientes", "999", "No especificado"),
    ("09", "Distrito Federal", "015", "Cuauhtémoc"),
    ("15", "México", "033", "Ecatepec de Morelos"),
    ("33", "Estados Unidos de América", "999", "No especificado"),
    ("99", "No especificado", "999", "No especificado"),
];
const SEXES: [&str; 3] = ["Hombre", "Mujer", "No especificado"];

/// One death.
#[derive(Clone, Copy, Debug)]
pub struct Death {
    /// Into [`PLACES`].
    pub place: usize,
    /// Year of occurrence, if it is known.
    pub occurred: Option<i16>,
    /// Year of registration.
    pub registered: i16,
    /// Month of registration, from 0.
    pub month: usize,
    /// Into the sexes.
    pub sex: usize,
}

/// A dimension of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Place,
    Occurred,
    Registered,
    Month,
    Sex,
}

type Member = (Vec<String>, Box<dyn Fn(&Death) -> bool>);

impl By {
    fn name(self) -> &'static str {
        match self {
            Self::Place => "Ent y mun de ocurrencia",
            Self::Occurred => "Año de ocurrencia",
            Self::Registered => "Año de registro",
            Self::Month => "Mes de registro",
            Self::Sex => "Sexo",
        }
    }

    /// Labels and members, the total first.
    fn members(self, deaths: &[Death]) -> Vec<Member> {
        let total = if self == Self::Place { vec![" ", "Total"] } else { vec!["Total"] };
        let mut members: Vec<Member> = vec![(total.into_iter().map(str::to_owned).collect(), Box::new(|_| true))];
        match self {
            Self::Place => places(&mut members),
            Self::Occurred => {
                let years: std::collections::BTreeSet<i16> = deaths.iter().filter_map(|death| death.occurred).collect();
                for year in years {
                    members.push((vec![year.to_string()], Box::new(move |death| death.occurred == Some(year))));
                }
                members.push((vec!["No especificado".to_owned()], Box::new(|death| death.occurred.is_none())));
            }
            Self::Registered => {
                let years: std::collections::BTreeSet<i16> = deaths.iter().map(|death| death.registered).collect();
                for year in years {
                    members.push((vec![year.to_string()], Box::new(move |death| death.registered == year)));
                }
            }
            Self::Month => named(&mut members, &MONTHS, |death| death.month),
            Self::Sex => named(&mut members, &SEXES, |death| death.sex),
        }
        members
    }
}

fn named(members: &mut Vec<Member>, names: &[&str], of: fn(&Death) -> usize) {
    for (at, name) in names.iter().enumerate() {
        members.push((vec![(*name).to_owned()], Box::new(move |death| of(death) == at)));
    }
}

fn places(members: &mut Vec<Member>) {
    for (at, (state, name, municipality, municipality_name)) in PLACES.iter().enumerate() {
        let is_first = at == 0 || PLACES[at - 1].0 != *state;
        if is_first {
            let code = format!("=CONCATENAR(0,{state}) ");
            let is_in = move |death: &Death| PLACES[death.place].0 == PLACES[at].0;
            members.push((vec![code, (*name).to_owned()], Box::new(is_in)));
        }
        let code = format!(" {state} {municipality} ");
        members.push((vec![code, (*municipality_name).to_owned()], Box::new(move |death| death.place == at)));
    }
}

/// How an export looks.
#[derive(Clone, Debug)]
pub struct Export {
    pub measure: &'static str,
    pub filters: &'static [&'static str],
    pub rows: &'static [By],
    pub columns: &'static [By],
    /// Between the parts of the line that names the dimensions.
    pub joint: &'static str,
    /// True when a label stands on the first row of its block only.
    pub blocks: bool,
    /// The row and column of figures, among those that are not blank, which says one death too many.
    pub spoiled: Option<(usize, usize)>,
}

pub const DEATHS: Export = Export {
    measure: "Defunciones accidentales y violentas",
    filters: &["Tipo de defunción : Homicidio"],
    rows: &[By::Place, By::Occurred, By::Sex],
    columns: &[By::Registered],
    joint: " \u{a0}  ",
    blocks: false,
    spoiled: None,
};

fn grouped(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `A, B y C`.
fn list(dimensions: &[By]) -> String {
    let names: Vec<&str> = dimensions.iter().map(|by| by.name()).collect();
    match names.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} y {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Every combination of the members of some dimensions, the last changing fastest.
fn combine(dimensions: &[By], deaths: &[Death]) -> Vec<Vec<usize>> {
    dimensions.iter().fold(vec![Vec::new()], |known, by| {
        let members = by.members(deaths).len();
        let longer =
            |combination: Vec<usize>| (0..members).map(move |member| [combination.clone(), vec![member]].concat());
        known.into_iter().flat_map(longer).collect()
    })
}

impl Export {
    /// Lines of the export, and how many rows it has.
    pub fn lines(&self, deaths: &[Death]) -> (Vec<Vec<String>>, usize) {
        let mut lines: Vec<Vec<String>> = vec![vec!["Mortalidad".to_owned()], vec![String::new()]];
        lines.extend(self.filters.iter().map(|filter| vec![(*filter).to_owned()]));
        let (joint, rows) = (self.joint, list(self.rows));
        lines.push(vec![format!(
            "Consulta de: {}{joint}Por: {rows}{joint}Según: {}",
            self.measure,
            list(self.columns)
        )]);
        let columns = combine(self.columns, deaths);
        lines.extend(self.headers(&columns, deaths));
        let before = lines.len();
        self.body(&mut lines, &columns, deaths);
        let count = lines.len() - before;
        lines.push(vec!["FUENTE: INEGI. Estadísticas de mortalidad, 1990-2008.".to_owned()]);
        (lines, count)
    }

    /// As it is downloaded: latin-1, every field in quotes.
    pub fn csv(&self, deaths: &[Death]) -> Vec<u8> {
        crate::made::latin1(&quoted(&self.lines(deaths).0))
    }

    fn labels(&self) -> usize {
        self.rows.iter().map(|by| if *by == By::Place { 2 } else { 1 }).sum()
    }

    /// One header a dimension; the names of the outer ones stand over the first of their columns.
    fn headers(&self, columns: &[Vec<usize>], deaths: &[Death]) -> Vec<Vec<String>> {
        let header = |level: usize| {
            let members = self.columns[level].members(deaths);
            let name = |at: usize| {
                let is_repeated = at > 0 && columns[at - 1][..=level] == columns[at][..=level];
                if is_repeated { String::new() } else { members[columns[at][level]].0[0].clone() }
            };
            let blank = std::iter::repeat_n(String::new(), self.labels());
            blank.chain((0..columns.len()).map(name)).chain([String::new()]).collect()
        };
        (0..self.columns.len()).map(header).collect()
    }

    fn body(&self, lines: &mut Vec<Vec<String>>, columns: &[Vec<usize>], deaths: &[Death]) {
        let row_members: Vec<Vec<Member>> = self.rows.iter().map(|by| by.members(deaths)).collect();
        let column_members: Vec<Vec<Member>> = self.columns.iter().map(|by| by.members(deaths)).collect();
        let mut above: Vec<usize> = Vec::new();
        let mut number = 0;
        for row in combine(self.rows, deaths) {
            let is_in = |members: &[Vec<Member>], chosen: &[usize], death: &Death| {
                members.iter().zip(chosen).all(|(members, at)| (members[*at].1)(death))
            };
            let found: Vec<&Death> = deaths.iter().filter(|death| is_in(&row_members, &row, death)).collect();
            if found.is_empty() {
                continue;
            }
            let mut line: Vec<String> = Vec::new();
            for (level, at) in row.iter().enumerate() {
                let is_known = self.blocks && level + 1 < row.len() && above.get(..=level) == Some(&row[..=level]);
                let labels = row_members[level][*at].0.iter();
                line.extend(labels.map(|label| if is_known { String::new() } else { label.clone() }));
            }
            let mut filled = 0;
            for column in columns {
                let mut value = found.iter().filter(|death| is_in(&column_members, column, death)).count();
                value += usize::from(value > 0 && self.spoiled == Some((number, filled)));
                filled += usize::from(value > 0);
                line.push(if value == 0 { String::new() } else { grouped(value) });
            }
            lines.push(line);
            number += 1;
            above = row;
        }
    }
}
