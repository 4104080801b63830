//! The shop as a client sees it over HTTP, to prepare and to cross-check.

use anyhow::{Context, Result, bail};
use ministore_core::call::Call;
use ministore_core::catalogue::{Lookup, Product};
use ministore_core::device::{Register, Secret};
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::{CallId, DeviceId, LineId, OrderId, SessionId};
use ministore_core::money::{Currency, Money};
use ministore_core::order::{Contact, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::pricing::{PriceLine, Totals, price};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::staff::SignIn;
use ministore_core::tax::TaxRules;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use uuid::Uuid;

use crate::page::Page;

/// Somebody who calls the hub.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    hub: String,
    credential: Option<String>,
}

impl Client {
    /// Nobody known. `hub` is its address with the scheme and without a slash behind.
    pub fn visitor(hub: &str) -> Result<Self> {
        let http = reqwest::Client::builder().timeout(std::time::Duration::from_secs(20)).build()?;
        Ok(Self { http, hub: hub.trim_end_matches('/').to_owned(), credential: None })
    }

    /// A new shopper's device.
    pub async fn shopper(hub: &str) -> Result<Self> {
        let mut client = Self::visitor(hub)?;
        let (device, secret) = (DeviceId(Uuid::now_v7()), secret());
        client.call(&Register { device, secret: secret.clone(), proof: None }).await?;
        client.credential = Some(format!("Bearer {}.{secret}", device.0));
        Ok(client)
    }

    /// Staff, signed in at a device of their own.
    pub async fn staff(hub: &str, pin: &str) -> Result<Self> {
        let mut client = Self::shopper(hub).await?;
        let (session, secret) = (SessionId(Uuid::now_v7()), secret());
        client.call(&SignIn { pin: pin.parse()?, session, secret: secret.clone(), approve: None }).await?;
        client.credential = Some(format!("Bearer {}.{secret}", session.0));
        Ok(client)
    }

    /// The shopper's device that a browser is, once the hub knows it.
    pub async fn of_page(hub: &str, page: &Page) -> Result<Self> {
        let kept = page
            .eventually("the browser's key to be known to the hub", async || {
                let kept = page.kept("ministore.device").await.map_err(|error| error.to_string())?;
                let kept: Value = serde_json::from_str(&kept.unwrap_or_default()).unwrap_or_default();
                if kept["registered"] == true {
                    Ok(kept["credential"].clone())
                } else {
                    Err("it is not".to_owned())
                }
            })
            .await?;
        let part = |name: &str| kept[name].as_str().with_context(|| format!("the key has no {name}"));
        let credential = Some(format!("Bearer {}.{}", part("id")?, part("secret")?));
        Ok(Self { credential, ..Self::visitor(hub)? })
    }

    /// Makes a call that is expected to be done.
    pub async fn call<C: Call>(&self, call: &C) -> Result<C::Reply> {
        self.send(CallId(Uuid::now_v7()), call).await?.with_context(|| format!("{} was refused", C::NAME))
    }

    /// Makes a call under this id. The outer error is that no answer came.
    pub async fn send<C: Call>(&self, id: CallId, call: &C) -> Result<Result<C::Reply, Refusal>> {
        let mut request = self
            .http
            .post(format!("{}/api/{}", self.hub, C::NAME))
            .header(CONTENT_TYPE, "application/json")
            .header("idempotency-key", id.0.to_string())
            .body(serde_json::to_vec(call)?);
        if let Some(credential) = &self.credential {
            request = request.header(AUTHORIZATION, credential);
        }
        let response = request.send().await.with_context(|| format!("{} was not answered", C::NAME))?;
        let fine = response.status().is_success();
        let body = response.bytes().await?;
        let read = |error| format!("{} answered {}: {error}", C::NAME, String::from_utf8_lossy(&body));
        if fine {
            Ok(Ok(serde_json::from_slice(&body).map_err(|error| anyhow::anyhow!(read(error)))?))
        } else {
            Ok(Err(serde_json::from_slice(&body).map_err(|error| anyhow::anyhow!(read(error)))?))
        }
    }

    /// A product by its GTIN or PLU.
    pub async fn product(&self, code: &str) -> Result<Product> {
        self.call(&Lookup { code: code.parse()? }).await
    }

    /// An order of these goods that is picked up in the first slot with room and paid in cash.
    pub async fn pickup_of(&self, goods: &[(&Product, Measure)]) -> Result<Place> {
        let slots = self.call(&GetSlots { mode: Mode::Pickup }).await?.slots;
        let Some(slot) = slots.iter().find(|slot| slot.left > 0) else { bail!("no slot has room") };
        Ok(Place {
            order: OrderId(Uuid::now_v7()),
            lines: goods
                .iter()
                .map(|(product, measure)| PlaceLine {
                    id: LineId(Uuid::now_v7()),
                    product: product.id,
                    measure: *measure,
                })
                .collect(),
            fulfilment: Fulfilment::Pickup { starts: slot.key.starts },
            contact: Contact { name: "Zhou Min".into(), phone: String::new() },
            tender: Tender::CashAtHandover,
            expected_total: totals(goods)?.total,
        })
    }
}

/// What these goods come to without delivery, by the domain's own rules.
pub fn totals(goods: &[(&Product, Measure)]) -> Result<Totals> {
    let lines: Vec<PriceLine<'_>> = goods
        .iter()
        .map(|(product, measure)| PriceLine {
            price: product.price,
            measure: *measure,
            tax: product.tax,
            deposits: &product.deposits,
        })
        .collect();
    Ok(price(&lines, Currency::CNY.minor(0), Currency::CNY, TaxRules::default())?)
}

/// An amount of yuan as a reader of either language sees it, without its sign: `1,234.50`.
pub fn amount(money: Money) -> String {
    let plain = money.to_decimal();
    let (whole, cents) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if cents.is_empty() { grouped } else { format!("{grouped}.{cents}") }
}

fn secret() -> Secret {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(Uuid::new_v4().as_bytes());
    bytes[16..].copy_from_slice(Uuid::new_v4().as_bytes());
    Secret::from_bytes(bytes)
}
