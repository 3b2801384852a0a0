use super::{print, print_json};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_map::{Answer, Library, Principal, answer};
use tequio_kernel::Query;

/// The names are those of the API and of the portal's addresses.
#[derive(Args)]
pub struct Arguments {
    /// Dataset [default: the largest real one about the reference territory].
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Edition [default: the newest].
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    /// The edition that was the newest on this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Dimensions: place:LAYER, cell:Z, street, segment, year, month, weekday, hour, offence, class.
    #[arg(long, value_name = "DIM[,DIM]")]
    by: Option<String>,
    /// Period: 2020, 2020-03, 2020-03-15 or FIRST..LAST, both ends included.
    #[arg(long)]
    period: Option<String>,
    /// Offence, accents and case ignored; may be repeated.
    #[arg(long)]
    offence: Vec<String>,
    /// Class of offence: ordinary, sensitive or restricted; may be repeated.
    #[arg(long)]
    class: Vec<String>,
    /// Place: MX-09, MX-09-015 or LAYER:CODE; may be repeated.
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
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV.
    #[arg(long)]
    csv: bool,
}

/// Counts as the operator, who sees all. Exit code 2 for a question that cannot be read.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let query = match arguments.query() {
        Ok(query) => query,
        Err(error) => {
            eprintln!("tequio: {error}");
            return Ok(ExitCode::from(2));
        }
    };
    let library = Library::new(data.clone())?;
    let answer = library.count(&query, Principal::Operator)?;
    if arguments.json {
        print_json(&answer::to_json(&answer))?;
    } else if arguments.csv {
        print(&answer::to_csv(&answer.counts))?;
    } else {
        print(&table(&answer))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl Arguments {
    fn query(&self) -> Result<Query, tequio_kernel::QueryError> {
        let single = [
            ("dataset", &self.dataset),
            ("edition", &self.edition),
            ("as_of", &self.as_of),
            ("by", &self.by),
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
        Query::parse(single.chain(repeated))
    }
}

/// Columns for people to read.
fn table(answer: &Answer) -> String {
    let csv = answer::to_csv(&answer.counts);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(csv.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().flatten().collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|text| text.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows.first().map_or(0, csv::StringRecord::len)).map(width).collect();
    let line = |row: &csv::StringRecord| {
        let cells = row.iter().zip(&widths).map(|(text, width)| format!("{text:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    let counts = &answer.counts;
    let mut text: String = rows.iter().map(line).collect();
    text += &format!("total {}  unlocated {}  unknown {}", counts.total, counts.unlocated, counts.unknown);
    if counts.by.iter().any(tequio_kernel::Dimension::is_spatial) {
        text += &format!("  outside {}  overlaps {}", counts.outside, counts.overlaps);
    }
    let layers: Vec<String> = answer.layers.iter().map(ToString::to_string).collect();
    text + &format!("\n{} {} {}\n", answer.edition.manifest.dataset, answer.edition.manifest.edition, layers.join(" "))
}
