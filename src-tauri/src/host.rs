//! A hub inside this app: a counter tablet that is the whole shop.

use std::net::SocketAddr;
use std::path::Path;

use ministore_hub::addresses::{network_addresses, own_address};
use ministore_hub::{Founding, Hub, HubConfig, PageFiles, StartError, serve};

/// Serves the shop in `data` at `listen`, founding the demo shop where `demo` asks for it and there is none.
/// `MINISTORE_DIST` names a folder with the page to serve instead of the built-in one, as for the hub's own program.
pub async fn host(data: &Path, listen: SocketAddr, demo: bool) -> Result<Hub, StartError> {
    let mut config = HubConfig::new(data, listen);
    config.founding = if demo { Founding::Demo } else { Founding::Nothing };
    if let Some(folder) = std::env::var_os("MINISTORE_DIST") {
        config.page = PageFiles::Folder(folder.into());
    }
    let hub = Box::pin(serve(config)).await?;
    for address in network_addresses(hub.addr()) {
        tracing::info!(address = %hub.shop_link(address), "the shop can be reached from its network");
    }
    Ok(hub)
}

/// Where this app itself finds the hub that it hosts.
pub fn address_of(hub: &Hub) -> String {
    format!("http://{}/", own_address(hub.addr()))
}
