#![no_main]
use tequio_crime_indicators::importers::Mapping;

libfuzzer_sys::fuzz_target!(|text: &str| {
    if let Err(error) = Mapping::parse(text) {
        assert!(!error.to_string().contains('\n'));
    }
});
