//! What is scanned, typed or sent may be anything: what fuzzing tries for hours, tried briefly with every test run.

use proptest::prelude::*;

#[path = "../../fuzz/src/meaning.rs"]
pub mod meaning;

/// Texts that begin like something that is read, and go on in any way.
const ALMOST: &str = "(M[OSGHTX]|(21|02|22|29|97[789])[0-9]{6,11}|IS[BSM]N ?|https?://[a-z.]{1,9}/(01|00|8004)/|\\(01\\)|\
    \\]C1|01)?[0-9A-Z()/%?&=# \u{1d}-]{0,40}";

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![ALMOST, "\\PC{0,60}"]) {
        meaning::code(&text);
        meaning::elements(&text);
    }

    #[test]
    fn any_body_is_read_or_refused(body in prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..200),
        r#"\{("[a-z_]{1,10}":("[0-9a-zA-Z-]{0,40}"|-?[0-9]{1,20}|null|\[\]|\{\}|true),?){0,4}\}?"#
            .prop_map(String::into_bytes),
    ]) {
        meaning::calls(&body);
    }
}
