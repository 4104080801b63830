//! A shop and its rules.

use serde::{Deserialize, Serialize};

use crate::campaign::GoingPromotions;
use crate::catalogue::Category;
use crate::deposit::Deposit;
use crate::device::PublicKey;
use crate::fulfilment::{DeliveryTerms, SlotRule};
use crate::id::ShopId;
use crate::instore::InStorePattern;
use crate::member::PointsRule;
use crate::money::Currency;
use crate::payment::Tender;
use crate::reach::Reach;
use crate::tax::TaxRules;
use crate::text::LocalText;
use crate::ticket::TillRules;

/// A shop, as everyone may know it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Shop {
    /// Its key.
    pub id: ShopId,
    /// Its name.
    pub name: LocalText,
    /// Where it is.
    pub address: LocalText,
    /// The one currency of its prices.
    pub currency: Currency,
    /// Its time zone by IANA name, such as `Asia/Shanghai`.
    pub zone: String,
    /// Its accent colour, `#rrggbb`; one on which white text has a contrast of at least 4.5.
    pub accent: String,
    /// Its categories, in order.
    pub categories: Vec<Category>,
    /// How its own codes are arranged.
    pub in_store: Vec<InStorePattern>,
    /// When orders can be picked up or delivered.
    pub slots: Vec<SlotRule>,
    /// What delivery costs, where no zone says otherwise; None where the shop does not deliver.
    pub delivery: Option<DeliveryTerms>,
    /// How it reckons tax.
    #[serde(default)]
    pub taxes: TaxRules,
    /// What holds at its tills.
    #[serde(default)]
    pub till: TillRules,
    /// How members earn.
    pub points: PointsRule,
    /// How it can be paid.
    pub tenders: Vec<Tender>,
    /// The promotions that hold now or later, and have not been stopped.
    #[serde(default)]
    pub promotions: GoingPromotions,
    /// Its deposits on containers, in the order in which they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deposits: Vec<Deposit>,
    /// By what its exit passes are known, also without the hub; None until it gives out the first.
    #[serde(default)]
    pub exit_key: Option<PublicKey>,
    /// Whether all of this is for show: nothing is really sold.
    pub demo: bool,
    /// Where it is, when it is open, and where it delivers.
    #[serde(default)]
    pub reach: Reach,
}

/// Query `shop.get`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetShop {}
