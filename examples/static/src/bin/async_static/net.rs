//! The calls that a server needs, which the crate does not have.

use butter::fd::{AsRawFd, FromRawFd, OwnedFd};
use butter::socket::{Kind, PairFlags};
use butter::{Errno, Result, syscall};
use core::ffi::CStr;
use core::ptr;

const AF_UNIX: u16 = 1;
/// Both are closed over `exec`.
const CLOEXEC: u32 = PairFlags::NO_CLOEXEC.bits();

/// `sockaddr_un`.
#[repr(C)]
struct Address {
    family: u16,
    path: [u8; 108],
}

/// A Unix socket at this path, to which clients come.
pub fn listen(path: &CStr) -> Result<OwnedFd> {
    let mut address = Address { family: AF_UNIX, path: [0; 108] };
    let path = path.to_bytes_with_nul();
    if path.len() > address.path.len() {
        return Err(Errno::ENAMETOOLONG);
    }
    address.path.iter_mut().zip(path).for_each(|(place, byte)| *place = *byte);
    // SAFETY: the call has no pointer, and gives a new descriptor.
    let socket =
        unsafe { OwnedFd::from_raw_fd(syscall!(SOCKET, i32::from(AF_UNIX), Kind::Stream as u32 | CLOEXEC, 0)? as i32) };
    // SAFETY: the kernel reads the address, which is as long as it says.
    unsafe { syscall!(BIND, socket.as_raw_fd(), &raw const address, size_of::<Address>()) }?;
    // SAFETY: the call has no pointer.
    unsafe { syscall!(LISTEN, socket.as_raw_fd(), 16) }?;
    Ok(socket)
}

/// The next client.
pub fn accept(listener: &OwnedFd) -> Result<OwnedFd> {
    let null = ptr::null_mut::<u8>();
    // SAFETY: the kernel writes no address, and gives a new descriptor.
    unsafe { Ok(OwnedFd::from_raw_fd(syscall!(ACCEPT4, listener.as_raw_fd(), null, null, CLOEXEC)? as i32)) }
}
