//! What the checks need of the kernel and the crate does not have, and children.

use butter::errno::Errno;
use butter::fd::{AsRawFd, FromRawFd, OwnedFd};
use butter::process::{self, Pid, WaitOptions};
use butter::signal::{Cause, ChildStatus};
use butter::syscall;
use core::ffi::CStr;

pub const MIPS: bool =
    cfg!(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"));

pub const AT_FDCWD: i32 = -100;
pub const AT_EMPTY_PATH: i32 = 0x1000;
pub const AT_REMOVEDIR: i32 = 0x200;
pub const O_RDWR: i32 = 2;
pub const O_CREAT: i32 = match () {
    _ if MIPS => 0x100,
    _ if cfg!(target_arch = "sparc64") => 0x200,
    _ => 0x40,
};

pub const AF_UNIX: i32 = 1;
pub const AF_INET: i32 = 2;
pub const SOCK_STREAM: i32 = if MIPS { 2 } else { 1 };
pub const SOCK_DGRAM: i32 = if MIPS { 1 } else { 2 };
pub const SOCK_RDM: i32 = 4;
pub const SOL_SOCKET: i32 = if MIPS || cfg!(target_arch = "sparc64") { 0xffff } else { 1 };

/// A file in the current directory, open, and removed again.
pub fn file(name: &CStr) -> Result<OwnedFd, Errno> {
    // SAFETY: the kernel reads the path, and gives a new descriptor.
    unsafe {
        let fd = syscall!(OPENAT, AT_FDCWD, name.as_ptr(), O_RDWR | O_CREAT, 0o600)?;
        syscall!(UNLINKAT, AT_FDCWD, name.as_ptr(), 0)?;
        Ok(OwnedFd::from_raw_fd(fd as i32))
    }
}

/// A file in memory, which may be larger than 2 GiB on every machine.
pub fn large_file() -> Result<OwnedFd, Errno> {
    // SAFETY: the kernel reads the name, and gives a new descriptor.
    unsafe { Ok(OwnedFd::from_raw_fd(syscall!(MEMFD_CREATE, c"large".as_ptr(), 0)? as i32)) }
}

/// Both ends: the one to read from first.
pub fn pipe() -> Result<(OwnedFd, OwnedFd), Errno> {
    let mut fds = [-1; 2];
    // SAFETY: the kernel writes two descriptors, which are new.
    unsafe {
        syscall!(PIPE2, fds.as_mut_ptr(), 0)?;
        Ok((OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1])))
    }
}

pub fn socket(family: i32, kind: i32, protocol: i32) -> Result<OwnedFd, Errno> {
    // SAFETY: the call gives a new descriptor.
    unsafe { Ok(OwnedFd::from_raw_fd(syscall!(SOCKET, family, kind, protocol)? as i32)) }
}

/// The address of a port on this machine.
pub fn inet(port: u16) -> [u8; 16] {
    let ([a, b], [c, d]) = ((AF_INET as u16).to_ne_bytes(), port.to_be_bytes());
    [a, b, c, d, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
}

/// The address of a socket by its name in the current directory, `socket`.
pub fn unix() -> [u8; 9] {
    let [a, b] = (AF_UNIX as u16).to_ne_bytes();
    [a, b, b's', b'o', b'c', b'k', b'e', b't', 0]
}

pub fn bind(socket: &OwnedFd, address: &[u8]) -> Result<(), Errno> {
    // SAFETY: the kernel reads the address.
    unsafe { syscall!(BIND, socket.as_raw_fd(), address.as_ptr(), address.len()) }.map(drop)
}

pub fn connect(socket: &OwnedFd, address: &[u8]) -> Result<(), Errno> {
    // SAFETY: the kernel reads the address.
    unsafe { syscall!(CONNECT, socket.as_raw_fd(), address.as_ptr(), address.len()) }.map(drop)
}

/// The kernel's `struct statx`, as far as it is looked at.
#[repr(C, align(8))]
pub struct Statx {
    stx_mask: u32,
    stx_blksize: u32,
    stx_attributes: u64,
    pub stx_nlink: u32,
    stx_uid: u32,
    stx_gid: u32,
    pub stx_mode: u16,
    __spare0: u16,
    stx_ino: u64,
    pub stx_size: u64,
    rest: [u64; 26],
}

const _: () = assert!(size_of::<Statx>() == 256);

pub fn statx(file: &OwnedFd, flags: i32) -> Result<Statx, Errno> {
    const BASIC_STATS: u32 = 0x7ff;
    // SAFETY: zeros will do for each of the fields.
    let mut statx: Statx = unsafe { core::mem::zeroed() };
    // SAFETY: the kernel reads the path and writes one `statx`.
    unsafe { syscall!(STATX, file.as_raw_fd(), c"".as_ptr(), flags, BASIC_STATS, &raw mut statx) }?;
    Ok(statx)
}

/// Maps a part of a file to read and write, shared.
///
/// # Safety
///
/// What is mapped is new memory; whoever gives it back no longer uses it.
pub unsafe fn map(length: usize, fd: i32, offset: usize) -> Result<usize, Errno> {
    const PROT_READ_WRITE: usize = 3;
    const MAP_SHARED: usize = 1;
    #[cfg(target_arch = "s390x")]
    // SAFETY: here the six arguments stand in memory. The kernel reads them.
    return unsafe { syscall!(MMAP, [0, length, PROT_READ_WRITE, MAP_SHARED, fd as usize, offset].as_ptr()) };
    #[cfg(all(not(target_arch = "s390x"), any(target_pointer_width = "64", target_arch = "x86_64")))]
    // SAFETY: the caller's promise.
    return unsafe { syscall!(MMAP, 0_usize, length, PROT_READ_WRITE, MAP_SHARED, fd, offset) };
    #[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
    // SAFETY: the caller's promise. The offset is in units of 4,096 bytes, whatever the size of a page.
    return unsafe { syscall!(MMAP2, 0_usize, length, PROT_READ_WRITE, MAP_SHARED, fd, offset / 4096) };
}

pub fn uid() -> Result<u32, Errno> {
    #[cfg(any(target_arch = "arm", target_arch = "m68k", target_arch = "x86"))]
    // SAFETY: the call has no argument.
    let uid = unsafe { syscall!(GETUID32) };
    #[cfg(not(any(target_arch = "arm", target_arch = "m68k", target_arch = "x86")))]
    // SAFETY: the call has no argument.
    let uid = unsafe { syscall!(GETUID) };
    uid.map(|uid| uid as u32)
}

pub fn set_uid(uid: u32) -> Result<(), Errno> {
    #[cfg(any(target_arch = "arm", target_arch = "m68k", target_arch = "x86"))]
    // SAFETY: the call has no pointer.
    unsafe { syscall!(SETRESUID32, uid, uid, uid) }?;
    #[cfg(not(any(target_arch = "arm", target_arch = "m68k", target_arch = "x86")))]
    // SAFETY: the call has no pointer.
    unsafe { syscall!(SETRESUID, uid, uid, uid) }?;
    Ok(())
}

/// A child that does this and ends with the status that it gives.
pub fn fork(child: impl FnOnce() -> i32) -> Result<Pid, Errno> {
    // SAFETY: the program has one thread, and the child gives up nothing but descriptors of its own.
    match unsafe { process::fork() }? {
        None => process::exit(child()),
        Some(child) => Ok(child),
    }
}

/// Waits until a child ends or stops.
pub fn wait(child: Pid) -> Result<ChildStatus, Errno> {
    let info = process::waitid(child, WaitOptions::EXITED | WaitOptions::STOPPED)?.ok_or(Errno::ECHILD)?;
    match info.cause() {
        Cause::Child { pid, status, .. } if pid == Some(child) => Ok(status),
        _ => Err(Errno::EPROTO),
    }
}
