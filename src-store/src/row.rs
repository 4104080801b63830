//! Rows read as the domain's words.

use ministore_core::catalogue::{Content, ContentUnit, Product, SoldBy};
use ministore_core::device::Standing;
use ministore_core::fulfilment::Mode;
use ministore_core::gtin::Gtin;
use ministore_core::instore::Plu;
use ministore_core::money::{Currency, Price};
use ministore_core::order::CancelReason;
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::place::GeoPoint;
use ministore_core::role::StaffRole;
use ministore_core::tax::TaxRate;
use ministore_core::text::LocalText;
use uuid::Uuid;

use crate::fault::Fault;
use crate::sql;

/// The columns that [`product`] reads, in its order, of a table named `p`.
macro_rules! product_columns {
    () => {
        "p.product_id, p.gtin, p.plu, p.category, p.name_en, p.name_zh, p.brand, p.price, p.sold_by, \
         p.content_amount, p.content_unit, p.tax, p.aisle, p.min_age, p.allergens_en, p.allergens_zh, p.notes_en, \
         p.notes_zh, p.picture, p.available, p.tagged, p.deposits"
    };
}
pub(crate) use product_columns;

/// How many columns [`product_columns`] names.
pub(crate) const PRODUCT_COLUMNS: usize = 22;

pub(crate) fn product(row: &sql::Row, currency: Currency) -> Result<Product, Fault> {
    let wrong = |reason: &dyn ToString| Fault::row("product", reason.to_string());
    let gtin: Option<i64> = row.try_get(1)?;
    let gtin = gtin
        .map(|number| Gtin::from_u64(number.unsigned_abs()))
        .transpose()
        .map_err(|error| wrong(&error))?;
    let plu: Option<u32> = row.try_get(2)?;
    let content = match (row.try_get::<Option<u32>>(9)?, row.try_get::<Option<&str>>(10)?) {
        (Some(amount), Some(unit)) => Some(Content { amount, unit: content_unit(unit)? }),
        _ => None,
    };
    Ok(Product {
        id: row.try_get::<Uuid>(0)?.into(),
        gtin,
        plu: plu.map(|number| Plu::new(number).ok_or_else(|| wrong(&"plu"))).transpose()?,
        category: row.try_get::<&str>(3)?.parse().map_err(|error| wrong(&error))?,
        name: text(row, 4)?,
        brand: row.try_get(6)?,
        price: Price::new(currency.minor(row.try_get(7)?)).map_err(|error| wrong(&error))?,
        sold_by: sold_by(row.try_get(8)?)?,
        content,
        tax: TaxRate(row.try_get(11)?),
        aisle: row.try_get(12)?,
        min_age: row.try_get(13)?,
        tagged: row.try_get::<i64>(20)? == 1,
        deposits: serde_json::from_str(row.try_get(21)?)?,
        allergens: text(row, 14)?,
        notes: text(row, 16)?,
        picture: row
            .try_get::<Option<&str>>(18)?
            .map(str::parse)
            .transpose()
            .map_err(|error| wrong(&error))?,
        available: row.try_get(19)?,
    })
}

/// Finds the one of `all` whose word is `word`.
fn of_word<T: Copy>(
    table: &'static str,
    all: &[T],
    word: &str,
    of: impl Fn(T) -> &'static str,
) -> Result<T, Fault> {
    all.iter().copied().find(|one| of(*one) == word).ok_or_else(|| Fault::row(table, word))
}

pub(crate) fn sold_by_word(sold_by: SoldBy) -> &'static str {
    match sold_by {
        SoldBy::Piece => "piece",
        SoldBy::Weight => "weight",
    }
}

pub(crate) fn sold_by(word: &str) -> Result<SoldBy, Fault> {
    of_word("product", &[SoldBy::Piece, SoldBy::Weight], word, sold_by_word)
}

pub(crate) fn content_unit_word(unit: ContentUnit) -> &'static str {
    match unit {
        ContentUnit::Gram => "gram",
        ContentUnit::Millilitre => "millilitre",
        ContentUnit::Piece => "piece",
    }
}

fn content_unit(word: &str) -> Result<ContentUnit, Fault> {
    let all = [ContentUnit::Gram, ContentUnit::Millilitre, ContentUnit::Piece];
    of_word("product", &all, word, content_unit_word)
}

pub(crate) fn staff_role(word: &str) -> Result<StaffRole, Fault> {
    of_word("staff", &[StaffRole::Cashier, StaffRole::Manager], word, StaffRole::word)
}

pub(crate) fn standing(word: &str) -> Result<Standing, Fault> {
    of_word("device", &Standing::ALL, word, Standing::word)
}

pub(crate) fn mode(word: &str) -> Result<Mode, Fault> {
    of_word("orders", &Mode::ALL, word, Mode::word)
}

pub(crate) fn cancel_reason(word: &str) -> Result<CancelReason, Fault> {
    of_word("orders", &CancelReason::ALL, word, CancelReason::word)
}

pub(crate) fn tender(word: &str) -> Result<Tender, Fault> {
    Tender::of_word(word).ok_or_else(|| Fault::row("orders", word))
}

pub(crate) fn payment_state(word: &str) -> Result<PaymentState, Fault> {
    of_word("orders", &PaymentState::ALL, word, PaymentState::word)
}

/// A point kept in two columns, its latitude at `at`; None where they are null.
pub(crate) fn point(row: &sql::Row, at: usize) -> Result<Option<GeoPoint>, Fault> {
    let degrees = row.try_get::<Option<i32>>(at)?.zip(row.try_get::<Option<i32>>(at + 1)?);
    let point = degrees.map(|(latitude, longitude)| GeoPoint::new(latitude, longitude)).transpose();
    point.map_err(|error| Fault::row("point", error))
}

/// A text kept in two columns, the first of them at `at`.
pub(crate) fn text(row: &sql::Row, at: usize) -> Result<LocalText, Fault> {
    Ok(LocalText::new(row.try_get::<String>(at)?, row.try_get::<String>(at + 1)?))
}
