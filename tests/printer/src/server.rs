//! The printer on its network.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::paper::Paper;
use crate::reader::{Aside, Reader};

/// What is wrong with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It prints and says nothing.
    Silent,
    /// It is out of paper.
    NoPaper,
    /// Its cover is open.
    CoverOpen,
    /// Its paper runs out after so many bytes.
    RunsOutAfter(usize),
    /// It hangs up after so many bytes.
    VanishesAfter(usize),
    /// It takes no more after so many bytes, and keeps the line.
    StuckAfter(usize),
}

#[derive(Default)]
struct Shared {
    fault: Fault,
    prints: Vec<Paper>,
}

/// A printer.
pub struct TestPrinter {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

impl Drop for TestPrinter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl TestPrinter {
    /// One that works.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(Shared::default()));
        let task = tokio::spawn({
            let shared = shared.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, shared.clone()));
                }
            }
        });
        Self { address, shared, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks it, or mends it.
    pub fn set(&self, fault: Fault) {
        self.shared.lock().unwrap().fault = fault;
    }

    /// What came out, one after the other: each print that left something on paper or opened the drawer.
    pub fn prints(&self) -> Vec<Paper> {
        let shared = self.shared.lock().unwrap();
        shared.prints.iter().filter(|paper| **paper != Paper::default()).cloned().collect()
    }

    /// As [`TestPrinter::prints`], once there are `count`: one that says nothing is not done when it is believed to be.
    pub async fn printed(&self, count: usize) -> Vec<Paper> {
        for _ in 0..200 {
            let prints = self.prints();
            if prints.len() >= count {
                return prints;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{} prints came out, not {count}", self.prints().len())
    }

    /// How many times the drawer was opened.
    pub fn pulses(&self) -> usize {
        self.prints().iter().map(|paper| paper.pulses).sum()
    }
}

/// `0xx1xx10`, with what is wrong.
fn state(question: u8, no_paper: bool, cover_open: bool) -> u8 {
    0x12 | match question {
        1 if no_paper || cover_open => 0b0000_1000,
        2 => (u8::from(no_paper) << 5) | (u8::from(cover_open) << 2),
        4 if no_paper => 0b0110_0000,
        _ => 0,
    }
}

async fn serve(mut stream: TcpStream, shared: Arc<Mutex<Shared>>) {
    let place = {
        let mut shared = shared.lock().unwrap();
        shared.prints.push(Paper::default());
        shared.prints.len() - 1
    };
    let (mut reader, mut taken, mut buffer) = (Reader::default(), 0, [0; 512]);
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer).await else { return };
        taken += count;
        let fault = shared.lock().unwrap().fault;
        match fault {
            Fault::VanishesAfter(limit) if taken > limit => return,
            Fault::StuckAfter(limit) if taken > limit => {
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        let ran_out = matches!(fault, Fault::RunsOutAfter(limit) if taken > limit);
        let (no_paper, cover_open) = (fault == Fault::NoPaper || ran_out, fault == Fault::CoverOpen);
        let asides = reader.take(&buffer[..count]);
        shared.lock().unwrap().prints[place] = reader.paper.clone();
        for aside in asides {
            let answer = match aside {
                _ if fault == Fault::Silent => continue,
                Aside::State(question) => state(question, no_paper, cover_open),
                // It waits for paper before it comes to that.
                Aside::InTurn if no_paper => continue,
                Aside::InTurn => 0,
            };
            if stream.write_all(&[answer]).await.is_err() {
                return;
            }
        }
    }
}
