//! Lines, that come and go.

use butter::fd::{self, IoSlice, OwnedFd};
use butter::reactor::{AsyncIo, Registered};
use butter::socket::{SendFlags, sendmsg};
use butter::{Errno, Result};
use core::ffi::CStr;
use core::fmt::{self, Write};

/// The lines that a client sends, each at most 255 bytes and its end.
pub struct Lines {
    memory: [u8; 256],
    /// How much of it was received,
    received: usize,
    /// and how much of that was given out.
    given: usize,
}

impl Lines {
    pub fn new() -> Lines {
        Lines { memory: [0; 256], received: 0, given: 0 }
    }

    /// The next line, as a C string; none if the client has gone, maybe in the middle of one. One that is too long gives `EMSGSIZE`.
    pub async fn next(&mut self, socket: &Registered<'_, OwnedFd>) -> Result<Option<&CStr>> {
        self.memory.copy_within(self.given..self.received, 0);
        self.received -= self.given;
        self.given = 0;
        let end = loop {
            if let Some(end) = self.memory[..self.received].iter().position(|byte| *byte == b'\n') {
                break end;
            }
            let rest = &mut self.memory[self.received..];
            if rest.is_empty() {
                return Err(Errno::EMSGSIZE);
            }
            match socket.read_with(|socket| fd::read(socket, &mut *rest).map(|bytes| bytes.len())).await? {
                0 => return Ok(None),
                len => self.received += len,
            }
        };
        self.memory[end] = 0;
        self.given = end + 1;
        // Of a line with a zero in it the rest is not seen.
        Ok(CStr::from_bytes_until_nul(&self.memory[..self.given]).ok())
    }
}

/// Sends all of it.
pub async fn send(socket: &Registered<'_, OwnedFd>, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        // If the client has gone it is `EPIPE`, and no signal.
        let send = |socket: &OwnedFd| sendmsg(socket, &[IoSlice::new(bytes)], None, SendFlags::NOSIGNAL);
        let sent = socket.write_with(send).await?;
        bytes = bytes.get(sent..).unwrap_or_default();
    }
    Ok(())
}

/// A line while it is written.
pub struct Text {
    memory: [u8; 64],
    len: usize,
}

impl Text {
    pub fn new() -> Text {
        Text { memory: [0; 64], len: 0 }
    }

    pub fn bytes(&self) -> &[u8] {
        self.memory.get(..self.len).unwrap_or_default()
    }
}

impl Write for Text {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.len + text.len();
        self.memory.get_mut(self.len..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.len = end;
        Ok(())
    }
}
