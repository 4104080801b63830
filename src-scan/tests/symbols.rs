//! Every kind of symbol, drawn with random content, is read as that content.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use ministore_scan::synthetic::symbols::{Printed, Symbol};
use ministore_scan::{Decoder, Effort, LumaBuf, Options, Symbologies, Symbology};
use proptest::prelude::*;

/// Pixels to a module.
const MODULE: usize = 3;
/// Pixels of paper about a symbol.
const MARGIN: usize = 36;
/// A separator in an element string.
const SEPARATOR: char = '\u{1d}';

/// Every kind that there is.
fn all() -> Symbologies {
    Printed::ALL.iter().map(|printed| printed.symbology()).collect()
}

/// A symbol as a perfect printer and camera would show it.
fn picture(symbol: &Symbol) -> LumaBuf {
    let width = symbol.columns() * MODULE + 2 * MARGIN;
    let height = (symbol.height() * MODULE as f32).ceil() as usize + 2 * MARGIN;
    let mut pixels = vec![230; width * height];
    for y in MARGIN..height - MARGIN {
        let row = ((y - MARGIN) as f32 + 0.5) / MODULE as f32;
        for x in MARGIN..width - MARGIN {
            if symbol.is_dark((x - MARGIN) / MODULE, row) {
                pixels[y * width + x] = 30;
            }
        }
    }
    LumaBuf::new(width, height, pixels).unwrap()
}

fn read(picture: &LumaBuf) -> Vec<(Symbology, String)> {
    let mut decoder = Decoder::new(Options { effort: Effort::Picture, symbologies: all() });
    let codes = decoder.decode(&picture.as_luma(), u64::MAX, &|| 0).codes;
    codes.into_iter().map(|code| (code.symbology, code.text)).collect()
}

/// Whether a symbol that says a text is read as that text and nothing else.
fn is_read(printed: Printed, text: &str) -> Result<(), TestCaseError> {
    let symbol = Symbol::new(printed, text).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(read(&picture(&symbol)), [printed.answer(text)], "{:?}", printed);
    Ok(())
}

/// A picture whose columns lie elsewhere: `place` tells where, as shares of its width, each is taken from.
fn moved(picture: &LumaBuf, place: impl Fn(f32) -> f32) -> LumaBuf {
    let luma = picture.as_luma();
    let (width, height) = (luma.width(), luma.height());
    let last = (width - 1) as f32;
    let mut pixels = Vec::with_capacity(width * height);
    for y in 0..height {
        pixels.extend((0..width).map(|x| {
            let at = (place(x as f32 / last) * last).clamp(0.0, last);
            let (from, share) = (at as usize, at.fract());
            let next = luma.row(y)[(from + 1).min(width - 1)];
            (f32::from(luma.row(y)[from]) * (1.0 - share) + f32::from(next) * share).round() as u8
        }));
    }
    LumaBuf::new(width, height, pixels).unwrap()
}

/// Digits with their check digit.
fn checked(body: &str) -> String {
    let weighted = body.bytes().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}

fn gtin(body: &'static str) -> impl Strategy<Value = String> {
    body.prop_map(|body| checked(&body))
}

/// Element strings: an item number, then what a trade item may have besides.
fn elements() -> impl Strategy<Value = String> {
    let item = gtin("[0-9]{13}").prop_map(|gtin| format!("01{gtin}"));
    let date = "1[1357][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])";
    let weight = "3[12]0[0-5]0[0-9]{5}";
    let lot = "10[A-Z0-9]{1,12}";
    let serial = "21[A-Za-z0-9*/+_-]{1,8}";
    let price = "392[0-3][0-9]{1,6}";
    let fixed = prop_oneof![Just(String::new()), date, weight];
    let open = prop_oneof![Just(String::new()), lot, serial, price];
    (item, fixed, open, prop_oneof![Just(String::new()), Just("15271231".to_owned())]).prop_map(
        |(item, fixed, open, last)| {
            // What has no fixed length needs a separator before what follows.
            let needs_separator = !open.is_empty() && !last.is_empty();
            let separator = if needs_separator { SEPARATOR.to_string() } else { String::new() };
            format!("{item}{fixed}{open}{separator}{last}")
        },
    )
}

/// Element strings with an item number that starts with 9, which DataBar Expanded has short forms for.
fn short_elements() -> impl Strategy<Value = String> {
    let measure = prop_oneof![
        "31030[0-2][0-9]{4}",
        "32020[0]{1}[0-9]{4}",
        "32030[0-1][0-9]{4}",
        "3[12]0[0-9]0[0-9]{5}1[1357][0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])",
        "392[0-3][0-9]{1,8}",
        "393[0-3][0-9]{3}[0-9]{1,8}",
    ];
    (gtin("9[0-9]{12}"), measure).prop_map(|(item, measure)| format!("01{item}{measure}"))
}

/// A UPC-E with its check digit, which is that of the UPC-A that it stands for.
fn upc_e() -> impl Strategy<Value = String> {
    "[01][0-9]{6}".prop_map(|body| {
        let digits: Vec<char> = body.chars().collect();
        let (system, d) = (digits[0], &digits[1..]);
        let text = |digits: &[char]| digits.iter().collect::<String>();
        let long = match d[5] {
            '0'..='2' => format!("{system}{}{}0000{}", text(&d[..2]), d[5], text(&d[2..5])),
            '3' => format!("{system}{}00000{}", text(&d[..3]), text(&d[3..5])),
            '4' => format!("{system}{}00000{}", text(&d[..4]), d[4]),
            _ => format!("{system}{}0000{}", text(&d[..5]), d[5]),
        };
        format!("{body}{}", &checked(&long)[11..])
    })
}

proptest! {
    // What fails is told in full, and kept by name in a test of its own instead of in a file.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn ean_13(text in gtin("[0-9]{12}")) {
        is_read(Printed::Ean13, &text)?;
    }

    #[test]
    fn ean_8(text in gtin("[0-9]{7}")) {
        is_read(Printed::Ean8, &text)?;
    }

    #[test]
    fn upc_a(text in gtin("[0-9]{11}")) {
        is_read(Printed::UpcA, &text)?;
    }

    #[test]
    fn upc_e_in_both_number_systems(text in upc_e()) {
        is_read(Printed::UpcE, &text)?;
    }

    #[test]
    fn a_code_is_read_with_its_addon(text in gtin("[1-9][0-9]{11}"), addon in "[0-9]{2}|[0-9]{5}") {
        let symbol = Symbol::with_addon(Printed::Ean13, &text, &addon).unwrap();
        let mut decoder = Decoder::new(Options { effort: Effort::Picture, symbologies: all() });
        let codes = decoder.decode(&picture(&symbol).as_luma(), u64::MAX, &|| 0).codes;
        let read: Vec<_> = codes.into_iter().map(|code| (code.symbology, code.text, code.addon)).collect();
        prop_assert_eq!(read, [(Symbology::Ean13, text, Some(addon))]);
    }

    #[test]
    fn itf_14(text in gtin("[0-9]{13}")) {
        is_read(Printed::Itf14, &text)?;
    }

    #[test]
    fn itf_of_any_length(text in "([0-9]{2}){2,6}|([0-9]{2}){8,10}") {
        is_read(Printed::Itf, &text)?;
    }

    #[test]
    fn itf_14_whose_far_end_looks_a_third_as_wide(text in gtin("[0-9]{13}")) {
        let symbol = Symbol::new(Printed::Itf14, &text).unwrap();
        // What is nearer looks wider: a projective map, over the picture twice as wide at one end, and half at the other.
        let seen = moved(&picture(&symbol), |t| t / (2.0 - t));
        prop_assert_eq!(read(&seen), [Printed::Itf14.answer(&text)]);
    }

    #[test]
    fn ean_13_on_paper_that_bends(text in gtin("[1-9][0-9]{11}"), begins in 0.0f32..std::f32::consts::TAU) {
        let symbol = Symbol::new(Printed::Ean13, &text).unwrap();
        // Two waves over the picture, by which modules are up to a quarter wider or narrower than the mean.
        let wave = |t: f32| 0.02 * (12.5 * t + begins).sin();
        let seen = moved(&picture(&symbol), |t| t + wave(t) - wave(0.5));
        prop_assert_eq!(read(&seen), [Printed::Ean13.answer(&text)]);
    }

    #[test]
    fn code_39_that_means_full_ascii(text in "[0-9A-Z]{1,4}[+][A-Z][0-9A-Z]{1,4}[/][A-O]") {
        let symbol = Symbol::new(Printed::Code39, &text).unwrap();
        let meant: String = {
            let (head, rest) = text.split_once('+').unwrap();
            let (middle, last) = rest.split_once('/').unwrap();
            let last = char::from(last.as_bytes()[0] - b'A' + b'!');
            format!("{head}{}{}{last}", middle[..1].to_lowercase(), &middle[1..])
        };
        prop_assert_eq!(read(&picture(&symbol)), [(Symbology::Code39, meant)], "{}", text);
    }

    #[test]
    fn code_128_in_set_b(text in "[ -~]{1,16}") {
        is_read(Printed::Code128, &text)?;
    }

    #[test]
    fn code_128_in_set_c(text in "[0-9]{4,20}") {
        is_read(Printed::Code128, &text)?;
    }

    #[test]
    fn code_128_in_changing_sets(text in "[A-Z\t\n]{1,4}[0-9]{0,7}[a-z]{0,3}[\t]{0,1}[a-z0-9]{0,8}") {
        is_read(Printed::Code128, &text)?;
    }

    #[test]
    fn gs1_128(text in elements()) {
        is_read(Printed::Gs1_128, &text)?;
    }

    #[test]
    fn code_39(text in "[0-9A-Z.-][0-9A-Z. -]{1,10}[0-9A-Z.-]") {
        is_read(Printed::Code39, &text)?;
    }

    #[test]
    fn databar_omnidirectional(text in gtin("[0-9]{13}")) {
        is_read(Printed::DataBarOmnidirectional, &text)?;
    }

    #[test]
    fn databar_truncated(text in gtin("[0-9]{13}")) {
        is_read(Printed::DataBarTruncated, &text)?;
    }

    #[test]
    fn databar_stacked(text in gtin("[0-9]{13}")) {
        is_read(Printed::DataBarStacked, &text)?;
    }

    #[test]
    fn databar_stacked_omnidirectional(text in gtin("[0-9]{13}")) {
        is_read(Printed::DataBarStackedOmnidirectional, &text)?;
    }

    #[test]
    fn databar_limited(text in gtin("[01][0-9]{12}")) {
        is_read(Printed::DataBarLimited, &text)?;
    }

    #[test]
    fn databar_expanded(text in elements()) {
        is_read(Printed::DataBarExpanded, &text)?;
    }

    #[test]
    fn databar_expanded_in_short_forms(text in short_elements()) {
        is_read(Printed::DataBarExpanded, &text)?;
    }

    #[test]
    fn databar_expanded_stacked(text in prop_oneof![elements(), short_elements()], pairs in 1..6usize) {
        is_read(Printed::DataBarExpandedStacked { pairs }, &text)?;
    }

    #[test]
    fn qr_code(text in "[ -~äß€]{1,60}") {
        is_read(Printed::QrCode, &text)?;
    }

    // Longer mixed texts fit as bytes, but the encoder refuses them: it changes modes within.
    #[test]
    fn micro_qr(text in prop_oneof!["[0-9]{1,35}", "[A-Z0-9 $%*+./:-]{1,21}", "[ -~]{1,11}"]) {
        is_read(Printed::MicroQr, &text)?;
    }

    #[test]
    fn data_matrix(text in "[ -~]{1,60}") {
        is_read(Printed::DataMatrix, &text)?;
    }

    #[test]
    fn data_matrix_rectangular(text in "[ -~]{1,40}") {
        is_read(Printed::DataMatrixRectangular, &text)?;
    }

    #[test]
    fn gs1_data_matrix(text in elements()) {
        is_read(Printed::Gs1DataMatrix, &text)?;
    }

    #[test]
    fn gs1_data_matrix_rectangular(text in elements()) {
        is_read(Printed::Gs1DataMatrixRectangular, &text)?;
    }

    #[test]
    fn aztec(text in "[ -~]{1,60}") {
        is_read(Printed::Aztec, &text)?;
    }

    #[test]
    fn pdf417(text in "[ -~]{1,60}") {
        is_read(Printed::Pdf417, &text)?;
    }
}

#[test]
fn an_itf_in_a_picture_of_four_rows_is_read() {
    let symbol = Symbol::new(Printed::Itf, "00123456").unwrap();
    let whole = picture(&symbol);
    let middle = whole.as_luma().height() / 2;
    let rows = (0..4).flat_map(|y| whole.as_luma().row(middle + y).to_vec());
    let low = LumaBuf::new(whole.width(), 4, rows.collect()).unwrap();
    assert_eq!(read(&low), [Printed::Itf.answer("00123456")]);
}

#[test]
fn a_databar_that_runs_like_a_short_itf_is_not_read_as_one() {
    is_read(Printed::DataBarTruncated, "15668793745915").unwrap();
}

#[test]
fn a_code_128_with_bars_like_an_ean_8_is_not_read_as_one() {
    is_read(Printed::Code128, "KwxH").unwrap();
}
