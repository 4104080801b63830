//! A customers' display: found by the code that it shows, told what its till shows, and read by nobody else.

use ministore_core::customer_display::{
    CustomerView, DISPLAY_EVENT, DISPLAY_KEY, DisplayNews, FollowDisplay, ShowOnDisplay, Stage,
};
use ministore_core::id::DisplayId;
use ministore_core::money::Currency;
use ministore_core::refusal::{Refusal, Thing};
use reqwest::StatusCode;
use uuid::Uuid;

use crate::support::{Events, TestHub};

const KEY: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const OTHER: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";

async fn news(events: &mut Events) -> DisplayNews {
    loop {
        let message = events.next().await.unwrap();
        if message.event.as_deref() == Some(DISPLAY_EVENT) {
            return serde_json::from_str(&message.data).unwrap();
        }
    }
}

fn view(minor: i64) -> CustomerView {
    let (nothing, total) = (Currency::CNY.minor(0), Currency::CNY.minor(minor));
    CustomerView {
        stage: Stage::Ringing,
        lines: Vec::new(),
        items: 1,
        empties: None,
        saved: nothing,
        total,
        due: None,
        received: None,
        change: None,
        to_scan: None,
        join: false,
        receipt: None,
        practice: false,
    }
}

fn no_display() -> Refusal {
    Refusal::NotFound { what: Thing::Display }
}

#[tokio::test]
async fn a_till_shows_on_the_display_whose_code_it_was_given() {
    let hub = TestHub::start().await;
    let (cashier, visitor) = (hub.staff("2468").await, hub.visitor());
    let (mut display, mut other) = (visitor.display(KEY).await, visitor.display(OTHER).await);
    let first = news(&mut display).await;
    assert_eq!(first.view, None);
    assert_ne!(news(&mut other).await.code, first.code);

    let follow = FollowDisplay { code: first.code };
    for stranger in [visitor.clone(), hub.shopper().await] {
        assert!(matches!(stranger.call(&follow).await, Err(Refusal::SignInFirst | Refusal::NotAllowed)));
    }
    let found = cashier.call(&follow).await.unwrap().display;
    let show = |view| ShowOnDisplay { display: found, view };
    assert!(visitor.call(&show(Some(view(1)))).await.is_err());
    cashier.call(&show(Some(view(1_250)))).await.unwrap();
    assert_eq!(news(&mut display).await.view, Some(view(1_250)));
    assert_eq!(other.next_soon().await, None, "another display hears nothing of it");
    assert!(hub.visitor().events(None).await.next_soon().await.is_some_and(|greeting| greeting.id.is_none()));

    // Whoever has the key comes back to what is shown; the till need not be asked again.
    drop(display);
    let mut display = visitor.display(KEY).await;
    let back = news(&mut display).await;
    assert_eq!((back.code, back.view), (first.code, Some(view(1_250))));
    cashier.call(&show(None)).await.unwrap();
    assert_eq!(news(&mut display).await.view, None);
    hub.stop().await;
}

#[tokio::test]
async fn what_is_no_display_is_not_found() {
    let hub = TestHub::start().await;
    let cashier = hub.staff("2468").await;
    let nobody = ShowOnDisplay { display: DisplayId(Uuid::now_v7()), view: None };
    assert_eq!(cashier.call(&nobody).await, Err(no_display()));
    let mut display = hub.visitor().display(KEY).await;
    let code = news(&mut display).await.code;
    drop(display);
    // The hub notices that the stream has gone a moment later.
    let mut answer = cashier.call(&FollowDisplay { code }).await;
    for _ in 0..100 {
        if answer.is_err() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        answer = cashier.call(&FollowDisplay { code }).await;
    }
    assert_eq!(answer, Err(no_display()));
    let wrong = hub.client.get(format!("{}/events", hub.base)).header(DISPLAY_KEY, "secret");
    assert_eq!(wrong.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    hub.stop().await;
}
