//! Measures live frames in the page's decoder beside the native one, in real Chromium. Run by `cargo xtask bench frames`.
//!
//! Both read the same rendered frames in the same order; the page gives them to its worker as a camera does, as
//! `VideoFrame`s with a luminance plane.

#![allow(clippy::print_stdout, reason = "the table is what this program is for")]

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use ministore_scan::synthetic::{Renderer, Scene};
use ministore_scan::{LumaBuf, Scanner};
use ministore_tests::{Browser, Page, Screen, story};
use serde_json::{Value, json};

const SIZES: [(usize, usize); 2] = [(640, 480), (1280, 720)];
/// Scenes of each kind.
const SCENES: u64 = 30;
/// Times that a frame is shown, one after another.
const IN_A_ROW: usize = 8;
/// Microseconds that a frame may take: none is cut short.
const BUDGET: u64 = 1_000_000;
/// Rounds of which the least time counts.
const ROUNDS: usize = 3;
/// Seconds for which frames are given to the worker as fast as it takes them.
const SUSTAINED: u64 = 8;

/// Starts the worker, and says how frames are shown to it.
const START: &str = r#"
window.worker = new Worker("/scan-worker.js", { type: "module" });
window.kept = [];
window.told = { ready: 0 };
window.idle = () => {};
window.worker.onmessage = ({ data }) => {
  if (data.kind === "ready") window.told.ready += 1;
  if (data.kind === "error") window.told.error = data.message;
  if (data.kind === "idle" || data.kind === "error") window.idle(data);
};
window.show = ({ width, height, planes }, now) => new Promise((resolve) => {
  window.idle = resolve;
  const layout = { format: "I420", codedWidth: width, codedHeight: height, timestamp: now * 1000 };
  const frame = new VideoFrame(planes, layout);
  window.worker.postMessage({ kind: "frame", frame, now }, [frame]);
});
"#;

/// Starts the decoder afresh with so many microseconds for a frame.
const CONFIGURE: &str = r#"
window.told.ready = 0;
window.worker.postMessage({ kind: "configure", settings: { frame_budget: arguments[0] } });
"#;

/// Keeps a frame: its width and height, and its luminance in base 64. The planes of colour are empty.
const KEEP: &str = r#"
const [width, height, text] = arguments;
const planes = new Uint8Array(width * height * 3 / 2).fill(128);
planes.set(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
window.kept.push({ width, height, planes });
"#;

/// Shows each kept frame so often in a row; what each took in microseconds and what it showed comes to lie in
/// `window.measured`.
const MEASURE: &str = r#"
const [inARow] = arguments;
window.measured = null;
(async () => {
  const micros = [], texts = [];
  let now = 0;
  for (const frame of window.kept) {
    for (let turn = 0; turn < inARow; turn += 1) {
      const data = await window.show(frame, now += 33);
      micros.push(data.micros?.total ?? 0);
      texts.push((data.seen ?? []).map((code) => code.text));
    }
  }
  window.measured = { micros, texts };
})();
"#;

/// Shows kept frames in turn for so many milliseconds; how many a second comes to lie in `window.measured`.
const SUSTAIN: &str = r#"
const [millis] = arguments;
window.measured = null;
(async () => {
  const begun = performance.now();
  let frames = 0;
  while (performance.now() - begun < millis) {
    await window.show(window.kept[frames % window.kept.length], begun + frames * 16);
    frames += 1;
  }
  window.measured = frames * 1000 / (performance.now() - begun);
})();
"#;

/// What a decoder made of frames, in their order.
struct Read {
    micros: Vec<u64>,
    texts: Vec<Vec<String>>,
}

impl Read {
    fn mean_ms(&self) -> f64 {
        self.micros.iter().sum::<u64>() as f64 / 1e3 / self.micros.len().max(1) as f64
    }

    fn p95_ms(&self) -> f64 {
        let mut sorted = self.micros.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) * 95 / 100).copied().unwrap_or_default() as f64 / 1e3
    }

    /// Keeps the lesser time of each frame.
    fn least(self, other: Self) -> Self {
        let micros = self.micros.into_iter().zip(other.micros).map(|(a, b)| a.min(b)).collect();
        Self { micros, texts: other.texts }
    }
}

/// A scene of a seed, of a width and height.
type SceneOf = fn(u64, (usize, usize)) -> Scene;

fn main() -> Result<()> {
    let seed = match std::env::args().nth(1) {
        Some(seed) => seed.parse().context("the seed is a number")?,
        None => 1,
    };
    story("frames", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("desk", Browser::new(Screen::DESK)).await?;
        page.open(&hub.url("/")).await?;
        page.sees("@product").await?;
        page.run(START, Vec::new()).await?;
        page.until("the worker is ready", "window.told.ready > 0").await?;
        measure(&page, seed).await
    })
}

async fn measure(page: &Page, seed: u64) -> Result<()> {
    println!("{:44} {:>10} {:>10} {:>10} {:>6}  goal", "in the page", "native", "page", "page p95", "ratio");
    for size in SIZES {
        for (what, scene) in [("no code", Scene::bare as SceneOf), ("one code", Scene::readable)] {
            let frames: Vec<LumaBuf> = (seed..seed + SCENES)
                .map(|seed| Ok(Renderer::new(&scene(seed, size))?.frame(0)))
                .collect::<Result<_>>()?;
            keep(page, &frames).await?;
            let mut native = natively(&frames);
            let mut web = in_page(page).await?;
            for _ in 1..ROUNDS {
                native = native.least(natively(&frames));
                web = web.least(in_page(page).await?);
            }
            let differing = native.texts.iter().zip(&web.texts).filter(|(a, b)| a != b).count();
            ensure!(differing == 0, "{differing} of {} frames are read differently", native.texts.len());
            println!(
                "{:44} {:7.2} ms {:7.2} ms {:7.2} ms {:6.2}  ratio ≤ 2",
                format!("{}×{}, {what}", size.0, size.1),
                native.mean_ms(),
                web.mean_ms(),
                web.p95_ms(),
                web.mean_ms() / native.mean_ms(),
            );
        }
    }
    for (what, scene, goal) in
        [("no code", Scene::bare as SceneOf, "≥ 60"), ("one code", Scene::readable, "≥ 60")]
    {
        let frames: Vec<LumaBuf> = (seed..seed + SCENES)
            .map(|seed| Ok(Renderer::new(&scene(seed, SIZES[1]))?.frame(0)))
            .collect::<Result<_>>()?;
        keep(page, &frames).await?;
        page.run(SUSTAIN, vec![json!(SUSTAINED * 1000)]).await?;
        let rate = measured(page).await?.as_f64().context("the page counts its frames")?;
        let (width, height) = SIZES[1];
        let what = format!("frames a second over {SUSTAINED} s, {width}×{height}, {what}");
        println!("{what:66} {rate:10.0} {:6}  {goal}", "");
    }
    Ok(())
}

fn natively(frames: &[LumaBuf]) -> Read {
    let mut scanner = Scanner::default();
    let mut read = Read { micros: Vec::new(), texts: Vec::new() };
    let mut now = 0.0;
    for frame in frames {
        for _ in 0..IN_A_ROW {
            now += 33.0;
            let begun = Instant::now();
            let scan = scanner.push(&frame.as_luma(), now, BUDGET, &|| begun.elapsed().as_micros() as u64);
            read.micros.push(scan.micros.total);
            read.texts.push(scan.codes.into_iter().map(|code| code.text).collect());
        }
    }
    read
}

/// Gives frames to the page.
async fn keep(page: &Page, frames: &[LumaBuf]) -> Result<()> {
    page.run("window.kept = [];", Vec::new()).await?;
    for frame in frames {
        let text = base64::engine::general_purpose::STANDARD.encode(frame.pixels());
        page.run(KEEP, vec![json!(frame.width()), json!(frame.height()), json!(text)]).await?;
    }
    Ok(())
}

async fn in_page(page: &Page) -> Result<Read> {
    page.run(CONFIGURE, vec![json!(BUDGET)]).await?;
    page.until("the worker is set", "window.told.ready > 0").await?;
    page.run(MEASURE, vec![json!(IN_A_ROW)]).await?;
    let told = measured(page).await?;
    Ok(Read {
        micros: serde_json::from_value(told["micros"].clone()).context("the page tells its times")?,
        texts: serde_json::from_value(told["texts"].clone()).context("the page tells what it read")?,
    })
}

async fn measured(page: &Page) -> Result<Value> {
    page.until("the frames are read", "window.measured !== null").await?;
    let told = page.run("return [window.measured, window.told.error ?? null]", Vec::new()).await?;
    ensure!(told[1].is_null(), "the worker has failed: {}", told[1]);
    Ok(told[0].clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_time_of_each_frame_counts() {
        let read = |micros: &[u64]| Read { micros: micros.to_vec(), texts: Vec::new() };
        let least = read(&[1000, 5000, 2000]).least(read(&[3000, 4000, 2000]));
        assert_eq!(least.micros, [1000, 4000, 2000]);
        assert!((least.mean_ms() - 7.0 / 3.0).abs() < 1e-9);
        assert_eq!(least.p95_ms(), 2.0);
        assert_eq!(read(&[]).mean_ms(), 0.0);
    }
}
