//! The device that is measured: it says on standard output how long each step took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ministore_app::device::Device;
use ministore_app::key::{DeviceKey, Keeper};
use ministore_core::call::Call;
use ministore_core::catalogue::{Browse, Lookup, PAGE_LIMIT};
use ministore_core::device::{Approval, Secret};
use ministore_core::fact::RecordSale;
use ministore_core::id::{CallId, LineId, SaleId, SessionId};
use ministore_core::order::PlaceLine;
use ministore_core::quantity::Measure;
use ministore_core::role::StaffRole;
use ministore_core::staff::SignIn;
use ministore_tests::measure::report;
use ministore_tests::measure::shelf::{PIN, SCARCE_GTIN};
use tokio::time::sleep;
use uuid::Uuid;

use crate::TillOptions;

pub(crate) async fn run(options: &TillOptions) -> Result<()> {
    let key = DeviceKey::open(&options.folder, Keeper::File)?;
    let device = Arc::new(Device::open(&options.folder, key).await?);
    let start = Instant::now();
    device.pair(&options.hub).await?;
    let in_step = spawn_in_step(&device);
    // The last product of the catalogue comes last.
    let last = Lookup { code: SCARCE_GTIN.parse()? };
    while call(&device, &last).await.is_err() {
        sleep(Duration::from_millis(5)).await;
    }
    println!("loaded {}", start.elapsed().as_millis());
    println!("peak {}", report::peak(std::process::id())?);
    let secret = Secret::from_bytes(Uuid::now_v7().as_bytes().repeat(2).try_into().unwrap_or([7; 32]));
    let approve = Some(Approval { name: "Till".parse()?, role: StaffRole::Cashier });
    call(&device, &SignIn { pin: PIN.parse()?, session: SessionId(Uuid::now_v7()), secret, approve }).await?;

    // Away: it neither hears nor sends.
    in_step.abort();
    let goods = call(&device, &Browse { category: None, after: None, limit: PAGE_LIMIT }).await?.products;
    let mut sold = vec![0; goods.len()];
    let start = Instant::now();
    for number in 0..options.operations as usize {
        let at = number % goods.len().max(1);
        let product = goods.get(at).context("the shop has no goods")?;
        sold[at] += 1;
        let line = PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure: Measure::Pieces(1) };
        let total = product.price.money();
        let sale = RecordSale::in_cash(SaleId(Uuid::now_v7()), vec![line], total, total);
        call(&device, &sale).await?;
    }
    println!("sold {}", start.elapsed().as_millis());

    while !options.back.exists() {
        sleep(Duration::from_millis(20)).await;
    }
    let at_hub: Vec<i64> = serde_json::from_slice(&std::fs::read(&options.back)?)?;
    let start = Instant::now();
    let in_step = spawn_in_step(&device);
    for ((product, at_hub), sold) in goods.iter().zip(at_hub).zip(sold) {
        let code = product.code().context("a product without a code")?;
        while call(&device, &Lookup { code }).await?.available != at_hub - sold {
            sleep(Duration::from_millis(2)).await;
        }
    }
    // Its sales show in its own stock before they are sent.
    while device.status().facts > 0 {
        sleep(Duration::from_millis(2)).await;
    }
    println!("converged {}", start.elapsed().as_millis());
    for product in &goods {
        let code = product.code().context("a product without a code")?;
        println!("stock {}", call(&device, &Lookup { code }).await?.available);
    }
    sleep(Duration::from_secs(60)).await;
    in_step.abort();
    Ok(())
}

fn spawn_in_step(device: &Arc<Device>) -> tokio::task::JoinHandle<()> {
    let device = device.clone();
    tokio::spawn(async move { device.keep_in_step().await })
}

async fn call<C: Call>(device: &Device, call: &C) -> Result<C::Reply> {
    let body = serde_json::to_vec(call)?;
    let reply = device.call_json(C::NAME, CallId(Uuid::now_v7()), body).await?;
    Ok(serde_json::from_slice(&reply)?)
}
