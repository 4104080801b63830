//! What a shop needs of the service: a payment driven until its outcome is known, and given back when it has to be.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};

use ministore_core::id::PaymentId;
use ministore_core::money::{Currency, Money};
use ministore_core::time::Timestamp;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::asking::{ChargeStep, CodeStep, RefundStep, Run, Said, charge_step, code_step, refund_step};
use crate::client::{Asked, Client};
use crate::error::{Code, PayError, Silence};
use crate::notification::Notification;
use crate::number::{RefundNumber, TradeNumber};
use crate::settings::Road;
use crate::trade::{Trade, TradeState};

/// How long one keeps asking about a scanned code before it is undone: the service advises at most 45 s.
const CODE_PATIENCE: Duration = Duration::from_secs(40);

/// The wait between two questions about a scanned code.
const CODE_PAUSE: Duration = Duration::from_secs(3);

/// How long after its time a payment is remembered, in minutes.
const KEPT_MINUTES: i64 = 60;

/// How many steps a run may take; no sequence of answers needs as many.
const MOST_STEPS: usize = 16;

/// How a payer comes to a payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// What is scanned, or opened.
    pub url: String,
    /// Whether it is to be opened on the phone itself.
    pub opens: bool,
    /// Until when.
    pub until: Timestamp,
}

/// What became of a payment that is wanted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Charged {
    /// The money is here.
    Captured,
    /// The payer has not paid yet.
    Waiting {
        /// Until when they can.
        until: Timestamp,
    },
    /// They have not in time, and cannot any more.
    Expired,
    /// It cannot be paid.
    Declined,
}

/// What became of a payment that is not wanted any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returned {
    /// It has been given back.
    Returned,
    /// Nothing was taken, and nothing will be.
    NothingTaken,
}

/// What became of a payment by a scanned code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Taken {
    /// The money is here.
    Captured,
    /// It is not, and will not be.
    NotTaken,
}

/// What is asked of the service about a payer's code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeQuestion<'a> {
    /// To take the money by it. Asked once.
    Take(&'a str),
    /// What became of it.
    Look,
    /// To undo it.
    Undo,
}

/// What the service says of a payer's code, after one question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CodeOutcome {
    /// The money is here.
    Captured,
    /// The payer is asked for the password.
    Confirming,
    /// Nothing certain.
    Undecided,
    /// It failed, and the service asks for its undoing.
    Failed,
    /// There is no such trade so far.
    NoTrade,
    /// Nothing was taken, or it was given back; with the refusal where that was why.
    NotTaken(Option<Code>),
}

/// Drives payments, one run of each at a time. Cheap to clone.
#[derive(Clone)]
pub struct Cashier {
    client: Client,
    open: Arc<StdMutex<HashMap<PaymentId, Open>>>,
}

/// What is remembered of a payment; all of it can be asked again.
#[derive(Default)]
struct Open {
    turn: Arc<Mutex<()>>,
    way: Option<Way>,
    /// Whether it would rather be opened on the payer's phone.
    opens: Option<bool>,
    /// What a notification said.
    heard: Option<Trade>,
    /// When it was last asked about.
    asked: Option<Instant>,
    /// Who is at it, or waits to be.
    users: usize,
}

/// One run's turn at a payment.
struct Turn<'a> {
    cashier: &'a Cashier,
    payment: PaymentId,
    _turn: OwnedMutexGuard<()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.cashier.leave(self.payment);
    }
}

impl Cashier {
    /// Over a line to the service.
    pub fn new(client: Client) -> Self {
        Self { client, open: Arc::default() }
    }

    /// Its line.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    fn open(&self) -> std::sync::MutexGuard<'_, HashMap<PaymentId, Open>> {
        // What is remembered is whole after every step.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn turn(&self, payment: PaymentId) -> Turn<'_> {
        let turn = {
            let mut open = self.open();
            let one = open.entry(payment).or_default();
            one.users += 1;
            Arc::clone(&one.turn)
        };
        let leaving = Leaving { cashier: self, payment, armed: true };
        let guard = turn.lock_owned().await;
        leaving.stay();
        Turn { cashier: self, payment, _turn: guard }
    }

    fn leave(&self, payment: PaymentId) {
        let mut open = self.open();
        if let Some(one) = open.get_mut(&payment) {
            one.users = one.users.saturating_sub(1);
            if one.users == 0 && one.way.is_none() && one.heard.is_none() {
                open.remove(&payment);
            }
        }
    }

    /// Forgets what is known of a payment whose outcome is known: there is nothing left to ask.
    pub fn forget(&self, payment: PaymentId) {
        let mut open = self.open();
        if let Some(one) = open.get_mut(&payment) {
            *one = Open { turn: Arc::clone(&one.turn), users: one.users, ..Open::default() };
            if one.users == 0 {
                open.remove(&payment);
            }
        }
    }

    /// Says whether WeChat would rather be opened on the payer's own phone; before [`Self::charge`], which then makes the trade.
    pub fn prefer(&self, payment: PaymentId, opens: bool) {
        if self.way(payment).is_none() {
            self.open().entry(payment).or_default().opens = Some(opens);
        }
    }

    /// How the payer comes to a payment that [`Self::charge`] left waiting.
    pub fn way(&self, payment: PaymentId) -> Option<Way> {
        self.open().get(&payment)?.way.clone()
    }

    /// Until when a payment can be paid.
    pub fn until(&self, payment: PaymentId) -> Timestamp {
        let patience = i64::try_from(self.client.settings().patience.as_millis()).unwrap_or(i64::MAX);
        let made = TradeNumber(payment).made().unwrap_or(Timestamp(0));
        Timestamp(made.0.saturating_add(patience))
    }

    /// Remembers what a proved notification says. Gives the payment to be asked about now, whose run will use it.
    pub fn hear(&self, notification: Notification) -> Option<PaymentId> {
        match notification {
            Notification::Trade(number, trade) => {
                if trade.trade_state == TradeState::Success {
                    self.open().entry(number.0).or_default().heard = Some(trade);
                }
                Some(number.0)
            }
            Notification::Refund(number, _) => Some(number.0),
            Notification::Other(kind) => {
                tracing::debug!(kind, "WeChat Pay told of something that a shop does not need");
                None
            }
        }
    }

    /// Makes a payment possible, and finds out whether it was made. May be asked as often as one likes.
    pub async fn charge(&self, payment: PaymentId, amount: Money) -> Result<Charged, PayError> {
        let _turn = self.turn(payment).await;
        let heard = self.open().get_mut(&payment).and_then(|one| one.heard.take());
        if let Some(trade) = heard {
            match trade.check_amount(amount) {
                Ok(()) => {
                    self.forget(payment);
                    return Ok(Charged::Captured);
                }
                Err(error) => tracing::error!(%payment, %error, "a notification is not believed"),
            }
        }
        let number = TradeNumber(payment);
        let until = self.until(payment);
        let mut run = Run {
            has_link: self.way(payment).is_some(),
            expired: self.client.now() >= until,
            ..Run::default()
        };
        let opens = match &self.client.settings().road {
            Road::Scan => Some(false),
            Road::Open { .. } => self.open().get(&payment).and_then(|one| one.opens),
        };
        run.undecided = opens.is_none();
        if run.has_link && !run.expired && self.was_just_asked(payment) {
            return Ok(Charged::Waiting { until });
        }
        let mut said = Said::Nothing;
        for _ in 0..MOST_STEPS {
            let step = charge_step(run, &said);
            let answer = match step {
                ChargeStep::Prepay => {
                    let made = self.prepay(&Asked { number, amount, until }, opens == Some(true)).await;
                    run.has_link |= made.is_ok();
                    made.map(|()| Said::Prepaid)
                }
                ChargeStep::Query => self.look(number, amount).await,
                ChargeStep::Close => {
                    run.closed = true;
                    self.client.close(number).await.map(|()| Said::CloseTaken)
                }
                ChargeStep::Wait => {
                    if let Some(one) = self.open().get_mut(&payment) {
                        one.asked = Some(Instant::now());
                    }
                    return Ok(Charged::Waiting { until });
                }
                ChargeStep::Captured => return Ok(self.done(payment, Charged::Captured)),
                ChargeStep::Expired => return Ok(self.done(payment, Charged::Expired)),
                ChargeStep::Declined => return Ok(self.done(payment, Charged::Declined)),
                ChargeStep::RefundedElsewhere => return Err(Silence::RefundedElsewhere.into()),
                ChargeStep::Later => {
                    return Err(Silence::Underway("the trade is neither paid nor closed").into());
                }
            };
            said = match answer {
                Ok(said) => said,
                Err(PayError::Refused { code, message }) if step != ChargeStep::Query => {
                    tracing::info!(%payment, %code, message, "WeChat Pay refused");
                    run.refused |= step == ChargeStep::Prepay;
                    Said::Refused(code)
                }
                Err(error) => return Err(error),
            };
        }
        Err(Silence::Underway("it went round in a circle").into())
    }

    fn was_just_asked(&self, payment: PaymentId) -> bool {
        let asked = self.open().get(&payment).and_then(|one| one.asked);
        asked.is_some_and(|asked| asked.elapsed() < self.client.settings().pause)
    }

    fn done<T>(&self, payment: PaymentId, end: T) -> T {
        self.forget(payment);
        end
    }

    async fn link(&self, asked: &Asked, opens: bool) -> Result<String, PayError> {
        match &self.client.settings().road {
            Road::Open { payer_ip } if opens => self.client.h5(asked, payer_ip).await,
            Road::Open { .. } | Road::Scan => self.client.native(asked).await,
        }
    }

    async fn prepay(&self, asked: &Asked, opens: bool) -> Result<(), PayError> {
        let (url, opens) = match (self.link(asked, opens).await, &self.client.settings().road) {
            // A number belongs to the way by which it was asked for first: before a restart, or by another hub.
            (Err(PayError::Refused { code: Code::NumberUsed, .. }), Road::Open { .. }) => {
                (self.link(asked, !opens).await?, !opens)
            }
            (made, _) => (made?, opens),
        };
        let way = Way { url, opens, until: asked.until };
        let now = self.client.now();
        let mut open = self.open();
        // Another hub of the shop may have heard how those ended.
        open.retain(|_, one| {
            one.users > 0 || one.way.as_ref().is_none_or(|way| way.until.plus_minutes(KEPT_MINUTES) > now)
        });
        open.entry(asked.number.0).or_default().way = Some(way);
        Ok(())
    }

    /// Where the trade stands, when it is about the right amount.
    async fn look(&self, number: TradeNumber, amount: Money) -> Result<Said, PayError> {
        match self.client.query(number).await {
            Ok(trade) => {
                trade.check_amount(amount)?;
                Ok(Said::Trade(trade.trade_state))
            }
            Err(PayError::Refused { code: Code::NotFound, .. }) => Ok(Said::NoTrade),
            Err(error) => Err(error),
        }
    }

    /// Gives `amount` of a payment back under its refund number `sequence`, from 1 on; one that was not paid is closed,
    /// and cannot be paid any more. May be asked as often as one likes.
    pub async fn refund(
        &self,
        payment: PaymentId,
        sequence: u32,
        amount: Money,
    ) -> Result<Returned, PayError> {
        let _turn = self.turn(payment).await;
        let trade = TradeNumber(payment);
        let number = RefundNumber { trade, sequence };
        let (mut said, mut closed, mut total) = (Said::Nothing, false, amount);
        for _ in 0..MOST_STEPS {
            let step = refund_step(closed, &said);
            let answer = match step {
                RefundStep::Query => match self.client.query(trade).await {
                    Ok(trade) => {
                        if let Some(said) = &trade.amount {
                            total = Currency::CNY.minor(said.total);
                        }
                        Ok(Said::Trade(trade.trade_state))
                    }
                    Err(PayError::Refused { code: Code::NotFound, .. }) => Ok(Said::NoTrade),
                    Err(error) => return Err(error),
                },
                RefundStep::Close => {
                    closed = true;
                    self.client.close(trade).await.map(|()| Said::CloseTaken)
                }
                RefundStep::Refund => match self.client.refund(number, amount, total).await {
                    Ok(refund) => Ok(Said::Refund(refund.status)),
                    // That there is no such trade is said of trades paid a moment ago, too.
                    Err(error) => return Err(error),
                },
                RefundStep::Returned => return Ok(self.done(payment, Returned::Returned)),
                RefundStep::NothingTaken => return Ok(self.done(payment, Returned::NothingTaken)),
                RefundStep::Stuck => {
                    return Err(Silence::Underway(
                        "WeChat Pay could not give it back: look into the merchant platform",
                    )
                    .into());
                }
                RefundStep::Later => return Err(Silence::Underway("the refund is on its way").into()),
            };
            said = match answer {
                Ok(said) => said,
                Err(PayError::Refused { code, .. }) => Said::Refused(code),
                Err(error) => return Err(error),
            };
        }
        Err(Silence::Underway("it went round in a circle").into())
    }

    /// Asks one question about a payer's code. Who asks keeps what was asked before: see [`code_step`] for what follows what.
    pub async fn ask_code(
        &self,
        payment: PaymentId,
        amount: Money,
        question: CodeQuestion<'_>,
    ) -> Result<CodeOutcome, PayError> {
        let _turn = self.turn(payment).await;
        let number = TradeNumber(payment);
        let undoing = question == CodeQuestion::Undo;
        let answer = match question {
            CodeQuestion::Take(code) => {
                let taken = self.client.take_code(number, amount, code).await;
                taken.map(|trade| Said::Trade(trade.trade_state))
            }
            CodeQuestion::Look => self.look(number, amount).await,
            CodeQuestion::Undo => self.client.reverse(number).await.map(|()| Said::ReverseTaken),
        };
        let said = match answer {
            Ok(said) => said,
            Err(PayError::Unknown(Silence::Service { code: Code::UserPaying, .. })) => {
                return Ok(CodeOutcome::Confirming);
            }
            Err(PayError::Refused { code, message }) if question != CodeQuestion::Look => {
                tracing::info!(%payment, %code, message, "WeChat Pay refused a scanned code");
                Said::Refused(code)
            }
            Err(error) => return Err(error),
        };
        Ok(match (code_step(false, undoing, &said), said) {
            (CodeStep::Captured, _) => CodeOutcome::Captured,
            (CodeStep::NotTaken, Said::Refused(code)) => CodeOutcome::NotTaken(Some(code)),
            (CodeStep::NotTaken, _) => CodeOutcome::NotTaken(None),
            (_, Said::NoTrade | Said::Refused(Code::NotFound)) => CodeOutcome::NoTrade,
            (_, Said::Trade(TradeState::UserPaying)) => CodeOutcome::Confirming,
            (CodeStep::Reverse, Said::Trade(TradeState::PayError)) => CodeOutcome::Failed,
            _ => CodeOutcome::Undecided,
        })
    }

    /// Takes `amount` of a payer whose code was scanned, and answers when it is certain whether it was taken.
    pub async fn take_code(&self, payment: PaymentId, amount: Money, code: &str) -> Taken {
        self.take_code_within(payment, amount, code, CODE_PATIENCE, CODE_PAUSE).await
    }

    /// The same with another patience, and another pause between two questions.
    pub async fn take_code_within(
        &self,
        payment: PaymentId,
        amount: Money,
        code: &str,
        patience: Duration,
        pause: Duration,
    ) -> Taken {
        let _turn = self.turn(payment).await;
        let number = TradeNumber(payment);
        let started = tokio::time::Instant::now();
        let (mut said, mut reversing) = (Said::Nothing, false);
        loop {
            let step = code_step(started.elapsed() >= patience, reversing, &said);
            let answer = match step {
                CodeStep::Take => {
                    let taken = self.client.take_code(number, amount, code).await;
                    taken.map(|trade| Said::Trade(trade.trade_state))
                }
                CodeStep::Query => {
                    tokio::time::sleep(pause).await;
                    self.look(number, amount).await
                }
                CodeStep::Reverse => {
                    if std::mem::replace(&mut reversing, true) {
                        tokio::time::sleep(pause).await;
                    }
                    self.client.reverse(number).await.map(|()| Said::ReverseTaken)
                }
                CodeStep::Captured => return Taken::Captured,
                CodeStep::NotTaken => return Taken::NotTaken,
            };
            said = match answer {
                Ok(said) => said,
                // Only what was asked to be done can be refused for good.
                Err(PayError::Refused { code, message }) if step != CodeStep::Query => {
                    tracing::info!(%payment, %code, message, "WeChat Pay refused a scanned code");
                    Said::Refused(code)
                }
                Err(error) => {
                    tracing::warn!(%payment, %error, "a scanned code is asked about again");
                    Said::Silence
                }
            };
        }
    }
}

/// Leaves a payment again where the wait for one's turn is given up.
struct Leaving<'a> {
    cashier: &'a Cashier,
    payment: PaymentId,
    armed: bool,
}

impl Leaving<'_> {
    fn stay(mut self) {
        self.armed = false;
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.cashier.leave(self.payment);
        }
    }
}
