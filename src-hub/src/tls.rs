//! HTTPS beside HTTP on the same port: which certificate is served, for which names, and how it stays fresh.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::http::uri;
use jiff::{SignedDuration, Timestamp};
use ministore_core::trust::{Authority, Fingerprint};
use rustls::client::verify_server_name;
use rustls::pki_types::{DnsName, ServerName};
use rustls::server::{ClientHello, ParsedCertificate, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use rustls::{Error, ServerConfig};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use crate::addresses::network_addresses;
use crate::authority::{LocalAuthority, authority_folder};
use crate::certificate::{Certificate, CertificateError, OwnFiles, first_host, provider};
use crate::state::ended;

/// Whether and how a hub speaks HTTPS. It speaks HTTP on the same port in any case.
#[derive(Clone, Debug)]
pub enum Https {
    /// It does not: a proxy in front of it does, or nobody.
    Off,
    /// By an authority of the shop's own, for the names of its network.
    Local(LocalHttps),
    /// By a certificate that devices trust already.
    Own {
        /// The file of the certificate and of those above it.
        certificate: PathBuf,
        /// The file of its key.
        key: PathBuf,
    },
}

/// How a hub speaks HTTPS by an authority of the shop's own.
#[derive(Clone, Debug)]
pub struct LocalHttps {
    /// The folder that keeps the authority; `tls` in the data folder where none is named.
    pub folder: Option<PathBuf>,
    /// Names and addresses of the hub beside those that this machine knows of itself.
    pub names: Vec<ServerName<'static>>,
    /// How long a certificate lasts, at most [`crate::authority::LONGEST`]; another takes its place in its last third.
    pub lifetime: Duration,
}

impl Default for LocalHttps {
    fn default() -> Self {
        Self { folder: None, names: Vec::new(), lifetime: Duration::from_secs(60 * 24 * 60 * 60) }
    }
}

/// What came with a request's connection: whether it is encrypted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Over {
    /// It is not.
    Http,
    /// It is.
    Https,
}

/// What is served over HTTPS, kept fresh while the hub runs.
pub(crate) struct Tls {
    source: Source,
    serving: RwLock<Arc<Serving>>,
}

enum Source {
    Local {
        authority: Box<LocalAuthority>,
        listen: SocketAddr,
        names: Vec<ServerName<'static>>,
        lifetime: Duration,
    },
    Own {
        certificate: PathBuf,
        key: PathBuf,
    },
}

/// A certificate and what it was made of: what shows whether another is due.
struct Serving {
    certificate: Certificate,
    of: Of,
}

enum Of {
    Names { wanted: Vec<ServerName<'static>>, permitted: Vec<ServerName<'static>> },
    Files(OwnFiles),
}

impl Source {
    fn serve(&self) -> Result<Serving, CertificateError> {
        match self {
            Self::Local { authority, listen, names, lifetime } => {
                let wanted = wanted(*listen, names);
                let permitted = authority.permitted(&wanted);
                let left_out: Vec<_> =
                    wanted.iter().filter(|name| !permitted.contains(name)).map(ServerName::to_str).collect();
                if !left_out.is_empty() {
                    tracing::warn!(
                        names = left_out.join(" "),
                        "the shop's authority may not sign for these; docs/hub.md says how to make one that may"
                    );
                }
                let certificate = authority.sign(&permitted, *lifetime)?;
                Ok(Serving { certificate, of: Of::Names { wanted, permitted } })
            }
            Self::Own { certificate, key } => {
                let files = OwnFiles::read(certificate, key)?;
                Ok(Serving { certificate: files.certificate()?, of: Of::Files(files) })
            }
        }
    }

    /// What is to be served in the place of `now`; None where that is still good.
    fn renewed(&self, now: &Serving) -> Result<Option<Serving>, CertificateError> {
        let is_good = match (self, &now.of) {
            (Self::Local { listen, names, lifetime, .. }, Of::Names { wanted: before, .. }) => {
                let third = SignedDuration::try_from(*lifetime / 3).unwrap_or(SignedDuration::ZERO);
                let left = now.certificate.ends.duration_since(Timestamp::now());
                left > third && *before == wanted(*listen, names)
            }
            (Self::Own { certificate, key }, Of::Files(before)) => {
                *before == OwnFiles::read(certificate, key)?
            }
            (Self::Local { .. }, Of::Files(_)) | (Self::Own { .. }, Of::Names { .. }) => false,
        };
        if is_good { Ok(None) } else { self.serve().map(Some) }
    }
}

/// The names and addresses under which a hub that listens at `listen` is reached.
fn wanted(listen: SocketAddr, more: &[ServerName<'static>]) -> Vec<ServerName<'static>> {
    let machine = machine_name();
    let local = machine.as_ref().and_then(|name| {
        let label = name.as_ref().split('.').next()?;
        DnsName::try_from(format!("{label}.local")).ok()
    });
    let names = [DnsName::try_from("localhost").ok(), machine, local];
    let loopback = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
    let network = network_addresses(listen).into_iter().map(|address| address.ip());
    let mut all: Vec<ServerName<'static>> = Vec::new();
    let found = names
        .into_iter()
        .flatten()
        .map(ServerName::DnsName)
        .chain(loopback.into_iter().chain(network).map(|ip| ServerName::IpAddress(ip.into())))
        .chain(more.iter().cloned());
    for name in found {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// A name that is an address by which other machines find this one, as it stands in a link.
fn address_for_others(name: &ServerName<'_>) -> Option<String> {
    match name {
        ServerName::IpAddress(ip) => {
            let ip = IpAddr::from(*ip);
            (!ip.is_loopback()).then(|| if ip.is_ipv6() { format!("[{ip}]") } else { ip.to_string() })
        }
        _ => None,
    }
}

/// This machine's own name, where it is one by which others could find it.
fn machine_name() -> Option<DnsName<'static>> {
    let name = gethostname::gethostname().into_string().ok()?.to_ascii_lowercase();
    DnsName::try_from(name).ok()
}

impl Tls {
    /// What a hub with this `https` serves; None where that is nothing. `data` is its data folder.
    pub(crate) fn open(
        https: &Https,
        data: &Path,
        listen: SocketAddr,
    ) -> Result<Option<Arc<Self>>, CertificateError> {
        let source = match https {
            Https::Off => return Ok(None),
            Https::Own { certificate, key } => {
                Source::Own { certificate: certificate.clone(), key: key.clone() }
            }
            Https::Local(local) => {
                let folder = local.folder.clone().unwrap_or_else(|| authority_folder(data));
                let machine = machine_name().map(ServerName::DnsName);
                let names: Vec<_> = machine.into_iter().chain(local.names.iter().cloned()).collect();
                let authority = LocalAuthority::open_or_make(&folder, &names)?.into();
                Source::Local { authority, listen, names: local.names.clone(), lifetime: local.lifetime }
            }
        };
        let serving = RwLock::new(Arc::new(source.serve()?));
        Ok(Some(Arc::new(Self { source, serving })))
    }

    /// What answers handshakes.
    pub(crate) fn acceptor(self: &Arc<Self>) -> Result<TlsAcceptor, Error> {
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(self.clone());
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn serving(&self) -> Arc<Serving> {
        // Replaced in one step, so whole also where a holder panicked.
        self.serving.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The shop's own authority; None where the certificate is one that devices trust already.
    pub(crate) fn local(&self) -> Option<&LocalAuthority> {
        match &self.source {
            Source::Local { authority, .. } => Some(authority),
            Source::Own { .. } => None,
        }
    }

    /// Its fingerprint.
    pub(crate) fn fingerprint(&self) -> Option<Fingerprint> {
        self.local().map(LocalAuthority::fingerprint)
    }

    /// What a device is told of it.
    pub(crate) fn authority(&self) -> Option<Authority> {
        let authority = self.local()?;
        let names = match &self.serving().of {
            Of::Names { permitted, .. } => permitted.iter().map(|name| name.to_str().into_owned()).collect(),
            Of::Files(_) => Vec::new(),
        };
        let ends = ministore_core::time::Timestamp(authority.ends().as_millisecond());
        Some(Authority { fingerprint: authority.fingerprint(), names, ends })
    }

    /// Under which origin somebody who reached the hub at `host` (a host, and a port where it is not 80) reaches it over
    /// HTTPS: the same host where the certificate is for it, else the certificate's own. None where there is neither.
    pub(crate) fn origin(&self, host: &uri::Authority) -> Option<String> {
        let port = host.port_u16().unwrap_or(80);
        let serving = self.serving();
        let leaf = serving.certificate.key.end_entity_cert().ok()?;
        let asked = ServerName::try_from(host.host().trim_matches(['[', ']'])).ok();
        let parsed = ParsedCertificate::try_from(leaf).ok()?;
        let is_for_it = asked.is_some_and(|asked| verify_server_name(&parsed, &asked).is_ok());
        let host = if is_for_it {
            host.host().to_owned()
        } else {
            match &serving.of {
                Of::Names { permitted, .. } => permitted.iter().find_map(address_for_others)?,
                Of::Files(_) => first_host(leaf)?,
            }
        };
        Some(match port {
            443 => format!("https://{host}"),
            port => format!("https://{host}:{port}"),
        })
    }

    /// Looks again and again whether another certificate is due, until the hub ends.
    pub(crate) async fn keep_fresh(self: Arc<Self>, every: Duration, mut stopping: watch::Receiver<bool>) {
        let mut told = None;
        loop {
            tokio::select! {
                () = ended(&mut stopping) => return,
                () = tokio::time::sleep(every) => {}
            }
            let this = self.clone();
            let looked = tokio::task::spawn_blocking(move || this.look_again()).await;
            let failed = match looked {
                Ok(Ok(())) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(error) => Some(error.to_string()),
            };
            // Told once, however long it lasts.
            if let Some(error) = failed.as_ref().filter(|error| told.as_ref() != Some(*error)) {
                tracing::error!(error, "the certificate stays the one that was served before");
            }
            told = failed;
        }
    }

    fn look_again(&self) -> Result<(), CertificateError> {
        if let Some(fresh) = self.source.renewed(&self.serving())? {
            tracing::info!(ends = %fresh.certificate.ends, "another certificate is served");
            *self.serving.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(fresh);
        }
        Ok(())
    }
}

impl ResolvesServerCert for Tls {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.serving().certificate.key.clone())
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").finish_non_exhaustive()
    }
}
