//! Reading of the fixtures: lines of comment, a header, one line a unit.

use tequio_methods::weights::Weights;
use tequio_methods::weights::contiguity::Point;

pub struct Table {
    header: Vec<&'static str>,
    rows: Vec<Vec<&'static str>>,
}

impl Table {
    pub fn new(text: &'static str) -> Self {
        let mut lines = text.lines().filter(|line| !line.starts_with('#'));
        let header = lines.next().expect("a header").split(',').collect();
        Self { header, rows: lines.map(|line| line.split(',').collect()).collect() }
    }

    fn column(&self, name: &str) -> impl Iterator<Item = &'static str> {
        let place = self.header.iter().position(|header| *header == name).expect("a column");
        self.rows.iter().map(move |row| row[place])
    }

    pub fn numbers(&self, name: &str) -> Vec<f64> {
        self.column(name).map(|field| field.parse().expect("a number")).collect()
    }

    pub fn points(&self) -> Vec<Point> {
        self.numbers("x").into_iter().zip(self.numbers("y")).map(|(x, y)| [x, y]).collect()
    }

    pub fn counts(&self, name: &str) -> Vec<u64> {
        self.column(name).map(|field| field.parse().expect("a count")).collect()
    }

    pub fn index_of(&self, name: &str, value: &str) -> usize {
        self.column(name).position(|field| field == value).expect("a unit")
    }

    pub fn weights(&self, name: &str) -> Weights {
        let row = |field: &str| field.split_whitespace().map(|unit| unit.parse().expect("a unit")).collect();
        Weights::binary(self.column(name).map(row).collect()).expect("weights")
    }
}

pub fn columbus() -> Vec<f64> {
    Table::new(include_str!("../data/columbus.csv")).numbers("crime")
}

/// Rings of the 49 neighbourhoods of Columbus.
pub fn columbus_rings() -> Vec<Vec<Vec<Point>>> {
    let table = Table::new(include_str!("../data/columbus_rings.csv"));
    let mut areas = vec![Vec::new(); 49];
    for (area, vertices) in table.counts("area").into_iter().zip(table.column("vertices")) {
        let numbers: Vec<f64> = vertices.split(' ').map(|number| number.parse().expect("a number")).collect();
        areas[area as usize].push(numbers.chunks(2).map(|pair| [pair[0], pair[1]]).collect());
    }
    areas
}

pub fn columbus_old() -> Table {
    Table::new(include_str!("../data/columbus_old.csv"))
}

pub fn getis_ord() -> Table {
    Table::new(include_str!("../data/getis_ord.csv"))
}

pub fn sids2() -> Table {
    Table::new(include_str!("../data/sids2.csv"))
}

pub fn sids_cc89() -> Table {
    Table::new(include_str!("../data/sids_cc89.csv"))
}

pub fn stl() -> Table {
    Table::new(include_str!("../data/stl.csv"))
}

pub fn scattered() -> Table {
    Table::new(include_str!("../data/scattered.csv"))
}

pub fn auckland() -> Table {
    Table::new(include_str!("../data/auckland.csv"))
}

/// Compares to the last printed digit.
#[track_caller]
pub fn close(got: f64, printed: f64, digits: i32) {
    assert!((got - printed).abs() <= 0.500_001 * 10f64.powi(-digits), "{got}, printed {printed}");
}
