//! The shapes of the answers of analyses, for the description of the API.

use crate::analysis::About;
use crate::api::dto::CrimeMapGeometry;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// The analyses that there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapAnalyses {
    /// In the order of the pages.
    pub analyses: Vec<CrimeMapAnalysisAbout>,
}

/// An analysis.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapAnalysisAbout {
    /// Name in addresses.
    #[schema(example = "hotspots")]
    pub id: &'static str,
    /// The method, by its usual name.
    pub method: &'static str,
    /// Where the method is from.
    pub reference: &'static str,
    /// What may be chosen, besides the filters of a count.
    pub parameters: Vec<CrimeMapAnalysisParameter>,
}

/// A choice.
#[derive(Debug, Serialize, ToSchema)]
pub struct CrimeMapAnalysisParameter {
    /// Its name.
    pub name: &'static str,
    /// Value where none is given; null where it follows from the data.
    pub default: Option<&'static str>,
    /// What it is.
    pub meaning: &'static str,
}

impl CrimeMapAnalysisAbout {
    pub(super) fn of(about: &About) -> Self {
        let parameters = about.parameters.iter().map(|parameter| CrimeMapAnalysisParameter {
            name: parameter.name,
            default: Some(parameter.default).filter(|text| !text.is_empty()),
            meaning: parameter.meaning,
        });
        Self { id: about.id, method: about.method, reference: about.reference, parameters: parameters.collect() }
    }
}

/// The choices of the analyses; each takes its own and refuses the others.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what crate::analysis reads")]
pub struct CrimeMapAnalysisChoices {
    /// `hotspots`: `gi-star` or `moran`.
    statistic: Option<String>,
    /// `hotspots`: `count` or `rate`; unless it is given, a rate where every place has inhabitants.
    quantity: Option<String>,
    /// `hotspots`: neighbours, `queen` or `nearest:K`.
    weights: Option<String>,
    /// `near-repeat`: bounds of the bands of distance in metres, joined by commas; on the web of 0, 200, 400, 600, 800,
    /// 1000, 2000, 4000, 10000, 20000 and 40000.
    distances: Option<String>,
    /// `near-repeat`: bounds of the bands of time in days, joined by commas; on the web of 0, 7, 14, 28, 56 and 112.
    days: Option<String>,
    /// `change`: the period compared with.
    before: Option<String>,
    /// `scan`: what cases are in proportion to, `inhabitants` or `offences`.
    proportion: Option<String>,
    /// `scan`: most of the population that a circle may hold, a share up to 0.5.
    window: Option<f64>,
    /// `concentration`: how many places the top holds.
    n: Option<u64>,
    /// `concentration`: share of the incidents to be reached with the fewest places.
    share: Option<f64>,
    /// `concentration`: how often the incidents fall by chance, 2 to 2000.
    replicas: Option<u32>,
    /// `density`: standard deviation of the kernel in metres, not less than the width of the counted cells.
    bandwidth: Option<f64>,
    /// `density`: `gaussian` or `quartic`.
    kernel: Option<String>,
    /// `density`: `none`, or `event` to keep what a kernel lays beyond the counted cells.
    edge: Option<String>,
    /// `hotspots`, `scan`, `near-repeat`: how often values are dealt out anew, 1 to 9999; for `near-repeat` on the web 1 to 999.
    permutations: Option<u32>,
    /// Where the random numbers begin; the same seed gives the same figures.
    seed: Option<u64>,
    /// Share of false alarms among the places called different, at most.
    fdr: Option<f64>,
}

/// What an analysis found.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::analysis::report writes")]
pub struct CrimeMapAnalysisReport {
    /// Name of the analysis.
    pub analysis: String,
    /// The method, by its usual name.
    pub method: String,
    /// Where the method is from.
    pub reference: String,
    /// Version of the program.
    pub version: String,
    /// Dataset.
    pub dataset: String,
    /// Edition.
    pub edition: String,
    /// Names and editions of the layers that the answer rests on, such as `states@2019`.
    pub layers: Vec<String>,
    /// The filters of the question, each with its values.
    pub filters: BTreeMap<String, Vec<String>>,
    /// Every choice, with what followed from the data.
    #[schema(value_type = Object)]
    pub parameters: serde_json::Value,
    /// Where the random numbers began; null where none are drawn.
    pub seed: Option<u64>,
    /// Single figures, by name.
    #[schema(value_type = Object)]
    pub facts: serde_json::Value,
    /// The columns of the rows: name, kind and unit.
    pub columns: Vec<CrimeMapAnalysisColumn>,
    /// The rows: an object each, with a field a column; null for what is not known. Places below states have the name of
    /// their state in `state`.
    #[schema(value_type = Vec<Object>)]
    pub rows: Vec<serde_json::Value>,
    /// Further tables, each with its columns and rows.
    #[schema(value_type = Vec<Object>)]
    pub tables: Vec<serde_json::Value>,
    /// What it means and what it does not.
    pub notes: Vec<CrimeMapAnalysisNote>,
}

/// A column.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what tequio_frame::table writes")]
pub struct CrimeMapAnalysisColumn {
    /// Field of the rows.
    name: String,
    /// `text`, `time`, `count` or `number`.
    kind: String,
    /// What is counted or measured; null for texts and times.
    unit: Option<String>,
}

/// A remark, in both languages.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::analysis::remarks writes")]
pub struct CrimeMapAnalysisNote {
    /// Name for programs.
    code: String,
    /// In Spanish.
    es: String,
    /// In English.
    en: String,
}

/// What an analysis found, as GeoJSON: the fields of the JSON but its rows and tables, and each row as a feature.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::analysis::report writes")]
pub struct CrimeMapAnalysisGeoJson {
    /// `FeatureCollection`.
    #[schema(value_type = String, example = "FeatureCollection")]
    r#type: String,
    /// Name of the analysis.
    analysis: String,
    /// Dataset.
    dataset: String,
    /// Edition.
    edition: String,
    /// What it means and what it does not.
    notes: Vec<CrimeMapAnalysisNote>,
    /// The rows.
    features: Vec<CrimeMapAnalysisFeature>,
}

/// A row with its shape.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes what crate::analysis::report writes")]
pub struct CrimeMapAnalysisFeature {
    /// `Feature`.
    #[schema(value_type = String, example = "Feature")]
    r#type: String,
    /// Shape of the place or cell; null where the layer has none.
    #[schema(value_type = Option<CrimeMapGeometry>)]
    geometry: Option<CrimeMapGeometry>,
    /// The row.
    #[schema(value_type = Object)]
    properties: serde_json::Value,
}
