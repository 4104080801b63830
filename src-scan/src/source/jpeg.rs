//! JPEG files, as cameras compress their frames.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::SourceError;
use crate::luma::LumaBuf;

/// The JPEG file that `bytes` begin with, without what lies behind it: nokhwa hands over all of a
/// buffer, with what an earlier frame left in it.
pub(super) fn first_file(bytes: &[u8]) -> &[u8] {
    let mut at = 2;
    while let Some([0xFF, marker]) = bytes.get(at..at + 2) {
        at += 2;
        match marker {
            0xD9 => return &bytes[..at],
            // Fill, stuffing and restarts have nothing behind them.
            0xFF => at -= 1,
            0x00 | 0x01 | 0xD0..=0xD8 => {}
            _ => {
                let Some(length) = bytes.get(at..at + 2) else { break };
                at += usize::from(u16::from_be_bytes([length[0], length[1]]));
            }
        }
        // Behind a scan's header its data, in which every 0xFF is marked.
        let data = bytes.get(at..).unwrap_or_default();
        at += data.iter().position(|byte| *byte == 0xFF).unwrap_or(data.len());
    }
    bytes
}

/// The luminance of a JPEG file, its colours left undecoded.
pub(super) fn luma(bytes: &[u8]) -> Result<LumaBuf, SourceError> {
    let (pixels, width, height) = decode(bytes, ColorSpace::Luma)?;
    Ok(LumaBuf::new(width, height, pixels)?)
}

pub(super) fn decode(bytes: &[u8], colours: ColorSpace) -> Result<(Vec<u8>, usize, usize), SourceError> {
    let decode = |message: String| SourceError::Decode { message };
    let options = DecoderOptions::default().jpeg_set_out_colorspace(colours);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let pixels = decoder.decode().map_err(|error| decode(error.to_string()))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| decode("it has no size".into()))?;
    Ok((pixels, width, height))
}
