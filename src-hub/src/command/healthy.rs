//! `ministore-hub healthy`: whether a hub can answer, for what watches it and has no HTTP client.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::http::uri::Scheme;
use axum::http::{Request, Uri, header};
use clap::Args;
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// How long a hub may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

#[derive(Args)]
pub(crate) struct Options {
    /// The hub's address.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8787")]
    url: Uri,
}

pub(crate) async fn run(options: Options) -> Result<ExitCode> {
    tokio::time::timeout(PATIENCE, ask(&options.url))
        .await
        .with_context(|| format!("{} does not answer within {} s", options.url, PATIENCE.as_secs()))??;
    println!("{} is ready.", options.url);
    Ok(ExitCode::SUCCESS)
}

async fn ask(url: &Uri) -> Result<()> {
    let (Some(authority), true) = (url.authority(), url.scheme() == Some(&Scheme::HTTP)) else {
        bail!("{url} is no address of a hub, such as http://127.0.0.1:8787");
    };
    let stream =
        TcpStream::connect((authority.host().trim_matches(['[', ']']), authority.port_u16().unwrap_or(80)))
            .await
            .with_context(|| format!("{url} cannot be reached"))?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
    let connection = tokio::spawn(connection);
    let request = Request::get("/readyz").header(header::HOST, authority.as_str()).body(Body::empty())?;
    let response = sender.send_request(request).await.with_context(|| format!("{url} does not answer"))?;
    connection.abort();
    if response.status().is_success() { Ok(()) } else { bail!("{url} is not ready ({})", response.status()) }
}
