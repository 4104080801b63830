//! Luminance frames in, retail codes out.
