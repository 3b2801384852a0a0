//! tequio-crime-map
