//! fanotify against the running kernel.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's), `ENOMEM` (the kernel would have to
//! run out of memory), `ENOSYS` (the kernel has it).

#[path = "../common/mod.rs"]
mod common;
mod drops;
mod events;
mod filesystems;
mod fill;
mod groups;
mod init;
mod marks;
mod permission;

use butter::fanotify::{
    self, Answers, AuditRule, Builder, Event, EventFile, Fanotify, Info, InitFlags, MarkFlags, Mask, Notification,
    Permission, Pidfd, Response, Trust,
};
use butter::fd::{self, AsRawFd, CWD, OpenFlags, OwnedFd};
use butter::handle::{Fid, open_by_handle_at};
use butter::{Errno, EventSource, Reader, process};
use common::{CAP_SYS_ADMIN, LONG, TempDir, alone, assert_errno, has_capability, not_open};
use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::RwLockReadGuard;
use std::{io, thread};

const CAP_AUDIT_WRITE: u32 = 29;

/// A directory that a group has marked.
struct Marked {
    group: Fanotify,
    dir: TempDir,
    /// What a test closes and removes is to be gone at once.
    _no_forks: RwLockReadGuard<'static, ()>,
}

impl Marked {
    /// A group that reports names, and does not wait.
    fn names(mask: Mask) -> Marked {
        Marked::new(Fanotify::builder().report_name().report_fid(), mask)
    }

    fn new(builder: Builder, mask: Mask) -> Marked {
        let (group, dir, _no_forks) = (builder.nonblocking().build().unwrap(), TempDir::new(), common::no_forks());
        group.add(MarkFlags::ONLYDIR, mask, &*dir).unwrap();
        Marked { group, dir, _no_forks }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// What is queued, in words.
    fn told(&self) -> Vec<String> {
        drain(&self.group, |event| words(&notification(event)))
    }
}

/// Whether this can make groups that open files. If not, it says that the test is skipped.
fn privileged() -> bool {
    has_capability(CAP_SYS_ADMIN, "CAP_SYS_ADMIN")
}

/// Gives all that is queued to `f`.
fn drain<T>(group: &Fanotify, mut f: impl FnMut(Event<'_>) -> T) -> Vec<T> {
    let (mut told, mut buffer) = (Vec::new(), vec![0; 65536]);
    loop {
        match group.read_events(buffer.as_mut_slice()) {
            Ok(events) => told.extend(events.map(&mut f)),
            Err(Errno::EAGAIN) => return told,
            Err(errno) => panic!("{errno}"),
        }
    }
}

/// Closes the group if a test fails: who waits for an answer is let go, so that it does not hang instead.
struct LetGo<'a>(&'a Fanotify);

impl Drop for LetGo<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            let nothing = File::open("/dev/null").unwrap();
            // SAFETY: the call has no pointer, and the number stays that of a descriptor.
            unsafe { butter::syscall!(DUP3, nothing.as_raw_fd(), self.0.as_raw_fd(), 0) }.unwrap();
        }
    }
}

/// Runs `act` in another thread, and meanwhile gives what is read of the group to `answer`.
fn answering<T: Send>(
    group: &Fanotify,
    act: impl FnOnce() -> T + Send,
    mut answer: impl FnMut(butter::Events<'_, Fanotify>),
) -> T {
    thread::scope(|scope| {
        let (_let_go, acting) = (LetGo(group), scope.spawn(act));
        let mut buffer = vec![0; 65536];
        while !acting.is_finished() {
            let mut fds = [butter::poll::PollFd::new(group, butter::poll::Events::IN)];
            let wait = Some(std::time::Duration::from_millis(5));
            if butter::poll::poll(&mut fds, wait) == Ok(0) {
                continue;
            }
            answer(group.read_events(buffer.as_mut_slice()).unwrap());
        }
        acting.join().unwrap()
    })
}

#[track_caller]
fn notification(event: Event<'_>) -> Notification<'_> {
    let Event::Notification(event) = event else { panic!("{event:?}") };
    event
}

#[track_caller]
fn permission(event: Event<'_>) -> Permission<'_> {
    let Event::Permission(event) = event else { panic!("{event:?}") };
    event
}

/// Every predicate that holds, and the name.
fn words(event: &Notification<'_>) -> String {
    let predicates = [
        (event.is_access(), "access"),
        (event.is_modify(), "modify"),
        (event.is_attrib(), "attrib"),
        (event.is_close(), "close"),
        (event.is_close_write(), "write"),
        (event.is_close_nowrite(), "nowrite"),
        (event.is_open(), "open"),
        (event.is_open_exec(), "exec"),
        (event.is_moved_from(), "moved_from"),
        (event.is_moved_to(), "moved_to"),
        (event.is_create(), "create"),
        (event.is_delete(), "delete"),
        (event.is_delete_self(), "delete_self"),
        (event.is_move_self(), "move_self"),
        (event.is_rename(), "rename"),
        (event.is_fs_error(), "fs_error"),
        (event.is_mnt_attach(), "mnt_attach"),
        (event.is_mnt_detach(), "mnt_detach"),
        (event.is_permission(), "permission"),
        (event.is_dir(), "dir"),
    ];
    let mut words: Vec<_> = predicates.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word).collect();
    words.extend(event.name().map(|name| std::str::from_utf8(name).unwrap()));
    words.join(" ")
}

fn touch(path: impl AsRef<Path>) {
    File::create(path).unwrap();
}

/// The descriptors of this process, which should be alone.
fn descriptors() -> Vec<PathBuf> {
    let mut open: Vec<_> = fs::read_dir("/proc/self/fd").unwrap().map(|entry| entry.unwrap().path()).collect();
    open.sort();
    open
}
