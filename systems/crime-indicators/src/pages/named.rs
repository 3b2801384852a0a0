//! What an address names: a dataset, an edition, a figure.

use crate::proof::FigureName;
use crate::shelf::At;
use tequio_frame::address::encode;
use tequio_frame::{Pairs, Problem, ProblemCode};
use tequio_kernel::{Group, Step};

/// Dimensions of groups that an address may name.
const DIMENSIONS: [&str; 4] = ["age", "moment", "registered", "sex"];

/// A dataset, an edition and, once everything is said, a figure.
#[derive(Clone, Debug, Default)]
pub(crate) struct Named {
    pub dataset: Option<String>,
    pub at: At,
    pub place: Option<String>,
    pub offence: Option<String>,
    pub period: Option<String>,
    pub group: Group,
}

impl Named {
    /// Takes the names out of an address.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] for whatever else is there.
    pub(crate) fn take(pairs: &mut Pairs) -> Result<Self, Problem> {
        let named = Self {
            dataset: pairs.take("dataset"),
            at: At { edition: pairs.take("edition"), as_of: pairs.take("as_of") },
            place: pairs.take("place"),
            offence: pairs.take("offence"),
            period: pairs.take("period"),
            group: DIMENSIONS.iter().filter_map(|name| Some(((*name).to_owned(), pairs.take(name)?))).collect(),
        };
        pairs.refuse_rest(
            "a figure is named by dataset, edition or as_of, place, offence, period, sex, age, registered and moment",
        )?;
        Ok(named)
    }

    /// The dataset.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] when none is named.
    pub(crate) fn dataset(&self) -> Result<&str, Problem> {
        let none = || Problem::with(ProblemCode::BadQuery, "name a dataset: `dataset=`");
        self.dataset.as_deref().ok_or_else(none)
    }

    /// The figure; `None` when place, offence and period are not all named.
    ///
    /// # Errors
    /// [`ProblemCode::BadQuery`] for a period that is neither a month nor a year.
    pub(crate) fn figure(&self) -> Result<Option<FigureName>, Problem> {
        let (Some(place), Some(offence), Some(period)) = (&self.place, &self.offence, &self.period) else {
            return Ok(None);
        };
        let hint = || format!("`period={period}` is not understood: give a month (2025-01) or a year (2025)");
        let step: Step = period.parse().map_err(|_| Problem::with(ProblemCode::BadQuery, hint()))?;
        let group = self.group.clone();
        Ok(Some(FigureName { place: place.clone(), offence: offence.clone(), group, step }))
    }
}

/// The query of an address that names a figure of an edition.
pub(crate) fn query_of(dataset: &str, edition: &str, figure: &FigureName) -> String {
    let mut pairs = vec![
        ("dataset", dataset.to_owned()),
        ("edition", edition.to_owned()),
        ("place", figure.place.clone()),
        ("offence", figure.offence.clone()),
        ("period", figure.step.to_string()),
    ];
    pairs.extend(figure.group.iter().map(|(name, value)| (name.as_str(), value.clone())));
    encode(&pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Pairs {
        Pairs(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    #[test]
    fn a_figure_is_named_and_its_address_names_it_again() {
        let text = [("dataset", "d"), ("edition", "e"), ("place", "MX-09"), ("offence", "a b"), ("period", "2020-01")];
        let named = Named::take(&mut pairs(&[&text[..], &[("sex", "female")]].concat())).expect("understood");
        let figure = named.figure().expect("understood").expect("a figure");
        assert_eq!(figure.group, Group::from([("sex".to_owned(), "female".to_owned())]));
        let query = "dataset=d&edition=e&place=MX-09&offence=a%20b&period=2020-01&sex=female";
        assert_eq!(query_of("d", "e", &figure), query);
    }

    #[test]
    fn what_is_not_understood_is_refused_and_what_is_not_said_is_no_figure() {
        assert!(Named::take(&mut pairs(&[("plcae", "MX")])).is_err());
        let named = Named::take(&mut pairs(&[("dataset", "d"), ("place", "MX-09")])).expect("understood");
        assert_eq!(named.figure().expect("understood"), None);
        let day = [("place", "MX-09"), ("offence", "a"), ("period", "2020-01-05")];
        assert!(Named::take(&mut pairs(&day)).expect("understood").figure().is_err());
    }
}
