//! How often one address may try what costs the shop something: a token bucket for each address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How much is allowed at once, and how fast it comes back.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Tries in a row.
    pub burst: u32,
    /// How long until one more is allowed.
    pub refill: Duration,
}

/// What the hub puts up with.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// New devices from one address.
    pub registrations: Rate,
    /// Wrong PINs from one address, over all its devices; the engine counts each device's own.
    pub wrong_pins: Rate,
    /// Calls being worked on at once, over all callers.
    pub calls_at_once: usize,
    /// Event streams open at once.
    pub streams_at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            registrations: Rate { burst: 60, refill: Duration::from_secs(1) },
            wrong_pins: Rate { burst: 20, refill: Duration::from_secs(10) },
            calls_at_once: 256,
            streams_at_once: 1024,
        }
    }
}

/// Above this many addresses those that have their whole burst back are forgotten.
const REMEMBERED: usize = 4096;

/// Buckets by address.
#[derive(Debug)]
pub struct Limiter {
    rate: Rate,
    /// When each address will have its whole burst back: the bucket's level as one instant
    /// (the generic cell rate algorithm, ITU-T I.371).
    full_at: Mutex<HashMap<IpAddr, Instant>>,
}

impl Limiter {
    /// All buckets full.
    pub fn new(rate: Rate) -> Self {
        Self { rate, full_at: Mutex::default() }
    }

    /// Takes one try, or says how long until there is one.
    pub fn take(&self, address: IpAddr, now: Instant) -> Result<(), Duration> {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() > REMEMBERED {
            full_at.retain(|_, full| *full > now);
        }
        let full = full_at.get(&address).copied().map_or(now, |full| full.max(now)) + self.rate.refill;
        let room = self.rate.refill * self.rate.burst;
        match full.duration_since(now).checked_sub(room) {
            None | Some(Duration::ZERO) => {
                full_at.insert(address, full);
                Ok(())
            }
            Some(wait) => Err(wait),
        }
    }

    /// Gives one try back.
    pub fn give_back(&self, address: IpAddr) {
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full) = full_at.get_mut(&address)
            && let Some(earlier) = full.checked_sub(self.rate.refill)
        {
            *full = earlier;
        }
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
            limiter.give_back(HERE);
        }
    }
}
