//! Tries the cameras of two virtual drivers, and plays rendered codes into them: what `cargo xtask test camera` runs in
//! a machine of its own. Not for a machine whose cameras are in use: it unplugs them.
//!
//! Expects vivid, the kernel's own, with three instances: a webcam, an HDMI input beside an HDMI output, an S-Video
//! input beside an S-Video output. And v4l2loopback, which is what programs that act as a camera use, as `/dev/video10`
//! named `Loopback`. Reads what to show from the file that is named, a case and its code a line with a tab between, and
//! prints a line for each case: `case`, its name, `PASS` or `FAIL`, the code that was read or `-`, and what happened,
//! with tabs between.

#![expect(clippy::print_stdout, reason = "the lines are what the command is for")]

#[cfg(not(target_os = "linux"))]
fn main() -> anyhow::Result<()> {
    anyhow::bail!("vivid is a driver of Linux")
}

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::fs;
    use std::io::{ErrorKind, Write as _};
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use anyhow::{Context, Result, anyhow, bail, ensure};
    use ministore_scan::source::camera::{
        self, CameraChoice, CameraDescription, CameraSource, CaptureFormat, CaptureMode,
    };
    use ministore_scan::source::{Frame, FrameSource, Pixels, SourceError};
    use ministore_scan::synthetic::{Renderer, Scene, Shot};
    use ministore_scan::{LumaBuf, Scanner, Symbology};
    use v4l::buffer::Type;
    use v4l::control::{Control, Value};
    use v4l::io::traits::{OutputStream, Stream as _};
    use v4l::prelude::MmapStream;
    use v4l::video::{Capture, Output};
    use v4l::{Device, Format, FourCC};

    /// What vivid calls its instances (drivers/media/test-drivers/vivid/vivid-core.c).
    const WEBCAM: &str = "vivid-000-vid-cap";
    const HDMI: (&str, &str) = ("vivid-001-vid-cap", "vivid-001-vid-out");
    const S_VIDEO: (&str, &str) = ("vivid-002-vid-cap", "vivid-002-vid-out");
    /// Its name and its node.
    const LOOPBACK: (&str, &str) = ("Loopback", "/dev/video10");
    const DRIVER: &str = "/sys/bus/platform/drivers/vivid";
    const DEVICE: &str = "vivid.0";

    /// Controls of vivid (vivid-ctrls.c), which have names but no constants for programs.
    const VIVID: u32 = 0x00F0_F000;
    const TEST_PATTERN: u32 = VIVID;
    const OSD_TEXT: u32 = VIVID + 1;
    const LOOP_VIDEO: u32 = VIVID + 37;
    const NO_TEXT: i64 = 2;

    /// Plain test pictures: their place in the driver's menu, luminance by ITU-R BT.601, and colour.
    const PLAIN: [(char, i64, i32, [u8; 3]); 5] = [
        ('k', 5, 16, [0, 0, 0]),
        ('w', 6, 235, [255, 255, 255]),
        ('r', 7, 81, [255, 0, 0]),
        ('g', 8, 145, [0, 255, 0]),
        ('b', 9, 41, [0, 0, 255]),
    ];
    /// How far rounding may lead off, in levels.
    const ROUNDING: i32 = 6;

    /// How long until a code must have been read. Not a number of frames: until the player is under way they are blank,
    /// and come fast.
    const PATIENCE: Duration = Duration::from_secs(15);
    /// An emulated processor is many times slower than the frame's budget allows for.
    const BUDGET: u64 = 10_000_000;

    pub(super) fn main() -> Result<()> {
        let list = std::env::args().nth(1).context("which file says what to show?")?;
        let list = fs::read_to_string(&list).with_context(|| format!("cannot read {list}"))?;
        let wanted: HashMap<&str, &str> = list.lines().filter_map(|line| line.split_once('\t')).collect();
        let text =
            |case: &str| wanted.get(case).copied().with_context(|| format!("nothing to show for {case}"));

        report("list", list_cameras());
        report("webcam", text("webcam").and_then(webcam));
        report("other mode", after_another_program());
        for format in [
            CaptureFormat::Yuyv,
            CaptureFormat::Nv12,
            CaptureFormat::Grey,
            CaptureFormat::Rgb,
            CaptureFormat::Bgr,
        ] {
            let case = format!("hdmi {format}");
            report(&case, text(&case).and_then(|text| looped(HDMI, format, text)));
        }
        report(
            "s-video YUYV",
            text("s-video YUYV").and_then(|text| looped(S_VIDEO, CaptureFormat::Yuyv, text)),
        );
        for format in [
            CaptureFormat::Yuyv,
            CaptureFormat::Nv12,
            CaptureFormat::Grey,
            CaptureFormat::Rgb,
            CaptureFormat::Bgr,
            CaptureFormat::Mjpeg,
        ] {
            let case = format!("loopback {format}");
            report(&case, text(&case).and_then(|text| fed(format, text)));
        }
        report("busy", busy());
        report("unplugged webcam", unplug_webcam());
        report("unplugged", text("unplugged").and_then(unplug));
        println!("done");
        Ok(())
    }

    /// What a case found: the code that was read, if it has one, and what happened.
    type Found = (Option<String>, String);

    fn report(case: &str, found: Result<Found>) {
        let (verdict, read, what) = match found {
            Ok((read, what)) => ("PASS", read.unwrap_or_else(|| "-".into()), what),
            Err(error) => ("FAIL", "-".into(), format!("{error:#}")),
        };
        println!("case\t{case}\t{verdict}\t{read}\t{what}");
    }

    fn list_cameras() -> Result<Found> {
        let cameras = camera::list()?;
        let names: Vec<&str> = cameras.iter().map(|camera| camera.name.as_str()).collect();
        ensure!(names == [WEBCAM, HDMI.0, S_VIDEO.0], "listed are {names:?}");
        Ok((None, format!("{} cameras, no outputs: {}", names.len(), names.join(", "))))
    }

    fn found(name: &str) -> Result<CameraDescription> {
        let camera = camera::list()?.into_iter().find(|camera| camera.name == name);
        camera.with_context(|| format!("{name} is not listed"))
    }

    fn device_of(name: &str) -> Result<Device> {
        Device::with_path(found(name)?.description).with_context(|| format!("cannot open {name}"))
    }

    fn set(device: &Device, id: u32, value: Value) -> Result<()> {
        device.set_control(Control { id, value }).with_context(|| format!("control {id:#x} was refused"))
    }

    fn choice(name: &str, formats: &[CaptureFormat], width: u32, height: u32, rate: u32) -> CameraChoice {
        CameraChoice {
            id: Some(name.into()),
            width,
            height,
            frames_per_second: rate,
            formats: formats.to_vec(),
        }
    }

    /// Each mode must be granted as it was chosen, through nokhwa, and show the pictures that the driver was told to.
    fn webcam(colours: &str) -> Result<Found> {
        let driver = device_of(WEBCAM)?;
        set(&driver, OSD_TEXT, Value::Integer(NO_TEXT))?;
        let mut tried = Vec::new();
        // What vivid's webcam offers: the larger, the slower.
        for (format, width, height, rate) in [
            (CaptureFormat::Nv12, 1280, 720, 10),
            (CaptureFormat::Yuyv, 640, 480, 25),
            (CaptureFormat::Rgb, 320, 180, 60),
            (CaptureFormat::Bgr, 640, 360, 15),
        ] {
            let mut source = CameraSource::open(&choice(WEBCAM, &[format], width, height, rate))?;
            let mode = CaptureMode { format, width, height, interval: (1, rate) };
            ensure!(source.mode() == mode, "{mode} was asked for, {} granted", source.mode());
            ensure!(source.is_through_nokhwa(), "{mode} did not come through nokhwa");
            for colour in colours.chars() {
                let (_, pattern, luminance, rgb) = PLAIN
                    .into_iter()
                    .find(|plain| plain.0 == colour)
                    .with_context(|| format!("no colour {colour}"))?;
                set(&driver, TEST_PATTERN, Value::Integer(pattern))?;
                // The frames that were under way show the colour before.
                for _ in 0..7 {
                    source.next_frame()?;
                }
                let (seen, seen_rgb) = middle_of(&mut source)?;
                // Where colours are given, they have their full range.
                let full = (luminance - 16) * 255 / 219;
                let expected =
                    if matches!(format, CaptureFormat::Rgb | CaptureFormat::Bgr) { full } else { luminance };
                ensure!(
                    (seen - expected).abs() <= ROUNDING,
                    "{mode} shows {colour} as {seen}, not {expected}"
                );
                let is_near = |(a, b): (&u8, &u8)| (i32::from(*a) - i32::from(*b)).abs() <= ROUNDING;
                ensure!(
                    seen_rgb.iter().zip(&rgb).all(is_near),
                    "{mode} shows {colour} as {seen_rgb:?}, not {rgb:?}"
                );
            }
            tried.push(mode.to_string());
        }
        Ok((Some(colours.into()), format!("through nokhwa: {}", tried.join(", "))))
    }

    /// Luminance and colour in the middle of the next frame, which must have the size that was negotiated.
    fn middle_of(source: &mut CameraSource) -> Result<(i32, [u8; 3])> {
        let frame = source.next_frame()?.context("a camera has no end")?;
        let (mode, luma) = (source.mode(), frame.luma()?);
        let (width, height) = (luma.width(), luma.height());
        ensure!(
            (width, height) == (mode.width as usize, mode.height as usize),
            "a frame of {width}×{height} in {mode}"
        );
        let middle = height / 2 * width + width / 2;
        let (rgb, ..) = frame.rgb(1)?;
        let colour = rgb.chunks_exact(3).nth(middle).context("the colours end early")?;
        Ok((i32::from(luma.pixels()[middle]), [colour[0], colour[1], colour[2]]))
    }

    fn next_luma(source: &mut CameraSource) -> Result<(f64, LumaBuf)> {
        let frame = source.next_frame()?.context("a camera has no end")?;
        Ok((frame.at(), frame.luma()?))
    }

    /// A camera that another program left in a mode that nokhwa has no words for.
    fn after_another_program() -> Result<Found> {
        let driver = device_of(WEBCAM)?;
        let left = Capture::set_format(&driver, &Format::new(640, 360, FourCC::new(b"UYVY")))?;
        ensure!(left.fourcc == FourCC::new(b"UYVY"), "the driver has no UYVY");
        let mut source = CameraSource::open(&choice(WEBCAM, &[CaptureFormat::Yuyv], 640, 360, 30))?;
        ensure!(source.is_through_nokhwa(), "{} did not come through nokhwa", source.mode());
        next_luma(&mut source)?;
        Ok((None, format!("left in UYVY, opened as {} through nokhwa", source.mode())))
    }

    /// A code played into the output must come out of the camera in the format that was asked for.
    fn looped(pair: (&str, &str), format: CaptureFormat, text: &str) -> Result<Found> {
        let native = camera::modes(&found(pair.0)?.id)?;
        let native = native
            .iter()
            .find(|mode| mode.format == format)
            .with_context(|| format!("no {format} offered"))?;
        let (width, height) = source_size(pair.0)?;
        let player = Player::start(pair, format, width, height, text)?;
        let mut source = CameraSource::open(&choice(pair.0, &[format], width, height, 60))?;
        let mode = source.mode();
        ensure!(
            (mode.format, mode.width, mode.height) == (format, width, height),
            "{width}×{height} {format} was asked for, {mode} granted ({native} offered)"
        );
        let (read, frames) = player.watched(read_one(&mut source, text))?;
        Ok((Some(read), format!("{mode} {}, {frames} frames", way_of(&source))))
    }

    /// The size of what is connected to an input.
    fn source_size(name: &str) -> Result<(u32, u32)> {
        let format = Capture::format(&device_of(name)?)?;
        Ok((format.width, format.height))
    }

    /// Reads frames until the scanner reports an item, and a few more, in which it must not report another one. Answers
    /// the code, and how many frames it took.
    fn read_one(source: &mut CameraSource, text: &str) -> Result<(String, usize)> {
        let mut scanner = Scanner::default();
        let begun = Instant::now();
        let clock = || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let mut first: Option<usize> = None;
        let mut frames = 0;
        while begun.elapsed() < PATIENCE {
            let (at, luma) = next_luma(source)?;
            frames += 1;
            for event in scanner.push(&luma.as_luma(), at, BUDGET, &clock).events {
                ensure!(
                    event.text == text,
                    "frame {frames} was read as {:?} {}",
                    event.symbology,
                    event.text
                );
                // Frames may come so slowly here that the item counts as gone between two, and is reported again.
                first.get_or_insert(frames);
            }
            if first.is_some_and(|first| frames >= first + 3) {
                return Ok((text.to_owned(), frames));
            }
        }
        bail!("{text} was not read in {frames} frames")
    }

    /// Buffers that a player goes round.
    const BUFFERS: u32 = 4;
    /// Long enough for an output to be done with some of them: vivid keeps the last one, to show it again.
    const BETWEEN: Duration = Duration::from_millis(100);

    /// Shows a picture on a video output, over and over, as a player does. Not by writing to it: the driver of Linux
    /// 6.1 refuses that, since it finds the frame that is written empty.
    struct Player {
        thread: thread::JoinHandle<Result<()>>,
        wanted: &'static AtomicBool,
    }

    impl Player {
        fn start(
            pair: (&str, &str),
            format: CaptureFormat,
            width: u32,
            height: u32,
            text: &str,
        ) -> Result<Self> {
            set(&device_of(pair.0)?, LOOP_VIDEO, Value::Boolean(true))?;
            let node = output_node(pair.1)?;
            let output = Device::with_path(&node)?;
            let code = FourCC::new(code_of(format));
            let granted = Output::set_format(&output, &Format::new(width, height, code))?;
            ensure!(
                (granted.width, granted.height, granted.fourcc) == (width, height, code),
                "the output takes {}×{} {}",
                granted.width,
                granted.height,
                granted.fourcc
            );
            let bytes = laid_out(&picture_of(text, width as usize, height as usize)?, format);
            ensure!(
                bytes.len() == granted.size as usize,
                "a frame has {} bytes, not {}",
                granted.size,
                bytes.len()
            );
            let mut stream = MmapStream::with_buffers(&output, Type::VideoOutput, BUFFERS)?;
            // Lives as long as the program, which is over in a minute.
            let wanted: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(true)));
            let thread = thread::spawn(move || {
                // What is in the buffers at first is blank.
                for index in 0..BUFFERS as usize {
                    OutputStream::queue(&mut stream, index)?;
                }
                stream.start()?;
                thread::sleep(BETWEEN);
                OutputStream::dequeue(&mut stream)?;
                while wanted.load(Ordering::Relaxed) {
                    thread::sleep(BETWEEN);
                    match OutputStream::next(&mut stream) {
                        Ok((buffer, about)) => {
                            buffer
                                .get_mut(..bytes.len())
                                .context("the buffer is too small")?
                                .copy_from_slice(&bytes);
                            about.bytesused = u32::try_from(bytes.len())?;
                        }
                        // All are still queued, the filled one too: later one of them is free.
                        Err(error) if error.kind() == ErrorKind::WouldBlock => {
                            thread::sleep(BETWEEN);
                            OutputStream::dequeue(&mut stream)?;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(())
            });
            Ok(Self { thread, wanted })
        }

        /// Gives frames out as a camera, 30 a second, and waits until that camera is there.
        fn feed(format: CaptureFormat, width: u32, height: u32, frames: Vec<Vec<u8>>) -> Result<Self> {
            let mut output = Device::with_path(LOOPBACK.1)?;
            let code = FourCC::new(code_of(format));
            let granted = Output::set_format(&output, &Format::new(width, height, code))?;
            ensure!(granted.fourcc == code, "{} takes {}", LOOPBACK.0, granted.fourcc);
            let wanted: &'static AtomicBool = Box::leak(Box::new(AtomicBool::new(true)));
            let thread = thread::spawn(move || {
                for frame in frames.iter().cycle().take_while(|_| wanted.load(Ordering::Relaxed)) {
                    ensure!(output.write(frame)? == frame.len(), "{} took a part of a frame", LOOPBACK.0);
                    thread::sleep(Duration::from_millis(33));
                }
                Ok(())
            });
            let player = Self { thread, wanted };
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(10) {
                if found(LOOPBACK.0).is_ok() {
                    return Ok(player);
                }
                thread::sleep(Duration::from_millis(50));
            }
            player.watched(Err(anyhow!("{} does not become a camera", LOOPBACK.0)))
        }

        /// Stops playing. What the player has to say explains why nothing was seen.
        fn watched<T>(self, seen: Result<T>) -> Result<T> {
            self.wanted.store(false, Ordering::Relaxed);
            self.thread.join().map_err(|_| anyhow!("the player panicked"))?.context("the output failed")?;
            seen
        }
    }

    fn output_node(name: &str) -> Result<PathBuf> {
        for entry in fs::read_dir("/sys/class/video4linux")? {
            let entry = entry?;
            if fs::read_to_string(entry.path().join("name"))?.trim() == name {
                return Ok(PathBuf::from("/dev").join(entry.file_name()));
            }
        }
        bail!("there is no {name}")
    }

    fn code_of(format: CaptureFormat) -> &'static [u8; 4] {
        match format {
            CaptureFormat::Grey => b"GREY",
            CaptureFormat::Nv12 => b"NV12",
            CaptureFormat::Yuyv => b"YUYV",
            CaptureFormat::Rgb => b"RGB3",
            CaptureFormat::Bgr => b"BGR3",
            CaptureFormat::Mjpeg => b"MJPG",
        }
    }

    fn picture_of(text: &str, width: usize, height: usize) -> Result<LumaBuf> {
        let shot = Shot { angle: 7.0, ..Shot::new(Symbology::Ean13, text) };
        let scene = Scene { shots: vec![shot], width, height, gap_seconds: 0.0, ..Scene::default() };
        Ok(Renderer::new(&scene)?.frame(0))
    }

    /// A grey picture in a camera's format. Chroma is a tint, and red and blue differ, so that a format that is taken
    /// for another one shows.
    fn laid_out(picture: &LumaBuf, format: CaptureFormat) -> Vec<u8> {
        let grey = picture.pixels();
        let three = |tint: [u8; 3]| {
            grey.iter()
                .flat_map(move |value| tint.map(|part| value.saturating_sub(part)))
                .collect::<Vec<u8>>()
        };
        match format {
            CaptureFormat::Yuyv => {
                grey.chunks_exact(2).flat_map(|pair| [pair[0], 90, pair[1], 170]).collect()
            }
            CaptureFormat::Nv12 => {
                let chroma = [90, 170].into_iter().cycle().take(grey.len() / 2);
                grey.iter().copied().chain(chroma).collect()
            }
            CaptureFormat::Rgb => three([0, 20, 60]),
            CaptureFormat::Bgr => three([60, 20, 0]),
            CaptureFormat::Grey | CaptureFormat::Mjpeg => grey.to_vec(),
        }
    }

    /// A code that a program gives out as a camera's picture must be read, through nokhwa where it knows the format.
    fn fed(format: CaptureFormat, text: &str) -> Result<Found> {
        let (width, height) = (640, 480);
        let picture = picture_of(text, width as usize, height as usize)?;
        let frames = if format == CaptureFormat::Mjpeg {
            // A small one after a large one: what is left of that in a buffer must not be handed on.
            let file = |quality| Frame::new(Pixels::Grey(picture.clone()), 0.0).jpeg(quality, 1);
            vec![file(95)?, file(60)?]
        } else {
            vec![laid_out(&picture, format)]
        };
        let sizes: Vec<usize> = frames.iter().map(Vec::len).collect();
        let player = Player::feed(format, width, height, frames)?;
        let seen = (|| {
            let mut source = CameraSource::open(&choice(LOOPBACK.0, &CaptureFormat::ALL, 1280, 720, 30))?;
            let mode = source.mode();
            ensure!(
                (mode.format, mode.width, mode.height) == (format, width, height),
                "{width}×{height} {format} was fed, {mode} granted"
            );
            // nokhwa knows greyscale by a code that no driver uses.
            ensure!(
                source.is_through_nokhwa() == (format != CaptureFormat::Grey),
                "{mode} took the wrong way"
            );
            if format == CaptureFormat::Mjpeg {
                for _ in 0..8 {
                    let frame = source.next_frame()?.context("a camera has no end")?;
                    let size = frame.jpeg(1, 1)?.len();
                    ensure!(sizes.contains(&size), "a file of {size} bytes came, of {sizes:?}");
                }
            }
            let (read, frames) = read_one(&mut source, text)?;
            let preview = source.next_frame()?.context("a camera has no end")?.jpeg(70, 1)?;
            let preview = code_in(&Frame::new(Pixels::Jpeg(preview), 0.0)).context("the preview")?;
            ensure!(preview == text, "the preview was read as {preview}");
            Ok((Some(read), format!("{mode} {}, {frames} frames and a preview", way_of(&source))))
        })();
        player.watched(seen)
    }

    fn code_in(frame: &Frame) -> Result<String> {
        let scan = Scanner::default().push(&frame.luma()?.as_luma(), 0.0, BUDGET, &|| 0);
        Ok(scan.events.into_iter().next().context("nothing was read in it")?.text)
    }

    fn way_of(source: &CameraSource) -> &'static str {
        if source.is_through_nokhwa() { "through nokhwa" } else { "through V4L2 itself" }
    }

    fn busy() -> Result<Found> {
        let wanted = choice(HDMI.0, &[CaptureFormat::Grey], 1280, 720, 60);
        let mut holder = CameraSource::open(&wanted)?;
        next_luma(&mut holder)?;
        match CameraSource::open(&wanted) {
            Err(SourceError::Busy { message }) => Ok((None, message)),
            Err(other) => bail!("a camera in use was refused with: {other}"),
            Ok(_) => bail!("a camera in use was opened again"),
        }
    }

    fn plug(verb: &str) -> Result<()> {
        fs::write(format!("{DRIVER}/{verb}"), DEVICE).with_context(|| format!("cannot {verb} {DEVICE}"))
    }

    /// Unplugs while frames come, plugs in again, and answers how long the camera took to notice.
    fn unplugged_while(source: &mut CameraSource) -> Result<Duration> {
        next_luma(source)?;
        let unplugging = thread::spawn(|| {
            thread::sleep(Duration::from_millis(200));
            let at = Instant::now();
            plug("unbind").map(|()| at)
        });
        let (error, noticed) = loop {
            match source.next_frame() {
                Ok(_) => {}
                Err(error) => break (error, Instant::now()),
            }
        };
        let at = unplugging.join().map_err(|_| anyhow!("unplugging panicked"))??;
        ensure!(matches!(error, SourceError::Unplugged { .. }), "unplugging was told as: {error}");
        let gone = source.reopen();
        ensure!(
            matches!(gone, Err(SourceError::Unplugged { .. })),
            "a camera that is gone was reopened: {gone:?}"
        );
        let again = source.next_frame();
        ensure!(matches!(again, Err(SourceError::Unplugged { .. })), "a camera that is gone gave a frame");
        plug("bind")?;
        Ok(noticed.saturating_duration_since(at))
    }

    /// Another program holds on to the camera that is gone, so that it comes back under another id.
    fn unplug_webcam() -> Result<Found> {
        let mut source = CameraSource::open(&choice(WEBCAM, &[CaptureFormat::Nv12], 640, 480, 25))?;
        ensure!(source.is_through_nokhwa(), "it did not come through nokhwa");
        let before = source.description().id.clone();
        let held = device_of(WEBCAM)?;
        let took = unplugged_while(&mut source)?;
        source.reopen()?;
        next_luma(&mut source)?;
        drop(held);
        let (after, mode) = (&source.description().id, source.mode());
        ensure!(*after != before, "it came back as {after}, as it was");
        ensure!(source.is_through_nokhwa(), "it did not come through nokhwa again");
        let what = format!("noticed after {} ms, was {before}, goes on as {after}: {mode}", took.as_millis());
        Ok((None, what))
    }

    fn unplug(text: &str) -> Result<Found> {
        let format = CaptureFormat::Grey;
        let (width, height) = source_size(HDMI.0)?;
        let mut source = CameraSource::open(&choice(HDMI.0, &[format], width, height, 60))?;
        let took = unplugged_while(&mut source)?;
        let player = Player::start(HDMI, format, width, height, text)?;
        source.reopen()?;
        let (read, frames) = player.watched(read_one(&mut source, text))?;
        Ok((Some(read), format!("noticed after {} ms, read on in {frames} frames", took.as_millis())))
    }
}
