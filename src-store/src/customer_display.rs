//! The customers' displays that listen at this hub, and what tills show on them. In memory alone: a hub that was restarted
//! is told each again as soon as it comes back.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ministore_core::customer_display::{
    CustomerView, DisplayNews, FollowDisplay, Followed, LOST_AFTER, ShowOnDisplay,
};
use ministore_core::device::{Done, Secret};
use ministore_core::id::DisplayId;
use ministore_core::issued::DisplayCode;
use ministore_core::refusal::{Refusal, Thing};
use tokio::sync::watch;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine, secret_hash};
use crate::fault::Fault;
use crate::random;

/// How many displays a hub knows at once.
const MOST: usize = 200;

/// All of them.
#[derive(Default)]
pub(crate) struct Displays(Mutex<HashMap<DisplayId, Standing>>);

/// One that listens, or did.
struct Standing {
    code: DisplayCode,
    shown: watch::Sender<Shown>,
}

/// What a till said last, and when.
#[derive(Clone, Default)]
struct Shown {
    view: Option<CustomerView>,
    said: Option<Instant>,
}

/// A display that listens, for as long as this is kept.
pub struct Display {
    code: DisplayCode,
    shown: watch::Receiver<Shown>,
}

impl Display {
    /// What it is to be told now. What a till said too long ago is left out.
    pub fn news(&mut self) -> DisplayNews {
        let shown = self.shown.borrow_and_update();
        let lost = Duration::from_millis(LOST_AFTER.unsigned_abs());
        let fresh = shown.said.is_some_and(|said| said.elapsed() < lost);
        DisplayNews { code: self.code, view: shown.view.clone().filter(|_| fresh) }
    }

    /// Waits until a till says something; for ever where its hub has gone.
    pub async fn changed(&mut self) {
        if self.shown.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Displays {
    fn standing(&self) -> MutexGuard<'_, HashMap<DisplayId, Standing>> {
        // A poisoned lock holds whole entries all the same: each is put in one step.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stand(&self, key: &Secret) -> Result<Display, Fault> {
        let id = display_of(key)?;
        let mut standing = self.standing();
        if let Some(known) = standing.get(&id) {
            return Ok(Display { code: known.code, shown: known.shown.subscribe() });
        }
        if standing.len() >= MOST {
            standing.retain(|_, display| !display.shown.is_closed());
        }
        if standing.len() >= MOST {
            return Err(Refusal::Busy.into());
        }
        let code = loop {
            let code = DisplayCode::from_bits(u32::from_le_bytes(random::bytes()?));
            if standing.values().all(|display| display.code != code) {
                break code;
            }
        };
        let (sender, receiver) = watch::channel(Shown::default());
        standing.insert(id, Standing { code, shown: sender });
        Ok(Display { code, shown: receiver })
    }
}

/// By what a display with this key is shown on: nobody finds the key from it.
fn display_of(key: &Secret) -> Result<DisplayId, Fault> {
    let hash = secret_hash(key);
    let start = hash.get(..16).and_then(|start| Uuid::from_slice(start).ok());
    start.map(DisplayId).ok_or_else(|| Fault::Other("a hash is too short".to_owned()))
}

impl Engine {
    /// Has the display with this key listen. Errs with `Busy` where as many do as can.
    pub fn stand_display(&self, key: &Secret) -> Result<Display, Refusal> {
        self.displays().stand(key).map_err(Fault::refusal)
    }
}

impl Answer<FollowDisplay> for Engine {
    async fn answer(&self, _: &Caller, call: FollowDisplay) -> Result<Followed, Fault> {
        let standing = self.displays().standing();
        let found = standing.iter().find(|(_, there)| there.code == call.code && !there.shown.is_closed());
        let (display, _) = found.ok_or_else(|| Fault::not_found(Thing::Display))?;
        Ok(Followed { display: *display })
    }
}

impl Answer<ShowOnDisplay> for Engine {
    async fn answer(&self, _: &Caller, call: ShowOnDisplay) -> Result<Done, Fault> {
        if let Some(view) = &call.view {
            view.check()?;
        }
        let standing = self.displays().standing();
        let found = standing.get(&call.display).filter(|there| !there.shown.is_closed());
        let there = found.ok_or_else(|| Fault::not_found(Thing::Display))?;
        there.shown.send_replace(Shown { view: call.view, said: Some(Instant::now()) });
        Ok(Done {})
    }
}
