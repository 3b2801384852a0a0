#![no_main]
mod counts_common;

// The first bit chooses the municipal or the state layout.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Some((choice, rows)) = bytes.split_first() else { return };
    let head = match choice % 2 {
        0 => "CVE,Entidad,Municipio,2019,2020\n",
        _ => "n_year,nombre_estado,cve_ent,genero,pob_start_year,pob_mid_year\n",
    };
    counts_common::check(head.as_bytes(), rows, None);
});
