//! How unevenly events fall on places: the share of the top N, how many places hold a share, the
//! Lorenz curve and the Gini coefficient.
//!
//! References: M. O. Lorenz, "Methods of Measuring the Concentration of Wealth", Publications of the
//! American Statistical Association 9 (1905); D. Weisburd, "The Law of Crime Concentration and the
//! Criminology of Place", Criminology 53 (2015); W. Bernasco and W. Steenbeek, "More Places than Crimes:
//! Implications for Evaluating the Law of Crime Concentration at Place", Journal of Quantitative
//! Criminology 33 (2017), for the Gini coefficient of few events.
//!
//! Places without events belong to the list: leaving them out makes everything look more even. Cost:
//! one sort of the places. What chance alone would give is in [`crate::chance`], how certain the
//! membership is in [`crate::membership`].

use std::collections::HashSet;

/// Share of the events by which a wanted share may be missed: the rounding of its decimal fraction.
const ROUNDING: f64 = 1e-12;

/// A place and its number of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceCount<'a> {
    /// Code of the place, once in the list.
    pub code: &'a str,
    /// Events there.
    pub count: u64,
}

/// Why a concentration is no number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConcentrationError {
    /// The list is empty.
    #[error("give at least one place")]
    NoPlaces,
    /// Nothing happened anywhere.
    #[error("no events in any place: there is nothing to share out")]
    NoEvents,
    /// More events than a 64-bit number holds.
    #[error("the events of all places are more than can be counted: check the counts")]
    TooManyEvents,
    /// Zero, or more than there are places.
    #[error("ask for the top 1 to {places} places, not {n}")]
    Top {
        /// Places asked for.
        n: usize,
        /// Places in the list.
        places: usize,
    },
    /// A share that cannot be reached.
    #[error("a share lies above 0 and at most at 1 (0.42 for 42 %)")]
    Share,
    /// A place twice.
    #[error("place {0} is there twice: add its counts first")]
    Repeated(String),
}

/// The places that tie for the last seats of a top N.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// Events of each of them.
    pub count: u64,
    /// How many places have so many events.
    pub places: usize,
    /// How many of them are in the top N.
    pub seats: usize,
    /// Places that are in the top N however the tie is broken.
    pub certain: usize,
    /// Places that can be in it.
    pub possible: usize,
}

/// The top N places and what they hold.
#[derive(Clone, Debug, PartialEq)]
pub struct TopShare {
    /// Number of places in the top.
    pub n: usize,
    /// Events in them. A tie does not change it.
    pub events: u64,
    /// Events in all places.
    pub total: u64,
    /// Share of all events, from 0 to 1.
    pub share: f64,
    /// The places, as indexes into the list: most events first, equal counts in the order of their codes.
    pub members: Vec<usize>,
    /// Set when other places have as many events as the last one that is in.
    pub tie: Option<Tie>,
}

/// The share of the events that the `n` places with most events hold.
///
/// # Errors
/// [`ConcentrationError`] when there are no places or events, `n` is zero or more than the places, or a
/// place is there twice.
///
/// ```
/// use tequio_methods::concentration::{PlaceCount, top_share};
/// let places = [("a", 6), ("b", 2), ("c", 2), ("d", 0)].map(|(code, count)| PlaceCount { code, count });
/// let top = top_share(&places, 2)?;
/// assert_eq!((top.events, top.share, top.members), (8, 0.8, vec![0, 1]));
/// assert_eq!(top.tie.map(|tie| (tie.places, tie.seats, tie.certain, tie.possible)), Some((2, 1, 1, 3)));
/// # Ok::<(), tequio_methods::concentration::ConcentrationError>(())
/// ```
pub fn top_share(places: &[PlaceCount<'_>], n: usize) -> Result<TopShare, ConcentrationError> {
    let total = checked_total(places)?;
    if n == 0 || n > places.len() {
        return Err(ConcentrationError::Top { n, places: places.len() });
    }
    let order = ranking(places);
    Ok(top_of(places, &order, n, total))
}

/// The fewest places that together hold at least a share of the events (0.42 for 42 %).
///
/// # Errors
/// [`ConcentrationError`] when there are no places or events, the share is not above 0 and at most 1, or
/// a place is there twice.
///
/// ```
/// use tequio_methods::concentration::{PlaceCount, fewest_reaching};
/// let places = [("a", 6), ("b", 3), ("c", 1)].map(|(code, count)| PlaceCount { code, count });
/// assert_eq!(fewest_reaching(&places, 0.9)?.n, 2);
/// # Ok::<(), tequio_methods::concentration::ConcentrationError>(())
/// ```
pub fn fewest_reaching(places: &[PlaceCount<'_>], share: f64) -> Result<TopShare, ConcentrationError> {
    let total = checked_total(places)?;
    if !(share > 0.0 && share <= 1.0) {
        return Err(ConcentrationError::Share);
    }
    // The decimal share has no exact double: 10 % of 30 events are 3 events, not a little more.
    let needed = total as f64 * (share - ROUNDING);
    let order = ranking(places);
    let held = order.iter().scan(0u64, |sum, index| {
        *sum += places[*index].count;
        Some(*sum)
    });
    let short = held.take_while(|events| (*events as f64) < needed).count();
    Ok(top_of(places, &order, (short + 1).min(places.len()), total))
}

/// Indexes of the places: most events first, equal counts in the order of their codes.
pub fn ranking(places: &[PlaceCount<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&places[*a], &places[*b]);
        b.count.cmp(&a.count).then_with(|| a.code.cmp(b.code))
    });
    order
}

fn top_of(places: &[PlaceCount<'_>], order: &[usize], n: usize, total: u64) -> TopShare {
    let members = order[..n].to_vec();
    let events = members.iter().map(|index| places[*index].count).sum();
    let tie = tie_of(places, order, n);
    TopShare { n, events, total, share: events as f64 / total as f64, members, tie }
}

fn tie_of(places: &[PlaceCount<'_>], order: &[usize], n: usize) -> Option<Tie> {
    let count = places[*order.get(n - 1)?].count;
    let certain = order.iter().take_while(|index| places[**index].count > count).count();
    let possible = order.iter().take_while(|index| places[**index].count >= count).count();
    (possible > n).then(|| Tie { count, places: possible - certain, seats: n - certain, certain, possible })
}

/// Sum of the events, after the list was found to be one of places.
fn checked_total(places: &[PlaceCount<'_>]) -> Result<u64, ConcentrationError> {
    let mut codes = HashSet::with_capacity(places.len());
    if let Some(repeated) = places.iter().find(|place| !codes.insert(place.code)) {
        return Err(ConcentrationError::Repeated(repeated.code.to_owned()));
    }
    total(places.iter().map(|place| place.count))
}

fn total(counts: impl ExactSizeIterator<Item = u64>) -> Result<u64, ConcentrationError> {
    if counts.len() == 0 {
        return Err(ConcentrationError::NoPlaces);
    }
    let mut counts = counts;
    let sum = counts.try_fold(0u64, u64::checked_add).ok_or(ConcentrationError::TooManyEvents)?;
    if sum == 0 { Err(ConcentrationError::NoEvents) } else { Ok(sum) }
}

/// A point of the Lorenz curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LorenzPoint {
    /// Share of the places, those with fewest events first, from 0 to 1.
    pub places: f64,
    /// Share of the events that they hold, from 0 to 1.
    pub events: f64,
}

/// The Lorenz curve from (0, 0) to (1, 1): one point a place, and the origin.
///
/// # Errors
/// [`ConcentrationError`] when there are no places or no events.
pub fn lorenz(counts: &[u64]) -> Result<Vec<LorenzPoint>, ConcentrationError> {
    let total = total(counts.iter().copied())? as f64;
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    let places = counts.len() as f64;
    let sums = sorted.iter().scan(0u64, |sum, count| {
        *sum += count;
        Some(*sum)
    });
    let points = sums
        .enumerate()
        .map(|(index, sum)| LorenzPoint { places: (index + 1) as f64 / places, events: sum as f64 / total });
    Ok(std::iter::once(LorenzPoint { places: 0.0, events: 0.0 }).chain(points).collect())
}

/// Gini coefficient, plain and for few events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gini {
    /// Twice the area between the Lorenz curve and the diagonal: 0 when all places have the same count,
    /// `1 - 1/places` when one has all.
    pub value: f64,
    /// The same measured from the most even outcome that is possible. With fewer events `c` than places
    /// `n` even one event a place leaves places empty and a plain coefficient of `1 - c/n`; the area is
    /// therefore divided by the one below that outcome: `G' = (n G - n)/c + 1`. With as many events as
    /// places or more it is the plain coefficient. It takes the empty places that are unavoidable out,
    /// not chance: events that fall at random give more than 0 still ([`crate::chance`]).
    pub adjusted: f64,
}

/// The Gini coefficient of the counts of all places, those without events too.
///
/// `G = sum of (2i - n - 1) x_i over (n times the sum of x_i)`, the counts sorted upward, `i` from 1.
///
/// # Errors
/// [`ConcentrationError`] when there are no places or no events.
///
/// ```
/// // Ten places and five events.
/// let gini = tequio_methods::concentration::gini(&[3, 1, 1, 0, 0, 0, 0, 0, 0, 0])?;
/// assert!((gini.value - 0.78).abs() < 1e-12 && (gini.adjusted - 0.56).abs() < 1e-12);
/// # Ok::<(), tequio_methods::concentration::ConcentrationError>(())
/// ```
pub fn gini(counts: &[u64]) -> Result<Gini, ConcentrationError> {
    let total = total(counts.iter().copied())?;
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    Ok(gini_of_sorted(&sorted, total))
}

/// The coefficient of counts that are sorted upward and sum to `total`, which is above zero.
pub(crate) fn gini_of_sorted(sorted: &[u64], total: u64) -> Gini {
    let n = sorted.len() as i128;
    // Whole numbers, so that equal counts give exactly zero.
    let sum: i128 = sorted.iter().zip(0i128..).map(|(count, index)| (2 * index + 1 - n) * i128::from(*count)).sum();
    let (places, events) = (n as f64, total as f64);
    let value = sum as f64 / (places * events);
    let adjusted = if events < places { ((places * (value - 1.0)) / events + 1.0).max(0.0) } else { value };
    Gini { value, adjusted }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places<'a>(list: &[(&'a str, u64)]) -> Vec<PlaceCount<'a>> {
        list.iter().map(|(code, count)| PlaceCount { code, count: *count }).collect()
    }

    #[test]
    fn a_tie_is_broken_by_code_and_told() {
        let list = places(&[("d", 5), ("c", 2), ("b", 2), ("a", 2), ("e", 9)]);
        let top = top_share(&list, 3).expect("places");
        assert_eq!((top.members, top.events, top.total), (vec![4, 0, 3], 16, 20));
        assert_eq!(top.tie, Some(Tie { count: 2, places: 3, seats: 1, certain: 2, possible: 5 }));
        assert_eq!(top_share(&list, 2).map(|top| top.tie), Ok(None));
        assert_eq!(top_share(&list, 5).map(|top| top.tie), Ok(None));
    }

    #[test]
    fn the_fewest_places_reach_a_share_exactly() {
        let thirty: Vec<(String, u64)> = (0..30).map(|index| (format!("{index:02}"), 1)).collect();
        let list: Vec<PlaceCount<'_>> = thirty.iter().map(|(code, count)| PlaceCount { code, count: *count }).collect();
        for (share, n) in [(0.1, 3), (0.7, 21), (0.11, 4), (1.0, 30), (1e-6, 1)] {
            assert_eq!(fewest_reaching(&list, share).map(|top| top.n), Ok(n), "{share}");
        }
        let zeros = places(&[("a", 3), ("b", 0), ("c", 1)]);
        assert_eq!(fewest_reaching(&zeros, 1.0).map(|top| (top.n, top.share)), Ok((2, 1.0)));
    }

    #[test]
    fn top_n_and_fewest_places_agree() {
        let list = places(&[("a", 40), ("b", 25), ("c", 20), ("d", 10), ("e", 5)]);
        for n in 1..=5 {
            let top = top_share(&list, n).expect("places");
            assert_eq!(fewest_reaching(&list, top.share).map(|fewest| fewest.n), Ok(n));
        }
    }

    /// Homicides from 1979 to 1984 in the 78 counties round St. Louis, in the order of their source (PySAL, `stl_hom`,
    /// HC7984).
    const ST_LOUIS: [u64; 78] = [
        4, 19, 3, 2, 2, 28, 61, 3, 7, 3, 4, 0, 1, 12, 0, 2, 6, 6, 3, 4, 0, 2, 9, 2, 23, 5, 2, 2, 0, 2, 10, 4, 95, 8,
        31, 0, 407, 5, 10, 1238, 3, 14, 0, 2, 18, 369, 5, 0, 3, 0, 40, 9, 7, 1, 3, 2, 8, 5, 11, 12, 8, 10, 2, 8, 7, 25,
        6, 19, 6, 2, 2, 6, 9, 0, 1, 13, 3, 4,
    ];

    /// 2,668 homicides, 81.33 % of them in five counties; the coefficient is that of PySAL's `inequality` 1.1.2.
    #[test]
    fn a_known_concentration() {
        let codes: Vec<String> = (0..78).map(|county| format!("{county:02}")).collect();
        let counties = codes.iter().zip(ST_LOUIS).map(|(code, count)| PlaceCount { code, count });
        let list: Vec<PlaceCount<'_>> = counties.collect();
        let top = top_share(&list, 5).expect("counties");
        assert_eq!((top.total, top.events, top.members, top.tie), (2_668, 2_170, vec![39, 36, 45, 32, 6], None));
        assert!((top.share - 0.813_343_328_336).abs() < 1e-12);
        assert_eq!(fewest_reaching(&list, 0.9).map(|fewest| (fewest.n, fewest.events)), Ok((16, 2_412)));
        assert!((gini(&ST_LOUIS).expect("counts").value - 0.869_267_289_432).abs() < 1e-12);
        // 8 counties have 3 homicides each, and the fiftieth place is among them.
        let tie = top_share(&list, 50).expect("counties").tie.expect("a tie");
        assert_eq!((tie.count, tie.places, tie.certain, tie.possible), (3, 8, 45, 53));
    }

    /// The first two are examples of the authors' own program (R package `lorenzgini`, without its further
    /// correction for small lists), which prints 0.78 and 0.78, 0.8 and 0.75; the others by hand.
    #[test]
    fn known_gini_coefficients() {
        for (counts, value, adjusted) in [
            (vec![10, 8, 2, 0, 0, 0, 0, 0, 0, 0], 0.78, 0.78),
            (vec![5, 2, 1, 0, 0, 0, 0, 0, 0, 0], 0.8, 0.75),
            (vec![22, 18, 17, 12, 11, 8, 6, 3, 2, 1], 0.392, 0.392),
            (vec![3, 1, 1, 0, 0, 0, 0, 0, 0, 0], 0.78, 0.56),
            (vec![1, 1, 1, 1, 1, 0, 0, 0, 0, 0], 0.5, 0.0),
            (vec![5, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0.9, 0.8),
            (vec![7, 7, 7], 0.0, 0.0),
            (vec![4], 0.0, 0.0),
        ] {
            let gini = gini(&counts).expect("counts");
            assert!((gini.value - value).abs() < 1e-12, "{counts:?}: {gini:?}");
            assert!((gini.adjusted - adjusted).abs() < 1e-12, "{counts:?}: {gini:?}");
        }
    }

    #[test]
    fn the_gini_coefficient_is_the_area_of_the_lorenz_curve() {
        let counts = [0, 12, 3, 3, 0, 1, 44, 7];
        let curve = lorenz(&counts).expect("counts");
        let area: f64 = curve
            .windows(2)
            .map(|pair| (pair[1].places - pair[0].places) * (pair[0].events + pair[1].events) / 2.0)
            .sum();
        assert!((1.0 - 2.0 * area - gini(&counts).expect("counts").value).abs() < 1e-12);
        assert_eq!((curve.len(), curve[8]), (9, LorenzPoint { places: 1.0, events: 1.0 }));
    }

    #[test]
    fn what_has_no_concentration_says_why() {
        let list = places(&[("a", 1), ("b", 2)]);
        assert_eq!(top_share(&[], 1), Err(ConcentrationError::NoPlaces));
        assert_eq!(top_share(&list, 3), Err(ConcentrationError::Top { n: 3, places: 2 }));
        assert_eq!(top_share(&list, 0), Err(ConcentrationError::Top { n: 0, places: 2 }));
        assert_eq!(fewest_reaching(&list, 42.0), Err(ConcentrationError::Share));
        assert_eq!(gini(&[0, 0]), Err(ConcentrationError::NoEvents));
        assert_eq!(gini(&[u64::MAX, 1]), Err(ConcentrationError::TooManyEvents));
        let twice = places(&[("a", 1), ("a", 2)]);
        assert_eq!(top_share(&twice, 1), Err(ConcentrationError::Repeated("a".to_owned())));
    }
}
