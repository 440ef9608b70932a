//! Every action, as the kernel does it.

use crate::help::*;
use butter::fd::{self, OwnedFd};
use butter::process;
use butter::seccomp::{self, Action};
use butter::signal::{ChildStatus, SigInfo, Signal, sigmask};
use butter::{Errno, Result, Signalfd, nr, prctl, syscall};
use std::os::unix::process::ExitStatusExt;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering::Relaxed};
use std::{fs, ptr, thread};

fn umask() -> Result<usize> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UMASK, 0o123) }
}

/// What a child's `umask` gives with this action, if the child finds it right.
#[track_caller]
fn gives(action: Action, expected: Result<usize>) {
    let program = filter(nr::UMASK, action);
    // SAFETY: nothing relies on what `umask` gives.
    holds(|| unsafe { seccomp::install(&program) }.is_ok() && umask() == expected);
}

#[test]
fn kill_process_ends_all_threads() {
    let status = once_more(|| {
        let target = thread::spawn(|| {
            // SAFETY: the process ends.
            unsafe { seccomp::install(&filter(nr::UMASK, Action::KillProcess)) }.unwrap();
            let _ = umask();
        });
        let _ = target.join();
        process::exit(0);
    });
    assert_eq!(status.unwrap().signal(), Some(Signal::SYS.number().into()));
}

#[test]
fn kill_thread_ends_one() {
    in_a_process(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        thread::spawn(move || {
            sender.send(process::gettid()).unwrap();
            // SAFETY: nobody borrows from this thread.
            unsafe { seccomp::install(&filter(nr::UMASK, Action::KillThread)) }.unwrap();
            let _ = umask();
            process::exit(1);
        });
        let tid = receiver.recv().unwrap();
        until(|| (!fs::exists(format!("/proc/self/task/{tid}")).unwrap()).then_some(()));
        assert!(umask().is_ok());
    });
}

#[test]
fn killed_alone_a_thread_ends_its_process_with_sigsys() {
    for action in [Action::KillThread, Action::KillProcess] {
        let program = filter(nr::UMASK, action);
        let child = Child::new(|| {
            // SAFETY: nobody borrows from this thread.
            let _ = unsafe { seccomp::install(&program) };
            let _ = umask();
            0
        });
        is_killed(child.wait(), Signal::SYS);
    }
}

#[test]
fn an_exit_that_is_refused_is_one_all_the_same() {
    let program = filter(nr::EXIT_GROUP, Action::Errno(Errno::EPERM));
    let child = Child::new(|| {
        let _ = prctl::set_dumpable(prctl::Dumpable::Disabled);
        // SAFETY: an error of `exit_group` harms nobody.
        let _ = unsafe { seccomp::install(&program) };
        0
    });
    is_killed(child.wait(), Signal::ILL);

    // Also of a program with threads, none of which goes on.
    let status = once_more(|| {
        prctl::set_dumpable(prctl::Dumpable::Disabled).unwrap();
        let exiting = thread::spawn(|| {
            // SAFETY: an error of `exit_group` harms nobody.
            unsafe { seccomp::install(&filter(nr::EXIT_GROUP, Action::Errno(Errno::EPERM))) }.unwrap();
            process::exit(0)
        });
        let _ = exiting.join();
    });
    assert_eq!(status.unwrap().signal(), Some(Signal::ILL.number().into()));
}

#[repr(C)]
struct Sigaction {
    handler: extern "C" fn(i32, *const u8, *const u8),
    mask: [u64; 16],
    flags: i32,
    restorer: usize,
}

/// Has a handler called that sends what it was told to its own thread once more: blocked in the handler, it can be received there
/// in another way.
fn once_more_when_trapped() {
    const SA_SIGINFO: i32 = 4;
    unsafe extern "C" {
        fn sigaction(signal: i32, new: *const Sigaction, old: *mut Sigaction) -> i32;
    }
    extern "C" fn handler(signal: i32, info: *const u8, _: *const u8) {
        let (pid, tid) = (process::getpid().number(), process::gettid().number());
        let told = |signals: &Signalfd| -> Result<SigInfo> {
            // SAFETY: the kernel reads one siginfo, which it has written itself.
            unsafe { syscall!(RT_TGSIGQUEUEINFO, pid, tid, signal, info) }?;
            signals.read()
        };
        let Ok(info) = Signalfd::new(Signal::SYS.into()).and_then(|signals| told(&signals)) else { return };
        let Some((number, address, arch, errno)) = refused(&info) else { return };
        NUMBER.store(number, Relaxed);
        ADDRESS.store(address, Relaxed);
        ARCH.store(arch.into(), Relaxed);
        ERRNO.store(errno, Relaxed);
    }
    let new = Sigaction { handler, mask: [0; 16], flags: SA_SIGINFO, restorer: 0 };
    // SAFETY: the handler makes system calls only.
    assert_eq!(unsafe { sigaction(Signal::SYS.number().into(), &raw const new, ptr::null_mut()) }, 0);
}

static NUMBER: AtomicI32 = AtomicI32::new(0);
static ADDRESS: AtomicU64 = AtomicU64::new(0);
static ARCH: AtomicU64 = AtomicU64::new(0);
static ERRNO: AtomicI32 = AtomicI32::new(0);

#[test]
fn trap_tells_a_handler_which_call() {
    in_a_process(|| {
        once_more_when_trapped();
        // SAFETY: nothing relies on what `umask` gives.
        unsafe { seccomp::install(&filter(nr::UMASK, Action::Trap(0xabcd))) }.unwrap();
        let _ = umask();
        assert_eq!((NUMBER.load(Relaxed), ERRNO.load(Relaxed)), (nr::UMASK as i32, 0xabcd));
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let within = |line: &str| {
            let (start, rest) = line.split_once('-')?;
            let (end, rest) = rest.split_once(' ')?;
            let range = u64::from_str_radix(start, 16).ok()?..u64::from_str_radix(end, 16).ok()?;
            (rest.starts_with("r-x") && range.contains(&ADDRESS.load(Relaxed))).then_some(())
        };
        assert!(maps.lines().any(|line| within(line).is_some()), "{:#x} is no code", ADDRESS.load(Relaxed));
        #[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
        assert_eq!(ARCH.load(Relaxed), 0xc000_003e);
        assert_ne!(ARCH.load(Relaxed), 0);
    });
}

#[test]
fn trap_kills_whoever_blocks_it() {
    let program = filter(nr::UMASK, Action::Trap(1));
    let child = Child::new(|| {
        let _ = sigmask::block(Signal::SYS.into());
        // SAFETY: nothing relies on what `umask` gives.
        let _ = unsafe { seccomp::install(&program) };
        let _ = umask();
        0
    });
    is_killed(child.wait(), Signal::SYS);
}

#[test]
fn errno_is_the_errno() {
    gives(Action::Errno(Errno::EPERM), Err(Errno::EPERM));
    gives(Action::Errno(Errno::ENOSYS), Err(Errno::ENOSYS));
    let greatest = Errno::new(4095).unwrap();
    gives(Action::Errno(greatest), Err(greatest));
    // The kernel makes the greatest of one that is greater.
    gives(Action::Errno(Errno::new(5000).unwrap()), Err(greatest));
}

#[test]
fn nothing_seems_to_succeed() {
    gives(Action::Nothing, Ok(0));
}

#[test]
fn allow_makes_the_call() {
    let program = filter(nr::UMASK, Action::Allow);
    holds(|| {
        // SAFETY: all is allowed.
        let installed = unsafe { seccomp::install(&program) };
        umask().is_ok() && installed.is_ok() && umask() == Ok(0o123)
    });
}

#[test]
fn notify_without_a_listener_is_enosys() {
    gives(Action::Notify, Err(Errno::ENOSYS));
}

#[test]
fn trace_without_a_tracer_is_enosys() {
    gives(Action::Trace(7), Err(Errno::ENOSYS));
}

#[test]
fn trace_asks_the_tracer() {
    const PTRACE_TRACEME: i32 = 0;
    const PTRACE_CONT: i32 = 7;
    const PTRACE_SETOPTIONS: i32 = 0x4200;
    const PTRACE_GETEVENTMSG: i32 = 0x4201;
    const PTRACE_O_TRACESECCOMP: i32 = 0x80;
    const PTRACE_EVENT_SECCOMP: i32 = 7;
    let program = filter(nr::UMASK, Action::Trace(0xbeef));
    let child = Child::new(|| {
        // SAFETY: the call has no pointer; nothing relies on what `umask` gives.
        unsafe {
            let _ = syscall!(PTRACE, PTRACE_TRACEME, 0, 0, 0);
            let _ = butter::signal::kill(process::getpid(), Signal::STOP);
            let installed = seccomp::install(&program).is_ok();
            i32::from(umask().is_ok() && installed && umask() == Ok(0o123))
        }
    });
    let pid = child.pid().number();
    // SAFETY: the requests have numbers only, but for one, which writes a word.
    let ptrace = |request: i32, data: usize| unsafe { syscall!(PTRACE, request, pid, 0, data) }.map(drop).unwrap();
    assert_eq!(child.stopped(), Signal::STOP.number().into());
    ptrace(PTRACE_SETOPTIONS, PTRACE_O_TRACESECCOMP as usize);
    for _ in 0..2 {
        ptrace(PTRACE_CONT, 0);
        assert_eq!(child.stopped(), i32::from(Signal::TRAP.number()) | PTRACE_EVENT_SECCOMP << 8);
        let mut message = 0_usize;
        ptrace(PTRACE_GETEVENTMSG, (&raw mut message).expose_provenance());
        assert_eq!(message, 0xbeef);
    }
    ptrace(PTRACE_CONT, 0);
    assert_eq!(child.wait(), ChildStatus::Exited(1));
}

/// The kernel's messages from now on.
fn messages() -> Option<OwnedFd> {
    use std::io::Seek;
    let mut messages = fs::File::open("/dev/kmsg").ok()?;
    messages.seek(std::io::SeekFrom::End(0)).ok()?;
    let messages = OwnedFd::from(messages);
    fd::set_nonblocking(&messages, true).unwrap();
    Some(messages)
}

/// Whether the kernel says that it did this with a call of this process.
fn is_logged(messages: &OwnedFd, pid: process::Pid, action: Action) -> bool {
    let mut buffer = [0; 8192];
    let (pid, code) = (format!(" pid={pid} "), format!(" code={:#x}", action.value()));
    while let Ok(line) = fd::read(messages, &mut buffer) {
        let line = String::from_utf8_lossy(line);
        if line.contains("type=1326") && line.contains(&pid) && line.contains(&code) {
            return true;
        }
    }
    false
}

#[test]
fn log_makes_the_call_and_logs_it() {
    let (messages, program) = (messages(), filter(nr::UMASK, Action::Log));
    let child = Child::new(|| {
        // SAFETY: all is allowed.
        let installed = unsafe { seccomp::install(&program) };
        i32::from(umask().is_ok() && installed.is_ok() && umask() == Ok(0o123))
    });
    let pid = child.pid();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
    if !messages.is_some_and(|messages| is_logged(&messages, pid, Action::Log)) {
        println!("skipped: whether it was logged, as the kernel's messages do not say so");
    }
}

#[test]
fn the_flag_log_logs_other_actions_too() {
    use butter::seccomp::{FilterFlags, FilterOutcome};
    let (messages, program) = (messages(), filter(nr::UMASK, Action::Errno(Errno::EPERM)));
    let child = Child::new(|| {
        // SAFETY: an error is all that it gives.
        let installed = unsafe {
            let _ = seccomp::set_no_new_privs();
            seccomp::set_mode_filter(FilterFlags::LOG, &program)
        };
        i32::from(matches!(installed, Ok(FilterOutcome::Installed)) && umask() == Err(Errno::EPERM))
    });
    let pid = child.pid();
    assert_eq!(child.wait(), ChildStatus::Exited(1));
    if !messages.is_some_and(|messages| is_logged(&messages, pid, Action::Errno(Errno::EPERM))) {
        println!("skipped: whether it was logged, as the kernel's messages do not say so");
    }
}

#[test]
fn of_several_filters_the_strictest_action_wins() {
    let (eperm, eacces) = (Action::Errno(Errno::EPERM), Action::Errno(Errno::EACCES));
    let cases = [
        (eperm, Action::Allow, Err(Errno::EPERM)),
        (Action::Allow, eperm, Err(Errno::EPERM)),
        (eperm, Action::Notify, Err(Errno::EPERM)),
        (Action::Notify, Action::Log, Err(Errno::ENOSYS)),
        (Action::Trace(1), Action::Log, Err(Errno::ENOSYS)),
        (Action::Nothing, Action::Notify, Ok(0)),
        // Of two alike that of the last.
        (eperm, eacces, Err(Errno::EACCES)),
        (eacces, eperm, Err(Errno::EPERM)),
    ];
    for (first, second, expected) in cases {
        let (first, second) = (filter(nr::UMASK, first), filter(nr::UMASK, second));
        // SAFETY: nothing relies on what `umask` gives.
        holds(|| unsafe {
            seccomp::install(&first).and_then(|()| seccomp::install(&second)).is_ok() && umask() == expected
        });
    }
    let (killed, refused) = (filter(nr::UMASK, Action::KillProcess), filter(nr::UMASK, eperm));
    // SAFETY: the process ends.
    let child = Child::new(|| unsafe {
        let _ = seccomp::install(&killed).and_then(|()| seccomp::install(&refused));
        umask().is_err().into()
    });
    is_killed(child.wait(), Signal::SYS);
}

#[test]
fn a_filter_is_there_for_good() {
    let program = filter(nr::UMASK, Action::Errno(Errno::EPERM));
    holds(|| {
        // SAFETY: an error is all that it gives.
        let child = unsafe {
            let _ = seccomp::install(&program);
            process::spawn(c"/bin/sh", [c"sh", c"-c", c"umask 022 && umask | grep -q 0022"], [c"PATH=/bin:/usr/bin"])
        };
        child.and_then(process::wait).is_ok_and(|status| status != ChildStatus::Exited(0))
    });
}
