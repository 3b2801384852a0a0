use super::heat::Heat;
use super::split::Split;
use super::*;

fn rows(file: &str) -> impl Iterator<Item = Vec<&str>> {
    file.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).map(|line| line.split(',').collect())
}

fn chicago() -> Network {
    let number = |text: &str| text.parse().expect("a number");
    let edges = rows(include_str!("../../tests/data/chicago_edges.csv"))
        .map(|row| Edge { from: number(row[0]), to: number(row[1]), length: row[2].parse().expect("a length") })
        .collect();
    Network::new(338, edges).expect("a network")
}

/// The crimes whose type ends so; all of them when it is empty.
fn crimes(network: &Network, kind: &str) -> Vec<Place> {
    let rows = rows(include_str!("../../tests/data/chicago_events.csv")).filter(|row| row[2].ends_with(kind));
    rows.map(|row| {
        let edge: usize = row[0].parse().expect("a number");
        let part: f64 = row[1].parse().expect("a number");
        Place { edge, offset: part * network.edges()[edge].length }
    })
    .collect()
}

/// Streets in a grid with one diagonal, a dead end, a loop, a double street and a very short one.
fn town() -> Network {
    let edge = |(from, to, length)| Edge { from, to, length };
    let edges = [
        (0, 1, 3.0),
        (1, 2, 2.5),
        (3, 4, 3.1),
        (4, 5, 2.4),
        (6, 7, 3.3),
        (7, 8, 2.2),
        (0, 3, 1.7),
        (3, 6, 2.9),
        (1, 4, 1.6),
        (4, 7, 2.8),
        (2, 5, 1.9),
        (5, 8, 3.7),
        (0, 4, 3.9),
        (8, 9, 4.0),
        (6, 6, 3.0),
        (1, 2, 4.2),
        (2, 10, 0.0),
    ];
    // Odd lengths, so that no two ways are equally long.
    let odd = |(index, mut edge): (usize, Edge)| {
        edge.length += 0.01 * (index as f64 + 2.0).sqrt();
        edge
    };
    Network::new(11, edges.map(edge).into_iter().enumerate().map(odd).collect()).expect("a network")
}

fn places(network: &Network, each: usize) -> Vec<Place> {
    let part = |index: usize| (0.071_3 + 0.618_034 * index as f64) % 1.0;
    let count = network.edges().len();
    (0..count * each).map(|i| Place { edge: i % count, offset: part(i) * network.edges()[i % count].length }).collect()
}

/// Four arms, or any number, of equal length, from vertex 0 outward.
fn star(arms: usize, length: f64) -> Network {
    let edges = (0..arms).map(|arm| Edge { from: 0, to: arm + 1, length }).collect();
    Network::new(arms + 1, edges).expect("a network")
}

fn total(values: &[Vec<f64>], network: &Network) -> f64 {
    let edge = |(values, edge): (&Vec<f64>, &Edge)| values.iter().sum::<f64>() * edge.length / values.len() as f64;
    values.iter().zip(network.edges()).map(edge).sum()
}

#[test]
fn the_chicago_network() {
    let network = chicago();
    assert_eq!((network.edges().len(), crimes(&network, "").len()), (503, 116));
    assert!((network.length() - 31_150.21).abs() < 0.005);
    assert!((116.0 / network.length() - 0.003_723_891).abs() < 1e-9);
    let kinds = ["assault", "burglary", "cartheft", "damage", "robbery", "theft", "trespass"];
    let counts = kinds.map(|kind| crimes(&network, kind).len());
    // "cartheft" ends in "theft" too.
    assert_eq!(counts, [21, 5, 7, 35, 4, 45, 6]);
}

/// Computed with spatstat.linnet 3.0 `linearK(unmark(chicago))`.
#[test]
fn network_k_of_chicago() {
    let network = chicago();
    let found = k::k(&network, &crimes(&network, ""), &[50.0, 100.0, 150.0, 200.0]).expect("K");
    for (got, expected) in found.iter().zip([109.977_566_0, 205.406_302_6, 275.493_564_0, 346.264_270_2]) {
        assert!((got / expected - 1.0).abs() < 1e-8, "{found:?}");
    }
}

/// Computed with spatstat.linnet 3.0 `linearKcross(chicago, "damage", "assault")`.
#[test]
fn network_cross_k_of_chicago() {
    let network = chicago();
    let (damage, assault) = (crimes(&network, "damage"), crimes(&network, "assault"));
    let found = k::cross_k(&network, &damage, &assault, &[50.0, 100.0, 150.0, 200.0]).expect("K");
    for (got, expected) in found.iter().zip(CROSS) {
        assert!((got / expected - 1.0).abs() < 1e-8, "{found:?}");
    }
}

const CROSS: [f64; 4] = [100.302_263_99, 159.736_905_32, 232.461_996_99, 305.196_771_96];

/// The definition: all shortest ways, and places at a distance found by walking along every edge.
#[test]
fn network_k_by_brute_force() {
    let network = town();
    let events = places(&network, 1);
    let distances = [0.9, 2.0, 3.7, 50.0];
    let apart = all_distances(&network);
    let between = |a: Place, b: Place| {
        let (e, f) = (network.edges()[a.edge], network.edges()[b.edge]);
        let direct = if a.edge == b.edge { (a.offset - b.offset).abs() } else { f64::INFINITY };
        [(e.from, a.offset), (e.to, e.length - a.offset)]
            .into_iter()
            .flat_map(|(u, x)| [(f.from, b.offset), (f.to, f.length - b.offset)].map(|(v, y)| x + apart[u][v] + y))
            .fold(direct, f64::min)
    };
    let mut expected = [0.0; 4];
    for (i, event) in events.iter().enumerate() {
        for (_, other) in events.iter().enumerate().filter(|(j, _)| *j != i) {
            let distance = between(*event, *other);
            let crossings = |edge: usize| {
                let length = network.edges()[edge].length;
                let beyond =
                    |step: usize| between(*event, Place { edge, offset: length * step as f64 / 3_001.0 }) > distance;
                (0..3_001).filter(|step| beyond(*step) != beyond(step + 1)).count()
            };
            let places: usize = (0..network.edges().len()).map(crossings).sum();
            for (sum, limit) in expected.iter_mut().zip(distances) {
                *sum += if distance <= limit { 1.0 / places as f64 } else { 0.0 };
            }
        }
    }
    let scale = network.length() / (events.len() * (events.len() - 1)) as f64;
    let found = k::k(&network, &events, &distances).expect("K");
    found
        .iter()
        .zip(expected)
        .for_each(|(got, sum)| assert!((got - scale * sum).abs() < 1e-9, "{found:?} {expected:?}"));
}

/// Floyd and Warshall.
fn all_distances(network: &Network) -> Vec<Vec<f64>> {
    let count = network.ends.len();
    let mut apart = vec![vec![f64::INFINITY; count]; count];
    (0..count).for_each(|vertex| apart[vertex][vertex] = 0.0);
    for edge in network.edges() {
        let length = edge.length.min(apart[edge.from][edge.to]);
        (apart[edge.from][edge.to], apart[edge.to][edge.from]) = (length, length);
    }
    for via in 0..count {
        for a in 0..count {
            for b in 0..count {
                apart[a][b] = apart[a][b].min(apart[a][via] + apart[via][b]);
            }
        }
    }
    apart
}

#[test]
fn no_event_is_lost_by_splitting() {
    let (town, chicago) = (town(), chicago());
    let (few, crimes) = (places(&town, 3), crimes(&chicago, ""));
    for split in [Split::Discontinuous, Split::Continuous] {
        for (network, events, radius, piece) in
            [(&town, &few, 0.5, 0.2), (&town, &few, 9.0, 1.0), (&chicago, &crimes, 300.0, 25.0)]
        {
            let values = split::density(network, events, split, radius, piece).expect("a density");
            assert!((total(&values, network) - events.len() as f64).abs() < 1e-9, "{split:?} {radius}");
            let least = values.iter().flatten().copied().fold(f64::INFINITY, f64::min);
            assert!(split == Split::Continuous || least >= 0.0);
        }
    }
}

fn quartic(distance: f64, radius: f64) -> f64 {
    15.0 / 16.0 / radius * (1.0 - (distance / radius).min(1.0).powi(2)).powi(2)
}

#[test]
fn a_star_splits_as_the_paper_says() {
    let (network, at, radius) = (star(4, 10.0), 1.5, 5.0);
    let event = [Place { edge: 0, offset: at }];
    let (continuous, discontinuous) = [Split::Continuous, Split::Discontinuous]
        .map(|split| split::density(&network, &event, split, radius, 0.01).expect("a density"))
        .into();
    for piece in 0..400 {
        let x = 0.01 * (f64::from(piece) + 0.5);
        let index = piece as usize;
        let near = |got: f64, expected: f64| assert!((got - expected).abs() < 1e-5, "at {x}: {got} {expected}");
        near(continuous[1][index], 0.5 * quartic(at + x, radius));
        near(continuous[0][index], quartic((x - at).abs(), radius) - 0.5 * quartic(at + x, radius));
        near(discontinuous[2][index], quartic(at + x, radius) / 3.0);
        near(discontinuous[0][index], quartic((x - at).abs(), radius));
    }
}

#[test]
fn heat_on_a_star_is_the_sum_over_its_ways() {
    let (network, at, h) = (star(5, 60.0), 3.0, 4.0);
    let heat = heat::density(&network, &[Place { edge: 0, offset: at }], h, 0.2).expect("a density");
    let gauss = |d: f64| (-d * d / (2.0 * h * h)).exp() / (h * std::f64::consts::TAU.sqrt());
    let value = |edge, offset| heat.at(Place { edge, offset }).expect("a place");
    for x in [0.0, 1.0, 3.0, 6.5, 12.0] {
        let own = gauss(x - at) + (2.0 / 5.0 - 1.0) * gauss(x + at);
        let other = 0.4 * gauss(x + at);
        assert!((value(0, x) - own).abs() < 1e-3 * gauss(0.0), "{x}: {} {own}", value(0, x));
        assert!((value(3, x) - other).abs() < 1e-3 * gauss(0.0), "{x}: {} {other}", value(3, x));
    }
    assert!((heat.integral() - 1.0).abs() < 1e-12);
}

/// Finer pieces come nearer with the square of their length.
#[test]
fn heat_is_of_second_order() {
    let network = town();
    let event = [Place { edge: 4, offset: 1.3 }];
    let with = |piece: f64| heat::density(&network, &event, 1.0, piece).expect("a density");
    let (fine, at) = (with(0.02), Place { edge: 4, offset: 2.4 });
    let off = |heat: Heat| (heat.at(at).expect("a place") / fine.at(at).expect("a place") - 1.0).abs();
    let (coarse, middle) = (off(with(0.4)), off(with(0.2)));
    assert!(coarse < 0.05 && middle < coarse / 2.5, "{coarse} {middle}");
}

/// Values at events computed with spatstat.linnet 3.0 `density(unmark(chicago), 60, at = "points", leaveoneout =
/// FALSE, dx = 2)`, whose own pieces make them about a per cent uncertain (its integral is 117.4162 for 116 events).
#[test]
fn heat_in_chicago() {
    let network = chicago();
    let events = crimes(&network, "");
    let heat = heat::density(&network, &events, 60.0, 5.0).expect("a density");
    assert!((heat.integral() - 116.0).abs() < 1e-9, "{}", heat.integral());
    let expected = [0.007_456_142_743, 0.013_612_668_341, 0.007_888_390_585, 0.012_756_101_286, 0.010_763_832_044];
    for (event, expected) in events.iter().zip(expected) {
        let got = heat.at(*event).expect("a place");
        assert!((got / expected - 1.0).abs() < 0.02, "{got} {expected}");
    }
    let most = heat.edges.iter().flatten().copied().fold(0.0, f64::max);
    assert!((most / 0.0248 - 1.0).abs() < 0.02, "{most}");
}

#[test]
fn very_short_edges_do_no_harm() {
    let lengths = [40.0, 1e-4, 25.0, 2e-3, 40.0];
    let edges = lengths.iter().enumerate().map(|(i, length)| Edge { from: i, to: i + 1, length: *length }).collect();
    let network = Network::new(6, edges).expect("a network");
    let heat = heat::density(&network, &[Place { edge: 2, offset: 10.0 }], 6.0, 0.5).expect("a density");
    assert!((heat.integral() - 1.0).abs() < 1e-9, "{}", heat.integral());
    let gauss = |d: f64| (-d * d / 72.0).exp() / (6.0 * std::f64::consts::TAU.sqrt());
    for (edge, offset, distance) in [(2, 10.0, 0.0), (0, 34.0, 16.0), (4, 3.0, 18.0)] {
        let got = heat.at(Place { edge, offset }).expect("a place");
        assert!((got / gauss(distance) - 1.0).abs() < 0.01, "{distance}: {got} {}", gauss(distance));
    }
}

#[test]
fn threads_change_no_bit() {
    let network = chicago();
    let events = places(&network, 3);
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
        pool.install(|| {
            let k = k::k(&network, &events, &[40.0, 90.0]).expect("K");
            (k, split::density(&network, &events, Split::Continuous, 150.0, 30.0).expect("a density"))
        })
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(8));
}

#[test]
fn what_is_no_network_says_why() {
    let edge = Edge { from: 0, to: 1, length: 1.0 };
    assert_eq!(Network::new(2, vec![]).err(), Some(NetworkError::Empty));
    for wrong in [Edge { to: 2, ..edge }, Edge { length: 0.0, ..edge }, Edge { length: f64::NAN, ..edge }] {
        assert_eq!(Network::new(2, vec![edge, wrong]).err(), Some(NetworkError::Edge(1)));
    }
    let network = Network::new(3, vec![edge]).expect("a network");
    let at = |edge, offset| Place { edge, offset };
    assert_eq!(heat::density(&network, &[at(0, 1.1)], 1.0, 0.1).err(), Some(NetworkError::Place(0)));
    assert_eq!(heat::density(&network, &[at(1, 0.0)], 1.0, 0.1).err(), Some(NetworkError::Place(0)));
    assert_eq!(heat::density(&network, &[at(0, 0.5)], 0.0, 0.1).err(), Some(NetworkError::Length));
    assert!(heat::density(&network, &[at(0, 1.0)], 1.0, 5.0).is_ok(), "a vertex without edges is no harm");
    assert!(matches!(heat::density(&network, &[], 1.0, 1e-12), Err(NetworkError::Pieces(_))));
    let split = |radius| split::density(&network, &[at(0, 0.5)], Split::Continuous, radius, 0.1);
    assert_eq!(split(-1.0).err(), Some(NetworkError::Length));
    assert!(matches!(split(1e9), Err(NetworkError::Ways(_))));
    assert_eq!(k::k(&network, &[at(0, 0.5)], &[1.0]), Err(NetworkError::TooFew));
    assert_eq!(k::k(&network, &[at(0, 0.5); 2], &[1.0, 0.5]), Err(NetworkError::Distances));
    assert_eq!(k::k(&network, &[at(0, 0.5); 2], &[]), Err(NetworkError::Distances));
}
