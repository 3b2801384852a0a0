//! tequio-kernel
