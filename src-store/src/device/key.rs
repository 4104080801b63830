//! What a hub knows devices by: a secret that is their key, or a key that proves their secrets.

use ministore_core::device::{Done, PROVED_HOURS, Proof, Register, Renew, Standing};
use ministore_core::id::DeviceId;
use ministore_core::refusal::Refusal;
use ministore_core::role::Actor;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};

use crate::engine::{Answer, Caller, Engine, secret_hash};
use crate::fault::Fault;
use crate::write::Write;
use crate::{row, sql};

impl Answer<Register> for Engine {
    async fn answer(&self, _: &Caller, call: Register) -> Result<Done, Fault> {
        if call.device.0.is_nil() {
            return Err(Fault::invalid("device", "a UUID of version 7"));
        }
        if let Some(proof) = &call.proof {
            verify(&call, proof)?;
        }
        let mut write = Write::begin(self).await?;
        match &call.proof {
            None => keep_secret(&mut write, &call).await?,
            Some(proof) => keep_proved(&mut write, &call, proof).await?,
        }
        write.commit(self).await?;
        Ok(Done {})
    }
}

/// Refuses a proof that the key did not sign.
fn verify(call: &Register, proof: &Proof) -> Result<(), Fault> {
    let key = VerifyingKey::from_sec1_bytes(proof.key.bytes())
        .map_err(|_| Fault::invalid("proof.key", "an uncompressed point of P-256"))?;
    let text = Register::to_sign(call.device, &call.secret, proof.at);
    Signature::from_slice(proof.signature.bytes())
        .and_then(|signature| key.verify(text.as_bytes(), &signature))
        .map_err(|_| Fault::invalid("proof.signature", "the key has not signed this"))
}

async fn keep_secret(write: &mut Write, call: &Register) -> Result<(), Fault> {
    let hash = secret_hash(&call.secret);
    let (shop, now) = (write.shop(), write.now);
    sql::query(
        "INSERT INTO device (shop_id, device_id, secret_hash, created) VALUES ($1, $2, $3, $4)
         ON CONFLICT (shop_id, device_id) DO NOTHING",
    )
    .bind(shop)
    .bind(call.device.0)
    .bind(&hash)
    .bind(now.0)
    .execute(write.conn())
    .await?;
    let known = known(write, call.device).await?;
    if known.secret_hash == hash && known.key.is_none() { Ok(()) } else { Err(Refusal::IdReused.into()) }
}

async fn keep_proved(write: &mut Write, call: &Register, proof: &Proof) -> Result<(), Fault> {
    let (shop, now) = (write.shop(), write.now);
    let kept = sql::query(
        "INSERT INTO device (shop_id, device_id, secret_hash, created, public_key, proved, secret_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (shop_id, device_id) DO UPDATE
             SET secret_hash = excluded.secret_hash, proved = excluded.proved,
                 secret_until = excluded.secret_until
             WHERE device.public_key = excluded.public_key AND device.standing <> 'shut_out'
               AND (device.proved < excluded.proved
                    OR (device.proved = excluded.proved AND device.secret_hash = excluded.secret_hash))",
    )
    .bind(shop)
    .bind(call.device.0)
    .bind(secret_hash(&call.secret))
    .bind(now.0)
    .bind(proof.key.bytes().as_slice())
    .bind(proof.at.0)
    .bind(now.plus_minutes(PROVED_HOURS * 60).0)
    .execute(write.conn())
    .await?;
    if kept.rows_affected() > 0 {
        return Ok(());
    }
    let known = known(write, call.device).await?;
    if known.key.as_deref() == Some(proof.key.bytes().as_slice()) {
        Err(Fault::invalid("proof.at", "a later proof was given before"))
    } else {
        Err(Refusal::IdReused.into())
    }
}

struct Known {
    secret_hash: Vec<u8>,
    key: Option<Vec<u8>>,
}

/// What is kept of a device. Refused where it is shut out.
async fn known(write: &mut Write, device: DeviceId) -> Result<Known, Fault> {
    let shop = write.shop();
    let row = sql::query(
        "SELECT secret_hash, public_key, standing FROM device WHERE shop_id = $1 AND device_id = $2",
    )
    .bind(shop)
    .bind(device.0)
    .fetch_one(write.conn())
    .await?;
    if row::standing(row.try_get(2)?)? == Standing::ShutOut {
        return Err(Refusal::DeviceShutOut.into());
    }
    Ok(Known { secret_hash: row.try_get(0)?, key: row.try_get(1)? })
}

impl Answer<Renew> for Engine {
    async fn answer(&self, caller: &Caller, call: Renew) -> Result<Done, Fault> {
        let Actor::Shopper(device) = caller.actor else { return Err(Refusal::NotAllowed.into()) };
        let mut write = Write::begin(self).await?;
        let shop = write.shop();
        let renewed = sql::query(
            "UPDATE device SET secret_hash = $3 WHERE shop_id = $1 AND device_id = $2 AND public_key IS NULL",
        )
        .bind(shop)
        .bind(device.0)
        .bind(secret_hash(&call.secret))
        .execute(write.conn())
        .await?;
        if renewed.rows_affected() == 0 {
            return Err(Fault::invalid("secret", "this device proves its secrets by a key: register again"));
        }
        write.commit(self).await?;
        Ok(Done {})
    }
}
