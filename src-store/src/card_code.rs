//! Members' cards whose code renews itself: their secrets, and which codes are used up.

use ministore_core::card_code::{
    CardCode, CardKey, CardSecret, CodeFault, FindByCode, GetCardKey, Step, TimedKey,
};
use ministore_core::code::CardNumber;
use ministore_core::id::DeviceId;
use ministore_core::member::Card;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::write::{Head, Write};
use crate::{member, random, sql};

impl From<CodeFault> for Fault {
    fn from(fault: CodeFault) -> Self {
        Refusal::CardCodeRefused { fault }.into()
    }
}

fn secret_in(row: &sql::Row, at: usize) -> Result<Option<CardSecret>, Fault> {
    let bytes = row.try_get::<Option<Vec<u8>>>(at)?;
    let secret = bytes.map(|bytes| <[u8; 32]>::try_from(bytes).map(CardSecret::from_bytes));
    secret.transpose().map_err(|_| Fault::row("member", "a secret of another length"))
}

/// The number of the card that a device shows, and its secret once it has one. None where its user has not joined.
async fn of_device(
    conn: &mut sql::Connection,
    head: Head,
    device: DeviceId,
) -> Result<Option<(CardNumber, Option<CardSecret>)>, Fault> {
    let row = sql::query("SELECT number, code_key FROM member WHERE shop_id = $1 AND device_id = $2")
        .bind(head.shop.0)
        .bind(device.0)
        .fetch_optional(conn)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let number = row.try_get::<&str>(0)?.parse().map_err(|error| Fault::row("member", error))?;
    Ok(Some((number, secret_in(&row, 1)?)))
}

impl Answer<GetCardKey> for Engine {
    async fn answer(&self, caller: &Caller, _: GetCardKey) -> Result<Option<TimedKey>, Fault> {
        let (head, device) = (self.head().await?, caller.device()?);
        let timed = |number, secret| TimedKey { key: CardKey { number, secret }, now: self.now() };
        match of_device(&mut *self.reader().await?, head, device).await? {
            None => return Ok(None),
            Some((number, Some(secret))) => return Ok(Some(timed(number, secret))),
            Some((_, None)) => {}
        }
        let mut write = Write::begin(self).await?;
        // Another of its calls may have drawn it meanwhile, or its user be forgotten.
        let (number, secret) = match of_device(write.conn(), head, device).await? {
            None => return Ok(None),
            Some((number, Some(secret))) => {
                write.commit_seen(self).await?;
                return Ok(Some(timed(number, secret)));
            }
            Some((number, None)) => (number, CardSecret::from_bytes(random::bytes()?)),
        };
        sql::query("UPDATE member SET code_key = $3 WHERE shop_id = $1 AND device_id = $2")
            .bind(head.shop.0)
            .bind(device.0)
            .bind(secret.bytes().to_vec())
            .execute(write.conn())
            .await?;
        write.card_changed(device).await?;
        write.commit(self).await?;
        Ok(Some(timed(number, secret)))
    }
}

impl Answer<FindByCode> for Engine {
    async fn answer(&self, _: &Caller, call: FindByCode) -> Result<Card, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let row = sql::query("SELECT code_key FROM member WHERE shop_id = $1 AND number = $2")
            .bind(head.shop.0)
            .bind(call.code.number().to_string())
            .fetch_optional(&mut tx)
            .await?
            .ok_or_else(|| Fault::not_found(Thing::Member))?;
        step_of(secret_in(&row, 0)?, call.code, self.now())?;
        member::of_number(&mut tx, head, call.code.number()).await
    }
}

/// In which step the card with this secret shows `code` about now. Refused where in none.
fn step_of(secret: Option<CardSecret>, code: CardCode, now: Timestamp) -> Result<Step, CodeFault> {
    let key = secret.map(|secret| CardKey { number: code.number(), secret });
    key.and_then(|key| key.step_of(code, now)).ok_or(CodeFault::Stale)
}

/// Refused where money may not leave this card now: its code renews itself, and `code` is not one that it shows now for the
/// first time. Uses the code up. A printed card has none, and is let pass by its number.
pub(crate) async fn spend(
    write: &mut Write,
    number: CardNumber,
    code: Option<CardCode>,
) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    let row = sql::query("SELECT code_key FROM member WHERE shop_id = $1 AND number = $2")
        .bind(shop)
        .bind(number.to_string())
        .fetch_optional(write.conn())
        .await?
        .ok_or_else(|| Fault::not_found(Thing::Member))?;
    let Some(secret) = secret_in(&row, 0)? else { return Ok(()) };
    let code = code.ok_or(CodeFault::Missing)?;
    if code.number() != number {
        return Err(CodeFault::Stale.into());
    }
    let step = step_of(Some(secret), code, now)?;
    let used = sql::query(
        "UPDATE member SET code_step = $3
         WHERE shop_id = $1 AND number = $2 AND (code_step IS NULL OR code_step < $3)",
    )
    .bind(shop)
    .bind(number.to_string())
    .bind(step.0)
    .execute(write.conn())
    .await?;
    if used.rows_affected() == 0 { Err(CodeFault::Used.into()) } else { Ok(()) }
}
