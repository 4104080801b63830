//! What there is to lose: durable commits of the bare database, and the callers' own ceiling.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use ministore_tests::measure::http::closed_loop;
use ministore_tests::measure::report::Report;
use ministore_tests::measure::shelf::Home;
use ministore_tests::process::Process;
use rusqlite::Connection;
use sqlx::postgres::PgPoolOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::net::TcpListener;
use uuid::Uuid;

/// About as many bytes as an order's answer has.
const ANSWER: &str =
    r#"{"filler":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}"#;

/// Prints what SQLite commits in a second, and what the callers reach where nothing is done.
pub(crate) async fn measure(
    report: &mut Report,
    home: &Home,
    callers: &[usize],
    time: Duration,
) -> Result<()> {
    match home {
        Home::Sqlite(folder) => {
            report.rate("floor: bare durable one-row commits", 1, bare_commits(folder.path(), time)?, "");
        }
        Home::Postgres(server, _) => {
            let url = server.database()?.url;
            let bare = PgPoolOptions::new().connect(&url).await?;
            sqlx::query("CREATE TABLE entry (id UUID PRIMARY KEY, body TEXT)").execute(&bare).await?;
            for connections in [1, 16] {
                let rate = bare_commits_of_a_server(&url, connections, time).await?;
                report.rate("floor: bare durable one-row commits", connections, rate, "");
            }
        }
    }
    let mut server =
        Process::start("the answering server", Command::new(std::env::current_exe()?).arg("--answer"))?;
    let at: SocketAddr = server.wait_for(Duration::from_secs(10), |line| line.parse().ok())?;
    for &callers in callers {
        let load = closed_loop(at, callers, time, async |connection, _, _| {
            let (status, body) = connection.post("nothing", None, Uuid::now_v7(), Vec::new()).await?;
            ensure!(status.is_success() && body == ANSWER, "another answer");
            Ok(())
        })
        .await?;
        report.load("ceiling of these callers", callers, &load, "");
    }
    server.kill()
}

/// One row a transaction on the same disk, each durable before the next.
fn bare_commits(folder: &Path, time: Duration) -> Result<f64> {
    let file = folder.join("floor.db");
    let bare = Connection::open(&file)?;
    bare.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE entry (id BLOB PRIMARY KEY, body TEXT) STRICT",
    )?;
    let mut insert = bare.prepare("INSERT INTO entry VALUES (?1, ?2)")?;
    let body = "x".repeat(1000);
    let start = Instant::now();
    let mut commits = 0_u32;
    while start.elapsed() < time {
        insert.execute((Uuid::now_v7().as_bytes().as_slice(), &body))?;
        commits += 1;
    }
    Ok(f64::from(commits) / start.elapsed().as_secs_f64())
}

/// The same by several connections at once, whose commits the server may make durable together.
async fn bare_commits_of_a_server(url: &str, connections: usize, time: Duration) -> Result<f64> {
    let body = "x".repeat(1000);
    let start = Instant::now();
    let commits = try_join_all((0..connections).map(async |_| {
        let mut bare = PgConnection::connect(url).await?;
        let mut commits = 0_u32;
        while start.elapsed() < time {
            let insert = sqlx::query("INSERT INTO entry VALUES ($1, $2)").bind(Uuid::now_v7()).bind(&body);
            insert.execute(&mut bare).await?;
            commits += 1;
        }
        Ok::<_, sqlx::Error>(commits)
    }))
    .await?;
    Ok(f64::from(commits.into_iter().sum::<u32>()) / start.elapsed().as_secs_f64())
}

/// Answers everything with the same text until it is killed.
pub(crate) async fn answer_everything() -> Result<()> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(answer)));
    }
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // Read whole, as any server does; a caller that goes away ends its own connection.
    let _ = request.into_body().collect().await;
    Ok(Response::new(Full::from(ANSWER)))
}
