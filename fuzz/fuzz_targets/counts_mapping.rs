#![no_main]
mod counts_common;
use tequio_crime_indicators::importers::Mapping;

const MAPPING: &str = "kind = 'counts'\ndataset = 'x'\nunit = 'case-file'\ntaxonomy = 'own'\n[columns]\nperiod = 'p'\nstate = 's'\noffence = ['o']\nsex = 'x'\nvalue = 'v'\n";

// The first bit chooses a CSV or a JSON file.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (Some((choice, rows)), Ok(mapping)) = (bytes.split_first(), Mapping::parse(MAPPING)) else { return };
    let head: &[u8] = if choice % 2 == 0 { b"p,s,o,x,v\n" } else { b"[{\"p\":\"2019\",\"s\":\"9\",\"o\":\"a\",\"v\":1}," };
    counts_common::check(head, rows, Some(&mapping));
});
