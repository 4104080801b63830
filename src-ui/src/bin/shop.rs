//! The shopper's page.

fn main() {
    ministore_ui::start_shop();
}
