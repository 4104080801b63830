//! Staff: their PINs and sessions, and what stands against guessing.

use argon2::{Algorithm, Argon2, Params, Version};
use ministore_core::device::{Done, Standing};
use ministore_core::id::{DeviceId, StaffId};
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::role::{Actor, StaffRole};
use ministore_core::staff::{
    GetMe, PIN_TRIES, Pin, SESSION_MINUTES, SignIn, SignOut, SignedIn, pin_wait_minutes,
};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::device::standing;
use crate::engine::{Answer, Caller, Engine, PinCost, secret_hash};
use crate::fault::Fault;
use crate::row;
use crate::sql;
use crate::write::Write;

/// Wrong PINs in a row, over all devices at which no staff ever signed in, before those have to wait. A guesser can
/// register device after device; this bounds them all together, and holds up no device that staff uses.
const STRANGERS_TRIES: u32 = 50;

/// The row that counts the strangers' wrong PINs.
pub(crate) const STRANGERS: Uuid = Uuid::nil();

/// Somebody who works in the shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StaffMember {
    /// Their key.
    pub id: StaffId,
    /// As colleagues call them.
    pub name: String,
    /// What they may do.
    pub role: StaffRole,
}

impl Engine {
    /// Takes somebody on. Refused where another of the shop has this PIN.
    pub async fn add_staff(&self, member: &StaffMember, pin: &Pin) -> Result<(), Refusal> {
        self.keep_staff(member, pin).await.map_err(Fault::refusal)
    }

    /// Gives somebody a new PIN. It ends their sessions.
    pub async fn set_pin(&self, staff: StaffId, pin: &Pin) -> Result<(), Refusal> {
        self.change_pin(staff, pin).await.map_err(Fault::refusal)
    }

    /// Who works in the shop, by name.
    pub async fn staff(&self) -> Result<Vec<StaffMember>, Refusal> {
        self.list_staff().await.map_err(Fault::refusal)
    }

    async fn keep_staff(&self, member: &StaffMember, pin: &Pin) -> Result<(), Fault> {
        let name = member.name.trim();
        if !(1..=60).contains(&name.chars().count()) {
            return Err(Fault::invalid("name", "1 to 60 characters"));
        }
        let hash = self.pin_hash(pin).await?;
        let mut write = Write::begin(self).await?;
        let (shop, now) = (write.shop(), write.now);
        free(&mut write, member.id, &hash).await?;
        sql::query(
            "INSERT INTO staff (shop_id, staff_id, name, role, pin_hash, created) VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(shop)
        .bind(member.id.0)
        .bind(name)
        .bind(member.role.word())
        .bind(hash)
        .bind(now.0)
        .execute(write.conn())
        .await?;
        write.commit(self).await
    }

    async fn change_pin(&self, staff: StaffId, pin: &Pin) -> Result<(), Fault> {
        let hash = self.pin_hash(pin).await?;
        let mut write = Write::begin(self).await?;
        let shop = write.shop();
        free(&mut write, staff, &hash).await?;
        let changed = sql::query("UPDATE staff SET pin_hash = $3 WHERE shop_id = $1 AND staff_id = $2")
            .bind(shop)
            .bind(staff.0)
            .bind(hash)
            .execute(write.conn())
            .await?;
        if changed.rows_affected() == 0 {
            return Err(Fault::not_found(Thing::Member));
        }
        sql::query("DELETE FROM session WHERE shop_id = $1 AND staff_id = $2")
            .bind(shop)
            .bind(staff.0)
            .execute(write.conn())
            .await?;
        write.commit(self).await
    }

    async fn list_staff(&self) -> Result<Vec<StaffMember>, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let rows = sql::query("SELECT staff_id, name, role FROM staff WHERE shop_id = $1 ORDER BY name")
            .bind(head.shop.0)
            .fetch_all(&mut conn)
            .await?;
        rows.iter()
            .map(|row| {
                Ok(StaffMember {
                    id: StaffId(row.try_get(0)?),
                    name: row.try_get(1)?,
                    role: row::staff_role(row.try_get(2)?)?,
                })
            })
            .collect()
    }

    /// The PIN under the shop's salt. One salt for all, so that a PIN alone finds its owner; without the salt, which
    /// never leaves the database, no table of hashes made elsewhere helps.
    async fn pin_hash(&self, pin: &Pin) -> Result<Vec<u8>, Fault> {
        let head = self.head().await?;
        let salt: Vec<u8> = sql::query_scalar("SELECT pin_salt FROM shop WHERE shop_id = $1")
            .bind(head.shop.0)
            .fetch_one(&mut *self.reader().await?)
            .await?;
        let (pin, cost) = (pin.clone(), self.pin_cost());
        tokio::task::spawn_blocking(move || hash(&pin, &salt, cost))
            .await
            .map_err(|error| Fault::Other(format!("hashing a PIN: {error}")))?
    }
}

fn hash(pin: &Pin, salt: &[u8], cost: PinCost) -> Result<Vec<u8>, Fault> {
    let failed = |error: argon2::Error| Fault::Other(format!("hashing a PIN: {error}"));
    let params = Params::new(cost.memory, cost.passes, 1, Some(32)).map_err(failed)?;
    let mut hash = vec![0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.digits().as_bytes(), salt, &mut hash)
        .map_err(failed)?;
    Ok(hash)
}

/// Refuses a PIN that another has.
async fn free(write: &mut Write, staff: StaffId, hash: &[u8]) -> Result<(), Fault> {
    let shop = write.shop();
    let taken: i64 = sql::query_scalar(
        "SELECT COUNT(*) FROM staff WHERE shop_id = $1 AND pin_hash = $2 AND staff_id <> $3",
    )
    .bind(shop)
    .bind(hash)
    .bind(staff.0)
    .fetch_one(write.conn())
    .await?;
    if taken == 0 { Ok(()) } else { Err(Fault::invalid("pin", "somebody else of the shop has it")) }
}

/// How a device stands with wrong PINs.
struct Tries {
    known: bool,
    locked_until: Timestamp,
}

async fn tries(conn: &mut sql::Connection, shop: Uuid, device: Uuid) -> Result<Option<Tries>, Fault> {
    let row = sql::query("SELECT known, pin_locked_until FROM device WHERE shop_id = $1 AND device_id = $2")
        .bind(shop)
        .bind(device)
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(Tries { known: row.try_get::<i64>(0)? == 1, locked_until: Timestamp(row.try_get(1)?) }))
        .transpose()
}

impl Engine {
    /// Whose PIN this is, asked for at `device`. A wrong one is counted, in the transaction that is given back to be
    /// committed.
    pub(crate) async fn whose_pin(
        &self,
        device: DeviceId,
        pin: &Pin,
    ) -> Result<(Write, Result<StaffMember, Refusal>), Fault> {
        let head = self.head().await?;
        // Looked at before the slow hash, so that a locked device costs next to nothing.
        refuse_locked(&mut *self.snapshot().await?, head.shop.0, device, self.now()).await?;
        let hash = self.pin_hash(pin).await?;
        let mut write = Write::begin(self).await?;
        let (shop, now) = (write.shop(), write.now);
        let known = refuse_locked(write.conn(), shop, device, now).await?;
        let found = sql::query("SELECT staff_id, name, role FROM staff WHERE shop_id = $1 AND pin_hash = $2")
            .bind(shop)
            .bind(&hash)
            .fetch_optional(write.conn())
            .await?;
        let found = match found {
            Some(row) => Ok(StaffMember {
                id: StaffId(row.try_get(0)?),
                name: row.try_get(1)?,
                role: row::staff_role(row.try_get(2)?)?,
            }),
            None => Err(count_failure(&mut write, device, known).await?),
        };
        Ok((write, found))
    }
}

impl Answer<SignIn> for Engine {
    async fn answer(&self, caller: &Caller, call: SignIn) -> Result<SignedIn, Fault> {
        let device = caller.device()?;
        let (mut write, found) = self.whose_pin(device, &call.pin).await?;
        let (shop, now) = (write.shop(), write.now);
        let StaffMember { id: staff, name, role } = match found {
            Ok(found) => found,
            Err(refusal) => {
                write.commit(self).await?;
                return Err(refusal.into());
            }
        };
        if let Some(approval) = &call.approve {
            if role != StaffRole::Manager {
                return Err(Refusal::NotAllowed.into());
            }
            standing::approve(&mut write, device, approval).await?;
        }
        let Some(role) = enter(&mut write, device, staff, role).await? else {
            // That somebody of the shop was there is kept: a manager sees who asks for what.
            write.commit(self).await?;
            let may_approve = role == StaffRole::Manager;
            return Err(Refusal::DeviceNotApproved { device, may_approve }.into());
        };
        let until = now.plus_minutes(SESSION_MINUTES);
        let session = sql::query(
            "INSERT INTO session (shop_id, session_id, staff_id, device_id, secret_hash, started, until)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (shop_id, session_id) DO UPDATE SET until = excluded.until
                 WHERE session.staff_id = excluded.staff_id AND session.device_id = excluded.device_id
                   AND session.secret_hash = excluded.secret_hash",
        )
        .bind(shop)
        .bind(call.session.0)
        .bind(staff.0)
        .bind(device.0)
        .bind(secret_hash(&call.secret))
        .bind(now.0)
        .bind(until.0)
        .execute(write.conn())
        .await?;
        if session.rows_affected() == 0 {
            return Err(Refusal::IdReused.into());
        }
        sql::query(
            "UPDATE device SET known = 1, pin_failures = 0, pin_locked_until = 0
             WHERE shop_id = $1 AND device_id = $2",
        )
        .bind(shop)
        .bind(device.0)
        .execute(write.conn())
        .await?;
        sql::query("DELETE FROM session WHERE shop_id = $1 AND until <= $2")
            .bind(shop)
            .bind(now.0)
            .execute(write.conn())
            .await?;
        write.commit(self).await?;
        Ok(SignedIn { staff, name, role, until })
    }
}

/// As what somebody of that role works at a device; None where nobody may. Keeps who was there, and that a device which is
/// no counter asks to be one.
async fn enter(
    write: &mut Write,
    device: DeviceId,
    staff: StaffId,
    role: StaffRole,
) -> Result<Option<StaffRole>, Fault> {
    let (shop, now) = (write.shop(), write.now);
    let row = sql::query(
        "SELECT d.standing, p.demo FROM device d JOIN shop p ON p.shop_id = d.shop_id
         WHERE d.shop_id = $1 AND d.device_id = $2",
    )
    .bind(shop)
    .bind(device.0)
    .fetch_one(write.conn())
    .await?;
    let demo = row.try_get::<i64>(1)? == 1;
    let standing = match row::standing(row.try_get(0)?)? {
        Standing::Shopper | Standing::Asked if demo => Standing::Manager,
        Standing::Shopper => Standing::Asked,
        other => other,
    };
    sql::query(
        "UPDATE device SET last_sign_in = $3, last_staff_id = $4, standing = $5
         WHERE shop_id = $1 AND device_id = $2",
    )
    .bind(shop)
    .bind(device.0)
    .bind(now.0)
    .bind(staff.0)
    .bind(standing.word())
    .execute(write.conn())
    .await?;
    Ok(standing.works_as(role, demo))
}

/// Refuses a device that has to wait. Gives whether staff has signed in there before.
async fn refuse_locked(
    conn: &mut sql::Connection,
    shop: Uuid,
    device: DeviceId,
    now: Timestamp,
) -> Result<bool, Fault> {
    let own = tries(conn, shop, device.0).await?.ok_or(Refusal::SignInFirst)?;
    let mut until = own.locked_until;
    if !own.known
        && let Some(strangers) = tries(conn, shop, STRANGERS).await?
    {
        until = until.max(strangers.locked_until);
    }
    if until > now { Err(Refusal::PinLocked { until }.into()) } else { Ok(own.known) }
}

async fn count_failure(write: &mut Write, device: DeviceId, known: bool) -> Result<Refusal, Fault> {
    let (shop, now) = (write.shop(), write.now);
    let failures = add_failure(write, device.0).await?;
    let mut until = now.plus_minutes(pin_wait_minutes(failures));
    if !known {
        sql::query(
            "INSERT INTO device (shop_id, device_id, secret_hash, created) VALUES ($1, $2, $3, $4)
             ON CONFLICT (shop_id, device_id) DO NOTHING",
        )
        .bind(shop)
        .bind(STRANGERS)
        .bind(Vec::<u8>::new())
        .bind(now.0)
        .execute(write.conn())
        .await?;
        let all = add_failure(write, STRANGERS).await?;
        let wait = pin_wait_minutes(all.saturating_sub(STRANGERS_TRIES - PIN_TRIES));
        let locked = now.plus_minutes(wait);
        lock(write, STRANGERS, locked).await?;
        until = until.max(locked);
    }
    if until <= now {
        return Ok(Refusal::WrongPin { tries_left: PIN_TRIES - failures });
    }
    lock(write, device.0, until).await?;
    Ok(Refusal::PinLocked { until })
}

async fn add_failure(write: &mut Write, device: Uuid) -> Result<u32, Fault> {
    let shop = write.shop();
    Ok(sql::query_scalar(
        "UPDATE device SET pin_failures = pin_failures + 1 WHERE shop_id = $1 AND device_id = $2
         RETURNING pin_failures",
    )
    .bind(shop)
    .bind(device)
    .fetch_one(write.conn())
    .await?)
}

async fn lock(write: &mut Write, device: Uuid, until: Timestamp) -> Result<(), Fault> {
    let shop = write.shop();
    sql::query("UPDATE device SET pin_locked_until = $3 WHERE shop_id = $1 AND device_id = $2")
        .bind(shop)
        .bind(device)
        .bind(until.0)
        .execute(write.conn())
        .await?;
    Ok(())
}

impl Answer<SignOut> for Engine {
    async fn answer(&self, caller: &Caller, _: SignOut) -> Result<Done, Fault> {
        let Actor::Staff { session, .. } = caller.actor else { return Err(Refusal::SignInFirst.into()) };
        let mut write = Write::begin(self).await?;
        let shop = write.shop();
        sql::query("DELETE FROM session WHERE shop_id = $1 AND session_id = $2")
            .bind(shop)
            .bind(session.0)
            .execute(write.conn())
            .await?;
        write.commit(self).await?;
        Ok(Done {})
    }
}

impl Answer<GetMe> for Engine {
    async fn answer(&self, caller: &Caller, _: GetMe) -> Result<SignedIn, Fault> {
        let Actor::Staff { session, role, .. } = caller.actor else {
            return Err(Refusal::SignInFirst.into());
        };
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        let row = sql::query(
            "SELECT f.staff_id, f.name, s.until FROM session s
             JOIN staff f ON f.shop_id = s.shop_id AND f.staff_id = s.staff_id
             WHERE s.shop_id = $1 AND s.session_id = $2 AND s.until > $3",
        )
        .bind(head.shop.0)
        .bind(session.0)
        .bind(self.now().0)
        .fetch_optional(&mut conn)
        .await?
        .ok_or(Refusal::SignInFirst)?;
        Ok(SignedIn {
            staff: StaffId(row.try_get(0)?),
            name: row.try_get(1)?,
            role,
            until: Timestamp(row.try_get(2)?),
        })
    }
}
