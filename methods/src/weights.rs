//! Spatial weights: who is whose neighbour, and how much.
//!
//! A matrix with one row a unit (area, point or street), kept sparse: of each row only the neighbours, in
//! the order of their index (compressed sparse rows). A weight is above zero; no unit is its own neighbour.
//! Units without neighbours ("islands") are allowed and told ([`Weights::islands`]), since every statistic
//! of association is silent about them.
//!
//! Where neighbours come from: shared borders ([`contiguity`]), distance in the plane ([`distance`]) or along
//! a network ([`network`]). Reference: A. D. Cliff and J. K. Ord, "Spatial Processes", 1981, chapter 1.

pub mod contiguity;
pub mod distance;
mod grid;
pub mod network;

/// Most units.
pub const UNITS_MAX: usize = u32::MAX as usize;

/// Neighbours of units and their weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    /// Where each row begins, and where the last one ends.
    starts: Vec<usize>,
    neighbours: Vec<u32>,
    values: Vec<f64>,
}

/// Sums of a matrix of weights, which the moments of every global statistic need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sums {
    /// All weights.
    pub s0: f64,
    /// Half the squares of `w_ij + w_ji`, over all pairs in both orders.
    pub s1: f64,
    /// Squares of row sum plus column sum.
    pub s2: f64,
}

/// Why there are no weights, or they do not fit the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeightsError {
    /// More units than are numbered.
    #[error("more than {UNITS_MAX} units")]
    Units,
    /// A neighbour that is no unit.
    #[error("unit {unit} has neighbour {neighbour}, but there are {units} units, numbered from 0")]
    Neighbour {
        /// The unit.
        unit: usize,
        /// The neighbour.
        neighbour: u32,
        /// Number of units.
        units: usize,
    },
    /// A unit is its own neighbour.
    #[error("unit {0} is its own neighbour")]
    Itself(usize),
    /// A neighbour twice.
    #[error("unit {0} has a neighbour twice")]
    Repeated(usize),
    /// A weight that is none.
    #[error("unit {0} has a weight that is not above zero")]
    Weight(usize),
    /// Not one value a unit.
    #[error("{units} units need as many values, not {values}")]
    Values {
        /// Number of units.
        units: usize,
        /// Number of values.
        values: usize,
    },
    /// A coordinate or length that is no number.
    #[error("number {0} of the list has a coordinate or length that is no number, or a length below zero")]
    Coordinate(usize),
    /// A distance that is none.
    #[error("a distance is above zero")]
    Distance,
    /// More neighbours than there are others.
    #[error("ask for 1 to {0} nearest neighbours")]
    Nearest(usize),
    /// A node that is not in the network.
    #[error("node {0} is not in the network")]
    Node(u32),
}

impl Weights {
    /// Weights from the neighbours of every unit, each with its weight.
    ///
    /// # Errors
    /// [`WeightsError`] when a neighbour is no unit, the unit itself, or there twice, or a weight is not
    /// above zero.
    pub fn new(rows: Vec<Vec<(u32, f64)>>) -> Result<Self, WeightsError> {
        let units = rows.len();
        if units > UNITS_MAX {
            return Err(WeightsError::Units);
        }
        let links = rows.iter().map(Vec::len).sum();
        let mut weights =
            Self { starts: vec![0], neighbours: Vec::with_capacity(links), values: Vec::with_capacity(links) };
        for (unit, mut row) in rows.into_iter().enumerate() {
            row.sort_unstable_by_key(|(neighbour, _)| *neighbour);
            check_row(unit, &row, units)?;
            weights.neighbours.extend(row.iter().map(|(neighbour, _)| neighbour));
            weights.values.extend(row.iter().map(|(_, weight)| weight));
            weights.starts.push(weights.neighbours.len());
        }
        Ok(weights)
    }

    /// Weights of one from the neighbours of every unit.
    ///
    /// # Errors
    /// As [`Weights::new`].
    ///
    /// ```
    /// use tequio_methods::weights::Weights;
    /// let weights = Weights::binary(vec![vec![1], vec![0, 2], vec![1], vec![]])?;
    /// assert_eq!((weights.len(), weights.links(), weights.islands()), (4, 4, vec![3]));
    /// assert_eq!(weights.row_standardised().lag(&[5.0, 1.0, 3.0, 9.0])?, [1.0, 4.0, 1.0, 0.0]);
    /// # Ok::<(), tequio_methods::weights::WeightsError>(())
    /// ```
    pub fn binary(rows: Vec<Vec<u32>>) -> Result<Self, WeightsError> {
        let with_weight = |row: Vec<u32>| row.into_iter().map(|neighbour| (neighbour, 1.0)).collect();
        Self::new(rows.into_iter().map(with_weight).collect())
    }

    /// Number of units.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// True when there are no units.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of weights: a pair of mutual neighbours counts twice.
    pub fn links(&self) -> usize {
        self.neighbours.len()
    }

    /// Neighbours of a unit and their weights, by index; nothing for a unit that is not there.
    pub fn row(&self, unit: usize) -> (&[u32], &[f64]) {
        match (self.starts.get(unit), self.starts.get(unit + 1)) {
            (Some(start), Some(end)) => (&self.neighbours[*start..*end], &self.values[*start..*end]),
            _ => (&[], &[]),
        }
    }

    /// The weight of one unit for another; zero when they are no neighbours. Cost: a binary search.
    pub fn weight(&self, unit: usize, neighbour: u32) -> f64 {
        let (neighbours, values) = self.row(unit);
        neighbours.binary_search(&neighbour).map_or(0.0, |place| values[place])
    }

    /// Units without neighbours.
    pub fn islands(&self) -> Vec<usize> {
        (0..self.len()).filter(|unit| self.row(*unit).0.is_empty()).collect()
    }

    /// The same neighbours, each with a weight of one.
    pub fn to_binary(&self) -> Self {
        Self { values: vec![1.0; self.values.len()], ..self.clone() }
    }

    /// The same neighbours, the weights of each unit divided by their sum: a lag is then a mean.
    pub fn row_standardised(&self) -> Self {
        let mut standardised = self.clone();
        for unit in 0..self.len() {
            let sum: f64 = self.row(unit).1.iter().sum();
            standardised.values[self.starts[unit]..self.starts[unit + 1]].iter_mut().for_each(|value| *value /= sum);
        }
        standardised
    }

    /// The weighted sum of the neighbours' values, for every unit; zero for islands.
    ///
    /// # Errors
    /// [`WeightsError::Values`] when there is not one value a unit.
    pub fn lag(&self, values: &[f64]) -> Result<Vec<f64>, WeightsError> {
        self.check(values.len())?;
        Ok((0..self.len()).map(|unit| self.lag_of(unit, values)).collect())
    }

    /// The lag of one unit; `values` has one value a unit.
    pub(crate) fn lag_of(&self, unit: usize, values: &[f64]) -> f64 {
        let (neighbours, weights) = self.row(unit);
        neighbours.iter().zip(weights).map(|(neighbour, weight)| weight * values[*neighbour as usize]).sum()
    }

    /// Refuses another number of values than of units.
    pub(crate) fn check(&self, values: usize) -> Result<(), WeightsError> {
        if values == self.len() { Ok(()) } else { Err(WeightsError::Values { units: self.len(), values }) }
    }

    /// The sums that moments need. Cost: one binary search a weight.
    pub fn sums(&self) -> Sums {
        let mut margins = vec![0.0; self.len()];
        let mut s1 = 0.0;
        for unit in 0..self.len() {
            let (neighbours, weights) = self.row(unit);
            for (neighbour, weight) in neighbours.iter().zip(weights) {
                margins[unit] += weight;
                margins[*neighbour as usize] += weight;
                s1 += weight * (weight + self.weight(*neighbour as usize, unit as u32));
            }
        }
        Sums { s0: self.values.iter().sum(), s1, s2: margins.iter().map(|margin| margin * margin).sum() }
    }
}

fn check_row(unit: usize, row: &[(u32, f64)], units: usize) -> Result<(), WeightsError> {
    if let Some((neighbour, _)) = row.iter().find(|(neighbour, _)| *neighbour as usize >= units) {
        return Err(WeightsError::Neighbour { unit, neighbour: *neighbour, units });
    }
    if row.iter().any(|(neighbour, _)| *neighbour as usize == unit) {
        return Err(WeightsError::Itself(unit));
    }
    if row.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(WeightsError::Repeated(unit));
    }
    if row.iter().all(|(_, weight)| weight.is_finite() && *weight > 0.0) {
        Ok(())
    } else {
        Err(WeightsError::Weight(unit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_an_asymmetric_matrix_by_hand() {
        let weights = Weights::new(vec![vec![(2, 3.0), (1, 2.0)], vec![(0, 1.0)], vec![]]).expect("weights");
        // Pairs (0,1): 3, (0,2): 3; each in both orders, halved. Margins: 5+1, 1+2, 0+3.
        assert_eq!(weights.sums(), Sums { s0: 6.0, s1: 18.0, s2: 54.0 });
        assert_eq!(weights.row(0), (&[1, 2][..], &[2.0, 3.0][..]));
        assert_eq!((weights.weight(0, 2), weights.weight(2, 0)), (3.0, 0.0));
        assert_eq!(weights.row(9).0.len(), 0);
    }

    #[test]
    fn rows_sum_to_one_and_islands_stay() {
        let weights = Weights::new(vec![vec![(1, 2.0), (2, 6.0)], vec![], vec![(0, 5.0)]]).expect("weights");
        let standardised = weights.row_standardised();
        assert_eq!((standardised.row(0).1, standardised.row(2).1), (&[0.25, 0.75][..], &[1.0][..]));
        assert_eq!((standardised.islands(), standardised.to_binary().sums().s0), (vec![1], 3.0));
        assert_eq!(weights.lag(&[1.0]), Err(WeightsError::Values { units: 3, values: 1 }));
    }

    #[test]
    fn what_is_no_matrix_says_why() {
        assert_eq!(Weights::binary(vec![vec![1]]), Err(WeightsError::Neighbour { unit: 0, neighbour: 1, units: 1 }));
        assert_eq!(Weights::binary(vec![vec![0]]), Err(WeightsError::Itself(0)));
        assert_eq!(Weights::binary(vec![vec![], vec![0, 0]]), Err(WeightsError::Repeated(1)));
        assert_eq!(Weights::new(vec![vec![(1, 0.0)], vec![]]), Err(WeightsError::Weight(0)));
        assert_eq!(Weights::new(vec![vec![(1, f64::NAN)], vec![]]), Err(WeightsError::Weight(0)));
        assert!(Weights::binary(vec![]).expect("no units").is_empty());
    }
}
