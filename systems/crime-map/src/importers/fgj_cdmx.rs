//! Case files (*carpetas de investigación*) of Mexico City's prosecutor's office (FGJ CDMX).
//!
//! The agency has renamed its columns at least three times; every name seen is listed here. The file
//! has no case number. Exactly 12:00:00 and 00:00:00 stand for an hour nobody recorded.

use super::values::{SlashOrder, offence, on_day, position, set_time, split_moment};
use super::{About, Importer, Reason, Reject, RowReader};
use jiff::civil::Date;
use std::borrow::Cow;
use tequio_intake::{Header, Row};
use tequio_kernel::period::day_number;
use tequio_kernel::{Flag, Flags, Incident, Occurred, Precision};

/// The importer.
pub struct FgjCdmx;

/// Midnight and noon, in seconds.
const PLACEHOLDERS: [u32; 2] = [0, 43_200];

struct Columns {
    year: Option<usize>,
    date: Option<usize>,
    time: Option<usize>,
    offence: Option<usize>,
    category: Option<usize>,
    neighbourhood: Option<usize>,
    borough: Option<usize>,
    street: Option<usize>,
    reported: Option<usize>,
    latitude: Option<usize>,
    longitude: Option<usize>,
}

impl Importer for FgjCdmx {
    fn id(&self) -> &str {
        "fgj-cdmx"
    }

    fn version(&self) -> u32 {
        1
    }

    fn about(&self) -> About {
        About {
            title: "Carpetas de investigación de la FGJ de la Ciudad de México".to_owned(),
            attribution: "Fiscalía General de Justicia de la Ciudad de México, datos abiertos (CC BY 4.0)".to_owned(),
            territory: Some("MX-09".to_owned()),
            synthetic: false,
        }
    }

    fn recognise(&self, header: &Header) -> Option<Box<dyn RowReader>> {
        let columns = Columns {
            year: header.find(&["anio_hecho", "ao_hechos", "año_hecho", "anio_hechos", "ao_hecho"]),
            date: header.find(&["fecha_hecho", "fecha_hechos", "FechaHecho", "fechahechos"]),
            time: header.find(&["hora_hecho", "hora_hechos", "HoraHecho"]),
            offence: header.find(&["delito"]),
            category: header.find(&["categoria_delito", "categoria"]),
            neighbourhood: header.find(&["colonia_hecho", "colonia_hechos", "colonia_catalogo"]),
            borough: header.find(&["alcaldia_hecho", "alcaldia_hechos", "alcaldia_catalogo", "municipio_hecho"]),
            street: header.find(&["calle_hechos", "calle_hecho"]),
            reported: header.find(&["fecha_inicio", "FechaInicio"]),
            latitude: header.find(&["latitud", "latitude"]),
            longitude: header.find(&["longitud", "longitude"]),
        };
        let marks = [
            columns.date,
            columns.offence,
            columns.latitude,
            columns.longitude,
            columns.borough.or(columns.neighbourhood),
        ];
        marks.iter().all(Option::is_some).then(|| Box::new(columns) as Box<dyn RowReader>)
    }
}

impl RowReader for Columns {
    fn read<'r>(&self, row: &Row<'r>) -> Result<Incident<Cow<'r, str>>, Reject> {
        let mut flags = Flags::default();
        let offence = offence(row.field(self.offence), &mut flags)?;
        let occurred = self.occurred(row, &mut flags)?;
        let reported_day = self.reported(row, occurred, &mut flags);
        let point = position(row.value(self.longitude), row.value(self.latitude), &mut flags)?;
        let text = |column| row.value(column).map(Cow::Borrowed);
        Ok(Incident {
            file: 0,
            row: 0,
            id: None,
            offence,
            detail: text(self.category),
            occurred,
            reported_day,
            point,
            place_label: text(self.borough),
            neighbourhood_label: text(self.neighbourhood),
            street_label: text(self.street),
            flags,
        })
    }
}

impl Columns {
    /// The time column counts; a time inside the date column is used only where there is no time column.
    fn occurred(&self, row: &Row, flags: &mut Flags) -> Result<Occurred, Reject> {
        let Some(text) = row.value(self.date) else {
            flags.insert(Flag::DateMissing);
            flags.insert(Flag::TimeMissing);
            return Ok(self
                .year(row)
                .and_then(|year| Date::new(year, 1, 1).ok())
                .map_or(Occurred::UNKNOWN, |first| Occurred { precision: Precision::Year, ..on_day(first) }));
        };
        let (date, time) =
            split_moment(text, SlashOrder::DayFirst).ok_or_else(|| Reject::new(Reason::DateUnparsed, text))?;
        if self.year(row).is_some_and(|year| year != date.year()) {
            flags.insert(Flag::YearDisagrees);
        }
        let mut occurred = on_day(date);
        let time = if self.time.is_some() { row.value(self.time) } else { time };
        set_time(&mut occurred, flags, time, &PLACEHOLDERS);
        Ok(occurred)
    }

    /// The year column; files that passed through a spreadsheet write it `2019.0`.
    fn year(&self, row: &Row) -> Option<i16> {
        let text = row.value(self.year)?;
        text.strip_suffix(".0").unwrap_or(text).parse().ok()
    }

    fn reported(&self, row: &Row, occurred: Occurred, flags: &mut Flags) -> Option<i32> {
        let (date, _) = split_moment(row.value(self.reported)?, SlashOrder::DayFirst)?;
        let day = day_number(date);
        if occurred.precision == Precision::Day && day < occurred.day {
            flags.insert(Flag::ReportedBeforeEvent);
        }
        Some(day)
    }
}
