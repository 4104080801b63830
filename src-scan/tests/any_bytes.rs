//! A camera, a picture or a film may hold anything: what fuzzing tries for hours, tried briefly with every test run.

use proptest::prelude::*;

#[path = "../../fuzz/src/picture.rs"]
pub mod picture;

/// The bytes with which [`picture::decode`] makes a picture: how, its size, the budget, and what it is made of.
fn any_picture() -> impl Strategy<Value = Vec<u8>> {
    let side = || prop_oneof![Just(0u16), Just(1), Just(u16::MAX), 0u16..96, 0u16..400];
    let budget = prop_oneof![Just(0u8), Just(u8::MAX), any::<u8>()];
    let content = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..2_000),
        proptest::collection::vec(prop_oneof![Just(0u8), Just(255)], 0..2_000),
        bars(),
    ];
    (any::<u8>(), side(), side(), side(), budget, content).prop_map(
        |(how, width, height, stride, budget, content)| {
            let sizes = [width, height, stride].into_iter().flat_map(u16::to_le_bytes);
            [how].into_iter().chain(sizes).chain([budget]).chain(content).collect()
        },
    )
}

/// Pictures of a row, of a column and of little more, up to the largest side.
fn thin_picture() -> impl Strategy<Value = Vec<u8>> {
    let thin = prop_oneof![Just(1usize), 2usize..20];
    let long = prop_oneof![Just(ministore_scan::luma::MAX_SIDE), 1usize..3_000];
    (any::<u8>(), thin, long, any::<bool>(), bars()).prop_map(|(how, thin, long, lies, bars)| {
        let (width, height) = if lies { (long, thin) } else { (thin, long) };
        let sizes = [width, height, width].into_iter().flat_map(|side| (side as u16).to_le_bytes());
        let content = bars.into_iter().flat_map(|bar| [bar; 3]).cycle().take(width * height);
        [how].into_iter().chain(sizes).chain([u8::MAX]).chain(content).collect()
    })
}

/// The modules of an EAN-13 symbol with its quiet zones, some of them turned over.
fn bars() -> impl Strategy<Value = Vec<u8>> {
    let wrong = proptest::collection::vec(0usize..119, 0..4);
    (0u64..1_000_000_000_000, wrong).prop_map(|(body, wrong)| {
        let digits = ministore_core::gtin::Gtin::from_body(body).to_string();
        let runs = ministore_core::symbol::ean(&digits).unwrap_or_default();
        let symbol = runs.iter().enumerate().flat_map(|(place, run)| {
            std::iter::repeat_n(if place % 2 == 0 { 0 } else { 255 }, usize::from(*run))
        });
        let mut modules: Vec<u8> = [255; 12].into_iter().chain(symbol).chain([255; 12]).collect();
        for place in wrong {
            if let Some(module) = modules.get_mut(place) {
                *module = !*module;
            }
        }
        modules
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(192) })]

    #[test]
    fn any_picture_is_read_within_its_budget(data in prop_oneof![4 => any_picture(), 1 => thin_picture()]) {
        picture::decode(&data);
    }

    #[test]
    fn any_bytes_give_luminance_or_a_reason(data in proptest::collection::vec(any::<u8>(), 0..4_000)) {
        picture::luma(&data);
    }

    #[test]
    fn any_file_is_a_film_or_refused(
        head in "(YUV4MPEG2)?( [WHFCI][0-9a-z:]{0,6}){0,5}\n(FRAME\n)?",
        rest in proptest::collection::vec(any::<u8>(), 0..500),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let data = [head.into_bytes(), rest].concat();
        picture::y4m(&folder.path().join("film.y4m"), &data).unwrap();
    }
}
