//! From readings in single frames to one event for each item that is shown.

use crate::geometry::{Point, centre};
use crate::{Detection, Symbology};
use serde::Serialize;

/// At a till: milliseconds for which an item in the middle keeps off what lies about it, once its code is not read.
/// Shorter than a hand takes to the next item.
const A_MOMENT: f64 = 400.0;

/// How a session decides what one item is. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SessionOptions {
    /// A code unseen for longer than this has left view; seen again it is another item.
    pub left_after: f64,
    /// Frames that must agree on a weak symbology before it is reported.
    pub weak_sightings: u32,
    /// Of several codes in view only the one nearest the middle counts, as at a till: what lies about is not meant.
    pub nearest_middle: bool,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self { left_after: 800.0, weak_sightings: 3, nearest_middle: false }
    }
}

/// A code came into view.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Numbers the items of a session from 1.
    pub item: u64,
    /// The kind of code.
    pub symbology: Symbology,
    /// What it says, as in [`Detection::text`].
    pub text: String,
    /// The two or five digits that stand beside an EAN or UPC symbol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addon: Option<String>,
    /// Its corners in the frame that made it certain.
    pub points: [Point; 4],
    /// How sure the reading is, from 0 to 1.
    pub confidence: f32,
}

impl Event {
    /// What was read, as `ministore_core::code` takes it: an add-on follows its symbol after a space.
    pub fn said(&self) -> String {
        match &self.addon {
            Some(addon) => format!("{} {addon}", self.text),
            None => self.text.clone(),
        }
    }
}

/// A code that is in view, reported or not yet.
#[derive(Debug, Clone)]
struct Track {
    item: u64,
    symbology: Symbology,
    text: String,
    centre: Point,
    last_seen: f64,
    sightings: u32,
    needed: u32,
    reported: bool,
}

/// Follows codes from frame to frame.
///
/// A strong symbology is reported in the first frame that shows it, a weak one (ITF, UPC-E, Code 39) once several
/// frames agree. A code that stays in view is one item however it moves; the same code at two places of one frame is
/// two items if the places are clearly apart and a second frame confirms it.
#[derive(Debug, Default)]
pub struct Session {
    options: SessionOptions,
    tracks: Vec<Track>,
    items: u64,
}

impl Session {
    /// A session in which nothing has been seen.
    pub fn new(options: SessionOptions) -> Self {
        Self { options, tracks: Vec::new(), items: 0 }
    }

    /// Takes what a frame of this size, in pixels, showed at `now`, in milliseconds that never run backwards, and answers
    /// the items that are new.
    pub fn observe(&mut self, codes: &[Detection], size: (usize, usize), now: f64) -> Vec<Event> {
        self.tracks.retain(|track| now - track.last_seen <= self.options.left_after);
        let codes = self.meant(codes, size, now);
        let mut events = Vec::new();
        let mut taken: Vec<usize> = Vec::new();
        let mut seen: Vec<&Detection> = Vec::new();
        for code in codes {
            let size = size_of(code);
            let middle = centre(&code.points);
            let same = |other: &Detection| other.symbology == code.symbology && other.text == code.text;
            let is_echo = seen.iter().any(|other| {
                same(other) && centre(&other.points).distance(middle) < 1.2 * size.max(size_of(other))
            });
            if is_echo {
                continue;
            }
            let twins = seen.iter().filter(|other| same(other)).count();
            seen.push(code);
            let nearest = self
                .tracks
                .iter()
                .enumerate()
                .filter(|(index, track)| {
                    track.symbology == code.symbology && track.text == code.text && !taken.contains(index)
                })
                .min_by(|(_, a), (_, b)| a.centre.distance(middle).total_cmp(&b.centre.distance(middle)))
                .map(|(index, _)| index);
            let index = nearest.unwrap_or_else(|| {
                self.items += 1;
                let weak = if is_weak(code.symbology) { self.options.weak_sightings } else { 1 };
                self.tracks.push(Track {
                    item: self.items,
                    symbology: code.symbology,
                    text: code.text.clone(),
                    centre: middle,
                    last_seen: now,
                    sightings: 0,
                    needed: weak.max(if twins > 0 { 2 } else { 1 }),
                    reported: false,
                });
                self.tracks.len() - 1
            });
            taken.push(index);
            let track = &mut self.tracks[index];
            track.centre = middle;
            track.last_seen = now;
            track.sightings += 1;
            if !track.reported && track.sightings >= track.needed {
                track.reported = true;
                events.push(Event {
                    item: track.item,
                    symbology: track.symbology,
                    text: track.text.clone(),
                    addon: code.addon.clone(),
                    points: code.points,
                    confidence: code.confidence,
                });
            }
        }
        events
    }

    /// Which codes of a frame taken at `now` count: all, or at a till the one nearest the middle. None does where an item
    /// was nearer a moment ago: its code may be out of focus in this frame only.
    pub fn meant<'a>(
        &self,
        codes: &'a [Detection],
        (width, height): (usize, usize),
        now: f64,
    ) -> &'a [Detection] {
        if !self.options.nearest_middle {
            return codes;
        }
        let middle = Point::new(width as f32 / 2.0, height as f32 / 2.0);
        let off = |code: &Detection| centre(&code.points).distance(middle);
        let Some(nearest) = codes.iter().min_by(|a, b| off(a).total_cmp(&off(b))) else { return &[] };
        let stands_back = self.tracks.iter().any(|track| {
            track.reported
                && track.text != nearest.text
                && now - track.last_seen <= A_MOMENT
                && track.centre.distance(middle) < off(nearest)
        });
        if stands_back { &[] } else { std::slice::from_ref(nearest) }
    }

    /// Forgets what is in view: each code still shown is a new item in the next frame that shows it.
    pub fn forget(&mut self) {
        self.tracks.clear();
    }

    /// Items in view that have been reported.
    pub fn in_view(&self) -> usize {
        self.tracks.iter().filter(|track| track.reported).count()
    }
}

/// Whether chance can make a reading of this symbology that passes its own check.
fn is_weak(symbology: Symbology) -> bool {
    matches!(symbology, Symbology::Itf14 | Symbology::Itf | Symbology::UpcE | Symbology::Code39)
}

/// The longer side of a code, in pixels.
fn size_of(code: &Detection) -> f32 {
    code.points[0].distance(code.points[1]).max(code.points[1].distance(code.points[2]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: (usize, usize) = (640, 480);

    fn code(symbology: Symbology, text: &str, x: f32) -> Detection {
        let corner = |dx: f32, dy: f32| Point::new(x + dx, 100.0 + dy);
        Detection {
            symbology,
            text: text.into(),
            addon: None,
            points: [corner(0.0, 0.0), corner(95.0, 0.0), corner(95.0, 40.0), corner(0.0, 40.0)],
            confidence: 0.9,
        }
    }

    #[test]
    fn a_code_that_stays_in_view_is_one_item() {
        let mut session = Session::default();
        let events: usize = (0..100)
            .map(|frame| {
                let shown = code(Symbology::Ean13, "4006381333931", frame as f32 * 5.0);
                session.observe(&[shown], SIZE, f64::from(frame) * 33.0).len()
            })
            .sum();
        assert_eq!(events, 1);
    }

    #[test]
    fn a_code_shown_again_is_another_item() {
        let mut session = Session::default();
        let shown = [code(Symbology::Ean13, "4006381333931", 0.0)];
        assert_eq!(session.observe(&shown, SIZE, 0.0).len(), 1);
        assert_eq!(session.observe(&[], SIZE, 500.0).len(), 0);
        assert_eq!(session.observe(&shown, SIZE, 700.0).len(), 0, "a blink is not leaving");
        assert_eq!(session.observe(&[], SIZE, 1400.0).len(), 0);
        let again = session.observe(&shown, SIZE, 1600.0);
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].item, 2);
    }

    #[test]
    fn a_weak_symbology_waits_for_agreement() {
        let mut session = Session::default();
        let shown = [code(Symbology::UpcE, "04252614", 0.0)];
        assert!(session.observe(&shown, SIZE, 0.0).is_empty());
        assert!(session.observe(&[code(Symbology::UpcE, "01234565", 0.0)], SIZE, 30.0).is_empty());
        assert!(session.observe(&shown, SIZE, 60.0).is_empty());
        assert_eq!(session.observe(&shown, SIZE, 90.0).len(), 1);
    }

    #[test]
    fn the_same_code_twice_in_a_frame_is_two_items_only_if_clearly_apart() {
        let mut session = Session::default();
        let near =
            [code(Symbology::Ean13, "4006381333931", 0.0), code(Symbology::Ean13, "4006381333931", 30.0)];
        let apart =
            [code(Symbology::Ean13, "4006381333931", 0.0), code(Symbology::Ean13, "4006381333931", 300.0)];
        assert_eq!(session.observe(&near, SIZE, 0.0).len(), 1);
        assert_eq!(session.observe(&near, SIZE, 30.0).len(), 0);
        assert_eq!(session.observe(&apart, SIZE, 60.0).len(), 0, "one frame may see double");
        assert_eq!(session.observe(&apart, SIZE, 90.0).len(), 1);
        assert_eq!(session.in_view(), 2);
    }

    #[test]
    fn at_a_till_the_code_nearest_the_middle_is_meant() {
        let mut session = Session::new(SessionOptions { nearest_middle: true, ..SessionOptions::default() });
        let shown =
            [code(Symbology::Ean13, "4006381333931", 0.0), code(Symbology::Ean13, "9521234567899", 270.0)];
        let events = session.observe(&shown, SIZE, 0.0);
        assert_eq!(events.iter().map(|event| event.text.as_str()).collect::<Vec<_>>(), ["9521234567899"]);
        assert!(session.observe(&shown, SIZE, 2000.0).len() == 1, "away too long, the same is shown again");
    }

    #[test]
    fn at_a_till_what_lies_about_does_not_count_while_the_item_in_the_middle_is_hard_to_read() {
        let mut session = Session::new(SessionOptions { nearest_middle: true, ..SessionOptions::default() });
        let (aside, item) =
            (code(Symbology::Ean13, "4006381333931", 0.0), code(Symbology::Ean13, "9521234567899", 270.0));
        assert_eq!(session.observe(&[aside.clone(), item.clone()], SIZE, 0.0).len(), 1);
        assert_eq!(session.observe(std::slice::from_ref(&aside), SIZE, 30.0), []);
        assert_eq!(session.observe(&[aside.clone(), item], SIZE, 60.0), [], "it is still the same item");
        let events = session.observe(&[aside], SIZE, 600.0);
        assert_eq!(events.iter().map(|event| event.text.as_str()).collect::<Vec<_>>(), ["4006381333931"]);
    }

    #[test]
    fn forgetting_lets_the_same_item_count_again() {
        let mut session = Session::default();
        let shown = [code(Symbology::Ean13, "4006381333931", 0.0)];
        assert_eq!(session.observe(&shown, SIZE, 0.0).len(), 1);
        session.forget();
        assert_eq!(session.observe(&shown, SIZE, 30.0).len(), 1);
    }

    proptest! {
        #[test]
        fn items_never_outnumber_the_times_a_code_came_into_view(
            shown in proptest::collection::vec(any::<bool>(), 1..200),
            step in 10.0f64..400.0,
        ) {
            let mut session = Session::default();
            let (mut events, mut arrivals) = (0, 0);
            let mut last_seen: Option<f64> = None;
            for (frame, visible) in shown.into_iter().enumerate() {
                let now = frame as f64 * step;
                let codes = if visible { vec![code(Symbology::Ean13, "4006381333931", 0.0)] } else { Vec::new() };
                if visible {
                    if last_seen.is_none_or(|seen| now - seen > 800.0) {
                        arrivals += 1;
                    }
                    last_seen = Some(now);
                }
                events += session.observe(&codes, SIZE, now).len();
            }
            prop_assert_eq!(events, arrivals);
        }
    }
}
