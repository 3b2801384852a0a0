//! tequio-frame
