//! Places on the Earth: points, how far apart they are, and areas.
//!
//! Distances are great-circle distances on a sphere: off by at most 0.6 % from those on the ellipsoid, which is far less
//! than how streets wind.

use serde::{Deserialize, Serialize};

/// The mean radius R₁ of the Earth in metres (WGS 84; H. Moritz, "Geodetic Reference System 1980", R₁ = (2a + b) / 3).
const EARTH_RADIUS: f64 = 6_371_008.8;

/// Micro-degrees in a degree.
const DEGREE: i32 = 1_000_000;

/// A point on the Earth, in millionths of a degree (WGS 84): a tenth of a metre.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!try_from))]
#[serde(try_from = "Degrees")]
pub struct GeoPoint {
    /// North of the equator, −90 000 000 to 90 000 000.
    #[cfg_attr(feature = "schema", schemars(range(min = -90_000_000, max = 90_000_000)))]
    latitude: i32,
    /// East of Greenwich, −180 000 000 to 180 000 000.
    #[cfg_attr(feature = "schema", schemars(range(min = -180_000_000, max = 180_000_000)))]
    longitude: i32,
}

/// A point as it arrives, before it is checked.
#[derive(Deserialize)]
struct Degrees {
    latitude: i32,
    longitude: i32,
}

/// Numbers that are no point or no area.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PlaceError {
    /// Beyond a pole, or around the Earth.
    #[error("a latitude is −90 to 90 degrees, a longitude −180 to 180")]
    NoPoint,
    /// Too few corners for an area, or too many.
    #[error("an area has {} to {} corners", Polygon::LEAST_CORNERS, Polygon::MOST_CORNERS)]
    Corners,
    /// It is half the Earth wide or more: it may cross the antimeridian, where longitudes jump.
    #[error("an area is less than 180 degrees wide and does not cross the antimeridian")]
    TooWide,
}

impl TryFrom<Degrees> for GeoPoint {
    type Error = PlaceError;

    fn try_from(Degrees { latitude, longitude }: Degrees) -> Result<Self, PlaceError> {
        Self::new(latitude, longitude)
    }
}

impl GeoPoint {
    /// The point at so many millionths of a degree north and east. Errors beyond ±90 and ±180 degrees.
    pub const fn new(latitude: i32, longitude: i32) -> Result<Self, PlaceError> {
        if latitude.unsigned_abs() > 90 * DEGREE.unsigned_abs()
            || longitude.unsigned_abs() > 180 * DEGREE.unsigned_abs()
        {
            return Err(PlaceError::NoPoint);
        }
        Ok(Self { latitude, longitude })
    }

    /// The point at so many degrees, as a phone tells them, rounded. Errors beyond ±90 and ±180 degrees, and for what is
    /// no number.
    pub fn of_degrees(latitude: f64, longitude: f64) -> Result<Self, PlaceError> {
        let whole = |degrees: f64| {
            let micro = (degrees * f64::from(DEGREE)).round();
            // Far inside what an i32 holds, once it is known to be no more than a turn.
            if micro.abs() <= f64::from(180 * DEGREE) { Ok(micro as i32) } else { Err(PlaceError::NoPoint) }
        };
        Self::new(whole(latitude)?, whole(longitude)?)
    }

    /// Millionths of a degree north of the equator.
    pub const fn latitude(self) -> i32 {
        self.latitude
    }

    /// Millionths of a degree east of Greenwich.
    pub const fn longitude(self) -> i32 {
        self.longitude
    }

    /// Degrees north and east.
    pub fn degrees(self) -> (f64, f64) {
        (f64::from(self.latitude) / f64::from(DEGREE), f64::from(self.longitude) / f64::from(DEGREE))
    }

    /// How far `other` is as the crow flies, in whole metres: by the haversine formula (R. W. Sinnott, "Virtues of the
    /// Haversine", Sky and Telescope 68, 1984), which is exact for near points too.
    pub fn metres_to(self, other: Self) -> u32 {
        let (here, there) = (self.degrees(), other.degrees());
        let (from, to) = (here.0.to_radians(), there.0.to_radians());
        let north = ((to - from) / 2.0).sin();
        let east = ((there.1 - here.1).to_radians() / 2.0).sin();
        let haversine = (north * north + from.cos() * to.cos() * east * east).clamp(0.0, 1.0);
        // At most half the Earth's girth, 20 015 km.
        (2.0 * EARTH_RADIUS * haversine.sqrt().asin()).round() as u32
    }

    /// How far the nearest point of the line from `one` to `other` is, in metres: on the plane that touches the Earth
    /// here, which is right to a few metres for the lines of a town.
    fn metres_to_line(self, one: Self, other: Self) -> u32 {
        let scale = self.degrees().0.to_radians().cos();
        let flat = |point: Self| {
            let east = f64::from(point.longitude) - f64::from(self.longitude);
            (east * scale, f64::from(point.latitude) - f64::from(self.latitude))
        };
        let ((x, y), (to_x, to_y)) = (flat(one), flat(other));
        let (along_x, along_y) = (to_x - x, to_y - y);
        let length = along_x * along_x + along_y * along_y;
        let share = if length == 0.0 { 0.0 } else { (-(x * along_x + y * along_y) / length).clamp(0.0, 1.0) };
        let (near_x, near_y) = (x + share * along_x, y + share * along_y);
        let degrees = near_x.hypot(near_y) / f64::from(DEGREE);
        (degrees.to_radians() * EARTH_RADIUS).round() as u32
    }
}

/// An area with straight sides, by its corners one after the other; the last leads back to the first. A map that is
/// longitude by latitude says what is straight.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(!try_from))]
#[serde(try_from = "Vec<GeoPoint>")]
pub struct Polygon(#[cfg_attr(feature = "schema", schemars(length(min = 3, max = 64)))] Vec<GeoPoint>);

impl TryFrom<Vec<GeoPoint>> for Polygon {
    type Error = PlaceError;

    fn try_from(corners: Vec<GeoPoint>) -> Result<Self, PlaceError> {
        if !(Self::LEAST_CORNERS..=Self::MOST_CORNERS).contains(&corners.len()) {
            return Err(PlaceError::Corners);
        }
        let east = corners.iter().map(|corner| corner.longitude).max();
        let west = corners.iter().map(|corner| corner.longitude).min();
        match east.zip(west) {
            Some((east, west)) if i64::from(east) - i64::from(west) < 180 * i64::from(DEGREE) => {
                Ok(Self(corners))
            }
            _ => Err(PlaceError::TooWide),
        }
    }
}

impl Polygon {
    /// The fewest corners of an area.
    pub const LEAST_CORNERS: usize = 3;
    /// The most corners of an area.
    pub const MOST_CORNERS: usize = 64;

    /// Its sides.
    fn sides(&self) -> impl Iterator<Item = (GeoPoint, GeoPoint)> {
        let next = self.0.iter().cycle().skip(1);
        self.0.iter().copied().zip(next.copied())
    }

    /// Whether `point` is inside or on a side, by the even-odd rule (M. Shimrat, "Algorithm 112", CACM 5, 1962), in whole
    /// numbers.
    pub fn contains(&self, point: GeoPoint) -> bool {
        let (x, y) = (i64::from(point.longitude), i64::from(point.latitude));
        let mut inside = false;
        for (one, other) in self.sides() {
            let (from_x, from_y) = (i64::from(one.longitude), i64::from(one.latitude));
            let (to_x, to_y) = (i64::from(other.longitude), i64::from(other.latitude));
            // Positive to the left of the side: at most 3.6e8 by 1.8e8, twice.
            let turn = (to_x - from_x) * (y - from_y) - (to_y - from_y) * (x - from_x);
            let within = |value: i64, a: i64, b: i64| (a.min(b)..=a.max(b)).contains(&value);
            if turn == 0 && within(x, from_x, to_x) && within(y, from_y, to_y) {
                return true;
            }
            if (from_y > y) != (to_y > y) && (turn > 0) == (to_y > from_y) {
                inside = !inside;
            }
        }
        inside
    }

    /// How far outside `point` is, in metres; none where it is inside.
    pub fn metres_beyond(&self, point: GeoPoint) -> u32 {
        if self.contains(point) {
            return 0;
        }
        self.sides().map(|(one, other)| point.metres_to_line(one, other)).min().unwrap_or(0)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    pub(crate) fn anywhere() -> impl Strategy<Value = GeoPoint> {
        (-90 * DEGREE..=90 * DEGREE, -180 * DEGREE..=180 * DEGREE)
            .prop_map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).unwrap())
    }

    pub(crate) fn point(latitude: f64, longitude: f64) -> GeoPoint {
        GeoPoint::of_degrees(latitude, longitude).unwrap()
    }

    fn half_the_earth() -> impl Strategy<Value = GeoPoint> {
        (-90 * DEGREE..=90 * DEGREE, -89 * DEGREE..=89 * DEGREE)
            .prop_map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).unwrap())
    }

    fn square() -> Polygon {
        vec![point(31.0, 121.0), point(31.0, 122.0), point(32.0, 122.0), point(32.0, 121.0)]
            .try_into()
            .unwrap()
    }

    proptest! {
        #[test]
        fn distances_are_those_of_a_map(a in anywhere(), b in anywhere(), c in anywhere()) {
            prop_assert_eq!(a.metres_to(b), b.metres_to(a));
            prop_assert_eq!(a.metres_to(a), 0);
            // Each is rounded to a metre.
            prop_assert!(a.metres_to(c) <= a.metres_to(b) + b.metres_to(c) + 2);
            prop_assert!(a.metres_to(b) <= 20_015_115);
        }

        #[test]
        fn a_polygon_holds_what_lies_within_its_sides(latitude in 30.5f64..32.5, longitude in 120.5f64..122.5) {
            let at = point(latitude, longitude);
            let inside = (31 * DEGREE..=32 * DEGREE).contains(&at.latitude)
                && (121 * DEGREE..=122 * DEGREE).contains(&at.longitude);
            prop_assert_eq!(square().contains(at), inside);
            // Nearer than half a metre is no distance in whole metres.
            let clear = [31.0, 32.0].iter().all(|side| (latitude - side).abs() > 1e-5)
                && [121.0, 122.0].iter().all(|side| (longitude - side).abs() > 1e-5);
            prop_assert!(!clear || inside == (square().metres_beyond(at) == 0));
        }

        #[test]
        fn corners_and_sides_belong_to_it(corners in prop::collection::vec((-20i32..20, -40i32..40), 3..20), share in 0i32..=4) {
            // On a grid of four degrees, each quarter of a side is a point.
            let corners: Vec<GeoPoint> = corners
                .into_iter()
                .map(|(north, east)| GeoPoint::new(north * 4 * DEGREE, east * 2 * DEGREE).unwrap())
                .collect();
            let polygon = Polygon::try_from(corners.clone()).unwrap();
            for (one, other) in polygon.sides() {
                let part = |from: i32, to: i32| from + (to - from) / 4 * share;
                let on = GeoPoint::new(part(one.latitude, other.latitude), part(one.longitude, other.longitude));
                prop_assert!(polygon.contains(on.unwrap()));
                prop_assert_eq!(polygon.metres_beyond(one), 0);
            }
        }

        #[test]
        fn a_turned_polygon_is_the_same_area(corners in prop::collection::vec(half_the_earth(), 3..12), at in anywhere(), by in 0usize..12) {
            let whole = Polygon::try_from(corners.clone()).unwrap();
            let mut turned = corners.clone();
            turned.rotate_left(by % corners.len());
            let mut backwards = corners;
            backwards.reverse();
            prop_assert_eq!(Polygon::try_from(turned).unwrap().contains(at), whole.contains(at));
            prop_assert_eq!(Polygon::try_from(backwards).unwrap().contains(at), whole.contains(at));
        }

        #[test]
        fn only_points_are_read(latitude in any::<i32>(), longitude in any::<i32>()) {
            let text = format!(r#"{{"latitude":{latitude},"longitude":{longitude}}}"#);
            let read = serde_json::from_str::<GeoPoint>(&text);
            prop_assert_eq!(read.is_ok(), latitude.unsigned_abs() <= 90_000_000 && longitude.unsigned_abs() <= 180_000_000);
        }
    }

    #[test]
    fn known_distances_come_out() {
        // Paris to New York, by the sphere of this radius: 5 837 km.
        let (paris, new_york) = (point(48.8566, 2.3522), point(40.7128, -74.006));
        assert!((5_830_000..5_845_000).contains(&paris.metres_to(new_york)), "{}", paris.metres_to(new_york));
        // A minute of latitude is a nautical mile.
        assert!((1_850..=1_855).contains(&point(0.0, 0.0).metres_to(point(1.0 / 60.0, 0.0))));
        assert_eq!(point(90.0, 10.0).metres_to(point(90.0, -170.0)), 0);
        assert!(
            point(0.0, 179.9999).metres_to(point(0.0, -179.9999)) < 30,
            "the short way over the antimeridian"
        );
    }

    #[test]
    fn how_far_outside_is_told_from_the_nearest_side() {
        let beyond = square().metres_beyond(point(31.5, 122.01));
        let straight = point(31.5, 122.0).metres_to(point(31.5, 122.01));
        assert!(beyond.abs_diff(straight) <= 2, "{beyond} {straight}");
    }

    #[test]
    fn what_is_no_area_is_refused() {
        let line = vec![point(0.0, 0.0), point(1.0, 1.0)];
        assert_eq!(Polygon::try_from(line), Err(PlaceError::Corners));
        let around = vec![point(0.0, 179.0), point(1.0, -179.0), point(2.0, 179.0)];
        assert_eq!(Polygon::try_from(around), Err(PlaceError::TooWide));
        assert!(serde_json::from_str::<Polygon>("[]").is_err());
        assert_eq!(GeoPoint::of_degrees(f64::NAN, 0.0), Err(PlaceError::NoPoint));
        assert_eq!(GeoPoint::of_degrees(0.0, f64::INFINITY), Err(PlaceError::NoPoint));
        assert_eq!(GeoPoint::of_degrees(90.1, 0.0), Err(PlaceError::NoPoint));
    }
}
