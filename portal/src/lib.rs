//! tequio-portal
