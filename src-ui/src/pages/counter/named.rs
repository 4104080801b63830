//! Orders by what people call them: a number, or the shopper's name.

use ministore_core::id::OrderId;
use ministore_core::order::Order;

/// The most digits that are an order's number without a `#`: five are a PLU.
const BARE_DIGITS: usize = 4;

/// What of `text` follows a number sign, which a Chinese keyboard may write wide.
fn behind_sign(text: &str) -> Option<&str> {
    text.strip_prefix(['#', '＃']).map(str::trim_start)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The order that `text` is the number of: `#1006` always, `1006` where `bare` numbers are orders here.
pub(crate) fn numbered(orders: &[Order], text: &str, bare: bool) -> Option<OrderId> {
    let text = text.trim();
    let digits = behind_sign(text).or_else(|| Some(text).filter(|text| bare && text.len() <= BARE_DIGITS))?;
    let number: u32 = Some(digits).filter(|digits| is_number(digits))?.parse().ok()?;
    orders.iter().find(|order| order.number == number).map(|order| order.id)
}

/// The open orders whose number begins with `text`, or in whose shopper's name it is, by number.
pub(crate) fn called(orders: &[Order], text: &str) -> Vec<OrderId> {
    let text = text.trim();
    let digits = behind_sign(text).unwrap_or(text);
    let name = text.to_lowercase();
    let fits = |order: &&Order| {
        let by_number = is_number(digits) && order.number.to_string().starts_with(digits);
        let by_name = !name.is_empty() && order.contact.name.to_lowercase().contains(&name);
        !order.state.is_final() && (by_number || by_name)
    };
    let mut found: Vec<&Order> = orders.iter().filter(fits).collect();
    found.sort_by_key(|order| order.number);
    found.into_iter().map(|order| order.id).collect()
}

#[cfg(test)]
mod tests {
    use ministore_core::order::OrderState;

    use super::super::queue::tests::order;
    use super::*;

    fn orders() -> [Order; 4] {
        let mut orders = [
            order(1006, OrderState::Placed, 0),
            order(1001, OrderState::Ready, 0),
            order(1002, OrderState::HandedOver, 0),
            order(10_001, OrderState::Placed, 0),
        ];
        for (order, name) in orders.iter_mut().zip(["Mei Lin", "王芳", "Mei Lin", "Otto"]) {
            order.contact.name = name.to_owned();
        }
        orders
    }

    fn number(id: OrderId) -> u128 {
        id.0.as_u128()
    }

    #[test]
    fn a_number_is_an_order_where_there_is_one() {
        let orders = orders();
        let at = |text, bare| numbered(&orders, text, bare).map(number);
        for text in ["1001", " 1001 ", "#1001", "＃1001", "# 1001"] {
            assert_eq!(at(text, true), Some(1001), "{text}");
        }
        assert_eq!(at("1002", true), Some(1002), "one that has ended can be looked at");
        for text in ["4011", "#4011", "10001", "01001", "", "#", "#x", "100é", "Mei", "#99999999999"] {
            assert_eq!(at(text, true), None, "{text}");
        }
        assert_eq!(at("#10001", true), Some(10_001));
    }

    #[test]
    fn while_goods_are_typed_an_order_needs_its_sign() {
        let orders = orders();
        assert_eq!(numbered(&orders, "1001", false), None);
        assert_eq!(numbered(&orders, "#1001", false).map(number), Some(1001));
    }

    #[test]
    fn open_orders_are_found_by_a_piece_of_number_or_name() {
        let orders = orders();
        let by = |text| called(&orders, text).into_iter().map(number).collect::<Vec<_>>();
        assert_eq!(by("mei"), [1006], "what has ended is not searched");
        assert_eq!(by(" LIN "), [1006]);
        assert_eq!(by("芳"), [1001]);
        assert_eq!(by("#100"), [1001, 1006, 10_001]);
        assert_eq!(by("1006"), [1006]);
        for nothing in ["", " ", "#", "milk", "06"] {
            assert_eq!(by(nothing), [], "{nothing}");
        }
    }
}
