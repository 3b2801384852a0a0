//! Compression and archives, told by their first bytes.

use super::ReceiveError;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

/// Largest content that is unwrapped, in bytes.
pub const CONTENT_BYTES_MAX: u64 = 64 << 30;
/// Largest ratio of content to file; real tables shrink to a tenth or a thirtieth.
pub const RATIO_MAX: u64 = 250;
/// Content below this size is read whatever its ratio, for small files that repeat themselves.
const RATIO_FREE_BYTES: u64 = 64 << 20;

/// The content of a file, as it is unwrapped.
pub type Content = Box<dyn Read + Send>;

/// How a file is wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Not at all.
    Plain,
    /// gzip (RFC 1952), several members allowed.
    Gzip,
    /// bzip2, several streams allowed.
    Bzip2,
    /// xz, several streams allowed.
    Xz,
    /// Zstandard (RFC 8878).
    Zstd,
    /// A zip archive with one data file.
    Zip,
    /// A zip archive that is an Office Open XML workbook.
    Xlsx,
}

/// The wrapping that the first bytes announce, if any.
pub(super) fn magic(head: &[u8]) -> Option<Wrapping> {
    let table: [(&[u8], Wrapping); 6] = [
        (b"\x1f\x8b", Wrapping::Gzip),
        (b"BZh", Wrapping::Bzip2),
        (b"\xfd7zXZ\0", Wrapping::Xz),
        (b"\x28\xb5\x2f\xfd", Wrapping::Zstd),
        (b"PK\x03\x04", Wrapping::Zip),
        (b"PK\x05\x06", Wrapping::Zip),
    ];
    table.iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, wrapping)| *wrapping)
}

/// Tells how a file is wrapped.
pub(super) fn detect(path: &Path) -> Result<Wrapping, ReceiveError> {
    let mut head = [0; 8];
    let mut file = File::open(path)?;
    let length = fill(&mut file, &mut head)?;
    if length == 0 {
        return Err(ReceiveError::Empty);
    }
    match magic(&head[..length]) {
        Some(Wrapping::Zip) if is_workbook(path)? => Ok(Wrapping::Xlsx),
        Some(wrapping) => Ok(wrapping),
        None => Ok(Wrapping::Plain),
    }
}

fn fill(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < buffer.len() {
        match reader.read(&mut buffer[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(length)
}

fn is_workbook(path: &Path) -> Result<bool, ReceiveError> {
    let archive = zip_archive(path)?;
    Ok(archive.file_names().flatten().any(|name| name == "xl/workbook.xml"))
}

fn zip_archive(path: &Path) -> Result<zip::ZipArchive<BufReader<File>>, ReceiveError> {
    let file = BufReader::new(File::open(path)?);
    zip::ZipArchive::new(file).map_err(|error| ReceiveError::Truncated(error.to_string()))
}

/// Opens the content of a file; reading fails when it is truncated or a bomb.
///
/// # Errors
/// [`ReceiveError`] when the wrapping cannot be opened.
pub fn open(path: &Path, wrapping: Wrapping) -> Result<Content, ReceiveError> {
    let file = File::open(path)?;
    let size = file.metadata()?.len();
    let file = BufReader::with_capacity(1 << 18, file);
    let content: Content = match wrapping {
        Wrapping::Plain | Wrapping::Xlsx => return Ok(Box::new(file)),
        Wrapping::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(file)),
        Wrapping::Bzip2 => Box::new(bzip2::bufread::MultiBzDecoder::new(file)),
        Wrapping::Xz => Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(file)),
        Wrapping::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(file)?),
        Wrapping::Zip => Box::new(ZipMember::open(path)?),
    };
    Ok(Box::new(Guard { content, size: size.max(1), read: 0 }))
}

/// The one data file of a zip archive, checked against its size and CRC when it ends.
struct ZipMember {
    content: flate2::CrcReader<Content>,
    bytes: u64,
    crc: u32,
    read: u64,
}

/// Leaves out what archivers add by themselves.
fn is_data(name: &str) -> bool {
    !name.ends_with('/') && !name.starts_with("__MACOSX/") && !name.ends_with(".DS_Store")
}

impl ZipMember {
    fn open(path: &Path) -> Result<Self, ReceiveError> {
        let mut archive = zip_archive(path)?;
        let names: Vec<String> =
            archive.file_names().flatten().map(Into::into).filter(|name: &String| is_data(name)).collect();
        let [name] = names.as_slice() else {
            let listed = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
            let held =
                if names.is_empty() { "no file".to_owned() } else { format!("{} files ({listed})", names.len()) };
            return Err(ReceiveError::Members(held));
        };
        let member = archive.by_name(name).map_err(|error| ReceiveError::Truncated(error.to_string()))?;
        let mut file = File::open(path)?;
        let start = member.data_start().ok_or_else(|| ReceiveError::Truncated("its directory is wrong".to_owned()))?;
        file.seek(SeekFrom::Start(start))?;
        let packed = BufReader::with_capacity(1 << 18, file).take(member.compressed_size());
        let content: Content = match member.compression() {
            zip::CompressionMethod::Stored => Box::new(packed),
            zip::CompressionMethod::Deflated => Box::new(flate2::bufread::DeflateDecoder::new(packed)),
            other => return Err(ReceiveError::Members(format!("a file packed with {other}, which is not supported"))),
        };
        if member.encrypted() {
            return Err(ReceiveError::Members("an encrypted file".to_owned()));
        }
        Ok(Self { content: flate2::CrcReader::new(content), bytes: member.size(), crc: member.crc32(), read: 0 })
    }
}

impl Read for ZipMember {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.content.read(buffer)?;
        self.read += length as u64;
        let ended = length == 0 && !buffer.is_empty();
        if ended && (self.read != self.bytes || self.content.crc().sum() != self.crc) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of the file inside does not match"));
        }
        Ok(length)
    }
}

/// Stops a stream that grows beyond every real file. It gives as much as is asked for: what a file is, is told from its
/// first bytes, of which the first member of several may hold one.
struct Guard<R> {
    content: R,
    size: u64,
    read: u64,
}

/// Marks the error of [`Guard`], so that it is told apart from a damaged stream.
#[derive(Debug, thiserror::Error)]
#[error("too large")]
struct TooLarge;

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = fill(&mut self.content, buffer)?;
        self.read += length as u64;
        let over_ratio = self.read > RATIO_FREE_BYTES && self.read / self.size > RATIO_MAX;
        if over_ratio || self.read > CONTENT_BYTES_MAX {
            return Err(io::Error::other(TooLarge));
        }
        Ok(length)
    }
}

/// Tells a bomb from a damaged stream from a failing disk.
pub(super) fn read_error(error: io::Error) -> ReceiveError {
    if error.get_ref().is_some_and(|inner| inner.is::<TooLarge>()) {
        return ReceiveError::Bomb;
    }
    if error.raw_os_error().is_some() { ReceiveError::Io(error) } else { ReceiveError::Truncated(error.to_string()) }
}

#[cfg(test)]
mod tests {
    use crate::{Table, first_records, survey};
    use std::io::Write as _;

    #[test]
    fn members_however_small_are_one_content() {
        let gzip = |bytes: &[u8]| {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(bytes).expect("memory");
            encoder.finish().expect("memory")
        };
        let folder = tempfile::tempdir().expect("a folder");
        for (text, members) in [
            ("\u{feff}a;b\n1;2\n", [1, 2]),
            ("\u{feff}a;b\n1;2\n", [3, 4]),
            ("\n\na;b\n1;2\n", [1, 1]),
            ("a;b\n1;2\n", [0, 1]),
        ] {
            let (first, rest) = text.as_bytes().split_at(members[0]);
            let (second, third) = rest.split_at(members[1] - members[0]);
            let path = folder.path().join("a.csv.gz");
            std::fs::write(&path, [gzip(first), gzip(second), gzip(third)].concat()).expect("space");
            let survey = survey(&path, &mut |_| {}).expect("a table");
            let table = Table::open(&path, &survey, &[]).expect("a table");
            assert_eq!(table.header.names(), ["a", "b"], "{text:?} {members:?}");
            assert_eq!(first_records(&path, 1).expect("a table"), [["a", "b"]], "{text:?} {members:?}");
        }
    }
}
