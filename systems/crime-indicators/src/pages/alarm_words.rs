//! Alarms in words: what is to be asked, with its figures.

use crate::alarms::{Alarm, Row};
use crate::completeness::agency_name;
use crate::pages::revisions::Names;
use tequio_frame::{Visit, format};

/// Alarms of a kind that a page lists; the data of the page have all of them.
const ALARMS_SHOWN: usize = 8;

/// The alarms of one kind.
pub(crate) struct AlarmGroup {
    /// Title of the kind.
    pub title: String,
    /// The rule.
    pub rule: String,
    /// How many there are.
    pub count: String,
    /// The first of them, in sentences.
    pub sentences: Vec<String>,
    /// How many are not listed.
    pub left: usize,
}

/// The alarms in the order of their kinds; every kind is there, also one that found nothing.
pub(crate) fn alarm_groups(visit: &Visit, names: &Names, alarms: &[Alarm]) -> Vec<AlarmGroup> {
    let group = |code: &&str| {
        let of_kind: Vec<&Alarm> = alarms.iter().filter(|alarm| alarm.code() == *code).collect();
        AlarmGroup {
            title: visit.t(&format!("alarm-{code}-title")),
            rule: visit.t(&format!("alarm-{code}-rule")),
            count: format::integer(of_kind.len() as u64),
            sentences: of_kind.iter().take(ALARMS_SHOWN).map(|alarm| sentence(visit, names, alarm)).collect(),
            left: of_kind.len().saturating_sub(ALARMS_SHOWN),
        }
    };
    Alarm::CODES.iter().map(group).collect()
}

fn sentence(visit: &Visit, names: &Names, alarm: &Alarm) -> String {
    let number = |value: u64| format::integer(value);
    match alarm {
        Alarm::UnexplainedDrop { office, offence, period, observed, expected, .. } => {
            let all = || visit.t("alarm-all-offences");
            visit.say(
                "alarm-unexplained-drop",
                &[
                    ("place", agency_name(office).into()),
                    ("offence", offence.as_ref().map_or_else(all, |code| names.offence(code)).into()),
                    ("period", period.to_string().into()),
                    ("observed", number(*observed).into()),
                    ("expected", format::decimal(*expected, 0).into()),
                ],
            )
        }
        Alarm::PastLowered { office, first, last, figures, sum, raised_sum, removed, removed_sum, offence } => visit
            .say(
                "alarm-past-lowered",
                &[
                    ("place", agency_name(office).into()),
                    ("first", first.to_string().into()),
                    ("last", last.to_string().into()),
                    ("figures", number(*figures).into()),
                    ("sum", number(*sum).into()),
                    ("removed", number(*removed).into()),
                    ("gone", number(*removed_sum).into()),
                    ("raised", number(*raised_sum).into()),
                    ("offence", names.offence(offence).into()),
                ],
            ),
        Alarm::SeriesStops { place, offence, since, periods, blank, mean, .. } => visit.say(
            "alarm-series-stops",
            &[
                ("place", names.place(place).into()),
                ("offence", names.offence(offence).into()),
                ("since", since.to_string().into()),
                ("periods", (*periods).into()),
                ("blank", (*blank).into()),
                ("mean", format::decimal(*mean, 1).into()),
            ],
        ),
        Alarm::RowsVanish { row, code, series, figures, sum } => {
            let what = if *row == Row::Offence { names.offence(code) } else { names.place(code) };
            visit.say(
                "alarm-rows-vanish",
                &[
                    ("what", what.into()),
                    ("series", number(*series).into()),
                    ("figures", number(*figures).into()),
                    ("sum", number(*sum).into()),
                ],
            )
        }
    }
}
