//! The counter.

fn main() {
    ministore_ui::start_counter();
}
