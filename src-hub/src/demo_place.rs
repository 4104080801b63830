//! The demo shop's place: where it is, its zones, its sister shops and its neighbourhoods. The town is made up, laid over
//! the middle of Shanghai.

use ministore_core::fulfilment::Mode;
use ministore_core::hours::{DayHours, OpeningHours, Stretch, WeeklyHours};
use ministore_core::id::ShopId;
use ministore_core::money::Currency;
use ministore_core::place::{GeoPoint, PlaceError, Polygon};
use ministore_core::reach::{Area, Branch, Cutoff, DeliveryZone, FeeBand, Neighbourhood, Reach};
use ministore_core::refusal::Refusal;
use ministore_core::text::LocalText;
use uuid::Uuid;

fn no_place(error: PlaceError) -> Refusal {
    Refusal::invalid("reach", error)
}

fn point(latitude: f64, longitude: f64) -> Result<GeoPoint, Refusal> {
    GeoPoint::of_degrees(latitude, longitude).map_err(no_place)
}

/// An area by its corners.
fn area(corners: &[(f64, f64)]) -> Result<Area, Refusal> {
    let corners = corners.iter().map(|(latitude, longitude)| point(*latitude, *longitude));
    let corners = Polygon::try_from(corners.collect::<Result<Vec<_>, _>>()?).map_err(no_place)?;
    Ok(Area::Polygon { corners })
}

/// Each day from `opens` to `closes`, in hours.
fn daily(opens: u16, closes: u16) -> OpeningHours {
    let weekly = (1..=7).map(|weekday| WeeklyHours { weekday, opens: opens * 60, closes: closes * 60 });
    OpeningHours { weekly: weekly.collect(), exceptions: Vec::new() }
}

/// A zone, its amounts in yuan.
fn zone(
    name: LocalText,
    area: Area,
    bands: &[(u32, i64)],
    free_from: i64,
    minimum: i64,
    lead_minutes: u16,
) -> DeliveryZone {
    let yuan = |yuan: i64| Currency::CNY.minor(yuan * 100);
    DeliveryZone {
        name,
        area,
        bands: bands.iter().map(|(up_to, fee)| FeeBand { up_to: *up_to, fee: yuan(*fee) }).collect(),
        free_from: Some(yuan(free_from)),
        minimum: yuan(minimum),
        lead_minutes,
    }
}

/// Where the demo shop is and how far it reaches.
pub(crate) fn reach() -> Result<Reach, Refusal> {
    let mut hours = daily(8, 22);
    // The eve of the Spring Festival and its first day, in 2027.
    let day = |text: &str| text.parse().map_err(|error| Refusal::invalid("reach.hours", error));
    hours.exceptions = vec![
        DayHours { day: day("2027-02-05")?, open: vec![Stretch { opens: 8 * 60, closes: 15 * 60 }] },
        DayHours { day: day("2027-02-06")?, open: Vec::new() },
    ];
    Ok(Reach {
        location: Some(point(31.2304, 121.4737)?),
        hours: Some(hours),
        zones: vec![
            zone(
                LocalText::new("Around the corner", "街角周边"),
                Area::Radius { metres: 1_500 },
                &[(1_500, 6)],
                99,
                20,
                45,
            ),
            zone(
                LocalText::new("Old Town", "老城区"),
                area(&[(31.205, 121.445), (31.205, 121.500), (31.260, 121.500), (31.260, 121.445)])?,
                &[(2_500, 8), (5_000, 12)],
                149,
                40,
                75,
            ),
            zone(
                LocalText::new("Riverside", "滨江"),
                area(&[(31.210, 121.500), (31.215, 121.540), (31.250, 121.540), (31.255, 121.500)])?,
                &[(6_000, 15)],
                199,
                60,
                90,
            ),
        ],
        // What is brought before noon is packed the evening before.
        cutoffs: vec![Cutoff { mode: Mode::Delivery, from: 0, until: 12 * 60, days_before: 1, at: 20 * 60 }],
        tells_shelf: true,
    })
}

/// The demo shop's sister shops.
pub(crate) fn branches() -> Result<Vec<Branch>, Refusal> {
    let branch = |number: u128, name: (&str, &str), address: (&str, &str), at, hours, zones, page: &str| {
        let location: GeoPoint = at;
        Branch {
            id: ShopId(Uuid::from_u128(number)),
            name: LocalText::new(name.0, name.1),
            address: LocalText::new(address.0, address.1),
            location,
            hours: Some(hours),
            page: page.to_owned(),
            zones,
            picks_up: true,
        }
    };
    let around = |name: (&str, &str), metres, fee| {
        let name = LocalText::new(name.0, name.1);
        vec![zone(name, Area::Radius { metres }, &[(metres, fee)], 99, 20, 45)]
    };
    Ok(vec![
        branch(
            0x0192_0000_0000_7000_8000_0000_0000_0001,
            ("Corner & Co. Riverside", "街角小店 滨江店"),
            ("3 Ferry Road, Shanghai", "上海市渡口路 3 号"),
            point(31.2385, 121.5060)?,
            daily(7, 23),
            around(("Riverside", "滨江"), 2_500, 5),
            "https://riverside.corner.example/",
        ),
        branch(
            0x0192_0000_0000_7000_8000_0000_0000_0002,
            ("Corner & Co. Station", "街角小店 车站店"),
            ("1 Station Square, Shanghai", "上海市站前广场 1 号"),
            point(31.2130, 121.4540)?,
            daily(0, 24),
            Vec::new(),
            "https://station.corner.example/",
        ),
        branch(
            0x0192_0000_0000_7000_8000_0000_0000_0003,
            ("Corner & Co. University", "街角小店 大学店"),
            ("88 Study Road, Shanghai", "上海市书院路 88 号"),
            point(31.2510, 121.4520)?,
            daily(9, 21),
            around(("Campus", "校园"), 1_800, 3),
            "https://university.corner.example/",
        ),
        branch(
            0x0192_0000_0000_7000_8000_0000_0000_0004,
            ("Corner & Co. Orchard Hill", "街角小店 果园山店"),
            ("20 Orchard Road, Shanghai", "上海市果园路 20 号"),
            point(31.2880, 121.4620)?,
            daily(8, 20),
            around(("Orchard Hill", "果园山"), 3_000, 8),
            "https://orchard.corner.example/",
        ),
    ])
}

/// What people of the demo shop's town call its parts.
pub(crate) fn neighbourhoods() -> Result<Vec<Neighbourhood>, Refusal> {
    [
        ("Plane Tree Lane", "梧桐里", 31.2310, 121.4742),
        ("Plum Lane", "梅巷", 31.2355, 121.4790),
        ("Mill Bridge", "磨坊桥", 31.2250, 121.4700),
        ("Lantern Street", "灯笼街", 31.2330, 121.4640),
        ("Old Market", "老集市", 31.2480, 121.4700),
        ("Willow Bank", "柳堤", 31.2150, 121.4800),
        ("University Gate", "大学门", 31.2500, 121.4550),
        ("Station Square", "站前广场", 31.2120, 121.4560),
        ("River View", "江景苑", 31.2400, 121.5100),
        ("Ferry Landing", "渡口", 31.2250, 121.5250),
        ("Orchard Hill", "果园山", 31.2900, 121.4600),
        ("Airport Road", "机场路", 31.2000, 121.3600),
    ]
    .into_iter()
    .map(|(en, zh, latitude, longitude)| {
        Ok(Neighbourhood { name: LocalText::new(en, zh), location: point(latitude, longitude)? })
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use ministore_core::reach::meant;

    use super::*;

    #[test]
    fn every_zone_and_the_world_outside_have_a_neighbourhood() {
        let (reach, places) = (reach().unwrap(), neighbourhoods().unwrap());
        let zone = |name: &str| {
            let at = meant(&places, name).unwrap().location;
            reach
                .brings_to(at)
                .ok()
                .flatten()
                .map(|brought| (brought.zone.name.en.clone(), brought.terms.fee.minor))
        };
        assert_eq!(zone("Plum Lane"), Some(("Around the corner".into(), 600)));
        assert_eq!(zone("老集市"), Some(("Old Town".into(), 800)));
        assert_eq!(zone("Station Square"), Some(("Old Town".into(), 1200)));
        assert_eq!(zone("Ferry Landing"), Some(("Riverside".into(), 1500)));
        assert_eq!(zone("Airport"), None);
    }
}
