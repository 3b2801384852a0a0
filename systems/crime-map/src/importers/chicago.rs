//! Crimes of the City of Chicago's data portal, the 22-column layout.
//!
//! Coordinates are those of the block, shifted by the publisher; they are kept in double precision.

use super::values::{SlashOrder, offence, on_day, position, set_time, split_moment};
use super::{About, Importer, Reason, Reject, RowReader};
use std::borrow::Cow;
use tequio_intake::{Header, Row};
use tequio_kernel::{Flags, Incident, Occurred};

/// The importer.
pub struct Chicago;

struct Columns {
    id: Option<usize>,
    date: Option<usize>,
    block: Option<usize>,
    kind: Option<usize>,
    description: Option<usize>,
    domestic: Option<usize>,
    community: Option<usize>,
    latitude: Option<usize>,
    longitude: Option<usize>,
}

impl Importer for Chicago {
    fn id(&self) -> &str {
        "chicago"
    }

    fn version(&self) -> u32 {
        1
    }

    fn about(&self) -> About {
        About {
            title: "Crimes reported in the City of Chicago".to_owned(),
            attribution: "Chicago Police Department, City of Chicago Data Portal".to_owned(),
            territory: None,
            synthetic: false,
        }
    }

    fn recognise(&self, header: &Header) -> Option<Box<dyn RowReader>> {
        let columns = Columns {
            id: header.find(&["ID"]),
            date: header.find(&["Date"]),
            block: header.find(&["Block"]),
            kind: header.find(&["Primary Type"]),
            description: header.find(&["Description"]),
            domestic: header.find(&["Domestic"]),
            community: header.find(&["Community Area"]),
            latitude: header.find(&["Latitude"]),
            longitude: header.find(&["Longitude"]),
        };
        let marks =
            [columns.id, columns.date, columns.kind, columns.latitude, columns.longitude, header.find(&["IUCR"])];
        marks.iter().all(Option::is_some).then(|| Box::new(columns) as Box<dyn RowReader>)
    }
}

impl RowReader for Columns {
    fn read<'r>(&self, row: &Row<'r>) -> Result<Incident<Cow<'r, str>>, Reject> {
        let mut flags = Flags::default();
        let offence = offence(row.field(self.kind), &mut flags)?;
        let occurred = self.occurred(row, &mut flags)?;
        let point = position(row.value(self.longitude), row.value(self.latitude), &mut flags)?;
        let text = |column| row.value(column).map(Cow::Borrowed);
        Ok(Incident {
            file: 0,
            row: 0,
            id: text(self.id),
            offence,
            detail: self.detail(row),
            occurred,
            reported_day: None,
            point,
            place_label: None,
            neighbourhood_label: text(self.community),
            street_label: text(self.block),
            flags,
        })
    }
}

impl Columns {
    /// The description; where the source marks the incident as domestic (Illinois Domestic Violence Act), that
    /// is said too, because it decides how finely the incident may be shown.
    fn detail<'r>(&self, row: &Row<'r>) -> Option<Cow<'r, str>> {
        let description = row.value(self.description);
        match row.value(self.domestic).is_some_and(|mark| mark.eq_ignore_ascii_case("true")) {
            true => Some(Cow::Owned(format!("{}; domestic violence", description.unwrap_or_default()))),
            false => description.map(Cow::Borrowed),
        }
    }

    fn occurred(&self, row: &Row, flags: &mut Flags) -> Result<Occurred, Reject> {
        let text = row.field(self.date).trim();
        let (date, time) =
            split_moment(text, SlashOrder::MonthFirst).ok_or_else(|| Reject::new(Reason::DateUnparsed, text))?;
        let mut occurred = on_day(date);
        set_time(&mut occurred, flags, time, &[]);
        Ok(occurred)
    }
}
