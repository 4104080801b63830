//! Looks at what a page shows now: whether everyone can use it, whether it fits, and what it looks like.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::axe::Axe;
use crate::environment;
use crate::page::{Light, Page, Screen};

/// The sizes of which pictures are kept.
const SIZES: [(Screen, &str); 3] =
    [(Screen::PHONE, "390x844"), (Screen::TABLET, "1180x820"), (Screen::DESK, "1440x900")];

/// The languages, by the name of their pictures and by the tag under which the page keeps the choice.
pub const LANGUAGES: [(&str, &str); 2] = [("en", "en"), ("zh", "zh-CN")];

/// Looks at pages, and keeps what is wrong with them until it is asked.
pub struct Gallery {
    axe: Axe,
    folder: PathBuf,
    faults: Vec<String>,
}

impl Gallery {
    /// A gallery whose pictures are kept among the artefacts.
    pub fn open() -> Result<Self> {
        let folder = environment::artefacts()?.join("screens");
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(Self { axe: Axe::load()?, folder, faults: Vec::new() })
    }

    /// Looks at what the page shows, light and dark, at each size, and leaves it at `home`. `name` is what pictures and
    /// faults call it.
    pub async fn look(&mut self, page: &Page, name: &str, home: Screen) -> Result<()> {
        for light in Light::BOTH {
            let name = format!("{name}.{}", light.word());
            page.lights(light).await?;
            settle(page).await?;
            let violations = self.axe.violations(page).await?;
            self.faults.extend(violations.into_iter().map(|violation| format!("  {name}\n{violation}")));
            for (screen, size) in SIZES {
                page.resize(screen).await?;
                settle(page).await?;
                page.photograph(&self.folder.join(format!("{name}.{size}.png"))).await?;
                if light == Light::Light {
                    self.measure(page, &name, screen).await?;
                }
            }
            if light == Light::Light {
                page.resize(Screen::NARROWEST).await?;
                settle(page).await?;
                self.measure(page, &name, Screen::NARROWEST).await?;
            }
            page.resize(home).await?;
        }
        Ok(())
    }

    /// Keeps a fault that was found otherwise.
    pub fn note(&mut self, name: &str, fault: &str) {
        self.faults.push(format!("  {name}: {fault}"));
    }

    /// What does not fit, and whether there is the one heading.
    async fn measure(&mut self, page: &Page, name: &str, screen: Screen) -> Result<()> {
        let found = page.run(MEASURE, Vec::new()).await?;
        let wide: Vec<&str> =
            found["wide"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if !wide.is_empty() {
            self.faults.push(format!("  {name}: wider than {} px: {}", screen.width, wide.join(", ")));
        }
        if found["headings"] != 1 {
            self.faults
                .push(format!("  {name}: {} first headings at {} px", found["headings"], screen.width));
        }
        Ok(())
    }

    /// Errors with everything that was found wrong.
    pub fn close(self) -> Result<()> {
        ensure!(self.faults.is_empty(), "{} faults:\n{}", self.faults.len(), self.faults.join("\n"));
        Ok(())
    }
}

const MEASURE: &str = "
    const root = document.documentElement;
    const scrolls = element => {
        for (let up = element.parentElement; up && up !== root; up = up.parentElement) {
            if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(up).overflowX)) return true;
        }
        return false;
    };
    const name = e => e.tagName.toLowerCase() + [...e.classList].map(c => '.' + c).join('');
    const wide = root.scrollWidth <= root.clientWidth ? [] : [
        `${root.scrollWidth} px`,
        ...[...document.body.querySelectorAll('*')]
            .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(e)).slice(0, 4).map(name),
    ];
    const headings = [...document.querySelectorAll('h1')].filter(e => e.checkVisibility()).length;
    return { wide, headings };
";

/// Waits until what is in view is drawn: pictures, fonts, two frames.
pub async fn settle(page: &Page) -> Result<()> {
    page.until(
        "the pictures in view",
        "[...document.images].every(i => i.complete || i.getBoundingClientRect().top > innerHeight || !i.checkVisibility())
            && document.fonts.status === 'loaded'",
    )
    .await?;
    let frames =
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)));";
    page.driver().execute_async(frames, Vec::new()).await?;
    Ok(())
}

/// Chooses the page's language, for whatever is opened next.
pub async fn choose_language(page: &Page, tag: &str) -> Result<()> {
    page.run("localStorage.setItem('ministore.language', arguments[0]);", vec![tag.into()]).await?;
    Ok(())
}
