//! A feed of inputs and a sink in; one outcome per input, in the order of the inputs, to the sink. Prints nothing, and one bad
//! input is an outcome like any other.

mod serve;

use std::any::Any;
use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};

pub use serve::{Sink, serve};

use crate::rules::Scratch;

/// How many inputs may be under way for each thread: enough to keep it busy while another has a long one.
const INPUTS_PER_THREAD: usize = 16;

/// How many inputs may be under way in all; each may hold a file open.
const MAX_INPUTS: usize = 256;

/// How large the inputs that are under way may be together, in bytes. One alone may be larger.
const MAX_BYTES: u64 = 128 << 20;

/// Takes an input and its size in bytes; a break ends the run.
pub type Feed<'f, Input> = dyn FnMut(Input, u64) -> ControlFlow<()> + 'f;

/// Runs `work` on `jobs` threads on every input that `feed` gives, and hands the outcomes to `sink` in the order of the inputs.
///
/// The feed and the sink run on the calling thread, and with one job everything does. The feed is held up while too much is
/// under way, so that memory does not grow with the number of inputs.
///
/// # Errors
///
/// Returns the first error of the sink, which ends the run.
pub fn run<Input: Send, Outcome: Send, Error>(
    feed: impl FnOnce(&mut Feed<'_, Input>) -> ControlFlow<()>,
    jobs: usize,
    work: impl Fn(Input, &mut Scratch) -> Outcome + Sync,
    sink: impl FnMut(Outcome) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut sink = Ending { sink, ended: Ok(()) };
    if jobs <= 1 {
        let mut scratch = Scratch::default();
        // How the feed ended, the sink knows.
        let _ = feed(&mut |input, _| sink.take(work(input, &mut scratch)));
        return sink.ended;
    }
    let (inputs, queue) = mpsc::channel();
    let (outcomes, done) = mpsc::channel();
    let queue = Mutex::new(queue);
    std::thread::scope(|scope| {
        // Owned by the scope, so that the threads see the end of the queue when it is left, be it by a panic.
        let inputs = inputs;
        for _ in 0..jobs.min(MAX_INPUTS) {
            let (queue, work, outcomes) = (&queue, &work, outcomes.clone());
            scope.spawn(move || work_off(queue, work, &outcomes));
        }
        let max_inputs = (jobs * INPUTS_PER_THREAD).min(MAX_INPUTS);
        let mut window = Window { done, first: 0, waiting: VecDeque::new(), bytes: 0 };
        let fed = feed(&mut |input, bytes| {
            while window.waiting.len() >= max_inputs || (window.bytes > 0 && window.bytes + bytes > MAX_BYTES) {
                window.hand_on(&mut sink)?;
            }
            // The queue is only closed by this thread.
            let _ = inputs.send((window.open(bytes), input));
            ControlFlow::Continue(())
        });
        let mut flow = fed;
        while flow.is_continue() && !window.waiting.is_empty() {
            flow = window.hand_on(&mut sink);
        }
    });
    sink.ended
}

/// Where outcomes go, and how that ended.
struct Ending<S, Error> {
    sink: S,
    ended: Result<(), Error>,
}

impl<S, Error> Ending<S, Error> {
    fn take<Outcome>(&mut self, outcome: Outcome) -> ControlFlow<()>
    where
        S: FnMut(Outcome) -> Result<(), Error>,
    {
        match (self.sink)(outcome) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.ended = Err(error);
                ControlFlow::Break(())
            }
        }
    }
}

/// What became of an input: its outcome, or the panic of the work on it.
type Done<Outcome> = Result<Outcome, Box<dyn Any + Send>>;

/// The inputs that are under way, in order.
struct Window<Outcome> {
    done: Receiver<(usize, Done<Outcome>)>,
    /// The number of the first one.
    first: usize,
    /// The size of each in bytes, and its outcome if that is there.
    waiting: VecDeque<(u64, Option<Outcome>)>,
    /// The size of all in bytes.
    bytes: u64,
}

impl<Outcome> Window<Outcome> {
    /// Makes room for an input and gives its number.
    fn open(&mut self, bytes: u64) -> usize {
        self.waiting.push_back((bytes, None));
        self.bytes += bytes;
        self.first + self.waiting.len() - 1
    }

    /// Waits for the outcome of the first input and hands it on.
    fn hand_on<S, Error>(&mut self, sink: &mut Ending<S, Error>) -> ControlFlow<()>
    where
        S: FnMut(Outcome) -> Result<(), Error>,
    {
        while let Some((_, None)) = self.waiting.front() {
            // No thread ends before the queue is closed.
            let Ok((number, outcome)) = self.done.recv() else { return ControlFlow::Break(()) };
            let outcome = outcome.unwrap_or_else(|panic| resume_unwind(panic));
            if let Some((_, slot)) = self.waiting.get_mut(number - self.first) {
                *slot = Some(outcome);
            }
        }
        let Some((bytes, Some(outcome))) = self.waiting.pop_front() else { return ControlFlow::Continue(()) };
        self.first += 1;
        self.bytes -= bytes;
        sink.take(outcome)
    }
}

/// Works on inputs until the queue is closed and empty.
fn work_off<Input, Outcome>(
    queue: &Mutex<Receiver<(usize, Input)>>,
    work: &impl Fn(Input, &mut Scratch) -> Outcome,
    outcomes: &Sender<(usize, Done<Outcome>)>,
) {
    let mut scratch = Scratch::default();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, input)) = next else { return };
        let outcome = catch_unwind(AssertUnwindSafe(|| work(input, &mut scratch)));
        // After a panic, or when the sink has failed, no one waits for outcomes any more.
        if outcomes.send((number, outcome)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::{INPUTS_PER_THREAD, run};

    #[test]
    fn keeps_the_order_on_any_number_of_threads() {
        for jobs in [1, 2, 8, 1000] {
            let mut outcomes = Vec::new();
            let feed = |give: &mut super::Feed<'_, usize>| (0..1000).try_for_each(|number| give(number, 1 << 20));
            let work = |number: usize, _: &mut _| {
                if number.is_multiple_of(100) {
                    std::thread::sleep(Duration::from_millis(5));
                }
                number * 2
            };
            let sink = |outcome| -> Result<(), ()> {
                outcomes.push(outcome);
                Ok(())
            };
            run(feed, jobs, work, sink).unwrap();
            assert!(outcomes.iter().copied().eq((0..1000).map(|number| number * 2)), "{jobs} threads");
        }
    }

    #[test]
    fn holds_the_feed_up() {
        for (bytes, most) in [(0, 2 * INPUTS_PER_THREAD), (super::MAX_BYTES / 4, 4), (super::MAX_BYTES * 2, 1)] {
            let (given, ended) = (AtomicUsize::new(0), AtomicUsize::new(0));
            let feed = |give: &mut super::Feed<'_, ()>| {
                (0..200).try_for_each(|_| {
                    let flow = give((), bytes);
                    let under_way = given.fetch_add(1, Ordering::SeqCst) + 1 - ended.load(Ordering::SeqCst);
                    assert!(under_way <= most, "{under_way} under way");
                    flow
                })
            };
            let sink = |()| -> Result<(), ()> {
                ended.fetch_add(1, Ordering::SeqCst);
                Ok(())
            };
            run(feed, 2, |(), _| (), sink).unwrap();
            assert_eq!(ended.into_inner(), 200);
        }
    }

    #[test]
    fn ends_with_the_first_error_of_the_sink() {
        for jobs in [1, 4] {
            let fed = AtomicUsize::new(0);
            let feed = |give: &mut super::Feed<'_, u32>| {
                (0..).try_for_each(|number| {
                    fed.fetch_add(1, Ordering::SeqCst);
                    give(number, 1)
                })
            };
            let mut taken = 0;
            let ended = run(
                feed,
                jobs,
                |number, _| number,
                |number| {
                    taken += 1;
                    if number == 3 { Err(number) } else { Ok(()) }
                },
            );
            assert_eq!((ended, taken), (Err(3), 4), "{jobs} threads");
            assert!(fed.into_inner() <= 4 + 4 * INPUTS_PER_THREAD);
        }
    }

    #[test]
    fn one_job_stays_on_the_calling_thread() {
        let here = std::thread::current().id();
        let work = |(), _: &mut _| std::thread::current().id();
        let sink = |id| if id == here { Ok(()) } else { Err(id) };
        run(|give: &mut super::Feed<'_, ()>| give((), 0), 1, work, sink).unwrap();
    }

    #[test]
    #[should_panic(expected = "work failed")]
    fn a_panic_of_the_work_ends_the_run() {
        let feed = |give: &mut super::Feed<'_, u32>| (0..100).try_for_each(|number| give(number, 0));
        let work = |number: u32, _: &mut _| assert!(number != 50, "work failed");
        let _ = run(feed, 2, work, |()| Ok::<(), ()>(()));
    }
}
