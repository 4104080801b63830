//! Events between hubs that share a database of a PostgreSQL server.
//!
//! A transaction that changed something notifies the other hubs, with the number of its last change as a hint. The feed
//! is the truth: each hub knows up to which number it has told its watchers, and reads on from there, at a hint, when it
//! was cut off, and every so often. So all are told of every change, in the feed's order and once, whoever made it.

use std::sync::Weak;
use std::time::Duration;

use ministore_core::sync::Changed;
use sqlx::PgPool;
use sqlx::postgres::PgListener;

use super::{Notice, notices};
use crate::engine::{Engine, Inner};
use crate::fault::Fault;
use crate::sql::{self, Transaction};

/// Under which name hints are given.
const CHANNEL: &str = "ministore_change";

/// How often the feed is looked at where no hint comes.
const LOOK: Duration = Duration::from_secs(30);

/// How long after a failure the server is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// How many changes are read at once.
const PAGE: u32 = 500;

/// Up to so many changed products of a page are told one by one; more are told as a change of the shop.
const TOLD_SINGLY: usize = 50;

/// The numbers that one transaction gave to its changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers {
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Engine {
    /// Makes a transaction durable that changed what has these numbers, then tells the watchers.
    pub(crate) async fn commit(
        &self,
        mut tx: Transaction,
        numbers: Option<Numbers>,
        notices: Vec<Notice>,
    ) -> Result<(), Fault> {
        let (Some(told), Some(numbers)) = (self.told(), numbers) else {
            tx.commit().await?;
            notices.into_iter().for_each(|notice| self.tell(notice));
            return Ok(());
        };
        sql::query("SELECT pg_notify($1, $2)")
            .bind(CHANNEL)
            .bind(numbers.last.to_string())
            .execute(&mut tx)
            .await?;
        // Held over the commit, so that nobody tells of it from the feed before it is told of here.
        let mut told = told.lock().await;
        tx.commit().await?;
        if let Err(error) = self.tell_others(&mut told, numbers.first).await {
            // It is done all the same, and what was not told now is told at the next hint.
            tracing::warn!(%error, "the changes of other hubs could not be read");
            return Ok(());
        }
        notices.into_iter().for_each(|notice| self.tell(notice));
        *told = numbers.last;
        Ok(())
    }

    /// Tells of all that the feed holds and that was not told yet.
    async fn catch_up(&self) -> Result<(), Fault> {
        match self.told() {
            Some(told) => self.tell_others(&mut *told.lock().await, i64::MAX).await,
            None => Ok(()),
        }
    }

    /// Tells of the changes behind `told` that have a number below `before`.
    async fn tell_others(&self, told: &mut i64, before: i64) -> Result<(), Fault> {
        while *told + 1 < before {
            let head = match self.head().await {
                // Without a shop nothing has changed yet.
                Err(Fault::Refused(_)) => return Ok(()),
                head => head?,
            };
            let page = notices(&mut *self.reader().await?, head, *told, before, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            *told = last.event.cursor.0;
            summed_up(page).into_iter().for_each(|notice| self.tell(notice));
        }
        Ok(())
    }
}

/// Many changed products become one change of the shop, under the number of the last.
fn summed_up(mut page: Vec<Notice>) -> Vec<Notice> {
    let is_product = |notice: &Notice| matches!(notice.event.what, Changed::Product { .. });
    if page.iter().filter(|notice| is_product(notice)).count() > TOLD_SINGLY {
        let last = page.iter().rev().find(|notice| is_product(notice)).map(|last| last.event.cursor);
        page.retain(|notice| !is_product(notice) || Some(notice.event.cursor) == last);
        for notice in page.iter_mut().filter(|notice| is_product(notice)) {
            notice.event.what = Changed::Shop;
        }
    }
    page
}

/// Listens for hints until the engine is gone. `server` gives the connection for that.
pub(crate) async fn listen(engine: Weak<Inner>, server: PgPool) {
    while engine.strong_count() > 0 {
        if let Err(error) = hear(&engine, &server).await {
            tracing::warn!(%error, "hints of other hubs are not heard; trying again");
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn hear(engine: &Weak<Inner>, server: &PgPool) -> Result<(), Fault> {
    let mut listener = PgListener::connect_with(server).await?;
    listener.listen(CHANNEL).await?;
    loop {
        let Some(inner) = engine.upgrade() else { return Ok(()) };
        Engine::from(inner).catch_up().await?;
        // A hint, or none after a lost connection or a while: each time the feed says what there is.
        if let Ok(hint) = tokio::time::timeout(LOOK, listener.try_recv()).await {
            hint?;
        }
    }
}
