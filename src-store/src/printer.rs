//! The shop's printers, and what is printed: read from the shop's own books, never from what a caller sends.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use ministore_core::device::Done;
use ministore_core::fact::{Fact, Refund, Sale};
use ministore_core::gift_card::MAX_MESSAGE;
use ministore_core::id::{DeviceId, NoteId, PrinterId, RefundId, SaleId, StaffId};
use ministore_core::paper::{Buyer, GiftCardSlip, Heading, Kind, Receipt, ShiftReport};
use ministore_core::printer::{
    Form, GetPdf, GetPrinters, Job, MAX_TAX_NUMBER, MOST_PRINTERS, Outcome, Page, Pdf, Print, PrintTrouble,
    Printed, Printer, Printers, RemovePrinter, SavePrinter, SetWords, What,
};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::shift::{Noted, TillAction};
use ministore_core::shop::Shop;
use ministore_core::text::Language;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fact::{at_till, find};
use crate::fault::Fault;
use crate::reply::Act;
use crate::write::{Head, Write};
use crate::{gift_card, shift, shop, sql};

/// The longest text at the foot of a receipt, in characters of each language.
const MAX_FOOTER: usize = 400;

/// How what the engine puts together comes on paper.
pub trait Press: Send + Sync {
    /// Prints a job. Ends in bounded time whatever the printer does.
    fn print(&self, printer: Printer, job: Job) -> BoxFuture<'_, Outcome>;
    /// A receipt as a PDF.
    fn pdf(&self, receipt: Receipt) -> BoxFuture<'_, Result<Vec<u8>, PrintTrouble>>;
    /// Where a sale's receipt can be seen again; None where there is no such place.
    fn link(&self, _: SaleId) -> Option<String> {
        None
    }
}

/// The prints that are under way: the keys under which they will be noted, and what is printed.
pub(crate) type UnderWay = Mutex<HashSet<Uuid>>;

/// One of them, for as long as it takes.
struct Turn<'a>(&'a UnderWay, Uuid);

impl<'a> Turn<'a> {
    /// Refused while the same is under way.
    fn take(all: &'a UnderWay, key: Uuid) -> Result<Self, Fault> {
        if all.lock().unwrap_or_else(PoisonError::into_inner).insert(key) {
            Ok(Self(all, key))
        } else {
            Err(Refusal::Busy.into())
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Answer<GetPrinters> for Engine {
    async fn answer(&self, _: &Caller, _: GetPrinters) -> Result<Printers, Fault> {
        let head = self.head().await?;
        printers(&mut *self.snapshot().await?, head).await
    }
}

impl Answer<SavePrinter> for Engine {
    async fn answer(&self, caller: &Caller, call: SavePrinter) -> Result<Printers, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SavePrinter {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Printers, Fault> {
        let mut printer = self.printer;
        printer.name = printer.name.trim().to_owned();
        printer.checked().map_err(|field| Fault::invalid(field, "outside its bounds"))?;
        let (head, shop) = (write.head, write.shop());
        let there = printers(write.conn(), head).await?;
        let new = there.printers.iter().all(|known| known.id != printer.id);
        if new && there.printers.len() >= MOST_PRINTERS {
            return Err(Fault::invalid("printer", format!("a shop has at most {MOST_PRINTERS}")));
        }
        sql::query(
            "INSERT INTO printer (shop_id, printer_id, name, body) VALUES ($1, $2, $3, $4)
             ON CONFLICT (shop_id, printer_id) DO UPDATE SET name = excluded.name, body = excluded.body",
        )
        .bind(shop)
        .bind(printer.id.0)
        .bind(&printer.name)
        .bind(serde_json::to_string(&printer)?)
        .execute(write.conn())
        .await?;
        printers(write.conn(), head).await
    }
}

impl Answer<RemovePrinter> for Engine {
    async fn answer(&self, caller: &Caller, call: RemovePrinter) -> Result<Printers, Fault> {
        self.once(caller, call).await
    }
}

impl Act for RemovePrinter {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Printers, Fault> {
        let (head, shop) = (write.head, write.shop());
        one(write.conn(), head, self.printer).await?;
        sql::query("DELETE FROM printer WHERE shop_id = $1 AND printer_id = $2")
            .bind(shop)
            .bind(self.printer.0)
            .execute(write.conn())
            .await?;
        printers(write.conn(), head).await
    }
}

impl Answer<SetWords> for Engine {
    async fn answer(&self, caller: &Caller, call: SetWords) -> Result<Done, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SetWords {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Done, Fault> {
        let tax_number = self.tax_number.trim();
        if tax_number.chars().count() > MAX_TAX_NUMBER {
            return Err(Fault::invalid("tax_number", format!("at most {MAX_TAX_NUMBER} characters")));
        }
        if [&self.footer.en, &self.footer.zh].iter().any(|text| text.chars().count() > MAX_FOOTER) {
            return Err(Fault::invalid("footer", format!("at most {MAX_FOOTER} characters")));
        }
        let head = write.head;
        let mut rules = shop::load(write.conn(), head).await?.till;
        rules.tax_number = tax_number.to_owned();
        rules.footer = self.footer;
        sql::query("UPDATE shop SET till = $2 WHERE shop_id = $1")
            .bind(head.shop.0)
            .bind(serde_json::to_string(&rules)?)
            .execute(write.conn())
            .await?;
        write.shop_changed().await?;
        Ok(Done {})
    }
}

async fn printers(conn: &mut sql::Connection, head: Head) -> Result<Printers, Fault> {
    let rows = sql::query("SELECT body FROM printer WHERE shop_id = $1 ORDER BY name, printer_id")
        .bind(head.shop.0)
        .fetch_all(conn)
        .await?;
    let printers = rows.iter().map(|row| Ok(serde_json::from_str(row.try_get(0)?)?));
    Ok(Printers { printers: printers.collect::<Result<_, Fault>>()? })
}

async fn one(conn: &mut sql::Connection, head: Head, printer: PrinterId) -> Result<Printer, Fault> {
    let there = printers(conn, head).await?.printers;
    let found = there.into_iter().find(|known| known.id == printer);
    found.ok_or_else(|| Fault::not_found(Thing::Printer))
}

/// Who prints, at which till.
#[derive(Clone, Copy)]
struct Who {
    till: DeviceId,
    by: StaffId,
    manager: bool,
}

/// What is to be printed, and how it is noted.
struct Order {
    job: Job,
    /// Of the page; None where it is not noted.
    action: Option<TillAction>,
    /// A receipt's number, or why.
    about: String,
    /// The sale, refund or closing.
    of: Option<Uuid>,
    copy: bool,
}

impl Answer<Print> for Engine {
    async fn answer(&self, caller: &Caller, call: Print) -> Result<Printed, Fault> {
        let (till, by) = at_till(caller)?;
        let manager = matches!(caller.actor, Actor::Staff { role: StaffRole::Manager, .. });
        let (engine, who) = (self.clone(), Who { till, by, manager });
        // Goes on when the caller hangs up: what is on paper is to be noted.
        let print = tokio::spawn(async move { engine.print(who, call).await });
        print.await.map_err(|error| Fault::Other(format!("a print ended: {error}")))?
    }
}

impl Answer<GetPdf> for Engine {
    async fn answer(&self, caller: &Caller, call: GetPdf) -> Result<Pdf, Fault> {
        at_till(caller)?;
        let press = self.press()?;
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let shop = shop::load(&mut tx, head).await?;
        let sale = sale(&mut tx, head, call.sale).await?;
        let mut receipt = of_sale(&mut tx, head, &shop, call.language, &sale, call.form).await?;
        drop(tx);
        receipt.link = press.link(sale.id);
        let name = [&receipt.code, ".pdf"].concat();
        let pdf = press.pdf(receipt).await;
        let pdf = pdf.map_err(|trouble| Refusal::PrintFailed { printer: "PDF".to_owned(), trouble })?;
        Ok(Pdf { name, data: STANDARD.encode(pdf) })
    }
}

impl Engine {
    /// What prints here.
    fn press(&self) -> Result<&Arc<dyn Press>, Fault> {
        // A hub has one; a program that only copies a database answers no calls.
        self.press_of().ok_or_else(|| Fault::not_found(Thing::Printer))
    }

    async fn print(&self, who: Who, call: Print) -> Result<Printed, Fault> {
        let press = self.press()?;
        let _turn = Turn::take(self.under_way(), call.note.0)?;
        // Two prints of one sale at once would both be the first, and open the drawer twice.
        let of = match &call.what {
            What::Sale { sale, .. } | What::AfterSale { sale } => Some(sale.0),
            What::Refund { refund } => Some(refund.0),
            What::Report { .. } | What::GiftCard { .. } | What::Test | What::Drawer { .. } => None,
        };
        let _of = of.map(|of| Turn::take(self.under_way(), of)).transpose()?;
        let head = self.head().await?;
        let (printer, order) = {
            let mut tx = self.snapshot().await?;
            let printer = match call.printer {
                Some(printer) => Some(one(&mut tx, head, printer).await?),
                None => printers(&mut tx, head).await?.of(who.till).cloned(),
            };
            let by_itself = matches!(call.what, What::AfterSale { .. });
            let Some(printer) = printer else {
                return if by_itself { Ok(nothing()) } else { Err(Fault::not_found(Thing::Printer)) };
            };
            if let Some(known) = find(&mut tx, head, call.note.0).await? {
                return match known {
                    Fact::Noted(noted) if noted.till == who.till => Ok(Printed {
                        printer: Some(printer.name),
                        page: !is_drawer(noted.action),
                        sure: false,
                        copy: noted.action == TillAction::Reprinted,
                        drawer: is_drawer(noted.action),
                    }),
                    _ => Err(Refusal::IdReused.into()),
                };
            }
            let order = self.order(&mut tx, head, who, &printer, call.what).await?;
            (printer, order)
        };
        if order.job.page.is_none() && !order.job.pulse {
            return Ok(nothing());
        }
        let name = printer.name.clone();
        let has_page = order.job.page.is_some();
        let outcome = press.print(printer, order.job.clone()).await;
        self.note(who, call.note, &order, has_page, &outcome).await?;
        match outcome.done {
            Ok(sure) => Ok(Printed {
                printer: Some(name),
                page: has_page,
                sure,
                copy: order.copy,
                drawer: outcome.kicked,
            }),
            Err(trouble) => Err(Refusal::PrintFailed { printer: name, trouble }.into()),
        }
    }

    /// Puts together what is asked for.
    async fn order(
        &self,
        conn: &mut sql::Connection,
        head: Head,
        who: Who,
        printer: &Printer,
        what: What,
    ) -> Result<Order, Fault> {
        let shop = shop::load(conn, head).await?;
        let language = printer.language;
        let empty = |job| Order { job, action: None, about: String::new(), of: None, copy: false };
        Ok(match what {
            What::Test | What::Report { closing: None } if !who.manager => {
                return Err(Refusal::NotAllowed.into());
            }
            What::Test => empty(Job { page: Some(Page::Test), pulse: false }),
            What::Drawer { reason } => {
                if !printer.drawer {
                    return Err(Fault::not_found(Thing::Printer));
                }
                let about = shift::words("reason", &reason, 0)?;
                Order { about, ..empty(Job { page: None, pulse: true }) }
            }
            What::Sale { sale: id, form } => {
                let sale = sale(conn, head, id).await?;
                self.receipt(conn, head, &shop, language, &sale, form, false).await?
            }
            What::AfterSale { sale: id } => {
                let sale = sale(conn, head, id).await?;
                // What happened at another till follows itself there.
                if sale.till != who.till {
                    return Err(Fault::not_found(Thing::Sale));
                }
                let done = notes(conn, head, sale.id.0).await?;
                let pulse =
                    printer.drawer && !sale.cash.is_zero() && !done.contains(&TillAction::DrawerForSale);
                if printer.by_itself && !done.iter().copied().any(is_receipt) {
                    self.receipt(conn, head, &shop, language, &sale, Form::Receipt, pulse).await?
                } else {
                    let about = sale.number.to_string();
                    Order { about, of: Some(sale.id.0), ..empty(Job { page: None, pulse }) }
                }
            }
            What::Refund { refund: id } => {
                let refund = refund(conn, head, id).await?;
                let sale = match refund.sale {
                    Some(of) => Some(sale(conn, head, of).await?),
                    None => None,
                };
                let done = notes(conn, head, refund.id.0).await?;
                let copy = done.iter().copied().any(is_receipt);
                let pulse = printer.drawer
                    && !refund.in_cash().is_zero()
                    && !done.contains(&TillAction::DrawerForSale);
                let heading = heading(conn, head, &shop, language, refund.till, refund.by).await?;
                let mut receipt = Receipt::of_refund(heading, &refund, sale.as_ref());
                receipt.copy = copy;
                printed(receipt, refund.id.0, copy, TillAction::Printed, pulse)
            }
            What::GiftCard { number, message } => {
                let message = message.trim().to_owned();
                if message.chars().count() > MAX_MESSAGE {
                    return Err(Fault::invalid("message", format!("at most {MAX_MESSAGE} characters")));
                }
                let card = gift_card::shown(conn, head, number).await?;
                let heading = heading(conn, head, &shop, language, who.till, who.by).await?;
                let (at, balance) = (self.now(), card.money.balance);
                let slip = GiftCardSlip { heading, at, balance, number, message };
                let job = Job { page: Some(Page::GiftCard(Box::new(slip))), pulse: false };
                let about = format!("…{}", card.ending);
                Order { action: Some(TillAction::GiftCardPrinted), about, ..empty(job) }
            }
            What::Report { closing } => {
                let report = match closing {
                    Some(closing) => match find(conn, head, closing.0).await? {
                        Some(Fact::ShiftClosed(closed)) if who.manager || closed.till == who.till => {
                            let Some(Fact::ShiftOpened(opened)) = find(conn, head, closed.shift.0).await?
                            else {
                                return Err(Fault::row("shift", "its beginning is gone"));
                            };
                            let heading =
                                heading(conn, head, &shop, language, closed.till, closed.by).await?;
                            let (until, counted) = (closed.at, Some(closed.counted));
                            ShiftReport { heading, opened: opened.at, until, counted, report: closed.report }
                        }
                        _ => return Err(Fault::not_found(Thing::Closing)),
                    },
                    None => {
                        let open = shift::open_at(conn, head, who.till).await?;
                        let (opened, report, _) =
                            shift::so_far(conn, head, open.ok_or(Refusal::ShiftNotOpen)?).await?;
                        let heading = heading(conn, head, &shop, language, who.till, who.by).await?;
                        let until = self.now();
                        ShiftReport { heading, opened: opened.at, until, counted: None, report }
                    }
                };
                let page = Some(Page::Report(Box::new(report)));
                Order {
                    action: Some(TillAction::ReportPrinted),
                    of: closing.map(|closing| closing.0),
                    ..empty(Job { page, pulse: false })
                }
            }
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one receipt, said once")]
    async fn receipt(
        &self,
        conn: &mut sql::Connection,
        head: Head,
        shop: &Shop,
        language: Language,
        sale: &Sale,
        form: Form,
        pulse: bool,
    ) -> Result<Order, Fault> {
        let action = match form {
            Form::Receipt => TillAction::Printed,
            Form::Gift => TillAction::GiftPrinted,
            Form::Invoice(_) => TillAction::InvoicePrinted,
        };
        let done = notes(conn, head, sale.id.0).await?;
        let copy = match action {
            TillAction::Printed => done.into_iter().any(is_receipt),
            same => done.contains(&same),
        };
        let mut receipt = of_sale(conn, head, shop, language, sale, form).await?;
        receipt.copy = copy;
        receipt.link = self.press()?.link(sale.id);
        Ok(printed(receipt, sale.id.0, copy, action, pulse))
    }

    /// Notes what came of an order: the page where any of it was sent, and the drawer where it was told to open. Under
    /// the caller's key only what went well, so that the same key again tries again.
    async fn note(
        &self,
        who: Who,
        key: NoteId,
        order: &Order,
        has_page: bool,
        outcome: &Outcome,
    ) -> Result<(), Fault> {
        let page = order.action.filter(|_| has_page && outcome.begun);
        let drawer = outcome.kicked.then_some(match order.of {
            Some(_) => TillAction::DrawerForSale,
            None => TillAction::DrawerOpened,
        });
        if page.is_none() && drawer.is_none() {
            return Ok(());
        }
        let mut write = Write::begin(self).await?;
        let head = write.head;
        let shift = shift::open_at(write.conn(), head, who.till).await?;
        let mut keys = [outcome.done.is_ok().then_some(key)].into_iter().flatten();
        for action in [page, drawer].into_iter().flatten() {
            let noted = Noted {
                id: keys.next().unwrap_or_else(|| NoteId(Uuid::now_v7())),
                shift,
                till: who.till,
                by: who.by,
                at: write.now,
                action,
                about: order.about.clone(),
                of: order.of,
            };
            self.keep(&mut write, &Fact::Noted(noted)).await?;
        }
        write.commit(self).await
    }
}

const fn nothing() -> Printed {
    Printed { printer: None, page: false, sure: false, copy: false, drawer: false }
}

const fn is_drawer(action: TillAction) -> bool {
    matches!(action, TillAction::DrawerOpened | TillAction::DrawerForSale)
}

/// Whether a receipt came on paper as it is; gift receipts and invoices are counted each for themselves.
const fn is_receipt(action: TillAction) -> bool {
    matches!(action, TillAction::Printed | TillAction::Reprinted)
}

fn printed(receipt: Receipt, of: Uuid, copy: bool, action: TillAction, pulse: bool) -> Order {
    let about = receipt.number.to_string();
    let action = if copy { TillAction::Reprinted } else { action };
    let job = Job { page: Some(Page::Receipt(Box::new(receipt))), pulse };
    Order { job, action: Some(action), about, of: Some(of), copy }
}

async fn sale(conn: &mut sql::Connection, head: Head, id: SaleId) -> Result<Sale, Fault> {
    match find(conn, head, id.0).await? {
        Some(Fact::Sale(sale)) => Ok(*sale),
        _ => Err(Fault::not_found(Thing::Sale)),
    }
}

async fn refund(conn: &mut sql::Connection, head: Head, id: RefundId) -> Result<Refund, Fault> {
    match find(conn, head, id.0).await? {
        Some(Fact::Refund(refund)) => Ok(*refund),
        _ => Err(Fault::not_found(Thing::Refund)),
    }
}

async fn of_sale(
    conn: &mut sql::Connection,
    head: Head,
    shop: &Shop,
    language: Language,
    sale: &Sale,
    form: Form,
) -> Result<Receipt, Fault> {
    let kind = match form {
        Form::Receipt => Kind::Sale,
        Form::Gift => Kind::Gift,
        Form::Invoice(buyer) => {
            buyer.checked().map_err(|field| Fault::invalid(field, "outside its bounds"))?;
            Kind::Invoice(Buyer {
                name: buyer.name.trim().to_owned(),
                tax_number: buyer.tax_number.trim().to_owned(),
            })
        }
    };
    let heading = heading(conn, head, shop, language, sale.till, sale.by).await?;
    let points = sale.card.map(|_| shop.points.earned(sale.totals.goods));
    Ok(Receipt::of_sale(heading, sale, kind, points))
}

async fn heading(
    conn: &mut sql::Connection,
    head: Head,
    shop: &Shop,
    language: Language,
    till: DeviceId,
    by: StaffId,
) -> Result<Heading, Fault> {
    let name: Option<String> =
        sql::query_scalar("SELECT name FROM staff WHERE shop_id = $1 AND staff_id = $2")
            .bind(head.shop.0)
            .bind(by.0)
            .fetch_optional(conn)
            .await?;
    Ok(Heading::of(shop, language, till, name.unwrap_or_default()))
}

/// What was noted of a sale or refund.
async fn notes(conn: &mut sql::Connection, head: Head, of: Uuid) -> Result<Vec<TillAction>, Fault> {
    let rows = sql::query("SELECT body FROM fact WHERE shop_id = $1 AND sale_id = $2 AND kind = 'noted'")
        .bind(head.shop.0)
        .bind(of)
        .fetch_all(conn)
        .await?;
    rows.iter()
        .map(|row| match serde_json::from_str(row.try_get(0)?)? {
            Fact::Noted(noted) => Ok(noted.action),
            other => Err(Fault::row("fact", format!("a {} among notes", other.word()))),
        })
        .collect()
}
