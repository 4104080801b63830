//! What a person sees when the app cannot open its own files: what happened, what is safe, what to do next, in both
//! languages, as a page without scripts. Its two links, "again" and "anew", are acted on by the window.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ministore_store::OpenError;

use crate::key::{self, KeyError};

/// The scheme under which the page is shown.
pub const SCHEME: &str = "problem";

/// Why the app cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its folder cannot be made.
    #[error("{}: {_1}", _0.display())]
    Folder(PathBuf, #[source] io::Error),
    /// Its database cannot be opened.
    #[error("{_1}")]
    Database(PathBuf, #[source] OpenError),
    /// Its key cannot be had.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The hub that this app was asked to host does not start.
    #[error("{_0}")]
    Hub(#[from] ministore_hub::StartError),
    /// The page was not there when this app was built.
    #[error("run `cargo xtask web`, then build the app again")]
    NoPage,
    /// Anything below that should always be there, such as the system's list of trusted certificates.
    #[error("{_0}")]
    System(String),
}

/// One text in both languages.
struct Words {
    en: &'static str,
    zh: &'static str,
}

/// What is told of a problem.
struct Told {
    what: Words,
    safe: Words,
    next: Words,
    /// Whether beginning anew, with the old files set aside, is a way out.
    anew: bool,
}

const SHOP_IS_SAFE: Words = Words {
    en: "Orders that reached the shop are safe at its hub, and nothing has been deleted here.",
    zh: "已送达商店的订单都安全地保存在商店主机上，本机没有删除任何内容。",
};

impl StartError {
    pub(crate) fn of(error: impl ToString) -> Self {
        Self::System(error.to_string())
    }

    /// The files that beginning anew would set aside.
    fn files(&self, dir: &Path) -> Vec<PathBuf> {
        match self {
            Self::Database(path, _) => {
                let beside = |suffix: &str| {
                    let mut name = path.clone().into_os_string();
                    name.push(suffix);
                    PathBuf::from(name)
                };
                vec![path.clone(), beside("-wal"), beside("-shm")]
            }
            Self::Key(_) => vec![key::file_in(dir)],
            Self::Folder(..) | Self::Hub(_) | Self::NoPage | Self::System(_) => Vec::new(),
        }
    }

    /// Sets the files in the way aside, under names that say when; nothing is deleted. `stamp` is that when.
    pub fn begin_anew(&self, dir: &Path, stamp: u64) -> io::Result<()> {
        for file in self.files(dir) {
            let mut aside = file.clone().into_os_string();
            aside.push(format!(".set-aside-{stamp}"));
            match fs::rename(&file, aside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    fn told(&self) -> Told {
        match self {
            Self::Database(_, OpenError::Newer { .. }) => Told {
                what: Words {
                    en: "This app's data was written by a newer version of Ministore.",
                    zh: "本应用的数据由更新版本的 Ministore 写入。",
                },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "Install the newest version and open it again.",
                    zh: "请安装最新版本，然后重新打开。",
                },
                anew: false,
            },
            Self::Database(_, OpenError::Damaged { .. }) => Told {
                what: Words {
                    en: "This app's database is damaged.", zh: "本应用的数据库已损坏。"
                },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "Begin anew: the damaged file is set aside, not deleted. Pair with the shop again and its goods, your orders and your card come back; the basket, and orders that were still waiting here, stay in the file set aside.",
                    zh: "重新开始：损坏的文件会被移到一旁，不会删除。再次与商店配对后，商品、订单和会员卡都会恢复；购物篮和仍在本机等待发送的订单保留在移开的文件中。",
                },
                anew: true,
            },
            Self::Database(_, OpenError::DiskFull { .. }) => Told {
                what: Words { en: "The disk is full.", zh: "磁盘已满。" },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "Free some space, then try again.", zh: "请清理出一些空间，然后重试。"
                },
                anew: false,
            },
            Self::Database(_, OpenError::Locked { .. }) => Told {
                what: Words {
                    en: "Another program is using this app's database.",
                    zh: "另一个程序正在使用本应用的数据库。",
                },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "Close the other Ministore window, then try again.",
                    zh: "请关闭另一个 Ministore 窗口，然后重试。",
                },
                anew: false,
            },
            Self::Key(KeyError::Keychain(_)) => Told {
                what: Words {
                    en: "The system's keychain does not give this device's key.",
                    zh: "系统钥匙串没有给出本设备的密钥。",
                },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "Unlock the keychain, then try again.", zh: "请解锁钥匙串，然后重试。"
                },
                anew: false,
            },
            Self::Key(KeyError::Damaged(_) | KeyError::Gone) => Told {
                what: Words {
                    en: "This device's key is lost, so the hub can no longer know it.",
                    zh: "本设备的密钥已丢失，商店主机无法再识别它。",
                },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "Begin anew as a new device. Ask at the counter for orders made with the old one.",
                    zh: "以新设备重新开始。用旧设备下的订单请到柜台询问。",
                },
                anew: true,
            },
            Self::Hub(_) => Told {
                what: Words {
                    en: "The shop's hub, which runs inside this app, does not start.",
                    zh: "在本应用内运行的商店主机无法启动。",
                },
                safe: Words { en: "The shop's data is as it was.", zh: "商店的数据保持原样。" },
                next: Words {
                    en: "Do what the line below says, then try again.",
                    zh: "请按下面一行的提示处理，然后重试。",
                },
                anew: false,
            },
            Self::NoPage => Told {
                what: Words {
                    en: "This app was built without its page.", zh: "构建本应用时缺少页面文件。"
                },
                safe: Words { en: "Its data is as it was.", zh: "数据保持原样。" },
                next: Words {
                    en: "Install it anew. Who builds it from source does what the line below says.",
                    zh: "请重新安装。从源代码构建的人请按下面一行操作。",
                },
                anew: false,
            },
            Self::Folder(..) | Self::System(_) | Self::Database(..) | Self::Key(KeyError::Io(..)) => Told {
                what: Words {
                    en: "This app cannot read or write its own files.",
                    zh: "本应用无法读写自己的文件。",
                },
                safe: SHOP_IS_SAFE,
                next: Words {
                    en: "See that the folder below is there and yours to write to, then try again.",
                    zh: "请确认下面的文件夹存在且可以写入，然后重试。",
                },
                anew: false,
            },
        }
    }

    /// The page that tells it.
    pub fn page(&self) -> String {
        let told = self.told();
        let mut page = String::from(HEAD);
        for (language, pick) in
            [("en", (|words| words.en) as fn(&Words) -> &'static str), ("zh-CN", |w| w.zh)]
        {
            let (again, anew) =
                if language == "en" { ("Try again", "Begin anew") } else { ("重试", "重新开始") };
            let choices = if told.anew {
                format!("<a class=\"main\" href=\"/anew\">{anew}</a><a href=\"/again\">{again}</a>")
            } else {
                format!("<a class=\"main\" href=\"/again\">{again}</a>")
            };
            page += &format!(
                "<section lang=\"{language}\"><h1>{}</h1><p>{}</p><p>{}</p><p>{choices}</p></section>",
                pick(&told.what),
                pick(&told.safe),
                pick(&told.next),
            );
        }
        page += &format!("<pre>{}</pre></main></html>", escaped(&self.to_string()));
        page
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

const HEAD: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Ministore</title>\
<meta name=\"viewport\" content=\"width=device-width\">\
<style>\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}\
body{margin:0}main{max-width:40rem;margin:0 auto;padding:2rem 1rem}\
section{margin-bottom:2.5rem}h1{font-size:1.5rem;line-height:1.25}\
a{display:inline-block;padding:.75rem 1.25rem;margin-right:.5rem;border:2px solid;border-radius:.5rem;\
font-weight:600;color:inherit;text-decoration:none}\
a.main{background:#0f766e;border-color:#0f766e;color:#fff}\
a:hover{text-decoration:underline}a:focus-visible{outline:3px solid;outline-offset:3px}\
pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:.875rem}\
</style><main>";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_says_where_and_cannot_be_written_into() {
        let error = StartError::Folder("/a/<script>".into(), io::Error::other("no & never"));
        let page = error.page();
        assert!(page.contains("/a/&lt;script&gt;: no &amp; never"));
        assert!(!page.contains("<script"));
        assert!(page.contains("/again") && !page.contains("/anew"));
    }

    #[test]
    fn beginning_anew_sets_aside_and_deletes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(key::file_in(dir.path()), b"torn").unwrap();
        let error = StartError::Key(KeyError::Damaged(key::file_in(dir.path())));
        assert!(error.page().contains("/anew"));
        error.begin_anew(dir.path(), 7).unwrap();
        assert!(!key::file_in(dir.path()).exists());
        let mut aside = key::file_in(dir.path()).into_os_string();
        aside.push(".set-aside-7");
        assert_eq!(fs::read(aside).unwrap(), b"torn");
    }
}
