//! How the program ends: one table, kept by every command.

use std::fmt;
use std::process::ExitCode;
use tequio_crime_indicators::ask::AskError;
use tequio_crime_indicators::claims::ClaimError;
use tequio_crime_indicators::indicators::IndicatorError;
use tequio_crime_map::analysis::AnalysisError;
use tequio_kernel::QueryError;

/// The command line or the question in it cannot be read; the parser of the arguments ends with the same.
const USAGE: u8 = 2;
/// What was interrupted, as shells give it.
const INTERRUPTED: u8 = 130;

/// The table, as `--help` shows it.
pub const TABLE: &str = "Exit codes:
  0    done
  1    failed or refused: one line on the standard error says why
  2    usage: the command, or the question in it, cannot be read
  130  interrupted";

/// A command line that cannot be followed.
#[derive(Debug)]
pub struct Usage(pub String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// The code for an error that ended a command.
pub fn of(error: &anyhow::Error) -> ExitCode {
    let is_usage = error.is::<Usage>()
        || error.is::<QueryError>()
        || error.is::<AskError>()
        || error.downcast_ref().is_some_and(AnalysisError::is_unreadable)
        || error.downcast_ref().is_some_and(IndicatorError::is_unreadable)
        || error.downcast_ref().is_some_and(ClaimError::is_unreadable);
    if is_usage { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
}

/// The code of what was interrupted.
pub fn interrupted() -> ExitCode {
    ExitCode::from(INTERRUPTED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tequio_crime_indicators::ask::Ask;
    use tequio_crime_indicators::claims::{Fields, of_fields, read};

    #[test]
    fn what_cannot_be_read_is_usage_and_everything_else_is_a_failure() {
        let question = tequio_kernel::Query::parse([("period", "ayer")]).expect_err("no period");
        let indicator = Ask::parse([("period", "ayer")]).expect_err("no period");
        let fields = Fields { period: "ayer", value: "17", ..Fields::default() };
        let usage = [
            anyhow::Error::from(question),
            AnalysisError::Shape.into(),
            IndicatorError::from(indicator.clone()).into(),
            indicator.into(),
            of_fields(&fields).expect_err("no period").into(),
            read("{").expect_err("no claim").into(),
            Usage("so".into()).into(),
        ];
        for error in &usage {
            assert_eq!(format!("{:?}", of(error)), format!("{:?}", ExitCode::from(USAGE)), "{error}");
        }
        let no_place = IndicatorError::Place("MX-99".into());
        let failures = [AnalysisError::AllOfAll.into(), no_place.into(), anyhow::anyhow!("the disk is full")];
        for error in failures {
            assert_eq!(format!("{:?}", of(&error)), format!("{:?}", ExitCode::FAILURE), "{error}");
        }
    }
}
