//! A page before the shell is put round it.

use crate::figure::Figure;
use crate::problem::{Problem, ProblemCode};
use crate::table::DataTable;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Where the figures of a page come from; stands in its footer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PageSource {
    /// Title of the dataset.
    pub title: String,
    /// Name of the edition.
    pub edition: String,
    /// Address of the edition's page.
    pub href: String,
    /// Publisher and licence.
    pub attribution: String,
    /// True when the incidents are invented; the page then says so at its head.
    pub synthetic: bool,
}

/// What a handler answers with; the portal puts the shell round it.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Title, without the name of the site.
    pub title: String,
    /// One sentence for search engines and shared links.
    pub description: String,
    /// Rendered HTML of the main part.
    pub body: String,
    /// Where its figures come from.
    pub source: Option<PageSource>,
    /// Text that stands in the search box.
    pub search: String,
    /// Its figures as tables, the most asked-for first; they are the page's JSON and CSV.
    pub tables: Vec<DataTable>,
    /// Its charts and maps as pictures that stand alone.
    pub figures: Vec<Figure>,
    /// Where the page is to stand inside another site's page: it then has no header and no navigation, and its
    /// foot leads to this address of the whole page.
    pub embeds: Option<String>,
    /// For a page that is not finished yet: which page comes next by itself where no scripts run.
    pub next: Option<NextPage>,
    /// Why something that should stand on it is not there. The page is recorded and not given again.
    pub lacks: Vec<Problem>,
    /// Why the question has no answer, where the page shows its form again; programs are told this alone.
    pub refused: Option<Problem>,
}

/// The page that comes next by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPage {
    /// After so many seconds.
    pub after_s: u32,
    /// Its address.
    pub href: String,
}

impl Page {
    /// Renders the main part from a template.
    ///
    /// # Errors
    /// An internal [`Problem`] when the template fails.
    pub fn render(
        title: impl Into<String>,
        description: impl Into<String>,
        template: &impl Template,
    ) -> Result<Self, Problem> {
        let body = template.render().map_err(|error| Problem::with(ProblemCode::Internal, error))?;
        Ok(Self { title: title.into(), description: description.into(), body, ..Self::default() })
    }

    /// Names the source of its figures.
    #[must_use]
    pub fn with_source(mut self, source: PageSource) -> Self {
        self.source = Some(source);
        self
    }

    /// Adds a table to what programs can read.
    #[must_use]
    pub fn with_table(self, table: DataTable) -> Self {
        self.with_tables([table])
    }

    /// Adds several.
    #[must_use]
    pub fn with_tables(mut self, tables: impl IntoIterator<Item = DataTable>) -> Self {
        self.tables.extend(tables);
        self
    }

    /// Adds charts and maps that can be saved on their own.
    #[must_use]
    pub fn with_figures(mut self, figures: impl IntoIterator<Item = Figure>) -> Self {
        self.figures.extend(figures);
        self
    }

    /// Makes it a page for other sites' pages; `whole` is the address of the page it is a part of.
    #[must_use]
    pub fn embedded(mut self, whole: impl Into<String>) -> Self {
        self.embeds = Some(whole.into());
        self
    }

    /// Says that it is not finished, and which page comes next where no scripts run. It has no data yet.
    #[must_use]
    pub fn followed_by(mut self, next: NextPage) -> Self {
        self.next = Some(next);
        self
    }

    /// Says why something that should stand on it is not there.
    #[must_use]
    pub fn lacking(mut self, problems: Vec<Problem>) -> Self {
        self.lacks.extend(problems);
        self
    }

    /// Says that the question has no answer: the page shows the form as it was filled in and what is wrong with it.
    #[must_use]
    pub fn refused(mut self, problem: Option<Problem>) -> Self {
        self.refused = problem;
        self
    }

    /// Fills the search box of the shell.
    #[must_use]
    pub fn with_search(mut self, text: &str) -> Self {
        self.search = text.to_owned();
        self
    }
}

/// Leaves the page in the response's extensions for the shell; the body stays empty until then.
impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
