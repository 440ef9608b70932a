//! Output to descriptors, formatted on the stack.

use super::text::Text;
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, BorrowedFd};
use core::fmt::{self, Write};

/// Standard input, descriptor 0.
#[inline]
pub fn stdin() -> BorrowedFd<'static> {
    standard(0)
}

/// Standard output, descriptor 1.
#[inline]
pub fn stdout() -> BorrowedFd<'static> {
    standard(1)
}

/// Standard error, descriptor 2.
#[inline]
pub fn stderr() -> BorrowedFd<'static> {
    standard(2)
}

#[inline]
fn standard(number: i32) -> BorrowedFd<'static> {
    // SAFETY: these three are the whole program's, and no owner closes them.
    unsafe { BorrowedFd::borrow_raw(number) }
}

/// Writes all of the bytes, with as many calls as it takes.
///
/// # Errors
///
/// Those of [`fd::write`]. `EINTR` only if nothing has been written yet, so that the whole can be written again; later on
/// it is not given up for a signal.
pub fn write_all(fd: impl AsFd, bytes: &[u8]) -> Result<()> {
    let fd = fd.as_fd();
    let mut left = bytes;
    while !left.is_empty() {
        match fd::write(fd, left) {
            Ok(count) => match left.get(count..) {
                Some([]) => break,
                Some(rest) if count > 0 => left = rest,
                // A descriptor that takes nothing and says nothing would be asked for ever.
                _ => return Err(Errno::EIO),
            },
            Err(Errno::EINTR) if left.len() < bytes.len() => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

/// Formatted output to a descriptor, gathered in 512 bytes of stack: as long as it fits there it is written in one piece,
/// when it is [flushed](Self::flush). What has not been flushed when this is dropped is lost.
///
/// ```
/// use butter::rt::Writer;
/// use std::fmt::Write;
///
/// let mut out = Writer::new(butter::rt::stdout());
/// for number in 1..=3 {
///     write!(out, "{number} ").or_else(|_| out.flush())?;
/// }
/// out.flush()?;
/// # Ok::<(), butter::Errno>(())
/// ```
pub struct Writer<'fd> {
    fd: BorrowedFd<'fd>,
    text: Text,
    /// Whether some of it has been written.
    begun: bool,
    /// Why `write_str` failed, which cannot say it.
    error: Option<Errno>,
}

impl<'fd> Writer<'fd> {
    /// A writer to the descriptor.
    #[inline]
    pub fn new(fd: BorrowedFd<'fd>) -> Writer<'fd> {
        Writer { fd, text: Text::new(), begun: false, error: None }
    }

    /// Writes what has been gathered. After an error it keeps what has not been written, and may be called again.
    ///
    /// # Errors
    ///
    /// Those of [`fd::write`]; first of all the error by which a `write!` has failed since the last call. `EINTR` only if
    /// this writer has not written anything yet.
    pub fn flush(&mut self) -> Result<()> {
        match self.error.take() {
            Some(errno) => Err(errno),
            None => self.write_out(),
        }
    }

    fn write_out(&mut self) -> Result<()> {
        while !self.text.bytes().is_empty() {
            match fd::write(self.fd, self.text.bytes()) {
                Ok(0) => return Err(Errno::EIO),
                Ok(count) => {
                    self.begun = true;
                    self.text.remove(count);
                }
                Err(Errno::EINTR) if self.begun => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

impl Write for Writer<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut left = text.as_bytes();
        loop {
            let taken = self.text.push(left);
            left = left.get(taken..).unwrap_or_default();
            if left.is_empty() {
                return Ok(());
            }
            if let Err(errno) = self.write_out() {
                self.error = Some(errno);
                return Err(fmt::Error);
            }
        }
    }
}

impl fmt::Debug for Writer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer").field("fd", &self.fd).field("gathered", &self.text.bytes().len()).finish()
    }
}

/// Writes formatted text to a descriptor, in one piece if it has at most 512 bytes or nothing to format:
/// what [`print!`](crate::print!) and its like do.
///
/// # Errors
///
/// Those of [`fd::write`], `EINTR` only if nothing has been written yet. `EINVAL`: a value says that it cannot be formatted.
#[inline]
pub fn print(fd: impl AsFd, text: fmt::Arguments<'_>) -> Result<()> {
    match text.as_str() {
        Some(text) => write_all(fd, text.as_bytes()),
        None => formatted(fd.as_fd(), text),
    }
}

#[inline(never)]
fn formatted(fd: BorrowedFd<'_>, text: fmt::Arguments<'_>) -> Result<()> {
    let mut writer = Writer::new(fd);
    let done = writer.write_fmt(text);
    writer.flush()?;
    done.map_err(|_| Errno::EINVAL)
}

/// Prints to standard output, as `std`'s macro of this name, and gives a `Result`: see [`rt::print`](crate::rt::print).
#[macro_export]
macro_rules! print {
    ($($text:tt)*) => {
        $crate::rt::print($crate::rt::stdout(), ::core::format_args!($($text)*))
    };
}

/// [`print!`] with a line end.
#[macro_export]
macro_rules! println {
    ($($text:tt)*) => {
        $crate::fdprintln!($crate::rt::stdout(), $($text)*)
    };
}

/// Prints to standard error, as `std`'s macro of this name, and gives a `Result`: see [`rt::print`](crate::rt::print).
#[macro_export]
macro_rules! eprint {
    ($($text:tt)*) => {
        $crate::rt::print($crate::rt::stderr(), ::core::format_args!($($text)*))
    };
}

/// [`eprint!`] with a line end.
#[macro_export]
macro_rules! eprintln {
    ($($text:tt)*) => {
        $crate::fdprintln!($crate::rt::stderr(), $($text)*)
    };
}

/// Prints a line to any descriptor, and gives a `Result`: see [`rt::print`](crate::rt::print).
///
/// ```
/// let (reader, writer) = std::io::pipe()?;
/// butter::fdprintln!(&writer, "{} and {}", 1, 2)?;
/// # let mut buffer = [0; 16];
/// assert_eq!(butter::fd::read(&reader, &mut buffer)?, b"1 and 2\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[macro_export]
macro_rules! fdprintln {
    ($fd:expr $(,)?) => {
        $crate::rt::print($fd, ::core::format_args!("\n"))
    };
    ($fd:expr, $($text:tt)+) => {
        $crate::rt::print($fd, ::core::format_args!("{}\n", ::core::format_args!($($text)+)))
    };
}
