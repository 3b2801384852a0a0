//! `GET /revisions`: what changed from one edition to another, by office, offence and period, with the alarms.

use crate::compared::{Compared, compare, revisions};
use crate::completeness::agency_name;
use crate::diff::{Figure, Line, Tally, office_of, revised};
use crate::pages::alarm_words::{AlarmGroup, alarm_groups};
use crate::pages::named::query_of;
use crate::pages::offence_words::offence_words;
use crate::pages::proof::{source_of, unit_words};
use crate::pages::revisions_data::{self, title_key};
use crate::proof::{FigureName, group_text};
use crate::revisions::{Revisions, Selection, Total};
use crate::shelf::{DatasetView, Shelf, ShelfError};
use askama::Template;
use axum::extract::State;
use std::sync::Arc;
use tequio_frame::chart::bar::{TwoWays, two_ways, two_ways_drawing};
use tequio_frame::work::blocking;
use tequio_frame::{Figure as Picture, Page, Pairs, Problem, Visit, format};
use tequio_kernel::Cell;

/// Lines of the table of offences, of the table of periods and of the list of changes.
const LINES: usize = 15;
const CHANGES: usize = 20;
/// Periods and editions of the triangle: the latest.
const TRIANGLE_PERIODS: usize = 24;
const TRIANGLE_EDITIONS: usize = 6;

#[derive(Template)]
#[template(path = "revisions.html")]
struct RevisionsPage<'a> {
    v: &'a Visit,
    datasets: Vec<Choice>,
    editions: Vec<[Choice; 2]>,
    dataset: String,
    /// Nothing where there are no two editions to compare.
    found: Option<Found>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct Found {
    unit: String,
    old: EditionName,
    new: EditionName,
    changed: String,
    net: String,
    absolute: String,
    raised: String,
    lowered: String,
    added: String,
    removed: String,
    offices: Vec<BarRow>,
    offices_left: usize,
    offices_unchanged: usize,
    offences: Vec<BarRow>,
    offences_left: usize,
    periods: Vec<BarRow>,
    periods_left: usize,
    changes: Vec<ChangeRow>,
    alarms: Vec<AlarmGroup>,
    triangle: TriangleShown,
    api: String,
}

struct EditionName {
    name: String,
    href: String,
    known_from: String,
    cutoff: String,
}

struct BarRow {
    name: String,
    code: String,
    figures: String,
    lowered: String,
    raised: String,
    net: String,
    bar: String,
}

struct ChangeRow {
    place: String,
    offence: String,
    group: String,
    period: String,
    old: String,
    new: String,
    proof: String,
}

struct TriangleShown {
    editions: Vec<String>,
    rows: Vec<(String, Vec<(String, bool)>)>,
    older: usize,
}

/// `GET /revisions`.
pub(crate) async fn page(State(shelf): State<Arc<Shelf>>, visit: Visit, mut pairs: Pairs) -> Result<Page, Problem> {
    let asked = Asked { dataset: pairs.take("dataset"), old: pairs.take("old"), new: pairs.take("new") };
    pairs.refuse_rest("the page of revisions takes dataset, old and new")?;
    blocking(shelf, move |shelf| {
        let views = shelf.datasets()?;
        let view = chosen(&views, asked.dataset.as_deref())?;
        match view.and_then(|view| Some((view, asked.editions(view)?))) {
            Some((view, (old, new))) => compared_page(shelf, &visit, &views, view, &old, &new),
            None => empty_page(&visit, &views, view),
        }
    })
    .await
}

/// What the address asks for.
struct Asked {
    dataset: Option<String>,
    old: Option<String>,
    new: Option<String>,
}

impl Asked {
    /// The editions meant: the newest and the one before it where nothing is said; `None` where there are no two.
    fn editions(&self, view: &DatasetView) -> Option<(String, String)> {
        let name = |at: usize| view.editions.get(at).map(|manifest| manifest.edition.clone());
        let new = self.new.clone().or_else(|| name(0))?;
        let at = view.editions.iter().position(|manifest| manifest.edition == new);
        Some((self.old.clone().or_else(|| name(at.unwrap_or(0) + 1))?, new))
    }
}

/// The dataset that is named, or the first that has two editions: real ones before invented ones.
fn chosen<'a>(views: &'a [DatasetView], name: Option<&str>) -> Result<Option<&'a DatasetView>, Problem> {
    let synthetic = |view: &&DatasetView| view.editions.first().is_some_and(|newest| newest.synthetic);
    let Some(name) = name else {
        let several = views.iter().filter(|view| view.editions.len() > 1);
        return Ok(several.min_by_key(synthetic).or(views.first()));
    };
    let found = views.iter().find(|view| view.id == name);
    let none = || format!("there is no dataset `{name}` of official figures");
    found.map(Some).ok_or_else(|| Problem::with(tequio_frame::ProblemCode::NotFound, none()))
}

fn empty_page(visit: &Visit, views: &[DatasetView], view: Option<&DatasetView>) -> Result<Page, Problem> {
    let dataset = view.map(|view| view.id.clone()).unwrap_or_default();
    let page =
        RevisionsPage { v: visit, datasets: datasets(views, &dataset), editions: Vec::new(), dataset, found: None };
    Page::render(visit.t("revisions-title"), visit.t("revisions-description"), &page)
}

fn datasets(views: &[DatasetView], chosen: &str) -> Vec<Choice> {
    let title = |view: &DatasetView| view.editions.first().map(|newest| newest.title.clone()).unwrap_or_default();
    let choice = |view: &DatasetView| Choice {
        value: view.id.clone(),
        label: format!("{} ({})", title(view), view.id),
        chosen: view.id == chosen,
    };
    views.iter().map(choice).collect()
}

fn compared_page(
    shelf: &Shelf,
    visit: &Visit,
    views: &[DatasetView],
    view: &DatasetView,
    old: &str,
    new: &str,
) -> Result<Page, Problem> {
    let compared = compare(shelf, &view.id, old, new)?;
    let triangle = revisions(shelf, &view.id, &Selection::default())?;
    let names = Names::of(shelf, visit, &compared)?;
    let choice = |edition: &String, chosen: &str| Choice {
        value: edition.clone(),
        label: edition.clone(),
        chosen: edition == chosen,
    };
    let editions = view.editions.iter().map(|manifest| &manifest.edition);
    let page = RevisionsPage {
        v: visit,
        datasets: datasets(views, &view.id),
        editions: editions.map(|edition| [choice(edition, old), choice(edition, new)]).collect(),
        dataset: view.id.clone(),
        found: Some(found(visit, &names, &compared, &triangle)),
    };
    Ok(Page::render(visit.t("revisions-title"), visit.t("revisions-description"), &page)?
        .with_source(source_of(&compared.new))
        .with_figures(pictures(visit, &names, &compared))
        .with_tables(revisions_data::tables(visit, &compared, &triangle)))
}

/// Names of places and offences as the editions write them.
pub(crate) struct Names {
    places: std::collections::HashMap<String, String>,
    offences: std::collections::HashMap<String, String>,
}

impl Names {
    fn of(shelf: &Shelf, visit: &Visit, compared: &Compared) -> Result<Self, ShelfError> {
        let mut names = Self { places: Default::default(), offences: Default::default() };
        for manifest in [&compared.old, &compared.new] {
            let open = shelf.open_manifest(manifest.clone())?;
            let pair = |named: &tequio_kernel::official::NamedCode| (named.code.clone(), named.name.clone());
            names.places.extend(open.table.places.iter().map(pair));
            let in_words = |named: &tequio_kernel::official::NamedCode| {
                (named.code.clone(), offence_words(visit, &open.about.taxonomy, &named.code, &named.name))
            };
            names.offences.extend(open.table.offences.iter().map(in_words));
        }
        Ok(names)
    }

    /// How many prosecutor's offices the editions have figures of.
    fn offices(&self) -> usize {
        self.places.keys().map(|code| office_of(code)).collect::<std::collections::HashSet<_>>().len()
    }

    /// Name of a place with its code; of an office, that of its state.
    pub(crate) fn place(&self, code: &str) -> String {
        let own = self.places.get(code).filter(|name| !name.is_empty());
        own.cloned().unwrap_or_else(|| agency_name(code))
    }

    /// Name of an offence; its code where it has none.
    pub(crate) fn offence(&self, code: &str) -> String {
        let own = self.offences.get(code).filter(|name| !name.is_empty());
        own.cloned().unwrap_or_else(|| code.to_owned())
    }
}

fn found(visit: &Visit, names: &Names, compared: &Compared, triangle: &Revisions) -> Found {
    let Compared { old, new, diff, alarms } = compared;
    let total = &diff.total;
    let unit = new.counts.as_ref().map(|counts| counts.unit.name()).unwrap_or_default();
    let (offices, offices_left) = bars(&diff.by_office, usize::MAX, |line| agency_name(&line.key));
    let (offences, offences_left) = bars(&diff.by_offence, LINES, |line| names.offence(&line.key));
    let (mut periods, periods_left) = bars(&diff.by_period, LINES, |line| line.key.clone());
    periods.sort_by(|a, b| b.name.cmp(&a.name));
    Found {
        unit: unit_words(visit, unit),
        old: edition_name(old),
        new: edition_name(new),
        changed: format::integer(total.changed),
        net: net(total),
        absolute: format::integer(total.absolute()),
        raised: moved(visit, "revisions-raised", total.raised, total.raised_sum),
        lowered: moved(visit, "revisions-lowered", total.lowered, total.lowered_sum),
        added: moved(visit, "revisions-added", total.added, total.added_sum),
        removed: moved(visit, "revisions-removed", total.removed, total.removed_sum),
        offices,
        offices_left,
        offices_unchanged: names.offices().saturating_sub(revised(&diff.by_office).len()),
        offences,
        offences_left,
        periods,
        periods_left,
        changes: diff.figures.iter().take(CHANGES).map(|figure| change(visit, names, compared, figure)).collect(),
        alarms: alarm_groups(visit, names, alarms),
        triangle: triangle_shown(visit, triangle),
        api: format!("/api/v1/diff?dataset={}&old={}&new={}", new.dataset, old.edition, new.edition),
    }
}

fn edition_name(manifest: &tequio_kernel::Manifest) -> EditionName {
    EditionName {
        name: manifest.edition.clone(),
        href: format!("/figures/{}/{}", manifest.dataset, manifest.edition),
        known_from: manifest.known_from().to_owned(),
        cutoff: manifest.counts.as_ref().map(|counts| counts.cutoff.clone()).unwrap_or_default(),
    }
}

fn moved(visit: &Visit, key: &str, figures: u64, sum: u64) -> String {
    visit.say(key, &[("figures", format::integer(figures).into()), ("sum", format::integer(sum).into())])
}

/// The net change with its sign.
fn net(tally: &Tally) -> String {
    super::figures::signed(tally.raised_sum, tally.lowered_sum)
}

/// The lines with changed figures, as many as are wanted.
fn shown(lines: &[Line], most: usize) -> Vec<&Line> {
    lines.iter().filter(|line| line.tally.changed > 0).take(most).collect()
}

/// The rows of these lines, and how many are left.
fn bars(lines: &[Line], most: usize, name: impl Fn(&Line) -> String) -> (Vec<BarRow>, usize) {
    let changed = shown(lines, usize::MAX);
    let largest = changed.iter().map(|line| line.tally.raised_sum.max(line.tally.lowered_sum)).max().unwrap_or(0);
    let row = |line: &&Line| BarRow {
        name: name(line),
        code: line.key.clone(),
        figures: format::integer(line.tally.changed),
        lowered: format::integer(line.tally.lowered_sum),
        raised: format::integer(line.tally.raised_sum),
        net: net(&line.tally),
        bar: two_ways(line.tally.lowered_sum as f64, line.tally.raised_sum as f64, largest as f64),
    };
    (changed.iter().take(most).map(row).collect(), changed.len().saturating_sub(most))
}

fn change(visit: &Visit, names: &Names, compared: &Compared, figure: &Figure) -> ChangeRow {
    let word = |cell: Cell| {
        let state =
            || cell.state().map_or_else(|| visit.t("revisions-no-row"), |s| visit.t(&format!("official-state-{s}")));
        cell.value().map_or_else(state, format::integer)
    };
    let step = figure.period.parse().ok();
    let name = step.map(|step| FigureName {
        place: figure.place.clone(),
        offence: figure.offence.clone(),
        group: figure.group.clone(),
        step,
    });
    let new = &compared.new;
    ChangeRow {
        place: names.place(&figure.place),
        offence: names.offence(&figure.offence),
        group: group_text(&figure.group),
        period: figure.period.clone(),
        old: word(figure.old),
        new: word(figure.new),
        proof: name.map(|name| format!("/proof?{}", query_of(&new.dataset.0, &new.edition, &name))).unwrap_or_default(),
    }
}

/// The latest corner of the triangle, without the periods that no edition tells.
fn triangle_shown(visit: &Visit, revisions: &Revisions) -> TriangleShown {
    let from = revisions.editions.len().saturating_sub(TRIANGLE_EDITIONS);
    let rows = revisions.periods.iter().zip(&revisions.total);
    let told: Vec<_> = rows.filter(|(_, row)| row.iter().any(Option::is_some)).collect();
    let older = told.len().saturating_sub(TRIANGLE_PERIODS);
    let cells = |row: &[Option<Total>]| -> Vec<(String, bool)> {
        let shown = row.iter().enumerate().skip(from);
        shown
            .map(|(at, total)| {
                let before = at.checked_sub(1).filter(|before| *before >= from).and_then(|before| row[before]);
                (total_words(visit, *total), before.is_some() && total.is_some() && *total != before)
            })
            .collect()
    };
    TriangleShown {
        editions: revisions.editions[from..].iter().map(|edition| edition.edition.clone()).collect(),
        rows: told.iter().skip(older).rev().map(|(step, row)| (step.to_string(), cells(row))).collect(),
        older,
    }
}

fn total_words(visit: &Visit, total: Option<Total>) -> String {
    match total {
        None => "–".to_owned(),
        Some(Total { value: None, .. }) => visit.t("official-state-missing"),
        Some(Total { value: Some(value), .. }) => format::integer(value),
    }
}

/// The charts of the page as pictures, each of the rows that its table shows.
fn pictures(visit: &Visit, names: &Names, compared: &Compared) -> [Picture; 3] {
    let diff = &compared.diff;
    let mut periods = shown(&diff.by_period, LINES);
    periods.sort_by(|a, b| b.key.cmp(&a.key));
    [
        picture(visit, compared, "offices", &shown(&diff.by_office, usize::MAX), |line| agency_name(&line.key)),
        picture(visit, compared, "offences", &shown(&diff.by_offence, LINES), |line| names.offence(&line.key)),
        picture(visit, compared, "periods", &periods, |line| line.key.clone()),
    ]
}

fn picture(
    visit: &Visit,
    compared: &Compared,
    id: &'static str,
    lines: &[&Line],
    name: impl Fn(&Line) -> String,
) -> Picture {
    let row = |line: &&Line| TwoWays { name: name(line), left: line.tally.lowered_sum, right: line.tally.raised_sum };
    let rows: Vec<TwoWays> = lines.iter().map(row).collect();
    let editions = [("old", compared.old.edition.clone().into()), ("new", compared.new.edition.clone().into())];
    let title = visit.t(title_key(id));
    Picture::new(id, title, visit.say("revisions-picture", &editions), move || Ok(two_ways_drawing(&rows)))
}
