//! Signals sent and awaited.

use super::{SigInfo, SigSet, SigValue, Signal};
use crate::abi::siginfo::{SI_QUEUE, rt, sifields, siginfo_t};
use crate::errno::Result;
use crate::pid::Pid;
use crate::{process, time};
use core::{mem::MaybeUninit, time::Duration};

/// Whom [`kill`] means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// One process.
    Process(Pid),
    /// The caller's process group.
    OwnGroup,
    /// A process group.
    Group(Pid),
    /// Every process that the caller may send to, but for process 1 and the caller itself.
    All,
}

impl From<Pid> for Target {
    #[inline]
    fn from(pid: Pid) -> Target {
        Target::Process(pid)
    }
}

/// Sends a signal to a process, or to several; without one, only finds out whether it could be sent.
///
/// Group 1 cannot be meant: the kernel's number for it is that of [`Target::All`], and an `EINVAL` here.
///
/// # Errors
///
/// - `EINVAL`: group 1.
/// - `EPERM`: not one of the processes may be sent it by the caller: they belong to other users, and the caller lacks
///   `CAP_KILL`.
/// - `ESRCH`: no such process or group. One that ended and was not waited for is still there.
#[inline]
pub fn kill(target: impl Into<Target>, signal: impl Into<Option<Signal>>) -> Result<()> {
    let pid = match target.into() {
        Target::Process(pid) => pid.number(),
        Target::OwnGroup => 0,
        Target::Group(Pid::INIT) => return Err(crate::Errno::EINVAL),
        Target::Group(pid) => -pid.number(),
        Target::All => -1,
    };
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(KILL, pid, number(signal.into())) }.unit()
}

/// Sends a signal to one thread of a process; without one, only finds out whether it could be sent.
///
/// # Errors
///
/// - `EAGAIN`: a real-time signal, and the receiver has as many queued as `RLIMIT_SIGPENDING` allows.
/// - `EPERM`: the process belongs to another user, and the caller lacks `CAP_KILL`.
/// - `ESRCH`: the process has no such thread.
#[inline]
pub fn tgkill(process: Pid, thread: Pid, signal: impl Into<Option<Signal>>) -> Result<()> {
    // SAFETY: the call has no pointer.
    unsafe { call_readonly!(TGKILL, process.number(), thread.number(), number(signal.into())) }.unit()
}

/// Sends a signal with a value to a process.
///
/// # Errors
///
/// - `EAGAIN`: a real-time signal, and the receiver has as many queued as `RLIMIT_SIGPENDING` allows. Any other signal is
///   sent even then, and arrives without value and sender.
/// - `EPERM`: the process belongs to another user, and the caller lacks `CAP_KILL`.
/// - `ESRCH`: no such process.
#[doc(alias = "rt_sigqueueinfo")]
pub fn sigqueue(process: Pid, signal: Signal, value: SigValue) -> Result<()> {
    let info = queued(signal, value);
    // SAFETY: the kernel reads one siginfo.
    unsafe { call_readonly!(RT_SIGQUEUEINFO, process.number(), number(Some(signal)), &raw const info) }.unit()
}

/// Sends a signal with a value to one thread of a process.
///
/// # Errors
///
/// - `EAGAIN`: a real-time signal, and the receiver has as many queued as `RLIMIT_SIGPENDING` allows. Any other signal is
///   sent even then, and arrives without value and sender.
/// - `EPERM`: the process belongs to another user, and the caller lacks `CAP_KILL`.
/// - `ESRCH`: the process has no such thread.
#[doc(alias = "rt_tgsigqueueinfo")]
pub fn tgsigqueue(process: Pid, thread: Pid, signal: Signal, value: SigValue) -> Result<()> {
    let (info, signal) = (queued(signal, value), number(Some(signal)));
    // SAFETY: the kernel reads one siginfo.
    unsafe { call_readonly!(RT_TGSIGQUEUEINFO, process.number(), thread.number(), signal, &raw const info) }.unit()
}

/// Takes one of these signals that is pending, or waits for one, at most as long as `timeout`; with `None` as long as
/// it takes. They should be blocked, or the signal takes its usual course. Real-time signals come in order, the lowest
/// number first.
///
/// # Errors
///
/// - `EAGAIN`: none came in time.
/// - `EINTR`: a handler of another signal ran, or the process was stopped and goes on.
/// - `EINVAL`: the seconds of `timeout` do not fit in 63 bits.
#[doc(alias = "rt_sigtimedwait")]
#[doc(alias = "sigwaitinfo")]
pub fn sigtimedwait(set: &SigSet, timeout: Option<Duration>) -> Result<SigInfo> {
    let timeout = time::timeout(timeout)?;
    // Cleared, as the kernel writes only the fields that the signal has.
    let mut info = MaybeUninit::<siginfo_t>::zeroed();
    let (set, timeout) = (core::ptr::from_ref(set), time::as_ptr(&timeout));
    // SAFETY: the kernel reads one set and, unless null, one timespec, and writes one siginfo.
    unsafe { call!(RT_SIGTIMEDWAIT_TIME64, set, info.as_mut_ptr(), timeout, SigSet::SIZE) }.int()?;
    // SAFETY: all of it is initialised, and any bytes will do.
    Ok(SigInfo::from(unsafe { info.assume_init_ref() }))
}

/// The signals that are blocked and pending for the calling thread or its process.
///
/// # Errors
///
/// None that the kernel documents for such arguments.
#[doc(alias = "rt_sigpending")]
pub fn sigpending() -> Result<SigSet> {
    let mut set = SigSet::empty();
    // SAFETY: the kernel writes one set.
    unsafe { call!(RT_SIGPENDING, &raw mut set, SigSet::SIZE) }.unit()?;
    Ok(set)
}

/// 0 asks whether a signal could be sent.
#[inline]
pub(crate) fn number(signal: Option<Signal>) -> u32 {
    signal.map_or(0, |signal| signal.number().into())
}

/// What the receiver is told. The kernel fills in nothing, so the sender's numbers are ours to state.
pub(crate) fn queued(signal: Signal, value: SigValue) -> siginfo_t {
    // SAFETY: any bytes will do for a siginfo.
    let mut info = unsafe { MaybeUninit::<siginfo_t>::zeroed().assume_init() };
    info.si_signo = signal.number().into();
    info.si_code = SI_QUEUE;
    // SAFETY: the call has no argument.
    let uid = unsafe { call_readonly!(GETUID32) }.value() as u32;
    info._sifields = sifields { _rt: rt { _pid: process::getpid().number(), _uid: uid, _sigval: value.to_usize() } };
    info
}
