//! SHA-256 of files and streams, in lower-case hexadecimal.

use crate::ArchiveError;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

/// SHA-256 and size in bytes of a file.
///
/// # Errors
/// [`ArchiveError::Io`] when the file cannot be read.
pub fn sha256_file(path: &Path) -> Result<(String, u64), ArchiveError> {
    let mut file = open_file(path).map_err(ArchiveError::io(path))?;
    let mut hasher = HashingWriter::new(io::sink());
    io::copy(&mut file, &mut hasher).map_err(ArchiveError::io(path))?;
    Ok(hasher.finish())
}

/// Opens what is a file: a pipe never ends, and what a link leads to is not kept here.
pub(crate) fn open_file(path: &Path) -> io::Result<File> {
    let kind = std::fs::symlink_metadata(path)?.file_type();
    if !kind.is_file() {
        let what = if kind.is_symlink() { "a link" } else { "no regular file" };
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}: put the file itself there")));
    }
    File::open(path)
}

/// Passes bytes on and hashes them on the way.
pub struct HashingWriter<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> HashingWriter<W> {
    /// Wraps a writer.
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    /// Hash and number of the bytes that were written.
    pub fn finish(self) -> (String, u64) {
        (self.hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect(), self.bytes)
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.hasher.update(&buffer[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Reads a whole file that is known to be small.
pub(crate) fn read_small(path: &Path, bytes_max: u64) -> Result<Vec<u8>, ArchiveError> {
    match read_small_file(path, bytes_max) {
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Err(ArchiveError::damaged(path, error)),
        read => read.map_err(ArchiveError::io(path)),
    }
}

/// As [`read_small`], with the system's error.
pub(crate) fn read_small_file(path: &Path, bytes_max: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open_file(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {bytes_max} bytes")));
    }
    Ok(bytes)
}
