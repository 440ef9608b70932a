//! The entries of a directory: a header of 19 bytes, and a name that is ended by a NUL.

use super::FileType;
use crate::abi::dirent::linux_dirent64 as abi;
use crate::abi::limits::PATH_MAX;
use crate::buffer::Buffer;
use crate::errno::Result;
use crate::event::{EventSource, Record, Records};
use crate::fd::{self, AsFd, AsRawFd, OpenFlags, OwnedFd, Whence};
use crate::path::PathArg;
use core::{fmt, mem::offset_of};

const HEADER: usize = offset_of!(abi, d_name);

/// A name in a directory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The header, and behind it the name with at least one NUL.
    record: &'a [u8],
}

/// The entries in any bytes, up to the first that is not whole.
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, Entry<'_>> {
    Records::new(bytes)
}

impl<'a> Record<'a> for Entry<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Entry<'a>> {
        let length = u16::from_ne_bytes(field(bytes, offset_of!(abi, d_reclen))?).into();
        let (record, rest) = bytes.split_at_checked(length)?;
        // Without its header it would be none, and of no length it would be without end.
        record.get(HEADER..)?;
        *bytes = rest;
        Some(Entry { record })
    }
}

#[inline]
fn field<const N: usize>(record: &[u8], offset: usize) -> Option<[u8; N]> {
    record.get(offset..)?.first_chunk().copied()
}

impl<'a> Entry<'a> {
    /// The number of the inode, within its file system. Of a directory that something is mounted on, it is that below.
    #[inline]
    pub fn ino(&self) -> u64 {
        u64::from_ne_bytes(field(self.record, offset_of!(abi, d_ino)).unwrap_or_default())
    }

    /// Where the next entry is, for a seek: a number without a meaning.
    #[inline]
    pub fn off(&self) -> i64 {
        i64::from_ne_bytes(field(self.record, offset_of!(abi, d_off)).unwrap_or_default())
    }

    /// The kind of the file; [`Unknown`](FileType::Unknown) if the file system does not have it at hand.
    #[inline]
    pub fn file_type(&self) -> FileType {
        let [kind] = field(self.record, offset_of!(abi, d_type)).unwrap_or_default();
        FileType::from_kernel(kind)
    }

    /// The name: any bytes but `/` and NUL.
    #[inline]
    pub fn name(&self) -> &'a [u8] {
        let padded = self.record.get(HEADER..).unwrap_or_default();
        padded.split(|byte| *byte == 0).next().unwrap_or_default()
    }

    /// The name as a file name.
    #[cfg(feature = "std")]
    #[inline]
    pub fn file_name(&self) -> &'a std::ffi::OsStr {
        std::os::unix::ffi::OsStrExt::from_bytes(self.name())
    }

    /// Whether it is `.` or `..`, which most directories list.
    #[inline]
    pub fn is_dot_or_dotdot(&self) -> bool {
        matches!(self.name(), b"." | b"..")
    }
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("ino", &self.ino())
            .field("file_type", &self.file_type())
            .field("name", &format_args!("\"{}\"", self.name().escape_ascii()))
            .finish_non_exhaustive()
    }
}

/// Reads the next entries of a directory, as many as fit; none at its end. 4,120 bytes have room for any.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: the buffer is too small for the next entry.
/// - `EIO`: the disk cannot be read.
/// - `ENOENT`: the directory has been removed.
/// - `ENOTDIR`: not a directory.
#[doc(alias = "readdir")]
#[inline]
pub fn getdents64<'b>(fd: impl AsFd, buffer: impl Into<Buffer<'b>>) -> Result<Records<'b, Entry<'b>>> {
    let mut buffer = buffer.into();
    fill(fd, &mut buffer)?;
    Ok(parse(buffer.into_filled()))
}

#[inline]
fn fill(fd: impl AsFd, buffer: &mut Buffer<'_>) -> Result<usize> {
    let fill = |memory: *mut u8, capacity: usize| {
        // The kernel takes an `unsigned int`.
        let room = u32::try_from(capacity).unwrap_or(i32::MAX as u32);
        // SAFETY: the kernel writes at most as many bytes as there is room for, and says how many.
        unsafe { call!(GETDENTS64, fd.as_fd().as_raw_fd(), memory, room) }.size()
    };
    // SAFETY: as many bytes are initialised as the kernel has written.
    unsafe { buffer.fill(fill) }
}

/// A directory whose entries are read, one after the other or many at a time: a [`Reader`](crate::Reader) at its end says
/// `ENODATA`.
///
/// ```
/// use butter::fd::CWD;
/// use butter::fs::Dir;
/// use butter::{Errno, Reader};
///
/// let directory = Dir::open(CWD, c"/proc/self/fd")?;
/// let mut buffer = [0; 4120];
/// let mut reader = Reader::new(&directory, &mut buffer)?;
/// let mut names = 0;
/// loop {
///     match reader.read_event() {
///         Ok(entry) if entry.is_dot_or_dotdot() => {}
///         Ok(_) => names += 1,
///         Err(Errno::ENODATA) => break,
///         Err(errno) => return Err(errno),
///     }
/// }
/// assert!(names >= 1);
/// # Ok::<(), Errno>(())
/// ```
pub struct Dir {
    fd: OwnedFd,
}

fd::object!(Dir);
fd::object_from_fd!(Dir);

impl Dir {
    /// Opens it, to be closed over `exec`.
    ///
    /// # Errors
    ///
    /// Those of [`openat`](super::openat).
    #[inline]
    pub fn open(directory: impl AsFd, path: impl PathArg) -> Result<Dir> {
        super::openat(directory, path, OpenFlags::DIRECTORY, 0).map(Dir::from)
    }

    /// Begins anew.
    ///
    /// # Errors
    ///
    /// - `ESPIPE`: not a directory.
    #[doc(alias = "rewinddir")]
    #[inline]
    pub fn rewind(&self) -> Result<()> {
        fd::lseek(self, 0, Whence::Start).map(drop)
    }
}

impl EventSource for Dir {
    type Event<'a> = Entry<'a>;

    /// A header and the longest name that the kernel lets through, 4,095 bytes and a NUL.
    const MIN_BUFFER: usize = (HEADER + PATH_MAX).next_multiple_of(8);

    #[inline]
    unsafe fn next_event<'a>(&'a self, bytes: &mut &'a [u8]) -> Option<Entry<'a>> {
        Entry::parse(bytes)
    }

    #[inline]
    fn skip(&self, bytes: &mut &[u8]) -> bool {
        Entry::parse(bytes).is_some()
    }

    #[inline]
    fn fill(&self, buffer: &mut Buffer<'_>) -> Result<usize> {
        fill(self, buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    extern crate std;
    use std::vec::Vec;

    fn record(length: u16, name: &[u8]) -> Vec<u8> {
        let (ino, off) = (7_u64.to_ne_bytes(), (-3_i64).to_ne_bytes());
        [&ino[..], &off, &length.to_ne_bytes(), &[4], name].concat()
    }

    #[test]
    fn every_field_is_found() {
        let bytes = [record(24, b"name\0"), record(24, b".\0\0\0x")].concat();
        let mut entries = parse(&bytes);
        let entry = entries.next().unwrap();
        assert_eq!((entry.ino(), entry.off(), entry.file_type()), (7, -3, FileType::Directory));
        assert_eq!((entry.name(), entry.is_dot_or_dotdot()), (&b"name"[..], false));
        let dot = entries.next().unwrap();
        assert_eq!((dot.name(), dot.is_dot_or_dotdot()), (&b"."[..], true));
        assert_eq!((entries.next(), entries.remainder()), (None, &[][..]));
    }

    #[test]
    fn what_is_not_whole_remains() {
        let whole = record(24, b"name\0");
        for length in 0..whole.len() {
            let mut entries = parse(&whole[..length]);
            assert_eq!((entries.next(), entries.remainder()), (None, &whole[..length]));
        }
        for length in 0..HEADER as u16 {
            assert_eq!(parse(&record(length, b"name\0")).next(), None);
        }
    }

    #[test]
    fn names_that_no_kernel_writes_stay_inside() {
        for (name, is) in [(&b"\0"[..], &b""[..]), (b"no nul", b"no nul"), (b"", b"")] {
            let bytes = record((HEADER + name.len()) as u16, name);
            assert_eq!(parse(&bytes).next().unwrap().name(), is);
        }
    }
}
