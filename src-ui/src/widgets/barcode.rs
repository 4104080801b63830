//! Code 128 symbols to be shown (ISO/IEC 15417), always black on white.

use leptos::prelude::*;
use ministore_core::symbol::code_128;

/// The quiet zone on either side, in modules.
const QUIET: u32 = 10;

/// A Code 128 symbol of `text`; `label` says to screen readers what it is for. None for a text that is not printable
/// ASCII.
pub(crate) fn barcode(text: &str, label: Signal<String>) -> Option<AnyView> {
    let (path, width) = path_of(&code_128(text)?);
    Some(
        view! {
            <svg
                class="barcode"
                viewBox=["0 0 ", &width.to_string(), " 40"].concat()
                preserveAspectRatio="none"
                role="img"
                aria-label=move || label.get()
                shape-rendering="crispEdges"
            >
                <rect width="100%" height="100%" fill="#fff" />
                <path d=path fill="#000" />
            </svg>
        }
        .into_any(),
    )
}

/// The bars as a path 40 high, and the width of it all in modules.
fn path_of(runs: &[u8]) -> (String, u32) {
    let mut path = String::new();
    let mut at = QUIET;
    for (place, &width) in runs.iter().enumerate() {
        if place % 2 == 0 {
            let width = width.to_string();
            for part in ["M", &at.to_string(), " 0h", &width, "v40h-", &width, "z"] {
                path.push_str(part);
            }
        }
        at += u32::from(width);
    }
    (path, at + QUIET)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_run_is_drawn_between_two_quiet_zones() {
        assert_eq!(path_of(&[2, 1, 3]), ("M10 0h2v40h-2zM13 0h3v40h-3z".to_owned(), 26));
    }
}
