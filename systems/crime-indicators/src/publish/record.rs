//! What a publication adds to the ledger: every indicator once per content, and the list of its files.

use super::document::Document;
use super::views::IndicatorView;
use super::{Plan, PublishError, is_of_publishing, unmade};
use tequio_archive::ledger::{Entry, EntryKind, Ledger, LedgerError, content_of};
use tequio_archive::publication::{Files, INDICATORS_FOLDER, Reason, WithheldPath};
use tequio_archive::{DataFolder, Lock};

/// Name of the entries of publications.
const PUBLICATION: &str = "publication";
/// Digits of a content's hash that tell editions of a day apart.
const DIGITS: usize = 12;

/// Entries about indicators and publications: those of the ledger, and the new ones.
pub(super) struct Recorded {
    entries: Vec<Entry>,
    known: usize,
}

impl Recorded {
    pub(super) fn read(ledger: &Ledger) -> Result<Self, LedgerError> {
        let entries =
            ledger.entries().filter(|entry| entry.as_ref().map_or(true, |entry| is_of_publishing(entry.kind)));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        Ok(Self { known: entries.len(), entries })
    }

    /// Adds the documents whose content is not recorded yet, after keeping them; answers the edition of each.
    pub(super) fn add_indicators(
        &mut self,
        data: &DataFolder,
        lock: &Lock,
        documents: Vec<Document>,
    ) -> Result<Vec<(Document, String)>, PublishError> {
        let mut editions = Vec::new();
        for document in documents {
            let bytes = document.to_bytes()?;
            let published = newest(&document);
            let edition = self.add(EntryKind::Indicator, &document.id, content_of(&bytes), published);
            data.keep_indicator(lock, &document.id, &edition, bytes)?;
            editions.push((document, edition));
        }
        Ok(editions)
    }

    /// Adds the list of files, unless a publication with the same list is recorded.
    pub(super) fn add_publication(&mut self, content: String, plan: &Plan) {
        let published = plan.editions.iter().map(|edition| edition.known_from().to_owned()).max();
        self.add(EntryKind::Publication, PUBLICATION, content, published);
    }

    fn add(&mut self, kind: EntryKind, name: &str, content: String, published: Option<String>) -> String {
        let of_name = || self.entries.iter().filter(|entry| entry.kind == kind && entry.name == name);
        if let Some(known) = of_name().find(|entry| entry.content == content) {
            return known.edition.clone();
        }
        let digits = content.split(':').next_back().and_then(|hash| hash.get(..DIGITS)).unwrap_or_default();
        let edition = published.iter().map(String::as_str).chain([digits]).collect::<Vec<_>>().join("-");
        self.entries.push(Entry {
            kind,
            name: name.to_owned(),
            edition: edition.clone(),
            content,
            rows_root: None,
            published,
            // Set when it is recorded.
            recorded: String::new(),
            supersedes: of_name().next_back().map(|before| before.edition.clone()),
            key: None,
            signature: None,
        });
        edition
    }

    /// The entries that the ledger does not have yet.
    pub(super) fn take_new(&mut self) -> Vec<Entry> {
        self.entries.split_off(self.known)
    }

    fn indicators(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.kind == EntryKind::Indicator)
    }
}

/// The last day on which something that a document rests on was published.
fn newest(document: &Document) -> Option<String> {
    let used = document.series.iter().flat_map(|series| &series.editions);
    used.filter_map(|used| used["published"].as_str()).filter(|day| !day.is_empty()).max().map(str::to_owned)
}

/// Writes every recorded publication of every indicator; those that rest on something withheld are withheld.
pub(super) fn write_indicators(
    data: &DataFolder,
    recorded: &Recorded,
    plan: &Plan,
    newest: Vec<(Document, String)>,
    files: &mut Files,
) -> Result<(Vec<IndicatorView>, Vec<WithheldPath>), PublishError> {
    let (mut views, mut held) = (Vec::new(), Vec::new());
    for entry in recorded.indicators() {
        let below = format!("{INDICATORS_FOLDER}/{}/{}", entry.name, entry.edition);
        let bytes = read(data, &format!("{below}.json"), &entry.content)?;
        let document: Document = serde_json::from_slice(&bytes).map_err(|error| unmade("an indicator")(&error))?;
        let mut editions =
            document.series.iter().filter_map(|series| Some((&series.dataset, series.edition.as_ref()?)));
        if !editions.all(|(dataset, edition)| plan.has(dataset, edition)) {
            held.push(WithheldPath { path: format!("{below}.json"), reason: Reason::RestsOnWithheld });
            continue;
        }
        files.write(&format!("{below}.json"), &bytes)?;
        files.write(&format!("{below}.csv"), document.to_csv().as_bytes())?;
        let is_newest = newest.iter().any(|(known, edition)| known.id == entry.name && *edition == entry.edition);
        views.push(IndicatorView::of(&document, &entry.edition, entry.published.clone(), is_newest));
    }
    views.sort_by(|a, b| (&a.id, &a.published, &a.edition).cmp(&(&b.id, &b.published, &b.edition)));
    Ok((views, held))
}

fn read(data: &DataFolder, below: &str, content: &str) -> Result<Vec<u8>, PublishError> {
    let path = data.root().join(below);
    let bytes = std::fs::read(&path).map_err(tequio_archive::ArchiveError::io(&path))?;
    if content_of(&bytes) == content {
        return Ok(bytes);
    }
    let detail =
        format!("{} is not what was recorded: restore it from a copy or an earlier publication", path.display());
    Err(PublishError::File { file: "an indicator", detail })
}
