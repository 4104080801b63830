//! The migrations are embedded: a change to one builds the crate again.

fn main() {
    println!("cargo:rerun-if-changed=../migrations");
}
