//! Coordinate reference systems: which one a file is in, and from it to longitude and latitude.
//!
//! Read: WGS 84, the Mexican frames ITRF2008 and ITRF92 and NAD83, each as longitude and latitude, as
//! UTM, and for Mexico as the Lambert conformal conic projection of the statistics institute (INEGI).
//! These frames differ from WGS 84 by less than about two metres, and are taken as WGS 84, which a
//! note says. Older frames (NAD27 and the like) are refused: they lie hundreds of metres away.

use crate::error::TerritoryError;
use crate::table::StatedCrs;
use crate::wkt::Node;
use geo_types::Coord;
use proj4rs::Proj;
use proj4rs::transform::transform;

/// EPSG code of longitude and latitude on WGS 84.
pub(crate) const WGS84: u32 = 4326;

const ITRF2008: u32 = 6365;
const ITRF92: u32 = 4483;
const NAD83: u32 = 4269;
const ITRF2008_LCC: u32 = 6372;
const ITRF92_LCC: u32 = 6362;
const WGS84_UTM_NORTH: u32 = 32600;
const WGS84_UTM_SOUTH: u32 = 32700;
const NAD83_UTM: u32 = 26900;
/// Codes of the Mexican UTM zones are these plus the zone, 11 to 16.
const ITRF2008_UTM: u32 = 6355;
const ITRF92_UTM: u32 = 4473;

const SEMI_MAJOR_AXIS_M: f64 = 6_378_137.0;
const INVERSE_FLATTENINGS: [f64; 2] = [298.257_223_563, 298.257_222_101];
/// How far a written parameter may be from the one it stands for.
const TOLERANCE: f64 = 1e-6;
const DEGREE_RAD: f64 = std::f64::consts::PI / 180.0;

/// A coordinate reference system that is read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Crs {
    /// Its code in the EPSG register.
    pub epsg: u32,
    projection: Projection,
    /// What was taken for granted.
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Projection {
    Geographic,
    MexicoLcc,
    Utm { zone: u32, south: bool },
}

/// What the file says and what the operator says, made one; and whether the file said nothing.
pub(crate) fn resolve(stated: &StatedCrs, given: Option<u32>) -> Result<(Crs, bool), TerritoryError> {
    let given = given.map(|code| by_code(code).ok_or_else(|| unsupported(code))).transpose()?;
    let stated = match stated {
        StatedCrs::Missing => return given.map(|given| (given, true)).ok_or(TerritoryError::MissingCrs),
        StatedCrs::ByStandard => return Ok((by_standard(given), false)),
        StatedCrs::Epsg(code) => by_code(*code).ok_or_else(|| unsupported(*code))?,
        StatedCrs::Wkt(text) => by_text(text)?,
    };
    match given {
        Some(given) if given.projection != stated.projection => {
            Err(TerritoryError::CrsConflict { given: given.epsg, stated: format!("EPSG:{}", stated.epsg) })
        }
        _ => Ok((stated, false)),
    }
}

/// GeoJSON is WGS 84 by its standard, and there are files that are not: an explicit `--crs` is followed.
fn by_standard(given: Option<Crs>) -> Crs {
    match given {
        Some(mut given) if given.projection != Projection::Geographic => {
            given.note =
                Some(format!("the format means EPSG:{WGS84}; --crs says EPSG:{}, which was followed", given.epsg));
            given
        }
        _ => Crs { epsg: WGS84, projection: Projection::Geographic, note: None },
    }
}

fn unsupported(code: u32) -> TerritoryError {
    TerritoryError::UnknownCrs(format!("EPSG:{code}"))
}

fn by_code(epsg: u32) -> Option<Crs> {
    let utm = |base: u32| epsg.checked_sub(base).filter(|zone| (1..=60).contains(zone));
    let mexican = |base: u32| epsg.checked_sub(base).filter(|zone| (11..=16).contains(zone));
    let (projection, frame) = match epsg {
        WGS84 => (Projection::Geographic, ""),
        ITRF2008 => (Projection::Geographic, "ITRF2008"),
        ITRF92 => (Projection::Geographic, "ITRF92"),
        NAD83 => (Projection::Geographic, "NAD83"),
        ITRF2008_LCC => (Projection::MexicoLcc, "ITRF2008"),
        ITRF92_LCC => (Projection::MexicoLcc, "ITRF92"),
        _ => {
            let north = |zone, frame| (Projection::Utm { zone, south: false }, frame);
            let south = utm(WGS84_UTM_SOUTH).map(|zone| (Projection::Utm { zone, south: true }, ""));
            utm(WGS84_UTM_NORTH)
                .map(|zone| north(zone, ""))
                .or(south)
                .or_else(|| utm(NAD83_UTM).filter(|zone| *zone <= 23).map(|zone| north(zone, "NAD83")))
                .or_else(|| mexican(ITRF2008_UTM).map(|zone| north(zone, "ITRF2008")))
                .or_else(|| mexican(ITRF92_UTM).map(|zone| north(zone, "ITRF92")))?
        }
    };
    let note = (!frame.is_empty()).then(|| taken_as_wgs84(frame));
    Some(Crs { epsg, projection, note })
}

fn taken_as_wgs84(frame: &str) -> String {
    format!("{frame} is taken as WGS 84, from which it differs by about two metres at most")
}

fn by_text(text: &str) -> Result<Crs, TerritoryError> {
    let unknown = |why: &str| {
        TerritoryError::UnknownCrs(format!("{why} in `{}`", text.trim().chars().take(120).collect::<String>()))
    };
    let root = Node::parse(text).ok_or_else(|| unknown("no well-known text"))?;
    const SYSTEMS: [&str; 8] =
        ["PROJCS", "PROJCRS", "PROJECTEDCRS", "GEOGCS", "GEOGCRS", "GEOGRAPHICCRS", "GEODCRS", "GEODETICCRS"];
    let system = root.find(&SYSTEMS).ok_or_else(|| unknown("no geographic or projected system"))?;
    if let Some(crs) = system.epsg().and_then(by_code) {
        return Ok(crs);
    }
    if !on_a_known_ellipsoid(system) {
        return Err(unknown("an ellipsoid or prime meridian other than those of WGS 84"));
    }
    let datum = system.find(&["DATUM", "GEODETICDATUM", "ENSEMBLE"]).map_or("", Node::name);
    let code = if system.keyword.starts_with("PROJ") { projected(system, datum) } else { Some(geographic(datum)) };
    let mut crs = code.and_then(by_code).ok_or_else(|| unknown("an unknown projection"))?;
    if crs.note.is_none() && !squeeze(datum).contains("wgs") {
        crs.note = Some(taken_as_wgs84(&format!("the datum `{datum}`")));
    }
    Ok(crs)
}

fn on_a_known_ellipsoid(system: &Node) -> bool {
    let Some(ellipsoid) = system.find(&["SPHEROID", "ELLIPSOID"]) else { return false };
    let axis = ellipsoid.number(1).is_some_and(|axis| near(axis, SEMI_MAJOR_AXIS_M));
    let flattening =
        ellipsoid.number(2).is_some_and(|value| INVERSE_FLATTENINGS.iter().any(|known| near(value, *known)));
    let greenwich = system.find(&["PRIMEM", "PRIMEMERIDIAN"]).is_none_or(|meridian| meridian.number(1) == Some(0.0));
    axis && flattening && greenwich
}

fn near(one: f64, two: f64) -> bool {
    (one - two).abs() <= TOLERANCE * two.abs().max(1.0)
}

/// A name without case, blanks and signs, as every writer of well-known text has its own.
fn squeeze(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

fn geographic(datum: &str) -> u32 {
    let datum = squeeze(datum);
    if datum.contains("itrf2008") {
        ITRF2008
    } else if datum.contains("itrf92") || datum.contains("itrf1992") {
        ITRF92
    } else {
        WGS84
    }
}

/// Code of a projection known by its parameters.
fn projected(system: &Node, datum: &str) -> Option<u32> {
    let method = squeeze(system.find(&["PROJECTION", "METHOD"]).map_or("", Node::name));
    if !in_metres(system) {
        return None;
    }
    if method.starts_with("lambertc") && is_mexico_lcc(system) {
        return Some(if geographic(datum) == ITRF92 { ITRF92_LCC } else { ITRF2008_LCC });
    }
    method.starts_with("transversemercator").then(|| utm_zone(system)).flatten()
}

fn in_metres(system: &Node) -> bool {
    let unit =
        system.child(&["UNIT", "LENGTHUNIT"]).or_else(|| system.child(&["AXIS"])?.child(&["LENGTHUNIT", "UNIT"]));
    unit.is_none_or(|unit| unit.number(1).is_some_and(|metres| near(metres, 1.0)))
}

fn parameter(system: &Node, names: &[&str]) -> Option<f64> {
    let holder = system.child(&["CONVERSION"]).unwrap_or(system);
    let mut parameters = holder.children.iter().filter(|child| child.keyword == "PARAMETER");
    parameters.find(|parameter| names.contains(&squeeze(parameter.name()).as_str()))?.number(1)
}

const EASTING: &[&str] = &["falseeasting", "eastingatfalseorigin"];
const NORTHING: &[&str] = &["falsenorthing", "northingatfalseorigin"];
const MERIDIAN: &[&str] =
    &["centralmeridian", "longitudeoffalseorigin", "longitudeofnaturalorigin", "longitudeofcenter"];
const LATITUDE: &[&str] = &["latitudeoforigin", "latitudeoffalseorigin", "latitudeofnaturalorigin", "latitudeofcenter"];
const PARALLEL_1: &[&str] = &["standardparallel1", "latitudeof1ststandardparallel"];
const PARALLEL_2: &[&str] = &["standardparallel2", "latitudeof2ndstandardparallel"];
const SCALE: &[&str] = &["scalefactor", "scalefactoratnaturalorigin"];

fn is_mexico_lcc(system: &Node) -> bool {
    let is = |names: &[&str], expected: f64| parameter(system, names).is_some_and(|value| near(value, expected));
    let parallels = (is(PARALLEL_1, 17.5) && is(PARALLEL_2, 29.5)) || (is(PARALLEL_1, 29.5) && is(PARALLEL_2, 17.5));
    let unscaled = parameter(system, SCALE).is_none_or(|scale| near(scale, 1.0));
    parallels && unscaled && is(LATITUDE, 12.0) && is(MERIDIAN, -102.0) && is(EASTING, 2_500_000.0) && is(NORTHING, 0.0)
}

fn utm_zone(system: &Node) -> Option<u32> {
    let is = |names: &[&str], expected: f64| parameter(system, names).is_some_and(|value| near(value, expected));
    let south = is(NORTHING, 10_000_000.0);
    let shape = is(SCALE, 0.9996) && is(EASTING, 500_000.0) && (south || is(NORTHING, 0.0));
    let level = parameter(system, LATITUDE).is_none_or(|latitude| latitude == 0.0);
    let meridian = parameter(system, MERIDIAN)?;
    let zone = (1..=60_u32).find(|zone| near(meridian, f64::from(*zone) * 6.0 - 183.0))?;
    let base = if south { WGS84_UTM_SOUTH } else { WGS84_UTM_NORTH };
    (shape && level).then_some(base + zone)
}

/// Takes coordinates of one system to degrees of longitude and latitude.
pub(crate) struct Projector {
    source: Option<Proj>,
    target: Proj,
}

impl Projector {
    /// A projector from a system.
    pub fn new(crs: &Crs) -> Result<Self, TerritoryError> {
        let proj = |text: &str| {
            Proj::from_proj_string(text)
                .map_err(|error| TerritoryError::UnknownCrs(format!("EPSG:{}: {error}", crs.epsg)))
        };
        let source = match crs.projection {
            Projection::Geographic => None,
            Projection::MexicoLcc => Some(proj(
                "+proj=lcc +lat_1=17.5 +lat_2=29.5 +lat_0=12 +lon_0=-102 +x_0=2500000 +y_0=0 +ellps=GRS80 +units=m",
            )?),
            Projection::Utm { zone, south } => {
                let side = if south { " +south" } else { "" };
                Some(proj(&format!("+proj=utm +zone={zone}{side} +ellps=WGS84 +units=m"))?)
            }
        };
        Ok(Self { source, target: proj("+proj=longlat +ellps=WGS84")? })
    }

    /// Longitude and latitude in degrees; `None` when the coordinates lie outside the system or the Earth.
    pub fn degrees(&self, point: Coord<f64>) -> Option<Coord<f64>> {
        if !point.x.is_finite() || !point.y.is_finite() {
            return None;
        }
        let degrees = match &self.source {
            None => point,
            // Degrees in a file that says metres: they would land in the sea off the origin.
            Some(_) if point.x.abs() <= 180.0 && point.y.abs() <= 90.0 => return None,
            Some(source) => {
                let mut radians = (point.x, point.y);
                transform(source, &self.target, &mut radians).ok()?;
                Coord { x: radians.0 / DEGREE_RAD, y: radians.1 / DEGREE_RAD }
            }
        };
        (degrees.x.abs() <= 180.0 && degrees.y.abs() <= 90.0).then_some(degrees)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// EPSG code, easting and northing, and the degrees that pyproj 3.7.2 (PROJ 9) gives.
    const KNOWN: &[(u32, f64, f64, f64, f64)] = &[
        (6372, 2_500_000.0, 0.0, -102.0, 12.0),
        (6372, 2_798_000.5, 829_000.25, -99.153_862_127_910_2, 19.432_471_490_192_1),
        (6372, 1_250_000.125, 2_349_000.75, -115.247_145_855_979_3, 32.686_561_028_543_6),
        (6372, 4_000_000.0, 1_100_000.0, -87.458_617_646_357_9, 21.226_510_915_848_0),
        (6372, 911_292.0, 2_349_615.0, -118.808_115_525_658_4, 32.374_826_636_597_2),
        (32611, 500_000.0, 3_600_000.5, -117.0, 32.537_359_746_733_8),
        (32611, 190_000.25, 3_190_000.75, -120.175_786_415_256_7, 28.800_283_725_691_3),
        (32612, 300_123.456, 3_150_000.0, -113.041_388_844_381_9, 28.461_281_758_433_8),
        (32613, 670_000.1, 2_290_000.2, -103.367_651_374_436_5, 20.701_785_334_911_9),
        (32614, 482_000.123, 2_147_000.456, -99.171_452_009_662_9, 19.417_206_735_664_0),
        (32614, 500_000.0, 2_000_000.0, -99.0, 18.088_708_943_127_4),
        (32615, 250_000.0, 1_900_000.0, -95.350_265_433_842_9, 17.171_122_522_804_4),
        (32615, 833_978.556_919, 1_600_000.0, -89.902_516_212_475_7, 14.452_263_418_596_9),
        (32616, 500_000.0, 2_330_000.0, -87.0, 21.070_950_885_246_7),
    ];

    #[test]
    fn coordinates_are_those_of_pyproj_within_a_millimetre() {
        for (code, x, y, longitude, latitude) in KNOWN {
            let projector = Projector::new(&by_code(*code).expect("code")).expect("projector");
            let found = projector.degrees(Coord { x: *x, y: *y }).expect("degrees");
            let east = (found.x - longitude).to_radians() * SEMI_MAJOR_AXIS_M * latitude.to_radians().cos();
            let north = (found.y - latitude).to_radians() * SEMI_MAJOR_AXIS_M;
            assert!(east.hypot(north) < 0.001, "EPSG:{code} {x} {y}: {east} {north} metres away");
        }
    }

    #[test]
    fn systems_of_one_projection_have_their_notes() {
        for (code, projection) in [
            (6369, Projection::Utm { zone: 14, south: false }),
            (4487, Projection::Utm { zone: 14, south: false }),
            (26914, Projection::Utm { zone: 14, south: false }),
            (6362, Projection::MexicoLcc),
            (4269, Projection::Geographic),
        ] {
            let crs = by_code(code).expect("code");
            assert_eq!(crs.projection, projection);
            assert!(crs.note.expect("note").contains("taken as WGS 84"));
        }
        assert_eq!(by_code(32714).map(|crs| crs.projection), Some(Projection::Utm { zone: 14, south: true }));
        for unknown in [0, 3857, 4267, 26924, 32600, 32661, 6373, 4490] {
            assert_eq!(by_code(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn texts_of_every_writer_are_known() {
        // As pyproj 3.7.2 writes them, authority codes taken away.
        let esri = r#"PROJCS["WGS_1984_UTM_Zone_14N",GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-99.0],PARAMETER["Scale_Factor",0.9996],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]"#;
        let wkt2 = r#"PROJCRS["Mexico ITRF2008 / LCC",BASEGEOGCRS["Mexico ITRF2008",DATUM["Mexico ITRF2008",ELLIPSOID["GRS 1980",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]]],CONVERSION["Mexico LCC",METHOD["Lambert Conic Conformal (2SP)",ID["EPSG",9802]],PARAMETER["Latitude of false origin",12],PARAMETER["Longitude of false origin",-102],PARAMETER["Latitude of 1st standard parallel",17.5],PARAMETER["Latitude of 2nd standard parallel",29.5],PARAMETER["Easting at false origin",2500000],PARAMETER["Northing at false origin",0]],CS[Cartesian,2],AXIS["northing (N)",north,ORDER[1],LENGTHUNIT["metre",1]],AXIS["easting (E)",east,ORDER[2],LENGTHUNIT["metre",1]]]"#;
        let degrees = r#"GEOGCS["GCS_Mexico_ITRF2008",DATUM["D_Mexico_ITRF2008",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;
        let coded = r#"GEOGCS["x",DATUM["x",SPHEROID["x",1,1]],AUTHORITY["EPSG","4326"]]"#;
        for (text, code) in [(esri, 32614), (wkt2, 6372), (degrees, 6365), (coded, 4326)] {
            assert_eq!(by_text(text).expect(text).epsg, code);
        }
        let feet = esri.replace("\"Meter\",1.0", "\"Foot_US\",0.3048006096012192");
        let paris = degrees.replace("\"Greenwich\",0.0", "\"Paris\",2.33722917");
        let mercator = esri.replace("Transverse_Mercator", "Mercator");
        for text in [&feet, &paris, &mercator, "", "LOCAL_CS[\"x\"]"] {
            assert!(by_text(text).is_err(), "{text}");
        }
    }
}
