//! The payments of a table: asked of their providers, and asked again where no answer came.

use ministore_core::id::{PaymentId, TabId};
use ministore_core::money::Money;
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::{GetTabWay, Way};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::table::{GiveBack, Pay, PayFor, Tab, TabPayment, TabPaymentState, TabState};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use super::staff::{payment_of, staff};
use super::{changed, done, find, open, rows, visible};
use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::payment::{self, Charge};
use crate::reply::{Act, LateReply, body_hash};
use crate::shop::Terms;
use crate::write::Write;
use crate::{member, shift, sql, stored_value};

impl Answer<Pay> for Engine {
    async fn answer(&self, caller: &Caller, call: Pay) -> Result<Tab, Fault> {
        if !call.tender.is_paid_at_once() || !self.takes(call.tender) {
            return Err(Fault::invalid("tender", "nobody here takes it"));
        }
        // How long it may wait is reckoned from its key.
        if !call.tender.answers_at_once() && !is_made_now(call.payment, self.now()) {
            return Err(Fault::invalid("payment", "a key that is made now, by a clock that is right"));
        }
        let (hash, payment) = (body_hash(&call)?, call.payment);
        let tab = self.once(caller, call).await?;
        if payment_of(&tab, payment)?.state != TabPaymentState::Asked {
            return Ok(tab);
        }
        let late = LateReply::to::<Pay>(caller, &hash);
        self.settle(payment, Some((caller, &late))).await?.map_or(Ok(tab), |settled| Ok(settled?))
    }
}

/// How far a guest's clock may be off, in milliseconds.
const CLOCK_OFF_MILLIS: i64 = 5 * 60_000;

fn is_made_now(payment: PaymentId, now: Timestamp) -> bool {
    let made = payment.0.get_timestamp().map(|made| made.to_unix());
    let millis = made.and_then(|(seconds, nanos)| {
        i64::try_from(seconds).ok()?.checked_mul(1000)?.checked_add(i64::from(nanos / 1_000_000))
    });
    millis.is_some_and(|millis| millis.saturating_sub(now.0).saturating_abs() <= CLOCK_OFF_MILLIS)
}

impl Answer<GetTabWay> for Engine {
    async fn answer(&self, caller: &Caller, call: GetTabWay) -> Result<Way, Fault> {
        let head = self.head().await?;
        let kept = find(&mut *self.snapshot().await?, head, call.tab).await?;
        let tab = kept.ok_or_else(|| Fault::not_found(Thing::Tab))?.seen_by(&caller.actor)?;
        let payment = payment_of(&tab, call.payment)?;
        let asked = payment.state == TabPaymentState::Asked && !payment.tender.answers_at_once();
        let provider = self.providers().iter().find(|provider| provider.tender() == payment.tender);
        let Some(provider) = provider.filter(|_| asked) else { return Ok(Way { waits: None }) };
        provider.prefer(payment.id, call.opens);
        // A decline is an answer too: it does not wait any more.
        let settled = self.settle(payment.id, None).await?;
        Ok(Way { waits: if settled.is_none() { provider.waits(payment.id) } else { None } })
    }
}

impl Answer<GiveBack> for Engine {
    async fn answer(&self, caller: &Caller, call: GiveBack) -> Result<Tab, Fault> {
        let (hash, payment) = (body_hash(&call)?, call.payment);
        let tab = self.once(caller, call).await?;
        if payment_of(&tab, payment)?.state != TabPaymentState::Returning {
            return Ok(tab);
        }
        let late = LateReply::to::<GiveBack>(caller, &hash);
        self.settle(payment, Some((caller, &late))).await?.map_or(Ok(tab), |settled| Ok(settled?))
    }
}

impl Act for Pay {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let head = write.head;
        let (tab, guest) = visible(write, caller, self.tab).await?;
        if let Some(known) = kept_payment(write, &tab, self.payment, &self.pays, self.tender).await? {
            return match known.state {
                TabPaymentState::Declined => Err(Refusal::PaymentDeclined { limit: None }.into()),
                _ => done(write, caller, self.tab).await,
            };
        }
        if tab.state == TabState::Closed {
            return Err(Refusal::TabClosed.into());
        }
        let terms = Terms::of(&Terms::ask(head).fetch_all(write.conn()).await?, head)?;
        if !terms.tenders.contains(&self.tender) || self.tender == Tender::GiftCard {
            return Err(Fault::invalid("tender", "the shop does not take it"));
        }
        let amount = amount_now(&tab, &self.pays, self.expected)?;
        let stored = self.tender == Tender::StoredValue;
        let payment = TabPayment {
            id: self.payment,
            amount,
            pays: self.pays,
            tender: self.tender,
            state: if stored { TabPaymentState::Paid } else { TabPaymentState::Asked },
            guest,
            at: write.now,
        };
        rows::insert_payment(write, self.tab, &payment).await?;
        if stored {
            // What is eaten is known: it is set aside and taken in one go.
            let member = member::of_device(write.conn(), head, caller.device()?).await?;
            payment::open(write, payment.id, PaymentState::Due);
            stored_value::hold(write, member, payment.id, None, amount).await?;
            payment::book(write, payment.id, PaymentState::Authorised, 0, None, None);
            stored_value::settle(write, payment.id, amount, None).await?;
            payment::book(write, payment.id, PaymentState::Captured, amount.minor, None, None);
        } else {
            payment::open(write, payment.id, PaymentState::Unknown);
        }
        keep_part(write, &tab, &payment.pays).await?;
        done(write, caller, self.tab).await
    }
}

impl Act for GiveBack {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let by = staff(caller)?;
        let (tab, _) = open(write, caller, self.tab).await?;
        let payment = payment_of(&tab, self.payment)?;
        match (payment.state, payment.tender) {
            (TabPaymentState::Paid, Tender::CashAtHandover | Tender::StoredValue) => {
                if payment.tender == Tender::StoredValue {
                    stored_value::refund(write, payment.id, payment.amount, Some(by)).await?;
                }
                save(write, payment.id, TabPaymentState::Returned).await?;
                let amount = -payment.amount.minor;
                payment::book(write, payment.id, PaymentState::Refunded, amount, None, Some(by));
                if payment.tender == Tender::CashAtHandover {
                    let back = payment.amount.currency.minor(amount);
                    shift::cash_taken(write, caller, back, format!("Table {}", tab.table)).await?;
                }
            }
            (TabPaymentState::Paid, _) => save(write, payment.id, TabPaymentState::Returning).await?,
            (TabPaymentState::Returning | TabPaymentState::Returned, _) => {}
            // What was not received cannot be given back.
            (TabPaymentState::Asked | TabPaymentState::Declined, _) => {
                return Err(Fault::not_found(Thing::Payment));
            }
        }
        done(write, caller, self.tab).await
    }
}

/// The payment that is there already under this key, with what it was for. Refused where the key is used for something
/// else.
pub(super) async fn kept_payment(
    write: &mut Write,
    tab: &Tab,
    id: PaymentId,
    pays: &PayFor,
    tender: Tender,
) -> Result<Option<TabPayment>, Fault> {
    match tab.payments.iter().find(|payment| payment.id == id) {
        Some(known) if known.pays == *pays && known.tender == tender => Ok(Some(known.clone())),
        Some(_) => Err(Refusal::IdReused.into()),
        None => {
            // A key of the ledger's: an order's payment may have it.
            let used = "SELECT COUNT(*) FROM payment_entry WHERE shop_id = $1 AND payment_id = $2";
            if rows::is_used(write, used, id.0).await? { Err(Refusal::IdReused.into()) } else { Ok(None) }
        }
    }
}

/// What a payment comes to. Refused where that is not what was shown.
pub(super) fn amount_now(tab: &Tab, pays: &PayFor, expected: Money) -> Result<Money, Fault> {
    let amounts = tab.amounts_for(pays)?;
    match amounts.first() {
        _ if amounts.contains(&expected) => Ok(expected),
        Some(now) => Err(Refusal::TotalChanged { now: *now }.into()),
        None => Err(Refusal::PaidAlready.into()),
    }
}

/// One equal part less, where a payment is for one.
pub(super) async fn keep_part(write: &mut Write, tab: &Tab, pays: &PayFor) -> Result<(), Fault> {
    match pays {
        PayFor::Part => rows::save_parts(write, tab.id, tab.parts.saturating_sub(1)).await,
        PayFor::Rest => rows::save_parts(write, tab.id, 0).await,
        PayFor::Portions { .. } => Ok(()),
    }
}

async fn save(write: &mut Write, payment: PaymentId, state: TabPaymentState) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE tab_payment SET state = $3 WHERE shop_id = $1 AND payment_id = $2")
        .bind(shop)
        .bind(payment.0)
        .bind(state.word())
        .execute(write.conn())
        .await?;
    Ok(())
}

/// A payment as its row has it.
struct Row {
    tab: TabId,
    pays: PayFor,
    amount: Money,
    tender: Tender,
    state: TabPaymentState,
}

/// Either the tab as it then is, or why nothing was received.
type Settled = Result<Tab, Refusal>;

impl Engine {
    /// Asks the providers again about every payment of a table whose answer is missing, and about every one that is to be
    /// given back. Gives how many are still open after that.
    pub(crate) async fn settle_tabs(&self) -> Result<usize, Fault> {
        let head = self.head().await?;
        let open: Vec<Uuid> = {
            let mut conn = self.reader().await?;
            sql::query_scalar(
                "SELECT payment_id FROM tab_payment WHERE shop_id = $1 AND state IN ('asked', 'returning')",
            )
            .bind(head.shop.0)
            .fetch_all(&mut conn)
            .await?
        };
        let mut left = 0;
        for payment in open {
            left += usize::from(self.settle(PaymentId(payment), None).await?.is_none());
        }
        Ok(left)
    }

    /// Asks about one payment of a table now. Gives where it stands after that, in the words of the ledger; None where there is
    /// no such payment.
    pub(crate) async fn settle_tab_payment(&self, id: PaymentId) -> Result<Option<PaymentState>, Fault> {
        let head = self.head().await?;
        let known: Option<String> = {
            let mut conn = self.reader().await?;
            sql::query_scalar("SELECT state FROM tab_payment WHERE shop_id = $1 AND payment_id = $2")
                .bind(head.shop.0)
                .bind(id.0)
                .fetch_optional(&mut conn)
                .await?
        };
        if known.is_none() {
            return Ok(None);
        }
        self.settle(id, None).await?;
        Ok(Some(match self.payment_row(id).await?.state {
            TabPaymentState::Asked => PaymentState::Unknown,
            TabPaymentState::Paid | TabPaymentState::Returning => PaymentState::Captured,
            TabPaymentState::Declined => PaymentState::Cancelled,
            TabPaymentState::Returned => PaymentState::Refunded,
        }))
    }

    /// Asks the provider of one payment. None where no answer came, or its guest has still to pay. Several hubs may ask at once: a provider does once
    /// what it is asked twice, and tells both the same.
    async fn settle(
        &self,
        id: PaymentId,
        waiting: Option<(&Caller, &LateReply<'_>)>,
    ) -> Result<Option<Settled>, Fault> {
        let row = self.payment_row(id).await?;
        let Some(provider) = self.providers().iter().find(|provider| provider.tender() == row.tender) else {
            tracing::warn!(payment = %id, tender = row.tender.word(), "no provider takes this payment");
            return Ok(None);
        };
        let answer = match row.state {
            TabPaymentState::Asked => {
                let charge = payment::ask(provider.charge(id, row.amount)).await;
                if matches!(charge, Ok(Charge::Waiting)) {
                    return Ok(None);
                }
                charge.map(|charge| match charge {
                    Charge::Captured => (TabPaymentState::Paid, None),
                    Charge::Waiting => (TabPaymentState::Asked, None),
                    Charge::Expired => (TabPaymentState::Declined, Some(None)),
                    Charge::Declined { limit } => (TabPaymentState::Declined, Some(limit)),
                })
            }
            TabPaymentState::Returning => {
                // All of it at once, so it is the payment's first part and its last.
                payment::ask(provider.refund(id, 1, row.amount))
                    .await
                    .map(|()| (TabPaymentState::Returned, None))
            }
            TabPaymentState::Paid | TabPaymentState::Declined | TabPaymentState::Returned => {
                Ok((row.state, None))
            }
        };
        let (next, declined) = match answer {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(payment = %id, %error, "the payment stays open");
                return Ok(None);
            }
        };
        let declined = declined.map(|limit| Refusal::PaymentDeclined { limit });
        let mut write = Write::begin(self).await?;
        let now: String =
            sql::query_scalar("SELECT state FROM tab_payment WHERE shop_id = $1 AND payment_id = $2")
                .bind(write.shop())
                .bind(id.0)
                .fetch_one(write.conn())
                .await?;
        // Another may have settled it meanwhile.
        if rows::payment_state(&now)?.can_become(next) {
            save(&mut write, id, next).await?;
            let (ledger, amount) = match next {
                TabPaymentState::Paid => (PaymentState::Captured, row.amount.minor),
                TabPaymentState::Returned => (PaymentState::Refunded, -row.amount.minor),
                _ => (PaymentState::Failed, 0),
            };
            payment::book(&mut write, id, ledger, amount, None, None);
            if next == TabPaymentState::Declined && row.pays == PayFor::Part {
                sql::query(
                    "UPDATE tab SET parts = parts + 1 WHERE shop_id = $1 AND tab_id = $2 AND state = 'open'",
                )
                .bind(write.shop())
                .bind(row.tab.0)
                .execute(write.conn())
                .await?;
            }
        }
        let kept = changed(&mut write, row.tab).await?;
        let settled = match (declined, waiting) {
            (Some(refusal), waiting) => {
                if let Some((_, late)) = waiting {
                    late.save::<Tab>(&mut write, Err(&refusal))?;
                }
                Err(refusal)
            }
            (None, Some((caller, late))) => {
                let tab = kept.seen_by(&caller.actor)?;
                late.save(&mut write, Ok(&tab))?;
                Ok(tab)
            }
            (None, None) => Ok(kept.tab),
        };
        write.commit(self).await?;
        Ok(Some(settled))
    }

    async fn payment_row(&self, id: PaymentId) -> Result<Row, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let row = sql::query(
            "SELECT tab_id, pays, amount, tender, state FROM tab_payment WHERE shop_id = $1 AND payment_id = $2",
        )
        .bind(head.shop.0)
        .bind(id.0)
        .fetch_one(&mut conn)
        .await?;
        Ok(Row {
            tab: TabId(row.try_get(0)?),
            pays: serde_json::from_str(row.try_get(1)?)?,
            amount: head.currency.minor(row.try_get(2)?),
            tender: crate::row::tender(row.try_get(3)?)?,
            state: rows::payment_state(row.try_get(4)?)?,
        })
    }
}
