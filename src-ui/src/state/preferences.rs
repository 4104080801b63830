//! How the reader likes to look at the page.

use leptos::prelude::*;

use crate::client::storage;
use crate::lasting::Lasting;

/// Where the choice is kept; `start.js` reads it too, so that the first picture is right.
const KEPT: &str = "ministore.theme";

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Theme {
    /// As the device is set.
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme.
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    const fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

thread_local! {
    static THEME: Lasting<Theme> = Lasting::new(kept());
}

fn kept() -> Theme {
    let word = storage::get(KEPT);
    Theme::ALL.into_iter().find(|theme| word.as_deref() == Some(theme.word())).unwrap_or(Theme::Auto)
}

/// The theme that was chosen. Tracked.
pub(crate) fn theme() -> Theme {
    THEME.with(|signal| signal.get())
}

/// Chooses a theme, and remembers it.
pub(crate) fn set_theme(theme: Theme) {
    storage::set(KEPT, theme.word());
    THEME.with(|signal| signal.set(theme));
    if let Some(root) = document().document_element() {
        // Setting an attribute with a plain name cannot fail.
        let _ = root.set_attribute("data-theme", theme.word());
    }
}
