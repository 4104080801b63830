//! A picture that somebody sent, drawn anew: what is kept is what is seen, without what a camera writes beside it, and
//! without whatever else a file can carry.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageDecoder, ImageReader, Limits};
use ministore_core::courier::MOST_PICTURE;
use ministore_core::refusal::Refusal;

use crate::fault::Fault;

/// The largest side of a picture that is read, in pixels.
const MOST_SIDE: u32 = 4096;

/// The largest side of a picture that is kept, in pixels.
const KEPT_SIDE: u32 = 1280;

/// The most memory that reading one takes, in bytes.
const MOST_MEMORY: u64 = 96 << 20;

/// How well a picture is kept, of 100.
const QUALITY: u8 = 80;

/// The JPEG of a picture in Base64, upright and no larger than [`KEPT_SIDE`]. Refused where it is too large, or none.
pub(super) fn drawn_anew(base64: &str) -> Result<Vec<u8>, Fault> {
    // Four characters for three bytes.
    if base64.len() > MOST_PICTURE.div_ceil(3) * 4 {
        return Err(Refusal::TooLarge.into());
    }
    let bytes = BASE64.decode(base64).map_err(|error| Fault::invalid("picture", error))?;
    let none = |error: image::ImageError| Fault::invalid("picture", error);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|error| Fault::invalid("picture", error))?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SIDE);
    limits.max_image_height = Some(MOST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(none)?;
    let upright = decoder.orientation().map_err(none)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(none)?;
    picture.apply_orientation(upright);
    if picture.width().max(picture.height()) > KEPT_SIDE {
        picture = picture.thumbnail(KEPT_SIDE, KEPT_SIDE);
    }
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&picture.to_rgb8()).map_err(none)?;
    Ok(jpeg)
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_comes_out_as_a_jpeg_of_bounded_size() {
        let jpeg = drawn_anew(&BASE64.encode(png(2000, 500))).unwrap();
        assert_eq!(image::guess_format(&jpeg).unwrap(), image::ImageFormat::Jpeg);
        let again = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((again.width(), again.height()), (1280, 320));
    }

    #[test]
    fn what_stands_beside_the_picture_is_not_kept() {
        let mut file = png(4, 4);
        file.extend_from_slice(b"31.23 N 121.47 E");
        let jpeg = drawn_anew(&BASE64.encode(file)).unwrap();
        assert!(!jpeg.windows(5).any(|window| window == b"31.23"));
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        for text in ["", "!", "AAAA", &BASE64.encode(b"<svg xmlns='http://www.w3.org/2000/svg'/>")] {
            let refused = drawn_anew(text).unwrap_err();
            assert!(matches!(refused, Fault::Refused(Refusal::Invalid { .. })), "{text}");
        }
        let wide = drawn_anew(&BASE64.encode(png(MOST_SIDE + 1, 1))).unwrap_err();
        assert!(matches!(wide, Fault::Refused(Refusal::Invalid { .. })));
        let long = "A".repeat(MOST_PICTURE * 2);
        assert!(matches!(drawn_anew(&long).unwrap_err(), Fault::Refused(Refusal::TooLarge)));
    }
}
