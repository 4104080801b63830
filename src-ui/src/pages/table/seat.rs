//! A seat at a table: what this phone shares with the others there, and the one way in which it changes that.

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::id::TabId;
use ministore_core::issued::TableNumber;
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use ministore_core::table::menu::GetMenu;
use ministore_core::table::{GetTab, Sit, Tab, TabState};
use wasm_bindgen_futures::spawn_local;

use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::{call, clock, new_id, storage};
use crate::refusal::explain;
use crate::widgets::announcer::announce;
use crate::widgets::error_panel::ErrorPanel;

/// Under which name, before the table's number, the device keeps where it sat last.
const KEPT: &str = "ministore.table.";

/// How long a bill that is closed is shown to who comes back to it, in minutes; later they sit down anew.
const SHOWN_CLOSED: i64 = 180;

/// How far sitting down has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Phase {
    /// The hub is asked.
    Coming,
    /// It did not let in.
    Failed(Refusal),
    /// Sitting, at a tab in this state.
    At(TabState),
}

/// A seat. Cheap to copy; lives as long as the screen.
#[derive(Clone, Copy)]
pub(super) struct Seat {
    pub(super) table: TableNumber,
    pub(super) phase: Memo<Phase>,
    pub(super) menu: Query<GetMenu>,
    /// Whether a change is under way.
    pub(super) busy: RwSignal<bool>,
    id: RwSignal<Option<TabId>>,
    tab: Query<GetTab>,
    trouble: RwSignal<Option<Refusal>>,
    problem: RwSignal<Option<Refusal>>,
}

impl Seat {
    /// Sits down at a table, or where this device sat there a moment ago.
    pub(super) fn take(table: TableNumber) -> Self {
        let id = RwSignal::new(None::<TabId>);
        let tab = Query::new(move || id.get().map(|tab| GetTab { tab }));
        let trouble = RwSignal::new(None::<Refusal>);
        let phase = Memo::new(move |_| match trouble.get() {
            Some(refusal) => Phase::Failed(refusal),
            None => tab.with(|load| match load {
                Load::Loading => Phase::Coming,
                Load::Failed(refusal) => Phase::Failed(refusal.clone()),
                Load::Ready(tab) => Phase::At(tab.state),
            }),
        });
        let seat = Self {
            table,
            phase,
            menu: Query::new(|| Some(GetMenu {})),
            busy: RwSignal::new(false),
            id,
            tab,
            trouble,
            problem: RwSignal::new(None),
        };
        on_live(move |live| match live {
            Live::Anything => {
                tab.reload();
                seat.menu.reload();
            }
            Live::Changed(Changed::Tab { tab: changed }) if Some(*changed) == id.get_untracked() => {
                tab.reload()
            }
            Live::Changed(Changed::Shop | Changed::Product { .. }) => seat.menu.reload(),
            Live::Changed(_) => {}
        });
        seat.sit_down();
        seat
    }

    /// What is read of the tab. Tracked; the default while it is not there.
    pub(super) fn with<R: Default>(self, read: impl FnOnce(&Tab) -> R) -> R {
        self.tab.with(|load| match load {
            Load::Ready(tab) => read(tab),
            Load::Loading | Load::Failed(_) => R::default(),
        })
    }

    /// The same, not tracked.
    pub(super) fn peek<R: Default>(self, read: impl FnOnce(&Tab) -> R) -> R {
        untrack(|| self.with(read))
    }

    /// The tab's key. Not tracked.
    pub(super) fn tab(self) -> Option<TabId> {
        self.id.get_untracked()
    }

    /// Comes back to where this device sat, or sits down.
    pub(super) fn sit_down(self) {
        self.trouble.set(None);
        spawn_local(async move {
            if let Some(tab) = storage::get_json::<TabId>(&self.kept()) {
                match call(GetTab { tab }).await {
                    Ok(tab) if is_shown(&tab) => return self.show(tab),
                    Err(refusal) if refusal.is_passing() => return self.fail(refusal),
                    Ok(_) | Err(_) => {}
                }
            }
            self.sit().await;
        });
    }

    /// Sits down at the table anew.
    pub(super) fn sit_again(self) {
        spawn_local(self.sit());
    }

    fn kept(self) -> String {
        [KEPT, &self.table.to_string()].concat()
    }

    async fn sit(self) {
        match call(Sit { table: self.table, tab: new_id() }).await {
            Ok(tab) => {
                storage::set_json(&self.kept(), &tab.id);
                self.show(tab);
            }
            Err(refusal) => self.fail(refusal),
        }
    }

    fn show(self, tab: Tab) {
        // The screen may have been left meanwhile.
        if self.id.try_get_untracked().is_some() {
            let id = tab.id;
            self.tab.put(tab);
            self.id.set(Some(id));
        }
    }

    fn fail(self, refusal: Refusal) {
        self.trouble.try_set(Some(refusal));
    }

    /// Changes what the table shares. While one change is under way another is not begun.
    pub(super) fn act<C>(self, change: C, done: impl FnOnce(&Tab) + 'static)
    where
        C: Call<Reply = Tab>,
    {
        self.try_to(change, done, |_| {});
    }

    /// The same, and does `failed` with why it was not done.
    pub(super) fn try_to<C>(
        self,
        change: C,
        done: impl FnOnce(&Tab) + 'static,
        failed: impl FnOnce(&Refusal) + 'static,
    ) where
        C: Call<Reply = Tab>,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call(change).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(tab) => {
                    self.tab.put(tab.clone());
                    done(&tab);
                }
                Err(refusal) => {
                    announce(&untrack(|| explain(&refusal).happened));
                    failed(&refusal);
                    if !refusal.is_passing() {
                        self.tab.reload();
                    }
                    self.problem.set(Some(refusal));
                }
            }
        });
    }

    /// Why the last change was not done, where it was not.
    pub(super) fn problem_panel(self) -> AnyView {
        let panel =
            move || self.problem.get().map(|refusal| view! { <ErrorPanel refusal=refusal /> }.into_any());
        view! { <div class="table-problem">{panel}</div> }.into_any()
    }

    /// Forgets why the last change was not done.
    pub(super) fn hush(self) {
        self.problem.set(None);
    }
}

/// Whether a tab is shown to who comes back to it.
fn is_shown(tab: &Tab) -> bool {
    let just_now = |at: ministore_core::time::Timestamp| at.plus_minutes(SHOWN_CLOSED) > clock::now();
    tab.state == TabState::Open || tab.closed.is_some_and(just_now)
}
