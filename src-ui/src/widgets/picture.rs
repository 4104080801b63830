//! A product's picture on its tinted tile.

use leptos::prelude::*;
use ministore_core::catalogue::PictureId;

use super::icon::{Icon, icon};
use crate::client::picture_url;

/// The picture, or a plain parcel where there is none. Its name stands beside it, so it needs none of its own.
/// `seed` picks the tile's tint: the same for the same text.
pub(crate) fn picture(picture: Option<&PictureId>, seed: &str) -> AnyView {
    let inside = match picture {
        Some(picture) => {
            view! { <img src=picture_url(picture) alt="" loading="lazy" decoding="async" width="160" height="160" /> }
                .into_any()
        }
        None => icon(Icon::Package),
    };
    view! { <span class="tile" style:--hue=hue(seed)>{inside}</span> }.into_any()
}

/// An angle on the colour wheel for a text.
pub(crate) fn hue(seed: &str) -> String {
    // FNV-1a (RFC 9923), enough to spread a dozen categories.
    let hash =
        seed.bytes().fold(2_166_136_261u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    (hash % 360).to_string()
}
