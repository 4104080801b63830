//! Scanned and typed texts.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| ministore_fuzz::meaning::code(text));
