//! Scanning: the camera stays, and what it read slides in below.

use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use ministore_core::basket::Edit;
use ministore_core::catalogue::{Lookup, Product};
use ministore_core::code::{Code, CodeError, may_be_word};
use ministore_core::gtin::GtinError;
use ministore_core::id::LineId;
use ministore_core::instore::InStoreError;
use ministore_core::issued::ShopCode;
use ministore_core::publication::PublicationError;
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use ministore_core::table::read_table_address;
use ministore_core::trust::ShopLink;
use wasm_bindgen_futures::spawn_local;

use crate::client::feedback::{Feedback, give};
use crate::client::scan_worker::Scanned;
use crate::client::{call, ipc};
use crate::i18n::{grams, local, money, number, say};
use crate::refusal::explain;
use crate::state::basket::{GRAMS_STEP, totals, with_basket};
use crate::state::gift_card::carry;
use crate::state::in_shop::{check_in, in_shop, is_ours, leave};
use crate::state::shop::read_code;
use crate::widgets::announcer::announce;
use crate::widgets::deposit::plus_deposits;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::measure::measure;
use crate::widgets::page::Page;
use crate::widgets::picture::picture;
use crate::widgets::price::shelf_price;
use crate::widgets::put_in::{change, put_in};
use crate::widgets::scanner::Scanner;
use crate::widgets::stepper::Stepper;

/// How many of the last items stay in view.
const SHOWN: usize = 3;

/// What the last code led to.
#[derive(Clone)]
enum Outcome {
    /// Nothing yet.
    Nothing,
    /// It is being looked up.
    Looking,
    /// It is in the basket, on this line; the edit takes it back.
    In(Box<Product>, LineId, StoredValue<Option<Edit>>),
    /// The shop does not know it.
    Unknown(String),
    /// It was misread or mistyped.
    Misread(CodeError),
    /// It could not be looked up.
    Failed(Refusal),
    /// It is another shop's, at this address.
    OtherShop(ShopLink),
    /// It is a table's, at another address than this page's.
    OtherTable,
}

/// The scan screen.
#[component]
pub(crate) fn ScanPage() -> impl IntoView {
    let outcome = RwSignal::new(Outcome::Nothing);
    let last = RwSignal::new(Vec::<LineId>::new());
    let navigate = StoredValue::new(use_navigate());
    let on_code = Callback::new(move |scanned: Scanned| {
        let go = |to: &str| navigate.with_value(|navigate| navigate(to, Default::default()));
        let code = match read_code(&scanned.text, scanned.symbology) {
            // Shoppers type the names of goods; the codes of their orders they only show.
            Ok(Code::Order(_)) if scanned.symbology.is_none() && may_be_word(&scanned.text) => {
                Err(CodeError::Unknown)
            }
            // What hangs at the door opens the page in a phone's own camera, and checks in here.
            Err(error) => ShopCode::of_address(&scanned.text).map(Code::ShopCode).ok_or(error),
            code => code,
        };
        match code {
            Ok(Code::Product { code, measure, .. }) => {
                outcome.set(Outcome::Looking);
                spawn_local(async move {
                    let found = call(Lookup { code }).await;
                    // The page may have been left meanwhile.
                    if outcome.try_get_untracked().is_some() {
                        outcome.set(taken(found, measure, &scanned.text, last));
                    }
                });
            }
            Ok(Code::Member(_) | Code::MemberCode(_)) => go("/card"),
            Ok(Code::Order(_)) => go("/orders"),
            Ok(Code::ShopCode(code)) if is_ours(code) == Some(true) => {
                check_in();
                give(Feedback::Good);
                announce(say::EXIT_CARRY_ON());
            }
            Ok(Code::Shop(link)) => {
                give(Feedback::Good);
                outcome.set(Outcome::OtherShop(link));
            }
            Ok(Code::Table(table)) => go(&["/t/", &table.to_string()].concat()),
            // In no address, which is kept: whoever reads a gift card's number can spend it.
            Ok(Code::GiftCard(number)) => {
                carry(number);
                go("/gift-card");
            }
            Ok(Code::Coupon(_)) => go("/coupons"),
            Ok(Code::ShopCode(_) | Code::ExitPass(_)) => {
                give(Feedback::Bad);
                announce(&misread(CodeError::Unknown));
                outcome.set(Outcome::Misread(CodeError::Unknown));
            }
            Err(CodeError::Unknown) if read_table_address(&scanned.text).is_some() => {
                let here = own_host();
                match read_table_address(&scanned.text) {
                    Some((host, table)) if host == here => go(&["/t/", &table.to_string()].concat()),
                    _ => {
                        give(Feedback::Bad);
                        announce(say::TABLE_SCAN_OTHER());
                        outcome.set(Outcome::OtherTable);
                    }
                }
            }
            Err(CodeError::Unknown) => {
                give(Feedback::Bad);
                announce(&say::scan_unknown(&scanned.text));
                outcome.set(Outcome::Unknown(scanned.text));
            }
            Err(error) => {
                give(Feedback::Bad);
                announce(&misread(error));
                outcome.set(Outcome::Misread(error));
            }
        }
    });
    view! {
        <Page title=Signal::derive(|| say::NAV_SCAN().to_owned()) class="scan" quiet=true>
            {in_shop_strip()}
            <div class="scan-stage">
                <Scanner on_code=on_code />
                <section class="scan-sheet" aria-label=say::SCAN_RESULT data-testid="scan-sheet">
                    {move || draw(outcome.get())}
                    <LastItems last=last />
                </section>
            </div>
            {how_to_check_in()}
        </Page>
    }
}

/// The host at which the shop is reached from here.
fn own_host() -> String {
    let of_app = ipc::status().and_then(|status| status.address).filter(|_| ipc::present());
    let of_app =
        of_app.and_then(|address| web_sys::Url::new(&address).ok()).map(|address| address.hostname());
    of_app.unwrap_or_else(|| window().location().hostname().unwrap_or_default())
}

/// That the reader scans to carry it out, for who is in the shop.
fn in_shop_strip() -> AnyView {
    (move || {
        in_shop().then(|| {
            view! {
                <p class="go-strip" role="status" data-testid="in-shop-strip">
                    {icon(Icon::Shop)} <span>{say::EXIT_STRIP}</span>
                    <button type="button" class="button plain" data-testid="leave-shop" on:click=move |_| leave()>
                        {say::EXIT_LEAVE}
                    </button>
                </p>
            }
            .into_any()
        })
    })
    .into_any()
}

/// How to begin, for who is not in the shop yet. Below what is scanned, which comes first on a small screen.
fn how_to_check_in() -> AnyView {
    let open = RwSignal::new(false);
    (move || {
        (!in_shop()).then(|| {
            view! {
                <div class="go-strip">
                    <button
                        type="button"
                        class="button plain"
                        data-testid="check-in"
                        aria-expanded=move || open.get().to_string()
                        on:click=move |_| open.update(|open| *open = !*open)
                    >
                        {icon(Icon::Shop)} {say::EXIT_SCAN_BUTTON}
                    </button>
                    {move || {
                        open.get().then(|| view! { <p class="quiet-text">{say::EXIT_SCAN_BUTTON_TEXT}</p> }.into_any())
                    }}
                </div>
            }
            .into_any()
        })
    })
    .into_any()
}

/// Puts what was found into the basket.
fn taken(
    found: Result<Product, Refusal>,
    measure: Option<Measure>,
    text: &str,
    last: RwSignal<Vec<LineId>>,
) -> Outcome {
    let product = match found {
        Ok(product) => product,
        Err(Refusal::NotFound { .. }) => {
            give(Feedback::Bad);
            announce(&say::scan_unknown(text));
            return Outcome::Unknown(text.to_owned());
        }
        Err(refusal) => {
            give(Feedback::Bad);
            announce(&explain(&refusal).happened);
            return Outcome::Failed(refusal);
        }
    };
    let Some(undo) = put_in(&product, measure) else {
        give(Feedback::Bad);
        return Outcome::Nothing;
    };
    give(Feedback::Good);
    let line = match &undo {
        Edit::Set { line, .. } | Edit::Remove(line) => Some(*line),
        Edit::Add(_) | Edit::Insert { .. } | Edit::Replace(_) => None,
    };
    let Some(line) = line else { return Outcome::Nothing };
    last.update(|last| {
        last.retain(|there| *there != line);
        last.insert(0, line);
    });
    Outcome::In(Box::new(product), line, StoredValue::new(Some(undo)))
}

/// What is wrong with a code, in the reader's words.
pub(crate) fn misread(error: CodeError) -> String {
    match error {
        CodeError::Gtin(GtinError::CheckDigit { .. })
        | CodeError::InStore(InStoreError::CheckDigit { .. })
        | CodeError::Publication(PublicationError::CheckDigit { .. }) => say::SCAN_CHECK_DIGIT().to_owned(),
        CodeError::Gtin(GtinError::Length { found }) => say::scan_length(&number(found as f64)),
        CodeError::InStore(_) => say::SCAN_IN_STORE().to_owned(),
        CodeError::Card => say::SCAN_CARD().to_owned(),
        CodeError::Pickup => say::SCAN_PICKUP().to_owned(),
        CodeError::Gtin(GtinError::NotDigits)
        | CodeError::Publication(_)
        | CodeError::Issued(_)
        | CodeError::Unknown => say::SCAN_NOT_OURS().to_owned(),
    }
}

fn draw(outcome: Outcome) -> AnyView {
    match outcome {
        Outcome::Nothing => view! { <p class="quiet-text scan-hint">{say::SCAN_HINT}</p> }.into_any(),
        Outcome::Looking => view! { <span class="row-skeleton shimmer"></span> }.into_any(),
        Outcome::In(product, line, undo) => taken_in(*product, line, undo),
        Outcome::Unknown(text) => {
            let search = ["/search?q=", &String::from(js_sys::encode_uri_component(&text))].concat();
            view! {
                <div class="scan-note" data-testid="scan-unknown">
                    <p><strong>{move || say::scan_unknown(&text)}</strong></p>
                    <p class="quiet-text">{say::SCAN_UNKNOWN_NEXT}</p>
                    <A href=search attr:class="button">{icon(Icon::Search)} {say::SEARCH_HINT}</A>
                </div>
            }
            .into_any()
        }
        Outcome::Misread(error) => view! {
            <div class="scan-note" data-testid="scan-misread">
                <p><strong>{move || misread(error)}</strong></p>
                <p class="quiet-text">{say::SCAN_AGAIN}</p>
            </div>
        }
        .into_any(),
        Outcome::Failed(refusal) => {
            let words = Signal::derive(move || explain(&refusal));
            view! {
                <div class="scan-note" data-testid="scan-failed">
                    <p><strong>{move || words.get().happened}</strong></p>
                    <p class="quiet-text">{move || words.get().safe} " " {move || words.get().next}</p>
                </div>
            }
            .into_any()
        }
        Outcome::OtherTable => view! {
            <div class="scan-note" data-testid="scan-table">
                <p><strong>{say::TABLE_SCAN_OTHER}</strong></p>
                <p class="quiet-text">{say::ERROR_TABLE_NEXT}</p>
            </div>
        }
        .into_any(),
        Outcome::OtherShop(link) => {
            let href = if ipc::present() {
                ["/pair?address=", &String::from(js_sys::encode_uri_component(&link.to_string()))].concat()
            } else {
                link.address.clone()
            };
            view! {
                <div class="scan-note" data-testid="scan-shop">
                    <p><strong>{say::SCAN_SHOP}</strong></p>
                    <p class="quiet-text">{link.address}</p>
                    <a href=href class="button">{say::SCAN_SHOP_OPEN}</a>
                </div>
            }
            .into_any()
        }
    }
}

/// The item that was just taken, with its stepper and undo.
fn taken_in(product: Product, line: LineId, undo: StoredValue<Option<Edit>>) -> AnyView {
    let name = {
        let name = product.name.clone();
        Signal::derive(move || local(&name))
    };
    let there = Memo::new(move |_| {
        with_basket(|basket| basket.lines.iter().find(|there| there.id == line).map(|there| there.measure))
    });
    let set = move |measure: Option<Measure>| {
        let edit = measure.map_or(Edit::Remove(line), |measure| Edit::Set { line, measure });
        change(&name.get_untracked(), edit);
    };
    let take_back = move |_| {
        if let Some(edit) = undo.try_update_value(Option::take).flatten() {
            change(&name.get_untracked(), edit);
        }
    };
    let control = move || match there.get() {
        None => view! { <span class="quiet-text">{say::SCAN_TAKEN_BACK}</span> }.into_any(),
        Some(Measure::Pieces(_)) => view! {
            <Stepper
                value=Signal::derive(move || there.get().map_or(0, Measure::items))
                shown=Signal::derive(move || number(there.get().map_or(0, Measure::items).into()))
                of=name
                on_change=move |pieces: u32| set((pieces > 0).then_some(Measure::Pieces(pieces)))
            />
        }
        .into_any(),
        Some(Measure::Grams(_)) => {
            let weight = Signal::derive(move || match there.get() {
                Some(Measure::Grams(weight)) => weight,
                _ => 0,
            });
            view! {
                <Stepper
                    value=weight
                    shown=Signal::derive(move || grams(weight.get()))
                    of=name
                    step=GRAMS_STEP
                    max=ministore_core::quantity::MAX_GRAMS
                    on_change=move |weight: u32| set((weight > 0).then_some(Measure::Grams(weight)))
                />
            }
            .into_any()
        }
        Some(Measure::Labelled(price)) => {
            view! { <span class="money">{move || money(price.money())}</span> }.into_any()
        }
    };
    // What kind of control it is changes only with the line itself, not with each number.
    let kind = Memo::new(move |_| there.get().map(|measure| std::mem::discriminant(&measure)));
    view! {
        <div class="scan-item" data-testid="scan-item">
            {picture(product.picture.as_ref(), product.category.as_str())}
            <div class="scan-item-words">
                <A href=["/p/", &product.code().map(|code| code.to_string()).unwrap_or_default()].concat()>
                    {move || name.get()}
                </A>
                <strong>{shelf_price(&product)}</strong>
                {plus_deposits(&product.deposits, Measure::Pieces(1), product.price.money())}
            </div>
            <div class="scan-item-control">
                {move || {
                    kind.track();
                    untrack(control)
                }}
                <button type="button" class="button plain" data-testid="scan-undo" on:click=take_back>
                    {say::ACTION_UNDO}
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// The items before, and what it all comes to.
#[component]
fn LastItems(
    /// The lines that were scanned, newest first.
    last: RwSignal<Vec<LineId>>,
) -> impl IntoView {
    let rows = move || {
        with_basket(|basket| {
            last.with(|last| {
                last.iter()
                    .filter_map(|line| basket.lines.iter().find(|there| there.id == *line))
                    .take(SHOWN)
                    .map(|line| {
                        let cost = line.measure.cost(line.product.price).map(money).unwrap_or_default();
                        view! {
                            <li>
                                <span class="aside-name">{local(&line.product.name)}</span>
                                <span class="quiet-text">{measure(line.measure)}</span>
                                <span class="money">{cost}</span>
                            </li>
                        }
                        .into_any()
                    })
                    .collect_view()
            })
        })
    };
    view! {
        <ul class="scan-last">{rows}</ul>
        <A href="/cart" attr:class="button primary large wide sticky-action" attr:data-testid="scan-total">
            {move || match totals().filter(|totals| totals.items > 0) {
                Some(totals) => say::basket_open(&money(totals.total)),
                None => say::NAV_BASKET().to_owned(),
            }}
        </A>
    }
    .into_any()
}
