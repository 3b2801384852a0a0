use crate::data::{columbus_rings, getis_ord};
use tequio_methods::weights::contiguity::{queen, rook};
use tequio_methods::weights::distance::{band, nearest};

/// Links counted with libpysal 4.14.1.
#[test]
fn borders_of_columbus() {
    let areas = columbus_rings();
    let (queen, rook) = (queen(&areas).expect("areas"), rook(&areas).expect("areas"));
    assert_eq!((queen.links(), rook.links()), (236, 200));
    assert!(queen.islands().is_empty() && rook.islands().is_empty());
}

#[test]
fn bands_and_nearest_of_a_grid() {
    let table = getis_ord();
    let points = table.points();
    // Sixteen by sixteen cells, 30 apart: edges are 2 x 2 x 15 x 16.
    assert_eq!(band(&points, 30.0).expect("points").links(), 960);
    assert_eq!(nearest(&points, 8).expect("points").row(17).0, [0, 1, 2, 16, 18, 32, 33, 34]);
}
