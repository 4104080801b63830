//! Ministore as an installed app.
