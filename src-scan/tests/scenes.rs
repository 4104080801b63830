//! Rendered scenes through the whole scanner.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use ministore_scan::source::{FrameSource, y4m};
use ministore_scan::synthetic::symbols::Printed;
use ministore_scan::synthetic::{Renderer, Scene, Shot, write_y4m};
use ministore_scan::{Decoder, Detection, Effort, LumaBuf, Options, Scanner, Symbologies, Symbology};
use proptest::prelude::*;
use std::time::Instant;

const NO_LIMIT: u64 = u64::MAX;
/// What is shown for less than a second may be missed: at ten frames a second, so many.
const FRAMES_TO_READ: usize = 8;

fn clock() -> impl Fn() -> u64 {
    let began = Instant::now();
    move || began.elapsed().as_micros() as u64
}

fn render(scene: &Scene) -> LumaBuf {
    let scene = Scene { gap_seconds: 0.0, ..scene.clone() };
    Renderer::new(&scene).unwrap().frame(0)
}

fn read(picture: &LumaBuf, effort: Effort) -> Vec<(Symbology, String)> {
    let mut decoder = Decoder::new(Options { effort, symbologies: Symbologies::RETAIL });
    let outcome = decoder.decode(&picture.as_luma(), NO_LIMIT, &clock());
    outcome.codes.into_iter().map(|code| (code.symbology, code.text)).collect()
}

fn one(shot: Shot) -> Scene {
    Scene { shots: vec![shot], ..Scene::default() }
}

#[test]
fn each_kind_is_read_at_any_angle() {
    for (printed, text) in [
        (Printed::Ean13, "9521234567899"),
        (Printed::Ean8, "96385074"),
        (Printed::UpcA, "036000291452"),
        (Printed::Code128, "MO7K4Q2PZX"),
        (Printed::DataBarOmnidirectional, "20012345678909"),
        (Printed::DataBarStackedOmnidirectional, "20012345678909"),
        (Printed::DataBarLimited, "15012345678907"),
        (Printed::DataBarExpanded, "01900123456789083103001750"),
        (Printed::DataBarExpandedStacked { pairs: 2 }, "0198898765432106320201234515991231"),
        (Printed::DataBarExpandedStacked { pairs: 1 }, "0195012345678903310300012310AB-123"),
        (Printed::QrCode, "https://shop.example/#shop"),
    ] {
        for angle in [0.0, 7.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0, 135.0, 180.0, 270.0] {
            let picture = render(&one(Shot { angle, ..Shot::new(printed, text) }));
            assert_eq!(read(&picture, Effort::Live), [printed.answer(text)], "{printed:?} at {angle}°");
        }
    }
}

#[test]
fn a_databar_in_two_low_rows_is_read_where_lines_keep_within_its_rows() {
    for angle in [0.0, 90.0, 180.0, 270.0] {
        let shot = Shot { angle, ..Shot::new(Printed::DataBarStacked, "20012345678909") };
        let answer = Printed::DataBarStacked.answer(&shot.text);
        assert_eq!(read(&render(&one(shot)), Effort::Live), [answer], "at {angle}°");
    }
}

#[test]
fn a_code_out_of_focus_is_read() {
    for blur in [0.0, 0.5, 1.0, 1.5] {
        let picture =
            render(&one(Shot { angle: 20.0, blur, ..Shot::new(Symbology::Ean13, "4006381333931") }));
        assert_eq!(
            read(&picture, Effort::Live),
            [(Symbology::Ean13, "4006381333931".to_owned())],
            "blurred by {blur}"
        );
    }
}

#[test]
fn bare_packaging_holds_no_code() {
    for seed in 0..20 {
        let picture = render(&Scene { seed, ..Scene::default() });
        assert_eq!(read(&picture, Effort::Picture), []);
    }
}

#[test]
fn a_code_that_is_not_looked_for_is_not_read() {
    let picture = render(&one(Shot::new(Symbology::Ean13, "9521234567899")));
    let symbologies = Symbologies::RETAIL.without(Symbology::Ean13);
    let mut decoder = Decoder::new(Options { symbologies, effort: Effort::Live });
    assert_eq!(decoder.decode(&picture.as_luma(), NO_LIMIT, &clock()).codes, []);
}

#[test]
fn a_printed_code_with_a_wrong_check_digit_is_never_read() {
    // The right half of the last digit's neighbour is painted over with another digit's bars: the sum fails.
    let picture = render(&Scene {
        noise: 0.0,
        perspective: 0.0,
        ..one(Shot { blur: 0.0, ..Shot::new(Symbology::Ean13, "4006381333931") })
    });
    let luma = picture.as_luma();
    let (width, height) = (luma.width(), luma.height());
    let other = render(&Scene {
        noise: 0.0,
        perspective: 0.0,
        ..one(Shot { blur: 0.0, ..Shot::new(Symbology::Ean13, "4006381333900") })
    });
    // Columns of the last digit's module range: 117 modules of 2.5 px about the middle, the last digit ends 14 modules
    // before the right edge of the quiet zone and is 7 wide; the frame's own sway is the same in both pictures.
    let right = width as f32 / 2.0 + 117.0 / 2.0 * 2.5;
    let (from, to) = ((right - 21.0 * 2.5) as usize, (right - 14.0 * 2.5) as usize);
    let mut pixels = picture.pixels().to_vec();
    for y in 0..height {
        pixels[y * width + from..y * width + to].copy_from_slice(&other.as_luma().row(y)[from..to]);
    }
    let forged = LumaBuf::new(width, height, pixels).unwrap();
    assert!(read(&forged, Effort::Picture).iter().all(|(_, text)| text != "4006381333930"));
    for (_, text) in read(&forged, Effort::Picture) {
        assert_eq!(text, "4006381333931", "only a number whose check digit holds may be read");
    }
}

#[test]
fn a_film_gives_one_event_for_each_item() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scene.y4m");
    let shown = ["9521234567899", "4006381333931", "9521234567899"];
    let shots = shown
        .iter()
        .map(|text| Shot { seconds: 1.0, angle: 15.0, blur: 1.0, ..Shot::new(Symbology::Ean13, *text) })
        .collect();
    write_y4m(&path, &Scene { shots, ..Scene::default() }).unwrap();
    let mut film = y4m::Reader::open(&path, y4m::Playback::default()).unwrap();
    let mut scanner = Scanner::default();
    let mut events = Vec::new();
    while let Some(frame) = film.next_frame().unwrap() {
        let luma = frame.luma().unwrap();
        events.extend(scanner.push(&luma.as_luma(), frame.at(), NO_LIMIT, &clock()).events);
    }
    let texts: Vec<&str> = events.iter().map(|event| event.text.as_str()).collect();
    assert_eq!(texts, shown);
}

#[test]
fn two_codes_in_a_frame_are_two() {
    let left = render(&one(Shot::new(Symbology::Ean13, "9521234567899")));
    let right = render(&one(Shot::new(Symbology::Ean13, "4006381333931")));
    let (width, height) = (left.width(), left.height());
    let mut pixels = Vec::with_capacity(2 * width * height);
    for y in 0..height {
        pixels.extend_from_slice(left.as_luma().row(y));
        pixels.extend_from_slice(right.as_luma().row(y));
    }
    let both = LumaBuf::new(2 * width, height, pixels).unwrap();
    let mut texts: Vec<String> = read(&both, Effort::Live).into_iter().map(|(_, text)| text).collect();
    texts.sort();
    assert_eq!(texts, ["4006381333931", "9521234567899"]);
}

#[test]
fn no_picture_is_too_small_or_too_odd() {
    for (width, height) in [(1, 1), (1, 300), (300, 1), (2, 2), (8, 518), (518, 8), (15, 17), (97, 3)] {
        for pattern in 0..4u32 {
            let pixels: Vec<u8> = (0..width * height)
                .map(|i| match pattern {
                    0 => 0,
                    1 => 255,
                    2 => ((i * 7919) % 256) as u8,
                    _ => ((i % 3) * 127) as u8,
                })
                .collect();
            let picture = LumaBuf::new(width, height, pixels).unwrap();
            assert_eq!(read(&picture, Effort::Picture), [], "{width}×{height} pattern {pattern}");
        }
    }
}

fn with_check_digit(body: u64) -> String {
    let digits = format!("{body:012}");
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 3 } else { 1 })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

#[test]
fn digits_that_blur_makes_alike_are_told_apart() {
    // By its blurred edges alone each of these would be another number whose check digit holds too: the first
    // 1418475000002, the second 1110728861667.
    for (text, blur, seed) in [
        ("9458473000002", 1.3691562, 50),
        ("1770328861667", 1.3603047, 12),
        ("1632678808641", 1.3697006, 991),
        ("9078108253421", 1.482986, 601),
        ("6159317611714", 1.5447646, 758),
    ] {
        let shot = Shot { blur, ..Shot::new(Symbology::Ean13, text) };
        let picture = render(&Scene { seed, ..one(shot) });
        assert_eq!(read(&picture, Effort::Live), [(Symbology::Ean13, text.to_owned())]);
    }
}

#[test]
fn a_retail_code_is_never_read_as_another() {
    let mut read_of_sharp = 0;
    let mut sharp = 0;
    for seed in 0..250 {
        let scene = Scene::any_retail(seed);
        let shot = &scene.shots[0];
        let codes = read(&render(&scene), Effort::Live);
        for code in &codes {
            assert_eq!(*code, shot.answer(), "scene {seed}");
        }
        // Blurred by less than this, even the narrowest bars can still be seen; by more, a code may be missed.
        if shot.blur < 0.45 * scene.module {
            sharp += 1;
            read_of_sharp += codes.len();
        }
    }
    assert_eq!(read_of_sharp, sharp, "codes whose bars can be seen are read");
}

proptest! {
    // What fails is told in full, and kept by name in a test of its own instead of in a file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn any_ean_13_that_is_shown_is_soon_read(
        body in 100_000_000_000u64..1_000_000_000_000,
        angle in 0.0f32..360.0,
        blur in 0.0f32..1.6,
        seed in 0u64..1000,
    ) {
        let text = with_check_digit(body);
        let shot = Shot { angle, blur, ..Shot::new(Symbology::Ean13, text.clone()) };
        let renderer = Renderer::new(&Scene { seed, gap_seconds: 0.0, ..one(shot) }).unwrap();
        let mut decoder = Decoder::new(Options::default());
        let mut is_read = false;
        for index in 0..FRAMES_TO_READ {
            let codes = decoder.decode(&renderer.frame(index).as_luma(), NO_LIMIT, &clock()).codes;
            let is_it = |code: &Detection| (code.symbology, &code.text) == (Symbology::Ean13, &text);
            prop_assert!(codes.iter().all(is_it), "frame {}: {:?}", index, codes);
            is_read = codes.len() == 1;
            if is_read {
                break;
            }
        }
        prop_assert!(is_read, "not in {} frames", FRAMES_TO_READ);
    }

    #[test]
    fn noise_is_never_a_code(seed in any::<u64>(), width in 16usize..200, height in 16usize..200) {
        let mut state = seed | 1;
        let pixels: Vec<u8> = (0..width * height).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 24) as u8
        }).collect();
        let picture = LumaBuf::new(width, height, pixels).unwrap();
        prop_assert_eq!(read(&picture, Effort::Picture), []);
    }
}

#[test]
fn frames_together_read_what_none_of_them_does_alone() {
    let (mut alone, mut together, mut wrong) = (0, 0, 0);
    for seed in 0..20 {
        let text = "9521234567899";
        let scene = Scene {
            module: 1.5,
            noise: 50.0,
            seed,
            gap_seconds: 0.0,
            ..one(Shot { blur: 0.5, seconds: 2.0, angle: 8.0, ..Shot::new(Symbology::Ean13, text) })
        };
        let renderer = Renderer::new(&scene).unwrap();
        let mut live = Decoder::new(Options::default());
        let mut has_read = (false, false);
        for index in 0..12 {
            let frame = renderer.frame(index);
            let mut fresh = Decoder::new(Options::default());
            let one = fresh.decode(&frame.as_luma(), NO_LIMIT, &clock()).codes;
            let fused = live.decode(&frame.as_luma(), NO_LIMIT, &clock()).codes;
            wrong += one.iter().chain(&fused).filter(|code| code.text != text).count();
            has_read = (has_read.0 || !one.is_empty(), has_read.1 || !fused.is_empty());
        }
        alone += usize::from(has_read.0);
        together += usize::from(has_read.1);
    }
    assert_eq!(wrong, 0);
    assert!(together > alone, "{together} of 20 together, {alone} alone");
}
