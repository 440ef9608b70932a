//! A kernel from a file.

use crate::abi::kexec as abi;
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::path::PathArg;
use core::ptr;

flags! {
    /// What is loaded by [`kexec_file_load`].
    FileFlags: u32 {
        /// What a crash of this kernel starts, in the memory that `crashkernel=` has set aside.
        #[doc(alias = "KEXEC_FILE_ON_CRASH")]
        const ON_CRASH = abi::KEXEC_FILE_ON_CRASH;
        /// The kernel says in its log what it does. Since Linux 6.8.
        #[doc(alias = "KEXEC_FILE_DEBUG")]
        const DEBUG = abi::KEXEC_FILE_DEBUG;
        /// Not in memory that is kept for devices (`CMA`), from where it would not have to be copied again. Since Linux 6.17.
        #[doc(alias = "KEXEC_FILE_NO_CMA")]
        const NO_CMA = abi::KEXEC_FILE_NO_CMA;
        /// With the device tree of this kernel, also where it was not started by one. Since Linux 6.18.
        #[doc(alias = "KEXEC_FILE_FORCE_DTB")]
        const FORCE_DTB = abi::KEXEC_FILE_FORCE_DTB;
    }
}

/// Loads a kernel from a file, with what it finds in its memory as its first file system, if any, and its command line, in place
/// of one that was loaded before. Since Linux 3.17.
///
/// ```no_run
/// use butter::fd::{AsFd, CWD, OpenFlags};
/// use butter::fs;
/// use butter::system::kexec::{self, FileFlags};
/// use butter::system::{self, Reboot};
///
/// let kernel = fs::openat(CWD, c"/boot/vmlinuz", OpenFlags::empty(), 0)?;
/// let initrd = fs::openat(CWD, c"/boot/initrd.img", OpenFlags::empty(), 0)?;
/// kexec::kexec_file_load(&kernel, Some(initrd.as_fd()), c"root=/dev/sda1 ro", FileFlags::empty())?;
/// system::sync();
/// system::reboot(Reboot::Kexec)?;
/// # Ok::<(), butter::Errno>(())
/// ```
///
/// # Errors
///
/// - `EADDRNOTAVAIL`: there is no place in the machine's memory for it.
/// - `EBADF`: a descriptor is not open for reading.
/// - `EBUSY`: another image is being loaded.
/// - `EFBIG`: a file is too large.
/// - `EINVAL`: a flag that this kernel does not know; a file is empty, or not a regular one; or the command line contains a
///   NUL or is longer than the kernel to be started takes.
/// - `EIO`: a file cannot be read.
/// - `EKEYREJECTED`: its signature is not of a key that the kernel trusts.
/// - `ENODATA`: it has no signature, and has to have one.
/// - `ENOEXEC`: not a kernel for this machine.
/// - `ENOKEY`: the kernel does not know the key of its signature.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: before Linux 3.17, or the kernel was built without this (`CONFIG_KEXEC_FILE`).
/// - `EPERM`: the caller lacks `CAP_SYS_BOOT` in the first user namespace; `/proc/sys/kernel/kexec_load_disabled` is 1, or
///   `kexec_load_limit_reboot` or `kexec_load_limit_panic` there is used up; or the kernel is locked down, and the file not
///   signed.
/// - `ETXTBSY`: a file is open for writing.
#[doc(alias = "KEXEC_FILE_NO_INITRAMFS")]
pub fn kexec_file_load(
    kernel: impl AsFd,
    initrd: Option<BorrowedFd<'_>>,
    command_line: impl PathArg,
    flags: FileFlags,
) -> Result<()> {
    let kernel = kernel.as_fd().as_raw_fd();
    let (initrd, without) = initrd.map_or((-1, abi::KEXEC_FILE_NO_INITRAMFS), |initrd| (initrd.as_raw_fd(), 0));
    command_line.with_c_str(|line| {
        let (address, size, flags) = (line.as_ptr(), line.to_bytes_with_nul().len(), flags.bits() | without);
        // SAFETY: the kernel reads the command line with its NUL.
        unsafe { call_readonly!(KEXEC_FILE_LOAD, kernel, initrd, size, address, flags) }.unit()
    })
}

/// Unloads what was loaded, by [`kexec_file_load`] or [`kexec_load`](super::kexec_load); with `ON_CRASH`, what a crash would
/// start. It is no error if there is nothing. Since Linux 3.17.
///
/// # Errors
///
/// - `EBUSY`: an image is being loaded.
/// - `EINVAL`: a flag that this kernel does not know.
/// - `ENOSYS`, `EPERM`: as for [`kexec_file_load`].
#[doc(alias = "KEXEC_FILE_UNLOAD")]
pub fn kexec_file_unload(flags: FileFlags) -> Result<()> {
    let flags = flags.bits() | abi::KEXEC_FILE_UNLOAD;
    // SAFETY: the kernel reads nothing.
    unsafe { call_readonly!(KEXEC_FILE_LOAD, -1, -1, 0_usize, ptr::null::<u8>(), flags) }.unit()
}
