//! WeChat Pay as a provider of the shop's, and the way in for what it tells by itself.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use futures::future::BoxFuture;
use ministore_core::code_payment::CodeFault;
use ministore_core::hours::Day;
use ministore_core::id::PaymentId;
use ministore_core::money::{Currency, Money};
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::payment_way::{PayLink, Waits};
use ministore_core::refusal::{Refusal, Thing};
use ministore_pay::cashier::{CodeOutcome, CodeQuestion};
use ministore_pay::client::ClientError;
use ministore_pay::error::Code;
use ministore_pay::notification::{LARGEST, NotTaken, Notification};
use ministore_pay::trade::TradeState;
use ministore_pay::{Cashier, Charged, Client, Returned, Settings};
use ministore_store::Engine;
use ministore_store::engine::Clock;
use ministore_store::payment::{
    Charge, CodeAnswer, CodeAsk, Provider, ProviderError, Stated, StatedLine, Void,
};
use serde_json::json;

use crate::api::admit_source;
use crate::founding::shop_of;
use crate::problem::Problem;
use crate::state::HubState;

/// Where WeChat Pay tells what has happened.
pub(crate) const PATH: &str = "/pay/wechat/notify";

/// The part that is given back of a payment of which nobody knew whether it was taken: all of it, so that no other comes.
const WHOLE: u32 = 1;

/// The provider.
pub struct WechatPay {
    cashier: Cashier,
}

impl WechatPay {
    /// With these settings, by that clock.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, ClientError> {
        Ok(Self { cashier: Cashier::new(Client::new(settings, clock)?) })
    }

    /// Gives a part of a payment back, or a payment that the shop had given up.
    async fn give_back(
        &self,
        payment: PaymentId,
        part: u32,
        amount: Money,
    ) -> Result<Returned, ProviderError> {
        self.cashier.refund(payment, part, amount).await.map_err(|error| ProviderError(error.to_string()))
    }
}

impl Provider for WechatPay {
    fn tender(&self) -> Tender {
        Tender::WechatPay
    }

    fn charge(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Charge, ProviderError>> {
        async move {
            match self.cashier.charge(payment, amount).await {
                Ok(Charged::Captured) => Ok(Charge::Captured),
                Ok(Charged::Waiting { .. }) => Ok(Charge::Waiting),
                Ok(Charged::Expired) => Ok(Charge::Expired),
                Ok(Charged::Declined) => Ok(Charge::Declined { limit: None }),
                Err(error) => Err(ProviderError(error.to_string())),
            }
        }
        .boxed()
    }

    fn prefer(&self, payment: PaymentId, opens: bool) {
        self.cashier.prefer(payment, opens);
    }

    fn waits(&self, payment: PaymentId) -> Option<Waits> {
        let link = self.cashier.way(payment).map(|way| PayLink { url: way.url, opens: way.opens });
        Some(Waits { until: self.cashier.until(payment), link })
    }

    fn refund(
        &self,
        payment: PaymentId,
        part: u32,
        amount: Money,
    ) -> BoxFuture<'_, Result<(), ProviderError>> {
        async move {
            match self.give_back(payment, part, amount).await? {
                Returned::Returned => Ok(()),
                Returned::NothingTaken => {
                    Err(ProviderError("WeChat Pay knows of no money that could be given back".to_owned()))
                }
            }
        }
        .boxed()
    }

    fn void(&self, payment: PaymentId, amount: Money) -> BoxFuture<'_, Result<Void, ProviderError>> {
        async move {
            self.give_back(payment, WHOLE, amount).await.map(|returned| match returned {
                Returned::Returned => Void::Returned,
                Returned::NothingTaken => Void::NothingTaken,
            })
        }
        .boxed()
    }

    fn code<'a>(
        &'a self,
        payment: PaymentId,
        amount: Money,
        asked: CodeAsk<'a>,
    ) -> BoxFuture<'a, Result<CodeAnswer, ProviderError>> {
        async move {
            let question = match asked {
                CodeAsk::Take(code) => CodeQuestion::Take(code.digits()),
                CodeAsk::Look => CodeQuestion::Look,
                CodeAsk::Undo => CodeQuestion::Undo,
            };
            let outcome = self.cashier.ask_code(payment, amount, question).await;
            Ok(match outcome.map_err(|error| ProviderError(error.to_string()))? {
                CodeOutcome::Captured => CodeAnswer::Taken,
                CodeOutcome::Confirming => CodeAnswer::Confirming,
                CodeOutcome::Undecided => CodeAnswer::Undecided,
                CodeOutcome::Failed => CodeAnswer::Failed,
                CodeOutcome::NoTrade => CodeAnswer::NoTrade,
                CodeOutcome::NotTaken(Some(Code::NotEnough)) => CodeAnswer::NotTaken(CodeFault::NotEnough),
                CodeOutcome::NotTaken(Some(Code::CodeUnusable)) => CodeAnswer::NotTaken(CodeFault::Unusable),
                CodeOutcome::NotTaken(_) => CodeAnswer::NotTaken(CodeFault::Refused),
            })
        }
        .boxed()
    }

    fn gives_statements(&self) -> bool {
        true
    }

    fn statement(&self, day: Day) -> BoxFuture<'_, Result<Stated, ProviderError>> {
        async move {
            let bill = self.cashier.client().trade_bill(day).await;
            let Some(lines) = bill.map_err(|error| ProviderError(error.to_string()))? else {
                return Ok(Stated::NotYet);
            };
            let line = |line: ministore_pay::bill::BillLine| StatedLine {
                number: line.number,
                refund: line.refund,
                payment: line.payment,
                part: line.part,
                amount: line.amount,
                fee: line.fee,
            };
            Ok(Stated::Lines(lines.into_iter().map(line).collect()))
        }
        .boxed()
    }
}

/// Why a shop cannot offer WeChat Pay.
#[derive(Debug, thiserror::Error)]
pub enum WechatPayError {
    /// Its money is another.
    #[error("WeChat Pay takes yuan, and this shop's prices are in {0}: start the hub without it")]
    Currency(Currency),
    /// There is no way to it.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The shop could not be changed.
    #[error("the shop's means of payment could not be changed: {0}")]
    Refused(#[from] Refusal),
}

/// Makes the shop offer WeChat Pay where this hub can take it, and offer it no more where it cannot.
pub(crate) async fn offer(engine: &Engine, taken: bool) -> Result<(), WechatPayError> {
    let Some(mut shop) = shop_of(engine).await? else { return Ok(()) };
    if taken && shop.currency != Currency::CNY {
        return Err(WechatPayError::Currency(shop.currency));
    }
    if shop.tenders.contains(&Tender::WechatPay) == taken {
        return Ok(());
    }
    if taken {
        shop.tenders.push(Tender::WechatPay);
    } else {
        shop.tenders.retain(|tender| *tender != Tender::WechatPay);
        if shop.tenders.is_empty() {
            shop.tenders.push(Tender::CashAtHandover);
        }
    }
    Ok(engine.update_shop(&shop).await?)
}

/// `POST /pay/wechat/notify`. What is not proved is not looked at; what is not settled is to be told again.
pub(crate) async fn hear(
    State(hub): State<HubState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    admit_source(&hub, peer)?;
    let wechat = hub.wechat_pay().ok_or(Refusal::NotFound { what: Thing::Call })?;
    if body.len() > LARGEST {
        return Err(Refusal::TooLarge.into());
    }
    let _working = hub.begin_call().ok_or(Refusal::Busy)?;
    let told = match wechat.cashier.client().notification(&headers, &body).await {
        Ok(told) => told,
        Err(error) => {
            tracing::warn!(%error, %peer, "a notification of WeChat Pay is not taken");
            let status = match error {
                NotTaken::Unproved(_) => StatusCode::UNAUTHORIZED,
                NotTaken::Unreadable(_) | NotTaken::Foreign(_) => StatusCode::BAD_REQUEST,
            };
            return Ok(fail(status, "it is not taken"));
        }
    };
    Ok(settle(&hub, &wechat, told).await)
}

async fn settle(hub: &HubState, wechat: &WechatPay, told: Notification) -> Response {
    let paid = match &told {
        Notification::Trade(_, trade) if trade.trade_state == TradeState::Success => {
            trade.amount.as_ref().map(|amount| Currency::CNY.minor(amount.total))
        }
        _ => None,
    };
    let Some(payment) = wechat.cashier.hear(told) else { return StatusCode::NO_CONTENT.into_response() };
    let settled = hub.engine().settle_payment(payment).await;
    if !matches!(settled, Ok(Some(PaymentState::Unknown)) | Err(_)) {
        wechat.cashier.forget(payment);
    }
    match (settled, paid) {
        (Err(error), _) => {
            tracing::warn!(%payment, %error, "a payment that was told of is not settled");
            fail(StatusCode::INTERNAL_SERVER_ERROR, "it is not settled yet")
        }
        (Ok(None), _) => {
            tracing::error!(%payment, "WeChat Pay tells of a payment that this shop does not know");
            fail(StatusCode::NOT_FOUND, "there is no such order")
        }
        (Ok(Some(PaymentState::Unknown)), Some(_)) => {
            fail(StatusCode::INTERNAL_SERVER_ERROR, "it is not settled yet")
        }
        // Paid after all, when nobody waited for it any more.
        (Ok(Some(PaymentState::Cancelled)), Some(amount)) => {
            match wechat.give_back(payment, WHOLE, amount).await {
                Ok(_) => StatusCode::NO_CONTENT.into_response(),
                Err(error) => {
                    tracing::error!(%payment, %error, "a payment for a cancelled order is not given back yet");
                    fail(StatusCode::INTERNAL_SERVER_ERROR, "it is not given back yet")
                }
            }
        }
        (Ok(Some(_)), _) => StatusCode::NO_CONTENT.into_response(),
    }
}

/// As WeChat Pay wants to be told that it has to tell again.
fn fail(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "code": "FAIL", "message": message }))).into_response()
}

/// What the hub's parts share of it.
pub(crate) type Shared = Option<Arc<WechatPay>>;
