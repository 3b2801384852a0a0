use super::{print, print_json};
use crate::exits::Usage;
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_archive::ledger::{Entry, Ledger};
use tequio_crime_indicators::Shelf;
use tequio_crime_indicators::proof::{self, FigureName};
use tequio_crime_indicators::shelf::At;
use tequio_kernel::{Group, Step};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Show the head of the log and its last entries, or one entry.
    Show {
        /// Number of an entry, from 0.
        entry: Option<u64>,
        /// How many of the last entries.
        #[arg(long, default_value_t = 20, value_name = "COUNT")]
        last: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Prove that an entry is in the log: a C2SP tlog-proof with the entry in it, to be checked with `tequio verify`.
    Prove(Prove),
    /// Prove one figure of official counts: JSON, to be checked with `tequio verify`.
    Figure(Figure),
    /// Prove that the log of OLD entries is the beginning of the log of NEW entries (RFC 6962, section 2.1.2).
    Consistency {
        /// Entries of the smaller log.
        old: u64,
        /// Entries of the larger log [default: all].
        new: Option<u64>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Hand the log over to a new key; the old one signs that, and its file is replaced.
    Rotate,
}

#[derive(Args)]
struct Prove {
    /// Number of the entry, from 0.
    #[arg(required_unless_present = "dataset", conflicts_with = "dataset")]
    entry: Option<u64>,
    /// Dataset of an edition.
    #[arg(long, value_name = "ID", requires = "edition")]
    dataset: Option<String>,
    /// The edition.
    #[arg(long)]
    edition: Option<String>,
    /// Write the proof to a file, which is best called *.tlog-proof.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args)]
struct Figure {
    /// Dataset of official counts.
    #[arg(long, value_name = "ID")]
    dataset: String,
    /// The edition [default: the newest].
    #[arg(long)]
    edition: Option<String>,
    /// Code of the place, as the edition has it.
    #[arg(long, value_name = "CODE")]
    place: String,
    /// Code of the offence, as the edition has it.
    #[arg(long, value_name = "CODE")]
    offence: String,
    /// Month or year, as the edition has it.
    #[arg(long)]
    period: Step,
    /// A dimension of the persons that it is about, such as sex=female; may be repeated.
    #[arg(long, value_name = "NAME=VALUE", value_parser = dimension)]
    group: Vec<(String, String)>,
    /// Write the proof to a file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn dimension(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, value)| !name.is_empty() && !value.is_empty());
    let (name, value) = pair.ok_or("write NAME=VALUE, such as sex=female")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// Shows and proves what the ledger holds, and rotates its key.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Show { entry: Some(index), json, .. } => show_entry(&Ledger::open(data)?, index, json),
        Action::Show { last, json, .. } => show(&Ledger::open(data)?, last, json),
        Action::Prove(arguments) => prove(&Ledger::open(data)?, &arguments),
        Action::Figure(arguments) => figure(data, arguments),
        Action::Consistency { old, new, json } => consistency(&Ledger::open(data)?, old, new, json),
        Action::Rotate => rotate(data),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn line(index: u64, entry: &Entry) -> String {
    let Entry { recorded, kind, name, edition, content, .. } = entry;
    format!("{index} {recorded} {kind} {name} {edition} {content}\n")
}

fn show_entry(ledger: &Ledger, index: u64, json: bool) -> anyhow::Result<()> {
    let entry = ledger.entry(index)?;
    if json { print_json(&json!({ "index": index, "entry": entry })) } else { print(&line(index, &entry)) }
}

fn show(ledger: &Ledger, last: u64, json: bool) -> anyhow::Result<()> {
    let first = ledger.size().saturating_sub(last);
    let entries =
        (first..ledger.size()).map(|index| Ok((index, ledger.entry(index)?))).collect::<anyhow::Result<Vec<_>>>()?;
    let tree = ledger.checkpoint().tree;
    let key = ledger.keys()?.pop().map(|key| key.to_string());
    let cosigned = ledger.cosigned().map(|cosigned| cosigned.tree.size);
    if json {
        let entries: Vec<_> = entries.iter().map(|(index, entry)| json!({ "index": index, "entry": entry })).collect();
        return print_json(&json!({ "origin": ledger.checkpoint().origin, "size": tree.size, "root": tree.root,
            "key": key, "cosigned": cosigned, "entries": entries }));
    }
    let cosigned = cosigned.map_or("none".to_owned(), |size| format!("the first {size} entries"));
    print(&format!(
        "{}: {} entries, root {}\nkey {}\ncosigned by witnesses: {cosigned}\n",
        ledger.checkpoint().origin,
        tree.size,
        tree.root,
        key.unwrap_or_default()
    ))?;
    entries.iter().try_for_each(|(index, entry)| print(&line(*index, entry)))
}

fn prove(ledger: &Ledger, arguments: &Prove) -> anyhow::Result<()> {
    let index = match (arguments.entry, &arguments.dataset, &arguments.edition) {
        (Some(index), ..) => index,
        (None, Some(dataset), Some(edition)) => ledger.find_edition(dataset, edition).with_context(|| {
            format!("edition `{edition}` of `{dataset}` is not in the ledger: `tequio datasets` lists what there is")
        })?,
        _ => return Err(Usage("name an entry, or --dataset and --edition".to_owned()).into()),
    };
    let proof = ledger.prove_entry(index)?.to_string();
    put(arguments.out.as_ref(), &proof)
}

fn put(file: Option<&PathBuf>, proof: &str) -> anyhow::Result<()> {
    match file {
        Some(path) => std::fs::write(path, proof).with_context(|| path.display().to_string()),
        None => print(proof),
    }
}

fn figure(data: &DataFolder, arguments: Figure) -> anyhow::Result<()> {
    let Figure { dataset, edition, place, offence, period, group, out } = arguments;
    let shelf = Shelf::new(data.clone())?;
    let open = shelf.open(&dataset, &At { edition, as_of: None })?;
    let name = FigureName { place, offence, group: Group::from_iter(group), step: period };
    // No line end is added: the file is canonical JSON to the byte.
    put(out.as_ref(), &String::from_utf8(proof::prove(&shelf, &open, &name)?.to_bytes()?)?)
}

fn consistency(ledger: &Ledger, old: u64, new: Option<u64>, json: bool) -> anyhow::Result<()> {
    let new = new.unwrap_or(ledger.size());
    let path = ledger.consistency(old, new)?;
    if json {
        let tree = |size| ledger.root(size).map(|root| json!({ "size": size, "root": root }));
        return print_json(&json!({ "old": tree(old)?, "new": tree(new)?, "path": path }));
    }
    path.iter().try_for_each(|hash| print(&format!("{hash}\n")))
}

fn rotate(data: &DataFolder) -> anyhow::Result<()> {
    data.rotate_key(&mut data.lock()?)?;
    let ledger = Ledger::open(data)?;
    let key = ledger.keys()?.pop().map(|key| key.to_string()).unwrap_or_default();
    print(&format!("entry {} hands the log over to the key {key}\n", ledger.size().saturating_sub(1)))
}
