//! A wall around calls into the decoding library.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a decode that may panic on pictures its authors did not foresee; a panic counts as "nothing read".
///
/// In a page's module a panic aborts the module instead, and the worker starts it afresh.
pub(crate) fn guarded<T>(decode: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(decode)).ok().flatten()
}
