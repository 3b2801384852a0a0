//! From a table of raw features to a layer: features are judged one by one, then against each other.

use crate::Options;
use crate::candidate::{Candidate, Judge};
use crate::crs::{Projector, resolve};
use crate::error::TerritoryError;
use crate::limits::{OVERLAP_AREA_MIN_M2, OVERLAP_PAIRS_MAX};
use crate::overlap::shared_m2;
use crate::report::{IssueKind, Report};
use crate::selection::Selection;
use crate::table::{Parts, Table};
use geo::BoundingRect;
use geo_types::{Coord, MultiPolygon, Rect};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{RTree, RTreeObject};
use std::collections::BTreeMap;
use tequio_kernel::place::{Layer, LayerKind, Shape};

/// Makes the layer, or says why the file cannot be one.
pub(crate) fn make(mut table: Table, options: &Options) -> Result<(Layer, Report), TerritoryError> {
    if table.features.is_empty() {
        return Err(TerritoryError::NoPlaces);
    }
    let (crs, missing) = resolve(&table.crs, options.crs)?;
    let selection = Selection::choose(&table.columns, options)?;
    let kind = kind(&table, &selection)?;
    let mut report =
        Report { features: table.features.len() as u64, crs: format!("EPSG:{}", crs.epsg), ..Report::default() };
    report.notes = std::mem::take(&mut table.notes);
    report.notes.extend(crs.note.clone());
    report.note(selection.words(&table.columns));
    if missing {
        report.push(
            &table.source,
            IssueKind::MissingCrs,
            format!("read as {}, which --crs gives", report.crs.clone()),
            false,
        );
    }
    let names_by_code = kind == LayerKind::Areas;
    let judge = Judge { crs: &crs, projector: Projector::new(&crs)?, selection: &selection, names_by_code };
    let features = table.features.into_iter().enumerate();
    let mut candidates: Vec<Candidate> =
        features.map(|(index, feature)| judge.judge(index + 1, feature, &mut report)).collect();
    refuse_duplicates(&mut candidates, &mut report);
    report_overlaps(&candidates, &mut report);
    if report.refused() > 0 && !options.skip_bad {
        return Err(TerritoryError::Refused(report));
    }
    finish(candidates, kind, table.source, options, report)
}

fn finish(
    candidates: Vec<Candidate>,
    kind: LayerKind,
    source: String,
    options: &Options,
    mut report: Report,
) -> Result<(Layer, Report), TerritoryError> {
    let accepted = candidates.into_iter().filter(|candidate| !candidate.refused);
    let mut places: Vec<_> = accepted.flat_map(|candidate| candidate.places).collect();
    if places.is_empty() {
        return Err(TerritoryError::NoPlaces);
    }
    places.sort_by(|one, two| one.code.cmp(&two.code));
    report.places = places.len() as u64;
    let layer = Layer {
        id: options.id.clone(),
        kind,
        level: options.level,
        within: options.within.clone(),
        source,
        population_edition: options.population.as_ref().map(|(_, _, edition)| edition.clone()),
        places,
    };
    Ok((layer, report))
}

/// Areas or streets; the first feature of each kind is named when a file has both.
fn kind(table: &Table, selection: &Selection) -> Result<LayerKind, TerritoryError> {
    let first = |wanted: fn(&Parts) -> bool| {
        let index = table.features.iter().position(|feature| wanted(&feature.geometry.parts))?;
        let code = crate::fields::text(&table.features[index].values[selection.code]);
        Some((index, code.unwrap_or_else(|| format!("row {}", index + 1))))
    };
    let area = first(|parts| matches!(parts, Parts::Areas(_)));
    let line = first(|parts| matches!(parts, Parts::Lines(_)));
    match (area, line) {
        (Some((_, area)), Some((_, line))) => Err(TerritoryError::Mixed { area, line }),
        (Some(_), None) => Ok(LayerKind::Areas),
        (None, Some(_)) => Ok(LayerKind::Streets),
        (None, None) => match first(|parts| matches!(parts, Parts::Other(_))) {
            Some((index, feature)) => Err(TerritoryError::NotAreasOrLines { feature, found: other(table, index) }),
            None => Ok(LayerKind::Areas),
        },
    }
}

fn other(table: &Table, index: usize) -> &'static str {
    match table.features[index].geometry.parts {
        Parts::Other(name) => name,
        _ => "geometry of no known kind",
    }
}

/// A code that two features have names neither: both are refused.
fn refuse_duplicates(candidates: &mut [Candidate], report: &mut Report) {
    let mut holders: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        for place in &candidate.places {
            holders.entry(&place.code).or_default().push(index);
        }
    }
    let duplicates = holders.into_iter().filter(|(_, holders)| holders.len() > 1);
    let duplicates: Vec<_> = duplicates.map(|(code, holders)| (code.to_owned(), holders)).collect();
    for (code, holders) in duplicates {
        let rows = holders.iter().map(|index| (index + 1).to_string()).collect::<Vec<_>>().join(", ");
        for index in holders {
            candidates[index].refused = true;
            let detail = format!("the rows {rows} have the code `{code}`; choose another field with --code");
            report.push(&candidates[index].label, IssueKind::DuplicateCode, detail, true);
        }
    }
}

/// An accepted area and its box.
struct Area<'a> {
    label: &'a str,
    shape: &'a MultiPolygon<f64>,
    bounds: Rect<f64>,
}

fn report_overlaps(candidates: &[Candidate], report: &mut Report) {
    let areas: Vec<Area<'_>> = candidates.iter().filter(|candidate| !candidate.refused).flat_map(areas).collect();
    let boxes = areas.iter().enumerate().map(|(index, area)| GeomWithData::new(rectangle(&area.bounds), index));
    let tree = RTree::bulk_load(boxes.collect());
    let (mut pairs, mut slivers) = (0, 0);
    for (index, area) in areas.iter().enumerate() {
        let mut near: Vec<usize> = tree
            .locate_in_envelope_intersecting(&rectangle(&area.bounds).envelope())
            .map(|other| other.data)
            .filter(|other| *other > index)
            .collect();
        near.sort_unstable();
        pairs += near.len();
        if pairs > OVERLAP_PAIRS_MAX {
            report.note(format!(
                "overlaps were sought up to {}: more than {OVERLAP_PAIRS_MAX} pairs lie near each other",
                area.label
            ));
            break;
        }
        slivers += near.into_iter().filter(|other| compare(area, &areas[*other], report)).count();
    }
    if slivers > 0 {
        report.note(format!(
            "{slivers} pairs of areas share less than {OVERLAP_AREA_MIN_M2} m² along their border, and only touch"
        ));
    }
}

fn areas(candidate: &Candidate) -> impl Iterator<Item = Area<'_>> {
    candidate.places.iter().filter_map(|place| match &place.shape {
        Shape::Area(shape) => Some(Area { label: &candidate.label, shape, bounds: shape.bounding_rect()? }),
        Shape::Line(_) | Shape::None => None,
    })
}

fn rectangle(bounds: &Rect<f64>) -> Rectangle<[f64; 2]> {
    Rectangle::from_corners([bounds.min().x, bounds.min().y], [bounds.max().x, bounds.max().y])
}

/// Reports the overlap of two areas; answers whether it is only a sliver.
fn compare(one: &Area<'_>, two: &Area<'_>, report: &mut Report) -> bool {
    let (low, high) = (one.bounds.min(), one.bounds.max());
    let (low_2, high_2) = (two.bounds.min(), two.bounds.max());
    let common = Rect::new(
        Coord { x: low.x.max(low_2.x), y: low.y.max(low_2.y) },
        Coord { x: high.x.min(high_2.x), y: high.y.min(high_2.y) },
    );
    let area_m2 = shared_m2([one.shape, two.shape], &common);
    if area_m2 < OVERLAP_AREA_MIN_M2 {
        return area_m2 > 0.0;
    }
    let detail = format!("it shares about {area_m2:.0} m² with {}; both were kept as they are", two.label);
    report.push(one.label, IssueKind::Overlap { with: two.label.to_owned(), area_m2 }, detail, false);
    false
}
