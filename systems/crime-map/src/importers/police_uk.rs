//! Street-level files of data.police.uk (Home Office, England, Wales and Northern Ireland).
//!
//! The time is a month and nothing finer. Points are snap points chosen by the publisher, shared by
//! many crimes. The crime id is empty for anti-social behaviour and sometimes repeats; rows without
//! coordinates are kept as unlocated.

use super::values::{offence, on_day, position};
use super::{About, Importer, Reason, Reject, RowReader};
use std::borrow::Cow;
use tequio_intake::{Header, Row};
use tequio_kernel::{Flags, Incident, Month, Occurred, Precision};

/// The importer.
pub struct PoliceUk;

struct Columns {
    id: Option<usize>,
    month: Option<usize>,
    force: Option<usize>,
    longitude: Option<usize>,
    latitude: Option<usize>,
    location: Option<usize>,
    area: Option<usize>,
    kind: Option<usize>,
    outcome: Option<usize>,
}

impl Importer for PoliceUk {
    fn id(&self) -> &str {
        "police-uk"
    }

    fn version(&self) -> u32 {
        1
    }

    fn about(&self) -> About {
        About {
            title: "Street-level crime, data.police.uk".to_owned(),
            attribution: "Home Office, data.police.uk (Open Government Licence v3.0)".to_owned(),
            territory: None,
            synthetic: false,
        }
    }

    fn recognise(&self, header: &Header) -> Option<Box<dyn RowReader>> {
        let columns = Columns {
            id: header.find(&["Crime ID"]),
            month: header.find(&["Month"]),
            force: header.find(&["Falls within", "Reported by"]),
            longitude: header.find(&["Longitude"]),
            latitude: header.find(&["Latitude"]),
            location: header.find(&["Location"]),
            area: header.find(&["LSOA name"]),
            kind: header.find(&["Crime type"]),
            outcome: header.find(&["Last outcome category"]),
        };
        let marks = [columns.id, columns.month, columns.longitude, columns.latitude, columns.kind];
        marks.iter().all(Option::is_some).then(|| Box::new(columns) as Box<dyn RowReader>)
    }
}

impl RowReader for Columns {
    fn read<'r>(&self, row: &Row<'r>) -> Result<Incident<Cow<'r, str>>, Reject> {
        let mut flags = Flags::default();
        let offence = offence(row.field(self.kind), &mut flags)?;
        let occurred = self.occurred(row)?;
        let point = position(row.value(self.longitude), row.value(self.latitude), &mut flags)?;
        let text = |column| row.value(column).map(Cow::Borrowed);
        Ok(Incident {
            file: 0,
            row: 0,
            id: text(self.id),
            offence,
            detail: text(self.outcome),
            occurred,
            reported_day: None,
            point,
            place_label: text(self.force),
            neighbourhood_label: text(self.area),
            street_label: text(self.location),
            flags,
        })
    }
}

impl Columns {
    fn occurred(&self, row: &Row) -> Result<Occurred, Reject> {
        let text = row.field(self.month).trim();
        let first = text.parse::<Month>().ok().and_then(Month::first_day);
        let first = first.ok_or_else(|| Reject::new(Reason::DateUnparsed, text))?;
        Ok(Occurred { precision: Precision::Month, ..on_day(first) })
    }
}
