//! The list of calls: the one road for every action.
//!
//! A call is a plain struct with its reply, who may make it, and its kind. The same list drives the window's IPC, the
//! hub's HTTP routes, the OpenAPI document, the page's client and the test of permissions. To add a call: write its
//! struct beside its domain's rules, add a line to the list below, and the compiler names every place that must answer.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::role::Roles;
use crate::{
    basket, campaign, card_code, catalogue, code_payment, coupon, courier, customer_display, deposit, device,
    exit, fact, favourite, fulfilment, gift_card, instore, member, order, payment_way, printer, reach,
    receipt, review, settlement, shift, shop, staff, stored_value, sync, table, ticket, touchpoint,
};

/// How a call is answered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Kind {
    /// Reads. Answered by the nearest engine, so it works offline; by the hub alone where [`Call::NEEDS_HUB`].
    Query,
    /// Needs the authority's yes. Offline it waits, or is refused as such. Carries a [`crate::id::CallId`]; made twice
    /// with the same one it is done once, and both answers are equal.
    Request,
    /// Says what has happened, so it cannot be refused for what others did meanwhile. Kept at once by the nearest engine,
    /// then sent on until the hub has it. Has a key of its own in its body; made twice with the same one it is done once.
    Fact,
    /// As a Request, but not saved for repeats, as those are harmless by design: what makes or ends the caller's own
    /// credentials, and what may be said again, such as where somebody came from.
    Credential,
    /// Kept on this device alone: in the installed app's database, or in the page's own storage.
    Device,
}

/// One call.
pub trait Call: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// What is answered when it is done.
    type Reply: Serialize + DeserializeOwned + Send + Sync + 'static;
    /// Its name: the domain area, a dot, the verb.
    const NAME: &'static str;
    /// How it is answered.
    const KIND: Kind;
    /// Who may make it.
    const ROLES: Roles;
    /// Whether only the hub can answer.
    const NEEDS_HUB: bool;
}

/// A line of the list, for those who walk it.
#[derive(Clone, Copy, Debug)]
pub struct CallInfo {
    /// Its name.
    pub name: &'static str,
    /// How it is answered.
    pub kind: Kind,
    /// Who may make it.
    pub roles: Roles,
    /// Whether only the hub can answer.
    pub needs_hub: bool,
}

/// Hands the list of calls to a macro of the caller's, as `Type;` for each: that macro writes one arm, route or schema
/// a call, and a call that nobody answers does not compile.
#[macro_export]
macro_rules! with_calls {
    ($macro:ident $(, $argument:expr)*) => {
        $macro! {
            ($($argument),*)
            $crate::shop::GetShop;
            $crate::reach::GetBranches;
            $crate::reach::GetNeighbourhoods;
            $crate::catalogue::Browse;
            $crate::catalogue::Lookup;
            $crate::catalogue::Search;
            $crate::basket::GetBasket;
            $crate::basket::SaveBasket;
            $crate::fulfilment::GetSlots;
            $crate::order::Quote;
            $crate::order::Place;
            $crate::order::GetMine;
            $crate::order::Get;
            $crate::order::GetQueue;
            $crate::order::Find;
            $crate::order::Accept;
            $crate::order::Pick;
            $crate::order::PutBack;
            $crate::order::Short;
            $crate::order::AnswerOffer;
            $crate::order::RefundLines;
            $crate::order::Ready;
            $crate::order::Dispatch;
            $crate::order::HandOver;
            $crate::order::Cancel;
            $crate::courier::Arrive;
            $crate::courier::Shelve;
            $crate::courier::SetOut;
            $crate::courier::BringBack;
            $crate::courier::LeaveAtDoor;
            $crate::courier::GetProof;
            $crate::payment_way::GetWay;
            $crate::payment_way::GetTabWay;
            $crate::code_payment::ChargeCode;
            $crate::code_payment::UndoCode;
            $crate::code_payment::GetCodeCharge;
            $crate::settlement::GetSettlement;
            $crate::settlement::FetchStatement;
            $crate::fact::RecordSale;
            $crate::fact::RecordRefund;
            $crate::fact::CountStock;
            $crate::fact::GetSale;
            $crate::fact::GetSales;
            $crate::shift::OpenShift;
            $crate::shift::MoveCash;
            $crate::shift::CloseShift;
            $crate::shift::GetShift;
            $crate::shift::TakeNote;
            $crate::ticket::Hold;
            $crate::ticket::GetHeld;
            $crate::ticket::Recall;
            $crate::ticket::Allow;
            $crate::ticket::HoldValue;
            $crate::ticket::ReleaseValue;
            $crate::ticket::SetTillRules;
            $crate::instore::SetInStore;
            $crate::customer_display::FollowDisplay;
            $crate::customer_display::ShowOnDisplay;
            $crate::receipt::GetReceipt;
            $crate::receipt::ClaimReceipt;
            $crate::favourite::GetFavourites;
            $crate::campaign::GetCampaigns;
            $crate::campaign::TryPromotion;
            $crate::campaign::SavePromotion;
            $crate::campaign::StopPromotion;
            $crate::coupon::GetCoupons;
            $crate::coupon::ClaimCoupon;
            $crate::coupon::GetCoupon;
            $crate::coupon::GetMemberCoupons;
            $crate::coupon::IssueCoupon;
            $crate::coupon::PrintCoupons;
            $crate::coupon::ReserveCoupon;
            $crate::coupon::ReleaseCoupon;
            $crate::review::GetReviews;
            $crate::review::GetMyReviews;
            $crate::review::WriteReview;
            $crate::review::TakeReviewBack;
            $crate::review::GetReviewDesk;
            $crate::review::JudgeReview;
            $crate::touchpoint::Visit;
            $crate::touchpoint::GetTouchpoints;
            $crate::touchpoint::SaveTouchpoint;
            $crate::touchpoint::StopTouchpoint;
            $crate::favourite::PinFavourite;
            $crate::printer::GetPrinters;
            $crate::printer::SavePrinter;
            $crate::printer::RemovePrinter;
            $crate::printer::SetWords;
            $crate::printer::Print;
            $crate::printer::GetPdf;
            $crate::fact::GetRecounts;
            $crate::exit::GetPass;
            $crate::exit::GetVisit;
            $crate::exit::GetGate;
            $crate::exit::Verify;
            $crate::exit::Release;
            $crate::exit::Check;
            $crate::exit::Settle;
            $crate::exit::SeeOut;
            $crate::exit::GetRule;
            $crate::exit::SetRule;
            $crate::member::Join;
            $crate::member::GetCard;
            $crate::member::FindMember;
            $crate::member::FindByPhone;
            $crate::card_code::GetCardKey;
            $crate::card_code::FindByCode;
            $crate::member::Export;
            $crate::member::Erase;
            $crate::stored_value::TopUp;
            $crate::stored_value::PayOut;
            $crate::gift_card::SellGiftCard;
            $crate::gift_card::GetGiftCard;
            $crate::gift_card::HoldGiftCard;
            $crate::gift_card::FreezeGiftCard;
            $crate::device::Register;
            $crate::device::Renew;
            $crate::device::GetDevice;
            $crate::device::GetDevices;
            $crate::device::Approve;
            $crate::device::ShutOut;
            $crate::staff::SignIn;
            $crate::staff::SignOut;
            $crate::staff::GetMe;
            $crate::table::menu::GetMenu;
            $crate::table::GetTables;
            $crate::table::Sit;
            $crate::table::GetTab;
            $crate::table::Put;
            $crate::table::ChangeLine;
            $crate::table::SendRound;
            $crate::table::Split;
            $crate::table::Pay;
            $crate::table::TakeCash;
            $crate::table::GiveBack;
            $crate::table::TakeStep;
            $crate::table::Close;
            $crate::table::GetKitchen;
            $crate::sync::Pull;
            $crate::fact::Push;
            $crate::deposit::SaveDeposit;
            $crate::deposit::LinkDeposits;
        }
    };
}

macro_rules! calls {
    ($($name:literal $call:ty => $reply:ty, $kind:ident, $roles:ident $(, $hub:ident)?;)*) => {$(
        impl Call for $call {
            type Reply = $reply;
            const NAME: &'static str = $name;
            const KIND: Kind = Kind::$kind;
            const ROLES: Roles = Roles::$roles;
            const NEEDS_HUB: bool = calls!(@hub $kind $($hub)?);
        }
    )*};
    (@hub Query) => { false };
    (@hub Query hub) => { true };
    (@hub Fact) => { false };
    (@hub Fact hub) => { true };
    (@hub Device) => { false };
    (@hub $kind:ident) => { true };
}

calls! {
    "shop.get" shop::GetShop => shop::Shop, Query, EVERYONE;
    "shop.branches" reach::GetBranches => reach::Branches, Query, EVERYONE, hub;
    "shop.neighbourhoods" reach::GetNeighbourhoods => reach::Neighbourhoods, Query, EVERYONE, hub;
    "catalogue.browse" catalogue::Browse => catalogue::ProductPage, Query, EVERYONE;
    "catalogue.product" catalogue::Lookup => catalogue::Product, Query, EVERYONE;
    "catalogue.search" catalogue::Search => catalogue::Found, Query, EVERYONE;
    "basket.get" basket::GetBasket => basket::Basket, Device, EVERYONE;
    "basket.save" basket::SaveBasket => device::Done, Device, EVERYONE;
    "fulfilment.slots" fulfilment::GetSlots => fulfilment::Slots, Query, EVERYONE, hub;
    "order.quote" order::Quote => order::Quoted, Query, EVERYONE;
    "order.place" order::Place => order::Order, Request, SHOPPER;
    "order.mine" order::GetMine => order::Orders, Query, SHOPPER;
    "order.get" order::Get => order::Order, Query, KNOWN;
    "order.queue" order::GetQueue => order::Orders, Query, STAFF, hub;
    "order.find" order::Find => order::Order, Query, STAFF, hub;
    "order.accept" order::Accept => order::Order, Request, STAFF;
    "order.pick" order::Pick => order::Order, Request, STAFF;
    "order.put_back" order::PutBack => order::Order, Request, STAFF;
    "order.short" order::Short => order::Order, Request, STAFF;
    "order.answer_offer" order::AnswerOffer => order::Order, Request, SHOPPER;
    "order.refund" order::RefundLines => order::Order, Request, STAFF;
    "order.ready" order::Ready => order::Order, Request, STAFF;
    "order.dispatch" order::Dispatch => order::Order, Request, STAFF;
    "order.hand_over" order::HandOver => order::HandedOver, Request, STAFF;
    "order.cancel" order::Cancel => order::Order, Request, KNOWN;
    "order.arrive" courier::Arrive => order::Order, Request, SHOPPER;
    "order.shelve" courier::Shelve => order::Order, Request, STAFF;
    "courier.set_out" courier::SetOut => courier::Round, Request, STAFF;
    "courier.bring_back" courier::BringBack => order::Order, Request, STAFF;
    "courier.leave_at_door" courier::LeaveAtDoor => order::Order, Request, STAFF;
    "courier.proof" courier::GetProof => courier::Proof, Query, KNOWN, hub;
    "payment.way" payment_way::GetWay => payment_way::Way, Query, SHOPPER, hub;
    "payment.charge_code" code_payment::ChargeCode => code_payment::CodeCharge, Request, STAFF;
    "payment.undo_code" code_payment::UndoCode => code_payment::CodeCharge, Request, STAFF;
    "payment.code_charge" code_payment::GetCodeCharge => Option<code_payment::CodeCharge>, Query, STAFF, hub;
    "settlement.days" settlement::GetSettlement => settlement::Settlement, Query, MANAGER, hub;
    "settlement.fetch" settlement::FetchStatement => settlement::Settlement, Request, MANAGER;
    "sale.record" fact::RecordSale => fact::Sale, Fact, STAFF;
    "sale.refund" fact::RecordRefund => fact::Refund, Fact, STAFF;
    "stock.count" fact::CountStock => fact::Count, Fact, STAFF;
    "sale.get" fact::GetSale => fact::SoldTicket, Query, STAFF;
    "sale.list" fact::GetSales => fact::Sales, Query, STAFF;
    "shift.open" shift::OpenShift => shift::ShiftOpened, Fact, STAFF;
    "shift.move_cash" shift::MoveCash => shift::CashMoved, Fact, STAFF;
    "shift.close" shift::CloseShift => shift::ShiftClosed, Fact, STAFF;
    "shift.get" shift::GetShift => shift::TillState, Query, STAFF;
    "shift.note" shift::TakeNote => shift::Noted, Fact, STAFF;
    "ticket.hold" ticket::Hold => ticket::Held, Request, STAFF;
    "ticket.held" ticket::GetHeld => ticket::Held, Query, STAFF, hub;
    "ticket.recall" ticket::Recall => ticket::Ticket, Request, STAFF;
    "ticket.allow" ticket::Allow => ticket::Allowed, Credential, STAFF;
    "ticket.hold_value" ticket::HoldValue => stored_value::OnCard, Request, STAFF;
    "ticket.set_rules" ticket::SetTillRules => ticket::TillRules, Request, MANAGER;
    "shop.set_in_store" instore::SetInStore => device::Done, Request, MANAGER;
    "ticket.release_value" ticket::ReleaseValue => stored_value::OnCard, Request, STAFF;
    "display.follow" customer_display::FollowDisplay => customer_display::Followed, Credential, STAFF;
    "display.show" customer_display::ShowOnDisplay => device::Done, Credential, STAFF;
    "receipt.get" receipt::GetReceipt => receipt::Receipt, Query, EVERYONE, hub;
    "receipt.claim" receipt::ClaimReceipt => receipt::Claimed, Request, SHOPPER;
    "promotion.list" campaign::GetCampaigns => campaign::Campaigns, Query, MANAGER, hub;
    "promotion.try" campaign::TryPromotion => campaign::Tried, Query, MANAGER, hub;
    "promotion.save" campaign::SavePromotion => campaign::Campaigns, Request, MANAGER;
    "promotion.stop" campaign::StopPromotion => campaign::Campaigns, Request, MANAGER;
    "coupon.mine" coupon::GetCoupons => coupon::Coupons, Query, SHOPPER, hub;
    "coupon.claim" coupon::ClaimCoupon => coupon::Coupon, Request, SHOPPER;
    "coupon.get" coupon::GetCoupon => coupon::Coupon, Query, STAFF, hub;
    "coupon.of_member" coupon::GetMemberCoupons => coupon::MemberCoupons, Query, STAFF, hub;
    "coupon.issue" coupon::IssueCoupon => coupon::Coupon, Request, MANAGER;
    "coupon.print" coupon::PrintCoupons => coupon::PrintedCoupons, Request, MANAGER;
    "coupon.reserve" coupon::ReserveCoupon => coupon::Coupon, Request, STAFF;
    "coupon.release" coupon::ReleaseCoupon => coupon::Coupon, Request, STAFF;
    "review.of" review::GetReviews => review::Reviews, Query, EVERYONE, hub;
    "review.mine" review::GetMyReviews => review::MyReviews, Query, SHOPPER, hub;
    "review.write" review::WriteReview => review::OwnReview, Request, SHOPPER;
    "review.take_back" review::TakeReviewBack => device::Done, Request, SHOPPER;
    "review.list" review::GetReviewDesk => review::ReviewDesk, Query, MANAGER, hub;
    "review.judge" review::JudgeReview => device::Done, Request, MANAGER;
    "touchpoint.visit" touchpoint::Visit => device::Done, Credential, SHOPPER;
    "touchpoint.list" touchpoint::GetTouchpoints => touchpoint::Touchpoints, Query, MANAGER, hub;
    "touchpoint.save" touchpoint::SaveTouchpoint => touchpoint::Touchpoints, Request, MANAGER;
    "touchpoint.stop" touchpoint::StopTouchpoint => touchpoint::Touchpoints, Request, MANAGER;
    "favourite.list" favourite::GetFavourites => favourite::Favourites, Query, STAFF, hub;
    "favourite.pin" favourite::PinFavourite => favourite::Favourites, Request, MANAGER;
    "printer.list" printer::GetPrinters => printer::Printers, Query, STAFF, hub;
    "printer.save" printer::SavePrinter => printer::Printers, Request, MANAGER;
    "printer.remove" printer::RemovePrinter => printer::Printers, Request, MANAGER;
    "printer.set_words" printer::SetWords => device::Done, Request, MANAGER;
    "printer.print" printer::Print => printer::Printed, Fact, STAFF, hub;
    "printer.pdf" printer::GetPdf => printer::Pdf, Query, STAFF, hub;
    "stock.recounts" fact::GetRecounts => fact::Recounts, Query, STAFF, hub;
    "exit.pass" exit::GetPass => exit::PassNow, Query, SHOPPER, hub;
    "exit.visit" exit::GetVisit => exit::Visit, Query, STAFF, hub;
    "exit.gate" exit::GetGate => exit::Gate, Query, STAFF, hub;
    "exit.verify" exit::Verify => exit::Visit, Request, STAFF;
    "exit.release" exit::Release => exit::Visit, Request, STAFF;
    "exit.check" exit::Check => exit::Visit, Request, STAFF;
    "exit.settle" exit::Settle => exit::Visit, Request, STAFF;
    "exit.seen" exit::SeeOut => exit::Exit, Fact, STAFF;
    "exit.rule" exit::GetRule => exit::CheckRule, Query, MANAGER, hub;
    "exit.set_rule" exit::SetRule => exit::CheckRule, Request, MANAGER;
    "member.join" member::Join => member::Card, Request, SHOPPER;
    "member.card" member::GetCard => Option<member::Card>, Query, SHOPPER;
    "member.find" member::FindMember => member::Card, Query, STAFF, hub;
    "member.find_by_phone" member::FindByPhone => member::FoundMembers, Query, STAFF, hub;
    "member.card_key" card_code::GetCardKey => Option<card_code::TimedKey>, Credential, SHOPPER;
    "member.find_by_code" card_code::FindByCode => member::Card, Query, STAFF, hub;
    "member.export" member::Export => member::PersonalData, Query, SHOPPER, hub;
    "member.erase" member::Erase => member::Erased, Request, SHOPPER;
    "member.top_up" stored_value::TopUp => stored_value::OnCard, Request, STAFF;
    "member.pay_out" stored_value::PayOut => stored_value::OnCard, Request, STAFF;
    "gift_card.sell" gift_card::SellGiftCard => gift_card::GiftCard, Request, STAFF;
    "gift_card.get" gift_card::GetGiftCard => gift_card::GiftCard, Query, EVERYONE, hub;
    "gift_card.hold" gift_card::HoldGiftCard => stored_value::OnCard, Request, STAFF;
    "gift_card.freeze" gift_card::FreezeGiftCard => gift_card::GiftCard, Request, MANAGER;
    "device.register" device::Register => device::Done, Credential, EVERYONE;
    "device.renew" device::Renew => device::Done, Credential, SHOPPER;
    "device.me" device::GetDevice => device::KnownDevice, Query, KNOWN, hub;
    "device.list" device::GetDevices => device::Devices, Query, MANAGER, hub;
    "device.approve" device::Approve => device::KnownDevice, Request, MANAGER;
    "device.shut_out" device::ShutOut => device::KnownDevice, Request, MANAGER;
    "staff.sign_in" staff::SignIn => staff::SignedIn, Credential, KNOWN;
    "staff.sign_out" staff::SignOut => device::Done, Credential, STAFF;
    "staff.me" staff::GetMe => staff::SignedIn, Query, STAFF, hub;
    "table.menu" table::menu::GetMenu => table::menu::ShownMenu, Query, EVERYONE, hub;
    "table.tables" table::GetTables => table::Tables, Query, STAFF, hub;
    "table.sit" table::Sit => table::Tab, Request, KNOWN;
    "table.tab" table::GetTab => table::Tab, Query, KNOWN, hub;
    "table.put" table::Put => table::Tab, Request, KNOWN;
    "table.change" table::ChangeLine => table::Tab, Request, KNOWN;
    "table.send" table::SendRound => table::Tab, Request, KNOWN;
    "table.split" table::Split => table::Tab, Request, KNOWN;
    "table.pay" table::Pay => table::Tab, Request, SHOPPER;
    "table.way" payment_way::GetTabWay => payment_way::Way, Query, SHOPPER, hub;
    "table.take_cash" table::TakeCash => table::CashTaken, Request, STAFF;
    "table.give_back" table::GiveBack => table::Tab, Request, STAFF;
    "table.step" table::TakeStep => table::Tab, Request, STAFF;
    "table.close" table::Close => table::Tab, Request, STAFF;
    "table.kitchen" table::GetKitchen => table::Kitchen, Query, STAFF, hub;
    "sync.pull" sync::Pull => sync::Changes, Query, SHOPPER, hub;
    "sync.push" fact::Push => fact::Pushed, Fact, SHOPPER, hub;
    "deposit.save" deposit::SaveDeposit => deposit::KnownDeposits, Request, MANAGER;
    "deposit.link" deposit::LinkDeposits => catalogue::Product, Request, MANAGER;
}

macro_rules! list {
    (() $($call:ty;)*) => {
        &[$(CallInfo {
            name: <$call as Call>::NAME,
            kind: <$call as Call>::KIND,
            roles: <$call as Call>::ROLES,
            needs_hub: <$call as Call>::NEEDS_HUB,
        }),*]
    };
}

/// Every call there is.
pub const CALLS: &[CallInfo] = with_calls!(list);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::role::Role;

    #[test]
    fn names_are_unique_and_say_their_area() {
        let mut names: Vec<_> = CALLS.iter().map(|call| call.name).collect();
        assert!(names.iter().all(|name| {
            name.split_once('.').is_some_and(|(area, verb)| !area.is_empty() && !verb.is_empty())
        }));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CALLS.len());
    }

    #[test]
    fn a_visitor_can_change_nothing_but_become_known() {
        for call in CALLS.iter().filter(|call| call.roles.include(Role::Visitor)) {
            assert!(
                matches!(call.kind, Kind::Query | Kind::Device) || call.name == "device.register",
                "{}",
                call.name
            );
        }
    }
}
