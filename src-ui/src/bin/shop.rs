//! The shopper's page, in two parts: [`ministore_ui::later`] begins the second.

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use ministore_ui::later::{self, Part};

fn main() {
    ministore_ui::start_shop(|| Box::pin(async { second_part().await.ok() }));
}

#[wasm_split(later, wasm_split_path = leptos::wasm_split, fallible)]
fn second_part() -> Result<&'static Part, SplitLoaderError> {
    Ok(&later::PART)
}
