//! Providers' statements: fetched day by day, held against the ledger of payments, and what differs.
//!
//! What a statement says is kept as it was said; differences are reckoned from it and the ledger whenever somebody looks, so
//! one that a later statement or a later answer explains is gone by itself.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::tz::TimeZone;
use ministore_core::hours::{Day, LocalTime};
use ministore_core::id::PaymentId;
use ministore_core::money::Money;
use ministore_core::payment::{PaymentState, Tender};
use ministore_core::refusal::Refusal;
use ministore_core::settlement::{
    DAYS_KEPT, DAYS_SHOWN, DayOfMoney, Difference, DifferenceKind, FetchStatement, GetSettlement, Settlement,
    Statement, TenderOfDay, of_thousandths,
};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::local_clock::{instant, local, zone};
use crate::payment::{Provider, ProviderError, Stated, StatedLine, become_state};
use crate::reply::{Act, LateReply, body_hash};
use crate::write::{Head, Write};
use crate::{order, row, sql};

/// From which minute of the next day on a statement is there: WeChat Pay makes it at ten in the morning.
const READY_MINUTE: u16 = 10 * 60;

/// For how many days statements that are missing are fetched by themselves.
const DAYS_CAUGHT_UP: i32 = 7;

/// How long a provider may take for a statement.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(60);

/// So many milliseconds before a day's end a payment may be the next day's on the provider's clock.
const NEAR_MIDNIGHT_MILLIS: i64 = 10 * 60_000;

/// How many payments are marked, or lines written, in one transaction.
const TOGETHER: usize = 100;

impl Answer<GetSettlement> for Engine {
    async fn answer(&self, _: &Caller, call: GetSettlement) -> Result<Settlement, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let days = Days::of(&mut tx, head, self.now()).await?;
        settlement(&mut tx, head, &days, call.until.unwrap_or(days.today), self.stated()).await
    }
}

impl Answer<FetchStatement> for Engine {
    async fn answer(&self, caller: &Caller, call: FetchStatement) -> Result<Settlement, Fault> {
        let hash = body_hash(&call)?;
        let known = self.once(caller, call).await?;
        let Some(provider) = self.providers().iter().find(|provider| provider.tender() == call.tender) else {
            return Ok(known);
        };
        match self.fetch_statement(provider.as_ref(), call.day).await? {
            Err(error) => {
                tracing::warn!(day = %call.day, %error, "a statement was not fetched");
                return Err(Refusal::ProviderSilent.into());
            }
            Ok(false) => return Err(Refusal::ProviderSilent.into()),
            Ok(true) => {}
        }
        let head = self.head().await?;
        let mut write = Write::begin(self).await?;
        let days = Days::of(write.conn(), head, self.now()).await?;
        let reply = settlement(write.conn(), head, &days, days.today, self.stated()).await?;
        LateReply::to::<FetchStatement>(caller, &hash).save(&mut write, Ok(&reply))?;
        write.commit(self).await?;
        Ok(reply)
    }
}

impl Act for FetchStatement {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<Settlement, Fault> {
        let (head, now) = (write.head, write.now);
        let days = Days::of(write.conn(), head, now).await?;
        if self.day >= days.today || self.day < days.today.plus_days(-DAYS_KEPT) {
            return Err(Fault::invalid("day", "a day that is over, of the last three months"));
        }
        if self.tender != Tender::WechatPay {
            return Err(Fault::invalid("tender", "its provider gives no statements"));
        }
        Ok(Settlement { days: Vec::new(), stated: Vec::new(), today: days.today })
    }
}

/// The shop's days.
struct Days {
    zone: TimeZone,
    today: Day,
    /// Minutes of today that have passed.
    minute: u16,
}

impl Days {
    async fn of(conn: &mut sql::Connection, head: Head, now: Timestamp) -> Result<Self, Fault> {
        let name: String = sql::query_scalar("SELECT zone FROM shop WHERE shop_id = $1")
            .bind(head.shop.0)
            .fetch_one(conn)
            .await?;
        let zone = zone(&name)?;
        let LocalTime { day, minute } = local(now, &zone)?;
        Ok(Self { zone, today: day, minute })
    }

    fn start(&self, day: Day) -> Result<Timestamp, Fault> {
        instant(LocalTime { day, minute: 0 }, &self.zone)
    }

    fn day(&self, at: Timestamp) -> Result<Day, Fault> {
        Ok(local(at, &self.zone)?.day)
    }
}

impl Engine {
    /// The means of payment whose providers here give statements.
    fn stated(&self) -> Vec<Tender> {
        let stating = self.providers().iter().filter(|provider| provider.gives_statements());
        stating.map(|provider| provider.tender()).collect()
    }

    /// Fetches the statements of the last days that are not here yet, once they are made. Gives how many were fetched. To be
    /// called every so often.
    pub async fn fetch_statements(&self) -> Result<usize, Refusal> {
        self.catch_up_statements().await.map_err(Fault::refusal)
    }

    async fn catch_up_statements(&self) -> Result<usize, Fault> {
        let head = match self.head().await {
            Err(Fault::Refused(_)) => return Ok(0),
            head => head?,
        };
        let mut fetched = 0;
        for provider in self.providers().iter().filter(|provider| provider.gives_statements()) {
            for day in self.missing_days(head, provider.tender()).await? {
                match self.fetch_statement(provider.as_ref(), day).await? {
                    Ok(there) => fetched += usize::from(there),
                    Err(error) => {
                        tracing::warn!(%day, %error, "a statement was not fetched; it is asked for again");
                        break;
                    }
                }
            }
        }
        Ok(fetched)
    }

    /// The days of which there should be a statement and is none, since the shop first took this tender.
    async fn missing_days(&self, head: Head, tender: Tender) -> Result<Vec<Day>, Fault> {
        let mut tx = self.snapshot().await?;
        let days = Days::of(&mut tx, head, self.now()).await?;
        let first: Option<i64> = sql::query_scalar(
            "SELECT MIN(first) FROM (
                     SELECT MIN(placed) AS first FROM orders WHERE shop_id = $1 AND tender = $2
                     UNION ALL SELECT MIN(at) FROM sale_payment WHERE shop_id = $1 AND tender = $2) b",
        )
        .bind(head.shop.0)
        .bind(tender.word())
        .fetch_one(&mut tx)
        .await?;
        let Some(first) = first else { return Ok(Vec::new()) };
        let first = days.day(Timestamp(first))?;
        let newest = days.today.plus_days(if days.minute >= READY_MINUTE { -1 } else { -2 });
        let known = fetched(&mut tx, head, tender, days.today.plus_days(-DAYS_CAUGHT_UP), days.today).await?;
        let all = (0..DAYS_CAUGHT_UP).map(|back| newest.plus_days(-back));
        Ok(all.filter(|day| *day >= first && !known.contains_key(day)).collect())
    }

    /// Fetches and keeps one statement, and marks what it settles. False where it is not made yet.
    async fn fetch_statement(
        &self,
        provider: &dyn Provider,
        day: Day,
    ) -> Result<Result<bool, ProviderError>, Fault> {
        let answer = tokio::time::timeout(STATEMENT_TIMEOUT, provider.statement(day)).await;
        let lines = match answer {
            Err(_) => return Ok(Err(ProviderError("it took too long".to_owned()))),
            Ok(Err(error)) => return Ok(Err(error)),
            Ok(Ok(Stated::NotYet)) => return Ok(Ok(false)),
            Ok(Ok(Stated::Lines(lines))) => lines,
        };
        self.keep_statement(provider.tender(), day, &lines).await?;
        self.mark_settled(provider.tender()).await?;
        Ok(Ok(true))
    }

    async fn keep_statement(&self, tender: Tender, day: Day, lines: &[StatedLine]) -> Result<(), Fault> {
        let mut write = Write::begin(self).await?;
        let (shop, now, day) = (write.shop(), write.now, day.to_string());
        sql::query(
            "INSERT INTO statement (shop_id, tender, day, fetched) VALUES ($1, $2, $3, $4)
             ON CONFLICT (shop_id, tender, day) DO UPDATE SET fetched = excluded.fetched",
        )
        .bind(shop)
        .bind(tender.word())
        .bind(day.clone())
        .bind(now.0)
        .execute(write.conn())
        .await?;
        for together in lines.chunks(TOGETHER) {
            let mut insert = sql::Builder::new(
                "INSERT INTO statement_line (shop_id, tender, day, number, refund, payment_id, part, amount, fee) ",
            );
            insert.push_values(together, |mut row, line| {
                row.push_bind(shop)
                    .push_bind(tender.word())
                    .push_bind(day.clone())
                    .push_bind(line.number.clone())
                    .push_bind(i64::from(line.refund))
                    .push_bind(line.payment.map(|payment| payment.0))
                    .push_bind(line.part)
                    .push_bind(line.amount)
                    .push_bind(line.fee);
            });
            insert.push(" ON CONFLICT (shop_id, tender, number, refund) DO NOTHING");
            insert.build().persistent(false).execute(write.conn()).await?;
        }
        write.commit(self).await
    }

    /// Marks the payments settled that a statement has with the very amount that came in.
    async fn mark_settled(&self, tender: Tender) -> Result<(), Fault> {
        let head = self.head().await?;
        let ids: Vec<Uuid> = {
            let mut conn = self.reader().await?;
            sql::query_scalar(
                "SELECT o.order_id FROM orders o
                 JOIN statement_line l ON l.shop_id = o.shop_id AND l.payment_id = o.payment_id AND l.refund = 0
                     AND l.tender = o.tender AND l.amount = o.captured
                 WHERE o.shop_id = $1 AND o.tender = $2 AND o.payment = 'captured'",
            )
            .bind(head.shop.0)
            .bind(tender.word())
            .fetch_all(&mut conn)
            .await?
        };
        for together in ids.chunks(TOGETHER) {
            let mut write = Write::begin(self).await?;
            for kept in order::find_all(write.conn(), head, together).await? {
                let mut kept = kept;
                // Given back meanwhile, it says so already.
                if kept.order.payment.state.can_become(PaymentState::Settled) {
                    become_state(&mut write, &mut kept.order, PaymentState::Settled, None, None)?;
                    order::save(&mut write, &kept).await?;
                }
            }
            write.commit(self).await?;
        }
        Ok(())
    }
}

/// When the statements of these days were fetched.
async fn fetched(
    conn: &mut sql::Connection,
    head: Head,
    tender: Tender,
    from: Day,
    to: Day,
) -> Result<BTreeMap<Day, Timestamp>, Fault> {
    let rows = sql::query(
        "SELECT day, fetched FROM statement WHERE shop_id = $1 AND tender = $2 AND day >= $3 AND day <= $4",
    )
    .bind(head.shop.0)
    .bind(tender.word())
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(conn)
    .await?;
    rows.iter().map(|row| Ok((day_of(row.try_get(0)?)?, Timestamp(row.try_get(1)?)))).collect()
}

fn day_of(text: &str) -> Result<Day, Fault> {
    text.parse().map_err(|error| Fault::row("statement", error))
}

/// The days up to `until`, newest first.
async fn settlement(
    conn: &mut sql::Connection,
    head: Head,
    days: &Days,
    until: Day,
    stated: Vec<Tender>,
) -> Result<Settlement, Fault> {
    let until = until.min(days.today);
    let first = until.plus_days(1 - DAYS_SHOWN);
    let mut shown = booked(conn, head, days, first, until).await?;
    for tender in &stated {
        // A statement of the next day tells what of this one was near midnight.
        let known = fetched(conn, head, *tender, first, until.plus_days(1)).await?;
        let mut said = said(conn, head, *tender, first, until).await?;
        for (day, at) in known.iter().filter(|(day, _)| **day <= until) {
            let lines = said.remove(day).unwrap_or_default();
            let end = days.start(day.plus_days(1))?.0;
            let margin = if known.contains_key(&day.plus_days(1)) { 0 } else { NEAR_MIDNIGHT_MILLIS };
            let span = (days.start(*day)?.0, end - margin);
            let missing = not_there(conn, head, *tender, span).await?;
            let entry = entry(&mut shown, *day, *tender, head.currency.minor(0));
            entry.statement = Some(statement(head, *at, &lines, missing));
        }
    }
    let days_of_money = shown
        .into_iter()
        .rev()
        .map(|(day, tenders)| DayOfMoney { day, tenders: tenders.into_values().collect() })
        .collect();
    Ok(Settlement { days: days_of_money, stated, today: days.today })
}

/// The tenders of each day; by their words, so that each day lists them alike.
type Shown = BTreeMap<Day, BTreeMap<&'static str, TenderOfDay>>;

fn entry(shown: &mut Shown, day: Day, tender: Tender, nothing: Money) -> &mut TenderOfDay {
    let tenders = shown.entry(day).or_default();
    tenders.entry(tender.word()).or_insert_with(|| TenderOfDay::empty(tender, nothing))
}

/// What the shop's books say of these days: payments of orders and tables, and what came into drawers at tills.
async fn booked(
    conn: &mut sql::Connection,
    head: Head,
    days: &Days,
    first: Day,
    last: Day,
) -> Result<Shown, Fault> {
    let (from, to) = (days.start(first)?, days.start(last.plus_days(1))?);
    let mut shown = Shown::new();
    for statement in [
        "SELECT e.at, e.amount, COALESCE(o.tender, t.tender, p.tender) FROM payment_entry e
         LEFT JOIN orders o ON o.shop_id = e.shop_id AND o.payment_id = e.payment_id
         LEFT JOIN tab_payment t ON t.shop_id = e.shop_id AND t.payment_id = e.payment_id
         LEFT JOIN sale_payment p ON p.shop_id = e.shop_id AND p.payment_id = e.payment_id
         WHERE e.shop_id = $1 AND e.at >= $2 AND e.at < $3 AND e.amount <> 0",
        "SELECT happened, cash, 'cash_at_handover' FROM fact
         WHERE shop_id = $1 AND happened >= $2 AND happened < $3 AND cash <> 0",
    ] {
        let rows =
            sql::query(statement).bind(head.shop.0).bind(from.0).bind(to.0).fetch_all(&mut *conn).await?;
        for found in &rows {
            let Some(tender) = found.try_get::<Option<&str>>(2)? else { continue };
            let (at, amount) = (Timestamp(found.try_get(0)?), found.try_get::<i64>(1)?);
            let day = days.day(at)?;
            let entry = entry(&mut shown, day, row::tender(tender)?, head.currency.minor(0));
            if amount > 0 {
                entry.payments += 1;
                entry.taken = entry.taken.plus(head.currency.minor(amount))?;
            } else {
                entry.given_back = entry.given_back.plus(head.currency.minor(-amount))?;
            }
        }
    }
    Ok(shown)
}

/// A line of a statement beside what the shop's books have of it.
struct Said {
    number: String,
    refund: bool,
    payment: Option<PaymentId>,
    amount: i64,
    fee: i64,
    ours: Option<i64>,
    order: Option<u32>,
    /// Whether it is one that the shop asked for and never took as money: the statement's lines of it come to nothing.
    undone: bool,
}

async fn said(
    conn: &mut sql::Connection,
    head: Head,
    tender: Tender,
    first: Day,
    last: Day,
) -> Result<BTreeMap<Day, Vec<Said>>, Fault> {
    let rows = sql::query(
        "SELECT l.day, l.number, l.refund, l.payment_id, l.amount, l.fee,
             (SELECT CAST(SUM(e.amount) AS BIGINT) FROM payment_entry e
                 WHERE e.shop_id = l.shop_id AND e.payment_id = l.payment_id AND e.amount > 0),
             (SELECT CAST(-SUM(e.amount) AS BIGINT) FROM payment_entry e
                 WHERE e.shop_id = l.shop_id AND e.payment_id = l.payment_id AND e.amount < 0),
             (SELECT r.amount FROM payment_refund r
                 WHERE r.shop_id = l.shop_id AND r.payment_id = l.payment_id AND r.part = l.part),
             (SELECT o.number FROM orders o WHERE o.shop_id = l.shop_id AND o.payment_id = l.payment_id),
             (SELECT COUNT(*) FROM code_charge c WHERE c.shop_id = l.shop_id AND c.payment_id = l.payment_id),
             (SELECT CAST(SUM(CASE WHEN s.refund = 1 THEN -s.amount ELSE s.amount END) AS BIGINT)
                 FROM statement_line s WHERE s.shop_id = l.shop_id AND s.payment_id = l.payment_id)
         FROM statement_line l
         WHERE l.shop_id = $1 AND l.tender = $2 AND l.day >= $3 AND l.day <= $4
         ORDER BY l.day, l.number, l.refund",
    )
    .bind(head.shop.0)
    .bind(tender.word())
    .bind(first.to_string())
    .bind(last.to_string())
    .fetch_all(conn)
    .await?;
    let mut said: BTreeMap<Day, Vec<Said>> = BTreeMap::new();
    for found in &rows {
        let refund = found.try_get::<i64>(2)? == 1;
        let taken: Option<i64> = found.try_get(6)?;
        let given_back: Option<i64> = found.try_get(7)?;
        let part: Option<i64> = found.try_get(8)?;
        let order: Option<u32> = found.try_get(9)?;
        let charged: i64 = found.try_get(10)?;
        let left: Option<i64> = found.try_get(11)?;
        said.entry(day_of(found.try_get(0)?)?).or_default().push(Said {
            number: found.try_get(1)?,
            refund,
            payment: found.try_get::<Option<Uuid>>(3)?.map(PaymentId),
            amount: found.try_get(4)?,
            fee: found.try_get(5)?,
            ours: if refund { part.or(given_back) } else { taken },
            order,
            undone: taken.is_none() && left == Some(0) && (order.is_some() || charged > 0),
        });
    }
    Ok(said)
}

/// What came in or was given back in this span by the shop's books, and is in no statement.
async fn not_there(
    conn: &mut sql::Connection,
    head: Head,
    tender: Tender,
    (from, to): (i64, i64),
) -> Result<Vec<Difference>, Fault> {
    let mut missing = Vec::new();
    for (refund, statement) in [
        (
            false,
            "SELECT e.payment_id, e.amount, o.number FROM payment_entry e
             LEFT JOIN orders o ON o.shop_id = e.shop_id AND o.payment_id = e.payment_id
             LEFT JOIN tab_payment t ON t.shop_id = e.shop_id AND t.payment_id = e.payment_id
             LEFT JOIN sale_payment p ON p.shop_id = e.shop_id AND p.payment_id = e.payment_id
             WHERE e.shop_id = $1 AND COALESCE(o.tender, t.tender, p.tender) = $2 AND e.at >= $3 AND e.at < $4 AND e.amount > 0
               AND NOT EXISTS (SELECT 1 FROM statement_line l
                   WHERE l.shop_id = e.shop_id AND l.payment_id = e.payment_id AND l.refund = 0)
             ORDER BY o.number, e.payment_id",
        ),
        (
            true,
            "SELECT r.payment_id, r.amount, o.number FROM payment_refund r
             LEFT JOIN orders o ON o.shop_id = r.shop_id AND o.payment_id = r.payment_id
             LEFT JOIN sale_payment p ON p.shop_id = r.shop_id AND p.payment_id = r.payment_id
             WHERE r.shop_id = $1 AND COALESCE(o.tender, p.tender) = $2 AND r.asked >= $3 AND r.asked < $4 AND r.returned = 1
               AND NOT EXISTS (SELECT 1 FROM statement_line l
                   WHERE l.shop_id = r.shop_id AND l.payment_id = r.payment_id AND l.refund = 1 AND l.part = r.part)
             ORDER BY o.number",
        ),
    ] {
        let rows = sql::query(statement)
            .bind(head.shop.0)
            .bind(tender.word())
            .bind(from)
            .bind(to)
            .fetch_all(&mut *conn)
            .await?;
        for found in &rows {
            let payment = PaymentId(found.try_get(0)?);
            missing.push(Difference {
                kind: DifferenceKind::NotThere,
                refund,
                number: payment.0.simple().to_string(),
                payment: Some(payment),
                order: found.try_get(2)?,
                ours: Some(head.currency.minor(found.try_get(1)?)),
                theirs: None,
            });
        }
    }
    Ok(missing)
}

fn statement(head: Head, fetched: Timestamp, lines: &[Said], missing: Vec<Difference>) -> Statement {
    let sum = |refund: bool| lines.iter().filter(|line| line.refund == refund).map(|line| line.amount).sum();
    let mut differences = missing;
    for line in lines.iter().filter(|line| !line.undone && line.ours != Some(line.amount)) {
        differences.push(Difference {
            kind: if line.ours.is_some() { DifferenceKind::OtherAmount } else { DifferenceKind::NotHere },
            refund: line.refund,
            number: line.number.clone(),
            payment: line.payment.filter(|_| line.ours.is_some() || line.order.is_some()),
            order: line.order,
            ours: line.ours.map(|ours| head.currency.minor(ours)),
            theirs: Some(head.currency.minor(line.amount)),
        });
    }
    Statement {
        fetched,
        payments: u32::try_from(lines.iter().filter(|line| !line.refund).count()).unwrap_or(u32::MAX),
        taken: head.currency.minor(sum(false)),
        given_back: head.currency.minor(sum(true)),
        fees: head.currency.minor(of_thousandths(lines.iter().map(|line| line.fee).sum())),
        differences,
    }
}
