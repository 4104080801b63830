//! `GET /events`: what changes, told as it happens (server-sent events, WHATWG HTML, section 9.2).
//!
//! The database is the one source of what is told: a notice only wakes the stream, which then reads what comes after
//! its cursor. So nothing is lost between catching up and listening, nothing is told twice, a watcher that lags catches
//! up, and what another process wrote (an import) arrives with the next heartbeat.
//!
//! A customers' display that sends its key hears on the same stream what a till shows on it. That is in memory alone, and
//! each message replaces the one before.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::sse::{Event as Message, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use ministore_core::customer_display::{DISPLAY_EVENT, DISPLAY_KEY};
use ministore_core::device::Secret;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use ministore_core::sync::{Cursor, Event};
use ministore_store::customer_display::Display;
use ministore_store::{Credential, Notice};
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::broadcast::{Receiver, error::RecvError, error::TryRecvError};
use tokio::sync::mpsc::{self, error::SendError};

use crate::api::admit_source;
use crate::credential::credential_of;
use crate::problem::Problem;
use crate::state::{HubState, ended};

/// How often a stream says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How long a browser waits before it comes again.
const RETRY: Duration = Duration::from_secs(2);

/// How many events are read at once.
const BATCH: u32 = 500;

/// How many messages are made ahead of a peer that receives slowly.
const AHEAD: usize = 16;

/// Where a stream begins.
#[derive(Deserialize)]
pub(crate) struct Start {
    after: Option<Cursor>,
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

pub(crate) async fn stream_events(
    State(hub): State<HubState>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    start: Result<Query<Start>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    admit_source(&hub, peer)?;
    let Query(start) = start.map_err(|_| Refusal::invalid("after", "a cursor is a whole number"))?;
    let permit = hub.begin_stream().ok_or(Refusal::Busy)?;
    let credential = credential_of(&headers)?;
    let actor = hub.engine().identify(credential.as_ref()).await?;
    let display = display_key(&headers)?.map(|key| hub.engine().stand_display(&key)).transpose()?;
    // Listening begins before the first look at the database, so that nothing falls between the two.
    let notices = hub.engine().watch();
    let last = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    let asked = start.after.or_else(|| last.and_then(|last| last.parse().ok()).map(Cursor));
    let newest = hub.engine().newest_change().await?;
    // A cursor from the future is one of another database: what it stood for is unknown.
    let known = asked.filter(|asked| *asked <= newest);
    let watcher = Watcher {
        hub,
        credential,
        actor,
        notices,
        display,
        cursor: known.unwrap_or(newest),
        greet: known.is_none(),
        _permit: permit,
    };
    let no_store = [
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        // For a proxy in front: hand each message on at once.
        (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no")),
    ];
    Ok((no_store, Sse::new(watcher.messages())).into_response())
}

struct Watcher {
    hub: HubState,
    credential: Option<Credential>,
    actor: Actor,
    notices: Receiver<Notice>,
    display: Option<Display>,
    cursor: Cursor,
    greet: bool,
    _permit: OwnedSemaphorePermit,
}

/// Why a watcher stopped waiting.
enum Woken {
    News,
    Shown,
    Heartbeat,
    Ended,
}

impl Watcher {
    /// The stream's messages. They are made by a task of their own: a body is looked at only while its peer receives, and
    /// what is looked at no more must not keep its place in a queue for the database.
    fn messages(self) -> impl Stream<Item = Result<Message, Infallible>> + Send {
        let (sender, receiver) = mpsc::channel(AHEAD);
        tokio::spawn(self.tell(sender));
        futures::stream::unfold(receiver, async |mut receiver| Some((Ok(receiver.recv().await?), receiver)))
    }

    async fn tell(mut self, to: mpsc::Sender<Message>) {
        let gone = to.clone();
        tokio::select! {
            _ = self.tell_all(&to) => {}
            () = gone.closed() => {}
        }
    }

    /// Tells until the hub ends, the session does, or nobody listens.
    async fn tell_all(&mut self, to: &mpsc::Sender<Message>) -> Result<(), SendError<Message>> {
        to.send(Message::default().retry(RETRY)).await?;
        if self.greet {
            let cursor = format!("{{\"cursor\":{}}}", self.cursor.0);
            to.send(Message::default().event("hello").data(cursor)).await?;
        }
        self.tell_display(to).await?;
        let mut heartbeat = tokio::time::interval(HEARTBEAT);
        heartbeat.reset();
        loop {
            while let Some(events) = self.read().await {
                let more = events.len() == BATCH as usize;
                for event in events {
                    self.cursor = event.cursor;
                    if let Some(message) = message_of(&event) {
                        to.send(message).await?;
                    }
                }
                if !more {
                    break;
                }
            }
            match self.wait(&mut heartbeat).await {
                Woken::News => {}
                Woken::Shown => self.tell_display(to).await?,
                Woken::Heartbeat => to.send(Message::default().comment("")).await?,
                Woken::Ended => return Ok(()),
            }
        }
    }

    /// Tells a display its code and what it shows now.
    async fn tell_display(&mut self, to: &mpsc::Sender<Message>) -> Result<(), SendError<Message>> {
        let Some(display) = &mut self.display else { return Ok(()) };
        match Message::default().event(DISPLAY_EVENT).json_data(display.news()) {
            Ok(message) => to.send(message).await,
            Err(error) => {
                tracing::error!(%error, "what a display shows has no JSON form");
                Ok(())
            }
        }
    }

    /// What comes next. None where it cannot be read now: the next wake tries again.
    async fn read(&self) -> Option<Vec<Event>> {
        self.hub.engine().events_after(&self.actor, self.cursor, BATCH).await.ok()
    }

    async fn wait(&mut self, heartbeat: &mut tokio::time::Interval) -> Woken {
        let mut stopping = self.hub.stopping();
        loop {
            let heard = tokio::select! {
                () = ended(&mut stopping) => return Woken::Ended,
                _ = heartbeat.tick() => return self.still_known(Woken::Heartbeat).await,
                () = shown(&mut self.display) => return self.still_known(Woken::Shown).await,
                heard = self.notices.recv() => heard,
            };
            match heard {
                Ok(notice) if notice.audience.includes(&self.actor) => break,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => break,
                Err(RecvError::Closed) => return Woken::Ended,
            }
        }
        // One look at the database serves all that has come in meanwhile.
        while !matches!(self.notices.try_recv(), Err(TryRecvError::Empty | TryRecvError::Closed)) {}
        self.still_known(Woken::News).await
    }

    /// A session that has ended, or a device that was shut out, hears nothing more.
    async fn still_known(&self, woken: Woken) -> Woken {
        match self.hub.engine().identify(self.credential.as_ref()).await {
            Ok(actor) if actor == self.actor => woken,
            Ok(_) | Err(Refusal::SignInFirst | Refusal::DeviceShutOut) => Woken::Ended,
            Err(_) => woken,
        }
    }
}

/// The key of a display that listens.
fn display_key(headers: &HeaderMap) -> Result<Option<Secret>, Refusal> {
    let Some(key) = headers.get(DISPLAY_KEY) else { return Ok(None) };
    let key = key.to_str().ok().and_then(|key| key.parse().ok());
    key.map(Some).ok_or_else(|| Refusal::invalid(DISPLAY_KEY, "64 hexadecimal digits"))
}

/// Waits until something else is to be shown; for ever where nothing is shown here.
async fn shown(display: &mut Option<Display>) {
    match display {
        Some(display) => display.changed().await,
        None => std::future::pending().await,
    }
}

fn message_of(event: &Event) -> Option<Message> {
    let message = Message::default().id(event.cursor.0.to_string()).json_data(event);
    message
        .map_err(|error| tracing::error!(%error, cursor = event.cursor.0, "an event has no JSON form"))
        .ok()
}
