//! QR codes to be shown, always dark on white: scanners ask for it, whatever the theme.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use leptos::prelude::*;

/// The quiet zone in modules (ISO/IEC 18004:2015, section 6.3.8).
const QUIET: usize = 4;

/// A QR code of `text`; `label` says to screen readers what it is for. Nothing for a text too long for any.
pub(crate) fn qr_code(text: &str, label: Signal<String>) -> Option<AnyView> {
    let (path, side) = path_of(text)?;
    let side = side.to_string();
    Some(
        view! {
            <svg
                class="qr"
                viewBox=["0 0 ", &side, " ", &side].concat()
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

/// The dark modules as a path, and the side of the square they stand in, quiet zone included.
fn path_of(text: &str) -> Option<(String, usize)> {
    let code = QRBuilder::new(text.as_bytes()).ecl(ECL::M).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        for x in 0..code.size {
            if code[y][x].value() {
                for part in ["M", &(x + QUIET).to_string(), " ", &(y + QUIET).to_string(), "h1v1h-1z"] {
                    path.push_str(part);
                }
            }
        }
    }
    Some((path, code.size + 2 * QUIET))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_finders_and_a_quiet_zone() {
        let (path, side) = path_of("MOK7M4Q2ZP").unwrap();
        assert_eq!(side, 21 + 8);
        for corner in ["M4 4h", "M24 4h", "M4 24h"] {
            assert!(path.contains(corner), "{corner}");
        }
        assert!(!path.contains("M24 24h1v1h-1zM25"), "no finder at the lower right");
        assert!(!path.contains("M3 ") && !path.contains("M25 "));
    }

    #[test]
    fn a_text_too_long_for_any_code_gives_none() {
        assert!(path_of(&"x".repeat(5000)).is_none());
    }
}
