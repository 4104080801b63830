//! How little a cashier has to do: the jobs of the table in docs/till.md, each done and counted.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use ministore_tests::day::{press, put, scan};
use ministore_tests::journey::{ENTER, sign_in};
use ministore_tests::{Browser, Effort, Page, Screen, story};

const MILK: &str = "9520130000134";
const CREAM: &str = "9520130002138";
const F3: &str = "\u{e033}";
const F4: &str = "\u{e034}";
const F7: &str = "\u{e037}";
const F8: &str = "\u{e038}";
const DELETE: &str = "\u{e017}";

/// Scans, and keys or taps, by the job's name, as the table says.
fn promised() -> Result<BTreeMap<String, (u32, u32)>> {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/till.md"))?;
    let table = text.split("| job | scans | keys or taps |").nth(1).context("the table of jobs is gone")?;
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [job, scans, keys] = cells[..] else { anyhow::bail!("{row:?} is no row of it") };
        let keys = keys.split(' ').next().unwrap_or_default();
        Ok((job.to_owned(), (scans.parse()?, keys.parse()?)))
    })
    .collect()
}

/// Does jobs, and keeps what each took.
struct Cashier {
    page: Page,
    took: BTreeMap<String, (u32, u32)>,
}

impl Cashier {
    /// Does a job, until `done` is shown.
    async fn does(&mut self, job: &str, doing: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
        let before = self.page.effort();
        doing(&self.page).await.with_context(|| job.to_owned())?;
        let Effort { scans, keys, taps } = self.page.effort().since(before);
        self.took.insert(job.to_owned(), (scans, keys + taps));
        Ok(())
    }
}

#[test]
fn jobs_take_as_many_scans_keys_and_taps_as_the_table_says() -> Result<()> {
    story("till_effort", async |story| {
        let hub = story.hub().await?;
        let page = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        sign_in(&page, &hub).await?;
        page.taps("@to-till").await?;
        page.taps("@to-open").await?;
        put(&page, "@field-float", "100").await?;
        page.taps("@open-till").await?;
        page.sees("@ticket-empty").await?;
        let mut cashier = Cashier { page: page.clone(), took: BTreeMap::new() };

        cashier
            .does("a cash sale of one scanned item, exact money", async |page| {
                page.scans(MILK).await?;
                page.counts("@ticket-line", 1).await?;
                page.presses(ENTER).await?;
                page.sees("@tender").await?;
                page.presses(ENTER).await?;
                page.reads("@receipt-number", "1").await.map(drop)
            })
            .await?;
        cashier
            .does("the next sale after it", async |page| {
                page.scans(CREAM).await?;
                page.counts("@ticket-line", 1).await?;
                page.sees("@pay").await.map(drop)
            })
            .await?;
        cashier
            .does("three of an item", async |page| {
                page.presses("3").await?;
                page.presses("*").await?;
                page.reads("@times", "3").await?;
                page.rests().await;
                page.scans(MILK).await?;
                page.reads("@count", "3").await.map(drop)
            })
            .await?;
        cashier
            .does("one more of the last item", async |page| {
                page.presses("+").await?;
                page.reads("@count", "4").await.map(drop)
            })
            .await?;
        cashier
            .does("20 % off the last item", async |page| {
                page.presses(F8).await?;
                page.taps("@off-20").await?;
                page.sees("@saved").await.map(drop)
            })
            .await?;
        cashier
            .does("undo", async |page| {
                page.presses(F7).await?;
                page.loses("@saved").await
            })
            .await?;
        cashier
            .does("void a line", async |page| {
                page.presses(DELETE).await?;
                page.counts("@ticket-line", 1).await
            })
            .await?;
        cashier
            .does("hold a ticket", async |page| {
                page.presses(F4).await?;
                page.sees("@ticket-empty").await.map(drop)
            })
            .await?;
        cashier
            .does("empties of one kind come back", async |page| {
                page.presses(F3).await?;
                page.taps("@empties-bottle").await?;
                page.taps("@empties-done").await?;
                page.sees("@ticket-empties").await.map(drop)
            })
            .await?;
        press(&page, "F7").await?;
        page.loses("@ticket-empties").await?;
        scan(&page, &[MILK, CREAM]).await?;
        page.counts("@ticket-line", 2).await?;
        cashier
            .does("the whole total by card", async |page| {
                page.presses(ENTER).await?;
                page.taps("@by-card").await?;
                page.taps("@card-taken").await?;
                page.sees("@paid-part").await?;
                page.taps("@sell").await?;
                page.reads("@receipt-number", "2").await.map(drop)
            })
            .await?;
        cashier
            .does("all keys on one sheet", async |page| {
                page.presses("?").await?;
                page.sees("@key-list").await.map(drop)
            })
            .await?;

        let promised = promised()?;
        ensure!(
            cashier.took == promised,
            "the jobs took {:#?}, and docs/till.md says {promised:#?}",
            cashier.took
        );
        Ok(())
    })
}
