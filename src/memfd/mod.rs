//! memfd: a file in memory, without a name in any directory, that can be sealed.
//!
//! ```
//! use butter::fd;
//! use butter::memfd::{Memfd, Seals};
//!
//! let memfd = Memfd::new("greeting")?;
//! fd::write(&memfd, b"Hello, world")?;
//! memfd.add_seals(Seals::WRITE | Seals::SHRINK | Seals::GROW | Seals::SEAL)?;
//! // Whoever gets it may rely on what is in it, whoever else has it.
//! assert_eq!(&memfd.map(12)?[..5], b"Hello");
//! assert_eq!(fd::write(&memfd, b"!"), Err(butter::Errno::EPERM));
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! It is a file as any other: [`fd`] reads and writes it, [`pipe`](crate::pipe) splices it, and it goes to other processes
//! over a socket or by inheritance. It is gone with the last who has it.
//!
//! See `memfd_create(2)`, `fcntl(2)`, `memfd_secret(2)`.

mod map;
#[cfg(any(
    target_arch = "aarch64",
    target_arch = "loongarch64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "x86",
    target_arch = "x86_64",
))]
mod secret;

pub use map::Map;
#[cfg(any(
    target_arch = "aarch64",
    target_arch = "loongarch64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "x86",
    target_arch = "x86_64",
))]
pub use secret::{SecretFlags, secret};

use crate::abi::fcntl::*;
use crate::abi::memfd as abi;
use crate::errno::{Errno, Result};
use crate::fd::{self, AsFd, AsRawFd, OwnedFd};
use crate::flags::flags;
use crate::path::PathArg;

flags! {
    /// How a memfd is made. It is closed over `exec` unless asked otherwise.
    CreateFlags: u32 {
        /// Seals can be added. Without it there is one from the start, [`Seals::SEAL`].
        #[doc(alias = "MFD_ALLOW_SEALING")]
        const ALLOW_SEALING = abi::MFD_ALLOW_SEALING;
        /// Of huge pages of the system's default size; [`huge`](Self::huge) is for others. It takes those that are
        /// reserved for `hugetlbfs`. Since Linux 4.14.
        #[doc(alias = "MFD_HUGETLB")]
        const HUGETLB = abi::MFD_HUGETLB;
        /// Not executable, and sealed so; other seals can be added. Since Linux 6.3.
        #[doc(alias = "MFD_NOEXEC_SEAL")]
        const NOEXEC_SEAL = abi::MFD_NOEXEC_SEAL;
        /// Executable. Without this and `NOEXEC_SEAL` the sysctl `vm.memfd_noexec` decides, by default for this. Since
        /// Linux 6.3.
        #[doc(alias = "MFD_EXEC")]
        const EXEC = abi::MFD_EXEC;
        /// The descriptor stays open over `exec`. (The kernel's flag, `MFD_CLOEXEC`, is given unless this is.)
        #[doc(alias = "MFD_CLOEXEC")]
        const NO_CLOEXEC = abi::MFD_CLOEXEC;
    }
}

impl CreateFlags {
    /// [`HUGETLB`](Self::HUGETLB) with pages of two to the power of `log2` bytes, such as 21 for 2 MiB and 30 for 1 GiB:
    /// which there are is a matter of the machine. Beyond 63 the kernel's field is full, and what does not fit is cut off.
    #[doc(alias = "MFD_HUGE_2MB")]
    #[doc(alias = "MFD_HUGE_1GB")]
    #[inline]
    pub const fn huge(log2: u32) -> CreateFlags {
        CreateFlags(abi::MFD_HUGETLB | (log2 & abi::MFD_HUGE_MASK) << abi::MFD_HUGE_SHIFT)
    }
}

flags! {
    /// What can no longer be done to a file, by nobody. A seal is never taken away.
    Seals: u32 {
        /// No seal can be added.
        #[doc(alias = "F_SEAL_SEAL")]
        const SEAL = F_SEAL_SEAL;
        /// The file cannot become shorter.
        #[doc(alias = "F_SEAL_SHRINK")]
        const SHRINK = F_SEAL_SHRINK;
        /// The file cannot become longer.
        #[doc(alias = "F_SEAL_GROW")]
        const GROW = F_SEAL_GROW;
        /// The content cannot change, not even through a mapping.
        #[doc(alias = "F_SEAL_WRITE")]
        const WRITE = F_SEAL_WRITE;
        /// The content cannot change but through mappings that are there already. Since Linux 5.1.
        #[doc(alias = "F_SEAL_FUTURE_WRITE")]
        const FUTURE_WRITE = F_SEAL_FUTURE_WRITE;
        /// Whether it is executable cannot change. Since Linux 6.3.
        #[doc(alias = "F_SEAL_EXEC")]
        const EXEC = F_SEAL_EXEC;
    }
}

/// Makes an empty file in memory. The name is only for people: it stands in `/proc/self/fd` and `/proc/self/maps` behind
/// `memfd:`, need not be unique, and has at most 249 bytes. Since Linux 3.17.
///
/// # Errors
///
/// - `EACCES`: [`EXEC`](CreateFlags::EXEC) or nothing about it, where `vm.memfd_noexec` is 2.
/// - `EINVAL`: a longer name, or a NUL inside; [`EXEC`](CreateFlags::EXEC) and [`NOEXEC_SEAL`](CreateFlags::NOEXEC_SEAL)
///   together; a flag that this kernel does not know.
/// - `EMFILE`: the process has as many descriptors as it may.
/// - `ENAMETOOLONG`: a name of 4,096 bytes or more.
/// - `ENFILE`: the system has as many open files as it allows.
/// - `ENODEV`: huge pages of this size, which the system does not have.
/// - `ENOMEM`: the kernel has no memory for it.
/// - `ENOSYS`: huge pages, and the kernel was built without them.
/// - `EPERM`: documented for huge pages, if the caller has neither `CAP_IPC_LOCK` nor the group `vm.hugetlb_shm_group`; the
///   kernel does not ask for them here.
#[doc(alias = "memfd_create")]
#[inline]
pub fn create(name: impl PathArg, flags: CreateFlags) -> Result<OwnedFd> {
    let flags = flags.bits() ^ abi::MFD_CLOEXEC;
    // SAFETY: the kernel reads the name up to its NUL, and gives a new descriptor.
    name.with_c_str(|name| unsafe { call_readonly!(MEMFD_CREATE, name.as_ptr(), flags).fd() })
}

/// Adds seals to a file in memory: a memfd, or one of a `tmpfs`, which only has [`Seals::SEAL`].
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EBUSY`: [`WRITE`](Seals::WRITE), and somebody has mapped the file to write, or the kernel still works on its pages.
/// - `EINVAL`: a file of another kind; a seal that this kernel does not know.
/// - `EPERM`: it is sealed against seals, which it is unless made otherwise; or the descriptor is not open for writing.
#[doc(alias = "F_ADD_SEALS")]
#[inline]
pub fn add_seals(fd: impl AsFd, seals: Seals) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_ADD_SEALS, seals.bits()) }.unit()
}

/// The seals of a file in memory.
///
/// # Errors
///
/// - `EBADF`: the descriptor is not open.
/// - `EINVAL`: a file of another kind.
#[doc(alias = "F_GET_SEALS")]
#[inline]
pub fn get_seals(fd: impl AsFd) -> Result<Seals> {
    // SAFETY: the call has no pointer.
    let seals = unsafe { call_readonly!(FCNTL64, fd.as_fd().as_raw_fd(), F_GET_SEALS, 0) }.int()?;
    Ok(Seals::from_bits(seals as u32))
}

/// A file in memory.
pub struct Memfd {
    fd: OwnedFd,
}

fd::object!(Memfd);
fd::object_from_fd!(Memfd);

impl Memfd {
    /// Makes an empty one that is closed over `exec`, can be sealed, and cannot be executed (which kernels before Linux
    /// 6.3 do not forbid).
    ///
    /// # Errors
    ///
    /// Those of [`create`].
    pub fn new(name: impl PathArg) -> Result<Memfd> {
        name.with_c_str(|name| match create(name, CreateFlags::NOEXEC_SEAL) {
            Err(Errno::EINVAL) => Memfd::with_flags(name, CreateFlags::ALLOW_SEALING),
            fd => fd.map(Memfd::from),
        })
    }

    /// Makes one with these flags.
    ///
    /// # Errors
    ///
    /// Those of [`create`].
    #[inline]
    pub fn with_flags(name: impl PathArg, flags: CreateFlags) -> Result<Memfd> {
        create(name, flags).map(Memfd::from)
    }

    /// Makes one with this content, which nobody can ever change: it has the seals `WRITE`, `SHRINK`, `GROW` and `SEAL`.
    /// It stands at its start.
    ///
    /// # Errors
    ///
    /// Those of [`create`], and
    ///
    /// - `EFBIG`: the content is larger than a file may be.
    /// - `ENOMEM`, `ENOSPC`: there is no memory for it.
    pub fn sealed(name: impl PathArg, content: &[u8]) -> Result<Memfd> {
        Memfd::new(name)?.with_content(content, Seals::empty())
    }

    /// [`sealed`](Self::sealed) with these flags, such as [`EXEC`](CreateFlags::EXEC) for a program, which gets the seal `EXEC`
    /// too. `ALLOW_SEALING` need not be given.
    ///
    /// # Errors
    ///
    /// Those of [`sealed`](Self::sealed).
    pub fn sealed_with_flags(name: impl PathArg, content: &[u8], flags: CreateFlags) -> Result<Memfd> {
        let exec = if flags.contains(CreateFlags::EXEC) { Seals::EXEC } else { Seals::empty() };
        Memfd::with_flags(name, flags | CreateFlags::ALLOW_SEALING)?.with_content(content, exec)
    }

    /// With this content for good, and these seals besides.
    fn with_content(self, content: &[u8], seals: Seals) -> Result<Memfd> {
        let mut done = 0;
        while let Some(rest) = content.get(done..).filter(|rest| !rest.is_empty()) {
            match fd::pwrite(&self, rest, done as u64) {
                Err(Errno::EINTR) => {}
                written => done = done.saturating_add(written?),
            }
        }
        self.add_seals(Seals::WRITE | Seals::SHRINK | Seals::GROW | Seals::SEAL | seals)?;
        Ok(self)
    }

    /// [`add_seals`]. Several at once are added all or none.
    ///
    /// # Errors
    ///
    /// Those of [`add_seals`].
    #[inline]
    pub fn add_seals(&self, seals: Seals) -> Result<()> {
        add_seals(self, seals)
    }

    /// [`get_seals`]: the seals that it has.
    ///
    /// # Errors
    ///
    /// Those of [`get_seals`].
    #[inline]
    pub fn seals(&self) -> Result<Seals> {
        get_seals(self)
    }

    /// Makes it longer or shorter, to so many bytes. What is new are zeros, and takes memory when it is written.
    ///
    /// # Errors
    ///
    /// - `EFBIG`, `EINVAL`: more than a file may have, or than 63 bits; of huge pages, not a multiple of their size; the
    ///   descriptor is not open for writing.
    /// - `EPERM`: it is sealed against it.
    #[doc(alias = "ftruncate")]
    #[inline]
    pub fn set_len(&self, len: u64) -> Result<()> {
        // SAFETY: the call has no pointer.
        unsafe { call_readonly!(FTRUNCATE64, self.fd.as_raw_fd(), len) }.unit()
    }

    /// The first `len` bytes as memory, without a copy. They never change, as it must be sealed with `WRITE` and `SHRINK`;
    /// the map stays when the descriptor is gone.
    ///
    /// # Errors
    ///
    /// - `EBADF`: the descriptor is not open for reading.
    /// - `EINVAL`: no bytes, or more than it has; a file of another kind.
    /// - `ENOMEM`: there is no room in the address space for it, or the process has as many mappings as it may; or there
    ///   is no huge page.
    /// - `EPERM`: it is not sealed with `WRITE` and `SHRINK`.
    #[doc(alias = "mmap")]
    pub fn map(&self, len: usize) -> Result<Map> {
        Map::new(self, len)
    }
}
