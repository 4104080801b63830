//! Paying with a wallet's own code at the hand-over and at the till: the code is scanned or typed, its wallet is asked, and the screen says
//! what is known until it is certain.

use leptos::prelude::*;
use ministore_core::code_payment::{
    ChargeCode, CodeCharge, CodeFault, CodeState, GetCodeCharge, Owed, PaidFor, PaymentCode, UndoCode,
};
use ministore_core::id::CallId;
use ministore_core::money::Money;
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::sound::{Sound, play};
use super::trouble::trouble_panel;
use crate::client::clock::sleep;
use crate::client::{call_again, call_as_staff, new_id};
use crate::i18n::say;
use crate::i18n::{money, time};
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

/// The wait between two looks at what became of a charge, in milliseconds.
const LOOK_EVERY: i32 = 1500;

/// What the screen knows.
#[derive(Clone, PartialEq, Debug)]
enum Known {
    /// Nothing is asked.
    Idle,
    /// The charge is being made.
    Begins,
    /// Where it stands.
    Stands(CodeCharge),
    /// It stands there as far as was known, and the hub cannot be reached now.
    Unheard(CodeCharge),
    /// It was not made.
    Refused(Refusal),
}

/// Who takes the code of a payer's wallet, where somebody does.
pub(crate) type Payer = RwSignal<Option<(PaidFor, Callback<PaymentCode>)>>;

/// A wallet beside the cash desk of one order or ticket. Cheap to copy; lives as long as the screen.
#[derive(Clone, Copy)]
pub(super) struct Wallet {
    paid_for: PaidFor,
    /// What is asked for, at the moment at which it is.
    owed: Callback<(), Owed>,
    due: Signal<Money>,
    known: RwSignal<Known>,
    watching: StoredValue<bool>,
    taken: Callback<CodeCharge>,
}

/// Whether the shop takes payers' codes. Tracked.
pub(super) fn is_offered() -> bool {
    shop::shop().is_some_and(|shop| shop.tenders.iter().any(|tender| tender.reads_payers_codes()))
}

impl Wallet {
    /// A wallet for what is due; `taken` is called when it has paid.
    pub(super) fn new(
        payer: Payer,
        paid_for: PaidFor,
        owed: Callback<(), Owed>,
        due: Signal<Money>,
        taken: Callback<CodeCharge>,
    ) -> Self {
        let (known, watching) = (RwSignal::new(Known::Idle), StoredValue::new(false));
        let wallet = Self { paid_for, owed, due, known, watching, taken };
        // A screen that was left while a wallet was asked finds it again.
        spawn_local(async move {
            let Ok(Some(charge)) = call_as_staff(GetCodeCharge { paid_for }).await else { return };
            if known.try_get_untracked() != Some(Known::Idle) {
                return;
            }
            if charge.state.is_open() {
                known.set(Known::Stands(charge));
                wallet.watch();
            } else if charge.state == CodeState::Taken {
                wallet.heard(charge);
            }
        });
        payer.set(Some((paid_for, Callback::new(move |code| wallet.begin(code)))));
        on_cleanup(move || {
            payer.try_update(|payer| {
                if payer.as_ref().is_some_and(|(there, _)| *there == paid_for) {
                    *payer = None;
                }
            });
        });
        wallet
    }

    /// Whether cash may be taken: nothing is asked of a wallet. Tracked.
    pub(super) fn is_idle(self) -> bool {
        self.known.with(|known| match known {
            Known::Idle | Known::Refused(_) => true,
            Known::Begins | Known::Unheard(_) => false,
            Known::Stands(charge) => charge.state == CodeState::NotTaken,
        })
    }

    fn begin(self, code: PaymentCode) {
        if untrack(|| self.is_idle()) {
            self.known.set(Known::Begins);
            announce(&untrack(|| say::wallet_asking(&money(self.due.get()))));
            self.charge(code, new_id());
        }
    }

    fn charge(self, code: PaymentCode, id: CallId) {
        let call = ChargeCode { owed: self.owed.run(()), code };
        spawn_local(async move {
            let outcome = call_again(call, id).await;
            if self.known.try_get_untracked().is_none() {
                return; // The screen was left; the hub goes on by itself.
            }
            match outcome {
                Ok(charge) => self.heard(charge),
                Err(refusal) => {
                    // It may have arrived all the same.
                    let there = call_as_staff(GetCodeCharge { paid_for: self.paid_for }).await;
                    match there {
                        Ok(Some(charge)) if charge.state.is_open() => self.heard(charge),
                        _ => {
                            play(Sound::Wrong);
                            self.known.try_set(Known::Refused(refusal));
                            return;
                        }
                    }
                }
            }
            self.watch();
        });
    }

    /// Looks until it is certain.
    fn watch(self) {
        if self.watching.get_value() {
            return;
        }
        self.watching.set_value(true);
        spawn_local(async move {
            loop {
                let looked = call_as_staff(GetCodeCharge { paid_for: self.paid_for }).await;
                let Some(known) = self.known.try_get_untracked() else { return };
                match (looked, known) {
                    (Ok(Some(charge)), _) => self.heard(charge),
                    (_, Known::Stands(charge)) => self.known.set(Known::Unheard(charge)),
                    _ => {}
                }
                let over = self.known.with_untracked(
                    |known| matches!(known, Known::Stands(charge) if !charge.state.is_open()),
                );
                if over {
                    break;
                }
                sleep(LOOK_EVERY).await;
            }
            self.watching.try_update_value(|watching| *watching = false);
        });
    }

    fn heard(self, charge: CodeCharge) {
        let before = self.known.get_untracked();
        let was = match &before {
            Known::Stands(before) | Known::Unheard(before) => Some((before.state, before.confirming)),
            _ => None,
        };
        self.known.set(Known::Stands(charge));
        if was == Some((charge.state, charge.confirming)) {
            return;
        }
        match charge.state {
            CodeState::Taken => self.taken.run(charge),
            CodeState::NotTaken => {
                play(Sound::Wrong);
                announce(&untrack(|| not_taken(charge.fault)).concat());
            }
            CodeState::Asked if charge.confirming => announce(say::WALLET_CONFIRM()),
            CodeState::Begun | CodeState::Asked | CodeState::Undoing => {}
        }
    }

    fn undo(self) {
        let (paid_for, id) = (self.paid_for, new_id());
        spawn_local(async move {
            if let Ok(charge) = call_again(UndoCode { paid_for }, id).await
                && self.known.try_get_untracked().is_some()
            {
                self.heard(charge);
            }
        });
    }
}

/// Why nothing was taken, and what to do.
fn not_taken(fault: Option<CodeFault>) -> [&'static str; 3] {
    let (what, next) = match fault {
        Some(CodeFault::Unusable) => (say::WALLET_UNUSABLE(), say::WALLET_UNUSABLE_NEXT()),
        Some(CodeFault::NotEnough) => (say::WALLET_NOT_ENOUGH(), say::WALLET_OTHER_NEXT()),
        Some(CodeFault::TooLate) => (say::WALLET_TOO_LATE(), say::WALLET_OTHER_NEXT()),
        Some(CodeFault::Undone) => (say::WALLET_UNDONE(), say::WALLET_OTHER_NEXT()),
        Some(CodeFault::Refused) | None => (say::WALLET_REFUSED(), say::WALLET_OTHER_NEXT()),
    };
    [what, " ", next]
}

/// What stands above the cash desk: the field for the code, or what is known of a charge.
pub(super) fn wallet_panel(wallet: Wallet) -> AnyView {
    (move || match wallet.known.get() {
        Known::Idle => code_form(wallet),
        Known::Refused(refusal) => view! {
            {trouble_panel(refusal, None)}
            {code_form(wallet)}
        }
        .into_any(),
        Known::Stands(charge) if charge.state == CodeState::NotTaken => view! {
            <div class="wallet-over" role="alert" data-testid="wallet-not-taken">
                {icon(Icon::Alert)}
                <p>
                    <strong>{move || not_taken(charge.fault)[0]}</strong>
                    " "
                    {move || not_taken(charge.fault)[2]}
                </p>
            </div>
            {code_form(wallet)}
        }
        .into_any(),
        Known::Begins => asking(wallet, None, false),
        Known::Stands(charge) => asking(wallet, Some(charge), false),
        Known::Unheard(charge) => asking(wallet, Some(charge), true),
    })
    .into_any()
}

fn code_form(wallet: Wallet) -> AnyView {
    let text = RwSignal::new(String::new());
    let code = move || text.with(|text| text.parse::<PaymentCode>().ok());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(code) = untrack(code) {
            text.set(String::new());
            wallet.begin(code);
        }
    };
    view! {
        <form class="wallet-form" on:submit=send>
            <label for="payer-code">{icon(Icon::Wallet)} {say::WALLET_CODE}</label>
            <span class="wallet-field">
                <input
                    id="payer-code"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="24"
                    aria-describedby="payer-code-hint"
                    data-testid="payer-code"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
                <button class="button" data-testid="payer-code-go" disabled=move || code().is_none()>
                    {say::WALLET_ASK}
                </button>
            </span>
            <span class="quiet-text" id="payer-code-hint">{say::WALLET_CODE_HINT}</span>
        </form>
    }
    .into_any()
}

fn asking(wallet: Wallet, charge: Option<CodeCharge>, unheard: bool) -> AnyView {
    let state = charge.map_or(CodeState::Begun, |charge| charge.state);
    let confirming = charge.is_some_and(|charge| charge.confirming && state == CodeState::Asked);
    let word = match (unheard, state, confirming) {
        (true, ..) => "unheard",
        (_, CodeState::Undoing, _) => "undoing",
        (_, CodeState::Taken, _) => "taken",
        (_, _, true) => "confirming",
        _ => "asking",
    };
    let due = move || charge.map_or_else(|| wallet.due.get(), |charge| charge.amount);
    let title = move || match word {
        "undoing" => say::WALLET_UNDOING().to_owned(),
        "taken" => say::wallet_taken(&money(due())),
        "confirming" => say::WALLET_CONFIRM().to_owned(),
        _ => say::wallet_asking(&money(due())),
    };
    let text = move || match (word, charge) {
        ("unheard", _) => say::WALLET_UNHEARD().to_owned(),
        ("undoing", _) => say::WALLET_UNDOING_TEXT().to_owned(),
        ("taken", _) => String::new(),
        ("confirming", Some(charge)) => say::wallet_confirm_text(&time(charge.until, &shop::zone())),
        _ => say::WALLET_ASKING_TEXT().to_owned(),
    };
    let may_undo = matches!(state, CodeState::Asked) && charge.is_some();
    let undo = may_undo.then(|| {
        view! {
            <button type="button" class="button" data-testid="wallet-undo" on:click=move |_| wallet.undo()>
                {icon(Icon::Undo)}
                {say::WALLET_UNDO}
            </button>
        }
        .into_any()
    });
    view! {
        <section class="wallet-asked" data-testid="wallet" data-state=word>
            <span class="empty-sign">{icon(Icon::Wallet)}</span>
            <h3>{title}</h3>
            <p>{text}</p>
            {undo}
        </section>
    }
    .into_any()
}
