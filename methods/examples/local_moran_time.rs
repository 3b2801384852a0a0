//! How long conditional permutation takes: `cargo run --release -p tequio-methods --example local_moran_time`.

use std::time::Instant;
use tequio_methods::association::local_moran::local_moran_tails;
use tequio_methods::association::moran::moran_tails;
use tequio_methods::association::permutation::Permutations;
use tequio_methods::weights::distance::{band, nearest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let grid = |side: u32| (0..side * side).map(|i| [f64::from(i % side), f64::from(i / side)]).collect::<Vec<_>>();
    let areas: Vec<[f64; 2]> =
        (0..2_478u32).map(|i| [f64::from(i * 7_919 % 2_503), f64::from(i * 104_729 % 2_477)]).collect();
    for (name, weights) in [
        ("100 x 100 cells, by edges", band(&grid(100), 1.0)?),
        ("2,478 areas, 6 nearest", nearest(&areas, 6)?),
        ("2,478 areas, band of 5.5 on average", band(&areas, 66.0)?),
    ] {
        let values: Vec<f64> = (0..weights.len() as u32).map(|i| f64::from(i * 7_919 % 10_007)).collect();
        let standardised = weights.row_standardised();
        for count in [999, 9_999] {
            let permutations = Permutations { count, seed: 1 };
            let mut best = f64::INFINITY;
            for _ in 0..7 {
                let start = Instant::now();
                local_moran_tails(&values, &standardised, permutations)?;
                best = best.min(start.elapsed().as_secs_f64());
            }
            println!("{name}: {} links, {count} permutations: {:.1} ms", weights.links(), best * 1e3);
        }
    }
    let weights = band(&grid(100), 1.0)?.row_standardised();
    let values: Vec<f64> = (0..10_000u32).map(|i| f64::from(i * 7_919 % 10_007)).collect();
    let start = Instant::now();
    moran_tails(&values, &weights, Permutations { count: 999, seed: 1 })?;
    println!("global Moran, 100 x 100 cells, 999 permutations: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    Ok(())
}
