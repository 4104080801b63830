//! How the counter looks on this device: for which hand, and how large.

use leptos::prelude::*;

use crate::client::storage;
use crate::lasting::Lasting;

/// A setting of the device: where it is kept, what marks the page for it, and the word of the mark.
struct Mark {
    kept: &'static str,
    attribute: &'static str,
    word: &'static str,
}

/// Something about the counter's look that is on or off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Look {
    /// What is used most lies at the left hand.
    LeftHanded,
    /// Everything is a quarter larger.
    LargeType,
}

impl Look {
    const ALL: [Self; 2] = [Self::LeftHanded, Self::LargeType];

    const fn mark(self) -> Mark {
        match self {
            Self::LeftHanded => Mark { kept: "ministore.hand", attribute: "data-hand", word: "left" },
            Self::LargeType => Mark { kept: "ministore.type", attribute: "data-type", word: "large" },
        }
    }
}

thread_local! {
    static LOOKS: Lasting<Vec<Look>> = Lasting::new(kept());
}

fn kept() -> Vec<Look> {
    let is_kept = |look: &Look| storage::get(look.mark().kept).as_deref() == Some(look.mark().word);
    Look::ALL.into_iter().filter(is_kept).collect()
}

/// Whether it is on. Tracked.
pub(crate) fn is_on(look: Look) -> bool {
    LOOKS.with(|signal| signal.with(|looks| looks.contains(&look)))
}

/// Turns it on or off, at once, and remembers it.
pub(crate) fn set(look: Look, on: bool) {
    let mark = look.mark();
    if on {
        storage::set(mark.kept, mark.word);
    } else {
        storage::remove(mark.kept);
    }
    LOOKS.with(|signal| signal.set(kept()));
    apply();
}

/// Marks the page, so that its style follows.
pub(crate) fn apply() {
    let Some(root) = document().document_element() else { return };
    for look in Look::ALL {
        let mark = look.mark();
        // Attributes with plain names cannot fail.
        let _ = match LOOKS.with(|signal| signal.with_untracked(|looks| looks.contains(&look))) {
            true => root.set_attribute(mark.attribute, mark.word),
            false => root.remove_attribute(mark.attribute),
        };
    }
}
