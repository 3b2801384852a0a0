//! Which field holds what, and what its values mean.

use crate::error::TerritoryError;
use crate::limits::EXACT_INTEGER_MAX;
use crate::table::Value;

/// Fields that hold codes, in the order they are looked for, whatever their case.
pub const CODE_FIELDS: &[&str] = &[
    "cvegeo",
    "cve_geo",
    "clave",
    "cve",
    "codigo",
    "code",
    "cveut",
    "colonia_cve",
    "cve_col",
    "_id",
    "id",
    "objectid",
    "fid",
];

/// Fields that hold names, in the order they are looked for, whatever their case.
pub const NAME_FIELDS: &[&str] = &[
    "nomgeo",
    "nom_geo",
    "nombre",
    "name",
    "nomut",
    "colonia_nombre",
    "colonia",
    "nom_col",
    "nomvial",
    "nom_mun",
    "nom_ent",
    "nomenclatu",
    "ref",
];

/// Position of the field that an option names; capitals count only when two fields differ by them.
pub(crate) fn named(columns: &[String], field: &str, option: &'static str) -> Result<usize, TerritoryError> {
    let exact = columns.iter().position(|column| column == field);
    exact.or_else(|| find(columns, field)).ok_or_else(|| TerritoryError::NoField {
        option,
        field: field.to_owned(),
        fields: columns.to_vec(),
    })
}

/// Position of the first known field that the file has.
pub(crate) fn known(columns: &[String], fields: &[&str]) -> Option<usize> {
    fields.iter().find_map(|field| find(columns, field))
}

fn find(columns: &[String], field: &str) -> Option<usize> {
    columns.iter().position(|column| column.to_lowercase() == field.to_lowercase())
}

/// A value as a code or a name: text without the blanks around it, whole numbers without decimals.
/// `None` when there is none, or when it is a number too large to have kept its digits.
pub(crate) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Text(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        Value::Integer(integer) => Some(integer.to_string()),
        Value::Real(real) => (real.is_finite() && real.abs() <= EXACT_INTEGER_MAX).then(|| real.to_string()),
    }
}

/// A value as a number of persons: `Ok(None)` when there is none, an error when it is not a count.
pub(crate) fn persons(value: &Value) -> Result<Option<u64>, String> {
    match value {
        Value::Null => Ok(None),
        Value::Integer(integer) => u64::try_from(*integer).map(Some).map_err(|_| format!("{integer} is negative")),
        Value::Real(real) => whole(*real).map(Some),
        Value::Text(text) if text.trim().is_empty() => Ok(None),
        Value::Text(text) => match (text.trim().parse::<u64>(), text.trim().parse::<f64>()) {
            (Ok(count), _) => Ok(Some(count)),
            (Err(_), Ok(real)) => whole(real).map(Some),
            (Err(_), Err(_)) => Err(format!("`{text}` is not a number")),
        },
    }
}

fn whole(real: f64) -> Result<u64, String> {
    if real.fract() == 0.0 && (0.0..=EXACT_INTEGER_MAX).contains(&real) {
        Ok(real as u64)
    } else {
        Err(format!("{real} is not a whole number of persons"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_their_zeros_and_lose_no_digit() {
        assert_eq!(text(&Value::Text(" 09002 ".to_owned())).as_deref(), Some("09002"));
        assert_eq!(text(&Value::Text("761.0".to_owned())).as_deref(), Some("761.0"));
        assert_eq!(text(&Value::Real(761.0)).as_deref(), Some("761"));
        assert_eq!(text(&Value::Real(1.25)).as_deref(), Some("1.25"));
        assert_eq!(text(&Value::Integer(-7)).as_deref(), Some("-7"));
        for none in [Value::Null, Value::Text("  ".to_owned()), Value::Real(1e16), Value::Real(f64::NAN)] {
            assert_eq!(text(&none), None);
        }
    }

    #[test]
    fn persons_are_whole() {
        assert_eq!(persons(&Value::Real(1957.0)), Ok(Some(1957)));
        assert_eq!(persons(&Value::Text("1957".to_owned())), Ok(Some(1957)));
        assert_eq!(persons(&Value::Null), Ok(None));
        for bad in [Value::Integer(-1), Value::Real(0.5), Value::Real(f64::INFINITY), Value::Text("1,957".to_owned())] {
            assert!(persons(&bad).is_err(), "{bad:?}");
        }
    }
}
