//! The domain of a mini-store as pure functions and plain types, and the list of calls that act on it.
//!
//! Nothing here reads a clock, draws a random number, touches a file or waits: times and ids come in as
//! arguments, so that a rule gives the same answer on a phone, on the counter and on the hub, and can be
//! tested by properties.
//!
//! A tour, from the smallest words to whole journeys:
//! - words: [`money`], [`quantity`], [`tax`], [`gtin`], [`publication`], [`instore`], [`id`], [`time`], [`text`]
//! - what is sold: [`catalogue`], [`search`], [`stock`], [`shop`]
//! - what is bought: [`basket`], [`pricing`], [`deposit`], [`promotion`], [`campaign`], [`coupon`], [`fulfilment`], [`order`], [`payment`],
//!   [`code_payment`], [`exit`], [`member`], [`stored_value`], [`gift_card`], [`table`]; what the provider says of it:
//!   [`settlement`]; what a till does: [`ticket`], [`fact`], [`shift`]
//! - where it is bought: [`place`], [`hours`], [`reach`], [`courier`]
//! - what a scanner saw: [`code`], [`issued`], [`gs1`], [`digital_link`], [`marks`]; what is printed: [`symbol`], [`receipt`], [`printer`]
//! - who asks, and how: [`role`], [`staff`], [`device`], [`call`], [`refusal`], [`sync`]; how a device trusts its hub: [`trust`]

#![forbid(unsafe_code)]

#[macro_use]
mod wire;

pub mod basket;
pub mod call;
pub mod campaign;
pub mod card_code;
pub mod catalogue;
pub mod code;
pub mod code_payment;
pub mod coupon;
pub mod courier;
pub mod customer_display;
pub mod deposit;
pub mod device;
pub mod digital_link;
pub mod exit;
pub mod fact;
pub mod favourite;
pub mod fulfilment;
pub mod gift_card;
pub mod gs1;
pub mod gtin;
pub mod hours;
pub mod id;
pub mod instore;
pub mod issued;
pub mod marks;
pub mod member;
pub mod money;
pub mod nearby;
pub mod order;
pub mod paper;
pub mod payment;
pub mod payment_way;
pub mod place;
pub mod pricing;
pub mod printer;
pub mod promoted;
pub mod promotion;
pub mod publication;
pub mod quantity;
pub mod reach;
pub mod receipt;
pub mod refusal;
pub mod review;
pub mod role;
pub mod search;
pub mod settlement;
pub mod shift;
pub mod shop;
pub mod staff;
pub mod stock;
pub mod stored_value;
pub mod symbol;
pub mod sync;
pub mod table;
pub mod tax;
pub mod text;
pub mod ticket;
pub mod time;
pub mod touchpoint;
pub mod trust;
