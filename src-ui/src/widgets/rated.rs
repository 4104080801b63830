//! Reviews as everybody reads them, and the form in which one is written.

use leptos::prelude::*;
use ministore_core::id::ReviewId;
use ministore_core::refusal::Refusal;
use ministore_core::review::{
    HideReason, LONGEST_WORDS, OwnReview, Rating, ReviewState, Reviews, ShownReview, Stars, Subject,
    TakeReviewBack, WriteReview,
};
use wasm_bindgen_futures::spawn_local;

use super::announcer::announce;
use super::error_panel::ErrorPanel;
use super::segmented::{Segment, Segmented};
use super::toast::toast;
use crate::client::{call_again, new_id};
use crate::i18n::{day, number, say};
use crate::state::shop::zone;

/// Stars as a picture, with what they say for those who do not see it.
pub(crate) fn stars(stars: Stars) -> AnyView {
    let count = usize::from(stars.count());
    let picture = ["★".repeat(count), "☆".repeat(5 - count.min(5))].concat();
    view! {
        <span class="stars">
            <span aria-hidden="true">{picture}</span>
            <span class="visually-hidden">{move || say::review_star_count(u32::from(stars.count()))}</span>
        </span>
    }
    .into_any()
}

/// What all reviews come to; nothing where there is none.
pub(crate) fn rating(rating: Rating) -> AnyView {
    let Some(tenths) = rating.tenths() else {
        return view! { <p class="quiet-text" data-testid="no-reviews">{say::REVIEW_NONE}</p> }.into_any();
    };
    let reviews = u32::try_from(rating.reviews()).unwrap_or(u32::MAX);
    // The picture shows whole stars; the number beside it says it exactly.
    let picture = Stars::new((tenths + 5) / 10).map(|whole| {
        let count = usize::from(whole.count());
        ["★".repeat(count), "☆".repeat(5 - count.min(5))].concat()
    });
    view! {
        <p class="rating" data-testid="rating">
            <span class="stars" aria-hidden="true">{picture}</span>
            <strong>{move || say::review_average(&number(f64::from(tenths) / 10.0))}</strong>
            <span class="quiet-text">{move || say::review_count(reviews)}</span>
        </p>
    }
    .into_any()
}

/// What is said of something, with its rating.
pub(crate) fn said(reviews: &Reviews) -> AnyView {
    let shown: Vec<_> = reviews.shown.iter().cloned().map(review_row).collect();
    view! {
        {rating(reviews.rating)}
        <ul class="reviews">{shown.collect_view()}</ul>
    }
    .into_any()
}

fn review_row(review: ShownReview) -> AnyView {
    let at = review.at;
    view! {
        <li class="review" data-testid="review">
            <p>{stars(review.stars)} <span class="quiet-text">{move || day(at, &zone())}</span></p>
            <p class="review-words">{review.words}</p>
            {answered(review.answer)}
        </li>
    }
    .into_any()
}

fn answered(answer: String) -> Option<AnyView> {
    (!answer.is_empty()).then(|| {
        view! {
            <p class="review-answer" data-testid="review-answer"><strong>{say::REVIEW_ANSWER}</strong> " " {answer}</p>
        }
        .into_any()
    })
}

/// Why words are not shown. Tracked.
pub(crate) fn why_words(why: HideReason) -> &'static str {
    match why {
        HideReason::Abuse => say::REVIEW_WHY_ABUSE(),
        HideReason::PersonalData => say::REVIEW_WHY_PERSONAL(),
        HideReason::Advertising => say::REVIEW_WHY_ADVERTISING(),
        HideReason::OffTopic => say::REVIEW_WHY_OFF_TOPIC(),
    }
}

/// One's own review, with what became of it.
pub(crate) fn own(review: &OwnReview) -> AnyView {
    let state = review.state;
    let words = (!review.words.is_empty()).then(|| {
        let standing = move || match state {
            ReviewState::Waiting => say::REVIEW_WAITING().to_owned(),
            ReviewState::Shown => say::REVIEW_SHOWN().to_owned(),
            ReviewState::Hidden { why } => say::review_hidden(why_words(why)),
        };
        view! {
            <p class="review-words">{review.words.clone()}</p>
            <p class="quiet-text" data-testid="review-standing">{standing}</p>
        }
        .into_any()
    });
    view! {
        <div class="review-own" data-testid="own-review">
            {stars(review.stars)}
            {words}
            {answered(review.answer.clone())}
        </div>
    }
    .into_any()
}

const KEYS: [&str; 5] = ["1", "2", "3", "4", "5"];

/// The form for one's review of something; `before` is what it takes the place of. `done` is told when it is sent, taken back
/// or left.
pub(crate) fn review_form(subject: Subject, before: Option<OwnReview>, done: Callback<()>) -> AnyView {
    let chosen = RwSignal::new(before.as_ref().map(|before| before.stars));
    let words = RwSignal::new(before.as_ref().map(|before| before.words.clone()).unwrap_or_default());
    let there = before.map(|before| before.id);
    // Sent again after a lost answer it is the same review.
    let id: ReviewId = there.unwrap_or_else(new_id);
    let (busy, missing) = (RwSignal::new(false), RwSignal::new(false));
    let problem = RwSignal::new(None::<Refusal>);
    let segments = Stars::ALL.into_iter().zip(KEYS).map(|(stars, key)| Segment {
        value: Some(stars),
        label: Signal::derive(move || [&number(stars.count().into()), " ★"].concat()),
        key,
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(stars) = chosen.get_untracked() else {
            missing.set(true);
            return announce(say::REVIEW_STARS_MISSING());
        };
        if busy.get_untracked() {
            return;
        }
        let words = words.get_untracked().trim().to_owned();
        let quiet = words.is_empty();
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let outcome = call_again(WriteReview { review: id, subject, stars, words }, new_id()).await;
            if busy.try_set(false).is_some() {
                return; // The page was left.
            }
            match outcome {
                Ok(_) => {
                    let words = if quiet { say::REVIEW_SENT() } else { say::REVIEW_SENT_WORDS() };
                    announce(words);
                    toast(words.to_owned(), None);
                    done.run(());
                }
                Err(refusal) => problem.set(Some(refusal)),
            }
        });
    };
    let take_back = there.map(|review| {
        let take_back = move |_| {
            if busy.get_untracked() {
                return;
            }
            busy.set(true);
            spawn_local(async move {
                let outcome = call_again(TakeReviewBack { review }, new_id()).await;
                if busy.try_set(false).is_some() {
                    return;
                }
                match outcome {
                    Ok(_) => {
                        announce(say::REVIEW_TAKEN_BACK());
                        toast(say::REVIEW_TAKEN_BACK().to_owned(), None);
                        done.run(());
                    }
                    Err(refusal) => problem.set(Some(refusal)),
                }
            });
        };
        view! {
            <button type="button" class="button danger" data-testid="review-take-back" disabled=move || busy.get() on:click=take_back>
                {say::REVIEW_TAKE_BACK}
            </button>
        }
        .into_any()
    });
    view! {
        <form class="review-form" novalidate data-testid="review-form" on:submit=send>
            <Segmented
                name="stars"
                label=Signal::derive(|| say::REVIEW_STARS().to_owned())
                segments=segments.collect()
                chosen=chosen
                on_choose=move |stars| {
                    missing.set(false);
                    chosen.set(stars);
                }
            />
            <p class="problem" role="alert" hidden=move || !missing.get()>{say::REVIEW_STARS_MISSING}</p>
            <label class="field">
                <span>{say::REVIEW_WORDS}</span>
                <textarea
                    rows="3"
                    maxlength=LONGEST_WORDS
                    data-testid="review-words"
                    prop:value=move || words.get()
                    on:input=move |event| words.set(event_target_value(&event))
                ></textarea>
            </label>
            {move || problem.get().map(|refusal| view! { <ErrorPanel refusal /> }.into_any())}
            <div class="row-actions">
                <button class="button primary" data-testid="review-send" disabled=move || busy.get()>{say::REVIEW_SEND}</button>
                <button type="button" class="button" data-testid="review-cancel" on:click=move |_| done.run(())>
                    {say::REVIEW_CANCEL}
                </button>
                {take_back}
            </div>
        </form>
    }
    .into_any()
}
