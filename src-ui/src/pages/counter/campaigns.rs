//! Promotions, for managers: put up, tried on what was sold, stopped, and what came of each.

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::campaign::{
    Campaign, Campaigns, GetCampaigns, SavePromotion, StopPromotion, Tried, TryPromotion,
};
use ministore_core::catalogue::{CategorySlug, Lookup};
use ministore_core::hours::{DAY_MINUTES, Day, WeeklyHours};
use ministore_core::id::{ProductId, PromotionId};
use ministore_core::money::{Currency, Money, Price};
use ministore_core::promotion::{
    At, Channel, Cut, Goods, Names, Offer, Part, Promotion, Reward, Saving, SpendStep, Stacking, When, With,
};
use ministore_core::refusal::Refusal;
use ministore_core::text::LocalText;
use ministore_core::ticket::Share;
use wasm_bindgen_futures::spawn_local;

use super::coupon_desk::{self, Giving, TermsFields, TypedTerms, WrongTerms};
use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::{call, call_again, new_id};
use crate::i18n::say::Phrase;
use crate::i18n::{self, day, local, number, say};
use crate::state::shop::{self, read_code, shop};
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::price::money;
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::skeleton::row_skeletons;

/// The longest name.
const LONGEST_NAME: usize = 60;

/// What the screen's parts share.
#[derive(Clone, Copy)]
pub(super) struct Board {
    pub(super) campaigns: Query<GetCampaigns>,
    /// Whose coupons are given out.
    pub(super) giving: RwSignal<Option<Giving>>,
    /// What is being set up.
    open: RwSignal<bool>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    said: RwSignal<Option<&'static str>>,
}

impl Board {
    fn ask<C: Call>(self, asked: C, done: impl FnOnce(C::Reply) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.said.set(None);
        spawn_local(async move {
            let outcome = call_again(asked, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(reply) => done(reply),
                Err(why) => self.problem.set(Some(why)),
            }
        });
    }

    fn show(self, campaigns: Campaigns, words: Phrase) {
        self.campaigns.show(campaigns);
        announce(words());
        self.said.set(Some(words()));
    }
}

/// The screen.
pub(super) fn campaigns_screen() -> AnyView {
    let board = Board {
        campaigns: Query::new(|| Some(GetCampaigns {})),
        giving: RwSignal::new(None),
        open: RwSignal::new(false),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        said: RwSignal::new(None),
    };
    let title = Signal::derive(|| say::PROMOTION_TITLE().to_owned());
    let reload = Callback::new(move |()| board.campaigns.reload());
    view! {
        {pane_head(title, Some(Place::Manage), None)}
        <div class="pane-body campaigns" data-testid="campaigns">
            <p class="quiet-text">{say::PROMOTION_TEXT}</p>
            <p role="status" data-testid="campaigns-said">{move || board.said.get()}</p>
            {move || board.problem.get().map(|why| trouble_panel(why, None))}
            {move || if board.open.get() {
                view! { <section class="panel"><h3>{say::PROMOTION_ADD}</h3>{form(board)}</section> }.into_any()
            } else {
                view! {
                    <button type="button" class="button primary" data-testid="add-promotion" on:click=move |_| board.open.set(true)>
                        {icon(Icon::Plus)} {say::PROMOTION_ADD}
                    </button>
                }
                .into_any()
            }}
            {move || board.giving.get().map(|giving| coupon_desk::giving_panel(board, giving))}
            {move || board.campaigns.with(|load| match load {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                Load::Ready(there) if there.campaigns.is_empty() => view! {
                    <div class="pane-empty" data-testid="no-promotions">
                        <span class="empty-sign">{icon(Icon::Star)}</span>
                        <h2>{say::PROMOTION_NONE}</h2>
                        <p>{say::PROMOTION_NONE_TEXT}</p>
                    </div>
                }
                .into_any(),
                Load::Ready(there) => {
                    let rows = there.campaigns.iter().map(|campaign| row(board, campaign));
                    view! { <ul class="device-list">{rows.collect_view()}</ul> }.into_any()
                }
            })}
        </div>
    }
    .into_any()
}

/// One that was put up, with what came of it.
fn row(board: Board, campaign: &Campaign) -> AnyView {
    let Campaign { promotion, made, stopped, budget, saved, turnover, tickets, coupons } = campaign.clone();
    let id = promotion.id;
    let coupon_ways =
        coupons.filter(|_| stopped.is_none()).map(|_| coupon_desk::ways(board, id, &promotion.name));
    let name = promotion.name;
    let until = promotion.when.until;
    let stop = move |_| {
        board.ask(StopPromotion { promotion: id }, move |all| board.show(all, say::PROMOTION_STOPPED));
    };
    let state = move || match (stopped, until) {
        (Some(at), _) => say::promotion_stopped_at(&day(at, &shop::zone())),
        (None, Some(until)) => say::promotion_goes_until(&until.to_string()),
        (None, None) => say::promotion_goes_since(&day(made, &shop::zone())),
    };
    view! {
        <li class="device campaign" data-testid="campaign">
            <div class="device-words">
                <p class="device-name"><strong>{move || local(&name)}</strong></p>
                <p class="quiet-text">{state}</p>
                <dl class="campaign-figures">
                    <div><dt>{say::PROMOTION_TICKETS}</dt><dd data-testid="campaign-tickets">{move || number(tickets as f64)}</dd></div>
                    <div><dt>{say::PROMOTION_SAVED}</dt><dd data-testid="campaign-saved">{money(saved)}</dd></div>
                    <div><dt>{say::PROMOTION_TURNOVER}</dt><dd data-testid="campaign-turnover">{money(turnover)}</dd></div>
                    {budget.map(|budget| view! {
                        <div><dt>{say::PROMOTION_BUDGET}</dt><dd>{money(budget.money())}</dd></div>
                    }.into_any())}
                    {coupons.as_ref().map(coupon_desk::figures)}
                </dl>
            </div>
            {coupon_ways}
            {stopped.is_none().then(|| view! {
                <button type="button" class="button" data-testid="stop-promotion" disabled=move || board.busy.get() on:click=stop>
                    {say::PROMOTION_STOP}
                </button>
            }.into_any())}
        </li>
    }
    .into_any()
}

/// What a promotion does, as the form asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Share,
    Amount,
    Price,
    Together,
    Cheapest,
    Spend,
    Delivery,
}

/// What is on offer, as the form asks for it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Scope {
    All,
    Category,
    Products,
}

/// By which ways of selling it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sold {
    Everywhere,
    Tills,
    Phones,
}

impl Sold {
    fn at(self) -> At {
        let channels = match self {
            Self::Everywhere => Vec::new(),
            Self::Tills => vec![Channel::Counter],
            Self::Phones => vec![Channel::Page, Channel::App, Channel::ScanAndGo],
        };
        At { channels, ..At::default() }
    }
}

/// What was typed.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Typed {
    id: PromotionId,
    en: String,
    zh: String,
    kind: Kind,
    scope: Scope,
    sold: Sold,
    category: String,
    products: Vec<ProductId>,
    /// How many pieces make a group.
    pieces: String,
    /// A percentage.
    share: String,
    /// An amount or a price.
    amount: String,
    /// From which amount on.
    spend: String,
    members: bool,
    from: String,
    until: String,
    opens: String,
    closes: String,
    combines: bool,
    budget: String,
    /// How its coupons are given out, where it needs one.
    coupons: Option<TypedTerms>,
}

/// A field of the form that cannot be so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wrong {
    Name,
    Goods,
    Pieces,
    Share,
    Amount,
    Spend,
    When,
    Budget,
    Coupons,
    Lasts,
}

impl From<WrongTerms> for Wrong {
    fn from(wrong: WrongTerms) -> Self {
        match wrong {
            WrongTerms::Count => Self::Coupons,
            WrongTerms::Lasts => Self::Lasts,
        }
    }
}

impl Typed {
    fn price(typed: &str, currency: Currency) -> Option<Price> {
        let amount = Money::parse_decimal(&typed.trim().replace(',', "."), currency).ok()?;
        Price::new(amount).ok().filter(|price| !price.money().is_zero())
    }

    /// A percentage with at most two decimals.
    fn share(&self) -> Result<Share, Wrong> {
        let typed = self.share.trim().trim_end_matches('%').replace(',', ".");
        let hundredths = Money::parse_decimal(&typed, Currency::EUR).map_err(|_| Wrong::Share)?.minor;
        u16::try_from(hundredths).ok().and_then(|share| Share::new(share).ok()).ok_or(Wrong::Share)
    }

    fn goods(&self) -> Result<Goods, Wrong> {
        let named = match self.scope {
            Scope::All => return Ok(Goods { all: true, ..Goods::default() }),
            Scope::Category => {
                let category: CategorySlug = self.category.parse().map_err(|_| Wrong::Goods)?;
                Names { categories: vec![category], ..Names::default() }
            }
            Scope::Products if self.products.is_empty() => return Err(Wrong::Goods),
            Scope::Products => Names { products: self.products.clone(), ..Names::default() },
        };
        Ok(Goods { named, ..Goods::default() })
    }

    fn pieces(&self) -> Result<u8, Wrong> {
        self.pieces.trim().parse().ok().filter(|pieces| (2..=20).contains(pieces)).ok_or(Wrong::Pieces)
    }

    fn when(&self) -> Result<When, Wrong> {
        let day = |typed: &str| match typed.trim() {
            "" => Ok(None),
            typed => typed.parse::<Day>().map(Some).map_err(|_| Wrong::When),
        };
        let minute = |typed: &str| {
            let (hour, minute) = typed.trim().split_once(':')?;
            let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
            (hour < 24 && minute < 60).then_some(hour * 60 + minute)
        };
        let (from, until) = (day(&self.from)?, day(&self.until)?);
        if let (Some(from), Some(until)) = (from, until)
            && from > until
        {
            return Err(Wrong::When);
        }
        let hours = if self.opens.trim().is_empty() && self.closes.trim().is_empty() {
            Vec::new()
        } else {
            let (opens, closes) =
                (minute(&self.opens).ok_or(Wrong::When)?, minute(&self.closes).ok_or(Wrong::When)?);
            // What ends at midnight ends with the day.
            let closes = if closes == 0 { DAY_MINUTES } else { closes };
            if opens >= closes {
                return Err(Wrong::When);
            }
            (1..=7).map(|weekday| WeeklyHours { weekday, opens, closes }).collect()
        };
        Ok(When { from, until, hours })
    }

    fn offer(&self, currency: Currency) -> Result<Offer, Wrong> {
        let goods = self.goods()?;
        let amount = || Self::price(&self.amount, currency).ok_or(Wrong::Amount);
        let group = |goods, pieces| vec![Part { goods, pieces }];
        Ok(match self.kind {
            Kind::Share => Offer::Reduction { goods, cut: Cut::Share(self.share()?) },
            Kind::Amount => Offer::Reduction { goods, cut: Cut::Amount(amount()?) },
            Kind::Price => Offer::Reduction { goods, cut: Cut::To(amount()?) },
            Kind::Together => Offer::Deal {
                parts: group(goods, self.pieces()?),
                reward: Reward::Price { price: amount()? },
            },
            Kind::Cheapest => Offer::Deal {
                parts: group(goods, self.pieces()?),
                reward: Reward::Cheapest { pieces: 1, off: self.share()? },
            },
            Kind::Spend => {
                let from = Self::price(&self.spend, currency).ok_or(Wrong::Spend)?;
                let off = amount()?;
                if off.money().minor > from.money().minor {
                    return Err(Wrong::Amount);
                }
                let steps = vec![SpendStep { from, saving: Saving::Amount(off) }];
                Offer::Spend { goods, steps, at_most: None }
            }
            Kind::Delivery => {
                let from = Self::price(&self.spend, currency).ok_or(Wrong::Spend)?;
                Offer::Delivery { goods, from, off: None }
            }
        })
    }

    /// What is to be put up, or which fields cannot be so.
    fn read(&self, currency: Currency) -> Result<SavePromotion, Wrong> {
        let (en, zh) = (self.en.trim().to_owned(), self.zh.trim().to_owned());
        if en.is_empty() && zh.is_empty() {
            return Err(Wrong::Name);
        }
        // Where it is called in one language only, that is its name in both.
        let name = LocalText {
            en: if en.is_empty() { zh.clone() } else { en.clone() },
            zh: if zh.is_empty() { en } else { zh },
        };
        let budget = match self.budget.trim() {
            "" => None,
            typed => Some(Self::price(typed, currency).ok_or(Wrong::Budget)?),
        };
        let with = if self.combines { With::Everything } else { With::Nothing };
        let promotion = Promotion {
            id: self.id,
            name,
            when: self.when()?,
            // Tills alone take coupons.
            at: if self.coupons.is_some() { Sold::Tills.at() } else { self.sold.at() },
            members: self.members.then_some(0),
            coupon: self.coupons.is_some(),
            needs: Vec::new(),
            offer: self.offer(currency)?,
            per_basket: None,
            stacking: Stacking { with, group: None },
            changed_prices: false,
        };
        let coupons = self.coupons.as_ref().map(TypedTerms::read).transpose()?;
        Ok(SavePromotion { promotion, budget, coupons })
    }
}

/// The fields as they are typed.
#[derive(Clone, Copy)]
struct Fields {
    id: PromotionId,
    en: RwSignal<String>,
    zh: RwSignal<String>,
    kind: RwSignal<Kind>,
    scope: RwSignal<Scope>,
    sold: RwSignal<Sold>,
    category: RwSignal<String>,
    products: RwSignal<Vec<(ProductId, LocalText)>>,
    pieces: RwSignal<String>,
    share: RwSignal<String>,
    amount: RwSignal<String>,
    spend: RwSignal<String>,
    members: RwSignal<bool>,
    from: RwSignal<String>,
    until: RwSignal<String>,
    opens: RwSignal<String>,
    closes: RwSignal<String>,
    combines: RwSignal<bool>,
    budget: RwSignal<String>,
    coupon: RwSignal<bool>,
    terms: TermsFields,
}

impl Fields {
    fn new() -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let first = untrack(shop).and_then(|shop| shop.categories.first().map(|one| one.slug.to_string()));
        Self {
            id: new_id(),
            en: text(""),
            zh: text(""),
            kind: RwSignal::new(Kind::Share),
            scope: RwSignal::new(Scope::Category),
            sold: RwSignal::new(Sold::Everywhere),
            category: RwSignal::new(first.unwrap_or_default()),
            products: RwSignal::new(Vec::new()),
            pieces: text("2"),
            share: text("20"),
            amount: text(""),
            spend: text(""),
            members: RwSignal::new(false),
            from: text(""),
            until: text(""),
            opens: text(""),
            closes: text(""),
            combines: RwSignal::new(false),
            budget: text(""),
            coupon: RwSignal::new(false),
            terms: TermsFields::new(),
        }
    }

    fn typed(self) -> Typed {
        Typed {
            id: self.id,
            en: self.en.get(),
            zh: self.zh.get(),
            kind: self.kind.get(),
            scope: self.scope.get(),
            sold: self.sold.get(),
            category: self.category.get(),
            products: self.products.get().iter().map(|(id, _)| *id).collect(),
            pieces: self.pieces.get(),
            share: self.share.get(),
            amount: self.amount.get(),
            spend: self.spend.get(),
            members: self.members.get(),
            from: self.from.get(),
            until: self.until.get(),
            opens: self.opens.get(),
            closes: self.closes.get(),
            combines: self.combines.get(),
            budget: self.budget.get(),
            coupons: self.coupon.get().then(|| self.terms.typed()),
        }
    }
}

fn segment<T>(value: T, label: Phrase, key: &'static str) -> Segment<T> {
    Segment { value, label: Signal::derive(move || label().to_owned()), key }
}

fn form(board: Board) -> AnyView {
    let fields = Fields::new();
    let currency = untrack(shop).map_or(Currency::CNY, |shop| shop.currency);
    let wrong = RwSignal::new(None::<Wrong>);
    let tried = RwSignal::new(None::<Tried>);
    // What is tried belongs to what was typed then.
    Effect::new(move |_| {
        let _ = fields.typed();
        tried.set(None);
    });
    let read = move || {
        let read = untrack(|| fields.typed()).read(currency);
        wrong.set(read.as_ref().err().copied());
        read.ok()
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(save) = read() else { return };
        board.ask(save, move |all| {
            board.open.set(false);
            board.show(all, say::PROMOTION_PUT_UP);
        });
    };
    let try_it = move |_| {
        let Some(SavePromotion { promotion, .. }) = read() else { return };
        board.ask(TryPromotion { promotion }, move |found| {
            announce(&tried_words(&found));
            tried.set(Some(found));
        });
    };
    let is = move |which: Wrong| Signal::derive(move || wrong.get() == Some(which));
    let asks = move |kinds: &'static [Kind]| kinds.contains(&fields.kind.get());
    let kinds = vec![
        segment(Kind::Share, say::PROMOTION_KIND_SHARE, "share"),
        segment(Kind::Amount, say::PROMOTION_KIND_AMOUNT, "amount"),
        segment(Kind::Price, say::PROMOTION_KIND_PRICE, "price"),
        segment(Kind::Together, say::PROMOTION_KIND_TOGETHER, "together"),
        segment(Kind::Cheapest, say::PROMOTION_KIND_CHEAPEST, "cheapest"),
        segment(Kind::Spend, say::PROMOTION_KIND_SPEND, "spend"),
        segment(Kind::Delivery, say::PROMOTION_KIND_DELIVERY, "delivery"),
    ];
    let solds = vec![
        segment(Sold::Everywhere, say::PROMOTION_SOLD_EVERYWHERE, "everywhere"),
        segment(Sold::Tills, say::PROMOTION_SOLD_TILLS, "tills"),
        segment(Sold::Phones, say::PROMOTION_SOLD_PHONES, "phones"),
    ];
    let scopes = vec![
        segment(Scope::All, say::PROMOTION_SCOPE_ALL, "all"),
        segment(Scope::Category, say::PROMOTION_SCOPE_CATEGORY, "category"),
        segment(Scope::Products, say::PROMOTION_SCOPE_PRODUCTS, "products"),
    ];
    view! {
        <form class="till-form" novalidate on:submit=save>
            <Field label=say::PROMOTION_NAME_EN value=fields.en key="name-en" longest=LONGEST_NAME wrong=is(Wrong::Name) problem=say::PROMOTION_NAME_WRONG />
            <Field label=say::PROMOTION_NAME_ZH value=fields.zh key="name-zh" longest=LONGEST_NAME />
            <Segmented name="promotion-kind" label=Signal::derive(|| say::PROMOTION_KIND().to_owned()) segments=kinds chosen=fields.kind on_choose=Callback::new(move |kind| fields.kind.set(kind)) />
            {move || asks(&[Kind::Together, Kind::Cheapest]).then(|| view! {
                <Field label=say::PROMOTION_PIECES value=fields.pieces key="pieces" keys="numeric" longest=2 wrong=is(Wrong::Pieces) problem=say::PROMOTION_PIECES_WRONG />
            })}
            {move || asks(&[Kind::Share, Kind::Cheapest]).then(|| view! {
                <Field label=say::PROMOTION_SHARE value=fields.share key="share" keys="decimal" longest=6 wrong=is(Wrong::Share) problem=say::PROMOTION_SHARE_WRONG />
            })}
            {move || asks(&[Kind::Spend, Kind::Delivery]).then(|| view! {
                <Field label=say::PROMOTION_SPEND value=fields.spend key="spend" keys="decimal" longest=12 wrong=is(Wrong::Spend) problem=say::PROMOTION_AMOUNT_WRONG />
            })}
            {move || asks(&[Kind::Amount, Kind::Price, Kind::Together, Kind::Spend]).then(|| {
                let label = Signal::derive(move || match fields.kind.get() {
                    Kind::Price => say::PROMOTION_NEW_PRICE(),
                    Kind::Together => say::PROMOTION_TOGETHER_PRICE(),
                    _ => say::PROMOTION_AMOUNT(),
                });
                view! {
                    <Field label=label value=fields.amount key="amount" keys="decimal" longest=12 wrong=is(Wrong::Amount) problem=say::PROMOTION_AMOUNT_WRONG />
                }
            })}
            <Segmented name="promotion-scope" label=Signal::derive(|| say::PROMOTION_SCOPE().to_owned()) segments=scopes chosen=fields.scope on_choose=Callback::new(move |scope| fields.scope.set(scope)) />
            {move || match fields.scope.get() {
                Scope::All => ().into_any(),
                Scope::Category => categories(fields),
                Scope::Products => products(fields, is(Wrong::Goods)),
            }}
            <div hidden=move || fields.coupon.get()>
                <Segmented name="promotion-sold" label=Signal::derive(|| say::PROMOTION_SOLD().to_owned()) segments=solds chosen=fields.sold on_choose=Callback::new(move |sold| fields.sold.set(sold)) />
            </div>
            <label class="check">
                <input type="checkbox" data-testid="promotion-members" prop:checked=move || fields.members.get() on:change=move |event| fields.members.set(event_target_checked(&event)) />
                <span>{say::PROMOTION_FOR_MEMBERS}</span>
            </label>
            <label class="check">
                <input type="checkbox" data-testid="promotion-combines" prop:checked=move || fields.combines.get() on:change=move |event| fields.combines.set(event_target_checked(&event)) />
                <span>{say::PROMOTION_COMBINES}</span>
            </label>
            <label class="check">
                <input type="checkbox" data-testid="promotion-coupon" prop:checked=move || fields.coupon.get() on:change=move |event| fields.coupon.set(event_target_checked(&event)) />
                <span>{say::COUPON_SWITCH}</span>
            </label>
            {move || fields.coupon.get().then(|| fields.terms.form(is(Wrong::Coupons), is(Wrong::Lasts)))}
            <details class="till-rules">
                <summary data-testid="promotion-when">{say::PROMOTION_WHEN}</summary>
                <div class="till-form">
                    <Field label=say::PROMOTION_FROM value=fields.from key="from" kind="date" wrong=is(Wrong::When) problem=say::PROMOTION_WHEN_WRONG />
                    <Field label=say::PROMOTION_UNTIL value=fields.until key="until" kind="date" />
                    <Field label=say::PROMOTION_OPENS value=fields.opens key="opens" kind="time" />
                    <Field label=say::PROMOTION_CLOSES value=fields.closes key="closes" kind="time" />
                    <Field label=say::PROMOTION_BUDGET_FIELD value=fields.budget key="budget" keys="decimal" longest=12 wrong=is(Wrong::Budget) problem=say::PROMOTION_AMOUNT_WRONG />
                </div>
            </details>
            {move || wrong.get().is_some().then(|| view! {
                <p class="problem" role="alert" data-testid="promotion-wrong">{say::PROMOTION_WRONG}</p>
            }.into_any())}
            <div role="status" data-testid="tried">{move || tried.get().map(|found| tried_words(&found))}</div>
            <div class="till-weigh-actions">
                <button class="button primary large" data-testid="put-up" disabled=move || board.busy.get()>{say::PROMOTION_PUT_UP_BUTTON}</button>
                <button type="button" class="button large" data-testid="try-promotion" disabled=move || board.busy.get() on:click=try_it>{say::PROMOTION_TRY}</button>
                <button type="button" class="button large" data-testid="no-promotion" on:click=move |_| board.open.set(false)>{say::ACTION_CLOSE}</button>
            </div>
        </form>
    }
    .into_any()
}

fn tried_words(found: &Tried) -> String {
    untrack(|| {
        if found.tickets == 0 {
            return say::PROMOTION_TRIED_NONE().to_owned();
        }
        let (had, tickets) = (number(found.had.into()), number(found.tickets.into()));
        say::promotion_tried(&had, &tickets, &i18n::money(found.saved), &i18n::money(found.turnover))
    })
}

fn categories(fields: Fields) -> AnyView {
    let options = move || {
        let shop = shop();
        let options = shop.iter().flat_map(|shop| &shop.categories).map(|category| {
            let slug = category.slug.to_string();
            let chosen = fields.category.get_untracked() == slug;
            view! { <option value=slug selected=chosen>{local(&category.name)}</option> }.into_any()
        });
        options.collect_view()
    };
    view! {
        <label class="field">
            <span>{say::PROMOTION_SCOPE_CATEGORY}</span>
            <select data-testid="promotion-category" on:change=move |event| fields.category.set(event_target_value(&event))>
                {options}
            </select>
        </label>
    }
    .into_any()
}

fn products(fields: Fields, wrong: Signal<bool>) -> AnyView {
    let typed = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let add = move |_| {
        let code = match read_code(&typed.get_untracked(), None) {
            Ok(ministore_core::code::Code::Product { code, .. }) => code,
            _ => return missing.set(true),
        };
        spawn_local(async move {
            match call(Lookup { code }).await {
                Ok(product) => {
                    missing.set(false);
                    typed.set(String::new());
                    fields.products.update(|there| {
                        if !there.iter().any(|(id, _)| *id == product.id) {
                            there.push((product.id, product.name));
                        }
                    });
                }
                Err(_) => missing.set(true),
            }
        });
    };
    let rows = move || {
        let rows = fields.products.get().into_iter().map(|(id, name)| {
            let remove = move |_| fields.products.update(|there| there.retain(|(other, _)| *other != id));
            let label = local(&name);
            view! {
                <li class="own-code" data-testid="promotion-product">
                    <span>{label}</span>
                    <button type="button" class="icon-button" aria-label=say::PRINT_REMOVE on:click=remove>{icon(Icon::Close)}</button>
                </li>
            }
            .into_any()
        });
        rows.collect_view()
    };
    let is_wrong = Signal::derive(move || missing.get() || wrong.get());
    view! {
        <ul class="own-codes">{rows}</ul>
        <Field label=say::PROMOTION_PRODUCT_CODE value=typed key="product-code" longest=40 wrong=is_wrong problem=say::PROMOTION_PRODUCT_WRONG />
        <button type="button" class="button" data-testid="add-promotion-product" on:click=add>{icon(Icon::Plus)} {say::PROMOTION_PRODUCT_ADD}</button>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use ministore_core::promotion::Rules;
    use uuid::Uuid;

    use super::*;

    fn typed(kind: Kind) -> Typed {
        Typed {
            id: PromotionId(Uuid::from_u128(1)),
            en: "Autumn".into(),
            zh: String::new(),
            kind,
            scope: Scope::All,
            sold: Sold::Phones,
            category: String::new(),
            products: Vec::new(),
            pieces: "2".into(),
            share: "50%".into(),
            amount: "9,90".into(),
            spend: "100".into(),
            members: true,
            from: "2026-12-01".into(),
            until: "2026-12-31".into(),
            opens: "17:00".into(),
            closes: "00:00".into(),
            combines: false,
            budget: "500".into(),
            coupons: None,
        }
    }

    #[test]
    fn what_the_form_makes_can_be() {
        let all = [Kind::Share, Kind::Amount, Kind::Price, Kind::Together, Kind::Cheapest, Kind::Spend];
        for kind in all.into_iter().chain([Kind::Delivery]) {
            let SavePromotion { promotion, budget, coupons } = typed(kind).read(Currency::CNY).unwrap();
            assert_eq!((promotion.coupon, coupons), (false, None));
            assert_eq!(promotion.name.zh, "Autumn");
            assert_eq!(budget.unwrap().money(), Currency::CNY.minor(50_000));
            assert_eq!(promotion.when.hours.len(), 7);
            Rules::new(vec![promotion]).unwrap();
        }
    }

    #[test]
    fn what_cannot_be_names_its_field() {
        let wrong = |kind, change: fn(&mut Typed)| {
            let mut typed = typed(kind);
            change(&mut typed);
            typed.read(Currency::CNY).unwrap_err()
        };
        assert_eq!(wrong(Kind::Share, |typed| typed.en.clear()), Wrong::Name);
        assert_eq!(wrong(Kind::Share, |typed| typed.share = "100.01".into()), Wrong::Share);
        assert_eq!(wrong(Kind::Share, |typed| typed.share = "0".into()), Wrong::Share);
        assert_eq!(wrong(Kind::Amount, |typed| typed.amount = "-3".into()), Wrong::Amount);
        assert_eq!(wrong(Kind::Spend, |typed| typed.amount = "100.01".into()), Wrong::Amount);
        assert_eq!(wrong(Kind::Together, |typed| typed.pieces = "1".into()), Wrong::Pieces);
        assert_eq!(wrong(Kind::Share, |typed| typed.scope = Scope::Products), Wrong::Goods);
        assert_eq!(wrong(Kind::Share, |typed| typed.until = "2026-11-30".into()), Wrong::When);
        assert_eq!(wrong(Kind::Share, |typed| typed.opens = "25:00".into()), Wrong::When);
        assert_eq!(wrong(Kind::Share, |typed| typed.budget = "much".into()), Wrong::Budget);
    }
}
