//! Memory that the kernel itself cannot read.

use crate::arch::fcntl::O_CLOEXEC;
use crate::errno::Result;
use crate::fd::OwnedFd;
use crate::flags::flags;

flags! {
    /// How secret memory is made. It is closed over `exec` unless asked otherwise.
    SecretFlags: u32 {
        /// The descriptor stays open over `exec`. (The kernel's flag, `O_CLOEXEC`, is given unless this is.)
        #[doc(alias = "O_CLOEXEC")]
        const NO_CLOEXEC = O_CLOEXEC;
    }
}

/// Makes an empty file of memory that is only in the address spaces that map it: the kernel takes it out of its own. It
/// can be given a size once (`ftruncate`) and be mapped, shared, within `RLIMIT_MEMLOCK`; nothing can read, write or
/// splice it, it is never swapped out, and no debugger sees it. Since Linux 5.14; before 6.5 it has to be enabled with
/// `secretmem.enable` when the kernel is started. Not on every architecture.
///
/// # Errors
///
/// - `EINVAL`: a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may; or the system has as much secret memory as it allows.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the kernel was built without it, it is not enabled, or the machine cannot do it.
#[doc(alias = "memfd_secret")]
#[inline]
pub fn secret(flags: SecretFlags) -> Result<OwnedFd> {
    // SAFETY: the call has no pointer, and gives a new descriptor.
    unsafe { call_readonly!(MEMFD_SECRET, flags.bits() ^ O_CLOEXEC).fd() }
}
