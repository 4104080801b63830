//! Where a browser says that it is.

use anyhow::Result;
use serde_json::json;

use crate::page::Page;

impl Page {
    /// Lets pages of `origin` ask where this browser is, and stands there.
    pub async fn stands_at(&self, origin: &str, (latitude, longitude): (f64, f64)) -> Result<()> {
        let cdp = self.driver().cdp();
        let allowed = json!({ "origin": origin, "permissions": ["geolocation"] });
        cdp.send_raw("Browser.grantPermissions", allowed).await?;
        let place = json!({ "latitude": latitude, "longitude": longitude, "accuracy": 10 });
        cdp.send_raw("Emulation.setGeolocationOverride", place).await?;
        Ok(())
    }

    /// Refuses pages of `origin` to know where this browser is.
    pub async fn tells_nobody_where(&self, origin: &str) -> Result<()> {
        let refused = json!({
            "origin": origin, "permission": { "name": "geolocation" }, "setting": "denied",
        });
        self.driver().cdp().send_raw("Browser.setPermission", refused).await?;
        Ok(())
    }
}
