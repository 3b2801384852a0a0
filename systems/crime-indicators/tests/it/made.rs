//! Files made by the tests, as agencies write them: encodings, quotes, line ends, workbooks.

use crate::support::Folder;
use std::io::Write as _;
use std::path::PathBuf;
use tequio_crime_indicators::import::{ImportError, Outcome, Request, import, import_mapped};
use tequio_crime_indicators::importers::Mapping;
use tequio_kernel::{Check, Manifest};

/// Months as column names.
pub const MONTHS: [&str; 12] = [
    "Enero",
    "Febrero",
    "Marzo",
    "Abril",
    "Mayo",
    "Junio",
    "Julio",
    "Agosto",
    "Septiembre",
    "Octubre",
    "Noviembre",
    "Diciembre",
];

/// Letters as latin-1 bytes.
pub fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a letter of latin-1")).collect()
}

/// Every field in quotes, lines ended by CR LF.
pub fn quoted(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| {
        let fields: Vec<String> = row.iter().map(|field| format!("\"{}\"", field.replace('"', "\"\""))).collect();
        fields.join(",") + "\r\n"
    };
    rows.iter().map(line).collect()
}

/// A workbook of one sheet, its blank cells left out and its figures stored as numbers.
pub fn xlsx(rows: &[Vec<String>]) -> Vec<u8> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let cell = |row: usize, column: usize, text: &str| {
        let letters = |at: usize| char::from(b'A' + u8::try_from(at).expect("few columns"));
        let name = match column {
            0..26 => format!("{}{row}", letters(column)),
            _ => format!("{}{}{row}", letters(column / 26 - 1), letters(column % 26)),
        };
        match text.replace(',', "").parse::<u64>().is_ok() && !text.starts_with('0') {
            true => format!("<c r=\"{name}\"><v>{}</v></c>", text.replace(',', "")),
            false => {
                format!("<c r=\"{name}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", escape(text))
            }
        }
    };
    let mut sheet = String::new();
    for (number, row) in (1..).zip(rows) {
        let cells = row.iter().enumerate().filter(|(_, text)| !text.is_empty());
        let cells: String = cells.map(|(column, text)| cell(number, column, text)).collect();
        sheet.push_str(&format!("<row r=\"{number}\">{cells}</row>"));
    }
    workbook(&sheet)
}

fn workbook(rows: &str) -> Vec<u8> {
    let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" Type=\"{office}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let members = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/></Types>"
            ),
        ),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        (
            "xl/workbook.xml",
            format!(
                "<workbook {main} xmlns:r=\"{office}\"><sheets><sheet name=\"Datos\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet {main}><sheetData>{rows}</sheetData></worksheet>")),
    ];
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).expect("memory");
        writer.write_all(content.as_bytes()).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

/// gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// Files of one test, and the folder that they are imported into.
pub struct Desk {
    files: tempfile::TempDir,
    /// The data folder.
    pub folder: Folder,
}

impl Desk {
    pub fn new() -> Self {
        Self { files: tempfile::tempdir().expect("a folder"), folder: Folder::new() }
    }

    /// Writes a file.
    pub fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.files.path().join(name);
        std::fs::write(&path, bytes).expect("space");
        path
    }

    /// Tries to import files, with a mapping or without.
    pub fn attempt(&self, files: &[PathBuf], mapping: Option<&str>) -> Result<Outcome, ImportError> {
        let now = "2026-11-26T00:00:00Z".to_owned();
        let request = Request { files, dataset: None, edition: None, published: None, invented: false, now };
        let data = &self.folder.data;
        let outcome = match mapping {
            None => import(data, &request, &mut |_, _, _| {}),
            Some(text) => import_mapped(data, &request, &Mapping::parse(text).expect("a mapping"), &mut |_, _, _| {}),
        };
        outcome.inspect(|outcome| assert_adds_up(&outcome.manifest))
    }

    /// Imports one file that has to be accepted.
    pub fn import(&self, name: &str, bytes: &[u8]) -> Manifest {
        self.attempt(&[self.file(name, bytes)], None).expect("imported").manifest
    }

    /// Why one file is refused.
    pub fn refusal(&self, name: &str, bytes: &[u8]) -> String {
        let refusal = self.attempt(&[self.file(name, bytes)], None).expect_err("refused").to_string();
        assert!(!refusal.contains('\n'), "{refusal}");
        assert!(self.folder.data.datasets().expect("a folder").is_empty(), "something was stored");
        refusal
    }
}

/// Every row that was read is accepted, rejected or a check.
pub fn assert_adds_up(manifest: &Manifest) {
    let read: u64 = manifest.sources.iter().map(|file| file.rows).sum();
    let checks = manifest.counts.as_ref().expect("counts").check_rows;
    assert_eq!(manifest.rows, manifest.accepted + manifest.rejected.total);
    assert_eq!(read, manifest.rows + checks);
}

/// A check of an edition.
pub fn check<'a>(manifest: &'a Manifest, code: &str) -> &'a Check {
    let checks = &manifest.counts.as_ref().expect("counts").checks;
    checks.iter().find(|check| check.code == code).expect("the check was made")
}
