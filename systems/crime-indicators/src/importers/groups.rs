//! Groups of persons as official tables name them, brought to one spelling.

use tequio_kernel::text::{fold, slug};

/// The value of a dimension: sexes under their English names, whatever else as an address of its own words.
pub fn value(dimension: &str, text: &str) -> String {
    let folded = fold(text);
    let known = match (dimension, folded.as_str()) {
        ("sex", "MUJER" | "MUJERES" | "FEMENINO" | "M") => Some("female"),
        ("sex", "HOMBRE" | "HOMBRES" | "MASCULINO" | "H") => Some("male"),
        (_, "NO IDENTIFICADO" | "NO ESPECIFICADO" | "SE DESCONOCE" | "NO ESPECIFICADA" | "") => Some(UNSPECIFIED),
        ("age", "MENORES DE EDAD (0-17)") => Some("0-17"),
        ("age", "ADULTOS (18 Y MAS)") => Some("18-and-over"),
        _ => None,
    };
    known.map_or_else(|| slug(text), str::to_owned)
}

/// Dimensions that say that a period is not the one of the event: its year or month is not specified, and the figure
/// stands at the nearest period that is known. Such figures are no part of what others say of that period.
pub const APART: [&str; 2] = [OCCURRED, "month"];
/// The one of them that says that the year is not specified.
pub const OCCURRED: &str = "occurred";
/// The value of [`APART`] dimensions, and of every dimension that is not given.
pub const UNSPECIFIED: &str = "unspecified";

/// True for the words that stand for everybody.
pub fn is_total(text: &str) -> bool {
    matches!(fold(text).as_str(), "TOTAL" | "TODOS" | "TODAS")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_group_has_one_name() {
        assert_eq!(["Mujer", "MUJERES", "Femenino"].map(|text| value("sex", text)), ["female"; 3]);
        assert_eq!(value("sex", "No identificado"), "unspecified");
        assert_eq!(value("age", "Menores de edad (0-17)"), "0-17");
        assert_eq!(value("age", "De 18 a 29 años"), "de-18-a-29-anos");
        assert!(is_total(" Total ") && !is_total("Totalán"));
    }
}
