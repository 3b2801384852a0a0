#![no_main]
mod counts_common;

const HEADER: &str = "Año,Clave_Ent,Entidad,Cve. Municipio,Municipio,Bien jurídico afectado,Tipo de delito,Subtipo de delito,Modalidad,Enero,Febrero,Marzo,Abril,Mayo,Junio,Julio,Agosto,Septiembre,Octubre,Noviembre,Diciembre\n";

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    counts_common::check(HEADER.as_bytes(), bytes, None);
});
