//! tequio-atlas
