//! The engine: executes calls against SQL.
//!
//! One [`Engine`] is one database, for a shop's hub or for one installed app: a file of SQLite's, or for hubs a database
//! of a PostgreSQL server, which any number of them can share. A call comes in with who makes it; its role is checked,
//! then [`Answer`] does it: queries read from a snapshot, requests run in one transaction that also keeps their reply,
//! so that a repeat is answered alike and done once. What was changed is numbered in the same transaction ([`sync`]) and
//! told to watchers after it is durable.
//!
//! A tour: [`engine`] (open, call, watch), one module for each domain area of `ministore_core` under its name,
//! [`reply`] (repeats), [`import`] and [`export`] (files), [`transfer`] (to another database), [`device`] (what an
//! installed app keeps, with `seal` what names people in it), [`check`] (ledgers against balances), [`backup`] (copies of
//! the file). SQL is written in the dialect that SQLite and PostgreSQL share, and said through [`sql`]; what is one
//! database's alone lives there, in [`search`], in [`backup`] and in opening ([`engine`]).
//!
//! What is not here: HTTP, keys of the operating system, rules of the trade (those are `ministore_core`'s).

pub mod backup;
mod campaign;
mod card_code;
pub mod catalogue;
pub mod check;
mod coupon;
mod courier;
pub mod customer_display;
mod deposit;
pub mod device;
pub mod engine;
mod exit;
pub mod export;
pub mod fact;
mod fault;
mod favourite;
mod fulfilment;
mod gift_card;
mod goods_back;
pub mod import;
mod journal;
mod lane;
mod local_clock;
mod member;
mod open_food_facts;
mod order;
pub mod payment;
mod payment_way;
pub mod printer;
mod random;
pub mod reach;
mod receipt;
mod reply;
mod review;
mod row;
mod sale_payment;
mod seal;
pub mod search;
mod shift;
pub mod shop;
mod sql;
pub mod staff;
mod statement;
mod stock;
mod stored_value;
pub mod sync;
mod table;
mod ticket;
mod touchpoint;
pub mod transfer;
mod write;

pub use catalogue::Picture;
pub use engine::{
    Answer, Caller, Clock, Credential, Database, Engine, EngineOptions, OpenError, PinCost, PostgresUrl,
    Seat, ServerError, system_clock,
};
pub use fault::Fault;
pub use member::Person;
pub use sync::{Audience, Notice};
