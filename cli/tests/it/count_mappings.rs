//! Mapping files of official counts: printed, recognised, and told apart from those of points.

use crate::support::Desk;

const ROWS: &str = "Año,Mes,Entidad,Municipio,Tipo de delito,Subtipo de delito,Modalidad,Cantidad\n\
    2020,1-Enero,Guanajuato,León,Homicidio,Homicidio doloso,Con arma de fuego,3\n\
    2020,Febrero,Oaxaca,San Juan Mixtepec,Homicidio,Homicidio doloso,Con arma de fuego,1\n";

#[test]
fn the_printed_template_of_counts_is_a_mapping_of_counts() {
    let desk = Desk::new();
    let template = desk.run(["import", "--template", "counts"]);
    assert!(template.status.success());
    let mapping = desk.file("mapping.toml", &template.stdout);
    let rows = desk.file("rows.csv", ROWS.as_bytes());
    let mapping = mapping.to_string_lossy().into_owned();
    let output = desk.run(["import", &rows.to_string_lossy(), "--mapping", &mapping, "--json", "--edition", "first"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!((&summary["rows"], &summary["accepted"]), (&2.into(), &1.into()));
    assert_eq!(summary["rejected"]["by_reason"]["place_unknown"], 1);
    assert_eq!(summary["counts"]["totals"]["2020"], 3);
}

#[test]
fn a_bare_template_is_still_the_one_for_points() {
    let output = Desk::new().run(["import", "--template"]);
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success() && text.contains("longitude") && !text.contains("kind ="), "{text}");
}
