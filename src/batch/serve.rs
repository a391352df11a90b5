//! Inputs that may keep one waiting: what is done is handed on while the next input is waited for.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::{BYTES_PER_THREAD, Done, Feed, INPUTS_PER_THREAD, MAX_INPUTS, work_off};
use crate::rules::Scratch;

/// What becomes of outcomes, on the calling thread.
pub trait Sink<Outcome, Error> {
    /// Takes the next outcome, in the order of the inputs.
    ///
    /// # Errors
    ///
    /// An error ends the run.
    fn take(&mut self, outcome: Outcome) -> Result<(), Error>;

    /// Is called when the next outcome has to be waited for: the time to flush.
    ///
    /// # Errors
    ///
    /// An error ends the run.
    fn idle(&mut self) -> Result<(), Error>;
}

/// Does what [`super::run`] does for a feed that may wait for its inputs, as for someone who reads each answer before asking
/// again: the feed has a thread of its own, and an outcome reaches the sink as soon as those before it have.
///
/// # Errors
///
/// Returns the first error of the sink, which ends the run when the feed next gives an input.
pub fn serve<Input: Send, Outcome: Send, Error>(
    feed: impl FnOnce(&mut Feed<'_, Input>) -> ControlFlow<()> + Send,
    jobs: usize,
    work: impl Fn(Input, &mut Scratch) -> Outcome + Sync,
    mut sink: impl Sink<Outcome, Error>,
) -> Result<(), Error> {
    let (inputs, queue) = mpsc::channel();
    let (outcomes, done) = mpsc::channel();
    let queue = Mutex::new(queue);
    let work = |(bytes, input): (u64, Input), scratch: &mut Scratch| (bytes, work(input, scratch));
    let jobs = jobs.clamp(1, MAX_INPUTS);
    let gate = Gate {
        max_inputs: (jobs * INPUTS_PER_THREAD).min(MAX_INPUTS),
        max_bytes: jobs as u64 * BYTES_PER_THREAD,
        ..Gate::default()
    };
    std::thread::scope(|scope| {
        // Left by a panic, too, the gate does not keep the feed waiting.
        let _closes = CloseOnDrop(&gate);
        for _ in 0..jobs {
            let (queue, work, outcomes) = (&queue, &work, outcomes.clone());
            scope.spawn(move || work_off(queue, work, &outcomes));
        }
        // The threads have theirs: when the last one ends, all is done.
        drop(outcomes);
        let gate = &gate;
        scope.spawn(move || {
            let mut number = 0;
            let _ = feed(&mut |input, bytes| {
                gate.enter(bytes)?;
                // The queue lives as long as the threads.
                let _ = inputs.send((number, (bytes, input)));
                number += 1;
                ControlFlow::Continue(())
            });
        });
        collect(done, gate, &mut sink)
    })
}

/// Hands outcomes on in the order of their inputs until there are no more. Owns the end that it reads from: when that is gone,
/// the threads leave what is still under way.
fn collect<Outcome, Error>(
    done: Receiver<(usize, Done<(u64, Outcome)>)>,
    gate: &Gate,
    sink: &mut impl Sink<Outcome, Error>,
) -> Result<(), Error> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    loop {
        let received = match done.try_recv() {
            Ok(received) => received,
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) => {
                sink.idle()?;
                let Ok(received) = done.recv() else { return Ok(()) };
                received
            }
        };
        let (number, outcome) = received;
        waiting.insert(number, outcome.unwrap_or_else(|panic| resume_unwind(panic)));
        while let Some((bytes, outcome)) = waiting.remove(&next) {
            next += 1;
            gate.leave(bytes);
            sink.take(outcome)?;
        }
    }
}

/// Holds the feed up while too much is under way.
#[derive(Default)]
struct Gate {
    max_inputs: usize,
    /// How large they may be together, in bytes.
    max_bytes: u64,
    under_way: Mutex<UnderWay>,
    changed: Condvar,
}

#[derive(Default)]
struct UnderWay {
    inputs: usize,
    /// The size of all in bytes.
    bytes: u64,
    is_closed: bool,
}

impl Gate {
    fn enter(&self, bytes: u64) -> ControlFlow<()> {
        let is_full = |now: &mut UnderWay| {
            let is_full = now.inputs >= self.max_inputs || (now.bytes > 0 && now.bytes + bytes > self.max_bytes);
            is_full && !now.is_closed
        };
        let mut now = self.changed.wait_while(self.lock(), is_full).unwrap_or_else(PoisonError::into_inner);
        now.inputs += 1;
        now.bytes += bytes;
        if now.is_closed { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn leave(&self, bytes: u64) {
        let mut now = self.lock();
        now.inputs -= 1;
        now.bytes -= bytes;
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes a gate when it goes.
struct CloseOnDrop<'g>(&'g Gate);

impl Drop for CloseOnDrop<'_> {
    fn drop(&mut self) {
        self.0.lock().is_closed = true;
        self.0.changed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::time::Duration;

    use super::*;

    /// Sends outcomes on when it is idle.
    struct Flushing<'t> {
        held: Vec<usize>,
        taken: &'t Sender<usize>,
        fails_at: usize,
    }

    impl Sink<usize, usize> for Flushing<'_> {
        fn take(&mut self, outcome: usize) -> Result<(), usize> {
            self.held.push(outcome);
            if outcome == self.fails_at { Err(outcome) } else { Ok(()) }
        }

        fn idle(&mut self) -> Result<(), usize> {
            self.held.drain(..).for_each(|outcome| self.taken.send(outcome).unwrap());
            Ok(())
        }
    }

    #[test]
    fn hands_an_outcome_on_before_the_next_input_is_there() {
        for jobs in [0, 1, 4] {
            let (taken, answers) = channel();
            let feed = move |give: &mut Feed<'_, usize>| {
                (0..100).try_for_each(|number| {
                    give(number, 1 << 20)?;
                    assert_eq!(answers.recv_timeout(Duration::from_secs(20)), Ok(number));
                    ControlFlow::Continue(())
                })
            };
            serve(feed, jobs, |number, _| number, Flushing { held: Vec::new(), taken: &taken, fails_at: 1000 })
                .unwrap();
        }
    }

    #[test]
    fn keeps_the_order_and_ends_with_an_error_of_the_sink() {
        for (jobs, bytes) in [(1, 0), (3, 3 * BYTES_PER_THREAD), (8, 0)] {
            let (taken, answers) = channel();
            let work = |number: usize, _: &mut Scratch| {
                if number.is_multiple_of(50) {
                    std::thread::sleep(Duration::from_millis(3));
                }
                number
            };
            let feed = |give: &mut Feed<'_, usize>| (0..).try_for_each(|number| give(number, bytes));
            let ended = serve(feed, jobs, work, Flushing { held: Vec::new(), taken: &taken, fails_at: 300 });
            assert_eq!(ended, Err(300));
            let taken: Vec<usize> = answers.try_iter().collect();
            assert!(taken.iter().copied().eq(0..taken.len()));
        }
    }

    #[test]
    #[should_panic(expected = "work failed")]
    fn a_panic_of_the_work_ends_the_run() {
        let (taken, _answers) = channel();
        let feed = |give: &mut Feed<'_, usize>| (0..).try_for_each(|number| give(number, 0));
        let work = |number: usize, _: &mut Scratch| {
            assert!(number != 50, "work failed");
            number
        };
        let _ = serve(feed, 2, work, Flushing { held: Vec::new(), taken: &taken, fails_at: 1000 });
    }
}
