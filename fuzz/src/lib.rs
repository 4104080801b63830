//! What must hold for any bytes whatever: one function for each door into the product. A function panics where it does
//! not hold. Fuzz targets and plain tests call the same ones.

#![forbid(unsafe_code)]

pub mod meaning;
pub mod picture;
