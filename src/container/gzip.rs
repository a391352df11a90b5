//! gzip data of any number of members, as crawlers write one for each record.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

use super::Ahead;

/// Unpacks all members. Bytes behind them that are no member end the data and are told of; zeros fill up tapes and are not.
pub(super) struct Gunzip<R> {
    /// The member that is being read; none behind the last.
    member: Option<GzDecoder<R>>,
    /// Whether a member ended and nothing of the next was given yet.
    is_between: bool,
    junk: Rc<Cell<bool>>,
}

impl<R: BufRead> Gunzip<R> {
    /// Starts at the head of the first member; sets `junk` when it comes upon bytes behind the last one.
    pub(super) fn new(reader: R, junk: Rc<Cell<bool>>) -> Self {
        Self { member: Some(GzDecoder::new(reader)), is_between: false, junk }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = match member.read(buffer) {
                // Junk may begin like a member.
                Err(error) if self.is_between && is_no_head(member, &error) => {
                    self.member = None;
                    self.junk.set(true);
                    break;
                }
                Err(error) if self.is_between => return Err(Ahead::mark(error)),
                other => other?,
            };
            if count > 0 || buffer.is_empty() {
                self.is_between &= count == 0;
                return Ok(count);
            }
            let Some(mut reader) = self.member.take().map(GzDecoder::into_inner) else { break };
            skip_zeros(&mut reader)?;
            self.is_between = true;
            match reader.fill_buf()?.first() {
                None => {}
                Some(0x1F) => self.member = Some(GzDecoder::new(reader)),
                Some(_) => self.junk.set(true),
            }
        }
        Ok(0)
    }
}

/// Tells whether a member cannot be read since what stands there is no head of one.
fn is_no_head<R: BufRead>(member: &GzDecoder<R>, error: &io::Error) -> bool {
    member.header().is_none() && error.kind() == io::ErrorKind::InvalidInput
}

fn skip_zeros(reader: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = reader.fill_buf()?;
        let zeros = buffer.iter().take_while(|byte| **byte == 0).count();
        let all = zeros == buffer.len();
        reader.consume(zeros);
        if zeros == 0 || !all {
            return Ok(());
        }
    }
}
