//! signalfd against the running kernel: every cause of a signal, by a real one where a signalfd can read it, and the
//! same as `sigtimedwait` tells it.
//!
//! A fault of the program's own and a call that seccomp refuses never come to a signalfd: while the signal is blocked
//! they end the program. Such a `SigInfo` is one that the thread has sent to itself, which the kernel allows.
//!
//! Errors that cannot be provoked here: `ENFILE` (the limit is the whole system's), `ENODEV` and `ENOMEM` (the kernel
//! would have to be short of its own).

mod common;

use butter::fd::AsRawFd;
use butter::poll;
use butter::process::{self, Pid};
use butter::signal::{self, Cause, ChildStatus, SigInfo, SigSet, SigValue, Signal, sigmask};
use butter::signalfd::{self, Flags, Signalfd};
use butter::{Errno, EventSource, Eventfd, Reader, fd, syscall};
use common::{LONG, Running, TempDir, alone, assert_errno, not_open, pipe, raise, rt};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::{Duration, Instant};

const NOW: Option<Duration> = Some(Duration::ZERO);
const MS: Duration = Duration::from_millis(1);

fn uid() -> u32 {
    // SAFETY: the call has no argument.
    unsafe { syscall!(GETUID) }.unwrap() as u32
}

fn nonblocking(signals: impl Into<SigSet>) -> Signalfd {
    Signalfd::with_flags(signals.into(), Flags::NONBLOCK).unwrap()
}

/// Blocks the signals and reads them.
fn blocked(signals: impl Into<SigSet>) -> (sigmask::Guard, Signalfd) {
    let signals = signals.into();
    (sigmask::Guard::block(signals).unwrap(), nonblocking(signals))
}

fn wait(signals: &Signalfd) -> SigInfo {
    let mut buffer = [0; SigInfo::SIZE];
    *Reader::new(signals, &mut buffer).unwrap().wait(Some(LONG)).unwrap()
}

/// Has the signal sent twice, and takes it once from a signalfd and once with `sigtimedwait`: both tell the same.
fn both_ways(signal: Signal, send: impl Fn()) -> SigInfo {
    let (_guard, signals) = blocked(signal);
    send();
    let read = wait(&signals);
    send();
    let taken = signal::sigtimedwait(&signal.into(), Some(LONG)).unwrap();
    assert_eq!(read, taken);
    assert_eq!(read.as_bytes(), taken.as_bytes());
    assert_eq!(read.signal(), Some(signal));
    read
}

mod create {
    use super::*;

    #[test]
    fn it_is_closed_over_exec_and_waits_unless_asked_otherwise() {
        let signals = Signalfd::new(Signal::USR1.into()).unwrap();
        assert!(common::is_cloexec(&signals));
        assert!(!fd::is_nonblocking(&signals).unwrap());
    }

    #[test]
    fn no_cloexec_keeps_it_open_over_exec() {
        assert!(!common::is_cloexec(Signalfd::with_flags(SigSet::empty(), Flags::NO_CLOEXEC).unwrap()));
    }

    #[test]
    fn nonblock_says_eagain_when_none_is_pending() {
        let signals = nonblocking(Signal::USR1);
        assert!(common::is_cloexec(&signals) && fd::is_nonblocking(&signals).unwrap());
        assert_errno(signals.read(), Errno::EAGAIN);
        assert_errno(signals.read_events(&mut [0; 512]), Errno::EAGAIN);
    }

    #[test]
    fn a_flag_that_the_kernel_does_not_know_is_einval() {
        assert_errno(signalfd::signalfd4(&SigSet::empty(), Flags::from_bits(1)), Errno::EINVAL);
    }

    #[test]
    fn a_process_without_descriptors_left_says_emfile() {
        alone([], || {
            let create = || signalfd::signalfd4(&SigSet::empty(), Flags::empty());
            assert_errno(common::with_limit(common::RLIMIT_NOFILE, 0, create), Errno::EMFILE);
        });
    }
}

mod set {
    use super::*;

    const A: Signal = Signal::USR1;
    const B: Signal = Signal::USR2;

    /// Which of them a signalfd takes, when both are pending.
    fn takes(signals: &Signalfd) -> SigSet {
        let _guard = sigmask::Guard::block([A, B].into()).unwrap();
        raise(A);
        raise(B);
        let taken = std::iter::from_fn(|| signals.read().ok()).filter_map(|info| info.signal()).collect();
        let rest = SigSet::from([A, B]);
        while signal::sigtimedwait(&rest, NOW).is_ok() {}
        taken
    }

    #[test]
    fn only_its_signals_are_taken() {
        let signals = nonblocking(A);
        assert!(signals.contains(A) && !signals.contains(B));
        assert_eq!(signals.signals(), A.into());
        assert_eq!(takes(&signals), A.into());
    }

    #[test]
    fn enable_and_disable_change_it() {
        let mut signals = nonblocking(A);
        signals.enable(B).unwrap();
        assert!(signals.contains(A) && signals.contains(B));
        assert_eq!(takes(&signals), [A, B].into());
        signals.disable([A]).unwrap();
        assert!(!signals.contains(A) && signals.contains(B));
        assert_eq!(takes(&signals), B.into());
    }

    #[test]
    fn enable_all_takes_all_and_disable_all_none() {
        let mut signals = nonblocking(A);
        signals.enable_all().unwrap();
        assert_eq!(signals.signals(), SigSet::all());
        assert_eq!(takes(&signals), [A, B].into());
        signals.disable_all().unwrap();
        assert!(signals.signals().is_empty());
        assert_eq!(takes(&signals), SigSet::empty());
    }

    #[test]
    fn set_signals_replaces_it() {
        let mut signals = nonblocking(A);
        signals.set_signals(B.into()).unwrap();
        assert_eq!(signals.signals(), B.into());
        assert_eq!(takes(&signals), B.into());
        signalfd::set_signals(&signals, &A.into()).unwrap();
        assert_eq!(takes(&signals), A.into());
    }

    #[test]
    fn from_fd_sets_it() {
        let fd = signalfd::signalfd4(&A.into(), Flags::NONBLOCK).unwrap();
        let signals = Signalfd::from_fd(fd, B.into()).unwrap();
        assert_eq!(signals.signals(), B.into());
        assert_eq!(takes(&signals), B.into());
    }

    #[test]
    fn kill_and_stop_are_left_out() {
        let signals = nonblocking(SigSet::all());
        let info = std::fs::read_to_string(format!("/proc/thread-self/fdinfo/{}", signals.as_raw_fd())).unwrap();
        // The bits of 9 and 19 are not set, all others are.
        assert!(info.contains("sigmask:\tfffffffffffbfeff"), "{info}");
    }

    #[test]
    fn another_kind_of_descriptor_has_none() {
        assert_errno(signalfd::set_signals(Eventfd::new().unwrap(), &A.into()), Errno::EINVAL);
        assert_errno(Signalfd::from_fd(Eventfd::new().unwrap().into(), A.into()), Errno::EINVAL);
    }

    #[test]
    fn a_descriptor_that_is_not_open_is_ebadf() {
        assert_errno(signalfd::set_signals(not_open(), &A.into()), Errno::EBADF);
    }
}

mod read {
    use super::*;

    #[test]
    fn takes_one_and_read_events_all_that_are_pending() {
        let (_guard, signals) = blocked([Signal::USR1, Signal::USR2, rt(0)]);
        raise(Signal::USR2);
        raise(rt(0));
        raise(rt(0));
        raise(Signal::USR1);
        assert_eq!(signals.read().unwrap().signal(), Some(Signal::USR1));
        let mut buffer = [0; 8 * SigInfo::SIZE];
        let events = signals.read_events(&mut buffer).unwrap().map(|info| info.signal().unwrap());
        assert!(events.eq([Signal::USR2, rt(0), rt(0)]));
        assert_errno(signals.read(), Errno::EAGAIN);
    }

    #[test]
    fn gives_no_more_than_have_room() {
        let (_guard, signals) = blocked(rt(0));
        for _ in 0..3 {
            raise(rt(0));
        }
        assert_eq!(signals.read_events(&mut [0; 2 * SigInfo::SIZE + 100]).unwrap().count(), 2);
        assert_eq!(signals.read_events(&mut [0; 512]).unwrap().count(), 1);
    }

    #[test]
    fn into_a_buffer_that_is_too_small_is_einval() {
        let (_guard, signals) = blocked(rt(0));
        raise(rt(0));
        assert_errno(signals.read_events(&mut [0; Signalfd::MIN_BUFFER - 1]).map(drop), Errno::EINVAL);
        signals.read().unwrap();
    }

    #[test]
    fn waits_until_one_comes() {
        let (_guard, _) = blocked(Signal::USR1);
        let signals = Signalfd::new(Signal::USR1.into()).unwrap();
        let (pid, tid) = (process::getpid(), process::gettid());
        let send = || signal::tgkill(pid, tid, Signal::USR1).unwrap();
        assert_eq!(common::meanwhile(send, || signals.read()).unwrap().signal(), Some(Signal::USR1));
        // One may have been sent again.
        let _ = signal::sigtimedwait(&Signal::USR1.into(), NOW);
    }

    #[test]
    fn says_eintr_when_a_handler_interrupts_it() {
        let (_guard, _) = blocked(Signal::USR1);
        let signals = Signalfd::new(Signal::USR1.into()).unwrap();
        assert_errno(common::interrupted(|| signals.read()), Errno::EINTR);
    }
}

mod sent {
    use super::*;

    #[test]
    fn by_kill() {
        alone(Signal::USR1, || {
            let me = process::getpid();
            let info = both_ways(Signal::USR1, || signal::kill(me, Signal::USR1).unwrap());
            assert_eq!(info.cause(), Cause::Kill { pid: Some(me), uid: uid() });
            assert_eq!((info.code(), info.pid(), info.uid()), (0, Some(me), uid()));
        });
    }

    #[test]
    fn by_another_user() {
        alone(Signal::USR1, || {
            let me = process::getpid();
            let nobody = common::as_nobody(|| {
                signal::kill(me, Signal::USR1).unwrap();
                uid()
            });
            let info = wait(&nonblocking(Signal::USR1));
            assert_eq!(info.cause(), Cause::Kill { pid: Some(me), uid: nobody });
        });
    }

    #[test]
    fn by_tkill() {
        let info = both_ways(Signal::USR1, || raise(Signal::USR1));
        assert_eq!(info.cause(), Cause::Tkill { pid: Some(process::getpid()), uid: uid() });
        assert_eq!(info.code(), -6);
    }

    #[test]
    fn by_sigqueue_with_a_value() {
        let (me, tid, pid) = (process::getpid(), process::gettid(), Some(process::getpid()));
        for value in [SigValue::from_int(-7), SigValue::from_usize(usize::MAX / 3)] {
            let info = both_ways(rt(0), || signal::tgsigqueue(me, tid, rt(0), value).unwrap());
            assert_eq!(info.cause(), Cause::Queue { code: -1, pid, uid: uid(), value });
            assert_eq!((info.value(), info.value().int()), (value, value.int()));
        }
    }

    #[test]
    fn by_sigqueue_to_the_process() {
        alone(rt(0), || {
            let (me, value) = (process::getpid(), SigValue::from_int(3));
            let info = both_ways(rt(0), || signal::sigqueue(me, rt(0), value).unwrap());
            assert_eq!(info.cause(), Cause::Queue { code: -1, pid: Some(me), uid: uid(), value });
        });
    }
}

mod child {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// What is told of a child: the status and both times. In a process of its own, as it is told to the process.
    #[track_caller]
    fn told(signals: &Signalfd, child: &Running) -> (ChildStatus, Duration, Duration) {
        let info = wait(signals);
        assert_eq!(info.signal(), Some(Signal::CHLD));
        let Cause::Child { pid: told, uid: whose, status, user_time, system_time } = info.cause() else {
            panic!("{info:?}")
        };
        assert_eq!((told, whose), (Some(child.pid()), uid()));
        assert_eq!((info.pid(), info.uid()), (told, whose));
        assert_eq!((info.user_time(), info.system_time()), (user_time, system_time));
        (status, user_time, system_time)
    }

    #[test]
    fn exited() {
        alone(Signal::CHLD, || {
            let signals = nonblocking(Signal::CHLD);
            let child = Running::spawn(&mut sh("exit 3"));
            assert_eq!(told(&signals, &child).0, ChildStatus::Exited(3));
        });
    }

    #[test]
    fn killed() {
        alone(Signal::CHLD, || {
            let signals = nonblocking(Signal::CHLD);
            let mut child = Running::spawn(&mut sh("exec sleep 1000"));
            child.kill().unwrap();
            assert_eq!(told(&signals, &child).0, ChildStatus::Killed(Signal::KILL));
        });
    }

    #[test]
    fn killed_with_its_memory_dumped() {
        alone(Signal::CHLD, || {
            let (signals, dir) = (nonblocking(Signal::CHLD), TempDir::new());
            let mut child = Running::spawn(sh("ulimit -c unlimited; kill -ABRT $$").current_dir(&*dir));
            let (status, ..) = told(&signals, &child);
            // Whether the kernel dumps is up to the system.
            match child.wait().unwrap().core_dumped() {
                true => assert_eq!(status, ChildStatus::Dumped(Signal::ABRT)),
                false => assert_eq!(status, ChildStatus::Killed(Signal::ABRT)),
            }
        });
    }

    #[test]
    fn stopped_and_continued() {
        alone(Signal::CHLD, || {
            let signals = nonblocking(Signal::CHLD);
            let child = Running::spawn(&mut sh("exec sleep 1000"));
            signal::kill(child.pid(), Signal::STOP).unwrap();
            assert_eq!(told(&signals, &child).0, ChildStatus::Stopped(Signal::STOP));
            signal::kill(child.pid(), Signal::CONT).unwrap();
            assert_eq!(told(&signals, &child).0, ChildStatus::Continued);
        });
    }

    #[test]
    fn with_the_time_that_it_used_itself() {
        alone(Signal::CHLD, || {
            let (signals, start) = (nonblocking(Signal::CHLD), Instant::now());
            let child = Running::spawn(&mut sh("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done"));
            let (_, user, system) = told(&signals, &child);
            assert!(user > system && user >= 20 * MS, "{user:?} {system:?}");
            assert!(user + system <= start.elapsed() + 20 * MS, "{user:?} {system:?}");
        });
    }

    #[test]
    fn with_the_time_that_the_kernel_used_for_it() {
        alone(Signal::CHLD, || {
            let (signals, start) = (nonblocking(Signal::CHLD), Instant::now());
            let mut child = Command::new("dd");
            child.args(["if=/dev/zero", "of=/dev/null", "bs=1M", "count=3000", "status=none"]);
            let child = Running::spawn(&mut child);
            let (_, user, system) = told(&signals, &child);
            assert!(system > user && system >= 20 * MS, "{user:?} {system:?}");
            assert!(user + system <= start.elapsed() + 20 * MS, "{user:?} {system:?}");
        });
    }

    #[test]
    fn is_told_the_same_by_sigtimedwait() {
        alone(Signal::CHLD, || {
            let child = Running::spawn(&mut sh("exit 3"));
            let info = signal::sigtimedwait(&Signal::CHLD.into(), Some(LONG)).unwrap();
            let Cause::Child { pid: told, status, .. } = info.cause() else { panic!("{info:?}") };
            assert_eq!((told, info.uid(), status), (Some(child.pid()), uid(), ChildStatus::Exited(3)));
        });
    }
}

mod timer {
    use super::*;

    /// A POSIX timer that sends this thread a signal. Deleted when dropped.
    struct Timer(i32);

    impl Timer {
        fn new(signal: Signal, value: usize) -> Timer {
            const SIGEV_THREAD_ID: i32 = 4;
            #[repr(C)]
            struct Sigevent {
                value: usize,
                signo: i32,
                notify: i32,
                tid: i32,
                pad: [i32; 11],
            }
            let (signo, tid) = (signal.number().into(), process::gettid().number());
            let event = Sigevent { value, signo, notify: SIGEV_THREAD_ID, tid, pad: [0; 11] };
            let mut id = 0;
            // SAFETY: the kernel reads one sigevent and writes one number.
            unsafe { syscall!(TIMER_CREATE, 1, &raw const event, &raw mut id) }.unwrap();
            Timer(id)
        }

        fn set(&self, first: Duration, period: Duration) {
            let setting = [period, first].map(|time| [time.as_secs() as i64, time.subsec_nanos() as i64]);
            // SAFETY: the kernel reads one itimerspec, four words on a 64-bit machine.
            unsafe { syscall!(TIMER_SETTIME, self.0, 0, setting.as_ptr(), std::ptr::null_mut::<u8>()) }.unwrap();
        }
    }

    impl Drop for Timer {
        fn drop(&mut self) {
            // SAFETY: the call has no pointer.
            unsafe { syscall!(TIMER_DELETE, self.0) }.unwrap();
        }
    }

    #[test]
    fn tells_its_id_and_its_value() {
        let value = SigValue::from_usize(usize::MAX / 5);
        let timers = [Timer::new(rt(0), 0), Timer::new(rt(0), value.to_usize())];
        let info = both_ways(rt(0), || timers[1].set(MS, Duration::ZERO));
        assert_eq!(info.cause(), Cause::Timer { id: timers[1].0 as u32, overrun: 0, value });
        assert_eq!((info.timer_id(), info.overrun(), info.value()), (timers[1].0 as u32, 0, value));
        assert_ne!(timers[0].0, timers[1].0);
    }

    #[test]
    fn tells_how_often_it_expired_again() {
        let (_guard, signals) = blocked(rt(0));
        let timer = Timer::new(rt(0), 0);
        timer.set(MS, MS);
        std::thread::sleep(20 * MS);
        let Cause::Timer { overrun, .. } = wait(&signals).cause() else { panic!() };
        assert!((19..10_000).contains(&overrun), "{overrun}");
        std::thread::sleep(10 * MS);
        let info = signal::sigtimedwait(&rt(0).into(), NOW).unwrap();
        assert!((9..10_000).contains(&info.overrun()), "{info:?}");
    }
}

mod descriptor {
    use super::*;

    const F_SETFL: i32 = 4;
    const F_SETSIG: i32 = 10;
    const F_SETOWN_EX: i32 = 15;
    const O_ASYNC: i32 = 0o20000;

    /// Has a signal sent to this thread whenever the descriptor becomes ready, until it is dropped.
    struct Notify<'fd>(&'fd fd::OwnedFd);

    impl Notify<'_> {
        fn new(fd: &fd::OwnedFd, signal: Option<Signal>) -> Notify<'_> {
            let (number, owner) = (fd.as_raw_fd(), [0, process::gettid().number()]);
            let signal = signal.map_or(0, |signal| i32::from(signal.number()));
            // SAFETY: the kernel reads the kind and the number of the owner.
            unsafe {
                syscall!(FCNTL, number, F_SETOWN_EX, owner.as_ptr()).unwrap();
                syscall!(FCNTL, number, F_SETSIG, signal).unwrap();
                syscall!(FCNTL, number, F_SETFL, O_ASYNC).unwrap();
            }
            Notify(fd)
        }
    }

    impl Drop for Notify<'_> {
        fn drop(&mut self) {
            // SAFETY: the call has no pointer.
            unsafe { syscall!(FCNTL, self.0.as_raw_fd(), F_SETFL, 0) }.unwrap();
        }
    }

    /// What this signal tells of a pipe that was written to.
    fn of(signal: Signal, code: i32) {
        let (reader, writer) = pipe();
        let _notify = Notify::new(&reader, Some(signal));
        let info = both_ways(signal, || {
            fd::write(&writer, b"x").unwrap();
        });
        let band = poll::Events::IN | poll::Events::RDNORM;
        assert_eq!(info.cause(), Cause::Poll { code, fd: reader.as_raw_fd(), band: band.bits().into() });
        assert_eq!((info.fd(), info.band()), (reader.as_raw_fd(), band.bits().into()));
    }

    #[test]
    fn tells_what_it_is_ready_for() {
        const POLL_IN: i32 = 1;
        of(Signal::IO, POLL_IN);
        of(rt(0), POLL_IN);
    }

    #[test]
    fn tells_it_with_a_code_of_its_own_where_the_signal_has_other_codes() {
        const SI_SIGIO: i32 = -5;
        of(Signal::TRAP, SI_SIGIO);
    }

    #[test]
    fn without_a_signal_chosen_the_kernel_tells_nothing_more() {
        let (reader, writer) = pipe();
        let _notify = Notify::new(&reader, None);
        let info = both_ways(Signal::IO, || {
            fd::write(&writer, b"x").unwrap();
        });
        assert_eq!((info.cause(), info.code()), (Cause::Kernel, 0x80));
    }
}

/// What a thread has sent to itself as the kernel would.
mod own {
    use super::*;

    /// Sends this thread a siginfo with these fields, each at its offset behind the first three.
    fn pretend(signal: Signal, errno: i32, code: i32, fields: &[(usize, &[u8])]) -> SigInfo {
        let (pid, tid, signo) = (process::getpid().number(), process::gettid().number(), i32::from(signal.number()));
        let mut info = [0; 128];
        for (offset, field) in [(0, signo), (4, errno), (8, code)] {
            info[offset..][..4].copy_from_slice(&field.to_ne_bytes());
        }
        for (offset, field) in fields {
            // They begin at 16 on a 64-bit machine.
            info[16 + offset..][..field.len()].copy_from_slice(field);
        }
        // SAFETY: the kernel reads one siginfo.
        let send = || unsafe { syscall!(RT_TGSIGQUEUEINFO, pid, tid, signo, info.as_ptr()) }.map(drop).unwrap();
        both_ways(signal, send)
    }

    #[test]
    fn a_fault_tells_its_address() {
        const SEGV_MAPERR: i32 = 1;
        const FPE_INTDIV: i32 = 1;
        let address = 0xdead_beef_0000_1234u64;
        for (signal, code) in [
            (Signal::SEGV, SEGV_MAPERR),
            (Signal::FPE, FPE_INTDIV),
            (Signal::ILL, 1),
            (Signal::BUS, 1),
            (Signal::TRAP, 1),
        ] {
            let info = pretend(signal, 0, code, &[(0, &address.to_ne_bytes())]);
            assert_eq!(info.cause(), Cause::Fault { code, address, address_lsb: 0, trap_number: 0 });
            assert_eq!((info.address(), info.address_lsb(), info.trap_number()), (address, 0, 0));
        }
    }

    #[test]
    fn a_broken_page_tells_how_much_of_the_address_counts() {
        const BUS_MCEERR_AR: i32 = 4;
        const BUS_MCEERR_AO: i32 = 5;
        for code in [BUS_MCEERR_AR, BUS_MCEERR_AO] {
            let fields: [(_, &[u8]); 2] = [(0, &0x1000u64.to_ne_bytes()), (8, &12u16.to_ne_bytes())];
            let info = pretend(Signal::BUS, 0, code, &fields);
            assert_eq!(info.cause(), Cause::Fault { code, address: 0x1000, address_lsb: 12, trap_number: 0 });
        }
    }

    #[test]
    fn a_refused_call_tells_which() {
        const SYS_SECCOMP: i32 = 1;
        const SYS_USER_DISPATCH: i32 = 2;
        const AUDIT_ARCH_X86_64: u32 = 0xC000_003E;
        let address = 0x7fff_0000_1111u64;
        for code in [SYS_SECCOMP, SYS_USER_DISPATCH] {
            let fields: [(_, &[u8]); 3] =
                [(0, &address.to_ne_bytes()), (8, &231i32.to_ne_bytes()), (12, &AUDIT_ARCH_X86_64.to_ne_bytes())];
            let info = pretend(Signal::SYS, 99, code, &fields);
            let expected = Cause::Syscall { code, number: 231, address, audit_arch: AUDIT_ARCH_X86_64, errno: 99 };
            assert_eq!(info.cause(), expected);
            assert_eq!((info.syscall(), info.call_address(), info.audit_arch()), (231, address, AUDIT_ARCH_X86_64));
            assert_eq!(info.errno(), 99);
        }
    }

    #[test]
    fn a_child_tells_what_became_of_it() {
        let statuses = [
            (1, 3, ChildStatus::Exited(3)),
            (2, 9, ChildStatus::Killed(Signal::KILL)),
            (3, 6, ChildStatus::Dumped(Signal::ABRT)),
            (4, 5, ChildStatus::Trapped(Signal::TRAP)),
            (5, 19, ChildStatus::Stopped(Signal::STOP)),
            (6, 18, ChildStatus::Continued),
            (2, 0, ChildStatus::Other { code: 2, status: 0 }),
        ];
        for (code, status, expected) in statuses {
            let fields: [(_, &[u8]); 5] = [
                (0, &77i32.to_ne_bytes()),
                (4, &1001u32.to_ne_bytes()),
                (8, &i32::to_ne_bytes(status)),
                (16, &150u64.to_ne_bytes()),
                (24, &7u64.to_ne_bytes()),
            ];
            let info = pretend(Signal::CHLD, 0, code, &fields);
            let cause = Cause::Child {
                pid: Pid::new(77),
                uid: 1001,
                status: expected,
                user_time: Duration::from_millis(1500),
                system_time: Duration::from_millis(70),
            };
            assert_eq!((info.cause(), info.status()), (cause, status));
        }
    }

    #[test]
    fn a_code_that_is_not_known_is_kept() {
        for (signal, code) in [(Signal::SEGV, 99), (Signal::USR1, 7), (Signal::CHLD, 42)] {
            assert_eq!(pretend(signal, 0, code, &[]).cause(), Cause::Other { code });
        }
    }

    #[test]
    fn a_message_queue_tells_a_value() {
        const SI_MESGQ: i32 = -3;
        let value = SigValue::from_int(5);
        let fields: [(_, &[u8]); 2] = [(0, &77i32.to_ne_bytes()), (8, &value.to_usize().to_ne_bytes())];
        let expected = Cause::Queue { code: SI_MESGQ, pid: Pid::new(77), uid: 0, value };
        assert_eq!(pretend(Signal::USR1, 0, SI_MESGQ, &fields).cause(), expected);
    }

    #[test]
    fn a_sender_outside_the_pid_namespace_is_none() {
        assert_eq!(pretend(Signal::USR1, 0, 0, &[]).cause(), Cause::Kill { pid: None, uid: 0 });
    }
}

mod parse {
    use super::*;

    #[test]
    fn gives_back_the_bytes() {
        let bytes: Vec<u8> = (0..2 * SigInfo::SIZE as u32 + 5).map(|byte| byte as u8).collect();
        let mut infos = signalfd::parse(&bytes);
        assert_eq!(infos.next().unwrap().as_bytes()[..], bytes[..SigInfo::SIZE]);
        assert_eq!(infos.next().unwrap().as_bytes()[..], bytes[SigInfo::SIZE..2 * SigInfo::SIZE]);
        assert!(infos.next().is_none());
        assert_eq!(infos.remainder(), &bytes[2 * SigInfo::SIZE..]);
    }

    #[test]
    fn says_so_if_the_bytes_name_no_signal() {
        let info = SigInfo::from_bytes([0; SigInfo::SIZE]);
        assert_eq!((info.signal(), info.pid()), (None, None));
        assert_eq!(format!("{info:?}"), "SigInfo { signal: 0, cause: Kill { pid: None, uid: 0 } }");
    }
}

#[test]
fn it_prints_its_signal_and_its_cause() {
    let info = both_ways(Signal::USR1, || raise(Signal::USR1));
    let expected =
        format!("SigInfo {{ signal: SIGUSR1, cause: Tkill {{ pid: Some({:?}), uid: {} }} }}", process::getpid(), uid());
    assert_eq!(format!("{info:?}"), expected);
}
