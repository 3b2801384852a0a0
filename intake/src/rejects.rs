//! The file of rejected rows: where each stood, why it was rejected, and what it said.

use std::fs::File;
use std::io;
use std::path::Path;

/// Written as rows are read.
pub struct RejectsFile {
    writer: csv::Writer<File>,
}

impl RejectsFile {
    /// Creates the file with its header.
    ///
    /// # Errors
    /// What the disk says.
    pub fn create(path: &Path) -> io::Result<Self> {
        let mut writer = csv::Writer::from_path(path)?;
        writer.write_record(["file", "row", "reason", "detail", "original"])?;
        Ok(Self { writer })
    }

    /// Adds a row: its file, its number there, the code of the reason and the value in question. The original is
    /// written byte by byte, in the encoding of its file.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&mut self, file: &str, row: u64, reason: &str, detail: &str, original: &[u8]) -> io::Result<()> {
        let row = row.to_string();
        let fields = [file.as_bytes(), row.as_bytes(), reason.as_bytes(), detail.as_bytes(), original];
        Ok(self.writer.write_byte_record(&csv::ByteRecord::from(fields.to_vec()))?)
    }

    /// Makes sure that everything is written.
    ///
    /// # Errors
    /// What the disk says.
    pub fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
