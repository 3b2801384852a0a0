//! Figures of esda 2.9.0 (columbus, sids2, stl), of spdep's reference pages (`COL.OLD`, Getis and Ord's grid)
//! and of its `EBImoran.mc`.

use crate::data::{close, columbus, columbus_old, columbus_rings, getis_ord, scattered, sids_cc89, sids2, stl};
use tequio_methods::association::geary::geary;
use tequio_methods::association::getis_ord::getis_ord as global_g;
use tequio_methods::association::join_count::join_count;
use tequio_methods::association::local_getis_ord::{Own, local_getis_ord};
use tequio_methods::association::local_moran::{Quadrant, local_moran, local_moran_tails};
use tequio_methods::association::moran::moran;
use tequio_methods::association::moran_rate::standardised_rates;
use tequio_methods::association::permutation::Permutations;
use tequio_methods::weights::Weights;
use tequio_methods::weights::contiguity::{of_order, queen, rook};
use tequio_methods::weights::distance::{band, nearest};

fn columbus_queen() -> Weights {
    queen(&columbus_rings()).expect("areas")
}

fn columbus_rook() -> Weights {
    rook(&columbus_rings()).expect("areas")
}

#[test]
fn moran_and_geary_of_columbus() {
    let crime = columbus();
    let queen = columbus_queen().row_standardised();
    let i = moran(&crime, &queen).expect("values");
    close(i.value, 0.500188557, 9);
    close(i.expected, -0.020833333, 9);
    close(i.randomisation.variance, 0.008689289, 9);
    close(i.randomisation.z, 5.589383, 6);
    close(i.normality.z, 5.630313, 6);
    let c = geary(&crime, &queen).expect("values");
    close(c.value, 0.540528203, 9);
    close(c.randomisation.z, -4.743062, 6);
    let rook = columbus_rook().row_standardised();
    let i = moran(&crime, &rook).expect("values");
    close(i.value, 0.523670213, 9);
    close(i.randomisation.variance, 0.009952987, 9);
    close(i.randomisation.z, 5.457880, 6);
    close(geary(&crime, &rook).expect("values").value, 0.515440806, 9);
}

#[test]
fn local_moran_of_columbus() {
    let local = local_moran(&columbus(), &columbus_queen().row_standardised()).expect("values");
    let local: Vec<_> = local.into_iter().flatten().collect();
    for (unit, printed) in [0.721781, 0.517986, 0.091935, 0.004723, 0.297410].into_iter().enumerate() {
        close(local[unit].value, printed, 6);
    }
    let of = |quadrant| local.iter().filter(|unit| unit.quadrant == quadrant).count();
    let counts = [Quadrant::HighHigh, Quadrant::LowHigh, Quadrant::LowLow, Quadrant::HighLow].map(of);
    assert_eq!(counts, [21, 5, 20, 3]);
}

/// Pseudo p-values of esda from 99,999 permutations; the error of ours is below 0.0113 (five standard
/// deviations of 49,999 permutations).
#[test]
fn permuted_local_moran_of_columbus() {
    let permutations = Permutations { count: 49_999, seed: 1 };
    let weights = columbus_queen().row_standardised();
    let tails = local_moran_tails(&columbus(), &weights, permutations).expect("values");
    let esda = [0.1838, 0.1681, 0.2433, 0.4760, 0.1489, 0.3231, 0.0372, 0.1627, 0.3760, 0.1163, 0.0129, 0.0902];
    for (tails, esda) in tails.iter().zip(esda) {
        let p = tails.expect("neighbours").p_directed();
        assert!((p - esda).abs() < 0.014, "{p}, not {esda}");
    }
}

/// Neighbourhoods with more than 35 crimes a thousand households, counted with esda 2.9.0.
#[test]
fn join_counts_of_columbus() {
    let black: Vec<bool> = columbus().iter().map(|crime| *crime > 35.0).collect();
    let joins = join_count(&black, &columbus_queen()).expect("values");
    let kinds = [joins.black_black, joins.white_white, joins.black_white];
    assert_eq!(kinds.map(|kind| kind.value), [54.0, 35.0, 29.0]);
    // 24 of 49 are black; 118 joins.
    close(joins.black_black.expected, 118.0 * 24.0 * 23.0 / (49.0 * 48.0), 9);
}

#[test]
fn getis_ord_of_columbus() {
    let (crime, queen) = (columbus(), columbus_queen());
    let scores = |own| -> Vec<f64> {
        local_getis_ord(&crime, &queen, own).expect("values").into_iter().flatten().map(|unit| unit.z).collect()
    };
    let star = scores(Own::Counted);
    for (unit, printed) in [-1.432780, -1.340008, -0.771999, -0.131733, 1.285363].into_iter().enumerate() {
        close(star[unit], printed, 6);
    }
    close(star[15], 3.475051, 6);
    assert!(star.iter().all(|z| *z <= star[15]));
    assert_eq!(star.iter().filter(|z| **z > 1.96).count(), 11);
    assert_eq!(star.iter().filter(|z| **z < -1.96).count(), 7);
    let plain = scores(Own::Left);
    for (unit, printed) in [-0.937808, -0.985659, -0.718419, -0.066662, 1.047136].into_iter().enumerate() {
        close(plain[unit], printed, 6);
    }
    let g = global_g(&crime, &queen).expect("values");
    close(g.value, 0.127807457, 9);
    close(g.randomisation.z, 4.638151, 6);
    let g = global_g(&crime, &columbus_rook()).expect("values");
    close(g.value, 0.103828169, 9);
    close(g.randomisation.z, 4.061604, 6);
}

#[test]
fn older_weights_of_columbus() {
    let table = columbus_old();
    let (crime, binary) = (table.numbers("crime"), table.weights("neighbours"));
    let standardised = binary.row_standardised();
    let i = moran(&crime, &standardised).expect("values");
    close(i.value, 0.510951264, 9);
    close(i.randomisation.variance, 0.008908762, 9);
    close(i.randomisation.z, 5.6341, 4);
    let i = moran(&crime, &binary).expect("values");
    close(i.value, 0.52063815, 8);
    close(i.randomisation.z, 6.2116, 4);
    for (order, printed) in [(2, 0.168485742), (3, -0.138930745)] {
        let far = of_order(&binary, order).expect("an order").row_standardised();
        close(moran(&crime, &far).expect("values").value, printed, 9);
    }
    let c = geary(&crime, &standardised).expect("values");
    close(c.value, 0.52986993, 8);
    close(-c.randomisation.z, 4.7605, 4);
}

/// The cell that the paper prints is number 120 of the 256, counted from one.
#[test]
fn the_grid_of_getis_and_ord() {
    let table = getis_ord();
    let points = table.points();
    let values = table.numbers("val");
    let z = |distance: f64, own| {
        let weights = band(&points, distance).expect("points");
        local_getis_ord(&values, &weights, own).expect("values")[119].expect("neighbours").z
    };
    let printed = [(30.0, 1.221979), (60.0, 1.748098), (90.0, 1.986135), (120.0, 1.893374), (150.0, 1.237454)];
    for (distance, printed) in printed {
        close(z(distance, Own::Left), printed, 6);
    }
    close(z(30.0, Own::Counted), 1.45078, 5);
    // The paper divides the variance by one less than the number of cells.
    close(z(30.0, Own::Counted) * (255.0f64 / 256.0).sqrt(), 1.447943, 6);
}

/// Six points of esda's own tests.
#[test]
fn six_points() {
    let points = [[10.0, 10.0], [20.0, 10.0], [40.0, 10.0], [15.0, 20.0], [30.0, 20.0], [30.0, 30.0]];
    let values = [2.0, 3.0, 3.2, 5.0, 8.0, 7.0];
    let weights = band(&points, 15.0).expect("points");
    let g = global_g(&values, &weights).expect("values");
    close(g.value, 0.55709779, 8);
    close(g.randomisation.p_value / 2.0, 0.172936, 6);
    let first = |own| local_getis_ord(&values, &weights, own).expect("values")[0].expect("neighbours").z;
    close(first(Own::Left), -1.0136729, 7);
    close(first(Own::Counted), -1.39727626, 8);
}

#[test]
fn moran_of_rates() {
    let sids = sids2();
    let (deaths, births) = (sids.numbers("deaths"), sids.numbers("births"));
    let weights = sids.weights("neighbours").row_standardised();
    let raw: Vec<f64> = deaths.iter().zip(&births).map(|(deaths, births)| deaths / births).collect();
    let i = moran(&raw, &weights).expect("values");
    close(i.value, 0.247725172, 9);
    close(i.randomisation.z, 3.942847, 6);
    let i = moran(&standardised_rates(&deaths, &births).expect("rates"), &weights).expect("values");
    close(i.value, 0.271402967, 9);
    close(i.randomisation.z, 4.311666, 6);

    let sids = sids_cc89();
    let (deaths, births) = (sids.numbers("deaths"), sids.numbers("births"));
    let binary = sids.weights("neighbours");
    let raw: Vec<f64> = deaths.iter().zip(&births).map(|(deaths, births)| deaths / births).collect();
    close(moran(&standardised_rates(&deaths, &births).expect("rates"), &binary).expect("values").value, 0.25789, 5);
    // spdep leaves the two islands out of the number of units, here for raw rates only.
    assert_eq!(binary.islands().len(), 2);
    close(moran(&raw, &binary).expect("values").value * 98.0 / 100.0, 0.20904, 5);
}

#[test]
fn homicides_round_st_louis() {
    let stl = stl();
    let queen = stl.weights("queen").row_standardised();
    let i = moran(&stl.numbers("rate"), &queen).expect("values");
    close(i.value, 0.157768023, 9);
    close(i.randomisation.z, 3.409221, 6);
    let z = standardised_rates(&stl.numbers("homicides"), &stl.numbers("person_years")).expect("rates");
    close(moran(&z, &queen).expect("values").value, 0.155231156, 9);
}

/// Asymmetric weights and islands, computed with esda 2.9.0 on made-up points.
#[test]
fn scattered_points() {
    let table = scattered();
    let (points, values) = (table.points(), table.numbers("value"));
    let binary = nearest(&points, 5).expect("points");
    let standardised = binary.row_standardised();
    let i = moran(&values, &standardised).expect("values");
    close(i.value, 0.013274999699241, 14);
    close(i.randomisation.variance, 0.004108149619845, 14);
    close(i.normality.variance, 0.004121844592015, 14);
    close(i.randomisation.p_value, 0.6857663763925, 12);
    let c = geary(&values, &standardised).expect("values");
    close(c.value, 1.00748278391354, 13);
    close(c.randomisation.variance, 0.00512901888015, 13);
    close(c.normality.variance, 0.00501288580247, 13);
    let g = global_g(&values, &binary).expect("values");
    close(g.value, 0.06303680310341, 13);
    close(g.randomisation.z, -0.15872244552, 9);
    for (own, printed) in [(Own::Counted, [-1.8678935494, 0.7202022947]), (Own::Left, [-2.0024351087, 0.5214661365])] {
        let scores = local_getis_ord(&values, &binary, own).expect("values");
        scores.iter().flatten().zip(printed).for_each(|(score, printed)| close(score.z, printed, 10));
    }
    let z = standardised_rates(&table.numbers("events"), &table.numbers("people")).expect("rates");
    let i = moran(&z, &standardised).expect("values");
    close(i.value, 0.8033236150309, 12);
    close(i.randomisation.z, 12.74621401, 8);
    let near = band(&points, 9.0).expect("points");
    assert_eq!((near.links(), near.islands()), (170, vec![15, 20, 25, 31, 37, 45, 60, 61, 64, 68, 72, 75]));
    let i = moran(&values, &near.row_standardised()).expect("values");
    close(i.value, 0.0396531341464, 13);
    close(i.randomisation.variance, 0.0146837374930, 13);
}

/// The same points, unit by unit; pseudo p-values from 99,999 permutations of esda. Its moments are those of
/// the statistic with `n`, though its statistic has `n - 1`: they are brought to the same here.
#[test]
fn scattered_points_one_by_one() {
    let table = scattered();
    let values = table.numbers("value");
    let weights = nearest(&table.points(), 5).expect("points").row_standardised();
    let local = local_moran(&values, &weights).expect("values");
    let printed = [
        (0.0365303855, -0.0000225112, 0.0003417006),
        (0.1317664413, -0.0046402148, 0.0701092427),
        (0.0707160802, -0.0009387055, 0.0142356923),
        (0.2305589752, -0.0068413111, 0.1031371411),
    ];
    for (unit, (value, expected, variance)) in local.iter().flatten().zip(printed) {
        close(unit.value, value, 10);
        close(unit.expected / (79.0 / 80.0), expected, 10);
        close(unit.score.expect("a variance").variance / (79.0f64 / 80.0).powi(2), variance, 10);
    }
    let permutations = Permutations { count: 49_999, seed: 9 };
    let tails = local_moran_tails(&values, &weights, permutations).expect("values");
    let esda = [0.01149, 0.29304, 0.26556, 0.23731, 0.06347, 0.09878, 0.28152, 0.0694, 0.25491, 0.24799, 0.01326];
    for (tails, esda) in tails.iter().flatten().zip(esda) {
        assert!((tails.p_directed() - esda).abs() < 0.014, "{tails:?}, not {esda}");
    }
}
