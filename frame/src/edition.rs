//! What the page of every edition shows of its files: which came in, and which of their rows were rejected or flagged.

use crate::format;
use crate::table::{Column, DataTable};
use crate::visit::Visit;
use askama::Template;
use serde_json::json;
use std::collections::BTreeMap;
use tequio_kernel::Manifest;
use tequio_kernel::edition::SourceFile;

/// What became of the rows of an edition, and the files that they came in.
pub struct Received<'a> {
    /// Rejected rows by reason.
    pub rejects: Tallies,
    /// Accepted rows by flag.
    pub flags: Tallies,
    /// The files.
    pub sources: Sources<'a>,
    /// The same three for programs.
    pub tables: [DataTable; 3],
}

impl<'a> Received<'a> {
    /// Of an edition; `meaning` gives the words for a `reject` or a `flag` of a name, empty where there are none.
    pub fn of(visit: &'a Visit, manifest: &'a Manifest, meaning: impl Fn(&str, &str) -> String) -> Self {
        let Manifest { rejected, flags, sources, rows, accepted, .. } = manifest;
        let titles = ["edition-rejects", "edition-flags", "edition-sources"].map(|key| visit.t(key));
        let [rejects_title, flags_title, sources_title] = titles.clone();
        Self {
            rejects: Tallies {
                id: "rejects",
                title: rejects_title.clone(),
                none: visit.t("edition-rejects-none"),
                caption: visit.t("edition-rejects-caption"),
                heads: [visit.t("edition-reason"), visit.t("edition-rows")],
                rows: Tally::all(&rejected.by_reason, *rows, |name| meaning("reject", name)),
            },
            flags: Tallies {
                id: "flags",
                title: flags_title.clone(),
                none: visit.t("edition-flags-none"),
                caption: visit.t("edition-flags-caption"),
                heads: [visit.t("edition-flag"), visit.t("edition-rows")],
                rows: Tally::all(flags, *accepted, |name| meaning("flag", name)),
            },
            sources: Sources { v: visit, sources },
            tables: [
                tally_table("rejected", rejects_title, &rejected.by_reason, "rows"),
                tally_table("flags", flags_title, flags, "rows"),
                source_table(sources_title, sources),
            ],
        }
    }
}

/// A count with its name, its meaning and its share.
pub struct Tally {
    /// Name for programs.
    pub name: String,
    /// What it means; may be empty.
    pub meaning: String,
    /// How many.
    pub count: String,
    /// Share of the whole.
    pub share: String,
}

impl Tally {
    /// Counts by name, as shares of `whole`.
    pub fn all(counts: &BTreeMap<String, u64>, whole: u64, meaning: impl Fn(&str) -> String) -> Vec<Self> {
        let tally = |(name, count): (&String, &u64)| Self {
            name: name.clone(),
            meaning: meaning(name),
            count: format::integer(*count),
            share: format::share(*count, whole),
        };
        counts.iter().map(tally).collect()
    }
}

/// A section with counts of rows; written out it is its HTML.
#[derive(Template)]
#[template(path = "tallies.html")]
pub struct Tallies {
    id: &'static str,
    title: String,
    none: String,
    caption: String,
    heads: [String; 2],
    rows: Vec<Tally>,
}

/// The table of the files received; written out it is its HTML.
#[derive(Template)]
#[template(path = "sources.html")]
pub struct Sources<'a> {
    v: &'a Visit,
    sources: &'a [SourceFile],
}

/// Counts by name, for programs.
pub fn tally_table(id: &'static str, title: String, counts: &BTreeMap<String, u64>, unit: &'static str) -> DataTable {
    let rows = counts.iter().map(|(name, count)| [json!(name), json!(count)]);
    DataTable::new(id, title, [Column::text("name"), Column::count("count", unit)], rows)
}

fn source_table(title: String, sources: &[SourceFile]) -> DataTable {
    let columns =
        [Column::text("file"), Column::count("rows", "rows"), Column::count("size", "bytes"), Column::text("sha256")];
    let row = |source: &SourceFile| [json!(source.name), json!(source.rows), json!(source.bytes), json!(source.sha256)];
    DataTable::new("sources", title, columns, sources.iter().map(row))
}
