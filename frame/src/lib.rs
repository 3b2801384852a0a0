//! What every system of Tequio is made of: its place in the shell, its words, its charts and its errors.
//!
//! A system is a plain [`System`] value. Its handlers answer with a [`Page`] (a title and a body) or
//! with a [`Problem`]; the portal wraps both in the shell, in the language of the reader. Nothing
//! here opens a file, reads a clock or knows any system by name.

#![cfg_attr(test, allow(clippy::expect_used, reason = "a test that cannot go on fails"))]

pub mod address;
pub mod asker;
pub mod chart;
pub mod edition;
pub mod figure;
pub mod form;
pub mod format;
pub mod highlight;
pub mod html;
pub mod language;
pub mod media;
pub mod page;
pub mod problem;
pub mod save;
pub mod shell;
pub mod site;
pub mod system;
pub mod table;
pub mod tag;
pub mod visit;
pub mod words;
pub mod work;

#[doc(hidden)]
pub use utoipa;

pub use address::Pairs;
pub use asker::Asker;
pub use figure::Figure;
pub use form::Form;
pub use highlight::{Highlight, Highlights};
pub use language::Language;
pub use page::{Page, PageSource};
pub use problem::{Problem, ProblemBody, ProblemCode};
pub use shell::{Assets, Site};
pub use site::Livery;
pub use system::{Gauge, Gauges, IsSynthetic, Keepable, NavItem, System, keepable};
pub use table::{Column, DataTable};
pub use visit::Visit;
pub use words::{Arg, Words};
