//! `asm-generic/siginfo.h`: what a signal tells.

use super::layout;

pub(crate) const SI_USER: i32 = 0;
pub(crate) const SI_KERNEL: i32 = 0x80;
pub(crate) const SI_QUEUE: i32 = -1;
pub(crate) const SI_SIGIO: i32 = -5;
pub(crate) const SI_TKILL: i32 = -6;

pub(crate) const NSIGILL: i32 = 11;
pub(crate) const NSIGFPE: i32 = 15;
pub(crate) const NSIGSEGV: i32 = 10;
pub(crate) const NSIGBUS: i32 = 5;
pub(crate) const NSIGTRAP: i32 = 6;
pub(crate) const NSIGCHLD: i32 = 6;
pub(crate) const NSIGPOLL: i32 = 6;
pub(crate) const NSIGSYS: i32 = 2;

pub(crate) const BUS_MCEERR_AR: i32 = 4;
pub(crate) const BUS_MCEERR_AO: i32 = 5;

pub(crate) const CLD_EXITED: i32 = 1;
pub(crate) const CLD_KILLED: i32 = 2;
pub(crate) const CLD_DUMPED: i32 = 3;
pub(crate) const CLD_TRAPPED: i32 = 4;
pub(crate) const CLD_STOPPED: i32 = 5;
pub(crate) const CLD_CONTINUED: i32 = 6;

/// Always 128 bytes. The fields begin at the alignment of a pointer.
#[derive(Clone, Copy)]
#[cfg_attr(all(target_arch = "x86_64", target_pointer_width = "32"), repr(C, align(8)))]
#[cfg_attr(not(all(target_arch = "x86_64", target_pointer_width = "32")), repr(C))]
pub(crate) struct siginfo_t {
    pub(crate) si_signo: i32,
    #[cfg(not(any(
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6"
    )))]
    pub(crate) si_errno: i32,
    pub(crate) si_code: i32,
    // mips has the two the other way round.
    #[cfg(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"))]
    pub(crate) si_errno: i32,
    pub(crate) _sifields: sifields,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) union sifields {
    pub(crate) _rt: rt,
    pub(crate) _timer: timer,
    pub(crate) _sigchld: sigchld,
    pub(crate) _sigfault: sigfault,
    pub(crate) _sigpoll: sigpoll,
    pub(crate) _sigsys: sigsys,
    _pad: [usize; (128 - FIELDS) / size_of::<usize>()],
}

const FIELDS: usize = 12usize.next_multiple_of(align_of::<usize>());

/// `_kill` is the first two fields of it.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct rt {
    pub(crate) _pid: i32,
    pub(crate) _uid: u32,
    pub(crate) _sigval: usize,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct timer {
    pub(crate) _tid: i32,
    pub(crate) _overrun: i32,
    pub(crate) _sigval: usize,
}

/// x32 has times of 64 bits here, at half their alignment.
#[derive(Clone, Copy)]
#[cfg_attr(all(target_arch = "x86_64", target_pointer_width = "32"), repr(C, packed(4)))]
#[cfg_attr(not(all(target_arch = "x86_64", target_pointer_width = "32")), repr(C))]
pub(crate) struct sigchld {
    pub(crate) _pid: i32,
    pub(crate) _uid: u32,
    pub(crate) _status: i32,
    pub(crate) _utime: clock_t,
    pub(crate) _stime: clock_t,
}

#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "32")))]
pub(crate) type clock_t = isize;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "32"))]
pub(crate) type clock_t = i64;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigfault {
    pub(crate) _addr: usize,
    pub(crate) _addr_lsb: i16,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigpoll {
    pub(crate) _band: band_t,
    pub(crate) _fd: i32,
}

#[cfg(not(target_arch = "sparc64"))]
pub(crate) type band_t = isize;
#[cfg(target_arch = "sparc64")]
pub(crate) type band_t = i32;

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigsys {
    pub(crate) _call_addr: usize,
    pub(crate) _syscall: i32,
    pub(crate) _arch: u32,
}

#[cfg(not(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6")))]
layout!(siginfo_t: 128 { si_signo: 0, si_errno: 4, si_code: 8 });
#[cfg(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6"))]
layout!(siginfo_t: 128 { si_signo: 0, si_code: 4, si_errno: 8 });

#[cfg(target_pointer_width = "64")]
layout!(siginfo_t: 128 {
    _sifields._rt._pid: 16, _sifields._rt._uid: 20, _sifields._rt._sigval: 24,
    _sifields._timer._tid: 16, _sifields._timer._overrun: 20, _sifields._timer._sigval: 24,
    _sifields._sigchld._pid: 16, _sifields._sigchld._uid: 20, _sifields._sigchld._status: 24,
    _sifields._sigchld._utime: 32, _sifields._sigchld._stime: 40,
    _sifields._sigfault._addr: 16, _sifields._sigfault._addr_lsb: 24,
    _sifields._sigpoll._band: 16,
    _sifields._sigsys._call_addr: 16, _sifields._sigsys._syscall: 24, _sifields._sigsys._arch: 28,
});
#[cfg(all(target_pointer_width = "64", not(target_arch = "sparc64")))]
layout!(siginfo_t: 128 { _sifields._sigpoll._fd: 24 });
#[cfg(target_arch = "sparc64")]
layout!(siginfo_t: 128 { _sifields._sigpoll._fd: 20 });

#[cfg(target_pointer_width = "32")]
layout!(siginfo_t: 128 {
    _sifields._rt._pid: 12, _sifields._rt._uid: 16, _sifields._rt._sigval: 20,
    _sifields._timer._tid: 12, _sifields._timer._overrun: 16, _sifields._timer._sigval: 20,
    _sifields._sigchld._pid: 12, _sifields._sigchld._uid: 16, _sifields._sigchld._status: 20,
    _sifields._sigchld._utime: 24,
    _sifields._sigfault._addr: 12, _sifields._sigfault._addr_lsb: 16,
    _sifields._sigpoll._band: 12, _sifields._sigpoll._fd: 16,
    _sifields._sigsys._call_addr: 12, _sifields._sigsys._syscall: 16, _sifields._sigsys._arch: 20,
});
#[cfg(all(target_pointer_width = "32", not(target_arch = "x86_64")))]
layout!(siginfo_t: 128 { _sifields._sigchld._stime: 28 });
#[cfg(all(target_pointer_width = "32", target_arch = "x86_64"))]
layout!(siginfo_t: 128 { _sifields._sigchld._stime: 32 });
