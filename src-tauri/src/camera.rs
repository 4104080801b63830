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
use ministore_scan::scanner::{FRAME_BUDGET, Scan};
use ministore_scan::source::y4m::{Playback, Reader};
use ministore_scan::source::{Frame, FrameSource, SourceError};
use ministore_scan::{Detection, Hint, Scanner, SessionOptions, Symbologies};
use serde::Serialize;

/// How far apart previews are, at least: 15 in a second.
const PREVIEW_EVERY: Duration = Duration::from_millis(66);
/// How often it is asked whether an unplugged camera is back.
const ASK_EVERY: Duration = Duration::from_millis(300);
/// How often a camera that is back may refuse to open, before that is told: the system may need a moment to give it free.
const REFUSALS: u32 = 10;
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
    /// A frame was looked at.
    Frame(Looked),
    /// Nothing, until the camera is plugged in again.
    Unplugged,
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

/// What a frame showed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Looked {
    /// Every code in it that counts, new or not.
    pub seen: Vec<Detection>,
    /// Pixels in a row of the frame.
    pub width: usize,
    /// Rows of the frame.
    pub height: usize,
    /// What would help, where nothing was read.
    pub hint: Option<Hint>,
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
    /// other threads, until it says no, the camera fails or is stopped. `session` decides which codes count.
    pub fn start(
        &self,
        id: Option<String>,
        session: SessionOptions,
        see: impl Fn(Sight) -> bool + Send + Sync + 'static,
    ) {
        let seen = Arc::new(AtomicBool::new(true));
        if let Some(before) = lock(&self.running).replace(seen.clone()) {
            before.store(false, Ordering::Relaxed);
        }
        let film = self.film.clone().filter(|_| id.as_deref().is_none_or(|id| id == FILM));
        thread::spawn(move || {
            let source = match film {
                Some(film) => Film::open(&film).map(|film| Box::new(film) as Box<dyn Source>),
                None => system::open(id.as_deref()),
            };
            let failed = |error: SourceError| {
                tracing::warn!(%error, "the camera has stopped");
                see(Sight::Failed(Reason::of(&error)));
            };
            match source {
                // The page is told before the camera is let go of: a driver may fail at that too.
                Ok(mut source) => look_on(&mut *source, session, &seen, &see).unwrap_or_else(failed),
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

/// What frames come from, and come from again after it was unplugged.
trait Source: FrameSource {
    /// Opens it again; [`SourceError::Unplugged`] as long as it is not back.
    fn reopen(&mut self) -> Result<(), SourceError>;
}

/// A film that plays as a camera. It is unplugged by moving its file away, and plugged in by moving it back.
struct Film {
    path: PathBuf,
    reader: Reader,
}

impl Film {
    fn open(path: &Path) -> Result<Self, SourceError> {
        Ok(Self { path: path.into(), reader: Self::reader(path)? })
    }

    fn reader(path: &Path) -> Result<Reader, SourceError> {
        Reader::open(path, Playback { looping: true, real_time: true })
    }

    fn check(&self) -> Result<(), SourceError> {
        if self.path.exists() {
            return Ok(());
        }
        Err(SourceError::Unplugged { message: format!("{} is not there", self.path.display()) })
    }
}

impl FrameSource for Film {
    fn next_frame(&mut self) -> Result<Option<Frame>, SourceError> {
        self.check()?;
        self.reader.next_frame()
    }
}

impl Source for Film {
    fn reopen(&mut self) -> Result<(), SourceError> {
        self.check()?;
        self.reader = Self::reader(&self.path)?;
        Ok(())
    }
}

/// Looks until nobody wants it any more, and waits while the camera is unplugged.
fn look_on(
    source: &mut dyn Source,
    session: SessionOptions,
    wanted: &AtomicBool,
    see: &(impl Fn(Sight) -> bool + Sync),
) -> Result<(), SourceError> {
    loop {
        match look(source, session, wanted, see) {
            Err(SourceError::Unplugged { message }) => tracing::info!(message, "waiting for the camera"),
            outcome => return outcome,
        }
        if !see(Sight::Unplugged) || !is_back(source, wanted)? {
            return Ok(());
        }
    }
}

/// Waits for an unplugged camera; false once nobody wants it any more.
fn is_back(source: &mut dyn Source, wanted: &AtomicBool) -> Result<bool, SourceError> {
    let mut refusals = 0;
    while wanted.load(Ordering::Relaxed) {
        match source.reopen() {
            Ok(()) => return Ok(true),
            Err(SourceError::Unplugged { .. }) => refusals = 0,
            Err(error) if refusals == REFUSALS => return Err(error),
            Err(_) => refusals += 1,
        }
        thread::sleep(ASK_EVERY);
    }
    Ok(false)
}

/// Takes frames until nobody wants them any more, or there are none.
fn look(
    source: &mut dyn Source,
    session: SessionOptions,
    wanted: &AtomicBool,
    see: &(impl Fn(Sight) -> bool + Sync),
) -> Result<(), SourceError> {
    let newest = Slot::default();
    thread::scope(|threads| {
        let reader = threads.spawn(|| read_codes(&newest, session, see));
        let taken = take_frames(source, &newest, wanted, see);
        newest.close();
        let read = reader.join().unwrap_or_else(|_| {
            Err(SourceError::Decode { message: "the reader of codes ended early".to_owned() })
        });
        taken.and(read)
    })
}

fn take_frames(
    source: &mut dyn Source,
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
fn read_codes(
    newest: &Slot,
    session: SessionOptions,
    see: &impl Fn(Sight) -> bool,
) -> Result<(), SourceError> {
    let mut scanner = Scanner::new(Symbologies::RETAIL, session);
    let begun = Instant::now();
    let clock = || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    while let Some(frame) = newest.take() {
        let luma = frame.luma()?;
        let Scan { events, codes: seen, hint, .. } =
            scanner.push(&luma.as_luma(), frame.at(), FRAME_BUDGET, &clock);
        let codes: Vec<Seen> =
            events.into_iter().map(|event| Seen { symbology: event.symbology, text: event.said() }).collect();
        let looked = Looked { seen, width: luma.width(), height: luma.height(), hint };
        if !(codes.is_empty() || see(Sight::Codes(codes))) || !see(Sight::Frame(looked)) {
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
    use ministore_scan::source::{Frame, Pixels, SourceError};

    use super::{Camera, Source};

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

    pub(super) fn open(id: Option<&str>) -> Result<Box<dyn Source>, SourceError> {
        let choice = CameraChoice { id: id.map(str::to_owned), ..CameraChoice::default() };
        Ok(Box::new(CameraSource::open(&choice)?))
    }

    impl Source for CameraSource {
        fn reopen(&mut self) -> Result<(), SourceError> {
            self.reopen()
        }
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
    use ministore_scan::source::{Frame, SourceError};

    use super::{Camera, Source};

    pub(super) fn list() -> Vec<Camera> {
        Vec::new()
    }

    pub(super) fn open(_: Option<&str>) -> Result<Box<dyn Source>, SourceError> {
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
        let session = SessionOptions::default();
        cameras.start(id.map(str::to_owned), session, move |sight| sender.send(sight).is_ok());
        receiver
    }

    /// Waits until something is seen.
    fn until<T>(seen: &mpsc::Receiver<Sight>, mut wanted: impl FnMut(Sight) -> Option<T>) -> T {
        loop {
            if let Some(found) = wanted(seen.recv_timeout(PATIENCE).unwrap()) {
                return found;
            }
        }
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
                Sight::Frame(_) => {}
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(codes, [Seen { symbology: Symbology::Ean13, text: DIGITS.into() }]);
        cameras.stop();
        // The last ones that were on their way, then the line ends.
        while seen.recv_timeout(PATIENCE).is_ok() {}
        assert_eq!(seen.recv_timeout(PATIENCE), Err(mpsc::RecvTimeoutError::Disconnected));
    }

    #[test]
    fn each_frame_says_where_its_codes_are() {
        let dir = tempfile::tempdir().unwrap();
        let cameras = Cameras::new(Some(film(dir.path())));
        let seen = sights(&cameras, None);
        let looked = until(&seen, |sight| match sight {
            Sight::Frame(looked) if !looked.seen.is_empty() => Some(looked),
            _ => None,
        });
        assert_eq!((looked.width, looked.height, looked.hint), (640, 480, None));
        assert_eq!(looked.seen[0].text, DIGITS);
        let [left, right, ..] = looked.seen[0].points;
        // The film holds it upright in the middle.
        assert!(left.x < 320.0 && right.x > 320.0, "{looked:?}");
    }

    #[test]
    fn an_unplugged_camera_is_waited_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = film(dir.path());
        let aside = dir.path().join("aside.y4m");
        let cameras = Cameras::new(Some(path.clone()));
        let seen = sights(&cameras, None);
        let is_code = |sight| matches!(sight, Sight::Codes(_)).then_some(());
        until(&seen, is_code);
        std::fs::rename(&path, &aside).unwrap();
        until(&seen, |sight| (sight == Sight::Unplugged).then_some(()));
        std::fs::rename(&aside, &path).unwrap();
        until(&seen, is_code);

        // Whoever waits for it in vain can stop.
        std::fs::rename(&path, &aside).unwrap();
        until(&seen, |sight| (sight == Sight::Unplugged).then_some(()));
        cameras.stop();
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
