//! The incidents in memory.

use crate::attach::Layers;
use crate::cell::finest;
use crate::codes::{Codes, NONE};
use crate::columns::{Columns, Offence};
use crate::error::AtlasError;
use crate::moment::Moments;
use rayon::prelude::*;
use std::sync::RwLock;
use tequio_kernel::Month;

/// The finest cell of an incident without a position.
pub(crate) const UNLOCATED: [u32; 2] = [NONE, NONE];

/// Incidents of one edition in memory, ready to be counted.
///
/// Immutable but for the layers attached to it; shared freely between threads.
#[derive(Debug)]
pub struct Atlas {
    pub(crate) longitude: Vec<f64>,
    pub(crate) latitude: Vec<f64>,
    /// Cell of the finest zoom, or [`UNLOCATED`].
    pub(crate) cells: Vec<[u32; 2]>,
    /// First and last column and row among the cells; `None` when nothing is located.
    pub(crate) cell_bounds: Option<[[u32; 2]; 2]>,
    pub(crate) moments: Moments,
    pub(crate) hours: Codes,
    pub(crate) offence_codes: Codes,
    /// In the order of their codes.
    pub(crate) offences: Vec<Offence>,
    pub(crate) layers: RwLock<Layers>,
}

impl Atlas {
    /// Loads incidents.
    ///
    /// # Errors
    /// [`AtlasError`] when the columns differ in length or hold values that mean nothing.
    pub fn new(columns: Columns) -> Result<Self, AtlasError> {
        columns.check()?;
        let Columns { longitude, latitude, day, precision, hour, offence, offences } = columns;
        let cells: Vec<[u32; 2]> = longitude.par_iter().zip(&latitude).map(|(x, y)| cell(*x, *y)).collect();
        let (offences, ranks) = sort_offences(offences);
        Ok(Self {
            cell_bounds: bounds(&cells),
            moments: Moments::new(&day, &precision)?,
            hours: Codes::U8(hour),
            offence_codes: Codes::pack(offence.into_iter().map(|code| ranks[usize::from(code)]), offences.len()),
            longitude,
            latitude,
            cells,
            offences,
            layers: RwLock::default(),
        })
    }

    /// How many incidents it holds, located or not.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// True when it holds no incident.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// The offences, in the order of their codes.
    pub fn offences(&self) -> &[Offence] {
        &self.offences
    }

    /// Months with at least one incident dated to the month or better, in order.
    pub fn months(&self) -> Vec<Month> {
        let mut months: Vec<Month> = self.moments.list.iter().filter_map(|moment| moment.month()).collect();
        months.sort_unstable();
        months.dedup();
        months
    }

    /// Bytes that the incidents and their assignments to layers take (not the layers themselves).
    pub fn memory_bytes(&self) -> usize {
        let codes = self.moments.codes.memory_bytes() + self.hours.memory_bytes() + self.offence_codes.memory_bytes();
        let positions = self.len() * (size_of::<f64>() * 2 + size_of::<[u32; 2]>());
        let tables =
            self.moments.list.len() * 8 + self.offences.iter().map(|o| o.code.len() + o.name.len() + 64).sum::<usize>();
        positions + codes + tables + self.read_layers().memory_bytes()
    }

    #[inline]
    pub(crate) fn is_located(&self, row: usize) -> bool {
        self.cells[row] != UNLOCATED
    }
}

fn cell(longitude: f64, latitude: f64) -> [u32; 2] {
    if longitude.is_nan() || latitude.is_nan() { UNLOCATED } else { finest(longitude, latitude) }
}

fn bounds(cells: &[[u32; 2]]) -> Option<[[u32; 2]; 2]> {
    let located = cells.iter().filter(|cell| **cell != UNLOCATED);
    located.fold(None, |bounds, &[x, y]| {
        let [[x0, y0], [x1, y1]] = bounds.unwrap_or([[x, y], [x, y]]);
        Some([[x0.min(x), y0.min(y)], [x1.max(x), y1.max(y)]])
    })
}

/// Offences by code, and the new index of each old one.
fn sort_offences(offences: Vec<Offence>) -> (Vec<Offence>, Vec<u32>) {
    let mut numbered: Vec<(usize, Offence)> = offences.into_iter().enumerate().collect();
    numbered.sort_by(|a, b| a.1.code.cmp(&b.1.code));
    let mut ranks = vec![NONE; numbered.len()];
    for (rank, (old, _)) in (0u32..).zip(&numbered) {
        ranks[*old] = rank;
    }
    (numbered.into_iter().map(|(_, offence)| offence).collect(), ranks)
}
