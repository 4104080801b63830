//! Chromium, driven through chromedriver.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};

use crate::camera::Camera;
use crate::environment::Made;
use crate::page::{Page, Screen};
use crate::process::Process;

/// What every Chromium here is started with: nothing that phones home, asks, throttles or needs a GPU.
const FLAGS: &[&str] = &[
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--password-store=basic",
    "--use-mock-keychain",
    "--autoplay-policy=no-user-gesture-required",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    // The browser ends with its driver.
    "--remote-debugging-pipe",
];

/// The camera that pages of a browser meet.
#[derive(Clone, Copy)]
pub enum Eye<'a> {
    /// One that plays a film, allowed without a question.
    Film(&'a Camera),
    /// One that the person has refused.
    Refused,
    /// None is there.
    Missing,
}

/// How a browser is set up.
#[derive(Clone, Copy)]
pub struct Browser<'a> {
    /// How large its page is.
    pub screen: Screen,
    /// The reader's language, as the browser tells it.
    pub language: &'a str,
    /// What the camera sees.
    pub eye: Eye<'a>,
    /// A host name that stands for this machine. Unlike `localhost`, it is no secure context.
    pub host: Option<&'a str>,
    /// More of Chromium's switches.
    pub flags: &'a [&'a str],
    /// Under what name everything that it keeps stays for the next browser that is given the same one; a fresh browser,
    /// which nobody has used before, where there is none.
    pub profile: Option<&'a str>,
}

impl Browser<'_> {
    /// An English browser of this size without a camera.
    pub const fn new(screen: Screen) -> Self {
        Self { screen, language: "en-US", eye: Eye::Missing, host: None, flags: &[], profile: None }
    }

    fn capabilities(&self, profile: &Path) -> Result<thirtyfour::ChromeCapabilities> {
        let mut chrome = DesiredCapabilities::chrome();
        chrome.set_binary(&Made::Chromium.path()?.to_string_lossy())?;
        chrome.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        for flag in FLAGS.iter().chain(self.flags) {
            chrome.add_arg(flag)?;
        }
        chrome.add_arg(&format!("--user-data-dir={}", profile.display()))?;
        chrome.add_arg(&format!("--lang={}", self.language))?;
        chrome.add_arg(&format!("--accept-lang={}", self.language))?;
        chrome.add_arg(&format!(
            "--window-size={},{}",
            self.screen.width.max(500),
            self.screen.height + 120
        ))?;
        let mut preferences = json!({ "intl.accept_languages": self.language });
        match self.eye {
            Eye::Film(camera) => {
                chrome.add_arg("--use-fake-ui-for-media-stream")?;
                chrome.add_arg("--use-fake-device-for-media-stream")?;
                chrome.add_arg(&format!("--use-file-for-fake-video-capture={}", camera.path().display()))?;
            }
            Eye::Refused => {
                chrome.add_arg("--use-fake-device-for-media-stream")?;
                // 2 stands for "block" in Chromium's content settings.
                preferences["profile.default_content_setting_values.media_stream_camera"] = json!(2);
            }
            Eye::Missing => {
                chrome.add_arg("--use-fake-ui-for-media-stream")?;
                chrome.add_arg("--use-fake-device-for-media-stream=device-count=0")?;
            }
        }
        if let Some(host) = self.host {
            chrome.add_arg(&format!("--host-resolver-rules=MAP {host} 127.0.0.1"))?;
        }
        chrome.add_experimental_option("prefs", preferences)?;
        Ok(chrome)
    }
}

/// A running chromedriver. Dropping it ends it and every browser that it opened, as a power cut would.
pub struct ChromeDriver {
    process: Process,
    port: u16,
    profiles: Arc<TempDir>,
    opened: u32,
}

impl ChromeDriver {
    /// Starts one on a port of its own choice.
    pub fn start() -> Result<Self> {
        Self::start_over(Arc::new(tempfile::tempdir().context("cannot make a folder for browser profiles")?))
    }

    /// Starts one whose browsers' profiles are in this folder, with those that another has left there.
    pub(crate) fn start_over(profiles: Arc<TempDir>) -> Result<Self> {
        let mut command = Command::new(Made::ChromeDriver.path()?);
        // What its browsers trust is theirs, not this machine's.
        command.arg("--port=0").env("HOME", profiles.path());
        let mut process = Process::start("chromedriver", &mut command)?;
        let port = process.wait_for(Duration::from_secs(20), |line| {
            line.strip_prefix("ChromeDriver was started successfully on port ")?
                .trim_end_matches('.')
                .parse()
                .ok()
        })?;
        Ok(Self { process, port, profiles, opened: 0 })
    }

    /// Has the browsers that are opened from now on trust an authority, given by its certificate in DER form, as their
    /// user would: in the database of NSS in their home, where Chromium looks on Linux.
    pub fn trust(&self, authority: &[u8]) -> Result<()> {
        let database = self.profiles.path().join(".pki/nssdb");
        std::fs::create_dir_all(&database)?;
        let certificate = self.profiles.path().join("authority.crt");
        std::fs::write(&certificate, authority)?;
        let database = format!("sql:{}", database.display());
        let certificate = certificate.to_string_lossy();
        // Trusted to sign for servers, and for nothing else.
        for arguments in [
            &["-N", "--empty-password", "-d", &database][..],
            &["-A", "-d", &database, "-n", "shop", "-t", "C,,", "-i", &certificate],
        ] {
            let output = Command::new(Made::CertUtil.path()?).args(arguments).output()?;
            ensure!(output.status.success(), "certutil: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(())
    }

    /// Opens a browser on an empty page. `name` is what messages and pictures call it.
    pub async fn open(&mut self, name: &str, browser: Browser<'_>) -> Result<Page> {
        self.opened += 1;
        let fresh = format!("{}-{}", self.process.id(), self.opened);
        let profile = self.profiles.path().join(browser.profile.unwrap_or(&fresh));
        let driver =
            WebDriver::builder(format!("http://127.0.0.1:{}", self.port), browser.capabilities(&profile)?)
                .request_timeout(Duration::from_secs(60))
                .connect()
                .await
                .with_context(|| {
                    format!("cannot open a browser; chromedriver said:\n{}", self.process.said())
                })?;
        let page = Page::new(name, driver);
        page.resize(browser.screen).await?;
        Ok(page)
    }
}
