//! A borrowed luminance picture, checked once so that nothing after it needs to be.

use thiserror::Error;

/// The largest width or height that is accepted, in pixels.
pub const MAX_SIDE: usize = 16_384;

/// Why some bytes are not a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum LumaError {
    /// Width or height is zero.
    #[error("a picture of {width}×{height} has no pixels")]
    Empty {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Width or height is above [`MAX_SIDE`].
    #[error("a picture of {width}×{height} is larger than {MAX_SIDE} pixels on a side")]
    TooLarge {
        /// Pixels in a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// A row would overlap the next one.
    #[error("rows {stride} bytes apart cannot hold {needed} bytes")]
    Stride {
        /// Distance between the starts of two rows, in bytes.
        stride: usize,
        /// Bytes that one row takes.
        needed: usize,
    },
    /// The buffer ends before the picture does.
    #[error("the buffer has {given} bytes, the picture needs {needed}")]
    Short {
        /// Bytes that the picture takes.
        needed: usize,
        /// Bytes in the buffer.
        given: usize,
    },
}

/// Luminance, one byte a pixel (0 black, 255 white), rows `stride` bytes apart, top row first.
#[derive(Debug, Clone, Copy)]
pub struct Luma<'a> {
    width: usize,
    height: usize,
    stride: usize,
    pixels: &'a [u8],
}

impl<'a> Luma<'a> {
    /// Views `pixels` as a picture. The last row may end right after its last pixel.
    pub fn new(width: usize, height: usize, stride: usize, pixels: &'a [u8]) -> Result<Self, LumaError> {
        check_rows(width, height, stride, width, pixels.len())?;
        Ok(Self { width, height, stride, pixels })
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixels of row `y`; empty below the picture.
    pub fn row(&self, y: usize) -> &'a [u8] {
        if y >= self.height {
            return &[];
        }
        let start = y * self.stride;
        &self.pixels[start..start + self.width]
    }

    /// Luminance at a place between pixels (bilinear), the border repeated outside.
    /// Pixel centres lie at whole coordinates.
    #[inline]
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        // Numbers below 0 become 0.
        let (column, row) = (x as usize, y as usize);
        if x < 0.0 || y < 0.0 || column + 1 >= self.width || row + 1 >= self.height {
            return self.sample_at_border(x, y);
        }
        let at = row * self.stride + column;
        let (above, below) = (&self.pixels[at..at + 2], &self.pixels[at + self.stride..][..2]);
        between([above[0], above[1], below[0], below[1]], x - column as f32, y - row as f32)
    }

    #[cold]
    fn sample_at_border(&self, x: f32, y: f32) -> f32 {
        let x = x.clamp(0.0, (self.width - 1) as f32);
        let y = y.clamp(0.0, (self.height - 1) as f32);
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let at = |x: usize, y: usize| self.pixels[y * self.stride + x];
        between([at(x0, y0), at(x1, y0), at(x0, y1), at(x1, y1)], x - x0 as f32, y - y0 as f32)
    }

    /// Copies the rectangle (clipped to the picture) with rows packed, every `step`-th pixel averaged with its
    /// neighbours. Answers the pixels with the new width and height.
    pub(crate) fn crop(&self, left: usize, top: usize, width: usize, height: usize, step: usize) -> LumaBuf {
        let step = step.max(1);
        let (left, top) = (left.min(self.width - 1), top.min(self.height - 1));
        let (width, height) = (width.min(self.width - left), height.min(self.height - top));
        let (out_width, out_height) = ((width / step).max(1), (height / step).max(1));
        let mut pixels = Vec::with_capacity(out_width * out_height);
        for y in 0..out_height {
            if step == 1 {
                pixels.extend_from_slice(&self.row(top + y)[left..left + width]);
                continue;
            }
            for x in 0..out_width {
                let mut sum = 0u32;
                let mut count = 0u32;
                for dy in 0..step.min(height) {
                    let row = &self.row(top + y * step + dy)[left..left + width];
                    for value in row.iter().skip(x * step).take(step) {
                        sum += u32::from(*value);
                        count += 1;
                    }
                }
                pixels.push((sum / count.max(1)) as u8);
            }
        }
        LumaBuf { width: out_width, height: out_height, pixels }
    }
}

/// Between four pixels, left above, right above, left below and right below, at a share of the way right and down.
#[inline]
fn between([a, b, c, d]: [u8; 4], right: f32, down: f32) -> f32 {
    let [a, b, c, d] = [a, b, c, d].map(f32::from);
    let (above, below) = (a + right * (b - a), c + right * (d - c));
    above + down * (below - above)
}

/// An owned luminance picture with packed rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LumaBuf {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl LumaBuf {
    /// Takes packed pixels, `width` to a row.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Result<Self, LumaError> {
        check_rows(width, height, width, width, pixels.len())?;
        Ok(Self { width, height, pixels })
    }

    /// Takes pixels that are known to be packed.
    #[cfg(feature = "synthetic")]
    pub(crate) fn from_packed(width: usize, height: usize, pixels: Vec<u8>) -> Self {
        debug_assert_eq!(pixels.len(), width * height);
        Self { width, height, pixels }
    }

    /// The picture as the decoder takes it.
    pub fn as_luma(&self) -> Luma<'_> {
        Luma { width: self.width, height: self.height, stride: self.width, pixels: &self.pixels }
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The packed pixels.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// Gives the packed pixels back.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }
}

/// Checks that `rows` rows of `row_bytes` bytes, `stride` apart, lie within `given` bytes.
pub(crate) fn check_rows(
    width: usize,
    height: usize,
    stride: usize,
    row_bytes: usize,
    given: usize,
) -> Result<(), LumaError> {
    if width == 0 || height == 0 {
        return Err(LumaError::Empty { width, height });
    }
    if width > MAX_SIDE || height > MAX_SIDE {
        return Err(LumaError::TooLarge { width, height });
    }
    if stride < row_bytes {
        return Err(LumaError::Stride { stride, needed: row_bytes });
    }
    let needed = stride.saturating_mul(height - 1).saturating_add(row_bytes);
    if given < needed {
        return Err(LumaError::Short { needed, given });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_that_does_not_fit_its_buffer_is_refused() {
        let bytes = [0u8; 20];
        assert_eq!(Luma::new(0, 5, 5, &bytes).unwrap_err(), LumaError::Empty { width: 0, height: 5 });
        assert_eq!(Luma::new(5, 4, 4, &bytes).unwrap_err(), LumaError::Stride { stride: 4, needed: 5 });
        assert_eq!(Luma::new(5, 5, 5, &bytes).unwrap_err(), LumaError::Short { needed: 25, given: 20 });
        assert_eq!(
            Luma::new(MAX_SIDE + 1, 1, MAX_SIDE + 1, &bytes).unwrap_err(),
            LumaError::TooLarge { width: MAX_SIDE + 1, height: 1 }
        );
        assert_eq!(
            Luma::new(5, 4, usize::MAX, &bytes).unwrap_err(),
            LumaError::Short { needed: usize::MAX, given: 20 }
        );
    }

    #[test]
    fn the_last_row_may_end_with_its_last_pixel() {
        let bytes = [7u8; 8];
        let luma = Luma::new(2, 2, 6, &bytes).unwrap();
        assert_eq!(luma.row(1), &[7, 7]);
        assert!(luma.row(2).is_empty());
    }

    #[test]
    fn sampling_interpolates_and_repeats_the_border() {
        let luma = Luma::new(2, 2, 2, &[0, 100, 100, 200]).unwrap();
        assert_eq!(luma.sample(0.5, 0.5), 100.0);
        assert_eq!(luma.sample(-3.0, 9.0), 100.0);
    }
}
