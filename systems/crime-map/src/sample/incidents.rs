//! Incidents with the concentration, seasons, hours, gaps and quirks that real files have.

use super::city::{City, MUNICIPALITY};
use super::random::{Random, running};
use crate::territory::{Territory, TerritoryLoadError};
use geo::{BoundingRect as _, Coord, Rect};
use jiff::civil::Date;
use std::io::Write;
use std::sync::Arc;
use tequio_atlas::PlaceIndex;
use tequio_kernel::{Month, Place, Shape};

const SEED: u64 = 0x7e90_1020_2025;
const FIRST: Month = Month { year: 2021, month: 1 };
const MONTHS: usize = 60;
/// Share of the incidents that happen in the imaginary city.
const CITY_SHARE: f64 = 0.07;
/// Hot spots of a municipality.
const SPOTS: usize = 12;

/// An offence: name, weight, hour of the day round which it gathers, spread in hours.
const OFFENCES: [(&str, f64, f64, f64); 14] = [
    ("ROBO A TRANSEÚNTE EN VÍA PÚBLICA CON VIOLENCIA", 15.0, 21.0, 4.0),
    ("ROBO DE VEHÍCULO SIN VIOLENCIA", 11.0, 2.0, 5.0),
    ("ROBO DE VEHÍCULO CON VIOLENCIA", 6.0, 21.0, 4.0),
    ("ROBO A CASA HABITACIÓN", 8.0, 13.0, 6.0),
    ("ROBO A NEGOCIO", 9.0, 18.0, 4.0),
    ("LESIONES DOLOSAS", 10.0, 23.0, 4.0),
    ("HOMICIDIO DOLOSO", 2.5, 22.0, 5.0),
    ("AMENAZAS", 9.0, 15.0, 5.0),
    ("FRAUDE", 10.0, 13.0, 3.0),
    ("EXTORSIÓN", 2.5, 12.0, 3.0),
    ("DAÑO A LA PROPIEDAD", 6.0, 17.0, 6.0),
    ("NARCOMENUDEO", 4.0, 20.0, 5.0),
    ("VIOLENCIA FAMILIAR", 12.0, 20.0, 5.0),
    ("ABUSO SEXUAL", 2.0, 16.0, 6.0),
];

/// State and month (from 0) for which no report arrived.
const GAPS: [(&str, usize); 7] =
    [("MX-02", 31), ("MX-09", 44), ("MX-20", 12), ("MX-20", 13), ("MX-20", 14), ("MX-28", 50), ("MX-12", 27)];

struct Town<'a> {
    place: &'a Place,
    index: u32,
    spots: Vec<Coord<f64>>,
    spread: f64,
}

struct Maker<'a> {
    random: Random,
    municipalities: Arc<PlaceIndex>,
    towns: Vec<Town<'a>>,
    town_weights: Vec<f64>,
    month_weights: Vec<f64>,
    offence_weights: Vec<f64>,
    segment_weights: Vec<f64>,
    spot_weights: Vec<f64>,
}

/// Writes the table.
pub fn write(territory: &Territory, city: &City, rows: usize, out: &mut impl Write) -> Result<(), super::SampleError> {
    let municipalities = territory.places("municipalities")?;
    let layer = municipalities.layer().clone();
    let mut maker = Maker::new(municipalities, &layer.places, city)?;
    writeln!(out, "folio,fecha,hora,delito,municipio,colonia,calle,longitud,latitud")?;
    let mut written = 0;
    let mut last = String::new();
    while written < rows {
        // Real files repeat a row now and then.
        if !maker.random.chance(0.000_8) || last.is_empty() {
            let Some(line) = maker.line(city, written) else { continue };
            last = line;
        }
        writeln!(out, "{last}")?;
        written += 1;
    }
    Ok(())
}

impl<'a> Maker<'a> {
    fn new(municipalities: Arc<PlaceIndex>, places: &'a [Place], city: &City) -> Result<Self, TerritoryLoadError> {
        let mut random = Random::new(SEED);
        let mut towns = Vec::new();
        let mut weights = Vec::new();
        for place in places {
            let Some(town) = Town::new(place, &municipalities, &mut random) else { continue };
            // A few municipalities hold much of the crime: three uniforms multiplied have a long tail.
            let severity = 0.25 + 6.0 * (random.unit() * random.unit() * random.unit());
            weights.push(*place.population.get(&2023).unwrap_or(&0) as f64 * severity);
            towns.push(town);
        }
        Ok(Self {
            municipalities,
            towns,
            town_weights: running(weights),
            month_weights: running((0..MONTHS).map(month_weight)),
            offence_weights: running(OFFENCES.iter().map(|offence| offence.1)),
            segment_weights: running((0..city.len()).map(|_| 1.0 / (1.0 + 60.0 * random.unit()))),
            spot_weights: running((0..SPOTS).map(|spot| 1.0 / (spot + 1) as f64)),
            random,
        })
    }

    /// A row; `None` when it falls into a gap of reporting.
    fn line(&mut self, city: &City, number: usize) -> Option<String> {
        let month = self.random.weighted(&self.month_weights);
        let (name, _, peak, spread) = OFFENCES[self.random.weighted(&self.offence_weights)];
        let in_city = self.random.chance(CITY_SHARE);
        let town = if in_city { self.city_town()? } else { self.random.weighted(&self.town_weights) };
        let code = self.towns[town].place.code.clone();
        if GAPS.iter().any(|(state, gap)| code.starts_with(state) && *gap == month) {
            return None;
        }
        let (point, street, quarter) =
            if in_city { self.in_city(city) } else { (self.in_town(town), String::new(), "") };
        let (longitude, latitude) = self.written(point);
        let label = self.label(town);
        let name = if self.random.chance(0.003) { format!("{name} ") } else { name.to_owned() };
        let (day, time) = (self.day(month)?, self.time(peak, spread));
        Some(format!("D{number:07},{day},{time},{name},{label},{quarter},{street},{longitude},{latitude}"))
    }

    fn city_town(&self) -> Option<usize> {
        self.towns.iter().position(|town| town.place.code == MUNICIPALITY)
    }

    fn in_city(&mut self, city: &City) -> (Coord<f64>, String, &'static str) {
        let segment = self.random.weighted(&self.segment_weights);
        let along = 0.05 + 0.9 * self.random.unit();
        let (point, street, quarter) = city.point(segment, along);
        let street = street.to_owned();
        let mut aside = || self.random.bell() * 0.000_03;
        (Coord { x: point.x + aside(), y: point.y + aside() }, street, quarter)
    }

    /// A point near one of the town's hot spots, inside the town.
    fn in_town(&mut self, town: usize) -> Coord<f64> {
        let spot = self.random.weighted(&self.spot_weights);
        let town = &self.towns[town];
        let centre = town.spots[spot % town.spots.len()];
        for _ in 0..8 {
            let point = Coord {
                x: centre.x + self.random.bell() * town.spread,
                y: centre.y + self.random.bell() * town.spread,
            };
            if self.municipalities.locate(point.x, point.y).place == Some(town.index) {
                return point;
            }
        }
        centre
    }

    /// Coordinates as the file has them: some are missing, some are 0, some lie in the sea.
    fn written(&mut self, point: Coord<f64>) -> (String, String) {
        let luck = self.random.unit();
        let text = |point: Coord<f64>| (format!("{:.6}", point.x), format!("{:.6}", point.y));
        match luck {
            luck if luck < 0.018 => (String::new(), String::new()),
            luck if luck < 0.019 => ("0".to_owned(), "0".to_owned()),
            luck if luck < 0.0196 => text(Coord { x: point.x - 18.0, y: point.y }),
            _ => text(point),
        }
    }

    /// Name of the municipality, wrong now and then.
    fn label(&mut self, town: usize) -> String {
        let wrong = self.random.chance(0.004);
        let town = if wrong { self.random.weighted(&self.town_weights) } else { town };
        let name = self.towns[town].place.name.to_uppercase();
        if name.contains(',') { format!("\"{name}\"") } else { name }
    }

    fn day(&mut self, month: usize) -> Option<Date> {
        let first = (0..month).fold(FIRST, |month, _| month.next()).first_day()?;
        let length = usize::try_from(first.days_in_month()).ok()?;
        let mut day = self.random.below(length);
        // Weekends draw more: one in six weekdays moves to a day drawn anew.
        let weekday = (first + jiff::Span::new().days(day as i64)).weekday().to_monday_one_offset();
        if weekday < 5 && self.random.chance(1.0 / 6.0) {
            day = self.random.below(length);
        }
        Some(first + jiff::Span::new().days(day as i64))
    }

    /// Time of day, often a placeholder and sometimes missing.
    fn time(&mut self, peak: f64, spread: f64) -> String {
        let luck = self.random.unit();
        if luck < 0.08 {
            return if luck < 0.065 { "12:00:00".to_owned() } else { "00:00:00".to_owned() };
        }
        if luck < 0.084 {
            return String::new();
        }
        let hour = (peak + self.random.bell() * spread).rem_euclid(24.0);
        // People round: most times are written to the half hour.
        let minute = if self.random.chance(0.7) { 30 * self.random.below(2) } else { self.random.below(60) };
        let second = if luck > 0.999 { ":00:00" } else { ":00" };
        format!("{:02}:{minute:02}{second}", hour as u8)
    }
}

/// Seasons, a slow decline, and the quiet of a year that begins.
fn month_weight(month: usize) -> f64 {
    let season = [0.96, 0.94, 1.03, 1.0, 1.07, 1.05, 1.02, 1.03, 0.99, 1.04, 0.97, 0.90][month % 12];
    season * (1.0 - 0.003 * month as f64)
}

impl<'a> Town<'a> {
    fn new(place: &'a Place, index: &PlaceIndex, random: &mut Random) -> Option<Self> {
        let Shape::Area(area) = &place.shape else { return None };
        let bounds: Rect<f64> = area.bounding_rect()?;
        let number = index.place(&place.code)?;
        let mut spots = Vec::new();
        // Narrow municipalities fill little of their box; some spots are enough.
        for _ in 0..400 {
            let x = bounds.min().x + random.unit() * bounds.width();
            let y = bounds.min().y + random.unit() * bounds.height();
            if index.locate(x, y).place == Some(number) {
                spots.push(Coord { x, y });
            }
            if spots.len() == SPOTS {
                break;
            }
        }
        let spread = (bounds.width().min(bounds.height()) / 12.0).min(0.02);
        (!spots.is_empty()).then_some(Self { place, index: number, spots, spread })
    }
}
