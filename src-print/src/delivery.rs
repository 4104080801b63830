//! How a printer is told what to print, and asked whether it has.
//!
//! A printer that answers is asked for its state before anything is sent (`DLE EOT`). Behind the page goes a question that
//! it answers in its turn, when all before it is on paper (`GS r`); while that answer is awaited its state is asked for
//! again, so that paper that runs out in the middle is known. One that never answers takes the page on trust, and it is
//! said that nothing is certain.

use std::io;
use std::time::Duration;

use escpos::utils::{RealTimeStatusRequest as Question, RealTimeStatusResponse as Answer};
use ministore_core::printer::{Outcome, PrintTrouble};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout, timeout_at};

use crate::commands::{PULSE, PULSE_NOW};
use crate::connection::Way;

/// How long a printer may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To say how it is.
    pub answer: Duration,
    /// To take the next [`CHUNK`] bytes.
    pub chunk: Duration,
    /// To print what it has taken.
    pub print: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            answer: Duration::from_millis(700),
            chunk: Duration::from_secs(8),
            print: Duration::from_secs(20),
        }
    }
}

/// How many bytes are sent at once: less than a printer's buffer.
pub const CHUNK: usize = 1024;

/// `GS r 1`, answered in its turn with the paper's state.
const WHEN_DONE: [u8; 3] = [0x1d, b'r', 1];

/// How often a printer that prints is asked how it is.
const AGAIN: Duration = Duration::from_secs(1);

/// Sends a page, and first the drawer's pulse where one is wanted.
pub async fn deliver(way: &mut dyn Way, page: &[u8], pulse: bool, patience: Patience) -> Outcome {
    let mut outcome = Outcome { begun: false, kicked: false, done: Ok(false) };
    let mut talk = Talk { way, patience };
    let answers = match talk.state().await {
        Ok(answers) => answers,
        Err(why) => {
            // The customer waits for change: the drawer opens, whatever the paper does.
            if pulse && why != PrintTrouble::Vanished {
                outcome.kicked = talk.send(&PULSE_NOW).await.is_ok();
            }
            outcome.done = Err(why);
            return outcome;
        }
    };
    outcome.done = talk.print(page, pulse, answers, &mut outcome.begun, &mut outcome.kicked).await;
    // What was taken is not to be thrown away by closing at once; a printer that is gone has nothing to lose.
    let _ = timeout(patience.answer, talk.way.shutdown()).await;
    outcome
}

struct Talk<'a> {
    way: &'a mut dyn Way,
    patience: Patience,
}

fn vanished(error: io::Error) -> PrintTrouble {
    tracing::warn!(%error, "a printer vanished");
    PrintTrouble::Vanished
}

/// What a question's answer says is wrong.
fn wrong(question: Question, answer: u8) -> Option<PrintTrouble> {
    let said = Answer::parse(question, answer).ok()?;
    let is = |answer: Answer, value: bool| said.get(&answer) == Some(&value);
    if is(Answer::CoverClosed, false) {
        Some(PrintTrouble::CoverOpen)
    } else if is(Answer::PrintingStopsDueToPaperEnd, true)
        || is(Answer::RollPaperEndSensorPaperPresent, false)
    {
        Some(PrintTrouble::NoPaper)
    } else if is(Answer::AutocutterErrorOccurred, true)
        || is(Answer::UnrecoverableErrorOccurred, true)
        || is(Answer::RecoverableErrorOccurred, true)
    {
        Some(PrintTrouble::Faulty)
    } else {
        None
    }
}

/// `0xx1xx10`: an answer to `DLE EOT`; that to `GS r` is `0xx0xx00`.
const fn is_at_once(answer: u8) -> bool {
    answer & 0b1001_0011 == 0b0001_0010
}

const fn is_in_turn(answer: u8) -> bool {
    answer & 0b1001_0011 == 0
}

const fn ask(question: Question) -> [u8; 3] {
    let kind = match question {
        Question::OfflineCause => 2,
        Question::ErrorCause => 3,
        _ => 4,
    };
    [0x10, 4, kind]
}

const QUESTIONS: [Question; 3] = [Question::OfflineCause, Question::RollPaperSensor, Question::ErrorCause];

impl Talk<'_> {
    async fn send(&mut self, bytes: &[u8]) -> Result<(), PrintTrouble> {
        for chunk in bytes.chunks(CHUNK) {
            let sent = async {
                self.way.write_all(chunk).await?;
                self.way.flush().await
            };
            match timeout(self.patience.chunk, sent).await {
                Ok(sent) => sent.map_err(vanished)?,
                Err(_) => return Err(PrintTrouble::Stuck),
            }
        }
        Ok(())
    }

    /// The next byte that the printer says until then; None where it says nothing.
    async fn hear(&mut self, until: Instant) -> Result<Option<u8>, PrintTrouble> {
        match timeout_at(until, self.way.read_u8()).await {
            Ok(Ok(byte)) => Ok(Some(byte)),
            Ok(Err(error)) => Err(vanished(error)),
            Err(_) => Ok(None),
        }
    }

    /// Whether the printer answers, and that nothing is wrong.
    async fn state(&mut self) -> Result<bool, PrintTrouble> {
        for (place, question) in QUESTIONS.into_iter().enumerate() {
            self.send(&ask(question)).await?;
            let until = Instant::now() + self.patience.answer;
            let answer = loop {
                match self.hear(until).await? {
                    // What it says by itself is no answer.
                    Some(byte) if !is_at_once(byte) => {}
                    other => break other,
                }
            };
            match answer {
                Some(answer) => wrong(question, answer).map_or(Ok(()), Err)?,
                None if place == 0 => return Ok(false),
                None => {}
            }
        }
        Ok(true)
    }

    async fn print(
        &mut self,
        page: &[u8],
        pulse: bool,
        answers: bool,
        begun: &mut bool,
        kicked: &mut bool,
    ) -> Result<bool, PrintTrouble> {
        if pulse {
            self.send(&PULSE).await?;
            *kicked = true;
        }
        *begun = !page.is_empty();
        if let Err(why) = self.send(page).await {
            // It takes no more: it may say why.
            return Err(match why {
                PrintTrouble::Stuck if answers => self.state().await.err().unwrap_or(why),
                why => why,
            });
        }
        if !answers {
            return Ok(false);
        }
        self.send(&WHEN_DONE).await?;
        self.until_done().await
    }

    /// Waits until all is on paper: false where the printer tells how it is, and not that.
    async fn until_done(&mut self) -> Result<bool, PrintTrouble> {
        let end = Instant::now() + self.patience.print;
        let (mut asked, mut heard) = (0, false);
        loop {
            let now = Instant::now();
            if now >= end {
                // It answered before the page came.
                return if heard { Ok(false) } else { Err(PrintTrouble::Stuck) };
            }
            match self.hear((now + AGAIN).min(end)).await? {
                Some(answer) if is_in_turn(answer) => return Ok(true),
                Some(answer) if is_at_once(answer) => {
                    heard = true;
                    // Answers come in the order of the questions.
                    let question = QUESTIONS[(asked + QUESTIONS.len() - 1) % QUESTIONS.len()];
                    if let Some(why) = wrong(question, answer) {
                        return Err(why);
                    }
                }
                Some(_) => {}
                None => {
                    self.send(&ask(QUESTIONS[asked % QUESTIONS.len()])).await?;
                    asked += 1;
                }
            }
        }
    }
}
