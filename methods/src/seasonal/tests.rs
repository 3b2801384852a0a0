use super::*;

/// Month counted from 0; season, trend, remainder and weight.
type Row = (usize, f64, f64, f64, f64);

/// Airline passengers in thousands a month, 1949 to 1960: G. E. P. Box and G. M. Jenkins, "Time Series Analysis:
/// Forecasting and Control", 1970, series G.
const AIRLINE: [f64; 144] = [
    112.0, 118.0, 132.0, 129.0, 121.0, 135.0, 148.0, 148.0, 136.0, 119.0, 104.0, 118.0, 115.0, 126.0, 141.0, 135.0,
    125.0, 149.0, 170.0, 170.0, 158.0, 133.0, 114.0, 140.0, 145.0, 150.0, 178.0, 163.0, 172.0, 178.0, 199.0, 199.0,
    184.0, 162.0, 146.0, 166.0, 171.0, 180.0, 193.0, 181.0, 183.0, 218.0, 230.0, 242.0, 209.0, 191.0, 172.0, 194.0,
    196.0, 196.0, 236.0, 235.0, 229.0, 243.0, 264.0, 272.0, 237.0, 211.0, 180.0, 201.0, 204.0, 188.0, 235.0, 227.0,
    234.0, 264.0, 302.0, 293.0, 259.0, 229.0, 203.0, 229.0, 242.0, 233.0, 267.0, 269.0, 270.0, 315.0, 364.0, 347.0,
    312.0, 274.0, 237.0, 278.0, 284.0, 277.0, 317.0, 313.0, 318.0, 374.0, 413.0, 405.0, 355.0, 306.0, 271.0, 306.0,
    315.0, 301.0, 356.0, 348.0, 355.0, 422.0, 465.0, 467.0, 404.0, 347.0, 305.0, 336.0, 340.0, 318.0, 362.0, 348.0,
    363.0, 435.0, 491.0, 505.0, 404.0, 359.0, 310.0, 337.0, 360.0, 342.0, 406.0, 396.0, 420.0, 472.0, 548.0, 559.0,
    463.0, 407.0, 362.0, 405.0, 417.0, 391.0, 419.0, 461.0, 472.0, 535.0, 622.0, 606.0, 508.0, 461.0, 390.0, 432.0,
];

// Computed with statsmodels 0.15.0 (NumPy 2.4.6), `STL(series, period=12, seasonal=7 or 13, robust=...).fit()`; the
// logarithms with `numpy.log` of the series; SHORT is the first 30 months with `period=4, seasonal=5, trend=9,
// low_pass=7, robust=True`, TWO_SEASONS the first 24 with `period=12, seasonal=7`.
const SUM: [Row; 7] = [
    (0, -11.022167882, 122.633476227, 0.388691655, 1.000000000),
    (1, -2.838616713, 123.345101191, -2.506484478, 1.000000000),
    (6, 21.850961514, 126.950770490, -0.801732004, 1.000000000),
    (71, -28.047146281, 258.582474931, -1.535328651, 1.000000000),
    (100, -8.787447643, 362.549877555, 1.237570088, 1.000000000),
    (132, -41.937480949, 455.633296270, 3.304184680, 1.000000000),
    (143, -60.935215132, 495.534485603, -2.599270471, 1.000000000),
];
const SUM_ROBUST: [Row; 7] = [
    (0, -8.607859206, 122.174444453, -1.566585247, 0.986221436),
    (1, 0.976931138, 122.992560855, -5.969491993, 0.810702636),
    (6, 15.818808454, 126.814659273, 5.366532274, 0.849216873),
    (71, -28.885021078, 259.525657429, -1.640636351, 0.984952311),
    (100, -4.598438335, 361.439931431, -1.841493096, 0.981390333),
    (132, -45.130157237, 459.364087499, 2.766069738, 0.957623089),
    (143, -60.841625974, 497.023511964, -4.181885989, 0.903753228),
];
const LOGARITHM: [Row; 7] = [
    (0, -0.096440503, 4.805822212, 0.009117162, 1.000000000),
    (1, -0.028969682, 4.810958798, -0.011304492, 1.000000000),
    (6, 0.172187622, 4.837372153, -0.012347502, 1.000000000),
    (71, -0.102863004, 5.545335620, -0.008750612, 1.000000000),
    (100, -0.015119878, 5.881947934, 0.005289733, 1.000000000),
    (132, -0.087819115, 6.110544680, 0.010360657, 1.000000000),
    (143, -0.122917352, 6.194538013, -0.003195072, 1.000000000),
];
const LOGARITHM_ROBUST: [Row; 7] = [
    (0, -0.075232866, 4.798486307, -0.004754570, 0.986196558),
    (1, -0.037554877, 4.805114960, 0.003124542, 0.994032082),
    (6, 0.164661849, 4.839188733, -0.006638308, 0.973205981),
    (71, -0.102969605, 5.545244789, -0.008553179, 0.955713756),
    (100, -0.007911887, 5.880659465, -0.000629789, 0.999759242),
    (132, -0.088937319, 6.110457333, 0.011566208, 0.919805609),
    (143, -0.116012848, 6.192487599, -0.008049163, 0.960776403),
];
const SHORT: [Row; 5] = [
    (0, -4.322224069, 116.397639343, -0.075415274, 0.998039909),
    (7, 0.183830735, 147.790547612, 0.025621653, 0.995660416),
    (13, -0.127370457, 126.463263169, -0.335892711, 0.969515209),
    (22, 14.417888211, 138.503668858, -38.921557069, 0.000000000),
    (29, -3.692518178, 181.615132806, 0.077385372, 0.998272939),
];
const TWO_SEASONS: [Row; 5] = [
    (0, -7.305555556, 119.305555556, 0.000000000, 1.000000000),
    (5, 10.277777778, 124.722222222, 0.000000000, 1.000000000),
    (11, -13.222222222, 131.222222222, 0.000000000, 1.000000000),
    (12, -17.305555556, 132.305555556, 0.000000000, 1.000000000),
    (23, -4.222222222, 144.222222222, -0.000000000, 1.000000000),
];

fn airline(months: usize) -> Vec<Option<f64>> {
    AIRLINE[..months].iter().copied().map(Some).collect()
}

fn check(parts: &Decomposition, rows: &[Row], back: fn(f64) -> f64) {
    for (month, seasonal, trend, remainder, weight) in rows {
        let got = [parts.seasonal[*month], parts.trend[*month], parts.remainder[*month], parts.weights[*month]];
        let expected = [back(*seasonal), back(*trend), back(*remainder), *weight];
        let near = got.iter().zip(expected).all(|(got, expected)| (got - expected).abs() < 1e-6);
        assert!(near, "month {month}: {got:?}, not {expected:?}");
    }
}

#[test]
fn sums_as_in_statsmodels() {
    let sum = Stl::monthly(Scale::Sum);
    check(&decompose(&airline(144), &sum).expect("a series"), &SUM, |value| value);
    let robust = Stl { seasonal: 13, robust: true, ..sum };
    check(&decompose(&airline(144), &robust).expect("a series"), &SUM_ROBUST, |value| value);
}

#[test]
fn products_as_in_statsmodels() {
    let product = Stl::monthly(Scale::Product);
    check(&decompose(&airline(144), &product).expect("a series"), &LOGARITHM, f64::exp);
    let robust = Stl { robust: true, ..product };
    check(&decompose(&airline(144), &robust).expect("a series"), &LOGARITHM_ROBUST, f64::exp);
}

#[test]
fn short_series_and_other_windows_as_in_statsmodels() {
    let quarters = Stl { period: 4, seasonal: 5, trend: Some(9), low_pass: Some(7), robust: true, scale: Scale::Sum };
    check(&decompose(&airline(30), &quarters).expect("a series"), &SHORT, |value| value);
    let two = decompose(&airline(24), &Stl::monthly(Scale::Sum)).expect("a series");
    check(&two, &TWO_SEASONS, |value| value);
    assert_eq!(two.windows, Windows { seasonal: 7, trend: 23, low_pass: 13 });
}

#[test]
fn the_parts_make_up_the_series() {
    let sum = decompose(&airline(144), &Stl::monthly(Scale::Sum)).expect("a series");
    let product = decompose(&airline(144), &Stl::monthly(Scale::Product)).expect("a series");
    for (month, value) in AIRLINE.into_iter().enumerate() {
        let added = sum.trend[month] + sum.seasonal[month] + sum.remainder[month];
        assert!((added - value).abs() < 1e-9 && (sum.adjusted[month] + sum.seasonal[month] - value).abs() < 1e-9);
        let multiplied = product.trend[month] * product.seasonal[month] * product.remainder[month];
        assert!((multiplied / value - 1.0).abs() < 1e-9);
        assert!((product.adjusted[month] * product.seasonal[month] / value - 1.0).abs() < 1e-9);
    }
}

#[test]
fn what_cannot_be_adjusted_says_why() {
    let stl = Stl::monthly(Scale::Sum);
    let mut series = airline(36);
    series[17] = None;
    assert_eq!(decompose(&series, &stl), Err(SeasonalError::Missing(17)));
    series[17] = Some(f64::NAN);
    assert_eq!(decompose(&series, &stl), Err(SeasonalError::Missing(17)));
    series[17] = Some(0.0);
    assert_eq!(decompose(&series, &Stl::monthly(Scale::Product)), Err(SeasonalError::NotPositive(17)));
    assert!(decompose(&series, &stl).is_ok());
    assert_eq!(decompose(&airline(23), &stl), Err(SeasonalError::TooShort { needed: 24, given: 23 }));
    let endless = decompose(&series, &Stl { period: usize::MAX, ..stl });
    assert_eq!(endless, Err(SeasonalError::TooShort { needed: usize::MAX, given: 36 }));
    assert_eq!(decompose(&series, &Stl { seasonal: 8, ..stl }), Err(SeasonalError::Window(8)));
    assert_eq!(decompose(&series, &Stl { trend: Some(1), ..stl }), Err(SeasonalError::Window(1)));
    assert_eq!(decompose(&series, &Stl { period: 1, ..stl }), Err(SeasonalError::Period));
}
