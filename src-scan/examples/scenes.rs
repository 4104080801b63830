//! Reads rendered retail codes, each seen in a way of its own, and counts what was read wrongly and what was missed.

#![expect(clippy::print_stdout, reason = "the table is what the command is for")]

use anyhow::Result;
use clap::Parser;
use ministore_scan::synthetic::{Renderer, Scene};
use ministore_scan::{Decoder, Effort, Options};

#[derive(Parser)]
struct Arguments {
    /// How many scenes.
    #[arg(long, default_value_t = 3000)]
    scenes: u64,
    /// The first scene's seed; the others follow it.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Look as hard as at a single picture, not as at a live frame.
    #[arg(long)]
    picture: bool,
    /// Name the scenes that were not read.
    #[arg(long)]
    verbose: bool,
}

/// Scenes, and how they were read.
#[derive(Default, Clone, Copy)]
struct Tally {
    scenes: usize,
    right: usize,
    wrong: usize,
    missed: usize,
}

/// Bands of blur, in modules: each reaches from its place in the row to the next one's, in fifths.
const BANDS: usize = 8;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let effort = if arguments.picture { Effort::Picture } else { Effort::Live };
    let mut tallies = [Tally::default(); BANDS];
    for seed in arguments.seed..arguments.seed + arguments.scenes {
        let scene = Scene::any_retail(seed);
        let shot = &scene.shots[0];
        let picture = Renderer::new(&scene)?.frame(0);
        let mut decoder = Decoder::new(Options { effort, ..Options::default() });
        let codes = decoder.decode(&picture.as_luma(), u64::MAX, &|| 0).codes;
        let blur = shot.blur / scene.module;
        let tally = &mut tallies[((blur * 5.0) as usize).min(BANDS - 1)];
        tally.scenes += 1;
        let is_right =
            |code: &&ministore_scan::Detection| code.symbology == shot.answer().0 && code.text == shot.text;
        if let Some(code) = codes.iter().find(|code| !is_right(code)) {
            tally.wrong += 1;
            println!(
                "seed {seed}: {:?} {} read as {:?} {}, blurred by {blur:.2} modules",
                shot.printed, shot.text, code.symbology, code.text
            );
        } else if codes.is_empty() {
            tally.missed += 1;
            if arguments.verbose {
                println!(
                    "seed {seed}: {:?} {} missed, blurred by {blur:.2} modules",
                    shot.printed, shot.text
                );
            }
        } else {
            tally.right += 1;
        }
    }
    println!("{:>16} {:>7} {:>7} {:>7} {:>7}", "blur in modules", "scenes", "right", "wrong", "missed");
    let mut total = Tally::default();
    for (band, tally) in tallies.iter().enumerate() {
        print_row(&format!("from {:.1}", band as f32 / 5.0), tally);
        total.scenes += tally.scenes;
        total.right += tally.right;
        total.wrong += tally.wrong;
        total.missed += tally.missed;
    }
    print_row("all", &total);
    Ok(())
}

fn print_row(name: &str, tally: &Tally) {
    println!("{name:>16} {:7} {:7} {:7} {:7}", tally.scenes, tally.right, tally.wrong, tally.missed);
}
