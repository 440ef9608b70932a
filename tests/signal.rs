//! Signals against the running kernel. A test blocks them in its own thread and sends them to that, as the tests of a
//! file are threads of one process; what is sent to a process is sent to one of the test's own.

mod common;

use butter::process::{self, Pid};
use butter::signal::{self, Cause, SigInfo, SigSet, SigValue, Signal, Target, sigmask};
use butter::{Errno, Result};
use common::{LONG, RLIMIT_SIGPENDING, Running, alone, as_init, as_nobody, assert_errno, raise, rt, with_limit};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const NOW: Option<Duration> = Some(Duration::ZERO);
const MS: Duration = Duration::from_millis(1);

fn block(signals: impl Into<SigSet>) -> sigmask::Guard {
    sigmask::Guard::block(signals.into()).unwrap()
}

/// Takes one of these signals that is pending.
fn take(signals: impl Into<SigSet>) -> Result<SigInfo> {
    signal::sigtimedwait(&signals.into(), NOW)
}

fn uid() -> u32 {
    // SAFETY: the call has no argument.
    unsafe { butter::syscall!(GETUID) }.unwrap() as u32
}

/// A process that does not exist: the numbers end long before.
fn nobody() -> Pid {
    Pid::new(i32::MAX).unwrap()
}

fn sleeper() -> Command {
    let mut command = Command::new("sleep");
    command.arg("1000");
    command
}

mod names {
    use super::*;

    #[test]
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
    fn have_the_numbers_of_signal_7() {
        let signals = [
            (Signal::HUP, 1, "SIGHUP"),
            (Signal::INT, 2, "SIGINT"),
            (Signal::QUIT, 3, "SIGQUIT"),
            (Signal::ILL, 4, "SIGILL"),
            (Signal::TRAP, 5, "SIGTRAP"),
            (Signal::ABRT, 6, "SIGABRT"),
            (Signal::BUS, 7, "SIGBUS"),
            (Signal::FPE, 8, "SIGFPE"),
            (Signal::KILL, 9, "SIGKILL"),
            (Signal::USR1, 10, "SIGUSR1"),
            (Signal::SEGV, 11, "SIGSEGV"),
            (Signal::USR2, 12, "SIGUSR2"),
            (Signal::PIPE, 13, "SIGPIPE"),
            (Signal::ALRM, 14, "SIGALRM"),
            (Signal::TERM, 15, "SIGTERM"),
            (Signal::STKFLT, 16, "SIGSTKFLT"),
            (Signal::CHLD, 17, "SIGCHLD"),
            (Signal::CONT, 18, "SIGCONT"),
            (Signal::STOP, 19, "SIGSTOP"),
            (Signal::TSTP, 20, "SIGTSTP"),
            (Signal::TTIN, 21, "SIGTTIN"),
            (Signal::TTOU, 22, "SIGTTOU"),
            (Signal::URG, 23, "SIGURG"),
            (Signal::XCPU, 24, "SIGXCPU"),
            (Signal::XFSZ, 25, "SIGXFSZ"),
            (Signal::VTALRM, 26, "SIGVTALRM"),
            (Signal::PROF, 27, "SIGPROF"),
            (Signal::WINCH, 28, "SIGWINCH"),
            (Signal::IO, 29, "SIGIO"),
            (Signal::PWR, 30, "SIGPWR"),
            (Signal::SYS, 31, "SIGSYS"),
        ];
        for (signal, number, name) in signals {
            assert_eq!((signal.number(), signal.name()), (number, Some(name)));
            assert_eq!(Signal::new(number), Some(signal));
            assert_eq!((format!("{signal}"), format!("{signal:?}")), (name.to_owned(), name.to_owned()));
        }
        assert_eq!((Signal::POLL, Signal::IOT), (Signal::IO, Signal::ABRT));
        assert_eq!((Signal::RTMIN.number(), Signal::RTMAX.number(), Signal::MAX), (32, 64, 64));
    }

    #[test]
    fn end_where_the_real_time_signals_begin() {
        assert_eq!(Signal::realtime(0), Some(Signal::RTMIN));
        assert!(Signal::RTMIN.is_realtime() && !Signal::SYS.is_realtime());
        assert_eq!(Signal::RTMIN.name(), None);
        assert_eq!(format!("{}", Signal::realtime(3).unwrap()), "SIGRTMIN+3");
    }

    #[test]
    fn are_those_of_the_numbers_1_to_64() {
        assert_eq!(Signal::new(0), None);
        assert_eq!(Signal::new(Signal::MAX), Some(Signal::RTMAX));
        assert_eq!(Signal::new(Signal::MAX + 1), None);
        assert_eq!(Signal::realtime(Signal::MAX - Signal::RTMIN.number()), Some(Signal::RTMAX));
        assert_eq!(Signal::realtime(Signal::MAX - Signal::RTMIN.number() + 1), None);
        assert_eq!(Signal::realtime(u8::MAX), None);
    }
}

mod set {
    use super::*;

    #[test]
    fn holds_what_was_put_in() {
        let set = SigSet::empty().with(Signal::HUP).with(Signal::RTMAX);
        assert!(set.contains(Signal::HUP) && set.contains(Signal::RTMAX) && !set.contains(Signal::INT));
        assert_eq!(set.len(), 2);
        assert_eq!(set.without(Signal::HUP), SigSet::from(Signal::RTMAX));
        assert_eq!(set.without(Signal::INT), set);
    }

    #[test]
    fn empty_holds_none_and_all_holds_all() {
        assert!(SigSet::empty().is_empty() && SigSet::empty().iter().next().is_none());
        assert_eq!(SigSet::default(), SigSet::empty());
        assert!(!SigSet::all().is_empty());
        assert_eq!(SigSet::all().len(), Signal::MAX.into());
        assert!(SigSet::all().iter().map(Signal::number).eq(1..=Signal::MAX));
    }

    #[test]
    fn is_made_of_a_signal_of_an_array_and_of_an_iterator() {
        let signals = [Signal::TERM, Signal::INT];
        assert_eq!(SigSet::from(signals), SigSet::from_iter(signals));
        assert_eq!(SigSet::from(Signal::INT) | SigSet::from(Signal::TERM), SigSet::from(signals));
        // In the order of the numbers.
        assert!(SigSet::from(signals).into_iter().eq([Signal::INT, Signal::TERM]));
    }

    #[test]
    fn has_the_operators_of_sets() {
        let (a, b) = (SigSet::from([Signal::HUP, Signal::INT]), SigSet::from([Signal::INT, Signal::TERM]));
        assert_eq!(a | b, SigSet::from([Signal::HUP, Signal::INT, Signal::TERM]));
        assert_eq!(a & b, SigSet::from(Signal::INT));
        assert_eq!(a - b, SigSet::from(Signal::HUP));
        assert_eq!(!a, SigSet::all() - a);
        assert_eq!(!a & a, SigSet::empty());
    }

    #[test]
    fn prints_its_names() {
        let set = SigSet::from([Signal::TERM, Signal::realtime(2).unwrap(), Signal::INT]);
        assert_eq!(format!("{set:?}"), "{SIGINT, SIGTERM, SIGRTMIN+2}");
    }
}

mod mask {
    use super::*;

    const A: Signal = Signal::USR1;
    const B: Signal = Signal::USR2;

    #[test]
    fn block_adds_unblock_takes_away_and_both_tell_what_was() {
        let first = sigmask::get().unwrap();
        assert!(!first.contains(A) && !first.contains(B));
        assert_eq!(sigmask::block(A.into()), Ok(first));
        assert_eq!(sigmask::block(B.into()), Ok(first | A.into()));
        assert_eq!(sigmask::unblock(A.into()), Ok(first | [A, B].into()));
        assert_eq!(sigmask::get(), Ok(first | B.into()));
    }

    #[test]
    fn set_replaces_it() {
        let first = sigmask::get().unwrap();
        assert_eq!(sigmask::set(A.into()), Ok(first));
        assert_eq!(sigmask::set(B.into()), Ok(A.into()));
        assert_eq!(sigmask::get(), Ok(B.into()));
    }

    #[test]
    fn kill_and_stop_are_left_out() {
        let _guard = sigmask::Guard::set(SigSet::all()).unwrap();
        assert_eq!(!sigmask::get().unwrap(), SigSet::from([Signal::KILL, Signal::STOP]));
    }

    #[test]
    fn a_guard_restores_it() {
        let first = sigmask::get().unwrap();
        {
            let guard = sigmask::Guard::block(A.into()).unwrap();
            assert_eq!(guard.old(), first);
            assert_eq!(sigmask::get(), Ok(first | A.into()));
            {
                let _guard = sigmask::Guard::unblock(A.into()).unwrap();
                assert_eq!(sigmask::get(), Ok(first));
            }
            assert_eq!(sigmask::get(), Ok(first | A.into()));
            {
                let _guard = sigmask::Guard::set(B.into()).unwrap();
                assert_eq!(sigmask::get(), Ok(B.into()));
            }
            assert_eq!(sigmask::get(), Ok(first | A.into()));
        }
        assert_eq!(sigmask::get(), Ok(first));
    }

    #[test]
    fn is_that_of_the_thread_and_new_threads_take_it_over() {
        let _guard = block(A);
        assert!(thread::spawn(sigmask::get).join().unwrap().unwrap().contains(A));
        thread::spawn(|| sigmask::unblock(A.into())).join().unwrap().unwrap();
        assert!(sigmask::get().unwrap().contains(A));
    }

    #[test]
    fn a_signal_that_is_let_through_arrives_at_once() {
        static ARRIVED: AtomicBool = AtomicBool::new(false);
        extern "C" fn arrived(_: i32) {
            ARRIVED.store(true, Ordering::Relaxed);
        }
        common::handle(Signal::USR2, arrived);
        let _guard = block(Signal::USR2);
        raise(Signal::USR2);
        assert!(!ARRIVED.load(Ordering::Relaxed));
        sigmask::unblock(Signal::USR2.into()).unwrap();
        assert!(ARRIVED.load(Ordering::Relaxed));
    }
}

mod pending {
    use super::*;

    #[test]
    fn is_what_was_sent_and_not_taken() {
        let _guard = block([Signal::USR1, rt(0)]);
        assert_eq!(signal::sigpending(), Ok(SigSet::empty()));
        raise(Signal::USR1);
        raise(rt(0));
        assert_eq!(signal::sigpending(), Ok([Signal::USR1, rt(0)].into()));
        take(rt(0)).unwrap();
        assert_eq!(signal::sigpending(), Ok(Signal::USR1.into()));
        take(Signal::USR1).unwrap();
    }
}

mod sigtimedwait {
    use super::*;

    #[test]
    fn tells_who_sent_the_signal() {
        let _guard = block(Signal::USR1);
        raise(Signal::USR1);
        let info = take(Signal::USR1).unwrap();
        assert_eq!(info.signal(), Some(Signal::USR1));
        assert_eq!(info.cause(), Cause::Tkill { pid: Some(process::getpid()), uid: uid() });
        assert_eq!((info.pid(), info.uid()), (Some(process::getpid()), uid()));
    }

    #[test]
    fn takes_only_what_is_asked_for() {
        let _guard = block([Signal::USR1, Signal::USR2]);
        raise(Signal::USR1);
        assert_errno(take(Signal::USR2), Errno::EAGAIN);
        assert_eq!(take([Signal::USR1, Signal::USR2]).unwrap().signal(), Some(Signal::USR1));
    }

    #[test]
    fn says_eagain_when_none_came_in_time() {
        let _guard = block(Signal::USR1);
        let start = Instant::now();
        assert_errno(signal::sigtimedwait(&Signal::USR1.into(), Some(5 * MS)), Errno::EAGAIN);
        assert!(start.elapsed() >= 5 * MS);
        assert_errno(signal::sigtimedwait(&SigSet::empty(), NOW), Errno::EAGAIN);
    }

    #[test]
    fn waits_until_one_comes() {
        let _guard = block(Signal::USR1);
        let (pid, tid) = (process::getpid(), process::gettid());
        for timeout in [None, Some(LONG)] {
            let send = || signal::tgkill(pid, tid, Signal::USR1).unwrap();
            let info = common::meanwhile(send, || signal::sigtimedwait(&Signal::USR1.into(), timeout)).unwrap();
            assert_eq!(info.signal(), Some(Signal::USR1));
        }
        // One may have been sent again.
        let _ = take(Signal::USR1);
    }

    #[test]
    fn says_eintr_when_the_handler_of_another_signal_runs() {
        let _guard = block(Signal::USR1);
        for timeout in [None, Some(LONG)] {
            let wait = || signal::sigtimedwait(&Signal::USR1.into(), timeout);
            assert_errno(common::interrupted(wait), Errno::EINTR);
        }
    }

    #[test]
    fn says_eintr_when_the_process_was_stopped_and_goes_on() {
        alone(Signal::USR1, || {
            let wait = || signal::sigtimedwait(&Signal::USR1.into(), Some(LONG));
            assert_errno(common::stopped(wait), Errno::EINTR);
        });
    }

    #[test]
    fn with_a_time_that_does_not_fit_is_einval() {
        assert_errno(signal::sigtimedwait(&Signal::USR1.into(), Some(Duration::MAX)), Errno::EINVAL);
    }
}

mod queue {
    use super::*;

    fn queue(signal: Signal, value: SigValue) {
        signal::tgsigqueue(process::getpid(), process::gettid(), signal, value).unwrap();
    }

    #[test]
    fn sends_an_int() {
        let _guard = block(Signal::USR1);
        for value in [0, 7, -1, i32::MIN] {
            queue(Signal::USR1, SigValue::from_int(value));
            assert_eq!(take(Signal::USR1).unwrap().value().int(), value);
        }
    }

    #[test]
    fn sends_something_as_wide_as_a_pointer() {
        let guard = block(Signal::USR1);
        for value in [0, usize::MAX, usize::MAX / 3, (&raw const guard).addr()] {
            queue(Signal::USR1, SigValue::from_usize(value));
            assert_eq!(take(Signal::USR1).unwrap().value().to_usize(), value);
        }
    }

    #[test]
    fn tells_who_sent_it_and_what() {
        let _guard = block(Signal::USR1);
        queue(Signal::USR1, SigValue::from_int(5));
        let expected =
            Cause::Queue { code: -1, pid: Some(process::getpid()), uid: uid(), value: SigValue::from_int(5) };
        assert_eq!(take(Signal::USR1).unwrap().cause(), expected);
    }

    #[test]
    fn keeps_every_real_time_signal_in_order_the_lowest_first() {
        let _guard = block([rt(0), rt(1)]);
        for (signal, value) in [(rt(1), 1), (rt(0), 2), (rt(1), 3), (rt(0), 4)] {
            queue(signal, SigValue::from_int(value));
        }
        let taken = [(); 4].map(|_| {
            let info = take([rt(0), rt(1)]).unwrap();
            (info.signal().unwrap(), info.value().int())
        });
        assert_eq!(taken, [(rt(0), 2), (rt(0), 4), (rt(1), 1), (rt(1), 3)]);
        assert_errno(take([rt(0), rt(1)]), Errno::EAGAIN);
    }

    #[test]
    fn keeps_one_of_any_other_signal() {
        let _guard = block(Signal::USR1);
        queue(Signal::USR1, SigValue::from_int(1));
        queue(Signal::USR1, SigValue::from_int(2));
        assert_eq!(take(Signal::USR1).unwrap().value().int(), 1);
        assert_errno(take(Signal::USR1), Errno::EAGAIN);
    }

    #[test]
    fn to_a_process_reaches_it() {
        alone(rt(0), || {
            signal::sigqueue(process::getpid(), rt(0), SigValue::from_int(9)).unwrap();
            let info = take(rt(0)).unwrap();
            assert_eq!((info.value().int(), info.pid(), info.uid()), (9, Some(process::getpid()), uid()));
        });
    }

    #[test]
    fn a_full_queue_says_eagain() {
        alone(rt(0), || {
            let (pid, tid, value) = (process::getpid(), process::gettid(), SigValue::from_int(1));
            with_limit(RLIMIT_SIGPENDING, 0, || {
                assert_errno(signal::sigqueue(pid, rt(0), value), Errno::EAGAIN);
                assert_errno(signal::tgsigqueue(pid, tid, rt(0), value), Errno::EAGAIN);
                assert_errno(signal::tgkill(pid, tid, rt(0)), Errno::EAGAIN);
            });
            assert_errno(take(rt(0)), Errno::EAGAIN);
        });
    }

    #[test]
    fn a_full_queue_takes_other_signals_without_sender_and_value() {
        alone(Signal::USR1, || {
            let (me, value) = (process::getpid(), SigValue::from_int(1));
            with_limit(RLIMIT_SIGPENDING, 0, || signal::sigqueue(me, Signal::USR1, value)).unwrap();
            let info = take(Signal::USR1).unwrap();
            assert_eq!((info.cause(), info.value()), (Cause::Kill { pid: None, uid: 0 }, SigValue::default()));
        });
    }
}

mod kill {
    use super::*;

    #[test]
    fn reaches_a_process() {
        alone(Signal::USR1, || {
            signal::kill(process::getpid(), Signal::USR1).unwrap();
            let info = take(Signal::USR1).unwrap();
            assert_eq!(info.cause(), Cause::Kill { pid: Some(process::getpid()), uid: uid() });
        });
    }

    #[test]
    fn reaches_the_own_group() {
        alone([Signal::USR1, Signal::USR2], || {
            let me = process::getpid();
            // A group of its own, or those who run the tests would be reached too.
            // SAFETY: the call has no pointer.
            unsafe { butter::syscall!(SETPGID, 0, 0) }.unwrap();
            signal::kill(Target::OwnGroup, Signal::USR1).unwrap();
            take(Signal::USR1).unwrap();
            signal::kill(Target::Group(me), Signal::USR2).unwrap();
            take(Signal::USR2).unwrap();
        });
    }

    #[test]
    fn reaches_every_process_of_a_group() {
        let mut first = Running::spawn(sleeper().process_group(0));
        let mut second = Running::spawn(sleeper().process_group(first.id() as i32));
        signal::kill(Target::Group(first.pid()), Signal::TERM).unwrap();
        for child in [&mut first, &mut second] {
            assert_eq!(child.wait().unwrap().signal(), Some(Signal::TERM.number().into()));
        }
    }

    #[test]
    fn reaches_one_process_and_not_its_group() {
        let mut first = Running::spawn(sleeper().process_group(0));
        let mut second = Running::spawn(sleeper().process_group(first.id() as i32));
        signal::kill(Target::Process(first.pid()), Signal::TERM).unwrap();
        first.wait().unwrap();
        assert_eq!(second.try_wait().unwrap(), None);
        signal::kill(second.pid(), Signal::KILL).unwrap();
        assert_eq!(second.wait().unwrap().signal(), Some(Signal::KILL.number().into()));
    }

    #[test]
    fn reaches_all_but_process_1_and_the_caller() {
        as_init(|| {
            assert_eq!((process::getpid(), std::process::id()), (Pid::INIT, 1));
            // Only here: nobody else is in the namespace.
            assert_errno(signal::kill(Target::All, None), Errno::ESRCH);
            let mut children = [Running::spawn(&mut sleeper()), Running::spawn(&mut sleeper())];
            signal::kill(Target::All, Signal::KILL).unwrap();
            for child in &mut children {
                assert_eq!(child.wait().unwrap().signal(), Some(Signal::KILL.number().into()));
            }
        });
    }

    #[test]
    fn without_a_signal_only_finds_out_whether_it_could() {
        signal::kill(process::getpid(), None).unwrap();
        signal::tgkill(process::getpid(), process::gettid(), None).unwrap();
        assert_errno(signal::kill(nobody(), None), Errno::ESRCH);
    }

    #[test]
    fn a_process_that_was_not_waited_for_is_still_there() {
        let mut child = Running::spawn(&mut sleeper());
        let pid = child.pid();
        signal::kill(pid, Signal::KILL).unwrap();
        signal::kill(pid, None).unwrap();
        child.wait().unwrap();
        assert_errno(signal::kill(pid, None), Errno::ESRCH);
    }

    #[test]
    fn group_1_cannot_be_meant() {
        assert_errno(signal::kill(Target::Group(Pid::INIT), None), Errno::EINVAL);
    }
}

mod errors {
    use super::*;

    #[test]
    fn a_process_of_another_user_is_eperm() {
        let value = SigValue::default();
        as_nobody(|| {
            assert_errno(signal::kill(Pid::INIT, None), Errno::EPERM);
            assert_errno(signal::tgkill(Pid::INIT, Pid::INIT, None), Errno::EPERM);
            // A signal that process 1 ignores, should it be allowed after all.
            assert_errno(signal::sigqueue(Pid::INIT, Signal::URG, value), Errno::EPERM);
            assert_errno(signal::tgsigqueue(Pid::INIT, Pid::INIT, Signal::URG, value), Errno::EPERM);
        });
    }

    #[test]
    fn a_group_of_another_user_is_eperm() {
        let child = Running::spawn(sleeper().process_group(0));
        let group = Target::Group(child.pid());
        signal::kill(group, None).unwrap();
        if uid() == 0 {
            assert_errno(as_nobody(|| signal::kill(group, None)), Errno::EPERM);
        }
    }

    #[test]
    fn no_such_process_is_esrch() {
        let value = SigValue::default();
        assert_errno(signal::kill(nobody(), Signal::URG), Errno::ESRCH);
        assert_errno(signal::kill(Target::Group(nobody()), Signal::URG), Errno::ESRCH);
        assert_errno(signal::tgkill(nobody(), nobody(), Signal::URG), Errno::ESRCH);
        assert_errno(signal::sigqueue(nobody(), Signal::URG, value), Errno::ESRCH);
        assert_errno(signal::tgsigqueue(nobody(), nobody(), Signal::URG, value), Errno::ESRCH);
    }

    #[test]
    fn a_thread_of_another_process_is_esrch() {
        let (parent, tid) = (process::getppid().unwrap(), process::gettid());
        assert_errno(signal::tgkill(parent, tid, Signal::URG), Errno::ESRCH);
        assert_errno(signal::tgsigqueue(parent, tid, Signal::URG, SigValue::default()), Errno::ESRCH);
    }
}

mod value {
    use super::*;

    #[test]
    fn is_an_int_or_as_wide_as_a_pointer() {
        for value in [0, 1, -1, i32::MIN, i32::MAX] {
            assert_eq!(SigValue::from_int(value).int(), value);
        }
        for value in [0, 1, usize::MAX] {
            assert_eq!(SigValue::from_usize(value).to_usize(), value);
        }
        assert_eq!(SigValue::default(), SigValue::from_int(0));
    }
}
