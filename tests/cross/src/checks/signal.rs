//! Signals, sent by the process to itself.

use crate::{Failure, claim, exit};
use butter::errno::Errno;
use butter::poll::{self, PollFd};
use butter::signal::{self, Cause, ChildStatus, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::signalfd::{self, Signalfd};
use butter::{EventSource, Eventfd, process, syscall};
use core::ptr;
use core::time::Duration;

const RT: Signal = match Signal::realtime(8) {
    Some(signal) => signal,
    None => panic!("not a signal"),
};

fn send(signal: Signal) -> Result<(), Errno> {
    signal::tgkill(process::getpid(), process::gettid(), signal)
}

fn uid() -> Result<u32, Errno> {
    // SAFETY: the call has no argument.
    unsafe { syscall!(GETUID) }.map(|uid| uid as u32)
}

/// A child that ends at once with exit status 7, waited for.
fn child() -> Result<i32, Errno> {
    let (flags, stack) = (usize::from(Signal::CHLD.number()), 0_usize);
    // s390x has these two the other way round.
    let (a, b) = if cfg!(target_arch = "s390x") { (stack, flags) } else { (flags, stack) };
    // SAFETY: without further flags this is a fork. The child has a copy of everything and does nothing but end.
    let child = unsafe { syscall!(CLONE, a, b, 0_usize, 0_usize, 0_usize) }?;
    if child == 0 {
        exit(7)
    }
    // SAFETY: the kernel is told no place to write to.
    unsafe { syscall!(WAIT4, child, ptr::null_mut::<i32>(), 0, ptr::null_mut::<u8>()) }?;
    Ok(child as i32)
}

fn is_of_child(info: &SigInfo, child: i32) -> Result<(), Failure> {
    claim(info.signal() == Some(Signal::CHLD))?;
    let Cause::Child { pid, uid: owner, status, user_time, system_time } = info.cause() else { return claim(false) };
    claim(pid.is_some_and(|pid| pid.number() == child))?;
    claim(owner == uid()? && status == ChildStatus::Exited(7))?;
    claim(user_time + system_time < Duration::from_secs(60))
}

pub fn mask() -> Result<(), Failure> {
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

pub fn last() -> Result<(), Failure> {
    let set = SigSet::from(Signal::RTMAX);
    let _guard = sigmask::Guard::block(set)?;
    claim(sigmask::get()?.contains(Signal::RTMAX))?;
    send(Signal::RTMAX)?;
    claim(signal::sigtimedwait(&set, None)?.signal() == Some(Signal::RTMAX))
}

pub fn sigtimedwait() -> Result<(), Failure> {
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
pub fn ppoll_mask() -> Result<(), Failure> {
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

pub fn child_in_siginfo() -> Result<(), Failure> {
    let set = SigSet::from(Signal::CHLD);
    let _guard = sigmask::Guard::block(set)?;
    let child = child()?;
    is_of_child(&signal::sigtimedwait(&set, None)?, child)
}

pub fn child_in_signalfd() -> Result<(), Failure> {
    let set = SigSet::from(Signal::CHLD);
    let _guard = sigmask::Guard::block(set)?;
    let signals = Signalfd::new(set)?;
    let child = child()?;
    is_of_child(&signals.read()?, child)
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

pub fn timer_in_siginfo() -> Result<(), Failure> {
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
        syscall!(TIMER_SETTIME, id, 0, setting.as_ptr(), ptr::null_mut::<u8>())?;
    }
    let info = signal::sigtimedwait(&set, Some(Duration::from_secs(10)))?;
    // SAFETY: the call has no pointer.
    unsafe { syscall!(TIMER_DELETE, id) }?;
    claim(info.signal() == Some(RT))?;
    let Cause::Timer { overrun, value, .. } = info.cause() else { return claim(false) };
    claim(overrun == 0 && value.int() == -7)
}

pub fn signalfd_value() -> Result<(), Failure> {
    let set = SigSet::from(RT);
    let _guard = sigmask::Guard::block(set)?;
    let signals = Signalfd::with_flags(set, signalfd::Flags::NONBLOCK)?;
    claim(signals.read() == Err(Errno::EAGAIN))?;
    signal::sigqueue(process::getpid(), RT, SigValue::from_int(42))?;
    let info = signals.read()?;
    claim(info.signal() == Some(RT) && info.value().int() == 42)?;
    let (pid, uid, value) = (Some(process::getpid()), uid()?, info.value());
    claim(info.cause() == Cause::Queue { code: -1, pid, uid, value })
}

pub fn signalfd_many() -> Result<(), Failure> {
    let set = SigSet::from([RT, Signal::USR1]);
    let _guard = sigmask::Guard::block(set)?;
    let signals = Signalfd::new(set)?;
    for value in [1, 2, 3] {
        signal::sigqueue(process::getpid(), RT, SigValue::from_int(value))?;
    }
    send(Signal::USR1)?;
    let mut buffer = [0; 8 * SigInfo::SIZE];
    let events = signals.read_events(&mut buffer)?;
    let found = events.map(|info| (info.signal(), info.value().int()));
    claim(found.eq([(Some(Signal::USR1), 0), (Some(RT), 1), (Some(RT), 2), (Some(RT), 3)]))
}

pub fn signalfd_set() -> Result<(), Failure> {
    let set = SigSet::from([Signal::USR1, Signal::USR2]);
    let _guard = sigmask::Guard::block(set)?;
    let mut signals = Signalfd::with_flags(Signal::USR1.into(), signalfd::Flags::NONBLOCK)?;
    send(Signal::USR2)?;
    claim(signals.read() == Err(Errno::EAGAIN))?;
    signals.enable(Signal::USR2)?;
    claim(signals.read()?.signal() == Some(Signal::USR2))?;
    signals.disable(Signal::USR1)?;
    send(Signal::USR1)?;
    claim(signals.read() == Err(Errno::EAGAIN))?;
    signals.enable_all()?;
    claim(signals.read()?.signal() == Some(Signal::USR1))
}
