//! What is wrong with a form: every fault is told beside its field, and the form stays as it was filled in.

use crate::refused::problem_of_query;
use std::collections::BTreeSet;
use tequio_frame::address::{Pairs, encode};
use tequio_frame::{Problem, ProblemCode, Visit};
use tequio_kernel::Query;

/// Kinds of problems that are mended in the form; others are problems of the page.
const MENDED: [ProblemCode; 5] = [
    ProblemCode::BadQuery,
    ProblemCode::NotFound,
    ProblemCode::Forbidden,
    ProblemCode::Unprocessable,
    ProblemCode::TooLarge,
];

/// Most faults that are told: nobody mends more at once, and an address may hold thousands.
const FAULTS_MAX: usize = 16;

/// The faults of a form.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    form: &'static FormAt,
    /// What was written, as the address has it.
    written: Pairs,
    list: Vec<Fault>,
}

/// Where a form stands.
#[derive(Debug)]
pub(crate) struct FormAt {
    /// Address of its page.
    pub page: &'static str,
    /// What the identifiers of its fields begin with; what follows is the name in the address.
    pub prefix: &'static str,
    /// Whether a field of it holds the value of a name; a fault in another is told at its head.
    pub has: fn(&str) -> bool,
}

/// Something in a form that has no answer.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Name of its field in the address; empty where it is about no single one.
    field: String,
    /// Which of the field's values it is about, where it is about one.
    value: Option<String>,
    /// Identifier of the field; empty where the form has none.
    pub at: String,
    problem: Problem,
    /// What may have been meant: name and address.
    pub meant: Vec<(String, String)>,
}

impl Fault {
    /// What is wrong and what would be accepted, in the language of the page where there are words.
    pub(crate) fn text(&self, visit: &Visit) -> String {
        self.problem.told(visit.language).map(|(_, text)| text.to_owned()).unwrap_or_default()
    }

    /// Language of that text.
    pub(crate) fn language(&self, visit: &Visit) -> &'static str {
        self.problem.told(visit.language).map_or(visit.language, |(language, _)| language).code()
    }
}

impl Faults {
    /// None yet, of the form that was filled in so.
    pub(crate) fn of(form: &'static FormAt, written: &Pairs) -> Self {
        Self { form, written: written.clone(), list: Vec::new() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Every fault, in the order of the address.
    pub(crate) fn list(&self) -> &[Fault] {
        &self.list
    }

    /// The fault of a field.
    pub(crate) fn of_field(&self, field: &str) -> Option<&Fault> {
        self.list.iter().find(|fault| fault.field == field)
    }

    pub(crate) fn has(&self, field: &str) -> bool {
        self.of_field(field).is_some()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= FAULTS_MAX
    }

    /// True when the question holds those values of a field that have an answer, and the field itself the one that has none.
    pub(crate) fn leaves_others(&self, field: &str) -> bool {
        self.of_field(field).is_some_and(|fault| fault.value.is_some())
    }

    /// Further values without an answer, of fields that hold another one: name and value.
    pub(crate) fn further(&self) -> impl Iterator<Item = (String, String)> {
        let is_further =
            |(at, fault): &(usize, &Fault)| self.list[..*at].iter().any(|other| other.field == fault.field);
        let further = self.list.iter().enumerate().filter(is_further);
        further.filter_map(|(_, fault)| Some((fault.field.clone(), fault.value.clone()?)))
    }

    /// What a field with a fault holds, as it was written.
    pub(crate) fn written(&self, field: &str) -> Option<String> {
        let fault = self.of_field(field)?;
        if fault.value.is_some() {
            return fault.value.clone();
        }
        let values = self.written.0.iter().filter(|(name, value)| name == field && !value.trim().is_empty());
        values.map(|(_, value)| value.clone()).next()
    }

    /// The problem that the page answers with.
    pub(crate) fn problem(&self) -> Option<Problem> {
        self.list.first().map(|fault| fault.problem.clone())
    }

    /// What the faults are called together.
    pub(crate) fn title(&self, visit: &Visit) -> String {
        let kind = self.list.first().map(|fault| fault.problem.code);
        match kind {
            Some(code) if ![ProblemCode::BadQuery, ProblemCode::NotFound].contains(&code) => {
                visit.t(&format!("problem-{}-title", code.code()))
            }
            _ => visit.t("faults-title"),
        }
    }

    /// Adds a fault; where the problem knows what to ask instead, that is what may have been meant.
    pub(crate) fn add(&mut self, field: &str, problem: Problem) {
        let value = |(_, value): &(_, String)| value.clone();
        let label = problem.instead.iter().map(value).collect::<Vec<_>>().join(" · ");
        let meant = (!label.is_empty()).then(|| (label, self.address_instead(&problem.instead)));
        self.put(field, None, problem, meant.into_iter().collect());
    }

    fn put(&mut self, field: &str, value: Option<String>, problem: Problem, meant: Vec<(String, String)>) {
        if self.is_full() {
            return;
        }
        let at = if (self.form.has)(field) { format!("{}-{field}", self.form.prefix) } else { String::new() };
        self.list.push(Fault { field: field.to_owned(), value, at, problem, meant });
        let names: Vec<&str> = self.written.0.iter().map(|(name, _)| name.as_str()).collect();
        let place = |fault: &Fault| names.iter().position(|name| *name == fault.field).unwrap_or(names.len());
        self.list.sort_by_key(place);
    }

    /// Adds a fault with what may have been meant in place of a value: a name and a value each.
    pub(crate) fn add_with(&mut self, field: &str, value: &str, problem: Problem, meant: Vec<(String, String)>) {
        let meant = meant.into_iter().map(|(name, better)| (name, self.address_with(field, value, &better))).collect();
        self.put(field, Some(value.to_owned()), problem, meant);
    }

    /// Takes a refusal of the whole question; `names` leads the names of its parameters to those of the fields.
    ///
    /// # Errors
    /// What no other question would mend.
    pub(crate) fn refuse(&mut self, problem: Problem, names: &[(&str, &str)]) -> Result<(), Problem> {
        if !MENDED.contains(&problem.code) {
            return Err(problem);
        }
        let name = problem.parameter.unwrap_or_default();
        let field = names.iter().find(|(known, _)| *known == name).map_or(name, |(_, field)| field).to_owned();
        self.add(&field, problem);
        Ok(())
    }

    /// Reads the filters of an address name by name: what cannot be read is a fault, the rest is the question.
    pub(crate) fn query(&mut self, pairs: &Pairs) -> Query {
        let (mut query, mut read, mut known) = (Query::default(), Vec::new(), BTreeSet::new());
        for (name, _) in &pairs.0 {
            if self.is_full() {
                break;
            }
            if !known.insert(name) {
                continue;
            }
            let own = pairs.0.iter().filter(|(other, _)| other == name).cloned();
            let wider = Pairs(read.iter().cloned().chain(own).collect());
            match wider.parse() {
                Ok(wider_query) => (query, read) = (wider_query, wider.0),
                Err(error) => self.add(name, problem_of_query(error)),
            }
        }
        query
    }

    fn address_with(&self, field: &str, value: &str, better: &str) -> String {
        let put = |(name, written): &(String, String)| match name == field && written == value {
            true => (name.clone(), better.to_owned()),
            false => (name.clone(), written.clone()),
        };
        self.address(self.written.0.iter().map(put))
    }

    /// The address of what was written, with other values of some names.
    pub(crate) fn address_instead(&self, instead: &[(&str, String)]) -> String {
        let is_kept = |(name, _): &&(String, String)| instead.iter().all(|(other, _)| name != other);
        let better = instead.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        self.address(self.written.0.iter().filter(is_kept).cloned().chain(better))
    }

    fn address(&self, pairs: impl Iterator<Item = (String, String)>) -> String {
        let pairs: Vec<(String, String)> = pairs.filter(|(_, value)| !value.trim().is_empty()).collect();
        let pairs: Vec<(&str, String)> = pairs.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        format!("{}?{}", self.form.page, encode(&pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: FormAt = FormAt { page: "/page", prefix: "p", has: |name| ["period", "hour"].contains(&name) };

    fn read(text: &str) -> (Query, Faults) {
        let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        let pairs = Pairs(text.split('&').filter_map(pair).collect());
        let mut faults = Faults::of(&FORM, &pairs);
        (faults.query(&pairs), faults)
    }

    #[test]
    fn what_cannot_be_read_is_a_fault_of_its_field_and_the_rest_is_asked() {
        let (query, faults) = read("period=ayer&offence=ROBO&bbox=1,2&hour=99&place=MX-09&period=&colour=red");
        assert_eq!(query, Query::parse([("offence", "ROBO"), ("place", "MX-09")]).expect("a query"));
        let told: Vec<(&str, &str)> =
            faults.list().iter().map(|fault| (fault.field.as_str(), fault.at.as_str())).collect();
        assert_eq!(told, [("period", "p-period"), ("bbox", ""), ("hour", "p-hour"), ("colour", "")]);
        assert_eq!(faults.written("period").as_deref(), Some("ayer"));
        assert_eq!(faults.written("offence"), None, "nothing is wrong with it");
        assert_eq!(faults.problem().map(|problem| problem.code), Some(ProblemCode::BadQuery));
    }

    #[test]
    fn what_is_given_twice_is_a_fault_whatever_its_two_names_are() {
        let (query, faults) = read("edition=a&as_of=2025-01-01&period=2020&period=2021");
        assert_eq!(query.edition.as_deref(), Some("a"));
        assert!(faults.has("as_of") && faults.has("period") && faults.list().len() == 2);
    }

    #[test]
    fn what_may_have_been_meant_is_asked_with_the_rest() {
        let (_, mut faults) = read("place=Puebla&period=ayer&hour=");
        let problem = Problem::new(ProblemCode::BadQuery);
        faults.add_with("place", "Puebla", problem, vec![("Puebla".to_owned(), "MX-21".to_owned())]);
        let meant = &faults.of_field("place").expect("a fault").meant;
        assert_eq!(meant, &[("Puebla".to_owned(), "/page?place=MX-21&period=ayer".to_owned())]);
    }

    #[test]
    fn a_period_written_backwards_may_have_been_meant_the_other_way_round() {
        let (_, faults) = read("hour=7&period=2024-12..2024-01&place=");
        let fault = faults.of_field("period").expect("a fault");
        let meant = ("2024-01..2024-12".to_owned(), "/page?hour=7&period=2024-01..2024-12".to_owned());
        assert_eq!(fault.meant, [meant]);
        assert_eq!(faults.written("period").as_deref(), Some("2024-12..2024-01"), "the field is as it was filled in");
        let words = fault.problem.told(tequio_frame::Language::Spanish).map(|(_, text)| text.to_owned());
        assert!(words.is_some_and(|text| text.contains("termina antes de empezar")));
    }

    #[test]
    fn a_field_holds_what_is_wrong_and_leaves_the_other_values() {
        let (_, mut faults) = read("place=MX-09&place=Atlantis&place=Mu");
        for text in ["Atlantis", "Mu"] {
            faults.add_with("place", text, Problem::new(ProblemCode::NotFound), Vec::new());
        }
        assert!(faults.leaves_others("place"));
        assert_eq!(faults.written("place").as_deref(), Some("Atlantis"));
        assert_eq!(faults.further().collect::<Vec<_>>(), [("place".to_owned(), "Mu".to_owned())]);
    }

    #[test]
    fn an_address_of_nothing_but_faults_is_not_read_to_its_end() {
        let text: Vec<String> = (0..10_000).map(|at| format!("unknown{at}=1")).collect();
        let (_, faults) = read(&text.join("&"));
        assert_eq!(faults.list().len(), FAULTS_MAX);
        assert_eq!(faults.list()[0].field, "unknown0");
    }

    #[test]
    fn what_no_other_question_mends_is_a_problem_of_the_page() {
        let (_, mut faults) = read("by=place:x");
        assert!(faults.refuse(Problem::new(ProblemCode::Internal), &[]).is_err());
        let of_level = Problem::new(ProblemCode::NotFound).about(Some("by"));
        assert!(faults.refuse(of_level, &[("by", "level")]).is_ok() && faults.has("level"));
    }
}
