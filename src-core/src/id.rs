//! Typed ids. Each is a UUIDv7 (RFC 9562) made by whoever starts the action, so that every retry is harmless;
//! each has its own type, so that an order's id cannot be passed where a member's is asked for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// One sending of a Fact or Request; a repeat carries the same one.
    CallId;
    /// A shop.
    ShopId;
    /// A product of a shop's catalogue.
    ProductId;
    /// A line of a basket, and of the order it becomes.
    LineId;
    /// An order.
    OrderId;
    /// What a table has open while guests sit there.
    TabId;
    /// What a table sends to the kitchen at once.
    RoundId;
    /// A payment.
    PaymentId;
    /// A member.
    MemberId;
    /// A phone, tablet or browser profile.
    DeviceId;
    /// A member of staff.
    StaffId;
    /// A sale at a till.
    SaleId;
    /// Goods that came back to a till.
    RefundId;
    /// A count of stock.
    CountId;
    /// A till's stretch of work, from its float to its count.
    ShiftId;
    /// Cash put into a drawer or taken out, beside sales.
    CashMoveId;
    /// The count that ends a shift.
    ClosingId;
    /// Something noted in a till's journal.
    NoteId;
    /// A gift card.
    GiftCardId;
    /// A receipt printer.
    PrinterId;
    /// Somebody seen leaving at a gate.
    ExitId;
    /// A customers' display, for those who show on it: not made by it, but the hash of its key.
    DisplayId;
    /// A stretch of work between sign-in and sign-out at a counter.
    SessionId;
    /// A promotion.
    PromotionId;
    /// A coupon.
    CouponId;
    /// What a shopper said of something they bought.
    ReviewId;
    /// A touchpoint.
    TouchpointId;
}
