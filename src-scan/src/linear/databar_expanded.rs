//! GS1 DataBar Expanded and Expanded Stacked on lines, through rxing (ISO/IEC 24724, section 7).

use rxing::DecodeHints;
use rxing::common::BitArray;
use rxing::oned::OneDReader;
use rxing::oned::rss::expanded::RSSExpandedReader;

use super::{Vote, databar};
use crate::Symbology;
use crate::guard::guarded;
use crate::line::{Line, MARGIN};
use crate::retail::Span;

/// Finders that a line must show before it is given to the reader, which is dear: a row has at least one, and the
/// symbol at least two.
const FEWEST_FINDERS: usize = 1;

/// Reads lines one after another; rows of a stacked symbol come together over them.
pub(super) struct ExpandedReader {
    hints: DecodeHints,
    /// For lines as they are, and seen from their other end.
    readers: [RSSExpandedReader; 2],
    is_fresh: bool,
}

impl Default for ExpandedReader {
    fn default() -> Self {
        Self { hints: DecodeHints::default(), readers: Default::default(), is_fresh: true }
    }
}

impl ExpandedReader {
    pub(super) fn clear(&mut self) {
        if !self.is_fresh {
            self.readers = Default::default();
            self.is_fresh = true;
        }
    }

    /// Whether any line has shown a finder.
    pub(super) fn has_evidence(&self) -> bool {
        !self.is_fresh
    }

    /// What the line, with those before it, says.
    pub(super) fn add(&mut self, line: &Line, index: usize) -> Vec<Vote> {
        let finders =
            (0..line.edges.len()).filter(|run| databar::may_be_expanded_finder(&line.edges, *run)).count();
        if finders < FEWEST_FINDERS {
            return Vec::new();
        }
        self.is_fresh = false;
        let scale = if line.len() < 1200 { 4.0 } else { 2.0 };
        let mut bits = line.bits(scale);
        let mut votes = Vec::new();
        votes.extend(self.read(line, &bits, index, scale, false));
        bits.reverse();
        votes.extend(self.read(line, &bits, index, scale, true));
        votes
    }

    fn read(
        &mut self,
        line: &Line,
        bits: &BitArray,
        index: usize,
        scale: f32,
        reversed: bool,
    ) -> Option<Vote> {
        let (reader, hints) = (&mut self.readers[usize::from(reversed)], &self.hints);
        let result = guarded(|| reader.decode_row(index as u32, bits, hints).ok())?;
        let text = element_string(result.getText())?;
        let size = bits.get_size() as f32;
        let xs = || {
            result
                .getPoints()
                .iter()
                .map(|point| if reversed { size - point.x } else { point.x } / scale - MARGIN)
        };
        let from = xs().fold(f32::MAX, f32::min).clamp(0.0, line.len() as f32);
        let to = xs().fold(f32::MIN, f32::max).clamp(0.0, line.len() as f32);
        let (from, to) = if reversed { (to, from) } else { (from, to) };
        let span = Span { from: line.place(from), to: line.place(to) };
        Some(Vote { symbology: Symbology::DataBarExpanded, text, lines: 1, first: span, last: span })
    }
}

/// Turns `(01)…(10)…` into the element string as it would be scanned: identifiers and values run together, with a
/// group separator (ASCII 29) after each value of variable length but the last.
fn element_string(text: &str) -> Option<String> {
    let mut elements: Vec<(&str, &str)> = Vec::new();
    let mut rest = text.strip_prefix('(')?;
    loop {
        let (identifier, after) = rest.split_once(')')?;
        let mut end = after.len();
        let mut next = None;
        for (at, _) in after.match_indices('(') {
            let inside = &after[at + 1..];
            let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
            if (2..=4).contains(&digits) && inside[digits..].starts_with(')') {
                end = at;
                next = Some(inside);
                break;
            }
        }
        elements.push((identifier, &after[..end]));
        match next {
            Some(inside) => rest = inside,
            None => break,
        }
    }
    let mut out = String::new();
    for (index, (identifier, value)) in elements.iter().enumerate() {
        out.push_str(identifier);
        out.push_str(value);
        if index + 1 < elements.len() && !has_fixed_length(identifier) {
            out.push('\u{1d}');
        }
    }
    Some(out)
}

/// Identifiers whose elements need no separator (GS1 General Specifications, figure 7.8.5-2).
fn has_fixed_length(identifier: &str) -> bool {
    matches!(
        identifier.get(..2),
        Some(
            "00" | "01"
                | "02"
                | "03"
                | "04"
                | "11"
                | "12"
                | "13"
                | "14"
                | "15"
                | "16"
                | "17"
                | "18"
                | "19"
                | "20"
                | "31"
                | "32"
                | "33"
                | "34"
                | "35"
                | "36"
                | "41"
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bracketed_identifiers_become_an_element_string() {
        assert_eq!(
            element_string("(01)98898765432106(3202)012345(15)991231").unwrap(),
            "0198898765432106320201234515991231"
        );
        assert_eq!(element_string("(10)AB(1)C(21)7").unwrap(), "10AB(1)C\u{1d}217");
        assert!(element_string("no identifiers").is_none());
    }
}
