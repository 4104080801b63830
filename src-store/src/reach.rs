//! How far the shop reaches: its zones held to by orders, its sister shops and its neighbourhoods.

use std::collections::HashSet;

use ministore_core::fulfilment::{DeliveryTerms, Mode};
use ministore_core::hours::OpeningHours;
use ministore_core::id::ShopId;
use ministore_core::money::{Currency, Money};
use ministore_core::place::GeoPoint;
use ministore_core::reach::{
    Branch, BranchNear, Branches, DeliveryZone, GetBranches, GetNeighbourhoods, Neighbourhood,
    Neighbourhoods, Reach,
};
use ministore_core::refusal::Refusal;
use ministore_core::text::LocalText;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::engine::{Answer, Caller, Engine};
use crate::fault::Fault;
use crate::shop::Terms;
use crate::write::{Head, Write};
use crate::{local_clock, row, shop, sql};

/// The most sister shops.
pub const MOST_BRANCHES: usize = 500;

/// The most neighbourhoods.
pub const MOST_NEIGHBOURHOODS: usize = 2000;

impl Terms {
    /// Makes them the terms for one address: its zone's fee, minimum and lead time. Refused where there are zones and the
    /// address is in none, or nobody has said where it is.
    pub(crate) fn bring_to(&mut self, mode: Mode, point: Option<GeoPoint>) -> Result<(), Fault> {
        if mode != Mode::Delivery || self.delivery.is_none() || self.reach.zones.is_empty() {
            return Ok(());
        }
        let point = point.ok_or_else(|| Fault::invalid("address.point", "the shop delivers by zones"))?;
        if let Some(brought) = self.reach.brings_to(point).map_err(Refusal::from)? {
            self.delivery = Some(brought.terms);
            let lead = brought.zone.lead_minutes;
            for rule in self.slots.iter_mut().filter(|rule| rule.mode == Mode::Delivery) {
                rule.lead_minutes = rule.lead_minutes.max(lead);
            }
        }
        Ok(())
    }
}

/// Whether what a shop says of its reach makes sense.
pub(crate) fn check(reach: &Reach, currency: Currency) -> Result<(), Fault> {
    check_hours("reach.hours", reach.hours.as_ref())?;
    check_zones("reach.zones", &reach.zones, currency)?;
    if !reach.zones.is_empty() && reach.location.is_none() {
        return Err(Fault::invalid("reach.location", "zones are told from where the shop is"));
    }
    if reach
        .cutoffs
        .iter()
        .any(|cutoff| cutoff.from >= cutoff.until || cutoff.until > 1440 || cutoff.at >= 1440)
    {
        return Err(Fault::invalid("reach.cutoffs", "a stretch of a day, and a minute of one"));
    }
    Ok(())
}

fn check_hours(field: &str, hours: Option<&OpeningHours>) -> Result<(), Fault> {
    hours.map_or(Ok(()), OpeningHours::check).map_err(|error| Fault::invalid(field, error))
}

fn check_zones(field: &str, zones: &[DeliveryZone], currency: Currency) -> Result<(), Fault> {
    let foreign = |money: Money| money.currency != currency || money.minor < 0;
    for zone in zones {
        if zone.name.is_empty() {
            return Err(Fault::invalid(field, "a zone has a name"));
        }
        let rising = zone.bands.windows(2).all(|pair| pair[0].up_to < pair[1].up_to);
        if zone.bands.is_empty() || !rising {
            return Err(Fault::invalid(field, "at least one fee, the nearest first"));
        }
        let fees = zone.bands.iter().map(|band| band.fee);
        if fees.chain(zone.free_from).chain([zone.minimum]).any(foreign) {
            return Err(Fault::invalid(field, "amounts of the shop's currency, not below zero"));
        }
    }
    Ok(())
}

impl Answer<GetBranches> for Engine {
    async fn answer(&self, _: &Caller, call: GetBranches) -> Result<Branches, Fault> {
        let head = self.head().await?;
        let mut tx = self.snapshot().await?;
        let own = shop::load(&mut tx, head).await?;
        let zone = local_clock::zone(&own.zone)?;
        let now = local_clock::local(self.now(), &zone)?;
        let mut places = load_branches(&mut tx, head).await?.into_iter().map(Place::of).collect::<Vec<_>>();
        places.push(Place {
            id: own.id,
            name: own.name,
            address: own.address,
            reach: own.reach,
            page: String::new(),
            picks_up: own.slots.iter().any(|rule| rule.mode == Mode::Pickup),
        });
        let mut branches = Vec::with_capacity(places.len());
        for place in places {
            let hours = place.reach.hours.as_ref();
            let open = hours.map(|hours| hours.is_open_at(now));
            let until = match (hours, open) {
                (Some(hours), Some(true)) => hours.next_closing(now),
                (Some(hours), _) => hours.next_opening(now),
                (None, _) => None,
            };
            let brought = call.near.and_then(|near| place.reach.brings_to(near).ok().flatten());
            branches.push(BranchNear {
                delivers: brought.map(|brought| brought.zone.name.clone()),
                metres: place.reach.location.zip(call.near).map(|(shop, near)| near.metres_to(shop)),
                location: place.reach.location,
                open,
                until: until.map(|until| local_clock::instant(until, &zone)).transpose()?,
                here: place.id == head.shop,
                id: place.id,
                name: place.name,
                address: place.address,
                page: place.page,
                picks_up: place.picks_up,
            });
        }
        branches.sort_by(|a, b| {
            let far = |branch: &BranchNear| branch.metres.unwrap_or(u32::MAX);
            far(a).cmp(&far(b)).then_with(|| (&a.name.en, &a.name.zh).cmp(&(&b.name.en, &b.name.zh)))
        });
        Ok(Branches { branches })
    }
}

/// A shop of the chain: a sister, or this one.
struct Place {
    id: ShopId,
    name: LocalText,
    address: LocalText,
    reach: Reach,
    page: String,
    picks_up: bool,
}

impl Place {
    fn of(branch: Branch) -> Self {
        let Branch { id, name, address, location, hours, page, zones, picks_up } = branch;
        let reach = Reach { location: Some(location), hours, zones, ..Reach::default() };
        Self { id, name, address, reach, page, picks_up }
    }
}

impl Answer<GetNeighbourhoods> for Engine {
    async fn answer(&self, _: &Caller, _: GetNeighbourhoods) -> Result<Neighbourhoods, Fault> {
        let head = self.head().await?;
        let mut conn = self.reader().await?;
        Ok(Neighbourhoods { neighbourhoods: load_neighbourhoods(&mut conn, head).await? })
    }
}

async fn load_neighbourhoods(conn: &mut sql::Connection, head: Head) -> Result<Vec<Neighbourhood>, Fault> {
    let rows = sql::query(
        "SELECT name_en, name_zh, latitude, longitude FROM neighbourhood WHERE shop_id = $1
         ORDER BY name_en, name_zh",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Neighbourhood { name: row::text(row, 0)?, location: row::point(row, 2)?.ok_or_else(nowhere)? })
        })
        .collect()
}

fn nowhere() -> Fault {
    Fault::row("neighbourhood", "no point")
}

async fn load_branches(conn: &mut sql::Connection, head: Head) -> Result<Vec<Branch>, Fault> {
    let rows = sql::query(
        "SELECT branch_id, name_en, name_zh, address_en, address_zh, latitude, longitude, hours, page, zones, picks_up
         FROM branch WHERE shop_id = $1 ORDER BY branch_id",
    )
    .bind(head.shop.0)
    .fetch_all(conn)
    .await?;
    rows.iter()
        .map(|row| {
            Ok(Branch {
                id: ShopId(row.try_get::<Uuid>(0)?),
                name: row::text(row, 1)?,
                address: row::text(row, 3)?,
                location: row::point(row, 5)?.ok_or_else(nowhere)?,
                hours: serde_json::from_str(row.try_get(7)?)?,
                page: row.try_get(8)?,
                zones: serde_json::from_str(row.try_get(9)?)?,
                picks_up: row.try_get::<i64>(10)? == 1,
            })
        })
        .collect()
}

/// All that a shop says of its reach, as one file holds it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WholeReach {
    /// What delivery costs where no zone says otherwise; null where the shop does not deliver.
    pub delivery: Option<DeliveryTerms>,
    /// Where it is, when it is open, where it delivers.
    pub reach: Reach,
    /// Its sister shops.
    pub branches: Vec<Branch>,
    /// Places that people know by name.
    pub neighbourhoods: Vec<Neighbourhood>,
}

impl Engine {
    /// What the shop says of its reach.
    pub async fn whole_reach(&self) -> Result<WholeReach, Refusal> {
        let read = async {
            let head = self.head().await?;
            let mut tx = self.snapshot().await?;
            let own = shop::load(&mut tx, head).await?;
            Ok::<_, Fault>(WholeReach {
                delivery: own.delivery,
                reach: own.reach,
                branches: load_branches(&mut tx, head).await?,
                neighbourhoods: load_neighbourhoods(&mut tx, head).await?,
            })
        };
        read.await.map_err(Fault::refusal)
    }

    /// Replaces all of it. Refused, and nothing changed, where a part of it makes no sense: amounts of another currency,
    /// zones without a fee, hours that no clock shows, names that are missing or there twice, an address of a page that is
    /// not HTTP.
    pub async fn set_whole_reach(&self, whole: &WholeReach) -> Result<(), Refusal> {
        let change = async {
            let mut write = Write::begin(self).await?;
            let head = write.head;
            let mut own = shop::load(write.conn(), head).await?;
            own.delivery = whole.delivery;
            own.reach = whole.reach.clone();
            shop::check(&own)?;
            shop::save(write.conn(), &own).await?;
            put_branches(&mut write, &whole.branches).await?;
            put_neighbourhoods(&mut write, &whole.neighbourhoods).await?;
            write.shop_changed().await?;
            write.commit(self).await
        };
        change.await.map_err(Fault::refusal)
    }
}

async fn put_branches(write: &mut Write, branches: &[Branch]) -> Result<(), Fault> {
    let head = write.head;
    if branches.len() > MOST_BRANCHES {
        return Err(Fault::invalid("branches", format!("at most {MOST_BRANCHES}")));
    }
    let ids: HashSet<ShopId> = branches.iter().map(|branch| branch.id).chain([head.shop]).collect();
    if ids.len() <= branches.len() {
        return Err(Fault::invalid("branches.id", "each has its own, and the shop itself is not among them"));
    }
    for branch in branches {
        if branch.name.is_empty() {
            return Err(Fault::invalid("branches.name", "a shop has a name"));
        }
        let page = branch.page.as_str();
        if !page.is_empty() && !page.starts_with("https://") && !page.starts_with("http://") {
            return Err(Fault::invalid("branches.page", "an address that a browser opens"));
        }
        check_hours("branches.hours", branch.hours.as_ref())?;
        check_zones("branches.zones", &branch.zones, head.currency)?;
    }
    sql::query("DELETE FROM branch WHERE shop_id = $1").bind(head.shop.0).execute(write.conn()).await?;
    for branch in branches {
        sql::query(
            "INSERT INTO branch (shop_id, branch_id, name_en, name_zh, address_en, address_zh, latitude, longitude,
                 hours, page, zones, picks_up)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        )
        .bind(head.shop.0)
        .bind(branch.id.0)
        .bind(&branch.name.en)
        .bind(&branch.name.zh)
        .bind(&branch.address.en)
        .bind(&branch.address.zh)
        .bind(branch.location.latitude())
        .bind(branch.location.longitude())
        .bind(serde_json::to_string(&branch.hours)?)
        .bind(&branch.page)
        .bind(serde_json::to_string(&branch.zones)?)
        .bind(i64::from(branch.picks_up))
        .execute(write.conn())
        .await?;
    }
    Ok(())
}

async fn put_neighbourhoods(write: &mut Write, places: &[Neighbourhood]) -> Result<(), Fault> {
    let shop = write.shop();
    if places.len() > MOST_NEIGHBOURHOODS {
        return Err(Fault::invalid("neighbourhoods", format!("at most {MOST_NEIGHBOURHOODS}")));
    }
    let names: HashSet<_> = places.iter().map(|place| (&place.name.en, &place.name.zh)).collect();
    if names.len() < places.len() || places.iter().any(|place| place.name.is_empty()) {
        return Err(Fault::invalid("neighbourhoods.name", "each has its own"));
    }
    sql::query("DELETE FROM neighbourhood WHERE shop_id = $1").bind(shop).execute(write.conn()).await?;
    for place in places {
        sql::query(
            "INSERT INTO neighbourhood (shop_id, name_en, name_zh, latitude, longitude)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(shop)
        .bind(&place.name.en)
        .bind(&place.name.zh)
        .bind(place.location.latitude())
        .bind(place.location.longitude())
        .execute(write.conn())
        .await?;
    }
    Ok(())
}
