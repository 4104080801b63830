//! What staff does: makes, serves, cancels, takes cash, and closes.

use ministore_core::id::{PaymentId, StaffId};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::table::{
    CashTaken, Close, LineState, MAX_TAB_LINES, Tab, TabPayment, TabPaymentState, TabState, TakeCash,
    TakeStep, bill, unpaid_pieces,
};

use super::payments::{amount_now, keep_part, kept_payment};
use super::{done, guests, open, rows, visible};
use crate::engine::Caller;
use crate::fault::Fault;
use crate::reply::Act;
use crate::write::Write;
use crate::{payment, shift};

impl Act for TakeStep {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        if !self.step.is_staffs() {
            return Err(Fault::invalid("step", "a step that staff takes"));
        }
        if !(1..=MAX_TAB_LINES).contains(&self.lines.len()) {
            return Err(Fault::invalid("lines", format!("1 to {MAX_TAB_LINES} lines")));
        }
        let (mut tab, _) = open(write, caller, self.tab).await?;
        let payments = std::mem::take(&mut tab.payments);
        for id in self.lines {
            let line = tab.lines.iter_mut().find(|line| line.id == id);
            let line = line.ok_or_else(|| Fault::not_found(Thing::Line))?;
            if self.step.leads_to() == Some(line.state) {
                continue;
            }
            let (line_state, line_step) = (line.state, self.step);
            let next = self.step.taken_at(line_state);
            let next = next.ok_or(Refusal::WrongLineStep { line_state, line_step })?;
            if next == LineState::Cancelled {
                // Whoever paid for it has to have the money back first.
                if unpaid_pieces(line, &payments) < line.pieces {
                    return Err(Refusal::PaidAlready.into());
                }
                guests::put_back(write, line).await?;
            }
            line.state = next;
            rows::save_state(write, id.0, next, line.round).await?;
        }
        let left = bill(&tab.lines, &payments, write.head.currency);
        if left.map_err(|error| Fault::row("tab_line", error))?.due.minor < 0 {
            return Err(Refusal::PaidAlready.into());
        }
        done(write, caller, self.tab).await
    }
}

impl Act for Close {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Tab, Fault> {
        let (tab, _) = visible(write, caller, self.tab).await?;
        if tab.state == TabState::Open {
            tab.may_close()?;
            rows::close(write, self.tab).await?;
        }
        done(write, caller, self.tab).await
    }
}

impl Act for TakeCash {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<CashTaken, Fault> {
        let change = |amount| self.cash.minus(amount).map_err(|error| Fault::invalid("cash", error));
        let (tab, _) = visible(write, caller, self.tab).await?;
        if let Some(known) =
            kept_payment(write, &tab, self.payment, &self.pays, Tender::CashAtHandover).await?
        {
            let change = change(known.amount)?;
            return Ok(CashTaken { tab: done(write, caller, self.tab).await?, change });
        }
        if tab.state == TabState::Closed {
            return Err(Refusal::TabClosed.into());
        }
        let amount = amount_now(&tab, &self.pays, self.expected)?;
        let change = change(amount)?;
        if change.minor < 0 {
            return Err(Refusal::PaymentDue { due: amount }.into());
        }
        let by = staff(caller)?;
        let taken = TabPayment {
            id: self.payment,
            pays: self.pays,
            amount,
            tender: Tender::CashAtHandover,
            state: TabPaymentState::Paid,
            guest: None,
            at: write.now,
        };
        rows::insert_payment(write, self.tab, &taken).await?;
        payment::open(write, taken.id, PaymentState::Due);
        payment::book(write, taken.id, PaymentState::Captured, amount.minor, Some(self.cash), Some(by));
        shift::cash_taken(write, caller, amount, format!("Table {}", tab.table)).await?;
        keep_part(write, &tab, &taken.pays).await?;
        Ok(CashTaken { tab: done(write, caller, self.tab).await?, change })
    }
}

/// Who of the shop calls.
pub(super) fn staff(caller: &Caller) -> Result<StaffId, Fault> {
    match caller.actor {
        Actor::Staff { staff, .. } => Ok(staff),
        Actor::Visitor | Actor::Shopper(_) => Err(Refusal::NotAllowed.into()),
    }
}

/// The payment of a tab's; not found where it has none of that key.
pub(super) fn payment_of(tab: &Tab, id: PaymentId) -> Result<&TabPayment, Fault> {
    tab.payments.iter().find(|payment| payment.id == id).ok_or_else(|| Fault::not_found(Thing::Payment))
}
