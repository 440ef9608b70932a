//! The network inside: a loopback device, which a new namespace has, but not yet up.

use butter::{Errno, syscall};
use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsRawFd;

/// `struct ifreq`, of which the name and the flags are used.
#[repr(C)]
struct Request {
    name: [u8; 16],
    flags: u16,
    _rest: [u8; 22],
}

/// Takes `lo` up, and with it come its addresses.
pub fn loopback() -> io::Result<()> {
    const SIOCGIFFLAGS: u32 = 0x8913;
    const SIOCSIFFLAGS: u32 = 0x8914;
    const IFF_UP: u16 = 1;
    // Any socket will do.
    let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
    let mut request = Request { name: [0; 16], flags: 0, _rest: [0; 22] };
    request.name[..2].copy_from_slice(b"lo");
    let mut ioctl = |number, up| -> Result<(), Errno> {
        request.flags |= up;
        // SAFETY: the kernel reads and writes one struct.
        unsafe { syscall!(IOCTL, socket.as_raw_fd(), number, &raw mut request) }.map(drop)
    };
    ioctl(SIOCGIFFLAGS, 0)?;
    Ok(ioctl(SIOCSIFFLAGS, IFF_UP)?)
}
