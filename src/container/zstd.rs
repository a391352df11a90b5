//! Zstandard data of any number of frames, as crawlers write one for each record.

use std::error::Error;
use std::io::{self, BufRead, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, Dictionary, FrameDecoder};

use super::Ahead;

/// The kind of skipped frame that has the dictionary of a WARC file, as IIPC's "WARC/1.0 zstd" of 2020 numbers it.
const DICTIONARY_FRAME: u32 = 0x184D_2A5D;

/// The largest dictionary that is read, in bytes; usual ones have a hundred kilobytes.
const MAX_DICTIONARY_BYTES: u64 = 16 << 20;

/// Tells whether bytes begin Zstandard data; a frame to be skipped may come first.
pub(super) fn begins(head: &[u8]) -> bool {
    matches!(head, [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..])
}

/// Unpacks all frames.
pub(super) struct Unzstd<R> {
    reader: R,
    decoder: FrameDecoder,
    /// Whether the reader is within a frame.
    in_frame: bool,
    /// Whether a frame ended and nothing of the next was given yet.
    is_between: bool,
}

impl<R: BufRead> Unzstd<R> {
    /// Starts at the head of the first frame.
    pub(super) fn new(reader: R) -> Self {
        Self { reader, decoder: FrameDecoder::new(), in_frame: false, is_between: false }
    }

    /// Reads the head of the next frame; tells whether there is one.
    fn start_frame(&mut self) -> io::Result<bool> {
        while !self.reader.fill_buf()?.is_empty() {
            match self.decoder.init(&mut self.reader) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    magic_number,
                    length,
                })) => self.pass_over(magic_number, length.into())?,
                Err(error) => return Err(fault(error)),
            }
        }
        Ok(false)
    }

    /// Reads over a frame that holds something for another program, or a dictionary.
    fn pass_over(&mut self, magic_number: u32, size: u64) -> io::Result<()> {
        let mut frame = (&mut self.reader).take(size);
        if magic_number == DICTIONARY_FRAME {
            let mut dictionary = Vec::new();
            (&mut frame).take(MAX_DICTIONARY_BYTES).read_to_end(&mut dictionary)?;
            if begins(&dictionary) {
                let packed = std::mem::take(&mut dictionary);
                Box::new(Unzstd::new(packed.as_slice())).take(MAX_DICTIONARY_BYTES).read_to_end(&mut dictionary)?;
            }
            self.decoder
                .add_dict(Dictionary::decode_dict(&dictionary).map_err(io::Error::other)?)
                .map_err(io::Error::other)?;
        }
        io::copy(&mut frame, &mut io::sink())?;
        if frame.limit() > 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// Checks what the end of the frame says of its content.
    fn end_frame(&self) -> io::Result<()> {
        let told = self.decoder.get_checksum_from_data();
        if told.is_some() && told != self.decoder.get_calculated_checksum() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the checksum of the zstd data is wrong"));
        }
        Ok(())
    }
}

/// Makes the reader's error of the decoder's, which says of a cut in its own types that a read failed.
fn fault(error: FrameDecoderError) -> io::Error {
    let is_end = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|cause| cause.kind() == io::ErrorKind::UnexpectedEof)
    };
    let mut causes = std::iter::successors(Some(&error as &(dyn Error + 'static)), |&cause| cause.source());
    if causes.any(is_end) {
        return io::Error::new(io::ErrorKind::UnexpectedEof, "the zstd data is cut off");
    }
    io::Error::other(error)
}

impl<R: BufRead> Read for Unzstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let read = self.read_on(buffer);
        if self.is_between { read.map_err(Ahead::mark) } else { read }
    }
}

impl<R: BufRead> Unzstd<R> {
    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame && !self.start_frame()? {
                return Ok(0);
            }
            self.in_frame = true;
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let one = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.reader, one).map_err(fault)?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                self.is_between = false;
                return Ok(count);
            }
            self.in_frame = false;
            self.is_between = false;
            self.end_frame()?;
            self.is_between = true;
        }
    }
}
