#![no_main]
mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::check("ID,Date,Block,IUCR,Primary Type,Description,Community Area,Latitude,Longitude\n", bytes, None);
});
