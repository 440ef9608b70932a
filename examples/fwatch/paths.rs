//! The paths of directories, of which an event has but the handle.
//!
//! A path is asked for once and then kept, until a directory is renamed: any number of paths may be others then, and all
//! are forgotten. The rename is told after everything that happened under the old name, so that a kept path is that of
//! the time of the event. The path of a directory that is made or renamed is learned from this event: what follows is told
//! rightly even if the directory is gone by then. Any other is that of the time when it is asked for.

use butter::fanotify::FidInfo;
use butter::fd::OpenFlags;
use butter::handle::{self, Fid, FilePath, open_by_handle_at};
use butter::{Errno, Result};
use std::fs::File;

/// Longer than the kernel tells any.
pub const ROOM: usize = 4096;
const SLOTS: usize = 128;

/// Memory of a fixed size: when it is full, the path that came first gives way.
pub struct Paths {
    /// Any file on the mount through which paths are seen. If it is a directory, its path needs no handle.
    mount: File,
    fid: Option<Fid>,
    slots: Box<[Slot]>,
    /// The one that is filled next.
    next: usize,
}

struct Slot {
    fid: Option<Fid>,
    /// Has room for any path, and so never grows.
    path: Vec<u8>,
    deleted: bool,
}

/// The path of a directory, or the last one if it is gone and somebody still has it open.
#[derive(Clone, Copy)]
pub struct Directory<'a> {
    pub path: &'a [u8],
    pub deleted: bool,
}

impl Paths {
    pub fn new(mount: File) -> Paths {
        let slot = || Slot { fid: None, path: Vec::with_capacity(ROOM), deleted: false };
        let slots = std::iter::repeat_with(slot).take(SLOTS).collect();
        Paths { fid: Fid::of(&mount).ok(), mount, slots, next: 0 }
    }

    /// `ESTALE`: the directory is gone. `EPERM`: this user may not open handles.
    pub fn of(&mut self, directory: FidInfo<'_>) -> Result<Directory<'_>> {
        let fid = directory.fid();
        let known = self.slots.iter().position(|slot| slot.fid == Some(fid));
        let slot = match known {
            Some(known) => &self.slots[known],
            None => {
                let mut room = [0; ROOM];
                let path = self.ask(directory, fid, &mut room)?;
                let slot = self.keep(fid, &[path.bytes()]);
                slot.deleted = path.is_deleted();
                // That of a file by itself is asked for each time: its rename would not be told here.
                slot.fid = directory.name().map(|_| fid);
                slot
            }
        };
        Ok(Directory { path: &slot.path, deleted: slot.deleted })
    }

    fn ask<'a>(&self, directory: FidInfo<'_>, fid: Fid, room: &'a mut [u8]) -> Result<FilePath<'a>> {
        // That of a directory takes less of a privilege. What has no name is a file by itself.
        let kind = if directory.name().is_some() { OpenFlags::DIRECTORY } else { OpenFlags::empty() };
        match open_by_handle_at(&self.mount, directory.handle(), OpenFlags::PATH | kind) {
            Ok(opened) => handle::path(opened, room),
            Err(Errno::EPERM) if self.fid == Some(fid) => handle::path(&self.mount, room),
            Err(errno) => Err(errno),
        }
    }

    /// Keeps a path of these parts.
    fn keep(&mut self, fid: Fid, parts: &[&[u8]]) -> &mut Slot {
        let known = self.slots.iter().position(|slot| slot.fid == Some(fid));
        let place = known.unwrap_or_else(|| {
            self.next = (self.next + 1) % SLOTS;
            self.next
        });
        let slot = &mut self.slots[place];
        (slot.fid, slot.deleted) = (Some(fid), false);
        slot.path.clear();
        parts.iter().for_each(|part| slot.path.extend_from_slice(part));
        slot
    }

    /// A directory has this name in that one now.
    pub fn learn(&mut self, directory: FidInfo<'_>, place: FidInfo<'_>) {
        let mut room = [0; ROOM];
        if let (Ok(parent), Some(name)) = (self.of(place), place.name()) {
            let length = parent.path.len();
            room[..length].copy_from_slice(parent.path);
            let separator: &[u8] = if parent.path.ends_with(b"/") { b"" } else { b"/" };
            // Longer than any path that can be asked for: it will not be known.
            if length + separator.len() + name.len() <= ROOM {
                self.keep(directory.fid(), &[&room[..length], separator, name]);
            }
        }
    }

    /// A directory was deleted. What still happens in it is told with its last path.
    pub fn deleted(&mut self, directory: FidInfo<'_>) {
        let fid = Some(directory.fid());
        self.slots.iter_mut().filter(|slot| slot.fid == fid).for_each(|slot| slot.deleted = true);
    }

    /// A directory was renamed, or may have been: begins anew.
    pub fn forget(&mut self) {
        self.slots.iter_mut().for_each(|slot| slot.fid = None);
    }
}
