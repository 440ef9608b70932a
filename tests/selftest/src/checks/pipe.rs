//! Pipes, and what moves bytes through them.

use super::kernel::large_file;
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{self, OwnedFd};
use butter::pipe::{self, Output, Pages, Pipe, PipeFlags, Relay, SpliceFlags};

const NONE: SpliceFlags = SpliceFlags::empty();
/// Different in every part.
const FAR: u64 = 0x1_2345_6000;

fn holding(bytes: &[u8]) -> Result<Pipe, Errno> {
    let pipe = Pipe::with_flags(PipeFlags::NONBLOCK)?;
    pipe.writer.write(bytes)?;
    Ok(pipe)
}

/// A file that stands at its start, with these bytes far away.
fn far_away(bytes: &[u8]) -> Result<OwnedFd, Failure> {
    let (file, pipe) = (large_file()?, holding(bytes)?);
    claim(pipe::splice(&pipe.reader, None, &file, Some(&mut FAR.clone()), 100, NONE)? == bytes.len())?;
    Ok(file)
}

pub fn ends() -> Verdict {
    let pipe = Pipe::with_flags(PipeFlags::NONBLOCK)?;
    claim(fd::is_nonblocking(&pipe.reader)? && fd::is_nonblocking(&pipe.writer)?)?;
    claim(pipe.reader.read(&mut [0; 4]) == Err(Errno::EAGAIN))?;
    claim(pipe.set_size(100_000)? == 131_072 && pipe.size()? == 131_072)?;
    claim(Pipe::with_flags(PipeFlags::from_bits(1)).err() == Some(Errno::EINVAL))?;
    let packets = Pipe::with_flags(PipeFlags::DIRECT)?;
    packets.writer.write(b"one")?;
    packets.writer.write(b"two")?;
    claim(packets.reader.read(&mut [0; 9])? == b"one" && packets.reader.read(&mut [0; 9])? == b"two")
}

pub fn splice() -> Verdict {
    let (one, two) = (holding(b"one, two")?, Pipe::with_flags(PipeFlags::NONBLOCK)?);
    claim(pipe::tee(&one.reader, &two.writer, 3, NONE)? == 3)?;
    claim(pipe::splice(&one.reader, None, &two.writer, None, 5, NONE)? == 5)?;
    claim(two.reader.read(&mut [0; 20])? == b"oneone, ")?;
    claim(one.reader.read(&mut [0; 20])? == b"two")?;
    claim(pipe::splice(&one.reader, None, &two.writer, None, 5, NONE) == Err(Errno::EAGAIN))?;
    claim(pipe::tee(&one.reader, &one.writer, 5, NONE) == Err(Errno::EINVAL))?;
    claim(pipe::splice(&one.reader, Some(&mut 0), &two.writer, None, 5, NONE) == Err(Errno::ESPIPE))
}

pub fn offsets() -> Verdict {
    let (file, pipe) = (far_away(b"far away")?, Pipe::new()?);
    let mut offset = FAR + 4;
    claim(pipe::splice(&file, Some(&mut offset), &pipe.writer, None, 100, NONE)? == 4)?;
    claim(offset == FAR + 8 && pipe.reader.read(&mut [0; 20])? == b"away")
}

pub fn vmsplice() -> Verdict {
    let pipe = Pipe::with_flags(PipeFlags::NONBLOCK)?;
    claim(pipe.writer.vmsplice_static(b"static", NONE)? == 6)?;
    claim(pipe.reader.vmsplice(&mut [0; 20], NONE)? == b"static")?;
    let mut pages = Pages::new(5000)?;
    pages.fill(b'p');
    while !pages.is_empty() {
        pipe.writer.give(&mut pages, NONE)?;
    }
    drop(pages);
    claim(pipe.reader.read(&mut [0; 6000])? == [b'p'; 5000])
}

pub fn copies() -> Verdict {
    let (file, pipe) = (far_away(b"far away")?, Pipe::new()?);
    let mut offset = FAR + 4;
    claim(pipe::sendfile(&pipe.writer, &file, Some(&mut offset), 100)? == 4)?;
    claim(offset == FAR + 8 && pipe.reader.read(&mut [0; 20])? == b"away")?;
    let (mut from, mut to) = (FAR, FAR + 100);
    claim(pipe::copy_file_range(&file, Some(&mut from), &file, Some(&mut to), 3, 0)? == 3)?;
    claim(from == FAR + 3 && to == FAR + 103)?;
    claim(pipe::splice(&file, Some(&mut (FAR + 100)), &pipe.writer, None, 100, NONE)? == 3)?;
    claim(pipe.reader.read(&mut [0; 20])? == b"far")
}

pub fn relay() -> Verdict {
    let (input, one, two) = (holding(&[b'x'; 30_000])?, large_file()?, Pipe::new()?);
    drop(input.writer);
    let mut buffer = [0; 4096];
    let mut relay = Relay::new(&mut buffer)?;
    let mut outputs = [Output::new(&one), Output::new(&two.writer)];
    claim(relay.tee_all(&input.reader, &mut outputs, |_, errno| Err(errno))? == 30_000)?;
    claim(two.reader.buffered()? == 30_000)?;
    drop(two.writer);
    claim(relay.splice_all(&two.reader, &one, None)? == 30_000)?;
    claim(relay.moved() == 60_000 && relay.held() == 0)
}
