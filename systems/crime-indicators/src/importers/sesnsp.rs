//! The wide tables of the Executive Secretariat (SESNSP): a row a place, year and offence, a column a month.
//!
//! One reader for state, municipal and victims files of CNSP/38/15 and of the RNID, for federal offences and for the
//! old method (1997-2017): they differ in which columns name the offence. Columns are found by name, in any order.

use super::values::{MONTHS, cell, year};
use super::{About, Entry, Flag, Head, Importer, Plan, Reason, Reject, RowReader};
use crate::catalogue::{Catalogue, Offences, PlaceFound, Places};
use std::sync::Arc;
use tequio_intake::{Header, Row};
use tequio_kernel::{Cell, Group, Month, Step, Unit};

/// First year of the RNID, which replaced CNSP/38/15.
const RNID_FIRST_YEAR: i16 = 2026;
const ATTRIBUTION: &str = "Secretariado Ejecutivo del Sistema Nacional de Seguridad Pública; términos de libre uso";

/// The importer.
pub struct Sesnsp;

impl Importer for Sesnsp {
    fn id(&self) -> &'static str {
        "sesnsp-wide"
    }

    fn version(&self) -> u32 {
        2
    }

    fn recognise(&self, head: &Head, catalogue: &Arc<Catalogue>) -> Result<Option<Plan>, String> {
        Ok(plan(head, catalogue))
    }
}

fn plan(head: &Head, catalogue: &Arc<Catalogue>) -> Option<Plan> {
    let lead = head.records.iter().position(|record| Columns::find(&Header::new(record.clone())).is_some())?;
    let columns = Columns::find(&Header::new(head.records.get(lead)?.clone()))?;
    let kind = columns.kind(head.records.get(lead + 1..)?)?;
    let about = About {
        title: kind.title.to_owned(),
        attribution: ATTRIBUTION.to_owned(),
        unit: if columns.sex.is_some() { Unit::Victim } else { Unit::CaseFile },
        taxonomy: kind.taxonomy.to_owned(),
        absent_is_zero: false,
        leaves: kind.leaves,
        synthetic: false,
    };
    let offences = catalogue.offences(kind.taxonomy);
    let reader = Reader { columns, offences, places: catalogue.places() };
    let dataset = kind.dataset.to_owned();
    Some(Plan { dataset, part: None, lead, json_columns: Vec::new(), about, reader: Box::new(reader) })
}

/// Where each column stands.
struct Columns {
    year: usize,
    state_code: Option<usize>,
    state: usize,
    municipality_code: Option<usize>,
    municipality: Option<usize>,
    /// Names of the offence, from the widest to the narrowest.
    offence: Vec<usize>,
    naming: Naming,
    sex: Option<usize>,
    age: Option<usize>,
    months: [usize; 12],
    /// Sum of the months, in editions that state it.
    total: Option<usize>,
}

/// Which columns name the offence.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Naming {
    /// Protected interest, type, subtype, modality: CNSP/38/15 and the RNID.
    Interest,
    /// Law, heading, type.
    Federal,
    /// Modality, type, subtype.
    Old,
}

/// What a file of this make is.
struct Kind {
    dataset: &'static str,
    title: &'static str,
    taxonomy: &'static str,
    leaves: Option<usize>,
}

impl Columns {
    fn find(header: &Header) -> Option<Self> {
        let find = |names: &[&str]| header.find(names);
        let all = |names: &[&[&str]]| names.iter().map(|names| find(names)).collect::<Option<Vec<usize>>>();
        let interest = all(&[
            &["Bien jurídico afectado", "Bien juridico", "Bien jurídico tutelado"],
            &["Tipo de delito", "Tipo"],
            &["Subtipo de delito", "Subtipo"],
            &["Modalidad"],
        ]);
        let federal = || all(&[&["Ley"], &["Concepto"], &["Tipo"]]);
        let old = || all(&[&["Modalidad"], &["Tipo"], &["Subtipo"]]);
        let (naming, offence) = interest
            .map(|offence| (Naming::Interest, offence))
            .or_else(|| Some((Naming::Federal, federal()?)))
            .or_else(|| Some((Naming::Old, old()?)))?;
        let months: Vec<usize> = MONTHS.iter().map(|month| find(&[month])).collect::<Option<_>>()?;
        Some(Self {
            year: find(&["Año", "Anio", "Ano"])?,
            state_code: find(&["Clave_Ent", "Clave Entidad", "Cve_Ent", "Cve. Ent.", "Cve. Entidad", "INEGI"]),
            state: find(&["Entidad", "Entidad federativa"])?,
            municipality_code: find(&[
                "Cve. Municipio",
                "Cve_Municipio",
                "Clave_Mun",
                "Clave Municipio",
                "Cve_Mun",
                "Cve. Mun.",
            ]),
            municipality: find(&["Municipio"]),
            offence,
            naming,
            sex: find(&["Sexo"]),
            age: find(&["Rango de edad"]),
            months: months.try_into().ok()?,
            total: find(&["Total", "Total anual"]),
        })
    }

    /// What the file is, from its columns and the first year below them.
    fn kind(&self, rows: &[Vec<String>]) -> Option<Kind> {
        let first_year = rows.iter().find_map(|row| year(row.get(self.year)?).ok());
        let is_rnid = first_year.is_some_and(|year| year >= RNID_FIRST_YEAR);
        let (municipal, victims) = (self.municipality.is_some(), self.sex.is_some());
        let of = |dataset, title, taxonomy, leaves| Some(Kind { dataset, title, taxonomy, leaves });
        match (self.naming, is_rnid, municipal, victims) {
            (Naming::Federal, ..) => of("sesnsp-federal", "Incidencia delictiva del fuero federal", "federal", None),
            (Naming::Old, _, false, _) => {
                of("sesnsp-old-state", "Incidencia delictiva estatal, método anterior", "sesnsp-old", None)
            }
            (Naming::Old, _, true, _) => {
                of("sesnsp-old-municipal", "Incidencia delictiva municipal, método anterior", "sesnsp-old", None)
            }
            (_, false, false, false) => {
                of("sesnsp-state", "Incidencia delictiva estatal (CNSP/38/15)", "cnsp-2015", Some(98))
            }
            (_, false, true, false) => {
                of("sesnsp-municipal", "Incidencia delictiva municipal (CNSP/38/15)", "cnsp-2015", Some(98))
            }
            (_, false, false, true) => {
                of("sesnsp-state-victims", "Víctimas por entidad (CNSP/38/15)", "cnsp-2015", None)
            }
            (_, false, true, true) => {
                of("sesnsp-municipal-victims", "Víctimas por municipio (CNSP/38/15)", "cnsp-2015", None)
            }
            (_, true, false, false) => of("rnid-state", "Incidencia delictiva estatal (RNID)", "rnid-2026", Some(114)),
            (_, true, true, false) => {
                of("rnid-municipal", "Incidencia delictiva municipal (RNID)", "rnid-2026", Some(114))
            }
            (_, true, false, true) => of("rnid-state-victims", "Víctimas por entidad (RNID)", "rnid-2026", None),
            (_, true, true, true) => of("rnid-municipal-victims", "Víctimas por municipio (RNID)", "rnid-2026", None),
        }
    }
}

struct Reader {
    columns: Columns,
    offences: Offences,
    places: Places,
}

impl RowReader for Reader {
    fn read(&mut self, row: &Row) -> Result<Vec<Entry>, Reject> {
        let year = year(row.field(Some(self.columns.year)))?;
        let mut flags = Vec::new();
        let place = self.place(row)?;
        flags.extend(place.flags);
        let names: Vec<&str> = self.columns.offence.iter().map(|column| row.field(Some(*column)).trim()).collect();
        let (offence, listed) = self.offences.of(&names).ok_or_else(|| Reject::new(Reason::OffenceMissing, ""))?;
        flags.extend((!listed).then_some(Flag::OffenceUnlisted));
        let mut cells = Vec::with_capacity(12);
        for (month, column) in (1i8..).zip(self.columns.months) {
            cells.push((Step::Month(Month { year, month }), cell(row.field(Some(column)))?));
        }
        flags.extend(self.total_disagrees(row, &cells)?.then_some(Flag::TotalDisagrees));
        let place = (place.code, place.name);
        Ok(vec![Entry { place, offence, group: self.group(row), wholes: Vec::new(), cells, flags }])
    }
}

impl Reader {
    fn place(&mut self, row: &Row) -> Result<PlaceFound, Reject> {
        let columns = &self.columns;
        let (state_code, state) = (row.field(columns.state_code), row.field(Some(columns.state)));
        let (code, name) = (row.field(columns.municipality_code), row.field(columns.municipality));
        let found = match columns.municipality {
            None => self.places.state(state_code, state),
            Some(_) => self.places.municipality(state_code, state, code, name),
        };
        found.ok_or_else(|| {
            let words = [state_code, state, code, name].map(str::trim);
            Reject::new(Reason::PlaceUnknown, words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
        })
    }

    fn total_disagrees(&self, row: &Row, cells: &[(Step, Cell)]) -> Result<bool, Reject> {
        let Some(total) = self.columns.total else { return Ok(false) };
        let sum: u64 = cells.iter().filter_map(|(_, cell)| cell.value()).sum();
        Ok(cell(row.field(Some(total)))?.value().is_some_and(|stated| stated != sum))
    }

    fn group(&self, row: &Row) -> Group {
        let parts = [("sex", self.columns.sex), ("age", self.columns.age)];
        let values = parts.into_iter().filter_map(|(name, column)| Some((name, row.field(Some(column?)).trim())));
        values.map(|(name, value)| (name.to_owned(), super::groups::value(name, value))).collect()
    }
}
