//! The log, on the standard output, which never keeps anybody waiting.
//!
//! Whoever reads it may be a process that opens a file now and then, and waits for this program's answer. If this program
//! waited for that one to read, both would wait for ever. So lines are kept until they can be written, and left out if
//! they become too many.

use butter::Errno;
use butter::fd;
use butter::poll::{self, PollFd};
use std::fmt::{self, Display, Write as _};
use std::io;
use std::time::Duration;

/// How many bytes of lines are kept.
const ROOM: usize = 64 * 1024;
/// As much as a pipe takes without waiting if it takes anything (`PIPE_BUF`).
const PIECE: usize = 4096;

pub struct Log {
    /// Never grows.
    lines: String,
    /// How many lines there was no room for.
    left_out: u64,
    closed: bool,
}

impl Log {
    pub fn new() -> Log {
        Log { lines: String::with_capacity(ROOM), left_out: 0, closed: false }
    }

    pub fn line(&mut self, line: impl Display) {
        if self.closed {
            return;
        }
        let before = self.lines.len();
        if self.left_out > 0 {
            let count = self.left_out;
            let _ = writeln!(Limited(&mut self.lines), "{count} lines are missing here");
        }
        match writeln!(Limited(&mut self.lines), "{line}") {
            Ok(()) => self.left_out = 0,
            Err(fmt::Error) => {
                self.lines.truncate(before);
                self.left_out += 1;
            }
        }
    }

    /// Writes as much as can be written without waiting.
    pub fn flush(&mut self) {
        let (stdout, mut written) = (io::stdout(), 0);
        while let left @ [_, ..] = &self.lines.as_bytes()[written..] {
            let mut writable = [PollFd::new(&stdout, poll::Events::OUT)];
            if poll::poll(&mut writable, Some(Duration::ZERO)) != Ok(1) {
                break;
            }
            match fd::write(&stdout, &left[..left.len().min(PIECE)]) {
                Ok(count) => written += count,
                Err(Errno::EINTR | Errno::EAGAIN) => break,
                Err(Errno::EPIPE) => return self.close(),
                // Such as ENOSPC: later lines may find room.
                Err(_) => {
                    self.left_out += self.lines.matches('\n').count() as u64;
                    written = self.lines.len();
                }
            }
        }
        self.lines.drain(..written);
    }

    /// Whether all is written.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Nobody reads it any more.
    pub fn close(&mut self) {
        self.lines.clear();
        self.closed = true;
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }
}

/// Refuses what does not fit.
struct Limited<'a>(&'a mut String);

impl fmt::Write for Limited<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if text.len() > self.0.capacity() - self.0.len() {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}
