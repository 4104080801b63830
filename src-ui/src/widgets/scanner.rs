//! The scanner: a camera that reads codes, and the ways around it: a photo, and typing.

mod guide;
mod lens;

use std::cell::RefCell;
use std::rc::Rc;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlVideoElement};

use super::announcer::announce;
use super::icon::{Icon, icon};
use super::sheet::Sheet;
use crate::client::camera::{Camera, NoCamera, bitmap_of, frame_of};
use crate::client::scan_worker::{ScanWorker, Scanned, Told};
use crate::client::shell_camera::{self, ShellCamera};
use crate::client::trust::{self, Way};
use crate::client::{clock, ipc, storage};
use crate::i18n::say;
use guide::Guide;
use lens::Lens;

/// Set once somebody has opened the camera here: they need not be told again why it is asked for.
const KEPT: &str = "ministore.camera";
/// Between two frames, in milliseconds: as many as a decoder keeps up with, and no more heat than that.
const PAUSE: i32 = 40;

/// How far the camera is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Nobody has been asked for it.
    Unasked,
    /// It is being opened.
    Opening,
    /// There is a picture.
    Running,
    /// There was one; there is again once the camera is plugged in.
    Unplugged,
    /// There is none.
    Without(NoCamera),
}

/// What is switched off when the scanner is left.
#[derive(Default)]
struct Held {
    camera: Option<Camera>,
    shell_camera: Option<ShellCamera>,
    worker: Option<ScanWorker>,
    ready: bool,
    left: bool,
}

type Shared = Rc<RefCell<Held>>;

/// A scanner. `on_code` is called once for each item that comes into view, is found in a photo, or is typed.
#[component]
pub(crate) fn Scanner(
    /// What to do with a code.
    #[prop(into)]
    on_code: Callback<Scanned>,
    /// Whether it stands at a till: of several codes in view the one nearest the middle is meant.
    #[prop(optional)]
    till: bool,
) -> impl IntoView {
    let state = RwSignal::new(State::Unasked);
    let lens = Lens::default();
    let nothing_found = RwSignal::new(false);
    let typing = RwSignal::new(false);
    let video = NodeRef::<html::Video>::new();
    let canvas = NodeRef::<html::Canvas>::new();
    let held = StoredValue::new_local(Shared::default());
    on_cleanup(move || {
        if let Some(held) = held.try_get_value() {
            held.borrow_mut().left = true;
            held.take();
            held.borrow_mut().left = true;
        }
    });

    let guide = Guide::default();

    let told = move |told: Told| match told {
        Told::Ready => {
            let was_ready = held.with_value(|held| std::mem::replace(&mut held.borrow_mut().ready, true));
            if !was_ready {
                send_next(video, held);
            }
        }
        Told::Idle(frame) => {
            send_next(video, held);
            guide.look(frame);
        }
        Told::Codes { codes } => codes.into_iter().for_each(|code| on_code.run(code)),
        Told::Picture { codes } => {
            nothing_found.set(codes.is_empty());
            if codes.is_empty() {
                announce(say::SCAN_PHOTO_NOTHING());
            }
            codes.into_iter().for_each(|code| on_code.run(code));
        }
        Told::Error { code } if code == "load" => state.set(State::Without(NoCamera::Failed)),
        Told::Error { code } => {
            if code == "picture" {
                nothing_found.set(true);
            }
        }
    };
    let worker = move || {
        let held = held.try_get_value()?;
        let mut held = held.borrow_mut();
        if held.worker.is_none() {
            held.worker = ScanWorker::start(till, move |message| {
                // A worker outlives its page by a moment.
                if state.try_get_untracked().is_some() {
                    told(message);
                }
            });
        }
        held.worker.clone()
    };
    let open = move || {
        state.set(State::Opening);
        spawn_local(async move {
            let outcome = if ipc::present() {
                open_shell_camera(canvas, held, till, hear_shell(on_code, state, guide)).await
            } else {
                open_camera(video, held, lens, state).await
            };
            match outcome {
                // Left before it opened.
                Ok(()) if state.try_get_untracked().is_none() => {}
                Ok(()) => {
                    storage::set(KEPT, "yes");
                    state.set(State::Running);
                    if !ipc::present() && worker().is_none() {
                        state.set(State::Without(NoCamera::Failed));
                    }
                    send_next(video, held);
                }
                Err(why) => {
                    state.try_set(State::Without(why));
                }
            }
        });
    };
    Effect::new(move |_| {
        if storage::get(KEPT).is_some() {
            open();
        } else if !ipc::present() && !window().is_secure_context() {
            state.set(State::Without(NoCamera::Insecure));
        }
    });

    let take_photo = move |event: leptos::ev::Event| {
        let input: HtmlInputElement = event_target(&event);
        let file = input.files().and_then(|files| files.get(0));
        input.set_value("");
        nothing_found.set(false);
        let Some(file) = file else { return };
        spawn_local(async move {
            match bitmap_of(&file).await.zip(worker()) {
                Some((bitmap, worker)) => worker.picture(&bitmap),
                None => nothing_found.set(true),
            }
        });
    };
    let running = move || state.get() == State::Running;
    let state_name = move || match state.get() {
        State::Unasked => "unasked",
        State::Opening => "opening",
        State::Running => "running",
        State::Unplugged => "unplugged",
        State::Without(NoCamera::Insecure) => "insecure",
        State::Without(NoCamera::Refused) => "refused",
        State::Without(NoCamera::Missing) => "missing",
        State::Without(NoCamera::Busy) => "busy",
        State::Without(NoCamera::Failed) => "failed",
    };
    let picture = if ipc::present() {
        view! { <canvas node_ref=canvas class="viewfinder-picture" hidden=move || !running()></canvas> }
            .into_any()
    } else {
        view! {
            <video
                node_ref=video
                class="viewfinder-picture"
                playsinline=true
                autoplay=true
                prop:muted=true
                aria-label=say::SCAN_PICTURE
                hidden=move || !running()
                on:click=move |event| lens.point_at(&event, video, held)
            ></video>
        }
        .into_any()
    };
    view! {
        <section class="scanner" data-testid="scanner" data-state=state_name aria-label=say::SCAN_TITLE>
            <div class="viewfinder">
                {picture}
                {move || (!running()).then(|| instead(state.get(), Callback::new(move |()| open())))}
                <Show when=running>
                    <span class="aim" aria-hidden="true"></span>
                    {move || guide.outlines()}
                    {move || lens.mark()}
                    <p class="scanner-hint" role="status" data-testid="scan-hint">{move || guide.says()}</p>
                </Show>
            </div>
            {move || running().then(|| lens.controls(held))}
            <div class="scanner-ways">
                {move || running().then(|| lens.torch_switch(held))}
                <label class="button way" data-testid="photo">
                    {icon(Icon::Image)}
                    {say::SCAN_PHOTO}
                    <input class="visually-hidden" type="file" accept="image/*" data-testid="photo-file" on:change=take_photo />
                </label>
                <button type="button" class="button way" data-testid="type-code" on:click=move |_| typing.set(true)>
                    {icon(Icon::Keyboard)} {say::SCAN_TYPE}
                </button>
            </div>
            <Show when=move || nothing_found.get()>
                <p class="scanner-note" role="alert" data-testid="photo-nothing">{say::SCAN_PHOTO_NOTHING}</p>
            </Show>
            <Sheet open=typing title=Signal::derive(|| say::SCAN_TYPE_TITLE().to_owned())>
                <TypedCode on_code=Callback::new(move |code| {
                    typing.set(false);
                    on_code.run(code);
                }) />
            </Sheet>
        </section>
    }
    .into_any()
}

/// A code typed by hand.
#[component]
pub(crate) fn TypedCode(
    /// What to do with it.
    #[prop(into)]
    on_code: Callback<Scanned>,
) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let field = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // The sheet gives the focus to its first button; whoever opens it wants to type.
            request_animation_frame(move || {
                let _ = field.focus();
            });
        }
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        if !typed.is_empty() {
            text.set(String::new());
            on_code.run(Scanned { text: typed, symbology: None });
        }
    };
    view! {
        <form class="typed-code" on:submit=send>
            <label class="field">
                <span>{say::SCAN_TYPE_LABEL}</span>
                <input
                    type="text"
                    node_ref=field
                    inputmode="numeric"
                    autocomplete="off"
                    autocapitalize="characters"
                    spellcheck="false"
                    enterkeyhint="go"
                    data-testid="code-text"
                    prop:value=move || text.get()
                    on:input=move |event| text.set(event_target_value(&event))
                />
            </label>
            <p class="quiet-text">{say::SCAN_TYPE_HINT}</p>
            <button class="button primary wide" data-testid="code-send">{say::SCAN_TYPE_SEND}</button>
        </form>
    }
    .into_any()
}

async fn open_camera(
    video: NodeRef<html::Video>,
    held: StoredValue<Shared, LocalStorage>,
    lens: Lens,
    state: RwSignal<State>,
) -> Result<(), NoCamera> {
    let element = video.get_untracked().ok_or(NoCamera::Failed)?;
    let element: &HtmlVideoElement = element.unchecked_ref();
    let gone = move || {
        // A moment later: this very closure is let go of with the camera.
        spawn_local(async move {
            if let Some(shared) = held.try_get_value()
                && shared.borrow_mut().camera.take().is_some()
            {
                announce(say::SCAN_MISSING_TITLE());
                state.set(State::Without(NoCamera::Missing));
            }
        });
    };
    let camera = Camera::open(element, gone).await?;
    if let Some(held) = held.try_get_value() {
        let mut held = held.borrow_mut();
        if !held.left {
            lens.begin(camera.offers());
            held.camera = Some(camera);
        }
    }
    Ok(())
}

/// What is done with what the installed app's shell tells about its camera.
fn hear_shell(
    on_code: Callback<Scanned>,
    state: RwSignal<State>,
    guide: Guide,
) -> impl Fn(shell_camera::Told) + 'static {
    move |told| {
        // The channel outlives the page by a moment.
        let Some(now) = state.try_get_untracked() else { return };
        match told {
            shell_camera::Told::Codes { codes } => codes.into_iter().for_each(|code| on_code.run(code)),
            shell_camera::Told::Frame(frame) => {
                if now == State::Unplugged {
                    announce(say::SCAN_BACK());
                    state.set(State::Running);
                }
                guide.look(frame);
            }
            shell_camera::Told::Unplugged => {
                announce(say::SCAN_UNPLUGGED_TITLE());
                state.set(State::Unplugged);
                guide.begin_again();
            }
            shell_camera::Told::Error { reason } => state.set(State::Without(NoCamera::of_reason(&reason))),
        }
    }
}

async fn open_shell_camera(
    canvas: NodeRef<html::Canvas>,
    held: StoredValue<Shared, LocalStorage>,
    till: bool,
    told: impl Fn(shell_camera::Told) + 'static,
) -> Result<(), NoCamera> {
    let element = canvas.get_untracked().ok_or(NoCamera::Failed)?;
    let element = element.unchecked_ref::<web_sys::HtmlCanvasElement>().clone();
    let camera = ShellCamera::open(element, till, told).await?;
    if let Some(held) = held.try_get_value() {
        let mut held = held.borrow_mut();
        if !held.left {
            held.shell_camera = Some(camera);
        }
    }
    Ok(())
}

/// Sends the next frame, as soon as there is one and the worker is free for it.
fn send_next(video: NodeRef<html::Video>, held: StoredValue<Shared, LocalStorage>) {
    spawn_local(async move {
        loop {
            clock::sleep(PAUSE).await;
            let Some(shared) = held.try_get_value() else { return };
            let worker = {
                let held = shared.borrow();
                if held.left || held.camera.is_none() || !held.ready {
                    return;
                }
                held.worker.clone()
            };
            let Some((worker, element)) = worker.zip(video.try_get_untracked().flatten()) else { return };
            if let Some(frame) = frame_of(element.unchecked_ref()).await {
                worker.frame(&frame);
                return;
            }
        }
    });
}

/// From a page without a camera to where there is one.
fn way_out() -> AnyView {
    let way = RwSignal::new(None);
    spawn_local(async move {
        let found = trust::way().await;
        // The page may have been left meanwhile.
        way.try_set(found);
    });
    let shown = move || {
        let (href, label): (String, say::Phrase) = match way.get()? {
            Way::Secure(origin) => {
                let path = window().location().pathname().unwrap_or_default();
                ([origin, path].concat(), say::TRUST_OPEN)
            }
            Way::Learn => ("/trust".to_owned(), say::SCAN_MAKE_SECURE),
        };
        Some(view! {
            <a href=href rel="external" class="button primary" data-testid="secure">
                {icon(Icon::Lock)} {label}
            </a>
        })
    };
    view! { {shown} }.into_any()
}

/// What is shown where the picture would be.
fn instead(state: State, open: Callback<()>) -> AnyView {
    let (title, text, button) = match state {
        State::Running => return ().into_any(),
        State::Opening => {
            return view! { <div class="viewfinder-instead"><p>{say::SCAN_OPENING}</p></div> }.into_any();
        }
        State::Unasked => (say::SCAN_WHY_TITLE, say::SCAN_WHY, Some(say::SCAN_OPEN)),
        State::Unplugged => (say::SCAN_UNPLUGGED_TITLE, say::SCAN_UNPLUGGED, None),
        State::Without(NoCamera::Insecure) => (say::SCAN_INSECURE_TITLE, say::SCAN_INSECURE, None),
        State::Without(NoCamera::Refused) => {
            (say::SCAN_REFUSED_TITLE, say::SCAN_REFUSED, Some(say::ACTION_RETRY))
        }
        State::Without(NoCamera::Missing) => {
            (say::SCAN_MISSING_TITLE, say::SCAN_MISSING, Some(say::ACTION_RETRY))
        }
        State::Without(NoCamera::Busy) => (say::SCAN_BUSY_TITLE, say::SCAN_BUSY, Some(say::ACTION_RETRY)),
        State::Without(NoCamera::Failed) => {
            (say::SCAN_FAILED_TITLE, say::SCAN_FAILED, Some(say::ACTION_RETRY))
        }
    };
    let way = (state == State::Without(NoCamera::Insecure)).then(way_out);
    let button = button.map(|label| {
        view! {
            <button type="button" class="button primary" data-testid="open-camera" on:click=move |_| open.run(())>
                {icon(Icon::Camera)} {label}
            </button>
        }
        .into_any()
    });
    view! {
        <div class="viewfinder-instead">
            {icon(Icon::Camera)}
            <h2>{title}</h2>
            <p>{text}</p>
            {button}
            {way}
        </div>
    }
    .into_any()
}
