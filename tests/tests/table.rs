//! At the table: two phones, the kitchen, the display and the till, all at once.

use anyhow::{Context, Result, ensure};
use ministore_core::issued::TableNumber;
use ministore_core::table::menu::{Dish, GetMenu, ShownMenu, price_with};
use ministore_core::table::{GetTables, read_table_address, split_equally};
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::hub::TestHub;
use ministore_tests::journey::sign_in;
use ministore_tests::shop::amount;
use ministore_tests::{Browser, Client, Gallery, Page, Screen, story};

/// The dish of that name.
fn dish<'m>(menu: &'m ShownMenu, name: &str) -> Result<&'m Dish> {
    let mut dishes = menu.sections.iter().flat_map(|section| &section.dishes);
    dishes.find(|dish| dish.product.name.en == name).with_context(|| format!("no {name} on the menu"))
}

fn code(dish: &Dish) -> Result<String> {
    Ok(dish.product.code().context("a dish has a code")?.to_string())
}

/// Puts a dish on the table's list, with these options tapped.
async fn put(phone: &Page, dish: &Dish, options: &[&str]) -> Result<()> {
    phone.taps(&format!("@dish[data-code='{}']", code(dish)?)).await?;
    phone.sees("@dish-form").await?;
    for option in options {
        phone.taps(&format!("label:has(@option-{option})")).await?;
    }
    phone.taps("@put").await?;
    phone.loses("@dish-form").await
}

/// Counts what a page says aloud from now on.
const LISTEN: &str = "
    window.spokenInTest = [];
    SpeechSynthesis.prototype.speak = function (words) { window.spokenInTest.push([words.lang, words.text]); };
    return true;
";

async fn stands_at(hub: &TestHub, number: u16) -> Result<bool> {
    let staff = Client::staff(&hub.url(""), ministore_tests::hub::CASHIER_PIN).await?;
    let tables = staff.call(&GetTables {}).await?.tables;
    let table = tables.into_iter().find(|shown| shown.table.number() == number);
    Ok(table.context("the table is there")?.tab.is_some())
}

#[test]
fn two_phones_share_a_table_from_the_menu_to_the_last_fen() -> Result<()> {
    story("table", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let menu = visitor.call(&GetMenu {}).await?;
        let (latte, pizza, tea) =
            (dish(&menu, "Caffè latte")?, dish(&menu, "Margherita pizza")?, dish(&menu, "Iced lemon tea")?);
        let mei = story.browser("mei", Browser::new(Screen::PHONE)).await?;
        let lee = story.browser("lee", Browser::new(Screen::PHONE)).await?;
        let kitchen = story.browser("kitchen", Browser::new(Screen::TABLET)).await?;
        let display = story.browser("display", Browser::new(Screen::DESK)).await?;
        let till = story.browser("till", Browser::new(Screen::TABLET)).await?;
        for counter in [&kitchen, &display, &till] {
            sign_in(counter, &hub).await?;
        }
        let mut gallery = Gallery::open()?;

        // The sheet of codes: each leads to its table, wherever phones reach the shop.
        till.taps("@to-tables").await?;
        till.arrives_at("/counter/tables").await?;
        till.sees("@table-5").await?;
        till.taps("@to-table-codes").await?;
        till.counts("@table-code", 8).await?;
        till.types("@field-table-address", "http://192.168.1.20:8787").await?;
        till.until(
            "the address to be one for phones",
            "!document.querySelector('[data-testid=field-table-address]').ariaInvalid",
        )
        .await?;
        till.reads("@table-code", "Table 1").await?;
        let table = TableNumber::new(5).context("a table's number")?;
        till.reads("@code-sheet", &table.symbol_text()).await?;
        gallery.look(&till, "counter-table-codes.en", Screen::TABLET).await?;
        till.open(&hub.url("/counter/tables")).await?;

        kitchen.open(&hub.url("/counter/kitchen")).await?;
        kitchen.reads("@kitchen", "Nothing to make").await?;
        display.open(&hub.url("/counter/display")).await?;
        display.sees("@display-preparing").await?;
        display.run(LISTEN, Vec::new()).await?;
        display.taps("@voice").await?;
        display.reads("@voice", "Numbers are called").await?;

        // Two phones open the same table; a table that is not there is told.
        mei.open(&hub.url("/t/99")).await?;
        mei.reads("@error", "no such table").await?;
        mei.open(&hub.url("/t/5")).await?;
        mei.reads("@guests", "guest 1").await?;
        mei.sees("@dish").await?;
        gallery.look(&mei, "table-menu.en", Screen::PHONE).await?;
        lee.open(&hub.url("/t/5")).await?;
        lee.reads("@guests", "guest 2").await?;
        mei.sees("@guests[data-count='2']").await?;

        // Each puts in, each sees what the other did.
        mei.taps(&format!("@dish[data-code='{}']", code(latte)?)).await?;
        mei.sees("@dish-form").await?;
        mei.taps("label:has(@option-milk-oat)").await?;
        mei.taps("label:has(@option-coffee-extra-shot)").await?;
        mei.fills("@field-note", "very hot, please").await?;
        gallery.look(&mei, "table-dish.en", Screen::PHONE).await?;
        mei.taps("@dish-form @more").await?;
        let large = price_with(latte.product.price, &[])?.money();
        let two_lattes = large.plus(large.currency.minor(300 + 500))?.times_ratio(2, 1)?;
        mei.reads("@put", &amount(two_lattes)).await?;
        mei.taps("@put").await?;
        mei.loses("@dish-form").await?;
        lee.reads("@list-count", "2 dishes").await?;
        put(&lee, pizza, &[]).await?;
        mei.reads("@list-count", "3 dishes").await?;
        gallery.look(&lee, "table-bar.en", Screen::PHONE).await?;
        mei.taps("@open-list").await?;
        mei.counts("@draft", 2).await?;
        mei.reads("@draft[data-guest='2']", "added by Guest 2").await?;
        mei.reads("@draft[data-guest='1']", "Oat milk").await?;
        mei.reads("@draft[data-guest='1']", "very hot, please").await?;
        gallery.look(&mei, "table-list.en", Screen::PHONE).await?;

        // One round, though both had it before them.
        mei.taps("@send").await?;
        mei.sees("@round[data-state=preparing]").await?;
        lee.loses("@open-list").await?;
        kitchen.sees("@ticket-1").await?;
        kitchen.reads("@ticket-1", "very hot, please").await?;
        display.reads("@display-preparing", "1").await?;
        till.reads("@table-5", "3 to make").await?;

        // By station: the bar makes its own.
        kitchen.taps("label:has(@station-bar)").await?;
        kitchen.counts("@ticket-line", 1).await?;
        kitchen.taps("@ticket-1 @start").await?;
        mei.sees("@round-line[data-state=preparing]").await?;
        kitchen.taps("@ticket-1 @ready").await?;
        mei.sees("@round-line[data-state=ready]").await?;
        let called =
            display.run("return window.spokenInTest.map(said => said[1]).join('|');", Vec::new()).await?;
        ensure!(
            !called.as_str().unwrap_or_default().contains("Number 1"),
            "called while the pizza is in the oven"
        );
        kitchen.taps("label:has(@station-all)").await?;
        gallery.look(&kitchen, "counter-kitchen.en", Screen::TABLET).await?;
        kitchen.taps("@ticket-1 @ready").await?;
        display.sees("@display-ready @called-1").await?;
        display
            .until(
                "the display to call number 1 in English",
                "window.spokenInTest.some(([lang, text]) => lang === 'en' && text.includes('Number 1') && text.includes('Table 5'))",
            )
            .await?;
        gallery.look(&display, "counter-display.en", Screen::DESK).await?;
        mei.sees("@round[data-state=ready]").await?;

        // A ticket is printed alone.
        kitchen.run("window.print = () => { window.printedInTest = [...document.querySelectorAll('[data-printed]')].map(e => e.id).join(); };", Vec::new()).await?;
        kitchen.taps("@ticket-1 @print-ticket").await?;
        kitchen.until("the ticket to be printed", "window.printedInTest === 'ticket-1'").await?;
        kitchen.taps("@ticket-1 @served").await?;
        kitchen.reads("@kitchen", "Nothing to make").await?;

        // A second round, from the other phone.
        lee.taps("label:has(@look-menu)").await?;
        put(&lee, tea, &["ice-no-ice", "sugar-half"]).await?;
        lee.taps("@open-list").await?;
        lee.taps("@send").await?;
        mei.counts("@round", 2).await?;
        gallery.look(&mei, "table-rounds.en", Screen::PHONE).await?;
        kitchen.reads("@ticket-2", "No ice").await?;
        till.taps("@table-5").await?;
        till.arrives_at("/counter/tables/5").await?;
        till.counts("@table-round", 2).await?;
        kitchen.taps("@ticket-2 @ready").await?;
        till.sees("@serve-all").await?;
        gallery.look(&till, "counter-table.en", Screen::TABLET).await?;
        till.taps("@serve-all").await?;
        till.counts("@table-line[data-state=served]", 3).await?;

        // The bill by the domain's own rules: two lattes, a pizza, a tea.
        let total = two_lattes.plus(pizza.product.price.money())?.plus(tea.product.price.money())?;
        lee.taps("label:has(@look-bill)").await?;
        lee.reads("@bill-due", &amount(total)).await?;

        // Lee pays the pizza and the tea, which Lee put in.
        lee.taps("label:has(@way-dishes)").await?;
        lee.taps("@pay-mine").await?;
        let lees = pizza.product.price.money().plus(tea.product.price.money())?;
        lee.reads("@pay-picked", &amount(lees)).await?;
        gallery.look(&lee, "table-bill.en", Screen::PHONE).await?;
        lee.taps("@pay-picked").await?;
        lee.reads("@bill-paid", &amount(lees)).await?;
        mei.taps("label:has(@look-bill)").await?;
        let rest = total.minus(lees)?;
        mei.reads("@bill-due", &amount(rest)).await?;

        // The rest in three equal parts: one on each phone, one in cash.
        mei.taps("label:has(@way-parts)").await?;
        mei.taps("@pay @more").await?;
        mei.taps("@split").await?;
        let shares = split_equally(rest, 3);
        mei.reads("@pay-part", &amount(shares[0])).await?;
        lee.taps("label:has(@way-parts)").await?;
        lee.reads("@parts-left", "3 parts").await?;
        mei.taps("@pay-part").await?;
        lee.reads("@parts-left", "2 parts").await?;
        gallery.look(&lee, "table-parts.en", Screen::PHONE).await?;
        lee.taps("@pay-part").await?;
        mei.reads("@parts-left", "1 part").await?;
        let last = rest.minus(shares[0])?.minus(split_equally(rest.minus(shares[0])?, 2)[0])?;
        till.reads("@bill-due", &amount(last)).await?;
        ensure!(stands_at(&hub, 5).await?, "the table is free before all is paid");
        till.types("@field-table-cash", "50").await?;
        till.taps("@take-cash").await?;
        till.reads("@change", &amount(last.currency.minor(5000).minus(last)?)).await?;

        // All is served and paid: the table is free, and both phones are told.
        till.sees("@table-free").await?;
        for phone in [&mei, &lee] {
            phone.reads("@table-closed", "Thank you").await?;
        }
        ensure!(!stands_at(&hub, 5).await?, "the table is not free");
        gallery.look(&mei, "table-closed.en", Screen::PHONE).await?;
        mei.reload().await?;
        mei.sees("@table-closed").await?;
        mei.taps("@sit-again").await?;
        mei.reads("@guests", "guest 1").await?;
        lee.sees("@table-closed").await?;

        // In Chinese.
        let (_, chinese) = LANGUAGES[1];
        choose_language(&mei, chinese).await?;
        mei.reload().await?;
        mei.reads("h1", "5 号桌").await?;
        mei.sees("@dish").await?;
        gallery.look(&mei, "table-menu.zh", Screen::PHONE).await?;
        choose_language(&till, chinese).await?;
        till.open(&hub.url("/counter/tables")).await?;
        till.sees("@table-5").await?;
        gallery.look(&till, "counter-tables.zh", Screen::TABLET).await?;
        gallery.close()
    })
}

#[test]
fn a_tables_code_opens_the_table_from_the_scanner_and_at_the_till() -> Result<()> {
    story("table_code", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let symbol = TableNumber::new(3).context("a table's number")?.symbol_text();
        let typed = async |text: &str| {
            phone.open(&hub.url("/scan")).await?;
            phone.taps("@type-code").await?;
            phone.fills("@code-text", text).await?;
            phone.taps("@code-send").await
        };
        typed(&symbol).await?;
        phone.arrives_at("/t/3").await?;
        phone.reads("@guests", "guest 1").await?;
        let address = hub.url("/t/4");
        ensure!(read_table_address(&address).is_some(), "{address}");
        typed(&address).await?;
        phone.arrives_at("/t/4").await?;
        typed("https://elsewhere.example/t/4").await?;
        phone.reads("@scan-table", "another shop").await?;

        let till = story.browser("till", Browser::new(Screen::TABLET)).await?;
        sign_in(&till, &hub).await?;
        ministore_tests::journey::wedge(&till, &symbol).await?;
        till.arrives_at("/counter/tables/3").await?;
        // Guests who leave without ordering: the table is free again, and their phone is told.
        till.taps("@close-table").await?;
        till.sees("@table-free").await?;
        phone.open(&hub.url("/t/3")).await?;
        phone.reads("@table-closed", "closed this table").await?;
        Ok(())
    })
}
