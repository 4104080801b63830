//! Coupons at the till: scanned or of the member whose card was shown, set aside for the ticket, and let go.

use leptos::prelude::*;
use ministore_core::code::CardNumber;
use ministore_core::coupon::{
    self, Coupon, GetCoupon, GetMemberCoupons, MOST_ON_TICKET, ReleaseCoupon, ReserveCoupon, Worth,
};
use ministore_core::id::{CouponId, PromotionId, SaleId};
use ministore_core::issued::CouponCode;
use ministore_core::promotion::{Channel, Context, Outcome};
use ministore_core::refusal::Refusal;
use wasm_bindgen_futures::spawn_local;

use super::super::sound::{Sound, play};
use super::promotions::words;
use super::rung::{Problem, TillDesk};
use crate::client::connection::{Connection, connection};
use crate::client::{call, call_again, new_id};
use crate::i18n::{self, local, say};
use crate::state::coupons::ends_soon_words;
use crate::state::promotions;
use crate::widgets::announcer::announce;
use crate::widgets::icon::{Icon, icon};

impl TillDesk {
    /// Sets a coupon aside whose code was shown.
    pub(crate) fn meet_coupon(self, code: CouponCode) {
        if self.training.get_untracked() {
            play(Sound::Wrong);
            return announce(say::COUPON_TRAINING());
        }
        if self.busy.get_untracked() {
            return play(Sound::Wrong);
        }
        self.busy.set(true);
        self.problem.set(None);
        spawn_local(async move {
            let found = call(GetCoupon { code }).await;
            if self.busy.try_set(false).is_some() {
                return; // Whoever worked here has signed out.
            }
            match found {
                Ok(coupon) => self.set_aside(coupon, false),
                Err(refusal) => self.fails(refusal),
            }
        });
    }

    fn fails(self, refusal: Refusal) {
        play(Sound::Wrong);
        self.problem.set(Some(Problem::Refused(refusal)));
    }

    /// Has a coupon set aside for this ticket, where there is none of its promotion on it yet, and goes on to pay where that
    /// was what it is for.
    fn set_aside(self, coupon: Coupon, then_pay: bool) {
        let there = self.coupons.get_untracked();
        if let Some(same) = there.iter().find(|there| there.promotion == coupon.promotion) {
            if same.id != coupon.id {
                play(Sound::Wrong);
            }
            let words = untrack(|| say::coupon_has_one(&local(&same.name)));
            announce(&words);
            self.coupon_said.set(Some(words));
            return;
        }
        if there.len() >= MOST_ON_TICKET {
            play(Sound::Wrong);
            announce(say::COUPON_FULL());
            return self.coupon_said.set(Some(say::COUPON_FULL().to_owned()));
        }
        if self.busy.get_untracked() {
            return;
        }
        self.make_room();
        let sale = self.ticket.with_untracked(|ticket| ticket.sale);
        self.busy.set(true);
        self.problem.set(None);
        self.coupon_said.set(None);
        spawn_local(async move {
            let outcome = call_again(ReserveCoupon { coupon: coupon.id, sale }, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            self.of_member.update(|all| all.retain(|there| there.id != coupon.id));
            match outcome {
                Ok(coupon) => {
                    play(Sound::Right);
                    announce(&untrack(|| say::coupon_used_here(&local(&coupon.name))));
                    self.coupons.update(|all| all.push(coupon));
                    if then_pay {
                        self.pay();
                    }
                }
                Err(refusal) => {
                    if refusal.is_passing() {
                        self.of_member.update(|all| all.push(coupon));
                        // A ticket that nobody can ask for is sold all the same.
                        if then_pay {
                            self.without_coupon.set(true);
                        }
                    }
                    self.fails(refusal);
                }
            }
        });
    }

    /// Takes a coupon off the ticket. Where the hub cannot be asked now, it is free again within a day.
    fn take_off_coupon(self, coupon: CouponId) {
        let sale = self.ticket.with_untracked(|ticket| ticket.sale);
        self.coupons.update(|all| all.retain(|there| there.id != coupon));
        self.without_coupon.set(true);
        self.coupon_said.set(None);
        let card = self.ticket.with_untracked(|ticket| ticket.card);
        spawn_local(async move {
            let freed = call_again(ReleaseCoupon { coupon, sale }, new_id()).await;
            if let (Ok(_), Some(card)) = (freed, card) {
                self.find_coupons(card);
            }
        });
    }

    /// Frees these for other tickets.
    pub(super) fn free_coupons(self, coupons: Vec<CouponId>, sale: SaleId) {
        for coupon in coupons {
            spawn_local(async move {
                let _ = call_again(ReleaseCoupon { coupon, sale }, new_id()).await;
            });
        }
    }

    /// Asks which coupons a member has.
    pub(super) fn find_coupons(self, number: CardNumber) {
        if self.training.get_untracked() {
            return;
        }
        spawn_local(async move {
            // Without the hub there are none to be had.
            if let Ok(found) = call(GetMemberCoupons { number }).await
                && self.ticket.try_with_untracked(|ticket| ticket.card) == Some(Some(number))
            {
                self.of_member.try_set(found.coupons);
            }
        });
    }

    /// What each of the member's coupons would do for the ticket now. Tracked.
    fn worths(self) -> Vec<Worth> {
        let offered = self.of_member.with(|all| promotions_of(all));
        if offered.is_empty() {
            return Vec::new();
        }
        let given = self.coupons.with(|all| promotions_of(all));
        self.ticket.with(|ticket| {
            let member = ticket.card.map(|_| 0);
            let worths = promotions::with_rules(Channel::Counter, member, |rules, context| {
                let context = Context { coupons: &given, ..*context };
                coupon::worth(rules, &ticket.items(), &context, &offered)
            });
            worths.and_then(Result::ok).unwrap_or_default()
        })
    }

    /// Has the best of the member's coupons set aside before the ticket is paid. False where there is nothing to be done: none
    /// saves anything, one was chosen already or declined, or the hub cannot be asked.
    pub(super) fn picks_coupon(self) -> bool {
        let chosen =
            self.without_coupon.get_untracked() || self.coupons.with_untracked(|all| !all.is_empty());
        if chosen || self.training.get_untracked() || untrack(connection) == Connection::Offline {
            return false;
        }
        let best = untrack(|| coupon::best(&self.worths()));
        let picked = best.and_then(|best| {
            self.of_member
                .with_untracked(|all| all.iter().find(|one| one.promotion == best.promotion).cloned())
        });
        match picked {
            Some(coupon) => {
                self.set_aside(coupon, true);
                true
            }
            None => false,
        }
    }

    /// The coupons that the ticket uses up now; the others save nothing and stay whole.
    pub(super) fn used_coupons(self) -> Vec<CouponId> {
        untrack(|| {
            self.with_promoted(|priced| {
                let applied = |promotion: PromotionId| {
                    priced.as_ref().is_some_and(|priced| {
                        priced.verdicts.iter().any(|verdict| {
                            verdict.promotion == promotion
                                && matches!(verdict.outcome, Outcome::Applied { .. })
                        })
                    })
                };
                self.coupons.with_untracked(|all| {
                    all.iter().filter(|one| applied(one.promotion)).map(|one| one.id).collect()
                })
            })
        })
    }
}

/// The promotions of coupons, each once.
pub(super) fn promotions_of(coupons: &[Coupon]) -> Vec<PromotionId> {
    let mut all: Vec<PromotionId> = Vec::with_capacity(coupons.len());
    for coupon in coupons {
        if !all.contains(&coupon.promotion) {
            all.push(coupon.promotion);
        }
    }
    all
}

/// The coupons on the ticket, each with what it does and a way to take it off.
pub(super) fn on_ticket(till: TillDesk) -> AnyView {
    let rows = move || {
        let rows = till.coupons.get().into_iter().map(|coupon| {
            let Coupon { id, promotion, name, .. } = coupon;
            let label = name.clone();
            let does = move || {
                till.with_promoted(|priced| {
                    let verdicts = &priced.as_ref()?.verdicts;
                    let verdict = verdicts.iter().find(|verdict| verdict.promotion == promotion)?;
                    Some(words(verdict.outcome))
                })
            };
            view! {
                <div class="till-sum till-promotion" data-testid="ticket-coupon">
                    <dt>
                        {say::COUPON_ON_TICKET} " " {move || local(&name)}
                        <button
                            type="button"
                            class="icon-button"
                            data-testid="take-off-coupon"
                            aria-label=move || say::coupon_take_off(&local(&label))
                            disabled=move || till.busy.get()
                            on:click=move |_| till.take_off_coupon(id)
                        >
                            {icon(Icon::Close)}
                        </button>
                    </dt>
                    <dd data-testid="coupon-does">{does}</dd>
                </div>
            }
            .into_any()
        });
        rows.collect_view()
    };
    rows.into_any()
}

/// The member's coupons beside the ticket, the one that saves most first.
pub(super) fn panel(till: TillDesk) -> AnyView {
    let worths = Memo::new(move |_| till.worths());
    let any = Memo::new(move |_| till.of_member.with(|all| !all.is_empty()));
    let rows = move || {
        let worths = worths.get();
        let best = coupon::best(&worths).map(|best| best.promotion);
        let mut all = till.of_member.get();
        all.sort_by_key(|one| {
            let worth = worths.iter().find(|worth| worth.promotion == one.promotion);
            std::cmp::Reverse(worth.map_or(0, |worth| worth.saves.minor))
        });
        let rows = all.into_iter().map(|coupon| {
            let worth = worths.iter().find(|worth| worth.promotion == coupon.promotion).copied();
            row(till, coupon, worth, best)
        });
        rows.collect_view()
    };
    let decline = move || {
        let may = till.without_coupon.get() || till.coupons.with(|all| !all.is_empty());
        (!may).then(|| {
            view! {
                <button
                    type="button"
                    class="button"
                    data-testid="without-coupon"
                    on:click=move |_| till.without_coupon.set(true)
                >
                    {icon(Icon::Close)} {say::COUPON_WITHOUT}
                </button>
            }
            .into_any()
        })
    };
    let said = move || {
        till.coupon_said
            .get()
            .map(|words| view! { <p role="status" data-testid="coupon-said">{words}</p> }.into_any())
    };
    let list = move || {
        any.get().then(|| {
            view! {
                <section class="panel till-coupons" aria-label=say::COUPON_OF_MEMBER data-testid="member-coupons">
                    <h2>{say::COUPON_OF_MEMBER}</h2>
                    <p class="quiet-text">{say::COUPON_OF_MEMBER_TEXT}</p>
                    <ul class="verdicts">{rows}</ul>
                    {decline}
                </section>
            }
            .into_any()
        })
    };
    view! { {said} {list} }.into_any()
}

fn row(till: TillDesk, coupon: Coupon, worth: Option<Worth>, best: Option<PromotionId>) -> AnyView {
    let is_best = best == Some(coupon.promotion);
    let name = coupon.name.clone();
    let does = move || {
        worth.map(|worth| match worth.outcome {
            Outcome::Applied { .. } => say::coupon_saves(&i18n::money(worth.saves)),
            outcome @ Outcome::Not { .. } => words(outcome),
        })
    };
    let ends = {
        let coupon = coupon.clone();
        move || ends_soon_words(&coupon)
    };
    let reached = move || connection() != Connection::Offline;
    let use_it = move |_| {
        till.without_coupon.set(false);
        till.set_aside(coupon.clone(), false);
    };
    view! {
        <li class="verdict" data-testid="member-coupon" data-applied=is_best.then_some("")>
            <span class="till-coupon-words">
                <strong>{move || local(&name)}</strong>
                {is_best.then(|| view! { <span class="chip" data-testid="best-coupon">{say::COUPON_BEST}</span> }.into_any())}
                <br/>
                <span class="quiet-text">{does}</span>
                " "
                <span class="quiet-text">{ends}</span>
            </span>
            <button
                type="button"
                class="button"
                data-testid="use-coupon"
                disabled=move || till.busy.get() || !reached()
                on:click=use_it
            >
                {move || if reached() { say::COUPON_USE() } else { say::COUPON_USE_OFFLINE() }}
            </button>
        </li>
    }
    .into_any()
}
