//! Leaving the shop with goods that were scanned and paid on the phone: the pass that the phone shows, what waits for
//! staff, and whose bag is looked into.

use std::collections::{HashMap, HashSet};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::VerifyingKey;
use p256::ecdsa::signature::Verifier;
use serde::{Deserialize, Serialize};

use crate::basket::MAX_LINES;
use crate::device::{PublicKey, Signature};
use crate::id::{DeviceId, ExitId, LineId, OrderId, ProductId, SaleId, StaffId};
use crate::issued::{ExitPass, ShopCode};
use crate::money::Money;
use crate::order::{Order, OrderLine};
use crate::quantity::{MAX_PIECES, Measure};
use crate::text::LocalText;
use crate::time::Timestamp;

/// How long a pass opens the gate, in seconds: long enough for a queue of a few people, too short for a picture of it to
/// be of use to somebody else.
pub const PASS_SECONDS: u32 = 120;

/// After how many seconds a phone asks for the next one.
pub const RENEW_SECONDS: u32 = 60;

/// How many lines a look at a part of the goods takes.
pub const SAMPLE: usize = 3;

/// The most things that a pass can be for.
pub const MAX_ITEMS: u32 = MAX_LINES as u32 * MAX_PIECES;

/// Parts of a whole that chances are told in.
pub const ROLL_OF: u16 = 10_000;

/// What a pass says, under the shop's signature.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Claims {
    /// Of which shop.
    pub shop: ShopCode,
    /// For which order.
    pub order: OrderId,
    /// That order's number.
    pub number: u32,
    /// How many things are carried, 1 to [`MAX_ITEMS`].
    pub items: u32,
    /// Until when; whole seconds.
    pub until: Timestamp,
    /// Whether somebody is to look into the bag.
    pub check: bool,
}

/// The form of a pass: a byte for this version and the check, the shop's 40 bits, the order, its number, the items, the
/// seconds since 1970; all numbers big-endian. Behind it the signature.
const CLAIMS: usize = 1 + 5 + 16 + 4 + 4 + 8;
const SIGNATURE: usize = 64;
const VERSION: u8 = 1 << 1;

impl Claims {
    /// What the shop's key signs: the words `ministore exit` on a line of their own, then the claims' bytes.
    pub fn to_sign(&self) -> Vec<u8> {
        [b"ministore exit\n".as_slice(), &self.bytes()].concat()
    }

    /// The pass that carries these claims and the signature over [`Claims::to_sign`].
    pub fn signed(&self, signature: &Signature) -> Result<ExitPass, PassFault> {
        let token = URL_SAFE_NO_PAD.encode([self.bytes().as_slice(), signature.bytes()].concat());
        ExitPass::new(&token).map_err(|_| PassFault::Malformed)
    }

    fn bytes(&self) -> [u8; CLAIMS] {
        let mut bytes = [0; CLAIMS];
        bytes[0] = VERSION | u8::from(self.check);
        bytes[1..6].copy_from_slice(&self.shop.bits().to_be_bytes()[3..]);
        bytes[6..22].copy_from_slice(self.order.0.as_bytes());
        bytes[22..26].copy_from_slice(&self.number.to_be_bytes());
        bytes[26..30].copy_from_slice(&self.items.to_be_bytes());
        bytes[30..].copy_from_slice(&self.until.0.div_euclid(1000).to_be_bytes());
        bytes
    }

    fn of_bytes(bytes: &[u8; CLAIMS]) -> Option<Self> {
        let number =
            |at: usize| bytes[at..at + 4].iter().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let check = match bytes[0] ^ VERSION {
            0 => false,
            1 => true,
            _ => return None,
        };
        let shop = bytes[1..6].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte));
        let seconds = i64::from_be_bytes(bytes[30..].try_into().ok()?);
        let items = number(26);
        let right = (1..=MAX_ITEMS).contains(&items) && seconds >= 0;
        right.then_some(Self {
            shop: ShopCode::from_bits(shop),
            order: OrderId(uuid::Uuid::from_slice(&bytes[6..22]).ok()?),
            number: number(22),
            items,
            until: Timestamp(seconds.checked_mul(1000)?),
            check,
        })
    }
}

/// What `pass` says, where `key` has signed it for `shop` and it still opens the gate at `now`. Whether its order was
/// cancelled or has left already, it cannot tell.
pub fn read(pass: &ExitPass, key: &PublicKey, shop: ShopCode, now: Timestamp) -> Result<Claims, PassFault> {
    let bytes = URL_SAFE_NO_PAD.decode(pass.token()).map_err(|_| PassFault::Malformed)?;
    let bytes: &[u8; CLAIMS + SIGNATURE] = bytes.as_slice().try_into().map_err(|_| PassFault::Malformed)?;
    let (claims, signature) = bytes.split_at(CLAIMS);
    let claims: &[u8; CLAIMS] = claims.try_into().map_err(|_| PassFault::Malformed)?;
    let claims = Claims::of_bytes(claims).ok_or(PassFault::Malformed)?;
    if claims.shop != shop {
        return Err(PassFault::OtherShop);
    }
    let genuine = VerifyingKey::from_sec1_bytes(key.bytes()).and_then(|key| {
        let signature = p256::ecdsa::Signature::from_slice(signature)?;
        key.verify(&claims.to_sign(), &signature)
    });
    genuine.map_err(|_| PassFault::Forged)?;
    if now > claims.until { Err(PassFault::Late) } else { Ok(claims) }
}

/// Why nobody leaves by a pass.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum PassFault {
    /// It is no whole pass, or counts what cannot be counted.
    #[error("this is not a whole exit pass")]
    Malformed,
    /// The shop has not signed it.
    #[error("the shop has not signed this exit pass")]
    Forged,
    /// It is another shop's.
    #[error("this exit pass is another shop's")]
    OtherShop,
    /// Its time is over.
    #[error("this exit pass is too old")]
    Late,
    /// Somebody has left by it.
    #[error("somebody has left with this order already")]
    Used,
    /// Its order was cancelled.
    #[error("this order was cancelled")]
    Cancelled,
    /// Its order is not paid.
    #[error("this order is not paid")]
    Unpaid,
    /// Somebody is to look into the bag first.
    #[error("this order is to be checked first")]
    CheckFirst,
    /// Its order is not carried out at all: it is picked up or delivered.
    #[error("this order is not carried out")]
    NotCarried,
}

/// When somebody looks into a bag: where any of these says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckRule {
    /// So many of a hundred, at random.
    #[cfg_attr(feature = "schema", schemars(range(max = 100)))]
    pub share_percent: u8,
    /// From this total on; None for never.
    pub value_from: Option<Money>,
    /// From so many things on; None for never.
    pub items_from: Option<u32>,
    /// So many first visits of a shopper, at most [`CheckRule::MOST_VISITS`].
    #[cfg_attr(feature = "schema", schemars(range(max = CheckRule::MOST_VISITS)))]
    pub first_visits: u32,
    /// So many visits after one at which the bag was not as it was paid, at most [`CheckRule::MOST_VISITS`].
    #[cfg_attr(feature = "schema", schemars(range(max = CheckRule::MOST_VISITS)))]
    pub after_failed: u32,
}

impl CheckRule {
    /// As far back as visits count.
    pub const MOST_VISITS: u32 = 100;

    /// The rule of a shop that has set none.
    pub const FIRST: Self =
        Self { share_percent: 5, value_from: None, items_from: None, first_visits: 0, after_failed: 3 };

    /// Whether it makes sense. The field that does not, otherwise.
    pub fn checked(&self) -> Result<(), &'static str> {
        if self.share_percent > 100 {
            Err("share_percent")
        } else if self.value_from.is_some_and(|money| money.minor < 0) {
            Err("value_from")
        } else if self.items_from.is_some_and(|items| items > MAX_ITEMS) {
            Err("items_from")
        } else if self.first_visits > Self::MOST_VISITS {
            Err("first_visits")
        } else if self.after_failed > Self::MOST_VISITS {
            Err("after_failed")
        } else {
            Ok(())
        }
    }
}

/// What a rule looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct VisitFacts {
    /// What the goods cost.
    pub total: Money,
    /// How many things there are.
    pub items: u32,
    /// How often the shopper has left with goods before.
    pub visits: u32,
    /// How many of these visits were after the last one at which the bag was not as it was paid; None where there was none.
    pub since_failed: Option<u32>,
}

/// Whether somebody looks into the bag. `roll` is drawn for the order, 0 to [`ROLL_OF`] - 1, each as likely as any other.
pub fn asks_for_check(rule: &CheckRule, facts: &VisitFacts, roll: u16) -> bool {
    u32::from(roll) < u32::from(rule.share_percent) * u32::from(ROLL_OF) / 100
        || rule.value_from.is_some_and(|from| facts.total.minor >= from.minor)
        || rule.items_from.is_some_and(|from| facts.items >= from)
        || facts.visits < rule.first_visits
        || facts.since_failed.is_some_and(|since| since < rule.after_failed)
}

/// The lines that a look at a part takes: [`SAMPLE`] of them, or all where there are fewer. Which ones follows from the
/// order and its roll, so that asking again asks for the same, and nobody outside the shop knows them before.
pub fn sample(lines: &[OrderLine], roll: u16) -> Vec<LineId> {
    let mut drawn: Vec<(u64, LineId)> = lines
        .iter()
        .map(|line| {
            let (high, low) = line.id.0.as_u64_pair();
            // The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
            let mut mixed = high ^ low.rotate_left(32) ^ u64::from(roll).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ mixed >> 31, line.id)
        })
        .collect();
    drawn.sort_unstable();
    drawn.into_iter().take(SAMPLE).map(|(_, line)| line).collect()
}

/// Something found in a bag: pieces, or one weighed pack.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InBag {
    /// What.
    pub product: ProductId,
    /// How much.
    pub measure: Measure,
}

/// How a bag was looked into.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Look {
    /// By eye.
    Eye {
        /// Whether it looks like what was paid.
        right: bool,
    },
    /// The things of some lines were scanned: those that [`Visit::sample`] names.
    Part {
        /// What was there of them, and what else came to hand.
        found: Vec<InBag>,
    },
    /// Everything was scanned.
    Whole {
        /// What was there.
        found: Vec<InBag>,
    },
}

impl Look {
    /// What was found, where things were scanned.
    pub fn found(&self) -> &[InBag] {
        match self {
            Self::Eye { .. } => &[],
            Self::Part { found } | Self::Whole { found } => found,
        }
    }
}

/// A product of which the bag does not hold what was paid.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Correction {
    /// The first of its lines; None where the order has none of it.
    pub line: Option<LineId>,
    /// Which product.
    pub product: ProductId,
    /// Its name.
    pub name: LocalText,
    /// How many things of it were paid.
    pub paid: u32,
    /// How many are there.
    pub found: u32,
    /// What is there and was not paid.
    pub extra: Vec<Measure>,
    /// How many things were paid and are not there: their price is owed to the shopper.
    pub missing: u32,
    /// The weighed packs among them, each by its line.
    #[serde(default)]
    pub missing_packs: Vec<LineId>,
}

/// Takes off `lines` what was paid and is not there: weighed packs by their lines, pieces from the last line of their
/// product on. Gives how many things of each line.
pub fn take_off(lines: &mut [OrderLine], corrections: &[Correction]) -> Vec<(LineId, u32)> {
    let mut taken_off = Vec::new();
    for correction in corrections {
        let packs = &correction.missing_packs;
        let mut pieces = correction.missing.saturating_sub(u32::try_from(packs.len()).unwrap_or(u32::MAX));
        for line in lines.iter_mut().rev().filter(|line| line.product == correction.product) {
            let some = match line.measure {
                Measure::Pieces(_) => pieces.min(line.to_have()),
                Measure::Grams(_) | Measure::Labelled(_) => u32::from(packs.contains(&line.id)),
            };
            if matches!(line.measure, Measure::Pieces(_)) {
                pieces -= some;
            }
            if some > 0 {
                line.missing += some;
                taken_off.push((line.id, some));
            }
        }
    }
    taken_off
}

/// What does not agree between `lines` as they were paid and what was `found`. Where only some lines were looked at,
/// `only` names them: the products of the others are left alone. Names of what is not in the order are left empty.
pub fn corrections(lines: &[OrderLine], found: &[InBag], only: Option<&[LineId]>) -> Vec<Correction> {
    let looked_at: HashSet<ProductId> = lines
        .iter()
        .filter(|line| only.is_none_or(|only| only.contains(&line.id)))
        .map(|line| line.product)
        .chain(found.iter().map(|found| found.product))
        .collect();
    let mut order: Vec<ProductId> = Vec::new();
    for product in lines.iter().map(|line| line.product).chain(found.iter().map(|found| found.product)) {
        if looked_at.contains(&product) && !order.contains(&product) {
            order.push(product);
        }
    }
    order.into_iter().filter_map(|product| correction(product, lines, found)).collect()
}

fn correction(product: ProductId, lines: &[OrderLine], found: &[InBag]) -> Option<Correction> {
    let paid: Vec<&OrderLine> = lines.iter().filter(|line| line.product == product).collect();
    let there: Vec<Measure> =
        found.iter().filter(|found| found.product == product).map(|found| found.measure).collect();
    let pieces = |measure: Measure| match measure {
        Measure::Pieces(count) => count,
        Measure::Grams(_) | Measure::Labelled(_) => 0,
    };
    let paid_pieces = paid.iter().fold(0_u32, |sum, line| sum.saturating_add(pieces(line.measure)));
    let found_pieces = there.iter().fold(0_u32, |sum, measure| sum.saturating_add(pieces(*measure)));
    let mut extra = Vec::new();
    let mut missing = paid_pieces.saturating_sub(found_pieces);
    let mut beyond = found_pieces.saturating_sub(paid_pieces);
    while beyond > 0 {
        extra.push(Measure::Pieces(beyond.min(MAX_PIECES)));
        beyond -= beyond.min(MAX_PIECES);
    }
    // Each weighed pack stands for one line that it may be: the line of its very amount, before one that is near it.
    let mut packs: Vec<&OrderLine> = paid.iter().filter(|line| pieces(line.measure) == 0).copied().collect();
    let mut near = Vec::new();
    for pack in there.iter().filter(|measure| pieces(**measure) == 0) {
        match packs.iter().position(|line| line.measure == *pack) {
            Some(at) => _ = packs.remove(at),
            None => near.push(*pack),
        }
    }
    for pack in near {
        match packs.iter().position(|line| line.takes(Some(pack))) {
            Some(at) => _ = packs.remove(at),
            None => extra.push(pack),
        }
    }
    missing = missing.saturating_add(u32::try_from(packs.len()).unwrap_or(u32::MAX));
    let items = |sum: u32, measure: Measure| sum.saturating_add(measure.items());
    (missing > 0 || !extra.is_empty()).then(|| Correction {
        line: paid.first().map(|line| line.id),
        product,
        name: paid.first().map(|line| line.name.clone()).unwrap_or_default(),
        paid: paid.iter().map(|line| line.measure).fold(0, items),
        found: there.into_iter().fold(0, items),
        extra,
        missing,
        missing_packs: packs.into_iter().map(|line| line.id).collect(),
    })
}

/// Something that was noted of a visit, and stays.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Noted {
    /// The bag was looked into.
    Looked {
        /// How.
        by: LookedBy,
        /// Whether it held what was paid.
        right: bool,
        /// Where it did not.
        corrections: Vec<Correction>,
    },
    /// What was not paid was put right.
    Settled {
        /// The sale by which it was paid; None where it was left in the shop, or where nothing was to be paid.
        sale: Option<SaleId>,
    },
    /// A gate without the hub let somebody out by a pass by which somebody had left before.
    UsedTwice,
    /// A gate without the hub let somebody out with an order that had been cancelled.
    LeftCancelled,
}

/// How a bag was looked into, as it is noted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum LookedBy {
    /// By eye.
    Eye,
    /// Some lines were scanned.
    Part,
    /// Everything was scanned.
    Whole,
}

/// A note of a visit.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Note {
    /// When.
    pub at: Timestamp,
    /// Who noted it.
    pub by: Option<String>,
    /// What.
    pub what: Noted,
}

/// What is to be done about a bag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum CheckStep {
    /// Nothing.
    Nothing,
    /// Somebody is to look into it, in any way.
    Look,
    /// Everything in it is to be scanned, as a first look was not right.
    Whole,
    /// What is not as it was paid is to be put right.
    Settle {
        /// Where.
        corrections: Vec<Correction>,
    },
}

/// What is to be done about a bag after all these notes, oldest first. `asked` is what the rule said.
pub fn check_step(asked: bool, notes: &[Note]) -> CheckStep {
    let first = if asked { CheckStep::Look } else { CheckStep::Nothing };
    notes.iter().fold(first, |step, note| match &note.what {
        Noted::Looked { right: true, .. } | Noted::Settled { .. } => CheckStep::Nothing,
        Noted::Looked { by: LookedBy::Whole, corrections, .. } => {
            CheckStep::Settle { corrections: corrections.clone() }
        }
        Noted::Looked { by: LookedBy::Eye | LookedBy::Part, .. } => CheckStep::Whole,
        Noted::UsedTwice | Noted::LeftCancelled => step,
    })
}

/// Whether a sale of `sold` pays for all that `corrections` found unpaid: as much of each product at least.
pub fn is_paid_by(corrections: &[Correction], sold: &[OrderLine]) -> bool {
    let mut left: HashMap<ProductId, Vec<Measure>> = HashMap::new();
    for line in sold {
        left.entry(line.product).or_default().push(line.measure);
    }
    corrections.iter().all(|correction| {
        let sold = left.get_mut(&correction.product);
        let Some(sold) = sold else { return correction.extra.is_empty() };
        correction.extra.iter().all(|extra| match extra {
            Measure::Pieces(wanted) => {
                let mut wanted = *wanted;
                for there in sold.iter_mut() {
                    if let Measure::Pieces(count) = there {
                        let taken = wanted.min(*count);
                        *count -= taken;
                        wanted -= taken;
                    }
                }
                wanted == 0
            }
            pack => match sold.iter().position(|there| there == pack) {
                Some(at) => {
                    sold.remove(at);
                    true
                }
                None => false,
            },
        })
    })
}

/// An order on its way out, as staff sees it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Visit {
    /// The order.
    pub order: Order,
    /// The lines that wait for staff: an age to be seen, a tag to be taken off.
    pub waits: Vec<LineId>,
    /// Whether the shop's rule asks for a look into the bag.
    pub asked: bool,
    /// What is to be done about the bag now.
    pub check: CheckStep,
    /// The lines of which a look at a part scans everything.
    pub sample: Vec<LineId>,
    /// What was noted so far, oldest first.
    pub notes: Vec<Note>,
    /// When its shopper left.
    pub out: Option<Timestamp>,
}

/// Query `exit.pass`: the caller's way out with an order of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetPass {
    /// Which.
    pub order: OrderId,
}

/// How far an order is on its way out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PassNow {
    /// Whether it is paid.
    pub paid: bool,
    /// The lines that wait for staff.
    pub waits: Vec<LineId>,
    /// Whether staff is looking into the bag and has found something to be put right.
    pub at_gate: bool,
    /// The pass; None while something is missing, and after the shopper has left.
    pub pass: Option<Issued>,
    /// When its shopper left.
    pub out: Option<Timestamp>,
}

/// A pass that was just given out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Issued {
    /// The pass.
    pub pass: ExitPass,
    /// For how many seconds from now it opens the gate.
    pub seconds: u32,
    /// How many things are carried.
    pub items: u32,
    /// Whether somebody is to look into the bag.
    pub check: bool,
}

/// Query `exit.visit`: an order on its way out, by its number.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetVisit {
    /// The number.
    pub number: u32,
}

/// Query `exit.gate`: who waits for staff, and what was noted last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetGate {}

/// What goes on at the way out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Gate {
    /// Who waits for staff, longest first: something is to be released, or put right. At most 50.
    pub waiting: Vec<Visit>,
    /// What was noted last, latest first. At most 20.
    pub noted: Vec<NotedOf>,
}

/// A note and the order that it is of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NotedOf {
    /// The order's number.
    pub number: u32,
    /// The note.
    pub note: Note,
}

/// What a shopper shows at the gate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shown {
    /// The pass.
    Pass {
        /// As it was scanned.
        pass: ExitPass,
    },
    /// Something else that has convinced whoever stands at the gate: the order on a phone that is switched off, say.
    Order {
        /// Which.
        order: OrderId,
    },
}

/// Request `exit.verify`: lets the shopper out where nothing is missing, and tells what is to be done first otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Verify {
    /// What was shown.
    pub shown: Shown,
}

/// Request `exit.release`: staff has seen the shopper's age, or taken off the tag.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Release {
    /// Which order.
    pub order: OrderId,
    /// Which line.
    pub line: LineId,
}

/// Request `exit.check`: the bag was looked into. Where it holds what was paid, its shopper is let out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Check {
    /// Which order.
    pub order: OrderId,
    /// How, and what was there. At most [`MAX_LINES`] things are named.
    pub look: Look,
}

/// Request `exit.settle`: what was found unpaid was paid at a till, or stays in the shop; its shopper is let out.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Settle {
    /// Which order.
    pub order: OrderId,
    /// The sale that pays for it; None where it was left in the shop.
    pub sale: Option<SaleId>,
}

/// Fact `exit.seen`: somebody left by a pass that the gate itself has read, as the hub could not be reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SeeOut {
    /// The new fact's key: the same one again is the same leaving.
    pub exit: ExitId,
    /// The pass.
    pub pass: ExitPass,
    /// Whether somebody has looked into the bag and found it right.
    pub looked: bool,
}

/// Somebody who was seen leaving.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Exit {
    /// Its key.
    pub id: ExitId,
    /// At which gate.
    pub till: DeviceId,
    /// By whom.
    pub by: StaffId,
    /// When, by the gate's clock.
    pub at: Timestamp,
    /// With which order.
    pub order: OrderId,
    /// That order's number.
    pub number: u32,
    /// How many things were carried.
    pub items: u32,
    /// Whether somebody had looked into the bag and found it right.
    pub looked: bool,
}

/// Query `exit.rule`: when bags are looked into.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetRule {}

/// Request `exit.set_rule`: from now on bags are looked into by this rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SetRule {
    /// The rule.
    pub rule: CheckRule,
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::SigningKey;
    use p256::ecdsa::signature::Signer;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::catalogue::SoldBy;
    use crate::money::{Currency, Price};
    use crate::tax::TaxRate;

    const SHOP: ShopCode = ShopCode::from_bits(0x12_3456_789a);
    const NOW: Timestamp = Timestamp(1_772_413_200_000);

    fn signing_key(seed: u8) -> SigningKey {
        SigningKey::from_slice(&[seed; 32]).unwrap()
    }

    fn public(key: &SigningKey) -> PublicKey {
        let point = key.verifying_key().to_encoded_point(false);
        PublicKey::from(<[u8; 65]>::try_from(point.as_bytes()).unwrap())
    }

    fn sign(key: &SigningKey, claims: &Claims) -> ExitPass {
        let signature: p256::ecdsa::Signature = key.sign(&claims.to_sign());
        claims.signed(&Signature::from(<[u8; 64]>::from(signature.to_bytes()))).unwrap()
    }

    fn claims() -> Claims {
        Claims {
            shop: SHOP,
            order: OrderId(Uuid::from_u128(77)),
            number: 1042,
            items: 7,
            until: Timestamp(NOW.0 + 120_000),
            check: false,
        }
    }

    fn read_by(key: &SigningKey, pass: &ExitPass) -> Result<Claims, PassFault> {
        read(pass, &public(key), SHOP, NOW)
    }

    #[test]
    fn a_pass_is_good_for_its_shop_and_its_time_alone() {
        let key = signing_key(3);
        let pass = sign(&key, &claims());
        assert_eq!(read_by(&key, &pass), Ok(claims()));
        assert_eq!(read_by(&signing_key(4), &pass), Err(PassFault::Forged));
        let other = ShopCode::from_bits(1);
        assert_eq!(read(&pass, &public(&key), other, NOW), Err(PassFault::OtherShop));
        let late = Timestamp(NOW.0 + 120_001);
        assert_eq!(read(&pass, &public(&key), SHOP, late), Err(PassFault::Late));
        assert!(pass.symbol_text().len() <= 152, "a QR code of version 8-M holds it");
    }

    #[test]
    fn a_pass_that_counts_what_cannot_be_counted_is_none() {
        let key = signing_key(3);
        // -1 as four bytes, one too many, and nothing at all: signed by the shop's own key, and refused all the same.
        for items in [u32::MAX, MAX_ITEMS + 1, 0] {
            let pass = sign(&key, &Claims { items, ..claims() });
            assert_eq!(read_by(&key, &pass), Err(PassFault::Malformed), "{items}");
        }
        let before = Claims { until: Timestamp(-5_000), ..claims() };
        assert_eq!(read_by(&key, &sign(&key, &before)), Err(PassFault::Malformed));
        let last = Claims { until: Timestamp(i64::MAX), ..claims() };
        assert!(read_by(&key, &sign(&key, &last)).is_ok());
    }

    #[test]
    fn an_empty_or_garbled_pass_is_none() {
        for token in ["A".repeat(22), "A".repeat(512), "-_".repeat(40), "a.b".repeat(30)] {
            let pass = ExitPass::new(&token).unwrap();
            assert_eq!(read_by(&signing_key(3), &pass), Err(PassFault::Malformed), "{token}");
        }
    }

    proptest! {
        #[test]
        fn what_is_signed_reads_back_and_nothing_else_does(
            bits in any::<u64>(), order in any::<u128>(), number in any::<u32>(), items in 1..=MAX_ITEMS,
            seconds in 0i64..4_000_000_000, check in any::<bool>(), at in 0usize..102, by in 1u8..=255,
        ) {
            let key = signing_key(9);
            let shop = ShopCode::from_bits(bits);
            let said = Claims {
                shop, order: OrderId(Uuid::from_u128(order)), number, items, until: Timestamp(seconds * 1000), check,
            };
            let pass = sign(&key, &said);
            prop_assert_eq!(read(&pass, &public(&key), shop, Timestamp(seconds * 1000)), Ok(said));
            let mut bytes = URL_SAFE_NO_PAD.decode(pass.token()).unwrap();
            prop_assert_eq!(bytes.len(), 102);
            bytes[at] ^= by;
            let forged = ExitPass::new(&URL_SAFE_NO_PAD.encode(bytes)).unwrap();
            prop_assert!(read(&forged, &public(&key), shop, Timestamp(0)).is_err());
        }

        #[test]
        fn no_pass_panics(token in "[A-Za-z0-9_.-]{22,200}") {
            let _ = read_by(&signing_key(3), &ExitPass::new(&token).unwrap());
        }
    }

    fn rule() -> impl Strategy<Value = CheckRule> {
        (0u8..=100, prop::option::of(0i64..100_000), prop::option::of(0u32..500), 0u32..=100, 0u32..=100)
            .prop_map(|(share_percent, value, items_from, first_visits, after_failed)| CheckRule {
                share_percent,
                value_from: value.map(|minor| Currency::CNY.minor(minor)),
                items_from,
                first_visits,
                after_failed,
            })
    }

    fn facts() -> impl Strategy<Value = VisitFacts> {
        (0i64..200_000, 1u32..1_000, 0u32..120, prop::option::of(0u32..120)).prop_map(
            |(minor, items, visits, since_failed)| VisitFacts {
                total: Currency::CNY.minor(minor),
                items,
                visits,
                since_failed,
            },
        )
    }

    const NEVER: CheckRule =
        CheckRule { share_percent: 0, value_from: None, items_from: None, first_visits: 0, after_failed: 0 };

    proptest! {
        #[test]
        fn a_rule_that_asks_for_nothing_never_asks_and_one_for_all_always_does(facts in facts(), roll in 0..ROLL_OF) {
            let always = CheckRule { share_percent: 100, ..NEVER };
            prop_assert!(!asks_for_check(&NEVER, &facts, roll));
            prop_assert!(asks_for_check(&always, &facts, roll));
        }

        #[test]
        fn a_stricter_rule_asks_whenever_a_milder_one_does(rule in rule(), facts in facts(), roll in 0..ROLL_OF) {
            prop_assert!(rule.checked().is_ok());
            if asks_for_check(&rule, &facts, roll) {
                let stricter = CheckRule {
                    share_percent: rule.share_percent.saturating_add(10).min(100),
                    value_from: rule.value_from.map(|money| Currency::CNY.minor(money.minor / 2)),
                    items_from: rule.items_from.map(|items| items / 2),
                    first_visits: rule.first_visits + 1,
                    after_failed: rule.after_failed + 1,
                };
                prop_assert!(asks_for_check(&stricter, &facts, roll));
                let more = VisitFacts { total: Currency::CNY.minor(facts.total.minor + 1), items: facts.items + 1, ..facts };
                prop_assert!(asks_for_check(&rule, &more, roll));
            }
        }

        #[test]
        fn the_next_visits_after_a_bad_one_are_always_looked_into(facts in facts(), roll in 0..ROLL_OF, visits in 0u32..10) {
            let rule = CheckRule { after_failed: 3, ..NEVER };
            let facts = VisitFacts { since_failed: Some(visits), ..facts };
            prop_assert_eq!(asks_for_check(&rule, &facts, roll), visits < 3);
        }
    }

    #[test]
    fn a_share_is_a_share() {
        let facts = VisitFacts { total: Currency::CNY.minor(1), items: 1, visits: 9, since_failed: None };
        for percent in [0, 1, 5, 50, 99, 100] {
            let rule = CheckRule { share_percent: percent, ..NEVER };
            let asked = (0..ROLL_OF).filter(|roll| asks_for_check(&rule, &facts, *roll)).count();
            assert_eq!(asked, usize::from(percent) * 100);
        }
    }

    fn line(id: u128, product: u128, measure: Measure) -> OrderLine {
        let price = Price::new(Currency::CNY.minor(1000)).unwrap();
        OrderLine {
            id: LineId(Uuid::from_u128(id)),
            product: ProductId(Uuid::from_u128(product)),
            code: "40110".parse().unwrap(),
            name: LocalText::new("Apples", "苹果"),
            picture: None,
            price,
            sold_by: if matches!(measure, Measure::Pieces(_)) { SoldBy::Piece } else { SoldBy::Weight },
            tax: TaxRate(900),
            measure,
            amount: measure.cost(price).unwrap(),
            deposits: Default::default(),
            aisle: None,
            min_age: None,
            tagged: false,
            picked: 0,
            missing: 0,
            returned: 0,
            weighed: None,
            replaces: None,
            offer: None,
        }
    }

    fn found(product: u128, measure: Measure) -> InBag {
        InBag { product: ProductId(Uuid::from_u128(product)), measure }
    }

    #[test]
    fn what_is_not_in_the_bag_is_taken_off_what_was_paid() {
        use Measure::{Grams, Pieces};
        let mut lines =
            [line(1, 7, Pieces(2)), line(2, 8, Grams(500)), line(3, 8, Grams(900)), line(4, 7, Pieces(1))];
        let in_the_bag = [found(7, Pieces(1)), found(8, Grams(900))];
        let wrong = corrections(&lines, &in_the_bag, None);
        let taken_off = take_off(&mut lines, &wrong);
        let id = |id| LineId(Uuid::from_u128(id));
        assert_eq!(taken_off, [(id(4), 1), (id(1), 1), (id(2), 1)]);
        let settled: Vec<i64> = lines.iter().map(|line| line.settled().minor).collect();
        assert_eq!(settled, [1000, 0, 900, 0]);
    }

    #[test]
    fn a_bag_is_right_only_where_it_holds_what_was_paid() {
        use Measure::{Grams, Pieces};
        let lines = [line(1, 7, Pieces(2)), line(2, 8, Grams(500)), line(3, 8, Grams(900))];
        let right = [found(7, Pieces(1)), found(8, Grams(905)), found(7, Pieces(1)), found(8, Grams(500))];
        assert_eq!(corrections(&lines, &right, None), []);

        let wrong = [found(7, Pieces(3)), found(8, Grams(500)), found(9, Pieces(1))];
        let told = corrections(&lines, &wrong, None);
        let short: Vec<_> = told
            .iter()
            .map(|one| (one.line.is_some(), one.paid, one.found, one.extra.clone(), one.missing))
            .collect();
        assert_eq!(
            short,
            [(true, 2, 3, vec![Pieces(1)], 0), (true, 2, 1, vec![], 1), (false, 0, 1, vec![Pieces(1)], 0)]
        );
        let heavier = [found(7, Pieces(2)), found(8, Grams(500)), found(8, Grams(2000))];
        let told = corrections(&lines, &heavier, None);
        assert_eq!(
            (told[0].extra.as_slice(), told[0].missing),
            ([Grams(2000)].as_slice(), 1),
            "another pack"
        );
        let part = [lines[0].id];
        assert_eq!(
            corrections(&lines, &[found(7, Pieces(2))], Some(&part)),
            [],
            "the rest was not looked at"
        );
        assert_eq!(corrections(&lines, &[], Some(&part))[0].missing, 2);
    }

    proptest! {
        #[test]
        fn what_a_till_sells_of_the_extras_pays_for_them(
            paid in prop::collection::vec((0u128..4, 1u32..20), 1..8),
            there in prop::collection::vec((0u128..6, 1u32..1_500), 0..8),
        ) {
            let lines: Vec<_> = (0u128..)
                .zip(&paid)
                .map(|(id, (product, pieces))| line(id, *product, Measure::Pieces(*pieces)))
                .collect();
            let there: Vec<_> = there.iter().map(|(product, pieces)| found(*product, Measure::Pieces(*pieces))).collect();
            let corrections = corrections(&lines, &there, None);
            for one in &corrections {
                let extra: u32 = one.extra.iter().map(|measure| measure.items()).sum();
                prop_assert_eq!(i64::from(one.found) - i64::from(one.paid), i64::from(extra) - i64::from(one.missing));
                prop_assert!(one.extra.iter().all(|measure| measure.checked().is_ok()));
            }
            let sold: Vec<_> = corrections
                .iter()
                .flat_map(|one| one.extra.iter().map(|extra| line(0, one.product.0.as_u128(), *extra)))
                .collect();
            prop_assert!(is_paid_by(&corrections, &sold));
            if let Some((last, fewer)) = sold.split_last() {
                prop_assert!(!is_paid_by(&corrections, fewer), "{:?} was left out", last.measure);
            }
        }

        #[test]
        fn a_sample_is_of_the_order_and_always_the_same(count in 1u128..30, roll in 0..ROLL_OF) {
            let lines: Vec<_> = (0..count).map(|id| line(id, id, Measure::Pieces(1))).collect();
            let drawn = sample(&lines, roll);
            prop_assert_eq!(drawn.len(), lines.len().min(SAMPLE));
            prop_assert_eq!(&drawn, &sample(&lines, roll));
            let each: HashSet<_> = drawn.iter().collect();
            prop_assert_eq!(each.len(), drawn.len());
            prop_assert!(drawn.iter().all(|id| lines.iter().any(|line| line.id == *id)));
        }
    }

    #[test]
    fn a_look_that_is_not_right_leads_to_a_whole_one_and_that_to_be_put_right() {
        let note = |what| Note { at: NOW, by: None, what };
        let looked = |by, right| note(Noted::Looked { by, right, corrections: Vec::new() });
        let settle = CheckStep::Settle { corrections: Vec::new() };
        assert_eq!(check_step(false, &[]), CheckStep::Nothing);
        assert_eq!(check_step(true, &[]), CheckStep::Look);
        let mut notes = vec![looked(LookedBy::Part, false)];
        assert_eq!(check_step(true, &notes), CheckStep::Whole);
        assert_eq!(check_step(false, &notes), CheckStep::Whole, "staff looked without being asked");
        notes.push(looked(LookedBy::Whole, false));
        assert_eq!(check_step(true, &notes), settle);
        notes.push(note(Noted::UsedTwice));
        assert_eq!(check_step(true, &notes), settle, "what a gate tells later settles nothing");
        notes.push(note(Noted::Settled { sale: None }));
        assert_eq!(check_step(true, &notes), CheckStep::Nothing);
        assert_eq!(check_step(true, &[looked(LookedBy::Eye, true)]), CheckStep::Nothing);
    }
}
