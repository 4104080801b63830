//! The commands that measure the scanner, as somebody runs them.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use ministore_scan::Symbology;
use ministore_scan::synthetic::{Renderer, Scene, Shot, write_y4m};
use std::path::Path;
use std::process::{Command, Output};

fn scene(text: &str) -> Scene {
    let shot = Shot { seconds: 1.0, angle: 8.0, ..Shot::new(Symbology::Ean13, text) };
    Scene { shots: vec![shot], gap_seconds: 0.0, ..Scene::default() }
}

fn picture(folder: &Path, name: &str, scene: &Scene) {
    std::fs::create_dir_all(folder).unwrap();
    let frame = Renderer::new(scene).unwrap().frame(0);
    let (width, height) = (frame.width() as u32, frame.height() as u32);
    let file = folder.join(name);
    image::save_buffer(file, frame.pixels(), width, height, image::ExtendedColorType::L8).unwrap();
}

fn run(command: &str, arguments: &[&str]) -> Output {
    Command::new(command).args(arguments).output().unwrap()
}

#[test]
fn folders_are_counted_by_what_their_texts_say() {
    let directory = tempfile::tempdir().unwrap();
    let (codes, empty) = (directory.path().join("codes"), directory.path().join("falsepositives-mine"));
    picture(&codes, "right.png", &scene("9521234567899"));
    std::fs::write(codes.join("right.txt"), "9521234567899\n").unwrap();
    picture(&codes, "wrong.png", &scene("9521234567899"));
    std::fs::write(codes.join("wrong.txt"), "4006381333931").unwrap();
    picture(&codes, "missed.png", &Scene::default());
    std::fs::write(codes.join("missed.txt"), "4006381333931").unwrap();
    picture(&codes, "of no text.png", &scene("9521234567899"));
    picture(&empty, "bare.png", &Scene::default());
    picture(&empty, "not bare.png", &scene("9521234567899"));

    let budget = "1000000";
    let scan = env!("CARGO_BIN_EXE_scan-images");
    let output = run(scan, &["--json", "--budget", budget, &directory.path().to_string_lossy()]);
    assert!(output.status.success(), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let count = |row: &serde_json::Value| {
        ["images", "right", "wrong", "missed", "false_positives"].map(|key| row[key].as_u64().unwrap())
    };
    let folders = report["folders"].as_array().unwrap();
    let names: Vec<&str> = folders.iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["codes", "falsepositives-mine"]);
    assert_eq!(count(&folders[0]), [3, 1, 1, 1, 0]);
    assert_eq!(count(&folders[1]), [2, 0, 0, 0, 1]);
    assert_eq!(count(&report["total"]), [5, 1, 1, 1, 1]);
    assert!(report["total"]["mean_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_folder_without_pictures_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let output = run(env!("CARGO_BIN_EXE_scan-images"), &[&directory.path().to_string_lossy()]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no picture"), "{output:?}");
}

#[test]
fn a_film_is_played_whatever_it_is_kept_in() {
    let directory = tempfile::tempdir().unwrap();
    let text = "9521234567899";
    let y4m = directory.path().join("film.y4m");
    write_y4m(&y4m, &scene(text)).unwrap();

    let renderer = Renderer::new(&scene(text)).unwrap();
    let mut mjpeg = Vec::new();
    for index in 0..renderer.frames() {
        let frame = renderer.frame(index);
        let (width, height) = (frame.width() as u32, frame.height() as u32);
        image::codecs::jpeg::JpegEncoder::new_with_quality(&mut mjpeg, 80)
            .encode(frame.pixels(), width, height, image::ExtendedColorType::L8)
            .unwrap();
    }
    let motion = directory.path().join("film.mjpeg");
    std::fs::write(&motion, mjpeg).unwrap();
    let folder = directory.path().join("film");
    for index in 0..3 {
        picture(&folder, &format!("{index}.png"), &scene(text));
    }

    let scan = env!("CARGO_BIN_EXE_scan-video");
    for film in [&y4m, &motion, &folder] {
        let path = film.to_string_lossy();
        let output = run(scan, &[&path, "--expect", text]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("all 1 as expected"), "{path}: {output:?}");
        let other = run(scan, &[&path, "--expect", "4006381333931"]);
        assert!(!other.status.success(), "{path}: another code was expected");
    }
    std::fs::write(&motion, b"no film").unwrap();
    let output = run(scan, &[&motion.to_string_lossy()]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("JPEG"), "{output:?}");
}
