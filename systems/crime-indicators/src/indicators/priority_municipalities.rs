//! The N places with most of an offence: who they are, what part they hold, how sure the list is.

use super::rate::{PER, middle_year};
use super::top_share::{PARAMETERS, Ranked, TopShare, is_pseudo};
use super::{Answer, Indicator, IndicatorError};
use crate::ask::Ask;
use crate::shelf::Shelf;
use serde_json::{Value, json};
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::{Direction, Text};

/// The indicator.
pub struct PriorityMunicipalities;

impl Indicator for PriorityMunicipalities {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "priority-municipalities".to_owned(),
            title: ("Municipios prioritarios".to_owned(), "Priority municipalities".to_owned()),
            meaning: Text {
                es: "Los N municipios con más hechos de un delito en un periodo, con su cuenta, su tasa, y la probabilidad de que sigan en la lista si el azar se repitiera.",
                en: "The N municipalities with most events of an offence in a period, with count, rate, and the probability that they would be in the list again if chance were repeated.",
            },
            direction: Direction::Neither,
            parameters: PARAMETERS,
            ..TopShare.about()
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        let mut answer = TopShare.compute(shelf, ask)?;
        answer.indicator = self.about().id;
        let year = answer.observation.period.parse().ok().map(|period| middle_year(&period));
        if let Some(Value::Array(members)) = answer.details.get_mut("members") {
            members.iter_mut().for_each(|member| add_rate(shelf, member, year));
        }
        Ok(answer)
    }
}

fn add_rate(shelf: &Shelf, member: &mut Value, year: Option<i16>) {
    let code = member["place"].as_str().unwrap_or_default().to_owned();
    let people = year.and_then(|year| shelf.population(&code, year)).map(|(people, _)| people).filter(|n| *n > 0);
    let rate = people.zip(member["count"].as_u64()).map(|(people, count)| count as f64 / people as f64 * PER);
    if let Some(member) = member.as_object_mut() {
        member.insert("population".to_owned(), json!(people));
        member.insert("rate".to_owned(), json!(rate));
    }
}

/// Counts of every place of a layer, for maps and tables: code, name, count; pseudo-units left out.
///
/// # Errors
/// [`IndicatorError`] as [`TopShare`].
pub(crate) fn all_places(shelf: &Shelf, ask: &Ask) -> Result<Vec<(String, String, u64)>, IndicatorError> {
    let found = Ranked::find(shelf, ask, &PriorityMunicipalities.about())?;
    let Ok((_, ranked)) = found else { return Ok(Vec::new()) };
    let named =
        |(code, count): &(String, u64)| (code.clone(), ranked.names.get(code).cloned().unwrap_or_default(), *count);
    Ok(ranked.places.iter().filter(|(code, _)| !is_pseudo(code)).map(named).collect())
}
