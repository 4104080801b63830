//! How `serve` speaks HTTPS.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use ministore_hub::{Https, LocalHttps};
use rustls::pki_types::ServerName;

#[derive(Args)]
pub(crate) struct HttpsOptions {
    /// Whether HTTPS is spoken beside HTTP, on the same port.
    #[arg(long, value_enum, value_name = "WHETHER", env = "MINISTORE_TLS", default_value = "on")]
    tls: Whether,
    /// The folder of the shop's own authority, which is made where there is none; `tls` in the data folder if left out.
    #[arg(long, value_name = "DIR", env = "MINISTORE_TLS_DIR")]
    tls_dir: Option<PathBuf>,
    /// A name or an address under which the hub is reached and that this machine does not know of itself. May be given
    /// again; in the variable they are separated by commas.
    #[arg(
        long,
        value_name = "NAME",
        env = "MINISTORE_TLS_NAME",
        value_delimiter = ',',
        value_parser = server_name,
        conflicts_with = "tls_cert"
    )]
    tls_name: Vec<ServerName<'static>>,
    /// A certificate that devices trust already, with those above it, in place of the shop's own authority. It is taken
    /// up again when the file changes.
    #[arg(long, value_name = "FILE", env = "MINISTORE_TLS_CERT", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of that certificate.
    #[arg(long, value_name = "FILE", env = "MINISTORE_TLS_KEY", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Whether {
    /// It is.
    On,
    /// HTTP only, as behind a proxy that speaks HTTPS.
    Off,
}

fn server_name(text: &str) -> Result<ServerName<'static>, String> {
    ServerName::try_from(text.to_ascii_lowercase())
        .map_err(|_| "this is no host name and no address".to_owned())
}

impl HttpsOptions {
    pub(crate) fn https(self) -> Result<Https> {
        match (self.tls, self.tls_cert.zip(self.tls_key)) {
            (Whether::Off, Some(_)) => bail!("--tls off and --tls-cert contradict each other"),
            (Whether::Off, None) => Ok(Https::Off),
            (Whether::On, Some((certificate, key))) => Ok(Https::Own { certificate, key }),
            (Whether::On, None) => Ok(Https::Local(LocalHttps {
                folder: self.tls_dir,
                names: self.tls_name,
                ..LocalHttps::default()
            })),
        }
    }
}
