//! The decoder, on any picture.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ministore_fuzz::picture::decode(data));
