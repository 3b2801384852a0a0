#![no_main]
mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::check("delito,fecha,longitud,latitud\n", bytes, Some(tequio_crime_map::importers::TEMPLATE));
});
