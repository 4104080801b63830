//! Stories of the engine, each over a real database file of its own, told through its calls.

mod orders;
mod test_shop;
