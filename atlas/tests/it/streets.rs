//! Named streets.

use crate::fixtures::{layer, place, street, streets};
use geo::{Geodesic, Length};
use geo_types::LineString;
use tequio_atlas::{AtlasError, StreetIndex};
use tequio_kernel::{LayerKind, Shape};

#[test]
fn segments_of_one_name_in_one_municipality_are_one_street() {
    let index = streets(
        vec![
            street("1", "Av. Juárez", Some("MX-09-015"), &[(-99.15, 19.43), (-99.149, 19.431)]),
            street("2", "AV JUAREZ", Some("MX-09-015"), &[(-99.149, 19.431), (-99.148, 19.432), (-99.147, 19.432)]),
            street("3", "Av. Juárez", Some("MX-09-016"), &[(-99.1, 19.4), (-99.1, 19.41)]),
            street("4", "  ", None, &[(-99.1, 19.4), (-99.1, 19.41)]),
            street("5", "Sur 73", None, &[(-99.1, 19.4), (-99.1, 19.41)]),
        ],
        None,
        50.0,
    );
    let codes: Vec<&str> = index.streets().iter().map(|street| street.code.as_str()).collect();
    assert_eq!(codes, [":sur-73", "MX-09-015:av-juarez", "MX-09-016:av-juarez"]);
    let juarez = index.street("MX-09-015:av-juarez").unwrap();
    assert_eq!((juarez.name.as_str(), &juarez.segments[..]), ("Av. Juárez", &[0, 1][..]));
    let line = LineString::from(vec![(-99.15, 19.43), (-99.149, 19.431), (-99.148, 19.432), (-99.147, 19.432)]);
    assert!((juarez.length_m - Geodesic.length(&line)).abs() < 0.01, "{}", juarez.length_m);
    assert_eq!(index.street_of(2).map(|street| street.parent.as_str()), Some("MX-09-016"));
    assert!(index.street_of(3).is_none() && index.street_of(99).is_none());
    assert_eq!((index.segment("4"), index.segment("9")), (Some(3), None));
}

#[test]
fn streets_that_make_no_sense_are_refused() {
    let areas = layer("a", LayerKind::Areas, vec![place("1", Shape::None)]);
    assert!(matches!(StreetIndex::new(areas, None, 50.0), Err(AtlasError::LayerKind { .. })));
    for metres in [0.0, -1.0, f64::NAN, 1e9] {
        let empty = layer("s", LayerKind::Streets, Vec::new());
        assert!(matches!(StreetIndex::new(empty, None, metres), Err(AtlasError::SnapDistance(_))), "{metres}");
    }
}
