//! Signals, sent by the process to itself, or by the kernel.

use super::kernel::{file, fork, pipe, uid, wait};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::poll::{self, PollFd};
use butter::signal::{self, Cause, ChildStatus, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::time::{Clock, clock_gettime};
use butter::{Eventfd, fd, process, syscall};
use core::hint::black_box;
use core::ptr;
use core::time::Duration;

pub const RT: Signal = match Signal::realtime(8) {
    Some(signal) => signal,
    None => panic!("not a signal"),
};

pub fn send(signal: Signal) -> Result<(), Errno> {
    signal::tgkill(process::getpid(), process::gettid(), signal)
}

/// A child that ends at once with exit status 7, waited for.
pub fn child() -> Result<i32, Failure> {
    let child = fork(|| 7)?;
    claim(wait(child)? == ChildStatus::Exited(7))?;
    Ok(child.number())
}

pub fn is_of_child(info: &SigInfo, child: i32) -> Verdict {
    claim(info.signal() == Some(Signal::CHLD))?;
    let Cause::Child { pid, uid: owner, status, user_time, system_time } = info.cause() else { return claim(false) };
    claim(pid.is_some_and(|pid| pid.number() == child))?;
    claim(owner == uid()? && status == ChildStatus::Exited(7))?;
    claim(user_time + system_time < Duration::from_secs(60))
}

pub fn mask() -> Verdict {
    let set = SigSet::from([Signal::USR1, RT]);
    let before = sigmask::get()?;
    let guard = sigmask::Guard::block(set)?;
    claim(guard.old() == before && !before.contains(Signal::USR1))?;
    claim(sigmask::get()? & set == set)?;

    send(Signal::USR1)?;
    send(RT)?;
    claim(signal::sigpending()? == SigSet::from([Signal::USR1, RT]))?;
    claim(signal::sigtimedwait(&set, None)?.signal() == Some(Signal::USR1))?;
    claim(signal::sigtimedwait(&set, None)?.signal() == Some(RT))?;
    claim(signal::sigpending()?.is_empty())?;

    drop(guard);
    claim(sigmask::get()? == before)?;
    let all = sigmask::Guard::set(SigSet::all())?;
    claim(!sigmask::get()?.contains(Signal::KILL) && sigmask::get()?.contains(Signal::TERM))?;
    drop(all);
    claim(sigmask::get()? == before)
}

/// The bit of a signal is where the kernel has it: it is told the number and gives the set.
fn is_its_bit(signal: Signal) -> Verdict {
    let set = SigSet::from(signal);
    let _guard = sigmask::Guard::block(set)?;
    send(signal)?;
    claim(signal::sigpending()? == set)?;
    claim(signal::sigtimedwait(&set, Some(Duration::ZERO))?.signal() == Some(signal))?;
    claim(signal::sigpending()?.is_empty())
}

/// qemu keeps the last real-time signals for itself, and does not block the other two.
fn is_of_qemu(signal: &Signal) -> bool {
    [Signal::BUS, Signal::SEGV].contains(signal) || signal.number() > 62
}

fn are_their_bits(signals: impl Iterator<Item = Signal>) -> Verdict {
    signals.filter(|signal| ![Signal::KILL, Signal::STOP].contains(signal)).try_for_each(is_its_bit)
}

pub fn sets() -> Verdict {
    are_their_bits(SigSet::all().into_iter().filter(|signal| !is_of_qemu(signal)))
}

/// In a process of its own, as they end it there.
pub fn sets_of_qemu() -> Verdict {
    let child = fork(|| are_their_bits(SigSet::all().into_iter().filter(is_of_qemu)).is_ok().into())?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

/// Arms an interval timer once, in a millisecond.
fn timer(which: i32) -> Result<usize, Errno> {
    // The kernel's `long`: x32 takes that of x86_64 here.
    #[cfg(target_arch = "x86_64")]
    type Word = u64;
    #[cfg(not(target_arch = "x86_64"))]
    type Word = usize;
    // On sparc64 the microseconds have the half of the word that comes first.
    let microseconds = if cfg!(target_arch = "sparc64") { 1000 << (Word::BITS / 2) } else { 1000 };
    let setting = [0 as Word, 0, 0, microseconds];
    // SAFETY: the kernel reads an interval and a time.
    unsafe { syscall!(SETITIMER, which, setting.as_ptr(), ptr::null_mut::<u8>()) }
}

/// Signals that the kernel sends of its own accord have its numbers, not ours.
pub fn from_kernel() -> Verdict {
    const ITIMER_REAL: i32 = 0;
    const ITIMER_VIRTUAL: i32 = 1;
    const ITIMER_PROF: i32 = 2;
    let arrives = |signal: Signal| signal::sigtimedwait(&signal.into(), Some(Duration::from_secs(10)));
    // These two count while the program works, one of them not while the kernel works for it.
    let works = |signal: Signal| -> Result<bool, Errno> {
        let end = clock_gettime(Clock::MONOTONIC)?.checked_add(Duration::from_secs(10)).ok_or(Errno::EOVERFLOW)?;
        while !signal::sigpending()?.contains(signal) && clock_gettime(Clock::MONOTONIC)? < end {
            (0..100_000).for_each(|number| _ = black_box(number));
        }
        arrives(signal).map(|info| info.signal() == Some(signal))
    };
    let all = [Signal::ALRM, Signal::CHLD, Signal::PIPE, Signal::PROF, Signal::VTALRM, Signal::XFSZ];
    let _guard = sigmask::Guard::block(all.into())?;

    timer(ITIMER_REAL)?;
    claim(arrives(Signal::ALRM)?.signal() == Some(Signal::ALRM))?;
    timer(ITIMER_VIRTUAL)?;
    claim(works(Signal::VTALRM)?)?;
    timer(ITIMER_PROF)?;
    claim(works(Signal::PROF)?)?;

    let (reading, writing) = pipe()?;
    drop(reading);
    claim(fd::write(&writing, b"to nobody") == Err(Errno::EPIPE))?;
    claim(arrives(Signal::PIPE)?.signal() == Some(Signal::PIPE))?;

    let child = child()?;
    is_of_child(&arrives(Signal::CHLD)?, child)?;

    // In a process of its own, as the limit cannot be lifted without privilege.
    let child = fork(|| {
        let too_large = limited_write() == Err(Errno::EFBIG);
        i32::from(too_large && arrives(Signal::XFSZ).is_ok_and(|info| info.signal() == Some(Signal::XFSZ)))
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}

/// Writes to a file when files may have no byte.
fn limited_write() -> Result<usize, Errno> {
    const RLIMIT_FSIZE: i32 = 1;
    let file = file(c"limited")?;
    // SAFETY: the kernel reads two numbers.
    unsafe { syscall!(PRLIMIT64, 0, RLIMIT_FSIZE, [0_u64; 2].as_ptr(), ptr::null_mut::<u8>()) }?;
    fd::write(&file, b"too much")
}

/// Undoes what a shell or another parent may have said of the signal.
fn set_default(signal: Signal) -> Result<usize, Errno> {
    // The kernel's `struct sigaction` is all zeros, and not larger than this.
    let (default, nowhere) = ([0_usize; 32], ptr::null_mut::<u8>());
    let (number, size) = (u32::from(signal.number()), size_of::<SigSet>());
    #[cfg(not(target_arch = "sparc64"))]
    // SAFETY: the kernel reads one `struct sigaction`, which has no handler.
    return unsafe { syscall!(RT_SIGACTION, number, default.as_ptr(), nowhere, size) };
    #[cfg(target_arch = "sparc64")]
    // SAFETY: the kernel reads one `struct sigaction`, which has no handler; nothing has to be restored after one.
    return unsafe { syscall!(RT_SIGACTION, number, default.as_ptr(), nowhere, nowhere, size) };
}

/// A child that sends itself a signal, and ends with status 7 if that does not end it.
fn with_signal(signal: Signal) -> Result<ChildStatus, Failure> {
    let child = fork(|| {
        // KILL and STOP cannot be set.
        let _ = set_default(signal);
        // In a group of its own, with a parent outside it, the terminal's signals stop it.
        // SAFETY: the call has no pointer.
        let sent = unsafe { syscall!(SETPGID, 0, 0) }.and_then(|_| sigmask::set(SigSet::empty())).and(send(signal));
        if sent == Ok(()) { 7 } else { 1 }
    })?;
    let change = wait(child)?;
    if let ChildStatus::Stopped(_) = change {
        signal::kill(child, Signal::KILL)?;
        claim(wait(child)? == ChildStatus::Killed(Signal::KILL))?;
    }
    Ok(change)
}

/// What the kernel does for a signal tells it from those that other machines have under the same number.
pub fn dispositions() -> Verdict {
    const END: [Signal; 10] = [
        Signal::HUP,
        Signal::INT,
        Signal::KILL,
        Signal::USR1,
        Signal::USR2,
        Signal::PIPE,
        Signal::ALRM,
        Signal::TERM,
        Signal::IO,
        Signal::PWR,
    ];
    const STOP: [Signal; 4] = [Signal::STOP, Signal::TSTP, Signal::TTIN, Signal::TTOU];
    const IGNORED: [Signal; 4] = [Signal::CHLD, Signal::CONT, Signal::URG, Signal::WINCH];
    for signal in END {
        claim(with_signal(signal)? == ChildStatus::Killed(signal))?;
    }
    for signal in STOP {
        claim(with_signal(signal)? == ChildStatus::Stopped(signal))?;
    }
    for signal in IGNORED {
        claim(with_signal(signal)? == ChildStatus::Exited(7))?;
    }
    Ok(())
}

pub fn sigtimedwait() -> Verdict {
    let set = SigSet::from([Signal::USR2, RT]);
    let _guard = sigmask::Guard::block(set)?;
    let sender = (Some(process::getpid()), uid()?);
    claim(signal::sigtimedwait(&set, Some(Duration::ZERO)) == Err(Errno::EAGAIN))?;
    claim(signal::sigtimedwait(&set, Some(Duration::from_millis(1))) == Err(Errno::EAGAIN))?;

    send(Signal::USR2)?;
    let info = signal::sigtimedwait(&set, None)?;
    claim(info.signal() == Some(Signal::USR2))?;
    claim(info.cause() == Cause::Tkill { pid: sender.0, uid: sender.1 })?;

    signal::kill(process::getpid(), Signal::USR2)?;
    claim(signal::sigtimedwait(&set, None)?.cause() == Cause::Kill { pid: sender.0, uid: sender.1 })?;

    let value = SigValue::from_int(-5);
    signal::sigqueue(process::getpid(), RT, value)?;
    let info = signal::sigtimedwait(&set, None)?;
    claim(info.signal() == Some(RT) && info.value().int() == -5)?;
    claim(info.cause() == Cause::Queue { code: -1, pid: sender.0, uid: sender.1, value: info.value() })?;

    let value = SigValue::from_usize(usize::MAX / 3);
    signal::tgsigqueue(process::getpid(), process::gettid(), RT, value)?;
    claim(signal::sigtimedwait(&set, None)?.value() == value)?;
    claim(signal::kill(process::getpid(), None) == Ok(()))
}

/// Lets through, only while it waits, a signal that nobody handles and that does nothing: the wait goes on to its end.
pub fn ppoll_mask() -> Verdict {
    let set = SigSet::from(Signal::WINCH);
    let _guard = sigmask::Guard::block(set)?;
    send(Signal::WINCH)?;
    let counter = Eventfd::new()?;
    let mut fds = [PollFd::new(&counter, poll::Events::IN)];
    let mask = sigmask::get()? - set;
    claim(poll::ppoll(&mut fds, Some(Duration::from_millis(1)), Some(&mask)) == Ok(0))?;
    claim(sigmask::get()?.contains(Signal::WINCH))?;
    claim(!signal::sigpending()?.contains(Signal::WINCH))
}

pub fn child_in_siginfo() -> Verdict {
    let set = SigSet::from(Signal::CHLD);
    let _guard = sigmask::Guard::block(set)?;
    let child = child()?;
    is_of_child(&signal::sigtimedwait(&set, None)?, child)
}

/// The kernel's `struct sigevent`, for a signal.
#[repr(C)]
struct SigEvent {
    sigev_value: usize,
    sigev_signo: i32,
    sigev_notify: i32,
    pad: [u8; 56 - size_of::<usize>()],
}

const _: () = assert!(size_of::<SigEvent>() == 64);

pub fn timer_in_siginfo() -> Verdict {
    const CLOCK_MONOTONIC: i32 = 1;
    const SIGEV_SIGNAL: i32 = 0;
    let set = SigSet::from(RT);
    let _guard = sigmask::Guard::block(set)?;
    let sent = SigValue::from_int(-7);
    let event = SigEvent {
        sigev_value: sent.to_usize(),
        sigev_signo: RT.number().into(),
        sigev_notify: SIGEV_SIGNAL,
        pad: [0; 56 - size_of::<usize>()],
    };
    // In a millisecond, once: what `struct itimerspec` is.
    let setting = [0_i64, 0, 0, 1_000_000];
    let mut id = -1;
    // SAFETY: the kernel reads the event and the setting, and writes one number.
    unsafe {
        syscall!(TIMER_CREATE, CLOCK_MONOTONIC, &raw const event, &raw mut id)?;
        #[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
        syscall!(TIMER_SETTIME, id, 0, setting.as_ptr(), ptr::null_mut::<u8>())?;
        #[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
        syscall!(TIMER_SETTIME64, id, 0, setting.as_ptr(), ptr::null_mut::<u8>())?;
    }
    let info = signal::sigtimedwait(&set, Some(Duration::from_secs(10)))?;
    // SAFETY: the call has no pointer.
    unsafe { syscall!(TIMER_DELETE, id) }?;
    claim(info.signal() == Some(RT))?;
    let Cause::Timer { overrun, value, .. } = info.cause() else { return claim(false) };
    claim(overrun == 0 && value.int() == -7)
}
