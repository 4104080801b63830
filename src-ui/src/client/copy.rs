//! The copy of the shop's catalogue, and of this device's orders, in the browser's database: filled in the background,
//! then kept by the hub's feed of changes, of which only what is new is fetched. It answers when the hub does not.

mod database;
mod found_by;

use std::cell::Cell;
use std::collections::HashSet;

use futures::future::{Either, select};
use idb::{KeyRange, Query, Transaction, TransactionMode};
use js_sys::Array;
use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::catalogue::{Browse, CategorySlug, Lookup, Product, Search};
use ministore_core::id::ShopId;
use ministore_core::order::{Get, GetMine, Order};
use ministore_core::refusal::Refusal;
use ministore_core::shop::{GetShop, Shop};
use ministore_core::sync::{Changed, Cursor, Pull};
use ministore_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::connection::{self, Connection, connection};
use super::events::{self, Live, on_live};
use super::storage::NotKept;
use super::turn::turn;
use super::{Caller, call, clock, http, ipc, json, offline, own_data, storage, to_json};
use crate::i18n::{day_and_time, say};
use crate::state::shop::zone;
use database::{BY_CODE, BY_SHELF, BY_WORD, MARK, ORDERS, PRODUCTS};

/// The one key of the store that says how far the copy is.
const THE_ONE: &str = "copy";
/// The turn to bring it up to date.
const TURN: &str = "ministore.copy";
/// Raised when the copy is to be made anew: what it keeps of a product, or a product's own shape, is another.
const FORMAT: u32 = 1;
/// How many changes are fetched at once: few enough that taking them in does not hold up a finger on the screen.
const PAGE: u32 = 200;
/// Milliseconds between two of these.
const BREATH: i32 = 30;
/// Milliseconds after the start: what is looked at comes first.
const AFTER_START: i32 = 1_500;
/// Milliseconds for which changes gather before they are fetched. Nobody looks at the copy while the hub answers.
const GATHER: i32 = 15_000;
/// The same for one of this device's orders.
const GATHER_ORDERS: i32 = 500;
/// Milliseconds until a hub is asked again that answered and could not.
const AGAIN: i32 = 60_000;
/// How long the hub may take before the copy answers, in milliseconds.
const HASTE: i32 = 4_000;
/// The most orders that a list of them holds, as at the hub.
const ORDERS_SHOWN: usize = 200;
/// What the tokens of this copy's pages begin with. The hub's own name their category first, in small letters.
const TOKEN: &str = "COPY:";

/// How far the copy is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Mark {
    format: u32,
    /// Whose goods these are.
    shop: ShopId,
    /// The last change that was taken in.
    cursor: Cursor,
    /// The place that the next new product takes, after all others.
    next_place: u32,
    /// When the hub last had nothing newer; none until the first time.
    as_of: Option<Timestamp>,
}

impl Mark {
    fn none(shop: ShopId) -> Self {
        Self { format: FORMAT, shop, cursor: Cursor(0), next_place: 0, as_of: None }
    }
}

/// Why the copy is not up to date.
enum Trouble {
    /// The hub did not answer.
    Hub,
    /// The browser does not keep it.
    NotKept,
}

impl From<Refusal> for Trouble {
    fn from(_: Refusal) -> Self {
        Self::Hub
    }
}

impl From<NotKept> for Trouble {
    fn from(_: NotKept) -> Self {
        Self::NotKept
    }
}

impl From<idb::Error> for Trouble {
    fn from(_: idb::Error) -> Self {
        Self::NotKept
    }
}

thread_local! {
    /// Whether a fetch is due already.
    static DUE: Cell<bool> = const { Cell::new(false) };
    /// Whether the browser has shown that it keeps no copy.
    static FUTILE: Cell<bool> = const { Cell::new(false) };
}

/// Answers from now on, and keeps the copy for as long as the page is open.
pub(crate) fn start() {
    if ipc::present() {
        return;
    }
    spawn_local(async {
        if let Ok(Some(mark)) = mark().await {
            note(&mark);
        }
    });
    offline::arrived(|name, body, caller| Box::pin(ask(name, body, caller)));
    on_live(|live| match live {
        Live::Anything => fetch_in(BREATH),
        Live::Changed(Changed::Order { .. }) => fetch_in(GATHER_ORDERS),
        Live::Changed(Changed::Product { .. } | Changed::Shop) => fetch_in(GATHER),
        Live::Changed(Changed::Erased) => fetch_in(BREATH),
        Live::Changed(Changed::Card | Changed::Tab { .. }) => {}
    });
    if !saves_data() {
        fetch_in(AFTER_START);
    }
}

/// Whether the reader asked the browser to download little (Save-Data).
fn saves_data() -> bool {
    ipc::property(&window().navigator(), "connection")
        .and_then(|connection| ipc::property(&connection, "saveData"))
        .is_some_and(|saves| saves.is_truthy())
}

fn fetch_in(milliseconds: i32) {
    if FUTILE.get() || DUE.replace(true) {
        return;
    }
    spawn_local(async move {
        clock::sleep(milliseconds).await;
        DUE.set(false);
        match fetch().await {
            Ok(()) => {}
            // Without a way to the hub it is fetched when there is one again, which is told as a change of anything.
            Err(Trouble::Hub) if untrack(connection) == Connection::Online => fetch_in(AGAIN),
            Err(Trouble::Hub) => {}
            Err(Trouble::NotKept) => FUTILE.set(true),
        }
    });
}

fn note(mark: &Mark) {
    if let Some(at) = mark.as_of {
        offline::note_as_of((at, |at| say::strip_as_of(&day_and_time(at, &zone()))));
    }
}

/// How far the copy is; none where there is none that this version understands.
async fn mark() -> Result<Option<Mark>, Trouble> {
    let text = read(MARK).await?.object_store(MARK)?.get(JsValue::from(THE_ONE))?.await?;
    let mark: Option<Mark> = text.and_then(|text| json::parse(&text.as_string()?).ok());
    Ok(mark.filter(|mark| mark.format == FORMAT))
}

/// Fetches what has changed. One tab at a time.
async fn fetch() -> Result<(), Trouble> {
    let _turn = turn(TURN).await;
    let shop = call(GetShop {}).await?.id;
    let mut mark = match mark().await?.filter(|mark| mark.shop == shop) {
        Some(mark) => mark,
        None => {
            forget().await?;
            Mark::none(shop)
        }
    };
    loop {
        let asked = to_json(&Pull { after: mark.cursor, limit: PAGE })?;
        // Not read into Rust's types but for what is needed: what is kept is what arrived.
        let changes = http::call(Pull::NAME, asked, Caller::Device, None).await?;
        let more = take_in(&changes, &mut mark).await?;
        if !more {
            note(&mark);
            return Ok(());
        }
        clock::sleep(BREATH).await;
    }
}

async fn forget() -> Result<(), Trouble> {
    let transaction = database::begin(&[MARK, PRODUCTS, ORDERS], TransactionMode::ReadWrite).await?;
    transaction.object_store(PRODUCTS)?.clear()?;
    transaction.object_store(ORDERS)?.clear()?;
    transaction.object_store(MARK)?.clear()?;
    Ok(database::committed(transaction).await?)
}

/// Takes a run of changes (`sync::Changes`) in, and how far the copy is with it, together. Whether there is more.
async fn take_in(changes: &JsValue, mark: &mut Mark) -> Result<bool, Trouble> {
    let part = |name: &str| ipc::property(changes, name).ok_or(Trouble::Hub);
    let next = part("next")?.as_f64().ok_or(Trouble::Hub)? as i64;
    let more = part("more")?.is_truthy();
    let all: Array = part("changes")?.dyn_into().map_err(|_| Trouble::Hub)?;

    let transaction = database::begin(&[MARK, PRODUCTS, ORDERS], TransactionMode::ReadWrite).await?;
    let (products, orders) = (transaction.object_store(PRODUCTS)?, transaction.object_store(ORDERS)?);
    let mut erased = false;
    for change in all.iter() {
        // What was erased has no value.
        let value = ipc::property(&change, "value").unwrap_or_default();
        match ipc::property(&change, "kind").and_then(|kind| kind.as_string()).as_deref() {
            Some("product") => {
                let product: Product = json::read(value.clone()).map_err(|_| Trouble::Hub)?;
                let there = products.get(JsValue::from(product.id.to_string()))?.await?;
                let place = there.and_then(|there| ipc::property(&there, "place")?.as_f64());
                let place = place.unwrap_or_else(|| {
                    mark.next_place += 1;
                    f64::from(mark.next_place)
                });
                products.put(&record_of(&product, place, &value), None)?;
            }
            Some("product_gone") => {
                products.delete(value)?;
            }
            Some("order") => {
                if let Some(id) = ipc::property(&value, "id") {
                    orders.put(&ipc::object(&[("id", id), ("value", value)]), None)?;
                }
            }
            Some("erased") => {
                orders.clear()?;
                erased = true;
            }
            // Shop and card are kept by whoever shows them.
            _ => {}
        }
    }
    mark.cursor = Cursor(next);
    if !more {
        mark.as_of = Some(clock::now());
    }
    let text = json::write(mark).ok_or(Trouble::NotKept)?;
    transaction.object_store(MARK)?.put(&text.into(), Some(&THE_ONE.into()))?;
    database::committed(transaction).await?;
    if erased {
        own_data::forget().await;
    }
    Ok(more)
}

/// A product as the database keeps it, with what it is found by.
fn record_of(product: &Product, place: f64, value: &JsValue) -> JsValue {
    let list = |texts: Vec<String>| JsValue::from(texts.into_iter().map(JsValue::from).collect::<Array>());
    let codes = [product.gtin.map(|gtin| gtin.to_string()), product.plu.map(|plu| plu.to_string())];
    ipc::object(&[
        ("id", product.id.to_string().into()),
        ("category", product.category.as_str().into()),
        ("place", place.into()),
        ("codes", list(codes.into_iter().flatten().collect())),
        ("words", list(found_by::words_of(product))),
        ("value", value.clone()),
    ])
}

/// Asks the hub, or the copy where the hub does not answer in time.
async fn ask(name: &'static str, body: String, caller: Caller) -> Result<JsValue, Refusal> {
    let own = caller != Caller::Staff;
    if own
        && untrack(connection) == Connection::Offline
        && let Some(reply) = answer(name, &body).await
    {
        // Somebody looks: a good moment to find out whether the hub is back.
        events::listen_anew();
        return Ok(reply);
    }
    let asked = Box::pin(http::call(name, body.clone(), caller, None));
    let outcome = match select(asked, Box::pin(clock::sleep(HASTE))).await {
        Either::Left((outcome, _)) => outcome,
        Either::Right(((), asked)) => {
            if own && let Some(reply) = answer(name, &body).await {
                connection::note(false);
                events::listen_anew();
                return Ok(reply);
            }
            asked.await
        }
    };
    match outcome {
        Err(Refusal::Offline) if own => answer(name, &body).await.ok_or(Refusal::Offline),
        outcome => outcome,
    }
}

/// What the copy says to a call, as it would have arrived. None where it does not know.
async fn answer(name: &str, body: &str) -> Option<JsValue> {
    mark().await.ok()??.as_of?;
    let said = match name {
        Browse::NAME => browse(json::parse(body).ok()?).await,
        Lookup::NAME => look_up(json::parse(body).ok()?).await,
        Search::NAME => search(json::parse(body).ok()?).await,
        GetMine::NAME => my_orders().await,
        Get::NAME => my_order(json::parse(body).ok()?).await,
        _ => return None,
    };
    said.ok().flatten()
}

async fn read(store: &str) -> Result<Transaction, NotKept> {
    database::begin(&[store], TransactionMode::ReadOnly).await
}

/// What a record holds, as it arrived.
fn held(record: &JsValue) -> Option<JsValue> {
    ipc::property(record, "value")
}

async fn browse(asked: Browse) -> Result<Option<JsValue>, Trouble> {
    let Some(shop) = storage::get_json::<Shop>("ministore.shop") else { return Ok(None) };
    let shelves: Vec<CategorySlug> = match asked.category {
        Some(category) => vec![category],
        None => {
            let mut categories = shop.categories;
            categories.sort_by_key(|category| category.position);
            categories.into_iter().map(|category| category.slug).collect()
        }
    };
    let (mut from, mut after) = (0, 0.0);
    if let Some(token) = asked.after {
        // The hub's own pages are cut elsewhere.
        let Some((last, place)) = place_of(&token) else { return Ok(None) };
        let Some(shelf) = shelves.iter().position(|shelf| shelf.as_str() == last) else { return Ok(None) };
        (from, after) = (shelf, place);
    }
    let wanted = asked.limit as usize;
    let transaction = read(PRODUCTS).await?;
    let index = transaction.object_store(PRODUCTS)?.index(BY_SHELF)?;
    let (products, mut count, mut next) = (Array::new(), 0, None);
    let mut last = String::new();
    'shelves: for shelf in &shelves[from..] {
        let slug = JsValue::from(shelf.as_str());
        // In the order of keys an array comes after every number.
        let (low, high) = (Array::of2(&slug, &after.into()), Array::of2(&slug, &Array::new()));
        let range = KeyRange::bound(&low, &high, Some(true), Some(true))?;
        // One more than there is room for tells whether there is another page.
        let room = (wanted + 1 - count) as u32;
        for record in index.get_all(Some(Query::KeyRange(range)), Some(room))?.await? {
            if count == wanted {
                next = Some(JsValue::from(last));
                break 'shelves;
            }
            let place = ipc::property(&record, "place").and_then(|place| place.as_f64());
            if let Some((product, place)) = held(&record).zip(place) {
                products.push(&product);
                last = token_of(shelf.as_str(), place);
            }
            count += 1;
        }
        after = 0.0;
    }
    Ok(Some(ipc::object(&[("products", products.into()), ("next", next.unwrap_or(JsValue::NULL))])))
}

fn token_of(shelf: &str, place: f64) -> String {
    [TOKEN, shelf, ":", &place.to_string()].concat()
}

fn place_of(token: &str) -> Option<(&str, f64)> {
    let (shelf, place) = token.strip_prefix(TOKEN)?.split_once(':')?;
    Some((shelf, place.parse().ok()?))
}

async fn look_up(asked: Lookup) -> Result<Option<JsValue>, Trouble> {
    let transaction = read(PRODUCTS).await?;
    let index = transaction.object_store(PRODUCTS)?.index(BY_CODE)?;
    let record = index.get(JsValue::from(asked.code.to_string()))?.await?;
    Ok(record.as_ref().and_then(held))
}

/// Products of which every typed word begins one of their own.
async fn search(asked: Search) -> Result<Option<JsValue>, Trouble> {
    let typed = found_by::typed(&asked.text);
    let transaction = read(PRODUCTS).await?;
    let store = transaction.object_store(PRODUCTS)?;
    let index = store.index(BY_WORD)?;
    let mut fitting: Option<Vec<String>> = None;
    for word in &typed {
        let range =
            KeyRange::bound(&word.into(), &[word, "\u{ffff}"].concat().into(), Some(false), Some(true))?;
        let keys = index.get_all_keys(Some(Query::KeyRange(range)), None)?.await?;
        let mut seen = HashSet::new();
        let mut keys: Vec<String> = keys.into_iter().filter_map(|key| key.as_string()).collect();
        keys.retain(|key| seen.insert(key.clone()));
        fitting = Some(match fitting {
            None => keys,
            Some(mut before) => {
                before.retain(|key| seen.contains(key));
                before
            }
        });
    }
    let fitting = fitting.unwrap_or_default();
    let products = Array::new();
    for key in fitting.iter().take(asked.limit as usize) {
        let record = store.get(JsValue::from(key))?.await?;
        if let Some(product) = record.as_ref().and_then(held) {
            products.push(&product);
        }
    }
    Ok(Some(ipc::object(&[
        ("products", products.into()),
        ("total", (fitting.len() as u32).into()),
        ("corrected", JsValue::NULL),
    ])))
}

async fn my_orders() -> Result<Option<JsValue>, Trouble> {
    let transaction = read(ORDERS).await?;
    let records = transaction.object_store(ORDERS)?.get_all(None, None)?.await?;
    let mut orders: Vec<(Option<Timestamp>, u32, JsValue)> = records
        .iter()
        .filter_map(held)
        .filter_map(|value| {
            let order: Order = json::read(value.clone()).ok()?;
            Some((order.milestones.first().map(|placed| placed.at), order.number, value))
        })
        .collect();
    orders.sort_by_key(|(placed, number, _)| std::cmp::Reverse((*placed, *number)));
    let orders: Array = orders.into_iter().take(ORDERS_SHOWN).map(|(.., value)| value).collect();
    Ok(Some(ipc::object(&[("orders", orders.into())])))
}

async fn my_order(asked: Get) -> Result<Option<JsValue>, Trouble> {
    let transaction = read(ORDERS).await?;
    let record = transaction.object_store(ORDERS)?.get(JsValue::from(asked.order.to_string()))?.await?;
    Ok(record.as_ref().and_then(held))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_where_the_last_one_ended() {
        assert_eq!(place_of(&token_of("dairy-eggs", 1234.0)), Some(("dairy-eggs", 1234.0)));
        assert_eq!(place_of("dairy-eggs:1234"), None, "the hub's own token");
        assert_eq!(place_of("COPY:dairy"), None);
    }
}
