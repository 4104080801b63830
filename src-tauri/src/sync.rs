//! Keeping in step with the hub: what waits goes out, what changed comes in, and the event stream says when to look
//! again. Whatever is cut off is taken up where it stood.

use std::collections::HashSet;
use std::convert::Infallible;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures::{StreamExt, stream};
use ministore_core::call::Call;
use ministore_core::catalogue::PictureId;
use ministore_core::refusal::Refusal;
use ministore_core::shop::{GetShop, Shop};
use ministore_core::sync::{Change, Changed, Changes, Cursor, Event, Pull};
use ministore_store::Picture;
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::device::{Device, Reach, new_call_id, written};
use crate::link::{Heard, Link};

/// How many changes are asked for at once.
const PAGE: u32 = 1000;
/// Above so many changes the page is told to look at everything again, rather than of each.
const TOLD_ONE_BY_ONE: usize = 50;
/// How many events are taken together when they come in a burst.
const BURST: usize = 256;
/// How often an order that a busy hub could not decide is sent again.
const SEND_AGAIN: Duration = Duration::from_secs(20);
/// How many pictures are fetched side by side.
const PICTURES_AT_ONCE: usize = 4;
/// How many missing pictures are looked up together.
const PICTURES_TOGETHER: u32 = 200;

/// The wait before the attempt that follows `failures` failed ones: from half a second, doubled up to half a minute.
/// `random` spreads a shop's devices over the second half of it, so that they do not return all at once.
fn backoff(failures: u32, random: u8) -> Duration {
    let longest = Duration::from_millis(500 << failures.min(6)).min(Duration::from_secs(30));
    longest.mul_f64(0.5 + f64::from(random) / 510.0)
}

impl Device {
    /// Keeps this device in step for as long as it is polled; may be dropped at any moment.
    pub async fn keep_in_step(&self) {
        let mut failures = 0;
        loop {
            let Some(link) = self.link() else {
                self.wake.notified().await;
                continue;
            };
            let ended = tokio::select! {
                ended = self.session(&link, &mut failures) => ended,
                never = self.fetch_pictures(&link) => match never {},
            };
            if let Err(refusal) = ended {
                tracing::debug!(%refusal, "out of step with the hub");
                self.reached(Reach::Offline);
                let mut random = [0];
                // Without randomness the wait is merely the shorter one.
                let _ = getrandom::fill(&mut random);
                tokio::select! {
                    () = sleep(backoff(failures, random[0])) => {}
                    () = self.wake.notified() => {}
                }
                failures = failures.saturating_add(1);
            }
        }
    }

    /// One stretch of being in step. Ends well when the hub or the listener is another one from now on.
    async fn session(&self, link: &Link, failures: &mut u32) -> Result<(), Refusal> {
        self.check_shop(link).await?;
        self.renew_key(link).await?;
        self.catch_up(link).await?;
        *failures = 0;

        let staff = self.staff();
        let credential = staff.clone().unwrap_or_else(|| self.credential());
        let cursor = self.engine.cursor().await?;
        let events = match (link.events(&credential, cursor).await, &staff) {
            (Err(Refusal::SignInFirst), Some(staff)) => {
                self.forget_staff(staff).await?;
                return Ok(());
            }
            (events, _) => events?,
        };
        tracing::debug!(after = cursor.0, "listening to the hub");
        let mut events = pin!(events.ready_chunks(BURST));
        let mut send_again = interval(SEND_AGAIN);
        send_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        send_again.reset();
        loop {
            tokio::select! {
                heard = events.next() => self.take_news(link, heard.ok_or(Refusal::Offline)?).await?,
                () = self.wake.notified() => {
                    let same_hub = self.link().is_some_and(|now| now.is_like(link));
                    let same_staff = self.staff().map(|now| now.id) == staff.as_ref().map(|then| then.id);
                    if !same_hub || !same_staff {
                        return Ok(());
                    }
                    self.catch_up(link).await?;
                }
                _ = send_again.tick() => {
                    let status = self.status();
                    if status.waiting > 0 || status.facts > 0 {
                        self.catch_up(link).await?;
                    }
                }
            }
        }
    }

    /// Refuses a hub that has become another shop's, whose goods and orders would mix with those kept here.
    async fn check_shop(&self, link: &Link) -> Result<(), Refusal> {
        let reply = self.ask(link, GetShop::NAME, new_call_id(), written(&GetShop {})?).await?;
        let there: Shop = serde_json::from_slice(&reply).map_err(|_| Refusal::VersionMismatch)?;
        if self.shop().await? == Some(there.id) {
            return Ok(());
        }
        tracing::warn!(address = %link.address(), "another shop's hub answers here; pair again to change to it");
        Err(Refusal::Offline)
    }

    /// Sends what waits and takes in what is new, then says so.
    async fn catch_up(&self, link: &Link) -> Result<(), Refusal> {
        let sent = self.send_waiting(link).await?;
        if let Some(Refusal::Offline) = sent.halted {
            return Err(Refusal::Offline);
        }
        // What has happened stays here until the hub books it; why it does not must not keep the news from coming in.
        match self.send_facts(link).await {
            Err(Refusal::Offline) => return Err(Refusal::Offline),
            Err(refusal) => tracing::warn!(%refusal, "what has happened here is sent again later"),
            Ok(()) => {}
        }
        let changed = self.pull(link).await?;
        self.reached(Reach::Online);
        self.count_waiting().await?;
        self.tell_changed(changed).await
    }

    /// What the stream said: hints to look, passed on once the device has what they are about.
    async fn take_news(&self, link: &Link, heard: Vec<Result<Heard, Refusal>>) -> Result<(), Refusal> {
        let mut told = Vec::new();
        for heard in heard {
            match heard? {
                Heard::Event(event) => told.push(event),
                Heard::Behind => {
                    tracing::warn!(
                        "the hub's changes are older than ours, as after a restored backup; reading all again"
                    );
                    self.start_over().await?;
                    let changed = self.pull(link).await?;
                    self.tell_changed(changed).await?;
                }
            }
        }
        self.pull(link).await?;
        self.reached(Reach::Online);
        told.into_iter().for_each(|event| self.tell_event(event));
        Ok(())
    }

    async fn tell_changed(&self, changed: Vec<Changed>) -> Result<(), Refusal> {
        let cursor = self.engine.cursor().await?;
        let changed = if changed.len() > TOLD_ONE_BY_ONE { vec![Changed::Shop] } else { changed };
        changed.into_iter().for_each(|what| self.tell_event(Event { cursor, what }));
        Ok(())
    }

    /// Takes in all that changed since the last time, and says what did: at least so much that it can be told whether
    /// it is too much to be told one by one.
    pub(crate) async fn pull(&self, link: &Link) -> Result<Vec<Changed>, Refusal> {
        let _alone = self.pulling.lock().await;
        let mut told = Vec::new();
        let mut page = self.fetch_page(link, self.engine.cursor().await?).await?;
        loop {
            if told.len() <= TOLD_ONE_BY_ONE {
                told.extend(page.changes.iter().map(changed));
            }
            if !page.more {
                self.take_in(&page).await?;
                return Ok(told);
            }
            // The next page is on its way while this one is kept. Where the app ends in between, it is asked for again.
            let next = self.fetch_page(link, page.next);
            let ((), next) = futures::try_join!(self.take_in(&page), next)?;
            page = next;
        }
    }

    /// Takes in the first changes, the shop itself among them where it is new.
    pub(crate) async fn pull_once(&self, link: &Link) -> Result<(), Refusal> {
        let _alone = self.pulling.lock().await;
        let page = self.fetch_page(link, self.engine.cursor().await?).await?;
        self.take_in(&page).await
    }

    async fn fetch_page(&self, link: &Link, after: Cursor) -> Result<Changes, Refusal> {
        let pull = Pull { after, limit: PAGE };
        let reply = self.ask(link, Pull::NAME, new_call_id(), written(&pull)?).await?;
        let changes: Changes = serde_json::from_slice(&reply).map_err(|error| {
            tracing::warn!(%error, "the hub's changes have an unknown shape");
            Refusal::VersionMismatch
        })?;
        tracing::debug!(after = after.0, next = changes.next.0, "pulled");
        Ok(changes)
    }

    async fn take_in(&self, page: &Changes) -> Result<(), Refusal> {
        if !page.changes.is_empty() || page.next != self.engine.cursor().await? {
            self.engine.apply(self.id(), page).await?;
            if page.changes.iter().any(has_picture) {
                self.pictures_came.store(true, Ordering::Relaxed);
            }
        }
        // Looked for once all is there: every look goes through the whole catalogue.
        if !page.more && self.pictures_came.swap(false, Ordering::Relaxed) {
            self.fetch.notify_one();
        }
        Ok(())
    }

    async fn start_over(&self) -> Result<(), Refusal> {
        let _alone = self.pulling.lock().await;
        self.engine.read_anew().await
    }

    /// Fetches the pictures of what is sold, in the background, for as long as it is polled.
    async fn fetch_pictures(&self, link: &Link) -> Infallible {
        let mut gone = HashSet::new();
        loop {
            if let Err(refusal) = self.fetch_missing(link, &mut gone).await {
                tracing::debug!(%refusal, "some pictures are still to be fetched");
            }
            self.fetch.notified().await;
        }
    }

    async fn fetch_missing(&self, link: &Link, gone: &mut HashSet<PictureId>) -> Result<(), Refusal> {
        loop {
            let mut missing = self.engine.missing_pictures(PICTURES_TOGETHER).await?;
            missing.retain(|id| !gone.contains(id));
            if missing.is_empty() {
                return Ok(());
            }
            let mut fetched = stream::iter(missing)
                .map(|id| async move { (self.fetch_picture(link, &id).await, id) })
                .buffer_unordered(PICTURES_AT_ONCE);
            while let Some((picture, id)) = fetched.next().await {
                match picture {
                    Ok(Some(_)) => {}
                    // Not asked for again until the next session: there is none, or one that is not kept.
                    Ok(None) | Err(Refusal::Invalid { .. } | Refusal::TooLarge) => {
                        gone.insert(id);
                    }
                    Err(refusal) => return Err(refusal),
                }
            }
        }
    }

    /// Fetches a picture from the hub and keeps it.
    pub(crate) async fn fetch_picture(
        &self,
        link: &Link,
        id: &PictureId,
    ) -> Result<Option<Picture>, Refusal> {
        let Some(picture) = link.picture(id).await? else {
            return Ok(None);
        };
        self.engine.keep_picture(id, &picture).await?;
        Ok(Some(picture))
    }
}

fn has_picture(change: &Change) -> bool {
    matches!(change, Change::Product(product) if product.picture.is_some())
}

/// What a change is about.
fn changed(change: &Change) -> Changed {
    match change {
        Change::Shop(_) => Changed::Shop,
        Change::Product(product) => Changed::Product { product: product.id },
        Change::ProductGone(product) => Changed::Product { product: *product },
        Change::Order(order) => Changed::Order { order: order.id, number: order.number, state: order.state },
        Change::Card(_) => Changed::Card,
        Change::Erased => Changed::Erased,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_come_less_often_and_never_stop() {
        assert_eq!(backoff(0, 0), Duration::from_millis(250));
        assert_eq!(backoff(0, 255), Duration::from_millis(500));
        assert_eq!(backoff(3, 255), Duration::from_secs(4));
        assert_eq!(backoff(u32::MAX, 255), Duration::from_secs(30));
        assert!((0..40).all(|failures| backoff(failures, 0) <= backoff(failures + 1, 0)));
    }
}
