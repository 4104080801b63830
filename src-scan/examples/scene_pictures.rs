//! Writes rendered scenes as pictures with their texts, a folder for each kind of code and one without any, for
//! `scan-images` and for other decoders to read.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use ministore_scan::synthetic::{Renderer, Scene};

#[derive(Parser)]
struct Arguments {
    /// Where to; made if it is not there.
    out: PathBuf,
    /// How many.
    #[arg(long, default_value_t = 2000)]
    scenes: usize,
    /// The first scene's seed; the others follow it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    // A scene with two codes has no one text: it is left out.
    let scenes = (arguments.seed..).map(|seed| (seed, Scene::any(seed)));
    let told =
        scenes.filter(|(_, scene)| scene.shots.iter().map(|shot| shot.codes().count()).sum::<usize>() < 2);
    for (seed, scene) in told.take(arguments.scenes) {
        let kind = match scene.shots.first() {
            Some(shot) => format!("{:?}", shot.printed.symbology()).to_lowercase(),
            None => "falsepositives".to_owned(),
        };
        let folder = arguments.out.join(kind);
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let frame = Renderer::new(&scene)?.frame(0);
        let (width, height) = (frame.width() as u32, frame.height() as u32);
        let file = folder.join(format!("{seed:06}.png"));
        image::save_buffer(&file, frame.pixels(), width, height, image::ExtendedColorType::L8)
            .with_context(|| format!("cannot write {}", file.display()))?;
        if let Some(shot) = scene.shots.first() {
            std::fs::write(file.with_extension("txt"), shot.answer().1)?;
        }
    }
    Ok(())
}
