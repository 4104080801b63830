//! What several stories need: something on the shelf, a slot, an order of it.

use ministore_core::catalogue::{Browse, Product, SoldBy};
use ministore_core::fulfilment::{Fulfilment, GetSlots, Mode};
use ministore_core::id::{LineId, OrderId};
use ministore_core::order::{Contact, Place, PlaceLine};
use ministore_core::payment::Tender;
use ministore_core::quantity::Measure;
use uuid::Uuid;

use crate::support::Caller;

/// Products sold by the piece, with at least `stock` of each.
pub(crate) async fn pieces(caller: &Caller, stock: i64) -> Vec<Product> {
    let mut found = Vec::new();
    let mut browse = Browse { category: None, after: None, limit: 100 };
    loop {
        let page = caller.call(&browse).await.unwrap();
        found.extend(page.products.into_iter().filter(|product| {
            product.sold_by == SoldBy::Piece && product.available >= stock && product.min_age.is_none()
        }));
        match page.next {
            Some(next) => browse.after = Some(next),
            None => return found,
        }
    }
}

/// An order of `count` pieces of `product`, to be picked up in the last slot that has room.
pub(crate) async fn order_of(caller: &Caller, product: &Product, count: u32) -> Place {
    let slots = caller.call(&GetSlots { mode: Mode::Pickup }).await.unwrap().slots;
    let slot = slots.iter().rev().find(|slot| slot.left > 0).expect("a slot with room");
    let measure = Measure::Pieces(count);
    Place {
        order: OrderId(Uuid::now_v7()),
        lines: vec![PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure }],
        fulfilment: Fulfilment::Pickup { starts: slot.key.starts },
        contact: Contact { name: "Ms Wang".into(), phone: String::new() },
        tender: Tender::CashAtHandover,
        expected_total: measure.cost(product.price).unwrap(),
    }
}
