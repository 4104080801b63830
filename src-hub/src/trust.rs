//! What a device needs to trust the shop's own authority: what it is called, its certificate, and where HTTPS is spoken.
//! All of it is told over plain HTTP: the fingerprint that the shop's terminal and its QR code show is what proves it.

use axum::extract::State;
use axum::http::{HeaderMap, header, uri};
use axum::response::{IntoResponse, Response};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::trust::Trust;
use uuid::Uuid;

use crate::authority::LocalAuthority;
use crate::problem::Problem;
use crate::state::HubState;

/// `GET /trust.json`.
pub(crate) async fn serve_trust(State(hub): State<HubState>, headers: HeaderMap) -> Response {
    let https = hub.tls().zip(host_of(&headers)).and_then(|(tls, host)| tls.origin(&host));
    let trust = Trust { https, authority: hub.tls().and_then(|tls| tls.authority()) };
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(trust)).into_response()
}

/// Where the asker believes the hub to be.
pub(crate) fn host_of(headers: &HeaderMap) -> Option<uri::Authority> {
    headers.get(header::HOST)?.to_str().ok()?.parse().ok()
}

/// `GET /trust/ministore.crt`: what devices trust, in DER form.
pub(crate) async fn serve_certificate(State(hub): State<HubState>) -> Result<Response, Problem> {
    let bytes = authority(&hub)?.root().to_vec();
    Ok(download("application/x-x509-ca-cert", "ministore.crt", bytes))
}

/// `GET /trust/ministore.mobileconfig`: the same as a profile for iOS.
pub(crate) async fn serve_profile(State(hub): State<HubState>) -> Result<Response, Problem> {
    let profile = profile(authority(&hub)?);
    Ok(download("application/x-apple-aspen-config", "ministore.mobileconfig", profile.into_bytes()))
}

fn authority(hub: &HubState) -> Result<&LocalAuthority, Problem> {
    hub.tls().and_then(|tls| tls.local()).ok_or_else(|| Refusal::NotFound { what: Thing::Shop }.into())
}

fn download(media_type: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type.to_owned()),
        (header::CACHE_CONTROL, "no-store".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, bytes).into_response()
}

/// A configuration profile that holds one root certificate (Apple Platform Deployment, "Certificates payload"). The same
/// authority has the same profile, which takes its own place when it is installed again.
fn profile(authority: &LocalAuthority) -> String {
    let fingerprint = authority.fingerprint();
    let id = |salt: u8| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&fingerprint.bytes()[..16]);
        bytes[0] ^= salt;
        Uuid::new_v8(bytes).hyphenated().to_string().to_uppercase()
    };
    let (profile, payload) = (id(0), id(1));
    let certificate = BASE64_STANDARD.encode(authority.root());
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>PayloadContent</key>
  <array>
    <dict>
      <key>PayloadCertificateFileName</key><string>ministore.crt</string>
      <key>PayloadContent</key><data>{certificate}</data>
      <key>PayloadDescription</key><string>Lets this device open the shop's page over HTTPS. Good for names and addresses of the shop's own network only. SHA-256 {}</string>
      <key>PayloadDisplayName</key><string>Ministore shop authority</string>
      <key>PayloadIdentifier</key><string>org.ministore.authority.{payload}</string>
      <key>PayloadType</key><string>com.apple.security.root</string>
      <key>PayloadUUID</key><string>{payload}</string>
      <key>PayloadVersion</key><integer>1</integer>
    </dict>
  </array>
  <key>PayloadDisplayName</key><string>Ministore shop</string>
  <key>PayloadIdentifier</key><string>org.ministore.{profile}</string>
  <key>PayloadRemovalDisallowed</key><false/>
  <key>PayloadType</key><string>Configuration</string>
  <key>PayloadUUID</key><string>{profile}</string>
  <key>PayloadVersion</key><integer>1</integer>
</dict>
</plist>
"#,
        fingerprint.grouped()
    )
}
