//! What can be asked for when the app is started.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;

/// Ministore as an installed app.
#[derive(Parser, Clone, Debug, Default)]
#[command(name = "ministore", version)]
pub struct Options {
    /// Be the shop's hub too, with its data in this folder: one tablet is then the whole shop.
    #[arg(long, value_name = "DIR")]
    pub host_hub: Option<PathBuf>,
    /// Where the hosted hub listens for the shop's other devices.
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8787", requires = "host_hub")]
    pub listen: Option<SocketAddr>,
    /// Fill the hosted hub with the demo shop where it is empty.
    #[arg(long, requires = "host_hub")]
    pub demo: bool,
    /// Pair with the hub at this address on starting, where the app is not paired yet.
    #[arg(long, value_name = "ADDRESS", env = "MINISTORE_HUB", conflicts_with = "host_hub")]
    pub hub: Option<String>,
    /// Where the app keeps its database and its key, instead of the system's folder for apps.
    #[arg(long, value_name = "DIR", env = "MINISTORE_DEVICE_DIR")]
    pub device_dir: Option<PathBuf>,
    /// Keep the device's key in its folder rather than in the system's keychain.
    #[arg(long, env = "MINISTORE_NO_KEYCHAIN")]
    pub no_keychain: bool,
    /// For developers: look for hubs on this machine's own loopback too, where one is announced with `--announce on`.
    #[arg(long, env = "MINISTORE_NEARBY_LOOPBACK")]
    pub nearby_loopback: bool,
    /// For developers: a Y4M film that plays, over and over, as one more camera.
    #[arg(long, value_name = "FILE", env = "MINISTORE_CAMERA")]
    pub camera: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Options::command().debug_assert();
    }

    #[test]
    fn a_demo_needs_a_hub_to_fill() {
        assert!(Options::try_parse_from(["ministore", "--demo"]).is_err());
        assert!(Options::try_parse_from(["ministore", "--host-hub", "shop", "--demo"]).is_ok());
        assert!(Options::try_parse_from(["ministore", "--host-hub", "shop", "--hub", "10.0.0.1"]).is_err());
    }
}
