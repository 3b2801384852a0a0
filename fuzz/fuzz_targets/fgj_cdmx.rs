#![no_main]
mod common;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    common::check("anio_hecho,fecha_hecho,hora_hecho,delito,colonia_hecho,alcaldia_hecho,latitud,longitud\n", bytes, None);
});
