//! Shapes of what the ledger answers, for the description of the API.

use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

/// Parameters that name one figure.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "describes the parameters; `Named::take` reads them")]
pub struct CrimeIndicatorsFigureName {
    /// Dataset of official counts
    #[param(example = "demo-counts")]
    pub dataset: String,
    /// Edition of the dataset; the newest when it is not given
    pub edition: Option<String>,
    /// The newest edition that was known on this day, `YYYY-MM-DD`
    pub as_of: Option<String>,
    /// Code of the place, as the edition has it
    #[param(example = "MX-09-015")]
    pub place: String,
    /// Code of the offence, as the edition has it
    #[param(example = "homicidio-doloso.con-arma-de-fuego")]
    pub offence: String,
    /// A month or a year, as the edition has it
    #[param(example = "2025-01")]
    pub period: String,
    /// Sex of the persons, where the edition tells them apart
    pub sex: Option<String>,
    /// Age group, where the edition tells them apart
    pub age: Option<String>,
    /// Year of registration, where the edition tells them apart
    pub registered: Option<String>,
    /// Moment of the year, where the edition tells them apart
    pub moment: Option<String>,
}

/// Proof of one figure.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsFigureProof {
    /// Version of this form.
    pub version: u32,
    /// The row: its canonical JSON (RFC 8785) is the leaf.
    pub row: Value,
    /// Where the row stands, how many there are, and the path to the root over them.
    pub rows: Value,
    /// The entry of the edition in the ledger; `rows_root` is the root.
    pub entry: Value,
    /// C2SP tlog-proof of the entry.
    pub proof: String,
}

/// The ledger.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsLedger {
    /// Name of the log.
    pub origin: String,
    /// How many entries it has.
    pub size: u64,
    /// Root over them, in Base 64.
    pub root: String,
    /// The signed head (C2SP tlog-checkpoint).
    pub checkpoint: String,
    /// The last head that witnesses cosigned; null when none did.
    pub cosigned: Option<String>,
    /// Public key that signs now, `NAME+ID+KEY`.
    pub key: Option<String>,
    /// Every key that signed, in order.
    pub keys: Vec<String>,
    /// Public keys of the witnesses that are known here.
    pub witnesses: Vec<String>,
    /// Where the log itself is served as C2SP tlog-tiles.
    pub log: String,
    /// Entries with their numbers.
    pub entries: Vec<CrimeIndicatorsEntry>,
    /// Address of the next entries; null at the end.
    pub next: Option<String>,
}

/// An entry with its number.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsEntry {
    /// From 0.
    pub index: u64,
    /// What it records.
    pub entry: Value,
}

/// An entry with its proof.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsEntryProof {
    /// From 0.
    pub index: u64,
    /// What it records.
    pub entry: Value,
    /// C2SP tlog-proof with the entry as its extra data.
    pub proof: String,
}

/// Proof that one state of the log continues another.
#[derive(Serialize, ToSchema)]
pub struct CrimeIndicatorsConsistency {
    /// Size and root of the smaller log.
    pub old: Value,
    /// Size and root of the larger log.
    pub new: Value,
    /// Hashes of the proof, in Base 64.
    pub path: Vec<String>,
}
