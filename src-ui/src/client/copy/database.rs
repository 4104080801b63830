//! The copy's own database (IndexedDB). It holds nothing that the hub has not: losing it loses nothing.
//!
//! | store | key | holds |
//! |---|---|---|
//! | `products` | `id` | the catalogue, a product each with what it is found by |
//! | `orders` | `id` | this device's own orders |
//! | `mark` | one | how far the copy is, as a text |

use std::cell::RefCell;
use std::rc::Rc;

use futures::future::{Either, select};
use idb::{
    Database, DatabaseEvent, Factory, IndexParams, KeyPath, ObjectStoreParams, Transaction, TransactionMode,
    TransactionResult,
};

use wasm_bindgen::JsCast;
use web_sys::IdbDatabase;

use crate::client::clock;
use crate::client::storage::NotKept;

/// The store of how far the copy is.
pub(super) const MARK: &str = "mark";
/// The store of the catalogue's copy.
pub(super) const PRODUCTS: &str = "products";
/// By category and place.
pub(super) const BY_SHELF: &str = "shelf";
/// By what a package or a scale says.
pub(super) const BY_CODE: &str = "code";
/// By the words that a search finds it by.
pub(super) const BY_WORD: &str = "word";
/// The store of this device's orders.
pub(super) const ORDERS: &str = "orders";

const NAME: &str = "ministore-copy";
const VERSION: u32 = 1;
/// How long opening may take, in milliseconds: some browsers leave the question unanswered.
const PATIENCE: i32 = 3_000;

impl From<idb::Error> for NotKept {
    fn from(_: idb::Error) -> Self {
        Self
    }
}

thread_local! {
    static OPEN: RefCell<Option<Rc<Database>>> = const { RefCell::new(None) };
}

/// Begins a transaction over these stores, in a database that is opened at first need, and again where the browser has
/// closed it: when its owner wipes what it keeps, for one.
pub(super) async fn begin(stores: &[&str], mode: TransactionMode) -> Result<Transaction, NotKept> {
    if let Some(open) = OPEN.with_borrow(Clone::clone) {
        if let Ok(begun) = open.transaction(stores, mode) {
            return Ok(begun);
        }
        OPEN.set(None);
    }
    let opened = Rc::new(open().await?);
    OPEN.set(Some(Rc::clone(&opened)));
    Ok(opened.transaction(stores, mode)?)
}

/// Waits until a transaction's changes are kept.
pub(super) async fn committed(transaction: Transaction) -> Result<(), NotKept> {
    match transaction.await? {
        TransactionResult::Committed => Ok(()),
        TransactionResult::Aborted => Err(NotKept),
    }
}

async fn open() -> Result<Database, NotKept> {
    let mut request = Factory::new()?.open(NAME, Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        // A database without its stores fails at the first transaction, which says that nothing is kept.
        let _ = event.database().map_err(NotKept::from).and_then(|database| build(&database));
    });
    match select(Box::pin(async move { request.await }), Box::pin(clock::sleep(PATIENCE))).await {
        Either::Left((opened, _)) => {
            let mut opened = opened?;
            // A later version of the page, in another tab, must not wait for this one.
            opened.on_version_change(|event| {
                let database = event.target().and_then(|target| target.dyn_into::<IdbDatabase>().ok());
                if let Some(database) = database {
                    database.close();
                }
            });
            opened.forget_callbacks();
            Ok(opened)
        }
        Either::Right(_) => Err(NotKept),
    }
}

fn build(database: &Database) -> Result<(), NotKept> {
    let by_id = || {
        let mut params = ObjectStoreParams::new();
        params.key_path(Some(KeyPath::new_single("id")));
        params
    };
    database.create_object_store(MARK, ObjectStoreParams::new())?;
    let products = database.create_object_store(PRODUCTS, by_id())?;
    products.create_index(BY_SHELF, KeyPath::new_array(["category", "place"]), None)?;
    for (index, path) in [(BY_CODE, "codes"), (BY_WORD, "words")] {
        let mut params = IndexParams::new();
        params.multi_entry(true);
        products.create_index(index, KeyPath::new_single(path), Some(params))?;
    }
    database.create_object_store(ORDERS, by_id())?;
    Ok(())
}
