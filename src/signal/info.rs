//! What a signal tells: who sent it and why.

use super::Signal;
use crate::abi::siginfo::*;
use crate::abi::signalfd::signalfd_siginfo;
use crate::arch::signo::{self, SI_TIMER};
use crate::pid::Pid;
use core::{fmt, mem::offset_of, time::Duration};

/// What a signal tells, in the kernel's `signalfd_siginfo`: as a signalfd gives it, and as every other call of this
/// crate does that receives a signal. It is 128 bytes at any alignment.
///
/// [`cause`](Self::cause) sorts it out; the other functions are the single fields, which hold 0 or nothing where the
/// cause has no such field.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct SigInfo([u8; SigInfo::SIZE]);

/// Reads the bytes of a field in the machine's order.
macro_rules! field {
    ($info:ident, $field:ident, $type:ty) => {{
        let mut bytes = [0; size_of::<$type>()];
        let (_, from) = $info.0.split_at(offset_of!(signalfd_siginfo, $field));
        bytes.copy_from_slice(from.split_at(size_of::<$type>()).0);
        <$type>::from_ne_bytes(bytes)
    }};
}

impl SigInfo {
    /// Its size in bytes.
    pub const SIZE: usize = size_of::<signalfd_siginfo>();

    /// One from its bytes, whatever they are.
    #[inline]
    pub const fn from_bytes(bytes: [u8; SigInfo::SIZE]) -> SigInfo {
        SigInfo(bytes)
    }

    /// The same where the bytes are.
    #[inline]
    pub const fn from_bytes_ref(bytes: &[u8; SigInfo::SIZE]) -> &SigInfo {
        // SAFETY: `SigInfo` is transparent over the array, and any bytes will do.
        unsafe { &*(&raw const *bytes).cast() }
    }

    /// The bytes.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8; SigInfo::SIZE] {
        &self.0
    }

    /// The signal; `None` only in bytes that no kernel wrote.
    #[doc(alias = "ssi_signo")]
    #[inline]
    pub fn signal(&self) -> Option<Signal> {
        Signal::from_kernel(field!(self, ssi_signo, u32))
    }

    /// An errno that belongs to the signal: unused by the kernel but for `SIGSYS`, where it is what the seccomp
    /// filter gave with it.
    #[doc(alias = "ssi_errno")]
    #[inline]
    pub fn errno(&self) -> i32 {
        field!(self, ssi_errno, i32)
    }

    /// The kernel's code of the cause (`SI_USER`, `CLD_EXITED`, …): positive from the kernel, 0 or negative from a
    /// program. What a positive one means depends on the signal.
    #[doc(alias = "ssi_code")]
    #[inline]
    pub fn code(&self) -> i32 {
        field!(self, ssi_code, i32)
    }

    /// The process that sent it, or the child that changed.
    #[doc(alias = "ssi_pid")]
    #[inline]
    pub fn pid(&self) -> Option<Pid> {
        Pid::new(field!(self, ssi_pid, i32))
    }

    /// The real user id of that process.
    #[doc(alias = "ssi_uid")]
    #[inline]
    pub fn uid(&self) -> u32 {
        field!(self, ssi_uid, u32)
    }

    /// The descriptor that became ready, for `SIGIO`.
    #[doc(alias = "ssi_fd")]
    #[inline]
    pub fn fd(&self) -> i32 {
        field!(self, ssi_fd, i32)
    }

    /// The kernel's number of the POSIX timer.
    #[doc(alias = "ssi_tid")]
    #[inline]
    pub fn timer_id(&self) -> u32 {
        field!(self, ssi_tid, u32)
    }

    /// The events of the descriptor, for `SIGIO`, as bits of [`poll`](crate::poll::Events).
    #[doc(alias = "ssi_band")]
    #[inline]
    pub fn band(&self) -> u32 {
        field!(self, ssi_band, u32)
    }

    /// How often the POSIX timer expired again before this was received.
    #[doc(alias = "ssi_overrun")]
    #[inline]
    pub fn overrun(&self) -> u32 {
        field!(self, ssi_overrun, u32)
    }

    /// The number of the trap, on architectures whose faults have one.
    #[doc(alias = "ssi_trapno")]
    #[inline]
    pub fn trap_number(&self) -> u32 {
        field!(self, ssi_trapno, u32)
    }

    /// The exit status of the child, or the number of the signal that changed it.
    #[doc(alias = "ssi_status")]
    #[inline]
    pub fn status(&self) -> i32 {
        field!(self, ssi_status, i32)
    }

    /// What was sent along.
    #[doc(alias = "ssi_int")]
    #[doc(alias = "ssi_ptr")]
    #[inline]
    pub fn value(&self) -> SigValue {
        SigValue(field!(self, ssi_ptr, u64) as usize)
    }

    /// The CPU time that the child used itself, counted in hundredths of a second.
    #[doc(alias = "ssi_utime")]
    #[inline]
    pub fn user_time(&self) -> Duration {
        ticks(field!(self, ssi_utime, u64))
    }

    /// The CPU time that the kernel used for the child, counted in hundredths of a second.
    #[doc(alias = "ssi_stime")]
    #[inline]
    pub fn system_time(&self) -> Duration {
        ticks(field!(self, ssi_stime, u64))
    }

    /// The address of the fault.
    #[doc(alias = "ssi_addr")]
    #[inline]
    pub fn address(&self) -> u64 {
        field!(self, ssi_addr, u64)
    }

    /// The lowest bit of the address that counts, for a broken memory page: the logarithm of what was lost. Since
    /// Linux 2.6.37.
    #[doc(alias = "ssi_addr_lsb")]
    #[inline]
    pub fn address_lsb(&self) -> u16 {
        field!(self, ssi_addr_lsb, u16)
    }

    /// The number of the system call, for `SIGSYS`. Since Linux 4.20.
    #[doc(alias = "ssi_syscall")]
    #[inline]
    pub fn syscall(&self) -> i32 {
        field!(self, ssi_syscall, i32)
    }

    /// The address that the system call was made from. Since Linux 4.20.
    #[doc(alias = "ssi_call_addr")]
    #[inline]
    pub fn call_address(&self) -> u64 {
        field!(self, ssi_call_addr, u64)
    }

    /// The architecture of the system call (`AUDIT_ARCH_…`). Since Linux 4.20.
    #[doc(alias = "ssi_arch")]
    #[inline]
    pub fn audit_arch(&self) -> u32 {
        field!(self, ssi_arch, u32)
    }

    /// What the signal came from, with what belongs to it: the kernel's own rule over the code and the signal.
    pub fn cause(&self) -> Cause {
        let (pid, uid, code) = (self.pid(), self.uid(), self.code());
        let kind = self.signal().map_or(Layout::Kill, |signal| layout(signal, code));
        match kind {
            Layout::Kill if code == SI_KERNEL => Cause::Kernel,
            Layout::Kill if code == SI_USER => Cause::Kill { pid, uid },
            Layout::Kill => Cause::Other { code },
            Layout::Rt if code == SI_TKILL => Cause::Tkill { pid, uid },
            Layout::Rt => Cause::Queue { code, pid, uid, value: self.value() },
            Layout::Timer => Cause::Timer { id: self.timer_id(), overrun: self.overrun(), value: self.value() },
            Layout::Child => Cause::Child {
                pid,
                uid,
                status: ChildStatus::new(code, self.status()),
                user_time: self.user_time(),
                system_time: self.system_time(),
            },
            Layout::Fault => Cause::Fault {
                code,
                address: self.address(),
                address_lsb: self.address_lsb(),
                trap_number: self.trap_number(),
            },
            Layout::Poll => Cause::Poll { code, fd: self.fd(), band: self.band() },
            Layout::Sys => Cause::Syscall {
                code,
                number: self.syscall(),
                address: self.call_address(),
                audit_arch: self.audit_arch(),
                errno: self.errno(),
            },
        }
    }
}

/// What the other calls give, in the form of a signalfd: the same conversion that the kernel makes for one.
impl From<&siginfo_t> for SigInfo {
    fn from(from: &siginfo_t) -> SigInfo {
        let mut info = SigInfo([0; SigInfo::SIZE]);
        info.set(offset_of!(signalfd_siginfo, ssi_signo), from.si_signo.to_ne_bytes());
        info.set(offset_of!(signalfd_siginfo, ssi_errno), from.si_errno.to_ne_bytes());
        info.set(offset_of!(signalfd_siginfo, ssi_code), from.si_code.to_ne_bytes());
        let kind = info.signal().map_or(Layout::Kill, |signal| layout(signal, from.si_code));
        let pid_uid = |info: &mut SigInfo, pid: i32, uid: u32| {
            info.set(offset_of!(signalfd_siginfo, ssi_pid), pid.to_ne_bytes());
            info.set(offset_of!(signalfd_siginfo, ssi_uid), uid.to_ne_bytes());
        };
        // SAFETY: any bytes will do for each of the fields, all are initialised, and the layout says which was meant.
        unsafe {
            let fields = from._sifields;
            match kind {
                Layout::Kill => pid_uid(&mut info, fields._rt._pid, fields._rt._uid),
                Layout::Rt => {
                    pid_uid(&mut info, fields._rt._pid, fields._rt._uid);
                    info.set_value(fields._rt._sigval);
                }
                Layout::Timer => {
                    info.set(offset_of!(signalfd_siginfo, ssi_tid), fields._timer._tid.to_ne_bytes());
                    info.set(offset_of!(signalfd_siginfo, ssi_overrun), fields._timer._overrun.to_ne_bytes());
                    info.set_value(fields._timer._sigval);
                }
                Layout::Child => {
                    let child = fields._sigchld;
                    pid_uid(&mut info, child._pid, child._uid);
                    info.set(offset_of!(signalfd_siginfo, ssi_status), child._status.to_ne_bytes());
                    info.set(offset_of!(signalfd_siginfo, ssi_utime), (child._utime as i64).to_ne_bytes());
                    info.set(offset_of!(signalfd_siginfo, ssi_stime), (child._stime as i64).to_ne_bytes());
                }
                Layout::Fault => {
                    let address = fields._sigfault._addr as u64;
                    info.set(offset_of!(signalfd_siginfo, ssi_addr), address.to_ne_bytes());
                    if from.si_signo == i32::from(signo::SIGBUS)
                        && matches!(from.si_code, BUS_MCEERR_AR | BUS_MCEERR_AO)
                    {
                        let lsb = fields._sigfault._addr_lsb;
                        info.set(offset_of!(signalfd_siginfo, ssi_addr_lsb), lsb.to_ne_bytes());
                    }
                }
                Layout::Poll => {
                    let band = fields._sigpoll._band as u32;
                    info.set(offset_of!(signalfd_siginfo, ssi_band), band.to_ne_bytes());
                    info.set(offset_of!(signalfd_siginfo, ssi_fd), fields._sigpoll._fd.to_ne_bytes());
                }
                Layout::Sys => {
                    let call_addr = fields._sigsys._call_addr as u64;
                    info.set(offset_of!(signalfd_siginfo, ssi_call_addr), call_addr.to_ne_bytes());
                    info.set(offset_of!(signalfd_siginfo, ssi_syscall), fields._sigsys._syscall.to_ne_bytes());
                    info.set(offset_of!(signalfd_siginfo, ssi_arch), fields._sigsys._arch.to_ne_bytes());
                }
            }
        }
        info
    }
}

impl SigInfo {
    fn set<const N: usize>(&mut self, offset: usize, value: [u8; N]) {
        for (to, from) in self.0.iter_mut().skip(offset).zip(value) {
            *to = from;
        }
    }

    fn set_value(&mut self, value: usize) {
        self.set(offset_of!(signalfd_siginfo, ssi_ptr), (value as u64).to_ne_bytes());
        self.set(offset_of!(signalfd_siginfo, ssi_int), SigValue(value).int().to_ne_bytes());
    }
}

/// Which fields a signal has.
enum Layout {
    Kill,
    Rt,
    Timer,
    Child,
    Fault,
    Poll,
    Sys,
}

fn layout(signal: Signal, code: i32) -> Layout {
    match code {
        SI_TIMER => Layout::Timer,
        SI_SIGIO => Layout::Poll,
        ..SI_USER => Layout::Rt,
        SI_USER | SI_KERNEL.. => Layout::Kill,
        _ => match signal {
            Signal::ILL if code <= NSIGILL => Layout::Fault,
            Signal::FPE if code <= NSIGFPE => Layout::Fault,
            Signal::SEGV if code <= NSIGSEGV => Layout::Fault,
            Signal::BUS if code <= NSIGBUS => Layout::Fault,
            Signal::TRAP if code <= NSIGTRAP => Layout::Fault,
            Signal::CHLD if code <= NSIGCHLD => Layout::Child,
            Signal::SYS if code <= NSIGSYS => Layout::Sys,
            _ if code <= NSIGPOLL => Layout::Poll,
            _ => Layout::Kill,
        },
    }
}

/// The kernel counts in `USER_HZ`, which is 100.
fn ticks(count: u64) -> Duration {
    Duration::from_millis(count.saturating_mul(10))
}

/// Where a signal came from. A pid is `None` if the process is outside the receiver's pid namespace. It is also `None`,
/// with the user id 0, if the kernel could not note the sender, as the receiver had too many signals queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// `kill`: sent to the process.
    #[doc(alias = "SI_USER")]
    Kill {
        /// Who sent it.
        pid: Option<Pid>,
        /// The sender's real user id.
        uid: u32,
    },
    /// `tkill` or `tgkill`: sent to the thread.
    #[doc(alias = "SI_TKILL")]
    Tkill {
        /// Who sent it.
        pid: Option<Pid>,
        /// The sender's real user id.
        uid: u32,
    },
    /// Queued by a program with a value (`SI_QUEUE`), or by the kernel for a message queue or asynchronous I/O.
    #[doc(alias = "SI_QUEUE")]
    Queue {
        /// Which of them: negative.
        code: i32,
        /// Who sent it.
        pid: Option<Pid>,
        /// The sender's real user id.
        uid: u32,
        /// What was sent along.
        value: SigValue,
    },
    /// A POSIX timer expired.
    #[doc(alias = "SI_TIMER")]
    Timer {
        /// The kernel's number of the timer.
        id: u32,
        /// How often it expired again before this was received.
        overrun: u32,
        /// What the timer was made with.
        value: SigValue,
    },
    /// A child ended, stopped or went on.
    #[doc(alias = "SIGCHLD")]
    Child {
        /// The child.
        pid: Option<Pid>,
        /// The child's real user id.
        uid: u32,
        /// What became of it.
        status: ChildStatus,
        /// The CPU time that it used itself.
        user_time: Duration,
        /// The CPU time that the kernel used for it.
        system_time: Duration,
    },
    /// The program did what it must not: see the address.
    #[doc(alias = "SEGV_MAPERR")]
    Fault {
        /// What was wrong, as the signal counts it (`SEGV_MAPERR`, `BUS_ADRALN`, `FPE_INTDIV`, …).
        code: i32,
        /// Where: the memory, or the instruction.
        address: u64,
        /// The lowest bit of the address that counts, for a broken memory page.
        address_lsb: u16,
        /// The number of the trap, on architectures that have one.
        trap_number: u32,
    },
    /// A descriptor became ready (`SIGIO`).
    #[doc(alias = "SI_SIGIO")]
    Poll {
        /// For what (`POLL_IN`, `POLL_OUT`, …).
        code: i32,
        /// The descriptor.
        fd: i32,
        /// The events, as bits of [`poll`](crate::poll::Events).
        band: u32,
    },
    /// A system call was refused: by a seccomp filter, or by the user dispatch of `prctl`.
    #[doc(alias = "SYS_SECCOMP")]
    Syscall {
        /// By which of them (`SYS_SECCOMP`, `SYS_USER_DISPATCH`).
        code: i32,
        /// The number of the call.
        number: i32,
        /// Where it was made.
        address: u64,
        /// The architecture that the number belongs to (`AUDIT_ARCH_…`).
        audit_arch: u32,
        /// What the filter gave with it.
        errno: i32,
    },
    /// The kernel itself, such as for a key of the terminal.
    #[doc(alias = "SI_KERNEL")]
    Kernel,
    /// A code that is not known.
    Other {
        /// The code.
        code: i32,
    },
}

/// What became of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChildStatus {
    /// It ended by itself, with this exit status.
    #[doc(alias = "CLD_EXITED")]
    Exited(i32),
    /// A signal ended it.
    #[doc(alias = "CLD_KILLED")]
    Killed(Signal),
    /// A signal ended it, and its memory was dumped.
    #[doc(alias = "CLD_DUMPED")]
    Dumped(Signal),
    /// It is traced and has stopped.
    #[doc(alias = "CLD_TRAPPED")]
    Trapped(Signal),
    /// A signal stopped it.
    #[doc(alias = "CLD_STOPPED")]
    Stopped(Signal),
    /// It goes on.
    #[doc(alias = "CLD_CONTINUED")]
    Continued,
    /// Something that is not known.
    Other {
        /// The kernel's code.
        code: i32,
        /// The status that came with it.
        status: i32,
    },
}

impl ChildStatus {
    fn new(code: i32, status: i32) -> ChildStatus {
        let signal = Signal::from_kernel(status as u32);
        match (code, signal) {
            (CLD_EXITED, _) => ChildStatus::Exited(status),
            (CLD_KILLED, Some(signal)) => ChildStatus::Killed(signal),
            (CLD_DUMPED, Some(signal)) => ChildStatus::Dumped(signal),
            (CLD_TRAPPED, Some(signal)) => ChildStatus::Trapped(signal),
            (CLD_STOPPED, Some(signal)) => ChildStatus::Stopped(signal),
            (CLD_CONTINUED, _) => ChildStatus::Continued,
            _ => ChildStatus::Other { code, status },
        }
    }
}

/// What is sent along with a signal: an `int` or something as wide as a pointer, the one or the other, as both ends
/// have agreed.
#[doc(alias = "sigval")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct SigValue(usize);

impl SigValue {
    /// An `int`: the C member `sival_int`.
    #[inline]
    pub const fn from_int(value: i32) -> SigValue {
        let mut bytes = [0; size_of::<usize>()];
        (bytes[0], bytes[1], bytes[2], bytes[3]) = {
            let [a, b, c, d] = value.to_ne_bytes();
            (a, b, c, d)
        };
        SigValue(usize::from_ne_bytes(bytes))
    }

    /// Something as wide as a pointer: the C member `sival_ptr`.
    #[inline]
    pub const fn from_usize(value: usize) -> SigValue {
        SigValue(value)
    }

    /// The `int`.
    #[inline]
    pub const fn int(self) -> i32 {
        match self.0.to_ne_bytes().first_chunk() {
            Some(bytes) => i32::from_ne_bytes(*bytes),
            None => 0,
        }
    }

    /// The whole, as wide as a pointer.
    #[inline]
    pub const fn to_usize(self) -> usize {
        self.0
    }
}

impl fmt::Debug for SigInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut info = f.debug_struct("SigInfo");
        match self.signal() {
            Some(signal) => info.field("signal", &signal),
            None => info.field("signal", &field!(self, ssi_signo, u32)),
        };
        info.field("cause", &self.cause()).finish()
    }
}
