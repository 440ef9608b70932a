//! Lines, that come and go.

use butter::fd::{self, IoSlice, OwnedFd};
use butter::reactor::{AsyncIo, Registered};
use butter::socket::{SendFlags, sendmsg};
use butter::{Errno, Result};
use core::ffi::CStr;

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
        let old = self.memory;
        self.memory.iter_mut().zip(old.iter().skip(self.given)).for_each(|(place, byte)| *place = *byte);
        self.received -= self.given;
        self.given = 0;
        let end = loop {
            if let Some(end) = self.memory.iter().take(self.received).position(|byte| *byte == b'\n') {
                break end;
            }
            let rest = self.memory.get_mut(self.received..).unwrap_or_default();
            if rest.is_empty() {
                return Err(Errno::EMSGSIZE);
            }
            match socket.read_with(|socket| fd::read(socket, &mut *rest).map(|bytes| bytes.len())).await? {
                0 => return Ok(None),
                len => self.received += len,
            }
        };
        self.given = end + 1;
        let line = self.memory.get_mut(..self.given).unwrap_or_default();
        if let Some(newline) = line.last_mut() {
            *newline = 0;
        }
        // Of a line with a zero in it the rest is not seen.
        Ok(CStr::from_bytes_until_nul(line).ok())
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

    /// What does not fit is left out.
    pub fn push(&mut self, text: &str) -> &mut Text {
        text.bytes().for_each(|byte| self.push_byte(byte));
        self
    }

    pub fn number(&mut self, number: u64) -> &mut Text {
        if number > 9 {
            self.number(number / 10);
        }
        self.push_byte(b'0' + (number % 10) as u8);
        self
    }

    fn push_byte(&mut self, byte: u8) {
        if let Some(place) = self.memory.get_mut(self.len) {
            *place = byte;
            self.len += 1;
        }
    }

    pub fn bytes(&self) -> &[u8] {
        self.memory.get(..self.len).unwrap_or_default()
    }
}
