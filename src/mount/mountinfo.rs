//! The text of `/proc/PID/mountinfo`, for kernels before Linux 6.8 and for texts from elsewhere;
//! [`statmount`](super::statmount()) tells more.
//!
//! ```
//! use butter::mount::mountinfo;
//!
//! # #[cfg(feature = "std")]
//! let text = std::fs::read("/proc/self/mountinfo")?;
//! # #[cfg(not(feature = "std"))] let text = b"22 1 0:21 / / rw - proc proc rw\n";
//! for line in mountinfo::parse(&text) {
//!     let mut path = [0; 4096];
//!     let path = line.mount_point().unwrap().unescape(&mut path).unwrap();
//!     println!("{}", path.escape_ascii());
//! }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! See `proc_pid_mountinfo(5)`.

use crate::event::{Record, Records};
use core::fmt;

/// The lines in any bytes. One that does not end with a newline stays as the remainder.
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, Line<'_>> {
    Records::new(bytes)
}

/// A line: a mount. What does not stand in it as it should is `None`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// Without the newline.
    line: &'a [u8],
}

impl<'a> Record<'a> for Line<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Line<'a>> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let (line, rest) = bytes.split_at_checked(end)?;
        *bytes = rest.get(1..).unwrap_or_default();
        Some(Line { line })
    }
}

impl<'a> Line<'a> {
    /// The line as the kernel wrote it.
    #[inline]
    pub fn as_bytes(&self) -> &'a [u8] {
        self.line
    }

    #[inline]
    fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        self.line.split(|byte| *byte == b' ')
    }

    /// A field behind the one that separates the optional ones from the file system's.
    #[inline]
    fn behind(&self, number: usize) -> Option<&'a [u8]> {
        let mut fields = self.fields().skip(OPTIONAL);
        fields.find(|field| *field == b"-")?;
        fields.nth(number)
    }

    /// The number of the mount, which is used again.
    #[inline]
    pub fn id(&self) -> Option<u32> {
        number(self.fields().next()?)
    }

    /// The number of the mount that it is on; of a root its own, or one that is not in the text.
    #[inline]
    pub fn parent_id(&self) -> Option<u32> {
        number(self.fields().nth(1)?)
    }

    /// The major and the minor number of the device of the file system.
    pub fn device(&self) -> Option<(u32, u32)> {
        let mut numbers = self.fields().nth(2)?.splitn(2, |byte| *byte == b':').map(number);
        Some((numbers.next()??, numbers.next()??))
    }

    /// The directory of the file system that is mounted: `/` unless it is a bind.
    #[inline]
    pub fn root(&self) -> Option<Escaped<'a>> {
        self.fields().nth(3).map(Escaped)
    }

    /// Where it is mounted, from the process's root directory on.
    #[inline]
    pub fn mount_point(&self) -> Option<Escaped<'a>> {
        self.fields().nth(4).map(Escaped)
    }

    /// The options of the mount, separated by commas.
    #[inline]
    pub fn options(&self) -> Option<&'a [u8]> {
        self.fields().nth(5)
    }

    /// The optional fields: `shared:1`, `master:2`, `propagate_from:3`, `unbindable`, and what newer kernels add.
    #[inline]
    pub fn optional_fields(&self) -> impl Iterator<Item = &'a [u8]> {
        self.fields().skip(OPTIONAL).take_while(|field| *field != b"-")
    }

    #[inline]
    fn optional_number(&self, name: &[u8]) -> Option<u32> {
        self.optional_fields().find_map(|field| field.strip_prefix(name)).and_then(number)
    }

    /// The number of the group of its peers, if it is shared.
    #[doc(alias = "shared")]
    #[inline]
    pub fn peer_group(&self) -> Option<u32> {
        self.optional_number(b"shared:")
    }

    /// The number of the group that it is a slave of, if it is one.
    #[inline]
    pub fn master(&self) -> Option<u32> {
        self.optional_number(b"master:")
    }

    /// The number of the nearest group that a slave receives from and that the process's root directory leads to, if that is not
    /// the master.
    #[inline]
    pub fn propagate_from(&self) -> Option<u32> {
        self.optional_number(b"propagate_from:")
    }

    /// Whether it cannot be bound.
    #[inline]
    pub fn is_unbindable(&self) -> bool {
        self.optional_fields().any(|field| field == b"unbindable")
    }

    /// The name of the type of the file system, with its subtype if it has one: `ext4`, `fuse.sshfs`.
    #[inline]
    pub fn fs_type(&self) -> Option<Escaped<'a>> {
        self.behind(0).map(Escaped)
    }

    /// The source of the file system: the device, or the name that was given.
    #[inline]
    pub fn source(&self) -> Option<Escaped<'a>> {
        self.behind(1).map(Escaped)
    }

    /// The options of the file system, separated by commas.
    #[inline]
    pub fn fs_options(&self) -> Option<Escaped<'a>> {
        self.behind(2).map(Escaped)
    }
}

impl fmt::Debug for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({})", self.line.escape_ascii())
    }
}

/// How many fields stand before the optional ones.
const OPTIONAL: usize = 6;

#[inline]
fn number(field: &[u8]) -> Option<u32> {
    // A sign would be taken too.
    let digits = field.iter().all(u8::is_ascii_digit).then_some(field)?;
    core::str::from_utf8(digits).ok()?.parse().ok()
}

/// Bytes in which spaces, tabs, newlines, backslashes and `#` stand as `\040` and the like. To walk over it gives the bytes that
/// are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Escaped<'a>(&'a [u8]);

impl<'a> Escaped<'a> {
    /// Takes any bytes: what is no escape stands for itself.
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Escaped<'a> {
        Escaped(bytes)
    }

    /// The bytes as they stand in the text.
    #[inline]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// The bytes that are meant, in a buffer of the caller's. `None` if they do not fit; they are never more than those in the
    /// text.
    pub fn unescape<'b>(&self, buffer: &'b mut [u8]) -> Option<&'b [u8]> {
        let mut length = 0;
        for byte in self.into_iter() {
            *buffer.get_mut(length)? = byte;
            length += 1;
        }
        buffer.get(..length)
    }
}

impl<'a> IntoIterator for Escaped<'a> {
    type Item = u8;
    type IntoIter = Unescape<'a>;

    #[inline]
    fn into_iter(self) -> Unescape<'a> {
        Unescape(self.0)
    }
}

/// Compares the bytes that are meant.
impl PartialEq<[u8]> for Escaped<'_> {
    #[inline]
    fn eq(&self, other: &[u8]) -> bool {
        self.into_iter().eq(other.iter().copied())
    }
}

impl fmt::Debug for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Escaped({})", self.0.escape_ascii())
    }
}

/// The bytes that are meant by an [`Escaped`].
#[derive(Clone, Debug)]
pub struct Unescape<'a>(&'a [u8]);

impl Iterator for Unescape<'_> {
    type Item = u8;

    #[inline]
    fn next(&mut self) -> Option<u8> {
        if let [b'\\', a @ b'0'..=b'3', b @ b'0'..=b'7', c @ b'0'..=b'7', rest @ ..] = self.0 {
            self.0 = rest;
            return Some((a & 7) << 6 | (b & 7) << 3 | (c & 7));
        }
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn line(text: &str) -> Line<'_> {
        Line { line: text.as_bytes() }
    }

    #[test]
    fn each_field_is_told() {
        let line = line(r"36 35 98:1 /mnt1 /a\040b rw,noatime shared:7 master:8 new - fuse.x y\134z rw,a=\054");
        assert_eq!((line.id(), line.parent_id(), line.device()), (Some(36), Some(35), Some((98, 1))));
        assert_eq!(line.root(), Some(Escaped(b"/mnt1")));
        assert!(line.mount_point().unwrap() == *b"/a b".as_slice());
        assert_eq!(line.options(), Some(b"rw,noatime".as_slice()));
        assert_eq!(line.optional_fields().collect::<Vec<_>>(), [b"shared:7".as_slice(), b"master:8", b"new"]);
        assert_eq!((line.peer_group(), line.master(), line.propagate_from()), (Some(7), Some(8), None));
        assert!(!line.is_unbindable());
        assert_eq!(line.fs_type(), Some(Escaped(b"fuse.x")));
        assert!(line.source().unwrap() == *b"y\\z".as_slice());
        assert!(line.fs_options().unwrap() == *b"rw,a=,".as_slice());
    }

    #[test]
    fn a_line_without_optional_fields_and_one_with_other_ones() {
        let plain = line("1 1 0:2 / / ro - tmpfs - rw");
        assert_eq!(plain.optional_fields().count(), 0);
        assert_eq!((plain.source(), plain.fs_options()), (Some(Escaped(b"-")), Some(Escaped(b"rw"))));
        let other = line("1 1 0:2 / / ro propagate_from:4 unbindable - tmpfs none rw");
        assert!(other.propagate_from() == Some(4) && other.is_unbindable() && other.peer_group().is_none());
    }

    #[test]
    fn what_is_not_there_is_none() {
        let empty = line("");
        assert!(empty.id().is_none() && empty.parent_id().is_none() && empty.device().is_none());
        assert!(empty.options().is_none() && empty.fs_type().is_none() && empty.fs_options().is_none());
        for device in ["1", "1:", ":1", "a:b", "1:2:3", "+1:2"] {
            assert_eq!(line(&std::format!("1 1 {device}")).device(), None, "{device}");
        }
        assert_eq!(line("+1 4294967296").id(), None);
        assert_eq!(line("1 4294967296").parent_id(), None);
        let unseparated = line("1 1 0:2 / / ro shared:1 tmpfs none rw");
        assert!(unseparated.fs_type().is_none() && unseparated.peer_group() == Some(1));
    }

    #[test]
    fn a_line_that_is_not_whole_is_left() {
        let mut lines = parse(b"a\n\nb");
        assert_eq!(lines.next().map(|line| line.as_bytes()), Some(b"a".as_slice()));
        assert_eq!(lines.next().map(|line| line.as_bytes()), Some(b"".as_slice()));
        assert!(lines.next().is_none());
        assert_eq!(lines.remainder(), b"b");
    }

    #[test]
    fn escapes_are_three_octal_digits_of_a_byte() {
        let meant = |text: &'static str| Escaped::new(text.as_bytes()).into_iter().collect::<Vec<_>>();
        assert_eq!(meant(r"\040\011\012\134\043\000\377"), b" \t\n\\#\0\xff");
        assert_eq!(meant(r"\400\08\1\\040\04"), b"\\400\\08\\1\\ \\04");
        let mut buffer = [0; 3];
        assert_eq!(Escaped::new(br"a\040b").unescape(&mut buffer), Some(b"a b".as_slice()));
        assert_eq!(Escaped::new(br"a\040bc").unescape(&mut buffer), None);
    }
}
