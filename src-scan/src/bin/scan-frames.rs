//! Measures live frames: what one costs with and without a code, and what a moving camera's hour brings.
//!
//! Frames are rendered from a seed, and cut from the photographs of folders that are given, which must show no code.
//! A frame's time is the least of several rounds, so that what else runs on the machine counts little; the hour is
//! judged by what is known of each of its frames and not timed at all.

#![expect(clippy::print_stdout, reason = "the table is what the command is for")]

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use ministore_scan::source::folder;
use ministore_scan::synthetic::handheld::{Handheld, View};
use ministore_scan::synthetic::{Renderer, Scene};
use ministore_scan::{
    Decoder, Effort, Event, LumaBuf, Options, Scanner, SessionOptions, Symbologies, Symbology,
};

#[derive(Parser)]
struct Arguments {
    /// Folders of photographs without any code, as frames beside the rendered ones.
    folders: Vec<PathBuf>,
    /// What scenes and the camera's way are drawn from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Scenes of each kind whose frames are timed.
    #[arg(long, default_value_t = 120)]
    scenes: u64,
    /// Rounds of which the least time counts.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Frames of the moving camera, 15 a second.
    #[arg(long, default_value_t = 54_000)]
    live_frames: usize,
    /// Threads for the moving camera; as many as the machine has if left out.
    #[arg(long)]
    threads: Option<usize>,
    /// Leave the times out.
    #[arg(long)]
    no_times: bool,
    /// Leave the moving camera out.
    #[arg(long)]
    no_live: bool,
    /// Name each code that was missed, and each event that was wrong or came twice.
    #[arg(long)]
    faults: bool,
}

const SIZES: [(usize, usize); 2] = [(640, 480), (1280, 720)];
/// Frames of a scene, one after another: a live decoder takes turns.
const IN_A_ROW: usize = 8;
/// Microseconds that a frame may take: none is cut short.
const BUDGET: u64 = 1_000_000;
const LIVE_RATE: f64 = 15.0;
/// Frames that must show a code readably before it counts as shown.
const FEWEST_READABLE: usize = 5;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    println!("{:58} {:>9} {:>9}  goal", "", "mean", "p95");
    if !arguments.no_times {
        times(&arguments)?;
    }
    if !arguments.no_live {
        live(&arguments)?;
    }
    Ok(())
}

fn times(arguments: &Arguments) -> Result<()> {
    let bars = Symbologies::RETAIL
        .without(Symbology::QrCode)
        .without(Symbology::DataMatrix)
        .without(Symbology::Gs1DataMatrix);
    let goals = [("p95 ≤ 1", "p95 ≤ 3"), ("p95 ≤ 2", "p95 ≤ 6")];
    for (size, (goal_of_bars, goal_of_all)) in SIZES.into_iter().zip(goals) {
        let name = format!("{}×{}", size.0, size.1);
        let seeds = arguments.seed..arguments.seed + arguments.scenes;
        let bare = rendered(seeds.clone().map(|seed| Scene::bare(seed, size)))?;
        let photographs = photographs(&arguments.folders, size)?;
        for (what, frames) in [("no code", bare), ("photographs without a code", photographs)] {
            if frames.is_empty() {
                continue;
            }
            let rounds = rounds(arguments.rounds, &frames, bars);
            row(&format!("{name}, {what}, bar codes"), &rounds.each(), goal_of_bars);
            let rounds = self::rounds(arguments.rounds, &frames, Symbologies::RETAIL);
            row(&format!("{name}, {what}, all, each frame"), &rounds.each(), "");
            row(&format!("{name}, {what}, all, over {IN_A_ROW} frames"), &rounds.amortised(), goal_of_all);
            if rounds.found > 0 {
                println!("    {} codes were read where none is", rounds.found);
            }
        }
        let scenes: Vec<Scene> = seeds.map(|seed| Scene::readable(seed, size)).collect();
        let (squares, barred): (Vec<Scene>, Vec<Scene>) =
            scenes.iter().cloned().partition(|scene| scene.shots.iter().any(|shot| shot.printed.is_matrix()));
        for (what, scenes, goal) in
            [("a bar code", barred, ""), ("a square code", squares, ""), ("any code", scenes, "mean ≤ 2")]
        {
            let frames = rendered(scenes.iter().cloned())?;
            let rounds = rounds(arguments.rounds, &frames, Symbologies::RETAIL);
            row(&format!("{name}, {what}, each frame"), &rounds.each(), goal);
            println!(
                "    {} of {} found in the first frame, {} in {IN_A_ROW}",
                found(&scenes, &rounds.first),
                scenes.len(),
                found(&scenes, &rounds.any)
            );
            if arguments.faults {
                for (scene, read) in scenes.iter().zip(&rounds.any) {
                    if let Some(shot) = scene.shots.first().filter(|shot| !read.contains(&shot.answer())) {
                        let surface = scene.conditions.surface;
                        println!(
                            "    missed seed {}: {:?} on {surface:?}, read {read:?}",
                            scene.seed, shot.printed
                        );
                    }
                }
            }
        }
    }
    Ok(())
}

fn rendered(scenes: impl Iterator<Item = Scene>) -> Result<Vec<LumaBuf>> {
    scenes.map(|scene| Ok(Renderer::new(&scene)?.frame(0))).collect()
}

/// The photographs of folders, each scaled to fill a frame and cut to it about its middle.
fn photographs(folders: &[PathBuf], (width, height): (usize, usize)) -> Result<Vec<LumaBuf>> {
    let mut frames = Vec::new();
    for folder in folders {
        for path in folder::pictures(folder)? {
            frames.push(fitted(&path, width, height)?);
        }
    }
    Ok(frames)
}

fn fitted(path: &Path, width: usize, height: usize) -> Result<LumaBuf> {
    let picture = image::open(path).with_context(|| format!("cannot read {}", path.display()))?.into_luma8();
    let picture = image::DynamicImage::from(picture);
    let filled = picture
        .resize_to_fill(width as u32, height as u32, image::imageops::FilterType::Triangle)
        .into_luma8();
    Ok(LumaBuf::new(width, height, filled.into_raw())?)
}

/// Frames of several scenes, each read [`IN_A_ROW`] times by a live decoder of its own.
struct Rounds {
    /// Milliseconds of every frame: scene by scene, then frame by frame.
    millis: Vec<[f64; IN_A_ROW]>,
    /// Codes found in all of a round.
    found: usize,
    /// What each scene's first frame showed, and what any of its frames did.
    first: Vec<Vec<(Symbology, String)>>,
    any: Vec<Vec<(Symbology, String)>>,
}

impl Rounds {
    fn each(&self) -> Vec<f64> {
        self.millis.iter().flatten().copied().collect()
    }

    /// The mean of each scene's frames.
    fn amortised(&self) -> Vec<f64> {
        self.millis.iter().map(|frames| frames.iter().sum::<f64>() / IN_A_ROW as f64).collect()
    }
}

fn rounds(count: usize, frames: &[LumaBuf], symbologies: Symbologies) -> Rounds {
    let mut rounds = Rounds {
        millis: vec![[f64::MAX; IN_A_ROW]; frames.len()],
        found: 0,
        first: vec![Vec::new(); frames.len()],
        any: vec![Vec::new(); frames.len()],
    };
    for round in 0..count.max(1) {
        let options = Options { symbologies, effort: Effort::Live };
        let mut decoders: Vec<Decoder> = frames.iter().map(|_| Decoder::new(options)).collect();
        for turn in 0..IN_A_ROW {
            // Scene after scene: as from a camera, a frame has left the processor's cache before the next like it.
            for (scene, frame) in frames.iter().enumerate() {
                let began = Instant::now();
                let clock = || began.elapsed().as_micros() as u64;
                let outcome = decoders[scene].decode(&frame.as_luma(), BUDGET, &clock);
                let millis = began.elapsed().as_secs_f64() * 1e3;
                let least = &mut rounds.millis[scene][turn];
                *least = least.min(millis);
                if round == 0 {
                    let codes = outcome.codes.into_iter().map(|code| (code.symbology, code.text));
                    rounds.found += codes.len();
                    rounds.any[scene].extend(codes);
                    if turn == 0 {
                        rounds.first[scene] = rounds.any[scene].clone();
                    }
                }
            }
        }
    }
    rounds
}

/// Scenes whose code is among what was read of them.
fn found(scenes: &[Scene], read: &[Vec<(Symbology, String)>]) -> usize {
    let is_found = |(scene, read): &(&Scene, &Vec<(Symbology, String)>)| {
        scene.shots.iter().all(|shot| read.contains(&shot.answer()))
    };
    scenes.iter().zip(read).filter(is_found).count()
}

fn row(what: &str, millis: &[f64], goal: &str) {
    let mean = millis.iter().sum::<f64>() / millis.len().max(1) as f64;
    println!("{what:58} {mean:6.2} ms {:6.2} ms  {goal}", percentile(millis, 95));
}

/// The value within which so many of a hundred are; 0 for none.
fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len().saturating_sub(1) * percent / 100).copied().unwrap_or_default()
}

/// What the moving camera brought.
#[derive(Debug, Default, Clone, PartialEq)]
struct Tally {
    frames: usize,
    /// Codes that were shown readably.
    shown: usize,
    missed: usize,
    /// Codes read that were shown, but hardly readably.
    besides: usize,
    wrong: usize,
    twice: usize,
    /// Of each code that was shown and read, the frames from the first readable one to the event, both counted; 0 for
    /// an event before.
    waits: Vec<f64>,
    faults: Vec<String>,
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.frames += other.frames;
        self.shown += other.shown;
        self.missed += other.missed;
        self.besides += other.besides;
        self.wrong += other.wrong;
        self.twice += other.twice;
        self.waits.extend(other.waits);
        self.faults.extend(other.faults);
    }
}

/// Judges events by what is known of the frames.
struct Judge {
    codes: Vec<((Symbology, String), Option<String>)>,
    visits: Vec<Visit>,
    /// Frames for which a code may be out of view and still be the same item.
    patience: usize,
    tally: Tally,
}

/// A code in view, from its coming to its leaving.
#[derive(Debug, Clone, Copy, Default)]
struct Visit {
    last_in_view: Option<usize>,
    readable: usize,
    first_readable: Option<usize>,
    event: Option<usize>,
}

impl Judge {
    fn new(codes: Vec<((Symbology, String), Option<String>)>, patience: usize) -> Self {
        let visits = vec![Visit::default(); codes.len()];
        Self { codes, visits, patience, tally: Tally::default() }
    }

    fn take(&mut self, frame: usize, in_view: &[bool], readable: &[bool], events: &[Event]) {
        self.tally.frames += 1;
        for code in 0..self.codes.len() {
            let last = self.visits[code].last_in_view;
            if last.is_some_and(|last| frame - last > self.patience) {
                self.close(code);
            }
            let visit = &mut self.visits[code];
            if in_view[code] {
                visit.last_in_view = Some(frame);
            }
            if readable[code] {
                visit.readable += 1;
                visit.first_readable.get_or_insert(frame);
            }
        }
        for event in events {
            let is_it = |((symbology, text), addon): &((Symbology, String), Option<String>)| {
                (event.symbology, &event.text) == (*symbology, text)
                    && (event.addon.is_none() || event.addon == *addon)
            };
            let known = self.codes.iter().position(is_it);
            match known.map(|code| &mut self.visits[code]) {
                Some(visit) if visit.last_in_view.is_some() => {
                    if visit.event.is_some() {
                        self.tally.twice += 1;
                        self.tally
                            .faults
                            .push(format!("frame {frame}: twice {:?} {}", event.symbology, event.text));
                    }
                    visit.event.get_or_insert(frame);
                }
                _ => {
                    self.tally.wrong += 1;
                    self.tally.faults.push(format!(
                        "frame {frame}: wrong {:?} {} of {:?}",
                        event.symbology, event.text, self.codes
                    ));
                }
            }
        }
    }

    /// Ends a visit and counts it.
    fn close(&mut self, code: usize) {
        let visit = std::mem::take(&mut self.visits[code]);
        if visit.readable < FEWEST_READABLE {
            self.tally.besides += usize::from(visit.event.is_some());
            return;
        }
        self.tally.shown += 1;
        match (visit.first_readable, visit.event) {
            (Some(readable), Some(event)) => {
                self.tally.waits.push((event + 1).saturating_sub(readable) as f64)
            }
            _ => {
                self.tally.missed += 1;
                self.tally.faults.push(format!(
                    "missed {:?}, {} readable frames from {:?}",
                    self.codes[code], visit.readable, visit.first_readable
                ));
            }
        }
    }

    fn finish(mut self) -> Tally {
        (0..self.codes.len()).for_each(|code| self.close(code));
        self.tally
    }
}

/// One stretch of the camera's way, with a scanner of its own. No time passes for the decoder, so that the same seed
/// gives the same on any machine.
fn stretch(seed: u64) -> Result<Tally> {
    let stretch = Handheld::new(seed, LIVE_RATE as f32)?;
    let session = SessionOptions::default();
    let patience = (session.left_after / 1000.0 * LIVE_RATE) as usize;
    let mut scanner = Scanner::new(Symbologies::RETAIL, session);
    let mut judge = Judge::new(stretch.codes(), patience);
    for index in 0..stretch.frames() {
        let View { picture, in_view, readable } = stretch.view(index);
        let now = index as f64 * 1000.0 / LIVE_RATE;
        let scan = scanner.push(&picture.as_luma(), now, BUDGET, &|| 0);
        judge.take(index, &in_view, &readable, &scan.events);
    }
    let mut tally = judge.finish();
    tally.faults.iter_mut().for_each(|fault| *fault = format!("seed {seed}, {fault}"));
    Ok(tally)
}

fn live(arguments: &Arguments) -> Result<()> {
    let threads = arguments
        .threads
        .or_else(|| std::thread::available_parallelism().ok().map(Into::into))
        .unwrap_or(1)
        .max(1);
    // How many stretches make so many frames is known before any of them is drawn only roughly: their tallies are put
    // together in their order, whichever thread has them, until there are enough frames.
    let next = AtomicUsize::new(0);
    let done: Mutex<(usize, Vec<(usize, Tally)>)> = Mutex::default();
    let wanted = arguments.live_frames;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while done.lock().unwrap_or_else(PoisonError::into_inner).0 < wanted {
                        let index = next.fetch_add(1, Ordering::Relaxed);
                        let tally = stretch(arguments.seed.wrapping_add(index as u64))?;
                        let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                        done.0 += tally.frames;
                        done.1.push((index, tally));
                        progress(done.0, wanted);
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().map_err(|_| anyhow::anyhow!("a thread has panicked"))?)
    })?;
    let mut tallies = done.into_inner().unwrap_or_else(PoisonError::into_inner).1;
    tallies.sort_by_key(|(index, _)| *index);
    let mut tally = Tally::default();
    for (_, stretch) in tallies {
        if tally.frames < wanted {
            tally.add(stretch);
        }
    }
    eprintln!();
    let minutes = tally.frames as f64 / LIVE_RATE / 60.0;
    println!("a moving camera, {} frames ({minutes:.1} minutes at {LIVE_RATE} a second)", tally.frames);
    let count = |what: &str, count: usize, goal: &str| println!("    {what:54} {count:9} {:9}  {goal}", "");
    count("wrong events", tally.wrong, "0");
    count("codes shown readably", tally.shown, "");
    count("of them missed", tally.missed, "");
    count("events that came twice", tally.twice, "");
    count("codes read that were hardly readable", tally.besides, "");
    println!(
        "    {:54} {:9.0} {:9.0}  median ≤ 3",
        "frames until the event (median, p95)",
        percentile(&tally.waits, 50),
        percentile(&tally.waits, 95)
    );
    if arguments.faults {
        tally.faults.iter().for_each(|fault| println!("{fault}"));
    }
    Ok(())
}

fn progress(frames: usize, wanted: usize) {
    let mut out = std::io::stderr();
    if out.is_terminal() {
        let _ = write!(out, "\r   {frames} of {wanted} frames");
    } else if frames * 10 / wanted.max(1) != frames.saturating_sub(120) * 10 / wanted.max(1) {
        let _ = writeln!(out, "   {frames} of {wanted} frames");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ministore_scan::Point;

    fn event(text: &str) -> Event {
        let points = [Point::default(); 4];
        Event {
            item: 1,
            symbology: Symbology::Ean13,
            text: text.into(),
            addon: None,
            points,
            confidence: 0.9,
        }
    }

    fn judge() -> Judge {
        Judge::new(vec![((Symbology::Ean13, "4006381333931".into()), None)], 3)
    }

    #[test]
    fn frames_are_counted_from_the_first_that_can_be_read() {
        let mut judge = judge();
        for frame in 0..20 {
            let events = if frame == 6 { vec![event("4006381333931")] } else { Vec::new() };
            judge.take(frame, &[frame > 1], &[frame > 3], &events);
        }
        let tally = judge.finish();
        assert_eq!((tally.shown, tally.missed, tally.wrong, tally.twice), (1, 0, 0, 0));
        assert_eq!(tally.waits, [3.0]);
    }

    #[test]
    fn a_code_that_comes_again_is_due_again() {
        let mut judge = judge();
        for frame in 0..40 {
            let is_in_view = (0..10).contains(&frame) || (20..30).contains(&frame);
            let events = if frame == 1 { vec![event("4006381333931")] } else { Vec::new() };
            judge.take(frame, &[is_in_view], &[is_in_view], &events);
        }
        let tally = judge.finish();
        assert_eq!((tally.shown, tally.missed, tally.twice), (2, 1, 0));
    }

    #[test]
    fn what_was_not_shown_is_wrong_and_what_was_told_before_is_told_twice() {
        let mut judge = judge();
        judge.take(0, &[false], &[false], &[event("4006381333931")]);
        for frame in 1..10 {
            judge.take(frame, &[true], &[true], &[event("4006381333931")]);
        }
        judge.take(10, &[true], &[true], &[event("9521234567899")]);
        let tally = judge.finish();
        assert_eq!((tally.wrong, tally.twice, tally.waits.len()), (2, 8, 1));
    }

    #[test]
    fn a_percentile_is_a_value_that_was_seen() {
        assert_eq!(percentile(&[], 95), 0.0);
        assert_eq!(percentile(&[3.0, 1.0, 2.0], 50), 2.0);
        assert_eq!(percentile(&(0..100).map(f64::from).collect::<Vec<_>>(), 95), 94.0);
    }
}
