//! A film that the browser's fake camera plays, changed while it plays.
//!
//! Chromium reads its film frame by frame and starts over at its end. The film here is a few frames long; showing
//! something means to write other pixels into the same frames. So a test holds things before the camera and takes them
//! away, as a hand does, without a clock.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};
use ministore_scan::Symbology;
use ministore_scan::synthetic::conditions::Conditions;
use ministore_scan::synthetic::{Renderer, Scene, Shot};
use tempfile::TempDir;

/// How many frames the film has: enough for a hand that is not still.
const FRAMES: usize = 5;
/// Pixels to a module of a small code.
const SMALL: f32 = 1.7;

/// The film.
pub struct Camera {
    path: PathBuf,
    file: Mutex<File>,
    _folder: TempDir,
}

impl Camera {
    /// A camera that looks at bare packaging.
    pub fn new() -> Result<Self> {
        let folder = tempfile::tempdir().context("cannot make a folder for a film")?;
        let path = folder.path().join("camera.y4m");
        let file = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let camera = Self { path, file: Mutex::new(file), _folder: folder };
        camera.clear()?;
        Ok(camera)
    }

    /// The film's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes away what is before the camera.
    pub fn clear(&self) -> Result<()> {
        self.film(&Scene::default())
    }

    /// Puts out the light.
    pub fn darken(&self) -> Result<()> {
        self.film(&Scene {
            conditions: Conditions { contrast: 0.02, ..Conditions::default() },
            ..Scene::default()
        })
    }

    /// Holds a printed code before the camera.
    pub fn show(&self, shot: Shot) -> Result<()> {
        self.hold(shot, Scene::default().module)
    }

    /// Holds codes side by side, in this order from the left, so small that three have room.
    pub fn show_beside(&self, shots: impl DoubleEndedIterator<Item = Shot>) -> Result<()> {
        let beside = |others: Option<Shot>, shot| Some(Shot { beside: others.map(Box::new), ..shot });
        let shots = shots.rev().fold(None, beside).context("nothing to show")?;
        self.hold(shots, SMALL)
    }

    fn hold(&self, mut shot: Shot, module: f32) -> Result<()> {
        let scene = Scene::default();
        shot.seconds = FRAMES as f32 / scene.frames_per_second as f32;
        self.film(&Scene { shots: vec![shot], gap_seconds: 0.0, module, ..scene })
    }

    /// Pulls out the plug: for the installed app, whose film is unplugged by its file's being away.
    pub fn unplug(&self) -> Result<()> {
        std::fs::rename(&self.path, self.path.with_extension("unplugged"))
            .context("cannot move the film away")
    }

    /// Puts the plug in again.
    pub fn plug_in(&self) -> Result<()> {
        std::fs::rename(self.path.with_extension("unplugged"), &self.path)
            .context("cannot move the film back")
    }

    fn film(&self, scene: &Scene) -> Result<()> {
        let (width, height) = (scene.width, scene.height);
        let renderer = Renderer::new(scene)?;
        let mut bytes =
            format!("YUV4MPEG2 W{width} H{height} F{}:1 Ip A1:1 C420jpeg\n", scene.frames_per_second)
                .into_bytes();
        for index in 0..FRAMES {
            bytes.extend_from_slice(b"FRAME\n");
            bytes.extend_from_slice(renderer.frame(index).pixels());
            // Both planes of colour: none.
            bytes.resize(bytes.len() + width * height / 2, 128);
        }
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&bytes)?;
        Ok(())
    }
}

/// An EAN-13 as it comes before a phone: turned, and not quite sharp.
pub fn printed(digits: &str) -> Shot {
    Shot { angle: 14.0, blur: 1.0, ..Shot::new(Symbology::Ean13, digits) }
}
