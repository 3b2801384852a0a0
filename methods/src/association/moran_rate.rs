//! Moran's I of rates whose populations differ: the empirical Bayes index.
//!
//! The rate of few people varies by chance more than that of many, and Moran's I presumes that all vary
//! alike. Each rate is therefore taken from the overall rate `b` and divided by its standard deviation by
//! the law of rates: `z_i = (r_i - b) / sqrt(a + b / x_i)`, with `x_i` the population and `a` the variance
//! between the true rates, by the method of moments ([`crate::rates::empirical_bayes`]); where `a + b /
//! x_i` is below zero, `b / x_i` is taken. Moran's I (or a local one) of `z` is then an index of
//! association. Reference: R. M. Assunção and E. A. Reis, "A New Proposal to Adjust Moran's I for
//! Population Density", Statistics in Medicine 18 (1999).

use super::AssociationError;

/// Rates standardised for the size of their populations, in standard deviations.
///
/// `counts` are events, `populations` inhabitants or inhabitants times years. Cost: linear.
///
/// # Errors
/// [`AssociationError`] when the lists differ in length, a population is not above zero, a count is below
/// zero or no number, or nothing happened anywhere.
///
/// ```
/// let counts = [30.0, 25.0, 25.0, 15.0, 33.0, 21.0, 30.0, 20.0];
/// let populations = [100.0, 100.0, 110.0, 90.0, 100.0, 90.0, 110.0, 90.0];
/// let z = tequio_methods::association::moran_rate::standardised_rates(&counts, &populations)?;
/// assert!((z[0] - 1.03843594).abs() < 1e-8 && (z[3] + 1.73061861).abs() < 1e-8);
/// # Ok::<(), tequio_methods::association::AssociationError>(())
/// ```
pub fn standardised_rates(counts: &[f64], populations: &[f64]) -> Result<Vec<f64>, AssociationError> {
    check(counts, populations)?;
    let (events, people) = (counts.iter().sum::<f64>(), populations.iter().sum::<f64>());
    if events == 0.0 {
        return Err(AssociationError::Constant);
    }
    let overall = events / people;
    let rate = |(count, population): (&f64, &f64)| (count / population, *population);
    let rates: Vec<(f64, f64)> = counts.iter().zip(populations).map(rate).collect();
    let spread = rates.iter().map(|(rate, population)| population * (rate - overall).powi(2)).sum::<f64>() / people;
    let between = spread - overall / (people / counts.len() as f64);
    let standardised = |(rate, population): (f64, f64)| {
        let within = overall / population;
        let variance = if between + within < 0.0 { within } else { between + within };
        (rate - overall) / variance.sqrt()
    };
    Ok(rates.into_iter().map(standardised).collect())
}

fn check(counts: &[f64], populations: &[f64]) -> Result<(), AssociationError> {
    if counts.len() != populations.len() {
        let (units, values) = (populations.len(), counts.len());
        return Err(crate::weights::WeightsError::Values { units, values }.into());
    }
    if let Some(unit) = counts.iter().position(|count| !count.is_finite()) {
        return Err(AssociationError::Value(unit));
    }
    if let Some(unit) = counts.iter().position(|count| *count < 0.0) {
        return Err(AssociationError::Negative(unit));
    }
    let inhabited = |population: &f64| population.is_finite() && *population > 0.0;
    match populations.iter().position(|population| !inhabited(population)) {
        Some(unit) => Err(AssociationError::Population(unit)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_equal_populations_keep_their_order_and_even_ones_are_judged_by_chance_alone() {
        let z = standardised_rates(&[10.0, 11.0, 9.0, 10.0], &[100.0; 4]).expect("rates");
        // Rates vary less than by chance: the variance between them is below zero, but not with what is within.
        assert!(z[2] < z[0] && z[0] == z[3] && z[0] < z[1]);
        let z = standardised_rates(&[10.0, 1000.0, 10.0], &[100.0, 10_000.0, 100.0]).expect("rates");
        assert_eq!(z, [0.0; 3]);
    }

    #[test]
    fn what_is_no_rate_says_why() {
        assert_eq!(standardised_rates(&[1.0], &[0.0]), Err(AssociationError::Population(0)));
        assert_eq!(standardised_rates(&[0.0], &[5.0]), Err(AssociationError::Constant));
        assert_eq!(standardised_rates(&[-1.0], &[5.0]), Err(AssociationError::Negative(0)));
        assert!(standardised_rates(&[1.0], &[]).is_err());
    }
}
