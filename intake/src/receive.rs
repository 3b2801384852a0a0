//! Files taken into the staging folder, so that what is read from then on is what is kept.

use crate::{CONTENT_BYTES_MAX, Kind, ReceiveError, Survey, survey};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use tequio_archive::{HashingWriter, SOURCE_FOLDER, Staging};
use tequio_kernel::edition::SourceFile;

/// Most files of one import.
pub const FILES_MAX: usize = 1_000;

/// A file in the staging folder.
pub struct Received {
    /// The copy.
    pub path: PathBuf,
    /// What one pass over it shows.
    pub survey: Survey,
    /// What the manifest says of it; the rows are counted as they are read.
    pub source: SourceFile,
}

/// Why files are not taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file itself.
    #[error("{file}: {reason}")]
    Refused {
        /// Name of the file.
        file: String,
        /// What is wrong with it.
        reason: ReceiveError,
    },
    /// The same content twice among the files.
    #[error("{file} has the same content as {twin}: give each file once")]
    Twice {
        /// Name of the file.
        file: String,
        /// Name of the file before it.
        twin: String,
    },
    /// Too many or no files.
    #[error("give 1 to {FILES_MAX} files")]
    FileCount,
    /// The staging folder.
    #[error("the data folder cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Copies the files into the staging folder and surveys the copies. `progress` is told bytes done and bytes in all.
///
/// # Errors
/// [`IntakeError`] when a file cannot be read, is no table, or stands there twice.
pub fn receive(
    files: &[PathBuf],
    staging: &Staging,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<Received>, IntakeError> {
    if files.is_empty() || files.len() > FILES_MAX {
        return Err(IntakeError::FileCount);
    }
    let folder = staging.path().join(SOURCE_FOLDER);
    fs::create_dir(&folder)?;
    let mut received: Vec<Received> = Vec::with_capacity(files.len());
    for (index, file) in files.iter().enumerate() {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let refused = |reason: ReceiveError| IntakeError::Refused { file: name.clone(), reason };
        let path = folder.join(format!("{:04}-{name}", index + 1));
        let (sha256, bytes) = copy(file, &path).map_err(refused)?;
        let mut done = 0;
        let survey = survey(&path, &mut |length| {
            done += length;
            progress(done, bytes.max(done));
        });
        let survey = survey.map_err(refused)?;
        let twin = received.iter().find(|other| other.survey.content_sha256 == survey.content_sha256);
        if let Some(twin) = twin {
            return Err(IntakeError::Twice { file: name, twin: twin.source.name.clone() });
        }
        received.push(Received { path, survey, source: SourceFile { name, sha256, bytes, rows: 0 } });
    }
    Ok(received)
}

/// Copies a file, telling a file that cannot be read from a data folder that cannot be written.
fn copy(from: &Path, to: &Path) -> Result<(String, u64), ReceiveError> {
    if from.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file").into());
    }
    let mut source = File::open(from)?.take(CONTENT_BYTES_MAX);
    let mut writer = HashingWriter::new(File::create(to).map_err(ReceiveError::Store)?);
    let mut buffer = vec![0; 1 << 18];
    loop {
        let length = source.read(&mut buffer)?;
        if length == 0 {
            return Ok(writer.finish());
        }
        writer.write_all(&buffer[..length]).map_err(ReceiveError::Store)?;
    }
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of the one file, or the hash of the sorted hashes of several, each on a line.
pub fn received_sha256(received: &[Received]) -> String {
    if let [file] = received {
        return file.source.sha256.clone();
    }
    let mut hashes: Vec<&str> = received.iter().map(|file| file.source.sha256.as_str()).collect();
    hashes.sort_unstable();
    hex(&Sha256::digest(hashes.iter().map(|hash| format!("{hash}\n")).collect::<String>()))
}

/// Encodings of the files, each once.
pub fn encodings(received: &[Received]) -> String {
    let name = |file: &Received| match file.survey.kind {
        Kind::Xlsx => "xlsx",
        _ => file.survey.encoding.name(),
    };
    let mut names: Vec<&str> = received.iter().map(name).collect();
    names.sort_unstable();
    names.dedup();
    names.join(", ")
}
