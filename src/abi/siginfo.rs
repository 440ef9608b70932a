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
#[repr(C)]
pub(crate) struct siginfo_t {
    pub(crate) si_signo: i32,
    pub(crate) si_errno: i32,
    pub(crate) si_code: i32,
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

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigchld {
    pub(crate) _pid: i32,
    pub(crate) _uid: u32,
    pub(crate) _status: i32,
    pub(crate) _utime: isize,
    pub(crate) _stime: isize,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigfault {
    pub(crate) _addr: usize,
    pub(crate) _addr_lsb: i16,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigpoll {
    pub(crate) _band: isize,
    pub(crate) _fd: i32,
}

#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct sigsys {
    pub(crate) _call_addr: usize,
    pub(crate) _syscall: i32,
    pub(crate) _arch: u32,
}

#[cfg(target_pointer_width = "64")]
mod layout64 {
    use super::*;
    layout!(siginfo_t: 128 { si_signo: 0, si_errno: 4, si_code: 8, _sifields: 16 });
    layout!(rt: 16 { _pid: 0, _uid: 4, _sigval: 8 });
    layout!(timer: 16 { _tid: 0, _overrun: 4, _sigval: 8 });
    layout!(sigchld: 32 { _pid: 0, _uid: 4, _status: 8, _utime: 16, _stime: 24 });
    layout!(sigfault: 16 { _addr: 0, _addr_lsb: 8 });
    layout!(sigpoll: 16 { _band: 0, _fd: 8 });
    layout!(sigsys: 16 { _call_addr: 0, _syscall: 8, _arch: 12 });
}
#[cfg(target_pointer_width = "32")]
mod layout32 {
    use super::*;
    layout!(siginfo_t: 128 { si_signo: 0, si_errno: 4, si_code: 8, _sifields: 12 });
    layout!(rt: 12 { _pid: 0, _uid: 4, _sigval: 8 });
    layout!(timer: 12 { _tid: 0, _overrun: 4, _sigval: 8 });
    layout!(sigchld: 20 { _pid: 0, _uid: 4, _status: 8, _utime: 12, _stime: 16 });
    layout!(sigfault: 8 { _addr: 0, _addr_lsb: 4 });
    layout!(sigpoll: 8 { _band: 0, _fd: 4 });
    layout!(sigsys: 12 { _call_addr: 0, _syscall: 4, _arch: 8 });
}
