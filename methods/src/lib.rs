//! tequio-methods
