//! The filters of a count, for every command that takes them.

use super::places::{by_name, given};
use clap::Args;
use tequio_archive::DataFolder;

/// Which incidents, of which edition.
#[derive(Args)]
pub struct Filters {
    /// Dataset [default: the largest real one about the reference territory].
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Edition [default: the newest].
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    /// The edition that was the newest on this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Period: 2020, 2020-03, 2020-03-15 or FIRST..LAST, both ends included.
    #[arg(long)]
    period: Option<String>,
    /// Offence, accents and case ignored; may be repeated.
    #[arg(long)]
    offence: Vec<String>,
    /// Class of offence: ordinary, sensitive or restricted; may be repeated.
    #[arg(long)]
    class: Vec<String>,
    /// Place: MX-09, MX-09-015, LAYER:CODE, or the name of a state or municipality; may be repeated.
    #[arg(long)]
    place: Vec<String>,
    /// Box: west,south,east,north in degrees.
    #[arg(long, allow_hyphen_values = true)]
    bbox: Option<String>,
    /// Polygon: `lon lat,lon lat,...` in degrees.
    #[arg(long, allow_hyphen_values = true)]
    polygon: Option<String>,
    /// Circle: longitude,latitude,metres.
    #[arg(long, allow_hyphen_values = true)]
    circle: Option<String>,
    /// Hours: 0-5,22,unknown.
    #[arg(long)]
    hour: Option<String>,
    /// Weekdays, 1 Monday to 7 Sunday: 1-5,unknown.
    #[arg(long)]
    weekday: Option<String>,
}

impl Filters {
    /// The pairs of a question: the filters that were given, with codes for the names of places, and the dimensions.
    ///
    /// # Errors
    /// As for [`given`] and [`by_name`].
    pub fn question(&self, data: &DataFolder, by: Option<&str>) -> anyhow::Result<Vec<(String, String)>> {
        by_name(data, given(self.pairs().chain(by.map(|by| ("by", by))))?)
    }

    /// The filters that were given, by name.
    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let single = [
            ("dataset", &self.dataset),
            ("edition", &self.edition),
            ("as_of", &self.as_of),
            ("period", &self.period),
            ("bbox", &self.bbox),
            ("polygon", &self.polygon),
            ("circle", &self.circle),
            ("hour", &self.hour),
            ("weekday", &self.weekday),
        ];
        let repeated = [("offence", &self.offence), ("class", &self.class), ("place", &self.place)];
        let single = single.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?)));
        let repeated =
            repeated.into_iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value.as_str())));
        single.chain(repeated)
    }
}
