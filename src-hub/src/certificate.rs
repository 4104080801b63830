//! What a certificate and its key have to be, and how they are read from files in PEM form (RFC 7468).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error, InconsistentKeys};
use x509_parser::parse_x509_certificate;
use x509_parser::prelude::GeneralName;

/// Why the hub has no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum CertificateError {
    /// A file is missing or closed to the hub.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file holds no certificate.
    #[error("{path} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)")]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
    /// A file holds no private key.
    #[error("{path} holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)")]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// A certificate belongs to another key.
    #[error("the key in {key} does not belong to the first certificate in {certificate}")]
    KeyMismatch {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
    },
    /// A certificate has ended.
    #[error("the certificate in {path} ended at {ended}")]
    Ended {
        /// Its file.
        path: PathBuf,
        /// When.
        ended: Timestamp,
    },
    /// A certificate has not begun.
    #[error("the certificate in {path} begins at {begins} only; is this machine's clock right?")]
    NotYet {
        /// Its file.
        path: PathBuf,
        /// When.
        begins: Timestamp,
    },
    /// A certificate or a key is of a kind that is not known, or damaged.
    #[error("{path} cannot be used: {reason}")]
    Unusable {
        /// Its file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The authority cannot be written down.
    #[error(
        "the shop's own authority cannot be kept in {folder} ({source}). Choose another folder with --tls-dir, or serve without HTTPS with --tls off"
    )]
    Keep {
        /// Where.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The authority did not sign.
    #[error("a certificate cannot be signed: {0}")]
    Sign(#[from] rcgen::Error),
    /// What the authority signed cannot be used.
    #[error("a certificate that was just signed cannot be used: {0}")]
    Made(Error),
}

/// A certificate with what is above it, and its key.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Both, for rustls.
    pub key: Arc<CertifiedKey>,
    /// When it ends.
    pub ends: Timestamp,
}

/// What encrypts: the same as what the installed app and the tests use.
pub(crate) fn provider() -> Arc<CryptoProvider> {
    static PROVIDER: LazyLock<Arc<CryptoProvider>> =
        LazyLock::new(|| Arc::new(aws_lc_rs::default_provider()));
    PROVIDER.clone()
}

/// The two files of somebody's own certificate, as they were read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OwnFiles {
    certificate: (PathBuf, Vec<u8>),
    key: (PathBuf, Vec<u8>),
}

impl OwnFiles {
    pub(crate) fn read(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let read = |path: &Path| match fs::read(path) {
            Ok(bytes) => Ok((path.to_owned(), bytes)),
            Err(source) => Err(CertificateError::Read { path: path.to_owned(), source }),
        };
        Ok(Self { certificate: read(certificate)?, key: read(key)? })
    }

    /// Their certificate, where it can be served with now.
    pub(crate) fn certificate(&self) -> Result<Certificate, CertificateError> {
        let (path, pem) = &self.certificate;
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let chain = chain.map_err(|error| unusable(path, error))?;
        let leaf = chain.first().ok_or_else(|| CertificateError::NoCertificate { path: path.clone() })?;
        check_time(leaf, path)?;
        let ends = ends_of(leaf, path)?;
        let (key_path, pem) = &self.key;
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| CertificateError::NoKey { path: key_path.clone() })?;
        Ok(Certificate { key: certified(chain, key, path, key_path)?.into(), ends })
    }
}

fn unusable(path: &Path, reason: impl ToString) -> CertificateError {
    CertificateError::Unusable { path: path.to_owned(), reason: reason.to_string() }
}

/// Puts a chain and its key together; errors where they do not belong together.
pub(crate) fn certified(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    path: &Path,
    key_path: &Path,
) -> Result<CertifiedKey, CertificateError> {
    CertifiedKey::from_der(chain, key, &provider()).map_err(|error| match error {
        Error::InconsistentKeys(InconsistentKeys::KeyMismatch) => {
            CertificateError::KeyMismatch { certificate: path.to_owned(), key: key_path.to_owned() }
        }
        Error::InvalidCertificate(_) => unusable(path, error),
        error => unusable(key_path, error),
    })
}

/// Errors where a certificate of the file `path` has ended or not begun.
fn check_time(certificate: &CertificateDer<'_>, path: &Path) -> Result<(), CertificateError> {
    let (_, parsed) = parse_x509_certificate(certificate).map_err(|error| unusable(path, error))?;
    let begins = instant(parsed.validity().not_before.timestamp(), path)?;
    let ended = ends_of(certificate, path)?;
    let now = Timestamp::now();
    if now < begins {
        return Err(CertificateError::NotYet { path: path.to_owned(), begins });
    }
    if ended <= now {
        return Err(CertificateError::Ended { path: path.to_owned(), ended });
    }
    Ok(())
}

/// When a certificate of the file `path` ends.
pub(crate) fn ends_of(certificate: &CertificateDer<'_>, path: &Path) -> Result<Timestamp, CertificateError> {
    let (_, parsed) = parse_x509_certificate(certificate).map_err(|error| unusable(path, error))?;
    instant(parsed.validity().not_after.timestamp(), path)
}

fn instant(seconds: i64, path: &Path) -> Result<Timestamp, CertificateError> {
    Timestamp::from_second(seconds).map_err(|error| unusable(path, error))
}

/// The first name for which a certificate was given that is a host's own, not all those below another.
pub(crate) fn first_host(certificate: &CertificateDer<'_>) -> Option<String> {
    let (_, parsed) = parse_x509_certificate(certificate).ok()?;
    let names = parsed.subject_alternative_name().ok()??.value;
    names.general_names.iter().find_map(|name| match name {
        GeneralName::DNSName(name) if !name.contains('*') => Some((*name).to_owned()),
        _ => None,
    })
}
