//! Figures of esda 2.9.0 (sids2, stl, standardisation) and of spdep's reference pages (Auckland).

use crate::data::{auckland, close, scattered, sids2, stl};
use tequio_methods::concentration::{PlaceCount, top_share};
use tequio_methods::rates::empirical_bayes::empirical_bayes;
use tequio_methods::rates::excess_risk::excess_risks;
use tequio_methods::rates::poisson_gamma::fit;
use tequio_methods::rates::spatial_empirical_bayes::spatial_empirical_bayes;
use tequio_methods::rates::standardisation::{Reference, Stratum, direct, indirect};

#[test]
fn sudden_infant_deaths() {
    let sids = sids2();
    let (deaths, births) = (sids.counts("deaths"), sids.numbers("births"));
    assert_eq!((deaths.iter().sum::<u64>(), births.iter().sum::<f64>()), (667, 329_962.0));
    let smoothed = empirical_bayes(&deaths, &births).expect("rates");
    close(smoothed.mean, 0.00202144489, 11);
    let printed = [(0.0016973, 7), (0.00170538, 8), (0.00177309, 8), (0.00201287, 8), (0.00353491, 8)];
    for (rate, (printed, digits)) in smoothed.rates.iter().zip(printed) {
        close(*rate, printed, digits);
    }
    close(smoothed.rates.iter().copied().fold(f64::INFINITY, f64::min), 0.00105702, 8);
    close(smoothed.rates.iter().copied().fold(0.0, f64::max), 0.00483880, 8);
}

#[test]
fn child_deaths_of_auckland() {
    let auckland = auckland();
    // Deaths of nine years.
    let years: Vec<f64> = auckland.numbers("children").iter().map(|children| children * 9.0).collect();
    let smoothed = empirical_bayes(&auckland.counts("deaths"), &years).expect("rates");
    close(smoothed.variance, 7.284173e-07, 13);
    close(smoothed.mean, 0.002633436, 9);
}

#[test]
fn homicides_round_st_louis() {
    let stl = stl();
    let (homicides, years) = (stl.counts("homicides"), stl.numbers("person_years"));
    assert_eq!((homicides.iter().sum::<u64>(), years.iter().sum::<f64>()), (2_668, 26_063_770.0));
    let smoothed = empirical_bayes(&homicides, &years).expect("rates");
    close(smoothed.mean * 1e5, 10.236432, 6);
    for (county, raw, printed) in [("St. Louis City", 46.5748, 46.4923), ("St. Clair", 22.9832, 22.9354)] {
        let county = stl.index_of("name", county);
        close(homicides[county] as f64 / years[county] * 1e5, raw, 4);
        close(smoothed.rates[county] * 1e5, printed, 4);
    }
    let codes: Vec<String> = (0..homicides.len()).map(|county| format!("{county:02}")).collect();
    let places: Vec<PlaceCount> =
        codes.iter().zip(&homicides).map(|(code, count)| PlaceCount { code, count: *count }).collect();
    close(top_share(&places, 5).expect("places").share * 100.0, 81.33, 2);
    let spatial = spatial_empirical_bayes(&homicides, &years, &stl.weights("gal")).expect("rates");
    for (rate, printed) in spatial.iter().zip([4.01485749e-05, 3.62437513e-05, 4.93034844e-05]) {
        close(*rate, printed, 13);
    }
}

#[test]
fn scattered_points() {
    let table = scattered();
    let smoothed = empirical_bayes(&table.counts("events"), &table.numbers("people")).expect("rates");
    let printed = [0.004686964655783, 0.014620791827334, 0.016423859905510, 0.004072929348543];
    smoothed.rates.iter().zip(printed).for_each(|(rate, printed)| close(*rate, printed, 14));
}

const EVENTS: [[u64; 4]; 2] = [[30, 25, 25, 15], [33, 21, 30, 20]];
const PEOPLE: [[f64; 4]; 2] = [[1000.0, 1000.0, 1100.0, 900.0], [1000.0, 900.0, 1100.0, 900.0]];
const STANDARD: [f64; 4] = [1000.0, 900.0, 1000.0, 900.0];

#[test]
fn direct_standardisation() {
    let printed = [(0.02375, 0.02374402, 0.01920491, 0.02904848), (0.02666667, 0.02665072, 0.02177143, 0.03230508)];
    for (area, (crude, rate, low, high)) in printed.into_iter().enumerate() {
        let stratum = |k: usize| Stratum { count: EVENTS[area][k], population: PEOPLE[area][k], standard: STANDARD[k] };
        let got = direct(&[0, 1, 2, 3].map(stratum), 0.95).expect("a rate");
        close(got.crude, crude, 8);
        close(got.rate, rate, 8);
        close(got.interval.low, low, 8);
        close(got.interval.high, high, 8);
    }
}

#[test]
fn indirect_standardisation() {
    let events: [[u64; 4]; 2] = [[100, 45, 120, 100], [50, 30, 200, 80]];
    // esda multiplies by the overall rate of both regions' standards together.
    for (area, printed) in [0.23723821989528798, 0.2610803324099723].into_iter().enumerate() {
        let reference = |k: usize| Reference {
            population: PEOPLE[area][k] / 10.0,
            standard_count: events[area][k],
            standard_population: STANDARD[k],
        };
        let count = EVENTS[area].iter().sum();
        let got = indirect(count, &[0, 1, 2, 3].map(reference), 0.95).expect("a rate");
        close(got.ratio.value * 725.0 / 7_600.0, printed, 14);
    }
}

/// The two equations of Clayton and Kaldor, repeated in R 4.2, and its `qgamma`.
#[test]
fn law_of_risks() {
    let sids = sids2();
    let (deaths, births) = (sids.counts("deaths"), sids.numbers("births"));
    let risks = excess_risks(&deaths, &births, 0.95).expect("rates");
    let expected: Vec<f64> = risks.iter().map(|risk| risk.expected).collect();
    let law = fit(&deaths, &expected).expect("counts");
    close(law.shape, 4.630749232, 9);
    close(law.rate, 4.395740935, 9);
    let law = fit(&LIP_CASES, &LIP_EXPECTED).expect("counts");
    close(law.shape, 1.644015298, 9);
    close(law.rate, 1.148843010, 9);
    let risks = law.risks(0.95).expect("a level");
    for (risk, printed) in risks.iter().zip([4.176018397, 4.126780705, 3.047600323]) {
        close(risk.mean, printed, 9);
    }
    close(risks[0].interval.low, 2.056546253, 8);
    close(risks[0].interval.high, 7.033501643, 8);
}

/// Lip cancer of men in 56 counties of Scotland, 1975-1980: D. Clayton and J. Kaldor, Biometrics 43 (1987),
/// table 1.
const LIP_CASES: [u64; 56] = [
    9, 39, 11, 9, 15, 8, 26, 7, 6, 20, 13, 5, 3, 8, 17, 9, 2, 7, 9, 7, 16, 31, 11, 7, 19, 15, 7, 10, 16, 11, 5, 3, 7,
    8, 11, 9, 11, 8, 6, 4, 10, 8, 2, 6, 19, 3, 2, 3, 28, 6, 1, 1, 1, 1, 0, 0,
];
const LIP_EXPECTED: [f64; 56] = [
    1.4, 8.7, 3.0, 2.5, 4.3, 2.4, 8.1, 2.3, 2.0, 6.6, 4.4, 1.8, 1.1, 3.3, 7.8, 4.6, 1.1, 4.2, 5.5, 4.4, 10.5, 22.7,
    8.8, 5.6, 15.5, 12.5, 6.0, 9.0, 14.4, 10.2, 4.8, 2.9, 7.0, 8.5, 12.3, 10.1, 12.7, 9.4, 7.2, 5.3, 18.8, 15.8, 4.3,
    14.6, 50.7, 8.2, 5.6, 9.3, 88.7, 19.6, 3.4, 3.6, 5.7, 7.0, 4.2, 1.8,
];
