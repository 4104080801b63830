//! Element strings and GS1 Digital Links.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| ministore_fuzz::meaning::elements(text));
