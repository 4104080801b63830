//! The other bar codes (ITF-14, Code 128, Code 39, DataBar), read row by row through rxing and voted over lines.

use crate::check::gtin_check_holds;
use crate::guard::guarded;
use crate::line::{Line, MARGIN};
use crate::retail::Span;
use crate::{Symbologies, Symbology};
use rxing::common::BitArray;
use rxing::oned::rss::RSS14Reader;
use rxing::oned::rss::expanded::RSSExpandedReader;
use rxing::oned::{Code39Reader, Code128Reader, ITFReader, OneDReader};
use rxing::{DecodeHints, RXingResult};

/// Runs of the shortest code looked for here: below, there is nothing to read.
const FEWEST_EDGES: usize = 20;

/// A text that some lines agree on.
#[derive(Debug, Clone)]
pub(crate) struct Vote {
    pub(crate) symbology: Symbology,
    pub(crate) text: String,
    pub(crate) lines: u32,
    pub(crate) first: Span,
    pub(crate) last: Span,
}

impl Vote {
    /// Lines that have to agree before the text is believed within one frame.
    fn needed(&self) -> u32 {
        match self.symbology {
            Symbology::Code39 | Symbology::Itf14 => 3,
            Symbology::Code128 | Symbology::Gs1_128 if self.text.len() < 6 => 3,
            Symbology::DataBarExpanded => 1,
            _ => 2,
        }
    }

    pub(crate) fn is_believed(&self) -> bool {
        self.lines >= self.needed()
    }

    /// 0 to 1: how many more lines agree than must.
    pub(crate) fn confidence(&self) -> f32 {
        let ratio = self.lines as f32 / self.needed() as f32;
        (0.6 + 0.1 * ratio).min(0.99)
    }
}

/// Reads lines and counts votes.
pub(crate) struct LinearReader {
    wanted: Symbologies,
    hints: DecodeHints,
    gs1_hints: DecodeHints,
    databar: [RSS14Reader; 2],
    expanded: [RSSExpandedReader; 2],
    votes: Vec<Vote>,
}

impl LinearReader {
    pub(crate) fn new(wanted: Symbologies) -> Self {
        Self {
            wanted,
            hints: DecodeHints::default(),
            gs1_hints: DecodeHints { AssumeGs1: Some(true), ..DecodeHints::default() },
            databar: Default::default(),
            expanded: Default::default(),
            votes: Vec::new(),
        }
    }

    /// Whether any symbology of this reader is looked for.
    pub(crate) fn is_wanted(&self) -> bool {
        [
            Symbology::Itf14,
            Symbology::Code128,
            Symbology::Gs1_128,
            Symbology::Code39,
            Symbology::DataBar,
            Symbology::DataBarExpanded,
        ]
        .iter()
        .any(|symbology| self.wanted.has(*symbology))
    }

    /// Whether any line has been read that others have yet to agree with.
    pub(crate) fn has_votes(&self) -> bool {
        !self.votes.is_empty()
    }

    /// Forgets votes and the halves of codes seen so far.
    pub(crate) fn clear(&mut self) {
        self.votes.clear();
        self.databar = Default::default();
        self.expanded = Default::default();
    }

    /// Reads a line in both directions. `index` counts the lines in their order of place.
    pub(crate) fn add(&mut self, line: &Line, index: usize) {
        if line.edges.len() < FEWEST_EDGES || !self.is_wanted() {
            return;
        }
        let scale = if line.len() < 1200 { 4.0 } else { 2.0 };
        let mut bits = line.bits(scale);
        self.read(line, &bits, index, scale, false);
        bits.reverse();
        self.read(line, &bits, index, scale, true);
    }

    fn read(&mut self, line: &Line, bits: &BitArray, index: usize, scale: f32, reversed: bool) {
        let row = index as u32;
        let side = usize::from(reversed);
        let size = bits.get_size() as f32;
        let mut results: Vec<(Symbology, RXingResult)> = Vec::new();
        let wanted = self.wanted;
        if wanted.has(Symbology::Code128) || wanted.has(Symbology::Gs1_128) {
            let hints = &self.gs1_hints;
            if let Some(result) = guarded(|| Code128Reader.decode_row(row, bits, hints).ok()) {
                let is_gs1 = result.getText().starts_with("]C1");
                results.push((if is_gs1 { Symbology::Gs1_128 } else { Symbology::Code128 }, result));
            }
        }
        if wanted.has(Symbology::Itf14) {
            let hints = &self.hints;
            if let Some(result) = guarded(|| ITFReader::default().decode_row(row, bits, hints).ok()) {
                results.push((Symbology::Itf14, result));
            }
        }
        if wanted.has(Symbology::Code39) {
            let hints = &self.hints;
            if let Some(result) = guarded(|| Code39Reader::default().decode_row(row, bits, hints).ok()) {
                results.push((Symbology::Code39, result));
            }
        }
        if wanted.has(Symbology::DataBar) {
            let (reader, hints) = (&mut self.databar[side], &self.hints);
            if let Some(result) = guarded(|| reader.decode_row(row, bits, hints).ok()) {
                results.push((Symbology::DataBar, result));
            }
        }
        if wanted.has(Symbology::DataBarExpanded) {
            let (reader, hints) = (&mut self.expanded[side], &self.hints);
            if let Some(result) = guarded(|| reader.decode_row(row, bits, hints).ok()) {
                results.push((Symbology::DataBarExpanded, result));
            }
        }
        for (symbology, result) in results {
            let Some(text) = text_of(symbology, result.getText()) else { continue };
            if !wanted.has(symbology) {
                continue;
            }
            let xs: Vec<f32> = result
                .getPoints()
                .iter()
                .map(|point| if reversed { size - point.x } else { point.x } / scale - MARGIN)
                .collect();
            let from = xs.iter().copied().fold(f32::MAX, f32::min).clamp(0.0, line.len() as f32);
            let to = xs.iter().copied().fold(f32::MIN, f32::max).clamp(0.0, line.len() as f32);
            let (from, to) = if reversed { (to, from) } else { (from, to) };
            let span = Span { from: line.place(from), to: line.place(to) };
            match self.votes.iter_mut().find(|vote| vote.symbology == symbology && vote.text == text) {
                Some(vote) => {
                    vote.lines += 1;
                    vote.last = span;
                }
                None => self.votes.push(Vote { symbology, text, lines: 1, first: span, last: span }),
            }
        }
    }

    /// The texts that enough lines agree on by now. They leave the count.
    pub(crate) fn take(&mut self) -> Vec<Vote> {
        let (believed, rest) = std::mem::take(&mut self.votes).into_iter().partition(Vote::is_believed);
        self.votes = rest;
        believed
    }
}

/// The text as this crate gives it; nothing if the code's own check fails.
fn text_of(symbology: Symbology, text: &str) -> Option<String> {
    match symbology {
        Symbology::Gs1_128 => Some(text.trim_start_matches("]C1").to_owned()),
        Symbology::Itf14 => (text.len() == 14 && gtin_check_holds(text)).then(|| text.to_owned()),
        Symbology::DataBar => gtin_check_holds(text).then(|| text.to_owned()),
        Symbology::DataBarExpanded => element_string(text),
        Symbology::Code39 if text.len() < 2 => None,
        _ => (!text.is_empty()).then(|| text.to_owned()),
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

    #[test]
    fn an_itf_with_a_wrong_check_digit_is_not_read() {
        assert!(text_of(Symbology::Itf14, "30712345000010").is_some());
        assert!(text_of(Symbology::Itf14, "30712345000011").is_none());
        assert!(text_of(Symbology::Itf14, "307123450000").is_none());
    }
}
