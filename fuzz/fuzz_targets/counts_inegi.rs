#![no_main]
mod counts_common;

/// The query and its header; the bytes are the rows.
const HEAD: &str = "Mortalidad\nTipo de defuncion : Homicidio\n\"Consulta de: Defunciones   Por: Ent y mun de ocurrencia, Año de ocurrencia y Sexo   Según: Año de registro\"\n,,,,Total,2007,2008,\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    counts_common::check(HEAD.as_bytes(), bytes, None);
});
