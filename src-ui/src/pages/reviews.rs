//! What shoppers say of the shop, and what this one can review or has.

use leptos::prelude::*;
use leptos_router::components::A;
use ministore_core::review::{Bought, GetMyReviews, GetReviews, MyReviews, OwnReview, Reviews, Subject};

use crate::client::events::{Live, on_live};
use crate::client::query::{Load, Query};
use crate::i18n::{local, say};
use crate::widgets::error_panel::ErrorPanel;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::page::Page;
use crate::widgets::picture::picture;
use crate::widgets::rated::{own, review_form, said};
use crate::widgets::skeleton::row_skeletons;

/// The screen.
#[component]
pub(crate) fn ReviewsPage() -> impl IntoView {
    let mine = Query::new(|| Some(GetMyReviews {}));
    let shop = Query::new(|| Some(GetReviews { subject: Subject::Shop }));
    let open = RwSignal::new(None::<Subject>);
    on_live(move |live| {
        if matches!(live, Live::Anything) {
            mine.reload();
            shop.reload();
        }
    });
    let done = Callback::new(move |()| {
        open.set(None);
        mine.reload();
        shop.reload();
    });
    view! {
        <Page title=Signal::derive(|| say::REVIEW_TITLE().to_owned()) back="/me" class="narrow">
            <p class="quiet-text">{say::REVIEW_TEXT}</p>
            <section class="panel group" aria-labelledby="reviews-shop">
                <h2 id="reviews-shop">{say::REVIEW_OF_SHOP}</h2>
                {move || match shop.get() {
                    Load::Loading => row_skeletons(2),
                    Load::Failed(refusal) => {
                        view! { <ErrorPanel refusal=refusal retry=move |()| shop.reload() /> }.into_any()
                    }
                    Load::Ready(reviews) => said(&reviews),
                }}
                {move || mine.get().ready().filter(|mine| !mine.bought.is_empty()).map(|mine| {
                    subject_row(Subject::Shop, &mine.mine, open, done)
                })}
            </section>
            <section class="panel group" aria-labelledby="reviews-bought">
                <h2 id="reviews-bought">{say::REVIEW_BOUGHT}</h2>
                {move || match mine.get() {
                    Load::Loading => row_skeletons(3),
                    Load::Failed(refusal) => {
                        view! { <ErrorPanel refusal=refusal retry=move |()| mine.reload() /> }.into_any()
                    }
                    Load::Ready(there) => bought(there, open, done),
                }}
            </section>
        </Page>
    }
}

fn bought(there: MyReviews, open: RwSignal<Option<Subject>>, done: Callback<()>) -> AnyView {
    if there.bought.is_empty() {
        return view! {
            <div data-testid="nothing-to-review">
                <p><strong>{say::REVIEW_NOTHING_BOUGHT}</strong></p>
                <p class="quiet-text">{say::REVIEW_NOTHING_BOUGHT_TEXT}</p>
                <A href="/" attr:class="button primary">{icon(Icon::Shop)} {say::NAV_SHOP}</A>
            </div>
        }
        .into_any();
    }
    let rows = there.bought.into_iter().map(|one| {
        let Bought { product, code, name, picture: drawn } = one;
        let href = ["/p/", &code.to_string()].concat();
        view! {
            <li class="review-bought" data-testid="bought">
                <A href=href attr:class="review-product">
                    {picture(drawn.as_ref(), "")}
                    <strong>{move || local(&name)}</strong>
                </A>
                {subject_row(Subject::Product { product }, &there.mine, open, done)}
            </li>
        }
        .into_any()
    });
    view! { <ul class="reviews">{rows.collect_view()}</ul> }.into_any()
}

/// One's review of something, and the way to write or change it.
fn subject_row(
    subject: Subject,
    mine: &[OwnReview],
    open: RwSignal<Option<Subject>>,
    done: Callback<()>,
) -> AnyView {
    let before = mine.iter().find(|there| there.subject == subject).cloned();
    let label = if before.is_some() { say::REVIEW_CHANGE } else { say::REVIEW_WRITE };
    let written = before.as_ref().map(own);
    view! {
        {written}
        {move || if open.get() == Some(subject) {
            review_form(subject, before.clone(), done)
        } else {
            view! {
                <button type="button" class="button" data-testid="review-write" on:click=move |_| open.set(Some(subject))>
                    {icon(Icon::Star)} {move || label()}
                </button>
            }
            .into_any()
        }}
    }
    .into_any()
}

/// What is said of one product, on its own page, and the way to say something for who has bought it.
pub(crate) fn of_product(subject: Subject) -> AnyView {
    let reviews = Query::new(move || Some(GetReviews { subject }));
    let mine = Query::new(|| Some(GetMyReviews {}));
    let open = RwSignal::new(None::<Subject>);
    let done = Callback::new(move |()| {
        open.set(None);
        reviews.reload();
        mine.reload();
    });
    let may = move || {
        let mine = mine.get().ready()?;
        let has = mine.bought.iter().any(|one| subject == Subject::Product { product: one.product });
        has.then(|| subject_row(subject, &mine.mine, open, done))
    };
    let shown = move || match reviews.get() {
        Load::Loading => row_skeletons(1),
        // What is said is no reason to keep anybody from the product.
        Load::Failed(_) => ().into_any(),
        Load::Ready(Reviews { rating, shown }) => said(&Reviews { rating, shown }),
    };
    view! {
        <section class="product-reviews" aria-labelledby="product-reviews" data-testid="product-reviews">
            <h2 id="product-reviews">{say::REVIEW_OF_PRODUCT}</h2>
            {shown}
            {may}
        </section>
    }
    .into_any()
}
