//! The fields chosen in a file.

use crate::Options;
use crate::error::TerritoryError;
use crate::fields::{CODE_FIELDS, NAME_FIELDS, known, named};

/// Positions of the chosen fields.
pub(crate) struct Selection {
    /// Field of the codes.
    pub code: usize,
    /// Field of the names.
    pub name: Option<usize>,
    /// Field of the inhabitants and their year.
    pub population: Option<(usize, i16)>,
}

impl Selection {
    /// Follows the options, and the known names of fields where they are silent.
    pub fn choose(columns: &[String], options: &Options) -> Result<Self, TerritoryError> {
        let code = match &options.code {
            Some(field) => named(columns, field, "--code")?,
            None => known(columns, CODE_FIELDS).ok_or_else(|| TerritoryError::NoCodeField(columns.to_vec()))?,
        };
        let name = match &options.name {
            Some(field) => Some(named(columns, field, "--name")?),
            None => known(columns, NAME_FIELDS),
        };
        let population = match &options.population {
            Some((field, year, _)) => Some((named(columns, field, "--population")?, *year)),
            None => None,
        };
        Ok(Self { code, name, population })
    }

    /// The choice in words.
    pub fn words(&self, columns: &[String]) -> String {
        let name = self.name.map_or("no field".to_owned(), |name| format!("`{}`", columns[name]));
        format!("codes are of the field `{}`, names of {name}", columns[self.code])
    }
}
