//! The arithmetic: one file per method, each with its reference and known answers. No I/O.
//!
//! | question | method |
//! | --- | --- |
//! | how certain is a count or a rate? | [`poisson`]: exact interval |
//! | do two counts differ by more than chance? | [`rate_ratio`]: exact ratio and E-test |
//! | by how many per cent, and up or down? | [`change`] |
//! | how certain is a proportion of few? | [`proportion`]: exact interval |
//! | which of many differences are real? | [`false_discovery`] |
//! | what if months are missing? | [`bounded`]: withheld or bounded, never filled in |
//! | what is the trend without the season? | [`seasonal`]: STL |
//! | how unevenly do events fall on places? | [`concentration`]: top N, fewest places, Lorenz, Gini |
//! | how unevenly would they by chance? | [`chance`] |
//! | how certain is a place in the top N? | [`membership`] |
//! | how much crime has no file? | [`dark_figure`] |
//! | who is whose neighbour? | [`weights`]: borders, nearest, distance, network |
//! | are like values near each other, and where? | [`association`]: Moran, Geary, Getis-Ord, join counts |
//! | how do areas compare, whose people differ in age or number? | [`rates`]: standardised, smoothed, ranked, funnel |
//! | where, and when, are there more cases than by chance? | [`scan`]: circles, ellipses, cylinders, series |
//! | does a series rise or fall? | [`mann_kendall`] |
//! | is a hot spot new, lasting or fading? | [`emerging`], from Gi* scores |
//! | at which hours, where only spans are known? | [`aoristic`] |
//! | do events near in space lie near in time? | [`space_time`]: Knox, Mantel, Jacquez, near repeats, chains |
//! | did it change, when, and did it move next door? | [`monitoring`]: displacement, charts, CUSUM, EARS, PELT |
//! | do two sets of events fall on the same areas? | [`similarity`]: SPPT |
//! | how good was a forecast of places? | [`placement`]: PAI, PEI, RRI |
//! | where do events concentrate on a map? | [`density`]: Gaussian, compact, adaptive, edge, ratio |
//! | do events lie closer together than by chance? | [`ripley`]: K, L, cross K |
//! | the same along the streets? | [`network`]: heat kernel, equal split, network K |
//! | does a computed value reproduce a stated one? | [`rounding`], of a number read by [`stated`] |
//!
//! Methods that draw random numbers take a seed ([`simulation`], [`monte_carlo`]) and repeat their figures from it; those
//! that draw long can be watched and stopped ([`progress`]).

pub mod aoristic;
pub mod association;
mod beta;
pub mod bounded;
pub mod chance;
pub mod change;
pub mod concentration;
pub mod dark_figure;
pub mod density;
pub mod emerging;
pub mod false_discovery;
mod loess;
pub mod mann_kendall;
pub mod membership;
pub mod monitoring;
pub mod monte_carlo;
pub mod network;
pub mod placement;
pub mod planar;
pub mod poisson;
pub mod progress;
pub mod proportion;
pub mod rate_ratio;
pub mod rates;
pub mod ripley;
pub mod rounding;
pub mod scan;
pub mod seasonal;
pub mod similarity;
pub mod simulation;
pub mod space_time;
pub mod stated;
pub mod weights;
