//! The other bar codes (ITF, Code 128, Code 39, DataBar), read on lines and voted over them.

mod code_128;
mod code_39;
mod databar;
pub(crate) mod databar_expanded;
mod itf;

use databar::DataBarReader;
use databar_expanded::ExpandedReader;

use crate::databar_limited;
use crate::geometry::centre;
use crate::line::Line;
use crate::retail::Span;
use crate::{Symbologies, Symbology};

/// Runs of the shortest code looked for here: below, there is nothing to read.
const FEWEST_EDGES: usize = 20;

/// What a line says.
struct Read {
    symbology: Symbology,
    text: String,
    /// The first and last edge, in samples from the line's start.
    from: f32,
    to: f32,
}

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
            // Nothing but the lines themselves speaks for it: a slanting line that leaves a longer code early can look
            // like one.
            Symbology::Itf if self.text.len() < 8 => 8,
            Symbology::Itf => 5,
            Symbology::Code39 | Symbology::Itf14 => 3,
            Symbology::Code128 | Symbology::Gs1_128 if self.text.len() < 6 => 3,
            _ => 2,
        }
    }

    /// Whether that many lines agree, or more than half of those that a low picture has.
    fn is_believed(&self, planned: u32) -> bool {
        self.lines >= self.needed().min((planned / 2 + 1).max(2))
    }

    /// 0 to 1: how many more lines agree than must.
    pub(crate) fn confidence(&self) -> f32 {
        let ratio = self.lines as f32 / self.needed() as f32;
        (0.6 + 0.1 * ratio).min(0.99)
    }
}

/// Whether a code's own check goes over all of its characters, and each of these is checked by its bars.
pub(crate) fn checks_all_bars(symbology: Symbology) -> bool {
    matches!(symbology, Symbology::Code128 | Symbology::Gs1_128)
}

/// Reads lines and counts votes.
pub(crate) struct LinearReader {
    wanted: Symbologies,
    at_border: bool,
    /// Lines that will be read at the most.
    planned: u32,
    databar: DataBarReader,
    expanded: ExpandedReader,
    votes: Vec<Vote>,
}

impl LinearReader {
    /// `at_border` as in [`Line::is_light_before`].
    pub(crate) fn new(wanted: Symbologies, at_border: bool) -> Self {
        Self {
            wanted,
            at_border,
            planned: u32::MAX,
            databar: DataBarReader::default(),
            expanded: ExpandedReader::default(),
            votes: Vec::new(),
        }
    }

    /// Whether any line has shown a code, or a part of one.
    pub(crate) fn has_evidence(&self) -> bool {
        !self.votes.is_empty() || self.databar.has_evidence() || self.expanded.has_evidence()
    }

    /// Whether lines have shown a code that checks all of its bars where a span lies.
    pub(crate) fn shows_over(&self, span: Span) -> bool {
        self.votes.iter().any(|vote| {
            let Span { from, to } = vote.last;
            vote.lines >= 2 && checks_all_bars(vote.symbology) && span.is_about(centre(&[from, to]))
        })
    }

    /// Forgets votes and the halves of codes seen so far; so many lines are going to be read.
    pub(crate) fn clear(&mut self, planned: usize) {
        self.planned = planned as u32;
        self.votes.clear();
        self.databar.clear();
        self.expanded.clear();
    }

    /// Reads a line, and the same line seen from its other end.
    pub(crate) fn add(&mut self, line: &Line, flipped: &Line) {
        if line.edges.len() < FEWEST_EDGES {
            return;
        }
        self.read(line, false);
        self.read(flipped, true);
        if self.wanted.has(Symbology::DataBarExpanded) {
            let votes = self.expanded.add(line, flipped);
            votes.into_iter().for_each(|vote| self.count(vote));
        }
    }

    fn read(&mut self, line: &Line, reversed: bool) {
        let wanted = self.wanted;
        let has = |symbology| wanted.has(symbology);
        let code_128 = has(Symbology::Code128) || has(Symbology::Gs1_128);
        let itf = has(Symbology::Itf) || has(Symbology::Itf14);
        let at_border = self.at_border;
        if has(Symbology::DataBar)
            && let Some(limited) = databar_limited::read(line)
        {
            let span = Span { from: line.place(limited.from), to: line.place(limited.to) };
            let (symbology, text) = (Symbology::DataBar, limited.text);
            self.count(Vote { symbology, text, lines: 1, first: span, last: span });
        }
        let (code_39, databar) = (has(Symbology::Code39), has(Symbology::DataBar));
        for start in 0..line.edges.len().saturating_sub(5) {
            if databar && databar::may_be_finder(&line.edges, start) {
                self.databar.add(line, start, reversed);
            }
            if start % 2 == 1 {
                continue;
            }
            let read = None
                .or_else(|| if code_128 { code_128::read(line, start, at_border) } else { None })
                .or_else(|| if itf { itf::read(line, start, at_border) } else { None })
                .or_else(|| if code_39 { code_39::read(line, start, at_border) } else { None });
            if let Some(read) = read
                && wanted.has(read.symbology)
            {
                let span = Span { from: line.place(read.from), to: line.place(read.to) };
                let Read { symbology, text, .. } = read;
                self.count(Vote { symbology, text, lines: 1, first: span, last: span });
            }
        }
    }

    fn count(&mut self, new: Vote) {
        match self.votes.iter_mut().find(|vote| vote.symbology == new.symbology && vote.text == new.text) {
            Some(vote) => {
                vote.lines += new.lines;
                vote.last = new.last;
            }
            None => self.votes.push(new),
        }
    }

    /// The texts that enough lines agree on by now. They leave the count.
    pub(crate) fn take(&mut self) -> Vec<Vote> {
        for found in self.databar.take() {
            let databar::Found { text, lines, first, last } = found;
            self.count(Vote { symbology: Symbology::DataBar, text, lines, first, last });
        }
        let (believed, rest) =
            std::mem::take(&mut self.votes).into_iter().partition(|vote| vote.is_believed(self.planned));
        self.votes = rest;
        believed
    }
}
