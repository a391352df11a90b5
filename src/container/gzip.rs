//! gzip data of any number of members, as crawlers write one for each record.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

/// Unpacks all members. Bytes behind them that are no member end the data and are told of; zeros fill up tapes and are not.
pub(super) struct Gunzip<R> {
    /// The member that is being read; none behind the last.
    member: Option<GzDecoder<R>>,
    junk: Rc<Cell<bool>>,
}

impl<R: BufRead> Gunzip<R> {
    /// Starts at the head of the first member; sets `junk` when it comes upon bytes behind the last one.
    pub(super) fn new(reader: R, junk: Rc<Cell<bool>>) -> Self {
        Self { member: Some(GzDecoder::new(reader)), junk }
    }
}

impl<R: BufRead> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let Some(mut reader) = self.member.take().map(GzDecoder::into_inner) else { break };
            skip_zeros(&mut reader)?;
            match reader.fill_buf()?.first() {
                None => {}
                Some(0x1F) => self.member = Some(GzDecoder::new(reader)),
                Some(_) => self.junk.set(true),
            }
        }
        Ok(0)
    }
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
