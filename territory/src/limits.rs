//! Every limit of the crate, with its reason.

/// Largest GeoJSON text, in bytes: it is held in memory whole, several times over.
pub(crate) const GEOJSON_BYTES_MAX: u64 = 1 << 30;

/// Largest part of a zipped Shapefile once unpacked, in bytes: a small archive may unpack to anything.
pub(crate) const SHAPEFILE_PART_BYTES_MAX: u64 = 1 << 30;

/// Most entries of a zip archive that are looked at.
pub(crate) const ZIP_ENTRIES_MAX: usize = 10_000;

/// Deepest nesting of a WKB geometry: a collection of multi-polygons needs three.
pub(crate) const WKB_DEPTH_MAX: u8 = 8;

/// Deepest nesting of a CRS text.
pub(crate) const WKT_DEPTH_MAX: u8 = 16;

/// Longest CRS text, in bytes.
pub(crate) const WKT_BYTES_MAX: usize = 1 << 16;

/// Fewest points of a ring: a triangle and its closing point.
pub(crate) const RING_POINTS_MIN: usize = 4;

/// Pairs of segments compared in one feature before it is refused as too entangled to check.
pub(crate) const SEGMENT_PAIRS_MAX: u64 = 200_000_000;

/// Places where a feature crosses or touches itself that are counted.
pub(crate) const CROSSINGS_MAX: usize = 1_000;

/// Shared surface, in square metres, under which two areas only touch: borders drawn twice, or
/// reprojected, differ by slivers.
pub(crate) const OVERLAP_AREA_MIN_M2: f64 = 1.0;

/// Pairs of areas with crossing bounding boxes that are compared.
pub(crate) const OVERLAP_PAIRS_MAX: usize = 2_000_000;

/// Largest whole number that a real number holds exactly; a code beyond it has lost digits.
pub(crate) const EXACT_INTEGER_MAX: f64 = 9_007_199_254_740_992.0;

/// Beginning of the file that is enough to recognise its format, in bytes.
pub(crate) const HEAD_BYTES: u64 = 512;
