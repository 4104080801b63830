//! What much of the page reads and seldom changes: the language, the shop, who is signed in.
//!
//! A signal of the library (reactive_graph 0.2) keeps whoever has read it, views that are long gone too, and looks through all of
//! them whenever one is drawn again. At a till that is open for a day that list only grows: it was most of what the page's
//! memory grew by, and a part of what each scan took. Here those that are gone are dropped as the list grows.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use leptos::reactive::graph::{AnySubscriber, Observer, ReactiveNode};

/// How many readers there are before any is looked at again.
const FEWEST: usize = 64;

/// A value with those who follow it.
pub(crate) struct Lasting<T> {
    value: RefCell<T>,
    readers: RefCell<Readers>,
}

impl<T> Lasting<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { value: RefCell::new(value), readers: RefCell::default() }
    }

    /// Gives the value to `read`. Tracked where effects and views run.
    pub(crate) fn with<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        // What is asked once, in answer to a tap, follows nothing.
        if let Some(reader) = Observer::get() {
            self.readers.borrow_mut().add(reader);
        }
        read(&self.value.borrow())
    }

    /// Gives the value to `read`, for once.
    pub(crate) fn with_untracked<U>(&self, read: impl FnOnce(&T) -> U) -> U {
        read(&self.value.borrow())
    }

    /// Changes the value to `value`, and tells whoever follows it.
    pub(crate) fn set(&self, value: T) {
        self.update(|there| *there = value);
    }

    /// Changes the value, and tells whoever follows it.
    pub(crate) fn update<U>(&self, change: impl FnOnce(&mut T) -> U) -> U {
        let changed = change(&mut self.value.borrow_mut());
        // Whoever is told reads it again.
        let readers = self.readers.take();
        for reader in readers.in_order.into_values() {
            reader.mark_dirty();
        }
        changed
    }
}

impl<T: Clone> Lasting<T> {
    /// The value. Tracked where effects and views run.
    pub(crate) fn get(&self) -> T {
        self.with(Clone::clone)
    }

    /// The value, for once.
    pub(crate) fn get_untracked(&self) -> T {
        self.value.borrow().clone()
    }
}

/// Who follows a value, in the order in which they came: what surrounds a view comes before it, and may do away with it.
#[derive(Default)]
struct Readers {
    in_order: BTreeMap<u64, AnySubscriber>,
    places: HashMap<usize, u64>,
    next: u64,
    /// How many there may be before those that are gone are looked for.
    most: usize,
}

impl Readers {
    fn add(&mut self, reader: AnySubscriber) {
        // While it is kept here no other has its address.
        if self.places.contains_key(&reader.0) {
            return;
        }
        if self.places.len() >= self.most.max(FEWEST) {
            self.in_order.retain(|_, there| there.1.strong_count() > 0);
            let left = &self.in_order;
            self.places.retain(|_, place| left.contains_key(place));
            self.most = left.len().saturating_mul(2);
        }
        self.places.insert(reader.0, self.next);
        self.in_order.insert(self.next, reader);
        self.next += 1;
    }
}
