//! The choices of an analysis, read from text.

use super::hints::{Hint, refused};
use super::{About, AnalysisError, PERMUTATIONS_MAX, PERMUTATIONS_OPERATOR_MAX, Parameter};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use tequio_access::Principal;
use tequio_kernel::Period;
use tequio_methods::association::permutation::Permutations;

/// How often values are permuted.
pub(super) const PERMUTATIONS: Parameter = Parameter {
    name: "permutations",
    default: "999",
    meaning: "How often values are dealt out anew; the smallest p-value is about one over this number",
    values: &[],
    written: whole,
    check: |options, _, principal| options.permuted(principal).map(drop),
};
/// Where random numbers begin.
pub(super) const SEED: Parameter = Parameter {
    name: "seed",
    default: "42",
    meaning: "Where the random numbers begin: the same seed gives the same figures",
    values: &[],
    written: whole,
    check: |options, _, _| options.seed().map(drop),
};
/// Share of false discoveries.
pub(super) const FDR: Parameter = Parameter {
    name: "fdr",
    default: "0.05",
    meaning: "Share of false alarms among the places called different, at most",
    values: &[],
    written: number,
    check: |options, parameter, _| options.share(parameter.name, 1.0).map(drop),
};

/// What was chosen, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(BTreeMap<&'static str, String>);

impl Options {
    /// Takes the choices of an analysis out of pairs; an empty value counts as not given.
    pub(super) fn take(about: &About, pairs: &mut Vec<(String, String)>) -> Result<Self, AnalysisError> {
        let (options, repeated) = Self::take_first(about, pairs);
        repeated.into_iter().next().map_or(Ok(options), Err)
    }

    /// The same where of a choice that is given several times the first counts, and each such choice is refused.
    pub(super) fn take_first(about: &About, pairs: &mut Vec<(String, String)>) -> (Self, Vec<AnalysisError>) {
        let (mut options, mut repeated) = (Self::default(), Vec::new());
        for parameter in about.parameters {
            let (taken, kept) = std::mem::take(pairs).into_iter().partition(|(name, _)| name == parameter.name);
            *pairs = kept;
            let taken: Vec<(String, String)> = taken;
            let mut values = taken.into_iter().map(|(_, value)| value.trim().to_owned()).filter(|v| !v.is_empty());
            let value = values.next();
            repeated.extend(values.next().map(|text| refused(parameter.name, &text, Hint::Once)));
            // What cannot be read stays as it is, so that the refusal can name it.
            let value = value.map(|text| (parameter.written)(&text).unwrap_or(text));
            let value = value.or_else(|| Some(parameter.default.to_owned()).filter(|text| !text.is_empty()));
            options.0.extend(value.map(|value| (parameter.name, value)));
        }
        (options, repeated)
    }

    /// Every choice that no data would make a value, for one who asks.
    pub(super) fn faults(&self, about: &About, principal: Principal) -> impl Iterator<Item = AnalysisError> {
        about.parameters.iter().filter_map(move |parameter| (parameter.check)(self, parameter, principal).err())
    }

    /// The choices with their defaults, by name.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// What was chosen, or the default; empty where neither is.
    pub(super) fn text(&self, name: &'static str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(
        &self,
        name: &'static str,
        choices: &[(&'static str, T)],
    ) -> Result<T, AnalysisError> {
        let text = self.text(name);
        let names = || choices.iter().map(|(name, _)| *name).collect();
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        found.ok_or_else(|| refused(name, text, Hint::OneOf(names())))
    }

    /// A whole number.
    pub(super) fn whole(&self, name: &'static str, range: RangeInclusive<u64>) -> Result<u64, AnalysisError> {
        let text = self.text(name);
        let hint = Hint::Whole(*range.start(), *range.end());
        text.parse().ok().filter(|value| range.contains(value)).ok_or_else(|| refused(name, text, hint))
    }

    /// A share above 0 and at most `most`.
    pub(super) fn share(&self, name: &'static str, most: f64) -> Result<f64, AnalysisError> {
        let text = self.text(name);
        let value = text.parse().ok().filter(|value: &f64| *value > 0.0 && *value <= most);
        value.ok_or_else(|| refused(name, text, Hint::Share(most)))
    }

    /// How often, and from which seed.
    pub(super) fn permutations(&self, principal: Principal) -> Result<Permutations, AnalysisError> {
        Ok(Permutations { count: self.permuted(principal)?, seed: self.seed()? })
    }

    fn permuted(&self, principal: Principal) -> Result<u32, AnalysisError> {
        let most = match principal {
            Principal::Public => PERMUTATIONS_MAX,
            Principal::Operator => PERMUTATIONS_OPERATOR_MAX,
        };
        // Bounded by a million.
        Ok(self.whole(PERMUTATIONS.name, 1..=most)? as u32)
    }

    /// Seeds that every reader of JSON keeps.
    pub(super) fn seed(&self) -> Result<u64, AnalysisError> {
        self.whole(SEED.name, 0..=(1 << 53) - 1)
    }
}

/// Looks whether a choice is one of the words of its parameter, or what it is where none is given.
pub(super) fn among(options: &Options, parameter: &Parameter, _: Principal) -> Result<(), AnalysisError> {
    let text = options.text(parameter.name);
    match text == parameter.default || parameter.values.contains(&text) {
        true => Ok(()),
        false => Err(refused(parameter.name, text, Hint::OneOf(parameter.values.to_vec()))),
    }
}

/// One of several words, or of a form of its own.
pub(super) fn word(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// A whole number.
pub(super) fn whole(text: &str) -> Option<String> {
    Some(text.parse::<u64>().ok()?.to_string())
}

/// A number; both zeros are one.
pub(super) fn number(text: &str) -> Option<String> {
    Some(finite(text)?.to_string())
}

fn finite(text: &str) -> Option<f64> {
    let value = text.parse::<f64>().ok().filter(|value| value.is_finite())?;
    Some(value + 0.0)
}

/// Numbers joined by commas.
pub(super) fn numbers(text: &str) -> Option<String> {
    Some(list(text)?.iter().map(f64::to_string).collect::<Vec<_>>().join(","))
}

/// The numbers of such a list.
pub(super) fn list(text: &str) -> Option<Vec<f64>> {
    text.split(',').map(|part| finite(part.trim())).collect()
}

/// A period.
pub(super) fn period(text: &str) -> Option<String> {
    Some(text.parse::<Period>().ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{analyses, analysis};

    const ABOUT: About =
        About { id: "a", method: "", reference: "", parameters: &[PERMUTATIONS, SEED, FDR], shown: &[] };

    fn take(text: &str) -> Result<(Options, usize), AnalysisError> {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.into(), value.into())).collect();
        Options::take(&ABOUT, &mut pairs).map(|options| (options, pairs.len()))
    }

    #[test]
    fn choices_are_taken_and_filters_are_left() {
        let (options, left) = take("seed=7&period=2024&fdr=").expect("options");
        assert_eq!((options.text("seed"), options.text("fdr"), left), ("7", "0.05", 1));
        assert_eq!(options.permutations(Principal::Public).expect("numbers"), Permutations { count: 999, seed: 7 });
    }

    #[test]
    fn every_choice_that_is_no_value_is_refused_at_once() {
        let refused = |id: &str, text: &str| {
            let about = analysis(id).expect("an analysis").about();
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            let mut pairs: Vec<(String, String)> = pairs.map(|(name, value)| (name.into(), value.into())).collect();
            let (options, repeated) = Options::take_first(about, &mut pairs);
            let name = |error: AnalysisError| match error {
                AnalysisError::Option { name, .. } => name,
                other => panic!("{other}"),
            };
            repeated.into_iter().chain(options.faults(about, Principal::Public)).map(name).collect::<Vec<_>>()
        };
        for (id, text) in [
            ("hotspots", "statistic=x&quantity=x&weights=x&permutations=0&seed=x&fdr=2"),
            ("scan", "proportion=x&window=0.6&permutations=x&seed=-1"),
            ("near-repeat", "distances=2,1&days=x&permutations=1000&seed=x"),
            ("concentration", "n=0&share=2&replicas=1&seed=x"),
            ("density", "bandwidth=-1&kernel=x&edge=x"),
            ("change", "before=2024-12..2024-01"),
        ] {
            let names: Vec<&str> = text.split('&').filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
            assert_eq!(refused(id, text), names, "{id}");
            assert!(refused(id, "").is_empty(), "{id}");
        }
        assert_eq!(refused("hotspots", "seed=1&seed=2&fdr=1&fdr=2"), ["seed", "fdr"]);
        assert_eq!(refused("density", "edge=event&kernel=quartic"), ["edge"]);
    }

    #[test]
    fn the_public_may_not_ask_for_as_many_as_the_operator() {
        let (options, _) = take("permutations=10000").expect("options");
        assert!(options.permutations(Principal::Public).is_err() && options.permutations(Principal::Operator).is_ok());
        for text in ["permutations=0", "seed=-1", "seed=9007199254740992", "permutations=ten"] {
            let (options, _) = take(text).expect("options");
            assert!(options.permutations(Principal::Operator).is_err(), "{text}");
        }
        assert!(take("seed=1&seed=2").is_err());
        assert!(take("fdr=1.5").is_ok_and(|(options, _)| options.share("fdr", 1.0).is_err()));
    }

    /// Every choice of every analysis that is no word, written in two ways.
    #[test]
    fn a_value_is_one_value_however_it_is_written() {
        let texts = [
            ("seed", "9", "+09"),
            ("permutations", "99", "099"),
            ("replicas", "99", "+99"),
            ("n", "7", "07"),
            ("fdr", "0.1", "+.10"),
            ("share", "0.5", "5e-1"),
            ("window", "0.25", "0.250"),
            ("bandwidth", "1500", "1.5e3"),
            ("distances", "0,200,400", "-0, 200.0,4e2"),
            ("days", "0,7", "00,7."),
            ("weights", "nearest:6", "nearest:+06"),
            ("before", "2024", "2024-01..2024-12"),
        ];
        let is_word = |parameter: &&Parameter| !parameter.values.is_empty();
        for about in analyses().map(|analysis| analysis.about()) {
            for parameter in about.parameters.iter().filter(|parameter| !is_word(parameter)) {
                let of_name = |(name, ..): &&(&str, &str, &str)| *name == parameter.name;
                let (name, one, other) = *texts.iter().find(of_name).expect("a choice that is written here");
                let read = |text: &str| {
                    let mut pairs = vec![(name.to_owned(), text.to_owned())];
                    Options::take(about, &mut pairs).expect("options")
                };
                assert_eq!((read(one).text(name), read(one)), (one, read(other)), "{}: {other}", about.id);
                assert_eq!(read("neither").text(name), "neither");
                let default = parameter.default;
                assert_eq!(read(default).text(name), default, "{}: {name}", about.id);
            }
        }
    }
}
