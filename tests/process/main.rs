//! Processes against the running kernel.
//!
//! Errors that cannot be provoked here: of `execve` `EIO`, `EISDIR` (Linux says `EACCES`), `EMFILE`, `ENFILE`, `ENOMEM`, and
//! `EAGAIN` and `EPERM` (they need a program with the bits of another user); of a spawn `ENOMEM`; of `clone3` `E2BIG` (an older
//! kernel), `EACCES`, `EBUSY` and `EOPNOTSUPP` (cgroups with controllers); of a builder `ENFILE`; of `chroot` and `chdir` `EIO`
//! and `ENOMEM`; of `getcwd` `ENAMETOOLONG` and `ENOMEM`; of terminals `EINTR`, `EIO` and `ESRCH`; of `setpgid` `EPERM` of a
//! child in another session.

mod builder;
mod clone;
#[path = "../common/mod.rs"]
mod common;
mod directory;
mod exec;
mod fork;
mod session;
mod spawn;
mod strings;
mod wait;
mod who;

use butter::fd::{AsFd, AsRawFd, OwnedFd};
use butter::process::{self, CStrings, Children, Pid, WaitOptions, waitid};
use butter::signal::ChildStatus;
use butter::{Errno, Result, syscall};
use common::{TempDir, ensure, in_child, pipe};
use std::ffi::{CStr, CString, c_char};
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

/// What this program was started with: `PATH` is in it, for the scripts.
fn environment() -> CStrings<'static> {
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    // SAFETY: no test changes the environment.
    unsafe { CStrings::from_ptr(environ) }
}

/// Starts a shell with this script.
fn sh(script: &CStr) -> Result<Pid> {
    process::spawn(c"/bin/sh", [c"sh", c"-c", script], environment())
}

/// What the child of [`sh`] came to.
fn sh_status(script: &CStr) -> ChildStatus {
    process::wait(sh(script).unwrap()).unwrap()
}

/// Makes a number stand for this descriptor too, over `exec`.
fn dup2(fd: impl AsFd, number: i32) -> Result<()> {
    // SAFETY: the call has no pointer. What the number stood for before is closed, in a child.
    unsafe { syscall!(DUP3, fd.as_fd().as_raw_fd(), number, 0) }.map(drop)
}

/// Has a child set itself up and execute `path`, and gives what it writes to its standard output.
fn output(path: &CStr, argv: CStrings<'_>, envp: CStrings<'_>, setup: impl FnOnce() -> Result<()>) -> Vec<u8> {
    let (reader, writer) = pipe();
    // SAFETY: the child makes system calls only.
    let child = unsafe {
        process::spawn_with(|| {
            dup2(&writer, 1)?;
            setup()?;
            process::execve(path, argv, envp)
        })
    };
    drop(writer);
    let output = read_all(reader);
    assert_eq!(process::wait(child.unwrap()), Ok(ChildStatus::Exited(0)));
    output
}

/// [`output`] of a shell with this script, as text.
fn sh_output(script: &CStr, setup: impl FnOnce() -> Result<()>) -> String {
    let mut memory = [ptr::null(); 4];
    let argv = CStrings::collect(&mut memory, [c"sh", c"-c", script]).unwrap();
    String::from_utf8(output(c"/bin/sh", argv, environment(), setup)).unwrap()
}

fn read_all(fd: OwnedFd) -> Vec<u8> {
    let mut bytes = Vec::new();
    File::from(fd).read_to_end(&mut bytes).unwrap();
    bytes
}

/// Makes an executable file, for a test that is [`alone`](common::alone): a child of another has it open for writing too,
/// until it executes.
fn executable(directory: &TempDir, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
    let path = directory.join(name);
    fs::write(&path, contents).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

fn c_string(path: &Path) -> CString {
    CString::new(path.as_os_str().as_encoded_bytes()).unwrap()
}

/// The numbers of this process's descriptors.
fn descriptors() -> Vec<i32> {
    let listed: Vec<i32> = descriptors_of(process::getpid());
    // The one that has listed them is closed by now.
    listed.into_iter().filter(|number| Path::new(&format!("/proc/self/fd/{number}")).is_symlink()).collect()
}

fn descriptors_of(process: Pid) -> Vec<i32> {
    let entries = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let mut numbers: Vec<i32> =
        entries.map(|entry| entry.unwrap().file_name().to_str().unwrap().parse().unwrap()).collect();
    numbers.sort();
    numbers
}

#[track_caller]
fn has_no_child() {
    let any = WaitOptions::EXITED | WaitOptions::ALL | WaitOptions::NOHANG;
    assert_eq!(waitid(Children::All, any), Err(Errno::ECHILD));
}

/// A cgroup of version 2, empty, which is removed.
struct Cgroup {
    path: PathBuf,
    directory: File,
}

impl Cgroup {
    /// `None` if there can be none, and then it says that the test is skipped.
    fn new() -> Option<Cgroup> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let mounts = fs::read_to_string("/proc/self/mounts").unwrap();
        let root = mounts
            .lines()
            .filter(|line| line.split(' ').nth(2) == Some("cgroup2"))
            .find_map(|line| line.split(' ').nth(1));
        let name = format!("butter-test-{}-{}", process::getpid(), COUNT.fetch_add(1, Ordering::Relaxed));
        let made = root.map(|root| Path::new(root).join(name)).filter(|path| fs::create_dir(path).is_ok());
        if made.is_none() {
            println!("skipped: it needs to make a cgroup");
        }
        made.map(|path| Cgroup { directory: File::open(&path).unwrap(), path })
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.path);
    }
}
