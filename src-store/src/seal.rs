//! What names a person, sealed before an installed app's database holds it.
//!
//! XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) under the device's own data key, with a random nonce for each value:
//! 192 bits, so that none comes twice. A value is bound to its place by the associated data: its table and its row's key.
//! So whoever can write to the file can take a value away, and can neither read one, nor change it, nor put it elsewhere.
//! The hub's database is not sealed: whoever serves a shop has to read it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use ministore_core::code::PickupCode;
use ministore_core::device::Secret;
use ministore_core::fulfilment::{Address, Fulfilment};
use ministore_core::id::OrderId;
use ministore_core::order::{Contact, Order};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::engine::Engine;
use crate::fault::Fault;
use crate::{device, random, sql};

/// The length of a nonce, in bytes.
const NONCE: usize = 24;

/// The setting that says under which key the rest is sealed: a word, sealed.
const CHECK: &str = "sealed";

/// Where a value is kept, as its associated data says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place<'p> {
    Order(OrderId),
    Outbox(OrderId),
    Card(Uuid),
    Setting(&'p str),
}

impl Place<'_> {
    fn bytes(self) -> Vec<u8> {
        match self {
            Self::Order(order) => format!("orders/{order}"),
            Self::Outbox(order) => format!("outbox/{order}"),
            Self::Card(device) => format!("own_card/{device}"),
            Self::Setting(name) => format!("setting/{name}"),
        }
        .into_bytes()
    }
}

/// A value that this key, or this place, does not open.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("a sealed value does not open")]
pub(crate) struct Unopened;

/// The device's data key, ready for use.
pub(crate) struct Seal(XChaCha20Poly1305);

impl Seal {
    pub(crate) fn of(key: &Secret) -> Self {
        Self(XChaCha20Poly1305::new(key.bytes().into()))
    }

    fn close(&self, place: Place<'_>, text: &str) -> Result<String, Fault> {
        let nonce: [u8; NONCE] = random::bytes()?;
        let payload = Payload { msg: text.as_bytes(), aad: &place.bytes() };
        let sealed = self.0.encrypt(XNonce::from_slice(&nonce), payload);
        let sealed = sealed.map_err(|_| Fault::Other("a value is too long to be sealed".to_owned()))?;
        Ok(BASE64.encode([nonce.as_slice(), &sealed].concat()))
    }

    fn open(&self, place: Place<'_>, sealed: &str) -> Result<String, Unopened> {
        let bytes = BASE64.decode(sealed).map_err(|_| Unopened)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Unopened)?;
        let payload = Payload { msg: sealed, aad: &place.bytes() };
        let text = self.0.decrypt(XNonce::from_slice(nonce), payload).map_err(|_| Unopened)?;
        String::from_utf8(text).map_err(|_| Unopened)
    }
}

/// What an order says of a person, and what fetches it.
#[derive(Serialize, Deserialize)]
struct Person {
    contact: Contact,
    address: Option<Address>,
    pickup: Option<PickupCode>,
}

impl Engine {
    /// A text as this database keeps it: sealed where there is a key.
    pub(crate) fn closed(&self, place: Place<'_>, text: String) -> Result<String, Fault> {
        match self.seal() {
            Some(seal) => seal.close(place, &text),
            None => Ok(text),
        }
    }

    /// The same text again.
    pub(crate) fn opened(&self, place: Place<'_>, kept: String) -> Result<String, Fault> {
        match self.seal() {
            Some(seal) => seal.open(place, &kept).map_err(|error| Fault::row("sealed", error)),
            None => Ok(kept),
        }
    }

    /// An order as this database keeps it.
    pub(crate) fn hidden(&self, order: &Order) -> Result<Order, Fault> {
        let mut order = order.clone();
        if let Some(seal) = self.seal() {
            let none = Contact { name: String::new(), phone: String::new() };
            let mut person = Person {
                contact: std::mem::replace(&mut order.contact, none),
                address: None,
                pickup: order.pickup.take(),
            };
            if let Fulfilment::Delivery { address, .. } = &mut order.fulfilment {
                let none = Address { street: String::new(), note: String::new(), point: None };
                person.address = Some(std::mem::replace(address, none));
            }
            order.contact.name = seal.close(Place::Order(order.id), &serde_json::to_string(&person)?)?;
        }
        Ok(order)
    }

    /// The same order again.
    pub(crate) fn shown(&self, mut order: Order) -> Result<Order, Fault> {
        if let Some(seal) = self.seal() {
            let opened = seal.open(Place::Order(order.id), &order.contact.name);
            let person: Person = serde_json::from_str(&opened.map_err(|error| Fault::row("orders", error))?)?;
            order.contact = person.contact;
            order.pickup = person.pickup;
            if let (Fulfilment::Delivery { address, .. }, Some(told)) =
                (&mut order.fulfilment, person.address)
            {
                *address = told;
            }
        }
        Ok(order)
    }

    /// Makes sure that all is sealed under the key that this engine was opened with. What an earlier version kept in the
    /// clear is sealed now. Where another key was in use, what it sealed is lost: what the hub told is forgotten, to be
    /// told again, and orders that waited to be sent are marked as lost.
    pub(crate) async fn take_up_key(&self) -> Result<(), Fault> {
        let mut tx = self.begin_immediate().await?;
        let check = device::read_setting(&mut tx, CHECK).await?;
        let seal = match (self.seal(), &check) {
            (None, None) => return Ok(()),
            (None, Some(_)) => return Err(Fault::Other("it is sealed, and no key was given".to_owned())),
            (Some(seal), Some(check)) if seal.open(Place::Setting(CHECK), check).is_ok() => return Ok(()),
            (Some(seal), _) => seal,
        };
        let first = check.is_none();
        if first {
            seal_all(&mut tx, seal).await?;
        } else {
            tracing::warn!("the data key is another one; what the old one sealed is asked for anew");
            lose_all(&mut tx).await?;
        }
        let check = seal.close(Place::Setting(CHECK), CHECK)?;
        device::write_setting(&mut tx, CHECK, Some(&check)).await?;
        tx.commit().await?;
        if first {
            // Pages that were free before still hold what was in the clear.
            self.write_anew().await?;
        }
        Ok(())
    }
}

async fn lose_all(tx: &mut sql::Connection) -> Result<(), Fault> {
    for statement in [
        device::FORGET_CARD,
        device::FORGET_ORDERS,
        "DELETE FROM setting WHERE name IN ('cursor', 'basket', 'session') OR name LIKE 'page.%'",
        "UPDATE outbox SET lost = 1, place = ''",
    ] {
        sql::query(statement).execute(&mut *tx).await?;
    }
    Ok(())
}

/// Seals what is kept in the clear.
async fn seal_all(tx: &mut sql::Connection, seal: &Seal) -> Result<(), Fault> {
    let orders = sql::query("SELECT order_id, contact, phone, street, street_note, pickup FROM orders");
    for row in orders.fetch_all(&mut *tx).await? {
        let order = OrderId(row.try_get(0)?);
        let street: Option<String> = row.try_get(3)?;
        let pickup: Option<&str> = row.try_get(5)?;
        let person = Person {
            contact: Contact { name: row.try_get(1)?, phone: row.try_get(2)? },
            address: match street {
                Some(street) => Some(Address {
                    street,
                    note: row.try_get::<Option<String>>(4)?.unwrap_or_default(),
                    point: None,
                }),
                None => None,
            },
            pickup: pickup.map(str::parse).transpose().map_err(|error| Fault::row("orders", error))?,
        };
        sql::query(
            "UPDATE orders SET contact = $2, phone = '', street = NULL, street_note = NULL, pickup = NULL
             WHERE order_id = $1",
        )
        .bind(order.0)
        .bind(seal.close(Place::Order(order), &serde_json::to_string(&person)?)?)
        .execute(&mut *tx)
        .await?;
    }
    for row in sql::query("SELECT order_id, place FROM outbox").fetch_all(&mut *tx).await? {
        let order = OrderId(row.try_get(0)?);
        sql::query("UPDATE outbox SET place = $2 WHERE order_id = $1")
            .bind(order.0)
            .bind(seal.close(Place::Outbox(order), row.try_get(1)?)?)
            .execute(&mut *tx)
            .await?;
    }
    for row in sql::query("SELECT device_id, card FROM own_card").fetch_all(&mut *tx).await? {
        let owner: Uuid = row.try_get(0)?;
        sql::query("UPDATE own_card SET card = $2 WHERE device_id = $1")
            .bind(owner)
            .bind(seal.close(Place::Card(owner), row.try_get(1)?)?)
            .execute(&mut *tx)
            .await?;
    }
    if let Some(basket) = device::read_setting(&mut *tx, device::BASKET).await? {
        let basket = seal.close(Place::Setting(device::BASKET), &basket)?;
        device::write_setting(tx, device::BASKET, Some(&basket)).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn seal(byte: u8) -> Seal {
        Seal::of(&Secret::from_bytes([byte; 32]))
    }

    proptest! {
        #[test]
        fn what_is_sealed_opens_at_its_own_place_with_its_own_key(text in "\\PC{0,200}", order in any::<u128>(), other in any::<u128>()) {
            prop_assume!(order != other);
            let (here, there) = (OrderId(Uuid::from_u128(order)), OrderId(Uuid::from_u128(other)));
            let sealed = seal(1).close(Place::Order(here), &text).unwrap();
            prop_assert_eq!(seal(1).open(Place::Order(here), &sealed), Ok(text.clone()));
            prop_assert_eq!(seal(1).open(Place::Order(there), &sealed), Err(Unopened));
            prop_assert_eq!(seal(1).open(Place::Outbox(here), &sealed), Err(Unopened));
            prop_assert_eq!(seal(2).open(Place::Order(here), &sealed), Err(Unopened));
            prop_assert_ne!(seal(1).close(Place::Order(here), &text).unwrap(), sealed, "never the same twice");
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,120}") {
            prop_assert_eq!(seal(1).open(Place::Setting("basket"), &text), Err(Unopened));
        }

        #[test]
        fn a_changed_byte_is_noticed(text in "[a-z ]{1,40}", at in any::<prop::sample::Index>()) {
            let sealed = seal(1).close(Place::Setting("basket"), &text).unwrap();
            let mut bytes = BASE64.decode(&sealed).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1;
            prop_assert_eq!(seal(1).open(Place::Setting("basket"), &BASE64.encode(bytes)), Err(Unopened));
        }
    }
}
