//! The receipt on paper: at the till's printer where it has one, otherwise by the system's own printing; and as a file.

use leptos::prelude::*;
use ministore_core::fact::{Refund, Sale};
use ministore_core::id::{ClosingId, DeviceId, RefundId, SaleId};
use ministore_core::paper::Buyer;
use ministore_core::printer::{Form, GetPdf, GetPrinters, Print, Printed, Printer, What};
use ministore_core::refusal::Refusal;
use ministore_core::shift::TillAction;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::rung::TillDesk;
use crate::client::query::{Load, Query};
use crate::client::{call, call_again, ipc, new_id};
use crate::i18n::{language, say};
use crate::pages::counter::trouble::trouble_panel;
use crate::widgets::announcer::announce;
use crate::widgets::field::Field;
use crate::widgets::icon::{Icon, icon};
use crate::widgets::sheet::Sheet;

/// What was said last.
#[derive(Clone)]
enum Said {
    Done(Printed),
    Saved(String),
}

impl Said {
    /// Tracked.
    fn words(&self) -> String {
        match self {
            Self::Saved(name) => say::print_saved(name),
            Self::Done(printed) => {
                let name = printed.printer.as_deref().unwrap_or_default();
                match (printed.page, printed.copy, printed.sure) {
                    (false, _, true) => say::PRINT_DRAWER().to_owned(),
                    (false, ..) => say::print_drawer_sent(name),
                    (true, true, _) => say::print_copy(name),
                    (true, false, true) => say::print_printed(name),
                    (true, false, false) => say::print_sent(name),
                }
            }
        }
    }
}

/// Prints one thing after the other.
#[derive(Clone, Copy)]
pub(super) struct Printing {
    busy: RwSignal<bool>,
    said: RwSignal<Option<Said>>,
    problem: RwSignal<Option<(Refusal, What)>>,
}

impl Printing {
    pub(super) fn new() -> Self {
        Self { busy: RwSignal::new(false), said: RwSignal::new(None), problem: RwSignal::new(None) }
    }

    pub(super) fn start(self, what: What) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.said.set(None);
        self.problem.set(None);
        spawn_local(async move {
            let print = Print { note: new_id(), what: what.clone(), printer: None };
            let outcome = call_again(print, new_id()).await;
            if self.busy.try_set(false).is_some() {
                return; // The screen was left.
            }
            match outcome {
                // What follows a sale by itself may be nothing.
                Ok(printed) if printed.printer.is_none() => {}
                Ok(printed) => self.say(Said::Done(printed)),
                Err(why) => self.problem.set(Some((why, what))),
            }
        });
    }

    pub(super) fn is_busy(self) -> bool {
        self.busy.get()
    }

    fn say(self, said: Said) {
        announce(&untrack(|| said.words()));
        self.said.set(Some(said));
    }

    fn save(self, sale: SaleId, form: Form) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.problem.set(None);
        let pdf = GetPdf { sale, form: form.clone(), language: untrack(language) };
        spawn_local(async move {
            let outcome = call(pdf).await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match outcome {
                Ok(pdf) => {
                    hand_over(&pdf.name, &pdf.data);
                    self.say(Said::Saved(pdf.name));
                }
                Err(why) => self.problem.set(Some((why, What::Sale { sale, form }))),
            }
        });
    }

    /// What came of it.
    pub(super) fn outcome(self) -> AnyView {
        view! {
            <p class="quiet-text print-said" role="status" data-testid="print-said" hidden=move || self.said.get().is_none()>
                {move || self.said.with(|said| said.as_ref().map(Said::words))}
            </p>
            {move || self.problem.get().map(|(why, what)| {
                trouble_panel(why, Some(Callback::new(move |()| self.start(what.clone()))))
            })}
        }
        .into_any()
    }
}

/// Has the browser save a file, as where a link to it is followed.
fn hand_over(name: &str, base64: &str) {
    let Ok(link) = document().create_element("a") else { return };
    let address = ["data:application/pdf;base64,", base64].concat();
    if link.set_attribute("href", &address).is_ok() && link.set_attribute("download", name).is_ok() {
        link.unchecked_into::<HtmlElement>().click();
    }
}

/// All ways to give a sale's receipt. `first` for a sale that was just made: what its printer does by itself follows.
pub(super) fn print_actions(till: TillDesk, sale: &Sale, first: bool) -> AnyView {
    let (id, number, at, cash) = (sale.id, sale.number, sale.till, !sale.cash.is_zero());
    if number == 0 {
        // Practice is in no books.
        return by_system(till, number, first);
    }
    let printers = Query::new(|| Some(GetPrinters {}));
    let printing = Printing::new();
    let own = move || {
        printers.with(|load| match load {
            Load::Ready(there) => there.of(at).cloned(),
            Load::Loading | Load::Failed(_) => None,
        })
    };
    let printed_before = RwSignal::new(!first);
    if first {
        Effect::new(move |followed: Option<bool>| {
            if followed == Some(true) {
                return true;
            }
            let Some(printer) = own() else { return false };
            if printer.by_itself || (printer.drawer && cash) {
                printing.start(What::AfterSale { sale: id });
                printed_before.set(printer.by_itself);
            }
            true
        });
    }
    let buying = RwSignal::new(false);
    let known = move || printers.with(|load| !matches!(load, Load::Loading));
    view! {
        <div class="print no-print" data-testid="print-actions">
            <div class="till-sold-actions">
                {move || match own() {
                    Some(printer) => at_printer(printing, &printer, id, printed_before),
                    None if known() => by_system(till, number, first),
                    None => ().into_any(),
                }}
                <button
                    type="button"
                    class="button"
                    data-testid="print-invoice"
                    disabled=move || printing.busy.get()
                    on:click=move |_| buying.set(true)
                >
                    {say::PRINT_INVOICE}
                </button>
                {(!ipc::present()).then(|| view! {
                    <button
                        type="button"
                        class="button"
                        data-testid="print-pdf"
                        disabled=move || printing.busy.get()
                        on:click=move |_| printing.save(id, Form::Receipt)
                    >
                        {icon(Icon::Download)} {say::PRINT_PDF}
                    </button>
                })}
            </div>
            {printing.outcome()}
            <Sheet open=buying title=Signal::derive(|| say::PRINT_INVOICE().to_owned())>
                {move || invoice(printing, id, buying, own().is_some())}
            </Sheet>
        </div>
    }
    .into_any()
}

fn at_printer(
    printing: Printing,
    printer: &Printer,
    sale: SaleId,
    printed_before: RwSignal<bool>,
) -> AnyView {
    let name = printer.name.clone();
    let print = move |_| {
        printing.start(What::Sale { sale, form: Form::Receipt });
        printed_before.set(true);
    };
    view! {
        <button
            type="button"
            class="button large"
            data-testid="print"
            disabled=move || printing.busy.get()
            on:click=print
        >
            {icon(Icon::Receipt)}
            {move || match (printing.busy.get(), printed_before.get()) {
                (true, _) => say::print_printing(&name),
                (false, true) => say::PRINT_AGAIN().to_owned(),
                (false, false) => say::PRINT_PRINT().to_owned(),
            }}
        </button>
        <button
            type="button"
            class="button"
            data-testid="print-gift"
            disabled=move || printing.busy.get()
            on:click=move |_| printing.start(What::Sale { sale, form: Form::Gift })
        >
            {say::PRINT_GIFT}
        </button>
    }
    .into_any()
}

/// Prints what the page shows of the receipt. A second time is noted.
fn by_system(till: TillDesk, number: u32, first: bool) -> AnyView {
    let again = RwSignal::new(!first);
    let print = move |_| {
        if again.get_untracked() {
            till.note(TillAction::Reprinted, number.to_string());
        }
        again.set(true);
        // A browser that prints nothing shows its own reason.
        let _ = window().print();
    };
    view! {
        <button type="button" class="button large no-print" data-testid="print" on:click=print>
            {icon(Icon::Receipt)} {say::TILL_PRINT}
        </button>
    }
    .into_any()
}

/// Asks for whom an invoice is.
fn invoice(printing: Printing, sale: SaleId, open: RwSignal<bool>, at_printer: bool) -> AnyView {
    let (name, tax_number) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let tried = RwSignal::new(false);
    let buyer = move || Buyer { name: name.get(), tax_number: tax_number.get() };
    let wrong = Signal::derive(move || tried.get() && buyer().checked().is_err());
    let asked = move || {
        tried.set(true);
        let buyer = untrack(buyer);
        let sound = buyer.checked().is_ok();
        if sound {
            open.set(false);
        } else {
            announce(say::PRINT_BUYER_WRONG());
        }
        sound.then_some(Form::Invoice(buyer))
    };
    let print = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match asked() {
            Some(form) if at_printer => printing.start(What::Sale { sale, form }),
            Some(form) => printing.save(sale, form),
            None => {}
        }
    };
    let save = move |_| {
        if let Some(form) = asked() {
            printing.save(sale, form);
        }
    };
    view! {
        <form class="print-invoice" on:submit=print data-testid="invoice-form">
            <p class="quiet-text">{say::PRINT_INVOICE_TEXT}</p>
            <Field
                label=Signal::derive(say::PRINT_BUYER)
                value=name
                key="buyer"
                longest=Buyer::MAX_NAME
                wrong=wrong
                problem=say::PRINT_BUYER_WRONG
            />
            <Field
                label=Signal::derive(say::PRINT_BUYER_TAX)
                value=tax_number
                key="buyer-tax"
                longest={ministore_core::printer::MAX_TAX_NUMBER}
            />
            <div class="till-sold-actions">
                {at_printer.then(|| view! {
                    <button type="submit" class="button primary" data-testid="invoice-print">
                        {icon(Icon::Receipt)} {say::PRINT_INVOICE_PRINT}
                    </button>
                })}
                {(!ipc::present()).then(|| view! {
                    <button type="button" class="button" data-testid="invoice-pdf" on:click=save>
                        {icon(Icon::Download)} {say::PRINT_INVOICE_PDF}
                    </button>
                })}
            </div>
        </form>
    }
    .into_any()
}

/// Prints what is given for goods that came back, at the till's printer where it has one.
pub(super) fn return_buttons(refunds: &[Refund]) -> AnyView {
    let Some(at) = refunds.first().map(|refund| refund.till) else { return ().into_any() };
    let printing = Printing::new();
    let printers = Query::new(|| Some(GetPrinters {}));
    let there = move || printers.with(|load| matches!(load, Load::Ready(all) if all.of(at).is_some()));
    let refunds: Vec<_> = refunds.iter().map(|refund| (refund.id, refund.number)).collect();
    let button = move |(refund, number): (RefundId, u32)| {
        view! {
            <button
                type="button"
                class="button"
                data-testid="print-return"
                disabled=move || printing.busy.get()
                on:click=move |_| printing.start(What::Refund { refund })
            >
                {icon(Icon::Receipt)} {move || say::print_return(&number.to_string())}
            </button>
        }
        .into_any()
    };
    view! {
        <div class="print no-print">
            {move || there().then(|| {
                let buttons = refunds.iter().copied().map(button).collect_view();
                view! { <div class="till-sold-actions">{buttons}</div> }.into_any()
            })}
            {printing.outcome()}
        </div>
    }
    .into_any()
}

/// Prints the report of the shift that is open at a till, or of a closing there.
pub(super) fn report_button(at: DeviceId, closing: Option<ClosingId>) -> AnyView {
    let printing = Printing::new();
    let printers = Query::new(|| Some(GetPrinters {}));
    let there = move || printers.with(|load| matches!(load, Load::Ready(all) if all.of(at).is_some()));
    let print = move |_| {
        if untrack(there) {
            printing.start(What::Report { closing });
        } else {
            // A browser that prints nothing shows its own reason.
            let _ = window().print();
        }
    };
    view! {
        <div class="print no-print">
            <button
                type="button"
                class="button"
                data-testid="print-report"
                disabled=move || printing.busy.get()
                on:click=print
            >
                {icon(Icon::Receipt)} {say::TILL_PRINT}
            </button>
            {printing.outcome()}
        </div>
    }
    .into_any()
}

/// Opens the drawer without a sale: at the till's printer where one hangs there, and in the journal in any case.
pub(super) fn drawer_button(till: TillDesk, at: DeviceId) -> AnyView {
    let printing = Printing::new();
    let printers = Query::new(|| Some(GetPrinters {}));
    let kicks = move || {
        let has_drawer = |printer: &Printer| printer.drawer;
        printers.with(|load| matches!(load, Load::Ready(all) if all.of(at).is_some_and(has_drawer)))
    };
    let open = move |_| {
        if untrack(kicks) {
            printing.start(What::Drawer { reason: String::new() });
        } else {
            till.note(TillAction::DrawerOpened, String::new());
            announce(say::TILL_DRAWER_NOTED());
        }
    };
    view! {
        <div class="print">
            <button
                type="button"
                class="button"
                data-testid="open-drawer"
                disabled=move || printing.busy.get()
                on:click=open
            >
                {say::TILL_DRAWER_OPEN}
            </button>
            {printing.outcome()}
        </div>
    }
    .into_any()
}
