//! Well-known binary geometry (OGC 06-103r4 section 8, ISO 13249-3 Z and M variants, PostGIS EWKB)
//! and the header that GeoPackage puts before it (OGC 12-128r19 section 2.1.3).
//!
//! The bytes are not trusted: every count is checked against the bytes that remain before anything
//! is allocated, and nesting has a limit.

use crate::limits::WKB_DEPTH_MAX;
use crate::table::{Geometry, Parts, Path};
use geo_types::Coord;

const EWKB_Z: u32 = 0x8000_0000;
const EWKB_M: u32 = 0x4000_0000;
const EWKB_SRID: u32 = 0x2000_0000;
/// Byte order, type and count: the shortest member of a multi-geometry.
const MEMBER_BYTES_MIN: usize = 9;
const COUNT_BYTES: usize = 4;
/// Bytes of the envelope by its kind: none, XY, XYZ, XYM, XYZM.
const ENVELOPE_BYTES: [usize; 5] = [0, 32, 48, 48, 64];

/// Reads a geometry of a GeoPackage: the identifier of its reference system and the geometry.
pub(crate) fn read_geopackage(bytes: &[u8]) -> Result<(i32, Geometry), String> {
    let mut cursor = Cursor { bytes, little: true };
    let header = cursor.take(4)?;
    if !header.starts_with(b"GP") {
        return Err("the geometry does not begin with the GeoPackage mark".to_owned());
    }
    let flags = header[3];
    cursor.little = flags & 1 == 1;
    if flags & 0b10_0000 != 0 {
        return Err("the geometry is of an extended type of its maker".to_owned());
    }
    let srs_id = i32::from_ne_bytes(cursor.count()?.to_ne_bytes());
    let envelope = ENVELOPE_BYTES.get(usize::from(flags >> 1 & 0b111)).ok_or("unknown kind of envelope")?;
    cursor.take(*envelope)?;
    Ok((srs_id, read(cursor.bytes)?))
}

/// Reads a well-known binary geometry; the error says what is wrong with the bytes.
pub(crate) fn read(bytes: &[u8]) -> Result<Geometry, String> {
    let mut cursor = Cursor { bytes, little: true };
    let mut has_z = false;
    let parts = cursor.geometry(0, &mut has_z)?;
    match cursor.bytes.len() {
        0 => Ok(Geometry { parts, has_z, remark: None }),
        rest => Err(format!("{rest} bytes follow the geometry")),
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// Type of a geometry and number of ordinates of its points.
struct Head {
    kind: u32,
    ordinates: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let (taken, rest) = self.bytes.split_at_checked(length).ok_or("the geometry is cut short")?;
        self.bytes = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<u32, String> {
        let bytes = self.take(COUNT_BYTES)?.try_into().map_err(|_| "the geometry is cut short")?;
        Ok(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    fn ordinate(&mut self) -> Result<f64, String> {
        let bytes = self.take(8)?.try_into().map_err(|_| "the geometry is cut short")?;
        Ok(if self.little { f64::from_le_bytes(bytes) } else { f64::from_be_bytes(bytes) })
    }

    /// A count of things of at least `bytes_min` bytes each, all of which must still be there.
    fn count_of(&mut self, bytes_min: usize) -> Result<usize, String> {
        let count = self.count()? as usize;
        if count > self.bytes.len() / bytes_min {
            return Err(format!("the geometry announces {count} elements and is too short for them"));
        }
        Ok(count)
    }

    fn head(&mut self, has_z: &mut bool) -> Result<Head, String> {
        self.little = match self.take(1)? {
            [0] => false,
            [1] => true,
            _ => return Err("unknown byte order".to_owned()),
        };
        let code = self.count()?;
        if code & EWKB_SRID != 0 {
            self.count()?;
        }
        let plain = code & !(EWKB_Z | EWKB_M | EWKB_SRID);
        let z = code & EWKB_Z != 0 || matches!(plain / 1000, 1 | 3);
        let m = code & EWKB_M != 0 || matches!(plain / 1000, 2 | 3);
        *has_z |= z;
        let kind = if plain < 4000 { plain % 1000 } else { plain };
        Ok(Head { kind, ordinates: 2 + usize::from(z) + usize::from(m) })
    }

    fn geometry(&mut self, depth: u8, has_z: &mut bool) -> Result<Parts, String> {
        if depth > WKB_DEPTH_MAX {
            return Err(format!("the geometry is nested more than {WKB_DEPTH_MAX} deep"));
        }
        let head = self.head(has_z)?;
        match head.kind {
            1 => {
                self.take(8 * head.ordinates)?;
                Ok(Parts::Other("point"))
            }
            2 => Ok(Parts::line(self.path(head.ordinates)?)),
            3 | 17 => self.polygon(head.ordinates),
            4..=7 | 15 | 16 => self.members(depth, has_z),
            8..=14 => {
                self.bytes = &[];
                Ok(Parts::Other("curve (convert it to straight segments)"))
            }
            other => Err(format!("unknown type of geometry {other}")),
        }
    }

    fn members(&mut self, depth: u8, has_z: &mut bool) -> Result<Parts, String> {
        let count = self.count_of(MEMBER_BYTES_MIN)?;
        let mut all = Parts::Empty;
        for _ in 0..count {
            all = all.join(self.geometry(depth + 1, has_z)?);
        }
        Ok(all)
    }

    fn polygon(&mut self, ordinates: usize) -> Result<Parts, String> {
        let count = self.count_of(COUNT_BYTES)?;
        let rings = (0..count).map(|_| self.path(ordinates)).collect::<Result<_, _>>()?;
        Ok(Parts::area(rings))
    }

    fn path(&mut self, ordinates: usize) -> Result<Path, String> {
        let count = self.count_of(8 * ordinates)?;
        (0..count).map(|_| self.point(ordinates)).collect()
    }

    fn point(&mut self, ordinates: usize) -> Result<Coord<f64>, String> {
        let (x, y) = (self.ordinate()?, self.ordinate()?);
        self.take(8 * (ordinates - 2))?;
        Ok(Coord { x, y })
    }
}

/// Whether bytes are a well-known binary geometry; for fuzzing, as it answers for any bytes.
#[doc(hidden)]
pub fn check_wkb(bytes: &[u8]) -> Result<(), String> {
    read(bytes).map(|_| ()).and(read_geopackage(bytes).map(|_| ()))
}
