//! The synthetic demonstration of official counts: figures that never were, in the layout of the municipal files, in two
//! editions of which the second revises the first. Deterministic: the same bytes on every machine.

use crate::import::{ImportError, Outcome, Request, import};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rand_distr::{Distribution as _, Poisson};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use tequio_archive::{ArchiveError, DataFolder};
use tequio_kernel::{DatasetId, Layer};
use tequio_reference::{ReferenceError, territory};

/// Name of the dataset.
pub const DATASET: &str = "demo-counts";
/// Years that it covers; of the last one, the months up to the cut-off.
const YEARS: std::ops::RangeInclusive<i16> = 2022..=2025;
/// Last observed month of the last year, by edition.
const CUTOFFS: [usize; 2] = [9, 10];
/// Names of the editions, and when each is said to have been published.
const EDITIONS: [(&str, &str); 2] = [("demo-2025-09", "2025-10-20"), ("demo-2025-10", "2025-11-20")];
/// Seed of the drawing: any fixed number serves.
const SEED: u64 = 1;
/// The state whose office lowers past months in the second edition.
const LOWERED: &str = "MX-12";
/// The municipality that stops reporting in the second edition.
const SILENT: &str = "MX-30-193";

/// Leaves with their yearly rate per 100,000 inhabitants.
const LEAVES: [(&[&str; 4], f64); 12] = [
    (&["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "Con arma de fuego"], 14.0),
    (&["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "Con arma blanca"], 2.2),
    (&["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "Con otro elemento"], 2.6),
    (&["La vida y la Integridad corporal", "Homicidio", "Homicidio doloso", "No especificado"], 0.6),
    (&["La vida y la Integridad corporal", "Feminicidio", "Feminicidio", "Con otro elemento"], 0.7),
    (&["La vida y la Integridad corporal", "Feminicidio", "Feminicidio", "Con arma blanca"], 0.2),
    (&["Libertad personal", "Secuestro", "Secuestro", "Secuestro extorsivo"], 0.5),
    (&["Libertad personal", "Secuestro", "Secuestro", "Secuestro exprés"], 0.1),
    (&["Libertad personal", "Secuestro", "Secuestro", "Otro tipo de secuestros"], 0.1),
    (&["El patrimonio", "Extorsión", "Extorsión", "Extorsión"], 7.0),
    (&["La familia", "Violencia familiar", "Violencia familiar", "Violencia familiar"], 210.0),
    (&["El patrimonio", "Robo", "Robo a casa habitación", "Con violencia"], 4.0),
];

/// Why the demonstration cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The territory.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The archive.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The import.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Temporary files.
    #[error("the demonstration cannot be written: {0}")]
    Io(#[from] io::Error),
}

/// Makes the demonstration; nothing when it is there already.
///
/// # Errors
/// [`SampleError`] when the disk refuses.
pub fn make(data: &DataFolder, folder: &Path, now: &str) -> Result<Vec<Outcome>, SampleError> {
    let dataset = DatasetId(DATASET.to_owned());
    let known = data.editions(&dataset)?.len();
    let layers = territory()?;
    let mut outcomes = Vec::new();
    for (index, (edition, published)) in EDITIONS.into_iter().enumerate().skip(known) {
        let file = folder.join(format!("{edition}.csv"));
        write(&layers, index, BufWriter::new(File::create(&file)?))?;
        let request = Request {
            files: std::slice::from_ref(&file),
            dataset: Some(dataset.clone()),
            edition: Some(edition),
            published: Some(published),
            invented: true,
            now: now.to_owned(),
        };
        outcomes.push(import(data, &request, &mut |_, _, _| {})?);
    }
    Ok(outcomes)
}

fn write(layers: &[Layer], edition: usize, mut out: impl Write) -> Result<(), SampleError> {
    let names = |code: &str| layers[1].places.iter().find(|state| state.code == code).map(|state| state.name.clone());
    writeln!(
        out,
        "Año,Clave_Ent,Entidad,Cve. Municipio,Municipio,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre"
    )?;
    // Both editions draw the same figures in the same order; what differs is revised after the drawing.
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    for place in layers.iter().filter(|layer| layer.id.name == "municipalities").flat_map(|layer| &layer.places) {
        let (state, number) = (&place.code[3..5], &place.code[6..]);
        let state_name = names(&place.code[..5]).unwrap_or_default();
        for year in YEARS {
            let people = place.population.get(&year).copied().unwrap_or(0) as f64;
            for (leaf, rate) in LEAVES {
                let head = format!("{year},{state},{state_name},{state}{number},\"{}\",{}", place.name, leaf.join(","));
                let mut cells = String::new();
                for month in 1..=12usize {
                    let drawn = draw(&mut rng, people, rate, &place.code, month);
                    cells.push(',');
                    cells.push_str(&cell(&place.code, year, month, edition, drawn));
                }
                writeln!(out, "{head}{cells}")?;
            }
        }
    }
    Ok(out.flush()?)
}

/// A figure by chance round a rate that differs by place and swings with the season.
fn draw(rng: &mut ChaCha8Rng, people: f64, rate: f64, code: &str, month: usize) -> u64 {
    let local = code.bytes().fold(7u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte))) % 100;
    let place = 0.25 + f64::from(local * local) / 4_000.0;
    let season = 1.0 + 0.08 * (month as f64 / 12.0 * std::f64::consts::TAU).sin();
    let mean = people / 100_000.0 * rate / 12.0 * place * season;
    match Poisson::new(mean.max(1e-9)) {
        Ok(poisson) => {
            let drawn: f64 = poisson.sample(rng);
            drawn as u64
        }
        Err(_) => 0,
    }
}

/// A month as an edition publishes it: blank after its cut-off, recent months raised later, one office lowering its past.
fn cell(code: &str, year: i16, month: usize, edition: usize, drawn: u64) -> String {
    let last = *YEARS.end();
    if year == last && (month > CUTOFFS[edition] || (code == SILENT && edition == 1 && month > 6)) {
        return if month > CUTOFFS[edition] { String::new() } else { "0".to_owned() };
    }
    let is_recent = year == last && month >= CUTOFFS[0] - 1;
    let revised = match edition {
        0 if is_recent => drawn - drawn / 12,
        1 if code.starts_with(LOWERED) && year == last - 1 => drawn - drawn / 9,
        _ => drawn,
    };
    revised.to_string()
}
