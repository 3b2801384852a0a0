//! The explorer: a form, a count, and views of the same question by place, month, day and hour, and
//! offence. A choice in one view narrows all others. The address holds it all, so that every choice
//! is a link and works without scripts; with them, the page changes in place.

mod bounds;
mod embed;
mod form;
mod layer;
mod painted;
mod picture;
mod state;
mod table;
mod views;

use crate::analysis::{Request, Workbench};
use crate::library::{Library, OpenEdition};
use crate::pages::analysis::job;
use crate::pages::ask::{Kept, Pairs, blocking, note_in_words, open_for_form, source_of};
use crate::pages::coverage::Coverage;
use crate::pages::faults::Faults;
use crate::pages::map::{MapAsked, MapView, is_coarse};
use crate::pages::sentence::question_in_words;
use crate::pages::span::Span;
use askama::Template;
use axum::extract::State as Shared;
use axum::http::Method;
use form::{Chip, Form, chips, form};
pub(crate) use form::{Choice, datasets, offence_name, offences, periods, place_name, with_written};
use layer::{Unasked, request};
use painted::{Painted, Said};
use std::sync::Arc;
use table::{Table, data_table, table};
use tequio_access::Note;
use tequio_frame::address::encode;
use tequio_frame::{Asker, Figure, Page, Problem, Visit};
use tequio_kernel::{Dimension, Query};
use tequio_reference::ORDINARY;
use views::{Multiples, OffenceView, TimeView, WeekView};

pub(crate) use embed::page as embed;
pub(crate) use layer::MapLayer;
pub(in crate::pages) use painted::periods_in_words;
pub(crate) use picture::figure as map_figure;
pub(crate) use state::State;

#[derive(Template)]
#[template(path = "explore.html")]
struct Explore<'a> {
    v: &'a Visit,
    form: Form,
    /// None: what the form is made with.
    faults: Faults,
    chips: Vec<Chip>,
    clear: String,
    sentence: String,
    table: Table,
    map: Option<MapView>,
    /// What may be shown on the map.
    layers: Vec<Choice>,
    painted: Option<Painted>,
    /// True where the picture is that of a layer, with its own sheet.
    sheet: bool,
    embeds: Vec<EmbedCode>,
    time: TimeView,
    week: WeekView,
    offences: OffenceView,
    multiples: Multiples,
    csv: String,
    json: String,
    address: String,
    /// The same incidents on the page of analyses.
    analysis: String,
    notes: Vec<String>,
    missing: String,
}

#[derive(Template)]
#[template(path = "explore_again.html")]
struct ExploreAgain<'a> {
    v: &'a Visit,
    form: Form,
    faults: Faults,
    /// What the map is to show.
    layer: &'static str,
}

/// A view for another site's page.
struct EmbedCode {
    title: String,
    address: String,
}

/// What every view is drawn from.
struct Asked<'a> {
    library: &'a Library,
    visit: &'a Visit,
    edition: &'a OpenEdition,
    state: &'a State,
    /// The question with its dataset named.
    query: Query,
    /// The same as the views count it: whole places where the table counts whole places.
    counted: Query,
    coverage: Coverage,
    kept: Kept,
    span: Span,
}

impl<'a> Asked<'a> {
    fn of(library: &'a Library, visit: &'a Visit, edition: &'a OpenEdition, state: &'a State) -> Self {
        let dataset = Some(edition.manifest.dataset.0.clone());
        let query = Query { dataset, ..state.query.clone() };
        Self {
            counted: query.clone(),
            library,
            visit,
            edition,
            state,
            query,
            coverage: Coverage::of(library, &edition.manifest),
            kept: Kept::of(&state.query),
            span: Span::of(&edition.manifest),
        }
    }

    /// Every view counts what the table counts: where that leaves sensitive offences out or takes whole places, so do
    /// the others. Streets are no condition, so beside them the views count the place that holds them.
    fn follow(&mut self, table: &Table) -> Result<(), Problem> {
        if table.notes.contains(&Note::SensitiveLeftOut) && self.query.filter.classes.is_empty() {
            self.query.filter.classes = vec![ORDINARY.to_owned()];
        }
        let by_place = table.by.iter().any(|dimension| matches!(dimension, Dimension::Place(_)));
        let query = Query { by: table.by.clone(), ..self.query.clone() };
        self.counted = match by_place && table.notes.contains(&Note::WholePlaces) {
            true => self.library.whole_places(&query)?,
            false => query,
        };
        Ok(())
    }
}

/// A state with its table: what its page is made of, and its layer asked by.
struct Counted {
    state: State,
    edition: Arc<OpenEdition>,
    table: Table,
    /// As in [`Asked`], once they follow the table.
    query: Query,
    counted: Query,
    /// What the layer asks; none where the map shows counts.
    layer: Option<Result<Request, Unasked>>,
}

/// A state that has no answer: its form, and what is wrong with it.
struct Refused {
    state: State,
    faults: Faults,
}

/// Reads an address and counts its table, off the server's own threads.
async fn count(
    workbench: &Arc<Workbench>,
    visit: &Visit,
    pairs: Pairs,
) -> Result<Result<Counted, Box<Refused>>, Problem> {
    let visit = visit.clone();
    blocking(workbench.clone(), move |workbench| {
        let library = workbench.library();
        let (state, mut faults) = State::parse(library, &visit, pairs)?;
        if !faults.is_empty() {
            return Ok(Err(Box::new(Refused { state, faults })));
        }
        match Counted::of(library, &visit, state.clone()) {
            Ok(counted) => Ok(Ok(counted)),
            Err(problem) => faults.refuse(problem, &state::NAMES).map(|()| Err(Box::new(Refused { state, faults }))),
        }
    })
    .await
}

impl Counted {
    fn of(library: &Library, visit: &Visit, state: State) -> Result<Self, Problem> {
        let edition = library.open(state.query.dataset.as_deref(), state.query.edition.as_deref())?;
        let mut asked = Asked::of(library, visit, &edition, &state);
        let table = table(&asked)?;
        asked.follow(&table)?;
        let layer = match state.layer != MapLayer::Counts && table.total == 0 {
            true => Some(Err(Unasked::NoIncidents)),
            false => request(&asked).transpose()?,
        };
        let Asked { query, counted, .. } = asked;
        Ok(Self { state, edition, table, query, counted, layer })
    }
}

/// `GET /explore`.
pub(crate) async fn page(
    Shared(workbench): Shared<Arc<Workbench>>,
    visit: Visit,
    method: Method,
    asker: Asker,
    mut pairs: Pairs,
) -> Result<Page, Problem> {
    let ticket = pairs.take(job::NAME);
    let mut counted = match count(&workbench, &visit, pairs).await? {
        Ok(counted) => counted,
        Err(refused) => {
            return blocking(workbench, move |workbench| form_again(workbench.library(), &visit, *refused)).await;
        }
    };
    let layer = painted::ask(&workbench, asker, &method, counted.layer.take(), ticket).await;
    blocking(workbench, move |workbench| render(workbench.library(), &visit, counted, layer)).await
}

/// The page of a question that has no answer: the form as it was filled in, and what is wrong with it.
fn form_again(library: &Library, visit: &Visit, refused: Refused) -> Result<Page, Problem> {
    let Refused { state, faults } = refused;
    let edition = open_for_form(library, &state.query)?;
    let form = form(library, visit, &edition, &state, &Span::of(&edition.manifest), &faults)?;
    let problem = faults.problem();
    let page = ExploreAgain { v: visit, form, faults, layer: state.layer.name() };
    let page = Page::render(visit.t("explore-title"), visit.t("explore-description"), &page)?;
    Ok(page.with_source(source_of(&edition)).refused(problem))
}

fn render(library: &Arc<Library>, visit: &Visit, counted: Counted, layer: Option<Said>) -> Result<Page, Problem> {
    let Counted { state, edition, mut table, query, counted, .. } = counted;
    let asked = Asked { query, counted, ..Asked::of(library, visit, &edition, &state) };
    let places = data_table(&asked, &mut table);
    let time = TimeView::of(&asked)?;
    if let Some(compare) = state.compare {
        let period = state.query.filter.period.or_else(|| asked.span.period()).unwrap_or(compare);
        table.refuse_change(visit, &time.gaps_in(visit, [period, compare]));
    }
    let download = |format: &str| {
        let mut pairs = Query { by: table.by.clone(), ..asked.query.clone() }.pairs();
        pairs.push(("format", format.to_owned()));
        format!("/api/v1/counts?{}", encode(&pairs))
    };
    let painted = layer.map(|said| Painted::of(&asked, state.address(), said)).transpose()?;
    let faults = Faults::of(&state::FORM, &Pairs(Vec::new()));
    let page = Explore {
        v: visit,
        form: form(library, visit, &edition, &state, &asked.span, &faults)?,
        faults,
        chips: chips(library, visit, &edition, &state),
        clear: asked.kept.on("/explore"),
        sentence: sentence_of(&asked, &table.notes),
        map: map(&asked, true, painted.as_ref())?,
        layers: painted::choices(visit, &state),
        sheet: painted.as_ref().is_some_and(|painted| painted.legend.is_some()),
        painted,
        embeds: embed_codes(visit, &state),
        time,
        week: WeekView::of(&asked)?,
        offences: OffenceView::of(&asked)?,
        multiples: Multiples::of(&asked)?,
        csv: download("csv"),
        json: download("json"),
        address: state.address(),
        analysis: format!("/analysis?{}", encode(&state.query.pairs())),
        notes: table.notes.iter().map(|note| note_in_words(visit, note)).collect(),
        missing: asked.span.missing_in_words(visit),
        table,
    };
    let text = page.sentence.as_str();
    let counts = || picture::figure(library, visit, state.clone(), page.table.total, text);
    let map = page.painted.as_ref().and_then(|painted| painted.figure(&asked, text)).unwrap_or_else(counts);
    let charts = [page.time.figure(visit, text), page.week.figure(visit, text), page.offences.figure(visit, text)];
    let figures: Vec<Figure> = std::iter::once(map).chain(charts).chain(page.multiples.figure(visit, text)).collect();
    let tables = [places, page.time.data(visit), page.week.data(visit), page.offences.data(visit)];
    let painted = page.painted.as_ref().and_then(Painted::data);
    let next = page.painted.as_ref().and_then(Painted::next);
    let page = Page::render(visit.t("explore-title"), visit.t("explore-description"), &page)?;
    let page = next.into_iter().fold(page, Page::followed_by);
    Ok(page.with_source(source_of(&edition)).with_tables(tables.into_iter().chain(painted)).with_figures(figures))
}

/// What was counted, in one sentence.
fn sentence_of(asked: &Asked<'_>, notes: &[Note]) -> String {
    let left_out = notes.contains(&Note::SensitiveLeftOut);
    question_in_words(asked.library, asked.visit, asked.edition, &asked.query, &asked.span, left_out)
}

fn embed_codes(visit: &Visit, state: &State) -> Vec<EmbedCode> {
    let code = |(view, title): (&str, &str)| EmbedCode { title: visit.t(title), address: embed::address(state, view) };
    embed::VIEWS.into_iter().map(code).collect()
}

/// The map, painted with a layer where one is chosen; `narrows` where a choice on it narrows the question of the page.
fn map(asked: &Asked<'_>, narrows: bool, painted: Option<&Painted>) -> Result<Option<MapView>, Problem> {
    let Some(bounds) = bounds::of(asked)? else { return Ok(None) };
    let manifest = &asked.edition.manifest;
    let map = MapAsked {
        query: &asked.query,
        dataset: &manifest.dataset.0,
        edition: &manifest.edition,
        level: asked.state.level.clone(),
        bounds,
        coarse: is_coarse(asked.edition, &asked.query),
        label: asked.visit.t("map-label-explore"),
        narrows,
        segments: Vec::new(),
        painted: painted.map(|painted| painted.settings.clone()),
        coverage: &asked.coverage,
        kept: &asked.kept,
    };
    Ok(Some(MapView::of(asked.visit, asked.library, map)))
}
