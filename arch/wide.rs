//! The numbers under the names that this crate calls by. Where a register has 32 bits the calls with 64-bit times and
//! offsets have names of their own; elsewhere they are the plain ones.

pub(crate) use super::nr::*;

#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
mod plain {
    use crate::arch::nr;

    pub(crate) const CLOCK_GETRES_TIME64: usize = nr::CLOCK_GETRES;
    pub(crate) const CLOCK_GETTIME64: usize = nr::CLOCK_GETTIME;
    pub(crate) const FCNTL64: usize = nr::FCNTL;
    pub(crate) const FTRUNCATE64: usize = nr::FTRUNCATE;
    pub(crate) const PPOLL_TIME64: usize = nr::PPOLL;
    pub(crate) const RT_SIGTIMEDWAIT_TIME64: usize = nr::RT_SIGTIMEDWAIT;
    pub(crate) const TIMERFD_GETTIME64: usize = nr::TIMERFD_GETTIME;
    pub(crate) const TIMERFD_SETTIME64: usize = nr::TIMERFD_SETTIME;
    pub(crate) const UTIMENSAT_TIME64: usize = nr::UTIMENSAT;
}
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
pub(crate) use plain::*;

// Three had user ids of 16 bits.
#[cfg(not(any(target_arch = "arm", target_arch = "m68k", target_arch = "x86")))]
mod ids {
    use crate::arch::nr;

    pub(crate) const GETEGID32: usize = nr::GETEGID;
    pub(crate) const GETEUID32: usize = nr::GETEUID;
    pub(crate) const GETGID32: usize = nr::GETGID;
    pub(crate) const GETGROUPS32: usize = nr::GETGROUPS;
    pub(crate) const GETRESGID32: usize = nr::GETRESGID;
    pub(crate) const GETRESUID32: usize = nr::GETRESUID;
    pub(crate) const GETUID32: usize = nr::GETUID;
    pub(crate) const SETFSGID32: usize = nr::SETFSGID;
    pub(crate) const SETFSUID32: usize = nr::SETFSUID;
    pub(crate) const SETGID32: usize = nr::SETGID;
    pub(crate) const SETGROUPS32: usize = nr::SETGROUPS;
    pub(crate) const SETRESGID32: usize = nr::SETRESGID;
    pub(crate) const SETRESUID32: usize = nr::SETRESUID;
    pub(crate) const SETUID32: usize = nr::SETUID;
}
#[cfg(not(any(target_arch = "arm", target_arch = "m68k", target_arch = "x86")))]
pub(crate) use ids::*;

// sparc64 has a number for either name.
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
pub(crate) const SENDFILE64: usize = super::nr::SENDFILE;

// Where it takes its offset in units of 4,096 bytes; s390x has it in another way, and calls it by the plain name.
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
#[cfg(not(target_arch = "s390x"))]
pub(crate) const MMAP2: usize = super::nr::MMAP;

#[cfg(any(target_arch = "csky", target_arch = "hexagon", target_arch = "riscv32"))]
pub(crate) const _LLSEEK: usize = super::nr::LLSEEK;
