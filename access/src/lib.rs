//! tequio-access
