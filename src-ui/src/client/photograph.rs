//! A photograph made small enough to be sent.

use leptos::prelude::document;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageBitmap};

use super::camera::bitmap_of;

/// The largest side of what is sent, in pixels.
const MOST_SIDE: u32 = 1280;

/// How well it is kept, of 1.
const QUALITY: f64 = 0.8;

/// A picture's file as a JPEG in Base64, at most [`MOST_SIDE`] on a side. None where the file holds no picture.
pub(crate) async fn small_jpeg(file: &JsValue) -> Option<String> {
    let bitmap = bitmap_of(file).await?.dyn_into::<ImageBitmap>().ok()?;
    let (width, height) = fitting(bitmap.width(), bitmap.height());
    let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let drawn = context.draw_image_with_image_bitmap_and_dw_and_dh(
        &bitmap,
        0.0,
        0.0,
        f64::from(width),
        f64::from(height),
    );
    bitmap.close();
    drawn.ok()?;
    let url = canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &QUALITY.into()).ok()?;
    url.strip_prefix("data:image/jpeg;base64,").map(str::to_owned)
}

/// A width and a height in the same proportion, neither more than [`MOST_SIDE`] nor none.
fn fitting(width: u32, height: u32) -> (u32, u32) {
    let longest = width.max(height).max(1);
    if longest <= MOST_SIDE {
        return (width.max(1), height.max(1));
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(MOST_SIDE) / u64::from(longest);
        u32::try_from(side).unwrap_or(MOST_SIDE).max(1)
    };
    (scaled(width), scaled(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_picture_keeps_its_proportion() {
        assert_eq!(fitting(4000, 3000), (1280, 960));
        assert_eq!(fitting(640, 480), (640, 480));
        assert_eq!(fitting(100_000, 1), (1280, 1));
        assert_eq!(fitting(0, 0), (1, 1));
    }
}
