//! What is decided: whether a file is below the directory, and matches a pattern.
//!
//! The whole file system is marked, as a mark of the mount would miss who comes through another one: a bind mount, or the
//! copy that every container and every service with a mount namespace of its own has. So the kernel asks about files
//! elsewhere as well, and here they are told apart, by two paths:
//!
//! - the path by which the file was opened, if it was through the mount on which the directory is;
//! - else the path of the same file through that mount, which its handle gives. Where the file system has no
//!   handles, as overlayfs, it is the first path all the same, and another mount is a way around.
//!
//! The directory is known by a descriptor, and its path asked for each time: it may be renamed.

use crate::glob;
use butter::fd::{BorrowedFd, OpenFlags, OwnedFd};
use butter::handle::{self, FilePath, HandleFlags, MountId, name_to_handle_at, open_by_handle_at};
use butter::{Errno, Result};
use std::ffi::OsString;
use std::fs::File;

/// Longer than any path that the kernel tells.
pub const ROOM: usize = 4096;

pub struct Guard {
    pub directory: File,
    mount: Option<MountId>,
    patterns: Vec<OsString>,
}

pub enum Verdict<'a> {
    /// It is not below the directory.
    Elsewhere,
    /// It is below, and nothing is against it. The path is as it was when somebody asked.
    Allow(FilePath<'a>),
    /// It is below, and matches.
    Deny(FilePath<'a>),
}

impl Guard {
    pub fn new(directory: File, patterns: Vec<OsString>) -> Guard {
        // None: the file system has no handles.
        let mount = name_to_handle_at(&directory, c"", HandleFlags::EMPTY_PATH).ok().map(|(_, mount)| mount);
        Guard { directory, mount, patterns }
    }

    /// Whether another mount is no way around.
    pub fn knows_all_mounts(&self) -> bool {
        self.mount.is_some()
    }

    /// Where the directory is now. None if it was deleted: what has its path then is another one.
    pub fn place<'a>(&self, room: &'a mut [u8; ROOM]) -> Result<Option<&'a [u8]>> {
        handle::path(&self.directory, room).map(|path| (!path.is_deleted()).then_some(path.bytes()))
    }

    /// Decides about a file that somebody wants to open, if the directory has this path.
    pub fn judge<'a>(&self, file: BorrowedFd<'_>, place: &[u8], room: &'a mut [u8; ROOM]) -> Result<Verdict<'a>> {
        let path = match self.through_our_mount(file)? {
            Some(same) => handle::path(same, room)?,
            None => handle::path(file, room)?,
        };
        let Some(below) = below(place, path.bytes()) else { return Ok(Verdict::Elsewhere) };
        match self.patterns.iter().any(|pattern| glob::matches(pattern.as_encoded_bytes(), below)) {
            true => Ok(Verdict::Deny(path)),
            false => Ok(Verdict::Allow(path)),
        }
    }

    /// If it was opened through another mount, the same file through that of the directory.
    fn through_our_mount(&self, file: BorrowedFd<'_>) -> Result<Option<OwnedFd>> {
        let Some(ours) = self.mount else { return Ok(None) };
        let (handle, mount) = name_to_handle_at(file, c"", HandleFlags::EMPTY_PATH)?;
        if mount == ours {
            return Ok(None);
        }
        // It names the file only: nobody is asked whether that may be opened, above all not this program.
        match open_by_handle_at(&self.directory, &handle, OpenFlags::PATH) {
            Ok(same) => Ok(Some(same)),
            // It was deleted meanwhile.
            Err(Errno::ESTALE) => Ok(None),
            Err(errno) => Err(errno),
        }
    }
}

/// What of the path is below the directory.
fn below<'a>(directory: &[u8], path: &'a [u8]) -> Option<&'a [u8]> {
    path.strip_prefix(directory.strip_suffix(b"/").unwrap_or(directory))?.strip_prefix(b"/")
}
