//! A query whose answer is shown: asked when a view opens, and again when what it depends on changes.

use std::sync::Arc;

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::events::{Live, on_live};

/// How far an answer has come.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Load<T> {
    /// Asked, and nothing to show yet.
    Loading,
    /// Here it is. Stays while it is asked for again.
    Ready(T),
    /// Refused or failed.
    Failed(Refusal),
}

impl<T> Load<T> {
    /// The answer, where it is there.
    pub(crate) fn ready(self) -> Option<T> {
        match self {
            Self::Ready(value) => Some(value),
            Self::Loading | Self::Failed(_) => None,
        }
    }
}

type Make<C> = Arc<dyn Fn() -> Option<C> + Send + Sync>;

/// A query and its answer. Cheap to copy; lives as long as the view that made it.
pub(crate) struct Query<C: Call> {
    answer: RwSignal<Load<C::Reply>>,
    turn: StoredValue<u32>,
    make: StoredValue<Make<C>>,
}

impl<C: Call> Clone for Query<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C: Call> Copy for Query<C> {}

impl<C: Call> Query<C>
where
    C::Reply: Clone,
{
    /// Asks what `make` gives, and again whenever a signal that it read changes. None asks nothing.
    pub(crate) fn new(make: impl Fn() -> Option<C> + Send + Sync + 'static) -> Self {
        let make: Make<C> = Arc::new(make);
        let query = Self {
            answer: RwSignal::new(Load::Loading),
            turn: StoredValue::new(0),
            make: StoredValue::new(Arc::clone(&make)),
        };
        Effect::new(move |_| query.ask(make()));
        // What could not be had for want of a way to the hub is asked for again once there is one.
        on_live(move |live| {
            let failed = query.peek(|answer| matches!(answer, Load::Failed(why) if why.is_passing()));
            if failed && matches!(live, Live::Anything) {
                query.reload();
            }
        });
        query
    }

    /// The answer. Tracked.
    pub(crate) fn get(self) -> Load<C::Reply> {
        self.answer.get()
    }

    /// What is done with the answer without copying it. Tracked.
    pub(crate) fn with<R>(self, read: impl FnOnce(&Load<C::Reply>) -> R) -> R {
        self.answer.with(read)
    }

    /// As [`Query::with`], not tracked.
    pub(crate) fn peek<R>(self, read: impl FnOnce(&Load<C::Reply>) -> R) -> R {
        self.answer.with_untracked(read)
    }

    /// Shows this until the answer comes.
    pub(crate) fn show(self, reply: C::Reply) {
        self.answer.set(Load::Ready(reply));
    }

    /// Shows this as the answer, because another call has just told it.
    pub(crate) fn put(self, reply: C::Reply) {
        self.turn.update_value(|turn| *turn += 1);
        self.answer.set(Load::Ready(reply));
    }

    /// Asks again; what is there is shown until the answer comes, and kept if none does.
    pub(crate) fn reload(self) {
        let make = self.make.get_value();
        self.ask(untrack(move || make()));
    }

    fn ask(self, call: Option<C>) {
        let Some(call) = call else { return };
        self.turn.update_value(|turn| *turn += 1);
        let turn = self.turn.get_value();
        spawn_local(async move {
            let outcome = super::call(call).await;
            // A view that is gone, or has asked for something else meanwhile, no longer wants this.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            let has_answer = self.answer.with_untracked(|answer| matches!(answer, Load::Ready(_)));
            match outcome {
                Ok(reply) => self.answer.set(Load::Ready(reply)),
                Err(refusal) if refusal.is_passing() && has_answer => {}
                Err(refusal) => self.answer.set(Load::Failed(refusal)),
            }
        });
    }
}
