//! A list of inputs in; one outcome per input, in input order, to a sink. Prints nothing, and one bad input is an outcome
//! like any other.

use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use crate::rules::Scratch;

/// How many inputs each thread gets before the outcomes so far are handed on: bounds memory, and keeps threads busy.
const INPUTS_PER_THREAD: usize = 32;

/// Runs `work` on every input on `jobs` threads and hands the outcomes to `sink` in the order of the inputs.
///
/// # Errors
///
/// Returns the first error of the sink, which ends the run.
pub fn run<Input: Sync, Outcome: Send, Error>(
    inputs: &[Input],
    jobs: usize,
    work: impl Fn(&Input, &mut Scratch) -> Outcome + Sync,
    mut sink: impl FnMut(Outcome) -> Result<(), Error>,
) -> Result<(), Error> {
    let pool = (jobs > 1 && inputs.len() > 1)
        .then(|| rayon::ThreadPoolBuilder::new().num_threads(jobs).build().ok())
        .flatten();
    let Some(pool) = pool else {
        let mut scratch = Scratch::default();
        return inputs.iter().try_for_each(|input| sink(work(input, &mut scratch)));
    };
    // One for each thread, which keeps what was found in one chunk for the next; so no thread waits for another's.
    let scratches: Vec<Mutex<Scratch>> = std::iter::repeat_with(Mutex::default).take(jobs).collect();
    let work = |input| {
        let own = rayon::current_thread_index().and_then(|thread| scratches.get(thread));
        match own.map(|scratch| scratch.lock().unwrap_or_else(PoisonError::into_inner)) {
            Some(mut scratch) => work(input, &mut scratch),
            None => work(input, &mut Scratch::default()),
        }
    };
    for chunk in inputs.chunks(jobs * INPUTS_PER_THREAD) {
        let outcomes: Vec<Outcome> = pool.install(|| chunk.par_iter().map(work).collect());
        outcomes.into_iter().try_for_each(&mut sink)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::run;

    #[test]
    fn keeps_the_order_on_any_number_of_threads() {
        let inputs: Vec<u32> = (0..1000).collect();
        for jobs in [1, 2, 8] {
            let mut outcomes = Vec::new();
            run(
                &inputs,
                jobs,
                |input, _| input * 2,
                |outcome| -> Result<(), ()> {
                    outcomes.push(outcome);
                    Ok(())
                },
            )
            .unwrap();
            assert!(
                outcomes.iter().enumerate().all(|(index, outcome)| *outcome as usize == index * 2),
                "{jobs} threads"
            );
        }
    }
}
