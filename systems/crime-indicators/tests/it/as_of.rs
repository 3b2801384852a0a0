//! Every answer stays what it was: later editions, however many, change nothing that was published before.

use crate::made::MONTHS;
use crate::support::Folder;
use std::fmt::Write as _;
use std::path::PathBuf;
use tequio_crime_indicators::alarms::{Alarm, alarms};
use tequio_crime_indicators::diff::{Comparison, Edition};
use tequio_crime_indicators::revisions::{Revisions, Selection, Total};
use tequio_kernel::{DatasetId, Manifest};

const STATES: [(u32, &str); 3] = [(1, "Aguascalientes"), (9, "Ciudad de México"), (11, "Guanajuato")];
const OFFENCES: [[&str; 4]; 2] = [
    ["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "Con arma de fuego"],
    ["El patrimonio", "Robo", "Robo a casa habitación", "Con violencia"],
];

/// A state file of 2024 and 2025 up to a month of 2025; figures of 2024 move with `revision`.
fn file(months: usize, revision: u64) -> String {
    let mut text = format!(
        "Año,Clave_Ent,Entidad,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,{}\n",
        MONTHS.join(",")
    );
    for (year, observed) in [(2024u64, 12), (2025, months)] {
        for (number, (code, state)) in (0u64..).zip(STATES) {
            for (kind, offence) in (0u64..).zip(OFFENCES) {
                write!(text, "{year},{code},{state},{}", offence.join(",")).expect("memory");
                for month in 0..12u64 {
                    let base = 100 + 40 * number + 10 * kind + 3 * month + year % 10;
                    let moved = if year == 2024 && (number + month) % 3 == 0 { revision } else { 0 };
                    let value = (month < observed as u64).then(|| (base - moved).to_string());
                    write!(text, ",{}", value.unwrap_or_default()).expect("memory");
                }
                text.push('\n');
            }
        }
    }
    text
}

fn import(folder: &Folder, months: usize, revision: u64, published: &str) -> Manifest {
    let path: PathBuf = folder.data.root().with_file_name(format!("file-{months}-{revision}.csv"));
    std::fs::write(&path, file(months, revision)).expect("a file");
    folder.import_published(&path, Some(published)).manifest
}

/// What an edition answers: its totals, its root and every figure.
fn answer(folder: &Folder, day: &str) -> (String, tequio_kernel::CountsAbout, tequio_kernel::CountTable) {
    let manifest = folder.data.edition_as_of(&dataset(), day).expect("an edition");
    let table = folder.table(&manifest);
    (manifest.edition.clone(), manifest.counts.expect("counts"), table)
}

fn dataset() -> DatasetId {
    DatasetId("sesnsp-state".to_owned())
}

#[test]
fn answers_do_not_change_after_ten_later_editions() {
    let folder = Folder::new();
    import(&folder, 1, 0, "2025-02-20");
    let before = answer(&folder, "2025-02-28");
    assert_eq!((before.1.cutoff.as_str(), before.1.totals.len()), ("2025-01", 2));
    for later in 1..=10u32 {
        import(&folder, 1 + later as usize, u64::from(later), &format!("2025-{:02}-20", later + 2));
        assert_eq!(answer(&folder, "2025-02-28"), before, "after {later} editions");
    }
    let newest = answer(&folder, "2026-01-01");
    assert_eq!(newest.1.cutoff, "2025-11");
    assert_ne!(newest.1.totals[&2024], before.1.totals[&2024], "the past was revised");
    assert!(folder.data.edition_as_of(&dataset(), "2025-02-19").is_err(), "nothing was known yet");
    assert_eq!(folder.data.editions(&dataset()).expect("editions").len(), 11);
}

#[test]
fn an_older_publication_that_arrives_later_is_not_the_newest() {
    let folder = Folder::new();
    let newer = import(&folder, 6, 3, "2025-07-20");
    let older = import(&folder, 2, 0, "2025-03-20");
    assert_eq!(folder.data.edition(&dataset(), None).expect("the newest").edition, newer.edition);
    assert_eq!(answer(&folder, "2025-12-31").0, newer.edition);
    assert_eq!(answer(&folder, "2025-05-01").0, older.edition);
    assert_eq!(older.supersedes, None, "it follows nothing that was known before it");
}

#[test]
fn the_triangle_tells_each_period_again() {
    let folder = Folder::new();
    let manifests = [(1, 0), (2, 5), (3, 2)]
        .map(|(months, revision)| import(&folder, months, revision, &format!("2025-{:02}-20", months + 1)));
    let all = Revisions::of(&folder.data, &dataset(), &Selection::default()).expect("revisions");
    assert_eq!((all.periods.len(), all.editions.len(), all.between.len()), (24, 3, 2));
    assert_eq!(all.editions[2].edition, manifests[2].edition);
    // January 2024: Aguascalientes is revised in both offences, the other two are not.
    let base: u64 = (0..3).flat_map(|n| (0..2).map(move |k| 100 + 40 * n + 10 * k + 4)).sum();
    let values = |row: &[Option<Total>]| row.iter().map(|total| total.and_then(|t| t.value)).collect::<Vec<_>>();
    assert_eq!(values(&all.total[0]), [Some(base), Some(base - 10), Some(base - 4)]);
    let february = 12 + 1;
    assert_eq!(all.total[february][0], None, "the first edition does not observe it");
    assert!(all.total[february][1].is_some());
    // Every third office-month of 2024: 12 of 36, twice for two offences, down by 5 and up by 3 again.
    let moved: Vec<(u64, i64, u64)> = all.between.iter().map(|t| (t.changed, t.net(), t.added)).collect();
    assert_eq!(moved, [(24, -120, 6), (24, 72, 6)]);
    assert_eq!(all.by_office["MX-09"].len(), 24);
    let offices: Vec<(&str, u64)> = all.offices.iter().map(|line| (line.key.as_str(), line.tally.changed)).collect();
    assert_eq!(offices, [("MX-01", 16), ("MX-09", 16), ("MX-11", 16)]);
    // The youngest revised month of 2024 is December (office 1), two and three months before the cut-offs.
    let ages: Vec<i32> = all.by_age().iter().filter(|(_, tally)| tally.changed > 0).map(|(age, _)| *age).collect();
    assert_eq!((ages.first(), ages.last()), (Some(&2), Some(&14)));
    assert_eq!(all.by_age().values().map(|tally| tally.changed).sum::<u64>(), 48);
    let of_office: Vec<&str> = all.by_office.keys().map(String::as_str).collect();
    assert_eq!(of_office, ["MX-01", "MX-09", "MX-11"]);
}

#[test]
fn a_selection_takes_what_lies_below_it() {
    let folder = Folder::new();
    import(&folder, 1, 0, "2025-02-20");
    import(&folder, 2, 5, "2025-03-20");
    let of = |place: Option<&str>, offence: Option<&str>| {
        let selection = Selection { place: place.map(str::to_owned), offence: offence.map(str::to_owned) };
        Revisions::of(&folder.data, &dataset(), &selection)
    };
    let homicide = of(None, Some("homicidio-doloso")).expect("revisions");
    assert_eq!((homicide.between[0].changed, homicide.by_offence.len()), (12, 1));
    assert_eq!(of(Some("MX"), None).expect("revisions").between[0].changed, 24);
    assert_eq!(of(Some("MX-11"), Some("homicidio-doloso")).expect("revisions").between[0].changed, 4);
    let error = of(None, Some("homicidio")).expect_err("no offence begins so").to_string();
    assert!(error.contains("offence `homicidio`") && !error.contains('\n'), "{error}");
    assert!(of(Some("MX-1"), None).is_err());
    let none = Revisions::of(&folder.data, &DatasetId("other".to_owned()), &Selection::default());
    assert!(none.expect_err("no editions").to_string().contains("tequio import"));
}

#[test]
fn lowered_months_of_imported_editions_raise_an_alarm() {
    let folder = Folder::new();
    let [old, new] = [(5, 0), (6, 7)].map(|(months, revision)| {
        let manifest = import(&folder, months, revision, &format!("2025-{:02}-20", months + 1));
        (folder.table(&manifest), manifest)
    });
    let sides = [&old, &new].map(|(table, manifest)| Edition::new(manifest, table).expect("counts"));
    let diff = Comparison::new(sides[0], sides[1]).expect("comparable").diff(3);
    assert_eq!((diff.total.lowered, diff.total.net(), diff.total.added), (24, -168, 6));
    let found = alarms(Some(sides[0]), sides[1]).expect("alarms");
    let lowered: Vec<(&str, u64, u64)> = found
        .iter()
        .filter_map(|alarm| match alarm {
            Alarm::PastLowered { office, figures, sum, .. } => Some((office.as_str(), *figures, *sum)),
            _ => None,
        })
        .collect();
    assert_eq!(lowered, [("MX-01", 8, 56), ("MX-09", 8, 56), ("MX-11", 8, 56)]);
    assert_eq!(found.len(), 3, "nothing else is wrong: {found:?}");
}

#[test]
fn damaged_figures_are_refused_before_they_are_decoded() {
    let folder = Folder::new();
    let manifest = import(&folder, 2, 0, "2025-03-20");
    let path = folder.data.counts_file(&manifest);
    let whole = std::fs::read(&path).expect("figures");
    let refused = |bytes: &[u8]| {
        std::fs::write(&path, bytes).expect("damage");
        let error = folder.data.counts(&manifest).expect_err("refused").to_string();
        assert!(error.contains("counts.parquet is damaged") && !error.contains('\n'), "{error}");
    };
    for at in (0..whole.len()).step_by(7) {
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        refused(&bytes);
    }
    [0, 4, whole.len() / 2, whole.len() - 1].into_iter().for_each(|end| refused(&whole[..end]));
    std::fs::write(&path, &whole).expect("restored");
    assert_eq!(folder.data.counts(&manifest).expect("whole"), folder.table(&manifest));
}
