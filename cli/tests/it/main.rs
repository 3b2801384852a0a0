//! The command as an operator uses it.

mod answers;
mod editions;
mod formats;
mod hostile;
mod kill;
mod outside_readers;
mod support;
mod territory;
