//! The installed app and its hub over HTTPS: paired by the shop's own code, it speaks with nobody else.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use ministore_app::device::Reach;
use ministore_core::refusal::Refusal;
use ministore_core::shop::GetShop;
use tokio::net::{TcpListener, TcpStream};

use crate::shop::{App, Shop};

/// The first byte of a TLS handshake.
const HANDSHAKE: u8 = 22;

/// A line that carries what is plain to one hub and what is encrypted to another, or to the same, and counts both.
struct Line {
    address: SocketAddr,
    plain: Arc<AtomicU32>,
    encrypted: Arc<AtomicU32>,
}

impl Line {
    async fn to(plain_to: SocketAddr, encrypted_to: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let line = Self { address, plain: Arc::default(), encrypted: Arc::default() };
        let (plain, encrypted) = (line.plain.clone(), line.encrypted.clone());
        tokio::spawn(async move {
            while let Ok((mut near, _)) = listener.accept().await {
                let mut first = [0];
                if near.peek(&mut first).await.is_err() {
                    continue;
                }
                let (count, to) =
                    if first == [HANDSHAKE] { (&encrypted, encrypted_to) } else { (&plain, plain_to) };
                count.fetch_add(1, Ordering::SeqCst);
                let mut far = TcpStream::connect(to).await.unwrap();
                tokio::spawn(async move { tokio::io::copy_bidirectional(&mut near, &mut far).await });
            }
        });
        line
    }

    fn counted(&self) -> (u32, u32) {
        (self.plain.load(Ordering::SeqCst), self.encrypted.load(Ordering::SeqCst))
    }
}

async fn is_online(app: &App) -> bool {
    app.device.status().hub == Reach::Online
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_paired_by_the_shops_code_sends_nothing_in_the_clear() {
    let shop = Shop::open().await;
    let line = Line::to(shop.address, shop.address).await;
    let app = App::install().await;
    let link = shop.hub().shop_link(line.address).to_string();
    assert!(link.starts_with("http://"), "a browser lands on the shop by it: {link}");
    let status = app.device.pair(&link).await.unwrap();
    assert_eq!(status.address, Some(format!("https://{}/", line.address)));
    let goods = app.goods().await;
    let place = app.order_of(&goods[0], 1).await;
    assert_eq!(app.call(&place).await.unwrap().id, place.order);
    app.until("events are heard", || is_online(&app)).await;
    let (plain, encrypted) = line.counted();
    assert_eq!(plain, 1, "the authority's certificate alone");
    assert!(encrypted > 0);

    let app = app.restart().await;
    app.until("the hub is reached again", || is_online(&app)).await;
    assert_eq!(line.counted().0, 1);
    assert_eq!(app.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_without_a_fingerprint_stays_on_http() {
    let shop = Shop::open().await;
    let line = Line::to(shop.address, shop.address).await;
    let app = App::install().await;
    let status = app.device.pair(&line.address.to_string()).await.unwrap();
    assert_eq!(status.address, Some(format!("http://{}/", line.address)));
    assert_eq!(line.counted().1, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_with_another_authority_than_the_codes_is_refused() {
    let (shop, other) = (Shop::open().await, Shop::open().await);
    let app = App::install().await;
    // Somebody else's hub at the address of the code.
    let link = shop.link().replace(&shop.address.to_string(), &other.address.to_string());
    assert_eq!(app.device.pair(&link).await, Err(Refusal::WrongAuthority));
    // One that hands out the right certificate, and cannot sign by it.
    let line = Line::to(shop.address, other.address).await;
    let link = shop.link().replace(&shop.address.to_string(), &line.address.to_string());
    assert_eq!(app.device.pair(&link).await, Err(Refusal::WrongAuthority));
    assert!(!app.device.status().paired);
    app.device.pair(&shop.link()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_lost_its_authority_is_offline_until_the_app_is_paired_again() {
    let mut shop = Shop::open().await;
    let app = App::install().await;
    let old = shop.link();
    app.device.pair(&old).await.unwrap();
    let goods = app.goods().await;
    let first = app.order_of(&goods[0], 1).await;
    app.call(&first).await.unwrap();
    let waiting = app.order_of(&goods[1], 1).await;
    shop.switch_off().await;
    shop.lose_authority();
    shop.switch_on().await;
    assert_eq!(app.call(&waiting).await, Err(Refusal::Offline));
    app.until("the hub is missed", || async { app.device.status().hub == Reach::Offline }).await;
    assert!(app.call(&GetShop {}).await.is_ok(), "what is kept here goes on");

    assert_eq!(app.device.pair(&old).await, Err(Refusal::WrongAuthority));
    app.device.pair(&shop.link()).await.unwrap();
    app.until("the order that waited is sent", || async { app.orders().await.len() == 2 }).await;
}
