//! The window, and the app's life from its start to its end.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ministore_core::catalogue::PictureId;
use ministore_core::sync::{Changed, Cursor, Event};
use ministore_hub::Hub;
use tauri::http::{Response, StatusCode, header};
use tauri::utils::config::WindowConfig;
use tauri::webview::PageLoadEvent;
use tauri::{AppHandle, Emitter, Manager, RunEvent, Url, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::camera::Cameras;
use crate::commands;
use crate::device::Device;
use crate::host;
use crate::key::{DeviceKey, Keeper};
use crate::nearby::{Nearby, Networks};
use crate::options::Options;
use crate::problem::{self, StartError};

/// The page's window; `capabilities/main.json` is about it.
const MAIN: &str = "main";
/// The window for customers beside it; `capabilities/customer.json` is about it.
const CUSTOMER: &str = "customer";
/// The window that tells of a problem; it may call nothing.
const PROBLEM: &str = "problem";
/// The scheme of the products' pictures.
const PICTURE: &str = "picture";
/// How long closing may take before the app ends all the same.
const CLOSING: Duration = Duration::from_secs(8);

/// What runs as long as the app does.
#[derive(Default)]
struct Running(Mutex<Option<Parts>>);

struct Parts {
    device: Arc<Device>,
    hub: Option<Hub>,
    stop: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

/// Runs the app until its window is closed; returns the exit code.
pub(crate) fn run(options: Options) -> tauri::Result<i32> {
    let problem: Problem = Problem::default();
    let shown = problem.clone();
    let app = tauri::Builder::default()
        .register_asynchronous_uri_scheme_protocol(PICTURE, |context, request, responder| {
            let app = context.app_handle().clone();
            let path = request.uri().path().to_owned();
            tauri::async_runtime::spawn(async move { responder.respond(picture(&app, &path).await) });
        })
        .register_uri_scheme_protocol(problem::SCHEME, move |_, _| shown.answer())
        .invoke_handler(tauri::generate_handler![
            commands::call,
            commands::status,
            commands::pair,
            commands::unpair,
            commands::waiting,
            commands::dismiss,
            commands::dismiss_lost,
            commands::kept,
            commands::keep,
            commands::save_own_data,
            commands::nearby,
            commands::nearby_stop,
            commands::camera_list,
            commands::camera_start,
            commands::camera_stop,
            commands::open_customer_window,
        ])
        .on_page_load(|webview, payload| {
            // The window for customers has neither of the two.
            if webview.label() != MAIN {
                return;
            }
            // A page that is loaded again has lost its channel.
            if payload.event() == PageLoadEvent::Started
                && let Some(cameras) = webview.try_state::<Cameras>()
            {
                cameras.stop();
            }
            // And nobody looks for hubs on it yet.
            if payload.event() == PageLoadEvent::Started
                && let Some(nearby) = webview.try_state::<Nearby>()
            {
                nearby.stop();
            }
        })
        .manage(Running::default())
        .setup(move |app| {
            let app = app.handle().clone();
            end_on_signals(&app);
            tauri::async_runtime::block_on(open(&app, options, problem))?;
            Ok(())
        })
        .build(tauri::generate_context!())?;
    Ok(app.run_return(|app, event| match event {
        RunEvent::WindowEvent { label, event, .. } if label == MAIN => {
            stop_unseen_camera(app, &event);
            if matches!(event, WindowEvent::Destroyed) {
                close_customer(app);
            }
        }
        RunEvent::Exit => tauri::async_runtime::block_on(close(app)),
        _ => {}
    }))
}

/// Starts the parts and opens the page's window, or the one that says why not.
async fn open(app: &AppHandle, options: Options, problem: Problem) -> tauri::Result<()> {
    match Box::pin(start(app, &options)).await {
        Ok(parts) => {
            app.manage(parts.device.clone());
            app.manage(Cameras::new(options.camera));
            app.manage(Nearby::over(if options.nearby_loopback {
                Networks::Loopback
            } else {
                Networks::Shared
            }));
            *app.state::<Running>().0.lock().unwrap_or_else(PoisonError::into_inner) = Some(parts);
            open_page(app)?;
            if let Some(window) = app.get_webview_window(PROBLEM) {
                window.close()?;
            }
            Ok(())
        }
        Err(error) => {
            tracing::error!(%error, "the app cannot start");
            problem.set(error);
            open_problem(app, options, problem)
        }
    }
}

async fn start(app: &AppHandle, options: &Options) -> Result<Parts, StartError> {
    if app.asset_resolver().get("index.html".to_owned()).is_none() {
        return Err(StartError::NoPage);
    }
    let dir = folder(app, options)?;
    std::fs::create_dir_all(&dir).map_err(|error| StartError::Folder(dir.clone(), error))?;
    let keeper = if options.no_keychain { Keeper::File } else { Keeper::Keychain };
    let key_dir = dir.clone();
    let key = tokio::task::spawn_blocking(move || DeviceKey::open(&key_dir, keeper)).await;
    let key = key.map_err(StartError::of)??;
    let device = Arc::new(Device::open(&dir, key).await?);
    let hub = match (&options.host_hub, options.listen) {
        (Some(data), Some(listen)) => Some(Box::pin(host::host(data, listen, options.demo)).await?),
        _ => None,
    };

    let (stop, stopping) = watch::channel(false);
    let mut tasks = JoinSet::new();
    if let Some(address) = hub.as_ref().map(host::address_of).or_else(|| options.hub.clone()) {
        let pairing = pair(device.clone(), address);
        if hub.is_some() || !device.status().paired {
            // Before the window opens, so that the first screen is the shop.
            pairing.await;
        } else {
            tasks.spawn(until_stopped(stopping.clone(), pairing));
        }
    }
    tasks.spawn(until_stopped(stopping.clone(), {
        let device = device.clone();
        async move { device.keep_in_step().await }
    }));
    tasks.spawn(until_stopped(stopping, tell_page(app.clone(), device.clone())));
    Ok(Parts { device, hub, stop, tasks })
}

async fn pair(device: Arc<Device>, address: String) {
    if let Err(refusal) = device.pair(&address).await {
        tracing::warn!(address, %refusal, "not paired");
    }
}

/// The folder of this app's own files.
fn folder(app: &AppHandle, options: &Options) -> Result<PathBuf, StartError> {
    match &options.device_dir {
        Some(dir) => Ok(dir.clone()),
        None => app.path().app_data_dir().map_err(StartError::of),
    }
}

async fn until_stopped(mut stopping: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = stopping.wait_for(|stopping| *stopping) => {}
    }
}

/// Passes on to the page what it listens for.
async fn tell_page(app: AppHandle, device: Arc<Device>) {
    let mut status = device.watch_status();
    let mut events = device.watch_events();
    let failed = |error: tauri::Error| tracing::warn!(%error, "the page was not told");
    loop {
        tokio::select! {
            changed = status.changed() => match changed {
                Ok(()) => {
                    let now = status.borrow_and_update().clone();
                    app.emit_to(MAIN, "status", now).unwrap_or_else(failed);
                }
                Err(_) => return,
            },
            event = events.recv() => match event {
                Ok(event) => app.emit_to(MAIN, "changed", event).unwrap_or_else(failed),
                Err(RecvError::Lagged(_)) => {
                    // It is no longer known what changed.
                    let everything = Event { cursor: Cursor(0), what: Changed::Shop };
                    app.emit_to(MAIN, "changed", everything).unwrap_or_else(failed);
                }
                Err(RecvError::Closed) => return,
            },
        }
    }
}

fn open_page(app: &AppHandle) -> tauri::Result<()> {
    let config: Option<&WindowConfig> = app.config().app.windows.iter().find(|window| window.label == MAIN);
    let config = config.ok_or(tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::from_config(app, config)?.on_navigation(is_own_page).build()?;
    Ok(())
}

/// Opens what customers see of the till in a window of its own, or brings it to the front.
pub(crate) fn open_customer(app: &AppHandle) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(CUSTOMER) {
        return window.set_focus();
    }
    WebviewWindowBuilder::new(app, CUSTOMER, WebviewUrl::App("counter/customer".into()))
        .title("Ministore")
        .inner_size(1024.0, 768.0)
        .min_inner_size(320.0, 480.0)
        .on_navigation(is_own_page)
        .build()?;
    Ok(())
}

/// What follows the till goes with it.
fn close_customer(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(CUSTOMER)
        && let Err(error) = window.close()
    {
        tracing::warn!(%error, "the window for customers does not close");
    }
}

/// The page leads nowhere else: what opens another address opens nothing.
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost")
}

/// A camera that nobody looks through is turned off.
fn stop_unseen_camera(app: &AppHandle, event: &WindowEvent) {
    let unseen = match event {
        WindowEvent::CloseRequested { .. } | WindowEvent::Destroyed => true,
        WindowEvent::Resized(_) | WindowEvent::Focused(false) => {
            app.get_webview_window(MAIN).is_some_and(|window| {
                window.is_minimized().unwrap_or(false) || !window.is_visible().unwrap_or(true)
            })
        }
        _ => false,
    };
    if unseen && let Some(cameras) = app.try_state::<Cameras>() {
        cameras.stop();
    }
}

/// A product's picture for `picture://localhost/<id>`.
async fn picture(app: &AppHandle, path: &str) -> Response<Vec<u8>> {
    let id = path.trim_start_matches('/').parse::<PictureId>().ok();
    let device = app.try_state::<Arc<Device>>().map(|device| device.inner().clone());
    let found = match (id, device) {
        (Some(id), Some(device)) => device.picture(&id).await.unwrap_or_else(|refusal| {
            tracing::debug!(%refusal, "a picture is not here");
            None
        }),
        _ => None,
    };
    let answer = match found {
        Some(picture) => Response::builder()
            .header(header::CONTENT_TYPE, picture.media_type)
            .header(header::CACHE_CONTROL, "public, max-age=31536000, immutable")
            .header(header::X_CONTENT_TYPE_OPTIONS, "nosniff")
            // A picture may draw and do nothing else: an SVG could carry scripts and links.
            .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; sandbox")
            .body(picture.bytes),
        None => Response::builder().status(StatusCode::NOT_FOUND).body(Vec::new()),
    };
    answer.unwrap_or_default()
}

/// Why the app did not start, for the window that says so.
#[derive(Clone, Default)]
struct Problem(Arc<Mutex<Option<StartError>>>);

impl Problem {
    fn set(&self, error: StartError) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    fn answer(&self) -> Response<Vec<u8>> {
        let page = self.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(StartError::page);
        Response::builder()
            .header(header::CONTENT_TYPE, "text/html; charset=utf-8")
            .header(header::CACHE_CONTROL, "no-store")
            .header(header::CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'")
            .body(page.unwrap_or_default().into_bytes())
            .unwrap_or_default()
    }

    fn begin_anew(&self, dir: &Path) {
        // A name that is taken by an earlier file is what the stamp avoids; a clock before 1970 is not expected to.
        let stamp = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let problem = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(error)) = problem.as_ref().map(|problem| problem.begin_anew(dir, stamp)) {
            tracing::error!(%error, "the old files cannot be set aside");
        }
    }
}

fn open_problem(app: &AppHandle, options: Options, problem: Problem) -> tauri::Result<()> {
    let url = problem_url()?;
    if let Some(window) = app.get_webview_window(PROBLEM) {
        return window.navigate(url);
    }
    let again = app.clone();
    WebviewWindowBuilder::new(app, PROBLEM, WebviewUrl::CustomProtocol(url))
        .title("Ministore")
        .inner_size(640.0, 760.0)
        .min_inner_size(360.0, 600.0)
        .center()
        .on_navigation(move |url| {
            let choice = url.path().trim_start_matches('/');
            if !matches!(choice, "again" | "anew") {
                return is_problem(url);
            }
            if choice == "anew"
                && let Ok(dir) = folder(&again, &options)
            {
                problem.begin_anew(&dir);
            }
            let (app, options, problem) = (again.clone(), options.clone(), problem.clone());
            tauri::async_runtime::spawn(async move {
                if let Err(error) = Box::pin(open(&app, options, problem)).await {
                    tracing::error!(%error, "no window opens");
                    app.exit(1);
                }
            });
            false
        })
        .build()?;
    Ok(())
}

fn problem_url() -> tauri::Result<Url> {
    let url = if cfg!(any(windows, target_os = "android")) {
        "http://problem.localhost/"
    } else {
        "problem://localhost/"
    };
    Url::parse(url).map_err(tauri::Error::InvalidUrl)
}

fn is_problem(url: &Url) -> bool {
    url.scheme() == problem::SCHEME || url.host_str() == Some("problem.localhost")
}

/// Ends the app in good order when the system or a person at a terminal asks for it.
fn end_on_signals(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        match asked_to_end().await {
            Ok(()) => app.exit(0),
            Err(error) => tracing::warn!(%error, "signals are not heard"),
        }
    });
}

#[cfg(unix)]
async fn asked_to_end() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Stops the parts in the order in which they lean on each other, and closes the databases.
async fn close(app: &AppHandle) {
    if let Some(cameras) = app.try_state::<Cameras>() {
        cameras.stop();
    }
    if let Some(nearby) = app.try_state::<Nearby>() {
        nearby.stop();
    }
    let parts = app.state::<Running>().0.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(Parts { device, hub, stop, mut tasks }) = parts else {
        return;
    };
    let closing = async {
        stop.send_replace(true);
        while tasks.join_next().await.is_some() {}
        device.close().await;
        if let Some(hub) = hub {
            hub.shutdown().await;
        }
    };
    if tokio::time::timeout(CLOSING, closing).await.is_err() {
        tracing::warn!("closing took too long; what was confirmed is kept");
    }
}
