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

/// How large the inputs that are under way may be together for each thread, in bytes. One alone may be larger.
const BYTES_PER_THREAD: u64 = 4 << 20;

/// How many inputs go to a thread at once, so that small ones are not handed over one by one, which takes longer than some
/// take to be worked on.
const INPUTS_AT_ONCE: usize = 8;

/// How large they may be together, in bytes, before the next goes with others: large inputs go one by one.
const BYTES_AT_ONCE: u64 = 64 << 10;

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
    let work = |inputs: Vec<Input>, scratch: &mut Scratch| -> Vec<Outcome> {
        inputs.into_iter().map(|input| work(input, scratch)).collect()
    };
    std::thread::scope(|scope| {
        // Owned by the scope, so that the threads see the end of the queue when it is left, be it by a panic.
        let inputs = inputs;
        for _ in 0..jobs.min(MAX_INPUTS) {
            let (queue, work, outcomes) = (&queue, &work, outcomes.clone());
            scope.spawn(move || work_off(queue, work, &outcomes));
        }
        let max_inputs = (jobs * INPUTS_PER_THREAD).min(MAX_INPUTS);
        let max_bytes = jobs as u64 * BYTES_PER_THREAD;
        let mut window = Window { inputs, done, first: 0, waiting: VecDeque::new(), under_way: Load::default() };
        let mut bundle = Bundle { inputs: Vec::new(), load: Load::default() };
        let fed = feed(&mut |input, bytes| {
            let is_full = |load: Load| load.inputs >= max_inputs || (load.bytes > 0 && load.bytes + bytes > max_bytes);
            while is_full(window.under_way + bundle.load) {
                window.send(&mut bundle);
                window.hand_on(&mut sink)?;
            }
            bundle.inputs.push(input);
            bundle.load = bundle.load + Load { inputs: 1, bytes };
            if bundle.load.inputs >= INPUTS_AT_ONCE || bundle.load.bytes >= BYTES_AT_ONCE {
                window.send(&mut bundle);
            }
            ControlFlow::Continue(())
        });
        window.send(&mut bundle);
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

/// How many inputs, and how large they are together, in bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Load {
    inputs: usize,
    bytes: u64,
}

impl std::ops::Add for Load {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { inputs: self.inputs + other.inputs, bytes: self.bytes + other.bytes }
    }
}

/// Inputs that go to a thread together.
struct Bundle<Input> {
    inputs: Vec<Input>,
    load: Load,
}

/// The bundles of inputs that are under way, in order.
struct Window<Input, Outcome> {
    inputs: Sender<(usize, Vec<Input>)>,
    done: Receiver<(usize, Done<Vec<Outcome>>)>,
    /// The number of the first one.
    first: usize,
    /// What each holds, and the outcomes if they are there.
    waiting: VecDeque<(Load, Option<Vec<Outcome>>)>,
    /// What all of them hold.
    under_way: Load,
}

impl<Input, Outcome> Window<Input, Outcome> {
    /// Sends a bundle on its way, unless it is empty; it is empty then.
    fn send(&mut self, bundle: &mut Bundle<Input>) {
        if bundle.inputs.is_empty() {
            return;
        }
        let Bundle { inputs, load } = std::mem::replace(bundle, Bundle { inputs: Vec::new(), load: Load::default() });
        let number = self.first + self.waiting.len();
        self.waiting.push_back((load, None));
        self.under_way = self.under_way + load;
        // The queue is only closed by this thread.
        let _ = self.inputs.send((number, inputs));
    }

    /// Waits for the outcomes of the first bundle and hands them on.
    fn hand_on<S, Error>(&mut self, sink: &mut Ending<S, Error>) -> ControlFlow<()>
    where
        S: FnMut(Outcome) -> Result<(), Error>,
    {
        while let Some((_, None)) = self.waiting.front() {
            // No thread ends before the queue is closed.
            let Ok((number, outcomes)) = self.done.recv() else { return ControlFlow::Break(()) };
            let outcomes = outcomes.unwrap_or_else(|panic| resume_unwind(panic));
            if let Some((_, slot)) = self.waiting.get_mut(number - self.first) {
                *slot = Some(outcomes);
            }
        }
        let Some((load, Some(outcomes))) = self.waiting.pop_front() else { return ControlFlow::Continue(()) };
        self.first += 1;
        self.under_way.inputs -= load.inputs;
        self.under_way.bytes -= load.bytes;
        outcomes.into_iter().try_for_each(|outcome| sink.take(outcome))
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

    use super::{BYTES_PER_THREAD, INPUTS_PER_THREAD, run};

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
        for (bytes, most) in [(0, 2 * INPUTS_PER_THREAD), (BYTES_PER_THREAD / 2, 4), (BYTES_PER_THREAD * 4, 1)] {
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
