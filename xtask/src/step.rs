//! Named steps, each with its duration, and a table of them at the end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use crate::process::{Interrupted, check_interrupted, seconds};

/// The steps of one command, in the order they ran.
pub(crate) struct Steps {
    done: Vec<Done>,
    started: Instant,
}

struct Done {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Steps {
    pub(crate) fn new() -> Self {
        Self { done: Vec::new(), started: Instant::now() }
    }

    /// Runs one step; `again` is the command that repeats only this one.
    pub(crate) fn run(
        &mut self,
        name: &'static str,
        what: &str,
        again: &str,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        check_interrupted()?;
        println!("\n── {name}: {what}");
        let started = Instant::now();
        let result = work();
        let took = started.elapsed();
        self.done.push(Done { name, took, passed: result.is_ok() });
        match result {
            Ok(()) => {
                println!("   {name} done in {}", seconds(took));
                Ok(())
            }
            Err(error) if error.is::<Interrupted>() => Err(error),
            Err(error) => {
                self.print_table();
                Err(error).with_context(|| {
                    format!("step \"{name}\" failed after {}; repeat it with `{again}`", seconds(took))
                })
            }
        }
    }

    /// Prints the table of what ran.
    pub(crate) fn print_table(&self) {
        println!();
        for step in &self.done {
            let mark = if step.passed { "ok" } else { "FAILED" };
            println!("   {:<10} {:>12}  {mark}", step.name, seconds(step.took));
        }
        println!("   {:<10} {:>12}", "in all", seconds(self.started.elapsed()));
    }
}
