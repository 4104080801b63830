//! The receipt printers of the shop, for managers: added, tried and removed; and what every receipt says.

use leptos::prelude::*;
use ministore_core::call::Call;
use ministore_core::device::{GetDevices, KnownDevice, Standing, sign_of};
use ministore_core::id::{DeviceId, PrinterId};
use ministore_core::printer::{
    CodePage, Connection, GetPrinters, MAX_LOGO, MAX_NAME, MAX_TAX_NUMBER, Paper, Print, Printed, Printer,
    Printers, RAW_PORT, RemovePrinter, SavePrinter, SetWords, What,
};
use ministore_core::refusal::Refusal;
use ministore_core::text::{Language, LocalText};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{FileReader, HtmlInputElement};

use super::frame::pane_head;
use super::place::Place;
use super::trouble::trouble_panel;
use crate::client::query::{Load, Query};
use crate::client::{call_again, new_id};
use crate::i18n::{language, say};
use crate::state::shop;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::segmented::{Segment, Segmented};
use crate::widgets::skeleton::row_skeletons;

/// What the screen's parts share.
#[derive(Clone, Copy)]
struct Board {
    printers: Query<GetPrinters>,
    devices: Query<GetDevices>,
    /// The printer that is being set up: a new one, or one that is there.
    open: RwSignal<Option<PrinterId>>,
    busy: RwSignal<bool>,
    problem: RwSignal<Option<Refusal>>,
    said: RwSignal<Option<String>>,
}

impl Board {
    fn ask<C: Call>(self, call: C, done: impl FnOnce(C::Reply) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        self.said.set(None);
        spawn_local(async move {
            let outcome = call_again(call, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                Ok(reply) => done(reply),
                Err(why) => self.problem.set(Some(why)),
            }
        });
    }

    fn say(self, words: String) {
        announce(&words);
        self.said.set(Some(words));
    }

    /// Shows the list as it is now.
    fn show(self, printers: Printers, words: String) {
        self.open.set(None);
        self.printers.show(printers);
        self.say(words);
    }
}

/// The screen.
pub(super) fn printers_screen() -> AnyView {
    let board = Board {
        printers: Query::new(|| Some(GetPrinters {})),
        devices: Query::new(|| Some(GetDevices {})),
        open: RwSignal::new(None),
        busy: RwSignal::new(false),
        problem: RwSignal::new(None),
        said: RwSignal::new(None),
    };
    let title = Signal::derive(|| say::PRINT_TITLE().to_owned());
    let reload = Callback::new(move |()| board.printers.reload());
    let fresh = RwSignal::new(new_id::<PrinterId>());
    let adding = move || board.open.get() == Some(fresh.get());
    view! {
        {pane_head(title, Some(Place::Manage), None)}
        <div class="pane-body" data-testid="printers">
            <p class="quiet-text">{say::PRINT_TEXT}</p>
            <p role="status" data-testid="printers-said">{move || board.said.get()}</p>
            {move || board.problem.get().map(|why| trouble_panel(why, None))}
            {move || board.printers.with(|load| match load {
                Load::Loading => row_skeletons(3),
                Load::Failed(refusal) => trouble_panel(refusal.clone(), Some(reload)),
                Load::Ready(there) if there.printers.is_empty() => view! {
                    <div class="pane-empty" data-testid="no-printers">
                        <span class="empty-sign">{icon(Icon::Receipt)}</span>
                        <h2>{say::PRINT_NONE}</h2>
                        <p>{say::PRINT_NONE_TEXT}</p>
                    </div>
                }
                .into_any(),
                Load::Ready(there) => {
                    let rows = there.printers.iter().map(|printer| printer_row(board, printer.clone()));
                    view! { <ul class="device-list">{rows.collect_view()}</ul> }.into_any()
                }
            })}
            {move || if adding() {
                view! {
                    <section class="panel">
                        <h3>{say::PRINT_ADD}</h3>
                        {printer_form(board, new_printer(fresh.get_untracked()))}
                    </section>
                }
                .into_any()
            } else {
                view! {
                    <button
                        type="button"
                        class="button primary"
                        data-testid="add-printer"
                        on:click=move |_| {
                            fresh.set(new_id());
                            board.open.set(Some(fresh.get_untracked()));
                        }
                    >
                        {icon(Icon::Plus)} {say::PRINT_ADD}
                    </button>
                }
                .into_any()
            }}
            {words_section(board)}
        </div>
    }
    .into_any()
}

fn new_printer(id: PrinterId) -> Printer {
    Printer {
        id,
        name: String::new(),
        connection: Connection::Network { address: std::net::Ipv4Addr::LOCALHOST.into(), port: RAW_PORT },
        paper: Paper::Mm80,
        page: CodePage::Pc437,
        language: untrack(language),
        drawer: false,
        cuts: true,
        by_itself: false,
        tills: Vec::new(),
        logo: None,
    }
}

/// Where it is, as people write it.
fn place_of(connection: &Connection) -> String {
    match connection {
        Connection::Network { address, port } => [&address.to_string(), ":", &port.to_string()].concat(),
        Connection::Usb { vendor, product } => ["USB ", &hex(*vendor), ":", &hex(*product)].concat(),
        Connection::Serial { path, .. } => path.clone(),
    }
}

fn hex(number: u16) -> String {
    format!("{number:04x}")
}

fn printer_row(board: Board, printer: Printer) -> AnyView {
    let id = printer.id;
    let (name, removed) = (printer.name.clone(), printer.name.clone());
    let place = place_of(&printer.connection);
    let paper = match printer.paper {
        Paper::Mm58 => say::PRINT_MM58,
        Paper::Mm80 => say::PRINT_MM80,
    };
    let is_open = Memo::new(move |_| board.open.get() == Some(id));
    let toggle = move |_| board.open.update(|open| *open = if *open == Some(id) { None } else { Some(id) });
    let test = move |_| {
        let print = Print { note: new_id(), what: What::Test, printer: Some(id) };
        board.ask(print, move |printed: Printed| {
            let name = printed.printer.unwrap_or_default();
            board.say(untrack(
                || if printed.sure { say::print_printed(&name) } else { say::print_sent(&name) },
            ));
        });
    };
    let remove = move |_| {
        let name = removed.clone();
        board.ask(RemovePrinter { printer: id }, move |left| {
            board.show(left, untrack(|| say::print_removed(&name)));
        });
    };
    view! {
        <li class="device" data-testid="printer">
            <div class="device-words">
                <p class="device-name"><strong>{name}</strong></p>
                <p class="quiet-text">{place} " · " {paper}</p>
            </div>
            <button type="button" class="button" data-testid="test-printer" disabled=move || board.busy.get() on:click=test>
                {say::PRINT_TEST}
            </button>
            <button
                type="button"
                class="button"
                data-testid="change-printer"
                aria-expanded=move || is_open.get().to_string()
                on:click=toggle
            >
                {say::PRINT_CHANGE}
            </button>
            {move || is_open.get().then(|| {
                let remove = remove.clone();
                view! {
                    <div class="device-change">
                        {printer_form(board, printer.clone())}
                        <button
                            type="button"
                            class="button danger"
                            data-testid="remove-printer"
                            disabled=move || board.busy.get()
                            on:click=remove
                        >
                            {icon(Icon::Trash)} {say::PRINT_REMOVE}
                        </button>
                    </div>
                }
                .into_any()
            })}
        </li>
    }
    .into_any()
}

/// The ways to a printer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Via {
    Network,
    Usb,
    Serial,
}

/// A printer as it is typed.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    via: RwSignal<Via>,
    address: RwSignal<String>,
    port: RwSignal<String>,
    vendor: RwSignal<String>,
    product: RwSignal<String>,
    path: RwSignal<String>,
    baud: RwSignal<String>,
    paper: RwSignal<Paper>,
    page: RwSignal<CodePage>,
    language: RwSignal<Language>,
    drawer: RwSignal<bool>,
    cuts: RwSignal<bool>,
    by_itself: RwSignal<bool>,
    tills: RwSignal<Vec<DeviceId>>,
    logo: RwSignal<Option<String>>,
}

impl Fields {
    fn of(printer: &Printer, is_new: bool) -> Self {
        let text = |text: &str| RwSignal::new(text.to_owned());
        let mut fields = Self {
            name: text(&printer.name),
            via: RwSignal::new(Via::Network),
            address: text(""),
            port: text(&RAW_PORT.to_string()),
            vendor: text(""),
            product: text(""),
            path: text(""),
            baud: text("9600"),
            paper: RwSignal::new(printer.paper),
            page: RwSignal::new(printer.page),
            language: RwSignal::new(printer.language),
            drawer: RwSignal::new(printer.drawer),
            cuts: RwSignal::new(printer.cuts),
            by_itself: RwSignal::new(printer.by_itself),
            tills: RwSignal::new(printer.tills.clone()),
            logo: RwSignal::new(printer.logo.clone()),
        };
        match &printer.connection {
            Connection::Network { .. } if is_new => {}
            Connection::Network { address, port } => {
                (fields.address, fields.port) = (text(&address.to_string()), text(&port.to_string()));
            }
            Connection::Usb { vendor, product } => {
                fields.via = RwSignal::new(Via::Usb);
                (fields.vendor, fields.product) = (text(&hex(*vendor)), text(&hex(*product)));
            }
            Connection::Serial { path, baud } => {
                fields.via = RwSignal::new(Via::Serial);
                (fields.path, fields.baud) = (text(path), text(&baud.to_string()));
            }
        }
        fields
    }

    /// The way to it; None where what is typed is none.
    fn connection(self) -> Option<Connection> {
        match self.via.get() {
            Via::Network => Some(Connection::Network {
                address: self.address.with(|text| text.trim().parse().ok())?,
                port: self.port.with(|text| text.trim().parse().ok())?,
            }),
            Via::Usb => {
                let number = |text: &String| u16::from_str_radix(text.trim(), 16).ok();
                Some(Connection::Usb {
                    vendor: self.vendor.with(number)?,
                    product: self.product.with(number)?,
                })
            }
            Via::Serial => Some(Connection::Serial {
                path: self.path.with(|text| text.trim().to_owned()),
                baud: self.baud.with(|text| text.trim().parse().ok())?,
            }),
        }
    }

    /// As it is typed; errors name what is wrong.
    fn printer(self, id: PrinterId) -> Result<Printer, &'static str> {
        let printer = Printer {
            id,
            name: self.name.with(|name| name.trim().to_owned()),
            connection: self.connection().ok_or("connection")?,
            paper: self.paper.get(),
            page: self.page.get(),
            language: self.language.get(),
            drawer: self.drawer.get(),
            cuts: self.cuts.get(),
            by_itself: self.by_itself.get(),
            tills: self.tills.get(),
            logo: self.logo.get(),
        };
        printer.checked()?;
        Ok(printer)
    }
}

fn printer_form(board: Board, printer: Printer) -> AnyView {
    let (id, is_new) = (printer.id, printer.name.is_empty());
    let fields = Fields::of(&printer, is_new);
    let tried = RwSignal::new(false);
    let wrong = move |field: &'static str| {
        Signal::derive(move || tried.get() && fields.printer(id).err() == Some(field))
    };
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        match untrack(|| fields.printer(id)) {
            Ok(printer) => {
                let name = printer.name.clone();
                board.ask(SavePrinter { printer }, move |all| {
                    board.show(all, untrack(|| say::print_added(&name)));
                });
            }
            Err("name") => announce(say::PRINT_NAME_WRONG()),
            Err(_) => announce(say::PRINT_ADDRESS_WRONG()),
        }
    };
    view! {
        <form class="printer-form" data-testid="printer-form" on:submit=save>
            <Field
                label=Signal::derive(say::PRINT_NAME)
                value=fields.name
                key="printer-name"
                longest=MAX_NAME
                example=say::PRINT_NAME_EXAMPLE
                wrong=wrong("name")
                problem=say::PRINT_NAME_WRONG
            />
            {choices("via", say::PRINT_VIA, fields.via, vec![
                (Via::Network, "network", say::PRINT_NETWORK),
                (Via::Usb, "usb", say::PRINT_USB),
                (Via::Serial, "serial", say::PRINT_SERIAL),
            ])}
            {move || way_fields(fields, wrong("connection"))}
            {choices("paper", say::PRINT_PAPER, fields.paper, vec![
                (Paper::Mm58, "58", say::PRINT_MM58),
                (Paper::Mm80, "80", say::PRINT_MM80),
            ])}
            {choices("receipt-language", say::PRINT_LANGUAGE, fields.language, vec![
                (Language::En, "en", say::PRINT_ENGLISH),
                (Language::Zh, "zh", say::PRINT_CHINESE),
            ])}
            {page_choice(fields.page)}
            {check("cuts", say::PRINT_CUTS, fields.cuts)}
            {check("drawer", say::PRINT_DRAWER_AT, fields.drawer)}
            {check("by-itself", say::PRINT_BY_ITSELF, fields.by_itself)}
            {tills(board, fields.tills)}
            {logo(fields.logo)}
            <button
                type="submit"
                class="button primary"
                data-testid="save-printer"
                disabled=move || board.busy.get()
            >
                {say::PRINT_SAVE}
            </button>
        </form>
    }
    .into_any()
}

fn way_fields(fields: Fields, wrong: Signal<bool>) -> AnyView {
    match fields.via.get() {
        Via::Network => view! {
            <Field
                label=Signal::derive(say::PRINT_ADDRESS)
                value=fields.address
                key="printer-address"
                longest=45
                wrong=wrong
                problem=say::PRINT_ADDRESS_WRONG
            />
            <Field
                label=Signal::derive(say::PRINT_PORT)
                value=fields.port
                key="printer-port"
                keys="numeric"
                longest=5
                wrong=wrong
                problem=say::PRINT_PORT_WRONG
            />
        }
        .into_any(),
        Via::Usb => view! {
            <Field
                label=Signal::derive(say::PRINT_VENDOR)
                value=fields.vendor
                key="printer-vendor"
                longest=4
                wrong=wrong
                problem=say::PRINT_USB_WRONG
            />
            <Field
                label=Signal::derive(say::PRINT_PRODUCT)
                value=fields.product
                key="printer-product"
                longest=4
                wrong=wrong
                problem=say::PRINT_USB_WRONG
            />
        }
        .into_any(),
        Via::Serial => view! {
            <Field
                label=Signal::derive(say::PRINT_PATH)
                value=fields.path
                key="printer-path"
                longest=64
                wrong=wrong
                problem=say::PRINT_PATH_WRONG
            />
            <Field
                label=Signal::derive(say::PRINT_BAUD)
                value=fields.baud
                key="printer-baud"
                keys="numeric"
                longest=6
                wrong=wrong
                problem=say::PRINT_BAUD_WRONG
            />
        }
        .into_any(),
    }
}

fn choices<T: Copy + PartialEq + Send + Sync + 'static>(
    name: &'static str,
    label: say::Phrase,
    chosen: RwSignal<T>,
    of: Vec<(T, &'static str, say::Phrase)>,
) -> AnyView {
    let segment = |(value, key, label): (T, &'static str, say::Phrase)| Segment {
        value,
        label: Signal::derive(move || label().to_owned()),
        key,
    };
    view! {
        <div class="field">
            <span aria-hidden="true">{label}</span>
            <Segmented
                name=name
                label=Signal::derive(move || label().to_owned())
                segments={of.into_iter().map(segment).collect::<Vec<_>>()}
                chosen=chosen
                on_choose=Callback::new(move |value| chosen.set(value))
            />
        </div>
    }
    .into_any()
}

/// The code pages by the names that printers' manuals give them.
const PAGES: [(CodePage, &str); 5] = [
    (CodePage::Pc437, "PC437 (USA)"),
    (CodePage::Pc858, "PC858 (€)"),
    (CodePage::Wpc1252, "WPC1252 (€)"),
    (CodePage::Pc852, "PC852 (Latin 2)"),
    (CodePage::Pc866, "PC866 (Кириллица)"),
];

fn page_choice(page: RwSignal<CodePage>) -> AnyView {
    let options = PAGES.iter().enumerate().map(|(place, (value, name))| {
        view! { <option value=place.to_string() selected=move || page.get() == *value>{*name}</option> }
    });
    view! {
        <label class="field">
            <span>{say::PRINT_PAGE}</span>
            <select
                data-testid="field-page"
                on:change=move |event| {
                    let place = event_target_value(&event).parse::<usize>().ok();
                    if let Some((value, _)) = place.and_then(|place| PAGES.get(place)) {
                        page.set(*value);
                    }
                }
            >
                {options.collect_view()}
            </select>
            <span class="quiet-text">{say::PRINT_PAGE_TEXT}</span>
        </label>
    }
    .into_any()
}

fn check(key: &'static str, label: say::Phrase, value: RwSignal<bool>) -> AnyView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                data-testid=["check-", key].concat()
                prop:checked=move || value.get()
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

/// Which tills print there.
fn tills(board: Board, chosen: RwSignal<Vec<DeviceId>>) -> AnyView {
    let works = |device: &&KnownDevice| matches!(device.standing, Standing::Cashier | Standing::Manager);
    view! {
        <fieldset class="printer-tills">
            <legend>{say::PRINT_TILLS}</legend>
            <p class="quiet-text">{say::PRINT_TILLS_ALL}</p>
            {move || board.devices.with(|load| match load {
                Load::Ready(all) => {
                    let boxes = all.devices.iter().filter(works).map(|device| till(device, chosen));
                    boxes.collect_view().into_any()
                }
                Load::Loading => row_skeletons(1),
                Load::Failed(why) => trouble_panel(why.clone(), None),
            })}
        </fieldset>
    }
    .into_any()
}

fn till(device: &KnownDevice, chosen: RwSignal<Vec<DeviceId>>) -> AnyView {
    let id = device.device;
    let name = device.name.as_ref().map_or_else(|| sign_of(id), ToString::to_string);
    let choose = move |event: leptos::ev::Event| {
        let wanted = event_target_checked(&event);
        chosen.update(|all| {
            all.retain(|till| *till != id);
            if wanted {
                all.push(id);
            }
        });
    };
    view! {
        <label class="check">
            <input type="checkbox" prop:checked=move || chosen.with(|all| all.contains(&id)) on:change=choose />
            <span>{name}</span>
        </label>
    }
    .into_any()
}

fn logo(kept: RwSignal<Option<String>>) -> AnyView {
    let wrong = RwSignal::new(false);
    let choose = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        read_logo(file, move |logo| {
            wrong.set(logo.is_none());
            if logo.is_some() {
                kept.set(logo);
            } else {
                announce(&untrack(|| say::PRINT_LOGO_WRONG().to_owned()));
            }
        });
    };
    view! {
        <div class="field">
            <label>
                <span>{say::PRINT_LOGO}</span>
                <input type="file" accept="image/png" data-testid="field-logo" on:change=choose />
            </label>
            <span class="problem" hidden=move || !wrong.get()>{say::PRINT_LOGO_WRONG}</span>
            {move || kept.with(Option::is_some).then(|| view! {
                <span class="quiet-text">{say::PRINT_LOGO_THERE}</span>
                <button type="button" class="button" on:click=move |_| kept.set(None)>{say::PRINT_LOGO_NONE}</button>
            })}
        </div>
    }
    .into_any()
}

/// Reads a file as a PNG in base64; `done` gets None where it is none, or too large.
fn read_logo(file: web_sys::File, done: impl Fn(Option<String>) + 'static) {
    const START: &str = "data:image/png;base64,";
    let Ok(reader) = FileReader::new() else { return done(None) };
    let read = reader.clone();
    let heard = Closure::once_into_js(move || {
        let text = read.result().ok().and_then(|result| result.as_string());
        let logo = text.and_then(|text| text.strip_prefix(START).map(str::to_owned));
        done(logo.filter(|logo| logo.len() <= MAX_LOGO));
    });
    reader.set_onloadend(Some(heard.unchecked_ref()));
    // A file that cannot be read ends without a result.
    let _ = reader.read_as_data_url(&file);
}

/// What every receipt says.
fn words_section(board: Board) -> AnyView {
    let rules = untrack(shop::shop).map(|shop| shop.till.clone()).unwrap_or_default();
    let tax_number = RwSignal::new(rules.tax_number);
    let (en, zh) = (RwSignal::new(rules.footer.en), RwSignal::new(rules.footer.zh));
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = SetWords {
            tax_number: tax_number.get_untracked(),
            footer: LocalText::new(en.get_untracked(), zh.get_untracked()),
        };
        board.ask(words, move |_| board.say(untrack(|| say::PRINT_WORDS_SAVED().to_owned())));
    };
    view! {
        <section class="panel">
            <h3>{say::PRINT_WORDS}</h3>
            <form class="printer-form" data-testid="receipt-words" on:submit=save>
                <Field
                    label=Signal::derive(say::PRINT_TAX_NUMBER)
                    value=tax_number
                    key="tax-number"
                    longest=MAX_TAX_NUMBER
                />
                <Field label=Signal::derive(say::PRINT_FOOTER_EN) value=en key="footer-en" longest=400 />
                <Field label=Signal::derive(say::PRINT_FOOTER_ZH) value=zh key="footer-zh" longest=400 />
                <button type="submit" class="button" data-testid="save-words" disabled=move || board.busy.get()>
                    {say::PRINT_SAVE}
                </button>
            </form>
        </section>
    }
    .into_any()
}
