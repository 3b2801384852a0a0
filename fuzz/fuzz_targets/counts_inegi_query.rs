#![no_main]
mod counts_common;

// The bytes are the rest of the query, its filters, header and rows.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    counts_common::check(b"Consulta de: Defunciones por homicidio ", bytes, None);
});
