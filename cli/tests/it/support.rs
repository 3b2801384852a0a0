//! A data folder of its own for each test, the command, and small files as agencies write them.

use serde_json::Value;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A data folder that goes away with the test.
pub struct Desk {
    folder: TempDir,
}

impl Desk {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Writes a file and gives its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tequio"));
        command.arg("--data").arg(self.data());
        command
    }

    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Output {
        self.command().args(arguments).output().expect("the command runs")
    }

    /// Runs the command, which has to succeed and write JSON.
    pub fn json<S: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Value {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    pub fn import(&self, file: &Path) -> Value {
        self.json(["import".as_ref(), "--json".as_ref(), file.as_os_str()])
    }

    pub fn count(&self, arguments: &str) -> Value {
        self.json(["count", "--json"].into_iter().chain(arguments.split_whitespace()))
    }

    /// Editions of a dataset, newest first.
    pub fn editions(&self, dataset: &str) -> Vec<String> {
        let listed = self.json(["datasets", "--json"]);
        let datasets = listed["datasets"].as_array().expect("datasets");
        let found = datasets.iter().find(|view| view["dataset"] == dataset);
        let editions = found.map(|view| view["editions"].as_array().expect("editions").clone()).unwrap_or_default();
        editions.iter().map(|edition| edition["edition"].as_str().expect("a name").to_owned()).collect()
    }

    /// The file is refused: exit code 1, one line, nothing stored.
    pub fn refuses(&self, arguments: &[&str], file: &Path, says: &str) {
        let output = self.command().arg("import").args(arguments).arg(file).output().expect("the command runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{}: {error}", file.display());
        assert_eq!(error.lines().count(), 1, "{error}");
        assert!(error.contains(says), "{} should say `{says}`: {error}", file.display());
        assert!(output.stdout.is_empty());
        assert!(!self.data().join("datasets").exists(), "nothing is stored");
    }
}

/// Accounts that hold for every import.
pub fn assert_adds_up(summary: &Value) {
    let number = |value: &Value| value.as_u64().expect("a number");
    let reasons = summary["rejected"]["by_reason"].as_object().expect("reasons");
    assert_eq!(number(&summary["rows"]), number(&summary["accepted"]) + number(&summary["rejected"]["total"]));
    assert_eq!(number(&summary["rejected"]["total"]), reasons.values().map(number).sum::<u64>());
    let rejects = std::fs::read(summary["rejects_file"].as_str().expect("a path")).expect("the rejects file");
    let rows = csv::ReaderBuilder::new().from_reader(rejects.as_slice()).byte_records().count() as u64;
    assert_eq!(rows, number(&summary["rejected"]["total"]));
}

/// Sum of the counts of an answer.
pub fn sum(answer: &Value) -> u64 {
    answer["rows"].as_array().expect("rows").iter().map(|row| row["count"].as_u64().expect("a count")).sum()
}

pub const FGJ_HEADER: &str = "anio_hecho,fecha_hecho,hora_hecho,delito,colonia_hecho,alcaldia_hecho,latitud,longitud";

/// Case files as the prosecutor's office of Mexico City publishes them, spread over the city.
pub fn fgj(rows: usize, seed: usize) -> String {
    let mut text = format!("{FGJ_HEADER}\n");
    for row in 0..rows {
        let mix = (row + seed * 7919).wrapping_mul(2_654_435_761) % 1_000_003;
        let (x, y) = ((mix % 1000) as f64 / 1000.0, (mix / 1000) as f64 / 1001.0);
        let offence = ["FRAUDE", "ROBO DE OBJETOS", "VIOLENCIA FAMILIAR", "AMENAZAS"][mix % 4];
        let hour =
            if mix.is_multiple_of(9) { "12:00:00".to_owned() } else { format!("{:02}:{:02}:00", mix % 24, mix % 60) };
        let (month, day) = (1 + mix % 12, 1 + mix % 28);
        let (latitude, longitude) = (19.25 + 0.25 * y, -99.25 + 0.25 * x);
        writeln!(
            text,
            "2020,2020-{month:02}-{day:02},{hour},{offence},Centro {seed},CUAUHTEMOC,{latitude},{longitude}"
        )
        .expect("memory");
    }
    text
}

/// Street files as data.police.uk publishes them.
pub fn police(rows: usize, seed: usize) -> String {
    let mut text =
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,\
                    Last outcome category,Context\n"
            .to_owned();
    for row in 0..rows {
        let mix = (row + seed * 7919).wrapping_mul(2_654_435_761) % 1_000_003;
        let (x, y) = ((mix % 1000) as f64 / 10_000.0, (mix / 1000) as f64 / 10_000.0);
        writeln!(
            text,
            "{seed}-{row},2019-{:02},A,A,{},{},On or near B,E1,L1,Drugs,,",
            1 + mix % 12,
            -0.2 + x,
            51.4 + y
        )
        .expect("memory");
    }
    text
}

/// Case files by state as the Executive Secretariat publishes them, of 2024 and of 2025 up to a month: three states,
/// two offences. Figures of every third month of 2024 are lower by `lowered`.
pub fn sesnsp(months: usize, lowered: u64) -> String {
    sesnsp_of(&[(2024, 12), (2025, months)], lowered)
}

/// The same of other years, each up to a month.
pub fn sesnsp_of(years: &[(u16, usize)], lowered: u64) -> String {
    const MONTHS: &str = "Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre";
    const OFFENCES: [&str; 2] = [
        "La vida y la Integridad corporal,Homicidio,Homicidio doloso,Con arma de fuego",
        "El patrimonio,Robo,Robo a casa habitación,Con violencia",
    ];
    let names = "Año,Clave_Ent,Entidad,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad";
    let mut text = format!("{names},{MONTHS}\n");
    for &(year, observed) in years {
        for state in ["1,Aguascalientes", "9,Ciudad de México", "11,Guanajuato"] {
            for offence in OFFENCES {
                write!(text, "{year},{state},{offence}").expect("memory");
                for month in 0..12 {
                    let value = 100 + 3 * month as u64 - if year == 2024 && month % 3 == 0 { lowered } else { 0 };
                    let value = if month < observed { value.to_string() } else { String::new() };
                    write!(text, ",{value}").expect("memory");
                }
                text.push('\n');
            }
        }
    }
    text
}

/// The folder with real data that is never committed; tests that need it say so and go on without.
pub fn shared() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("SKIPPED: {} is not here, so the answers of the real files are not checked", folder.display());
    None
}
