//! Runs one story; what it started is ended, and a failure leaves pictures behind.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use futures::FutureExt;
use tempfile::TempDir;

use crate::browser::{Browser, ChromeDriver};
use crate::environment::{self, Made};
use crate::hub::TestHub;
use crate::page::Page;

/// Stories of one test binary wait for each other here.
static TURN: Mutex<()> = Mutex::new(());

/// One test, with whatever it has opened.
pub struct Story {
    name: String,
    driver: tokio::sync::Mutex<Option<ChromeDriver>>,
    profiles: Arc<TempDir>,
    pages: Mutex<Vec<Page>>,
    hubs: Mutex<Vec<TestHub>>,
}

/// Runs a story to its end. When it fails, each open page's picture, source and console are kept among the artefacts,
/// under the story's name, and the failure says where. Also errors where a page's own console tells of a fault of ours.
pub fn story(name: &str, tell: impl AsyncFnOnce(&Story) -> Result<()>) -> Result<()> {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let story = Story {
        name: name.to_owned(),
        driver: tokio::sync::Mutex::new(None),
        profiles: Arc::new(tempfile::tempdir().context("cannot make a folder for browser profiles")?),
        pages: Mutex::new(Vec::new()),
        hubs: Mutex::new(Vec::new()),
    };
    let outcome = runtime.block_on(async {
        let mut told = AssertUnwindSafe(Box::pin(tell(&story))).catch_unwind().await;
        if let Ok(Ok(())) = told {
            told = Ok(story.check_consoles().await);
        }
        if !matches!(told, Ok(Ok(()))) {
            story.keep_evidence().await;
        }
        story.close().await;
        told
    });
    runtime.shutdown_timeout(Duration::from_secs(5));
    match outcome {
        Ok(told) => {
            told.with_context(|| format!("the story {name:?} (its evidence is in {})", story.folder()))
        }
        Err(panic) => resume_unwind(panic),
    }
}

impl Story {
    fn started<'d>(&self, driver: &'d mut Option<ChromeDriver>) -> Result<&'d mut ChromeDriver> {
        Ok(match driver {
            Some(driver) => driver,
            none => none.insert(ChromeDriver::start_over(Arc::clone(&self.profiles))?),
        })
    }

    /// Opens a browser. `name` is what messages and pictures call it.
    pub async fn browser(&self, name: &str, browser: Browser<'_>) -> Result<Page> {
        let mut driver = self.driver.lock().await;
        let page = self.started(&mut driver)?.open(name, browser).await?;
        self.watch(&page);
        Ok(page)
    }

    /// Has the browsers that are opened from now on trust an authority, given by its certificate in DER form.
    pub async fn trust(&self, authority: &[u8]) -> Result<()> {
        self.started(&mut *self.driver.lock().await)?.trust(authority)
    }

    /// Ends every browser of the story as a power cut would. What they have kept under a profile's name is there for the
    /// next.
    pub async fn kill_browsers(&self) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clear();
        *self.driver.lock().await = None;
    }

    /// Starts a hub with the demo shop that serves the page out of this folder. It runs until the story's evidence is
    /// kept.
    pub async fn hub_with_page(&self, page: &Path) -> Result<TestHub> {
        self.keep(TestHub::start(page.to_owned()).await?)
    }

    /// Starts a hub with the demo shop. It runs until the story's evidence is kept.
    pub async fn hub(&self) -> Result<TestHub> {
        self.keep(TestHub::start(Made::Page.path()?).await?)
    }

    /// Starts a hub with a shop that is no demo, whose staff are [`crate::hub::STAFF`].
    pub async fn plain_hub(&self) -> Result<TestHub> {
        self.keep(TestHub::start_plain().await?)
    }

    /// Starts a hub with the demo shop that also takes WeChat Pay.
    pub async fn hub_taking(&self, settings: ministore_pay::Settings) -> Result<TestHub> {
        self.keep(TestHub::start_taking(settings).await?)
    }

    fn keep(&self, hub: TestHub) -> Result<TestHub> {
        self.hubs.lock().unwrap_or_else(PoisonError::into_inner).push(hub.clone());
        Ok(hub)
    }

    /// The same on every network of this machine, with a certificate for `host` too.
    pub async fn hub_for(&self, host: &str) -> Result<TestHub> {
        let hub = TestHub::start_for(host).await?;
        self.hubs.lock().unwrap_or_else(PoisonError::into_inner).push(hub.clone());
        Ok(hub)
    }

    /// Takes a page that something else has opened into the story's care.
    pub fn watch(&self, page: &Page) {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).push(page.clone());
    }

    fn pages(&self) -> Vec<Page> {
        self.pages.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn folder(&self) -> String {
        self.evidence().map_or_else(|error| error.to_string(), |folder| folder.display().to_string())
    }

    fn evidence(&self) -> Result<PathBuf> {
        Ok(environment::artefacts()?.join("failures").join(&self.name))
    }

    /// A panic of the page's program, or something that its own content security policy forbids, is a fault even where
    /// nobody saw it.
    async fn check_consoles(&self) -> Result<()> {
        for page in self.pages() {
            let console = page.console().await;
            let fault = console
                .iter()
                .find(|line| line.contains("panicked at") || line.contains("Content Security Policy"));
            ensure!(fault.is_none(), "{}'s console: {}", page.name(), fault.map_or("", String::as_str));
        }
        Ok(())
    }

    async fn keep_evidence(&self) {
        if let Err(error) = self.try_to_keep_evidence().await {
            eprintln!("the evidence could not be kept: {error:#}");
        }
    }

    async fn try_to_keep_evidence(&self) -> Result<()> {
        let folder = self.evidence()?;
        if folder.is_dir() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        for page in self.pages() {
            if page.is_gone().await {
                continue;
            }
            let file = |kind: &str| folder.join(format!("{}.{kind}", page.name()));
            if let Err(error) = page.photograph(&file("png")).await {
                eprintln!("no picture of {}: {error:#}", page.name());
            }
            std::fs::write(file("html"), page.driver().source().await.unwrap_or_default())?;
            std::fs::write(file("console.txt"), page.console().await.join("\n"))?;
        }
        Ok(())
    }

    async fn close(&self) {
        let pages = std::mem::take(&mut *self.pages.lock().unwrap_or_else(PoisonError::into_inner));
        for page in pages {
            // A session whose program has ended already has nothing left to quit.
            let _ = page.driver().clone().quit().await;
        }
        *self.driver.lock().await = None;
        let hubs = std::mem::take(&mut *self.hubs.lock().unwrap_or_else(PoisonError::into_inner));
        for hub in hubs {
            hub.stop().await;
        }
    }
}
