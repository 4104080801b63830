use std::path::PathBuf;

use ministore_core::id::PrinterId;
use ministore_core::money::{Currency, Money};
use ministore_core::paper::{By, Heading, Kind, Receipt, ReceiptLine, Tendered};
use ministore_core::printer::{CodePage, Connection, Job, Page, Paper, Printer};
use ministore_core::quantity::Measure;
use ministore_core::tax::{TaxRate, TaxShare};
use ministore_core::text::Language;
use ministore_core::time::Timestamp;
use uuid::Uuid;

/// 2 November 2026, 10:15 in Shanghai.
pub(crate) const AT: Timestamp = Timestamp(1_793_585_700_000);

pub(crate) fn yuan(minor: i64) -> Money {
    Currency::CNY.minor(minor)
}

pub(crate) fn line(name: &str, pieces: u32, each: i64, off: i64) -> ReceiptLine {
    let amount = each * i64::from(pieces) - off;
    ReceiptLine {
        name: name.to_owned(),
        measure: Measure::Pieces(pieces),
        price: yuan(each),
        amount: yuan(amount),
        off: (off > 0).then(|| yuan(off)),
        deposits: Vec::new(),
    }
}

pub(crate) fn heading(language: Language, shop: &str, address: &str, footer: &str) -> Heading {
    Heading {
        language,
        shop: shop.to_owned(),
        address: address.to_owned(),
        tax_number: "91310000MA1FL0000X".to_owned(),
        footer: footer.to_owned(),
        zone: "Asia/Shanghai".to_owned(),
        demo: false,
        till: "4F2-A19".to_owned(),
        cashier: "Chen Yu".to_owned(),
    }
}

pub(crate) fn receipt(heading: Heading, lines: Vec<ReceiptLine>) -> Receipt {
    let total: i64 = lines.iter().map(|line| line.amount.minor).sum();
    let saved: i64 = lines.iter().filter_map(|line| line.off).map(|off| off.minor).sum();
    Receipt {
        heading,
        kind: Kind::Sale,
        copy: false,
        number: 1042,
        at: AT,
        lines,
        empties: Vec::new(),
        deposit: None,
        saved: yuan(saved),
        total: yuan(total),
        taxes: vec![TaxShare {
            rate: TaxRate::parse_percent("13").unwrap(),
            gross: yuan(total),
            tax: yuan(total).times_ratio(13, 113).unwrap(),
        }],
        tenders: vec![
            Tendered { by: By::Card("A1042".to_owned()), amount: yuan(1_000) },
            Tendered { by: By::Cash, amount: yuan(10_000) },
        ],
        rounding: yuan(-2),
        change: yuan(10_000 - (total - 1_002)),
        points: Some(23),
        code: "R4F2A19-1042".to_owned(),
        link: Some("https://shop.example/r/4F2A19-1042".to_owned()),
    }
}

pub(crate) fn english() -> Receipt {
    let heading =
        heading(Language::En, "Corner Shop", "12 Harbour Road, Shanghai", "Thank you for shopping with us");
    let apples =
        ReceiptLine { measure: Measure::Grams(358), amount: yuan(1_067), ..line("Red apples", 1, 2_980, 0) };
    let lines = vec![
        line("Fresh whole milk", 2, 590, 0),
        apples,
        line("Chocolate cake with hazelnuts, cream and a cherry on top", 1, 3_200, 320),
    ];
    receipt(heading, lines)
}

pub(crate) fn chinese() -> Receipt {
    let heading = heading(Language::Zh, "街角小店", "上海市海港路12号", "谢谢惠顾，欢迎再来");
    receipt(
        heading,
        vec![
            line("鲜牛奶", 2, 590, 0),
            line("榛子奶油巧克力蛋糕（配樱桃，现烤现卖，请冷藏保存）", 1, 3_200, 320),
        ],
    )
}

pub(crate) fn arabic() -> Receipt {
    let heading = heading(Language::En, "متجر الزاوية", "شارع الميناء ١٢", "شكرا لتسوقكم معنا");
    receipt(heading, vec![line("حليب طازج 1 لتر", 2, 590, 0), line("خبز عربي", 3, 250, 0)])
}

pub(crate) fn printer(paper: Paper) -> Printer {
    Printer {
        id: PrinterId(Uuid::now_v7()),
        name: "Till 1".to_owned(),
        connection: Connection::Network { address: "127.0.0.1".parse().unwrap(), port: 9 },
        paper,
        page: CodePage::Pc437,
        language: Language::En,
        drawer: true,
        cuts: true,
        by_itself: true,
        tills: Vec::new(),
        logo: None,
    }
}

pub(crate) fn job(receipt: Receipt, pulse: bool) -> Job {
    Job { page: Some(Page::Receipt(Box::new(receipt))), pulse }
}

/// Where pictures of what came out are kept, to be looked at.
pub(crate) fn artefacts() -> PathBuf {
    let folder = std::env::var_os("MINISTORE_ARTEFACTS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/artefacts")),
        PathBuf::from,
    );
    let folder = folder.join("receipts");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
