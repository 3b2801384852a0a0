//! What a structural check found: a code with its values, and the same in an English sentence.
//!
//! The pages say it in the language of the reader by the code (`official-found-CODE` in the words).

use tequio_kernel::edition::{Check, FoundValue};

/// What can be found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    LabelDisagrees,
    LabelLater,
    LabelEnds,
    PublicationEnds,
    Silence,
    FiguresEnd,
    NoTotals,
    TotalsEqual,
    TotalsDiffer,
    SeriesComplete,
    SeriesWithoutRow,
    SeriesShort,
    States,
    AllListed,
    OffencesUnlisted,
    PlacesUnlisted,
    NamesDisagree,
    MunicipalitiesAll,
    MunicipalitiesAbsent,
    Blanks,
    Published,
    PublicationAssumed,
    Rejected,
    StatedOnce,
    Repeated,
    Contradicted,
    CoverageLost,
    PublishedBefore,
    NoSilence,
    Silent,
}

impl Found {
    /// All of them.
    #[cfg(test)]
    const ALL: [Self; 30] = [
        Self::LabelDisagrees,
        Self::LabelLater,
        Self::LabelEnds,
        Self::PublicationEnds,
        Self::Silence,
        Self::FiguresEnd,
        Self::NoTotals,
        Self::TotalsEqual,
        Self::TotalsDiffer,
        Self::SeriesComplete,
        Self::SeriesWithoutRow,
        Self::SeriesShort,
        Self::States,
        Self::AllListed,
        Self::OffencesUnlisted,
        Self::PlacesUnlisted,
        Self::NamesDisagree,
        Self::MunicipalitiesAll,
        Self::MunicipalitiesAbsent,
        Self::Blanks,
        Self::Published,
        Self::PublicationAssumed,
        Self::Rejected,
        Self::StatedOnce,
        Self::Repeated,
        Self::Contradicted,
        Self::CoverageLost,
        Self::PublishedBefore,
        Self::NoSilence,
        Self::Silent,
    ];

    /// Its code, and the sentence with the names of its values in braces.
    const fn text(self) -> (&'static str, &'static str) {
        match self {
            Self::LabelDisagrees => ("label-disagrees", "the label says {label} and figures go on to {last}"),
            Self::LabelLater => ("label-later", "the label says {label} and figures end at {last}"),
            Self::LabelEnds => {
                ("label-ends", "the label ends at {last} and the {months} months after it hold only zeros")
            }
            Self::PublicationEnds => (
                "publication-ends",
                "the date of publication ends at {last} and the {months} months after it hold only zeros",
            ),
            Self::Silence => {
                ("silence", "the last {months} months hold only zeros, and {total} were counted in the {before} before")
            }
            Self::FiguresEnd => ("figures-end", "figures end at {last}"),
            Self::NoTotals => ("no-totals", "the source states no totals"),
            Self::TotalsEqual => ("totals-equal", "{compared} totals equal the sum of their parts"),
            Self::TotalsDiffer => (
                "totals-differ",
                "{differ} of {compared} totals differ from the sum of their parts; the first: {place} {period}: the \
                 total says {total}, its parts sum to {parts}",
            ),
            Self::SeriesComplete => ("series-complete", "{places} places x {leaves} leaves x {years} years"),
            Self::SeriesWithoutRow => (
                "series-without-row",
                "{places} places x {leaves} leaves x {years} years, {holes} figures without a row",
            ),
            Self::SeriesShort => (
                "series-short",
                "{places} places x {leaves} leaves x {years} years: {short} places have not {leaves} leaves, {first} \
                 the first",
            ),
            Self::States => ("states", "{count} of {all} states"),
            Self::AllListed => ("all-listed", "all"),
            Self::OffencesUnlisted => {
                ("offences-unlisted", "{rows} rows have an offence that the taxonomy does not list")
            }
            Self::PlacesUnlisted => ("places-unlisted", "{rows} rows have a place that the territory does not list"),
            Self::NamesDisagree => ("names-disagree", "{rows} rows name a place otherwise than its code does"),
            Self::MunicipalitiesAll => ("municipalities-all", "all {all} municipalities of {states} states"),
            Self::MunicipalitiesAbsent => {
                ("municipalities-absent", "{absent} of {all} municipalities have no row, {first} the first")
            }
            Self::Blanks => ("blanks", "{blanks} figures are blank before the cut-off"),
            Self::Published => ("published", "published on {published}, figures to {last}"),
            Self::PublicationAssumed => {
                ("publication-assumed", "published on {published} (assumed: the day of the import), figures to {last}")
            }
            Self::Rejected => ("rejected", "{rows} rows are rejected and in no figure"),
            Self::StatedOnce => ("stated-once", "no figure is stated twice"),
            Self::CoverageLost => {
                ("coverage-lost", "{lost} of {all} states of the edition before are not in this one, {first} the first")
            }
            Self::Silent => (
                "silent",
                "{count} months of an office hold only zeros after a year that leads one to expect many; the first: {first} \
                 {period}",
            ),
            Self::PublishedBefore => (
                "published-before",
                "published on {published}, before the edition of {newest} that was known already: answers as of the days \
                 between change",
            ),
            Self::NoSilence => ("no-silence", "no office has a month of zeros that its year before makes improbable"),
            Self::Repeated => ("repeated", "{rows} rows repeat figures with the same values"),
            Self::Contradicted => (
                "contradicted",
                "{rows} rows state a figure with another value than a row before them, whose value stands; the first: \
                 {first}",
            ),
        }
    }

    /// The outcome of a check that found this.
    pub(super) fn check<const N: usize>(self, code: &str, passed: bool, values: [(&str, FoundValue); N]) -> Check {
        let (found, sentence) = self.text();
        let fill =
            |text: String, (name, value): &(&str, FoundValue)| text.replace(&format!("{{{name}}}"), &value.to_string());
        Check {
            code: code.to_owned(),
            passed,
            detail: values.iter().fold(sentence.to_owned(), fill),
            found: found.to_owned(),
            values: values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        }
    }
}

/// A number of things.
pub(super) fn number(count: usize) -> FoundValue {
    FoundValue::Number(count as u64)
}

/// A code, a month, a name.
pub(super) fn text(text: impl ToString) -> FoundValue {
    FoundValue::Text(text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use tequio_frame::words::keys;

    #[test]
    fn what_is_found_has_words_in_both_languages() {
        let texts = crate::pages::WORDS.iter();
        let known: BTreeSet<String> = texts.flat_map(|(_, text)| keys(text)).collect();
        for found in Found::ALL {
            assert!(known.contains(&format!("official-found-{}", found.text().0)), "{found:?}");
        }
    }

    #[test]
    fn the_sentence_holds_the_values() {
        let check = Found::States.check("all_states", false, [("count", number(31)), ("all", number(32))]);
        assert_eq!((check.detail.as_str(), check.found.as_str()), ("31 of 32 states", "states"));
        assert_eq!(check.values["count"], FoundValue::Number(31));
    }
}
