//! inotify against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's) and `ENOMEM` (the kernel would have
//! to run out of memory).

mod add_watch_errors;
mod buffered;
#[path = "../common/mod.rs"]
mod common;
mod events;
mod init;
mod moves;
mod names;
mod options;
mod overflow;
mod remove;
mod watch;
mod watches;

use butter::fd;
use butter::inotify::{self, Event, InitFlags, Inotify, Mask, Moves, Step, WatchEvent, Wd};
use butter::{Errno, EventSource, Eventfd, Reader, syscall};
use common::{LONG, TempDir, alone, assert_errno, not_open};
use std::ffi::{CString, OsStr};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::RwLockReadGuard;
use std::time::Duration;

/// A directory that is watched.
struct Watched {
    inotify: Inotify,
    dir: TempDir,
    wd: Wd,
    /// What a test closes and removes is to be gone at once.
    _no_forks: RwLockReadGuard<'static, ()>,
}

impl Watched {
    fn new(mask: Mask) -> Watched {
        Watched::with(mask, |_| {})
    }

    /// With something in it before it is watched.
    fn with(mask: Mask, prepare: impl FnOnce(&Path)) -> Watched {
        let (inotify, dir, _no_forks) = (nonblocking(), TempDir::new(), common::no_forks());
        prepare(&dir);
        let wd = inotify.add_watch(&*dir, mask).unwrap();
        Watched { inotify, dir, wd, _no_forks }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.dir.join(name)
    }

    fn told(&self) -> Vec<String> {
        told(&self.inotify)
    }
}

fn nonblocking() -> Inotify {
    Inotify::with_flags(InitFlags::NONBLOCK).unwrap()
}

/// What is queued, in words.
fn told(inotify: &Inotify) -> Vec<String> {
    drain(inotify, words)
}

/// Gives all that is queued to `f`.
fn drain<T>(inotify: &Inotify, mut f: impl FnMut(Event<'_>) -> T) -> Vec<T> {
    let (mut told, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        match inotify.read_events(&mut buffer) {
            Ok(events) => told.extend(events.map(&mut f)),
            Err(Errno::EAGAIN) => return told,
            Err(errno) => panic!("{errno}"),
        }
    }
}

/// Every predicate that holds, and the name.
fn words(event: Event<'_>) -> String {
    let Event::Watch(event) = event else { return "overflow".to_owned() };
    let predicates = [
        (event.is_access(), "access"),
        (event.is_modify(), "modify"),
        (event.is_attrib(), "attrib"),
        (event.is_close(), "close"),
        (event.is_close_write(), "write"),
        (event.is_close_nowrite(), "nowrite"),
        (event.is_open(), "open"),
        (event.is_moved_from(), "moved_from"),
        (event.is_moved_to(), "moved_to"),
        (event.is_create(), "create"),
        (event.is_delete(), "delete"),
        (event.is_delete_self(), "delete_self"),
        (event.is_move_self(), "move_self"),
        (event.is_ignored(), "ignored"),
        (event.is_unmount(), "unmount"),
        (event.is_dir(), "dir"),
    ];
    let mut words: Vec<_> = predicates.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
    words.extend(event.name().map(|name| std::str::from_utf8(name).unwrap()));
    words.join(" ")
}

fn touch(path: impl AsRef<Path>) {
    File::create(path).unwrap();
}

fn c_str(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

#[test]
fn numbers_are_those_of_the_kernels_header() {
    let numbers = [
        (Mask::ACCESS, 0x1),
        (Mask::MODIFY, 0x2),
        (Mask::ATTRIB, 0x4),
        (Mask::CLOSE_WRITE, 0x8),
        (Mask::CLOSE_NOWRITE, 0x10),
        (Mask::OPEN, 0x20),
        (Mask::MOVED_FROM, 0x40),
        (Mask::MOVED_TO, 0x80),
        (Mask::CREATE, 0x100),
        (Mask::DELETE, 0x200),
        (Mask::DELETE_SELF, 0x400),
        (Mask::MOVE_SELF, 0x800),
        (Mask::UNMOUNT, 0x2000),
        (Mask::Q_OVERFLOW, 0x4000),
        (Mask::IGNORED, 0x8000),
        (Mask::ONLYDIR, 0x0100_0000),
        (Mask::DONT_FOLLOW, 0x0200_0000),
        (Mask::EXCL_UNLINK, 0x0400_0000),
        (Mask::MASK_CREATE, 0x1000_0000),
        (Mask::MASK_ADD, 0x2000_0000),
        (Mask::ISDIR, 0x4000_0000),
        (Mask::ONESHOT, 0x8000_0000),
        (Mask::CLOSE, 0x18),
        (Mask::MOVE, 0xC0),
        (Mask::ALL_EVENTS, 0xFFF),
    ];
    for (mask, number) in numbers {
        assert_eq!(mask.bits(), number, "{mask:?}");
    }
}
