//! What the shop holds about the reader: to be downloaded, and to be erased.

use leptos::prelude::*;
use ministore_core::member::Erased;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use crate::client::own_data;
use crate::client::waiting::waiting;
use crate::i18n::say::{self, Phrase};
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::{Page, focus_heading};
use crate::widgets::sheet::Sheet;

/// The reader's data.
#[component]
pub(crate) fn MyDataPage() -> impl IntoView {
    view! {
        <Page title=Signal::derive(|| say::DATA_TITLE().to_owned()) back="/me" class="narrow">
            <Download />
            <Erasure />
        </Page>
    }
}

/// How far something is that takes a while.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Doing<T> {
    Nothing,
    Now,
    Done(T),
    Failed(Refusal),
}

#[component]
fn Download() -> impl IntoView {
    let doing = RwSignal::new(Doing::<Option<String>>::Nothing);
    let download = move || {
        if doing.get_untracked() == Doing::Now {
            return;
        }
        doing.set(Doing::Now);
        spawn_local(async move {
            // The page may have been left meanwhile.
            doing.try_set(match own_data::save().await {
                Ok(saved) => Doing::Done(saved),
                Err(refusal) => Doing::Failed(refusal),
            });
        });
    };
    let retry = Callback::new(move |()| download());
    view! {
        <section class="panel group" aria-labelledby="download">
            <h2 id="download">{icon(Icon::Download)} {say::DATA_DOWNLOAD_TITLE}</h2>
            <p>{say::DATA_DOWNLOAD_TEXT}</p>
            <button type="button" class="button primary wide" data-testid="download-data" on:click=move |_| download()>
                {move || if doing.get() == Doing::Now { say::DATA_DOWNLOAD_BUSY() } else { say::DATA_DOWNLOAD() }}
            </button>
            <div role="status">
                {move || match doing.get() {
                    Doing::Done(Some(path)) => Some(said(say::data_saved_as(&path))),
                    Doing::Done(None) => Some(said(say::DATA_SAVED().to_owned())),
                    _ => None,
                }}
            </div>
            {move || match doing.get() {
                Doing::Failed(refusal) => Some(view! { <ErrorPanel refusal retry /> }.into_any()),
                _ => None,
            }}
        </section>
    }
    .into_any()
}

fn said(text: String) -> AnyView {
    view! { <p class="with-sign data-done" data-testid="data-done">{icon(Icon::Check)} <span>{text}</span></p> }.into_any()
}

#[component]
fn Erasure() -> impl IntoView {
    let doing = RwSignal::new(Doing::<Erased>::Nothing);
    let asking = RwSignal::new(false);
    let erase = move || {
        if doing.get_untracked() == Doing::Now {
            return;
        }
        doing.set(Doing::Now);
        spawn_local(async move {
            let outcome = own_data::erase().await;
            if asking.try_set(false).is_some() {
                return; // The page was left.
            }
            let done = outcome.is_ok();
            doing.set(outcome.map_or_else(Doing::Failed, Doing::Done));
            if done {
                focus_heading();
            }
        });
    };
    let waits = || waiting().iter().any(|waiting| waiting.refused.is_none());
    view! {
        <section class="panel group" aria-labelledby="erase">
            <h2 id="erase">{icon(Icon::Trash)} {say::DATA_ERASE_TITLE}</h2>
            <p>{say::DATA_ERASE_TEXT}</p>
            <div role="status">
                {move || match doing.get() {
                    Doing::Done(erased) => Some(said(told(erased))),
                    _ => None,
                }}
            </div>
            {move || match doing.get() {
                Doing::Failed(refusal) => Some(view! { <ErrorPanel refusal /> }.into_any()),
                _ => None,
            }}
            {move || if waits() {
                view! { <p class="notice">{say::DATA_ERASE_WAITING}</p> }.into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="button danger wide"
                        data-testid="erase-data"
                        on:click=move |_| asking.set(true)
                    >
                        {say::DATA_ERASE}
                    </button>
                }
                .into_any()
            }}
        </section>
        <Sheet open=asking title=Signal::derive(|| say::DATA_ERASE_ASK().to_owned())>
            <h3>{say::DATA_GOES}</h3>
            {list(&[say::DATA_GOES_PERSON, say::DATA_GOES_CARD, say::DATA_GOES_DEVICE])}
            <h3>{say::DATA_STAYS}</h3>
            {list(&[say::DATA_STAYS_BOOKS, say::DATA_STAYS_BACKUPS])}
            <p><strong>{say::DATA_ERASE_FINAL}</strong></p>
            <div class="sheet-actions">
                <button type="button" class="button wide" data-testid="erase-no" on:click=move |_| asking.set(false)>
                    {say::DATA_ERASE_NO}
                </button>
                <button type="button" class="button danger wide" data-testid="erase-yes" on:click=move |_| erase()>
                    {move || if doing.get() == Doing::Now { say::DATA_ERASE_BUSY() } else { say::DATA_ERASE_YES() }}
                </button>
            </div>
        </Sheet>
    }
    .into_any()
}

fn list(phrases: &[Phrase]) -> AnyView {
    let items = phrases.iter().map(|phrase| view! { <li>{*phrase}</li> }.into_any());
    view! { <ul class="data-list">{items.collect_view()}</ul> }.into_any()
}

/// What was erased, in words.
fn told(erased: Erased) -> String {
    match erased {
        Erased { orders: 0, card: false } => say::DATA_ERASED_NOTHING().to_owned(),
        Erased { orders, .. } => say::data_erased(orders),
    }
}
