//! The installed app on a virtual display.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use thirtyfour::{Capabilities, WebDriver};

use crate::environment::{Made, program};
use crate::page::Page;
use crate::process::{Process, free_port};

/// A display that nobody looks at. Dropping it ends it.
pub struct Display {
    process: Process,
    number: u32,
}

impl Display {
    /// Starts one under a number that is free.
    pub fn start() -> Result<Self> {
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        let mut process = Process::start("Xvfb", &mut command)
            .context("there is no virtual display: run `cargo xtask setup`")?;
        let number = process.wait_for(Duration::from_secs(20), |line| line.trim().parse().ok())?;
        Ok(Self { process, number })
    }

    /// Its name, as programs take it.
    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// Keeps a picture of the whole display.
    pub fn photograph(&self, file: &Path) -> Result<()> {
        let status = Command::new("import")
            .args(["-display", &self.name(), "-window", "root"])
            .arg(file)
            .status()
            .context("ImageMagick's `import` is not here")?;
        anyhow::ensure!(status.success(), "no picture of the display: {status}");
        Ok(())
    }

    /// What the display's server has said.
    pub fn said(&self) -> String {
        self.process.said()
    }
}

/// What a window is started with.
pub struct Window<'a> {
    /// Where it is shown.
    pub display: &'a Display,
    /// The folder of its database, of its key, and of what its web view keeps.
    pub device: &'a Path,
    /// The film that stands for its camera.
    pub film: Option<&'a Path>,
}

/// The app's own window and the driver that drives it. Dropping it ends both.
pub struct OpenWindow {
    driver: Process,
    page: Page,
}

impl Window<'_> {
    /// Starts the app and waits for its page.
    pub async fn open(&self) -> Result<OpenWindow> {
        let (port, native_port) = (free_port()?, free_port()?);
        let mut command = Command::new(Made::TauriDriver.path()?);
        command
            .args(["--port", &port.to_string(), "--native-port", &native_port.to_string(), "--native-driver"])
            .arg(Made::WebKitDriver.path()?)
            .env("DISPLAY", self.display.name())
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("NO_AT_BRIDGE", "1")
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WEBKIT_DISABLE_DMABUF_RENDERER", "1")
            .env("LANGUAGE", "en")
            .env("LC_ALL", "C.UTF-8")
            .env("XDG_DATA_HOME", self.device.join("data"))
            .env("XDG_CACHE_HOME", self.device.join("cache"))
            .env("XDG_CONFIG_HOME", self.device.join("config"))
            .env("MINISTORE_DEVICE_DIR", self.device)
            .env("MINISTORE_NEARBY_LOOPBACK", "true");
        match self.film {
            Some(film) => command.env("MINISTORE_CAMERA", film),
            None => command.env_remove("MINISTORE_CAMERA"),
        };
        let driver = Process::start("tauri-driver", &mut command)?;
        wait_for_port(port, &driver).await?;
        let mut capabilities = Capabilities::new();
        capabilities.set("browserName", "wry")?;
        capabilities.set("tauri:options", json!({ "application": program("ministore")? }))?;
        let session = WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities)
            .request_timeout(Duration::from_secs(60))
            .connect()
            .await
            .with_context(|| format!("the window does not open; tauri-driver said:\n{}", driver.said()))?;
        Ok(OpenWindow { driver, page: Page::new("window", session) })
    }
}

async fn wait_for_port(port: u16, driver: &Process) -> Result<()> {
    for _ in 0..400 {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    anyhow::bail!("tauri-driver does not listen; it said:\n{}", driver.said())
}

impl OpenWindow {
    /// The page inside.
    pub const fn page(&self) -> &Page {
        &self.page
    }

    /// Closes the window as its user does, and waits for the app to end.
    pub async fn close(self) -> Result<()> {
        let Self { driver, page } = self;
        let closed = page.driver().clone().quit().await;
        closed.with_context(|| format!("the window does not close; tauri-driver said:\n{}", driver.said()))
    }
}
