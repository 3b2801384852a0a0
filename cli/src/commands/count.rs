use super::filters::Filters;
use super::{columns, in_rows, print, print_json};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_map::{Answer, Library, Principal, answer};
use tequio_kernel::{Dimension, Query};

/// The names are those of the API and of the portal's addresses.
#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    filters: Filters,
    /// Dimensions, joined by commas; `count --help` lists them.
    ///
    /// Places and cells:  place:LAYER, cell:ZOOM
    /// Streets:           street, segment
    /// Time:              year, month, weekday, hour
    /// Kinds:             offence, class
    #[arg(long, value_name = "DIM[,DIM]", verbatim_doc_comment)]
    by: Option<String>,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV.
    #[arg(long)]
    csv: bool,
}

/// Counts as the operator, who sees all.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let query = question(data, arguments)?;
    let library = Library::new(data.clone())?;
    let answer = library.count(&query, Principal::Operator)?;
    if arguments.json {
        print_json(&answer::to_json(&answer))?;
    } else if arguments.csv {
        print(&answer::to_csv(&answer.counts, &answer::states(&library, &answer.counts)?))?;
    } else {
        print(&table(&library, &answer)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn question(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<Query> {
    let pairs = arguments.filters.question(data, arguments.by.as_deref())?;
    Ok(Query::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
}

/// Columns for people to read.
fn table(library: &Library, answer: &Answer) -> anyhow::Result<String> {
    let counts = &answer.counts;
    let mut rows = in_rows(&answer::to_csv(counts, &[]));
    let mut at = 0;
    for (dimension, states) in counts.by.iter().zip(answer::states(library, counts)?) {
        if let Some(states) = states {
            rows.iter_mut().for_each(|row| row[at + 1] = states.beside(&row[at], &row[at + 1]));
        }
        at += answer::columns(dimension).len();
    }
    let mut text = columns(&rows);
    text += &format!("total {}  unlocated {}  unknown {}", counts.total, counts.unlocated, counts.unknown);
    if counts.by.iter().any(Dimension::is_spatial) {
        text += &format!("  outside {}  overlaps {}", counts.outside, counts.overlaps);
    }
    let layers: Vec<String> = answer.layers.iter().map(ToString::to_string).collect();
    let manifest = &answer.edition.manifest;
    Ok(text + &format!("\n{} {} {}\n", manifest.dataset, manifest.edition, layers.join(" ")))
}
