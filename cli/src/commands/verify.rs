use super::{built_in, print, print_json};
use crate::fetch;
use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_archive::ledger::{
    Checkpoint, FIGURE_BYTES_MAX, FigureProof, KEYS_FOLDER, LEDGER_FOLDER, Ledger, PublicKey, Report, TlogProof, Trust,
    verify_folder, verify_log,
};
use tequio_crime_indicators::publish::recompute;

#[derive(Args)]
pub struct Arguments {
    /// A folder with a ledger, own, mirrored or published, a publication at https://HOST/... or http://HOST:PORT/..., or the
    /// proof of a figure or of an entry [default: the data folder].
    #[arg(value_name = "DIR|URL|PROOF")]
    target: Option<PathBuf>,
    #[command(flatten)]
    trust: TrustArguments,
    /// A checkpoint that was seen before, of a witness or of one's own; the log has to continue it.
    #[arg(long, value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    /// Certificates (PEM) of the authorities that an https:// address is believed from, such as an agency's own
    /// [default: those of the system].
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Whom to believe.
#[derive(Args)]
pub struct TrustArguments {
    /// Public key of the log, or a file with it [default: that of the data folder, if it is the same log].
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// Public key of a witness, or a file with it [default: those that the data folder knows].
    #[arg(long, value_name = "KEY")]
    pub witness: Vec<String>,
    /// How many of the witnesses have to have cosigned.
    #[arg(long, value_name = "COUNT", default_value_t = 0)]
    pub policy: usize,
}

impl TrustArguments {
    /// What was given, and what the data folder knows about the log `origin` where nothing was.
    pub fn trust(&self, data: &DataFolder, origin: Option<&str>) -> anyhow::Result<Trust> {
        let mut keys = read_keys(&self.key)?;
        let mut witnesses = read_keys(&self.witness)?;
        let own = Ledger::open(data).ok().filter(|own| origin.is_none_or(|origin| own.checkpoint().origin == origin));
        if let Some(own) = own.filter(|_| keys.is_empty()) {
            // Only the key file vouches for the folder's own log: its entries may have been exchanged.
            keys = own_keys(data, &own)?;
        }
        if witnesses.is_empty() {
            witnesses = data.witnesses()?;
        }
        let trust = Trust { keys, witnesses, quorum: self.policy };
        trust.check_policy()?;
        Ok(trust)
    }
}

fn own_keys(data: &DataFolder, own: &Ledger) -> anyhow::Result<Vec<PublicKey>> {
    // A mirror has no secret key; who verifies one as their own data folder is told that no key was given.
    if !data.root().join(KEYS_FOLDER).is_dir() {
        return Ok(Vec::new());
    }
    let current = data.log_key()?;
    let chain = own.keys().unwrap_or_default();
    Ok(if chain.last() == Some(&current) { chain } else { vec![current] })
}

/// Reads a public key, given as text or as the name of a file.
pub fn read_key(text: &str) -> anyhow::Result<PublicKey> {
    let path = Path::new(text);
    let text =
        if path.is_file() { fs::read_to_string(path).with_context(|| text.to_owned())? } else { text.to_owned() };
    Ok(PublicKey::parse(text.trim())?)
}

fn read_keys(texts: &[String]) -> anyhow::Result<Vec<PublicKey>> {
    texts.iter().map(|text| read_key(text)).collect()
}

/// Reads a checkpoint from a file.
pub fn read_checkpoint_file(path: &Path) -> anyhow::Result<Checkpoint> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    Checkpoint::parse(&bytes).with_context(|| path.display().to_string())
}

/// Verifies a folder or a proof. Exit code 1 when something is wrong, with a line for each thing.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let target = arguments.target.clone().unwrap_or_else(|| data.root().to_owned());
    if let Some(address) = fetch::address(&target) {
        let folder = tempfile::tempdir()?;
        fetch::fetch(&address, arguments.ca.as_deref(), folder.path())?;
        return show(&verify_target(data, arguments, folder.path())?, arguments.json);
    }
    anyhow::ensure!(arguments.ca.is_none(), "--ca is for an https:// address: {} is none", target.display());
    if target.is_file() {
        return verify_proof(data, arguments, &target);
    }
    anyhow::ensure!(target.is_dir(), "{}: there is no such folder or file", target.display());
    show(&verify_target(data, arguments, &target)?, arguments.json)
}

fn show(report: &Report, json: bool) -> anyhow::Result<ExitCode> {
    let verified = report.findings.is_empty();
    if json {
        let mut value = serde_json::to_value(report)?;
        value["verified"] = json!(verified);
        value["first_bad_entry"] = json!(report.first_bad_entry());
        print_json(&value)?;
    } else {
        print(&text(report))?;
    }
    Ok(if verified { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn verify_target(data: &DataFolder, arguments: &Arguments, target: &Path) -> anyhow::Result<Report> {
    // The folder of a log alone, such as a mirror of it, is verified too.
    let alone = !target.join(LEDGER_FOLDER).is_dir() && target.join("checkpoint").is_file();
    let folder = if alone { target.to_owned() } else { target.join(LEDGER_FOLDER) };
    let is_own = !alone && same_folder(target, data.root());
    let origin = Ledger::open_folder(&folder).ok().map(|ledger| ledger.checkpoint().origin.clone());
    let trust = arguments.trust.trust(data, if is_own { None } else { origin.as_deref() })?;
    let remembered =
        arguments.checkpoint.iter().map(|path| read_checkpoint_file(path)).collect::<Result<Vec<_>, _>>()?;
    let verification = if alone {
        verify_log(&folder, &trust, &remembered)?
    } else {
        let built_in = if is_own { built_in() } else { Vec::new() };
        let mut verification = verify_folder(target, &trust, &remembered, &built_in)?;
        recompute(target, &mut verification)?;
        verification
    };
    Ok(verification.report)
}

fn same_folder(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn text(report: &Report) -> String {
    let mut lines: Vec<String> = report.findings.iter().map(ToString::to_string).collect();
    if let Some(first) = report.first_bad_entry() {
        lines.push(format!("the first bad entry is {first}"));
    }
    if report.findings.is_empty() {
        let root = report.root.map(|root| root.to_string()).unwrap_or_default();
        let origin = report.origin.as_deref().unwrap_or_default();
        lines.push(format!(
            "verified: {origin}, {} entries, root {root}, {} files; nothing is wrong",
            report.size, report.files
        ));
        lines.push(format!(
            "{} editions lead to their roots, {} indicators come to the same figures",
            report.editions, report.indicators
        ));
        lines.push(format!(
            "signed by {}; cosigned by {} known witnesses",
            report.key.as_deref().unwrap_or_default(),
            report.witnesses
        ));
    }
    if let Some(pending) = &report.pending {
        lines.push(format!(
            "pending: {pending} is being published, or its writer was interrupted; the next writer finishes it"
        ));
    }
    lines.extend(report.withheld.iter().map(|held| format!("withheld: {}: {}", held.path, held.reason)));
    lines.extend(report.notes.iter().cloned());
    lines.join("\n") + "\n"
}

fn verify_proof(data: &DataFolder, arguments: &Arguments, path: &Path) -> anyhow::Result<ExitCode> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).with_context(|| path.display().to_string())?;
    file.take(FIGURE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes).with_context(|| path.display().to_string())?;
    let checked = check_proof(data, arguments, &bytes).with_context(|| path.display().to_string());
    let (what, proof) = match checked {
        Ok(checked) => checked,
        Err(error) if arguments.json => {
            print_json(&json!({ "verified": false, "error": format!("{error:#}") }))?;
            return Ok(ExitCode::FAILURE);
        }
        Err(error) => return Err(error),
    };
    let tree = proof.checkpoint.tree;
    if arguments.json {
        print_json(&json!({ "verified": true, "what": what, "origin": proof.checkpoint.origin, "index": proof.index,
            "size": tree.size, "root": tree.root }))?;
    } else {
        print(&format!(
            "verified: {what}\nentry {} of the {} of {}\n",
            proof.index, tree.size, proof.checkpoint.origin
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks the proof of a figure or of an entry; answers what it proves.
fn check_proof(data: &DataFolder, arguments: &Arguments, bytes: &[u8]) -> anyhow::Result<(String, TlogProof)> {
    if bytes.first() == Some(&b'{') {
        let figure = FigureProof::parse(bytes)?;
        let origin = TlogProof::parse(figure.proof.as_bytes())?.checkpoint.origin;
        let proof = figure.verify(&arguments.trust.trust(data, Some(&origin))?)?;
        return Ok((format!("{} in {} {}", figure.row, figure.entry.name, figure.entry.edition), proof));
    }
    let proof = TlogProof::parse(bytes)?;
    let leaf = proof.extra.clone().context("the proof does not hold its entry: make it with `tequio ledger prove`")?;
    proof.verify(&leaf, &arguments.trust.trust(data, Some(&proof.checkpoint.origin))?)?;
    Ok((String::from_utf8_lossy(&leaf).into_owned(), proof))
}
