//! How a payment is driven until its outcome is known: pure functions from what was said last to what is asked next.
//!
//! A run of asking ends at the first silence. What was silent may have been done; so the next run begins by looking.
//! Three rules keep money right: nothing is captured but by a trade that says so; nothing is given up but by a trade that
//! says that it cannot be paid any more, or that was never made; and a number is never asked for twice with other terms.

use crate::error::Code;
use crate::trade::{RefundState, TradeState};

/// What was said last in a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// Nothing yet.
    Nothing,
    /// The trade was made, and can be paid.
    Prepaid,
    /// The trade stands there.
    Trade(TradeState),
    /// There is no such trade.
    NoTrade,
    /// The close was taken. It is taken of unknown trades, too.
    CloseTaken,
    /// What was asked last was refused.
    Refused(Code),
    /// The refund stands there.
    Refund(RefundState),
    /// The reversal was taken.
    ReverseTaken,
    /// No answer came. Only a payment by a scanned code goes on after that; the others end their run.
    Silence,
}

/// What is known besides, in one run of a payment by a link or a code on a screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Run {
    /// The payer has the link.
    pub has_link: bool,
    /// It is too late to be paid.
    pub expired: bool,
    /// Nobody has said yet how the payer comes to it, so no trade is made.
    pub undecided: bool,
    /// The making of the trade was refused in this run.
    pub refused: bool,
    /// A close was asked for in this run.
    pub closed: bool,
}

/// What to do about a payment that is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChargeStep {
    /// Make the trade.
    Prepay,
    /// Look where it stands.
    Query,
    /// Close it.
    Close,
    /// Nothing more for now: the payer has not paid yet.
    Wait,
    /// The money is here.
    Captured,
    /// It was not paid in time, and cannot be any more.
    Expired,
    /// It cannot be paid.
    Declined,
    /// It was paid, and given back by somebody else: for people to look at.
    RefundedElsewhere,
    /// Nothing can be said now; a later run will know more.
    Later,
}

/// The next step of a payment that is wanted.
pub fn charge_step(run: Run, said: &Said) -> ChargeStep {
    use ChargeStep::{Captured, Close, Declined, Expired, Later, Prepay, Query, RefundedElsewhere, Wait};
    match said {
        Said::Nothing if run.has_link || run.expired || run.undecided => Query,
        Said::Nothing => Prepay,
        Said::Prepaid => Wait,
        // Why does not matter: the trade tells what is true of it.
        Said::Refused(_) | Said::CloseTaken => Query,
        Said::Trade(TradeState::Success) => Captured,
        Said::Trade(TradeState::Refund) => RefundedElsewhere,
        Said::Trade(TradeState::Closed | TradeState::Revoked) if run.expired => Expired,
        Said::Trade(TradeState::Closed | TradeState::Revoked) => Declined,
        Said::Trade(
            TradeState::NotPay | TradeState::UserPaying | TradeState::PayError | TradeState::Accept,
        ) => match run {
            Run { expired: true, closed: false, .. } => Close,
            Run { expired: true, closed: true, .. } => Later,
            Run { has_link: false, refused: false, undecided: false, .. } => Prepay,
            _ => Wait,
        },
        Said::NoTrade => match run {
            Run { expired: true, .. } => Expired,
            Run { refused: true, .. } => Declined,
            Run { has_link: false, undecided: false, .. } => Prepay,
            _ => Wait,
        },
        Said::Refund(_) | Said::ReverseTaken | Said::Silence => Later,
    }
}

/// What to do about a payment that is not wanted any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundStep {
    /// Look where the trade stands.
    Query,
    /// Close it.
    Close,
    /// Give it back.
    Refund,
    /// It has been given back.
    Returned,
    /// Nothing was taken, and nothing can be.
    NothingTaken,
    /// The service could not give it back: for people to look at.
    Stuck,
    /// Nothing can be said now; a later run will know more.
    Later,
}

/// The next step of a payment that is not wanted any more. `closed`: a close was asked for in this run.
pub fn refund_step(closed: bool, said: &Said) -> RefundStep {
    match said {
        Said::Nothing | Said::CloseTaken => RefundStep::Query,
        Said::Refused(_) if closed => RefundStep::Query,
        Said::Refused(_) => RefundStep::Stuck,
        // One number is given back once, so a repeat only tells where it stands.
        Said::Trade(TradeState::Success | TradeState::Refund) => RefundStep::Refund,
        Said::Trade(TradeState::Closed | TradeState::Revoked) => RefundStep::NothingTaken,
        Said::Trade(_) if closed => RefundStep::Later,
        Said::Trade(_) => RefundStep::Close,
        // Nobody was told how to pay it: the link comes with the answer that says that the trade is made.
        Said::NoTrade => RefundStep::NothingTaken,
        Said::Refund(RefundState::Success) => RefundStep::Returned,
        Said::Refund(RefundState::Processing) => RefundStep::Later,
        Said::Refund(RefundState::Closed | RefundState::Abnormal) => RefundStep::Stuck,
        Said::Prepaid | Said::ReverseTaken | Said::Silence => RefundStep::Later,
    }
}

/// What to do about a payment by a code that was scanned at the counter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeStep {
    /// Ask for the money.
    Take,
    /// Wait a moment, then look where it stands.
    Query,
    /// Undo it.
    Reverse,
    /// The money is here.
    Captured,
    /// Nothing was taken, or it was given back.
    NotTaken,
}

/// The next step of a payment by a scanned code. `late`: the customer has had long enough (the service advises 30 to 45 s);
/// `reversing`: a reversal was asked for, so that nothing but the end of it counts.
pub fn code_step(late: bool, reversing: bool, said: &Said) -> CodeStep {
    let undecided = if late || reversing { CodeStep::Reverse } else { CodeStep::Query };
    match said {
        Said::Nothing => CodeStep::Take,
        Said::Trade(TradeState::Success) if !reversing => CodeStep::Captured,
        Said::Trade(TradeState::Revoked | TradeState::Closed) | Said::ReverseTaken => CodeStep::NotTaken,
        // What we have given back by reversing; without that somebody else has.
        Said::Trade(TradeState::Refund) => CodeStep::NotTaken,
        // The service asks for a reversal of what failed.
        Said::Trade(TradeState::PayError) => CodeStep::Reverse,
        Said::Refused(Code::OrderPaid | Code::NumberUsed | Code::NotFound) => undecided,
        Said::Refused(_) if !reversing => CodeStep::NotTaken,
        Said::Trade(_)
        | Said::NoTrade
        | Said::Refused(_)
        | Said::Silence
        | Said::Prepaid
        | Said::CloseTaken
        | Said::Refund(_) => undecided,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The service, as far as it is published, and a payer who pays when they like.
    #[derive(Clone, Debug, Default)]
    struct Service {
        trade: Option<TradeState>,
        paid: u32,
        refunded: u32,
        payer_has_link: bool,
    }

    impl Service {
        fn pay(&mut self) {
            if self.trade == Some(TradeState::NotPay) && self.payer_has_link {
                self.trade = Some(TradeState::Success);
                self.paid += 1;
            }
        }

        fn prepay(&mut self) -> Said {
            match self.trade {
                None | Some(TradeState::NotPay) => {
                    self.trade = Some(TradeState::NotPay);
                    Said::Prepaid
                }
                Some(TradeState::Success) => Said::Refused(Code::OrderPaid),
                Some(_) => Said::Refused(Code::OrderClosed),
            }
        }

        fn query(&self) -> Said {
            self.trade.map_or(Said::NoTrade, Said::Trade)
        }

        fn close(&mut self) -> Said {
            match self.trade {
                Some(TradeState::NotPay) => self.trade = Some(TradeState::Closed),
                Some(TradeState::Success | TradeState::Refund) => return Said::Refused(Code::OrderPaid),
                _ => {}
            }
            Said::CloseTaken
        }

        fn refund(&mut self) -> Said {
            match self.trade {
                Some(TradeState::Success) => {
                    self.trade = Some(TradeState::Refund);
                    self.refunded += 1;
                    Said::Refund(RefundState::Success)
                }
                Some(TradeState::Refund) => Said::Refund(RefundState::Success),
                _ => Said::Refused(Code::NotFound),
            }
        }
    }

    /// What happens between our question and our hearing of it.
    #[derive(Clone, Copy, Debug)]
    enum Luck {
        Fine,
        /// It is lost on the way there.
        LostThere,
        /// It is done, and the answer is lost.
        LostBack,
        /// The payer is quicker.
        PayerFirst,
        /// The payer pays after the service has answered.
        PayerAfter,
    }

    fn luck() -> impl Strategy<Value = Luck> {
        prop_oneof![
            4 => Just(Luck::Fine),
            1 => Just(Luck::LostThere),
            1 => Just(Luck::LostBack),
            1 => Just(Luck::PayerFirst),
            1 => Just(Luck::PayerAfter),
        ]
    }

    /// Asks, as luck has it. None where no answer comes.
    fn ask(service: &mut Service, luck: Luck, what: impl FnOnce(&mut Service) -> Said) -> Option<Said> {
        match luck {
            Luck::LostThere => None,
            Luck::PayerFirst => {
                service.pay();
                Some(what(service))
            }
            Luck::LostBack | Luck::PayerAfter | Luck::Fine => {
                let said = what(service);
                if matches!(luck, Luck::PayerAfter) {
                    service.pay();
                }
                (!matches!(luck, Luck::LostBack)).then_some(said)
            }
        }
    }

    fn charge_run(service: &mut Service, mut run: Run, lucks: &mut impl Iterator<Item = Luck>) -> ChargeStep {
        let mut said = Said::Nothing;
        for _ in 0..12 {
            let step = charge_step(run, &said);
            let luck = lucks.next().unwrap_or(Luck::Fine);
            let answer = match step {
                ChargeStep::Prepay => ask(service, luck, Service::prepay),
                ChargeStep::Query => ask(service, luck, |service| service.query()),
                ChargeStep::Close => {
                    run.closed = true;
                    ask(service, luck, Service::close)
                }
                end => return end,
            };
            let Some(answer) = answer else { return ChargeStep::Later };
            run.refused |= step == ChargeStep::Prepay && matches!(answer, Said::Refused(_));
            if answer == Said::Prepaid {
                run.has_link = true;
                service.payer_has_link = true;
            }
            said = answer;
        }
        panic!("a run that does not end");
    }

    fn refund_run(service: &mut Service, lucks: &mut impl Iterator<Item = Luck>) -> RefundStep {
        let (mut said, mut closed) = (Said::Nothing, false);
        for _ in 0..12 {
            let step = refund_step(closed, &said);
            let luck = lucks.next().unwrap_or(Luck::Fine);
            let answer = match step {
                RefundStep::Query => ask(service, luck, |service| service.query()),
                RefundStep::Close => {
                    closed = true;
                    ask(service, luck, Service::close)
                }
                RefundStep::Refund => ask(service, luck, Service::refund),
                end => return end,
            };
            let Some(answer) = answer else { return RefundStep::Later };
            said = answer;
        }
        panic!("a run that does not end");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_wanted_payment_is_captured_exactly_when_it_was_paid(
            lucks in prop::collection::vec(luck(), 0..30), expires_after in 0_usize..6
        ) {
            let mut service = Service::default();
            let mut lucks = lucks.into_iter();
            let mut end = ChargeStep::Later;
            for turn in 0..60 {
                let run = Run { has_link: service.payer_has_link, expired: turn >= expires_after, ..Run::default() };
                end = charge_run(&mut service, run, &mut lucks);
                if !matches!(end, ChargeStep::Wait | ChargeStep::Later) {
                    break;
                }
            }
            // Whatever the payer tries from now on.
            service.pay();
            prop_assert!(service.paid <= 1);
            match end {
                ChargeStep::Captured => prop_assert_eq!(service.paid, 1),
                ChargeStep::Expired | ChargeStep::Declined => prop_assert_eq!(service.paid, 0),
                other => prop_assert!(false, "it came to no end: {:?}", other),
            }
        }

        #[test]
        fn an_unwanted_payment_leaves_nothing_taken(
            lucks in prop::collection::vec(luck(), 0..30), charged in 0_usize..3
        ) {
            let mut service = Service::default();
            let mut lucks = lucks.into_iter();
            for _ in 0..charged {
                let run = Run { has_link: service.payer_has_link, ..Run::default() };
                charge_run(&mut service, run, &mut lucks);
            }
            let mut end = RefundStep::Later;
            for _ in 0..60 {
                end = refund_run(&mut service, &mut lucks);
                if end != RefundStep::Later {
                    break;
                }
            }
            service.pay();
            prop_assert_eq!(service.paid, service.refunded);
            match end {
                RefundStep::Returned => prop_assert_eq!(service.paid, 1),
                RefundStep::NothingTaken => prop_assert_eq!(service.paid, 0),
                other => prop_assert!(false, "it came to no end: {:?}", other),
            }
        }
    }

    #[test]
    fn no_trade_is_made_before_it_is_said_how_its_payer_comes_to_it() {
        let run = Run { undecided: true, ..Run::default() };
        assert_eq!(charge_step(run, &Said::Nothing), ChargeStep::Query);
        assert_eq!(charge_step(run, &Said::NoTrade), ChargeStep::Wait);
        assert_eq!(charge_step(run, &Said::Trade(TradeState::NotPay)), ChargeStep::Wait);
        assert_eq!(charge_step(run, &Said::Trade(TradeState::Success)), ChargeStep::Captured);
        let expired = Run { expired: true, ..run };
        assert_eq!(charge_step(expired, &Said::NoTrade), ChargeStep::Expired);
        assert_eq!(charge_step(expired, &Said::Trade(TradeState::NotPay)), ChargeStep::Close);
    }

    #[test]
    fn a_scanned_code_is_undone_when_the_customer_takes_too_long() {
        let paying = Said::Trade(TradeState::UserPaying);
        assert_eq!(code_step(false, false, &Said::Nothing), CodeStep::Take);
        assert_eq!(code_step(false, false, &paying), CodeStep::Query);
        assert_eq!(code_step(false, false, &Said::Silence), CodeStep::Query);
        assert_eq!(code_step(true, false, &paying), CodeStep::Reverse);
        assert_eq!(code_step(true, true, &Said::Silence), CodeStep::Reverse, "until it is taken");
        assert_eq!(code_step(true, true, &Said::ReverseTaken), CodeStep::NotTaken);
        assert_eq!(code_step(true, false, &Said::Trade(TradeState::Success)), CodeStep::Captured);
        assert_eq!(
            code_step(true, true, &Said::Trade(TradeState::Success)),
            CodeStep::Reverse,
            "what is being undone is not taken after all"
        );
        assert_eq!(code_step(false, false, &Said::Refused(Code::NotEnough)), CodeStep::NotTaken);
        assert_eq!(code_step(false, false, &Said::Refused(Code::OrderPaid)), CodeStep::Query);
    }
}
