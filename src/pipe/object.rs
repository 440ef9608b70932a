//! A pipe as an object, and each of its ends as one: what is safe only if it is known which end it is.

use super::{Pages, PipeFlags, SpliceFlags, pipe2, set_size, size, vmsplice};
use crate::abi::fcntl::{F_GETFL, O_ACCMODE, O_RDONLY};
use crate::abi::uio::iovec;
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{self, AsRawFd, IoSlice, OwnedFd};

/// Both ends of a pipe. To give one away, take it out: `let Pipe { reader, writer } = pipe;`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Pipe {
    /// What is read from.
    pub reader: PipeReader,
    /// What is written to.
    pub writer: PipeWriter,
}

impl Pipe {
    /// Makes one whose ends wait and are closed over `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`pipe2`].
    #[inline]
    pub fn new() -> Result<Pipe> {
        Pipe::with_flags(PipeFlags::empty())
    }

    /// Makes one with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`pipe2`].
    #[inline]
    pub fn with_flags(flags: PipeFlags) -> Result<Pipe> {
        let (reader, writer) = pipe2(flags)?;
        Ok(Pipe { reader: PipeReader { fd: reader }, writer: PipeWriter { fd: writer } })
    }

    /// [`size`]: how many bytes it can hold.
    ///
    /// # Errors
    ///
    /// None, on a pipe.
    #[inline]
    pub fn size(&self) -> Result<usize> {
        size(&self.writer)
    }

    /// [`set_size`]: makes it larger or smaller.
    ///
    /// # Errors
    ///
    /// Those of [`set_size`].
    #[inline]
    pub fn set_size(&self, bytes: usize) -> Result<usize> {
        set_size(&self.writer, bytes)
    }
}

/// The end of a pipe that is read from.
pub struct PipeReader {
    // Open for reading only.
    fd: OwnedFd,
}

/// The end of a pipe that is written to.
pub struct PipeWriter {
    // Open for writing.
    fd: OwnedFd,
}

fd::object!(PipeReader);
fd::object!(PipeWriter);

impl PipeReader {
    /// [`fd::read`]: reads once, as much as there is and fits; nothing once nobody will write any more.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: the pipe is empty, and this end is non-blocking.
    /// - `EINTR`: a signal handler ran before anything was read.
    #[inline]
    pub fn read<'b>(&self, buffer: impl Into<Buffer<'b>>) -> Result<&'b mut [u8]> {
        fd::read(self, buffer)
    }

    /// Reads once by `vmsplice`: the bytes are copied, as by a read. Of the flags, [`NONBLOCK`](SpliceFlags::NONBLOCK) has an
    /// effect.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: the pipe is empty, and the call is non-blocking. That this end is so has no effect here.
    /// - `EBADF`: not a pipe.
    /// - `EINTR`: a signal handler ran before anything was read.
    /// - `EINVAL`: a flag that this kernel does not know.
    #[inline]
    pub fn vmsplice<'b>(&self, buffer: impl Into<Buffer<'b>>, flags: SpliceFlags) -> Result<&'b mut [u8]> {
        let mut buffer = buffer.into();
        // SAFETY: the kernel writes at most `iov_len` bytes, as this end is for reading only, and says how many.
        unsafe {
            buffer.fill(|iov_base, iov_len| {
                let memory = iovec { iov_base, iov_len };
                call!(VMSPLICE, self.as_raw_fd(), &raw const memory, 1, flags.bits()).size()
            })?;
        }
        Ok(buffer.into_filled())
    }

    /// How many bytes a read would give now.
    ///
    /// # Errors
    ///
    /// None, on a pipe.
    #[doc(alias = "FIONREAD")]
    #[inline]
    pub fn buffered(&self) -> Result<u32> {
        fd::buffered(self)
    }
}

impl PipeWriter {
    /// [`fd::write`]: writes once, and gives how many of the bytes were taken. Up to 4,096 are taken whole or not at all.
    ///
    /// # Errors
    ///
    /// - `EAGAIN`: the pipe is full, and this end is non-blocking.
    /// - `EINTR`: a signal handler ran before anything was written.
    /// - `EPIPE`: nobody reads the other end. The process also gets a `SIGPIPE`.
    #[inline]
    pub fn write(&self, bytes: &[u8]) -> Result<usize> {
        fd::write(self, bytes)
    }

    /// Puts bytes that never change into the pipe without copying them; gives how many there was room for.
    ///
    /// ```
    /// use butter::pipe::{Pipe, SpliceFlags};
    ///
    /// let pipe = Pipe::new()?;
    /// assert_eq!(pipe.writer.vmsplice_static(b"always the same", SpliceFlags::empty())?, 15);
    /// assert_eq!(pipe.reader.read(&mut [0; 100])?, b"always the same");
    /// # Ok::<(), butter::Errno>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`vmsplice`], but for `EINVAL` for their number. [`GIFT`](SpliceFlags::GIFT) is `EINVAL`: others use the
    /// memory around them.
    #[inline]
    pub fn vmsplice_static(&self, bytes: &'static [u8], flags: SpliceFlags) -> Result<usize> {
        if flags.contains(SpliceFlags::GIFT) {
            return Err(Errno::EINVAL);
        }
        // SAFETY: this end is for writing, and the bytes are there for ever and never change.
        unsafe { vmsplice(self, &[IoSlice::new(bytes)], flags) }
    }

    /// Gives pages away: puts as many of their bytes into the pipe as there is room for, without copying them; gives how
    /// many. Those are no longer in `pages`, so repeat it until it is empty.
    ///
    /// ```
    /// use butter::pipe::{Pages, Pipe, SpliceFlags};
    ///
    /// let pipe = Pipe::new()?;
    /// let mut pages = Pages::new(6000)?;
    /// pages.fill(b'x');
    /// while !pages.is_empty() {
    ///     pipe.writer.give(&mut pages, SpliceFlags::empty())?;
    /// }
    /// assert_eq!(pipe.reader.buffered()?, 6000);
    /// # Ok::<(), butter::Errno>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`vmsplice`], but for `EINVAL` for their number. After an error all bytes are still in `pages`.
    pub fn give(&self, pages: &mut Pages, flags: SpliceFlags) -> Result<usize> {
        // SAFETY: this end is for writing. The kernel takes whole pages from the front, as that begins a page, and only at
        // the end a part of one; what it took is left behind at once, and nobody can come to it again.
        let given = unsafe { vmsplice(self, &[IoSlice::new(pages)], flags | SpliceFlags::GIFT) }?;
        pages.leave(given);
        Ok(given)
    }
}

/// Whether a descriptor is open for reading only.
fn only_reads(fd: &OwnedFd) -> Result<bool> {
    // SAFETY: the call has no pointer.
    let flags = unsafe { call_readonly!(FCNTL64, fd.as_raw_fd(), F_GETFL, 0) }.int()?;
    Ok(flags as u32 & O_ACCMODE == O_RDONLY)
}

/// Of a descriptor that is open for reading only, else `EINVAL`. If it is no pipe that does no harm: its calls say so.
impl TryFrom<OwnedFd> for PipeReader {
    type Error = Errno;

    fn try_from(fd: OwnedFd) -> Result<PipeReader> {
        if only_reads(&fd)? { Ok(PipeReader { fd }) } else { Err(Errno::EINVAL) }
    }
}

/// Of a descriptor that is open for writing, else `EINVAL`. If it is no pipe that does no harm: its calls say so.
impl TryFrom<OwnedFd> for PipeWriter {
    type Error = Errno;

    fn try_from(fd: OwnedFd) -> Result<PipeWriter> {
        if only_reads(&fd)? { Err(Errno::EINVAL) } else { Ok(PipeWriter { fd }) }
    }
}
