//! What could not be read for a moment is left out of a page for that moment only.

use crate::http::Portal;
use std::fs;

#[test]
fn a_page_that_left_a_dataset_out_is_not_given_again() {
    let portal = Portal::start();
    let names_it = || {
        let reply = portal.ask("GET", "/datasets", "Accept: text/html\r\n");
        assert_eq!(reply.status, 200);
        String::from_utf8(reply.body).expect("text").contains("/datasets/fgj-cdmx")
    };
    let mut editions = fs::read_dir(portal.data().join("datasets/fgj-cdmx")).expect("editions");
    let manifest = editions.next().expect("one").expect("an edition").path().join("manifest.json");
    let whole = fs::read(&manifest).expect("a manifest");
    // Written in place: no date of a folder tells that anything changed.
    fs::write(&manifest, "{").expect("damaged");
    assert!(!names_it() && !names_it());
    fs::write(&manifest, whole).expect("mended");
    assert!(names_it());
}
