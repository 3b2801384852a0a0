//! CONAPO's population estimates and projections: municipalities by year in columns (1990-2040), and states in a long table
//! (1950-2070).
//!
//! Years after the census are projections; they are figures of the edition like the years before it, since that is what the
//! edition says. Which sex a municipal file is about stands in its name only; a file that names none is about everybody.
//! The state file says two moments of each year, and rates need to say which: the middle of the year is the offence code
//! `population`, as in the municipal files, whose sums by state it equals; its start is `population-start-of-year`.

use super::groups::{is_total, value};
use super::values::{cell, year};
use super::{About, Entry, Head, Importer, Plan, Reason, Reject, RowReader};
use crate::catalogue::{Catalogue, PlaceFound, Places};
use std::sync::Arc;
use tequio_intake::{Header, Row};
use tequio_kernel::text::fold;
use tequio_kernel::{Group, Step, Unit};

/// Columns of years from which on a table is one of years.
const YEARS_MIN: usize = 2;
const MID_YEAR: (&str, &str) = ("population", "Población a mitad de año");
const START_OF_YEAR: (&str, &str) = ("population-start-of-year", "Población a inicio de año");

fn about(title: &str) -> About {
    About {
        title: title.to_owned(),
        attribution: "Consejo Nacional de Población (CONAPO); términos de libre uso".to_owned(),
        unit: Unit::Inhabitant,
        taxonomy: "population".to_owned(),
        absent_is_zero: false,
        leaves: None,
        synthetic: false,
    }
}

fn owned(named: (&str, &str)) -> (String, String) {
    (named.0.to_owned(), named.1.to_owned())
}

fn unknown(words: [&str; 3]) -> Reject {
    let words = words.map(str::trim).into_iter().filter(|word| !word.is_empty());
    Reject::new(Reason::PlaceUnknown, words.collect::<Vec<_>>().join(" "))
}

/// The importer of municipal files: `CVE, Entidad, Municipio, 1990 ... 2040`.
pub struct Municipal;

impl Importer for Municipal {
    fn id(&self) -> &'static str {
        "conapo-municipal"
    }

    fn version(&self) -> u32 {
        1
    }

    fn recognise(&self, head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Plan>, String> {
        let found = head.records.iter().enumerate().find_map(|(lead, record)| Some((lead, Years::find(record)?)));
        let Some((lead, columns)) = found else { return Ok(None) };
        let mut years: Vec<i16> = columns.years.iter().map(|(year, _)| *year).collect();
        years.sort_unstable();
        if years.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err("two of its columns have the same year: fetch it again".to_owned());
        }
        let part = sex_of(&head.name());
        let group = part.iter().map(|sex| ("sex".to_owned(), (*sex).to_owned())).collect();
        let reader = Box::new(MunicipalReader { columns, group, places: catalogue.places() });
        let dataset = "conapo-municipal-population".to_owned();
        let about = about("Población de los municipios, 1990-2040 (CONAPO)");
        Ok(Some(Plan { dataset, part, lead, json_columns: Vec::new(), about, reader }))
    }
}

/// The sex that a file is about, by its name.
fn sex_of(name: &str) -> Option<&'static str> {
    let folded = fold(name);
    let says = |words: &[&str]| words.iter().any(|word| folded.contains(word));
    match (says(&["HOMBRE"]), says(&["MUJER"])) {
        (true, false) => Some("male"),
        (false, true) => Some("female"),
        _ => None,
    }
}

/// Where each column of a municipal file stands.
struct Years {
    code: usize,
    state: Option<usize>,
    name: usize,
    sex: Option<usize>,
    years: Vec<(i16, usize)>,
}

impl Years {
    fn find(record: &[String]) -> Option<Self> {
        let header = Header::new(record.to_vec());
        let years = record.iter().enumerate().filter_map(|(at, name)| Some((year(name).ok()?, at)));
        let years: Vec<(i16, usize)> = years.collect();
        let columns = Self {
            code: header.find(&["CVE", "Clave", "CVE_MUN", "CVEGEO"])?,
            state: header.find(&["Entidad", "NOM_ENT", "Entidad federativa"]),
            name: header.find(&["Municipio", "NOM_MUN"])?,
            sex: header.find(&["Sexo", "Genero"]),
            years,
        };
        (columns.years.len() >= YEARS_MIN).then_some(columns)
    }
}

struct MunicipalReader {
    columns: Years,
    group: Group,
    places: Places,
}

impl RowReader for MunicipalReader {
    fn read(&mut self, row: &Row) -> Result<Vec<Entry>, Reject> {
        let place = self.place(row)?;
        let cells = self.columns.years.iter().map(|(year, at)| Ok((Step::Year(*year), cell(row.field(Some(*at)))?)));
        let cells = cells.collect::<Result<Vec<_>, Reject>>()?;
        let mut group = self.group.clone();
        group.extend(self.columns.sex.and_then(|column| sex_group(row.field(Some(column)))));
        let (offence, wholes, flags) = (owned(MID_YEAR), Vec::new(), place.flags);
        Ok(vec![Entry { place: (place.code, place.name), offence, group, wholes, cells, flags }])
    }

    fn is_note(&self, original: &str) -> bool {
        is_source(original)
    }
}

impl MunicipalReader {
    /// A municipality, or a state or the country where the file states their totals.
    fn place(&mut self, row: &Row) -> Result<PlaceFound, Reject> {
        let columns = &self.columns;
        let (code, name, state) =
            (row.field(Some(columns.code)), row.field(Some(columns.name)), row.field(columns.state));
        let found = match name.trim().is_empty() || is_total(name) {
            true => self.places.state(code, state),
            false => self.places.municipality("", state, code, name),
        };
        found.ok_or_else(|| unknown([code, state, name]))
    }
}

/// The group of a sex; none for everybody.
fn sex_group(text: &str) -> Option<(String, String)> {
    (!is_total(text)).then(|| ("sex".to_owned(), value("sex", text)))
}

fn is_source(text: &str) -> bool {
    let folded = fold(text.trim().trim_matches(['"', ',', ';']));
    ["FUENTE", "NOTA"].iter().any(|word| folded.starts_with(word))
}

/// The importer of the state file: `n_year, nombre_estado, cve_ent, genero, pob_start_year, pob_mid_year`.
pub struct State;

impl Importer for State {
    fn id(&self) -> &'static str {
        "conapo-state"
    }

    fn version(&self) -> u32 {
        1
    }

    fn recognise(&self, head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Plan>, String> {
        let found = head.records.iter().enumerate().find_map(|(lead, record)| Some((lead, Moments::find(record)?)));
        let Some((lead, columns)) = found else { return Ok(None) };
        let reader = Box::new(StateReader { columns, places: catalogue.places() });
        let dataset = "conapo-state-population".to_owned();
        let about = about("Población de las entidades federativas, 1950-2070 (CONAPO)");
        Ok(Some(Plan { dataset, part: None, lead, json_columns: Vec::new(), about, reader }))
    }
}

/// Where each column of the state file stands.
struct Moments {
    year: usize,
    name: usize,
    code: usize,
    sex: usize,
    start: usize,
    middle: usize,
}

impl Moments {
    fn find(record: &[String]) -> Option<Self> {
        let header = Header::new(record.to_vec());
        Some(Self {
            year: header.find(&["n_year", "Año"])?,
            name: header.find(&["nombre_estado", "Entidad"])?,
            code: header.find(&["cve_ent", "Cve_Geo"])?,
            sex: header.find(&["genero", "Sexo"])?,
            start: header.find(&["pob_start_year"])?,
            middle: header.find(&["pob_mid_year"])?,
        })
    }
}

struct StateReader {
    columns: Moments,
    places: Places,
}

impl RowReader for StateReader {
    fn read(&mut self, row: &Row) -> Result<Vec<Entry>, Reject> {
        let columns = &self.columns;
        let step = Step::Year(year(row.field(Some(columns.year)))?);
        let (code, name) = (row.field(Some(columns.code)), row.field(Some(columns.name)));
        let place = self.places.state(code, name).ok_or_else(|| unknown([code, name, ""]))?;
        let group: Group = sex_group(row.field(Some(columns.sex))).into_iter().collect();
        let entry = |offence, at| {
            let cells = vec![(step, cell(row.field(Some(at)))?)];
            let (place, flags) = ((place.code.clone(), place.name.clone()), place.flags.clone());
            Ok(Entry { place, offence: owned(offence), group: group.clone(), wholes: Vec::new(), cells, flags })
        };
        Ok(vec![entry(MID_YEAR, columns.middle)?, entry(START_OF_YEAR, columns.start)?])
    }

    fn is_note(&self, original: &str) -> bool {
        is_source(original)
    }
}
