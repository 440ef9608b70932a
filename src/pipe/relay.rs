//! The loops: everything from one descriptor to another, or to several.

use super::{Pipe, SpliceFlags, copy_file_range, sendfile, splice, tee};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, AsRawFd, BorrowedFd};
use crate::poll::{Events, PollFd, poll};
use core::fmt;

/// What its pipe is made to hold if the system lets it: as much as any user may ask for.
const SIZE: usize = 1 << 20;
/// How much the kernel is asked to copy in one go: a signal is noticed at the latest after that.
const RANGE: usize = 1 << 30;

/// Moves all that one descriptor gives to another, or to several, in the best way that the kernel has for the two: by
/// reference where it can, and through the caller's buffer where it cannot.
///
/// ```
/// use butter::pipe::{Pipe, Relay};
/// # let path = std::env::temp_dir().join(format!("butter-doc-relay-{}", std::process::id()));
/// # std::fs::write(&path, "all of it")?;
/// let file = std::fs::File::open(&path)?;
/// # std::fs::remove_file(&path)?;
/// let pipe = Pipe::new()?;
/// let mut buffer = [0; 4096];
/// let mut relay = Relay::new(&mut buffer)?;
/// assert_eq!(relay.splice_all(&file, &pipe.writer, None)?, 9);
/// assert_eq!(pipe.reader.read(&mut [0; 100])?, b"all of it");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// It waits where a descriptor is non-blocking and not ready. It takes no more from the input than it was asked for, and what
/// it took is never lost: if it cannot be delivered, the relay [holds](Self::held) it.
pub struct Relay<'b> {
    /// What was read into it goes out before what is in the pipe.
    buffer: Buffer<'b>,
    /// For what neither end of can be spliced without one.
    pipe: Pipe,
    /// For copies of what is in the first; empty but while one is delivered.
    copy: Pipe,
    /// How many bytes are in the first.
    in_pipe: usize,
    moved: u64,
}

impl<'b> Relay<'b> {
    /// Makes its two pipes. The buffer is used only where nothing can be spliced; 64 KiB are a good size.
    ///
    /// # Errors
    ///
    /// Those of [`pipe2`](super::pipe2), and
    ///
    /// - `EINVAL`: the buffer has no room for a byte.
    pub fn new(buffer: impl Into<Buffer<'b>>) -> Result<Relay<'b>> {
        let mut buffer = buffer.into();
        buffer.clear();
        if buffer.capacity() == 0 {
            return Err(Errno::EINVAL);
        }
        let (pipe, copy) = (Pipe::new()?, Pipe::new()?);
        for pipe in [&pipe, &copy] {
            // EPERM: the user has many pipes. Then even a new one may be a small one.
            let _ = pipe.set_size(SIZE);
        }
        // What is in the one has to fit in the other.
        let size = pipe.size()?.min(copy.size()?);
        pipe.set_size(size)?;
        copy.set_size(size)?;
        Ok(Relay { buffer, pipe, copy, in_pipe: 0, moved: 0 })
    }

    /// How many bytes it has delivered since it was made, to each output; also if a call came to an error in between.
    #[inline]
    pub fn moved(&self) -> u64 {
        self.moved
    }

    /// How many bytes it has taken and not delivered: none but after an error.
    #[inline]
    pub fn held(&self) -> usize {
        self.in_pipe + self.buffer.filled().len()
    }

    /// Moves all that comes from `from`, up to its end, to `to`, but at most `limit` bytes; gives how many it delivered.
    /// What it holds goes first, and is not a part of the limit.
    ///
    /// After an error [`moved`](Self::moved) tells how far it came, and it may be called again, also with another `to`: it
    /// goes on with what it holds.
    ///
    /// # Errors
    ///
    /// - `EINTR`: a signal handler ran. To go on, call it again.
    /// - `EPIPE`: nobody reads `to` any more. The process also gets a `SIGPIPE`.
    /// - and what reading `from` and writing `to` say.
    pub fn splice_all(&mut self, from: impl AsFd, to: impl AsFd, limit: Option<u64>) -> Result<u64> {
        let start = self.moved;
        let mut to = Output::new(&to);
        self.deliver(&mut to)?;
        let before = self.moved;
        let mut left = limit.unwrap_or(u64::MAX);
        let mut way = Way::CopyRange;
        while left > 0 {
            let most = usize::try_from(left).unwrap_or(RANGE).min(RANGE);
            let taken = match self.step(way, from.as_fd(), &mut to, most) {
                Err(Errno::EAGAIN) => {
                    wait(from.as_fd(), Events::IN)?;
                    if let Way::Splice | Way::SendFile = way {
                        wait(to.fd, Events::OUT)?;
                    }
                    continue;
                }
                // The last way has the last word.
                Err(errno) if is_no_way(errno) && way != Way::Buffer => {
                    way = way.next();
                    continue;
                }
                // Files that do not tell their size are empty to it.
                Ok(0) if way == Way::CopyRange && self.moved == before => {
                    way = way.next();
                    continue;
                }
                taken => taken? as u64,
            };
            if taken == 0 {
                break;
            }
            left = left.saturating_sub(taken);
            self.deliver(&mut to)?;
        }
        Ok(self.moved.wrapping_sub(start))
    }

    /// Moves some bytes, or takes them, and gives how many.
    fn step(&mut self, way: Way, from: BorrowedFd<'_>, to: &mut Output<'_>, most: usize) -> Result<usize> {
        let none = SpliceFlags::empty();
        let moved = match way {
            Way::CopyRange => copy_file_range(from, None, to.fd, None, most, 0)?,
            Way::Splice => splice(from, None, to.fd, None, most, none)?,
            Way::SendFile => sendfile(to.fd, from, None, most)?,
            Way::Pipe => {
                self.in_pipe = splice(from, None, &self.pipe.writer, None, most, none)?;
                return Ok(self.in_pipe);
            }
            Way::Buffer => return read(from, &mut self.buffer, most),
        };
        self.moved = self.moved.wrapping_add(moved as u64);
        Ok(moved)
    }

    /// Delivers what is held.
    fn deliver(&mut self, to: &mut Output<'_>) -> Result<()> {
        let before = to.written;
        let result = to.take(&self.pipe, &mut self.in_pipe, &mut self.buffer);
        self.moved = self.moved.wrapping_add(to.written.wrapping_sub(before));
        result
    }

    /// Moves all that comes from `from`, up to its end, to each of the outputs; gives how many bytes came.
    ///
    /// An output that fails gets no more, and the others go on: [`Output::error`] tells of it, and `failed` is called at
    /// once. It ends early if no output is left, or with the error that `failed` gives; then the other outputs have all
    /// got the same bytes, or those before them.
    ///
    /// The slowest output sets the pace. While it delivers it does not end at a signal.
    ///
    /// ```
    /// use butter::pipe::{Output, Pipe, Relay};
    ///
    /// let (input, one, two) = (Pipe::new()?, Pipe::new()?, Pipe::new()?);
    /// input.writer.write(b"to both")?;
    /// drop(input.writer);
    /// let mut buffer = [0; 4096];
    /// let mut outputs = [Output::new(&one.writer), Output::new(&two.writer)];
    /// Relay::new(&mut buffer)?.tee_all(&input.reader, &mut outputs, |_, errno| Err(errno))?;
    /// assert_eq!(one.reader.read(&mut [0; 100])?, b"to both");
    /// assert_eq!(two.reader.read(&mut [0; 100])?, b"to both");
    /// # Ok::<(), butter::Errno>(())
    /// ```
    ///
    /// # Errors
    ///
    /// - `EINTR`: a signal handler ran while it waited for the input. To go on, call it again: nothing is held.
    /// - `EINVAL`: it holds bytes that a [`splice_all`](Self::splice_all) could not deliver.
    /// - and what reading `from` says, and what `failed` gives.
    pub fn tee_all(
        &mut self,
        from: impl AsFd,
        outputs: &mut [Output<'_>],
        mut failed: impl FnMut(usize, Errno) -> Result<()>,
    ) -> Result<u64> {
        if self.held() > 0 {
            return Err(Errno::EINVAL);
        }
        let (mut total, mut spliced) = (0u64, true);
        while let Some(last) = outputs.iter().rposition(|output| output.error.is_none()) {
            let taken = if spliced {
                splice(&from, None, &self.pipe.writer, None, RANGE, SpliceFlags::empty())
            } else {
                read(from.as_fd(), &mut self.buffer, RANGE)
            };
            let taken = match taken {
                Err(Errno::EAGAIN) => {
                    wait(from.as_fd(), Events::IN)?;
                    continue;
                }
                Err(errno) if spliced && is_no_way(errno) => {
                    spliced = false;
                    continue;
                }
                taken => taken?,
            };
            if taken == 0 {
                break;
            }
            if spliced {
                self.in_pipe = taken;
            }
            total = total.wrapping_add(taken as u64);
            self.moved = self.moved.wrapping_add(taken as u64);
            let result = self.round(outputs, last, spliced, &mut failed);
            self.discard()?;
            result?;
        }
        Ok(total)
    }

    /// Delivers what was taken to every output.
    fn round(
        &mut self,
        outputs: &mut [Output<'_>],
        last: usize,
        spliced: bool,
        failed: &mut impl FnMut(usize, Errno) -> Result<()>,
    ) -> Result<()> {
        for (index, output) in outputs.iter_mut().enumerate().filter(|(_, output)| output.error.is_none()) {
            let result = match spliced {
                false => output.write_all(self.buffer.filled()),
                true if index == last => uninterrupted(|| output.take(&self.pipe, &mut self.in_pipe, &mut self.buffer)),
                true => duplicate(&self.pipe, self.in_pipe, &self.copy).and_then(|mut copied| {
                    let result = uninterrupted(|| output.take(&self.copy, &mut copied, &mut self.buffer));
                    // What a failed output left behind.
                    self.buffer.clear();
                    drain(&self.copy, &mut copied, &mut self.buffer)?;
                    result
                }),
            };
            if let Err(errno) = result {
                output.error = Some(errno);
                failed(index, errno)?;
            }
        }
        Ok(())
    }

    /// Drops what is held.
    fn discard(&mut self) -> Result<()> {
        self.buffer.clear();
        drain(&self.pipe, &mut self.in_pipe, &mut self.buffer)
    }
}

impl fmt::Debug for Relay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("moved", &self.moved).field("held", &self.held()).finish_non_exhaustive()
    }
}

/// One of the outputs of [`Relay::tee_all`]: the descriptor, how many bytes it got, and the error after which it got no more.
pub struct Output<'fd> {
    fd: BorrowedFd<'fd>,
    written: u64,
    error: Option<Errno>,
    /// Not what can be spliced to.
    by_writing: bool,
}

impl<'fd> Output<'fd> {
    /// Of a descriptor.
    #[inline]
    pub fn new(fd: &'fd impl AsFd) -> Output<'fd> {
        Output { fd: fd.as_fd(), written: 0, error: None, by_writing: false }
    }

    /// How many bytes it got.
    #[inline]
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Why it gets no more; `None` if it does.
    #[inline]
    pub fn error(&self) -> Option<Errno> {
        self.error
    }

    /// Takes all from the buffer and then from the pipe, in which so many bytes are. After an error it may be called again.
    fn take(&mut self, pipe: &Pipe, in_pipe: &mut usize, buffer: &mut Buffer<'_>) -> Result<()> {
        loop {
            self.flush(buffer)?;
            if *in_pipe == 0 {
                return Ok(());
            }
            if self.by_writing {
                *in_pipe = in_pipe.saturating_sub(buffer.read(&pipe.reader)?);
                continue;
            }
            match splice(&pipe.reader, None, self.fd, None, *in_pipe, SpliceFlags::empty()) {
                Ok(0) => return Err(Errno::EIO),
                Ok(moved) => {
                    *in_pipe = in_pipe.saturating_sub(moved);
                    self.written = self.written.wrapping_add(moved as u64);
                }
                Err(Errno::EAGAIN) => wait(self.fd, Events::OUT)?,
                Err(errno) if is_no_way(errno) => self.by_writing = true,
                Err(errno) => return Err(errno),
            }
        }
    }

    /// Takes all from the buffer.
    fn flush(&mut self, buffer: &mut Buffer<'_>) -> Result<()> {
        loop {
            let (bytes, mut consumed) = buffer.split();
            if bytes.is_empty() {
                return Ok(());
            }
            let written = self.write(bytes)?;
            consumed.leave(bytes.len().saturating_sub(written));
        }
    }

    /// Takes all of the bytes, and leaves them where they are.
    fn write_all(&mut self, mut bytes: &[u8]) -> Result<()> {
        while !bytes.is_empty() {
            let written = uninterrupted(|| self.write(bytes))?;
            bytes = bytes.get(written..).unwrap_or_default();
        }
        Ok(())
    }

    /// Waits until there is room, and writes once.
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        loop {
            match fd::write(self.fd, bytes) {
                Ok(0) => return Err(Errno::EIO),
                Ok(written) => {
                    self.written = self.written.wrapping_add(written as u64);
                    return Ok(written);
                }
                Err(Errno::EAGAIN) => wait(self.fd, Events::OUT)?,
                Err(errno) => return Err(errno),
            }
        }
    }
}

impl fmt::Debug for Output<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut output = f.debug_struct("Output");
        output.field("fd", &self.fd.as_raw_fd()).field("written", &self.written).field("error", &self.error).finish()
    }
}

/// How bytes get from one descriptor to another, the best way first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// From file to file.
    CopyRange,
    /// If one of them is a pipe.
    Splice,
    /// From a file.
    SendFile,
    /// Into a pipe of our own, and out of it.
    Pipe,
    /// Through the process.
    Buffer,
}

impl Way {
    fn next(self) -> Way {
        match self {
            Way::CopyRange => Way::Splice,
            Way::Splice => Way::SendFile,
            Way::SendFile => Way::Pipe,
            Way::Pipe | Way::Buffer => Way::Buffer,
        }
    }
}

/// Whether an error says that it cannot be done in this way. If it is a fault of the descriptor's, reading and writing say so
/// too.
fn is_no_way(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::EINVAL
            | Errno::EXDEV
            | Errno::EBADF
            | Errno::ENOSYS
            | Errno::EOPNOTSUPP
            | Errno::EOVERFLOW
            | Errno::EPERM
            | Errno::ESPIPE
            | Errno::ETXTBSY
    )
}

/// Reads once, at most so many bytes.
fn read(from: BorrowedFd<'_>, buffer: &mut Buffer<'_>, most: usize) -> Result<usize> {
    // SAFETY: the kernel writes at most `capacity` bytes and says how many.
    unsafe { buffer.fill(|memory, capacity| call!(READ, from.as_raw_fd(), memory, capacity.min(most)).size()) }
}

/// Puts what is in the one pipe into the other as well, which is empty and as large, so that all fits.
fn duplicate(pipe: &Pipe, len: usize, copy: &Pipe) -> Result<usize> {
    match uninterrupted(|| tee(&pipe.reader, &copy.writer, len, SpliceFlags::NONBLOCK))? {
        copied if copied == len => Ok(copied),
        _ => Err(Errno::EIO),
    }
}

/// Empties a pipe in which so many bytes are.
fn drain(pipe: &Pipe, in_pipe: &mut usize, buffer: &mut Buffer<'_>) -> Result<()> {
    while *in_pipe > 0 {
        *in_pipe = in_pipe.saturating_sub(uninterrupted(|| buffer.read(&pipe.reader))?.max(1));
    }
    buffer.clear();
    Ok(())
}

/// Waits until a descriptor is ready.
fn wait(fd: BorrowedFd<'_>, events: Events) -> Result<()> {
    poll(&mut [PollFd::new(&fd, events)], None).map(drop)
}

/// Repeats what a signal handler has interrupted.
fn uninterrupted<T>(mut f: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match f() {
            Err(Errno::EINTR) => {}
            result => return result,
        }
    }
}
