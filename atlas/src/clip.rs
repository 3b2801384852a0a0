//! Cutting rings and lines at the border of a tile.
//!
//! Coordinates are tile units relative to the tile, possibly far outside it. Vertices within the
//! box stay as they are, so neighbouring tiles draw the same vertices.

use crate::mvt::Vertex;

/// A vertex before it is cut: it may lie anywhere in the world.
pub(crate) type Far = [i64; 2];

/// An inclusive square box on both axes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClipBox {
    pub(crate) low: i64,
    pub(crate) high: i64,
}

impl ClipBox {
    pub(crate) fn contains(self, vertex: Far) -> bool {
        vertex.iter().all(|value| *value >= self.low && *value <= self.high)
    }
}

/// Cuts a tidy open ring (Sutherland and Hodgman 1974); empty when no area is left.
pub(crate) fn clip_ring(mut ring: Vec<Far>, bounds: ClipBox) -> Vec<Vertex> {
    if !ring.iter().all(|vertex| bounds.contains(*vertex)) {
        for axis in [0, 1] {
            ring = cut(&ring, axis, bounds.low, 1);
            ring = cut(&ring, axis, bounds.high, -1);
        }
        ring = tidy(ring.into_iter());
    }
    ring.into_iter().map(near).collect()
}

/// Cuts a line into the pieces within the box (Liang and Barsky 1984).
pub(crate) fn clip_line(line: &[Far], bounds: ClipBox) -> Vec<Vec<Vertex>> {
    let mut pieces: Vec<Vec<Vertex>> = Vec::new();
    for pair in line.windows(2) {
        let Some((from, to)) = clip_edge(pair[0], pair[1], bounds) else { continue };
        match pieces.last_mut() {
            Some(piece) if piece.last() == Some(&from) => piece.push(to),
            _ => pieces.push(vec![from, to]),
        }
    }
    for piece in &mut pieces {
        piece.dedup();
    }
    pieces.retain(|piece| piece.len() > 1);
    pieces
}

/// Drops repeated vertices, vertices on a straight line and spikes; what has no area left is empty.
pub(crate) fn tidy(ring: impl Iterator<Item = Far>) -> Vec<Far> {
    let mut kept: Vec<Far> = Vec::new();
    for vertex in ring {
        push(&mut kept, vertex);
    }
    // The same at the seam between the last vertex and the first.
    loop {
        match kept[..] {
            [_, _, .., _] if is_straight(kept[kept.len() - 2], kept[kept.len() - 1], kept[0]) => drop(kept.pop()),
            [_, _, .., _] if is_straight(kept[kept.len() - 1], kept[0], kept[1]) => drop(kept.remove(0)),
            [_, _, _, ..] => return kept,
            _ => return Vec::new(),
        }
    }
}

fn push(kept: &mut Vec<Far>, vertex: Far) {
    while let [.., before, last] = kept[..] {
        if !is_straight(before, last, vertex) {
            break;
        }
        kept.pop();
    }
    if kept.last() != Some(&vertex) {
        kept.push(vertex);
    }
}

/// True when `b` adds nothing between `a` and `c`.
fn is_straight(a: Far, b: Far, c: Far) -> bool {
    let wide = |value: i64| i128::from(value);
    wide(b[0] - a[0]) * wide(c[1] - b[1]) == wide(b[1] - a[1]) * wide(c[0] - b[0])
}

/// Keeps the side of a border where `sign * (value - border)` is not negative.
fn cut(ring: &[Far], axis: usize, border: i64, sign: i64) -> Vec<Far> {
    let is_inside = |vertex: Far| sign * (vertex[axis] - border) >= 0;
    let Some(mut before) = ring.last().copied() else { return Vec::new() };
    let mut kept = Vec::with_capacity(ring.len() + 4);
    for vertex in ring.iter().copied() {
        if is_inside(before) != is_inside(vertex) {
            kept.push(crossing(before, vertex, axis, border));
        }
        if is_inside(vertex) {
            kept.push(vertex);
        }
        before = vertex;
    }
    kept
}

/// Where an edge meets a border; the same whichever way the edge is walked.
fn crossing(a: Far, b: Far, axis: usize, border: i64) -> Far {
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    let share = (border - a[axis]) as f64 / (b[axis] - a[axis]) as f64;
    let other = 1 - axis;
    let mut met = [border; 2];
    met[other] = a[other] + (share * (b[other] - a[other]) as f64).round() as i64;
    met
}

fn clip_edge(a: Far, b: Far, bounds: ClipBox) -> Option<(Vertex, Vertex)> {
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for axis in [0, 1] {
        let delta = (b[axis] - a[axis]) as f64;
        let (low, high) = ((bounds.low - a[axis]) as f64, (bounds.high - a[axis]) as f64);
        if delta == 0.0 {
            if low > 0.0 || high < 0.0 {
                return None;
            }
            continue;
        }
        let (first, last) = if delta > 0.0 { (low / delta, high / delta) } else { (high / delta, low / delta) };
        enter = enter.max(first);
        leave = leave.min(last);
    }
    let at = |share: f64, axis: usize| a[axis] + (share * (b[axis] - a[axis]) as f64).round() as i64;
    (enter <= leave).then(|| (near([at(enter, 0), at(enter, 1)]), near([at(leave, 0), at(leave, 1)])))
}

/// Whatever is within a tile fits; what is not is not passed.
fn near(vertex: Far) -> Vertex {
    vertex.map(|value| i32::try_from(value).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: ClipBox = ClipBox { low: -10, high: 110 };

    #[test]
    fn rings_are_cut_to_the_box() {
        let world = [[-1_000, -1_000], [1_000, -1_000], [1_000, 1_000], [-1_000, 1_000]];
        let mut cut = clip_ring(world.to_vec(), BOUNDS);
        cut.sort_unstable();
        assert_eq!(cut, [[-10, -10], [-10, 110], [110, -10], [110, 110]]);
        assert!(clip_ring(vec![[200, 0], [300, 0], [300, 50]], BOUNDS).is_empty());
        assert_eq!(clip_ring(vec![[0, 0], [50, 0], [50, 50]], BOUNDS).len(), 3);
    }

    #[test]
    fn spikes_and_straight_vertices_go() {
        let ring = vec![[5, 0], [10, 0], [10, 10], [10, 20], [10, 10], [0, 10], [0, 10], [0, 5], [0, 0]];
        let mut tidy = tidy(ring.into_iter());
        tidy.sort_unstable();
        assert_eq!(tidy, [[0, 0], [0, 10], [10, 0], [10, 10]]);
        assert!(super::tidy([[0, 0], [10, 0], [0, 0]].into_iter()).is_empty());
        assert!(super::tidy([[0, 0], [5, 5], [10, 10], [3, 3]].into_iter()).is_empty());
        assert!(super::tidy([[1, 1]].into_iter()).is_empty());
    }

    #[test]
    fn lines_are_cut_into_pieces() {
        let line = [[-50, 50], [50, 50], [50, 500], [60, 500], [60, 50]];
        assert_eq!(clip_line(&line, BOUNDS), vec![vec![[-10, 50], [50, 50], [50, 110]], vec![[60, 110], [60, 50]]]);
        assert!(clip_line(&[[500, 500], [600, 600]], BOUNDS).is_empty());
        assert!(clip_line(&[[5, 5], [5, 5]], BOUNDS).is_empty());
    }
}
