//! The shop's own authority: made once, kept beside the shop, trusted by those who add it to their device. It signs the
//! certificate under which the hub is reached on the shop's network.
//!
//! The certificate that devices trust has no key any more: it signed one other, the issuer, and its key was forgotten.
//! The issuer may sign for the names of this network only, and a limit on an intermediate certificate is one that every
//! verifier keeps (RFC 5280, section 6.1), whereas some ignore it on what they trust. So a stolen key signs for nothing
//! else.

use std::fs::{self, File};
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use ministore_core::trust::Fingerprint;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints,
};
use rustls::RootCertStore;
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::sign::CertifiedKey;
use sha2::{Digest, Sha256};

use crate::certificate::{Certificate, CertificateError, certified, ends_of, provider};
use crate::server::give_to_owner;

/// The folder of the authority in a data folder, where no other is named.
pub fn authority_folder(data: &Path) -> PathBuf {
    data.join("tls")
}

/// The file of the authority in its folder: the issuer's key, the issuer, and what devices trust.
const FILE: &str = "authority.pem";

/// How long devices trust it: ten years.
const LIFETIME: Duration = Duration::from_secs(10 * 365 * DAY);

/// When every authority begins: 2026-01-01. Not when it was made, because the clock of a machine that has just been
/// switched on may be wrong, and what was made by a wrong clock stays.
const BEGIN: Duration = Duration::from_secs(1_767_225_600);

/// A day, in seconds.
const DAY: u64 = 24 * 60 * 60;

/// How much earlier than now a certificate begins, for devices whose clock is late.
const LATE_CLOCKS: Duration = Duration::from_secs(DAY);

/// The longest that a certificate of it lasts, with [`LATE_CLOCKS`]: 90 days.
pub const LONGEST: Duration = Duration::from_secs(89 * DAY);

/// The networks that nobody routes (RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 4291).
const PRIVATE: [(IpAddr, u8); 9] = [
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
];

/// A shop's own authority.
pub struct LocalAuthority {
    root: CertificateDer<'static>,
    issuer: CertificateDer<'static>,
    signs: Issuer<'static, KeyPair>,
    ends: Timestamp,
}

impl LocalAuthority {
    /// The authority kept in `folder`; makes one, which may sign for `names` too, where there is none. Its file is given
    /// to the owner of `folder`.
    pub fn open_or_make(folder: &Path, names: &[ServerName<'_>]) -> Result<Self, CertificateError> {
        if let Some(kept) = Self::open(folder)? {
            return Ok(kept);
        }
        let path = folder.join(FILE);
        let pem = make(names)?;
        keep(&path, pem.as_bytes())
            .map_err(|source| CertificateError::Keep { folder: folder.to_owned(), source })?;
        Self::read(&path, pem.as_bytes())
    }

    /// The authority kept in `folder`; None where there is none.
    pub fn open(folder: &Path) -> Result<Option<Self>, CertificateError> {
        let path = folder.join(FILE);
        match fs::read(&path) {
            Ok(pem) => {
                close_to_others(&path)?;
                Self::read(&path, &pem).map(Some)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(CertificateError::Read { path, source }),
        }
    }

    fn read(path: &Path, pem: &[u8]) -> Result<Self, CertificateError> {
        let key = PrivateKeyDer::from_pem_slice(pem);
        let key = key.map_err(|_| CertificateError::NoKey { path: path.to_owned() })?;
        let chain: Vec<_> = CertificateDer::pem_slice_iter(pem).filter_map(Result::ok).collect();
        let [issuer, root] = <[_; 2]>::try_from(chain)
            .map_err(|_| CertificateError::NoCertificate { path: path.to_owned() })?;
        certified(vec![issuer.clone()], key.clone_key(), path, path)?;
        let key = KeyPair::try_from(&key)?;
        let ends = ends_of(&issuer, path)?;
        // A shop opens all the same, as it does where this machine's clock is wrong: devices look at their own.
        if ends <= Timestamp::now() {
            tracing::warn!(%ends, path = %path.display(), "the shop's authority has ended; docs/hub.md says how to make another");
        }
        Ok(Self { signs: Issuer::from_ca_cert_der(&issuer, key)?, root, issuer, ends })
    }

    /// What devices trust, in DER form.
    pub fn root(&self) -> &CertificateDer<'static> {
        &self.root
    }

    /// How people and apps know it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::from_bytes(Sha256::digest(&self.root).into())
    }

    /// When it ends.
    pub const fn ends(&self) -> Timestamp {
        self.ends
    }

    /// Those of `names` for which devices take its signature.
    pub fn permitted(&self, names: &[ServerName<'static>]) -> Vec<ServerName<'static>> {
        names.iter().filter(|name| self.permits(name)).cloned().collect()
    }

    /// Asks the verifier itself, by a certificate for this name alone.
    fn permits(&self, name: &ServerName<'static>) -> bool {
        let begin = SystemTime::UNIX_EPOCH + BEGIN;
        let Ok(key) = self.certify(std::slice::from_ref(name), begin, begin + LATE_CLOCKS) else {
            return false;
        };
        let Some((leaf, above)) = key.cert.split_first() else { return false };
        let mut roots = RootCertStore::empty();
        let Ok(leaf) = roots.add(self.root.clone()).and_then(|()| ParsedCertificate::try_from(leaf)) else {
            return false;
        };
        let algorithms = provider().signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(
            &leaf,
            &roots,
            above,
            UnixTime::since_unix_epoch(BEGIN),
            algorithms,
        )
        .is_ok()
    }

    /// Signs a certificate with a new key for `names`, for `lifetime` from now on.
    pub fn sign(
        &self,
        names: &[ServerName<'static>],
        lifetime: Duration,
    ) -> Result<Certificate, CertificateError> {
        let now = SystemTime::now();
        let end = now + lifetime.min(LONGEST);
        let key = self.certify(names, now - LATE_CLOCKS, end)?;
        let ends = Timestamp::try_from(end).unwrap_or(Timestamp::MAX);
        Ok(Certificate { key: key.into(), ends })
    }

    fn certify(
        &self,
        names: &[ServerName<'static>],
        begins: SystemTime,
        ends: SystemTime,
    ) -> Result<CertifiedKey, CertificateError> {
        let mut leaf =
            CertificateParams::new(names.iter().map(|name| name.to_str().into_owned()).collect::<Vec<_>>())?;
        leaf.distinguished_name = named("Ministore hub");
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.use_authority_key_identifier_extension = true;
        leaf.not_before = begins.into();
        leaf.not_after = ends.into();
        let key = KeyPair::generate()?;
        let signed = leaf.signed_by(&key, &self.signs)?;
        let chain = vec![signed.der().clone(), self.issuer.clone()];
        let key = PrivateKeyDer::try_from(key.serialize_der())
            .map_err(|reason| CertificateError::Made(rustls::Error::General(reason.into())))?;
        CertifiedKey::from_der(chain, key, &provider()).map_err(CertificateError::Made)
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

/// An authority: a name for people to know it by, and what it may sign for.
fn authority(name: &str, below: u8, limits: &[GeneralSubtree]) -> CertificateParams {
    let mut made = CertificateParams::default();
    made.distinguished_name = named(name);
    made.is_ca = IsCa::Ca(BasicConstraints::Constrained(below));
    made.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    made.name_constraints =
        Some(NameConstraints { permitted_subtrees: limits.to_vec(), excluded_subtrees: Vec::new() });
    made.use_authority_key_identifier_extension = true;
    let begin = SystemTime::UNIX_EPOCH + BEGIN;
    made.not_before = begin.into();
    made.not_after = (SystemTime::now().max(begin) + LIFETIME).into();
    made
}

/// A new authority as its file holds it. The key of what devices trust ends with this function.
fn make(names: &[ServerName<'_>]) -> Result<String, CertificateError> {
    let limits = limits(names);
    let day = Timestamp::now().strftime("%Y-%m-%d");
    let root_key = KeyPair::generate()?;
    let root = authority(&format!("Ministore shop authority, {day}"), 1, &limits);
    let root_signed = root.self_signed(&root_key)?;
    let issuer_key = KeyPair::generate()?;
    let issuer = authority(&format!("Ministore shop issuer, {day}"), 0, &limits);
    let issuer = issuer.signed_by(&issuer_key, &Issuer::new(root, root_key))?;
    Ok([issuer_key.serialize_pem(), issuer.pem(), root_signed.pem()].concat())
}

/// What an authority of this machine may sign for.
fn limits(names: &[ServerName<'_>]) -> Vec<GeneralSubtree> {
    let networks =
        PRIVATE.map(|(ip, prefix)| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, prefix)));
    // A name without a dot before it stands for itself and all below it (RFC 5280, section 4.2.1.10).
    let usual = ["localhost", "local"].map(|name| GeneralSubtree::DnsName(name.to_owned()));
    let more = names.iter().filter_map(|name| match name {
        ServerName::DnsName(name) => Some(GeneralSubtree::DnsName(name.as_ref().to_owned())),
        ServerName::IpAddress(ip) => {
            let ip = IpAddr::from(*ip);
            let whole = if ip.is_ipv4() { 32 } else { 128 };
            Some(GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(ip, whole)))
        }
        _ => None,
    });
    networks.into_iter().chain(usual).chain(more).collect()
}

/// Writes the file for its owner alone, whole or not at all.
fn keep(path: &Path, pem: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(path);
    let is_new = !folder.exists();
    fs::create_dir_all(folder)?;
    if is_new && let Some(above) = folder.parent() {
        give_to_owner(folder, above)?;
    }
    let part = PathBuf::from(format!("{}.part-{}", path.display(), std::process::id()));
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&part)?;
    file.write_all(pem)?;
    file.sync_all()?;
    give_to_owner(&part, folder)?;
    fs::rename(&part, path)?;
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Takes the file from all but its owner, where it was copied back with looser permissions.
#[cfg(unix)]
fn close_to_others(path: &Path) -> Result<(), CertificateError> {
    use std::os::unix::fs::PermissionsExt;
    let failed = |source| CertificateError::Read { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "the authority's key could be read by others; now its owner alone can");
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).map_err(failed)?;
    }
    Ok(())
}

/// Elsewhere a folder's files are its owner's by themselves.
#[cfg(not(unix))]
fn close_to_others(_: &Path) -> Result<(), CertificateError> {
    Ok(())
}

impl std::fmt::Debug for LocalAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LocalAuthority").field("fingerprint", &self.fingerprint()).finish_non_exhaustive()
    }
}
