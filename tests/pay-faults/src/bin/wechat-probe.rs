//! What the client of WeChat Pay says and believes, for programs that hold it against somebody else's.
//!
//! `wechat-probe SETTINGS sign METHOD PATH BODY` prints the `Authorization` of a request;
//! `wechat-probe SETTINGS believe` reads `{"headers": {…}, "body": "…"}` from standard input, and prints what a
//! notification says, or fails.
#![allow(clippy::print_stdout, reason = "a command line tool talks on standard output")]

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use ministore_core::time::Timestamp;
use ministore_pay::client::Clock;
use ministore_pay::{Client, Settings};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

fn clock() -> Clock {
    Arc::new(|| {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        [settings, "sign", method, path, body] => {
            let settings = Settings::from_file(Path::new(settings))?;
            let seconds = clock()().0 / 1000;
            println!("{}", settings.signer.authorization(method, path, seconds, body)?);
        }
        [settings, "believe"] => {
            let client = Client::new(Settings::from_file(Path::new(settings))?, clock())?;
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            let came: serde_json::Value = serde_json::from_str(&text)?;
            let mut headers = HeaderMap::new();
            for (name, value) in came["headers"].as_object().context("no headers")? {
                let value = value.as_str().context("a header is a text")?;
                headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
            }
            let body = came["body"].as_str().context("no body")?;
            println!("{:?}", client.notification(&headers, body.as_bytes()).await?);
        }
        _ => bail!("wechat-probe SETTINGS sign METHOD PATH BODY, or wechat-probe SETTINGS believe"),
    }
    Ok(())
}
