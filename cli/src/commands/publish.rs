use super::progress::Bar;
use super::{print, print_json};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use tequio_archive::DataFolder;
use tequio_archive::ledger::Ledger;
use tequio_archive::publication::Publishing;
use tequio_crime_indicators::publish::{Outcome, Plan, Step, Wanted, plan, publish};

#[derive(Args)]
pub struct Arguments {
    /// Folder to publish in: new, empty, or an earlier publication of this ledger, which is replaced at one stroke.
    #[arg(value_name = "DIR")]
    target: PathBuf,
    /// Dataset of official counts to publish; may be given again [default: all].
    #[arg(long, value_name = "ID")]
    dataset: Vec<String>,
    /// Say what would be published and withheld, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Publishes in a folder, whole or not at all.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    if arguments.dry_run {
        return dry_run(data, arguments);
    }
    let start = Instant::now();
    let bar = Bar::new();
    let outcome = publish(data, &arguments.target, Wanted::new(&arguments.dataset), &mut |step, done, total| {
        let step = match step {
            Step::Editions => "editions",
            Step::Indicators => "indicators",
            Step::Hashing => "hashing",
        };
        bar.show(step, done, total);
    });
    bar.finish();
    let outcome = outcome?;
    let seconds = start.elapsed().as_secs_f64();
    if arguments.json {
        print_json(&summary(&outcome, seconds))?;
    } else {
        print(&report(&outcome, arguments, seconds))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn dry_run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        data.root().is_dir(),
        "there is no data folder {}: `tequio import` begins one",
        data.root().display()
    );
    let plan = plan(data, &arguments.dataset)?;
    if let Ok(ledger) = Ledger::open(data) {
        Publishing::check(&arguments.target, data.root(), &ledger.checkpoint().origin)?;
    }
    if arguments.json {
        let mut planned = planned(&plan);
        planned["dry_run"] = json!(true);
        print_json(&planned)?;
    } else {
        print(&format!("would publish in {}\n{}", arguments.target.display(), lines(&plan)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn planned(plan: &Plan) -> serde_json::Value {
    let editions: Vec<_> = plan
        .editions
        .iter()
        .map(|of| json!({ "dataset": of.dataset, "edition": of.edition, "published": of.known_from() }))
        .collect();
    json!({ "editions": editions, "withheld": plan.withheld })
}

fn summary(outcome: &Outcome, seconds: f64) -> serde_json::Value {
    let mut summary = planned(&outcome.plan);
    let indicators: Vec<_> =
        outcome.indicators.iter().map(|(id, edition)| json!({ "indicator": id, "edition": edition })).collect();
    summary["indicators"] = json!(indicators);
    let absent: Vec<_> =
        outcome.absent.iter().map(|(id, needs)| json!({ "indicator": id, "computed_from": needs })).collect();
    summary["absent"] = json!(absent);
    summary["recorded"] = json!(outcome.recorded);
    summary["entries"] = json!(outcome.entries);
    summary["bytes"] = json!(outcome.bytes);
    summary["seconds"] = json!((seconds * 1000.0).round() / 1000.0);
    summary
}

fn lines(plan: &Plan) -> String {
    let editions = plan.editions.iter().map(|of| format!("  edition {} {}\n", of.dataset, of.edition));
    let withheld = plan.withheld.iter().map(|held| format!("  withheld {}: {}\n", held.path, held.reason));
    editions.chain(withheld).collect()
}

fn report(outcome: &Outcome, arguments: &Arguments, seconds: f64) -> String {
    let new = match outcome.recorded {
        0 => "nothing is new in the ledger".to_owned(),
        count => format!("{count} new entries in the ledger"),
    };
    format!(
        "published in {}: {} editions, {} indicators, {} bytes; {new}, which has {}\n{}  {seconds:.1} s\n",
        arguments.target.display(),
        outcome.plan.editions.len(),
        outcome.indicators.len(),
        outcome.bytes,
        outcome.entries,
        lines(&outcome.plan) + &absent(outcome)
    )
}

fn absent(outcome: &Outcome) -> String {
    let line = |(id, needs): &(String, String)| {
        format!("  not published {id}: nothing here gives it; it is computed from {needs}\n")
    };
    outcome.absent.iter().map(line).collect()
}
