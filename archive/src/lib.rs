//! tequio-archive
