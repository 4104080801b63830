//! What receipts and reports say by themselves, in each language.

use ministore_core::text::Language;

/// All of it.
#[derive(Debug)]
pub struct Words {
    /// Before the shop's tax number.
    pub tax_number: &'static str,
    /// Before a receipt's number.
    pub receipt: &'static str,
    /// Before the number of a return.
    pub returned: &'static str,
    /// Before the number of an invoice.
    pub invoice: &'static str,
    /// Before the number of a gift receipt.
    pub gift: &'static str,
    /// Before the number of the sale that goods came back of.
    pub of_receipt: &'static str,
    /// Where a receipt has no number of its own.
    pub training: &'static str,
    /// What a receipt says that was printed before.
    pub copy: &'static str,
    /// What a demo shop's receipt says.
    pub demo: &'static str,
    /// Before the till's sign.
    pub till: &'static str,
    /// Before the cashier's name.
    pub cashier: &'static str,
    /// Before the buyer's name.
    pub buyer: &'static str,
    /// Before the buyer's tax number.
    pub buyer_tax_number: &'static str,
    /// Before what was taken off a line.
    pub off: &'static str,
    /// Before all that was taken off.
    pub saved: &'static str,
    /// Before a deposit, and before what deposits came to.
    pub deposit: &'static str,
    /// Before empties, and before what was given back of deposits.
    pub deposit_back: &'static str,
    /// Before what it came to.
    pub total: &'static str,
    /// Before what was given back for goods.
    pub given_back: &'static str,
    /// Before a tax rate.
    pub tax: &'static str,
    /// Notes and coins.
    pub cash: &'static str,
    /// A card at the bank's terminal.
    pub card: &'static str,
    /// Money on a member's card.
    pub stored_value: &'static str,
    /// A gift card: what paid, and the heading of its slip.
    pub gift_card: &'static str,
    /// How a gift card is kept and used.
    pub gift_card_rule: &'static str,
    /// How many gift cards were sold.
    pub gift_cards: &'static str,
    /// What was paid for them by card.
    pub gift_cards_by_card: &'static str,
    /// What was paid for them in cash.
    pub gift_cards_in_cash: &'static str,
    /// A payer's wallet.
    pub wallet: &'static str,
    /// Goods for goods.
    pub exchange: &'static str,
    /// What is given back of cash.
    pub change: &'static str,
    /// What cash was rounded by.
    pub rounding: &'static str,
    /// What a member earns.
    pub points: &'static str,
    /// Above the QR code.
    pub see_again: &'static str,
    /// A shift's report while it is open.
    pub x_report: &'static str,
    /// A shift's report when it is closed.
    pub z_report: &'static str,
    /// When a shift began.
    pub opened: &'static str,
    /// Up to when it reckons.
    pub until: &'static str,
    /// How many sales.
    pub sales: &'static str,
    /// What they came to.
    pub sold: &'static str,
    /// How many returns.
    pub returns: &'static str,
    /// By card.
    pub by_card: &'static str,
    /// In cash.
    pub in_cash: &'static str,
    /// What lay in the drawer.
    pub float: &'static str,
    /// Put in beside sales.
    pub put_in: &'static str,
    /// Taken out beside returns.
    pub taken_out: &'static str,
    /// What should be in the drawer.
    pub expected: &'static str,
    /// What was counted.
    pub counted: &'static str,
    /// What is there beyond it.
    pub difference: &'static str,
    /// The first and last receipt.
    pub receipts: &'static str,
    /// The heading of a test page.
    pub test: &'static str,
    /// Below it.
    pub test_done: &'static str,
}

/// The words of a language.
pub const fn words(language: Language) -> &'static Words {
    match language {
        Language::En => &EN,
        Language::Zh => &ZH,
    }
}

const EN: Words = Words {
    tax_number: "Tax no.",
    receipt: "Receipt",
    returned: "Return",
    invoice: "Invoice",
    gift: "Gift receipt",
    of_receipt: "Of receipt",
    training: "Training, nothing was sold",
    copy: "COPY",
    demo: "For show: nothing was sold",
    till: "Till",
    cashier: "Served by",
    buyer: "Buyer",
    buyer_tax_number: "Buyer's tax no.",
    off: "off",
    saved: "You saved",
    deposit: "Deposit",
    deposit_back: "Deposit back",
    total: "Total",
    given_back: "Given back",
    tax: "Tax",
    cash: "Cash",
    card: "Card",
    stored_value: "Money on the card",
    gift_card: "Gift card",
    gift_card_rule: "Keep it like cash: whoever has this code can spend it here, at once or bit by bit.",
    gift_cards: "Gift cards sold",
    gift_cards_by_card: "Gift cards, by card",
    gift_cards_in_cash: "Gift cards, in cash",
    wallet: "Wallet",
    exchange: "Exchanged goods",
    change: "Change",
    rounding: "Rounding",
    points: "Points earned",
    see_again: "See this receipt again",
    x_report: "X report",
    z_report: "Z report",
    opened: "Opened",
    until: "Up to",
    sales: "Sales",
    sold: "Sold",
    returns: "Returns",
    by_card: "By card",
    in_cash: "In cash",
    float: "Float",
    put_in: "Put in",
    taken_out: "Taken out",
    expected: "Should be there",
    counted: "Counted",
    difference: "Difference",
    receipts: "Receipts",
    test: "Test page",
    test_done: "If you can read all of this, the printer is set up.",
};

const ZH: Words = Words {
    tax_number: "税号",
    receipt: "小票",
    returned: "退货单",
    invoice: "发票",
    gift: "礼品小票",
    of_receipt: "原小票",
    training: "练习，未实际销售",
    copy: "副本",
    demo: "演示，未实际销售",
    till: "收银台",
    cashier: "收银员",
    buyer: "购买方",
    buyer_tax_number: "购买方税号",
    off: "优惠",
    saved: "共优惠",
    deposit: "押金",
    deposit_back: "退押金",
    total: "合计",
    given_back: "退款",
    tax: "税",
    cash: "现金",
    card: "银行卡",
    stored_value: "卡内余额",
    gift_card: "礼品卡",
    gift_card_rule: "请像现金一样保管：持码即可在本店使用，可分次使用。",
    gift_cards: "售出礼品卡",
    gift_cards_by_card: "礼品卡（刷卡）",
    gift_cards_in_cash: "礼品卡（现金）",
    wallet: "电子钱包",
    exchange: "换货抵扣",
    change: "找零",
    rounding: "舍入",
    points: "获得积分",
    see_again: "扫码再看小票",
    x_report: "X 报表",
    z_report: "Z 报表",
    opened: "开班",
    until: "截至",
    sales: "销售笔数",
    sold: "销售额",
    returns: "退货笔数",
    by_card: "刷卡",
    in_cash: "现金",
    float: "备用金",
    put_in: "存入",
    taken_out: "取出",
    expected: "应有现金",
    counted: "实点",
    difference: "差额",
    receipts: "小票号",
    test: "测试页",
    test_done: "如果以上内容都看得清，打印机就设置好了。",
};
