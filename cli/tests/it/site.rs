//! `tequio serve --site`: what is wrong with a livery is said before anything listens.

use crate::support::Desk;

#[test]
fn a_livery_that_cannot_be_worn_is_refused_in_one_line() {
    let desk = Desk::new();
    let template = desk.command().args(["serve", "--site-template"]).output().expect("runs");
    assert!(template.status.success());
    let template = String::from_utf8(template.stdout).expect("text");
    for (from, to, says) in [
        ("light = \"#0b4f6c\"", "light = \"#ffcc00\"", "passes"),
        ("[colours]", "[colors]", "unknown field `colors`"),
        ("# logo =", "logo =", "logo.svg cannot be read"),
    ] {
        let file = desk.file("site.toml", template.replace(from, to));
        let refused = desk.command().args(["serve", "--listen", "127.0.0.1:0", "--site"]).arg(&file).output();
        let refused = refused.expect("runs");
        let told = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!((refused.status.code(), told.lines().count()), (Some(1), 1), "{told}");
        assert!(told.contains(says) && told.contains("site.toml") && refused.stdout.is_empty(), "{told}");
    }
}
