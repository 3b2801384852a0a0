//! tequio-reference
