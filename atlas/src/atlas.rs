//! The incidents in memory.

use crate::arrangement::Arrangement;
use crate::attach::Layers;
use crate::codes::Codes;
use crate::columns::{Columns, Offence};
use crate::error::AtlasError;
use crate::levels::Levels;
use crate::moment::Moments;
use crate::runs::{Buckets, Runs};
use crate::sites::Sites;
use rayon::prelude::*;
use std::sync::RwLock;
use tequio_kernel::Month;

/// Incidents of one edition in memory, ready to be counted.
///
/// Immutable but for the layers attached to it; shared freely between threads.
#[derive(Debug)]
pub struct Atlas {
    pub(crate) sites: Sites,
    pub(crate) moments: Moments,
    pub(crate) hours: Codes,
    pub(crate) offence_codes: Codes,
    /// In the order of their codes.
    pub(crate) offences: Vec<Offence>,
    /// The order of the rows.
    pub(crate) runs: Runs,
    /// The located rows along the curve.
    pub(crate) curve: Vec<u32>,
    /// Cells along the curve.
    pub(crate) levels: Levels,
    /// First and last column and row among the cells; `None` when nothing is located.
    pub(crate) cell_bounds: Option<[[u32; 2]; 2]>,
    pub(crate) layers: RwLock<Layers>,
}

impl Atlas {
    /// Loads incidents, and arranges them so that most questions read few of them.
    ///
    /// # Errors
    /// [`AtlasError`] when the columns differ in length or hold values that mean nothing.
    pub fn new(columns: Columns) -> Result<Self, AtlasError> {
        columns.check()?;
        let Columns { longitude, latitude, day, precision, hour, mut offence, offences } = columns;
        let (offences, ranks) = sort_offences(offences);
        offence.par_iter_mut().for_each(|code| *code = ranks[usize::from(*code)]);
        let moments = Moments::new(&day, &precision)?;
        drop((day, precision));
        let buckets = Buckets::new(&moments.list);
        let bucket = |row| buckets.of_moment[moments.codes.get(row) as usize];
        let arrangement = Arrangement::new(&longitude, &latitude, |row| u32::from(offence[row]), bucket);
        let (sources, cell_rows) = arrangement.sources();
        let sources = &sources[..];
        let moments = Moments { codes: moments.codes.arranged(sources), list: moments.list };
        let offence_codes = Codes::pack(sources.iter().map(|row| u32::from(offence[*row as usize])), offences.len());
        Ok(Self {
            sites: Sites::new(&longitude, &latitude, sources, cell_rows),
            curve: arrangement.rows_of_curve(),
            levels: Levels::new(&arrangement.curve),
            cell_bounds: arrangement.cell_bounds(),
            runs: Runs::new(arrangement.runs, offences.len(), buckets),
            hours: Codes::U8(hour).arranged(sources),
            moments,
            offence_codes,
            offences,
            layers: RwLock::default(),
        })
    }

    /// How many incidents it holds, located or not.
    pub fn len(&self) -> usize {
        self.sites.len()
    }

    /// True when it holds no incident.
    pub fn is_empty(&self) -> bool {
        self.sites.len() == 0
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
        let orders = self.runs.memory_bytes() + self.curve.len() * 4 + self.levels.memory_bytes();
        let tables =
            self.moments.list.len() * 8 + self.offences.iter().map(|o| o.code.len() + o.name.len() + 64).sum::<usize>();
        self.sites.memory_bytes() + codes + orders + tables + self.read_layers().memory_bytes()
    }
}

/// Offences by code, and the new index of each old one.
fn sort_offences(offences: Vec<Offence>) -> (Vec<Offence>, Vec<u16>) {
    let mut numbered: Vec<(usize, Offence)> = offences.into_iter().enumerate().collect();
    numbered.sort_by(|a, b| a.1.code.cmp(&b.1.code));
    let mut ranks = vec![0; numbered.len()];
    for (rank, (old, _)) in (0u16..).zip(&numbered) {
        ranks[*old] = rank;
    }
    (numbered.into_iter().map(|(_, offence)| offence).collect(), ranks)
}
