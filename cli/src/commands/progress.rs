//! How far a command is, on the standard error and only on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A progress bar.
pub struct Bar(ProgressBar);

impl Bar {
    /// An empty one.
    pub fn new() -> Self {
        let bar = ProgressBar::new(1);
        if let Ok(style) = ProgressStyle::with_template("{msg:>10} [{bar:40}] {percent:>3} % {eta}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self(bar)
    }

    /// Shows the step and how much of it is done.
    pub fn show(&self, step: &'static str, done: u64, total: u64) {
        self.0.set_message(step);
        self.0.set_length(total.max(1));
        self.0.set_position(done.min(total));
    }

    /// Shows a part of the whole, from 0 to 1.
    pub fn show_part(&self, step: &'static str, part: f64) {
        const STEPS: u64 = 1_000;
        self.show(step, (part * STEPS as f64) as u64, STEPS);
    }

    /// Takes it away.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
