//! What a live frame costs.

use criterion::{Criterion, criterion_group, criterion_main};
use ministore_scan::synthetic::{Renderer, Scene, SceneError, Shot};
use ministore_scan::{Decoder, LumaBuf, Options, Symbology};
use std::hint::black_box;
use std::time::Instant;

fn picture(width: usize, height: usize, shots: Vec<Shot>) -> Result<LumaBuf, SceneError> {
    let scene = Scene { shots, width, height, gap_seconds: 0.0, ..Scene::default() };
    Ok(Renderer::new(&scene)?.frame(0))
}

fn decode(criterion: &mut Criterion) {
    let began = Instant::now();
    let clock = || began.elapsed().as_micros() as u64;
    for (width, height) in [(640, 480), (1280, 720)] {
        let turned = Shot { angle: 20.0, blur: 1.0, ..Shot::new(Symbology::Ean13, "9521234567899") };
        for (name, shots) in [("empty frame", vec![]), ("EAN-13 at 20°", vec![turned])] {
            let picture = match picture(width, height, shots) {
                Ok(picture) => picture,
                Err(error) => {
                    eprintln!("{name} cannot be rendered: {error}");
                    return;
                }
            };
            let mut decoder = Decoder::new(Options::default());
            criterion.bench_function(&format!("{name}, {width}×{height}"), |bencher| {
                bencher.iter(|| decoder.decode(black_box(&picture.as_luma()), 30_000, &clock));
            });
        }
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
