//! What a table can order: sections of dishes, each a product of the catalogue with the station that makes it and the
//! choices that it leaves to the guest.

use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::catalogue::Product;
use crate::code::ProductCode;
use crate::issued::TableNumber;
use crate::money::{Currency, Money, MoneyError, Price};
use crate::text::LocalText;

/// The most dishes that a menu has.
pub const MAX_DISHES: usize = 500;

/// The most seats that one table has.
pub const MAX_SEATS: u32 = 100;

/// The short name of a station, a modifier or an option: 1 to 40 small letters, digits and dashes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MenuKey(String);

impl MenuKey {
    /// The key's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MenuKey {
    type Err = MenuError;

    fn from_str(text: &str) -> Result<Self, MenuError> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=40).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MenuError::Key)
        }
    }
}

impl fmt::Display for MenuKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

string_on_the_wire!(MenuKey, "oat-milk", "^[a-z0-9-]{1,40}$");

/// Where dishes are made, such as the kitchen or the bar.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Station {
    /// Its key.
    pub key: MenuKey,
    /// Its name.
    pub name: LocalText,
}

/// One of the things that can be chosen of a modifier.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ModifierOption {
    /// Its key, unique in its modifier.
    pub key: MenuKey,
    /// Its name.
    pub name: LocalText,
    /// What it adds to the price of one piece, tax included; below zero for what makes it cheaper.
    pub delta: Money,
}

/// What a dish leaves to be chosen, such as the kind of milk.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Modifier {
    /// Its key.
    pub key: MenuKey,
    /// Its name.
    pub name: LocalText,
    /// How many of its options are chosen at least.
    pub min: u8,
    /// How many of its options are chosen at most; at least 1, and never one option twice.
    pub max: u8,
    /// What can be chosen; where something has to be, the first is what most people want.
    pub options: Vec<ModifierOption>,
}

/// A dish as the shop's file names it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MenuItem {
    /// The GTIN or PLU of a product that is sold by the piece.
    pub product: ProductCode,
    /// Who makes it.
    pub station: MenuKey,
    /// What it leaves to be chosen, in this order.
    #[serde(default)]
    pub modifiers: Vec<MenuKey>,
}

/// Dishes under one heading, as the shop's file names them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The heading.
    pub name: LocalText,
    /// In their order.
    pub items: Vec<MenuItem>,
}

/// A menu as the shop's file has it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Menu {
    /// Who makes dishes.
    pub stations: Vec<Station>,
    /// What dishes leave to be chosen.
    #[serde(default)]
    pub modifiers: Vec<Modifier>,
    /// In their order.
    pub sections: Vec<Section>,
}

/// A table of the shop's, as its file names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiningTable {
    /// What stands on it.
    pub number: TableNumber,
    /// How many sit there, 1 to [`MAX_SEATS`].
    pub seats: u32,
}

/// All that a shop needs to serve at tables: what `ministore-hub import-menu` reads.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiningRoom {
    /// Its tables.
    pub tables: Vec<DiningTable>,
    /// What they can order.
    pub menu: Menu,
}

/// Why a menu makes no sense.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MenuError {
    /// Not 1 to 40 small letters, digits and dashes.
    #[error("a key is 1 to 40 small letters, digits and dashes")]
    Key,
    /// Two things of one kind under one key.
    #[error("{0} is there twice")]
    Twice(String),
    /// A name that is empty in both languages.
    #[error("{0} has no name")]
    NoName(String),
    /// A station that is not in the menu.
    #[error("there is no station {0}")]
    NoStation(MenuKey),
    /// A modifier that is not in the menu.
    #[error("there is no modifier {0}")]
    NoModifier(MenuKey),
    /// A modifier from which what it asks for cannot be chosen.
    #[error(
        "of {0} at least min and at most max options are chosen, at least one, and no more than there are"
    )]
    Bounds(MenuKey),
    /// An amount in another currency than the shop's, or beyond any price.
    #[error("{0} changes the price by an amount that is no price of the shop's")]
    Delta(MenuKey),
    /// More dishes than a menu has.
    #[error("a menu has at most {MAX_DISHES} dishes")]
    TooLong,
    /// A table that nobody, or a crowd, sits at.
    #[error("a table has 1 to {MAX_SEATS} seats")]
    Seats,
}

impl DiningRoom {
    /// Whether it makes sense by itself in a shop of this currency. Whether its products are there is the catalogue's to
    /// say.
    pub fn check(&self, currency: Currency) -> Result<(), MenuError> {
        let mut numbers = HashSet::new();
        for table in &self.tables {
            if !(1..=MAX_SEATS).contains(&table.seats) {
                return Err(MenuError::Seats);
            }
            if !numbers.insert(table.number) {
                return Err(MenuError::Twice(format!("table {}", table.number)));
            }
        }
        self.menu.check(currency)
    }
}

impl Menu {
    /// Every dish.
    pub fn items(&self) -> impl Iterator<Item = &MenuItem> {
        self.sections.iter().flat_map(|section| &section.items)
    }

    fn check(&self, currency: Currency) -> Result<(), MenuError> {
        let mut stations = HashSet::new();
        for station in &self.stations {
            named(&station.name, &station.key)?;
            once(&mut stations, &station.key)?;
        }
        let mut modifiers = HashSet::new();
        for modifier in &self.modifiers {
            named(&modifier.name, &modifier.key)?;
            once(&mut modifiers, &modifier.key)?;
            let (least, most) = (usize::from(modifier.min), usize::from(modifier.max));
            if most == 0 || least > most || most > modifier.options.len() {
                return Err(MenuError::Bounds(modifier.key.clone()));
            }
            let mut options = HashSet::new();
            for option in &modifier.options {
                named(&option.name, &option.key)?;
                once(&mut options, &option.key)?;
                let within = (-Price::MAX_MINOR..=Price::MAX_MINOR).contains(&option.delta.minor);
                if option.delta.currency != currency || !within {
                    return Err(MenuError::Delta(option.key.clone()));
                }
            }
        }
        if self.items().count() > MAX_DISHES {
            return Err(MenuError::TooLong);
        }
        let mut products = HashSet::new();
        for section in &self.sections {
            if section.name.is_empty() {
                return Err(MenuError::NoName("a section".to_owned()));
            }
        }
        for item in self.items() {
            if !products.insert(item.product) {
                return Err(MenuError::Twice(item.product.to_string()));
            }
            if !stations.contains(&item.station) {
                return Err(MenuError::NoStation(item.station.clone()));
            }
            let mut own = HashSet::new();
            for key in &item.modifiers {
                once(&mut own, key)?;
                if !modifiers.contains(key) {
                    return Err(MenuError::NoModifier(key.clone()));
                }
            }
        }
        Ok(())
    }
}

fn named(name: &LocalText, key: &MenuKey) -> Result<(), MenuError> {
    if name.is_empty() { Err(MenuError::NoName(key.to_string())) } else { Ok(()) }
}

fn once<'k>(seen: &mut HashSet<&'k MenuKey>, key: &'k MenuKey) -> Result<(), MenuError> {
    if seen.insert(key) { Ok(()) } else { Err(MenuError::Twice(key.to_string())) }
}

/// A dish as guests see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Dish {
    /// The product that it is: its name, picture, price and what is left of it.
    pub product: Product,
    /// Who makes it.
    pub station: MenuKey,
    /// What it leaves to be chosen, in this order.
    pub modifiers: Vec<MenuKey>,
}

/// Dishes under one heading, as guests see them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownSection {
    /// The heading.
    pub name: LocalText,
    /// In their order; those whose product is sold no more are left out.
    pub dishes: Vec<Dish>,
}

/// Query `table.menu`: what tables can order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetMenu {}

/// The menu as guests see it: with the products that its dishes are. Empty in a shop that has none.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownMenu {
    /// Who makes dishes.
    pub stations: Vec<Station>,
    /// What dishes leave to be chosen.
    pub modifiers: Vec<Modifier>,
    /// In their order.
    pub sections: Vec<ShownSection>,
}

/// Something chosen.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Choice {
    /// Of which modifier.
    pub modifier: MenuKey,
    /// Which of its options.
    pub option: MenuKey,
}

/// Something chosen, as it was called and cost then.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Chosen {
    /// What was chosen.
    pub choice: Choice,
    /// The option's name.
    pub name: LocalText,
    /// What it adds to the price of one piece.
    pub delta: Money,
}

/// Why what was chosen cannot be made.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ChoiceError {
    /// The dish leaves no such thing to be chosen, or there is no such option.
    #[error("{} of {} cannot be chosen here", .0.option, .0.modifier)]
    Unknown(Choice),
    /// One option chosen twice.
    #[error("{} of {} is chosen twice", .0.option, .0.modifier)]
    Twice(Choice),
    /// Too few or too many options of a modifier.
    #[error("{min} to {max} options of {modifier} are chosen")]
    Number {
        /// Of which.
        modifier: MenuKey,
        /// At least so many.
        min: u8,
        /// At most so many.
        max: u8,
    },
}

/// What was chosen for a dish that leaves the modifiers of `keys` to be chosen, in their order. Errors where something
/// is missing, too much, or not to be had.
pub fn choose(
    modifiers: &[Modifier],
    keys: &[MenuKey],
    choices: &[Choice],
) -> Result<Vec<Chosen>, ChoiceError> {
    let mut seen: Vec<&Choice> = Vec::new();
    for choice in choices {
        let known = modifiers.iter().any(|modifier| modifier.key == choice.modifier);
        if !known || !keys.contains(&choice.modifier) {
            return Err(ChoiceError::Unknown(choice.clone()));
        }
        if seen.contains(&choice) {
            return Err(ChoiceError::Twice(choice.clone()));
        }
        seen.push(choice);
    }
    let mut chosen = Vec::with_capacity(choices.len());
    for modifier in keys.iter().filter_map(|key| modifiers.iter().find(|modifier| modifier.key == *key)) {
        let own: Vec<&Choice> = choices.iter().filter(|choice| choice.modifier == modifier.key).collect();
        if !(usize::from(modifier.min)..=usize::from(modifier.max)).contains(&own.len()) {
            return Err(ChoiceError::Number {
                modifier: modifier.key.clone(),
                min: modifier.min,
                max: modifier.max,
            });
        }
        for choice in own {
            let option = modifier.options.iter().find(|option| option.key == choice.option);
            let option = option.ok_or_else(|| ChoiceError::Unknown(choice.clone()))?;
            chosen.push(Chosen { choice: choice.clone(), name: option.name.clone(), delta: option.delta });
        }
    }
    Ok(chosen)
}

/// What one piece costs with what was chosen. Errors where that leaves the range of prices: below zero, above all.
pub fn price_with(price: Price, chosen: &[Chosen]) -> Result<Price, MoneyError> {
    let sum = chosen.iter().try_fold(price.money(), |sum, chosen| sum.plus(chosen.delta))?;
    Price::new(sum)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> MenuKey {
        text.parse().unwrap()
    }

    fn option(text: &str, delta: i64) -> ModifierOption {
        ModifierOption { key: key(text), name: LocalText::new(text, ""), delta: Currency::CNY.minor(delta) }
    }

    fn milk() -> Modifier {
        Modifier {
            key: key("milk"),
            name: LocalText::new("Milk", "奶"),
            min: 1,
            max: 1,
            options: vec![option("whole", 0), option("oat", 300), option("none", -200)],
        }
    }

    fn extras() -> Modifier {
        Modifier {
            key: key("extra"),
            name: LocalText::new("Extras", "加料"),
            min: 0,
            max: 2,
            options: vec![option("shot", 400), option("syrup", 200), option("cream", 500)],
        }
    }

    fn choice(modifier: &str, option: &str) -> Choice {
        Choice { modifier: key(modifier), option: key(option) }
    }

    fn room() -> DiningRoom {
        DiningRoom {
            tables: vec![DiningTable { number: TableNumber::new(1).unwrap(), seats: 4 }],
            menu: Menu {
                stations: vec![Station { key: key("bar"), name: LocalText::new("Bar", "吧台") }],
                modifiers: vec![milk(), extras()],
                sections: vec![Section {
                    name: LocalText::new("Coffee", "咖啡"),
                    items: vec![MenuItem {
                        product: "40110".parse().unwrap(),
                        station: key("bar"),
                        modifiers: vec![key("milk"), key("extra")],
                    }],
                }],
            },
        }
    }

    #[test]
    fn a_sound_menu_is_taken_and_read_back_from_its_file() {
        let room = room();
        assert_eq!(room.check(Currency::CNY), Ok(()));
        let text = serde_json::to_string(&room).unwrap();
        assert_eq!(serde_json::from_str::<DiningRoom>(&text).unwrap(), room);
        assert!(serde_json::from_str::<DiningRoom>(&text.replace("\"seats\"", "\"chairs\"")).is_err());
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let broken = |breaks: fn(&mut DiningRoom)| {
            let mut room = room();
            breaks(&mut room);
            room.check(Currency::CNY).unwrap_err()
        };
        assert_eq!(broken(|room| room.tables[0].seats = 0), MenuError::Seats);
        assert!(matches!(broken(|room| room.tables.push(room.tables[0])), MenuError::Twice(_)));
        assert!(matches!(broken(|room| room.menu.stations.clear()), MenuError::NoStation(_)));
        assert!(matches!(broken(|room| room.menu.modifiers.clear()), MenuError::NoModifier(_)));
        assert!(matches!(broken(|room| room.menu.modifiers[0].max = 0), MenuError::Bounds(_)));
        assert!(matches!(broken(|room| room.menu.modifiers[0].min = 2), MenuError::Bounds(_)));
        assert!(matches!(broken(|room| room.menu.modifiers[1].max = 4), MenuError::Bounds(_)));
        let foreign = |room: &mut DiningRoom| {
            room.menu.modifiers[0].options[0].delta = Currency::EUR.minor(0);
        };
        assert!(matches!(broken(foreign), MenuError::Delta(_)));
        let again = |room: &mut DiningRoom| {
            let item = room.menu.sections[0].items[0].clone();
            room.menu.sections[0].items.push(item);
        };
        assert!(matches!(broken(again), MenuError::Twice(_)));
        assert!(matches!(
            broken(|room| room.menu.sections[0].name = LocalText::default()),
            MenuError::NoName(_)
        ));
    }

    #[test]
    fn what_has_to_be_chosen_is_and_nothing_else() {
        let (modifiers, keys) = ([milk(), extras()], [key("milk"), key("extra")]);
        let chosen = choose(&modifiers, &keys, &[choice("extra", "shot"), choice("milk", "oat")]).unwrap();
        let names: Vec<_> = chosen.iter().map(|chosen| chosen.name.en.as_str()).collect();
        assert_eq!(names, ["oat", "shot"], "in the menu's order");
        let price = Price::new(Currency::CNY.minor(2600)).unwrap();
        assert_eq!(price_with(price, &chosen).unwrap().money().minor, 3300);

        let refused = |choices: &[Choice]| choose(&modifiers, &keys, choices).unwrap_err();
        assert!(matches!(refused(&[]), ChoiceError::Number { min: 1, max: 1, .. }));
        assert!(matches!(
            refused(&[choice("milk", "oat"), choice("milk", "whole")]),
            ChoiceError::Number { .. }
        ));
        let twice = [choice("milk", "oat"), choice("extra", "shot"), choice("extra", "shot")];
        assert!(matches!(refused(&twice), ChoiceError::Twice(_)));
        assert!(matches!(refused(&[choice("milk", "goat")]), ChoiceError::Unknown(_)));
        assert!(matches!(
            refused(&[choice("milk", "oat"), choice("size", "large")]),
            ChoiceError::Unknown(_)
        ));
        let lost = choose(&[], &keys, &[choice("milk", "oat")]);
        assert!(matches!(lost, Err(ChoiceError::Unknown(_))));
    }

    #[test]
    fn no_option_makes_a_dish_cheaper_than_nothing() {
        let price = Price::new(Currency::CNY.minor(100)).unwrap();
        let chosen = choose(&[milk()], &[key("milk")], &[choice("milk", "none")]).unwrap();
        assert_eq!(price_with(price, &chosen), Err(MoneyError::NegativePrice));
    }

    proptest! {
        #[test]
        fn no_choice_panics(picked in prop::collection::vec((0usize..4, 0usize..4), 0..8)) {
            let names = ["milk", "extra", "size", "x"];
            let options = ["whole", "oat", "shot", "syrup"];
            let choices: Vec<_> = picked.into_iter().map(|(of, which)| choice(names[of], options[which])).collect();
            if let Ok(chosen) = choose(&[milk(), extras()], &[key("milk"), key("extra")], &choices) {
                prop_assert_eq!(chosen.len(), choices.len());
                prop_assert_eq!(chosen.iter().filter(|chosen| chosen.choice.modifier.as_str() == "milk").count(), 1);
            }
        }
    }
}
