use super::places::{by_name, given};
use super::{print, print_json};
use clap::{Args, Subcommand};
use serde_json::{Value, json};
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_indicators::ask::Ask;
use tequio_crime_indicators::indicators::{Answer, indicator, indicators};
use tequio_crime_indicators::shelf::Shelf;
use tequio_crime_map::Library;
use tequio_crime_map::states::States;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::Measured;

/// Layer of the members that an indicator lists.
const MUNICIPALITIES: &str = "municipalities";

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the indicators.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Say what an indicator is: formula, method, sources, caveats, parameters.
    Show {
        /// Its id.
        id: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compute an indicator.
    Compute(Box<Compute>),
}

#[derive(Args)]
struct Compute {
    /// Its id; `tequio indicator list` has them.
    id: String,
    /// Dataset or reference series [default: the one that fits best].
    #[arg(long, value_name = "ID")]
    dataset: Option<String>,
    /// Edition of the dataset [default: the newest].
    #[arg(long, value_name = "LABEL")]
    edition: Option<String>,
    /// The newest edition that was known on this day.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Place: MX, MX-09, MX-09-015, or the name of a state or municipality [default: MX].
    #[arg(long, value_name = "CODE")]
    place: Option<String>,
    /// Period: 2016, 2020-03, 2019-07..2020-06 [default: the last whole year].
    #[arg(long)]
    period: Option<String>,
    /// Period to compare with.
    #[arg(long, value_name = "PERIOD")]
    against: Option<String>,
    /// Denominator: DATASET[@EDITION] of inhabitants, or a reference series [default: CONAPO 1990-2040].
    #[arg(long, value_name = "ID")]
    population: Option<String>,
    /// Measure, such as homicide, kidnapping, extortion.
    #[arg(long)]
    measure: Option<String>,
    /// How many places.
    #[arg(long, allow_negative_numbers = true)]
    n: Option<String>,
    /// Share of the whole to reach: 0.42 or 42%.
    #[arg(long, allow_negative_numbers = true)]
    share: Option<String>,
    /// Layer of the places: states or municipalities.
    #[arg(long)]
    layer: Option<String>,
    /// Only figures of this sex: female, male, unspecified.
    #[arg(long)]
    sex: Option<String>,
    /// Only figures of this age group.
    #[arg(long)]
    age: Option<String>,
    /// Only figures registered in this year.
    #[arg(long)]
    registered: Option<String>,
    /// Samples to draw; 0 draws none.
    #[arg(long, allow_negative_numbers = true)]
    replicas: Option<String>,
    /// Seed of the samples.
    #[arg(long, allow_negative_numbers = true)]
    seed: Option<String>,
    /// Objectives met.
    #[arg(long, allow_negative_numbers = true)]
    met: Option<String>,
    /// Objectives set.
    #[arg(long, allow_negative_numbers = true)]
    set: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

impl Compute {
    fn ask(&self, data: &DataFolder) -> anyhow::Result<Ask> {
        let pairs = [
            ("dataset", &self.dataset),
            ("edition", &self.edition),
            ("as_of", &self.as_of),
            ("place", &self.place),
            ("period", &self.period),
            ("against", &self.against),
            ("population", &self.population),
            ("measure", &self.measure),
            ("n", &self.n),
            ("share", &self.share),
            ("layer", &self.layer),
            ("sex", &self.sex),
            ("age", &self.age),
            ("registered", &self.registered),
            ("replicas", &self.replicas),
            ("seed", &self.seed),
            ("met", &self.met),
            ("set", &self.set),
        ];
        let pairs = given(pairs.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))))?;
        let pairs = by_name(data, pairs)?;
        Ok(Ask::parse(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
    }
}

/// Lists, explains or computes indicators.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.command {
        Command::List { json } => list(json)?,
        Command::Show { id, json } => show(&indicator(&id)?.about(), json)?,
        Command::Compute(compute) => {
            let shelf = Shelf::new(data.clone())?;
            let answer = indicator(&compute.id)?.compute(&shelf, &compute.ask(data)?)?;
            if compute.json {
                print_json(&serde_json::to_value(&answer)?)?;
            } else {
                print(&report(data, &answer)?)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn list(json: bool) -> anyhow::Result<()> {
    let all: Vec<IndicatorAbout> = indicators().iter().map(|indicator| indicator.about()).collect();
    if json {
        return print_json(&json!({ "indicators": all }));
    }
    print(&all.iter().map(|about| format!("{:<34} {}\n", about.id, about.title.1)).collect::<String>())
}

fn show(about: &IndicatorAbout, json: bool) -> anyhow::Result<()> {
    if json {
        return print_json(&serde_json::to_value(about)?);
    }
    let mut lines = vec![
        format!("{}: {} / {}", about.id, about.title.1, about.title.0),
        format!("  {}", about.meaning.en),
        format!("  formula      {}", about.formula),
        format!("  method       {}", about.method),
        format!("  denominator  {}", about.denominator.en),
        format!("  sources      {}", about.sources.en),
    ];
    lines.extend(about.unit.map(|unit| format!("  unit         {unit}")));
    lines.extend(about.caveats.iter().map(|caveat| format!("  caveat       {}", caveat.en)));
    let with_default = |default: &str| if default.is_empty() { String::new() } else { format!(" [{default}]") };
    lines.extend(
        about.parameters.iter().map(|of| format!("  --{:<10} {}{}", of.name, of.text.en, with_default(of.default))),
    );
    print(&(lines.join("\n") + "\n"))
}

fn report(data: &DataFolder, answer: &Answer) -> anyhow::Result<String> {
    let of = &answer.observation;
    let mut lines = vec![format!("{}  {} {}  {}", answer.indicator, of.place, of.place_name, of.period)];
    match (of.value, &of.not_computable) {
        (Some(value), _) => lines.push(format!("  value      {}{}", number(value), measured(answer))),
        (None, Some(why)) => lines.push(format!("  no value   {}: {}", why.code, why.detail)),
        (None, None) => {}
    }
    lines.extend(
        of.interval.map(|span| {
            format!("  interval   {} to {} ({} %)", number(span.low), number(span.high), span.level * 100.0)
        }),
    );
    lines.extend(of.numerator.map(|count| format!("  counted    {count}")));
    lines.extend(of.denominator.map(|count| format!("  divided by {count}")));
    lines.extend((!of.flags.is_empty()).then(|| format!("  flags      {}", of.flags.join(", "))));
    lines.extend(
        of.editions.iter().map(|used| {
            format!("  {:<10} {} {} {} {}", used.role, used.dataset, used.edition, used.unit, used.taxonomy)
        }),
    );
    lines.extend(details(data, answer)?);
    Ok(lines.join("\n") + "\n")
}

fn details(data: &DataFolder, answer: &Answer) -> anyhow::Result<Vec<String>> {
    let plain = |(name, value): (&String, &Value)| match value {
        Value::Array(_) | Value::Object(_) | Value::Null => None,
        Value::String(text) => Some(format!("  {name:<10} {text}")),
        other => Some(format!("  {name:<10} {other}")),
    };
    let mut lines: Vec<String> = answer.details.iter().filter_map(plain).collect();
    if let Some(Value::Array(members)) = answer.details.get("members") {
        let text = |member: &Value, name: &str| member[name].as_str().unwrap_or_default().to_owned();
        let codes: Vec<String> = members.iter().map(|member| text(member, "place")).collect();
        let territory = Library::new(data.clone())?.territory()?;
        let layer = territory.layer(MUNICIPALITIES)?;
        let states = States::of_codes(&territory, &layer, codes.iter().map(String::as_str));
        lines.extend(members.iter().zip(&codes).map(|(member, code)| {
            let name = states.beside(code, &text(member, "name"));
            format!("  {:>4} {code:<11} {name:<36} {:>8}", member["rank"], member["count"])
        }));
    }
    Ok(lines)
}

fn measured(answer: &Answer) -> &'static str {
    match answer.details.get("measured").and_then(Value::as_str) {
        Some(name) if name == name_of(Measured::Per100000) => " per 100,000 inhabitants",
        Some(name) if name == name_of(Measured::Percent) => " %",
        Some(name) if name == name_of(Measured::Share) => " (a share of 1)",
        _ => "",
    }
}

fn name_of(measured: Measured) -> String {
    json!(measured).as_str().unwrap_or_default().to_owned()
}

fn number(value: f64) -> String {
    format!("{value:.4}")
}
