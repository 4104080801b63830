//! The device that is measured: it says on standard output how long each step took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use ministore_app::device::{Device, Reach};
use ministore_app::key::{DeviceKey, Keeper};
use ministore_core::call::Call;
use ministore_core::catalogue::{Browse, Lookup, PAGE_LIMIT};
use ministore_core::device::Secret;
use ministore_core::fact::RecordSale;
use ministore_core::id::{CallId, LineId, SaleId, SessionId};
use ministore_core::order::PlaceLine;
use ministore_core::quantity::Measure;
use ministore_core::staff::SignIn;
use ministore_tests::measure::report;
use ministore_tests::measure::shelf::PIN;
use tokio::time::sleep;
use uuid::Uuid;

use crate::TillOptions;

pub(crate) async fn run(options: &TillOptions) -> Result<()> {
    let key = DeviceKey::open(&options.folder, Keeper::File)?;
    let device = Arc::new(Device::open(&options.folder, key).await?);
    let start = Instant::now();
    device.pair(&options.hub).await?;
    let in_step = spawn_in_step(&device);
    until_in_step(&device).await?;
    println!("loaded {}", start.elapsed().as_millis());
    println!("peak {}", report::peak(std::process::id())?);
    let secret = Secret::from_bytes(Uuid::now_v7().as_bytes().repeat(2).try_into().unwrap_or([7; 32]));
    call(&device, &SignIn { pin: PIN.parse()?, session: SessionId(Uuid::now_v7()), secret }).await?;

    // Away: it neither hears nor sends.
    in_step.abort();
    let goods = call(&device, &Browse { category: None, after: None, limit: PAGE_LIMIT }).await?.products;
    let start = Instant::now();
    for number in 0..options.operations as usize {
        let product = goods.get(number % goods.len().max(1)).context("the shop has no goods")?;
        let line = PlaceLine { id: LineId(Uuid::now_v7()), product: product.id, measure: Measure::Pieces(1) };
        let total = product.price.money();
        let sale = RecordSale {
            sale: SaleId(Uuid::now_v7()),
            lines: vec![line],
            cash: total,
            expected_total: total,
        };
        call(&device, &sale).await?;
    }
    println!("sold {}", start.elapsed().as_millis());

    while !options.back.exists() {
        sleep(Duration::from_millis(20)).await;
    }
    let start = Instant::now();
    let in_step = spawn_in_step(&device);
    while device.status().facts > 0 {
        sleep(Duration::from_millis(2)).await;
    }
    until_quiet(&device).await?;
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

async fn until_in_step(device: &Device) -> Result<()> {
    let mut status = device.watch_status();
    status.wait_for(|status| status.hub == Reach::Online).await?;
    Ok(())
}

/// Until nothing more is told for a moment; that moment counts as time too.
async fn until_quiet(device: &Device) -> Result<()> {
    until_in_step(device).await?;
    let mut events = device.watch_events();
    while tokio::time::timeout(Duration::from_millis(100), events.recv()).await.is_ok() {}
    Ok(())
}

async fn call<C: Call>(device: &Device, call: &C) -> Result<C::Reply> {
    let body = serde_json::to_vec(call)?;
    let reply = device.call_json(C::NAME, CallId(Uuid::now_v7()), body).await?;
    Ok(serde_json::from_slice(&reply)?)
}
