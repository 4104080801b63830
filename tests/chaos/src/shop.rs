//! The shop that is stormed: few products, little of each.

use std::path::Path;

use anyhow::{Result, ensure};
use ministore_core::catalogue::{Browse, PAGE_LIMIT, Product};
use ministore_core::gtin::check_digit;
use ministore_core::id::{CallId, StaffId};
use ministore_core::role::{Actor, StaffRole};
use ministore_hub::server::database_path;
use ministore_store::staff::StaffMember;
use ministore_store::{Engine, EngineOptions, import};
use ministore_tests::measure::plain_shop::plain_shop;
use uuid::Uuid;

/// The PIN of the one who works there, and may approve tills.
pub(crate) const PIN: &str = "2468";

/// How many products there are.
const PRODUCTS: usize = 12;

/// Makes it in a hub's data folder, and gives its products.
pub(crate) async fn found(folder: &Path) -> Result<Vec<Product>> {
    let engine = Engine::open(&database_path(folder), EngineOptions::hub()).await?;
    engine.create_shop(&plain_shop()).await?;
    let categories = "slug,name_en,name_zh,icon,position\ngoods,Goods,货物,box,1\n";
    import::categories(&engine, std::io::Cursor::new(categories)).await?;
    let mut csv = String::from("gtin,plu,category,name_en,name_zh,brand,price,stock\n");
    for number in 0..PRODUCTS {
        let body = format!("95290000{number:04}");
        let check = check_digit(&body).unwrap_or_default();
        // Some sell out at once, some never.
        let stock = [3, 60, 2000, 4000][number % 4];
        csv.push_str(&format!(
            "{body}{check},,goods,Thing {number},东西{number},,{}.50,{stock}\n",
            1 + number
        ));
    }
    let no_pictures = |_: &str| Err("no pictures".to_owned());
    let report = import::products(&engine, std::io::Cursor::new(csv), no_pictures, |_| {}).await?;
    ensure!(report.bad_rows.is_empty(), "the import refused rows: {:?}", report.bad_rows.first());
    let owner =
        StaffMember { id: StaffId(Uuid::now_v7()), name: "Chen".to_owned(), role: StaffRole::Manager };
    engine.add_staff(&owner, &PIN.parse()?).await?;
    let browse = Browse { category: None, after: None, limit: PAGE_LIMIT };
    let products = engine.call(&Actor::Visitor, CallId(Uuid::now_v7()), browse).await?.products;
    engine.close().await;
    Ok(products)
}
