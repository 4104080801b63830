//! What the camera lets its user set: light, zoom and focus.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::Shared;
use crate::client::camera::{Camera, Offers, ZOOM_STEPS, place_in};
use crate::client::clock;
use crate::i18n::say;
use crate::widgets::icon::{Icon, icon};

/// Milliseconds for which the camera stays focused on a place that it was pointed at.
const STAYS_FOCUSED: i32 = 4_000;

/// What the camera lets its user set, and how that is set now.
#[derive(Clone, Copy, Default)]
pub(super) struct Lens {
    offers: RwSignal<Offers>,
    torch: RwSignal<bool>,
    zoom: RwSignal<u32>,
    /// Where on the shown picture it was last pointed at, in pixels, while that is marked.
    pointed: RwSignal<Option<(i32, i32)>>,
    /// How often it was pointed somewhere.
    times: StoredValue<u32>,
}

impl Lens {
    /// Takes what a camera that has been opened offers.
    pub(super) fn begin(self, offers: Offers) {
        self.offers.set(offers);
        self.torch.set(false);
        self.zoom.set(0);
    }

    pub(super) fn torch_switch(self, held: StoredValue<Shared, LocalStorage>) -> Option<AnyView> {
        let switch = move |_| {
            let on = !self.torch.get_untracked();
            self.torch.set(on);
            with_camera(held, |camera| camera.torch(on));
        };
        self.offers.get().torch.then(|| {
            view! {
                <button
                    type="button"
                    class="button way"
                    data-testid="torch"
                    aria-pressed=move || self.torch.get().to_string()
                    on:click=switch
                >
                    {icon(Icon::Torch)} {say::SCAN_TORCH}
                </button>
            }
            .into_any()
        })
    }

    pub(super) fn controls(self, held: StoredValue<Shared, LocalStorage>) -> Option<AnyView> {
        let offers = self.offers.get();
        let focus = offers.focus.then(|| {
            view! {
                <button
                    type="button"
                    class="button way"
                    data-testid="focus"
                    on:click=move |_| self.focus((0.5, 0.5), held)
                >
                    {say::SCAN_FOCUS}
                </button>
            }
            .into_any()
        });
        let enlarge = move |event: leptos::ev::Event| {
            let steps = event_target_value(&event).parse().unwrap_or(0);
            self.zoom.set(steps);
            with_camera(held, |camera| camera.zoom(steps));
        };
        let zoom = offers.zooms().then(|| {
            view! {
                <label class="zoom">
                    {say::SCAN_ZOOM}
                    <input
                        type="range"
                        min="0"
                        max=ZOOM_STEPS.to_string()
                        step="5"
                        data-testid="zoom"
                        prop:value=move || self.zoom.get().to_string()
                        on:input=enlarge
                    />
                </label>
            }
            .into_any()
        });
        (offers.focus || offers.zooms())
            .then(|| view! { <div class="scanner-lens">{focus} {zoom}</div> }.into_any())
    }

    /// Focuses where the picture was touched.
    pub(super) fn point_at(
        self,
        event: &leptos::ev::MouseEvent,
        video: NodeRef<html::Video>,
        held: StoredValue<Shared, LocalStorage>,
    ) {
        let Some(element) = video.get_untracked().filter(|_| self.offers.get_untracked().focus) else {
            return;
        };
        let at = (event.offset_x(), event.offset_y());
        let picture = (element.video_width(), element.video_height());
        self.focus(place_in(picture, (element.client_width(), element.client_height()), at), held);
        self.pointed.set(Some(at));
    }

    fn focus(self, place: (f64, f64), held: StoredValue<Shared, LocalStorage>) {
        self.pointed.set(None);
        with_camera(held, |camera| camera.focus(Some(place)));
        self.times.update_value(|times| *times += 1);
        let this_time = self.times.get_value();
        spawn_local(async move {
            clock::sleep(STAYS_FOCUSED).await;
            // The next item is at another distance. It may have been pointed elsewhere, or left, meanwhile.
            if self.times.try_get_value() == Some(this_time) {
                self.pointed.set(None);
                with_camera(held, |camera| camera.focus(None));
            }
        });
    }

    /// Where it was pointed at.
    pub(super) fn mark(self) -> Option<AnyView> {
        let (x, y) = self.pointed.get()?;
        let pixels = |count: i32| [&count.to_string(), "px"].concat();
        Some(
            view! {
                <span class="focus-mark" aria-hidden="true" data-testid="focus-mark" style:left=pixels(x) style:top=pixels(y)></span>
            }
            .into_any(),
        )
    }
}

fn with_camera(held: StoredValue<Shared, LocalStorage>, what: impl FnOnce(&Camera)) {
    if let Some(shared) = held.try_get_value()
        && let Some(camera) = &shared.borrow().camera
    {
        what(camera);
    }
}
