//! Who may do what.

use serde::{Deserialize, Serialize};

use crate::id::{DeviceId, SessionId, StaffId};

/// In what capacity somebody calls.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Nobody known: a page just opened.
    Visitor,
    /// A device with its own key.
    Shopper,
    /// Staff at the counter.
    Cashier,
    /// Staff who run the shop.
    Manager,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Visitor, Self::Shopper, Self::Cashier, Self::Manager];
}

/// A set of roles.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Roles(&'static [Role]);

impl Roles {
    /// Everyone.
    pub const EVERYONE: Self = Self(&Role::ALL);
    /// Whoever has a device key, at the counter too.
    pub const KNOWN: Self = Self(&[Role::Shopper, Role::Cashier, Role::Manager]);
    /// Shoppers for themselves.
    pub const SHOPPER: Self = Self(&[Role::Shopper]);
    /// Staff at the counter.
    pub const STAFF: Self = Self(&[Role::Cashier, Role::Manager]);
    /// Those who run the shop.
    pub const MANAGER: Self = Self(&[Role::Manager]);

    /// Whether `role` is among them.
    pub fn include(self, role: Role) -> bool {
        self.0.contains(&role)
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = Role> {
        self.0.iter().copied()
    }
}

/// Who calls, as the hub has verified it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Actor {
    /// Nobody known.
    Visitor,
    /// A shopper's device.
    Shopper(DeviceId),
    /// Somebody of the shop, signed in at a device.
    Staff {
        /// At which device.
        device: DeviceId,
        /// In which stretch of work.
        session: SessionId,
        /// Who.
        staff: StaffId,
        /// Cashier or Manager.
        role: StaffRole,
    },
}

/// A role that staff can have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum StaffRole {
    /// At the counter.
    Cashier,
    /// Runs the shop.
    Manager,
}

impl StaffRole {
    /// The word kept in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cashier => "cashier",
            Self::Manager => "manager",
        }
    }
}

impl Actor {
    /// In what capacity.
    pub const fn role(&self) -> Role {
        match self {
            Self::Visitor => Role::Visitor,
            Self::Shopper(_) => Role::Shopper,
            Self::Staff { role: StaffRole::Cashier, .. } => Role::Cashier,
            Self::Staff { role: StaffRole::Manager, .. } => Role::Manager,
        }
    }

    /// From which device.
    pub const fn device(&self) -> Option<DeviceId> {
        match self {
            Self::Visitor => None,
            Self::Shopper(device) | Self::Staff { device, .. } => Some(*device),
        }
    }
}
