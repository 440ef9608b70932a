//! The path of an open file, as `/proc` tells it.

use super::{HandleFlags, name_to_handle_at};
use crate::buffer::Buffer;
use crate::errno::{Errno, Result};
use crate::fd::{AsFd, AsRawFd, BorrowedFd, CWD};
use core::fmt::{self, Write};

const DELETED: &[u8] = b" (deleted)";

/// The path of an open file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct FilePath<'b> {
    path: &'b [u8],
    deleted: bool,
}

impl<'b> FilePath<'b> {
    /// The path; of a file that was deleted, the last one that this descriptor's file had.
    #[inline]
    pub const fn bytes(&self) -> &'b [u8] {
        self.path
    }

    /// Whether nothing has this path any more. The file may have another: a second link to it.
    #[inline]
    pub const fn is_deleted(&self) -> bool {
        self.deleted
    }

    /// The path as a path.
    #[cfg(feature = "std")]
    #[inline]
    pub fn path(&self) -> &'b std::path::Path {
        std::path::Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(self.path))
    }
}

impl fmt::Debug for FilePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.path.escape_ascii())?;
        if self.deleted { f.write_str(" (deleted)") } else { Ok(()) }
    }
}

/// Gives the path of an open file. 4,096 bytes of buffer are enough for any that `open(2)` takes.
///
/// It is what `/proc/thread-self/fd` says: the path from the root of this process, as it is now. A file outside of the root
/// begins with `(unreachable)`, and what is no file (a pipe, a pidfd, …) has something like `pipe:[4711]`. `/proc` writes
/// ` (deleted)` behind the path of a file that is gone: that is taken off, and told apart from a file of such a name.
///
/// ```
/// # let path = std::env::temp_dir().join(format!("butter-doc-path-{}", std::process::id()));
/// let file = std::fs::File::create(&path)?;
/// std::fs::remove_file(&path)?;
/// let mut buffer = [0; 4096];
/// let found = butter::handle::path(&file, &mut buffer)?;
/// assert_eq!((found.path(), found.is_deleted()), (path.as_path(), true));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// - `EACCES`: this process may not look at its own descriptors: it is not dumpable, and `/proc` is another user's.
/// - `ENAMETOOLONG`: the path has as many bytes as the buffer or more.
/// - `ENOENT`: the descriptor is not open, or `/proc` is not mounted.
///
/// Since Linux 3.17.
#[doc(alias = "readlink")]
pub fn path<'b>(fd: impl AsFd, buffer: impl Into<Buffer<'b>>) -> Result<FilePath<'b>> {
    let (fd, mut buffer) = (fd.as_fd(), buffer.into());
    let mut name = Name::new();
    // It never is too long.
    write!(name, "/proc/thread-self/fd/{}\0", fd.as_raw_fd()).map_err(|_| Errno::ENAMETOOLONG)?;
    // SAFETY: the kernel reads the name up to its NUL, writes at most `capacity` bytes, and says how many.
    let length = unsafe {
        buffer.fill(|memory, capacity| {
            call!(READLINKAT, CWD.as_raw_fd(), name.bytes.as_ptr(), memory, capacity.min(i32::MAX as usize)).size()
        })
    }?;
    if length == buffer.capacity() {
        return Err(Errno::ENAMETOOLONG);
    }
    let path: &'b [u8] = buffer.into_filled();
    Ok(match path.strip_suffix(DELETED) {
        Some(stripped) if !names(path, fd) => FilePath { path: stripped, deleted: true },
        _ => FilePath { path, deleted: false },
    })
}

/// Whether the path leads to the descriptor's file.
#[cold]
fn names(path: &[u8], fd: BorrowedFd<'_>) -> bool {
    let by_path = name_to_handle_at(CWD, path, HandleFlags::FID);
    let by_fd = name_to_handle_at(fd, c"", HandleFlags::FID | HandleFlags::EMPTY_PATH);
    matches!((by_path, by_fd), (Ok(path), Ok(fd)) if path == fd)
}

/// Room for a name in `/proc`.
struct Name {
    bytes: [u8; 40],
    end: usize,
}

impl Name {
    const fn new() -> Name {
        Name { bytes: [0; 40], end: 0 }
    }
}

impl Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.end.saturating_add(text.len());
        self.bytes.get_mut(self.end..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.end = end;
        Ok(())
    }
}
