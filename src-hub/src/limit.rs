//! How often one address or device may ask: a token bucket for each.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::connections::ConnectionLimits;

/// How much is allowed at once, and how fast it comes back.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Tries in a row.
    pub burst: u32,
    /// How long until one more is allowed.
    pub refill: Duration,
}

impl Rate {
    /// As often as anyone likes, for who measures.
    pub const UNLIMITED: Self = Self { burst: 1, refill: Duration::ZERO };
}

/// What the hub puts up with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Calls and event streams from one address: a whole shop may come from one, through its router or a proxy.
    pub calls_by_address: Rate,
    /// Calls of one device.
    pub calls_by_device: Rate,
    /// New devices from one address.
    pub registrations: Rate,
    /// Wrong PINs from one address, over all its devices; the engine counts each device's own.
    pub wrong_pins: Rate,
    /// Gift cards' numbers that are none, from one address, asked by others than staff: so nobody finds one by trying, and
    /// nobody's trying keeps the tills from working.
    pub wrong_gift_cards: Rate,
    /// Calls being worked on at once, over all callers.
    pub calls_at_once: usize,
    /// Event streams open at once.
    pub streams_at_once: usize,
    /// How long an answer may take to begin.
    pub answer_time: Duration,
    /// What a connection may do.
    pub connections: ConnectionLimits,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            calls_by_address: Rate { burst: 5000, refill: Duration::from_millis(1) },
            calls_by_device: Rate { burst: 1000, refill: Duration::from_millis(10) },
            registrations: Rate { burst: 60, refill: Duration::from_secs(1) },
            wrong_pins: Rate { burst: 20, refill: Duration::from_secs(10) },
            wrong_gift_cards: Rate { burst: 20, refill: Duration::from_secs(10) },
            calls_at_once: 256,
            streams_at_once: 1024,
            answer_time: Duration::from_secs(60),
            connections: ConnectionLimits::default(),
        }
    }
}

/// Above this many those that have their whole burst back are forgotten.
const REMEMBERED: usize = 4096;

/// Buckets by address or by device.
#[derive(Debug)]
pub struct Limiter<K> {
    rate: Rate,
    buckets: Mutex<Buckets<K>>,
}

#[derive(Debug)]
struct Buckets<K> {
    /// When each will have its whole burst back: the bucket's level as one instant
    /// (the generic cell rate algorithm, ITU-T I.371).
    full_at: HashMap<K, Instant>,
    /// At how many it is worth looking for those that can be forgotten.
    tidy_at: usize,
}

impl<K: Eq + Hash> Limiter<K> {
    /// All buckets full.
    pub fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::new(Buckets { full_at: HashMap::new(), tidy_at: REMEMBERED }) }
    }

    /// Takes one try, or says how long until there is one.
    pub fn take(&self, key: K, now: Instant) -> Result<(), Duration> {
        // Nothing to count; and of two who come at once the earlier must not find the later's moment in its bucket.
        if self.rate.refill.is_zero() {
            return Ok(());
        }
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.full_at.len() > buckets.tidy_at {
            buckets.full_at.retain(|_, full| *full > now);
            // Twice what is left, so that looking through all of them stays rare.
            buckets.tidy_at = (2 * buckets.full_at.len()).max(REMEMBERED);
        }
        let full = buckets.full_at.get(&key).copied().map_or(now, |full| full.max(now)) + self.rate.refill;
        let room = self.rate.refill * self.rate.burst;
        match full.duration_since(now).checked_sub(room) {
            None | Some(Duration::ZERO) => {
                buckets.full_at.insert(key, full);
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }

    /// Gives one try back.
    pub fn give_back(&self, key: &K) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full) = buckets.full_at.get_mut(key)
            && let Some(earlier) = full.checked_sub(self.rate.refill)
        {
            *full = earlier;
        }
    }
}

/// Whom an address stands for: a device with IPv6 has a whole /64 to itself (RFC 4291, section 2.5.4).
pub fn source_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 20));
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 21));

    #[test]
    fn a_burst_passes_then_one_each_refill_and_addresses_do_not_share() {
        let limiter = Limiter::new(Rate { burst: 3, refill: Duration::from_secs(2) });
        let now = Instant::now();
        for _ in 0..3 {
            assert_eq!(limiter.take(HERE, now), Ok(()));
        }
        assert_eq!(limiter.take(HERE, now), Err(Duration::from_secs(2)));
        assert_eq!(limiter.take(THERE, now), Ok(()));
        assert_eq!(limiter.take(HERE, now + Duration::from_secs(2)), Ok(()));
        assert!(limiter.take(HERE, now + Duration::from_secs(2)).is_err());
    }

    #[test]
    fn what_was_given_back_can_be_taken_again() {
        let limiter = Limiter::new(Rate { burst: 1, refill: Duration::from_secs(60) });
        let now = Instant::now();
        for _ in 0..5 {
            assert_eq!(limiter.take(HERE, now), Ok(()));
            limiter.give_back(&HERE);
        }
    }

    #[test]
    fn an_unlimited_rate_never_says_no() {
        let limiter = Limiter::new(Rate::UNLIMITED);
        let now = Instant::now();
        // As two threads come to it: the later first.
        assert_eq!(limiter.take(HERE, now + Duration::from_millis(1)), Ok(()));
        assert!((0..10_000).all(|_| limiter.take(HERE, now).is_ok()));
    }

    #[test]
    fn a_crowd_is_forgotten_and_who_still_waits_is_not() {
        let limiter = Limiter::new(Rate { burst: 1, refill: Duration::from_secs(1) });
        let now = Instant::now();
        for device in 0..20_000 {
            assert_eq!(limiter.take(device, now), Ok(()));
        }
        let later = now + Duration::from_secs(5);
        assert_eq!(limiter.take(20_000, later), Ok(()));
        for device in 0..20_000 {
            assert_eq!(limiter.take(device, later), Ok(()));
        }
        assert!(limiter.take(20_000, later).is_err());
        assert!(limiter.buckets.lock().unwrap().full_at.len() <= 20_001);
    }

    #[test]
    fn one_device_is_one_source_by_whatever_address_of_its_own() {
        let source = |text: &str| source_of(text.parse().unwrap());
        assert_eq!(source("2001:db8:1:2::5"), source("2001:db8:1:2:dead:beef:0:1"));
        assert_ne!(source("2001:db8:1:2::5"), source("2001:db8:1:3::5"));
        assert_eq!(source("::ffff:192.168.1.20"), HERE);
        assert_ne!(source("192.168.1.20"), source("192.168.1.21"));
    }
}
