//! Answers by cell, worked out once a cell.

use crate::cell::Cell;
use crate::hash::Map;
use tequio_kernel::query::CELL_ZOOM_MAX;

/// Remembers one answer a cell; rows lie near one another, so the last one is looked at first.
#[derive(Debug, Default)]
pub(crate) struct CellMemo {
    last: Option<(u64, bool)>,
    known: Map<bool>,
}

impl CellMemo {
    /// The answer for the cell of a zoom that holds a finest cell; `ask` is given its centre.
    pub(crate) fn get(&mut self, finest: [u32; 2], zoom: u8, ask: impl FnOnce(f64, f64) -> bool) -> bool {
        let shift = CELL_ZOOM_MAX - zoom.min(CELL_ZOOM_MAX);
        let cell = Cell { z: CELL_ZOOM_MAX - shift, x: finest[0] >> shift, y: finest[1] >> shift };
        let key = u64::from(cell.x) << 32 | u64::from(cell.y);
        if let Some((last, answer)) = self.last
            && last == key
        {
            return answer;
        }
        let answer = *self.known.entry(key).or_insert_with(|| {
            let (longitude, latitude) = cell.centre();
            ask(longitude, latitude)
        });
        self.last = Some((key, answer));
        answer
    }
}
