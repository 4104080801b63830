//! The scanner as its user sees it: what counts, what is outlined, what is hinted at, and what can be set.

use anyhow::{Result, ensure};
use ministore_tests::axe::Axe;
use ministore_tests::camera::printed;
use ministore_tests::gallery::{LANGUAGES, choose_language};
use ministore_tests::journey::{ENTER, film_runs, sign_in, tab_to};
use ministore_tests::{Browser, Camera, Eye, Page, Screen, TestHub, story};
use serde_json::{Value, json};

const MILK: &str = "9520130000134";
const CREAM: &str = "9520130002138";
const LAGER: &str = "9520240000154";

/// Milk in the middle, others on both sides.
fn three(camera: &Camera) -> Result<()> {
    camera.show_beside([CREAM, MILK, LAGER].into_iter().map(printed))
}

async fn opens_scanner(page: &Page, hub: &TestHub) -> Result<()> {
    page.open(&hub.url("/scan")).await?;
    page.taps("@open-camera").await?;
    page.sees("@scanner[data-state=running]").await?;
    film_runs(page, 0.3).await
}

/// Picture and outlines fill the same place, so that what is drawn lies over what was read.
const LIES_OVER: &str = "(() => {
    const [picture, drawn, place] = ['.viewfinder-picture', '[data-testid=outlines]', '.viewfinder']
        .map(part => document.querySelector(part).getBoundingClientRect());
    return ['left', 'top', 'right', 'bottom'].every(side =>
        Math.abs(picture[side] - place[side]) < 1 && Math.abs(drawn[side] - place[side]) < 1);
})()";

#[test]
fn at_the_counter_the_code_nearest_the_middle_is_meant() -> Result<()> {
    story("scanner_till", async |story| {
        let hub = story.hub().await?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let counter = story.browser("counter", Browser { eye, ..Browser::new(Screen::TABLET) }).await?;
        let phone = story.browser("phone", Browser { eye, ..Browser::new(Screen::PHONE) }).await?;
        sign_in(&counter, &hub).await?;
        counter.taps("@camera-switch").await?;
        counter.taps("@open-camera").await?;
        counter.sees("@scanner[data-state=running]").await?;
        opens_scanner(&phone, &hub).await?;
        three(&camera)?;

        // A shopper takes all that is shown.
        phone.reads("@nav-cart .badge", "3").await?;
        phone.counts("@outlines polygon", 3).await?;

        // The cashier means one, and sees which.
        counter.arrives_at(&format!("/counter/products/{MILK}")).await?;
        counter.counts("@outlines polygon", 1).await?;
        counter.until("the outline lies over the picture", LIES_OVER).await?;
        film_runs(&counter, 2.0).await?;
        let there = counter.path().await?;
        ensure!(there == format!("/counter/products/{MILK}"), "the counter went on to {there}");
        Ok(())
    })
}

#[test]
fn a_shopper_is_told_what_would_help() -> Result<()> {
    story("scanner_hints", async |story| {
        let hub = story.hub().await?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let phone = story.browser("phone", Browser { eye, ..Browser::new(Screen::PHONE) }).await?;
        opens_scanner(&phone, &hub).await?;
        ensure!(phone.texts("@scan-hint").await?.is_empty(), "a hint before anything was tried");
        phone.reads("@scan-hint", "Type the number").await?;
        camera.show(printed(MILK))?;
        phone.reads("@scan-item", "Fresh whole milk").await?;
        phone.loses("@scan-hint").await?;
        camera.darken()?;
        phone.reads("@scan-hint", "More light").await?;
        camera.show(printed(MILK))?;
        phone.loses("@scan-hint").await?;

        // Unplugged, the page says so instead of showing its last picture, and opens it again when asked.
        phone.run(UNPLUG, Vec::new()).await?;
        phone.reads("@scanner[data-state=missing]", "No camera found").await?;
        phone.taps("@open-camera").await?;
        phone.sees("@scanner[data-state=running]").await?;
        phone.sees("@outlines polygon").await?;
        Ok(())
    })
}

/// What a browser tells of a camera that was unplugged (W3C Media Capture and Streams, section 4.3.3).
const UNPLUG: &str = "
    document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'));
";

/// What a camera of a phone offers, and what was asked of it, in `window.asked`. Chromium's film offers none of it.
const OFFERS: &str = "
    const [offered] = arguments;
    const track = MediaStreamTrack.prototype;
    const has = track.getCapabilities;
    track.getCapabilities = function () { return { ...has.call(this), ...offered }; };
    window.asked = [];
    track.applyConstraints = async wanted => { window.asked.push(Object.assign({}, ...wanted.advanced)); };
";

async fn asked(page: &Page) -> Result<Value> {
    page.run("return window.asked.at(-1) ?? null;", Vec::new()).await
}

#[test]
fn a_shopper_sets_what_the_camera_offers_with_and_without_a_pointer() -> Result<()> {
    story("scanner_lens", async |story| {
        let hub = story.hub().await?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let phone = story.browser("phone", Browser { eye, ..Browser::new(Screen::PHONE) }).await?;

        // A camera that offers nothing has no switches.
        opens_scanner(&phone, &hub).await?;
        phone.sees("@type-code").await?;
        for part in ["@torch", "@focus", "@zoom"] {
            ensure!(phone.texts(part).await?.is_empty(), "{part} is shown and does nothing");
        }

        for (tag, torch, focus, zoom) in [("zh-CN", "补光", "对焦", "缩放"), ("en", "Light", "Focus", "Zoom")]
        {
            choose_language(&phone, tag).await?;
            phone.run("localStorage.removeItem('ministore.camera');", Vec::new()).await?;
            phone.open(&hub.url("/scan")).await?;
            phone.sees("@open-camera").await?;
            let offered = json!({
                "torch": true,
                "zoom": { "min": 1, "max": 5, "step": 0.1 },
                "focusMode": ["manual", "single-shot", "continuous"],
            });
            phone.run(OFFERS, vec![offered]).await?;
            phone.taps("@open-camera").await?;
            phone.reads("@torch", torch).await?;
            phone.reads("@focus", focus).await?;
            phone.reads(".zoom", zoom).await?;
        }
        ensure!(asked(&phone).await?["focusMode"] == "continuous", "{}", asked(&phone).await?);

        // Each is large enough for a finger (WCAG 2.2, success criterion 2.5.8, and our own 44 px).
        let sizes = "['torch', 'focus', 'zoom'].map(part => document.querySelector(`[data-testid=${part}]`))
            .every(e => e.getBoundingClientRect().height >= 44 && e.getBoundingClientRect().width >= 44)";
        phone.until("the switches are large", sizes).await?;
        let violations = Axe::load()?.violations(&phone).await?;
        ensure!(violations.is_empty(), "{}", violations.join("\n"));

        phone.taps("@torch").await?;
        phone.sees("@torch[aria-pressed=true]").await?;
        ensure!(asked(&phone).await?["torch"] == true, "{}", asked(&phone).await?);

        // The focus goes where the picture is touched; the light stays on.
        phone.taps("@scanner video").await?;
        phone.sees("@focus-mark").await?;
        let wanted = asked(&phone).await?;
        ensure!(wanted["focusMode"] == "single-shot" && wanted["torch"] == true, "{wanted}");
        let place = &wanted["pointsOfInterest"][0];
        for side in ["x", "y"] {
            let share = place[side].as_f64().unwrap_or(-1.0);
            ensure!((share - 0.5).abs() < 0.02, "the middle was touched, not {place}");
        }
        // Then the camera follows by itself again.
        phone.until("focusing by itself", "window.asked.at(-1).focusMode === 'continuous'").await?;
        phone.loses("@focus-mark").await?;

        // The same by keyboard.
        tab_to(&phone, "focus").await?;
        phone.presses(ENTER).await?;
        ensure!(asked(&phone).await?["focusMode"] == "single-shot", "{}", asked(&phone).await?);
        tab_to(&phone, "zoom").await?;
        phone.presses(END).await?;
        let wanted = asked(&phone).await?;
        ensure!(wanted["zoom"] == 5.0 && wanted["torch"] == true, "{wanted}");
        Ok(())
    })
}

/// The key to a slider's end, as WebDriver names it (section 17.4.2).
const END: &str = "\u{e010}";

#[test]
fn a_typed_word_is_searched_for_though_it_reads_as_a_pickup_code() -> Result<()> {
    story("scanner_word", async |story| {
        let hub = story.hub().await?;
        let phone = story.browser("phone", Browser::new(Screen::PHONE)).await?;
        let counter = story.browser("counter", Browser::new(Screen::TABLET)).await?;
        phone.open(&hub.url("/scan")).await?;
        phone.taps("@type-code").await?;
        phone.types("@code-text", "MOZZARELLA").await?;
        phone.presses(ENTER).await?;
        phone.taps("@scan-unknown a").await?;
        phone.arrives_at("/search?q=MOZZARELLA").await?;

        sign_in(&counter, &hub).await?;
        counter.types("@code", "MOZZARELLA").await?;
        counter.presses(ENTER).await?;
        counter.arrives_at("/counter/search?q=MOZZARELLA").await?;
        Ok(())
    })
}

#[test]
fn the_narrowest_phone_shows_what_was_scanned_and_the_way_to_the_basket() -> Result<()> {
    story("scanner_narrow", async |story| {
        let hub = story.hub().await?;
        let camera = Camera::new()?;
        let eye = Eye::Film(&camera);
        let phone = story.browser("phone", Browser { eye, ..Browser::new(Screen::NARROWEST) }).await?;
        opens_scanner(&phone, &hub).await?;
        camera.show(printed(MILK))?;
        phone.reads("@scan-item", "Fresh whole milk").await?;
        phone.sees("@outlines polygon").await?;
        phone.until("the outline lies over the picture", LIES_OVER).await?;
        for part in ["scan-total", "scan-undo"] {
            let clear = format!(
                "(() => {{
                    const e = document.querySelector('[data-testid={part}]');
                    const box = e.getBoundingClientRect();
                    return [.05, .5, .95].every(y => {{
                        const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height * y);
                        return there !== null && e.contains(there);
                    }});
                }})()"
            );
            phone.until(&format!("{part} in view, behind nothing"), &clear).await?;
        }
        Ok(())
    })
}

#[test]
fn the_smallest_till_shows_every_key_of_its_sign_in() -> Result<()> {
    story("sign_in_narrow", async |story| {
        let hub = story.hub().await?;
        let counter = story.browser("counter", Browser::new(Screen::NARROWEST)).await?;
        for (_, tag) in LANGUAGES {
            counter.open(&hub.url("/counter")).await?;
            choose_language(&counter, tag).await?;
            counter.reload().await?;
            counter.sees("@demo-pin").await?;
            counter
                .until(
                    "the last key is in view",
                    "document.querySelector('[data-testid=pin-submit]').getBoundingClientRect().bottom <= innerHeight",
                )
                .await?;
        }
        Ok(())
    })
}
