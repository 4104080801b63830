//! Writes down which commands the page may call, and makes the folder of the built page where there is none yet. Without
//! the window there is no page.

#[cfg(feature = "window")]
mod window {
    use std::fs;
    use std::path::Path;

    use tauri_build::{AppManifest, Attributes};

    /// The page, as `cargo xtask web` builds it.
    const PAGE: &str = "../dist";

    /// What the page may ask of the shell; `src/commands.rs` answers each, `capabilities/main.json` allows each.
    const COMMANDS: &[&str] = &[
        "call",
        "status",
        "pair",
        "unpair",
        "waiting",
        "dismiss",
        "dismiss_lost",
        "kept",
        "keep",
        "save_own_data",
        "nearby",
        "nearby_stop",
        "camera_list",
        "camera_start",
        "camera_stop",
        "open_customer_window",
    ];

    pub(super) fn prepare() -> Result<(), Box<dyn std::error::Error>> {
        // The context macro asks for the folder, also where nothing has been built into it.
        if !Path::new(PAGE).is_dir() {
            fs::create_dir_all(PAGE)?;
        }
        println!("cargo:rerun-if-changed={PAGE}");
        tauri_build::try_build(Attributes::new().app_manifest(AppManifest::new().commands(COMMANDS)))?;
        Ok(())
    }
}

#[cfg(feature = "window")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    window::prepare()
}

#[cfg(not(feature = "window"))]
fn main() {}
