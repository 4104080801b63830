//! Square codes in the regions with contrast in all directions.

use super::{Decoder, Detection, Effort, push_matrix};
use crate::geometry::{Point, centre};
use crate::locate::Patch;
use crate::luma::Luma;
use crate::matrix::{self, Part};

/// Square-like regions that a live frame is searched for; the next frame takes the next ones.
const PATCHES_IN_A_FRAME: usize = 3;
/// Pixels along a side below which a square-like region is no code.
const LEAST_PATCH: usize = 16;
/// Pixels along a side that a Data Matrix is read at.
const LARGEST_DATA_MATRIX: usize = 320;

impl Decoder {
    /// The square-like regions to look at: of a live frame's a few, the others with the next frames.
    pub(super) fn patches_of_this_frame(&self, patches: &[Patch]) -> Vec<Patch> {
        let (count, turn) = match self.options.effort {
            Effort::Picture => (patches.len(), 0),
            // Each is the first of an even frame in turn; odd frames look at the others.
            Effort::Live => {
                (PATCHES_IN_A_FRAME.min(patches.len()), self.frame / 2 + self.frame % 2 * patches.len() / 2)
            }
        };
        let large = |patch: &Patch| patch.width.min(patch.height) >= LEAST_PATCH;
        patches
            .iter()
            .cycle()
            .skip(turn.checked_rem(patches.len()).unwrap_or(0))
            .take(count)
            .copied()
            .filter(large)
            .collect()
    }

    /// Reads QR codes whose finders show in a region. Answers whether there are any.
    pub(super) fn read_qr_codes(
        &mut self,
        luma: &Luma<'_>,
        patch: Patch,
        codes: &mut Vec<Detection>,
    ) -> bool {
        let wanted = self.options.symbologies;
        let part = with_margin(patch);
        let Some(piece) =
            matrix::wants_qr(wanted).then(|| matrix::around_qr_finders(luma, part, wanted)).flatten()
        else {
            return false;
        };
        // Light and dark are told apart by what lies about: now the one, now the other does better.
        let step = step_for(piece.width.max(piece.height));
        let mut found = matrix::read_qr(luma, Part { step, ..piece }, wanted);
        if found.is_empty() {
            found = matrix::read_qr(luma, part, wanted);
        }
        let is_read = !found.is_empty();
        found.into_iter().for_each(|reading| push_matrix(codes, reading));
        is_read
    }

    /// Reads what square-like codes there are beside QR codes in a region.
    pub(super) fn read_patch(
        &mut self,
        luma: &Luma<'_>,
        patch: Patch,
        first: bool,
        codes: &mut Vec<Detection>,
    ) {
        let part = with_margin(patch);
        // Without the margin, which is not the code's.
        let Patch { left, top, width, height, .. } = patch;
        if !matrix::is_two_toned(luma, Part { left, top, width, height, ..part }) {
            return;
        }
        let wanted = self.options.symbologies;
        let mut found = Vec::new();
        // Tracing the borders of a Data Matrix is dear: of a live frame, only one patch in every other frame.
        let is_turn = self.options.effort == Effort::Picture || (first && self.frame.is_multiple_of(2));
        if matrix::wants_others(wanted) && is_turn {
            found = matrix::read_others(luma, part, wanted);
        }
        if found.is_empty() && matrix::wants_data_matrix(wanted) && is_turn {
            let step = part.width.max(part.height).div_ceil(LARGEST_DATA_MATRIX);
            found = matrix::read_data_matrix(luma, Part { step, ..part }, wanted);
        }
        found.into_iter().for_each(|reading| push_matrix(codes, reading));
    }
}

/// A region with what lies about it.
fn with_margin(patch: Patch) -> Part {
    let margin = patch.width.max(patch.height) / 4 + 8;
    let left = patch.left.saturating_sub(margin);
    let top = patch.top.saturating_sub(margin);
    Part {
        left,
        top,
        width: patch.left + patch.width + margin - left,
        height: patch.top + patch.height + margin - top,
        step: step_for(patch.width.max(patch.height)),
        inverted: false,
    }
}

/// Averages a large part down, so that reading it costs a bounded time.
pub(super) fn step_for(longest: usize) -> usize {
    (longest / 900).max(1)
}

/// Whether a square-like region is the digits and borders printed about a bar code that has been read.
pub(super) fn is_beside_bars(codes: &[Detection], patch: Patch) -> bool {
    let middle = Point::new((patch.left + patch.width / 2) as f32, (patch.top + patch.height / 2) as f32);
    codes.iter().any(|code| {
        let length = code.points[0].distance(code.points[1]);
        centre(&code.points).distance(middle) < 0.6 * length
            && (patch.width.max(patch.height) as f32) < 1.6 * length
    })
}
