//! The dark figure: what part of the crimes that people suffered has no case file.

use super::answer::Draft;
use super::counted::Counted;
use super::{Answer, Indicator, IndicatorError, Published};
use crate::ask::Ask;
use crate::shelf::Shelf;
use tequio_kernel::IndicatorAbout;
use tequio_kernel::indicator::{Direction, Measured, Text};
use tequio_methods::dark_figure::{Share, dark_figure};
use tequio_reference::{Series, series};

/// Series of the share of crimes reported, per cent.
const REPORTED: &str = "mx-envipe-reported";
/// Series of the share of reports for which a file was opened, per cent.
const OPENED: &str = "mx-envipe-file-opened";
/// Series of the dark figure as it was published, per cent.
const PUBLISHED: &str = "mx-envipe-dark-figure";

/// The indicator.
pub struct DarkFigure;

impl Indicator for DarkFigure {
    fn about(&self) -> IndicatorAbout {
        IndicatorAbout {
            id: "dark-figure".to_owned(),
            title: ("Cifra negra".to_owned(), "Dark figure".to_owned()),
            meaning: Text {
                es: "Parte de los delitos sufridos por personas de 18 años y más que no se denunció o no dio lugar a una carpeta de investigación.",
                en: "Part of the crimes suffered by people of 18 and over that was not reported or led to no case file.",
            },
            measured: Measured::Percent,
            unit: None,
            measure: None,
            formula: "100 * (1 - reported * file opened)",
            method: "Product of the two shares of the victimisation survey (ENVIPE); the standard error, where both shares have one, by the delta method",
            denominator: Text { es: "Delitos estimados por la encuesta.", en: "Crimes estimated by the survey." },
            sources: Text { es: "INEGI, ENVIPE", en: "INEGI, ENVIPE (victimisation survey)" },
            minimum_cell: 0,
            direction: Direction::LowerIsBetter,
            caveats: &[Text {
                es: "Es una estimación de encuesta del país; aquí no se conocen sus errores estándar, y no vale para estados ni municipios.",
                en: "It is a survey estimate for the country; its standard errors are not known here, and it does not hold for states or municipalities.",
            }],
            parameters: &[],
        }
    }

    fn compute(&self, shelf: &Shelf, ask: &Ask) -> Result<Answer, IndicatorError> {
        let place = super::rate::known_place(shelf, ask.place())?;
        let (reported, opened) = (built_in(REPORTED)?, built_in(OPENED)?);
        let last = reported.observations.iter().map(|value| value.year).max();
        let period = ask.period.or_else(|| last.and_then(|year| year.to_string().parse().ok()));
        let mut draft = Draft::new(&self.about(), (ask.place(), &place), period);
        if ask.place() != "MX" {
            return Ok(draft.none("survey-of-the-country", "the survey's shares are known here for the country only"));
        }
        let year = period.map(|period| super::rate::middle_year(&period)).unwrap_or_default();
        for known in [reported, opened] {
            draft = draft.edition(Counted::of_series(known).edition("series"));
        }
        if let Some(published) = built_in(PUBLISHED)?.value(year) {
            draft = draft.detail("published_percent", published.value);
        }
        let (Some(reported), Some(opened)) = (reported.value(year), opened.value(year)) else {
            return Ok(draft.none("no-data", format!("the two shares of {year} are not known here")));
        };
        let share = |percent: f64| Share { value: percent / 100.0, standard_error: None };
        let draft = draft.detail("reported_percent", reported.value).detail("file_opened_percent", opened.value);
        Ok(match dark_figure(share(reported.value), share(opened.value)) {
            Ok(figure) => draft.value(figure.value * 100.0, None),
            Err(error) => draft.none("no-share", error.to_string()),
        })
    }

    fn published(&self) -> Published {
        Published::Survey(&[REPORTED, OPENED])
    }
}

fn built_in(id: &str) -> Result<&'static Series, IndicatorError> {
    let found = series()?.iter().find(|known| known.id == id);
    found.ok_or_else(|| IndicatorError::Population(id.to_owned()))
}
