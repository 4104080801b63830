//! The page: shopper's phone and counter tablet.
