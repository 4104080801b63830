//! The way out: whoever has scanned and paid on the phone shows a pass here, and staff releases what waits for it.

use std::rc::Rc;

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::code::{Code, CodeError};
use ministore_core::exit::{
    CheckStep, Exit, GetGate, GetVisit, LookedBy, PassFault, Release, SeeOut, Shown, Verify, Visit,
};
use ministore_core::id::{LineId, OrderId};
use ministore_core::issued::ExitPass;
use ministore_core::order::{OrderLine, OrderState};
use ministore_core::refusal::Refusal;
use ministore_core::sync::Changed;
use wasm_bindgen_futures::spawn_local;

use super::cancel::cancel_panel;
use super::desk::Desk;
use super::dispatch::Source;
use super::frame::pane_head;
use super::gate_look::{self, Taken};
use super::gate_notes::notes;
use super::gate_rule::rule_section;
use super::order_words as words;
use super::place::Place;
use super::said::said_banner;
use super::sound::{Sound, play};
use super::trouble::{trouble_panel, words_of};
use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::client::{call, call_again, ipc, new_id};
use crate::i18n::{number, say};
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::picture::picture;

/// How many pictures of goods stand beside a result.
const PICTURES: usize = 8;

/// What the gate has before it.
#[derive(Clone)]
pub(super) enum Before {
    /// Nobody yet.
    Nobody,
    /// An order on its way out.
    Visit(Box<Visit>),
    /// Somebody who was let out by the pass alone, as the hub could not be reached.
    LetOut(Exit),
    /// A pass that asks for a look, while the hub cannot be reached.
    LookFirst(ExitPass),
    /// Nobody leaves.
    Refused(Refusal),
}

/// What the gate's screens share. Cheap to copy; lives while somebody is signed in.
#[derive(Clone, Copy)]
pub(crate) struct GateDesk {
    /// Who waits, and what was noted.
    pub(super) gate: Query<GetGate>,
    pub(super) before: RwSignal<Before>,
    /// How the bag is being scanned, while it is.
    pub(super) scanning: RwSignal<Option<LookedBy>>,
    /// What was scanned of it, latest first.
    pub(super) taken: RwSignal<Vec<Taken>>,
    pub(super) busy: RwSignal<bool>,
    /// What went wrong with the last step; the visit is as it was.
    pub(super) problem: RwSignal<Option<Refusal>>,
}

impl GateDesk {
    pub(super) fn open() -> Self {
        let gate = Query::new(|| Some(GetGate {}));
        let desk = Self {
            gate,
            before: RwSignal::new(Before::Nobody),
            scanning: RwSignal::new(None),
            taken: RwSignal::new(Vec::new()),
            busy: RwSignal::new(false),
            problem: RwSignal::new(None),
        };
        on_live(move |live| match live {
            Live::Anything => gate.reload(),
            Live::Changed(Changed::Order { order, .. }) => {
                gate.reload();
                if desk.visit_id() == Some(*order) {
                    desk.look_again();
                }
            }
            Live::Changed(_) => {}
        });
        desk
    }

    /// Shows the visit as it is now, where another gate has changed it.
    fn look_again(self) {
        let Some(known) = untrack(|| self.visit()) else { return };
        spawn_local(async move {
            let Ok(now) = call(GetVisit { number: known.order.number }).await else { return };
            let is_shown =
                self.busy.try_get_untracked() == Some(false) && untrack(|| self.visit()) == Some(known);
            if is_shown {
                self.before.maybe_update(|before| {
                    let changed = matches!(before, Before::Visit(before) if **before != now);
                    if changed {
                        *before = Before::Visit(Box::new(now));
                    }
                    changed
                });
            }
        });
    }

    /// How many wait for staff. Tracked.
    pub(super) fn waiting(self) -> u32 {
        self.gate.with(|load| match load {
            Load::Ready(gate) => gate.waiting.len() as u32,
            Load::Loading | Load::Failed(_) => 0,
        })
    }

    /// The visit that is before the gate. Tracked.
    pub(super) fn visit(self) -> Option<Visit> {
        self.before.with(|before| match before {
            Before::Visit(visit) => Some((**visit).clone()),
            Before::Nobody | Before::LetOut(_) | Before::LookFirst(_) | Before::Refused(_) => None,
        })
    }

    /// Does what a text that was read means at the gate. Whether it meant anything here.
    pub(super) fn heard(
        self,
        at_gate: bool,
        text: &str,
        code: &Result<Code, CodeError>,
        source: Source,
    ) -> bool {
        let scanning = self.scanning.get_untracked().is_some();
        match (at_gate, gate_meaning(text, code, source, scanning)) {
            (_, Some(GateMeaning::Pass(pass))) => self.verify(Shown::Pass { pass }),
            (true, Some(GateMeaning::Number(number))) => self.find(number),
            (true, Some(GateMeaning::Item)) => {
                if let Ok(Code::Product { code, measure, .. }) = code {
                    gate_look::take(self, *code, *measure);
                }
            }
            _ => {
                // What let the last one out says nothing of who stands here now.
                if at_gate && self.is_out() {
                    self.before.set(Before::Nobody);
                }
                return false;
            }
        }
        true
    }

    /// Whether whoever was before the gate has left. Not tracked.
    fn is_out(self) -> bool {
        self.before.with_untracked(|before| match before {
            Before::LetOut(_) => true,
            Before::Visit(visit) => visit.out.is_some(),
            Before::Nobody | Before::LookFirst(_) | Before::Refused(_) => false,
        })
    }

    /// Shows this visit.
    pub(super) fn show(self, visit: Visit) {
        let same = self.visit_id() == Some(visit.order.id);
        let whole = visit.check == CheckStep::Whole;
        let over = !matches!(visit.check, CheckStep::Look | CheckStep::Whole);
        if !same || over {
            self.scanning.set(None);
            self.taken.set(Vec::new());
        }
        if whole && self.scanning.get_untracked() != Some(LookedBy::Whole) {
            self.taken.set(Vec::new());
            self.scanning.set(Some(LookedBy::Whole));
        }
        let out = visit.out.is_some();
        play(if out { Sound::Done } else { Sound::Order });
        announce(&untrack(|| headline(&visit)));
        self.before.set(Before::Visit(Box::new(visit)));
        self.gate.reload();
    }

    fn visit_id(self) -> Option<OrderId> {
        untrack(|| self.visit()).map(|visit| visit.order.id)
    }

    fn refuse(self, refusal: Refusal) {
        play(Sound::Wrong);
        announce(&untrack(|| words_of(&refusal)).happened);
        self.scanning.set(None);
        self.taken.set(Vec::new());
        self.before.set(Before::Refused(refusal));
    }

    /// A step with the visit that is before the gate: it stays where the step fails.
    pub(super) fn step<C: Call<Reply = Visit> + Clone>(self, call: C) {
        self.run(call, move |outcome| match outcome {
            Ok(visit) => self.show(visit),
            Err(refusal) => {
                play(Sound::Wrong);
                self.problem.set(Some(refusal));
            }
        });
    }

    /// Makes a call for this gate, one after the other, with what to do with its answer.
    pub(super) fn run<C: Call + Clone>(
        self,
        call: C,
        then: impl FnOnce(Result<C::Reply, Refusal>) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            // Signed out meanwhile, there is nothing left to tell.
            if self.busy.try_set(false).is_none() {
                then(outcome);
            }
        });
    }

    pub(super) fn verify(self, shown: Shown) {
        self.run(Verify { shown: shown.clone() }, move |outcome| match (outcome, shown) {
            (Ok(visit), _) => self.show(visit),
            (Err(Refusal::Offline), Shown::Pass { pass }) if ipc::present() => self.see_out(pass, false),
            (Err(refusal), _) => self.refuse(refusal),
        });
    }

    /// Lets somebody out by what the pass itself says. The hub learns of it once it can be reached.
    fn see_out(self, pass: ExitPass, looked: bool) {
        let call = SeeOut { exit: new_id(), pass: pass.clone(), looked };
        self.run(call, move |outcome| match outcome {
            Ok(exit) => {
                play(Sound::Done);
                announce(&untrack(|| say::exit_out(&exit.number.to_string())));
                self.before.set(Before::LetOut(exit));
            }
            Err(Refusal::PassRefused { pass: PassFault::CheckFirst }) => {
                play(Sound::Order);
                self.before.set(Before::LookFirst(pass));
            }
            Err(refusal) => self.refuse(refusal),
        });
    }

    fn find(self, number: u32) {
        self.run(GetVisit { number }, move |outcome| match outcome {
            Ok(visit) => self.show(visit),
            Err(refusal) => self.refuse(refusal),
        });
    }
}

/// What a text means at the gate.
#[derive(Clone, PartialEq, Eq, Debug)]
enum GateMeaning {
    /// A pass.
    Pass(ExitPass),
    /// The number of an order.
    Number(u32),
    /// A product, while a bag is scanned.
    Item,
}

fn gate_meaning(
    text: &str,
    code: &Result<Code, CodeError>,
    source: Source,
    scanning: bool,
) -> Option<GateMeaning> {
    match code {
        Ok(Code::ExitPass(pass)) => return Some(GateMeaning::Pass(pass.clone())),
        Ok(Code::Product { .. }) if scanning => return Some(GateMeaning::Item),
        _ => {}
    }
    let digits = text.trim().trim_start_matches('#');
    let is_number = source == Source::Typed && !scanning && (1..=7).contains(&digits.len());
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && all_digits).then(|| digits.parse().ok()).flatten().map(GateMeaning::Number)
}

/// What is so, in a sentence.
fn headline(visit: &Visit) -> String {
    let number = words::number_of(&visit.order);
    if visit.out.is_some() {
        return say::exit_out(&number);
    }
    match (&visit.check, visit.waits.len()) {
        _ if visit.order.state == OrderState::Cancelled => say::EXIT_CANCELLED().to_owned(),
        (_, waits @ 1..) => say::exit_gate_waits(waits as u32),
        (CheckStep::Look, _) => say::EXIT_GATE_LOOK().to_owned(),
        (CheckStep::Whole, _) => say::EXIT_GATE_WHOLE().to_owned(),
        (CheckStep::Settle { .. }, _) => say::EXIT_GATE_SETTLE().to_owned(),
        (CheckStep::Nothing, _) => say::exit_gate_free(&number),
    }
}

/// The screen.
pub(super) fn gate_screen(desk: Desk) -> AnyView {
    let gate = desk.gate;
    let title = Signal::derive(|| say::EXIT_GATE_TITLE().to_owned());
    view! {
        {pane_head(title, Some(Place::Queue), None)}
        <div class="pane-body gate" data-testid="gate">
            {said_banner(desk)}
            {move || result(desk)}
            {move || gate.problem.get().map(|refusal| trouble_panel(refusal, None))}
            {waiting_list(gate)}
            {notes(gate)}
            {rule_section()}
        </div>
    }
    .into_any()
}

fn result(desk: Desk) -> AnyView {
    let gate = desk.gate;
    match gate.before.get() {
        Before::Nobody => view! {
            <section class="gate-result" data-testid="gate-empty">
                <span class="gate-sign">{icon(Icon::Scan)}</span>
                <div class="gate-words">
                    <h3>{say::EXIT_GATE_EMPTY}</h3>
                    <p>{say::EXIT_GATE_EMPTY_TEXT}</p>
                </div>
            </section>
        }
        .into_any(),
        Before::Refused(refusal) => {
            let told = Signal::derive(move || words_of(&refusal));
            view! {
                <section class="gate-result gate-wrong" role="alert" data-testid="gate-refused">
                    <span class="gate-sign">{icon(Icon::Wrong)}</span>
                    <div class="gate-words">
                        <h3>{move || told.get().happened}</h3>
                        <p>{move || told.get().next}</p>
                    </div>
                </section>
            }
            .into_any()
        }
        Before::LetOut(exit) => view! {
            <section class="gate-result gate-good" role="status" data-testid="gate-out">
                <span class="gate-sign">{icon(Icon::Check)}</span>
                <div class="gate-words">
                    <h3>{move || say::exit_out(&exit.number.to_string())}</h3>
                    <p class="gate-count">{move || say::exit_items(exit.items)}</p>
                    <p>{say::EXIT_GATE_OFFLINE}</p>
                </div>
            </section>
        }
        .into_any(),
        Before::LookFirst(pass) => {
            let right = move |_| gate.see_out(pass.clone(), true);
            view! {
                <section class="gate-result gate-warn" role="status" data-testid="gate-look-first">
                    <span class="gate-sign">{icon(Icon::Search)}</span>
                    <div class="gate-words">
                        <h3>{say::EXIT_GATE_LOOK}</h3>
                        <p>{say::EXIT_GATE_OFFLINE_LOOK}</p>
                        <button type="button" class="button primary large" data-testid="looked-right" on:click=right>
                            {icon(Icon::Check)} {say::EXIT_LOOK_RIGHT}
                        </button>
                    </div>
                </section>
            }
            .into_any()
        }
        Before::Visit(visit) => visit_view(desk, *visit),
    }
}

fn visit_view(desk: Desk, visit: Visit) -> AnyView {
    let gate = desk.gate;
    let id = visit.order.id;
    let (class, sign, test_id) = match visit.out {
        Some(_) => ("gate-result gate-good", Icon::Check, "gate-out"),
        None => ("gate-result gate-warn", Icon::Clock, "gate-visit"),
    };
    let head = {
        let visit = visit.clone();
        move || headline(&visit)
    };
    let items = visit.order.totals.items;
    let more = visit.order.lines.len().saturating_sub(PICTURES);
    let pictures = visit.order.lines.iter().take(PICTURES).map(|line| {
        let label = words::name(line);
        let count = words::measure(line);
        view! {
            <li class="gate-picture">
                {picture(line.picture.as_ref(), &line.code.to_string())}
                <span class="visually-hidden">{label}</span>
                <span class="gate-measure">{count}</span>
            </li>
        }
        .into_any()
    });
    let free = visit.out.is_none()
        && visit.order.state == OrderState::Placed
        && visit.waits.is_empty()
        && visit.check == CheckStep::Nothing;
    let let_out = move |_| gate.verify(Shown::Order { order: id });
    let cancelling = RwSignal::new(false);
    let cancellable = visit.out.is_none() && visit.order.state == OrderState::Placed;
    let order = visit.order.clone();
    let waits = waits_view(gate, &visit);
    let look = gate_look::look_view(gate, &visit);
    let number_label = words::number_of(&visit.order);
    view! {
        <section class=class role="status" data-testid=test_id>
            <span class="gate-sign">{icon(sign)}</span>
            <div class="gate-words">
                <h3>{head}</h3>
                <p class="gate-count">
                    <strong data-testid="gate-items">{move || say::exit_items(items)}</strong>
                    <span>"#" {number_label}</span>
                </p>
                <ul class="gate-pictures">
                    {pictures.collect_view()}
                    {(more > 0).then(|| view! { <li class="gate-more">"+" {number(more as f64)}</li> }.into_any())}
                </ul>
            </div>
        </section>
        {waits}
        {look}
        {free.then(|| {
            view! {
                <button
                    type="button"
                    class="button primary large wide"
                    data-testid="let-out"
                    aria-disabled=move || gate.busy.get().to_string()
                    on:click=let_out
                >
                    {icon(Icon::LogOut)} {say::EXIT_LET_OUT}
                </button>
            }
            .into_any()
        })}
        {cancellable.then(|| {
            view! {
                <div class="gate-cancel">
                    {move || cancelling.get().then(|| cancel_panel(desk, &order, cancelling))}
                    <button
                        type="button"
                        class="button plain danger"
                        data-testid="gate-cancel"
                        aria-expanded=move || cancelling.get().to_string()
                        on:click=move |_| cancelling.update(|open| *open = !*open)
                    >
                        {say::COUNTER_ACTION_CANCEL}
                    </button>
                </div>
            }
            .into_any()
        })}
    }
    .into_any()
}

/// What waits for staff, one tap each.
fn waits_view(gate: GateDesk, visit: &Visit) -> Option<AnyView> {
    if visit.waits.is_empty() || visit.order.state != OrderState::Placed {
        return None;
    }
    let order = visit.order.id;
    let lines = visit.order.lines.iter().filter(|line| visit.waits.contains(&line.id));
    let rows = lines.map(|line| wait_row(gate, order, line)).collect_view();
    Some(
        view! {
            <section class="panel gate-waits" aria-label=say::EXIT_GATE_RELEASE>
                <h3>{say::EXIT_GATE_RELEASE}</h3>
                <ul>{rows}</ul>
            </section>
        }
        .into_any(),
    )
}

fn wait_row(gate: GateDesk, order: OrderId, line: &OrderLine) -> AnyView {
    let (id, age): (LineId, _) = (line.id, line.min_age);
    let seed = line.code.to_string();
    let name = words::name(line);
    let label = name.clone();
    let why = move || match age {
        Some(age) => say::counter_age_check(&number(age.into())),
        None => say::EXIT_GATE_TAG().to_owned(),
    };
    view! {
        <li class="gate-wait" data-testid=["wait-", &seed].concat()>
            <span class="gate-wait-picture">{picture(line.picture.as_ref(), &seed)}</span>
            <span class="gate-wait-words"><strong>{name}</strong> <span>{why}</span></span>
            <button
                type="button"
                class="button primary"
                data-testid="release"
                aria-disabled=move || gate.busy.get().to_string()
                on:click=move |_| gate.step(Release { order, line: id })
            >
                {icon(Icon::Check)} {say::EXIT_RELEASE}
                <span class="visually-hidden">{label}</span>
            </button>
        </li>
    }
    .into_any()
}

/// Who waits for staff, wherever they stand.
fn waiting_list(gate: GateDesk) -> AnyView {
    let rows = move || {
        gate.gate.with(|load| match load {
            Load::Loading => None,
            Load::Failed(refusal) => {
                let retry = Callback::new(move |()| gate.gate.reload());
                Some(trouble_panel(refusal.clone(), Some(retry)))
            }
            Load::Ready(there) if there.waiting.is_empty() => {
                Some(view! { <p class="quiet-text">{say::EXIT_GATE_NOBODY}</p> }.into_any())
            }
            Load::Ready(there) => {
                let rows = there.waiting.iter().map(|visit| waiting_row(gate, visit.clone())).collect_view();
                Some(view! { <ul class="gate-queue">{rows}</ul> }.into_any())
            }
        })
    };
    view! {
        <section class="gate-section" aria-labelledby="gate-waiting" data-testid="gate-waiting">
            <h3 id="gate-waiting">{say::EXIT_GATE_WAITING}</h3>
            {rows}
        </section>
    }
    .into_any()
}

fn waiting_row(gate: GateDesk, visit: Visit) -> AnyView {
    let number_label = words::number_of(&visit.order);
    let id = ["open-", &number_label].concat();
    let head = {
        let visit = visit.clone();
        move || headline(&visit)
    };
    let open: Rc<dyn Fn()> = Rc::new(move || {
        gate.problem.set(None);
        gate.show(visit.clone());
    });
    view! {
        <li>
            <button type="button" class="gate-row" data-testid=id on:click=move |_| open()>
                <strong>"#" {number_label}</strong>
                <span>{head}</span>
                {icon(Icon::ChevronRight)}
            </button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use ministore_core::money::Currency;

    use super::*;

    fn at(text: &str, source: Source, scanning: bool) -> Option<GateMeaning> {
        let code = Code::read(text, None, &[], Currency::CNY).map_err(|unread| unread.error);
        gate_meaning(text, &code, source, scanning)
    }

    #[test]
    fn a_number_is_an_order_until_a_bag_is_scanned() {
        for text in ["1042", "#1042", " 1042 "] {
            assert_eq!(at(text, Source::Typed, false), Some(GateMeaning::Number(1042)), "{text}");
        }
        assert_eq!(at("40110", Source::Typed, true), Some(GateMeaning::Item), "a PLU");
        assert_eq!(at("1042", Source::Scanned(None), false), None);
        assert_eq!(at("99999999", Source::Typed, false), None);
        assert_eq!(at("oat milk", Source::Typed, false), None);
        assert_eq!(at("", Source::Typed, false), None);
    }

    #[test]
    fn a_pass_is_one_whatever_is_being_done() {
        let text = ["MX", &"a".repeat(40)].concat();
        for (source, scanning) in [(Source::Scanned(None), true), (Source::Typed, false)] {
            assert!(matches!(at(&text, source, scanning), Some(GateMeaning::Pass(_))));
        }
    }
}
