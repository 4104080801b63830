//! The machine's own cameras: one at a time, on threads of their own, seen by whoever started it until it is stopped.
//!
//! One thread takes the frames and hands on small pictures of them; another reads codes out of the newest frame, so
//! that a hard one never holds up the picture.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ministore_core::code::Symbology;
use ministore_scan::Scanner;
use ministore_scan::scanner::FRAME_BUDGET;
use ministore_scan::source::y4m::{Playback, Reader};
use ministore_scan::source::{Frame, FrameSource, SourceError};
use serde::Serialize;

/// How far apart previews are, at least: 15 in a second.
const PREVIEW_EVERY: Duration = Duration::from_millis(66);
/// The id of the film that plays as a camera.
const FILM: &str = "film";

/// A camera that can be started.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Camera {
    /// What [`Cameras::start`] knows it by.
    pub id: String,
    /// What people know it by.
    pub name: String,
}

/// What is seen through a camera.
#[derive(Clone, PartialEq, Debug)]
pub enum Sight {
    /// Items that have come into view.
    Codes(Vec<Seen>),
    /// A picture to show, as a JPEG file.
    Preview(Vec<u8>),
    /// Nothing more.
    Failed(Reason),
}

/// The code of an item that has come into view.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Seen {
    /// Its kind.
    pub symbology: Symbology,
    /// What it says.
    pub text: String,
}

/// Why nothing is seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// There is no camera, or not the one that was asked for.
    None,
    /// The system does not let this app use it.
    Refused,
    /// Another program uses it.
    Busy,
    /// It was disconnected.
    Unplugged,
    /// Anything else; the log has it.
    Other,
}

impl Reason {
    fn of(error: &SourceError) -> Self {
        match error {
            SourceError::NoCamera | SourceError::UnknownCamera { .. } => Self::None,
            SourceError::Refused { .. } => Self::Refused,
            SourceError::Busy { .. } => Self::Busy,
            SourceError::Unplugged { .. } => Self::Unplugged,
            _ => Self::Other,
        }
    }
}

/// The cameras of this machine.
#[derive(Debug, Default)]
pub struct Cameras {
    film: Option<PathBuf>,
    running: Mutex<Option<Arc<AtomicBool>>>,
}

impl Cameras {
    /// The machine's own, and where `film` names a Y4M file, that as one more.
    pub fn new(film: Option<PathBuf>) -> Self {
        Self { film, running: Mutex::default() }
    }

    /// Those that can be started, the film first. Asks the system, so not for a thread that others wait for.
    pub fn list(&self) -> Vec<Camera> {
        let film = self.film.as_ref().map(|film| Camera { id: FILM.to_owned(), name: name_of(film) });
        film.into_iter().chain(system::list()).collect()
    }

    /// Starts a camera, the first where `id` is None, in place of the one that runs. `see` is told what is seen, from
    /// other threads, until it says no, the camera fails or is stopped.
    pub fn start(&self, id: Option<String>, see: impl Fn(Sight) -> bool + Send + Sync + 'static) {
        let seen = Arc::new(AtomicBool::new(true));
        if let Some(before) = lock(&self.running).replace(seen.clone()) {
            before.store(false, Ordering::Relaxed);
        }
        let film = self.film.clone().filter(|_| id.as_deref().is_none_or(|id| id == FILM));
        thread::spawn(move || {
            let source = match film {
                Some(film) => open_film(&film),
                None => system::open(id.as_deref()),
            };
            let failed = |error: SourceError| {
                tracing::warn!(%error, "the camera has stopped");
                see(Sight::Failed(Reason::of(&error)));
            };
            match source {
                // The page is told before the camera is let go of: a driver may fail at that too.
                Ok(mut source) => look(&mut *source, &seen, &see).unwrap_or_else(failed),
                Err(error) => failed(error),
            }
        });
    }

    /// Stops the camera that runs.
    pub fn stop(&self) {
        if let Some(running) = lock(&self.running).take() {
            running.store(false, Ordering::Relaxed);
        }
    }
}

impl Drop for Cameras {
    fn drop(&mut self) {
        self.stop();
    }
}

fn name_of(film: &Path) -> String {
    film.file_name().map_or_else(|| FILM.to_owned(), |name| name.to_string_lossy().into_owned())
}

fn open_film(film: &Path) -> Result<Box<dyn FrameSource>, SourceError> {
    Ok(Box::new(Reader::open(film, Playback { looping: true, real_time: true })?))
}

/// Takes frames until nobody wants them any more.
fn look(
    source: &mut dyn FrameSource,
    wanted: &AtomicBool,
    see: &(impl Fn(Sight) -> bool + Sync),
) -> Result<(), SourceError> {
    let newest = Slot::default();
    thread::scope(|threads| {
        let reader = threads.spawn(|| read_codes(&newest, see));
        let taken = take_frames(source, &newest, wanted, see);
        newest.close();
        let read = reader.join().unwrap_or_else(|_| {
            Err(SourceError::Decode { message: "the reader of codes ended early".to_owned() })
        });
        taken.and(read)
    })
}

fn take_frames(
    source: &mut dyn FrameSource,
    newest: &Slot,
    wanted: &AtomicBool,
    see: &impl Fn(Sight) -> bool,
) -> Result<(), SourceError> {
    let mut shown: Option<Instant> = None;
    while wanted.load(Ordering::Relaxed) && !newest.is_closed() {
        let Some(frame) = source.next_frame()? else {
            return Ok(());
        };
        if shown.is_none_or(|shown| shown.elapsed() >= PREVIEW_EVERY) {
            shown = Some(Instant::now());
            let preview = system::preview(&frame)?;
            // Asked again: whoever stopped the camera meanwhile must see nothing more.
            if !wanted.load(Ordering::Relaxed) || !see(Sight::Preview(preview)) {
                return Ok(());
            }
        }
        newest.put(frame);
    }
    Ok(())
}

/// Reads codes out of the newest frame until there are no more.
fn read_codes(newest: &Slot, see: &impl Fn(Sight) -> bool) -> Result<(), SourceError> {
    let mut scanner = Scanner::default();
    let begun = Instant::now();
    let clock = || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    while let Some(frame) = newest.take() {
        let luma = frame.luma()?;
        let scan = scanner.push(&luma.as_luma(), frame.at(), FRAME_BUDGET, &clock);
        let codes: Vec<Seen> = scan
            .events
            .into_iter()
            .map(|event| Seen { symbology: event.symbology, text: event.said() })
            .collect();
        if !codes.is_empty() && !see(Sight::Codes(codes)) {
            newest.close();
        }
    }
    Ok(())
}

/// Room for the newest frame: what is put in takes the place of what nobody took.
#[derive(Default)]
struct Slot {
    state: Mutex<SlotState>,
    changed: Condvar,
}

#[derive(Default)]
struct SlotState {
    frame: Option<Frame>,
    closed: bool,
}

impl Slot {
    fn put(&self, frame: Frame) {
        lock(&self.state).frame = Some(frame);
        self.changed.notify_one();
    }

    /// Waits for a frame; None once the slot is closed.
    fn take(&self) -> Option<Frame> {
        let state = lock(&self.state);
        let waited = self.changed.wait_while(state, |state| state.frame.is_none() && !state.closed);
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if state.closed { None } else { state.frame.take() }
    }

    fn close(&self) {
        lock(&self.state).closed = true;
        self.changed.notify_one();
    }

    fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }
}

/// What is behind these locks is replaced in one step, so it is whole also where a holder panicked.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a desktop offers.
#[cfg(desktop)]
mod system {
    use ministore_scan::source::camera::{self, CameraChoice, CameraSource};
    use ministore_scan::source::{Frame, FrameSource, Pixels, SourceError};

    use super::Camera;

    /// The longer side of a preview, in pixels, where the camera does not compress its frames itself.
    const PREVIEW_SIDE: usize = 640;
    /// Enough to aim by (1 to 100).
    const PREVIEW_QUALITY: u8 = 70;

    pub(super) fn list() -> Vec<Camera> {
        let found = camera::list().unwrap_or_else(|error| {
            tracing::warn!(%error, "the system does not name its cameras");
            Vec::new()
        });
        found.into_iter().map(|found| Camera { id: found.id, name: found.name }).collect()
    }

    pub(super) fn open(id: Option<&str>) -> Result<Box<dyn FrameSource>, SourceError> {
        let choice = CameraChoice { id: id.map(str::to_owned), ..CameraChoice::default() };
        Ok(Box::new(CameraSource::open(&choice)?))
    }

    pub(super) fn preview(frame: &Frame) -> Result<Vec<u8>, SourceError> {
        let longer = match frame.pixels() {
            Pixels::Grey(luma) => luma.width().max(luma.height()),
            Pixels::Raw { width, height, .. } => *width.max(height),
            Pixels::Jpeg(_) => 0,
        };
        frame.jpeg(PREVIEW_QUALITY, longer.div_ceil(PREVIEW_SIDE))
    }
}

/// On a phone the page looks through its web view's own camera; here there is none.
#[cfg(mobile)]
mod system {
    use ministore_scan::source::{Frame, FrameSource, SourceError};

    use super::Camera;

    pub(super) fn list() -> Vec<Camera> {
        Vec::new()
    }

    pub(super) fn open(_: Option<&str>) -> Result<Box<dyn FrameSource>, SourceError> {
        Err(SourceError::NoCamera)
    }

    pub(super) fn preview(_: &Frame) -> Result<Vec<u8>, SourceError> {
        Err(SourceError::NoFormat)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use ministore_scan::synthetic::{Scene, Shot, write_y4m};

    use super::*;

    /// Long enough for the slowest machine.
    const PATIENCE: Duration = Duration::from_secs(30);

    const DIGITS: &str = "9520000000011";

    /// A film in which one product is held up.
    fn film(dir: &Path) -> PathBuf {
        let path = dir.join("film.y4m");
        let scene = Scene { shots: vec![Shot::new(Symbology::Ean13, DIGITS)], ..Scene::default() };
        write_y4m(&path, &scene).unwrap();
        path
    }

    fn sights(cameras: &Cameras, id: Option<&str>) -> mpsc::Receiver<Sight> {
        let (sender, receiver) = mpsc::channel();
        cameras.start(id.map(str::to_owned), move |sight| sender.send(sight).is_ok());
        receiver
    }

    #[test]
    fn a_film_is_a_camera_with_pictures_and_codes_until_it_is_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let cameras = Cameras::new(Some(film(dir.path())));
        assert_eq!(cameras.list()[0], Camera { id: "film".into(), name: "film.y4m".into() });
        let seen = sights(&cameras, None);
        let (mut codes, mut previews) = (Vec::new(), 0);
        while codes.is_empty() || previews < 3 {
            match seen.recv_timeout(PATIENCE).unwrap() {
                Sight::Codes(more) => codes.extend(more),
                Sight::Preview(picture) => {
                    let picture = image::load_from_memory(&picture).unwrap();
                    assert_eq!((picture.width(), picture.height()), (640, 480));
                    previews += 1;
                }
                Sight::Failed(reason) => panic!("{reason:?}"),
            }
        }
        assert_eq!(codes, [Seen { symbology: Symbology::Ean13, text: DIGITS.into() }]);
        cameras.stop();
        // The last ones that were on their way, then the line ends.
        while seen.recv_timeout(PATIENCE).is_ok() {}
        assert_eq!(seen.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn what_cannot_be_seen_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let broken = dir.path().join("film.y4m");
        std::fs::write(&broken, b"no film").unwrap();
        let seen = sights(&Cameras::new(Some(broken)), Some("film"));
        assert_eq!(seen.recv_timeout(PATIENCE), Ok(Sight::Failed(Reason::Other)));
        let seen = sights(&Cameras::new(None), Some("no such camera"));
        assert_eq!(seen.recv_timeout(PATIENCE), Ok(Sight::Failed(Reason::None)));
    }
}
