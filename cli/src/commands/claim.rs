use super::places::by_name;
use super::{print, print_json};
use crate::exits::Usage;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_indicators::claims::{Checked, Fields, check, of_fields, read};
use tequio_crime_indicators::shelf::Shelf;
use tequio_reference::{Claim, claims};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the worked examples.
    List {
        /// Print JSON: a claim file to start from.
        #[arg(long)]
        json: bool,
    },
    /// Test claims against every series, unit, edition and denominator that could carry them.
    Check(Box<Check>),
}

#[derive(Args)]
struct Check {
    /// Claim file: JSON as `tequio claim list --json` prints it. Without file and fields the worked examples are tested.
    file: Option<PathBuf>,
    /// The sentence, for the record.
    #[arg(long, default_value = "")]
    text: String,
    /// Measure, such as homicide or kidnapping [default: homicide].
    #[arg(long, default_value = "")]
    measure: String,
    /// level, rate, change or share-of-top [default: rate].
    #[arg(long, default_value = "")]
    statement: String,
    /// Place: its code, or the name of a state or municipality [default: MX].
    #[arg(long, default_value = "")]
    place: String,
    /// Period.
    #[arg(long, default_value = "")]
    period: String,
    /// Earlier period of a change.
    #[arg(long, default_value = "")]
    against: String,
    /// The value as it was said: `17`, `nearly 23`, `85 %`, `at least -20 %`.
    #[arg(long, default_value = "", allow_hyphen_values = true)]
    value: String,
    /// Places of a share [default: 50].
    #[arg(long, default_value = "")]
    n: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Check {
    fn claims(&self, data: &DataFolder) -> anyhow::Result<Vec<Claim>> {
        let fields = Fields {
            text: &self.text,
            measure: &self.measure,
            statement: &self.statement,
            place: &self.place,
            period: &self.period,
            against: &self.against,
            value: &self.value,
            n: &self.n,
        };
        match &self.file {
            Some(_) if fields != Fields::default() => {
                Err(Usage("give a claim file or the fields of one claim, not both".to_owned()).into())
            }
            Some(file) => {
                let text = std::fs::read_to_string(file).with_context(|| format!("claim file {}", file.display()))?;
                Ok(read(&text)?)
            }
            None if fields == Fields::default() => Ok(claims()?.to_vec()),
            None => {
                let place = by_name(data, [("place", fields.place)])?;
                let place = place.first().map_or("", |(_, code)| code.as_str());
                Ok(vec![of_fields(&Fields { place, ..fields })?])
            }
        }
    }
}

/// Lists or tests claims.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::List { json: true } => print_json(&json!(claims()?))?,
        Command::List { json: false } => {
            print(&claims()?.iter().map(|claim| format!("{:<40} {}\n", claim.id, claim.text_en)).collect::<String>())?;
        }
        Command::Check(arguments) => {
            let shelf = Shelf::new(data.clone())?;
            let claims = arguments.claims(data)?;
            let checked = claims.iter().map(|claim| Ok(check(&shelf, claim)?)).collect::<anyhow::Result<Vec<_>>>()?;
            match (arguments.json, checked.as_slice()) {
                (true, [one]) => print_json(&serde_json::to_value(one)?)?,
                (true, many) => print_json(&json!({ "claims": many }))?,
                (false, many) => print(&many.iter().map(report).collect::<String>())?,
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn report(checked: &Checked) -> String {
    let mut lines = vec![format!("{}: {}", checked.id, checked.verdict.name())];
    lines.extend((!checked.text.1.is_empty()).then(|| format!("  \"{}\"", checked.text.1)));
    lines.push(format!("  stated {} ({} in {})", checked.stated, checked.measure, checked.place));
    lines.extend(checked.tests.iter().map(|test| {
        let mark = if test.reproduces { "yes" } else { "no " };
        let by = test.denominator.as_ref().map(|used| format!(" by {}", used.dataset)).unwrap_or_default();
        let (series, edition) = (&test.series, &test.edition.edition);
        format!("  {mark} {:>12.3}  {} {} of {series} {edition}{by}", test.value, test.periods.join(" to "), test.of)
    }));
    lines.extend(checked.missing.iter().map(|what| format!("  missing: {what}")));
    lines.join("\n") + "\n"
}
