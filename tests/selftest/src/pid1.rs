//! What this program does if a kernel has started it as its first process, with nothing beside it but four empty
//! directories: see tests/boot.

use crate::checks::{AF_INET, AT_FDCWD, O_RDWR, SOCK_DGRAM, socket};
use butter::fd::AsRawFd;
use butter::process;
use butter::rt::Start;
use butter::{Errno, println, syscall};
use core::convert::Infallible;
use core::ffi::CStr;

/// Makes the place what a program expects it to be, checks in a child, which is a process like any other, says what has
/// become of that, and switches the machine off.
pub fn main(start: Start) -> Result<Infallible, Errno> {
    mount(c"devtmpfs", c"/dev")?;
    mount(c"proc", c"/proc")?;
    mount(c"sysfs", c"/sys")?;
    mount(c"tmpfs", c"/tmp")?;
    open_console()?;
    open_loopback()?;
    // SAFETY: the kernel reads the path.
    unsafe { syscall!(CHDIR, c"/tmp".as_ptr()) }?;
    // What the firmware has said may not end a line.
    println!()?;
    let child = process::spawn(c"/proc/self/exe", [c"/init"], start.env())?;
    println!("# {:?}", process::wait(child)?)?;
    power_off()
}

fn mount(kind: &CStr, directory: &CStr) -> Result<(), Errno> {
    // SAFETY: the kernel reads three strings, and knows from the last argument that there are no more.
    unsafe { syscall!(MOUNT, kind.as_ptr(), directory.as_ptr(), kind.as_ptr(), 0, 0) }?;
    Ok(())
}

/// As standard input, output and error, unless the kernel has done so.
fn open_console() -> Result<(), Errno> {
    // SAFETY: the kernel reads the path, and what is closed is a descriptor that nobody else knows.
    unsafe {
        loop {
            let fd = syscall!(OPENAT, AT_FDCWD, c"/dev/console".as_ptr(), O_RDWR, 0)?;
            if fd > 2 {
                syscall!(CLOSE, fd)?;
                return Ok(());
            }
        }
    }
}

/// The kernel has made the interface, and gives it its address when it is switched on.
fn open_loopback() -> Result<(), Errno> {
    const SIOCSIFFLAGS: u32 = 0x8914;
    const IFF_UP: u16 = 1;
    /// The kernel's `struct ifreq`.
    #[repr(C)]
    struct InterfaceRequest {
        ifr_name: [u8; 16],
        ifr_flags: u16,
        rest: [u8; 22],
    }
    let mut request = InterfaceRequest { ifr_name: [0; 16], ifr_flags: IFF_UP, rest: [0; 22] };
    request.ifr_name[..2].copy_from_slice(b"lo");
    let socket = socket(AF_INET, SOCK_DGRAM, 0)?;
    // SAFETY: the kernel reads the request.
    unsafe { syscall!(IOCTL, socket.as_raw_fd(), SIOCSIFFLAGS, &raw const request) }?;
    Ok(())
}

fn power_off() -> Result<Infallible, Errno> {
    const LINUX_REBOOT_MAGIC1: u32 = 0xfee1_dead;
    const LINUX_REBOOT_MAGIC2: u32 = 0x2812_1969;
    const LINUX_REBOOT_CMD_POWER_OFF: u32 = 0x4321_fedc;
    // SAFETY: this command does not look at the last argument.
    unsafe { syscall!(REBOOT, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, 0) }?;
    // The kernel cannot do it, and panics when its first process ends.
    process::exit(0)
}
