//! Real events of inotify, taken from the kernel once, to be parsed again and again.

use butter::inotify::{Inotify, Mask};
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;

/// Each makes two events without a name and one with a short and one with a long name.
const RENAMES: usize = 194;
/// How many events there are.
pub const EVENTS: usize = 4 * RENAMES;
/// A buffer of this size takes all of them.
pub const BUFFER: usize = 64 * 1024;

/// The events as one read gives them.
pub struct Capture {
    bytes: Vec<u8>,
    /// What they say without their names.
    pub headers: Digest,
    /// What they say.
    pub all: Digest,
}

impl Capture {
    /// Half are of a watched file itself, and have no name; a quarter has a name of 10 bytes, a quarter one of 255.
    pub fn new() -> io::Result<Capture> {
        let directory = tempfile::tempdir()?;
        let renamed = directory.path().join("renamed");
        let file = directory.path().join("file");
        fs::create_dir(&renamed)?;
        let (mut from, mut to) = (renamed.join("s".repeat(10)), renamed.join("l".repeat(255)));
        File::create(&from)?;
        let mut written = File::create(&file)?;

        let inotify = Inotify::new()?;
        inotify.add_watch(&renamed, Mask::MOVE)?;
        inotify.add_watch(&file, Mask::ATTRIB | Mask::MODIFY)?;
        for _ in 0..RENAMES {
            fs::set_permissions(&file, Permissions::from_mode(0o600))?;
            fs::rename(&from, &to)?;
            written.write_all(b"more")?;
            (from, to) = (to, from);
        }
        let mut bytes = vec![0; BUFFER];
        let length = File::from(OwnedFd::from(inotify)).read(&mut bytes)?;
        bytes.truncate(length);
        let events: Vec<_> = events(&bytes).collect();
        for (length, share) in [(0, 2), (10, 4), (255, 4)] {
            assert_eq!(events.iter().filter(|event| event.name == length).count(), EVENTS / share);
        }
        let (mut headers, mut all) = (Digest::default(), Digest::default());
        for Event { wd, mask, cookie, name, .. } in events {
            headers.header(wd, mask, cookie);
            all.header(wd, mask, cookie);
            all.name(Some(name));
        }
        Ok(Capture { bytes, headers, all })
    }

    /// The same bytes in a file in memory, to be read from the start.
    pub fn file(&self) -> io::Result<File> {
        in_memory(&self.bytes)
    }

    /// The same in several files, each with whole events in at most `size` bytes.
    pub fn files(&self, size: usize) -> io::Result<Vec<File>> {
        let mut files = Vec::new();
        let (mut start, mut end) = (0, 0);
        let ends = events(&self.bytes).map(|event| event.end);
        for next in ends.chain([usize::MAX]) {
            if next - start > size {
                files.push(in_memory(&self.bytes[start..end])?);
                start = end;
            }
            end = next;
        }
        Ok(files)
    }
}

/// A file in memory, to be read from the start.
pub fn in_memory(bytes: &[u8]) -> io::Result<File> {
    let mut file = File::from(rustix::fs::memfd_create("events", rustix::fs::MemfdFlags::CLOEXEC)?);
    file.write_all(bytes)?;
    file.rewind()?;
    Ok(file)
}

/// The next read starts from the first event again.
pub fn rewind(fd: &impl AsFd) {
    // SAFETY: the call has no pointer.
    assert!(unsafe { libc::lseek(fd.as_fd().as_raw_fd(), 0, libc::SEEK_SET) } == 0);
}

/// What a program has learnt from events, in their order: two instructions for each field, the same for everybody.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    #[inline(always)]
    pub fn header(&mut self, wd: i32, mask: u32, cookie: u32) {
        self.take(wd as u64);
        self.take(mask.into());
        self.take(cookie.into());
    }

    #[inline(always)]
    pub fn name(&mut self, length: Option<usize>) {
        match length {
            None => self.take(0),
            Some(length) => self.take(length as u64),
        }
    }

    #[inline(always)]
    pub fn take(&mut self, field: u64) {
        self.0 = self.0.rotate_left(5) ^ field;
    }
}

/// An event in the plainest way there is, to hold the others against.
struct Event {
    end: usize,
    wd: i32,
    mask: u32,
    cookie: u32,
    name: usize,
}

fn events(bytes: &[u8]) -> impl Iterator<Item = Event> {
    let mut end = 0;
    std::iter::from_fn(move || {
        let header = bytes[end..].first_chunk::<16>()?;
        let word = |index: usize| u32::from_ne_bytes(header[4 * index..][..4].try_into().unwrap());
        let start = end + header.len();
        end = start + word(3) as usize;
        let name = bytes[start..end].iter().take_while(|byte| **byte != 0).count();
        Some(Event { end, wd: word(0) as i32, mask: word(1), cookie: word(2), name })
    })
}
