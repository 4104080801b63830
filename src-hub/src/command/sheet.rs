//! `ministore-hub sheet`: the shop's barcodes on paper, for a show or a shelf.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use ministore_core::catalogue::{Browse, PAGE_LIMIT, Product, SoldBy};
use ministore_core::id::CallId;
use ministore_core::instore::{InStorePattern, InStoreValue, Plu};
use ministore_core::issued::GiftCardNumber;
use ministore_core::quantity::Measure;
use ministore_core::role::Actor;
use ministore_core::shop::Shop;
use ministore_core::trust::ShopLink;
use ministore_hub::addresses::{network_addresses, own_address};
use ministore_hub::authority::{LocalAuthority, authority_folder};
use ministore_hub::demo::{SheetItem, Symbology, barcode_sheet};
use ministore_hub::founding::shop_of;
use ministore_store::Engine;
use uuid::Uuid;

use super::DataFolder;

#[derive(Args)]
pub(crate) struct Options {
    #[command(flatten)]
    folder: DataFolder,
    /// The PDF to write.
    #[arg(value_name = "OUT.pdf")]
    out: PathBuf,
    /// Where phones open the shop, for the first code; where it is not said, this machine's own address with the
    /// fingerprint of the authority in the data folder.
    #[arg(long, value_name = "URL")]
    link: Option<String>,
}

/// What is on the gift card of a shop for show, in minor units of its currency.
const SHOWN_GIFT_CARD: i64 = 10_000;

/// The port of `serve`, where nothing else is said.
const PORT: u16 = 8787;

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    let engine = options.folder.open().await?;
    let read = read(&engine).await;
    let gift_card = match &read {
        Ok((shop, _)) if shop.demo => gift_card(&engine, shop).await.map(Some),
        _ => Ok(None),
    };
    engine.close().await;
    let (shop, products) = read?;
    let (link, address) = match options.link {
        Some(link) => (link.clone(), link),
        None => {
            let listen = SocketAddr::from(([0, 0, 0, 0], PORT));
            let found = network_addresses(listen).first().copied().unwrap_or_else(|| own_address(listen));
            let address = format!("http://{found}/");
            let authority = LocalAuthority::open(&authority_folder(&options.folder.data))?;
            let authority = authority.map(|authority| authority.fingerprint());
            (ShopLink { address: address.clone(), authority }.to_string(), address)
        }
    };
    let (mut items, left_out) = labels(&shop, &products, link, address);
    items.extend(gift_card?);
    let title = format!("{} {}", shop.name.en, shop.name.zh);
    let pdf = barcode_sheet(&items, title.trim())?;
    std::fs::write(&options.out, pdf)
        .with_context(|| format!("{} cannot be written", options.out.display()))?;
    println!("{} labels are in {}.", items.len(), options.out.display());
    if left_out > 0 {
        println!("{left_out} weighed products have none: the shop has no pattern for in-store codes.");
    }
    Ok(ExitCode::SUCCESS)
}

async fn read(engine: &Engine) -> Result<(Shop, Vec<Product>)> {
    let shop = shop_of(engine).await?.context("there is no shop yet")?;
    let mut products = Vec::new();
    let mut browse = Browse { category: None, after: None, limit: PAGE_LIMIT };
    loop {
        let page = engine.call(&Actor::Visitor, CallId(Uuid::now_v7()), browse.clone()).await?;
        products.extend(page.products);
        match page.next {
            Some(next) => browse.after = Some(next),
            None => return Ok((shop, products)),
        }
    }
}

/// A gift card for whoever holds the sheet: a new one, as nobody can read the numbers of those that are there.
async fn gift_card(engine: &Engine, shop: &Shop) -> Result<SheetItem> {
    let mut bits = [0; 8];
    getrandom::fill(&mut bits).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let number = GiftCardNumber::from_bits(u64::from_le_bytes(bits));
    let amount = shop.currency.minor(SHOWN_GIFT_CARD);
    engine.show_gift_card(number, amount).await?;
    Ok(SheetItem {
        code: number.symbol_text(),
        symbology: Symbology::Qr,
        name_en: "Gift card".into(),
        name_zh: "礼品卡".into(),
        price: amount.to_string(),
        detail: number.to_string(),
    })
}

/// The shop's own code first, with its `address` in words, then every product's; and how many products can have none.
fn labels(shop: &Shop, products: &[Product], link: String, address: String) -> (Vec<SheetItem>, usize) {
    let mut items = vec![SheetItem {
        code: link,
        symbology: Symbology::Qr,
        name_en: "Open the shop on your phone".into(),
        name_zh: "手机扫码进店".into(),
        price: String::new(),
        detail: address,
    }];
    let found = products.iter().filter_map(|product| label(shop, product));
    items.extend(found);
    let left_out = products.len() + 1 - items.len();
    (items, left_out)
}

fn label(shop: &Shop, product: &Product) -> Option<SheetItem> {
    let (code, symbology, amount, detail) = match (product.gtin, product.plu) {
        (Some(gtin), _) => {
            let code = gtin.to_string();
            let symbology = match code.len() {
                8 => Symbology::Ean8,
                13 => Symbology::Ean13,
                _ => Symbology::Qr,
            };
            let content = product.content.map(|content| content.to_string()).unwrap_or_default();
            (code, symbology, product.price.money(), content)
        }
        (None, Some(plu)) => {
            let (code, grams) = scale_code(&shop.in_store, product, plu)?;
            let amount = Measure::Grams(grams).cost(product.price).ok()?;
            let detail = format!("{}.{:03} kg × {}/kg", grams / 1000, grams % 1000, product.price.money());
            (code, Symbology::Ean13, amount, detail)
        }
        (None, None) => return None,
    };
    Some(SheetItem {
        code,
        symbology,
        name_en: product.name.en.clone(),
        name_zh: product.name.zh.clone(),
        price: amount.to_string(),
        detail,
    })
}

/// What a scale would print for a believable pack, another for each product: 260 g to 1.25 kg. The shop's patterns
/// take turns.
fn scale_code(patterns: &[InStorePattern], product: &Product, plu: Plu) -> Option<(String, u32)> {
    if product.sold_by != SoldBy::Weight {
        return None;
    }
    let grams = 260 + plu.number() % 198 * 5;
    let codes: Vec<String> = patterns
        .iter()
        .filter_map(|pattern| {
            let value = match pattern.value {
                InStoreValue::Weight => grams,
                InStoreValue::Price => {
                    Measure::Grams(grams).cost(product.price).ok()?.minor.try_into().ok()?
                }
                InStoreValue::Count => return None,
            };
            pattern.write(plu, value).ok()
        })
        .collect();
    let turn = (plu.number() as usize).checked_rem(codes.len())?;
    codes.into_iter().nth(turn).map(|code| (code, grams))
}
