use super::{print, print_json};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_indicators::Shelf;
use tequio_crime_indicators::compared::completeness;
use tequio_crime_indicators::completeness::{Completeness, Delivery, agency_name};
use tequio_crime_indicators::shelf::At;
use tequio_kernel::{DatasetId, Manifest, Step};

/// Periods that fit a terminal: the latest.
const PERIODS: usize = 18;

#[derive(Args)]
pub struct Arguments {
    /// Name of the dataset.
    dataset: DatasetId,
    /// Edition [default: the newest].
    #[arg(long, value_name = "EDITION", conflicts_with = "as_of")]
    edition: Option<String>,
    /// The newest edition that was known on this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Print JSON.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV: a row for each office and period.
    #[arg(long)]
    csv: bool,
}

/// Shows which prosecutor's office delivered which period.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let shelf = Shelf::new(data.clone())?;
    let open = shelf.open(&arguments.dataset.0, &At { edition: arguments.edition, as_of: arguments.as_of })?;
    let delivered = completeness(&shelf, &open)?;
    if arguments.json {
        print_json(&delivered.document(&open.manifest))?;
    } else if arguments.csv {
        print(&delivered.table(String::new()).to_csv())?;
    } else {
        print(&report(&delivered, &open.manifest))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report(delivered: &Completeness, manifest: &Manifest) -> String {
    let counted = delivered.summary().into_iter().map(|(state, n)| format!("{} {n}", state.name()));
    let mut lines = vec![
        format!("{} {}, known from {}", manifest.dataset, manifest.edition, manifest.known_from()),
        format!("  {}", counted.collect::<Vec<_>>().join(", ")),
    ];
    let cutoff: Option<Step> = manifest.counts.as_ref().and_then(|counts| counts.cutoff.parse().ok());
    let steps: Vec<Step> = delivered.steps().filter(|step| cutoff.is_none_or(|cutoff| *step <= cutoff)).collect();
    let shown = &steps[steps.len().saturating_sub(PERIODS)..];
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else { return lines.join("\n") + "\n" };
    lines.push(format!("  {first} to {last}: # complete, ~ partial, - missing, + stray"));
    for agency in delivered.agencies() {
        let marks: String = shown.iter().map(|step| mark(delivered.state(agency, *step))).collect();
        lines.push(format!("    {agency:<8}{marks}  {}", agency_name(agency)).trim_end().to_owned());
    }
    let stray = delivered.rows().filter(|row| row.state == Delivery::Stray && !shown.contains(&row.step)).count();
    let partly = steps.len() > shown.len();
    lines.extend(
        partly.then(|| format!("  {} earlier periods are left out; --csv has all of them", steps.len() - shown.len())),
    );
    lines.extend((stray > 0).then(|| format!("  stray outside these periods: {stray}")));
    lines.join("\n") + "\n"
}

fn mark(state: Option<Delivery>) -> char {
    match state {
        Some(Delivery::Complete) => '#',
        Some(Delivery::Partial) => '~',
        Some(Delivery::Missing) => '-',
        Some(Delivery::Stray) => '+',
        None => ' ',
    }
}
