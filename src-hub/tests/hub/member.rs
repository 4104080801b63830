//! Somebody asks the shop on paper what it holds about them, and to forget it.

use ministore_core::member::{GetCard, Join, PersonalData};
use ministore_core::order::{Cancel, CancelReason, Get, GetMine};
use uuid::Uuid;

use crate::program::{path, run, text};
use crate::shopping::{order_of, pieces};
use crate::support::TestHub;

const PHONE: &str = "138 0013 8000";

#[tokio::test]
async fn on_paper_data_is_given_out_and_erased_while_the_hub_serves() {
    let hub = TestHub::start().await;
    let (mei, staff) = (hub.shopper().await, hub.staff("2468").await);
    let card = mei.call(&Join { member: Uuid::now_v7().into() }).await.unwrap();
    let milk = pieces(&mei, 1).await.remove(0);
    let mut place = order_of(&mei, &milk, 1).await;
    place.contact.phone = PHONE.to_owned();
    let order = mei.call(&place).await.unwrap();

    let data = hub.folder.path().to_str().unwrap();
    let member = |arguments: &[&str]| run(&[&["member", "--data", data], arguments].concat());
    let file = path(&hub.folder, "member.json");
    let output = member(&["export", "--phone", "13800138000", "--to", &file]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let held: PersonalData = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!((held.orders[0].order.id, held.orders[0].order.contact.phone.as_str()), (order.id, PHONE));
    let again = member(&["export", "--phone", PHONE, "--to", &file]);
    assert!(!again.status.success(), "no file is written over");

    let number = card.number.to_string();
    let refused = member(&["erase", "--card", &number, "--yes"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(text(&refused.stderr).contains(&order.number.to_string()), "{}", text(&refused.stderr));
    mei.call(&Cancel { order: order.id, reason: CancelReason::ChangedMind }).await.unwrap();
    let asked = member(&["erase", "--card", &number]);
    assert!(text(&asked.stdout).contains("nothing was"), "{}", text(&asked.stdout));
    assert_eq!(mei.call(&GetCard {}).await.unwrap().unwrap().number, card.number);

    let erased = member(&["erase", "--card", &number, "--yes"]);
    assert!(erased.status.success(), "{}", text(&erased.stderr));
    assert_eq!(mei.call(&GetCard {}).await.unwrap(), None);
    assert_eq!(mei.call(&GetMine {}).await.unwrap().orders, []);
    let kept = staff.call(&Get { order: order.id }).await.unwrap();
    assert_eq!((kept.contact.phone.as_str(), kept.totals), ("", order.totals));
    let nothing = member(&["export", "--card", &number, "--to", &path(&hub.folder, "again.json")]);
    assert_eq!(nothing.status.code(), Some(2));
}
