//! Looking into a bag: by eye, some of it, all of it; and putting right what was not as it was paid.

use leptos::prelude::*;
use ministore_core::catalogue::{Lookup, Product, SoldBy};
use ministore_core::code::ProductCode;
use ministore_core::exit::{Check, CheckStep, Correction, InBag, Look, LookedBy, Settle, Visit};
use ministore_core::fact::RecordSale;
use ministore_core::fulfilment::Mode;
use ministore_core::id::{LineId, OrderId};
use ministore_core::money::Money;
use ministore_core::order::{OrderState, PlaceLine, Quote};
use ministore_core::quantity::Measure;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::cash::Amount;
use super::gate::GateDesk;
use super::order_words as words;
use super::sound::{Sound, play};
use crate::client::query::{Load, Query};
use crate::client::{call, call_again, clock, ipc, new_id};
use crate::i18n::{local, money, number, say};
use crate::refusal::amount;
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;

/// How often an app's sale is waited for on its way to the hub, and for how long each time, in milliseconds.
const TRIES: u32 = 8;
const PAUSE: i32 = 1_000;

/// Something that was scanned out of a bag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Taken {
    product: Product,
    measure: Measure,
}

impl Taken {
    fn found(&self) -> InBag {
        InBag { product: self.product.id, measure: self.measure }
    }
}

/// What a scan adds: pieces of one product are counted together, and a weighed pack without a label of its own stands
/// for the first line of it that nothing stands for yet.
fn with(taken: &[Taken], product: Product, label: Option<Measure>, visit: &Visit) -> Vec<Taken> {
    let mut all = taken.to_vec();
    let measure = match (product.sold_by, label) {
        (SoldBy::Piece, Some(Measure::Pieces(pieces))) => Measure::Pieces(pieces),
        (SoldBy::Piece, _) => Measure::Pieces(1),
        (SoldBy::Weight, Some(label)) => label,
        (SoldBy::Weight, None) => {
            let mut there: Vec<Measure> =
                all.iter().filter(|one| one.product.id == product.id).map(|one| one.measure).collect();
            let lines = visit.order.lines.iter().filter(|line| line.product == product.id);
            let open = lines.map(|line| line.measure).find(|wanted| {
                let at = there.iter().position(|measure| measure == wanted);
                at.map(|at| there.remove(at)).is_none()
            });
            // Nothing weighs nothing: a pack that no line is for is told as the least there is, and found wrong.
            open.unwrap_or(Measure::Grams(1))
        }
    };
    if let Measure::Pieces(more) = measure
        && let Some(at) = all.iter().position(|one| one.product.id == product.id)
    {
        let mut one = all.remove(at);
        if let Measure::Pieces(count) = one.measure {
            one.measure = Measure::Pieces(count.saturating_add(more)).checked().unwrap_or(one.measure);
        }
        all.insert(0, one);
    } else {
        all.insert(0, Taken { product, measure });
    }
    all
}

/// Takes what was scanned as something out of the bag.
pub(super) fn take(gate: GateDesk, code: ProductCode, label: Option<Measure>) {
    spawn_local(async move {
        let outcome = call(Lookup { code }).await;
        // Signed out, or done with this bag meanwhile.
        if gate.scanning.try_get_untracked().flatten().is_none() {
            return;
        }
        match (outcome, untrack(|| gate.visit())) {
            (Ok(product), Some(visit)) => {
                play(Sound::Right);
                announce(&untrack(|| local(&product.name)));
                gate.problem.set(None);
                gate.taken.update(|taken| *taken = with(taken, product, label, &visit));
            }
            (Ok(_), None) => {}
            (Err(refusal), _) => {
                play(Sound::Wrong);
                gate.problem.set(Some(refusal));
            }
        }
    });
}

/// What is to be done about the bag; nothing where there is nothing.
pub(super) fn look_view(gate: GateDesk, visit: &Visit) -> Option<AnyView> {
    if visit.out.is_some() || visit.order.state != OrderState::Placed {
        return None;
    }
    match &visit.check {
        CheckStep::Settle { corrections } => Some(settle_view(gate, visit.order.id, corrections)),
        CheckStep::Whole => Some(scan_view(gate, visit.clone(), LookedBy::Whole)),
        CheckStep::Look => Some(choices(gate, visit.clone(), true)),
        // Whoever is in doubt looks without being asked to.
        CheckStep::Nothing => Some(choices(gate, visit.clone(), false)),
    }
}

fn choices(gate: GateDesk, visit: Visit, asked: bool) -> AnyView {
    let order = visit.order.id;
    let eye = move |right| gate.step(Check { order, look: Look::Eye { right } });
    let begin = move |how| {
        gate.taken.set(Vec::new());
        gate.scanning.set(Some(how));
    };
    let open = RwSignal::new(asked);
    let buttons = move || {
        view! {
            <p>{say::EXIT_LOOK_TEXT}</p>
            <div class="gate-choices">
                <button type="button" class="button primary large" data-testid="eye-right" on:click=move |_| eye(true)>
                    {icon(Icon::Check)} {say::EXIT_LOOK_RIGHT}
                </button>
                <button type="button" class="button large danger" data-testid="eye-wrong" on:click=move |_| eye(false)>
                    {icon(Icon::Close)} {say::EXIT_LOOK_WRONG}
                </button>
                <button type="button" class="button large" data-testid="scan-part" on:click=move |_| begin(LookedBy::Part)>
                    {icon(Icon::Scan)} {say::EXIT_LOOK_PART}
                </button>
                <button type="button" class="button large" data-testid="scan-whole" on:click=move |_| begin(LookedBy::Whole)>
                    {icon(Icon::Scan)} {say::EXIT_LOOK_WHOLE}
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        {move || match gate.scanning.get() {
            Some(how) => scan_view(gate, visit.clone(), how),
            None if open.get() => {
                view! {
                    <section class="panel gate-look" aria-label=say::EXIT_LOOK data-testid="gate-look">
                        <h3>{say::EXIT_LOOK}</h3>
                        {buttons()}
                    </section>
                }
                .into_any()
            }
            None => {
                view! {
                    <button type="button" class="button plain" data-testid="look-anyway" on:click=move |_| open.set(true)>
                        {icon(Icon::Search)} {say::EXIT_LOOK_ANYWAY}
                    </button>
                }
                .into_any()
            }
        }}
    }
    .into_any()
}

/// Scanning the bag, or some of it.
fn scan_view(gate: GateDesk, visit: Visit, how: LookedBy) -> AnyView {
    let order = visit.order.id;
    let part = how == LookedBy::Part;
    let title = if part { say::EXIT_SCAN_PART } else { say::EXIT_SCAN_WHOLE };
    let text = if part { say::EXIT_SCAN_PART_TEXT } else { say::EXIT_SCAN_WHOLE_TEXT };
    let sample = visit.order.lines.iter().filter(|line| part && visit.sample.contains(&line.id)).map(|line| {
        view! {
            <li class="gate-wait">
                <span class="gate-wait-picture">{picture(line.picture.as_ref(), &line.code.to_string())}</span>
                <span class="gate-wait-words"><strong>{words::name(line)}</strong></span>
            </li>
        }
        .into_any()
    });
    let sample = sample.collect_view();
    let done = move |_| {
        let found = gate.taken.with_untracked(|taken| taken.iter().map(Taken::found).collect());
        let look = if part { Look::Part { found } } else { Look::Whole { found } };
        gate.step(Check { order, look });
    };
    let rows = move || {
        gate.taken.with(|taken| {
            taken
                .iter()
                .enumerate()
                .map(|(at, one)| {
                    let name = local(&one.product.name);
                    let label = say::basket_take_out(&name);
                    let remove = move |_| gate.taken.update(|taken| _ = taken.remove(at));
                    view! {
                        <li class="gate-wait" data-testid="taken">
                            <span class="gate-wait-picture">
                                {picture(one.product.picture.as_ref(), one.product.category.as_str())}
                            </span>
                            <span class="gate-wait-words">
                                <strong>{name}</strong> <span>{amount(one.measure)}</span>
                            </span>
                            <button type="button" class="icon-button" aria-label=label on:click=remove>
                                {icon(Icon::Undo)}
                            </button>
                        </li>
                    }
                    .into_any()
                })
                .collect_view()
        })
    };
    let count = move || {
        let items = gate.taken.with(|taken| taken.iter().map(|one| one.measure.items()).sum::<u32>());
        say::exit_scanned(items)
    };
    view! {
        <section class="panel gate-look" aria-label=title data-testid="gate-scan">
            <h3>{title}</h3>
            <p>{text}</p>
            <ul class="gate-sample">{sample}</ul>
            <p class="gate-scanned" data-testid="scanned-count" role="status">{count}</p>
            <ul>{rows}</ul>
            <button
                type="button"
                class="button primary large wide"
                data-testid="scan-done"
                aria-disabled=move || gate.busy.get().to_string()
                on:click=done
            >
                {icon(Icon::Check)} {say::EXIT_SCAN_DONE}
            </button>
        </section>
    }
    .into_any()
}

/// The lines by which a till sells what was not paid.
fn sale_lines(corrections: &[Correction]) -> Vec<PlaceLine> {
    corrections
        .iter()
        .flat_map(|one| one.extra.iter().map(|extra| (one.product, *extra)))
        .map(|(product, measure)| PlaceLine { id: new_id::<LineId>(), product, measure })
        .collect()
}

fn settle_view(gate: GateDesk, order: OrderId, corrections: &[Correction]) -> AnyView {
    let rows = corrections.iter().map(|one| {
        let (name, paid, found, missing) = (one.name.clone(), one.paid, one.found, one.missing);
        let extra: Vec<_> = one.extra.clone();
        let name_label = name.clone();
        view! {
            <li class="gate-correction" data-testid="correction">
                <strong>{move || local(&name)}</strong>
                <span>{move || say::exit_paid_found(&number(paid.into()), &number(found.into()))}</span>
                {(!extra.is_empty()).then(|| {
                    view! {
                        <span class="chip chip-due">
                            {move || say::exit_to_pay(&extra.iter().map(|extra| amount(*extra)).collect::<Vec<_>>().join(" + "))}
                        </span>
                    }
                    .into_any()
                })}
                {(missing > 0).then(|| {
                    view! {
                        <span class="chip chip-late">{move || say::exit_to_refund(missing)}</span>
                        <span class="visually-hidden">{local(&name_label)}</span>
                    }
                    .into_any()
                })}
            </li>
        }
        .into_any()
    });
    let rows = rows.collect_view();
    let lines = sale_lines(corrections);
    let owed = corrections.iter().any(|one| one.missing > 0);
    let settle = move |_| gate.step(Settle { order, sale: None });
    let pay = (!lines.is_empty()).then(|| pay_view(gate, order, lines.clone()));
    let left_word = if lines.is_empty() { say::EXIT_SETTLE_GO } else { say::EXIT_SETTLE_LEFT };
    view! {
        <section class="panel gate-look" aria-label=say::EXIT_GATE_SETTLE data-testid="gate-settle">
            <h3>{say::EXIT_GATE_SETTLE}</h3>
            <ul>{rows}</ul>
            {owed.then(|| view! { <p class="notice" data-testid="owed">{say::EXIT_OWED}</p> }.into_any())}
            {pay}
            <button type="button" class="button large wide" data-testid="settle-left" on:click=settle>
                {left_word}
            </button>
        </section>
    }
    .into_any()
}

/// Taking the money for what was not paid.
fn pay_view(gate: GateDesk, order: OrderId, lines: Vec<PlaceLine>) -> AnyView {
    let quoted = {
        let lines = lines.clone();
        Query::new(move || Some(Quote { lines: lines.clone(), mode: Mode::CarryOut, point: None }))
    };
    let lines = StoredValue::new(lines);
    let cash = RwSignal::new(String::new());
    // One sale, however often it is tried.
    let sale = StoredValue::new(new_id());
    let due = Memo::new(move |_| {
        quoted.with(|load| match load {
            Load::Ready(quoted) => Some(quoted.totals.total),
            Load::Loading | Load::Failed(_) => None,
        })
    });
    let typed = Memo::new(move |_| {
        let currency = shop::shop()?.currency;
        cash.with(|cash| match cash.trim() {
            "" => due.get(),
            text => Money::parse_decimal(&text.replace(',', "."), currency).ok(),
        })
    });
    let enough =
        Memo::new(move |_| due.get().zip(typed.get()).is_some_and(|(due, cash)| cash.minor >= due.minor));
    let paid = move |_| {
        let (Some(due), Some(cash), true) =
            (due.get_untracked(), typed.get_untracked(), enough.get_untracked())
        else {
            return;
        };
        let sale = sale.get_value();
        let record = RecordSale::in_cash(sale, lines.get_value(), cash, due);
        gate.run(record, move |outcome| match outcome {
            Ok(_) => settle_when_known(gate, Settle { order, sale: Some(sale) }),
            Err(refusal) => {
                play(Sound::Wrong);
                gate.problem.set(Some(refusal));
            }
        });
    };
    let change = move || {
        let (due, cash) = due.get().zip(typed.get())?;
        let change = cash.minus(due).ok().filter(|change| change.minor > 0)?;
        Some(say::exit_change(&money(change)))
    };
    let exact = move || due.get().map(|due| Amount::of(due).text().to_owned()).unwrap_or_default();
    view! {
        <div class="gate-pay">
            <p class="gate-due" data-testid="gate-due">
                {move || due.get().map(|due| say::exit_due(&money(due)))}
            </p>
            <label class="field">
                <span>{say::EXIT_CASH}</span>
                <input
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    data-testid="gate-cash"
                    placeholder=exact
                    prop:value=move || cash.get()
                    on:input=move |event| cash.set(event_target_value(&event))
                />
            </label>
            <p role="status" data-testid="gate-change">{change}</p>
            <button
                type="button"
                class="button primary large wide"
                data-testid="settle-paid"
                disabled=move || !enough.get() || gate.busy.get()
                on:click=paid
            >
                {icon(Icon::Wallet)} {say::EXIT_SETTLE_PAID}
            </button>
        </div>
    }
    .into_any()
}

/// An app keeps its sale first and sends it on: the hub is asked again until it has it.
fn settle_when_known(gate: GateDesk, settle: Settle) {
    gate.busy.set(true);
    spawn_local(async move {
        let mut tries = if ipc::present() { TRIES } else { 1 };
        let outcome = loop {
            let outcome = call_again(settle, new_id()).await;
            tries -= 1;
            let unknown = matches!(&outcome, Err(Refusal::Invalid { field, .. }) if field == "sale");
            if !unknown || tries == 0 {
                break outcome;
            }
            clock::sleep(PAUSE).await;
        };
        if gate.busy.try_set(false).is_some() {
            return; // Signed out meanwhile.
        }
        match outcome {
            Ok(visit) => gate.show(visit),
            Err(refusal) => {
                play(Sound::Wrong);
                gate.problem.set(Some(refusal));
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use ministore_core::exit::corrections;
    use ministore_core::money::{Currency, Price};
    use ministore_core::tax::TaxRate;
    use ministore_core::text::LocalText;
    use uuid::Uuid;

    use super::super::queue::tests::{line, order};
    use super::*;

    fn visit() -> Visit {
        let mut order = order(1042, OrderState::Placed, 0);
        order.lines = vec![line(1, None, 2, 0), line(2, None, 1, 0)];
        for (at, grams) in [(3, 500), (4, 900)] {
            let mut pack = line(at, None, 1, 0);
            pack.product = product(9, SoldBy::Weight).id;
            pack.measure = Measure::Grams(grams);
            order.lines.push(pack);
        }
        Visit {
            order,
            waits: Vec::new(),
            asked: true,
            check: CheckStep::Look,
            sample: Vec::new(),
            notes: Vec::new(),
            out: None,
        }
    }

    fn product(id: u128, sold_by: SoldBy) -> Product {
        Product {
            id: ministore_core::id::ProductId(Uuid::from_u128(id)),
            gtin: None,
            plu: None,
            category: "fruit".parse().unwrap(),
            name: LocalText::default(),
            brand: String::new(),
            price: Price::new(Currency::CNY.minor(450)).unwrap(),
            sold_by,
            content: None,
            tax: TaxRate(900),
            aisle: None,
            min_age: None,
            tagged: false,
            deposits: Default::default(),
            allergens: LocalText::default(),
            notes: LocalText::default(),
            picture: None,
            available: 1,
        }
    }

    #[test]
    fn a_bag_scanned_thing_by_thing_is_right() {
        let visit = visit();
        let mut taken = Vec::new();
        for (id, sold_by) in [
            (1, SoldBy::Piece),
            (9, SoldBy::Weight),
            (2, SoldBy::Piece),
            (9, SoldBy::Weight),
            (1, SoldBy::Piece),
        ] {
            taken = with(&taken, product(id, sold_by), None, &visit);
        }
        let found: Vec<InBag> = taken.iter().map(Taken::found).collect();
        assert_eq!(corrections(&visit.order.lines, &found, None), []);
        assert_eq!(taken.len(), 4, "pieces of one product are counted together");

        taken = with(&taken, product(9, SoldBy::Weight), None, &visit);
        let found: Vec<InBag> = taken.iter().map(Taken::found).collect();
        assert_eq!(corrections(&visit.order.lines, &found, None).len(), 1, "a third pack is one too many");
    }

    #[test]
    fn a_till_sells_what_was_not_paid_and_nothing_else() {
        let visit = visit();
        let taken = with(&[], product(7, SoldBy::Piece), None, &visit);
        let found: Vec<InBag> = taken.iter().map(Taken::found).collect();
        let lines = sale_lines(&corrections(&visit.order.lines, &found, None));
        let told: Vec<_> = lines.iter().map(|line| (line.product.0.as_u128(), line.measure)).collect();
        assert_eq!(told, [(7, Measure::Pieces(1))]);
    }
}
