use super::{print, readable};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde_json::json;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tequio_archive::{DataFolder, IncidentReader};
use tequio_crime_map::Library;
use tequio_kernel::period::date_of;
use tequio_kernel::{Incident, Precision};

#[derive(Args)]
pub struct Arguments {
    /// Dataset [default: the largest real one about the reference territory].
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Edition [default: the newest].
    #[arg(long, value_name = "EDITION")]
    edition: Option<String>,
    /// Format to write.
    #[arg(long = "as", value_enum)]
    format: Format,
    /// File to write; it must not exist.
    file: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// GeoParquet 1.1, as archived.
    Geoparquet,
    /// CSV (RFC 4180, UTF-8).
    Csv,
    /// A GeoJSON feature collection (RFC 7946).
    Geojson,
}

/// Writes an edition to a new file, whole or not at all.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let library = Library::new(data.clone())?;
    let manifest = library.manifest(arguments.dataset.as_deref(), arguments.edition.as_deref())?;
    let incidents = data.incidents_file(&manifest);
    let file = &arguments.file;
    anyhow::ensure!(!file.exists(), "{} exists already and is not overwritten", file.display());
    // Written beside the target and moved, so that an interrupted export leaves nothing half done.
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut part =
        tempfile::NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    let mut writer = BufWriter::new(part.as_file_mut());
    match arguments.format {
        Format::Geoparquet => {
            std::io::copy(&mut fs::File::open(&incidents)?, &mut writer)?;
        }
        Format::Csv => write_csv(&incidents, &mut writer)?,
        Format::Geojson => write_geojson(&incidents, &mut writer)?,
    }
    writer.flush()?;
    drop(writer);
    part.as_file().sync_all()?;
    part.persist_noclobber(file).with_context(|| format!("cannot write {}", file.display()))?;
    readable(file)?;
    print(&format!(
        "{} incidents of {} {} in {}\n",
        manifest.accepted,
        manifest.dataset,
        manifest.edition,
        file.display()
    ))?;
    Ok(ExitCode::SUCCESS)
}

const COLUMNS: [&str; 16] = [
    "file",
    "row",
    "id",
    "offence",
    "detail",
    "occurred_on",
    "occurred_precision",
    "occurred_time",
    "occurred_hour",
    "reported_on",
    "place_label",
    "neighbourhood_label",
    "street_label",
    "flags",
    "longitude",
    "latitude",
];

/// The values of [`COLUMNS`]; `None` is an empty field or null.
fn values(incident: &Incident) -> [Option<String>; 16] {
    let date = |day: i32| date_of(day).map(|date| date.to_string());
    let occurred = incident.occurred;
    let clock = |s: u32| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    let flags = incident.flags.to_string();
    [
        Some(incident.file.to_string()),
        Some(incident.row.to_string()),
        incident.id.clone(),
        Some(incident.offence.clone()),
        incident.detail.clone(),
        date(occurred.day).filter(|_| occurred.precision != Precision::Unknown),
        Some(format!("{:?}", occurred.precision).to_lowercase()),
        occurred.second.map(clock),
        occurred.hour.map(|hour| hour.to_string()),
        incident.reported_day.and_then(date),
        incident.place_label.clone(),
        incident.neighbourhood_label.clone(),
        incident.street_label.clone(),
        (!flags.is_empty()).then_some(flags),
        incident.point.map(|point| point.longitude.to_string()),
        incident.point.map(|point| point.latitude.to_string()),
    ]
}

fn write_csv(incidents: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(COLUMNS)?;
    for incident in IncidentReader::open(incidents)? {
        writer.write_record(values(&incident?).map(Option::unwrap_or_default))?;
    }
    Ok(writer.flush()?)
}

fn write_geojson(incidents: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")?;
    for (index, incident) in IncidentReader::open(incidents)?.enumerate() {
        let incident = incident?;
        let properties: serde_json::Map<_, _> =
            COLUMNS.iter().take(14).map(ToString::to_string).zip(values(&incident).map(|value| json!(value))).collect();
        let geometry = incident.point.map(|p| json!({ "type": "Point", "coordinates": [p.longitude, p.latitude] }));
        let feature = json!({ "type": "Feature", "geometry": geometry, "properties": properties });
        write!(out, "{}\n{feature}", if index == 0 { "" } else { "," })?;
    }
    Ok(out.write_all(b"\n]}\n")?)
}
