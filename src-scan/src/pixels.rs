//! Luminance out of the pixel formats that cameras and pages give, without a round trip through colour.

use crate::luma::{LumaBuf, LumaError, check_rows};

/// How the bytes of a camera's or a page's picture are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// One luminance byte a pixel.
    Grey,
    /// Packed 4:2:2, luminance in every even byte (`Y0 U Y1 V`).
    Yuyv,
    /// A luminance plane, then interleaved chroma at half size.
    Nv12,
    /// Three bytes a pixel: red, green, blue.
    Rgb,
    /// Four bytes a pixel: red, green, blue, opacity (ignored).
    Rgba,
}

impl PixelFormat {
    /// Bytes of one row of the first plane; the largest number for rows beyond it.
    pub fn row_bytes(self, width: usize) -> usize {
        match self {
            Self::Grey | Self::Nv12 => width,
            Self::Yuyv => width.div_ceil(2).saturating_mul(4),
            Self::Rgb => width.saturating_mul(3),
            Self::Rgba => width.saturating_mul(4),
        }
    }
}

/// Copies the luminance of a picture whose rows are `stride` bytes apart.
///
/// Chroma planes after the first plane are not looked at, and need not be there.
pub fn to_luma(
    format: PixelFormat,
    width: usize,
    height: usize,
    stride: usize,
    bytes: &[u8],
) -> Result<LumaBuf, LumaError> {
    let row_bytes = format.row_bytes(width);
    check_rows(width, height, stride, row_bytes, bytes.len())?;
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        let row = &bytes[y * stride..y * stride + row_bytes];
        match format {
            PixelFormat::Grey | PixelFormat::Nv12 => pixels.extend_from_slice(&row[..width]),
            PixelFormat::Yuyv => pixels.extend(row.iter().step_by(2).take(width)),
            PixelFormat::Rgb => pixels.extend(row.chunks_exact(3).map(|p| luminance(p[0], p[1], p[2]))),
            PixelFormat::Rgba => pixels.extend(row.chunks_exact(4).map(|p| luminance(p[0], p[1], p[2]))),
        }
    }
    LumaBuf::new(width, height, pixels)
}

/// Luminance of an sRGB pixel by the weights of ITU-R BT.601, in 1/256 parts.
#[inline]
fn luminance(red: u8, green: u8, blue: u8) -> u8 {
    ((77 * u32::from(red) + 150 * u32::from(green) + 29 * u32::from(blue)) >> 8) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_gives_the_same_grey() {
        let grey = to_luma(PixelFormat::Grey, 2, 1, 2, &[10, 200]).unwrap();
        let yuyv = to_luma(PixelFormat::Yuyv, 2, 1, 4, &[10, 128, 200, 128]).unwrap();
        let nv12 = to_luma(PixelFormat::Nv12, 2, 1, 2, &[10, 200, 128, 128]).unwrap();
        let rgb = to_luma(PixelFormat::Rgb, 2, 1, 6, &[10, 10, 10, 200, 200, 200]).unwrap();
        let rgba = to_luma(PixelFormat::Rgba, 2, 1, 8, &[10, 10, 10, 0, 200, 200, 200, 9]).unwrap();
        for other in [yuyv, nv12, rgb, rgba] {
            assert_eq!(other, grey);
        }
    }

    #[test]
    fn an_odd_width_of_yuyv_keeps_its_last_pixel() {
        let luma = to_luma(PixelFormat::Yuyv, 3, 1, 8, &[1, 0, 2, 0, 3, 0, 9, 0]).unwrap();
        assert_eq!(luma.pixels(), &[1, 2, 3]);
    }

    #[test]
    fn a_width_beyond_every_buffer_is_refused() {
        let refused = Err(LumaError::TooLarge { width: usize::MAX, height: 1 });
        for format in
            [PixelFormat::Grey, PixelFormat::Yuyv, PixelFormat::Nv12, PixelFormat::Rgb, PixelFormat::Rgba]
        {
            assert_eq!(to_luma(format, usize::MAX, 1, usize::MAX, &[0; 8]), refused, "{format:?}");
        }
    }

    #[test]
    fn rows_may_be_padded() {
        let luma = to_luma(PixelFormat::Grey, 1, 2, 4, &[5, 0, 0, 0, 6]).unwrap();
        assert_eq!(luma.pixels(), &[5, 6]);
    }
}
