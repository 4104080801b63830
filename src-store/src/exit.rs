//! Leaving with goods that were scanned and paid on the phone: passes are signed, verified and used up here, and what
//! was noted on the way stays.

use std::collections::HashSet;

use ministore_core::basket::MAX_LINES;
use ministore_core::device::{PublicKey, Signature};
use ministore_core::exit::{
    self, Check, CheckRule, CheckStep, Claims, Correction, Exit, Gate, GetGate, GetPass, GetRule, GetVisit,
    Issued, Look, LookedBy, Note, Noted, NotedOf, PASS_SECONDS, PassFault, PassNow, ROLL_OF, Release, SeeOut,
    SetRule, Settle, Shown, Verify, Visit, VisitFacts,
};
use ministore_core::fact::Fact;
use ministore_core::fulfilment::Fulfilment;
use ministore_core::id::{DeviceId, LineId, MemberId, OrderId, ProductId, StaffId};
use ministore_core::issued::ShopCode;
use ministore_core::order::{Order, OrderState};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::Actor;
use ministore_core::stock::StockReason;
use ministore_core::time::Timestamp;
use p256::ecdsa::SigningKey;
use p256::ecdsa::signature::Signer;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::device::{read_setting, write_setting};
use crate::engine::{Answer, Caller, Engine, Seat};
use crate::fact::at_till;
use crate::fault::Fault;
use crate::order::{self, Kept};
use crate::reply::Act;
use crate::write::{Head, Write};
use crate::{catalogue, fact, payment, random, sql, stock};

/// The setting that holds the key which signs passes, as hexadecimal digits. It leaves the hub in backups alone.
const KEY: &str = "exit_key";

/// How long an order that nobody leaves with is shown as waiting, in minutes.
const WAITS_FOR: i64 = 12 * 60;

const MOST_WAITING: i64 = 50;
const MOST_NOTED: i64 = 20;

impl From<PassFault> for Fault {
    fn from(pass: PassFault) -> Self {
        Refusal::PassRefused { pass }.into()
    }
}

/// Draws the key of `shop`, and lets its devices know the public half.
pub(crate) async fn make_key(conn: &mut sql::Connection, shop: Uuid) -> Result<SigningKey, Fault> {
    let key = loop {
        // One draw in 2³² is no number of the curve's order.
        if let Ok(key) = SigningKey::from_slice(&random::bytes::<32>()?) {
            break key;
        }
    };
    let digits: String = key.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    write_setting(conn, KEY, Some(&digits)).await?;
    sql::query("UPDATE shop SET exit_key = $2 WHERE shop_id = $1")
        .bind(shop)
        .bind(public_half(&key)?.bytes().to_vec())
        .execute(conn)
        .await?;
    Ok(key)
}

fn public_half(key: &SigningKey) -> Result<PublicKey, Fault> {
    let point = key.verifying_key().to_encoded_point(false);
    let bytes = <[u8; 65]>::try_from(point.as_bytes());
    bytes.map(PublicKey::from).map_err(|_| Fault::Other("a point of 65 bytes".to_owned()))
}

fn read_key(kept: &str) -> Result<SigningKey, Fault> {
    let secret: ministore_core::device::Secret =
        kept.parse().map_err(|error| Fault::row("setting", error))?;
    SigningKey::from_slice(secret.bytes()).map_err(|error| Fault::row("setting", error))
}

/// The public key in a column of the shop's row.
pub(crate) fn public_key(row: &sql::Row, at: usize) -> Result<Option<PublicKey>, Fault> {
    let bytes = row.try_get::<Option<Vec<u8>>>(at)?;
    let key = bytes.map(|bytes| <[u8; 65]>::try_from(bytes).map(PublicKey::from));
    key.transpose().map_err(|_| Fault::row("shop", "an exit key of another length"))
}

async fn key_in(write: &mut Write) -> Result<SigningKey, Fault> {
    if let Some(kept) = read_setting(write.conn(), KEY).await? {
        return read_key(&kept);
    }
    // A shop of an earlier version.
    let shop = write.shop();
    let key = make_key(write.conn(), shop).await?;
    write.shop_changed().await?;
    Ok(key)
}

/// What is drawn for an order: whoever does not know the shop's key can neither foresee nor change it.
fn roll(key: &SigningKey, order: OrderId) -> u16 {
    let drawn = Sha256::new()
        .chain_update("ministore check roll\n")
        .chain_update(key.to_bytes())
        .chain_update(order.0.as_bytes())
        .finalize();
    let drawn = drawn.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    (drawn % u64::from(ROLL_OF)) as u16
}

/// Begins the way out of an order that was just placed: whether its bag is looked into is decided here, once.
pub(crate) async fn open(write: &mut Write, kept: &Kept) -> Result<(), Fault> {
    let (head, order) = (write.head, &kept.order);
    let roll = roll(&key_in(write).await?, order.id);
    let rule = rule(write.conn(), head).await?;
    let facts = facts(write.conn(), head, kept.device, order).await?;
    sql::query("INSERT INTO exit_visit (shop_id, order_id, asked, roll) VALUES ($1, $2, $3, $4)")
        .bind(head.shop.0)
        .bind(order.id.0)
        .bind(i64::from(exit::asks_for_check(&rule, &facts, roll)))
        .bind(i64::from(roll))
        .execute(write.conn())
        .await?;
    Ok(())
}

async fn rule(conn: &mut sql::Connection, head: Head) -> Result<CheckRule, Fault> {
    let kept: Option<String> = sql::query_scalar("SELECT exit_rule FROM shop WHERE shop_id = $1")
        .bind(head.shop.0)
        .fetch_one(conn)
        .await?;
    kept.map_or(Ok(CheckRule::FIRST), |kept| Ok(serde_json::from_str(&kept)?))
}

/// What the shop's rule looks at: the order, and the visits before of its device and its member.
async fn facts(
    conn: &mut sql::Connection,
    head: Head,
    device: DeviceId,
    order: &Order,
) -> Result<VisitFacts, Fault> {
    let rows = sql::query(
        "SELECT o.state, (SELECT COUNT(*) FROM exit_check c
             WHERE c.shop_id = o.shop_id AND c.order_id = o.order_id AND c.wrong = 1)
         FROM orders o
         WHERE o.shop_id = $1 AND o.mode = 'carry_out' AND o.order_id <> $2
           AND (o.device_id = $3 OR o.member_id = $4)
         ORDER BY o.number DESC LIMIT $5",
    )
    .bind(head.shop.0)
    .bind(order.id.0)
    .bind(device.0)
    .bind(order.member.map(|MemberId(member)| member))
    .bind(i64::from(2 * CheckRule::MOST_VISITS))
    .fetch_all(conn)
    .await?;
    let (mut visits, mut since_failed) = (0, None);
    for row in &rows {
        if row.try_get::<i64>(1)? > 0 {
            since_failed = since_failed.or(Some(visits));
        }
        // What was never left with is no visit.
        if row.try_get::<&str>(0)? == OrderState::HandedOver.word() {
            visits += 1;
        }
    }
    Ok(VisitFacts { total: order.totals.total, items: order.totals.items, visits, since_failed })
}

/// An order's way out as it stands.
async fn visit(conn: &mut sql::Connection, head: Head, kept: Kept, actor: &Actor) -> Result<Visit, Fault> {
    if kept.order.fulfilment != Fulfilment::CarryOut {
        return Err(PassFault::NotCarried.into());
    }
    let id = kept.order.id.0;
    let order = kept.seen_by(actor).ok_or_else(|| Fault::not_found(Thing::Order))?;
    let row = sql::query("SELECT asked, roll, left_at FROM exit_visit WHERE shop_id = $1 AND order_id = $2")
        .bind(head.shop.0)
        .bind(id)
        .fetch_optional(&mut *conn)
        .await?
        .ok_or_else(|| Fault::row("exit_visit", format!("none of order {id}")))?;
    let (asked, roll) = (row.try_get::<i64>(0)? == 1, row.try_get::<i64>(1)?);
    let roll = u16::try_from(roll).map_err(|error| Fault::row("exit_visit", error))?;
    let out = row.try_get::<Option<i64>>(2)?.map(Timestamp);
    let released: Vec<Uuid> =
        sql::query_scalar("SELECT line_id FROM exit_release WHERE shop_id = $1 AND order_id = $2")
            .bind(head.shop.0)
            .bind(id)
            .fetch_all(&mut *conn)
            .await?;
    let notes = sql::query(
        "SELECT c.at, s.name, c.body FROM exit_check c
         LEFT JOIN staff s ON s.shop_id = c.shop_id AND s.staff_id = c.by_staff
         WHERE c.shop_id = $1 AND c.order_id = $2 ORDER BY c.entry",
    )
    .bind(head.shop.0)
    .bind(id)
    .fetch_all(conn)
    .await?;
    let notes = notes.iter().map(|row| note(row, 0)).collect::<Result<Vec<_>, _>>()?;
    let waits = order.lines.iter().filter(|line| line.waits_for_staff() && !released.contains(&line.id.0));
    Ok(Visit {
        waits: waits.map(|line| line.id).collect(),
        asked,
        check: exit::check_step(asked, &notes),
        sample: exit::sample(&order.lines, roll),
        notes,
        out,
        order,
    })
}

/// A note from three columns: when, who, what.
fn note(row: &sql::Row, at: usize) -> Result<Note, Fault> {
    Ok(Note {
        at: Timestamp(row.try_get(at)?),
        by: row.try_get(at + 1)?,
        what: serde_json::from_str(row.try_get(at + 2)?)?,
    })
}

/// The order that staff has before it.
async fn kept_of(write: &mut Write, order: OrderId) -> Result<Kept, Fault> {
    let head = write.head;
    order::find(write.conn(), head, order).await?.ok_or_else(|| Fault::not_found(Thing::Order))
}

/// Refuses what nobody can leave with any more, or yet.
fn still_here(order: &Order) -> Result<(), PassFault> {
    match order.state {
        _ if order.fulfilment != Fulfilment::CarryOut => Err(PassFault::NotCarried),
        OrderState::HandedOver => Err(PassFault::Used),
        OrderState::Cancelled => Err(PassFault::Cancelled),
        _ if !order.payment.state.is_sure() => Err(PassFault::Unpaid),
        _ => Ok(()),
    }
}

/// Lets the shopper out where nothing is missing any more, and tells how the order's way out stands then.
async fn let_out(write: &mut Write, caller: &Caller, order: OrderId) -> Result<Visit, Fault> {
    let head = write.head;
    let mut kept = kept_of(write, order).await?;
    let now = visit(write.conn(), head, kept.clone(), &caller.actor).await?;
    if !now.waits.is_empty() || now.check != CheckStep::Nothing || !kept.order.payment.state.is_sure() {
        // Its shopper and the other gates see what has changed.
        write.order_changed(&kept.order, kept.device).await?;
        return Ok(now);
    }
    let at = write.now;
    leave(write, &mut kept, at, caller.staff()).await?;
    visit(write.conn(), head, kept, &caller.actor).await
}

async fn leave(write: &mut Write, kept: &mut Kept, at: Timestamp, by: Option<StaffId>) -> Result<(), Fault> {
    order::hand_over(write, kept, by).await?;
    let shop = write.shop();
    sql::query("UPDATE exit_visit SET left_at = $3 WHERE shop_id = $1 AND order_id = $2")
        .bind(shop)
        .bind(kept.order.id.0)
        .bind(at.0)
        .execute(write.conn())
        .await?;
    Ok(())
}

async fn write_note(
    write: &mut Write,
    order: OrderId,
    by: StaffId,
    at: Timestamp,
    what: &Noted,
) -> Result<(), Fault> {
    let wrong = match what {
        Noted::Looked { right, .. } => !right,
        Noted::UsedTwice | Noted::LeftCancelled => true,
        Noted::Settled { .. } => false,
    };
    let sale = match what {
        Noted::Settled { sale } => sale.map(|sale| sale.0),
        Noted::Looked { .. } | Noted::UsedTwice | Noted::LeftCancelled => None,
    };
    let shop = write.shop();
    sql::query(
        "INSERT INTO exit_check (shop_id, order_id, entry, wrong, sale_id, by_staff, at, body)
         VALUES ($1, $2,
             (SELECT COALESCE(MAX(entry), 0) + 1 FROM exit_check WHERE shop_id = $1 AND order_id = $2),
             $3, $4, $5, $6, $7)",
    )
    .bind(shop)
    .bind(order.0)
    .bind(i64::from(wrong))
    .bind(sale)
    .bind(by.0)
    .bind(at.0)
    .bind(serde_json::to_string(what)?)
    .execute(write.conn())
    .await?;
    Ok(())
}

fn staff_of(caller: &Caller) -> Result<StaffId, Fault> {
    Ok(at_till(caller)?.1)
}

impl Answer<GetPass> for Engine {
    async fn answer(&self, caller: &Caller, call: GetPass) -> Result<PassNow, Fault> {
        let head = self.head().await?;
        let kept_key = read_setting(&mut *self.reader().await?, KEY).await?;
        let mut tx = self.snapshot().await?;
        let kept = order::find(&mut tx, head, call.order).await?;
        let kept = kept.ok_or_else(|| Fault::not_found(Thing::Order))?;
        let now = visit(&mut tx, head, kept, &caller.actor).await?;
        let order = &now.order;
        let paid = order.payment.state.is_sure();
        let free = matches!(now.check, CheckStep::Nothing | CheckStep::Look);
        let pass = if paid && free && now.waits.is_empty() && order.state == OrderState::Placed {
            let key = kept_key.ok_or_else(|| Fault::row("setting", "a visit before there was a key"))?;
            let check = now.check == CheckStep::Look;
            Some(issue(&read_key(&key)?, head, order, check, self.now())?)
        } else {
            None
        };
        Ok(PassNow { paid, at_gate: !free, pass, out: now.out, waits: now.waits })
    }
}

fn issue(key: &SigningKey, head: Head, order: &Order, check: bool, now: Timestamp) -> Result<Issued, Fault> {
    let items = order.totals.items;
    let claims = Claims {
        shop: ShopCode::of(head.shop),
        order: order.id,
        number: order.number,
        items,
        until: Timestamp((now.0.div_euclid(1000) + i64::from(PASS_SECONDS)) * 1000),
        check,
    };
    let signature: p256::ecdsa::Signature = key.sign(&claims.to_sign());
    let pass = claims.signed(&Signature::from(<[u8; 64]>::from(signature.to_bytes())))?;
    Ok(Issued { pass, seconds: PASS_SECONDS, items, check })
}

impl Answer<GetVisit> for Engine {
    async fn answer(&self, caller: &Caller, call: GetVisit) -> Result<Visit, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let id: Option<Uuid> =
            sql::query_scalar("SELECT order_id FROM orders WHERE shop_id = $1 AND number = $2")
                .bind(head.shop.0)
                .bind(i64::from(call.number))
                .fetch_optional(&mut tx)
                .await?;
        let kept = match id {
            Some(id) => order::find(&mut tx, head, OrderId(id)).await?,
            None => None,
        };
        visit(&mut tx, head, kept.ok_or_else(|| Fault::not_found(Thing::Order))?, &caller.actor).await
    }
}

impl Answer<GetGate> for Engine {
    async fn answer(&self, caller: &Caller, _: GetGate) -> Result<Gate, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let ids: Vec<Uuid> = sql::query_scalar(
            "SELECT o.order_id FROM orders o
             WHERE o.shop_id = $1 AND o.state = 'placed' AND o.mode = 'carry_out' AND o.changed >= $2
               AND (EXISTS (SELECT 1 FROM order_line l WHERE l.shop_id = o.shop_id AND l.order_id = o.order_id
                        AND (l.min_age IS NOT NULL OR l.tagged = 1)
                        AND NOT EXISTS (SELECT 1 FROM exit_release r
                            WHERE r.shop_id = l.shop_id AND r.order_id = l.order_id AND r.line_id = l.line_id))
                    OR EXISTS (SELECT 1 FROM exit_check c
                        WHERE c.shop_id = o.shop_id AND c.order_id = o.order_id))
             ORDER BY o.number LIMIT $3",
        )
        .bind(head.shop.0)
        .bind(self.now().plus_minutes(-WAITS_FOR).0)
        .bind(MOST_WAITING)
        .fetch_all(&mut tx)
        .await?;
        let mut waiting = Vec::new();
        for kept in order::find_all(&mut tx, head, &ids).await? {
            let one = visit(&mut tx, head, kept, &caller.actor).await?;
            let to_do = !one.waits.is_empty() || one.check != CheckStep::Nothing;
            if to_do && one.order.payment.state.is_sure() {
                waiting.push(one);
            }
        }
        let rows = sql::query(
            "SELECT o.number, c.at, s.name, c.body FROM exit_check c
             JOIN orders o ON o.shop_id = c.shop_id AND o.order_id = c.order_id
             LEFT JOIN staff s ON s.shop_id = c.shop_id AND s.staff_id = c.by_staff
             WHERE c.shop_id = $1 ORDER BY c.at DESC, c.entry DESC LIMIT $2",
        )
        .bind(head.shop.0)
        .bind(MOST_NOTED)
        .fetch_all(&mut tx)
        .await?;
        let noted =
            rows.iter().map(|row| Ok::<_, Fault>(NotedOf { number: row.try_get(0)?, note: note(row, 1)? }));
        Ok(Gate { waiting, noted: noted.collect::<Result<_, _>>()? })
    }
}

impl Answer<Verify> for Engine {
    async fn answer(&self, caller: &Caller, call: Verify) -> Result<Visit, Fault> {
        if let Shown::Order { order } = call.shown {
            self.ask_again(order).await?;
        }
        self.once(caller, call).await
    }
}

impl Act for Verify {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Visit, Fault> {
        let id = match &self.shown {
            Shown::Order { order } => *order,
            Shown::Pass { pass } => {
                let key = public_half(&key_in(write).await?)?;
                exit::read(pass, &key, ShopCode::of(write.head.shop), write.now)?.order
            }
        };
        still_here(&kept_of(write, id).await?.order)?;
        let_out(write, caller, id).await
    }
}

macro_rules! answered_once {
    ($($call:ty),*) => {$(
        impl Answer<$call> for Engine {
            async fn answer(&self, caller: &Caller, call: $call) -> Result<Visit, Fault> {
                self.once(caller, call).await
            }
        }
    )*};
}
answered_once!(Release, Check);

impl Answer<Settle> for Engine {
    async fn answer(&self, caller: &Caller, call: Settle) -> Result<Visit, Fault> {
        let visit = self.once(caller, call).await?;
        if payment::is_open(&visit.order) {
            // Where no answer comes, it is asked for again: nobody waits at the gate for it.
            let _settled = self.ask_providers(visit.order.id).await?;
        }
        Ok(visit)
    }
}

impl Act for Release {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Visit, Fault> {
        let by = staff_of(caller)?;
        let kept = kept_of(write, self.order).await?;
        still_here(&kept.order)?;
        let line = kept.order.lines.iter().find(|line| line.id == self.line && line.waits_for_staff());
        let LineId(line) = line.ok_or_else(|| Fault::not_found(Thing::Line))?.id;
        let (head, now) = (write.head, write.now);
        sql::query(
            "INSERT INTO exit_release (shop_id, order_id, line_id, by_staff, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (shop_id, order_id, line_id) DO NOTHING",
        )
        .bind(head.shop.0)
        .bind(self.order.0)
        .bind(line)
        .bind(by.0)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        // Its shopper still has to come to the gate.
        write.order_changed(&kept.order, kept.device).await?;
        visit(write.conn(), head, kept, &caller.actor).await
    }
}

impl Act for Check {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Visit, Fault> {
        let by = staff_of(caller)?;
        let found = self.look.found();
        if found.len() > MAX_LINES {
            return Err(Fault::invalid("look.found", format!("at most {MAX_LINES} things")));
        }
        for one in found {
            one.measure.checked().map_err(|error| Fault::invalid("look.found", error))?;
        }
        let (head, at) = (write.head, write.now);
        let kept = kept_of(write, self.order).await?;
        still_here(&kept.order)?;
        let before = visit(write.conn(), head, kept.clone(), &caller.actor).await?;
        let (looked, only) = match &self.look {
            Look::Eye { .. } => (LookedBy::Eye, Some(Vec::new())),
            Look::Part { .. } => (LookedBy::Part, Some(before.sample)),
            Look::Whole { .. } => (LookedBy::Whole, None),
        };
        if looked != LookedBy::Whole && matches!(before.check, CheckStep::Whole | CheckStep::Settle { .. }) {
            return Err(Fault::invalid("look", "everything is to be scanned now"));
        }
        let mut corrections = exit::corrections(&kept.order.lines, found, only.as_deref());
        name_strangers(write, &mut corrections).await?;
        let right = match self.look {
            Look::Eye { right } => right,
            Look::Part { .. } | Look::Whole { .. } => corrections.is_empty(),
        };
        write_note(write, self.order, by, at, &Noted::Looked { by: looked, right, corrections }).await?;
        let_out(write, caller, self.order).await
    }
}

/// Gives those that are in no line of the order their names. Refused where the shop knows no such product.
async fn name_strangers(write: &mut Write, corrections: &mut [Correction]) -> Result<(), Fault> {
    let strangers: HashSet<ProductId> =
        corrections.iter().filter(|one| one.line.is_none()).map(|one| one.product).collect();
    if strangers.is_empty() {
        return Ok(());
    }
    let head = write.head;
    let rows = catalogue::by_ids(head, strangers.into_iter().collect()).fetch_all(write.conn()).await?;
    let products = catalogue::products(&rows, head)?;
    for one in corrections.iter_mut().filter(|one| one.line.is_none()) {
        let product = products.iter().find(|product| product.id == one.product);
        one.name = product.ok_or_else(|| Fault::not_found(Thing::Product))?.name.clone();
    }
    Ok(())
}

impl Act for Settle {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<Visit, Fault> {
        let by = staff_of(caller)?;
        let (head, at) = (write.head, write.now);
        let kept = kept_of(write, self.order).await?;
        still_here(&kept.order)?;
        let before = visit(write.conn(), head, kept, &caller.actor).await?;
        let CheckStep::Settle { corrections } = before.check else {
            return Err(Fault::invalid("order", "nothing is to be put right"));
        };
        if let Some(sale) = self.sale {
            let Some(Fact::Sale(sold)) = fact::find(write.conn(), head, sale.0).await? else {
                return Err(Fault::invalid("sale", "no sale of this shop that the hub knows"));
            };
            let used: i64 =
                sql::query_scalar("SELECT COUNT(*) FROM exit_check WHERE shop_id = $1 AND sale_id = $2")
                    .bind(head.shop.0)
                    .bind(sale.0)
                    .fetch_one(write.conn())
                    .await?;
            if used > 0 {
                return Err(Refusal::IdReused.into());
            }
            if !exit::is_paid_by(&corrections, &sold.lines) {
                return Err(Fault::invalid("sale", "it does not pay for all that was found"));
            }
        }
        write_note(write, self.order, by, at, &Noted::Settled { sale: self.sale }).await?;
        pay_back(write, self.order, &corrections).await?;
        let_out(write, caller, self.order).await
    }
}

/// Takes off the order what was paid and is not in the bag: it stands on the shelf again, and its money goes back once the
/// shopper has left.
async fn pay_back(write: &mut Write, id: OrderId, corrections: &[Correction]) -> Result<(), Fault> {
    let mut kept = kept_of(write, id).await?;
    let were = kept.order.lines.clone();
    for (line, items) in exit::take_off(&mut kept.order.lines, corrections) {
        let Some(line) = were.iter().find(|known| known.id == line) else { continue };
        let (product, quantity) = (line.product, order::stock_of(line, items));
        stock::put_back(write, product, quantity, StockReason::Cancellation, Some(id)).await?;
    }
    if kept.order.lines != were {
        order::lines_changed(write, &mut kept, &were).await?;
        order::save(write, &kept).await?;
    }
    Ok(())
}

impl Answer<SeeOut> for Engine {
    async fn answer(&self, caller: &Caller, call: SeeOut) -> Result<Exit, Fault> {
        let (till, by) = at_till(caller)?;
        let mut write = Write::begin(self).await?;
        let (head, at) = (write.head, write.now);
        match fact::find(write.conn(), head, call.exit.0).await? {
            Some(Fact::Exit(exit)) if exit.till == till => {
                write.commit_seen(self).await?;
                return Ok(exit);
            }
            Some(_) => return Err(Refusal::IdReused.into()),
            None => {}
        }
        let row = sql::query("SELECT exit_key FROM shop WHERE shop_id = $1")
            .bind(head.shop.0)
            .fetch_one(write.conn())
            .await?;
        let key = public_key(&row, 0)?.ok_or(PassFault::Forged)?;
        let claims = exit::read(&call.pass, &key, ShopCode::of(head.shop), at)?;
        let seen: i64 = sql::query_scalar("SELECT COUNT(*) FROM fact WHERE shop_id = $1 AND order_id = $2")
            .bind(head.shop.0)
            .bind(claims.order.0)
            .fetch_one(write.conn())
            .await?;
        if seen > 0 {
            return Err(PassFault::Used.into());
        }
        if self.seat() == Seat::Hub {
            still_here(&kept_of(&mut write, claims.order).await?.order)?;
        }
        if claims.check && !call.looked {
            return Err(PassFault::CheckFirst.into());
        }
        let (order, number, items, looked) = (claims.order, claims.number, claims.items, call.looked);
        let left = Exit { id: call.exit, till, by, at, order, number, items, looked };
        self.keep(&mut write, &Fact::Exit(left)).await?;
        write.commit(self).await?;
        Ok(left)
    }
}

/// The hub's side of somebody who was seen leaving: the order is handed over, or what should not have happened is noted.
pub(crate) async fn book(write: &mut Write, left: &Exit) -> Result<(), Fault> {
    let head = write.head;
    // A gate may know an order that this hub has never had, as after a restored backup: the fact stands all the same.
    let Some(mut kept) = order::find(write.conn(), head, left.order).await? else { return Ok(()) };
    let noted = match kept.order.state {
        _ if kept.order.fulfilment != Fulfilment::CarryOut => return Ok(()),
        OrderState::HandedOver => Some(Noted::UsedTwice),
        OrderState::Cancelled => Some(Noted::LeftCancelled),
        _ if left.looked => Some(Noted::Looked { by: LookedBy::Eye, right: true, corrections: Vec::new() }),
        _ => None,
    };
    if let Some(noted) = &noted {
        write_note(write, left.order, left.by, left.at, noted).await?;
    }
    if kept.order.state == OrderState::Placed {
        leave(write, &mut kept, left.at, Some(left.by)).await
    } else {
        // So that every gate shows what was noted.
        write.order_changed(&kept.order, kept.device).await
    }
}

impl Answer<GetRule> for Engine {
    async fn answer(&self, _: &Caller, _: GetRule) -> Result<CheckRule, Fault> {
        let head = self.head().await?;
        rule(&mut *self.reader().await?, head).await
    }
}

impl Answer<SetRule> for Engine {
    async fn answer(&self, caller: &Caller, call: SetRule) -> Result<CheckRule, Fault> {
        self.once(caller, call).await
    }
}

impl Act for SetRule {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<CheckRule, Fault> {
        let head = write.head;
        self.rule.checked().map_err(|field| Fault::invalid(field, "outside its range"))?;
        if self.rule.value_from.is_some_and(|money| money.currency != head.currency) {
            return Err(Fault::invalid("value_from", "in the shop's currency"));
        }
        sql::query("UPDATE shop SET exit_rule = $2 WHERE shop_id = $1")
            .bind(head.shop.0)
            .bind(serde_json::to_string(&self.rule)?)
            .execute(write.conn())
            .await?;
        Ok(self.rule)
    }
}
