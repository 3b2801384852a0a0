//! The `tequio` command. The only place that reads the clock, the environment and the arguments.

mod commands;
mod exits;
mod fetch;

use clap::{Parser, Subcommand};
use commands::{
    change, check, claim, completeness, concentration, count, datasets, density, diff, export, hotspots, import,
    indicator, ledger, near_repeat, openapi, publish, revisions, sample, scan, serve, territory, verify, witness,
};
use std::path::PathBuf;
use std::process::ExitCode;
use tequio_archive::DataFolder;

/// One program for a country's public-security system.
#[derive(Parser)]
#[command(name = "tequio", version, about, arg_required_else_help = true, after_help = exits::TABLE)]
struct Arguments {
    /// Folder that holds what was imported.
    #[arg(long, global = true, env = "TEQUIO_DATA", default_value = "data", value_name = "FOLDER")]
    data: PathBuf,
    /// Name of this installation's ledger, such as ledger.example.org; it is fixed when the ledger begins [default: made
    /// from its key].
    #[arg(long, global = true, env = "TEQUIO_ORIGIN", value_name = "NAME")]
    origin: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Import files exactly as they were published, as one edition of one dataset.
    Import(import::Arguments),
    /// Count incidents.
    Count(Box<count::Arguments>),
    /// Find places where high or low counts or rates lie next to each other more than chance gives.
    Hotspots(Box<hotspots::Arguments>),
    /// Compare two periods place by place, and say where the difference is more than chance.
    Change(Box<change::Arguments>),
    /// Find circles with more cases than inhabitants, or all offences, let expect.
    Scan(Box<scan::Arguments>),
    /// Count pairs of incidents by bands of distance and time, and say which hold more than chance gives.
    NearRepeat(Box<near_repeat::Arguments>),
    /// Say how unevenly incidents fall on places, and how unevenly they would by chance.
    Concentration(Box<concentration::Arguments>),
    /// Lay a smooth density over the counts of cells: incidents per square kilometre.
    Density(Box<density::Arguments>),
    /// List the datasets and their editions.
    Datasets(datasets::Arguments),
    /// List what changed between two editions of official counts, figure by figure.
    Diff(diff::Arguments),
    /// Show what each edition of official counts published, and how past months were revised.
    Revisions(revisions::Arguments),
    /// Show which prosecutor's office delivered which month of an edition of official counts.
    Completeness(completeness::Arguments),
    /// Write an edition to a file.
    Export(export::Arguments),
    /// Verify every file of the data folder and name what is damaged.
    Check(check::Arguments),
    /// List, explain and compute indicators of official counts.
    Indicator(indicator::Arguments),
    /// Test what has been said of the figures.
    Claim(claim::Arguments),
    /// Show and prove what was published, and hand the ledger over to a new key.
    Ledger(ledger::Arguments),
    /// Verify a folder and its ledger, or the proof of a figure; the first bad entry is named.
    Verify(verify::Arguments),
    /// Publish official counts, indicators and the ledger as a folder of static files that verifies by itself.
    Publish(publish::Arguments),
    /// Cosign ledgers, and count who cosigned this one.
    Witness(witness::Arguments),
    /// Add boundaries and streets.
    Territory(territory::Arguments),
    /// Make the synthetic demonstration, if it is not there.
    Sample,
    /// Serve the portal.
    Serve(serve::Arguments),
    /// Print the OpenAPI document of the portal.
    Openapi,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let data = DataFolder::new(&arguments.data).sealed(commands::seal(arguments.origin));
    let result = match arguments.command {
        Command::Import(arguments) => import::run(&data, arguments),
        Command::Count(arguments) => count::run(&data, &arguments),
        Command::Hotspots(arguments) => hotspots::run(&data, &arguments),
        Command::Change(arguments) => change::run(&data, &arguments),
        Command::Scan(arguments) => scan::run(&data, &arguments),
        Command::NearRepeat(arguments) => near_repeat::run(&data, &arguments),
        Command::Concentration(arguments) => concentration::run(&data, &arguments),
        Command::Density(arguments) => density::run(&data, &arguments),
        Command::Datasets(arguments) => datasets::run(&data, arguments),
        Command::Diff(arguments) => diff::run(&data, &arguments),
        Command::Revisions(arguments) => revisions::run(&data, &arguments),
        Command::Completeness(arguments) => completeness::run(&data, arguments),
        Command::Export(arguments) => export::run(&data, arguments),
        Command::Check(arguments) => check::run(&data, arguments),
        Command::Indicator(arguments) => indicator::run(&data, arguments),
        Command::Claim(arguments) => claim::run(&data, arguments),
        Command::Ledger(arguments) => ledger::run(&data, arguments),
        Command::Verify(arguments) => verify::run(&data, &arguments),
        Command::Publish(arguments) => publish::run(&data, &arguments),
        Command::Witness(arguments) => witness::run(&data, arguments),
        Command::Territory(arguments) => territory::run(&data, arguments),
        Command::Sample => sample::run(&data),
        Command::Serve(arguments) => serve::run(&data, arguments),
        Command::Openapi => openapi::run(),
    };
    match result {
        Ok(code) => code,
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tequio: {}", one_line(&error));
            exits::of(&error)
        }
    }
}

/// The causes joined, each once: an error that already tells its cause is not followed by it.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(|cause| on_a_line(&cause.to_string())) {
        if !line.contains(&cause) {
            line += if line.is_empty() { "" } else { ": " };
            line += &cause;
        }
    }
    line
}

/// What a file or an argument says may hold controls that a terminal obeys: they are written as blanks.
fn on_a_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// True when the reader of our output left, as `head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_a_file_says_is_not_obeyed_by_a_terminal() {
        let error = anyhow::anyhow!("no column `fol\u{1b}[31mio`\nsecond\u{9b}7m");
        assert_eq!(super::one_line(&error), "no column `fol [31mio` second 7m");
    }
}
