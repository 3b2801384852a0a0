use super::{print, print_json};
use anyhow::Context as _;
use clap::Args;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tequio_archive::DataFolder;
use tequio_crime_indicators::diff::{Comparison, Diff, DiffError, Edition, Figure, Line};
use tequio_kernel::{Cell, CountTable, DatasetId, Manifest};

/// Lines of each list of the summary.
const LINES: usize = 10;

#[derive(Args)]
pub struct Arguments {
    /// Name of the dataset.
    dataset: DatasetId,
    /// Edition that was there before.
    old: String,
    /// Edition that came after it.
    new: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// How many of the largest single changes to list.
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// File to write every difference to, as CSV; it must not exist.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
}

/// Compares two editions of a dataset.
pub fn run(data: &DataFolder, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let old = data.edition(&arguments.dataset, Some(&arguments.old))?;
    let new = data.edition(&arguments.dataset, Some(&arguments.new))?;
    let tables = (figures(data, &old)?, figures(data, &new)?);
    let comparison = Comparison::new(Edition::new(&old, &tables.0)?, Edition::new(&new, &tables.1)?)?;
    let diff = comparison.diff(arguments.limit);
    if let Some(file) = &arguments.csv {
        write_csv(file, &comparison)?;
    }
    if arguments.json {
        print_json(&diff.document(&old, &new))?;
    } else {
        print(&report(&old, &new, &diff))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn figures(data: &DataFolder, manifest: &Manifest) -> anyhow::Result<CountTable> {
    if manifest.counts.is_none() {
        return Err(DiffError::NotCounts(manifest.edition.clone()).into());
    }
    Ok(data.counts(manifest)?)
}

/// Written beside the target and moved, so that an interrupted run leaves nothing half done.
fn write_csv(file: &Path, comparison: &Comparison) -> anyhow::Result<()> {
    anyhow::ensure!(!file.exists(), "{} exists already and is not overwritten", file.display());
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut part =
        tempfile::NamedTempFile::new_in(folder).with_context(|| format!("cannot write in {}", folder.display()))?;
    let mut writer = BufWriter::new(part.as_file_mut());
    comparison.write_csv(&mut writer)?;
    writer.flush()?;
    drop(writer);
    part.as_file().sync_all()?;
    part.persist_noclobber(file).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(super::readable(file)?)
}

fn report(old: &Manifest, new: &Manifest, diff: &Diff) -> String {
    let total = &diff.total;
    let unit = new.counts.as_ref().map(|counts| counts.unit.to_string()).unwrap_or_default();
    let mut lines = vec![
        format!("{}: {} -> {}, counts of {unit}", new.dataset, old.edition, new.edition),
        format!("  changed {}: net {:+}, absolute {}", total.changed, total.net(), total.absolute()),
        format!(
            "    raised {} by {}, lowered {} by {}",
            total.raised, total.raised_sum, total.lowered, total.lowered_sum
        ),
        format!("  added {}, sum {}", total.added, total.added_sum),
        format!("  removed {}, sum {}", total.removed, total.removed_sum),
        format!("  no figure in either, for another reason: {}", total.restated),
    ];
    let lists = [
        ("office", &diff.by_office),
        ("place", &diff.by_place),
        ("offence", &diff.by_offence),
        ("period", &diff.by_period),
    ];
    lists.into_iter().for_each(|(what, list)| lines.extend(listed(what, list)));
    lines.extend(largest("the largest changes", &diff.figures, total.changed));
    lines.extend(largest("the largest figures removed", &diff.removed_figures, total.removed));
    lines.join("\n") + "\n"
}

fn listed(what: &str, list: &[Line]) -> Vec<String> {
    let changed: Vec<&Line> = list.iter().filter(|line| line.tally.changed > 0).collect();
    let mut lines = Vec::new();
    lines.extend((!changed.is_empty()).then(|| format!("  changed by {what}")));
    lines.extend(changed.iter().take(LINES).map(|line| {
        let tally = &line.tally;
        let name = if line.name.is_empty() { String::new() } else { format!(" {}", line.name) };
        format!(
            "    {}{name}: {} figures, net {:+}, absolute {}",
            line.key,
            tally.changed,
            tally.net(),
            tally.absolute()
        )
    }));
    lines.extend((changed.len() > LINES).then(|| format!("    and {} more", changed.len() - LINES)));
    lines
}

fn largest(title: &str, figures: &[Figure], all: u64) -> Vec<String> {
    let mut lines = Vec::new();
    lines.extend((!figures.is_empty()).then(|| format!("  {title}, {} of {all}", figures.len())));
    lines.extend(figures.iter().map(|figure| {
        let Figure { place, offence, group, period, old, new } = figure;
        let group: String = group.iter().map(|(name, value)| format!(" {name}={value}")).collect();
        format!("    {period} {place} {offence}{group}: {} -> {}", word(*old), word(*new))
    }));
    lines
}

/// A cell as people read it.
fn word(cell: Cell) -> String {
    match cell.value() {
        Some(value) => value.to_string(),
        None => cell.state().unwrap_or("no row").to_owned(),
    }
}
