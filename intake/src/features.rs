//! The features of a GeoJSON file (RFC 7946), or the records of a JSON array, one at a time, however large the file is.
//!
//! The file is read whole before the first feature is given, so that a truncated one is refused; the
//! features wait in an unnamed temporary file.

use super::ReceiveError;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

/// Longest feature, in bytes of JSON.
const FEATURE_BYTES_MAX: usize = 16 << 20;

/// The features, in the order of the file.
pub struct Features {
    file: BufReader<File>,
    left: u64,
}

impl Features {
    /// Reads a feature collection to its end.
    pub fn read(content: impl Read) -> Result<Self, ReceiveError> {
        let mut spool = Spool::new()?;
        let broken = |error: serde_json::Error| ReceiveError::GeoJson(error.to_string());
        let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 18, content));
        Collection(&mut spool).deserialize(&mut json).map_err(broken)?;
        json.end().map_err(broken)?;
        Self::of(spool)
    }

    /// Reads an array of records to its end.
    pub fn read_array(content: impl Read) -> Result<Self, ReceiveError> {
        let mut spool = Spool::new()?;
        let broken = |error: serde_json::Error| ReceiveError::JsonArray(error.to_string());
        let mut content = BufReader::with_capacity(1 << 18, content);
        if content.fill_buf().map_err(crate::unwrap::read_error)?.starts_with(b"\xef\xbb\xbf") {
            content.consume(3);
        }
        let mut json = serde_json::Deserializer::from_reader(content);
        List(&mut spool).deserialize(&mut json).map_err(broken)?;
        json.end().map_err(broken)?;
        Self::of(spool)
    }

    fn of(spool: Spool) -> Result<Self, ReceiveError> {
        let mut file = spool.writer.into_inner().map_err(|error| ReceiveError::Store(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(ReceiveError::Store)?;
        Ok(Self { file: BufReader::with_capacity(1 << 18, file), left: spool.features })
    }

    /// The JSON of the next feature.
    pub fn next_text(&mut self) -> Result<Option<String>, ReceiveError> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut length = [0; 8];
        self.file.read_exact(&mut length)?;
        let mut text = vec![0; usize::try_from(u64::from_le_bytes(length)).map_err(io::Error::other)?];
        self.file.read_exact(&mut text)?;
        Ok(Some(String::from_utf8(text).map_err(io::Error::other)?))
    }
}

struct Spool {
    writer: BufWriter<File>,
    features: u64,
}

impl Spool {
    fn new() -> Result<Self, ReceiveError> {
        Ok(Self { writer: BufWriter::new(tempfile::tempfile().map_err(ReceiveError::Store)?), features: 0 })
    }

    fn add(&mut self, text: &str) -> io::Result<()> {
        if text.len() > FEATURE_BYTES_MAX {
            return Err(io::Error::other("a feature is larger than 16 MiB"));
        }
        self.features += 1;
        self.writer.write_all(&(text.len() as u64).to_le_bytes())?;
        self.writer.write_all(text.as_bytes())
    }
}

/// The object at the top: its type has to be right, and everything but the features is passed over.
struct Collection<'a>(&'a mut Spool);

impl<'de> DeserializeSeed<'de> for Collection<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Collection<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with \"type\": \"FeatureCollection\" and \"features\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let (mut is_collection, mut has_features) = (false, false);
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "type" => is_collection = map.next_value::<String>()? == "FeatureCollection",
                "features" => {
                    has_features = true;
                    map.next_value_seed(List(self.0))?;
                }
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        if is_collection && has_features {
            return Ok(());
        }
        Err(A::Error::custom("it has no \"type\": \"FeatureCollection\" with \"features\""))
    }
}

struct List<'a>(&'a mut Spool);

impl<'de> DeserializeSeed<'de> for List<'_> {
    type Value = ();
    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for List<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features or records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(feature) = list.next_element::<Box<RawValue>>()? {
            self.0.add(feature.get()).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(json: &str) -> Result<Vec<String>, ReceiveError> {
        let mut features = Features::read(json.as_bytes())?;
        std::iter::from_fn(|| features.next_text().transpose()).collect()
    }

    #[test]
    fn only_the_features_of_the_collection_are_read() {
        let json = r#"{"metadata":{"samples":[{"a":1}]},"bbox":[0,0,1,1],"features":[{"b":1},
            {"c": 2}],"type":"FeatureCollection"}"#;
        assert_eq!(texts(json).expect("features"), [r#"{"b":1}"#, r#"{"c": 2}"#]);
    }

    #[test]
    fn truncated_or_other_json_is_refused() {
        let whole = r#"{"type":"FeatureCollection","features":[{"b":1},{"c":2}]}"#;
        for cut in 1..whole.len() {
            assert!(texts(&whole[..cut]).is_err(), "{cut}");
        }
        for other in [r#"{"a": 1}"#, "[1]", r#"{"type":"Feature","features":[]}"#, &format!("{whole} x")] {
            assert!(texts(other).is_err(), "{other}");
        }
    }

    #[test]
    fn an_array_is_read_record_by_record() {
        let read = |json: &str| {
            let mut records = Features::read_array(json.as_bytes())?;
            std::iter::from_fn(|| records.next_text().transpose()).collect::<Result<Vec<_>, ReceiveError>>()
        };
        assert_eq!(read("\u{feff}[{\"a\":1},\n {\"b\": 2}]").expect("records"), [r#"{"a":1}"#, r#"{"b": 2}"#]);
        for other in [r#"{"a":1}"#, r#"[{"a":1}"#, r#"[{"a":1}] x"#, "[1,]"] {
            assert!(matches!(read(other), Err(ReceiveError::JsonArray(_))), "{other}");
        }
    }
}
