//! A client with a wrong rule, to prove that the verdict can see one.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::payment::Tender;
use ministore_core::payment_way::Waits;
use ministore_hub::wechat_pay::WechatPay;
use ministore_store::payment::{Charge, Provider, ProviderError, Void};
use uuid::Uuid;

/// A rule of the client's, broken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Break {
    /// An answer that does not come is taken for a no: the order is withdrawn, and its payment left alone.
    SilenceIsNo,
    /// What waits to be paid counts as paid.
    WaitingIsPaid,
    /// After a silence the same is asked for under another number.
    AnotherNumber,
    /// What is not wanted any more is not closed.
    NothingIsClosed,
}

/// The real client, and what is wrong with it.
pub(crate) struct Wrong {
    client: WechatPay,
    broken: Break,
    /// The payments that were asked for under another number.
    renumbered: Mutex<HashSet<PaymentId>>,
}

impl Wrong {
    pub(crate) fn new(client: WechatPay, broken: Break) -> Self {
        Self { client, broken, renumbered: Mutex::default() }
    }

    fn renumbered(&self) -> MutexGuard<'_, HashSet<PaymentId>> {
        self.renumbered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number under which the payment is asked for.
    fn number(&self, payment: PaymentId) -> PaymentId {
        if self.renumbered().contains(&payment) {
            // Made at the same moment, as far as the number tells.
            PaymentId(Uuid::from_u128(payment.0.as_u128() ^ 1))
        } else {
            payment
        }
    }
}

impl Provider for Wrong {
    fn tender(&self) -> Tender {
        self.client.tender()
    }

    fn charge(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async move {
            let answer = self.client.charge(self.number(payment), amount).await;
            match (self.broken, answer) {
                (Break::SilenceIsNo, Err(_)) => Ok(Charge::Declined { limit: None }),
                (Break::WaitingIsPaid, Ok(Charge::Waiting)) => Ok(Charge::Captured),
                (Break::AnotherNumber, Err(error)) => {
                    self.renumbered().insert(payment);
                    Err(error)
                }
                (_, answer) => answer,
            }
        }
        .boxed()
    }

    fn waits(&self, payment: PaymentId) -> Option<Waits> {
        self.client.waits(self.number(payment))
    }

    fn refund(
        &self,
        payment: PaymentId,
        part: u32,
        amount: Money,
    ) -> BoxFuture<'_, Result<(), ProviderError>> {
        self.client.refund(self.number(payment), part, amount)
    }

    fn void(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        match self.broken {
            Break::NothingIsClosed => async { Ok(Void::NothingTaken) }.boxed(),
            _ => self.client.void(self.number(payment), amount),
        }
    }
}
