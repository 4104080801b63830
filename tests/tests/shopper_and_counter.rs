//! The main job, end to end: a phone fills its basket and orders, the counter picks and hands over, and the phone sees
//! each step.

use anyhow::{Context, Result, ensure};
use ministore_core::fact::RecordSale;
use ministore_core::gtin::check_digit;
use ministore_core::id::SaleId;
use ministore_core::instore::InStoreValue;
use ministore_core::order::Get;
use ministore_core::quantity::Measure;
use ministore_core::shop::GetShop;
use ministore_tests::camera::printed;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{self, Checkout, film_runs, pick, put_in, sign_in, wedge};
use ministore_tests::shop::{amount, totals};
use ministore_tests::{Browser, Camera, Client, Eye, Gallery, Screen, story};
use uuid::Uuid;

const SMALL_MILK: &str = "9520130000431";
const CHOCOLATE_MILK: &str = "9520130000639";
const CREAM: &str = "9520130002138";
const GREEN_APPLES: &str = "01012";
const APPLES_GRAMS: u32 = 458;
const ICE_CREAM: &str = "9520510002000";
const LAGER: &str = "9520240000154";

#[test]
fn a_phone_scans_and_orders_and_the_counter_picks_and_hands_over() -> Result<()> {
    story("pickup", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let phone = story.browser("phone", Browser { eye, ..Browser::new(Screen::PHONE) }).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        sign_in(&counter, &hub).await?;
        counter.sees("@queue-empty").await?;

        // Browse.
        phone.open(&hub.url("/")).await?;
        phone.reads("h1", "Corner & Co.").await?;
        phone.reads("@strip-demo", "Demo shop").await?;
        phone.taps("@category-dairy-eggs").await?;
        phone.arrives_at("/c/dairy-eggs").await?;
        phone.reads("@product", "Fresh whole milk").await?;

        // Search as it is typed: pinyin, Chinese, a typing error.
        phone.taps("@search-link").await?;
        phone.arrives_at("/search").await?;
        for typed in ["niunai", "牛奶", "nn"] {
            phone.fills("@search", typed).await?;
            phone.reads("@product[data-code='9520130000639']", "Chocolate milk").await?;
        }
        phone.fills("@search", "choclate milk").await?;
        phone.reads("@product[data-code='9520130000639']", "Chocolate milk").await?;
        phone.taps(&format!("@product[data-code='{CHOCOLATE_MILK}'] a")).await?;
        phone.arrives_at(&format!("/p/{CHOCOLATE_MILK}")).await?;
        phone.reads("@product-page", "4.50").await?;
        phone.reads("@stock", "35").await?;
        phone.taps("@product-page @add").await?;
        phone.reads("@nav-cart .badge", "1").await?;

        // Scan: what stays in view counts once, what is shown again counts again.
        phone.taps("@nav-scan").await?;
        camera.show(printed(SMALL_MILK))?;
        phone.taps("@open-camera").await?;
        phone.reads("@scan-item", "Fresh milk, small").await?;
        phone.sees("@outlines polygon").await?;
        phone.reads("@announcer", "Fresh milk, small").await?;
        film_runs(&phone, 3.0).await?;
        phone.reads("@scan-item @count", "1").await?;
        camera.clear()?;
        film_runs(&phone, 2.5).await?;
        camera.show(printed(SMALL_MILK))?;
        phone.reads("@scan-item @count", "2").await?;
        camera.clear()?;

        // A label from the shop's own scale.
        let shop = visitor.call(&GetShop {}).await?;
        let by_weight = shop.in_store.iter().find(|pattern| pattern.value == InStoreValue::Weight);
        let label = by_weight.context("no weight labels")?.write(GREEN_APPLES.parse()?, APPLES_GRAMS)?;
        camera.show(printed(&label))?;
        phone.reads("@scan-item", "Green apples").await?;
        camera.clear()?;

        // A code that the shop does not know leads on.
        let unknown = format!("952999000001{}", check_digit("952999000001").context("digits")?);
        camera.show(printed(&unknown))?;
        phone.reads("@scan-unknown", &unknown).await?;
        phone.sees("@scan-unknown a[href^='/search']").await?;
        camera.clear()?;

        // What it comes to, by the domain's own rules.
        let milk = visitor.product(SMALL_MILK).await?;
        let chocolate = visitor.product(CHOCOLATE_MILK).await?;
        let apples = visitor.product(GREEN_APPLES).await?;
        let goods = [
            (&chocolate, Measure::Pieces(1)),
            (&milk, Measure::Pieces(2)),
            (&apples, Measure::Grams(APPLES_GRAMS)),
        ];
        let sum = totals(&goods)?;
        phone.reads("@scan-total", &amount(sum.total)).await?;
        phone.taps("@scan-total").await?;
        phone.arrives_at("/cart").await?;
        phone.counts("@line", 3).await?;
        phone.reads("@total", &amount(sum.total)).await?;
        phone.reads("@tax", &amount(sum.tax_total())).await?;

        // Undo, and a reload that loses nothing.
        phone.taps("@clear").await?;
        phone.counts("@line", 0).await?;
        phone.taps("@toast @undo").await?;
        phone.counts("@line", 3).await?;
        phone.reload().await?;
        phone.counts("@line", 3).await?;
        phone.reads("@total", &amount(sum.total)).await?;

        // Order.
        phone.taps("@checkout").await?;
        phone.arrives_at("/checkout").await?;
        let order = journey::order(&phone, &hub, Checkout::PickupPaid).await?;
        phone.reads("@paid", "demo").await?;
        let code = phone.text("@pickup-code").await?;
        let number = phone.text("h1").await?;
        let number = number.trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();

        // The counter has it without asking, and does it.
        counter.reads(&format!("@group-new @order-{number}"), "Zhou Min").await?;
        counter.taps(&format!("@order-{number}")).await?;
        counter.taps("@accept").await?;
        phone.sees("@order-page[data-state=accepted]").await?;
        counter.taps("@start-picking").await?;
        counter.arrives_at(&format!("/counter/orders/{}/pick", order.0)).await?;
        counter.reads("@progress", "0 of 4").await?;
        wedge(&counter, CREAM).await?;
        counter.reads("@said-wrong", "Whipping cream").await?;
        pick(&counter, SMALL_MILK, 1, 4).await?;
        phone.sees("@order-page[data-state=picking]").await?;
        pick(&counter, SMALL_MILK, 2, 4).await?;
        wedge(&counter, SMALL_MILK).await?;
        counter.reads("@said-wrong", "Fresh milk, small").await?;
        pick(&counter, &label, 3, 4).await?;
        pick(&counter, CHOCOLATE_MILK, 4, 4).await?;
        counter.taps("@ready").await?;
        phone.sees("@order-page[data-state=ready]").await?;

        // Handed over by the code that the phone shows.
        counter.taps("@hand-over").await?;
        counter.arrives_at(&format!("/counter/orders/{}/hand-over", order.0)).await?;
        wedge(&counter, &format!("MO{}", code.replace('-', ""))).await?;
        counter.sees("@nothing-due").await?;
        counter.taps("@confirm-hand-over").await?;
        counter.sees("@handed-over").await?;
        phone.sees("@order-page[data-state=handed_over]").await?;
        ensure!(phone.texts("@pickup-code").await?.is_empty(), "a used code is still shown");

        // Joining counts this order's points.
        let points = shop.points.earned(sum.goods).to_string();
        phone.taps("@join").await?;
        phone.loses("@join-offer").await?;
        phone.open(&hub.url("/card")).await?;
        phone.reads("@points", &points).await?;
        phone.reads("@card-number", "MS").await?;
        phone.reads(".ledger", &format!("+{points}")).await?;

        // The counter knows the card.
        let card = phone.text("@card-number").await?;
        wedge(&counter, &card).await?;
        counter.reads("@card-points", &points).await?;

        // Again, in one tap.
        phone.open(&hub.url(&format!("/orders/{}", order.0))).await?;
        phone.taps("@order-again").await?;
        phone.arrives_at("/cart").await?;
        phone.counts("@line", 3).await?;
        phone.reads("@total", &amount(sum.total)).await?;
        Ok(())
    })
}

#[test]
fn a_delivery_is_sent_out_and_paid_in_cash() -> Result<()> {
    story("delivery", async |story| {
        let hub = story.hub().await?;
        let visitor = Client::visitor(&hub.url(""))?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        put_in(&phone, &hub, ICE_CREAM).await?;
        put_in(&phone, &hub, LAGER).await?;
        let order = journey::order(&phone, &hub, Checkout::DeliveryCash).await?;
        let (ice_cream, lager) = (visitor.product(ICE_CREAM).await?, visitor.product(LAGER).await?);
        let goods = totals(&[(&ice_cream, Measure::Pieces(1)), (&lager, Measure::Pieces(1))])?.goods;
        let shop = visitor.call(&GetShop {}).await?;
        let total = goods.plus(shop.delivery.context("the shop delivers")?.fee_for(goods))?;
        phone.reads("@paid", &amount(total)).await?;
        let code = phone.text("@pickup-code").await?;

        sign_in(&counter, &hub).await?;
        counter.taps_what_says("@group-new a", "Zhou Min").await?;
        counter.reads("@pane", "7 Plum Lane").await?;
        counter.reads("@payment", &amount(total)).await?;
        counter.taps("@accept").await?;
        counter.taps("@start-picking").await?;
        pick(&counter, ICE_CREAM, 1, 2).await?;
        pick(&counter, LAGER, 2, 2).await?;
        counter.taps("@ready").await?;
        counter.taps("@send-out").await?;
        phone.sees("@order-page[data-state=on_its_way]").await?;

        // At the door: a wrong code, the right one, an age to check, cash and change.
        counter.taps("@hand-over").await?;
        counter.types("@pickup-code", "ZZZZ-ZZZZ").await?;
        counter.taps("@pickup-code-go").await?;
        counter.sees("@said-place @error, @said-place @said-wrong").await?;
        counter.types("@pickup-code", &code).await?;
        counter.taps("@pickup-code-go").await?;
        counter.reads("@due", &amount(total)).await?;
        counter.types("@cash", "20").await?;
        let missing = total.minus(total.currency.minor(2000))?;
        counter.reads("@missing", &amount(missing)).await?;
        counter.types("@cash", "100").await?;
        let change = total.currency.minor(10_000).minus(total)?;
        counter.reads("@change", &amount(change)).await?;
        counter
            .until(
                "handing over waits for the age check",
                "document.querySelector('[data-testid=confirm-hand-over]').disabled",
            )
            .await?;
        counter.taps("label:has(@of-age)").await?;
        counter.taps("@confirm-hand-over").await?;
        counter.sees("@handed-over").await?;
        counter.reads("@change", &amount(change)).await?;
        phone.sees("@order-page[data-state=handed_over]").await?;
        phone.reads("@paid", &amount(total)).await?;

        let staff = Client::staff(&hub.url(""), ministore_tests::hub::CASHIER_PIN).await?;
        let kept = staff.call(&Get { order }).await?;
        ensure!(kept.payment.due().is_zero(), "{kept:?}");
        Ok(())
    })
}

#[test]
fn a_product_leads_back_to_where_one_came_from() -> Result<()> {
    story("way_back", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        phone.open(&hub.url("/search?q=milk")).await?;
        phone.taps("@product a").await?;
        phone.sees("@product-page").await?;
        phone.taps("@back").await?;
        phone.arrives_at("/search").await?;
        phone.reads("@products", "milk").await?;

        // Whoever came straight from outside, by a link or a code, is led to the shop.
        phone.open("about:blank").await?;
        phone.open(&hub.url("/p/9520130000134")).await?;
        phone.taps("@back").await?;
        phone.sees("@product").await?;
        ensure!(phone.path().await? == "/", "{}", phone.path().await?);
        Ok(())
    })
}

#[test]
fn what_was_sold_beyond_the_stock_is_counted() -> Result<()> {
    story("recounts", async |story| {
        let hub = story.hub().await?;
        let staff = Client::staff(&hub.url(""), ministore_tests::hub::CASHIER_PIN).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        sign_in(&counter, &hub).await?;
        counter.loses("@to-recounts").await?;

        // More of it than was believed to be there: what has happened is not refused.
        let milk = staff.product(SMALL_MILK).await?;
        let pieces = u32::try_from(milk.available)? + 2;
        let goods = [(&milk, Measure::Pieces(pieces))];
        let total = totals(&goods)?.total;
        let sale =
            RecordSale::in_cash(SaleId(Uuid::now_v7()), staff.pickup_of(&goods).await?.lines, total, total);
        staff.call(&sale).await?;
        counter.reads("@to-recounts", "1").await?;
        counter.taps("@to-recounts").await?;
        counter.arrives_at("/counter/recounts").await?;
        counter.reads("@recount", "-2").await?;
        let mut gallery = Gallery::open()?;
        for (language, tag) in LANGUAGES {
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.sees("@recount").await?;
            gallery.look(&counter, &format!("counter-recounts.{language}"), Screen::TABLET).await?;
        }
        choose_language(&counter, "en").await?;
        counter.reload().await?;
        counter.types("@count input", "many").await?;
        counter.taps("@keep-count").await?;
        counter.reads("@recount", "A whole number").await?;
        counter.types("@count input", "17").await?;
        counter.taps("@keep-count").await?;
        counter.reads("@recounts", "Nothing to count").await?;
        counter.loses("@to-recounts").await?;
        ensure!(staff.product(SMALL_MILK).await?.available == 17, "the count is not the stock");

        // Any product can be counted where it is looked up.
        counter.open(&hub.url(&format!("/counter/products/{SMALL_MILK}"))).await?;
        counter.taps("@count-here").await?;
        counter.types("@count input", "18").await?;
        counter.taps("@keep-count").await?;
        counter.reads("@product-stock", "18").await?;
        gallery.look(&counter, "counter-count.en", Screen::TABLET).await?;
        gallery.close()
    })
}
