//! A phone on the shop's network, from a page without a camera to one with it.
#![cfg(target_os = "linux")]

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Result, ensure};
use ministore_core::trust::Trust;
use ministore_hub::addresses::network_addresses;
use ministore_tests::camera::printed;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::{Browser, Camera, Eye, Gallery, Screen, story};

const MILK: &str = "9520130000134";

/// Stands for this machine where it has no network; unlike its own addresses, no browser takes it for secure.
const NAME: &str = "shop.test";

/// How another machine finds this one.
fn host() -> String {
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 1));
    let found = network_addresses(everywhere).into_iter().next();
    found.map_or_else(|| NAME.to_owned(), |address| address.ip().to_string())
}

const IS_SECURE: &str = "location.protocol === 'https:' && isSecureContext";

#[test]
fn a_phone_that_trusts_the_shop_scans_with_its_camera() -> Result<()> {
    story("https", async |story| {
        let host = host();
        let hub = story.hub_for(&host).await?;
        let origin = format!("{host}:{}", hub.address().port());
        let camera = Camera::new()?;
        let phone = Browser { eye: Eye::Film(&camera), host: Some(NAME), ..Browser::new(Screen::PHONE) };

        let stranger = story.browser("stranger", phone).await?;
        stranger.open(&format!("http://{origin}/scan")).await?;
        stranger.sees("@scanner[data-state=insecure]").await?;
        let mut gallery = Gallery::open()?;
        stranger.sees("@secure").await?;
        gallery.look(&stranger, "scan-insecure.en", Screen::PHONE).await?;
        stranger.taps("@secure").await?;
        stranger.arrives_at("/trust").await?;
        stranger.sees("@trust-not-yet").await?;
        let client = reqwest::Client::new();
        let told: Trust = client.get(format!("http://{origin}/trust.json")).send().await?.json().await?;
        let fingerprint = told.authority.map(|authority| authority.fingerprint.grouped());
        let shown = stranger.text("@fingerprint").await?.split_whitespace().collect::<Vec<_>>().join(" ");
        ensure!(Some(&shown) == fingerprint.as_ref(), "{shown} is shown for {fingerprint:?}");
        stranger.taps("@trust-test").await?;
        stranger.sees("@trust-fails").await?;
        for (platform, file) in
            [("ios", "ministore.mobileconfig"), ("android", "ministore.crt"), ("computer", "ministore.crt")]
        {
            stranger.taps(&format!("@platform-{platform}")).await?;
            stranger
                .until(
                    &format!("the download for {platform}"),
                    &format!(
                        "document.querySelector('[data-testid=trust-download]').pathname === '/trust/{file}'"
                    ),
                )
                .await?;
        }
        for (language, tag) in LANGUAGES {
            choose_language(&stranger, tag).await?;
            stranger.open(&format!("http://{origin}/trust")).await?;
            stranger.sees("@trust-not-yet").await?;
            gallery.look(&stranger, &format!("trust.{language}"), Screen::PHONE).await?;
            stranger.taps("@platform-ios").await?;
            stranger.taps("@trust-test").await?;
            stranger.sees("@trust-fails").await?;
            gallery.look(&stranger, &format!("trust-fails.{language}"), Screen::PHONE).await?;
        }

        let authority = client.get(format!("http://{origin}/trust/ministore.crt")).send().await?;
        story.trust(&authority.bytes().await?).await?;
        let friend = story.browser("friend", phone).await?;
        friend.open(&format!("http://{origin}/trust")).await?;
        friend.sees("@trust-works").await?;
        for (language, tag) in LANGUAGES {
            choose_language(&friend, tag).await?;
            friend.reload().await?;
            friend.sees("@open-secure").await?;
            gallery.look(&friend, &format!("trust-works.{language}"), Screen::PHONE).await?;
        }
        choose_language(&friend, LANGUAGES[0].1).await?;
        friend.open(&format!("http://{origin}/scan")).await?;
        friend.reads("@secure", "Open the secure page").await?;
        friend.taps("@secure").await?;
        friend.until("the page is secure", IS_SECURE).await?;
        friend.arrives_at("/scan").await?;
        friend.taps("@open-camera").await?;
        friend.sees("@scanner[data-state=running]").await?;
        camera.show(printed(MILK))?;
        friend.reads("@scan-item", "Fresh whole milk").await?;
        friend.open(&format!("https://{origin}/trust")).await?;
        friend.sees("@trust-secure").await?;
        friend.loses("@trust-download").await?;
        gallery.close()
    })
}
