//! What the catalogues, the feed and the pages of a publication say of editions and indicators.

use super::document::Document;
use super::{PublishError, unmade};
use crate::indicators::indicators;
use tequio_archive::publication::{COUNTS_CSV_GZ_FILE, CountsCsv, EDITIONS_FILE, Withheld, neutral};
use tequio_kernel::{IndicatorAbout, Manifest};

/// Everything that is said of a publication.
pub(super) struct Views<'a> {
    /// Name of the ledger.
    pub origin: &'a str,
    /// Editions: by dataset, oldest first.
    pub editions: Vec<EditionView>,
    /// Publications of indicators: by id, oldest first.
    pub indicators: Vec<IndicatorView>,
    /// Indicators that are not published.
    pub absent: Vec<AbsentView>,
    /// What is withheld.
    pub withheld: Withheld,
}

/// An edition that is published.
pub(super) struct EditionView {
    pub dataset: String,
    pub edition: String,
    pub title: String,
    pub attribution: String,
    pub synthetic: bool,
    /// `YYYY-MM-DD`.
    pub published: String,
    /// RFC 3339 in UTC.
    pub imported_at: String,
    pub supersedes: Option<String>,
    pub unit: String,
    pub taxonomy: String,
    pub first: String,
    pub cutoff: String,
    /// Figures of every state.
    pub figures: u64,
    /// Its figures as text.
    pub csv: CountsCsv,
    /// What it changed of the one before.
    pub revision: Option<RevisionView>,
}

/// How large a revision is; `net` and `absolute` are those of the changed figures.
pub(super) struct RevisionView {
    /// Edition that was revised.
    pub of: String,
    pub changed: u64,
    pub added: u64,
    pub removed: u64,
    pub net: i64,
    pub absolute: u64,
}

/// One publication of an indicator.
pub(super) struct IndicatorView {
    pub id: String,
    pub edition: String,
    pub title_es: String,
    pub title_en: String,
    pub meaning_es: String,
    pub meaning_en: String,
    /// Day of the newest edition that it rests on; empty when it rests on none.
    pub published: String,
    /// True for the last publication.
    pub is_newest: bool,
    /// Datasets and editions that it rests on.
    pub datasets: Vec<(String, String)>,
    /// Columns of its CSV.
    pub columns: Vec<&'static str>,
}

/// An indicator that is not published, since nothing here gives it.
pub(super) struct AbsentView {
    pub id: String,
    pub title_es: String,
    pub title_en: String,
    /// What it is computed from.
    pub sources_es: &'static str,
    pub sources_en: &'static str,
}

impl AbsentView {
    /// The indicators that no document is about.
    pub(super) fn all(documents: &[Document]) -> Vec<Self> {
        let about = indicators().into_iter().map(|indicator| indicator.about());
        let absent = about.filter(|about| documents.iter().all(|document| document.id != about.id));
        let view = |about: IndicatorAbout| Self {
            id: about.id,
            title_es: about.title.0,
            title_en: about.title.1,
            sources_es: about.sources.es,
            sources_en: about.sources.en,
        };
        absent.map(view).collect()
    }
}

/// A text without the control characters that XML and tables do not hold.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

impl EditionView {
    pub(super) fn of(manifest: &Manifest, csv: CountsCsv, revision: Option<RevisionView>) -> Self {
        let counts = manifest.counts.as_ref();
        let text = |of: fn(&tequio_kernel::CountsAbout) -> String| counts.map(of).unwrap_or_default();
        Self {
            dataset: manifest.dataset.0.clone(),
            edition: manifest.edition.clone(),
            title: clean(&manifest.title),
            attribution: clean(&manifest.attribution),
            synthetic: manifest.synthetic,
            published: manifest.known_from().to_owned(),
            imported_at: manifest.imported_at.clone(),
            supersedes: manifest.supersedes.clone(),
            unit: text(|counts| counts.unit.to_string()),
            taxonomy: text(|counts| counts.taxonomy.clone()),
            first: text(|counts| counts.first.clone()),
            cutoff: text(|counts| counts.cutoff.clone()),
            figures: counts.map(|counts| counts.figures.values().sum()).unwrap_or_default(),
            csv,
            revision,
        }
    }

    /// Its folder, below the publication.
    pub(super) fn folder(&self) -> String {
        format!("datasets/{}/{}", self.dataset, self.edition)
    }

    /// Its figures as text, below the publication.
    pub(super) fn csv_file(&self) -> String {
        format!("{}/{}", self.folder(), self.csv.file)
    }

    /// Its type, for whoever saves the file as it is.
    pub(super) fn csv_type(&self) -> &'static str {
        if self.is_compressed() { "application/gzip" } else { "text/csv" }
    }

    /// True when its text is compressed.
    pub(super) fn is_compressed(&self) -> bool {
        self.csv.file == COUNTS_CSV_GZ_FILE
    }
}

impl IndicatorView {
    pub(super) fn of(document: &Document, edition: &str, published: Option<String>, is_newest: bool) -> Self {
        let text = |part: &str, of: &str| clean(document.about[part][of].as_str().unwrap_or_default());
        let title = |at: usize| clean(document.about["title"][at].as_str().unwrap_or_default());
        let used = document.series.iter().filter_map(|of| Some((of.dataset.clone(), of.edition.clone()?)));
        Self {
            id: document.id.clone(),
            edition: edition.to_owned(),
            title_es: title(0),
            title_en: title(1),
            meaning_es: text("meaning", "es"),
            meaning_en: text("meaning", "en"),
            published: published.unwrap_or_default(),
            is_newest,
            datasets: used.collect(),
            columns: document.columns(),
        }
    }

    /// Its file without the ending, below the publication.
    pub(super) fn file(&self) -> String {
        format!("indicators/{}/{}", self.id, self.edition)
    }
}

impl Views<'_> {
    pub(super) fn newest_indicators(&self) -> impl Iterator<Item = &IndicatorView> {
        self.indicators.iter().filter(|view| view.is_newest)
    }

    /// When the last edition was imported; `None` without editions.
    pub(super) fn updated(&self) -> Option<&str> {
        self.editions.iter().map(|view| view.imported_at.as_str()).max()
    }

    /// The editions as a table.
    pub(super) fn editions_csv(&self) -> Result<String, PublishError> {
        let failed = |error: csv::Error| unmade(EDITIONS_FILE)(&error);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(EDITION_COLUMNS).map_err(failed)?;
        for view in &self.editions {
            writer.write_record(view.record()).map_err(failed)?;
        }
        let bytes = writer.into_inner().map_err(|error| unmade(EDITIONS_FILE)(&error))?;
        String::from_utf8(bytes).map_err(|error| unmade(EDITIONS_FILE)(&error))
    }
}

/// Columns of the table of editions.
pub(super) const EDITION_COLUMNS: [&str; 18] = [
    "dataset",
    "edition",
    "title",
    "attribution",
    "published",
    "imported_at",
    "supersedes",
    "unit",
    "taxonomy",
    "first",
    "cutoff",
    "figures",
    "changed",
    "added",
    "removed",
    "net",
    "absolute",
    "synthetic",
];
/// Those that hold whole numbers.
pub(super) const EDITION_NUMBERS: [&str; 6] = ["figures", "changed", "added", "removed", "net", "absolute"];

impl EditionView {
    /// Texts are neutral for spreadsheets; numbers stay numbers, a negative one too.
    fn record(&self) -> Vec<String> {
        let text = [
            &self.dataset,
            &self.edition,
            &self.title,
            &self.attribution,
            &self.published,
            &self.imported_at,
            self.supersedes.as_ref().unwrap_or(&String::new()),
            &self.unit,
            &self.taxonomy,
            &self.first,
            &self.cutoff,
        ]
        .map(|text| neutral(text).into_owned());
        let size = |of: fn(&RevisionView) -> String| self.revision.as_ref().map(of).unwrap_or_default();
        let numbers = [
            self.figures.to_string(),
            size(|revision| revision.changed.to_string()),
            size(|revision| revision.added.to_string()),
            size(|revision| revision.removed.to_string()),
            size(|revision| revision.net.to_string()),
            size(|revision| revision.absolute.to_string()),
        ];
        text.into_iter().chain(numbers).chain([self.synthetic.to_string()]).collect()
    }
}
