use super::*;
use std::f64::consts::TAU;

const ZOOM: u8 = 14;

fn cells() -> Vec<Counted> {
    let at = [(3_680, 7_290, 40), (3_681, 7_290, 7), (3_690, 7_301, 3), (3_676, 7_297, 0), (3_681, 7_295, 250)];
    at.map(|(x, y, count)| Counted { x, y, count }).into()
}

fn ground() -> Ground {
    Ground::of(&cells(), ZOOM).expect("a ground")
}

fn method(edge: bool, kernel: Option<Kernel>) -> Method {
    Method { bandwidth: 2.0 * ground().side, rule: None, kernel, edge }
}

fn surface(method: &Method) -> Surface {
    Surface::of(&cells(), ground(), method).expect("a surface")
}

/// Four incidents at the corners of a square of two cells: one cell from the mean along each axis.
#[test]
fn the_bandwidth_is_that_of_silvermans_rule_within_what_the_cells_allow() {
    let corner = |x, y| Counted { x, y, count: 1 };
    let square = [corner(10, 20), corner(12, 20), corner(10, 22), corner(12, 22), Counted { x: 40, y: 50, count: 0 }];
    let rule = silverman(&square, 500.0);
    assert!((rule - 500.0 / 4f64.powf(1.0 / 6.0)).abs() < 1e-9, "{rule}");
    let tenfold = square.map(|cell| Counted { count: cell.count * 10, ..cell });
    assert!((silverman(&tenfold, 500.0) / rule - 10f64.powf(-1.0 / 6.0)).abs() < 1e-9, "more incidents, finer");
    assert_eq!((silverman(&square[..1], 500.0), silverman(&square[4..], 500.0)), (0.0, 0.0));
    assert_eq!([rule, 734.0, 1e6].map(|metres| fitting(metres, 500.0)), [500.0, 730.0, 1_000.0]);
    for side in [287.6, 300.0, 152.9, 38.3, 1_151.0] {
        let (widest, narrowest) = (fitting(f64::INFINITY, side), fitting(0.0, side));
        assert!(widest <= 2.0 * side && widest > 1.9 * side && narrowest == side, "{side}: {narrowest} to {widest}");
    }
}

#[test]
fn density_times_area_is_the_incidents() {
    for (edge, kernel, error) in [(false, None, 3e-4), (true, None, 0.02), (false, Some(Kernel::Quartic), 5e-3)] {
        let total = surface(&method(edge, kernel)).total();
        assert!((total / 300.0 - 1.0).abs() < error, "{edge} {kernel:?}: {total}");
    }
}

#[test]
fn a_cell_has_the_direct_sum_of_the_kernels() {
    let (method, cells) = (method(false, None), cells());
    let surface = surface(&method);
    let ground = surface.ground;
    let (width, at) = (2.0, &surface.cells[surface.cells.len() / 2 + 5]);
    let kernel = |cell: &Counted| {
        let (dx, dy) = (f64::from(cell.x) - f64::from(at.x), f64::from(cell.y) - f64::from(at.y));
        cell.count as f64 / (TAU * width * width) * (-(dx * dx + dy * dy) / (2.0 * width * width)).exp()
    };
    // Incidents a cell of the plane; the cell's own area on the ground makes it a density.
    let direct: f64 = cells.iter().map(kernel).sum::<f64>() / at.area;
    assert!(direct > 0.0 && (at.density / direct - 1.0).abs() < 1e-5, "{} {direct}", at.density);
    let width_of = |y: u32| EQUATOR_M * cosine(ZOOM, y) / f64::from(1u32 << ZOOM);
    assert!((at.area - (width_of(at.y) / 1e3).powi(2)).abs() < 1e-9 && ground.stretch(7_290) != ground.stretch(7_310));
}

#[test]
fn the_densest_cells_hold_the_share_of_their_class() {
    let surface = surface(&method(false, None));
    let total = surface.total();
    let bands = bands(&surface.cells, total);
    assert_eq!(bands.iter().map(|band| band.class).collect::<Vec<_>>(), CLASSES);
    let mut sum = 0.0;
    for (band, share) in bands.iter().zip(SHARES) {
        sum += band.incidents;
        let above = surface.cells.iter().filter(|cell| cell.density >= band.from);
        let held: f64 = above.map(|cell| cell.density * cell.area).sum();
        assert!((held - sum).abs() < 1e-9 && sum >= share * total, "{}: {sum} of {total}", band.class);
    }
    assert!(bands.windows(2).all(|pair| pair[0].from > pair[1].from && pair[0].area < pair[1].area));
}

#[test]
fn cells_of_one_density_are_of_one_class() {
    let even: Vec<Dense> = (0..50).map(|x| Dense { x, y: 0, density: 2.0, area: 1.0 }).collect();
    let bands = bands(&even, 100.0);
    assert_eq!(bands.iter().map(|band| (band.class, band.cells)).collect::<Vec<_>>(), [("density-5", 50)]);
}

#[test]
fn without_incidents_there_is_no_surface() {
    let none: Vec<Counted> = cells().into_iter().map(|cell| Counted { count: 0, ..cell }).collect();
    let refusal = Surface::of(&none, ground(), &method(false, None)).err();
    assert!(matches!(refusal, Some(AnalysisError::Density(DensityError::NoEvents))));
    assert!(Ground::of(&[], ZOOM).is_none());
}

#[test]
fn a_bandwidth_has_two_digits() {
    assert_eq!([rounded(2_317.0), rounded(78_910.0), rounded(305.0)].map(f64::round), [2_300.0, 79_000.0, 310.0]);
}
