//! What a person does and sees on a page.
//!
//! A page's parts are named by CSS selectors, in which `@name` stands for `[data-testid="name"]`: `@cart-line @plus`.
//! Every action waits for its part to be there, a short while; nothing here sleeps for a fixed time.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use thirtyfour::error::{WebDriverErrorInner, WebDriverResult};
use thirtyfour::{By, WebDriver, WebElement};

/// How long something may take to show before a test calls it missing: far above what a person would bear, so that a
/// loaded machine fails no test.
pub const PATIENCE: Duration = Duration::from_secs(30);

const PAUSE: Duration = Duration::from_millis(40);

/// Between two keys of a person who types.
const TYPING_PAUSE: Duration = Duration::from_millis(60);

/// Between a key of a person's and a scanner's first.
const HAND_PAUSE: Duration = Duration::from_millis(250);

/// The size of a page, in CSS pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Screen {
    /// How wide.
    pub width: u32,
    /// How high.
    pub height: u32,
    /// Whether it is touched rather than pointed at.
    pub touch: bool,
}

impl Screen {
    /// A phone, upright.
    pub const PHONE: Self = Self { width: 390, height: 844, touch: true };
    /// The counter's tablet.
    pub const TABLET: Self = Self { width: 1180, height: 820, touch: true };
    /// A desk's monitor.
    pub const DESK: Self = Self { width: 1440, height: 900, touch: false };
    /// The narrowest page there is (WCAG 2.2, success criterion 1.4.10).
    pub const NARROWEST: Self = Self { width: 320, height: 640, touch: true };
}

/// What somebody has done at a page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effort {
    /// Codes that a scanner read.
    pub scans: u32,
    /// Keys that were pressed.
    pub keys: u32,
    /// Taps.
    pub taps: u32,
}

impl Effort {
    /// What was done since `before`.
    pub const fn since(self, before: Self) -> Self {
        Self {
            scans: self.scans - before.scans,
            keys: self.keys - before.keys,
            taps: self.taps - before.taps,
        }
    }
}

#[derive(Debug, Default)]
struct Done {
    scans: AtomicU32,
    keys: AtomicU32,
    taps: AtomicU32,
}

/// A page in a browser or in the app's window, with somebody in front of it.
#[derive(Clone, Debug)]
pub struct Page {
    name: String,
    driver: WebDriver,
    done: Arc<Done>,
}

impl Page {
    /// The page that `driver` shows.
    pub fn new(name: &str, driver: WebDriver) -> Self {
        Self { name: name.to_owned(), driver, done: Arc::default() }
    }

    /// All scans, keys and taps so far. What a script does, and filling a field at once, is nobody's work and not counted.
    pub fn effort(&self) -> Effort {
        let so_far = |count: &AtomicU32| count.load(Ordering::Relaxed);
        Effort {
            scans: so_far(&self.done.scans),
            keys: so_far(&self.done.keys),
            taps: so_far(&self.done.taps),
        }
    }

    /// What messages and pictures call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The session behind it, for what is not here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Goes to an address, as if it was typed.
    pub async fn open(&self, address: &str) -> Result<()> {
        self.driver.goto(address).await.with_context(|| format!("{}: cannot open {address}", self.name))
    }

    /// Loads the page anew.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await.with_context(|| format!("{}: cannot reload", self.name))
    }

    /// The address's path and query.
    pub async fn path(&self) -> Result<String> {
        let url = self.driver.current_url().await?;
        Ok(url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path())))
    }

    /// Waits until the address's path starts so.
    pub async fn arrives_at(&self, start: &str) -> Result<String> {
        self.eventually(&format!("its address to start with {start}"), async || {
            let path = self.path().await.map_err(|error| error.to_string())?;
            if path.starts_with(start) { Ok(path) } else { Err(format!("it is {path}")) }
        })
        .await
    }

    /// Waits until the first part of this name is shown.
    pub async fn sees(&self, part: &str) -> Result<WebElement> {
        self.eventually(&format!("{part} to be shown"), async || self.shown(part).await).await
    }

    /// Waits until a part of this name is shown that says `words`, and gives all that it says.
    pub async fn reads(&self, part: &str, words: &str) -> Result<String> {
        self.eventually(&format!("{part} to say {words:?}"), async || {
            let texts = self.texts(part).await.map_err(|error| error.to_string())?;
            match texts.iter().find(|text| text.contains(words)) {
                Some(text) => Ok(text.clone()),
                None if texts.is_empty() => Err("it is not shown".to_owned()),
                None => Err(format!("it says {texts:?}")),
            }
        })
        .await
    }

    /// Waits until nothing of this name is shown.
    pub async fn loses(&self, part: &str) -> Result<()> {
        self.eventually(&format!("{part} to go away"), async || {
            match self.texts(part).await.map_err(|error| error.to_string())?.len() {
                0 => Ok(()),
                left => Err(format!("{left} of it are shown")),
            }
        })
        .await
    }

    /// Waits until so many parts of this name are shown.
    pub async fn counts(&self, part: &str, wanted: usize) -> Result<()> {
        self.eventually(&format!("{wanted} × {part}"), async || {
            match self.texts(part).await.map_err(|error| error.to_string())?.len() {
                found if found == wanted => Ok(()),
                found => Err(format!("there are {found}")),
            }
        })
        .await
    }

    /// Waits until a JavaScript expression is true. It may await.
    pub async fn until(&self, what: &str, expression: &str) -> Result<()> {
        let script = if expression.contains("await ") {
            format!("return (async () => ({expression}))();")
        } else {
            format!("return ({expression});")
        };
        self.eventually(what, async || match self.run(&script, Vec::new()).await {
            Ok(value) if value.as_bool() == Some(true) => Ok(()),
            Ok(value) => Err(format!("it gives {value}")),
            Err(error) => Err(error.to_string()),
        })
        .await
    }

    /// What the shown parts of this name say, spaces made single, right now.
    pub async fn texts(&self, part: &str) -> Result<Vec<String>> {
        let script = format!(
            "{SHOWN} return shown(arguments[0])\
             .map(e => (e.innerText ?? e.textContent).replace(/\\s+/gu, ' ').trim());"
        );
        let texts = self.run(&script, vec![json!(selector(part))]).await?;
        serde_json::from_value(texts).context("texts are a list")
    }

    /// What the first shown part of this name says, once it is there.
    pub async fn text(&self, part: &str) -> Result<String> {
        self.eventually(&format!("{part} to be shown"), async || {
            let texts = self.texts(part).await.map_err(|error| error.to_string())?;
            texts.into_iter().next().ok_or_else(|| "it is not shown".to_owned())
        })
        .await
    }

    /// An attribute of the first shown part of this name, once it is there.
    pub async fn attribute(&self, part: &str, attribute: &str) -> Result<String> {
        self.eventually(&format!("{part} to have {attribute}"), async || {
            let element = self.shown(part).await?;
            match element.attr(attribute).await {
                Ok(Some(value)) => Ok(value),
                Ok(None) => Err("it has none".to_owned()),
                Err(error) => Err(error.to_string()),
            }
        })
        .await
    }

    /// Taps the first shown part of this name, where a finger would: what lies over it takes the tap.
    pub async fn taps(&self, part: &str) -> Result<()> {
        self.eventually(&format!("{part} to take a tap"), async || {
            let element = self.shown(part).await?;
            self.touch(&element).await
        })
        .await?;
        self.done.taps.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Taps the first shown part of this name that says `words`.
    pub async fn taps_what_says(&self, part: &str, words: &str) -> Result<()> {
        self.eventually(&format!("{part} saying {words:?} to take a tap"), async || {
            let element = self
                .driver
                .execute(
                    format!(
                        "{SHOWN} return shown(arguments[0]).find(e => e.innerText.includes(arguments[1])) ?? null;"
                    ),
                    vec![json!(selector(part)), json!(words)],
                )
                .await
                .map_err(|error| error.to_string())?;
            let element = element.element().map_err(|_| "it is not shown".to_owned())?;
            self.touch(&element).await
        })
        .await?;
        self.done.taps.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Scrolls as a person does, away from what lies over the page's edges, and taps.
    async fn touch(&self, element: &WebElement) -> Result<(), String> {
        let centre = "
            const box = arguments[0].getBoundingClientRect();
            const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            if (there === null || !(arguments[0].contains(there) || there.contains(arguments[0]))) {
                arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });
            }
        ";
        let element_json = element.to_json().map_err(|error| error.to_string())?;
        self.driver.execute(centre, vec![element_json]).await.map_err(|error| error.to_string())?;
        element.click().await.map_err(|error| error.to_string())
    }

    /// Types into the first shown field of this name in place of what it holds.
    pub async fn fills(&self, part: &str, text: &str) -> Result<()> {
        self.eventually(&format!("{part} to take text"), async || {
            let field = self.shown(part).await?;
            let typed: WebDriverResult<()> = async {
                field.clear().await?;
                field.send_keys(text).await
            }
            .await;
            typed.map_err(|error| error.to_string())?;
            match field.prop("value").await {
                Ok(Some(value)) if value == text => Ok(()),
                Ok(value) => Err(format!("it holds {value:?}")),
                Err(error) => Err(error.to_string()),
            }
        })
        .await
    }

    /// Types into a field at a person's speed, in place of what it holds. A scanner is told from a person by its speed.
    pub async fn types(&self, part: &str, text: &str) -> Result<()> {
        self.fills(part, "").await?;
        self.taps(part).await?;
        for key in text.chars() {
            self.presses(key.encode_utf8(&mut [0; 4])).await?;
            tokio::time::sleep(TYPING_PAUSE).await;
        }
        Ok(())
    }

    /// Presses keys one after the other, wherever the focus is.
    pub async fn presses(&self, keys: &str) -> Result<()> {
        self.press(keys).await?;
        self.done.keys.fetch_add(u32::try_from(keys.chars().count())?, Ordering::Relaxed);
        Ok(())
    }

    /// A keyboard-wedge scanner reads a code: its keys come one after the other, wherever the focus is, and Enter behind
    /// them. Where this machine was too slow to press them as fast as a scanner does, it is scanned once more, unless the
    /// keys went to the field that takes typed codes anyway.
    pub async fn scans(&self, code: &str) -> Result<()> {
        for _ in 0..5 {
            let in_field = self.run(WATCH_KEYS, Vec::new()).await? == "code";
            if self.scans_at_once(code).await? || in_field {
                self.done.scans.fetch_add(1, Ordering::Relaxed);
                return Ok(());
            }
        }
        bail!("this machine is too slow to press keys as a scanner does")
    }

    /// Presses a code's keys once, as a scanner does. Whether this machine was fast enough for it to be taken for one.
    pub async fn scans_at_once(&self, code: &str) -> Result<bool> {
        self.run(WATCH_KEYS, Vec::new()).await?;
        self.press(&format!("{code}\u{e007}")).await?;
        Ok(self.run(WAS_FAST, Vec::new()).await? == true)
    }

    /// The hand goes from the keys to the scanner: what follows is told from what was typed.
    pub async fn rests(&self) {
        tokio::time::sleep(HAND_PAUSE).await;
    }

    async fn press(&self, keys: &str) -> Result<()> {
        self.driver
            .action_chain()
            .send_keys(keys)
            .perform()
            .await
            .with_context(|| format!("{}: cannot press keys", self.name))
    }

    /// Chooses an option of the first shown `<select>` of this name by its value.
    pub async fn chooses(&self, part: &str, value: &str) -> Result<()> {
        // The list that a select opens is the system's, and no part of the page.
        let choose = "
            const select = shown(arguments[0]).find(one => [...one.options].some(option => option.value === arguments[1]));
            if (!select || select.disabled) return false;
            select.value = arguments[1];
            for (const kind of ['input', 'change']) select.dispatchEvent(new Event(kind, { bubbles: true }));
            return true;
        ";
        self.eventually(&format!("{part} to offer {value}"), async || {
            let given = vec![json!(selector(part)), json!(value)];
            match self.run(&format!("{SHOWN} {choose}"), given).await {
                Ok(chosen) if chosen == true => Ok(()),
                Ok(_) => Err("it does not".to_owned()),
                Err(error) => Err(format!("{error:#}")),
            }
        })
        .await
    }

    /// Runs a script's body, and gives what it returns.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let returned = self.driver.execute(script, arguments).await;
        Ok(returned.with_context(|| format!("{}: a script failed", self.name))?.json().clone())
    }

    /// What the page keeps in the browser's database under a name; None where there is nothing.
    pub async fn kept(&self, name: &str) -> Result<Option<String>> {
        Ok(self.run(KEPT, vec![name.into()]).await?.as_str().map(str::to_owned))
    }

    /// What has the keyboard's focus now.
    pub async fn focus(&self) -> Result<Focus> {
        let focus = self.run(FOCUS, Vec::new()).await?;
        let text = |name: &str| focus[name].as_str().unwrap_or_default().to_owned();
        Ok(Focus {
            part: text("part"),
            says: text("says"),
            ring: focus["ring"] == true,
            covered: focus["covered"] == true,
        })
    }

    /// Makes the page this large.
    pub async fn resize(&self, screen: Screen) -> Result<()> {
        let cdp = self.driver.cdp();
        cdp.send_raw(
            "Emulation.setDeviceMetricsOverride",
            json!({
                "width": screen.width, "height": screen.height, "mobile": screen.touch,
                "deviceScaleFactor": 1, "screenWidth": screen.width, "screenHeight": screen.height,
            }),
        )
        .await?;
        cdp.send_raw("Emulation.setTouchEmulationEnabled", json!({ "enabled": screen.touch })).await?;
        Ok(())
    }

    /// Makes the system look dark or light, and still: nothing is caught half-way through a motion.
    pub async fn lights(&self, light: Light) -> Result<()> {
        self.driver
            .cdp()
            .send_raw(
                "Emulation.setEmulatedMedia",
                json!({ "features": [
                    { "name": "prefers-color-scheme", "value": light.word() },
                    { "name": "prefers-reduced-motion", "value": "reduce" },
                ] }),
            )
            .await?;
        Ok(())
    }

    /// Keeps the browser from fetching addresses that match a pattern of the DevTools protocol, such as `*.wasm`; an empty
    /// one ends it.
    pub async fn withholds(&self, pattern: &str) -> Result<()> {
        let cdp = self.driver.cdp();
        let urls: Vec<&str> = Some(pattern).into_iter().filter(|pattern| !pattern.is_empty()).collect();
        cdp.send_raw("Network.enable", json!({})).await?;
        cdp.send_raw("Network.setBlockedURLs", json!({ "urls": urls })).await?;
        Ok(())
    }

    /// Keeps a picture of what is shown.
    pub async fn photograph(&self, file: &Path) -> Result<()> {
        self.driver.screenshot(file).await.with_context(|| format!("cannot write {}", file.display()))
    }

    /// What the browser's console has said since it was last asked; nothing where the driver keeps no such log.
    pub async fn console(&self) -> Vec<String> {
        let entries = self.driver.browser_log().await.unwrap_or_default();
        entries.into_iter().map(|entry| format!("{} {}", entry.level, entry.message)).collect()
    }

    async fn shown(&self, part: &str) -> Result<WebElement, String> {
        let found = self
            .driver
            .execute(format!("{SHOWN} return shown(arguments[0])[0] ?? null;"), vec![json!(selector(part))])
            .await
            .map_err(|error| error.to_string())?;
        if let Ok(element) = found.element() {
            return Ok(element);
        }
        let hidden = self.driver.find_all(By::Css(selector(part))).await.map_or(0, |found| found.len());
        Err(if hidden == 0 { "it is not on the page".to_owned() } else { "it is hidden".to_owned() })
    }

    /// Tries until `attempt` succeeds. Errors with what it last said.
    pub async fn eventually<T>(
        &self,
        what: &str,
        mut attempt: impl AsyncFnMut() -> Result<T, String>,
    ) -> Result<T> {
        let until = Instant::now() + PATIENCE;
        loop {
            match attempt().await {
                Ok(value) => return Ok(value),
                Err(_) if Instant::now() < until => tokio::time::sleep(PAUSE).await,
                Err(last) => bail!(
                    "{}: waited {} s for {what}: {last} (at {})",
                    self.name,
                    PATIENCE.as_secs(),
                    self.path().await.unwrap_or_else(|error| error.to_string())
                ),
            }
        }
    }

    /// Whether the session has ended already.
    pub async fn is_gone(&self) -> bool {
        match self.driver.title().await {
            Ok(_) => false,
            Err(error) => matches!(
                error.as_inner(),
                WebDriverErrorInner::InvalidSessionId(_)
                    | WebDriverErrorInner::NoSuchWindow(_)
                    | WebDriverErrorInner::RequestFailed(_)
            ),
        }
    }
}

/// What has the keyboard's focus.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Focus {
    /// Its test id, or its element's name where it has none.
    pub part: String,
    /// What it says.
    pub says: String,
    /// Whether something shows that it has the focus.
    pub ring: bool,
    /// Whether it lies wholly behind something else (WCAG 2.2, success criterion 2.4.11).
    pub covered: bool,
}

const WATCH_KEYS: &str = "
    window.keysOfTest = [];
    if (!window.watchedByTest) {
        window.watchedByTest = true;
        window.addEventListener('keydown', event => window.keysOfTest.push(event.timeStamp), true);
    }
    return document.activeElement?.dataset.testid ?? '';
";

/// Whether the page has taken the keys for a scanner's: by what it bears of a slow one, so that no code is scanned twice.
const WAS_FAST: &str = "
    const keys = window.keysOfTest;
    const slowest = Math.max(...keys.slice(1).map((at, place) => at - keys[place]));
    const mean = (keys.at(-2) - keys[0]) / (keys.length - 2);
    return slowest <= 100 && mean <= 35;
";

/// In the installed app its shell is asked. Makes no database where there is none: the page would take it for its own.
const KEPT: &str = "
    const name = arguments[0];
    const shell = globalThis.__TAURI__;
    if (shell) return shell.core.invoke('kept').then(all => all.find(([of]) => of === name)?.[1] ?? null);
    return new Promise((done, failed) => {
        const opening = indexedDB.open('ministore');
        opening.onupgradeneeded = () => opening.transaction.abort();
        opening.onerror = () => done(null);
        opening.onsuccess = () => {
            const asked = opening.result.transaction('kept').objectStore('kept').get(name);
            asked.onsuccess = () => { opening.result.close(); done(asked.result ?? null); };
            asked.onerror = () => failed(asked.error);
        };
    });
";

const FOCUS: &str = "
    const e = document.activeElement;
    const box = e.getBoundingClientRect();
    const at = (x, y) => {
        const there = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
        return there !== null && (e.contains(there) || there.contains(e) || e.labels?.[0]?.contains(there));
    };
    const marked = f => {
        if (!f) return false;
        const style = getComputedStyle(f);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    };
    return {
        part: e.dataset.testid ?? e.tagName.toLowerCase(),
        says: (e.getAttribute('aria-label') ?? e.innerText ?? '').replace(/\\s+/gu, ' ').trim(),
        ring: marked(e) || marked(e.parentElement) || marked(e.labels?.[0]) || marked(e.nextElementSibling),
        covered: ![[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].some(([x, y]) => at(x, y)),
    };
";

/// Whether the system is set to dark or light colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Light {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Light {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Light, Self::Dark];

    /// The media feature's value.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

const SHOWN: &str = "
const shown = selector => [...document.querySelectorAll(selector)].filter(element =>
    element.getClientRects().length > 0
    && element.checkVisibility({ opacityProperty: false, visibilityProperty: true }));
";

/// The CSS selector that a part's name stands for.
fn selector(part: &str) -> String {
    let mut css = String::new();
    let mut rest = part;
    while let Some((before, after)) = rest.split_once('@') {
        let end =
            after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).unwrap_or(after.len());
        css.push_str(before);
        css.push_str(&format!("[data-testid=\"{}\"]", &after[..end]));
        rest = &after[end..];
    }
    css + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_named_by_its_test_id() {
        assert_eq!(
            selector("@cart-line[data-code='1'] > @plus, main h1"),
            "[data-testid=\"cart-line\"][data-code='1'] > [data-testid=\"plus\"], main h1"
        );
    }
}
