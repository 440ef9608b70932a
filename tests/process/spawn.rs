//! A child that sets itself up and executes a program.

use super::*;
use butter::fd::{self, BorrowedFd};
use butter::signal::{self, Cause, SigSet, Signal, sigmask};
use common::{
    LONG, RLIMIT_NOFILE, alone, as_nobody, assert_errno, handle, is_cloexec, no_forks, not_open, raise, with_limit,
};
use std::hint::black_box;
use std::iter;
use std::panic::{catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

/// Starts `true` behind this set-up.
fn after(setup: impl FnOnce() -> Result<()>) -> Result<Pid> {
    // SAFETY: what the callers do beyond system calls needs nothing of another thread.
    unsafe {
        process::spawn_with(|| {
            setup()?;
            process::execve(c"/bin/true", [c"true"], [])
        })
    }
}

/// Starts nothing, as there is no such file, behind this set-up.
fn missing_after(setup: impl FnOnce() -> Result<()>) -> Result<Pid> {
    // SAFETY: the callers make system calls only.
    unsafe {
        process::spawn_with(|| {
            setup()?;
            process::execve(c"/no/such/file", [c"file"], [])
        })
    }
}

fn missing() -> Result<Pid> {
    process::spawn(c"/no/such/file", [c"file"], [])
}

fn succeeds(child: Result<Pid>) {
    assert_eq!(process::wait(child.unwrap()), Ok(ChildStatus::Exited(0)));
}

fn kill_own_process() -> Result<()> {
    signal::kill(process::getpid(), Signal::KILL)
}

#[test]
fn the_number_is_that_of_the_child() {
    let (reader, writer) = pipe();
    // SAFETY: the child makes system calls only.
    let child = unsafe {
        process::spawn_with(|| {
            dup2(&writer, 1)?;
            process::execve(c"/bin/sh", [c"sh", c"-c", c"echo $$ $PPID"], environment())
        })
    };
    drop(writer);
    let said = String::from_utf8(read_all(reader)).unwrap();
    assert_eq!(said, format!("{} {}\n", child.unwrap(), process::getpid()));
    succeeds(child);
}

#[test]
fn it_returns_when_the_program_has_been_executed() {
    let child = process::spawn(c"/bin/sleep", [c"sleep", c"60"], []).unwrap();
    let program = fs::read_link(format!("/proc/{child}/exe"));
    signal::kill(child, Signal::KILL).unwrap();
    assert_eq!(process::wait(child), Ok(ChildStatus::Killed(Signal::KILL)));
    assert_eq!(program.unwrap(), fs::canonicalize("/bin/sleep").unwrap());
}

#[test]
fn what_the_setup_changes_is_changed_in_the_child() {
    alone([], || {
        let directory = TempDir::new();
        let path = c_string(&directory);
        let before = (std::env::current_dir().unwrap(), descriptors(), sigmask::get());
        let mut variable = 1;
        let said = sh_output(c"pwd; umask; echo here >&9; exec grep ^SigBlk /proc/self/status", || {
            variable = 2;
            // SAFETY: the kernel reads the path up to its NUL.
            unsafe { syscall!(CHDIR, path.as_ptr()) }?;
            // SAFETY: the call has no pointer.
            unsafe { syscall!(UMASK, 0o31) }?;
            // SAFETY: it is open, and stays so.
            dup2(unsafe { BorrowedFd::borrow_raw(1) }, 9)?;
            sigmask::block(SigSet::from([Signal::HUP, Signal::TERM])).map(drop)
        });
        assert_eq!(said, format!("{}\n0031\nhere\nSigBlk:\t0000000000004001\n", directory.display()));
        assert_eq!(variable, 1);
        assert_eq!((std::env::current_dir().unwrap(), descriptors(), sigmask::get()), before);
        // SAFETY: the call has no pointer.
        assert_ne!(unsafe { syscall!(UMASK, 0o22) }, Ok(0o31));
    });
}

#[test]
fn the_error_of_the_setup_comes_back() {
    for errno in [Errno::EPERM, Errno::EBADF, Errno::EDQUOT, Errno::EHWPOISON] {
        assert_errno(after(|| Err(errno)), errno);
    }
    assert_errno(after(|| dup2(not_open(), 5)), Errno::EBADF);
    assert_errno(missing(), Errno::ENOENT);
}

#[test]
fn the_setup_can_try_one_program_after_the_other() {
    // SAFETY: the child makes system calls only.
    let child = unsafe {
        process::spawn_with(|| {
            let paths = [c"/no/such/true", c"/etc/true", c"/bin/true"];
            let Some(errno) = paths.map(|path| process::execve(path, [c"true"], []).err()).into_iter().flatten().last()
            else {
                return Err(Errno::ENOENT);
            };
            Err(errno)
        })
    };
    succeeds(child);
}

#[test]
fn a_child_that_failed_is_gone_and_nobody_was_told() {
    alone(Signal::CHLD, || {
        for _ in 0..100 {
            assert_errno(missing(), Errno::ENOENT);
            assert_errno(after(kill_own_process), Errno::ECANCELED);
            has_no_child();
        }
        assert_eq!(signal::sigpending(), Ok(SigSet::empty()));

        let child = after(|| Ok(()));
        let info = signal::sigtimedwait(&SigSet::from(Signal::CHLD), Some(LONG)).unwrap();
        assert_eq!(info.pid(), child.ok());
        succeeds(child);
    });
}

#[test]
fn no_other_thread_takes_the_error_away() {
    alone([], || {
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    assert_errno(waitid(Children::All, WaitOptions::EXITED), Errno::ECHILD);
                }
            });
            let errors = (0..300).map(|_| missing().err()).filter(|&error| error == Some(Errno::ENOENT)).count();
            done.store(true, Ordering::Relaxed);
            assert_eq!(errors, 300);
        });
    });
}

#[test]
fn errors_come_back_to_a_process_that_ignores_sigchld() {
    alone([], || {
        // std links a libc, and it has no function for this itself.
        unsafe extern "C" {
            safe fn sigignore(signal: i32) -> i32;
        }
        assert_eq!(sigignore(Signal::CHLD.number().into()), 0);
        for _ in 0..100 {
            assert_errno(missing(), Errno::ENOENT);
        }
        let child = after(|| Ok(())).unwrap();
        assert_errno(process::wait(child), Errno::ECHILD);
    });
}

#[test]
fn a_child_that_ends_in_its_setup_is_an_error() {
    assert_errno(after(kill_own_process), Errno::ECANCELED);
    assert_errno(after(|| process::exit(0)), Errno::ECANCELED);
}

#[test]
fn a_panic_does_not_leave_the_child() {
    // Without a message, so that no lock is taken.
    let panics = || after(|| resume_unwind(Box::new(())));
    match catch_unwind(panics) {
        Ok(result) => assert_errno(result, Errno::ECANCELED),
        // This is the child.
        Err(_) => process::exit(9),
    }
}

#[test]
fn no_signal_is_blocked_in_the_child() {
    alone(SigSet::from([Signal::TERM, Signal::CHLD]), || {
        raise(Signal::TERM);
        let before = (sigmask::get(), signal::sigpending());
        let none_in_setup = || match sigmask::get()?.is_empty() && signal::sigpending()?.is_empty() {
            true => Ok(()),
            false => Err(Errno::EBUSY),
        };
        assert_eq!(sh_output(c"exec grep ^SigBlk /proc/self/status", none_in_setup), "SigBlk:\t0000000000000000\n");
        signal::sigtimedwait(&SigSet::from(Signal::CHLD), Some(LONG)).unwrap();
        assert_eq!((sigmask::get(), signal::sigpending()), before);
    });
}

#[test]
fn what_is_ignored_stays_so_and_handlers_do_not() {
    static RUNS: AtomicU32 = AtomicU32::new(0);
    extern "C" fn count(_: i32) {
        RUNS.fetch_add(1, Ordering::Relaxed);
    }
    alone([], || {
        handle(Signal::USR1, count);
        // std ignores SIGPIPE, and what has started this test may ignore more.
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let ignored = status.lines().find(|line| line.starts_with("SigIgn:")).unwrap();
        let bits = u64::from_str_radix(ignored.trim_start_matches("SigIgn:\t"), 16).unwrap();
        assert_ne!(bits & 1 << (Signal::PIPE.number() - 1), 0);
        assert_eq!(sh_output(c"exec grep ^SigIgn /proc/self/status", || Ok(())), format!("{ignored}\n"));

        // In the set-up too, so the child ends by it.
        let (reader, writer) = pipe();
        let raise_and_tell = || {
            signal::kill(process::getpid(), Signal::USR1)?;
            fd::write(&writer, b"!").map(drop)
        };
        assert_errno(after(raise_and_tell), Errno::ECANCELED);
        drop(writer);
        assert!(read_all(reader).is_empty());

        // Here it is still there.
        raise(Signal::USR1);
        assert_eq!(RUNS.load(Ordering::Relaxed), 1);
    });
}

#[test]
fn no_handler_runs_in_the_child_before_it_is_set_back() {
    static PARENT: AtomicI32 = AtomicI32::new(0);
    static TOLD: AtomicI32 = AtomicI32::new(-1);
    extern "C" fn tell(_: i32) {
        if process::getpid().number() != PARENT.load(Ordering::Relaxed) {
            // SAFETY: it is open as long as the handler is there.
            let _ = fd::write(unsafe { BorrowedFd::borrow_raw(TOLD.load(Ordering::Relaxed)) }, b"!");
        }
    }
    alone([], || {
        // SAFETY: the call has no pointer.
        unsafe { syscall!(SETPGID, 0, 0) }.unwrap();
        let (reader, writer) = pipe();
        PARENT.store(process::getpid().number(), Ordering::Relaxed);
        TOLD.store(writer.as_raw_fd(), Ordering::Relaxed);
        handle(Signal::USR1, tell);
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    signal::kill(signal::Target::OwnGroup, Signal::USR1).unwrap();
                }
            });
            for number in 0..300 {
                let child = match number % 2 {
                    0 => after(|| Ok(())),
                    _ => {
                        process::Builder::new().spawn(c"/bin/true", [], []).map(|child| child.pid).map_err(Errno::from)
                    }
                };
                match child {
                    Ok(child) => while process::wait(child) == Err(Errno::EINTR) {},
                    Err(errno) => assert_eq!(errno, Errno::ECANCELED),
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        has_no_child();
        fd::set_nonblocking(&reader, true).unwrap();
        assert_errno(fd::read(&reader, &mut [0; 1]), Errno::EAGAIN);
    });
}

#[test]
fn the_child_has_no_descriptor_that_it_should_not_have() {
    alone([], || {
        // SAFETY: each was open, and nobody closes it.
        let inherited = |&number: &i32| !is_cloexec(unsafe { BorrowedFd::borrow_raw(number) });
        let expected: Vec<i32> = descriptors().into_iter().filter(inherited).collect();
        let child = process::spawn(c"/bin/sleep", [c"sleep", c"60"], []).unwrap();
        // It opens its libraries first.
        thread::sleep(Duration::from_millis(200));
        let found = descriptors_of(child);
        signal::kill(child, Signal::KILL).unwrap();
        assert_eq!(process::wait(child), Ok(ChildStatus::Killed(Signal::KILL)));
        assert_eq!(found, expected);
    });
}

#[test]
fn nothing_is_left_of_a_thousand() {
    alone([], || {
        let before = descriptors();
        let mut children = Vec::new();
        for number in 0..1000 {
            match number % 4 {
                0 => assert_errno(missing(), Errno::ENOENT),
                1 => assert_errno(after(|| Err(Errno::EIO)), Errno::EIO),
                _ => children.push(after(|| Ok(()))),
            }
        }
        children.into_iter().for_each(succeeds);
        has_no_child();
        assert_eq!(descriptors(), before);
    });
}

#[test]
fn it_needs_no_descriptor() {
    alone([], || {
        with_limit(RLIMIT_NOFILE, 64, || {
            let all: Vec<File> = iter::from_fn(|| File::open("/dev/null").ok()).collect();
            assert!(all.len() > 32);
            assert_errno(missing(), Errno::ENOENT);
            assert_eq!(sh_status(c"exit 4"), ChildStatus::Exited(4));
        });
    });
}

#[test]
fn the_setup_may_close_and_overwrite_every_descriptor() {
    // SAFETY: the call has no pointer, and the child uses none of them.
    let close_all = || unsafe { syscall!(CLOSE_RANGE, 0, u32::MAX, 0) }.map(drop);
    assert_errno(missing_after(close_all), Errno::ENOENT);

    let directory = TempDir::new();
    let file = File::create(directory.join("file")).unwrap();
    let others = || (0..100).filter(|&number| number != file.as_raw_fd());
    assert_errno(missing_after(|| others().try_for_each(|number| dup2(&file, number))), Errno::ENOENT);
    assert_eq!(file.metadata().unwrap().len(), 0);
}

#[test]
fn the_limit_of_processes() {
    const RLIMIT_NPROC: u32 = 6;
    alone([], || {
        with_limit(RLIMIT_NPROC, 0, || {
            as_nobody(|| {
                assert_errno(after(|| Ok(())), Errno::EAGAIN);
                // SAFETY: there is no child.
                assert_errno(unsafe { process::fork() }, Errno::EAGAIN);
            });
        });
        has_no_child();
    });
}

#[test]
fn many_threads_at_once() {
    let done = AtomicBool::new(false);
    let _not_at_exec = no_forks();
    thread::scope(|scope| {
        // Their locks are taken and their memory changes whenever a child is made.
        for _ in 0..2 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    drop(black_box(vec![0_u8; 100_000]));
                }
            });
        }
        let spawners = [0, 50, 100, 150].map(|first| {
            scope.spawn(move || {
                for number in first..first + 50 {
                    let script = CString::new(format!("exit {number}")).unwrap();
                    assert_eq!(sh_status(&script), ChildStatus::Exited(number));
                    assert_errno(missing(), Errno::ENOENT);
                }
            })
        });
        let results = spawners.map(|spawner| spawner.join());
        done.store(true, Ordering::Relaxed);
        assert!(results.iter().all(|result| result.is_ok()));
    });
}

#[test]
fn a_child_that_has_itself_traced_is_left_stopped() {
    const PTRACE_TRACEME: u32 = 0;
    const PTRACE_CONT: u32 = 7;
    // SAFETY: the kernel is told no address.
    let child = after(|| unsafe { syscall!(PTRACE, PTRACE_TRACEME, 0, 0, 0) }.map(drop)).unwrap();
    let info = waitid(child, WaitOptions::STOPPED).unwrap().unwrap();
    assert!(matches!(info.cause(), Cause::Child { status: ChildStatus::Trapped(Signal::TRAP), .. }));
    // SAFETY: the same.
    unsafe { syscall!(PTRACE, PTRACE_CONT, child.number(), 0, 0) }.unwrap();
    succeeds(Ok(child));
}
