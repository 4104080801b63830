//! `dist/`: everything a browser downloads, each beside its brotli form.
//!
//! | file | from |
//! |---|---|
//! | `index.html` | `src-ui/index.html` |
//! | `counter.css` | `src-ui/styles/counter*.css` |
//! | `style.css` | the other `src-ui/styles/*.css`, joined in the order of their names |
//! | `ministore.js`, `ministore-parts.js`, `ministore_bg.wasm` | the shopper's page, `src-ui` |
//! | `ministore-*.wasm` | its parts that are downloaded later |
//! | `counter.js`, `counter_bg.wasm` | the counter, `src-ui` |
//! | `service-worker.js` | `src-ui/service-worker.js`, with the list of the files that it keeps |
//! | `scan-worker.js` | `src-scan/web/scan-worker.js` |
//! | `scan_worker_simd.js`, `scan_worker_simd_bg.wasm` | the decoder, `src-scan`, for browsers that know SIMD |
//! | `scan_worker_wasm.js`, `scan_worker_wasm_bg.wasm` | the same for the others |
//! | the rest | `src-ui/public/`, as it is |
//!
//! Scripts and styles are minified, except for development.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::npm;
use crate::process::{check_interrupted, run_quietly, spinner};
use crate::web::{self, Options};
use crate::web_module::{hex, is_stamp};
use crate::workspace::{Workspace, make_empty, put_in_place};

/// Raised whenever this file would make something else of the same input.
const RECIPE: u32 = 2;
/// Below this a compressed copy saves less than a packet.
const WORTH_COMPRESSING: usize = 1024;
const COUNTER_STYLE: &str = "counter.css";
/// What the names of its parts begin with.
const COUNTER_STYLES: &str = "counter";
const SERVICE_WORKER: &str = "service-worker.js";
/// What stands in the service worker for the list of the page's files.
const FILES: &str = "__FILES__";
/// So many hexadecimal digits of a file's SHA-256 tell it from every other.
const HASH_DIGITS: usize = 32;
const COMPRESSIBLE: &[&str] =
    &["css", "html", "js", "json", "mjs", "svg", "txt", "wasm", "webmanifest", "xml"];

/// Sizes in bytes.
#[derive(Clone, Copy, Default, Serialize)]
struct Size {
    raw: u64,
    brotli: u64,
}

#[derive(Default, Serialize)]
struct Sizes {
    /// What is downloaded before the shopper's page can be used.
    page: Size,
    /// What the shopper's page downloads right after.
    page_later: Size,
    /// What is downloaded before the counter can be used.
    counter: Size,
    /// What is downloaded when the camera first opens.
    decoder: Size,
    /// The same where the browser knows no SIMD.
    decoder_plain: Size,
    files: BTreeMap<String, Size>,
}

/// Puts the page together, unless what is there was made from the same inputs.
pub(crate) fn assemble(workspace: &Workspace, modules: &[PathBuf], options: Options) -> Result<()> {
    let mut files = gather(workspace, modules)?;
    let dist = workspace.dist();
    let stamp = workspace.web_target().join("dist-made-from");
    let key = key_of(&files, options);
    if fs::read_to_string(&stamp).is_ok_and(|found| found == key) && holds(&dist, &files) {
        println!("   dist/ is up to date");
        return print_sizes(&measure(&dist, &files)?);
    }
    if !options.is_dev() {
        minify(workspace, &mut files)?;
    }
    list_files(&mut files)?;

    let fresh = workspace.root.join("dist.new");
    make_empty(&fresh)?;
    let spinner = spinner("compressing the page");
    for (name, bytes) in &files {
        check_interrupted()?;
        let path = fresh.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))?;
        if is_compressed(name, bytes) {
            let old = reusable(&dist, name, bytes, &stamp, options);
            let packed = old.map_or_else(|| compress(bytes, options), Ok)?;
            fs::write(brotli_path(&fresh, name), packed)?;
        }
    }
    spinner.finish_and_clear();
    put_in_place(&fresh, &dist)?;
    fs::write(&stamp, key)?;
    let sizes = measure(&dist, &files)?;
    fs::write(web::sizes_file(workspace), serde_json::to_string_pretty(&sizes)?)?;
    print_sizes(&sizes)
}

/// Every file of the page by its path within it, with `/` between folders.
fn gather(workspace: &Workspace, modules: &[PathBuf]) -> Result<BTreeMap<String, Vec<u8>>> {
    let ui = workspace.root.join("src-ui");
    let mut files = BTreeMap::new();
    take_folder(&mut files, &ui.join("public"), "")?;
    for module in modules {
        take_folder(&mut files, module, "")?;
    }
    take(&mut files, "index.html".into(), read(&ui.join("index.html"))?)?;
    let (style, counter) = join_styles(&ui.join("styles"))?;
    take(&mut files, "style.css".into(), style)?;
    take(&mut files, COUNTER_STYLE.into(), counter)?;
    take(&mut files, SERVICE_WORKER.into(), read(&ui.join(SERVICE_WORKER))?)?;
    let worker = workspace.root.join("src-scan/web/scan-worker.js");
    take(&mut files, "scan-worker.js".into(), read(&worker)?)?;
    Ok(files)
}

fn take(files: &mut BTreeMap<String, Vec<u8>>, name: String, bytes: Vec<u8>) -> Result<()> {
    if files.contains_key(&name) {
        bail!("two sources for {name} in the page");
    }
    files.insert(name, bytes);
    Ok(())
}

fn take_folder(files: &mut BTreeMap<String, Vec<u8>>, folder: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let file_name = entry.file_name();
        let name = file_name.to_string_lossy();
        if name.starts_with('.') || is_stamp(&name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            take_folder(files, &entry.path(), &format!("{prefix}{name}/"))?;
        } else {
            take(files, format!("{prefix}{name}"), read(&entry.path())?)?;
        }
    }
    Ok(())
}

/// What the service worker keeps: addresses with the beginnings of their files' hashes.
#[derive(Default, Serialize)]
struct Kept {
    /// The hash of all else: what the browser names this version by.
    version: String,
    /// What the shopper's page cannot open without.
    shell: BTreeMap<String, String>,
    decoder: KeptDecoder,
}

/// What reads codes: its worker, and the module of either kind of browser.
#[derive(Default, Serialize)]
struct KeptDecoder {
    common: BTreeMap<String, String>,
    simd: BTreeMap<String, String>,
    plain: BTreeMap<String, String>,
}

/// Writes the list of the page's files, as they are downloaded, into the service worker.
fn list_files(files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut kept = Kept::default();
    for (name, bytes) in files.iter() {
        let part = match name.as_str() {
            // The counter is a page of staff, at the hub.
            SERVICE_WORKER | COUNTER_STYLE | "counter.js" | "counter_bg.wasm" => continue,
            "scan-worker.js" => &mut kept.decoder.common,
            _ if name.starts_with("scan_worker_simd") => &mut kept.decoder.simd,
            _ if name.starts_with("scan_worker_wasm") => &mut kept.decoder.plain,
            _ => &mut kept.shell,
        };
        part.insert(format!("/{name}"), hex(&Sha256::digest(bytes))[..HASH_DIGITS].to_owned());
    }
    kept.version = hex(&Sha256::digest(serde_json::to_vec(&kept)?))[..HASH_DIGITS].to_owned();
    let worker = files.get_mut(SERVICE_WORKER).context("no service worker")?;
    let text = String::from_utf8(std::mem::take(worker)).context("the service worker is no text")?;
    // The comment at its head names the place too.
    let place = text.rfind(FILES).context("the service worker has no place for its list of files")?;
    let list = serde_json::to_string(&kept)?;
    *worker = [&text[..place], &list, &text[place + FILES.len()..]].concat().into_bytes();
    Ok(())
}

/// The style of all, and what only the counter has beside it.
fn join_styles(folder: &Path) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut sheets = BTreeMap::new();
    take_folder(&mut sheets, folder, "")?;
    sheets.retain(|name, _| name.ends_with(".css"));
    let joined = |sheets: BTreeMap<_, Vec<u8>>| sheets.into_values().collect::<Vec<_>>().join(&b'\n');
    let (counter, all): (BTreeMap<_, _>, _) =
        sheets.into_iter().partition(|(name, _)| name.starts_with(COUNTER_STYLES));
    ensure!(!counter.is_empty(), "no styles of the counter");
    Ok((joined(all), joined(counter)))
}

/// Takes out of scripts and styles what only people read. Without Node.js they stay as they are.
fn minify(workspace: &Workspace, files: &mut BTreeMap<String, Vec<u8>>) -> Result<()> {
    let Some(mut command) = npm::esbuild(workspace) else {
        println!("   Node.js or esbuild is not there: scripts and styles stay larger than they need be");
        return Ok(());
    };
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    fs::create_dir(&from)?;
    let small: Vec<String> = files
        .keys()
        .filter(|name| !name.contains('/') && (name.ends_with(".js") || name.ends_with(".css")))
        .cloned()
        .collect();
    for name in &small {
        fs::write(from.join(name), &files[name])?;
        command.arg(from.join(name));
    }
    command.args(["--minify", "--charset=utf8", "--log-level=warning"]);
    command.arg(format!("--outdir={}", to.display()));
    run_quietly("minifying scripts and styles", &mut command)?;
    for name in small {
        let bytes = read(&to.join(&name))?;
        files.insert(name, bytes);
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

fn key_of(files: &BTreeMap<String, Vec<u8>>, options: Options) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files {
        hash.update(name);
        hash.update([0]);
        hash.update((bytes.len() as u64).to_le_bytes());
        hash.update(bytes);
    }
    format!("{} {RECIPE} {}", options.profile(), hex(&hash.finalize()))
}

/// Whether every file is there.
fn holds(dist: &Path, files: &BTreeMap<String, Vec<u8>>) -> bool {
    files.keys().all(|name| dist.join(name).is_file())
}

fn is_compressed(name: &str, bytes: &[u8]) -> bool {
    bytes.len() > WORTH_COMPRESSING
        && name.rsplit_once('.').is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

fn brotli_path(dist: &Path, name: &str) -> PathBuf {
    dist.join(format!("{name}.br"))
}

/// The compressed form that is already there, if the same bytes were compressed as well as now.
fn reusable(dist: &Path, name: &str, bytes: &[u8], stamp: &Path, options: Options) -> Option<Vec<u8>> {
    let made_for = fs::read_to_string(stamp).ok()?;
    let same_effort = made_for.split(' ').next() == Some(options.profile());
    let same_bytes = fs::read(dist.join(name)).is_ok_and(|old| old == bytes);
    if same_effort && same_bytes { fs::read(brotli_path(dist, name)).ok() } else { None }
}

fn compress(bytes: &[u8], options: Options) -> Result<Vec<u8>> {
    let quality = if options.is_dev() { 5 } else { 11 };
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, quality, 22);
    writer.write_all(bytes).context("cannot compress")?;
    Ok(writer.into_inner())
}

fn measure(dist: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<Sizes> {
    let mut sizes = Sizes::default();
    for name in files.keys() {
        let raw = fs::metadata(dist.join(name))?.len();
        let brotli = fs::metadata(brotli_path(dist, name)).map_or(raw, |packed| packed.len());
        let size = Size { raw, brotli };
        for sum in sizes.parts_of(name) {
            sum.raw += raw;
            sum.brotli += brotli;
        }
        sizes.files.insert(name.clone(), size);
    }
    Ok(sizes)
}

impl Sizes {
    /// The sums that a file counts towards. Pictures and the like are fetched when they are looked at.
    fn parts_of(&mut self, name: &str) -> Vec<&mut Size> {
        let needed = [".html", ".js", ".css", ".wasm"].iter().any(|end| name.ends_with(end));
        match name {
            _ if !needed => Vec::new(),
            SERVICE_WORKER => vec![&mut self.page_later],
            "scan-worker.js" => vec![&mut self.decoder, &mut self.decoder_plain],
            _ if name.starts_with("scan_worker_simd") => vec![&mut self.decoder],
            _ if name.starts_with("scan_worker_wasm") => vec![&mut self.decoder_plain],
            "ministore.js" | "ministore-parts.js" | "ministore_bg.wasm" => vec![&mut self.page],
            _ if name.starts_with("ministore-") => vec![&mut self.page_later],
            "counter.js" | "counter_bg.wasm" | COUNTER_STYLE => vec![&mut self.counter],
            _ => vec![&mut self.page, &mut self.counter],
        }
    }
}

fn print_sizes(sizes: &Sizes) -> Result<()> {
    let line = |name: &str, size: Size| {
        println!(
            "   {name:<28} {:>9.1} KB {:>9.1} KB",
            size.raw as f64 / 1000.0,
            size.brotli as f64 / 1000.0
        );
    };
    println!("   {:<28} {:>12} {:>12}", "", "raw", "brotli");
    for (name, size) in &sizes.files {
        if name.ends_with(".js")
            || name.ends_with(".css")
            || name.ends_with(".wasm")
            || name.ends_with(".html")
        {
            line(name, *size);
        }
    }
    line("the shopper's page", sizes.page);
    line("  its later part", sizes.page_later);
    line("the counter", sizes.counter);
    line("the decoder", sizes.decoder);
    line("  without SIMD", sizes.decoder_plain);
    Ok(())
}
