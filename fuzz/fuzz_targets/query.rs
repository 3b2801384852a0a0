#![no_main]
use tequio_kernel::Query;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    if let Ok(query) = Query::parse(pairs) {
        let pairs = query.pairs();
        assert_eq!(Query::parse(pairs.iter().map(|(name, value)| (*name, value.as_str()))), Ok(query));
    }
});
