//! The bodies of calls and of their replies.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| ministore_fuzz::meaning::calls(data));
