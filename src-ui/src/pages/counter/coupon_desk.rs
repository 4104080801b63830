//! Coupons of a promotion, for managers: how they are given out, how many are out and used, and giving them out: printed, or to
//! a member.

use leptos::prelude::*;
use ministore_core::code::CardNumber;
use ministore_core::coupon::{
    Coupon, CouponCampaign, CouponTerms, IssueCoupon, Lasts, MOST_PRINTED, Offered, PrintCoupons,
};
use ministore_core::id::{CouponId, PromotionId};
use ministore_core::text::LocalText;

use super::campaigns::Board;
use super::till::Asking;
use crate::client::new_id;
use crate::i18n::{local, number, say};
use crate::state::shop::{read_code, shop};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::qr_code::qr_code;
use crate::widgets::segmented::{Segment, Segmented};

/// How coupons are given out, as it is typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct TypedTerms {
    /// How many in all; empty for no end.
    pub(super) most: String,
    /// How many a member gets.
    pub(super) per_member: String,
    /// For how many days each lasts.
    pub(super) days: String,
    /// Its last day instead; empty where the days count.
    pub(super) last_day: String,
    pub(super) offered: Offered,
}

/// What of the terms cannot be so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum WrongTerms {
    /// How many.
    Count,
    /// How long.
    Lasts,
}

impl TypedTerms {
    /// The terms, or what of them cannot be so.
    pub(super) fn read(&self) -> Result<CouponTerms, WrongTerms> {
        let count = |typed: &str| typed.trim().parse::<u32>().map_err(|_| WrongTerms::Count);
        let most = match self.most.trim() {
            "" => None,
            typed => Some(count(typed)?),
        };
        let lasts = match self.last_day.trim() {
            "" => Lasts::Days(self.days.trim().parse().map_err(|_| WrongTerms::Lasts)?),
            typed => Lasts::Until(typed.parse().map_err(|_| WrongTerms::Lasts)?),
        };
        let per_member = count(&self.per_member)?;
        let terms = CouponTerms { most, per_member, lasts, offered: self.offered };
        terms
            .checked()
            .map_err(|field| if field == "lasts" { WrongTerms::Lasts } else { WrongTerms::Count })?;
        Ok(terms)
    }
}

/// The fields as they are typed.
#[derive(Clone, Copy)]
pub(super) struct TermsFields {
    most: RwSignal<String>,
    per_member: RwSignal<String>,
    days: RwSignal<String>,
    last_day: RwSignal<String>,
    offered: RwSignal<Offered>,
}

impl TermsFields {
    pub(super) fn new() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        Self {
            most: text(""),
            per_member: text("1"),
            days: text("30"),
            last_day: text(""),
            offered: RwSignal::new(Offered::Page),
        }
    }

    /// What is typed. Tracked.
    pub(super) fn typed(self) -> TypedTerms {
        TypedTerms {
            most: self.most.get(),
            per_member: self.per_member.get(),
            days: self.days.get(),
            last_day: self.last_day.get(),
            offered: self.offered.get(),
        }
    }

    /// The fields.
    pub(super) fn form(self, count_wrong: Signal<bool>, lasts_wrong: Signal<bool>) -> AnyView {
        let place = |value, label: say::Phrase, key| Segment {
            value,
            label: Signal::derive(move || label().to_owned()),
            key,
        };
        let places = vec![
            place(Offered::Page, say::COUPON_WHERE_PAGE, "page"),
            place(Offered::AfterOrder, say::COUPON_WHERE_AFTER, "after"),
            place(Offered::Nowhere, say::COUPON_WHERE_NOBODY, "nobody"),
        ];
        view! {
            <Segmented
                name="coupon-offered"
                label=Signal::derive(|| say::COUPON_OFFERED_WHERE().to_owned())
                segments=places
                chosen=self.offered
                on_choose=Callback::new(move |place| self.offered.set(place))
            />
            <Field label=say::COUPON_MOST value=self.most key="coupon-most" keys="numeric" longest=7 wrong=count_wrong problem=say::COUPON_TERMS_WRONG />
            <Field label=say::COUPON_PER_MEMBER value=self.per_member key="coupon-per-member" keys="numeric" longest=3 wrong=count_wrong problem=say::COUPON_TERMS_WRONG />
            <Field label=say::COUPON_DAYS value=self.days key="coupon-days" keys="numeric" longest=3 wrong=lasts_wrong problem=say::COUPON_LASTS_WRONG />
            <Field label=say::COUPON_LAST_DAY value=self.last_day key="coupon-last-day" kind="date" />
        }
        .into_any()
    }
}

/// What coupons of a promotion come to.
pub(super) fn figures(coupons: &CouponCampaign) -> AnyView {
    let CouponCampaign { issued, redeemed, .. } = *coupons;
    let rate = coupons.redemption();
    let rate = move || match rate {
        Some(rate) => say::coupon_percent(&number(f64::from(rate.div_euclid(10)) / 10.0)),
        None => "–".to_owned(),
    };
    view! {
        <div><dt>{say::COUPON_ISSUED}</dt><dd data-testid="coupons-issued">{move || number(issued.into())}</dd></div>
        <div><dt>{say::COUPON_REDEEMED}</dt><dd data-testid="coupons-redeemed">{move || number(redeemed.into())}</dd></div>
        <div><dt>{say::COUPON_RATE}</dt><dd data-testid="coupons-rate">{rate}</dd></div>
    }
    .into_any()
}

/// Which coupons are given out now, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Giving {
    promotion: PromotionId,
    name: LocalText,
    way: Way,
}

/// How coupons are given out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    Print,
    Member,
}

/// The ways to give out coupons of a promotion.
pub(super) fn ways(board: Board, promotion: PromotionId, name: &LocalText) -> AnyView {
    let begin = |way: Way| {
        let giving = Giving { promotion, name: name.clone(), way };
        move |_| board.giving.set(Some(giving.clone()))
    };
    view! {
        <button type="button" class="button" data-testid="print-coupons" on:click=begin(Way::Print)>
            {icon(Icon::Receipt)} {say::COUPON_PRINT_TITLE}
        </button>
        <button type="button" class="button" data-testid="give-coupon" on:click=begin(Way::Member)>
            {icon(Icon::User)} {say::COUPON_GIVE_TITLE}
        </button>
    }
    .into_any()
}

/// Where coupons are given out.
pub(super) fn giving_panel(board: Board, giving: Giving) -> AnyView {
    match giving.way {
        Way::Print => print_panel(board, giving),
        Way::Member => member_panel(board, giving),
    }
}

fn close(board: Board) -> AnyView {
    view! {
        <button type="button" class="button large" data-testid="coupons-close" on:click=move |_| board.giving.set(None)>
            {say::ACTION_CLOSE}
        </button>
    }
    .into_any()
}

fn member_panel(board: Board, giving: Giving) -> AnyView {
    let Giving { promotion, name, .. } = giving;
    let typed = RwSignal::new(String::new());
    let asking = Asking::new();
    let given = RwSignal::new(false);
    // Sent again after a lost answer it is the same coupon; for another card it is another.
    let key = StoredValue::new(None::<CouponId>);
    Effect::new(move |_| {
        typed.track();
        key.set_value(None);
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        given.set(false);
        let card = match read_code(typed.get_untracked().trim(), None) {
            Ok(ministore_core::code::Code::Member(card)) => Some(card),
            _ => typed.get_untracked().trim().to_ascii_uppercase().parse::<CardNumber>().ok(),
        };
        asking.wrong.set(card.is_none());
        let Some(card) = card else { return announce(say::COUPON_CARD_NUMBER_WRONG()) };
        let coupon = key.get_value().unwrap_or_else(new_id);
        key.set_value(Some(coupon));
        asking.run(IssueCoupon { coupon, promotion, number: card }, move |_| {
            announce(say::COUPON_GIVEN());
            typed.set(String::new());
            given.set(true);
            board.campaigns.reload();
        });
    };
    view! {
        <form class="panel till-form no-print" novalidate data-testid="give-coupon-form" on:submit=send>
            <h3>{say::COUPON_GIVE_TITLE} " · " {move || local(&name)}</h3>
            <Field label=say::COUPON_CARD_NUMBER value=typed key="coupon-card" longest=40 wrong=asking.wrong problem=say::COUPON_CARD_NUMBER_WRONG />
            {asking.trouble()}
            <p role="status" data-testid="coupon-given">{move || given.get().then(say::COUPON_GIVEN)}</p>
            <div class="till-weigh-actions">
                <button class="button primary large" data-testid="give-it" disabled=move || asking.busy.get()>{say::COUPON_GIVE}</button>
                {close(board)}
            </div>
        </form>
    }
    .into_any()
}

fn print_panel(board: Board, giving: Giving) -> AnyView {
    let promotion = giving.promotion;
    let typed = RwSignal::new("10".to_owned());
    let asking = Asking::new();
    let made = RwSignal::new(Vec::<Coupon>::new());
    // Sent again after a lost answer they are the same coupons; another count is others.
    let keys = StoredValue::new(Vec::<CouponId>::new());
    Effect::new(move |_| {
        typed.track();
        keys.set_value(Vec::new());
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let count = typed.get_untracked().trim().parse::<usize>().ok();
        let count = count.filter(|count| (1..=MOST_PRINTED).contains(count));
        asking.wrong.set(count.is_none());
        let Some(count) = count else { return announce(say::COUPON_HOW_MANY_WRONG()) };
        if keys.with_value(Vec::is_empty) {
            keys.set_value((0..count).map(|_| new_id()).collect());
        }
        asking.run(PrintCoupons { promotion, coupons: keys.get_value() }, move |printed| {
            keys.set_value(Vec::new());
            made.set(printed.coupons);
            board.campaigns.reload();
        });
    };
    let print = move |_| {
        // A browser that prints nothing shows its own reason.
        let _ = window().print();
    };
    let name = giving.name;
    let form = {
        let name = name.clone();
        move || {
            let name = name.clone();
            view! {
                <form class="panel till-form no-print" novalidate data-testid="print-coupons-form" on:submit=send>
                    <h3>{say::COUPON_PRINT_TITLE} " · " {move || local(&name)}</h3>
                    <Field label=say::COUPON_HOW_MANY value=typed key="coupon-count" keys="numeric" longest=3 wrong=asking.wrong problem=say::COUPON_HOW_MANY_WRONG />
                    {asking.trouble()}
                    <div class="till-weigh-actions">
                        <button class="button primary large" data-testid="make-coupons" disabled=move || asking.busy.get()>{say::COUPON_MAKE}</button>
                        {close(board)}
                    </div>
                </form>
            }
            .into_any()
        }
    };
    let sheet = move || {
        let slips = made.get().into_iter().map(slip);
        view! {
            <div class="no-print panel till-form">
                <p>{say::COUPON_PRINTED_TEXT}</p>
                <div class="till-weigh-actions">
                    <button type="button" class="button primary large" data-testid="print-sheet" on:click=print>{say::COUPON_PRINT}</button>
                    <button type="button" class="button large" data-testid="printed-done" on:click=move |_| board.giving.set(None)>{say::COUPON_PRINTED_DONE}</button>
                </div>
            </div>
            <div class="code-sheet" data-testid="coupon-sheet">{slips.collect_view()}</div>
        }
        .into_any()
    };
    view! {
        <section class="coupon-sheet" aria-label=say::COUPON_PRINT_TITLE>
            {move || if made.with(Vec::is_empty) { form() } else { sheet() }}
        </section>
    }
    .into_any()
}

/// A coupon on paper.
fn slip(coupon: Coupon) -> AnyView {
    let Coupon { name, code, until, .. } = coupon;
    let label = Signal::derive(move || say::coupon_code_label(&code.to_string()));
    view! {
        <article class="code-card-table" data-testid="coupon-slip">
            <strong>{move || shop().map(|shop| local(&shop.name))}</strong>
            <p>{move || local(&name)}</p>
            {qr_code(&code.symbol_text(), label)}
            <p class="code-symbol" data-testid="coupon-slip-code">{code.to_string()}</p>
            <p>{move || say::coupon_until(&until.to_string())}</p>
        </article>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> TypedTerms {
        TypedTerms {
            most: String::new(),
            per_member: "1".into(),
            days: "30".into(),
            last_day: String::new(),
            offered: Offered::Page,
        }
    }

    #[test]
    fn what_is_typed_are_terms_or_names_what_is_wrong() {
        let terms = CouponTerms { most: None, per_member: 1, lasts: Lasts::Days(30), offered: Offered::Page };
        assert_eq!(typed().read(), Ok(terms));
        let until = TypedTerms { last_day: "2026-12-31".into(), days: "?".into(), ..typed() };
        let day = "2026-12-31".parse().unwrap();
        assert_eq!(until.read(), Ok(CouponTerms { lasts: Lasts::Until(day), ..terms }));
        let few = TypedTerms { most: " 50 ".into(), ..typed() };
        assert_eq!(few.read(), Ok(CouponTerms { most: Some(50), ..terms }));
        for (wrong, why) in [
            (TypedTerms { most: "0".into(), ..typed() }, WrongTerms::Count),
            (TypedTerms { most: "many".into(), ..typed() }, WrongTerms::Count),
            (TypedTerms { per_member: String::new(), ..typed() }, WrongTerms::Count),
            (TypedTerms { per_member: "101".into(), ..typed() }, WrongTerms::Count),
            (TypedTerms { days: "0".into(), ..typed() }, WrongTerms::Lasts),
            (TypedTerms { days: "731".into(), ..typed() }, WrongTerms::Lasts),
            (TypedTerms { last_day: "soon".into(), ..typed() }, WrongTerms::Lasts),
        ] {
            assert_eq!(wrong.read(), Err(why), "{wrong:?}");
        }
    }
}
