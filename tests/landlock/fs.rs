//! Each right of files: denied if it is handled, and allowed again by a rule.

use crate::common::{CAP_SYS_ADMIN, TempDir, has_capability};
use crate::has;
use crate::seccomp::holds;
use butter::fd::{self, FromRawFd, OwnedFd};
use butter::landlock::{Abi, AccessFs, AccessNet, Rights, Ruleset};
use butter::{Errno, Result, process, syscall};
use std::ffi::CStr;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;

const AT_FDCWD: i32 = -100;
const O_WRONLY: i32 = 1;
const O_TRUNC: i32 = 0o1000;
const S_IFIFO: u32 = 0o010_000;
const S_IFCHR: u32 = 0o020_000;
const S_IFBLK: u32 = 0o060_000;
const S_IFREG: u32 = 0o100_000;
const S_IFSOCK: u32 = 0o140_000;

fn open(path: &CStr, flags: i32) -> Result<OwnedFd> {
    // SAFETY: the kernel reads the path, and gives a new descriptor.
    unsafe { syscall!(OPENAT, AT_FDCWD, path.as_ptr(), flags, 0).map(|fd| OwnedFd::from_raw_fd(fd as i32)) }
}

fn mknod(kind: u32, device: u32) -> Result<()> {
    // SAFETY: the kernel reads the path.
    unsafe { syscall!(MKNODAT, AT_FDCWD, c"new".as_ptr(), kind | 0o600, device) }.map(drop)
}

fn chdir(path: &CStr) -> Result<()> {
    // SAFETY: the kernel reads the path.
    unsafe { syscall!(CHDIR, path.as_ptr()) }.map(drop)
}

/// A directory with what the operations need.
fn directory() -> TempDir {
    let dir = TempDir::new();
    fs::write(dir.join("file"), "content").unwrap();
    fs::write(dir.join("script"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(dir.join("script"), PermissionsExt::from_mode(0o700)).unwrap();
    for name in ["directory", "empty"] {
        fs::create_dir(dir.join(name)).unwrap();
    }
    dir
}

/// Whether the operation, done in such a directory by a child with the ruleset, gives what is expected.
#[track_caller]
fn gives(ruleset: &Ruleset, dir: &TempDir, operation: fn() -> Result<()>, expected: Result<()>) {
    let path = std::ffi::CString::new(dir.to_str().unwrap()).unwrap();
    holds(|| chdir(&path).is_ok() && ruleset.restrict_self().is_ok() && operation() == expected);
}

fn handling(fs: AccessFs) -> Ruleset {
    Ruleset::strict(Rights { fs, ..Rights::default() }).unwrap()
}

/// The operation fails by this error if the right is handled, and not if a rule allows it with what is at the path.
#[track_caller]
fn is_denied_and_allowed_at(path: Option<&str>, right: AccessFs, errno: Errno, operation: fn() -> Result<()>) {
    let dir = directory();
    gives(&handling(right), &dir, operation, Err(errno));
    let ruleset = handling(right);
    let parent = path.map_or_else(|| File::open(&*dir), File::open).unwrap();
    ruleset.allow_beneath(&parent, right).unwrap();
    gives(&ruleset, &dir, operation, Ok(()));
    // With another right handled alone nothing is in the way.
    let other = if right == AccessFs::MAKE_SYM { AccessFs::MAKE_FIFO } else { AccessFs::MAKE_SYM };
    if right != AccessFs::REFER {
        gives(&handling(other), &directory(), operation, Ok(()));
    }
}

#[track_caller]
fn is_denied_and_allowed(right: AccessFs, operation: fn() -> Result<()>) {
    if has(Abi::V1) {
        is_denied_and_allowed_at(None, right, Errno::EACCES, operation);
    }
}

#[test]
fn execute() {
    if has(Abi::V1) {
        // The interpreter of the script, and the interpreter of that, are executed too.
        is_denied_and_allowed_at(Some("/"), AccessFs::EXECUTE, Errno::EACCES, || {
            process::spawn(c"script", [c"script"], []).and_then(process::wait).map(drop)
        });
    }
}

#[test]
fn write_file() {
    is_denied_and_allowed(AccessFs::WRITE_FILE, || open(c"file", O_WRONLY).map(drop));
}

#[test]
fn read_file() {
    is_denied_and_allowed(AccessFs::READ_FILE, || open(c"file", 0).map(drop));
}

#[test]
fn read_dir() {
    is_denied_and_allowed(AccessFs::READ_DIR, || open(c"directory", 0).map(drop));
}

#[test]
fn remove_dir() {
    const AT_REMOVEDIR: i32 = 0x200;
    // SAFETY: the kernel reads the path.
    is_denied_and_allowed(AccessFs::REMOVE_DIR, || unsafe {
        syscall!(UNLINKAT, AT_FDCWD, c"empty".as_ptr(), AT_REMOVEDIR).map(drop)
    });
}

#[test]
fn remove_file() {
    // SAFETY: the kernel reads the path.
    is_denied_and_allowed(AccessFs::REMOVE_FILE, || unsafe {
        syscall!(UNLINKAT, AT_FDCWD, c"file".as_ptr(), 0).map(drop)
    });
}

#[test]
fn make_char() {
    if has_capability(CAP_SYS_ADMIN, "CAP_MKNOD") {
        is_denied_and_allowed(AccessFs::MAKE_CHAR, || mknod(S_IFCHR, 0x103));
    }
}

#[test]
fn make_dir() {
    // SAFETY: the kernel reads the path.
    is_denied_and_allowed(AccessFs::MAKE_DIR, || unsafe {
        syscall!(MKDIRAT, AT_FDCWD, c"new".as_ptr(), 0o700).map(drop)
    });
}

#[test]
fn make_reg() {
    is_denied_and_allowed(AccessFs::MAKE_REG, || mknod(S_IFREG, 0));
}

#[test]
fn make_sock() {
    is_denied_and_allowed(AccessFs::MAKE_SOCK, || mknod(S_IFSOCK, 0));
}

#[test]
fn make_fifo() {
    is_denied_and_allowed(AccessFs::MAKE_FIFO, || mknod(S_IFIFO, 0));
}

#[test]
fn make_block() {
    if has_capability(CAP_SYS_ADMIN, "CAP_MKNOD") {
        is_denied_and_allowed(AccessFs::MAKE_BLOCK, || mknod(S_IFBLK, 0x700));
    }
}

#[test]
fn make_sym() {
    // SAFETY: the kernel reads the paths.
    is_denied_and_allowed(AccessFs::MAKE_SYM, || unsafe {
        syscall!(SYMLINKAT, c"nowhere".as_ptr(), AT_FDCWD, c"new".as_ptr()).map(drop)
    });
}

fn rename() -> Result<()> {
    // SAFETY: the kernel reads the paths.
    unsafe { syscall!(RENAMEAT2, AT_FDCWD, c"file".as_ptr(), AT_FDCWD, c"directory/file".as_ptr(), 0) }.map(drop)
}

#[test]
fn refer() {
    if !has(Abi::V2) {
        return;
    }
    is_denied_and_allowed_at(None, AccessFs::REFER, Errno::EXDEV, rename);
    // Not handled, it is forbidden altogether.
    gives(&handling(AccessFs::EXECUTE), &directory(), rename, Err(Errno::EXDEV));
}

#[test]
fn refer_gives_no_more_rights_in_the_new_place() {
    if !has(Abi::V2) {
        return;
    }
    let dir = directory();
    let ruleset = handling(AccessFs::REFER | AccessFs::EXECUTE);
    ruleset.allow_beneath(File::open(&*dir).unwrap(), AccessFs::REFER).unwrap();
    ruleset.allow_beneath(File::open(dir.join("directory")).unwrap(), AccessFs::EXECUTE).unwrap();
    gives(&ruleset, &dir, rename, Err(Errno::EXDEV));
}

#[test]
fn truncate() {
    if has(Abi::V3) {
        // SAFETY: the kernel reads the path.
        is_denied_and_allowed(AccessFs::TRUNCATE, || unsafe { syscall!(TRUNCATE, c"file".as_ptr(), 0_i64).map(drop) });
        is_denied_and_allowed(AccessFs::TRUNCATE, || open(c"file", O_WRONLY | O_TRUNC).map(drop));
    }
}

#[test]
fn ioctl_dev() {
    fn ioctl() -> Result<()> {
        const TCGETS: i32 = 0x5401;
        let null = open(c"/dev/null", 0)?;
        // SAFETY: the device has no such call.
        match unsafe { syscall!(IOCTL, null.as_raw_fd(), TCGETS, std::ptr::null::<u8>()) } {
            Err(Errno::ENOTTY) => Ok(()),
            result => result.map(drop),
        }
    }
    if has(Abi::V5) {
        is_denied_and_allowed_at(Some("/dev"), AccessFs::IOCTL_DEV, Errno::EACCES, ioctl);
    }
}

#[test]
fn what_is_open_already_stays_so() {
    if !has(Abi::V1) {
        return;
    }
    let dir = directory();
    let (ruleset, file) = (handling(AccessFs::READ_FILE), File::open(dir.join("file")).unwrap());
    holds(|| ruleset.restrict_self().is_ok() && fd::read(&file, &mut [0; 7]).is_ok_and(|read| read == b"content"));
}

#[test]
fn a_rule_may_be_about_a_file_alone() {
    if !has(Abi::V1) {
        return;
    }
    let dir = directory();
    let ruleset = handling(AccessFs::READ_FILE | AccessFs::READ_DIR);
    // What only a directory can have is passed over.
    ruleset.allow_beneath(File::open(dir.join("file")).unwrap(), AccessFs::READ_FILE | AccessFs::READ_DIR).unwrap();
    gives(&ruleset, &dir, || open(c"file", 0).map(drop), Ok(()));
    gives(&ruleset, &dir, || open(c"script", 0).map(drop), Err(Errno::EACCES));
    gives(&ruleset, &dir, || open(c"directory", 0).map(drop), Err(Errno::EACCES));
    let of_a_file = ruleset.allow_beneath(File::open(dir.join("file")).unwrap(), AccessFs::READ_DIR);
    assert_eq!(of_a_file, Err(Errno::ENOMSG));
    assert_eq!(ruleset.allow_port(1, AccessNet::BIND_TCP), Err(Errno::EINVAL));
}
