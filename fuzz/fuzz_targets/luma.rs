//! Luminance out of any bytes, in each format.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ministore_fuzz::picture::luma(data));
