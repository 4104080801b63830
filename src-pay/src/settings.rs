//! Who the merchant is. Secrets come from files or the environment, never from a command line, and are not shown.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::platform::{PUBLIC_KEY_PREFIX, PublicKey};
use crate::sealed::ApiKey;
use crate::sign::{MerchantKey, Signer};

/// The service in China.
pub const SERVICE: &str = "https://api.mch.weixin.qq.com";

/// How long an order may wait to be paid, in minutes.
pub const PATIENCE_MINUTES: u32 = 15;

/// How the payer comes to the payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Road {
    /// A QR code that WeChat scans (Native).
    Scan,
    /// A link that opens WeChat on the phone itself (H5) for whoever shops on one; a QR code for the others.
    Open {
        /// Under which public address the shop's customers reach the internet.
        payer_ip: String,
    },
}

/// Everything that a client needs to know. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Who signs.
    pub signer: Signer,
    /// The app that the merchant is bound to.
    pub appid: String,
    /// What opens what the service encrypts.
    pub api_key: ApiKey,
    /// The service's public key with its id, where the merchant uses one.
    pub public_key: Option<(String, PublicKey)>,
    /// Where the service notifies.
    pub notify_url: Url,
    /// Where the service is.
    pub service: Url,
    /// What payers read that they pay for, up to 127 bytes.
    pub description: String,
    /// How they come to it.
    pub road: Road,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long an order may wait to be paid.
    pub patience: Duration,
    /// A payment that waits is not asked about again before so long, however many pages look at it.
    pub pause: Duration,
}

/// The same as it is written down: names of files instead of what is in them.
#[derive(Clone, Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    /// The merchant's number.
    pub mchid: String,
    /// The app that it is bound to.
    pub appid: String,
    /// The serial number of the merchant's certificate.
    pub serial: String,
    /// The merchant's private key, in PEM.
    pub key_file: PathBuf,
    /// The APIv3 key.
    pub api_key_file: PathBuf,
    /// The service's public key's id (`PUB_KEY_ID_…`); without it certificates are fetched.
    #[serde(default)]
    pub public_key_id: Option<String>,
    /// That key, in PEM.
    #[serde(default)]
    pub public_key_file: Option<PathBuf>,
    /// Where the service notifies: the hub's public address and `/pay/wechat/notify`.
    pub notify_url: String,
    /// What payers read that they pay for.
    #[serde(default = "goods")]
    pub description: String,
    /// The public address that the shop's customers have on the internet: payments of those who shop on a
    /// phone are then opened there (H5) instead of scanned.
    #[serde(default)]
    pub h5_payer_ip: Option<String>,
    /// Another service than WeChat's own: a simulator on this machine.
    #[serde(default)]
    pub service: Option<String>,
    /// How long an order may wait to be paid, in minutes.
    #[serde(default)]
    pub patience_minutes: Option<u32>,
}

fn goods() -> String {
    "Ministore".to_owned()
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read.
    #[error("{path} cannot be read: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file of settings is not of this form.
    #[error("{path} is no JSON of settings for WeChat Pay: {reason}")]
    Form {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A variable is missing that belongs to those that are there.
    #[error("{0} is not set, though other variables of WeChat Pay are")]
    Missing(&'static str),
    /// A value makes no sense.
    #[error("{what}: {reason}")]
    Value {
        /// Which.
        what: String,
        /// Why.
        reason: String,
    },
}

fn wrong(what: impl fmt::Display, reason: impl fmt::Display) -> SettingsError {
    SettingsError::Value { what: what.to_string(), reason: reason.to_string() }
}

impl Settings {
    /// Of a JSON file ([`SettingsFile`]); the files that it names are beside it, unless their names are whole.
    pub fn from_file(path: &Path) -> Result<Self, SettingsError> {
        let text = read(path)?;
        let mut file: SettingsFile = serde_json::from_str(&text)
            .map_err(|error| SettingsError::Form { path: path.to_owned(), reason: error.to_string() })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let named = [&mut file.key_file, &mut file.api_key_file].into_iter().chain(&mut file.public_key_file);
        for name in named {
            *name = folder.join(&*name);
        }
        file.settings()
    }

    /// Of variables `MINISTORE_WECHAT_…`, each named as its field in [`SettingsFile`]. None where the merchant's number is
    /// not among them.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, SettingsError> {
        let text = |name: &str| match variable(name).map(OsString::into_string) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text).filter(|text| !text.is_empty())),
            Some(Err(_)) => Err(wrong(name, "not UTF-8")),
        };
        let needed = |name: &'static str| text(name)?.ok_or(SettingsError::Missing(name));
        let Some(mchid) = text("MINISTORE_WECHAT_MCHID")? else { return Ok(None) };
        let minutes = text("MINISTORE_WECHAT_PATIENCE_MINUTES")?;
        let patience_minutes = minutes
            .map(|text| text.parse().map_err(|error| wrong("MINISTORE_WECHAT_PATIENCE_MINUTES", error)))
            .transpose()?;
        let file = SettingsFile {
            mchid,
            appid: needed("MINISTORE_WECHAT_APPID")?,
            serial: needed("MINISTORE_WECHAT_SERIAL")?,
            key_file: needed("MINISTORE_WECHAT_KEY_FILE")?.into(),
            api_key_file: needed("MINISTORE_WECHAT_API_KEY_FILE")?.into(),
            public_key_id: text("MINISTORE_WECHAT_PUBLIC_KEY_ID")?,
            public_key_file: text("MINISTORE_WECHAT_PUBLIC_KEY_FILE")?.map(Into::into),
            notify_url: needed("MINISTORE_WECHAT_NOTIFY_URL")?,
            description: text("MINISTORE_WECHAT_DESCRIPTION")?.unwrap_or_else(goods),
            h5_payer_ip: text("MINISTORE_WECHAT_H5_PAYER_IP")?,
            service: text("MINISTORE_WECHAT_SERVICE")?,
            patience_minutes,
        };
        file.settings().map(Some)
    }
}

impl SettingsFile {
    /// Reads the files, and checks every value.
    pub fn settings(self) -> Result<Settings, SettingsError> {
        let digits =
            |text: &str| !text.is_empty() && text.len() <= 32 && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(&self.mchid) {
            return Err(wrong("mchid", "a merchant's number is digits"));
        }
        let word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !word(&self.appid) || !word(&self.serial) {
            return Err(wrong("appid, serial", "letters and digits"));
        }
        let key = MerchantKey::from_pem(&read(&self.key_file)?)
            .map_err(|error| wrong(self.key_file.display(), error))?;
        let api_key = read(&self.api_key_file)?
            .trim_end()
            .parse()
            .map_err(|error| wrong(self.api_key_file.display(), error))?;
        let public_key = match (self.public_key_id, &self.public_key_file) {
            (None, None) => None,
            (Some(id), Some(file)) if id.starts_with(PUBLIC_KEY_PREFIX) => {
                let key = PublicKey::from_pem(&read(file)?).map_err(|error| wrong(file.display(), error))?;
                Some((id, key))
            }
            _ => {
                return Err(wrong("public_key_id, public_key_file", "PUB_KEY_ID_… and its file, or neither"));
            }
        };
        let service = url("service", self.service.as_deref().unwrap_or(SERVICE))?;
        let loopback = service.host_str().is_some_and(|host| {
            host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        });
        if service.scheme() != "https" && !loopback {
            return Err(wrong("service", "https, unless it is on this machine"));
        }
        if self.description.is_empty() || self.description.len() > 127 {
            return Err(wrong("description", "1 to 127 bytes"));
        }
        let minutes = self.patience_minutes.unwrap_or(PATIENCE_MINUTES);
        if !(1..=120).contains(&minutes) {
            return Err(wrong("patience_minutes", "1 to 120: a code is good for two hours"));
        }
        Ok(Settings {
            signer: Signer { mchid: self.mchid, serial: self.serial, key },
            appid: self.appid,
            api_key,
            public_key,
            notify_url: url("notify_url", &self.notify_url)?,
            service,
            description: self.description,
            road: self.h5_payer_ip.map_or(Road::Scan, |payer_ip| Road::Open { payer_ip }),
            timeout: Duration::from_secs(4),
            patience: Duration::from_secs(u64::from(minutes) * 60),
            pause: Duration::from_millis(1500),
        })
    }
}

fn url(what: &str, text: &str) -> Result<Url, SettingsError> {
    let url: Url = text.parse().map_err(|error| wrong(what, error))?;
    let whole = matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
    if whole { Ok(url) } else { Err(wrong(what, "an address of http or https without a query")) }
}

fn read(path: &Path) -> Result<Zeroizing<String>, SettingsError> {
    std::fs::read_to_string(path)
        .map(Zeroizing::new)
        .map_err(|source| SettingsError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variables_are_no_settings_and_some_are_not_enough() {
        assert!(Settings::from_environment(|_| None).unwrap().is_none());
        let some = |name: &str| (name == "MINISTORE_WECHAT_MCHID").then(|| "1900000109".into());
        assert!(matches!(
            Settings::from_environment(some),
            Err(SettingsError::Missing("MINISTORE_WECHAT_APPID"))
        ));
    }
}
