use super::{now, print, print_json};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use tequio_archive::{DataFolder, LayerEntry, sha256_file};
use tequio_crime_map::territory::{Territory, fill_parents};
use tequio_kernel::place::{REFERENCE_LAYERS, check_name};
use tequio_kernel::{Layer, LayerId, LayerKind, Level};
use tequio_territory::{Issue, Options, TerritoryError};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Add a layer from a GeoPackage, GeoJSON, zipped Shapefile or OpenStreetMap PBF file.
    Add(Box<Add>),
    /// List the layers.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct Add {
    /// File with boundaries or streets.
    file: PathBuf,
    /// Name of the layer.
    #[arg(long, value_name = "ID")]
    layer: String,
    /// Edition of the boundaries; a corrected file takes another one.
    #[arg(long)]
    edition: String,
    /// Layer that holds this one; streets never snap across its borders.
    #[arg(long, value_name = "LAYER")]
    within: Option<String>,
    /// Depth of the layer for the disclosure rules. Sensitive offences are public down to municipality, so
    /// say so only of areas of that size.
    #[arg(long, value_enum, default_value = "local")]
    level: LevelName,
    /// Field with the codes.
    #[arg(long, value_name = "FIELD")]
    code: Option<String>,
    /// Field with the names.
    #[arg(long, value_name = "FIELD")]
    name: Option<String>,
    /// Field with the population.
    #[arg(long, value_name = "FIELD")]
    population: Option<String>,
    /// Year of the population [default: the year in --edition].
    #[arg(long, value_name = "YEAR", requires = "population")]
    population_year: Option<i16>,
    /// Coordinate system, where the file names none.
    #[arg(long, value_name = "EPSG")]
    crs: Option<u32>,
    /// Table, where a GeoPackage has several.
    #[arg(long)]
    table: Option<String>,
    /// Leave out features that cannot be used, and report them, instead of refusing the file.
    #[arg(long)]
    skip_invalid: bool,
    /// Read and report only; store nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum LevelName {
    State,
    Municipality,
    Local,
}

/// Adds or lists layers.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Add(add) => run_add(data, &add),
        Action::List { json } => list(data, json),
    }
}

fn run_add(data: &DataFolder, add: &Add) -> anyhow::Result<ExitCode> {
    for name in [&add.layer, &add.edition] {
        check_name(name)?;
    }
    anyhow::ensure!(
        !REFERENCE_LAYERS.contains(&add.layer.as_str()),
        "`{}` is a layer of the reference territory: choose another name",
        add.layer
    );
    let territory = Territory::open(data)?;
    if let Some(within) = &add.within {
        territory.layer(within)?;
    }
    let options = options(add)?;
    let (mut layer, report) = match tequio_territory::read(&add.file, &options) {
        Ok(read) => read,
        Err(TerritoryError::Refused(report)) => {
            lines(&report.issues).iter().for_each(|line| eprintln!("{line}"));
            anyhow::bail!(
                "{}: {} features cannot be used, so nothing was stored; mend the file, or leave them out with --skip-invalid",
                add.file.display(),
                report.issues.iter().filter(|issue| issue.refused).count()
            );
        }
        Err(error) => return Err(error).with_context(|| add.file.display().to_string()),
    };
    // Incidents never snap to a street across the border of a municipality, unless told another layer.
    if layer.kind == LayerKind::Streets && layer.within.is_none() {
        layer.within = Some("municipalities".to_owned());
    }
    fill_parents(&mut layer, &territory)?;
    let (sha256, _) = sha256_file(&add.file)?;
    let entry = entry(add, &layer, sha256, format!("{options:?}"), lines(&report.issues));
    let stored = if add.dry_run { entry } else { data.store_layer(&data.lock()?, &layer, entry)? };
    if add.json {
        print_json(
            &json!({ "layer": stored.id, "kind": stored.kind, "level": stored.level, "places": layer.places.len(),
            "features": report.features, "crs": report.crs, "issues": stored.issues, "stored": !add.dry_run }),
        )?;
    } else {
        stored.issues.iter().try_for_each(|line| print(&format!("{line}\n")))?;
        let done = if add.dry_run { "would hold" } else { "holds" };
        print(&format!(
            "{} {done} {} places ({} features, {})\n",
            stored.id,
            layer.places.len(),
            report.features,
            report.crs
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn options(add: &Add) -> anyhow::Result<Options> {
    let level = match add.level {
        LevelName::State => Level::State,
        LevelName::Municipality => Level::Municipality,
        LevelName::Local => Level::Local,
    };
    let id = LayerId { name: add.layer.clone(), edition: add.edition.clone() };
    let mut options = Options::new(id, level);
    options.within.clone_from(&add.within);
    options.code.clone_from(&add.code);
    options.name.clone_from(&add.name);
    options.population = population(add)?;
    options.crs = add.crs;
    options.table.clone_from(&add.table);
    options.skip_bad = add.skip_invalid;
    Ok(options)
}

fn population(add: &Add) -> anyhow::Result<Option<(String, i16, String)>> {
    let Some(field) = &add.population else { return Ok(None) };
    let year = add.population_year.or_else(|| add.edition.get(..4).and_then(|year| year.parse().ok()));
    let year =
        year.context("--population needs a year: give --population-year, since --edition does not begin with one")?;
    Ok(Some((field.clone(), year, format!("{} {}", add.layer, add.edition))))
}

fn entry(add: &Add, layer: &Layer, sha256: String, read_as: String, issues: Vec<String>) -> LayerEntry {
    LayerEntry {
        version: 0,
        id: layer.id.clone(),
        kind: layer.kind,
        level: layer.level,
        within: layer.within.clone(),
        source: layer.source.clone(),
        population_edition: layer.population_edition.clone(),
        places: layer.places.len(),
        source_file: add.file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        sha256,
        read_as,
        added_at: now(),
        issues,
        files: Vec::new(),
    }
}

fn lines(issues: &[Issue]) -> Vec<String> {
    issues.iter().map(ToString::to_string).collect()
}

fn list(data: &DataFolder, as_json: bool) -> anyhow::Result<ExitCode> {
    let territory = Territory::open(data)?;
    let mut layers = Vec::new();
    for name in territory.names() {
        let layer = territory.layer(&name)?;
        layers.push((layer.id.to_string(), layer.kind, layer.level, layer.places.len(), layer.source.clone()));
    }
    if as_json {
        let listed = layers.iter().map(|(id, kind, level, places, source)| {
            json!({ "layer": id, "kind": kind, "level": level, "places": places, "source": source })
        });
        print_json(&json!({ "layers": listed.collect::<Vec<_>>() }))?;
    } else {
        layers
            .iter()
            .try_for_each(|(id, _, _, places, source)| print(&format!("{id}  {places} places  {source}\n")))?;
    }
    Ok(ExitCode::SUCCESS)
}
