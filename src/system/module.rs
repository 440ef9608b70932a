//! Modules: parts of the kernel that are loaded while it runs.
//!
//! ```no_run
//! use butter::fd::{CWD, OpenFlags};
//! use butter::fs;
//! use butter::system::module::{self, DeleteFlags, InitFlags};
//!
//! let file = fs::openat(CWD, c"/lib/modules/loop.ko", OpenFlags::empty(), 0)?;
//! module::finit_module(&file, c"max_loop=8", InitFlags::empty())?;
//! module::delete_module(c"loop", DeleteFlags::NONBLOCK)?;
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! The kernel does not look for other modules that one needs; `modprobe(8)` does, by the file `modules.dep`.
//!
//! See `init_module(2)`, `delete_module(2)`.

use crate::abi::module as abi;
use crate::arch::fcntl::{O_NONBLOCK, O_TRUNC};
use crate::errno::Result;
use crate::fd::{AsFd, AsRawFd};
use crate::flags::flags;
use crate::path::PathArg;

flags! {
    /// How a module is loaded.
    InitFlags: u32 {
        /// Also if it was built against other versions of the kernel's functions. It may bring the kernel down.
        #[doc(alias = "MODULE_INIT_IGNORE_MODVERSIONS")]
        const IGNORE_MODVERSIONS = abi::MODULE_INIT_IGNORE_MODVERSIONS;
        /// Also if it was built for another kernel, or one built in another way. It may bring the kernel down.
        #[doc(alias = "MODULE_INIT_IGNORE_VERMAGIC")]
        const IGNORE_VERMAGIC = abi::MODULE_INIT_IGNORE_VERMAGIC;
        /// The file is compressed, in the way that the kernel was built for (`CONFIG_MODULE_COMPRESS_*`). Since Linux 5.17.
        #[doc(alias = "MODULE_INIT_COMPRESSED_FILE")]
        const COMPRESSED_FILE = abi::MODULE_INIT_COMPRESSED_FILE;
    }
}

flags! {
    /// How a module is unloaded.
    DeleteFlags: u32 {
        /// Fail if it is in use. (The kernel no longer waits without it, since Linux 3.13.)
        #[doc(alias = "O_NONBLOCK")]
        const NONBLOCK = O_NONBLOCK;
        /// Unload it even if it is in use, or has no function for that: what uses it brings the kernel down. Needs
        /// `CONFIG_MODULE_FORCE_UNLOAD`.
        #[doc(alias = "O_TRUNC")]
        const FORCE = O_TRUNC;
    }
}

/// Loads a module from memory, where it is an ELF file, and runs its first function. `parameters` are words as
/// `name=value`, with a space between two of them.
///
/// # Errors
///
/// - `EBADMSG`: its signature is malformed.
/// - `EBUSY`: a module of the name is being loaded or unloaded; or a symbol that it needs is of another that is, for too long.
/// - `EEXIST`: a module of the name is loaded; or it exports a symbol that another exports.
/// - `EINVAL`: a parameter that makes no sense, or an ELF file that does not.
/// - `EKEYREJECTED`: its signature is not of a key that the kernel trusts.
/// - `ENOENT`: a symbol that it needs is not there, as that of a module that is not loaded.
/// - `ENOEXEC`: not an ELF file, or for another kernel or machine.
/// - `ENOKEY`: the kernel does not know the key of its signature, and loads no others.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: the kernel was built without modules.
/// - `EPERM`: the caller lacks `CAP_SYS_MODULE` in the first user namespace; or `/proc/sys/kernel/modules_disabled` is 1, the
///   kernel is locked down, or its command line has the module after `module_blacklist=`.
/// - and what the first function of the module gives.
pub fn init_module(image: &[u8], parameters: impl PathArg) -> Result<()> {
    parameters.with_c_str(|parameters| {
        // SAFETY: the kernel reads the image, as many bytes as there are, and the parameters up to their NUL.
        unsafe { call_readonly!(INIT_MODULE, image.as_ptr(), image.len(), parameters.as_ptr()) }.unit()
    })
}

/// [`init_module`] from a file, whose place may vouch for it: security modules are asked, and see where it is. Since Linux
/// 3.8.
///
/// # Errors
///
/// Those of [`init_module`], and
///
/// - `EBADF`: the descriptor is not open for reading.
/// - `EFBIG`: the file is too large.
/// - `EINVAL`: a flag that this kernel does not know; the file is empty, or not a regular one.
/// - `EIO`: it cannot be read.
/// - `EOPNOTSUPP`: `COMPRESSED_FILE`, and the kernel was not built for that.
/// - `ETXTBSY`: the file is open for writing.
pub fn finit_module(file: impl AsFd, parameters: impl PathArg, flags: InitFlags) -> Result<()> {
    parameters.with_c_str(|parameters| {
        let (file, flags) = (file.as_fd().as_raw_fd(), flags.bits());
        // SAFETY: the kernel reads the parameters up to their NUL.
        unsafe { call_readonly!(FINIT_MODULE, file, parameters.as_ptr(), flags) }.unit()
    })
}

/// Runs the last function of a module, and unloads it.
///
/// # Errors
///
/// - `EBUSY`: it is being loaded or unloaded, or it has a first function and no last one.
/// - `ENOENT`: no module of this name is loaded; or the name is longer than one can be.
/// - `ENOSYS`: the kernel was built without modules, or does not unload them.
/// - `EPERM`: the caller lacks `CAP_SYS_MODULE` in the first user namespace; or `/proc/sys/kernel/modules_disabled` is 1.
/// - `EWOULDBLOCK`: another module needs it, or it is in use.
pub fn delete_module(name: impl PathArg, flags: DeleteFlags) -> Result<()> {
    name.with_c_str(|name| {
        // SAFETY: the kernel reads the name up to its NUL.
        unsafe { call_readonly!(DELETE_MODULE, name.as_ptr(), flags.bits()) }.unit()
    })
}
