//! Time of a search over a data folder: `TEQUIO_DATA=FOLDER cargo bench -p tequio-crime-map --bench search`.
//! Without a folder, over the reference territory alone.
#![allow(clippy::expect_used, missing_docs)]

use std::time::{Duration, Instant};
use tequio_archive::DataFolder;
use tequio_crime_map::Library;

const LIMIT: usize = 8;
const ROUNDS: usize = 20;
/// Words as they are written whole; each is also asked for letter by letter, as a reader types.
const TEXTS: [&str; 14] = [
    "cuauhtemoc",
    "Cuahtemoc df",
    "benito juares",
    "san miguel",
    "gral escobedo nl",
    "calle juarez oaxaca",
    "reforma cuauhtemoc",
    "guadlajara",
    "a",
    "santa maria de los angeles",
    "06700",
    "qwxyz",
    "mannerheimintie",
    "helsinginkatu",
];

fn main() {
    let folder = std::env::var("TEQUIO_DATA").unwrap_or_else(|_| "/nonexistent".to_owned());
    let library = Library::new(DataFolder::new(folder)).expect("a library");
    let begun = Instant::now();
    let finder = library.finder().expect("names");
    println!("{} names read in {:?}", finder.len(), begun.elapsed());
    let mut texts: Vec<String> = Vec::new();
    for text in TEXTS {
        texts.extend((1..=text.len()).map(|end| text[..end].to_owned()));
    }
    let time = |text: &String| {
        let begun = Instant::now();
        std::hint::black_box(finder.search(text, None, LIMIT));
        (begun.elapsed(), text.clone())
    };
    let mut times: Vec<(Duration, String)> = (0..ROUNDS).flat_map(|_| texts.iter().map(time)).collect();
    times.sort();
    for share in [50, 95, 99, 100] {
        let (elapsed, text) = &times[(times.len() * share / 100).saturating_sub(1)];
        println!("p{share} {elapsed:?} ({text})");
    }
}
