//! Gift cards: sold at the counter, looked up by their numbers, and frozen. Their money is booked in [`crate::stored_value`].
//!
//! A number is worth what is on its card, so it is not kept: a card is found by a digest of its number and its shop. The
//! numbers have 60 random bits; whoever reads the database would have to try a billion billion of them.

use ministore_core::fact::Fact;
use ministore_core::gift_card::{
    FreezeGiftCard, GetGiftCard, GiftCard, GiftCardSold, MAX_REASON, SellGiftCard,
};
use ministore_core::id::{GiftCardId, NoteId, PaymentId, ShopId, StaffId};
use ministore_core::issued::GiftCardNumber;
use ministore_core::money::{Currency, Money};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::shift::{Noted, TillAction};
use ministore_core::stored_value::{OnCard, StoredKind};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fact::{self, at_till};
use crate::fault::Fault;
use crate::reply::Act;
use crate::stored_value::{self, Account, Booking, Holder};
use crate::write::{Head, Write};
use crate::{shift, sql};

/// What is kept of a card's number: by it the number is recognised in this shop, and in no other.
fn digest(shop: ShopId, number: GiftCardNumber) -> Vec<u8> {
    Sha256::new().chain_update(shop.0).chain_update(number.symbol_text()).finalize().to_vec()
}

/// A card that was sold.
pub(crate) struct Kept {
    pub(crate) account: Account,
    ending: String,
}

impl Kept {
    fn of(row: &sql::Row, currency: Currency) -> Result<Self, Fault> {
        let money = |at: usize| Ok::<_, Fault>(currency.minor(row.try_get(at)?));
        let account = Account {
            holder: Holder::GiftCard(GiftCardId(row.try_get(0)?)),
            money: OnCard { balance: money(1)?, held: money(2)? },
            frozen: row.try_get::<i64>(3)? != 0,
        };
        Ok(Self { account, ending: row.try_get(4)? })
    }

    fn shown(self) -> GiftCard {
        GiftCard { ending: self.ending, money: self.account.money, frozen: self.account.frozen }
    }
}

/// The card with this number, if there is one.
async fn find(conn: &mut sql::Connection, head: Head, number: GiftCardNumber) -> Result<Option<Kept>, Fault> {
    let row = sql::query(
        "SELECT gift_card_id, balance, held, frozen, ending FROM gift_card WHERE shop_id = $1 AND digest = $2",
    )
    .bind(head.shop.0)
    .bind(digest(head.shop, number))
    .fetch_optional(conn)
    .await?;
    row.map(|row| Kept::of(&row, head.currency)).transpose()
}

/// The card with this number. Refused where there is none.
pub(crate) async fn of_number(write: &mut Write, number: GiftCardNumber) -> Result<Kept, Fault> {
    let head = write.head;
    find(write.conn(), head, number).await?.ok_or_else(|| Fault::not_found(Thing::GiftCard))
}

/// The card with this number, for who reads only.
pub(crate) async fn shown(
    conn: &mut sql::Connection,
    head: Head,
    number: GiftCardNumber,
) -> Result<GiftCard, Fault> {
    let kept = find(conn, head, number).await?.ok_or_else(|| Fault::not_found(Thing::GiftCard))?;
    Ok(kept.shown())
}

/// Whether a card of which something was set aside for this payment is frozen since.
pub(crate) async fn is_frozen_for(write: &mut Write, payment: PaymentId) -> Result<bool, Fault> {
    Ok(stored_value::of_payment(write, payment).await?.frozen)
}

impl Answer<GetGiftCard> for Engine {
    async fn answer(&self, _: &Caller, call: GetGiftCard) -> Result<GiftCard, Fault> {
        let head = self.head().await?;
        shown(&mut *self.reader().await?, head, call.number).await
    }
}

impl Engine {
    /// Makes a card with so much on it, which nobody has paid for: for a shop that is for show.
    pub async fn show_gift_card(&self, number: GiftCardNumber, amount: Money) -> Result<(), Refusal> {
        let make = async {
            let mut write = Write::begin(self).await?;
            let card = GiftCardId(Uuid::now_v7());
            OnCard::nothing(write.head.currency).takes(amount)?;
            issue(&mut write, card, number, amount, None).await?;
            write.commit(self).await
        };
        make.await.map_err(Fault::refusal)
    }
}

/// Makes a new card with so much on it.
async fn issue(
    write: &mut Write,
    card: GiftCardId,
    number: GiftCardNumber,
    amount: Money,
    by: Option<StaffId>,
) -> Result<Kept, Fault> {
    let (head, ending) = (write.head, number.ending());
    sql::query(
        "INSERT INTO gift_card (shop_id, gift_card_id, digest, ending, balance, held, frozen)
         VALUES ($1, $2, $3, $4, 0, 0, 0)",
    )
    .bind(head.shop.0)
    .bind(card.0)
    .bind(digest(head.shop, number))
    .bind(&ending)
    .execute(write.conn())
    .await?;
    let holder = Holder::GiftCard(card);
    let account = Account { holder, money: OnCard::nothing(head.currency), frozen: false };
    let (kind, payment) = (StoredKind::ToppedUp, PaymentId(card.0));
    let booking = Booking { kind, amount, payment, part: 0, order: None, by };
    Ok(Kept { account: stored_value::book(write, account, booking).await?, ending })
}

macro_rules! answered_once {
    ($($call:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<GiftCard, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(SellGiftCard, FreezeGiftCard);

// No reply has a number in it: replies are kept.

impl Act for SellGiftCard {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<GiftCard, Fault> {
        let (till, by) = at_till(caller)?;
        let (head, now) = (write.head, write.now);
        let amount = self.checked(head.currency)?;
        let there = find(write.conn(), head, self.number).await?;
        let holder = Holder::GiftCard(self.card);
        match (fact::find(write.conn(), head, self.card.0).await?, there) {
            (Some(Fact::GiftCardSold(sold)), Some(there))
                if there.account.holder == holder
                    && (sold.till, sold.amount, &sold.terminal) == (till, amount, &self.terminal) =>
            {
                return Ok(there.shown());
            }
            (None, None) => {}
            _ => return Err(Refusal::IdReused.into()),
        }
        if stored_value::is_used(write, PaymentId(self.card.0)).await? {
            return Err(Refusal::IdReused.into());
        }
        let made = issue(write, self.card, self.number, amount.money(), Some(by)).await?;
        let sold = GiftCardSold {
            id: self.card,
            shift: shift::open_at(write.conn(), head, till).await?,
            till,
            by,
            at: now,
            ending: made.ending.clone(),
            amount,
            terminal: self.terminal,
        };
        fact::keep(write, Seat::Hub, &Fact::GiftCardSold(sold)).await?;
        Ok(made.shown())
    }
}

impl Act for FreezeGiftCard {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<GiftCard, Fault> {
        let (till, by) = at_till(caller)?;
        let reason = shift::words("reason", &self.reason, 1)?;
        if reason.chars().count() > MAX_REASON {
            return Err(Fault::invalid("reason", format!("1 to {MAX_REASON} characters")));
        }
        let head = write.head;
        let mut kept = of_number(write, self.number).await?;
        if kept.account.frozen == self.frozen {
            return Ok(kept.shown());
        }
        sql::query("UPDATE gift_card SET frozen = $3 WHERE shop_id = $1 AND digest = $2")
            .bind(head.shop.0)
            .bind(digest(head.shop, self.number))
            .bind(i64::from(self.frozen))
            .execute(write.conn())
            .await?;
        let noted = Noted {
            id: NoteId(Uuid::now_v7()),
            shift: shift::open_at(write.conn(), head, till).await?,
            till,
            by,
            at: write.now,
            action: if self.frozen { TillAction::GiftCardFrozen } else { TillAction::GiftCardUnfrozen },
            about: format!("…{}: {reason}", kept.ending),
            of: None,
        };
        fact::keep(write, Seat::Hub, &Fact::Noted(noted)).await?;
        kept.account.frozen = self.frozen;
        Ok(kept.shown())
    }
}
