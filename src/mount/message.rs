//! What the kernel says about a file system that is made step by step.

use crate::errno::{Errno, Result};
use crate::event::{Record, Records};
use crate::fd::{AsFd, AsRawFd};
use core::fmt;

/// Reads one message after another, and gives how many bytes are written. Each ends with a newline, which kernels before
/// and after each other write themselves or not.
///
/// # Safety
///
/// `capacity` bytes may be written at `memory`.
pub(super) unsafe fn read_lines(fd: impl AsFd, memory: *mut u8, capacity: usize) -> Result<usize> {
    let (fd, mut filled) = (fd.as_fd().as_raw_fd(), 0);
    loop {
        // SAFETY: `filled <= capacity`, and what is left is behind that.
        match unsafe { call!(READ, fd, memory.add(filled), capacity - filled) }.size() {
            // No message is empty.
            Ok(0) => return Ok(filled),
            Ok(length) => {
                filled += length;
                // SAFETY: the last byte was just written, and the next is in bounds.
                unsafe {
                    if filled < capacity && memory.add(filled - 1).read() != b'\n' {
                        memory.add(filled).write(b'\n');
                        filled += 1;
                    }
                }
            }
            Err(Errno::ENODATA) => return Ok(filled),
            Err(_) if filled > 0 => return Ok(filled),
            Err(errno) => return Err(errno),
        }
    }
}

/// How grave a [`Message`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// A step has failed for this reason.
    Error,
    /// Something is not as it should be.
    Warning,
    /// Something to know.
    Info,
    /// The line says none of these.
    Unknown,
}

/// A line of what the kernel says about a file system on the way to be mounted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// Without the newline.
    line: &'a [u8],
}

/// A line up to a newline, or up to the end.
impl<'a> Record<'a> for Message<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Message<'a>> {
        if bytes.is_empty() {
            return None;
        }
        let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
        let line = lines.next()?;
        *bytes = lines.next().unwrap_or_default();
        Some(Message { line })
    }
}

impl<'a> Message<'a> {
    /// How grave it is.
    #[inline]
    pub fn kind(&self) -> MessageKind {
        match self.line {
            [b'e', b' ', ..] => MessageKind::Error,
            [b'w', b' ', ..] => MessageKind::Warning,
            [b'i', b' ', ..] => MessageKind::Info,
            _ => MessageKind::Unknown,
        }
    }

    /// What it says, without the letter that says how grave it is; most begin with the name of the file system.
    #[inline]
    pub fn text(&self) -> &'a [u8] {
        match self.kind() {
            MessageKind::Unknown => self.line,
            _ => self.line.get(2..).unwrap_or_default(),
        }
    }

    /// The line as the kernel wrote it.
    #[inline]
    pub fn line(&self) -> &'a [u8] {
        self.line
    }
}

/// The text; what is not UTF-8 in it is replaced.
impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.text().utf8_chunks() {
            f.write_str(chunk.valid())?;
            if !chunk.invalid().is_empty() {
                f.write_str("\u{fffd}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {self}", self.kind())
    }
}

/// An error of a step, and what the kernel has said by then. It prints as both.
#[derive(Clone)]
pub struct ContextError<'b> {
    errno: Errno,
    messages: Records<'b, Message<'b>>,
}

impl<'b> ContextError<'b> {
    #[inline]
    pub(super) fn new(errno: Errno, messages: Records<'b, Message<'b>>) -> Self {
        ContextError { errno, messages }
    }

    /// The error.
    #[inline]
    pub fn errno(&self) -> Errno {
        self.errno
    }

    /// What the kernel has said: errors, warnings and information, oldest first; perhaps nothing.
    #[inline]
    pub fn messages(&self) -> Records<'b, Message<'b>> {
        self.messages.clone()
    }
}

/// The error in words, and behind it the messages.
impl fmt::Display for ContextError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.errno)?;
        let mut separator = ": ";
        for message in self.messages() {
            write!(f, "{separator}{message}")?;
            separator = "; ";
        }
        Ok(())
    }
}

impl fmt::Debug for ContextError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.errno)?;
        f.debug_list().entries(self.messages()).finish()
    }
}

impl core::error::Error for ContextError<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{format, vec::Vec};

    fn error(bytes: &[u8]) -> ContextError<'_> {
        ContextError::new(Errno::EINVAL, Records::new(bytes))
    }

    #[test]
    fn a_line_is_a_message_of_its_kind() {
        let messages: Vec<_> = Records::new(b"e ext4: no\nw tmpfs: well\ni so\nelse\n\ne \nw")
            .map(|m: Message<'_>| (m.kind(), m.text()))
            .collect();
        let expected: [(MessageKind, &[u8]); 7] = [
            (MessageKind::Error, b"ext4: no"),
            (MessageKind::Warning, b"tmpfs: well"),
            (MessageKind::Info, b"so"),
            (MessageKind::Unknown, b"else"),
            (MessageKind::Unknown, b""),
            (MessageKind::Error, b""),
            (MessageKind::Unknown, b"w"),
        ];
        assert_eq!(messages, expected);
        assert_eq!(Records::<Message<'_>>::new(b"").count(), 0);
    }

    #[test]
    fn an_error_prints_with_what_was_said() {
        assert_eq!(format!("{}", error(b"e a: b\nw \xffc\n")), "invalid argument: a: b; \u{fffd}c");
        assert_eq!(format!("{:?}", error(b"e a: b\n")), "EINVAL[Error: a: b]");
        assert_eq!(format!("{} {:?}", error(b""), error(b"")), "invalid argument EINVAL[]");
    }
}
