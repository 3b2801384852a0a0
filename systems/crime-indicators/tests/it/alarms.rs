//! Alarms ring for what they are for, and not for chance.

use crate::editions::{FIRST, Row, edition, observed, series};
use tequio_crime_indicators::alarms::{Alarm, Row as Vanished, alarms};
use tequio_crime_indicators::diff::Edition;
use tequio_kernel::{Cell, CountTable, Manifest};

const YEARS: i32 = 5;
const MONTHS: i32 = YEARS * 12;
const CUTOFF: i32 = FIRST + MONTHS - 1;

fn found(old: Option<&(Manifest, CountTable)>, new: &(Manifest, CountTable)) -> Vec<Alarm> {
    let old = old.map(|(manifest, table)| Edition::new(manifest, table).expect("counts"));
    alarms(old, Edition::new(&new.0, &new.1).expect("counts")).expect("comparable")
}

/// Poisson counts of a mean with a season, by inversion of a fixed sequence.
fn counts(seed: u64, mean: f64) -> Vec<u64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut uniform = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let poisson = |mean: f64, uniform: f64| {
        let (mut count, mut term) = (0u64, (-mean).exp());
        let mut sum = term;
        while sum < uniform && count < 10_000 {
            count += 1;
            term *= mean / count as f64;
            sum += term;
        }
        count
    };
    let season = |month: i32| 1.0 + 0.3 * f64::from(month % 12 - 6) / 6.0;
    (0..MONTHS).map(|month| poisson(mean * season(month), uniform())).collect()
}

fn rows(seeds: std::ops::Range<u64>) -> Vec<Row> {
    let offence = |seed: u64| ["a.b", "a.c", "b.x", "b.y"][(seed % 4) as usize];
    let row = |seed: u64| {
        let mean = [3.0, 20.0, 80.0, 300.0][(seed % 4) as usize];
        series(&format!("MX-{:02}", 1 + seed / 4), offence(seed), &observed(counts(seed + 1, mean)))
    };
    seeds.map(row).collect()
}

#[test]
fn chance_alone_rings_nothing_and_a_drop_does() {
    let mut rows = rows(0..128);
    assert_eq!(found(None, &edition("quiet", &rows, CUTOFF, false)), []);
    // The office of MX-05 delivers a third of its case files in the last month.
    let last = rows[18].cells.last_mut().expect("cells");
    let before = last.value().expect("observed");
    *last = Cell::Observed(before / 3);
    let alarms = found(None, &edition("drop", &rows, CUTOFF, false));
    let [Alarm::UnexplainedDrop { office, offence, period, observed, expected, p_adjusted }] = &alarms[..] else {
        panic!("one drop, not {alarms:?}")
    };
    assert_eq!((office.as_str(), offence.as_deref()), ("MX-05", Some("b.x")));
    assert_eq!((period.to_string().as_str(), *observed), ("2019-12", before / 3));
    assert!(*expected > 60.0 && *p_adjusted < 0.001, "{expected} {p_adjusted}");
}

#[test]
fn a_drop_that_a_missing_part_explains_is_none() {
    let mut rows = rows(0..128);
    *rows[18].cells.last_mut().expect("cells") = Cell::Missing;
    assert_eq!(found(None, &edition("missing", &rows, CUTOFF, false)), []);
}

#[test]
fn a_series_that_varies_much_or_declines_is_no_drop() {
    let wild = observed((0..MONTHS).map(|month| [120, 30, 150, 20, 60][(month % 5) as usize]));
    let decline = observed((0..MONTHS).map(|month| 400 - 3 * month as u64));
    let season = observed((0..MONTHS).map(|month| if month % 12 == 11 { 20 } else { 90 }));
    let rows = [series("MX-01", "a", &wild), series("MX-02", "a", &decline), series("MX-03", "a", &season)];
    assert_eq!(found(None, &edition("calm", &rows, CUTOFF, false)), []);
    let sudden = observed((0..MONTHS).map(|month| if month < MONTHS - 3 { 80 } else { 40 }));
    let alarms = found(None, &edition("drop", &[series("MX-04", "a", &sudden)], CUTOFF, false));
    let of = |alarm: &Alarm| (alarm.code(), alarm.place().map(str::to_owned), alarm.offence().map(str::to_owned));
    let drop = |offence: Option<&str>| ("unexplained-drop", Some("MX-04".to_owned()), offence.map(str::to_owned));
    let told: Vec<_> = alarms.iter().map(of).collect();
    assert_eq!(told.iter().filter(|told| **told == drop(Some("a"))).count(), 3, "{alarms:?}");
    assert_eq!(told.iter().filter(|told| **told == drop(None)).count(), 3, "and all offences together");
}

#[test]
fn only_settled_months_are_lowered() {
    let flat = |change: &dyn Fn(i32) -> u64| observed((0..MONTHS).map(|month| 50 - change(month)));
    let other = |rise: u64| observed((0..MONTHS).map(move |month| if month == 3 { 50 + rise } else { 50 }));
    let old = [series("MX-01-001", "a", &flat(&|_| 0)), series("MX-01-002", "b", &other(0))];
    let recent = [series("MX-01-001", "a", &flat(&|month| u64::from(month >= MONTHS - 3))), old[1].clone()];
    let old = edition("old", &old, CUTOFF, false);
    assert_eq!(found(Some(&old), &edition("new", &recent, CUTOFF, false)), [], "the last months are being written");
    let lower = |month: i32| if month == 3 || month == MONTHS - 4 { 9 } else { 0 };
    let past = [series("MX-01-001", "a", &flat(&lower)), series("MX-01-002", "b", &other(4))];
    let alarms = found(Some(&old), &edition("new", &past, CUTOFF, false));
    let [Alarm::PastLowered { office, first, last, figures, sum, raised_sum, removed, offence, .. }] = &alarms[..]
    else {
        panic!("one office, not {alarms:?}")
    };
    assert_eq!((office.as_str(), offence.as_str()), ("MX-01", "a"));
    assert_eq!((first.to_string().as_str(), last.to_string().as_str()), ("2015-04", "2019-09"));
    assert_eq!((*figures, *sum, *raised_sum, *removed), (2, 18, 4, 0));
}

#[test]
fn a_series_stops_only_where_silence_is_improbable() {
    let stop = |mean: u64, silence: i32| {
        observed((0..MONTHS).map(|month| if month >= MONTHS - silence { 0 } else { mean + (month % 2) as u64 }))
    };
    let quiet = [series("MX-01-001", "a", &stop(1, 3)), series("MX-01-002", "a", &stop(9, 1))];
    let of_stops = |rows: &[Row]| -> Vec<Alarm> {
        let alarms = found(None, &edition("e", rows, CUTOFF, false));
        alarms.into_iter().filter(|alarm| alarm.code() == "series-stops").collect()
    };
    assert_eq!(of_stops(&quiet), [], "a mean of 1.5 is silent for three months by chance");
    let mut cells = stop(9, 4);
    cells[58] = Cell::Missing;
    let alarms = of_stops(&[series("MX-01-003", "a", &cells)]);
    let [Alarm::SeriesStops { place, since, periods, blank, mean, probability, .. }] = &alarms[..] else {
        panic!("one series, not {alarms:?}")
    };
    assert_eq!((place.as_str(), since.to_string().as_str(), *periods, *blank), ("MX-01-003", "2019-09", 4, 1));
    assert!((mean - 9.5).abs() < 1e-12 && (probability / (-38.0f64).exp() - 1.0).abs() < 1e-9);
}

#[test]
fn what_vanishes_is_told_once() {
    let of = |place: &str, offence: &str| series(place, offence, &observed([4, 5, 6]));
    let old = [of("MX-01", "a"), of("MX-01", "b"), of("MX-01", "c"), of("MX-02", "a"), of("MX-02", "b")];
    let new = [of("MX-01", "a"), of("MX-01", "b")];
    let last = FIRST + 2;
    let alarms = found(Some(&edition("old", &old, last, false)), &edition("new", &new, last, false));
    let vanished: Vec<(Vanished, &str, u64, u64, u64)> = alarms
        .iter()
        .filter_map(|alarm| match alarm {
            Alarm::RowsVanish { row, code, series, figures, sum } => {
                Some((*row, code.as_str(), *series, *figures, *sum))
            }
            _ => None,
        })
        .collect();
    assert_eq!(vanished, [(Vanished::Place, "MX-02", 2, 6, 30), (Vanished::Offence, "c", 1, 3, 15)]);
    let short = [of("MX-01", "a"), of("MX-01", "b"), of("MX-01", "c"), of("MX-02", "a")];
    let alarms = found(Some(&edition("old", &old, last, false)), &edition("new", &short, last, false));
    assert!(alarms.iter().any(
        |alarm| matches!(alarm, Alarm::RowsVanish { row: Vanished::Series, code, series: 1, .. } if code == "MX-02")
    ));
}

/// 3,136 series of 74 months in 32 offices, the last three of them tested: what rings is few enough to be read by a
/// person, and a drop made on purpose is among it.
#[test]
fn the_real_state_file_rings_for_few_and_for_a_planted_drop() {
    let Some(file) = crate::support::shared("counts/Estatal-Delitos-2015-2021_feb2021.xlsx") else { return };
    let folder = crate::support::Folder::new();
    let manifest = folder.import(&file).manifest;
    let mut table = folder.table(&manifest);
    let real = found(None, &(manifest.clone(), table.clone()));
    eprintln!("{} alarms", real.len());
    assert!(real.len() <= 32, "more than one an office: {real:?}");
    let key = table.series.iter().position(|key| {
        table.places[key.place as usize].code == "MX-11"
            && table.offences[key.offence as usize].code == "homicidio-doloso.con-arma-de-fuego"
    });
    let last = table.column("2021-02".parse().expect("a month")).expect("in the table");
    let at = key.expect("a series") * table.periods + last;
    table.cells[at] /= 4;
    let planted = found(None, &(manifest, table));
    let is_planted = |alarm: &&Alarm| {
        (alarm.place(), alarm.offence()) == (Some("MX-11"), Some("homicidio-doloso.con-arma-de-fuego"))
    };
    assert!(!real.iter().any(|alarm| is_planted(&alarm)));
    let Some(Alarm::UnexplainedDrop { period, .. }) = planted.iter().find(is_planted) else {
        panic!("the planted drop rings: {planted:?}")
    };
    assert_eq!(period.to_string(), "2021-02");
}
