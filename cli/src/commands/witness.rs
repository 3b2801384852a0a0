use super::verify::{TrustArguments, read_checkpoint_file, read_key};
use super::{now, print, print_json, seed};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_archive::ledger::{Checkpoint, LEDGER_FOLDER, Ledger, Trust, Verification, Witness, seconds, verify_log};

/// The witness's folder below the data folder.
const WITNESS_FOLDER: &str = "witness";

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a witness known to this log by its public key, or keep a checkpoint that one cosigned.
    Add {
        /// Public key of a witness, or a file with it or with a cosigned checkpoint.
        #[arg(value_name = "KEY|FILE")]
        what: String,
    },
    /// Cosign another log as a witness, after verifying it and that it continues what was cosigned last.
    Sign(Sign),
    /// Count the known witnesses that cosigned this log. Exit code 1 when they are fewer than --policy.
    Check {
        #[command(flatten)]
        trust: TrustArguments,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args)]
struct Sign {
    /// Folder with the log: a data folder, a published one or a mirror.
    folder: PathBuf,
    /// Public key of the log, or a file with it; needed the first time.
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Name of this witness, such as witness.example.org; needed the first time.
    #[arg(long)]
    name: Option<String>,
    /// Write the cosigned checkpoint to a file.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Adds witnesses, signs as one, counts them.
pub fn run(data: &DataFolder, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match arguments.action {
        Action::Add { what } => add(data, &what),
        Action::Sign(arguments) => sign(data, &arguments),
        Action::Check { trust, json } => check(data, &trust, json),
    }
}

fn add(data: &DataFolder, what: &str) -> anyhow::Result<ExitCode> {
    let lock = data.lock()?;
    let path = Path::new(what);
    if path.is_file()
        && let Ok(cosigned) = read_checkpoint_file(path)
    {
        let count = data.add_cosignatures(&lock, &cosigned)?;
        print(&format!("{count} witnesses cosigned the first {} entries\n", cosigned.tree.size))?;
        return Ok(ExitCode::SUCCESS);
    }
    let key = read_key(what)?;
    data.add_witness(&lock, &key)?;
    print(&format!(
        "witness {} is known; a checkpoint that it cosigned is kept with `tequio witness add FILE`\n",
        key.name()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn sign(data: &DataFolder, arguments: &Sign) -> anyhow::Result<ExitCode> {
    let witness = Witness::open(&data.root().join(WITNESS_FOLDER), arguments.name.as_deref(), &seed)?;
    let below = arguments.folder.join(LEDGER_FOLDER);
    let folder = if below.is_dir() { below } else { arguments.folder.clone() };
    let cosigned = cosign(&witness, &folder, arguments.key.as_deref())?;
    match &arguments.out {
        Some(path) => std::fs::write(path, cosigned.to_text()).with_context(|| path.display().to_string())?,
        None => print(&cosigned.to_text())?,
    }
    eprintln!("cosigned {} entries of {} as {}", cosigned.tree.size, cosigned.origin, witness.public());
    Ok(ExitCode::SUCCESS)
}

/// Verifies the whole log against what was seen last, then cosigns it.
fn cosign(witness: &Witness, folder: &Path, key: Option<&str>) -> anyhow::Result<Checkpoint> {
    let ledger = Ledger::open_folder(folder)?;
    let origin = &ledger.checkpoint().origin;
    let seen = witness.seen(origin)?;
    let key = match (witness.log_key(origin)?, key) {
        (Some(known), _) => known,
        (None, Some(key)) => read_key(key)?,
        (None, None) => {
            anyhow::bail!("this witness does not know the log `{origin}` yet: give its public key with --key")
        }
    };
    let remembered: Vec<Checkpoint> = seen.iter().cloned().collect();
    let Verification { report, checkpoint, key, .. } = verify_log(folder, &Trust::in_key(key), &remembered)?;
    if let Some(finding) = report.findings.first() {
        anyhow::bail!("refused: {finding}");
    }
    let (checkpoint, key) = checkpoint.zip(key).context("refused: no key of the log is trusted; give it with --key")?;
    let proof = ledger.consistency(seen.map_or(0, |seen| seen.tree.size), checkpoint.tree.size)?;
    let time = seconds(&now()).context("the clock cannot be read")?;
    Ok(witness.cosign(&checkpoint, &key, &proof, time)?)
}

fn check(data: &DataFolder, arguments: &TrustArguments, json: bool) -> anyhow::Result<ExitCode> {
    let trust = arguments.trust(data, None)?;
    let ledger = Ledger::open(data)?;
    let head = ledger.cosigned().unwrap_or(ledger.checkpoint());
    trust.check_log(head)?;
    let count = trust.count_witnesses(head)?;
    let newer = ledger.size().saturating_sub(head.tree.size);
    let enough = count >= trust.quorum;
    if json {
        print_json(&json!({ "witnesses": trust.witnesses.len(), "cosigned": count, "policy": trust.quorum,
            "size": head.tree.size, "newer_entries": newer, "enough": enough }))?;
    } else {
        let known = trust.witnesses.len();
        print(&format!(
            "{count} of {known} known witnesses cosigned the first {} entries; {newer} are newer\n",
            head.tree.size
        ))?;
        if !enough {
            print(&format!("the policy asks for {}\n", trust.quorum))?;
        }
    }
    Ok(if enough { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
