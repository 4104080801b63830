//! The pipeline from a frame to codes: a cheap look, the likeliest regions, then the rest while time remains.

mod across;
mod patches;

use crate::check::gtin_check_holds;
use crate::geometry::{Point, centre};
use crate::line::{COARSE, FINE, Line, Sampling};
use crate::linear::{LinearReader, checks_all_bars};
use crate::locate::{Bars, Locator, joined};
use crate::luma::Luma;
use crate::matrix::{self, MatrixReading, Part};
use crate::retail::{Reading, RetailReader, Span, Wanted};
use crate::{Symbologies, Symbology};
use across::{Across, parallel_lines};
use serde::Serialize;

/// A code that was read in a frame.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detection {
    /// Its kind.
    pub symbology: Symbology,
    /// What it says. EAN and UPC with their check digit, UPC-E in eight digits, DataBar as its GTIN-14; element strings
    /// run together, with ASCII 29 where a separator is needed.
    pub text: String,
    /// The two or five digits that stand beside an EAN or UPC symbol: an issue, a price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addon: Option<String>,
    /// Its corners, in pixels of the frame.
    pub points: [Point; 4],
    /// How sure the reading is, from 0 to 1.
    pub confidence: f32,
}

/// Where the time of a frame went, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Micros {
    /// The look over the frame.
    pub locate: u64,
    /// Lines across regions with bars.
    pub bars: u64,
    /// Two-dimensional codes.
    pub matrix: u64,
    /// The rest of the frame.
    pub whole: u64,
    /// All of it.
    pub total: u64,
}

/// What would help to read a code that is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hint {
    /// Its bars are too narrow.
    Closer,
    /// Hardly anything shows.
    MoreLight,
    /// Its bars show, but not sharply enough.
    HoldStill,
}

/// What a frame held.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Outcome {
    /// The codes, each once per place.
    pub codes: Vec<Detection>,
    /// What would help, where nothing was read.
    pub hint: Option<Hint>,
    /// Where the time went.
    pub micros: Micros,
}

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// A frame of a live camera: what one frame does not show the next one may.
    #[default]
    Live,
    /// A single picture: every way there is, while the budget lasts.
    Picture,
}

/// What a decoder looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The kinds of code.
    pub symbologies: Symbologies,
    /// How hard.
    pub effort: Effort,
}

/// Reads frames. Keeps its buffers from frame to frame.
pub struct Decoder {
    options: Options,
    locator: Locator,
    retail: RetailReader,
    linear: LinearReader,
    line: Line,
    /// The same line seen from its other end.
    flipped: Line,
    /// Where lines showed a code that they did not settle.
    clues: Vec<Clue>,
    /// Frames so far: what a live frame leaves out, the next ones take in turn.
    frame: usize,
}

/// Most regions of a kind that a frame is searched for.
const MOST_REGIONS: usize = 6;
/// Pixels of a picture that may be one code as a whole.
const SMALL: usize = 160_000;
/// Ways to read a region again that shows bars but no code, the likelier first.
const BLURRED_WAYS: [Way; 5] =
    [Way::Gathered, Way::Sharpened(1), Way::Brightness(FINE), Way::Brightness(COARSE), Way::Sharpened(2)];
/// Of these ways, each for every region, so many are tried in a live frame.
const TRIES_IN_A_FRAME: usize = 2;
/// Pixels of a module below which a code should come closer.
const LEAST_MODULE: f32 = 1.5;
/// Mean grey level below which it is dark.
const DARK: u64 = 40;
/// Lines after which a region is given up that has shown nothing like a code.
const FEWEST_LINES: usize = 6;
/// The same in a live frame: the next one has other grain.
const FEWEST_LIVE_LINES: usize = 4;
/// The same for a live frame's lines against blur, which are dear: a code's middle shows it on most of them.
const FEWEST_LIVE_LINES_AGAINST_BLUR: usize = 3;
/// Edges that a line must show before it is worth trying against blur: some bars of a code survive any blur that can
/// be taken back.
const FEWEST_BLURRED_EDGES: usize = 24;

/// Edges of a region that may be a part of a code: an EAN-13 has 60.
const A_PART: std::ops::Range<usize> = 8..56;
/// Lines that are read by brightness: they are dear, and the second says most of what the others do.
const LINES_OF_BRIGHTNESS: usize = 5;
/// Lines that are read sharpened.
const LINES_SHARPENED: usize = 9;
/// Lines that a live frame reads so: what they do not settle, those of the next frame may.
const LIVE_LINES_AGAINST_BLUR: usize = 5;

/// Lines that are read about the one that shows a code best, and pixels between them.
const LINES_BESIDE: usize = 7;
const BESIDE: f32 = 1.5;

/// How lines are read.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// By where their edges lie.
    Edges,
    /// The same, of all pixels about the line as they are: what lies between pixels is lost where they are mixed.
    Gathered,
    /// By their brightness, where edges have been lost; edges below this share of the contrast do not count.
    Brightness(f32),
    /// By their edges once blur over so many samples is taken back.
    Sharpened(usize),
}

/// A line that shows a code, but not well enough.
#[derive(Debug, Clone, Copy)]
struct Clue {
    region: Bars,
    way: Way,
    /// How far it lies from the region's middle, along the bars.
    middle: f32,
}

impl Decoder {
    /// A decoder for some kinds of code.
    pub fn new(options: Options) -> Self {
        let has = |symbology| options.symbologies.has(symbology);
        let wanted = Wanted {
            ean13: has(Symbology::Ean13),
            upc_a: has(Symbology::UpcA),
            ean8: has(Symbology::Ean8),
            upc_e: has(Symbology::UpcE),
        };
        // A picture is cut as somebody cut it; of a live frame's code there may be more beyond the border.
        let at_border = options.effort == Effort::Picture;
        Self {
            options,
            locator: Locator::default(),
            retail: RetailReader::new(wanted, at_border),
            linear: LinearReader::new(options.symbologies, at_border),
            line: Line::default(),
            flipped: Line::default(),
            clues: Vec::new(),
            frame: 0,
        }
    }

    /// What this decoder looks for.
    pub fn options(&self) -> Options {
        self.options
    }

    /// Reads a frame. `clock` answers microseconds from any fixed moment; after `budget` microseconds no further stage
    /// is begun (one that runs is finished).
    pub fn decode(&mut self, luma: &Luma<'_>, budget: u64, clock: &dyn Fn() -> u64) -> Outcome {
        let begun = clock();
        let mut outcome = Outcome::default();
        let mut found = self.locator.look(luma, MOST_REGIONS);
        let located = clock();
        outcome.micros.locate = located.saturating_sub(begun);
        let in_time = || clock().saturating_sub(begun) < budget;
        self.clues.clear();

        // The edges that each region showed.
        let mut edges = [0; MOST_REGIONS];
        for (region, edges) in found.bars.iter().zip(&mut edges) {
            if !in_time() {
                break;
            }
            if !is_covered(&outcome.codes, region.centre) {
                *edges = self.read_bars(luma, region, Way::Edges, &in_time, &mut outcome.codes);
            }
        }
        if outcome.codes.is_empty() {
            self.read_leaning(luma, &found.bars, &in_time, &mut outcome.codes);
        }
        if outcome.codes.is_empty() {
            self.read_joined(luma, &mut found.bars, &mut edges, &in_time, &mut outcome.codes);
        }
        let barred = clock();
        outcome.micros.bars = barred.saturating_sub(located);

        let patches = self.patches_of_this_frame(&found.patches);
        let mut seen_through = Vec::with_capacity(patches.len());
        for patch in &patches {
            if !in_time() {
                break;
            }
            if !patches::is_beside_bars(&outcome.codes, *patch) {
                let is_read = self.read_qr_codes(luma, *patch, &mut outcome.codes);
                seen_through.push((*patch, is_read));
            }
        }
        let finders_tried = clock();
        // Without a finder, many edges in a row are more likely a bar code out of focus than anything square.
        if edges.iter().any(|edges| *edges >= FEWEST_BLURRED_EDGES) && outcome.codes.is_empty() {
            self.read_against_blur(luma, &found.bars, &edges, &in_time, &mut outcome.codes);
        }
        if outcome.codes.is_empty() {
            self.read_beside_clues(luma, &in_time, &mut outcome.codes);
        }
        let sharpened = clock();
        outcome.micros.bars += sharpened.saturating_sub(finders_tried);
        for (index, (patch, is_read)) in seen_through.into_iter().enumerate() {
            if !in_time() {
                break;
            }
            if !is_read && !patches::is_beside_bars(&outcome.codes, patch) {
                self.read_patch(luma, patch, index == 0, &mut outcome.codes);
            }
        }
        self.frame = self.frame.wrapping_add(1);
        let matrixed = clock();
        outcome.micros.matrix = finders_tried.saturating_sub(barred) + matrixed.saturating_sub(sharpened);

        if outcome.codes.is_empty() && self.options.effort == Effort::Picture {
            self.read_whole(luma, &in_time, &mut outcome.codes);
        }
        if outcome.codes.is_empty() {
            outcome.hint = hint(luma, &found.bars, &edges);
        }
        let done = clock();
        outcome.micros.whole = done.saturating_sub(matrixed);
        outcome.micros.total = done.saturating_sub(begun);
        outcome
    }

    /// Low codes whose bars lean, along the code.
    fn read_leaning(
        &mut self,
        luma: &Luma<'_>,
        regions: &[Bars],
        in_time: &dyn Fn() -> bool,
        codes: &mut Vec<Detection>,
    ) {
        for region in regions {
            let Some(across) = region.leaning else { continue };
            if !in_time() || !codes.is_empty() {
                return;
            }
            self.read_bars(luma, &Bars { across, ..*region }, Way::Edges, in_time, codes);
        }
    }

    /// Regions in one line that each show some of a code's edges, as one. They come before the others from there on.
    fn read_joined(
        &mut self,
        luma: &Luma<'_>,
        regions: &mut Vec<Bars>,
        edges: &mut [usize; MOST_REGIONS],
        in_time: &dyn Fn() -> bool,
        codes: &mut Vec<Detection>,
    ) {
        let shows_a_part = |(_, edges): &(&Bars, &usize)| A_PART.contains(*edges);
        let parts: Vec<Bars> =
            regions.iter().zip(edges.iter()).filter(shows_a_part).map(|(region, _)| *region).collect();
        for region in joined(&parts) {
            if !in_time() || !codes.is_empty() {
                return;
            }
            let shown = self.read_bars(luma, &region, Way::Edges, in_time, codes);
            regions.insert(0, region);
            regions.truncate(MOST_REGIONS);
            edges.rotate_right(1);
            edges[0] = shown;
        }
    }

    /// Regions that show bars but no code, again against blur. In a live frame [`TRIES_IN_A_FRAME`] are made.
    fn read_against_blur(
        &mut self,
        luma: &Luma<'_>,
        regions: &[Bars],
        edges: &[usize; MOST_REGIONS],
        in_time: &dyn Fn() -> bool,
        codes: &mut Vec<Detection>,
    ) {
        let blurred = |(_, edges): &(&Bars, &usize)| **edges >= FEWEST_BLURRED_EDGES;
        let tries: Vec<(Way, &Bars)> = BLURRED_WAYS
            .iter()
            .flat_map(|way| regions.iter().zip(edges).filter(blurred).map(|(region, _)| (*way, region)))
            .collect();
        let chosen = match self.options.effort {
            Effort::Picture => tries,
            // The likeliest in each frame, so that its evidence adds up; the others in turn.
            Effort::Live => tries
                .split_first()
                .map(|(likeliest, others)| {
                    let next = others.iter().cycle().skip(self.frame.checked_rem(others.len()).unwrap_or(0));
                    [likeliest].into_iter().chain(next.take(TRIES_IN_A_FRAME - 1)).copied().collect()
                })
                .unwrap_or_default(),
        };
        for (way, region) in chosen {
            if !in_time() || !codes.is_empty() {
                return;
            }
            self.read_bars(luma, region, way, in_time, codes);
        }
    }

    /// Lines across a region, from its middle outwards. Answers the most edges that one of them showed.
    fn read_bars(
        &mut self,
        luma: &Luma<'_>,
        region: &Bars,
        way: Way,
        in_time: &dyn Fn() -> bool,
        codes: &mut Vec<Detection>,
    ) -> usize {
        let most = ((region.half_along * 2.0 / 3.0) as usize).clamp(5, 21) | 1;
        let count = match way {
            Way::Edges => most,
            _ if self.options.effort == Effort::Live => most.min(LIVE_LINES_AGAINST_BLUR),
            Way::Gathered => most,
            Way::Brightness(_) => most.min(LINES_OF_BRIGHTNESS),
            Way::Sharpened(_) => most.min(LINES_SHARPENED),
        };
        // An odd number, so that one runs through the middle; a pixel apart at least, so that no row is read twice.
        let span = region.half_along * 1.8;
        let count = count.min(((span as usize).max(1) - 1) | 1);
        let gap = span / count as f32;
        let known = codes.len();
        let edges = self.read_lines(luma, &parallel_lines(region, count, 0.0, gap), way, in_time, codes);
        // What one live frame does not settle, the next one may.
        if self.options.effort == Effort::Picture
            && codes.len() == known
            && gap > BESIDE
            && let Some(index) = self.retail.likeliest_line()
        {
            self.clues.push(Clue { region: *region, way, middle: (index as f32 - count as f32) * gap });
        }
        edges
    }

    /// Where glare, wear or a fold leave little of a code, the lines beside the one that shows it best show it too.
    fn read_beside_clues(&mut self, luma: &Luma<'_>, in_time: &dyn Fn() -> bool, codes: &mut Vec<Detection>) {
        for Clue { region, way, middle } in std::mem::take(&mut self.clues) {
            if !in_time() || !codes.is_empty() {
                return;
            }
            let lines = parallel_lines(&region, LINES_BESIDE, middle, BESIDE);
            self.read_lines(luma, &lines, way, in_time, codes);
        }
    }

    /// Reads lines, each with its place among them. Answers the most edges that any line showed.
    fn read_lines(
        &mut self,
        luma: &Luma<'_>,
        lines: &[Across],
        way: Way,
        in_time: &dyn Fn() -> bool,
        codes: &mut Vec<Detection>,
    ) -> usize {
        let (mut edges, mut lines_read) = (0, 0);
        let fewest = match (self.options.effort, way) {
            (Effort::Live, Way::Edges) => FEWEST_LIVE_LINES,
            (Effort::Live, _) => FEWEST_LIVE_LINES_AGAINST_BLUR,
            (Effort::Picture, _) => FEWEST_LINES,
        };
        self.retail.clear();
        self.linear.clear(lines.len());
        let mut line = std::mem::take(&mut self.line);
        let mut flipped = std::mem::take(&mut self.flipped);
        for Across { from, to, index } in lines.iter().copied() {
            let Some((from, to)) = across::clip(luma, from, to) else { continue };
            let (sampling, share, sharpen) = match way {
                Way::Edges => (Sampling::Nearest, FINE, 0),
                Way::Gathered => (Sampling::Band, FINE, 0),
                Way::Brightness(share) => (Sampling::Band, share, 0),
                Way::Sharpened(distance) => (Sampling::Band, FINE, distance),
            };
            line.trace(luma, from, to, sampling, share, sharpen);
            edges = edges.max(line.edges.len());
            line.reversed_into(&mut flipped);
            self.retail.add(&line, &flipped, index);
            if matches!(way, Way::Brightness(_)) {
                self.retail.add_blurred(&line, &flipped, index);
            } else {
                self.linear.add(&line, &flipped);
            }
            let before = codes.len();
            self.take_retail(true, codes);
            for vote in self.linear.take() {
                // Each row of a stacked symbol says it once more.
                let is_known =
                    |code: &Detection| (code.symbology, &code.text) == (vote.symbology, &vote.text);
                if vote.symbology == Symbology::DataBarExpanded && codes.iter().any(is_known) {
                    continue;
                }
                let confidence = vote.confidence();
                push(codes, vote.symbology, (vote.text, None), corners(vote.first, vote.last), confidence);
            }
            lines_read += 1;
            if !in_time()
                || lines_read == fewest && !self.retail.has_evidence() && !self.linear.has_evidence()
            {
                break;
            }
            // The region is read once a code takes up most of the line; else there may be another beside it.
            let longest = from.distance(to);
            if codes[before..].iter().any(|code| code.points[0].distance(code.points[1]) > 0.45 * longest) {
                break;
            }
        }
        self.take_retail(false, codes);
        if self.options.effort == Effort::Live {
            let readings = self.retail.fuse(self.frame);
            push_retail(codes, readings);
        }
        self.line = line;
        self.flipped = flipped;
        edges
    }

    fn take_retail(&mut self, more_to_come: bool, codes: &mut Vec<Detection>) {
        let mut readings = self.retail.take(more_to_come);
        // Now and then the bars of a short Code 128 are near those of an EAN-8; only the one checks them all.
        readings.retain(|reading| {
            let is_short = matches!(reading.symbology, Symbology::Ean8 | Symbology::UpcE);
            let is_part = |code: &Detection| {
                checks_all_bars(code.symbology) && reading.first.is_about(centre(&code.points))
            };
            !is_short || !(self.linear.shows_over(reading.first) || codes.iter().any(is_part))
        });
        push_retail(codes, readings);
    }

    /// Every way there is over the whole picture, the likelier first.
    fn read_whole(&mut self, luma: &Luma<'_>, in_time: &dyn Fn() -> bool, codes: &mut Vec<Detection>) {
        for lines in [across::rows(luma), across::columns(luma)] {
            self.read_lines(luma, &lines, Way::Edges, in_time, codes);
            if !codes.is_empty() || !in_time() {
                return;
            }
        }
        let whole =
            Part { left: 0, top: 0, width: luma.width(), height: luma.height(), step: 1, inverted: false };
        let wanted = self.options.symbologies;
        let has_finder = matrix::around_qr_finders(luma, whole, wanted).is_some();
        // A larger picture shows a region for it.
        let may_be_data_matrix = matrix::wants_data_matrix(wanted)
            && luma.width() * luma.height() <= SMALL
            && matrix::is_two_toned(luma, whole);
        let fitting = patches::step_for(luma.width().max(luma.height()));
        for (step, inverted) in [(fitting, false), (fitting * 2, false), (fitting, true)] {
            if !codes.is_empty() || !in_time() {
                return;
            }
            let part = Part { step, inverted, ..whole };
            if matrix::wants_qr(wanted) && has_finder {
                matrix::read_qr(luma, part, wanted)
                    .into_iter()
                    .for_each(|reading| push_matrix(codes, reading));
            }
            if codes.is_empty() && in_time() && matrix::wants_others(wanted) {
                matrix::read_others(luma, part, wanted)
                    .into_iter()
                    .for_each(|reading| push_matrix(codes, reading));
            }
            if codes.is_empty() && in_time() && may_be_data_matrix {
                matrix::read_data_matrix(luma, part, wanted)
                    .into_iter()
                    .for_each(|reading| push_matrix(codes, reading));
            }
        }
    }
}

/// What would help to read what is in view.
fn hint(luma: &Luma<'_>, regions: &[Bars], edges: &[usize; MOST_REGIONS]) -> Option<Hint> {
    let seen = regions.iter().zip(edges).find(|(_, edges)| **edges >= FEWEST_BLURRED_EDGES);
    if let Some((region, _)) = seen {
        // As an EAN-13, the widest of what is looked for most.
        let module = 2.0 * region.half_across / 95.0;
        return Some(if module < LEAST_MODULE { Hint::Closer } else { Hint::HoldStill });
    }
    let rows = (0..luma.height()).step_by((luma.height() / 16).max(1)).map(|y| luma.row(y));
    let (sum, count) = rows
        .flat_map(|row| row.iter().step_by(16))
        .fold((0u64, 0u64), |(sum, count), value| (sum + u64::from(*value), count + 1));
    (sum < DARK * count).then_some(Hint::MoreLight)
}

fn is_covered(codes: &[Detection], place: Point) -> bool {
    codes.iter().any(|code| {
        let size = code.points[0].distance(code.points[1]).min(code.points[1].distance(code.points[2]));
        centre(&code.points).distance(place) < size / 2.0
    })
}

fn corners(first: Span, last: Span) -> [Point; 4] {
    [first.from, first.to, last.to, last.from]
}

fn push_retail(codes: &mut Vec<Detection>, readings: Vec<Reading>) {
    for reading in readings {
        let points = corners(reading.first, reading.last);
        push(codes, reading.symbology, (reading.text, reading.addon), points, reading.confidence);
    }
}

fn push_matrix(codes: &mut Vec<Detection>, reading: MatrixReading) {
    push(codes, reading.symbology, (reading.text, None), reading.points, 0.95);
}

fn push(
    codes: &mut Vec<Detection>,
    symbology: Symbology,
    (text, addon): (String, Option<String>),
    points: [Point; 4],
    confidence: f32,
) {
    let is_checked = matches!(symbology, Symbology::Ean13 | Symbology::Ean8 | Symbology::UpcA);
    if is_checked && !gtin_check_holds(&text) {
        return;
    }
    let middle = centre(&points);
    let size = points[0].distance(points[1]).max(points[1].distance(points[2]));
    let known = codes.iter().any(|code| {
        code.symbology == symbology && code.text == text && centre(&code.points).distance(middle) < size
    });
    if !known {
        codes.push(Detection { symbology, text, addon, points, confidence });
    }
}
