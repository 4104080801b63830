//! What may go wrong, drawn from a seed. The seed fixes the draws; which request meets which one is also up to how
//! requests that run at once follow each other.

use std::time::Duration;

/// What goes wrong with a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestFault {
    /// It never arrives, and no answer comes.
    LostThere,
    /// It is done, and no answer comes.
    LostBack,
    /// It is not done, and the service says that it is ill.
    IllBefore,
    /// It is done, and the service says that it is ill.
    IllAfter,
    /// It is not done, and there have been too many.
    TooOften,
    /// It is done, and somebody else signs the answer.
    SignedByStranger,
    /// It is done, and nobody signs the answer.
    Unsigned,
    /// It is done, and the signed answer tells of another amount.
    WrongAmount,
}

/// What goes wrong with a notification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotifyFault {
    /// It never comes.
    Lost,
    /// It comes three times.
    Repeated,
    /// It comes late, after others.
    Late,
    /// Somebody else signs it.
    SignedByStranger,
    /// It is changed on the way.
    Changed,
    /// It is signed, and tells of another amount.
    WrongAmount,
}

/// What goes wrong, and how often.
#[derive(Clone, Debug)]
pub struct Faults {
    draws: fastrand::Rng,
    /// Of 1000 requests.
    requests: u32,
    /// Of 1000 notifications.
    notifications: u32,
    /// How long a line is dead before it is cut.
    silence: Duration,
    only: Option<RequestFault>,
    only_notify: Option<NotifyFault>,
}

const REQUEST: [RequestFault; 8] = [
    RequestFault::LostThere,
    RequestFault::LostBack,
    RequestFault::IllBefore,
    RequestFault::IllAfter,
    RequestFault::TooOften,
    RequestFault::SignedByStranger,
    RequestFault::Unsigned,
    RequestFault::WrongAmount,
];

const NOTIFY: [NotifyFault; 6] = [
    NotifyFault::Lost,
    NotifyFault::Repeated,
    NotifyFault::Late,
    NotifyFault::SignedByStranger,
    NotifyFault::Changed,
    NotifyFault::WrongAmount,
];

impl Faults {
    /// None at all.
    pub fn none() -> Self {
        Self::drawn(0, 0, 0, Duration::ZERO)
    }

    /// Any of them, in so many of 1000 requests and notifications. `silence` is how long a dead line stays open.
    pub fn drawn(seed: u64, requests: u32, notifications: u32, silence: Duration) -> Self {
        let draws = fastrand::Rng::with_seed(seed);
        Self { draws, requests, notifications, silence, only: None, only_notify: None }
    }

    /// This one, with every request but those for certificates.
    pub fn every_request(fault: RequestFault, silence: Duration) -> Self {
        Self { requests: 1000, only: Some(fault), ..Self::drawn(0, 0, 0, silence) }
    }

    /// This one, with every notification.
    pub fn every_notification(fault: NotifyFault) -> Self {
        Self { notifications: 1000, only_notify: Some(fault), ..Self::none() }
    }

    pub(crate) const fn silence(&self) -> Duration {
        self.silence
    }

    pub(crate) fn request(&mut self) -> Option<RequestFault> {
        if self.draws.u32(0..1000) >= self.requests {
            return None;
        }
        self.only.or_else(|| self.draws.choice(REQUEST))
    }

    pub(crate) fn notification(&mut self) -> Option<NotifyFault> {
        if self.draws.u32(0..1000) >= self.notifications {
            return None;
        }
        self.only_notify.or_else(|| self.draws.choice(NOTIFY))
    }
}
