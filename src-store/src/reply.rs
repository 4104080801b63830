//! Repeats: a request made twice with the same id is done once, and answered alike.

use std::future::Future;

use ministore_core::call::Call;
use ministore_core::refusal::Refusal;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::engine::{Caller, Engine};
use crate::fault::Fault;
use crate::sql;
use crate::write::Write;

/// How a request is done inside its transaction.
pub(crate) trait Act: Call {
    /// Does it. What it changed is taken back where it errs.
    fn act(
        self,
        write: &mut Write,
        caller: &Caller,
    ) -> impl Future<Output = Result<<Self as Call>::Reply, Fault>> + Send;
}

/// The hash of a call's content.
pub(crate) fn body_hash<C: Call>(call: &C) -> Result<Vec<u8>, Fault> {
    Ok(Sha256::digest(serde_json::to_vec(call)?).to_vec())
}

impl Engine {
    /// Does `call`, or answers as it was answered before.
    pub(crate) async fn once<C: Act>(&self, caller: &Caller, call: C) -> Result<C::Reply, Fault> {
        let hash = body_hash(&call)?;
        let mut write = Write::begin(self).await?;
        if let Some(saved) = saved::<C>(&mut write, caller, &hash).await? {
            write.commit_seen(self).await?;
            return saved.map_err(Fault::Refused);
        }
        match call.act(&mut write, caller).await {
            Ok(reply) => {
                save::<C>(&mut write, caller, &hash, Ok(&reply))?;
                write.commit(self).await?;
                Ok(reply)
            }
            Err(Fault::Refused(refusal)) if !refusal.is_passing() => {
                write.take_back().await?;
                save::<C>(&mut write, caller, &hash, Err(&refusal))?;
                write.commit(self).await?;
                Err(refusal.into())
            }
            Err(fault) => Err(fault),
        }
    }
}

async fn saved<C: Call>(
    write: &mut Write,
    caller: &Caller,
    hash: &[u8],
) -> Result<Option<Result<C::Reply, Refusal>>, Fault> {
    // The newest change is asked for on the way: whatever is done next is numbered after it.
    let row = sql::query(
        "SELECT r.caller, r.name, r.body_hash, r.done, r.reply,
             (SELECT MAX(seq) FROM change WHERE shop_id = $1)
         FROM shop s LEFT JOIN call_reply r ON r.shop_id = s.shop_id AND r.call_id = $2
         WHERE s.shop_id = $1",
    )
    .bind(write.shop())
    .bind(caller.call.0)
    .fetch_one(write.conn())
    .await?;
    write.knows_newest(row.try_get(5)?);
    let Some(who) = row.try_get::<Option<Uuid>>(0)? else { return Ok(None) };
    let same =
        who == caller.who() && row.try_get::<String>(1)? == C::NAME && row.try_get::<Vec<u8>>(2)? == hash;
    if !same {
        return Err(Refusal::IdReused.into());
    }
    let text: String = row.try_get(4)?;
    Ok(Some(match row.try_get::<i64>(3)? {
        1 => Ok(serde_json::from_str(&text)?),
        _ => Err(serde_json::from_str(&text)?),
    }))
}

/// A call whose answer comes after its own transaction, and takes the place of what was saved for it.
pub(crate) struct LateReply<'a> {
    caller: &'a Caller,
    name: &'static str,
    hash: &'a [u8],
}

impl<'a> LateReply<'a> {
    /// To a call of `caller` with that content.
    pub(crate) const fn to<C: Call>(caller: &'a Caller, hash: &'a [u8]) -> Self {
        Self { caller, name: C::NAME, hash }
    }

    /// Saves the answer, in the transaction that makes it true.
    pub(crate) fn save<T: Serialize>(
        &self,
        write: &mut Write,
        reply: Result<&T, &Refusal>,
    ) -> Result<(), Fault> {
        save_as(write, self.caller, self.name, self.hash, reply)
    }
}

fn save<C: Call>(
    write: &mut Write,
    caller: &Caller,
    hash: &[u8],
    reply: Result<&C::Reply, &Refusal>,
) -> Result<(), Fault> {
    save_as(write, caller, C::NAME, hash, reply)
}

fn save_as<T: Serialize>(
    write: &mut Write,
    caller: &Caller,
    name: &'static str,
    hash: &[u8],
    reply: Result<&T, &Refusal>,
) -> Result<(), Fault> {
    let (done, text) = match reply {
        Ok(reply) => (1, serde_json::to_string(reply)?),
        Err(refusal) => (0, serde_json::to_string(refusal)?),
    };
    let (shop, now) = (write.shop(), write.now);
    let keep = sql::query(
        "INSERT INTO call_reply (shop_id, call_id, caller, name, body_hash, done, reply, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (shop_id, call_id) DO UPDATE SET done = excluded.done, reply = excluded.reply",
    )
    .bind(shop)
    .bind(caller.call.0)
    .bind(caller.who())
    .bind(name)
    .bind(hash)
    .bind(done)
    .bind(text)
    .bind(now.0)
    .apart();
    write.conn().later(keep);
    Ok(())
}
