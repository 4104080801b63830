//! Orders that wait for their shopper to pay: how they do, and what comes of it when the provider tells of it.

use ministore_core::id::{OrderId, PaymentId};
use ministore_core::order::{Order, OrderState};
use ministore_core::payment::PaymentState;
use ministore_core::payment_way::{GetWay, Waits, Way};
use ministore_core::refusal::{Refusal, Thing};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::order;
use crate::sql;

impl Answer<GetWay> for Engine {
    async fn answer(&self, caller: &Caller, call: GetWay) -> Result<Way, Fault> {
        let (head, device) = (self.head().await?, caller.device()?);
        let kept = order::find(&mut *self.snapshot().await?, head, call.order).await?;
        let order =
            kept.filter(|kept| kept.device == device).ok_or_else(|| Fault::not_found(Thing::Order))?.order;
        if self.waits(&order).is_none() {
            return Ok(Way { waits: None });
        }
        let tender = order.payment.tender;
        if let Some(provider) = self.providers().iter().find(|provider| provider.tender() == tender) {
            provider.prefer(order.payment.id, call.opens);
        }
        // A decline is an answer too: the order does not wait any more.
        let asked = self.ask_providers(order.id).await?;
        Ok(Way { waits: asked.ok().and_then(|order| self.waits(&order)) })
    }
}

impl Engine {
    fn waits(&self, order: &Order) -> Option<Waits> {
        if order.payment.state != PaymentState::Unknown || order.state == OrderState::Cancelled {
            return None;
        }
        let provider = self.providers().iter().find(|provider| provider.tender() == order.payment.tender);
        provider?.waits(order.payment.id)
    }

    /// Asks about one payment now, because its provider tells that there is news of it. Gives where it stands after that;
    /// None where there is no such payment.
    pub async fn settle_payment(&self, payment: PaymentId) -> Result<Option<PaymentState>, Refusal> {
        self.settle_one(payment).await.map_err(Fault::refusal)
    }

    async fn settle_one(&self, payment: PaymentId) -> Result<Option<PaymentState>, Fault> {
        let head = self.head().await?;
        let id: Option<Uuid> = {
            let mut conn = self.reader().await?;
            sql::query_scalar("SELECT order_id FROM orders WHERE shop_id = $1 AND payment_id = $2")
                .bind(head.shop.0)
                .bind(payment.0)
                .fetch_optional(&mut conn)
                .await?
        };
        let Some(id) = id.map(OrderId) else { return self.settle_tab_payment(payment).await };
        if let Ok(order) = self.ask_providers(id).await? {
            return Ok(Some(order.payment.state));
        }
        let kept = order::find(&mut *self.snapshot().await?, head, id).await?;
        Ok(kept.map(|kept| kept.order.payment.state))
    }
}
