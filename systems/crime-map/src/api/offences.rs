//! `GET /api/v1/offences`.

use crate::api::caching::{Freshness, pinned};
use crate::api::dto::{CrimeMapOffence, CrimeMapOffences};
use crate::api::refusals::OfThing;
use crate::api::table::csv;
use crate::library::Library;
use crate::pages::{Pairs, blocking};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use std::sync::Arc;
use tequio_access::Principal;
use tequio_frame::form::{Form, json};
use tequio_frame::{Problem, ProblemCode};
use tequio_kernel::{Counts, Dimension, Key, Query};

/// The offences of a dataset with their codes, disclosure classes and counts.
///
/// An offence of which some incidents are sensitive and others are not stands once for each class.
#[utoipa::path(
    get,
    path = "/api/v1/offences",
    operation_id = "crime_map_offences",
    tag = "crime-map",
    params(
        ("dataset" = Option<String>, Query, description = "Dataset; the default one when it is not given"),
        ("edition" = Option<String>, Query, description = "Edition; the newest when it is not given"),
        ("as_of" = Option<String>, Query, description = "The edition that was the newest on this day, `YYYY-MM-DD`"),
        ("format" = Option<String>, Query, description = "`json` or `csv`, also as a suffix of the path; else the `Accept` header decides"),
    ),
    responses(
        (status = 200, description = "The offences in the order of their codes", content((CrimeMapOffences = "application/json"), (String = "text/csv"))),
        OfThing,
    )
)]
pub(super) async fn list(
    State(library): State<Arc<Library>>,
    headers: HeaderMap,
    mut pairs: Pairs,
) -> Result<Response, Problem> {
    let form = Form::take(&mut pairs, &headers, &[Form::Json, Form::Csv])?;
    let asked = pairs.query()?;
    let by = vec![Dimension::Offence, Dimension::Class];
    let query = Query { by, dataset: asked.dataset.clone(), edition: asked.edition.clone(), ..Query::default() };
    if (Query { by: Vec::new(), ..query.clone() }) != asked {
        return Err(Problem::with(ProblemCode::BadQuery, "use dataset, edition and format; counts takes filters"));
    }
    blocking(library, move |library| {
        let manifest = library.manifest(query.dataset.as_deref(), query.edition.as_deref())?;
        Freshness::of(&manifest, &[], &query, &("offences", form)).answer(&headers, || {
            let counts = library.count(&pinned(&query, &manifest), Principal::Public)?.counts;
            let offences = offences(&counts);
            let text = match form {
                Form::Csv => csv(&["offence", "name", "class", "count"], offences.into_iter().map(row)),
                _ => json(&CrimeMapOffences {
                    dataset: manifest.dataset.to_string(),
                    edition: manifest.edition.clone(),
                    offences,
                    total: counts.total,
                })?,
            };
            Ok(form.send(text, &format!("{}-{}-offences", manifest.dataset, manifest.edition)))
        })
    })
    .await
}

fn offences(counts: &Counts) -> Vec<CrimeMapOffence> {
    let offence = |(keys, count): (&[Key], u64)| match keys {
        [Key::Offence { code, name }, Key::Class(class)] => {
            Some(CrimeMapOffence { offence: code.clone(), name: name.clone(), class: (*class).to_owned(), count })
        }
        _ => None,
    };
    counts.rows.iter().map(|row| (row.keys.as_slice(), row.count)).filter_map(offence).collect()
}

fn row(offence: CrimeMapOffence) -> Vec<String> {
    vec![offence.offence, offence.name, offence.class, offence.count.to_string()]
}
