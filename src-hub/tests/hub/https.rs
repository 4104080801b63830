//! HTTPS beside HTTP: by the shop's own authority and by one's own certificate, over real sockets.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use ministore_core::shop::GetShop;
use ministore_core::trust::{Fingerprint, Trust};
use ministore_hub::addresses::network_addresses;
use ministore_hub::{Https, LocalHttps};
use rcgen::{CertificateParams, CertifiedKey, Issuer, KeyPair, PublicKeyData, generate_simple_self_signed};
use reqwest::redirect::Policy;
use reqwest::tls::TlsInfo;
use reqwest::{Certificate, Client, ClientBuilder, StatusCode};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program::{Serving, address_in, demo_folder, path, run, text};
use crate::support::TestHub;

/// Far longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn over_https(hub: &TestHub) -> String {
    hub.base.replacen("http://", "https://", 1)
}

/// A client that trusts this certificate and no other.
fn trusting(der: &[u8]) -> ClientBuilder {
    Client::builder().tls_certs_only([Certificate::from_der(der).unwrap()]).redirect(Policy::none())
}

async fn authority_of(hub: &TestHub) -> Vec<u8> {
    let response = hub.get("/trust/ministore.crt").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "application/x-x509-ca-cert");
    response.bytes().await.unwrap().to_vec()
}

async fn trust_of(hub: &TestHub) -> Trust {
    hub.get("/trust.json").await.json().await.unwrap()
}

async fn is_answered(client: &Client, url: &str) -> bool {
    client.get(url).send().await.is_ok_and(|response| response.status() == StatusCode::OK)
}

/// The authority's file in a hub's folder.
fn authority_file(data: &Path) -> PathBuf {
    data.join("tls/authority.pem")
}

#[tokio::test]
async fn those_who_trust_the_shops_authority_speak_https_with_its_hub() {
    let mut hub = TestHub::start().await;
    let authority = authority_of(&hub).await;
    let trust = trust_of(&hub).await;
    assert_eq!(trust.https.as_ref(), Some(&over_https(&hub)));
    let told = trust.authority.unwrap();
    assert_eq!(told.fingerprint, Fingerprint::from_bytes(Sha256::digest(&authority).into()));
    assert!(told.names.iter().any(|name| name == "localhost"), "{:?}", told.names);

    let stranger = Client::new();
    assert!(stranger.get(format!("{}/healthz", over_https(&hub))).send().await.is_err());
    let named = format!("https://localhost:{}/healthz", hub.hub.addr().port());
    let client = trusting(&authority).build().unwrap();
    assert!(is_answered(&client, &named).await);

    let response = client.get(format!("{}/healthz", over_https(&hub))).send().await.unwrap();
    assert!(response.headers().contains_key("content-security-policy"));
    assert!(!response.headers().contains_key("strict-transport-security"), "HTTP has to go on");

    // All of it: calls, the event stream, and HTTP on the same port.
    let plain = hub.shopper().await;
    (hub.base, hub.client) = (over_https(&hub), client);
    let shopper = hub.shopper().await;
    assert_eq!(shopper.call(&GetShop {}).await.unwrap(), plain.call(&GetShop {}).await.unwrap());
    let mut events = shopper.events(None).await;
    assert_eq!(events.next().await.unwrap().event.as_deref(), Some("hello"));
    hub.stop().await;
}

#[tokio::test]
async fn an_iphone_gets_a_profile_with_the_same_certificate() {
    let hub = TestHub::start().await;
    let authority = authority_of(&hub).await;
    let response = hub.get("/trust/ministore.mobileconfig").await;
    assert_eq!(response.headers()["content-type"], "application/x-apple-aspen-config");
    let profile = response.text().await.unwrap();
    let data = profile.split_once("<data>").unwrap().1.split_once("</data>").unwrap().0;
    assert_eq!(BASE64_STANDARD.decode(data).unwrap(), authority);
    assert!(profile.contains("com.apple.security.root"));
    let again = hub.get("/trust/ministore.mobileconfig").await.text().await.unwrap();
    assert_eq!(profile, again, "installed again, it takes its own place");
    hub.stop().await;
}

/// Serves with what a thief of the authority's key has signed for `name`, and says whether a device that trusts the
/// authority takes it.
async fn thief_passes_for(name: &str, stolen: &str, authority: &[u8]) -> bool {
    let key = KeyPair::from_pem(stolen).unwrap();
    let issuer = Issuer::from_ca_cert_der(&first_certificate(stolen), key).unwrap();
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    let files = tempfile::tempdir().unwrap();
    let https = write_own(&files, &[leaf.pem(), stolen.to_owned()].concat(), &key.serialize_pem());
    let hub = TestHub::start_with(|config| config.https = https).await;
    let client = trusting(authority).resolve(name, hub.hub.addr()).build().unwrap();
    let passes = is_answered(&client, &format!("https://{name}:{}/healthz", hub.hub.addr().port())).await;
    hub.stop().await;
    passes
}

/// A certificate of one's own in files.
fn write_own(folder: &TempDir, certificate: &str, key: &str) -> Https {
    let own = Https::Own { certificate: folder.path().join("cert.pem"), key: folder.path().join("key.pem") };
    std::fs::write(folder.path().join("cert.pem"), certificate).unwrap();
    std::fs::write(folder.path().join("key.pem"), key).unwrap();
    own
}

#[tokio::test]
async fn a_stolen_authority_signs_for_the_shops_network_alone() {
    let hub = TestHub::start().await;
    let authority = authority_of(&hub).await;
    let folder = hub.stop().await;
    let stolen = std::fs::read_to_string(authority_file(folder.path())).unwrap();
    assert!(thief_passes_for("shop.local", &stolen, &authority).await, "the thief knows how to do it");
    assert!(!thief_passes_for("example.com", &stolen, &authority).await);
    assert!(!thief_passes_for("local.example.com", &stolen, &authority).await);
    // What devices trust has no key any more.
    assert_eq!(stolen.matches("PRIVATE KEY-----").count(), 2, "one key, begun and ended");
    let root = stolen.rsplit_once("-----BEGIN CERTIFICATE-----").unwrap().1;
    let root = ["-----BEGIN CERTIFICATE-----", root].concat();
    assert_eq!(first_certificate(&root).as_ref(), authority);
    let key = KeyPair::from_pem(&stolen).unwrap();
    let (_, parsed) = x509_parser::parse_x509_certificate(&authority).unwrap();
    assert_ne!(parsed.public_key().raw, key.subject_public_key_info());
}

fn first_certificate(pem: &str) -> CertificateDer<'static> {
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()
}

#[tokio::test]
async fn the_authority_outlives_a_restart_and_is_its_owners_alone() {
    let hub = TestHub::start().await;
    let authority = authority_of(&hub).await;
    let folder = hub.stop().await;
    let file = authority_file(folder.path());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let data = folder.path().to_owned();
    let hub = TestHub::start_with(|config| {
        let folder = Some(data.join("tls"));
        config.https = Https::Local(LocalHttps { folder, ..LocalHttps::default() });
    })
    .await;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "copied back with looser permissions, it is closed again");
    }
    let client = trusting(&authority).build().unwrap();
    assert!(is_answered(&client, &format!("{}/healthz", over_https(&hub))).await);
    hub.stop().await;
}

#[tokio::test]
async fn a_name_that_came_after_the_authority_is_left_out() {
    let folder = tempfile::tempdir().unwrap();
    let named = |name: &str| {
        let names = vec![ServerName::try_from(name.to_owned()).unwrap()];
        Https::Local(LocalHttps { folder: Some(folder.path().into()), names, ..LocalHttps::default() })
    };
    let hub = TestHub::start_with(|config| config.https = named("till.shop.test")).await;
    let authority = authority_of(&hub).await;
    let url = |name: &str, hub: &TestHub| format!("https://{name}:{}/healthz", hub.hub.addr().port());
    let client =
        |name: &str, hub: &TestHub| trusting(&authority).resolve(name, hub.hub.addr()).build().unwrap();
    assert!(is_answered(&client("till.shop.test", &hub), &url("till.shop.test", &hub)).await);
    hub.stop().await;

    let hub = TestHub::start_with(|config| config.https = named("other.test")).await;
    let names = trust_of(&hub).await.authority.unwrap().names;
    assert!(!names.iter().any(|name| name == "other.test"), "{names:?}");
    assert!(!is_answered(&client("other.test", &hub), &url("other.test", &hub)).await);
    assert!(is_answered(&client("localhost", &hub), &url("localhost", &hub)).await);
    hub.stop().await;
}

#[tokio::test]
async fn handshakes_that_are_slow_or_garbage_end() {
    let hub = TestHub::start_with(|config| {
        config.limits.connections.head_time = Duration::from_millis(200);
        config.limits.connections.at_once = 2;
    })
    .await;
    let hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc];
    let garbage = [[0x16; 64], [0xff; 64]].concat();
    for sent in [&[][..], &hello[..1], &hello[..], &garbage[..]] {
        for _ in 0..3 {
            let mut stream = TcpStream::connect(hub.hub.addr()).await.unwrap();
            stream.write_all(sent).await.unwrap();
            let mut all = Vec::new();
            // A reset is an end too.
            let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut all)).await.expect("it is closed");
            assert!(!String::from_utf8_lossy(&all).contains("HTTP/1.1 200"));
        }
    }
    // Their places are free again.
    let client = trusting(&authority_of(&hub).await).build().unwrap();
    assert!(is_answered(&client, &format!("{}/healthz", over_https(&hub))).await);
    hub.stop().await;
}

/// The certificate that the hub shows to a new connection.
async fn shown(authority: &[u8], hub: &TestHub) -> Option<Vec<u8>> {
    let client = trusting(authority).tls_info(true).build().unwrap();
    let response = client.get(format!("{}/healthz", over_https(hub))).send().await.ok()?;
    response.extensions().get::<TlsInfo>()?.peer_certificate().map(<[u8]>::to_vec)
}

#[tokio::test]
async fn another_certificate_takes_the_place_of_one_that_soon_ends() {
    let hub = TestHub::start_with(|config| {
        let lifetime = Duration::from_secs(6);
        config.https = Https::Local(LocalHttps { lifetime, ..LocalHttps::default() });
        config.look_for_certificates = Duration::from_millis(50);
    })
    .await;
    let authority = authority_of(&hub).await;
    let first = shown(&authority, &hub).await.expect("an answer");
    let ends = |certificate: &[u8]| {
        let (_, parsed) = x509_parser::parse_x509_certificate(certificate).unwrap();
        (parsed.validity().not_before.timestamp(), parsed.validity().not_after.timestamp())
    };
    let until = tokio::time::Instant::now() + PATIENCE;
    let second = loop {
        // At no moment one that has ended.
        let now = shown(&authority, &hub).await.expect("a certificate that is taken");
        if now != first {
            break now;
        }
        assert!(tokio::time::Instant::now() < until, "the certificate stays");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert!(ends(&second).1 > ends(&first).1);
    hub.stop().await;

    let hub = TestHub::start().await;
    let usual = shown(&authority_of(&hub).await, &hub).await.unwrap();
    let (begins, ended) = ends(&usual);
    assert!(ended - begins <= 90 * 24 * 60 * 60, "{} s", ended - begins);
    hub.stop().await;
}

fn self_signed(names: &[&str]) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap()
}

#[tokio::test]
async fn ones_own_certificate_is_taken_up_again_when_its_files_change() {
    let files = tempfile::tempdir().unwrap();
    let (old, new) = (self_signed(&["127.0.0.1"]), self_signed(&["127.0.0.1"]));
    let https = write_own(&files, &old.cert.pem(), &old.signing_key.serialize_pem());
    let hub = TestHub::start_with(|config| {
        config.https = https;
        config.look_for_certificates = Duration::from_millis(50);
    })
    .await;
    let url = format!("{}/healthz", over_https(&hub));
    let takes = async |certificate: &[u8]| is_answered(&trusting(certificate).build().unwrap(), &url).await;
    assert!(takes(old.cert.der()).await && !takes(new.cert.der()).await);
    assert_eq!(trust_of(&hub).await.authority, None);
    assert_eq!(hub.get("/trust/ministore.crt").await.status(), StatusCode::NOT_FOUND);

    // Its key comes a moment later: until then the old one is served.
    std::fs::write(files.path().join("cert.pem"), new.cert.pem()).unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(takes(old.cert.der()).await && !takes(new.cert.der()).await);
    std::fs::write(files.path().join("key.pem"), new.signing_key.serialize_pem()).unwrap();
    let until = tokio::time::Instant::now() + PATIENCE;
    while !takes(new.cert.der()).await {
        assert!(tokio::time::Instant::now() < until, "the new certificate is not taken up");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert!(!takes(old.cert.der()).await);
    hub.stop().await;
}

#[test]
fn files_that_cannot_be_served_with_are_refused_with_their_reason() {
    let folder = tempfile::tempdir().unwrap();
    let (own, other) = (self_signed(&["shop.test"]), self_signed(&["shop.test"]));
    let mut ended = CertificateParams::new(["shop.test".to_owned()]).unwrap();
    ended.not_after = rcgen::date_time_ymd(2001, 2, 3);
    let mut later = CertificateParams::new(["shop.test".to_owned()]).unwrap();
    later.not_before = rcgen::date_time_ymd(4000, 2, 3);
    let key = KeyPair::generate().unwrap();
    for (name, content) in [
        ("cert.pem", own.cert.pem()),
        ("key.pem", own.signing_key.serialize_pem()),
        ("other.pem", other.signing_key.serialize_pem()),
        ("ended.pem", ended.self_signed(&key).unwrap().pem()),
        ("later.pem", later.self_signed(&key).unwrap().pem()),
        ("ended-key.pem", key.serialize_pem()),
        ("words.pem", "no certificate at all".to_owned()),
        ("torn.pem", "-----BEGIN CERTIFICATE-----\nMIIB!!\n-----END CERTIFICATE-----\n".to_owned()),
    ] {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let data = path(&folder, "data");
    for (certificate, key, reason) in [
        ("gone.pem", "key.pem", "gone.pem cannot be read"),
        ("cert.pem", "gone.pem", "gone.pem cannot be read"),
        ("words.pem", "key.pem", "words.pem holds no certificate in PEM form"),
        ("torn.pem", "key.pem", "torn.pem cannot be used"),
        ("cert.pem", "words.pem", "words.pem holds no private key in PEM form"),
        ("cert.pem", "cert.pem", "cert.pem holds no private key in PEM form"),
        ("cert.pem", "other.pem", "does not belong to the first certificate in"),
        ("ended.pem", "ended-key.pem", "ended at 2001-02-03"),
        ("later.pem", "ended-key.pem", "begins at 4000-02-03"),
    ] {
        let (certificate, key) = (path(&folder, certificate), path(&folder, key));
        let output = run(&[
            "serve",
            "--demo",
            "--data",
            &data,
            "--listen",
            "127.0.0.1:0",
            "--tls-cert",
            &certificate,
            "--tls-key",
            &key,
        ]);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(said.contains(reason), "{said}");
        assert!(!Path::new(&data).join("ministore.db").exists(), "no shop is founded");
    }
    let (certificate, key) = (path(&folder, "cert.pem"), path(&folder, "key.pem"));
    let output =
        run(&["serve", "--data", &data, "--tls", "off", "--tls-cert", &certificate, "--tls-key", &key]);
    assert!(text(&output.stderr).contains("contradict each other"));
    let output = run(&["serve", "--data", &data, "--tls-cert", &certificate]);
    assert!(text(&output.stderr).contains("--tls-key"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn a_damaged_authority_is_told_and_not_replaced() {
    let folder = demo_folder().await;
    std::fs::create_dir(folder.path().join("tls")).unwrap();
    std::fs::write(authority_file(folder.path()), "torn").unwrap();
    let data = folder.path().to_str().unwrap().to_owned();
    let output = tokio::task::spawn_blocking(move || {
        run(&["serve", "--demo", "--data", &data, "--listen", "127.0.0.1:0"])
    });
    let said = text(&output.await.unwrap().stderr);
    assert!(said.contains("authority.pem holds no private key"), "{said}");
    assert_eq!(std::fs::read(authority_file(folder.path())).unwrap(), b"torn");
}

#[tokio::test]
async fn a_hub_behind_a_proxy_speaks_http_only() {
    let hub = TestHub::start_with(|config| config.https = Https::Off).await;
    assert_eq!(trust_of(&hub).await, Trust { https: None, authority: None });
    assert_eq!(hub.get("/trust/ministore.crt").await.status(), StatusCode::NOT_FOUND);
    assert!(hub.client.get(format!("{}/healthz", over_https(&hub))).send().await.is_err());
    assert!(!hub.folder.path().join("tls").exists());
    hub.stop().await;
}

#[tokio::test]
async fn the_program_tells_the_fingerprint_to_compare() {
    let folder = demo_folder().await;
    let mut hub = Serving::start(folder.path(), "127.0.0.1:0", &["--demo"]);
    let told = hub.ready();
    let base = address_in(&told);
    let trust: Trust =
        Client::new().get(format!("{base}/trust.json")).send().await.unwrap().json().await.unwrap();
    let fingerprint = trust.authority.unwrap().fingerprint.grouped();
    let words: Vec<_> = told.split_whitespace().collect();
    assert!(words.join(" ").contains(&fingerprint), "{told}");
}

/// Another machine's way to a hub that listens everywhere; None where this machine has no network.
fn from_elsewhere(hub: &TestHub) -> Option<SocketAddr> {
    network_addresses(hub.hub.addr()).into_iter().next()
}

#[tokio::test]
async fn other_machines_get_pages_over_https_where_devices_trust_the_certificate() {
    let files = tempfile::tempdir().unwrap();
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0));
    let named = self_signed(&["*.shop.test", "till.shop.test"]);
    let https = write_own(&files, &named.cert.pem(), &named.signing_key.serialize_pem());
    let hub = TestHub::start_with(|config| (config.https, config.listen) = (https, everywhere)).await;
    let port = hub.hub.addr().port();
    let Some(elsewhere) = from_elsewhere(&hub) else {
        eprintln!("this machine has no network: nothing comes from another machine");
        hub.stop().await;
        return;
    };
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    let led_to = async |url: String, host: Option<&str>| {
        let request = client.get(url);
        let request = match host {
            Some(host) => request.header("host", host),
            None => request,
        };
        let response = request.send().await.unwrap();
        (response.status() == StatusCode::TEMPORARY_REDIRECT)
            .then(|| response.headers()["location"].to_str().unwrap().to_owned())
    };
    let page = |path: &str| format!("http://{elsewhere}{path}");
    // The certificate's own name, where the asker used another; and the asker's, where it is good for it.
    let own = format!("https://till.shop.test:{port}");
    assert_eq!(led_to(page("/cart?a=1"), None).await, Some(format!("{own}/cart?a=1")));
    assert_eq!(led_to(page("//example.com"), None).await, Some(format!("{own}//example.com")));
    assert_eq!(
        led_to(page("/scan"), Some("phone.shop.test:443")).await.as_deref(),
        Some("https://phone.shop.test/scan")
    );
    for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/trust.json"] {
        assert_eq!(led_to(page(path), None).await, None, "{path}");
    }
    assert_eq!(led_to(format!("http://127.0.0.1:{port}/cart"), None).await, None, "this machine");
    let call = client.post(page("/api/shop.get")).header("content-type", "application/json").body("{}");
    assert_eq!(call.send().await.unwrap().status(), StatusCode::OK, "apps that are paired over HTTP go on");
    let trusting = trusting(named.cert.der()).resolve("till.shop.test", elsewhere).build().unwrap();
    let response = trusting.get(format!("{own}/cart")).send().await.unwrap();
    assert_ne!(response.status(), StatusCode::TEMPORARY_REDIRECT, "it is over HTTPS already");
    assert!(hub.hub.shop_link(elsewhere).to_string().starts_with(&own));
    hub.stop().await;

    // Phones do not trust an authority of the shop's own when they first come.
    let hub = TestHub::start_with(|config| config.listen = everywhere).await;
    let elsewhere = from_elsewhere(&hub).unwrap();
    assert_eq!(led_to(format!("http://{elsewhere}/cart"), None).await, None);
    let link = hub.hub.shop_link(elsewhere);
    assert_eq!(link.address, format!("http://{elsewhere}/"));
    assert_eq!(link.authority, hub.hub.authority());
    hub.stop().await;
}
