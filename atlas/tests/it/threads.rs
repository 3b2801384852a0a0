//! The same answers on one, two and eight threads, from loading on, and enough incidents for every thread to have some.

use crate::fixtures::{Random, columns, partition, partition_index, query, random_rows, street, streets};
use tequio_atlas::{Atlas, Cell, Columns, TileLevel};
use tequio_kernel::Scope;

/// Side of the box in degrees: 256 units of the partition.
const SIDE: f64 = 256.0 / 1_024.0;
const CORNER: (f64, f64) = (-99.25, 19.25);

/// Everything that is asked of an atlas, written out.
fn answers(columns: &Columns, threads: usize) -> Vec<String> {
    let mut random = Random(11);
    let parts = partition(4, 4, 7, 1.0 / 1_024.0, &mut random);
    let areas = partition_index("areas", &parts, CORNER);
    let mut spot = |reach: f64| (random.share() * reach, random.share() * reach);
    let segments = (0..3_000).map(|number| {
        let ((x, y), (dx, dy)) = (spot(SIDE), spot(0.002));
        let start = (CORNER.0 + x, CORNER.1 + y);
        let name = format!("Calle {}", number % 700);
        street(&format!("{number:04}"), &name, None, &[start, (start.0 + dx, start.1 + dy)])
    });
    let index = streets(segments.collect(), Some(areas.clone()), 150.0);
    let atlas = Atlas::new(columns.clone()).unwrap();
    atlas.attach(areas);
    atlas.attach_streets(index.clone());

    let filtered = "offence=FRAUDE&offence=VIOLACION&period=2020";
    let bbox = "bbox=-99.2,19.3,-99.1,19.4";
    let mut said = vec![format!("{:?}", index.streets())];
    for text in ["by=place:areas", "by=segment", &format!("by=month&{filtered}&{bbox}"), "by=cell:14"] {
        let counts = atlas.count(&query(text), &Scope::OPERATOR, threads).unwrap();
        said.push(format!("{counts:?}"));
    }
    for text in ["by=offence,month,place:areas", "by=segment,offence,hour"] {
        let cube = atlas.cube(&query(text), &Scope::OPERATOR, threads).unwrap();
        said.push(format!("{:?}", cube.cells().collect::<Vec<_>>()));
    }
    let Cell { x, y, .. } = Cell::of(CORNER.0 + SIDE / 2.0, CORNER.1 + SIDE / 2.0, 11);
    for text in ["", filtered] {
        said.push(format!("{:?}", atlas.heat(&query(text), &Scope::OPERATOR, 11, x, y).unwrap()));
        said.push(format!("{:?}", atlas.tile(&query(text), &Scope::OPERATOR, TileLevel::Cells(17), 11, x, y).unwrap()));
    }
    // Where incidents were moved to, to the last digit.
    let places = columns.longitude.iter().zip(&columns.latitude);
    said.push(format!("{:?}", places.take(2_000).map(|(x, y)| index.snap(*x, *y)).collect::<Vec<_>>()));
    said
}

#[test]
fn nothing_depends_on_the_number_of_threads() {
    let mut random = Random(2_026);
    let [west, south] = [CORNER.0 - 0.01, CORNER.1 - 0.01];
    let rows = random_rows(60_000, [west, south, west + SIDE + 0.02, south + SIDE + 0.02], &mut random);
    let columns = columns(&rows);
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| answers(&columns, threads))
    };
    let alone = on(1);
    assert!(alone.iter().all(|answer| answer.len() > 100), "something was not answered");
    for threads in [2, 8] {
        for (number, (answer, expected)) in on(threads).iter().zip(&alone).enumerate() {
            assert_eq!(answer, expected, "answer {number} on {threads} threads");
        }
    }
}
