use super::{print, print_json};
use clap::Args;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_indicators::Shelf;
use tequio_crime_indicators::alarms::Alarm;
use tequio_crime_indicators::compared::{concerning, document, revisions};
use tequio_crime_indicators::diff::Tally;
use tequio_crime_indicators::revisions::{Revisions, Selection, Total};
use tequio_kernel::DatasetId;

/// Lines of each list of the summary.
const LINES: usize = 10;
/// Editions and periods of the triangle that fit a terminal: the latest.
const EDITIONS: usize = 6;
const PERIODS: usize = 18;
/// Width of a column of the triangle.
const WIDTH: usize = 18;

#[derive(Args)]
pub struct Arguments {
    /// Name of the dataset.
    dataset: DatasetId,
    /// Code of an offence, with everything below it [default: all].
    #[arg(long, value_name = "CODE")]
    offence: Option<String>,
    /// Code of a place, with everything in it [default: all].
    #[arg(long, value_name = "CODE")]
    place: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Shows how figures of the past moved from edition to edition, and the alarms of the newest edition.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let selection = Selection { place: arguments.place.clone(), offence: arguments.offence.clone() };
    let shelf = Shelf::new(data.clone())?;
    let revisions = revisions(&shelf, &arguments.dataset.0, &selection)?;
    let found = concerning(&shelf, &arguments.dataset.0, &selection)?;
    if arguments.json {
        print_json(&document(&revisions, &selection, &found))?;
    } else {
        print(&report(&revisions, &found))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report(revisions: &Revisions, alarms: &[Alarm]) -> String {
    let mut lines = vec![format!("{}: {} editions", revisions.dataset, revisions.editions.len())];
    for (index, edition) in revisions.editions.iter().enumerate() {
        let known = format!("  {} known from {}, to {}", edition.edition, edition.known_from, edition.cutoff);
        let revised = index.checked_sub(1).and_then(|index| revisions.between.get(index));
        lines.push(revised.map_or(known.clone(), |tally| format!("{known}: {}", moved(tally))));
    }
    lines.extend(triangle(revisions));
    let offices: Vec<String> =
        revisions.revised_offices().map(|line| format!("    {}: {}", line.key, moved(&line.tally))).collect();
    lines.push(format!("  revisions by office ({} had none)", revisions.offices_unchanged()));
    lines.extend(offices.iter().take(LINES).cloned());
    lines.extend((offices.len() > LINES).then(|| format!("    and {} more", offices.len() - LINES)));
    let ages = revisions.by_age();
    lines.extend(ages.first_key_value().map(|_| "  revisions by age in periods".to_owned()));
    lines.extend(ages.iter().take(LINES).map(|(age, tally)| format!("    {age}: {}", moved(tally))));
    lines.extend((ages.len() > LINES).then(|| format!("    and {} older", ages.len() - LINES)));
    for code in Alarm::CODES {
        let of_code: Vec<&Alarm> = alarms.iter().filter(|alarm| alarm.code() == code).collect();
        lines.push(format!("  alarms {code}: {}", of_code.len()));
        lines.extend(of_code.iter().take(LINES).map(|alarm| format!("    {}", told(alarm))));
        lines.extend((of_code.len() > LINES).then(|| format!("    and {} more", of_code.len() - LINES)));
    }
    lines.join("\n") + "\n"
}

/// An alarm as people read it.
fn told(alarm: &Alarm) -> String {
    match alarm {
        Alarm::UnexplainedDrop { office, offence, period, observed, expected, .. } => {
            let offence = offence.as_deref().unwrap_or("all offences");
            format!("{office} {offence} {period}: {observed}, and its history leads one to expect about {expected:.0}")
        }
        Alarm::PastLowered { office, first, last, figures, sum, raised_sum, removed, removed_sum, offence } => format!(
            "{office}: from {first} to {last}, {figures} figures fell by {sum} in all and {removed} with {removed_sum} are gone, mostly {offence}; others rose by {raised_sum}"
        ),
        Alarm::SeriesStops { place, offence, since, periods, blank, mean, .. } => format!(
            "{place} {offence}: nothing since {since} ({periods} periods, {blank} of them blank); the mean was {mean:.1}"
        ),
        Alarm::RowsVanish { row, code, series, figures, sum } => {
            format!("{} {code}: {series} series with {figures} figures vanished, {sum} in all", row.name())
        }
    }
}

fn moved(tally: &Tally) -> String {
    let Tally { changed, added, removed, .. } = tally;
    format!(
        "changed {changed} (net {:+}, absolute {}), added {added}, removed {removed}",
        tally.net(),
        tally.absolute()
    )
}

/// The latest corner of the triangle, without the periods that no edition tells.
fn triangle(revisions: &Revisions) -> Vec<String> {
    let from = revisions.editions.len().saturating_sub(EDITIONS);
    let head: String =
        revisions.editions[from..].iter().map(|edition| format!("{:>WIDTH$}", edition.edition)).collect();
    let mut lines = vec![format!("  totals        {head}")];
    let told: Vec<_> =
        revisions.periods.iter().zip(&revisions.total).filter(|(_, row)| row.iter().any(Option::is_some)).collect();
    for (step, row) in told.iter().skip(told.len().saturating_sub(PERIODS)) {
        let cells: String = row.iter().skip(from).map(|total| format!("{:>WIDTH$}", word(*total))).collect();
        lines.push(format!("    {:<12}{cells}", step.to_string()));
    }
    lines
}

/// A total as people read it: one that lacks figures says so.
fn word(total: Option<Total>) -> String {
    match total {
        None => "-".to_owned(),
        Some(Total { value: None, .. }) => "missing".to_owned(),
        Some(Total { value: Some(value), missing: 0 }) => value.to_string(),
        Some(Total { value: Some(value), missing }) => format!("{value} (-{missing})"),
    }
}
