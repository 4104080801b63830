//! Reads every kind of symbol: clean, and in scenes under any conditions. Counts what was read and names what was
//! misread.

#![expect(clippy::print_stdout, reason = "the table is what the command is for")]

use anyhow::Result;
use clap::Parser;
use ministore_scan::synthetic::symbols::{Printed, Symbol};
use ministore_scan::synthetic::{Renderer, Scene};
use ministore_scan::{Decoder, Detection, Effort, LumaBuf, LumaError, Options, Symbologies, Symbology};
use std::collections::BTreeMap;

#[derive(Parser)]
struct Arguments {
    /// How many scenes.
    #[arg(long, default_value_t = 1000)]
    scenes: u64,
    /// How many clean symbols of each kind.
    #[arg(long, default_value_t = 60)]
    clean: u64,
    /// The first seed; the others follow it.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Look as hard as at a live frame, not as at a single picture.
    #[arg(long)]
    live: bool,
    /// Name the scenes that were not read though they are not hard.
    #[arg(long)]
    verbose: bool,
}

/// How many there were, and how many were read.
#[derive(Default)]
struct Tally {
    clean: (usize, usize),
    fair: (usize, usize),
    hard: (usize, usize),
}

fn count((all, read): &mut (usize, usize), is_read: bool) {
    *all += 1;
    *read += usize::from(is_read);
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let effort = if arguments.live { Effort::Live } else { Effort::Picture };
    let read = |picture: &LumaBuf, symbologies| -> Vec<(Symbology, String)> {
        let mut decoder = Decoder::new(Options { effort, symbologies });
        let codes: Vec<Detection> = decoder.decode(&picture.as_luma(), u64::MAX, &|| 0).codes;
        codes.into_iter().map(|code| (code.symbology, code.text)).collect()
    };
    let everything: Symbologies = Printed::ALL.iter().map(|printed| printed.symbology()).collect();
    let seeds = |count: u64| arguments.seed..arguments.seed + count;
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    let mut misread = 0;
    let mut wrong = |what: &str, seed: u64, code: &(Symbology, String), answers: &[(Symbology, String)]| {
        misread += 1;
        println!("{what} {seed}: {code:?} instead of {answers:?}");
    };

    for printed in Printed::ALL {
        for seed in seeds(arguments.clean) {
            let text = printed.any_text(seed);
            let answers = [printed.answer(&text)];
            let codes = read(&clean(&Symbol::new(printed, &text)?)?, everything);
            codes
                .iter()
                .filter(|code| !answers.contains(code))
                .for_each(|code| wrong("clean", seed, code, &answers));
            let tally = tallies.entry(format!("{printed:?}")).or_default();
            count(&mut tally.clean, codes.contains(&answers[0]));
        }
    }
    for seed in seeds(arguments.scenes) {
        let scene = Scene::any(seed);
        let codes = read(&Renderer::new(&scene)?.frame(0), Symbologies::RETAIL);
        let answers: Vec<_> = scene.shots.iter().flat_map(|shot| shot.answers()).collect();
        codes
            .iter()
            .filter(|code| !answers.contains(code))
            .for_each(|code| wrong("scene", seed, code, &answers));
        for shot in scene.shots.iter().flat_map(|shot| shot.codes()) {
            let is_read = codes.contains(&shot.answer());
            let tally = tallies.entry(format!("{:?}", shot.printed)).or_default();
            count(if scene.is_hard() { &mut tally.hard } else { &mut tally.fair }, is_read);
            if arguments.verbose && !is_read && !scene.is_hard() {
                println!("scene {seed}: {:?} {} missed", shot.printed, shot.text);
            }
        }
    }

    println!("{:>42} {:>9} {:>9} {:>9}", "", "clean", "fair", "hard");
    for (name, tally) in &tallies {
        let share = |(all, read): (usize, usize)| format!("{read}/{all}");
        let (clean, fair, hard) = (share(tally.clean), share(tally.fair), share(tally.hard));
        println!("{name:>42} {clean:>9} {fair:>9} {hard:>9}");
    }
    println!("{misread} misread");
    Ok(())
}

/// A symbol as a perfect printer and camera would show it, three pixels to a module.
fn clean(symbol: &Symbol) -> Result<LumaBuf, LumaError> {
    const MODULE: usize = 3;
    const MARGIN: usize = 36;
    let width = symbol.columns() * MODULE + 2 * MARGIN;
    let height = (symbol.height() * MODULE as f32).ceil() as usize + 2 * MARGIN;
    let place = |pixel: usize| pixel.checked_sub(MARGIN);
    let is_dark = |x: usize, y: usize| {
        place(x)
            .zip(place(y))
            .is_some_and(|(x, y)| symbol.is_dark(x / MODULE, (y as f32 + 0.5) / MODULE as f32))
    };
    let pixels =
        (0..width * height).map(|index| if is_dark(index % width, index / width) { 30 } else { 230 });
    LumaBuf::new(width, height, pixels.collect())
}
