//! Writers one after another, and one durable commit for as many of them as wait.
//!
//! What makes a commit dear is that it waits for the disk. So a writer who finds others waiting leaves its work in the
//! open transaction, behind a savepoint of its own, and the last of the group commits for all (group commit: DeWitt et
//! al., Implementation techniques for main memory database systems, 1984). Each is answered after that commit. A lone
//! writer commits at once.
//!
//! Invariants: an open group has either a writer at work or one who waits for its turn; beginning and ending a turn are
//! never left half-way, whoever goes away; where the transaction
//! as a whole is lost, so is everyone in it, and everyone is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ministore_core::refusal::Refusal;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use crate::engine::Engine;
use crate::fault::Fault;
use crate::sql;
use crate::sync::{Notice, Numbers};

/// The most writers that one commit serves, so that the first does not wait for ever.
const GROUP: usize = 32;

/// The way to the one writing transaction of the moment.
#[derive(Clone)]
pub(crate) struct Lane(Arc<Shared>);

struct Shared {
    pool: sql::Pool,
    /// How many wait for their turn.
    waiting: AtomicUsize,
    group: Arc<Mutex<Group>>,
}

/// What a turn's savepoint is called, and what the next one's is: a turn that lost its own before it was made, as where
/// its caller went away, must not go back to the one before.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
enum Savepoint {
    #[default]
    Even,
    Odd,
}

impl Savepoint {
    const fn next(self) -> Self {
        match self {
            Self::Even => Self::Odd,
            Self::Odd => Self::Even,
        }
    }

    const fn make(self) -> &'static str {
        match self {
            Self::Even => "SAVEPOINT even_turn",
            Self::Odd => "SAVEPOINT odd_turn",
        }
    }

    const fn release(self) -> &'static str {
        match self {
            Self::Even => "RELEASE SAVEPOINT even_turn",
            Self::Odd => "RELEASE SAVEPOINT odd_turn",
        }
    }

    const fn go_back(self) -> &'static str {
        match self {
            Self::Even => "ROLLBACK TO SAVEPOINT even_turn",
            Self::Odd => "ROLLBACK TO SAVEPOINT odd_turn",
        }
    }
}

/// Those whose work is in the open transaction.
#[derive(Default)]
struct Group {
    tx: Option<sql::Transaction>,
    members: Vec<Member>,
    /// Of the turn that it is, or the last one was.
    savepoint: Savepoint,
    /// The number of the next change, where one in this transaction has drawn numbers.
    next_seq: Option<i64>,
}

/// One whose work is done and not yet durable.
struct Member {
    /// Whose watchers are told; None where nothing that they watch has changed.
    engine: Option<Engine>,
    numbers: Option<Numbers>,
    notices: Vec<Notice>,
    done: oneshot::Sender<Result<(), Refusal>>,
}

/// A writer's turn. Where it is dropped before its end, all that it did is taken back.
pub(crate) struct Turn {
    lane: Lane,
    /// Both are there until the turn ends.
    held: Option<(OwnedMutexGuard<Group>, sql::Transaction)>,
}

fn lost(error: impl std::fmt::Display) -> Fault {
    Fault::Other(format!("a turn to write ended early: {error}"))
}

impl Lane {
    pub(crate) fn over(pool: sql::Pool) -> Self {
        Self(Arc::new(Shared { pool, waiting: AtomicUsize::new(0), group: Arc::default() }))
    }

    /// Waits for a turn.
    pub(crate) async fn begin(&self) -> Result<Turn, Fault> {
        let place = Place::behind(self);
        let mut group = self.0.group.clone().lock_owned().await;
        place.leave();
        group.savepoint = group.savepoint.next();
        let savepoint = group.savepoint;
        let tx = match group.tx.take() {
            Some(tx) => tx,
            None => self.0.pool.begin_write().await?,
        };
        let mut turn = Turn { lane: self.clone(), held: Some((group, tx)) };
        turn.conn().later(sql::query(savepoint.make()));
        Ok(turn)
    }

    fn someone_waits(&self) -> bool {
        self.0.waiting.load(Ordering::SeqCst) > 0
    }
}

/// A place among those who wait. Where it is given up, those who left their work to its owner are seen to.
struct Place {
    lane: Option<Lane>,
}

impl Place {
    fn behind(lane: &Lane) -> Self {
        lane.0.waiting.fetch_add(1, Ordering::SeqCst);
        Self { lane: Some(lane.clone()) }
    }

    fn leave(mut self) {
        if let Some(lane) = self.lane.take() {
            lane.0.waiting.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(lane) = self.lane.take() else { return };
        lane.0.waiting.fetch_sub(1, Ordering::SeqCst);
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let group = lane.0.group.clone().lock_owned().await;
                if !lane.someone_waits() {
                    finish(group).await;
                }
            });
        }
    }
}

impl Turn {
    /// The connection to write by.
    pub(crate) fn conn(&mut self) -> &mut sql::Connection {
        match &mut self.held {
            Some((_, tx)) => tx,
            None => unreachable!("a turn has its transaction until its end, which takes the turn itself"),
        }
    }

    /// Takes back what was done in this turn so far; the turn goes on.
    pub(crate) async fn take_back(&mut self) -> Result<(), Fault> {
        let Some((group, tx)) = &mut self.held else { return Err(lost("it had ended")) };
        sql::query(group.savepoint.go_back()).execute(tx).await?;
        Ok(())
    }

    /// The number of the next change, where an earlier turn of the same transaction has found it out.
    pub(crate) fn next_seq(&self) -> Option<i64> {
        self.held.as_ref().and_then(|(group, _)| group.next_seq)
    }

    /// Makes what was done durable, alone or with others, then tells the watchers.
    pub(crate) async fn commit(
        self,
        engine: Engine,
        numbers: Option<Numbers>,
        notices: Vec<Notice>,
    ) -> Result<(), Fault> {
        self.end(Some(engine), numbers, notices).await
    }

    /// Makes durable what nobody watches.
    pub(crate) async fn commit_unwatched(self) -> Result<(), Fault> {
        self.end(None, None, Vec::new()).await
    }

    async fn end(
        mut self,
        engine: Option<Engine>,
        numbers: Option<Numbers>,
        notices: Vec<Notice>,
    ) -> Result<(), Fault> {
        self.conn().flush().await?;
        let Some((mut group, mut tx)) = self.held.take() else { return Err(lost("it had ended")) };
        // Nothing to wait for: it cannot fail, and a commit does the same.
        tx.later(sql::query(group.savepoint.release()));
        group.tx = Some(tx);
        group.next_seq = numbers.map(|numbers| numbers.last + 1).or(group.next_seq);
        let (done, answered) = oneshot::channel();
        group.members.push(Member { engine, numbers, notices, done });
        if !self.lane.someone_waits() || group.members.len() >= GROUP {
            // A task of its own: a caller who goes away now must keep neither others from their answer nor the watchers from
            // hearing of it.
            tokio::spawn(finish(group));
        } else {
            drop(group);
        }
        answered.await.map_err(lost)?.map_err(Fault::Refused)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some((group, tx)) = self.held.take() else { return };
        let lane = self.lane.clone();
        // Without a runtime the program is ending, and the transaction with it.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(take_back(lane, group, tx));
        }
    }
}

/// Takes back what a turn did that did not end well, and leaves the group as the next finds it.
async fn take_back(lane: Lane, mut group: OwnedMutexGuard<Group>, mut tx: sql::Transaction) {
    if group.members.is_empty() {
        // Nobody's work is in it: the whole transaction goes with `tx`.
        return;
    }
    let undone = async {
        sql::query(group.savepoint.go_back()).execute(&mut tx).await?;
        sql::query(group.savepoint.release()).execute(&mut tx).await
    };
    match undone.await {
        Ok(_) => {
            group.tx = Some(tx);
            if !lane.someone_waits() {
                finish(group).await;
            }
        }
        // The database had taken back the whole of it, as where the disk is full.
        Err(error) => {
            group.next_seq = None;
            answer(&mut group, Err(&Fault::Database(error).refusal()));
        }
    }
}

/// Commits for all of the group, tells what they changed, and answers them.
async fn finish(mut group: OwnedMutexGuard<Group>) {
    group.next_seq = None;
    let Some(mut tx) = group.tx.take() else { return };
    tx.forget();
    let numbers = group
        .members
        .iter()
        .filter_map(|member| member.numbers)
        .reduce(|all, next| Numbers { first: all.first.min(next.first), last: all.last.max(next.last) });
    let notices = group.members.iter_mut().flat_map(|member| std::mem::take(&mut member.notices)).collect();
    let committed = match group.members.iter().find_map(|member| member.engine.clone()) {
        Some(engine) => engine.commit(tx, numbers, notices).await,
        None => tx.commit().await.map_err(Fault::Database),
    };
    match committed {
        Ok(()) => answer(&mut group, Ok(())),
        Err(fault) => answer(&mut group, Err(&fault.refusal())),
    }
}

fn answer(group: &mut Group, outcome: Result<(), &Refusal>) {
    for member in group.members.drain(..) {
        // Whoever has gone away is not answered.
        let _ = member.done.send(outcome.map_err(Clone::clone));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EngineOptions;

    /// Keeps a row, as a writer does.
    async fn keep(turn: &mut Turn, name: &str) {
        let insert = "INSERT INTO setting (name, value) VALUES ($1, 'kept')";
        sql::query(insert).bind(name).execute(turn.conn()).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn who_left_its_work_to_others_is_answered_when_it_is_durable_whatever_becomes_of_them() {
        let dir = tempfile::TempDir::new().unwrap();
        let engine = Engine::open(dir.path().join("shop.db"), EngineOptions::hub()).await.unwrap();
        let mut first = engine.lane().begin().await.unwrap();
        keep(&mut first, "first").await;
        let lane = engine.lane().clone();
        let second = tokio::spawn(async move { lane.begin().await });
        while !engine.lane().someone_waits() {
            tokio::task::yield_now().await;
        }
        let first = tokio::spawn(first.commit(engine.clone(), None, Vec::new()));
        let mut second = second.await.unwrap().unwrap();
        keep(&mut second, "second").await;
        assert!(!first.is_finished(), "it is answered before it is durable");
        assert_eq!(engine.setting("first").await, Ok(None));

        drop(second);
        first.await.unwrap().unwrap();
        assert_eq!(engine.setting("first").await, Ok(Some("kept".to_owned())));
        assert_eq!(engine.setting("second").await, Ok(None));
        engine.close().await;
    }
}
