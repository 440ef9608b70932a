//! The log of the kernel, record by record: `/dev/kmsg`.
//!
//! ```no_run
//! use butter::system::kmsg::{Event, Kmsg, OpenFlags};
//! use butter::{Errno, Reader};
//!
//! // All that is there; without NONBLOCK, and then what comes.
//! let kmsg = Kmsg::open(OpenFlags::NONBLOCK)?;
//! let mut buffer = [0; 8192];
//! let mut reader = Reader::new(&kmsg, &mut buffer)?;
//! loop {
//!     match reader.read_event() {
//!         Ok(Event::Record(record)) => println!("{:?} {}", record.time(), record.text().escape_ascii()),
//!         Ok(Event::Lost) => println!("(some was lost)"),
//!         Err(Errno::EAGAIN) => break,
//!         Err(errno) => return Err(errno),
//!     }
//! }
//! # Ok::<(), Errno>(())
//! ```
//!
//! Every descriptor reads for itself, from the oldest record on, and takes nothing from others. A program that writes to
//! `/dev/kmsg` adds a record to the log: `<14>` in front of it is its priority, and without a newline at its end nobody sees it
//! before the next.
//!
//! Since Linux 3.5.
//!
//! See `/dev/kmsg` in the kernel's `Documentation/ABI/testing/dev-kmsg`.

use crate::abi::fcntl::AT_FDCWD;
use crate::arch::fcntl::{O_CLOEXEC, O_NONBLOCK};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::event::{EventSource, Record as _, Records};
use crate::fd::{self, OwnedFd, Whence};
use crate::flags::flags;
use core::fmt;
use core::time::Duration;

flags! {
    /// How the log is opened. It is closed over `exec` unless asked otherwise.
    OpenFlags: u32 {
        /// A read does not wait for another record: it gives `EAGAIN`.
        #[doc(alias = "O_NONBLOCK")]
        const NONBLOCK = O_NONBLOCK;
        /// The descriptor stays open over `exec`. (The kernel's flag, `O_CLOEXEC`, is given unless this is.)
        #[doc(alias = "O_CLOEXEC")]
        const NO_CLOEXEC = O_CLOEXEC;
    }
}

/// Which record is read next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The oldest.
    #[doc(alias = "SEEK_SET")]
    First,
    /// The first after the last [`syslog::clear`](super::syslog::clear).
    #[doc(alias = "SEEK_DATA")]
    Cleared,
    /// The next that comes.
    #[doc(alias = "SEEK_END")]
    End,
}

/// What a read gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A record.
    Record(Record<'a>),
    /// Records that were to be read next have been overwritten by newer ones; the sequence numbers tell how many.
    #[doc(alias = "EPIPE")]
    Lost,
}

/// A record of the log: a line, and perhaps a dictionary.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Record<'a> {
    priority: u32,
    sequence: u64,
    micros: u64,
    flags: &'a [u8],
    text: &'a [u8],
    /// Lines that begin with a space and end with a newline.
    dictionary: &'a [u8],
}

/// What stands for records that are lost. No record is an empty line.
const LOST: &[u8] = b"\n";

/// The records in any bytes, such as a file that was copied from `/dev/kmsg`, up to the first that is none. An empty line
/// counts as [`Event::Lost`].
///
/// ```
/// use butter::system::kmsg::{self, Event};
/// use std::time::Duration;
///
/// let log = b"6,339,5140900,-;NET: Registered protocol family 10\n SUBSYSTEM=net\n4,340,5690716,-;udevd[80]: starting\n";
/// let mut events = kmsg::parse(log);
/// let Some(Event::Record(record)) = events.next() else { panic!() };
/// assert_eq!((record.level(), record.facility(), record.sequence()), (6, 0, 339));
/// assert_eq!(record.time(), Duration::from_micros(5140900));
/// assert_eq!(record.text(), b"NET: Registered protocol family 10");
/// assert!(record.dictionary().eq([(&b"SUBSYSTEM"[..], &b"net"[..])]));
/// assert_eq!(events.count(), 1);
/// ```
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, Event<'_>> {
    Records::new(bytes)
}

impl<'a> crate::event::Record<'a> for Event<'a> {
    fn parse(bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        if let Some(rest) = bytes.strip_prefix(LOST) {
            *bytes = rest;
            return Some(Event::Lost);
        }
        let (line, mut rest) = line(bytes)?;
        let mut fields = line.splitn(2, |byte| *byte == b';');
        let (prefix, text) = (fields.next()?, fields.next()?);
        let mut fields = prefix.splitn(4, |byte| *byte == b',');
        let priority = u32::try_from(number(fields.next()?)?).ok()?;
        let (sequence, micros, flags) = (number(fields.next()?)?, number(fields.next()?)?, fields.next()?);

        let lines = rest;
        while rest.first() == Some(&b' ') {
            (_, rest) = self::line(rest)?;
        }
        let dictionary = lines.get(..lines.len() - rest.len())?;
        *bytes = rest;
        Some(Event::Record(Record { priority, sequence, micros, flags, text, dictionary }))
    }
}

/// The first line without its newline, and what is behind that.
fn line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (line, rest) = bytes.split_at_checked(bytes.iter().position(|byte| *byte == b'\n')?)?;
    Some((line, rest.get(1..)?))
}

/// A decimal number, with nothing before or behind it.
fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    })
}

impl<'a> Record<'a> {
    /// How urgent it is: 0 (an emergency) to 7 (for debugging).
    #[inline]
    pub fn level(&self) -> u8 {
        (self.priority & 7) as u8
    }

    /// Who said it, as syslog counts: 0 is the kernel; what programs write is 1 or more.
    #[inline]
    pub fn facility(&self) -> u32 {
        self.priority >> 3
    }

    /// Its number: every record has one more than that before it.
    #[inline]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// When it was said, on the clock of the scheduler, which is near [`Clock::MONOTONIC`](crate::time::Clock::MONOTONIC).
    #[inline]
    pub fn time(&self) -> Duration {
        Duration::from_micros(self.micros)
    }

    /// What follows the time, up to the `;`: `-`, or `c` for a line that goes on in the next record, and perhaps more fields
    /// with a comma before each.
    #[inline]
    pub fn flags(&self) -> &'a [u8] {
        self.flags
    }

    /// Who wrote it: `T` and the number of a thread, or `C` and that of a processor. `None` if the kernel does not say, which
    /// needs `CONFIG_PRINTK_CALLER`. Since Linux 5.1.
    pub fn caller(&self) -> Option<&'a [u8]> {
        self.flags.split(|byte| *byte == b',').find_map(|field| field.strip_prefix(b"caller="))
    }

    /// What it says. Bytes that cannot be printed, and `\`, stand there as `\x1b`; [`unescape`] gives them back.
    #[inline]
    pub fn text(&self) -> &'a [u8] {
        self.text
    }

    /// Names and values that the kernel has added, such as `SUBSYSTEM` and `DEVICE`, escaped like the text. What has no `=` is a
    /// name without a value.
    #[inline]
    pub fn dictionary(&self) -> Dictionary<'a> {
        Dictionary { lines: self.dictionary }
    }
}

impl fmt::Debug for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("level", &self.level())
            .field("facility", &self.facility())
            .field("sequence", &self.sequence())
            .field("time", &self.time())
            .field("flags", &format_args!("\"{}\"", self.flags.escape_ascii()))
            .field("text", &format_args!("\"{}\"", self.text.escape_ascii()))
            .field("dictionary", &self.dictionary())
            .finish()
    }
}

/// The names and values of a [`Record`].
#[derive(Clone)]
pub struct Dictionary<'a> {
    lines: &'a [u8],
}

impl<'a> Iterator for Dictionary<'a> {
    type Item = (&'a [u8], &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (line, rest) = line(self.lines)?;
        self.lines = rest;
        let mut parts = line.strip_prefix(b" ").unwrap_or(line).splitn(2, |byte| *byte == b'=');
        Some((parts.next()?, parts.next().unwrap_or_default()))
    }
}

impl fmt::Debug for Dictionary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (name, value) in self.clone() {
            let (name, value) = (name.escape_ascii(), value.escape_ascii());
            map.entry(&format_args!("\"{name}\""), &format_args!("\"{value}\""));
        }
        map.finish()
    }
}

/// The bytes that a text or a value stands for: each `\x` with two hexadecimal digits becomes a byte.
///
/// ```
/// use butter::system::kmsg::unescape;
/// assert!(unescape(br"a\x0ab\x5c").eq(*b"a\nb\\"));
/// ```
pub fn unescape(text: &[u8]) -> impl Iterator<Item = u8> + Clone + '_ {
    let mut rest = text;
    core::iter::from_fn(move || {
        let (&first, behind) = rest.split_first()?;
        let escaped =
            behind.strip_prefix(b"x").and_then(|digits| digits.split_first_chunk()).and_then(|(digits, behind)| {
                let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
                Some((u8::try_from(high? << 4 | low?).ok()?, behind))
            });
        match escaped {
            Some((byte, behind)) if first == b'\\' => {
                rest = behind;
                Some(byte)
            }
            _ => {
                rest = behind;
                Some(first)
            }
        }
    })
}

/// The log of the kernel, open for reading.
pub struct Kmsg {
    fd: OwnedFd,
}

fd::object!(Kmsg);
fd::object_from_fd!(Kmsg);

impl Kmsg {
    /// Opens it. The first record that is read is the oldest.
    ///
    /// # Errors
    ///
    /// - `EACCES`: the caller may not open the file.
    /// - `EMFILE`, `ENFILE`: the process, or the system, has as many open files as it may.
    /// - `ENOENT`: there is no `/dev/kmsg`.
    /// - `ENOMEM`: the kernel has no memory for it.
    /// - `ENXIO`: the kernel has no log: it was built without `CONFIG_PRINTK`.
    /// - `EPERM`: the caller lacks `CAP_SYSLOG`, and `/proc/sys/kernel/dmesg_restrict` is not 0.
    pub fn open(flags: OpenFlags) -> Result<Kmsg> {
        let (path, flags) = (c"/dev/kmsg".as_ptr(), flags.bits() ^ O_CLOEXEC);
        // SAFETY: the kernel reads the path, and gives a new descriptor.
        unsafe { call_readonly!(OPENAT, AT_FDCWD, path, flags, 0).fd() }.map(Kmsg::from)
    }

    /// Says which record is read next.
    ///
    /// # Errors
    ///
    /// - `ESPIPE`, `EINVAL`: not `/dev/kmsg`.
    pub fn seek(&self, start: Start) -> Result<()> {
        let whence = match start {
            Start::First => Whence::Start,
            Start::Cleared => Whence::Data,
            Start::End => Whence::End,
        };
        fd::lseek(self, 0, whence).map(drop)
    }
}

/// A read gives one record. Also the errors of a read are of one record: of `EPIPE` a [`Lost`](Event::Lost) is made.
impl EventSource for Kmsg {
    type Event<'a> = Event<'a>;

    /// The kernel writes no longer ones: 2,048 bytes since Linux 6.0, 8,192 before.
    const MIN_BUFFER: usize = 8192;

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        Event::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Event::parse(bytes).is_some()
    }

    #[inline]
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        match buffer.read(self) {
            Err(Errno::EPIPE) => Ok(buffer.set(LOST)),
            read => read,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    fn record(bytes: &[u8]) -> Record<'_> {
        let mut events = parse(bytes);
        let Some(Event::Record(record)) = events.next() else { panic!("{bytes:?}") };
        assert_eq!(events.remainder(), b"");
        record
    }

    #[test]
    fn every_field_is_found() {
        let record = record(b"30,18446744073709551615,7,c,caller=T1,new=x;a;b,c=d\n A=b=c\n alone\n \n");
        assert_eq!((record.level(), record.facility(), record.sequence()), (6, 3, u64::MAX));
        assert_eq!((record.time(), record.flags()), (Duration::from_micros(7), &b"c,caller=T1,new=x"[..]));
        assert_eq!((record.caller(), record.text()), (Some(&b"T1"[..]), &b"a;b,c=d"[..]));
        let dictionary: Vec<_> = record.dictionary().collect();
        assert_eq!(dictionary, [(&b"A"[..], &b"b=c"[..]), (b"alone", b""), (b"", b"")]);
        let printed = std::format!("{record:?}");
        assert!(printed.contains("caller=T1") && printed.contains(r#"{"A": "b=c", "alone": "#), "{printed}");
    }

    #[test]
    fn a_record_may_say_nothing() {
        let record = record(b"0,0,0,-;\n");
        assert_eq!((record.level(), record.facility(), record.text(), record.caller()), (0, 0, &b""[..], None));
        assert_eq!(record.dictionary().count(), 0);
    }

    #[test]
    fn what_is_no_record_remains() {
        let bytes: [&[u8]; 13] = [
            b"",
            b"6,1,2,-;no newline",
            b"6,1,2,-;text\n half",
            b" dictionary alone\n",
            b"6,1,2;text\n",
            b"6,1,2,-\n",
            b",1,2,-;text\n",
            b"6,,2,-;text\n",
            b"6,1,,-;text\n",
            b"-6,1,2,-;text\n",
            b"+6,1,2,-;text\n",
            b"4294967296,1,2,-;text\n",
            b"6,18446744073709551616,2,-;text\n",
        ];
        for bytes in bytes {
            let mut events = parse(bytes);
            assert_eq!(events.next(), None, "{bytes:?}");
            assert_eq!(events.remainder(), bytes);
        }
    }

    #[test]
    fn what_is_lost_is_a_case_of_its_own() {
        let mut events = parse(b"\n0,0,0,-;\n");
        assert_eq!(events.next(), Some(Event::Lost));
        assert!(matches!(events.next(), Some(Event::Record(_))));
    }

    #[test]
    fn escapes_become_bytes_and_what_is_none_stays() {
        let texts: [(&[u8], &[u8]); 6] = [
            (br"\x00\xfF", b"\0\xff"),
            (br"\x0", br"\x0"),
            (br"\xg0\x", br"\xg0\x"),
            (br"\\x41", br"\A"),
            (br"x41\n", br"x41\n"),
            (b"", b""),
        ];
        for (text, bytes) in texts {
            assert!(unescape(text).eq(bytes.iter().copied()), "{text:?}");
        }
    }
}
