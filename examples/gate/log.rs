//! The log, on the standard output, which never keeps anybody waiting.
//!
//! Whoever reads it may be a process that opens a file now and then, and waits for this program's answer. If this program
//! waited for that one to read, both would wait for ever. So lines are kept until they can be written, and left out if
//! they become too many.

use butter::Errno;
use butter::fd;
use butter::poll::{self, PollFd};
use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

/// How many bytes of lines are kept.
const ROOM: usize = 64 * 1024;
/// As much as a pipe takes without waiting if it takes anything (`PIPE_BUF`).
const PIECE: usize = 4096;

pub struct Log {
    /// The first `end` bytes are lines.
    lines: Box<[u8]>,
    end: usize,
    /// How many lines were left out. As long as there are any, the next ones are too.
    left_out: u64,
    closed: bool,
}

impl Log {
    pub fn new() -> Log {
        Log { lines: vec![0; ROOM].into(), end: 0, left_out: 0, closed: false }
    }

    pub fn line(&mut self, line: impl Display) {
        if self.left_out > 0 || !self.fits(line) {
            self.left_out += 1;
        }
    }

    fn fits(&mut self, line: impl Display) -> bool {
        let mut room = &mut self.lines[self.end..];
        let before = room.len();
        let fits = writeln!(room, "{line}").is_ok();
        let written = before - room.len();
        self.end += if fits { written } else { 0 };
        fits
    }

    /// Writes as much as can be written without waiting.
    pub fn flush(&mut self) {
        self.write();
        let left_out = self.left_out;
        if left_out > 0 && self.fits(format_args!("{left_out} lines are missing here")) {
            self.left_out = 0;
            self.write();
        }
    }

    fn write(&mut self) {
        let (stdout, mut written) = (io::stdout(), 0);
        while let left @ [_, ..] = &self.lines[written..self.end] {
            let mut writable = [PollFd::new(&stdout, poll::Events::OUT)];
            if self.closed || poll::poll(&mut writable, Some(Duration::ZERO)) != Ok(1) {
                break;
            }
            match fd::write(&stdout, &left[..left.len().min(PIECE)]) {
                Ok(count) => written += count,
                Err(Errno::EINTR | Errno::EAGAIN) => break,
                Err(Errno::EPIPE) => self.closed = true,
                // Such as ENOSPC: there may be room for later ones.
                Err(_) => {
                    self.left_out += left.iter().filter(|byte| **byte == b'\n').count() as u64;
                    written = self.end;
                }
            }
        }
        self.lines.copy_within(written..self.end, 0);
        self.end -= written;
        if self.closed {
            self.end = 0;
        }
    }

    /// Writes what is left, and waits for whoever reads it.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush();
        let mut stdout = io::stdout().lock();
        stdout.write_all(&self.lines[..self.end])?;
        if self.left_out > 0 {
            writeln!(stdout, "{} lines are missing here", self.left_out)?;
        }
        stdout.flush()
    }

    /// Whether all is written.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Nobody reads it any more.
    pub fn close(&mut self) {
        self.closed = true;
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }
}
