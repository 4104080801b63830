//! A [`Refusal`] as HTTP says it: problem details (RFC 9457) with the refusal's own fields beside the standard ones.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp as Now;
use ministore_core::refusal::Refusal;
use serde::Serialize;

/// What precedes a refusal's code in a problem's `type`.
pub const TYPE_PREFIX: &str = "urn:ministore:problem:";

/// A refusal on its way out.
#[derive(Debug)]
pub struct Problem {
    refusal: Refusal,
    status: StatusCode,
    retry_after_seconds: Option<i64>,
}

/// Which refusal an answer tells, for those who count them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RefusedAs(pub(crate) &'static str);

/// The body of a problem. A client that knows [`Refusal`] reads it straight from here.
#[derive(Serialize)]
struct Details<'a> {
    r#type: String,
    title: String,
    status: u16,
    detail: String,
    #[serde(flatten)]
    refusal: &'a Refusal,
}

impl Problem {
    /// The same refusal under another status than its usual one.
    pub fn with_status(refusal: Refusal, status: StatusCode) -> Self {
        Self { status, ..refusal.into() }
    }

    /// The caller asks too often: try again after so many seconds.
    pub fn too_often(seconds: i64) -> Self {
        Self {
            retry_after_seconds: Some(seconds),
            ..Self::with_status(Refusal::Busy, StatusCode::TOO_MANY_REQUESTS)
        }
    }

    /// Why.
    pub const fn refusal(&self) -> &Refusal {
        &self.refusal
    }

    /// What a page shows nobody but developers read.
    fn title(code: &str) -> String {
        let mut words = code.replace('_', " ");
        if let Some(first) = words.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        words
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = status_of(&refusal);
        let retry_after_seconds = match refusal {
            Refusal::PinLocked { until } => Some((until.0 - Now::now().as_millisecond()).max(0) / 1000 + 1),
            Refusal::Busy => Some(1),
            Refusal::Offline => Some(5),
            _ => None,
        };
        Self { refusal, status, retry_after_seconds }
    }
}

/// The status that says best what a refusal means (RFC 9110, section 15).
pub const fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::Invalid { .. } => StatusCode::BAD_REQUEST,
        Refusal::SignInFirst => StatusCode::UNAUTHORIZED,
        Refusal::NotAllowed | Refusal::DeviceNotApproved { .. } | Refusal::DeviceShutOut => {
            StatusCode::FORBIDDEN
        }
        Refusal::NotFound { .. } => StatusCode::NOT_FOUND,
        Refusal::SoldOut { .. }
        | Refusal::SlotFull
        | Refusal::SlotClosed
        | Refusal::TotalChanged { .. }
        | Refusal::WrongStep { .. }
        | Refusal::AlreadyPicked { .. }
        | Refusal::OrderOpen { .. }
        | Refusal::NotAllPicked { .. }
        | Refusal::OfferOpen
        | Refusal::ShiftNotOpen
        | Refusal::ShiftIsOpen
        | Refusal::NeedsManager
        | Refusal::BalanceLeft { .. }
        | Refusal::GiftCardFrozen
        | Refusal::CouponRefused { .. }
        | Refusal::ReviewChanged
        | Refusal::TabClosed
        | Refusal::TabOpen { .. }
        | Refusal::WrongLineStep { .. }
        | Refusal::PaidAlready
        | Refusal::WalletAsked
        | Refusal::VersionMismatch
        | Refusal::WrongAuthority => StatusCode::CONFLICT,
        Refusal::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::IdReused
        | Refusal::BelowMinimum { .. }
        | Refusal::OutsideZones { .. }
        | Refusal::NotAtDoor { .. }
        | Refusal::WrongItem { .. }
        | Refusal::WrongAmount { .. }
        | Refusal::WrongPickupCode
        | Refusal::PassRefused { .. }
        | Refusal::PaymentDue { .. }
        | Refusal::PaymentDeclined { .. }
        | Refusal::BalanceTooLow { .. }
        | Refusal::NotBought
        | Refusal::NoCard
        | Refusal::CardCodeRefused { .. }
        | Refusal::WrongPin { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::PinLocked { .. } => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Offline | Refusal::Busy | Refusal::ProviderSilent | Refusal::PrintFailed { .. } => {
            StatusCode::SERVICE_UNAVAILABLE
        }
        Refusal::DiskFull => StatusCode::INSUFFICIENT_STORAGE,
        Refusal::DatabaseDamaged | Refusal::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let code = self.refusal.code();
        let details = Details {
            r#type: format!("{TYPE_PREFIX}{code}"),
            title: Self::title(code),
            status: self.status.as_u16(),
            detail: self.refusal.to_string(),
            refusal: &self.refusal,
        };
        let mut response = (self.status, Json(details)).into_response();
        response.extensions_mut().insert(RefusedAs(code));
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use ministore_core::card_code::CodeFault;
    use ministore_core::coupon::CouponFault;
    use ministore_core::id::{DeviceId, ProductId};
    use ministore_core::issued::TableNumber;
    use ministore_core::money::Currency;
    use ministore_core::order::{OrderState, Step};
    use ministore_core::quantity::Measure;
    use ministore_core::refusal::Thing;
    use ministore_core::table::{LineState, LineStep};
    use ministore_core::text::LocalText;
    use ministore_core::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn one_of_each() -> Vec<Refusal> {
        let name = LocalText::new("Milk", "牛奶");
        let money = Currency::CNY.minor(1250);
        vec![
            Refusal::SignInFirst,
            Refusal::NotAllowed,
            Refusal::NotFound { what: Thing::Order },
            Refusal::invalid("limit", "1 to 100"),
            Refusal::IdReused,
            Refusal::SoldOut { product: ProductId(Uuid::now_v7()), name: name.clone(), left: 2 },
            Refusal::SlotFull,
            Refusal::SlotClosed,
            Refusal::TotalChanged { now: money },
            Refusal::BelowMinimum { minimum: money },
            Refusal::OutsideZones { nearest: name.clone(), metres: 800 },
            Refusal::NotAtDoor { min_age: 18 },
            Refusal::WrongStep { state: OrderState::Placed, step: Step::Ready },
            Refusal::WrongItem { name: Some(name.clone()) },
            Refusal::WrongAmount {
                name: name.clone(),
                ordered: Measure::Grams(500),
                label: Measure::Grams(88),
            },
            Refusal::AlreadyPicked { name },
            Refusal::OrderOpen { number: 1001 },
            Refusal::NotAllPicked { left: 3 },
            Refusal::OfferOpen,
            Refusal::ShiftNotOpen,
            Refusal::ShiftIsOpen,
            Refusal::NeedsManager,
            Refusal::WrongPickupCode,
            Refusal::TabClosed,
            Refusal::TabOpen { table: TableNumber::try_from(7).unwrap() },
            Refusal::WrongLineStep { line_state: LineState::Served, line_step: LineStep::Cancel },
            Refusal::PaidAlready,
            Refusal::WalletAsked,
            Refusal::ProviderSilent,
            Refusal::PaymentDue { due: money },
            Refusal::PaymentDeclined { limit: Some(money) },
            Refusal::BalanceTooLow { missing: money },
            Refusal::GiftCardFrozen,
            Refusal::CouponRefused { coupon: CouponFault::Redeemed },
            Refusal::NotBought,
            Refusal::ReviewChanged,
            Refusal::NoCard,
            Refusal::CardCodeRefused { fault: CodeFault::Used },
            Refusal::BalanceLeft { balance: money },
            Refusal::WrongPin { tries_left: 4 },
            Refusal::PinLocked { until: Timestamp(Now::now().as_millisecond() + 60_000) },
            Refusal::DeviceNotApproved { device: DeviceId(Uuid::now_v7()), may_approve: true },
            Refusal::DeviceShutOut,
            Refusal::Offline,
            Refusal::Busy,
            Refusal::TooLarge,
            Refusal::DiskFull,
            Refusal::DatabaseDamaged,
            Refusal::VersionMismatch,
            Refusal::WrongAuthority,
            Refusal::Internal { incident: "1".into() },
        ]
    }

    #[tokio::test]
    async fn a_client_reads_the_refusal_from_the_problem() {
        for refusal in one_of_each() {
            let response = Problem::from(refusal.clone()).into_response();
            let status = response.status();
            let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
            assert_eq!(serde_json::from_slice::<Refusal>(&body).unwrap(), refusal);
            let problem: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem["code"], refusal.code());
            assert_eq!(problem["status"], status.as_u16());
            assert_eq!(problem["type"], format!("{TYPE_PREFIX}{}", problem["code"].as_str().unwrap()));
            assert!(!problem["title"].as_str().unwrap().is_empty());
            assert_eq!(problem["detail"], refusal.to_string());
        }
    }

    #[test]
    fn who_has_to_wait_is_told_how_long() {
        let locked =
            Problem::from(Refusal::PinLocked { until: Timestamp(Now::now().as_millisecond() + 60_000) });
        let wait =
            locked.into_response().headers()[header::RETRY_AFTER].to_str().unwrap().parse::<i64>().unwrap();
        assert!((60..=61).contains(&wait), "{wait}");
    }
}
