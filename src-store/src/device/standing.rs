//! What a shop lets devices be: counters that a manager has approved, and devices that are shut out.

use ministore_core::device::{
    Approval, Approve, Devices, GetDevice, GetDevices, KnownDevice, MOST_LISTED, ShutOut, Standing,
};
use ministore_core::id::DeviceId;
use ministore_core::refusal::{Refusal, Thing};
use ministore_core::time::Timestamp;
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::reply::Act;
use crate::staff::STRANGERS;
use crate::write::Write;
use crate::{row, sql};

/// The columns that [`known_device`] reads, of the devices that a condition chooses.
macro_rules! known_devices {
    ($which:literal) => {
        concat!(
            "SELECT d.device_id, d.standing, d.name, d.created, d.last_sign_in, f.name
             FROM device d LEFT JOIN staff f ON f.shop_id = d.shop_id AND f.staff_id = d.last_staff_id
             WHERE d.shop_id = $1 AND ",
            $which
        )
    };
}

fn known_device(row: &sql::Row) -> Result<KnownDevice, Fault> {
    let name: Option<&str> = row.try_get(2)?;
    Ok(KnownDevice {
        device: DeviceId(row.try_get(0)?),
        standing: row::standing(row.try_get(1)?)?,
        name: name.map(str::parse).transpose().map_err(|error| Fault::row("device", error))?,
        since: Timestamp(row.try_get(3)?),
        last_sign_in: row.try_get::<Option<i64>>(4)?.map(Timestamp),
        last_staff: row.try_get(5)?,
    })
}

async fn find(conn: &mut sql::Connection, shop: Uuid, device: DeviceId) -> Result<KnownDevice, Fault> {
    let row = sql::query(known_devices!("d.device_id = $2"))
        .bind(shop)
        .bind(device.0)
        .fetch_optional(conn)
        .await?
        .filter(|_| device.0 != STRANGERS)
        .ok_or_else(|| Fault::not_found(Thing::Device))?;
    known_device(&row)
}

/// Lets a device be a counter.
pub(crate) async fn approve(write: &mut Write, device: DeviceId, approval: &Approval) -> Result<(), Fault> {
    let shop = write.shop();
    let changed =
        sql::query("UPDATE device SET standing = $3, name = $4 WHERE shop_id = $1 AND device_id = $2")
            .bind(shop)
            .bind(device.0)
            .bind(Standing::approved(approval.role).word())
            .bind(approval.name.as_str())
            .execute(write.conn())
            .await?;
    if changed.rows_affected() == 0 { Err(Fault::not_found(Thing::Device)) } else { Ok(()) }
}

async fn shut_out(write: &mut Write, device: DeviceId) -> Result<(), Fault> {
    let shop = write.shop();
    let changed = sql::query("UPDATE device SET standing = $3 WHERE shop_id = $1 AND device_id = $2")
        .bind(shop)
        .bind(device.0)
        .bind(Standing::ShutOut.word())
        .execute(write.conn())
        .await?;
    if changed.rows_affected() == 0 {
        return Err(Fault::not_found(Thing::Device));
    }
    sql::query("DELETE FROM session WHERE shop_id = $1 AND device_id = $2")
        .bind(shop)
        .bind(device.0)
        .execute(write.conn())
        .await?;
    Ok(())
}

impl Answer<GetDevices> for Engine {
    async fn answer(&self, _: &Caller, _: GetDevices) -> Result<Devices, Fault> {
        self.known_devices().await
    }
}

impl Answer<GetDevice> for Engine {
    async fn answer(&self, caller: &Caller, _: GetDevice) -> Result<KnownDevice, Fault> {
        let head = self.head().await?;
        find(&mut *self.reader().await?, head.shop.0, caller.device()?).await
    }
}

impl Act for Approve {
    async fn act(self, write: &mut Write, _: &Caller) -> Result<KnownDevice, Fault> {
        let shop = write.shop();
        find(write.conn(), shop, self.device).await?;
        approve(write, self.device, &self.approval).await?;
        find(write.conn(), shop, self.device).await
    }
}

impl Answer<Approve> for Engine {
    async fn answer(&self, caller: &Caller, call: Approve) -> Result<KnownDevice, Fault> {
        self.once(caller, call).await
    }
}

impl Act for ShutOut {
    async fn act(self, write: &mut Write, caller: &Caller) -> Result<KnownDevice, Fault> {
        if caller.device()? == self.device {
            return Err(Fault::invalid(
                "device",
                "another one: who is at this device would lock themselves out",
            ));
        }
        let shop = write.shop();
        find(write.conn(), shop, self.device).await?;
        shut_out(write, self.device).await?;
        find(write.conn(), shop, self.device).await
    }
}

impl Answer<ShutOut> for Engine {
    async fn answer(&self, caller: &Caller, call: ShutOut) -> Result<KnownDevice, Fault> {
        self.once(caller, call).await
    }
}

/// For whoever sits at the hub itself.
impl Engine {
    /// The devices that are counters, ask to be one, or were shut out, as [`GetDevices`] orders them.
    pub async fn devices(&self) -> Result<Vec<KnownDevice>, Refusal> {
        self.known_devices().await.map(|known| known.devices).map_err(Fault::refusal)
    }

    /// Lets a device be a counter.
    pub async fn approve_device(&self, device: DeviceId, approval: &Approval) -> Result<(), Refusal> {
        let approve = async {
            let mut write = Write::begin(self).await?;
            let shop = write.shop();
            find(write.conn(), shop, device).await?;
            approve(&mut write, device, approval).await?;
            write.commit(self).await
        };
        approve.await.map_err(Fault::refusal)
    }

    /// Shuts a device out.
    pub async fn shut_device_out(&self, device: DeviceId) -> Result<(), Refusal> {
        let shut = async {
            let mut write = Write::begin(self).await?;
            let shop = write.shop();
            find(write.conn(), shop, device).await?;
            shut_out(&mut write, device).await?;
            write.commit(self).await
        };
        shut.await.map_err(Fault::refusal)
    }

    async fn known_devices(&self) -> Result<Devices, Fault> {
        let head = self.head().await?;
        let rows = sql::query(known_devices!(
            "d.standing <> 'shopper'
             ORDER BY CASE d.standing WHEN 'asked' THEN 0 WHEN 'shut_out' THEN 2 ELSE 1 END,
                      COALESCE(d.last_sign_in, d.created) DESC, d.device_id LIMIT $2"
        ))
        .bind(head.shop.0)
        .bind(MOST_LISTED as i64)
        .fetch_all(&mut *self.reader().await?)
        .await?;
        Ok(Devices { devices: rows.iter().map(known_device).collect::<Result<_, _>>()? })
    }
}
