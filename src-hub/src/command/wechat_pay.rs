//! How a hub is told who it is to WeChat Pay: by a file, or by variables of its environment.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use ministore_pay::Settings;

#[derive(Args)]
pub(crate) struct WechatPayOptions {
    /// Take payments by WeChat Pay, with the settings in this JSON file (docs/payments.md). The same can be said by
    /// variables MINISTORE_WECHAT_….
    #[arg(long, value_name = "FILE", env = "MINISTORE_WECHAT_PAY")]
    wechat_pay: Option<PathBuf>,
}

impl WechatPayOptions {
    pub(crate) fn settings(self) -> Result<Option<Settings>> {
        Ok(match self.wechat_pay {
            Some(path) => Some(Settings::from_file(&path)?),
            None => Settings::from_environment(|name| std::env::var_os(name))?,
        })
    }
}
