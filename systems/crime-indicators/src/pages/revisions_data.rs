//! What the page of revisions gives to programs.

use crate::alarms::Alarm;
use crate::compared::Compared;
use crate::diff::{Figure, Line, revised};
use crate::proof::group_text;
use crate::revisions::Revisions;
use serde_json::{Value, json};
use tequio_frame::{Column, DataTable, Visit};

/// Every table of the page.
pub(super) fn tables(visit: &Visit, compared: &Compared, revisions: &Revisions) -> [DataTable; 6] {
    let diff = &compared.diff;
    [
        lines(visit, "offices", &revised(&diff.by_office)),
        lines(visit, "offences", &diff.by_offence),
        lines(visit, "periods", &diff.by_period),
        changes(visit, compared),
        alarms(visit, &compared.alarms),
        triangle(visit, revisions),
    ]
}

/// The title of the part of the page that has the lines.
pub(super) fn title_key(id: &str) -> &'static str {
    match id {
        "offices" => "revisions-by-office",
        "offences" => "revisions-by-offence",
        _ => "revisions-by-period",
    }
}

fn lines(visit: &Visit, id: &'static str, lines: &[Line]) -> DataTable {
    let columns = [
        Column::text("key"),
        Column::text("name"),
        Column::count("changed", "figures"),
        Column::count("raised_sum", "of the unit"),
        Column::count("lowered_sum", "of the unit"),
        Column::number("net", "of the unit"),
        Column::count("added", "figures"),
        Column::count("removed", "figures"),
    ];
    let row = |line: &Line| {
        let Line { key, name, tally } = line;
        [
            json!(key),
            json!(name),
            json!(tally.changed),
            json!(tally.raised_sum),
            json!(tally.lowered_sum),
            json!(tally.net()),
            json!(tally.added),
            json!(tally.removed),
        ]
    };
    DataTable::new(id, visit.t(title_key(id)), columns, lines.iter().map(row))
}

fn changes(visit: &Visit, compared: &Compared) -> DataTable {
    let columns = [
        Column::text("place"),
        Column::text("offence"),
        Column::text("group"),
        Column::time("period"),
        Column::text("old_state"),
        Column::count("old", "of the unit"),
        Column::text("new_state"),
        Column::count("new", "of the unit"),
    ];
    let row = |figure: &Figure| {
        let Figure { place, offence, group, period, old, new } = figure;
        [
            json!(place),
            json!(offence),
            json!(group_text(group)),
            json!(period),
            json!(old.state()),
            json!(old.value()),
            json!(new.state()),
            json!(new.value()),
        ]
    };
    DataTable::new("changes", visit.t("revisions-largest"), columns, compared.diff.figures.iter().map(row))
}

fn alarms(visit: &Visit, alarms: &[Alarm]) -> DataTable {
    let columns = [Column::text("code"), Column::text("place"), Column::text("offence"), Column::text("numbers")];
    let row = |alarm: &Alarm| {
        [json!(alarm.code()), json!(alarm.place()), json!(alarm.offence()), json!(alarm.to_json().to_string())]
    };
    DataTable::new("alarms", visit.t("revisions-alarms"), columns, alarms.iter().map(row))
}

fn triangle(visit: &Visit, revisions: &Revisions) -> DataTable {
    let columns = [
        Column::time("period"),
        Column::text("edition"),
        Column::count("total", "of the unit"),
        Column::count("missing", "figures"),
    ];
    let mut rows: Vec<[Value; 4]> = Vec::new();
    for (step, row) in revisions.periods.iter().zip(&revisions.total) {
        let told = revisions.editions.iter().zip(row).filter_map(|(edition, total)| Some((edition, (*total)?)));
        rows.extend(told.map(|(edition, total)| {
            [json!(step.to_string()), json!(edition.edition), json!(total.value), json!(total.missing)]
        }));
    }
    DataTable::new("triangle", visit.t("revisions-triangle"), columns, rows)
}
