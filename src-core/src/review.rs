//! What shoppers say of what they bought here. Their stars always count; words wait until a manager has read them.
//!
//! Whoever sells decides about words alone, and for reasons that are no opinion ([`HideReason`]): leaving out bad reviews, or
//! letting in any of who never bought, misleads (Directive 2005/29/EC, Annex I, 23b and 23c, as changed by (EU) 2019/2161).

use serde::{Deserialize, Serialize};

use crate::catalogue::PictureId;
use crate::code::ProductCode;
use crate::id::{ProductId, ReviewId};
use crate::text::LocalText;
use crate::time::Timestamp;

/// The longest words, in characters.
pub const LONGEST_WORDS: usize = 1_000;

/// The longest answer of the shop, in characters.
pub const LONGEST_ANSWER: usize = 500;

/// How many reviews with words are shown of one subject, the newest first.
pub const SHOWN: usize = 20;

/// How many products are offered to be reviewed, and how many of one's own are listed.
pub const LISTED: usize = 50;

/// One to five stars.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

impl Stars {
    /// All there are, from the fewest.
    pub const ALL: [Self; 5] = [Self(1), Self(2), Self(3), Self(4), Self(5)];

    /// So many; None where they are not one to five.
    pub const fn new(count: u8) -> Option<Self> {
        if matches!(count, 1..=5) { Some(Self(count)) } else { None }
    }

    /// How many.
    pub const fn count(self) -> u8 {
        self.0
    }
}

/// Stars are one to five.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("one to five stars")]
pub struct NoStars;

impl TryFrom<u8> for Stars {
    type Error = NoStars;

    fn try_from(count: u8) -> Result<Self, NoStars> {
        Self::new(count).ok_or(NoStars)
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

/// What is reviewed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "of", rename_all = "snake_case")]
pub enum Subject {
    /// The shop: its service, its delivery, its people.
    Shop,
    /// A product.
    Product {
        /// Which.
        product: ProductId,
    },
}

/// Where a review's words stand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReviewState {
    /// Nobody of the shop has read them.
    Waiting,
    /// Everybody can read them, or there are none.
    Shown,
    /// They are not shown.
    Hidden {
        /// Why.
        why: HideReason,
    },
}

/// Why words are not shown. That they praise too little is none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum HideReason {
    /// They insult or threaten somebody.
    Abuse,
    /// They tell what is somebody's own: a name, a number, an address.
    PersonalData,
    /// They sell something.
    Advertising,
    /// They are about something else.
    OffTopic,
}

impl HideReason {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Abuse, Self::PersonalData, Self::Advertising, Self::OffTopic];
}

impl ReviewState {
    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Shown => "shown",
            Self::Hidden { why: HideReason::Abuse } => "abuse",
            Self::Hidden { why: HideReason::PersonalData } => "personal_data",
            Self::Hidden { why: HideReason::Advertising } => "advertising",
            Self::Hidden { why: HideReason::OffTopic } => "off_topic",
        }
    }

    /// The state that the database's word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        let hidden = HideReason::ALL.map(|why| Self::Hidden { why });
        [Self::Waiting, Self::Shown].into_iter().chain(hidden).find(|state| state.word() == word)
    }

    /// Where a review with these words stands once it is written: stars alone have nothing to be read.
    pub const fn of_new(words: &str) -> Self {
        if words.is_empty() { Self::Shown } else { Self::Waiting }
    }
}

/// How many reviews have how many stars.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Rating {
    /// By stars, from one to five.
    pub counts: [u32; 5],
}

impl Rating {
    /// With one more review.
    #[must_use]
    pub fn and(mut self, stars: Stars, many: u32) -> Self {
        if let Some(count) = self.counts.get_mut(usize::from(stars.0) - 1) {
            *count = count.saturating_add(many);
        }
        self
    }

    /// How many reviews there are.
    pub fn reviews(self) -> u64 {
        self.counts.iter().map(|count| u64::from(*count)).sum()
    }

    /// Tenths of a star on average, rounded to the nearest, halves up; None where there is no review.
    pub fn tenths(self) -> Option<u8> {
        let reviews = self.reviews();
        let stars: u64 = (1u64..).zip(self.counts).map(|(stars, count)| stars * u64::from(count)).sum();
        (reviews > 0).then(|| u8::try_from((stars * 20 + reviews) / (reviews * 2)).unwrap_or(50))
    }
}

/// A review as everybody reads it: nobody's name is on it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownReview {
    /// Its key.
    pub id: ReviewId,
    /// How many stars.
    pub stars: Stars,
    /// What is said.
    pub words: String,
    /// What the shop answered; empty where it did not.
    pub answer: String,
    /// When it was written, or changed.
    pub at: Timestamp,
}

/// Query `review.of`: what is said of a product or the shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetReviews {
    /// Of what.
    pub subject: Subject,
}

/// What is said of a product or the shop.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reviews {
    /// The stars of all reviews, those whose words are not shown among them.
    pub rating: Rating,
    /// Those whose words are shown, the newest first, at most [`SHOWN`].
    pub shown: Vec<ShownReview>,
}

/// A review as its writer sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OwnReview {
    /// Its key.
    pub id: ReviewId,
    /// Of what.
    pub subject: Subject,
    /// How many stars.
    pub stars: Stars,
    /// What was said.
    pub words: String,
    /// Where the words stand.
    pub state: ReviewState,
    /// What the shop answered.
    pub answer: String,
    /// When it was written, or changed.
    pub at: Timestamp,
}

/// A product that the caller has bought and can review.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Bought {
    /// Which.
    pub product: ProductId,
    /// Its GTIN or PLU.
    pub code: ProductCode,
    /// Its name, as it was bought.
    pub name: LocalText,
    /// Its picture.
    pub picture: Option<PictureId>,
}

/// Query `review.mine`: what the caller can review, and has.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetMyReviews {}

/// What the caller can review, and has.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MyReviews {
    /// What they bought and have, the newest first, at most [`LISTED`]. Who has bought anything can review the shop too.
    pub bought: Vec<Bought>,
    /// Their reviews, the newest first.
    pub mine: Vec<OwnReview>,
}

/// Request `review.write`: say what one thinks of a product that one has bought here, or of the shop. A second review of the same
/// takes the place of the first, and its words are read anew. Refused for who has bought nothing of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WriteReview {
    /// Its key; that of the first stays where it takes its place.
    pub review: ReviewId,
    /// Of what.
    pub subject: Subject,
    /// How many stars.
    pub stars: Stars,
    /// At most [`LONGEST_WORDS`] characters; none are needed.
    pub words: String,
}

/// Request `review.take_back`: have one's own review forgotten, words and stars. Done again it changes nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakeReviewBack {
    /// Which.
    pub review: ReviewId,
}

/// A review as managers see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeskReview {
    /// As its writer sees it.
    pub review: OwnReview,
    /// What the product is called now; None for the shop.
    pub name: Option<LocalText>,
}

/// Query `review.list`: the reviews with words, for managers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetReviewDesk {}

/// The reviews with words.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ReviewDesk {
    /// How the shop itself is rated.
    pub shop: Rating,
    /// Those that nobody has read, the oldest first, at most 100.
    pub waiting: Vec<DeskReview>,
    /// Those that were read, the newest first, at most 100.
    pub read: Vec<DeskReview>,
}

/// Request `review.judge`: show a review's words, with an answer or without, or hide them. Refused where they were changed
/// meanwhile: nobody shows what they have not read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct JudgeReview {
    /// Which.
    pub review: ReviewId,
    /// When its words were written, as they were read.
    pub at: Timestamp,
    /// Why they are hidden; None shows them.
    pub hide: Option<HideReason>,
    /// What the shop answers, at most [`LONGEST_ANSWER`] characters; empty for nothing.
    pub answer: String,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stars_are_one_to_five() {
        assert_eq!(Stars::new(0), None);
        assert_eq!(Stars::new(6), None);
        assert!(serde_json::from_str::<Stars>("6").is_err());
        assert_eq!(serde_json::from_str::<Stars>("5").unwrap().count(), 5);
    }

    #[test]
    fn every_state_has_a_word_of_its_own() {
        let hidden = HideReason::ALL.map(|why| ReviewState::Hidden { why });
        for state in [ReviewState::Waiting, ReviewState::Shown].into_iter().chain(hidden) {
            assert_eq!(ReviewState::of_word(state.word()), Some(state));
        }
        assert_eq!(ReviewState::of_word("bad"), None);
    }

    #[test]
    fn stars_alone_have_nothing_to_be_read() {
        assert_eq!(ReviewState::of_new(""), ReviewState::Shown);
        assert_eq!(ReviewState::of_new("Crisp."), ReviewState::Waiting);
    }

    proptest! {
        #[test]
        fn the_average_is_between_the_fewest_and_the_most(all in prop::collection::vec(1u8..=5, 1..200)) {
            let rating = all.iter().fold(Rating::default(), |rating, count| rating.and(Stars::new(*count).unwrap(), 1));
            let tenths = rating.tenths().unwrap();
            let (fewest, most) = (all.iter().min().unwrap() * 10, all.iter().max().unwrap() * 10);
            prop_assert!((fewest..=most).contains(&tenths));
            prop_assert_eq!(rating.reviews(), all.len() as u64);
            let exact = all.iter().map(|count| f64::from(*count)).sum::<f64>() / all.len() as f64;
            prop_assert!((f64::from(tenths) / 10.0 - exact).abs() <= 0.05 + 1e-9);
        }
    }
}
