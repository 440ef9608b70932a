//! The events: a header of 16 bytes, and a name that NULs fill up to a multiple of 16.

use super::{Mask, Wd, abi};
use crate::event::{Record, Records};
use core::{fmt, mem::offset_of};

const HEADER: usize = size_of::<abi::inotify_event>();

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// Something happened to a file that is watched.
    Watch(WatchEvent<'a>),
    /// The queue was full, and what happened since is lost: whoever keeps a picture of the files has to look at all of
    /// them again.
    #[doc(alias = "IN_Q_OVERFLOW")]
    Overflow,
}

/// Something that happened to a file that is watched, or in a directory that is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct WatchEvent<'a> {
    /// The header, and behind it the name with its NULs.
    record: &'a [u8],
}

/// The events in any bytes.
///
/// ```
/// use butter::inotify;
/// let mut events = inotify::parse(b"neither an event nor a whole one");
/// assert!(events.next().is_none());
/// assert_eq!(events.remainder().len(), 32);
/// ```
#[inline]
pub const fn parse(bytes: &[u8]) -> Records<'_, Event<'_>> {
    Records::new(bytes)
}

impl<'a> Record<'a> for Event<'a> {
    #[inline]
    fn parse(bytes: &mut &'a [u8]) -> Option<Event<'a>> {
        let header = bytes.first_chunk::<HEADER>()?;
        let name = word(header, offset_of!(abi::inotify_event, len)) as usize;
        let (record, rest) = bytes.split_at_checked(HEADER.saturating_add(name))?;
        *bytes = rest;
        let event = WatchEvent { record };
        Some(if event.mask().contains(Mask::Q_OVERFLOW) { Event::Overflow } else { Event::Watch(event) })
    }
}

#[inline]
fn word(record: &[u8], offset: usize) -> u32 {
    match record.get(offset..).and_then(<[u8]>::first_chunk) {
        Some(word) => u32::from_ne_bytes(*word),
        None => 0,
    }
}

impl<'a> WatchEvent<'a> {
    /// The watch.
    #[inline]
    pub fn wd(&self) -> Wd {
        Wd::new(word(self.record, offset_of!(abi::inotify_event, wd)) as i32)
    }

    /// What happened: one of the events, perhaps with [`ISDIR`](Mask::ISDIR).
    #[inline]
    pub fn mask(&self) -> Mask {
        Mask::from_bits(word(self.record, offset_of!(abi::inotify_event, mask)))
    }

    /// The same in the two halves of a rename, [`MOVED_FROM`](Mask::MOVED_FROM) and [`MOVED_TO`](Mask::MOVED_TO);
    /// [`Moves`](super::Moves) finds the pairs. Otherwise 0.
    #[inline]
    pub fn cookie(&self) -> u32 {
        word(self.record, offset_of!(abi::inotify_event, cookie))
    }

    /// The name in the watched directory: up to 255 bytes, any but `/` and NUL. `None` if it happened to the watched file
    /// or directory itself.
    #[inline]
    pub fn name(&self) -> Option<&'a [u8]> {
        if self.record.len() <= HEADER {
            return None;
        }
        // The kernel adds 1 to 16 NULs, so the last two words of the record tell, however long the name is. They are
        // there even if the name is shorter, as no kernel writes it; then its end may come out before its start.
        let (rest, last) = self.record.split_last_chunk()?;
        let name = match u64::from_le_bytes(*last) {
            0 => {
                let (_, last) = rest.split_last_chunk()?;
                rest.get(HEADER..rest.len() - nuls(u64::from_le_bytes(*last)))
            }
            last => self.record.get(HEADER..self.record.len() - nuls(last)),
        };
        Some(name.unwrap_or_default())
    }

    /// The name as a file name.
    #[cfg(feature = "std")]
    #[inline]
    pub fn file_name(&self) -> Option<&'a std::ffi::OsStr> {
        self.name().map(std::os::unix::ffi::OsStrExt::from_bytes)
    }

    /// The name as the kernel wrote it: with the NULs behind it, 1 to 16 of them.
    #[inline]
    pub fn padded_name(&self) -> &'a [u8] {
        self.record.get(HEADER..).unwrap_or_default()
    }

    /// A file was read.
    #[inline]
    pub fn is_access(&self) -> bool {
        self.mask().intersects(Mask::ACCESS)
    }

    /// A file was written or truncated.
    #[inline]
    pub fn is_modify(&self) -> bool {
        self.mask().intersects(Mask::MODIFY)
    }

    /// Metadata changed.
    #[inline]
    pub fn is_attrib(&self) -> bool {
        self.mask().intersects(Mask::ATTRIB)
    }

    /// A file that was open for writing was closed.
    #[inline]
    pub fn is_close_write(&self) -> bool {
        self.mask().intersects(Mask::CLOSE_WRITE)
    }

    /// A file or directory that was not open for writing was closed.
    #[inline]
    pub fn is_close_nowrite(&self) -> bool {
        self.mask().intersects(Mask::CLOSE_NOWRITE)
    }

    /// A file or directory was closed.
    #[inline]
    pub fn is_close(&self) -> bool {
        self.mask().intersects(Mask::CLOSE)
    }

    /// A file or directory was opened.
    #[inline]
    pub fn is_open(&self) -> bool {
        self.mask().intersects(Mask::OPEN)
    }

    /// A name was renamed away.
    #[inline]
    pub fn is_moved_from(&self) -> bool {
        self.mask().intersects(Mask::MOVED_FROM)
    }

    /// A name came by a rename.
    #[inline]
    pub fn is_moved_to(&self) -> bool {
        self.mask().intersects(Mask::MOVED_TO)
    }

    /// A name was made.
    #[inline]
    pub fn is_create(&self) -> bool {
        self.mask().intersects(Mask::CREATE)
    }

    /// A name was removed.
    #[inline]
    pub fn is_delete(&self) -> bool {
        self.mask().intersects(Mask::DELETE)
    }

    /// The watched file or directory itself is gone.
    #[inline]
    pub fn is_delete_self(&self) -> bool {
        self.mask().intersects(Mask::DELETE_SELF)
    }

    /// The watched file or directory itself was renamed.
    #[inline]
    pub fn is_move_self(&self) -> bool {
        self.mask().intersects(Mask::MOVE_SELF)
    }

    /// The watch ended: this is its last event.
    #[inline]
    pub fn is_ignored(&self) -> bool {
        self.mask().intersects(Mask::IGNORED)
    }

    /// The file system was unmounted. The kernel adds [`is_dir`](Self::is_dir) if what was watched is a directory.
    #[inline]
    pub fn is_unmount(&self) -> bool {
        self.mask().intersects(Mask::UNMOUNT)
    }

    /// It is about a directory.
    #[inline]
    pub fn is_dir(&self) -> bool {
        self.mask().intersects(Mask::ISDIR)
    }
}

/// How many bytes of a little-endian word are NUL at its end.
#[inline]
const fn nuls(word: u64) -> usize {
    word.leading_zeros() as usize / 8
}

impl fmt::Debug for WatchEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut event = f.debug_struct("WatchEvent");
        event.field("wd", &self.wd().number()).field("mask", &self.mask());
        if self.cookie() != 0 {
            event.field("cookie", &self.cookie());
        }
        if let Some(name) = self.name() {
            event.field("name", &format_args!("\"{}\"", name.escape_ascii()));
        }
        event.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(mask: u32, name: &[u8]) -> ([u8; HEADER], Vec<u8>) {
        let mut header = [0; HEADER];
        header[..4].copy_from_slice(&7i32.to_ne_bytes());
        header[4..8].copy_from_slice(&mask.to_ne_bytes());
        header[8..12].copy_from_slice(&3u32.to_ne_bytes());
        header[12..].copy_from_slice(&(name.len() as u32).to_ne_bytes());
        (header, [&header[..], name].concat())
    }

    extern crate std;
    use std::vec::Vec;

    #[test]
    fn every_length_of_name_is_found() {
        for length in 0..=255usize {
            let mut padded = std::vec![b'x'; length];
            if length > 0 {
                padded.resize((length + 1).next_multiple_of(16), 0);
            }
            let (_, bytes) = record(abi::IN_CREATE, &padded);
            let mut events = parse(&bytes);
            let Some(Event::Watch(event)) = events.next() else { panic!("{length}") };
            assert_eq!(event.name().unwrap_or_default(), &padded[..length]);
            assert_eq!(event.name().is_some(), length > 0);
            assert_eq!((event.wd(), event.cookie()), (Wd::new(7), 3));
            assert_eq!((events.next(), events.remainder()), (None, &[][..]));
        }
    }

    #[test]
    fn names_that_no_kernel_writes_stay_inside() {
        for padded in
            [&b"\0"[..], b"\0\0\0", b"a", b"a\0", b"sixteen bytes...", b"a\0b\0c\0d\0e\0f\0g\0h\0i\0j", &[0; 40]]
        {
            let (_, bytes) = record(abi::IN_CREATE, padded);
            let Some(Event::Watch(event)) = parse(&bytes).next() else { panic!("{padded:?}") };
            let name = event.name().unwrap_or_default();
            assert!(padded.starts_with(name) && padded[name.len()..].iter().all(|byte| *byte == 0));
        }
    }

    #[test]
    fn what_is_not_whole_remains() {
        let (_, bytes) = record(abi::IN_CREATE, b"name\0\0\0\0\0\0\0\0\0\0\0\0");
        for length in 0..bytes.len() {
            let mut events = parse(&bytes[..length]);
            assert_eq!(events.next(), None);
            assert_eq!(events.remainder(), &bytes[..length]);
        }
    }

    #[test]
    fn an_overflow_is_a_case_of_its_own() {
        let (_, bytes) = record(abi::IN_Q_OVERFLOW, b"");
        assert_eq!(parse(&bytes).next(), Some(Event::Overflow));
    }
}
