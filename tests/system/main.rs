//! The machine as a whole against the running kernel.
//!
//! What would change the machine is not done: of `reboot` what concerns a pid namespace, in one whose user namespace has no say
//! over the machine; of the log nothing that takes from other readers. Errors that cannot be provoked here: `EAGAIN` of
//! `getrandom` (only in the first moments after the boot), `EIO` and the like of `syncfs` (a disk would have to be broken),
//! `ENOMEM`, `ENFILE`, and `ENXIO` and `ENOSYS` of the log (another kernel); of a swap area `EROFS`, `ETXTBSY` and too many of
//! them, and `EINTR` of switching one off; of modules and kernels what needs a true one, as signatures do, and `EBUSY`; of quotas
//! `ERANGE`.

#[path = "../common/mod.rs"]
mod common;
mod kexec;
mod kmsg;
mod module;
mod quota;
mod random;
mod reboot;
mod swap;
mod sysinfo;
mod syslog;
mod uname;

use butter::{Errno, syscall, system};
use common::{TempDir, alone, as_nobody, assert_errno, has_capability, interrupted, not_open, without_capability};
use std::fs::{self, File};

const CAP_SYS_BOOT: u32 = 22;
const CAP_SYSLOG: u32 = 34;

const CLONE_NEWUTS: u32 = 0x0400_0000;
const CLONE_NEWUSER: u32 = 0x1000_0000;
const CLONE_NEWPID: u32 = 0x2000_0000;

/// For a process that is [`alone`].
fn unshare(flags: u32) -> butter::Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UNSHARE, flags) }.map(drop)
}

#[test]
fn what_was_written_is_on_the_disk_after_a_sync() {
    let directory = TempDir::new();
    let path = directory.join("file");
    fs::write(&path, "text").unwrap();
    system::sync();
    system::syncfs(File::open(&path).unwrap()).unwrap();
    system::syncfs(File::open(&*directory).unwrap()).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "text");
}

#[test]
fn a_sync_of_a_descriptor_that_is_not_open() {
    assert_errno(system::syncfs(not_open()), Errno::EBADF);
    let path = butter::fs::openat(butter::fd::CWD, "/tmp", butter::fd::OpenFlags::PATH, 0).unwrap();
    assert_errno(system::syncfs(&path), Errno::EBADF);
}
