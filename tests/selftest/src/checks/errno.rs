//! Errors that the kernel is provoked to give. Their numbers differ on mips and sparc.

use super::kernel::{
    AF_INET, AF_UNIX, AT_FDCWD, AT_REMOVEDIR, O_CREAT, O_RDWR, SOCK_DGRAM, SOCK_RDM, SOCK_STREAM, SOL_SOCKET, file,
    map, pipe, socket,
};
use crate::{Verdict, claim};
use butter::errno::{Errno, ErrorKind};
use butter::fd::{self, AsRawFd, OwnedFd};
use butter::inotify::Mask;
use butter::process::Pid;
use butter::{Eventfd, Inotify, signal, syscall};
use core::ffi::CStr;
use core::ptr;

fn open(path: &CStr) -> Result<usize, Errno> {
    // SAFETY: the kernel reads the path.
    unsafe { syscall!(OPENAT, AT_FDCWD, path.as_ptr(), O_RDWR, 0) }
}

fn symlink(path: &CStr, target: &CStr) -> Result<usize, Errno> {
    // SAFETY: the kernel reads the paths.
    unsafe { syscall!(SYMLINKAT, target.as_ptr(), AT_FDCWD, path.as_ptr()) }
}

fn mkdir(path: &CStr) -> Result<usize, Errno> {
    // SAFETY: the kernel reads the path.
    unsafe { syscall!(MKDIRAT, AT_FDCWD, path.as_ptr(), 0o700) }
}

fn remove(path: &CStr, flags: i32) -> Result<usize, Errno> {
    // SAFETY: the kernel reads the path.
    unsafe { syscall!(UNLINKAT, AT_FDCWD, path.as_ptr(), flags) }
}

fn execve(path: &CStr) -> Result<usize, Errno> {
    let nothing = [ptr::null::<u8>()];
    // SAFETY: the kernel reads the path and two lists that are empty.
    unsafe { syscall!(EXECVE, path.as_ptr(), nothing.as_ptr(), nothing.as_ptr()) }
}

pub fn files() -> Verdict {
    let watch = |path: &CStr, mask| Inotify::new()?.add_watch(path, mask).map(|_| ());
    claim(watch(c"/dev/null", Mask::CREATE | Mask::ONLYDIR) == Err(Errno::ENOTDIR))?;
    claim(watch(c"missing", Mask::CREATE) == Err(Errno::ENOENT))?;
    claim(open(c"missing") == Err(Errno::ENOENT))?;
    claim(open(c"/dev/null/missing") == Err(Errno::ENOTDIR))?;
    claim(open(c".") == Err(Errno::EISDIR))?;

    symlink(c"loop", c"loop")?;
    let (looped, exists) = (open(c"loop"), symlink(c"loop", c"loop"));
    remove(c"loop", 0)?;
    claim(looped == Err(Errno::ELOOP))?;
    claim(exists == Err(Errno::EEXIST))?;

    mkdir(c"directory")?;
    mkdir(c"directory/inside")?;
    let not_empty = remove(c"directory", AT_REMOVEDIR);
    remove(c"directory/inside", AT_REMOVEDIR)?;
    remove(c"directory", AT_REMOVEDIR)?;
    claim(not_empty == Err(Errno::ENOTEMPTY))?;

    // SAFETY: the kernel reads the paths, and writes less than the buffer holds.
    unsafe {
        claim(syscall!(LINKAT, AT_FDCWD, c".".as_ptr(), AT_FDCWD, c"link".as_ptr(), 0) == Err(Errno::EPERM))?;
        let (from, to) = (c"/proc/version".as_ptr(), c"moved".as_ptr());
        claim(syscall!(RENAMEAT2, AT_FDCWD, from, AT_FDCWD, to, 0) == Err(Errno::EXDEV))?;
        claim(syscall!(GETCWD, [0_u8; 1].as_mut_ptr(), 1) == Err(Errno::ERANGE))?;
        let (file, none) = (file(c"file")?, c"security.none".as_ptr());
        let value = syscall!(FGETXATTR, file.as_raw_fd(), none, ptr::null_mut::<u8>(), 0);
        claim(value == Err(Errno::ENODATA))?;
        claim(syscall!(FALLOCATE, file.as_raw_fd(), 0x4000_0000, 0_u64, 1_u64) == Err(Errno::EOPNOTSUPP))?;
    }

    claim(fd::buffered(Eventfd::new()?) == Err(Errno::ENOTTY))?;
    claim(execve(c"/dev/null") == Err(Errno::EACCES))?;
    // SAFETY: the kernel reads the path; the descriptor is closed once.
    unsafe {
        let fd = syscall!(OPENAT, AT_FDCWD, c"empty".as_ptr(), O_RDWR | O_CREAT, 0o700)?;
        syscall!(CLOSE, fd)?;
    }
    let empty = execve(c"empty");
    remove(c"empty", 0)?;
    claim(empty == Err(Errno::ENOEXEC))
}

/// The kernel's `struct sockaddr_un` of a short name, or `struct sockaddr_in` of 192.0.2.1, which nobody has.
fn address(family: i32, name: &[u8; 4]) -> [u8; 16] {
    let mut address = [0; 16];
    address[..2].copy_from_slice(&(family as u16).to_ne_bytes());
    match family {
        AF_UNIX => address[2..6].copy_from_slice(name),
        _ => address[4..8].copy_from_slice(&[192, 0, 2, 1]),
    }
    address
}

fn bind(socket: &OwnedFd, address: [u8; 16]) -> Result<usize, Errno> {
    // SAFETY: the kernel reads the address.
    unsafe { syscall!(BIND, socket.as_raw_fd(), address.as_ptr(), 16) }
}

fn connect(socket: &OwnedFd, address: [u8; 16]) -> Result<usize, Errno> {
    // SAFETY: the kernel reads the address.
    unsafe { syscall!(CONNECT, socket.as_raw_fd(), address.as_ptr(), 16) }
}

pub fn sockets() -> Verdict {
    let new = |family, kind, protocol| socket(family, kind, protocol).err();
    claim(new(99, SOCK_STREAM, 0) == Some(Errno::EAFNOSUPPORT))?;
    claim(new(AF_UNIX, SOCK_RDM, 0) == Some(Errno::ESOCKTNOSUPPORT))?;
    claim(new(AF_UNIX, SOCK_STREAM, 99) == Some(Errno::EPROTONOSUPPORT))?;

    let (listening, other) = (socket(AF_UNIX, SOCK_STREAM, 0)?, socket(AF_UNIX, SOCK_STREAM, 0)?);
    let here = address(AF_UNIX, b"here");
    bind(&listening, here)?;
    let in_use = bind(&other, here);
    let refused = connect(&other, here);
    // SAFETY: the call has no pointer.
    unsafe { syscall!(LISTEN, listening.as_raw_fd(), 5) }?;
    let wrong_type = connect(&socket(AF_UNIX, SOCK_DGRAM, 0)?, here);
    let not_connected = fd::read(&other, &mut [0; 4]).err();
    let (connected, again) = (connect(&other, here), connect(&other, here));
    remove(c"here", 0)?;
    claim(in_use == Err(Errno::EADDRINUSE))?;
    claim(refused == Err(Errno::ECONNREFUSED))?;
    claim(wrong_type == Err(Errno::EPROTOTYPE))?;
    claim(not_connected == Some(Errno::EINVAL))?;
    claim(connected == Ok(0) && again == Err(Errno::EISCONN))?;

    let alone = socket(AF_UNIX, SOCK_DGRAM, 0)?;
    claim(fd::write(&alone, b"to whom?") == Err(Errno::ENOTCONN))?;
    // SAFETY: the kernel refuses before it writes.
    unsafe {
        let (mut value, mut length) = (0_i32, 4_i32);
        let option = syscall!(GETSOCKOPT, alone.as_raw_fd(), SOL_SOCKET, 9999, &raw mut value, &raw mut length);
        claim(option == Err(Errno::ENOPROTOOPT))?;
    }

    match socket(AF_INET, SOCK_DGRAM, 0) {
        Ok(inet) => {
            claim(bind(&inet, address(AF_INET, &[0; 4])) == Err(Errno::EADDRNOTAVAIL))?;
            claim(fd::write(&inet, b"to whom?") == Err(Errno::EDESTADDRREQ))
        }
        Err(errno) => claim(errno == Errno::EAFNOSUPPORT),
    }
}

pub fn others() -> Verdict {
    const P_ALL: i32 = 0;
    const WEXITED: i32 = 4;
    const NOBODY: Pid = Pid::new(0x7fff_fff0).unwrap();
    let (reading, _writing) = pipe()?;
    // SAFETY: the calls fail before the kernel writes, or keep to what is there.
    unsafe {
        claim(butter::arch::syscall0(9999).result() == Err(Errno::ENOSYS))?;
        claim(syscall!(SHUTDOWN, reading.as_raw_fd(), 0) == Err(Errno::ENOTSOCK))?;
        let nothing = ptr::null_mut::<u8>();
        claim(syscall!(WAITID, P_ALL, 0, nothing, WEXITED, nothing) == Err(Errno::ECHILD))?;
        claim(map(usize::MAX & !0xffff, reading.as_raw_fd(), 0) == Err(Errno::ENOMEM))?;
    }
    claim(signal::kill(NOBODY, None) == Err(Errno::ESRCH))?;
    claim(futex_wait() == Err(Errno::ETIMEDOUT))?;
    claim(Errno::ENOENT.kind() == ErrorKind::NotFound)?;
    claim(Errno::EAGAIN.kind() == ErrorKind::WouldBlock)
}

/// Waits a millisecond for nobody.
fn futex_wait() -> Result<usize, Errno> {
    const FUTEX_WAIT: i32 = 0;
    let (word, timeout) = (7_u32, [0_i64, 1_000_000]);
    #[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
    // SAFETY: the kernel reads the word and the time.
    return unsafe { syscall!(FUTEX, &raw const word, FUTEX_WAIT, 7, timeout.as_ptr()) };
    #[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
    // SAFETY: the kernel reads the word and the time.
    return unsafe { syscall!(FUTEX_TIME64, &raw const word, FUTEX_WAIT, 7, timeout.as_ptr()) };
}
