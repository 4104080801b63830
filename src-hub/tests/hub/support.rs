//! A hub over a copy of the demo shop, and callers of each role.

use std::path::Path;
use std::time::Duration;

use ministore_core::call::{Call, Kind};
use ministore_core::customer_display::DISPLAY_KEY;
use ministore_core::device::{Register, Secret};
use ministore_core::id::{CallId, DeviceId, SessionId};
use ministore_core::refusal::Refusal;
use ministore_core::role::Role;
use ministore_core::staff::SignIn;
use ministore_hub::founding::open_or_found;
use ministore_hub::press::HubPress;
use ministore_hub::server::database_path;
use ministore_hub::{Founding, Hub, HubConfig, serve};
use ministore_store::Engine;
use ministore_store::payment::Providers;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// A running hub with the demo shop.
pub(crate) struct TestHub {
    pub(crate) folder: TempDir,
    pub(crate) base: String,
    pub(crate) client: Client,
    pub(crate) hub: Hub,
}

/// Somebody who calls it.
#[derive(Clone)]
pub(crate) struct Caller {
    base: String,
    client: Client,
    pub(crate) authorization: Option<String>,
}

/// Puts the demo shop into `data`, which was made only once.
pub(crate) async fn put_demo_shop(data: &Path) {
    static MADE: OnceCell<TempDir> = OnceCell::const_new();
    let made = MADE
        .get_or_init(|| async {
            let folder = tempfile::tempdir().unwrap();
            let (engine, founded) = open_or_found(
                database_path(folder.path()),
                &Founding::Demo,
                Providers::demo(),
                HubPress::default(),
            )
            .await
            .unwrap();
            assert!(founded.is_some());
            engine.close().await;
            folder
        })
        .await;
    std::fs::copy(database_path(made.path()), database_path(data)).unwrap();
}

impl TestHub {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut HubConfig)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        put_demo_shop(folder.path()).await;
        let mut config = HubConfig::new(folder.path(), "127.0.0.1:0".parse().unwrap());
        change(&mut config);
        let hub = serve(config).await.unwrap();
        let base = format!("http://127.0.0.1:{}", hub.addr().port());
        Self { folder, base, client: Client::new(), hub }
    }

    pub(crate) async fn stop(self) -> TempDir {
        self.hub.shutdown().await;
        self.folder
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.hub.engine()
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.unwrap()
    }

    pub(crate) fn visitor(&self) -> Caller {
        Caller { base: self.base.clone(), client: self.client.clone(), authorization: None }
    }

    /// A device that the hub knows.
    pub(crate) async fn shopper(&self) -> Caller {
        self.visitor().register().await
    }

    /// Staff who signed in at a new device.
    pub(crate) async fn staff(&self, pin: &str) -> Caller {
        self.shopper().await.sign_in(pin).await.unwrap()
    }

    pub(crate) async fn caller(&self, role: Role) -> Caller {
        match role {
            Role::Visitor => self.visitor(),
            Role::Shopper => self.shopper().await,
            Role::Cashier => self.staff("2468").await,
            Role::Manager => self.staff("9753").await,
        }
    }
}

fn new_secret() -> Secret {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    Secret::from_bytes(bytes)
}

fn bearer(id: Uuid, secret: &Secret) -> String {
    format!("Bearer {id}.{secret}")
}

impl Caller {
    /// A visitor of the hub at an address, such as one in a process of its own.
    pub(crate) fn of(base: &str) -> Self {
        Self { base: base.to_owned(), client: Client::new(), authorization: None }
    }

    /// The same as a device that the hub knows.
    pub(crate) async fn register(mut self) -> Self {
        let (device, secret) = (DeviceId(Uuid::now_v7()), new_secret());
        self.call(&Register { device, secret: secret.clone(), proof: None }).await.unwrap();
        self.authorization = Some(bearer(device.0, &secret));
        self
    }

    /// The request of a call, with a body as it is.
    pub(crate) fn post(&self, name: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
        let request = self
            .client
            .post(format!("{}/api/{name}", self.base))
            .header("content-type", "application/json")
            .body(body);
        match &self.authorization {
            Some(authorization) => request.header("authorization", authorization),
            None => request,
        }
    }

    pub(crate) async fn call<C: Call>(&self, call: &C) -> Result<C::Reply, Refusal> {
        self.call_as(CallId(Uuid::now_v7()), call).await
    }

    /// The same caller at another address.
    pub(crate) fn at(&self, address: std::net::SocketAddr) -> Self {
        Self { base: format!("http://{address}"), ..self.clone() }
    }

    /// Makes a call under an id of the test's choice.
    pub(crate) async fn call_as<C: Call>(&self, id: CallId, call: &C) -> Result<C::Reply, Refusal> {
        let mut request = self.post(C::NAME, serde_json::to_vec(call).unwrap());
        if C::KIND == Kind::Request {
            request = request.header("idempotency-key", id.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status();
        let body = response.bytes().await.unwrap();
        match status {
            StatusCode::OK => Ok(serde_json::from_slice(&body).unwrap()),
            _ => Err(serde_json::from_slice(&body).unwrap_or_else(|error| {
                panic!("{}: {status}: {error}: {}", C::NAME, String::from_utf8_lossy(&body))
            })),
        }
    }

    /// The staff that a PIN signs in at this device.
    pub(crate) async fn sign_in(&self, pin: &str) -> Result<Self, Refusal> {
        let (session, secret) = (SessionId(Uuid::now_v7()), new_secret());
        self.call(&SignIn { pin: pin.parse().unwrap(), session, secret: secret.clone(), approve: None })
            .await?;
        Ok(Self { authorization: Some(bearer(session.0, &secret)), ..self.clone() })
    }

    /// Opens the caller's event stream.
    pub(crate) async fn events(&self, after: Option<i64>) -> Events {
        let query = after.map(|after| format!("?after={after}")).unwrap_or_default();
        self.listen(self.client.get(format!("{}/events{query}", self.base))).await
    }

    /// Opens it as the customers' display with this key.
    pub(crate) async fn display(&self, key: &str) -> Events {
        self.listen(self.client.get(format!("{}/events", self.base)).header(DISPLAY_KEY, key)).await
    }

    async fn listen(&self, mut request: RequestBuilder) -> Events {
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Events { response, buffer: String::new() }
    }
}

/// An event stream being read.
pub(crate) struct Events {
    response: Response,
    buffer: String,
}

/// One message of it.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Message {
    pub(crate) id: Option<i64>,
    pub(crate) event: Option<String>,
    pub(crate) data: String,
}

impl Events {
    /// The next message that carries data. None when the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        tokio::time::timeout(Duration::from_secs(10), self.read()).await.expect("a message in time")
    }

    /// The next message; None when none comes for a moment that is long for a hub in the same process.
    pub(crate) async fn next_soon(&mut self) -> Option<Message> {
        tokio::time::timeout(Duration::from_millis(700), self.read()).await.ok().flatten()
    }

    async fn read(&mut self) -> Option<Message> {
        loop {
            while let Some((block, rest)) = self.buffer.split_once("\n\n") {
                let mut message = Message::default();
                for line in block.lines() {
                    match line.split_once(':').map(|(name, value)| (name, value.trim_start())) {
                        Some(("id", value)) => message.id = Some(value.parse().unwrap()),
                        Some(("event", value)) => message.event = Some(value.into()),
                        Some(("data", value)) => message.data.push_str(value),
                        _ => {}
                    }
                }
                self.buffer = rest.to_owned();
                if !message.data.is_empty() {
                    return Some(message);
                }
            }
            let chunk = self.response.chunk().await.ok()??;
            self.buffer.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
