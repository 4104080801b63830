//! The code of a receipt for the shopper's own phone.

use leptos::prelude::*;
use ministore_core::fact::Sale;
use ministore_core::receipt::ReceiptCode;

use super::super::for_phones::{is_for_phones, origin};
use crate::client::ipc;
use crate::i18n::say;
use crate::widgets::qr_code::qr_code;

/// The code to be scanned; nothing of a sale that was only practised.
pub(super) fn e_receipt(sale: &Sale) -> AnyView {
    if sale.number == 0 {
        return ().into_any();
    }
    let code = ReceiptCode::of(sale.id);
    let address = Memo::new(move |_| code.address(&origin()));
    let label = Signal::derive(|| say::FRONT_RECEIPT_CODE().to_owned());
    view! {
        <section class="e-receipt no-print" data-testid="e-receipt" aria-label=say::FRONT_RECEIPT_CODE>
            {move || address.with(|address| qr_code(address, label))}
            <div>
                <p><strong>{say::FRONT_RECEIPT_SCAN}</strong></p>
                <p class="quiet-text">{say::FRONT_RECEIPT_SCAN_TEXT}</p>
                {move || (!address.with(|address| is_for_phones(address))).then(|| view! {
                    <p class="quiet-text" data-testid="e-receipt-local">{say::COUNTER_TABLE_CODES_LOCAL}</p>
                }.into_any())}
                {(!ipc::present()).then(|| view! {
                    <a href=move || address.get() target="_blank" rel="noopener" data-testid="e-receipt-link">
                        {say::FRONT_RECEIPT_OPEN}
                    </a>
                }.into_any())}
            </div>
        </section>
    }
    .into_any()
}
