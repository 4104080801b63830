//! Scenes of any kind of code under any conditions: some may be missed, none misread.

use ministore_scan::synthetic::{Renderer, Scene};
use ministore_scan::{Decoder, Effort, Options};

#[test]
fn no_code_is_misread_and_nothing_is_read_where_no_code_is() {
    for effort in [Effort::Live, Effort::Picture] {
        let mut decoder = Decoder::new(Options { effort, ..Options::default() });
        for seed in 0..120 {
            let scene = Scene::any(seed);
            let picture = Renderer::new(&scene).unwrap().frame(0);
            let answers: Vec<_> = scene.shots.iter().flat_map(|shot| shot.answers()).collect();
            for code in decoder.decode(&picture.as_luma(), u64::MAX, &|| 0).codes {
                let answer = (code.symbology, code.text);
                assert!(answers.contains(&answer), "scene {seed}: {answer:?} instead of {answers:?}");
            }
        }
    }
}
