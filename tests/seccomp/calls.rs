//! The calls and their errors. What is about all threads of a process has a file of its own.

use crate::common::{CAP_SYS_ADMIN, RLIMIT_NOFILE, without_capability};
use crate::help::*;
use butter::fd::{self, AsRawFd, FromRawFd, OwnedFd};
use butter::process;
use butter::seccomp::{self, Action, FilterFlags, FilterOutcome, Instruction, Listener, MAX_INSTRUCTIONS, Mode};
use butter::signal::{ChildStatus, Signal};
use butter::{Errno, Result, nr, syscall};

fn umask() -> Result<usize> {
    // SAFETY: the call has no pointer.
    unsafe { syscall!(UMASK, 0o123) }
}

const EPERM: Action = Action::Errno(Errno::EPERM);
const ALLOW: [Instruction; 1] = [ret(Action::Allow)];

/// The call, for a thread that needs no privilege for it.
fn set(flags: FilterFlags, program: &[Instruction]) -> Result<FilterOutcome> {
    seccomp::set_no_new_privs()?;
    set_alone(flags, program)
}

fn set_alone(flags: FilterFlags, program: &[Instruction]) -> Result<FilterOutcome> {
    // SAFETY: each of those here that can be installed allows or gives an error.
    unsafe { seccomp::set_mode_filter(flags, program) }
}

fn install(program: &[Instruction]) -> Result<()> {
    // SAFETY: as above.
    unsafe { seccomp::install(program) }
}

#[test]
fn every_action_is_available() {
    let actions = [
        Action::KillProcess,
        Action::KillThread,
        Action::Trap(5),
        Action::Errno(Errno::EPERM),
        Action::Nothing,
        Action::Notify,
        Action::Trace(5),
        Action::Log,
        Action::Allow,
    ];
    for action in actions {
        assert_eq!(seccomp::get_action_avail(action), Ok(true), "{action:?}");
    }
}

#[test]
fn an_action_that_is_not_available_is_no_error() {
    // What a kernel gives that does not know it.
    let program = filter(nr::SECCOMP, Action::Errno(Errno::EOPNOTSUPP));
    holds(|| install(&program).is_ok() && seccomp::get_action_avail(Action::Log) == Ok(false));
    let program = filter(nr::SECCOMP, Action::Errno(Errno::ENOSYS));
    holds(|| install(&program).is_ok() && seccomp::get_action_avail(Action::Log) == Err(Errno::ENOSYS));
}

#[test]
fn the_sizes_are_told() {
    let sizes = seccomp::get_notif_sizes().unwrap();
    assert!(sizes.notif() >= 80 && sizes.resp() >= 24 && sizes.data() >= 64, "{sizes:?}");
    let (notif, resp, data) = (sizes.notif(), sizes.resp(), sizes.data());
    assert_eq!(format!("{sizes:?}"), format!("NotifSizes {{ notif: {notif}, resp: {resp}, data: {data} }}"));
}

#[test]
fn no_new_privs_is_set_once_and_for_all() {
    holds(|| {
        let before = seccomp::get_no_new_privs();
        let set = seccomp::set_no_new_privs().is_ok() && seccomp::get_no_new_privs() == Ok(true);
        let child = Child::new(|| i32::from(seccomp::get_no_new_privs() == Ok(true))).wait();
        before == Ok(false) && set && child == ChildStatus::Exited(1)
    });
}

#[test]
fn install_sets_no_new_privs_and_a_call_does_not() {
    holds(|| install(&ALLOW).is_ok() && seccomp::get_no_new_privs() == Ok(true));
    // With the privilege it is not needed.
    holds(|| match set_alone(FilterFlags::empty(), &ALLOW) {
        Err(Errno::EACCES) => true,
        result => matches!(result, Ok(FilterOutcome::Installed)) && seccomp::get_no_new_privs() == Ok(false),
    });
}

#[test]
fn the_mode_is_told() {
    holds(|| seccomp::get_seccomp() == Ok(Mode::Disabled));
    holds(|| install(&ALLOW).is_ok() && seccomp::get_seccomp() == Ok(Mode::Filter));
}

#[test]
fn prctl_installs_a_filter_too() {
    let program = filter(nr::UMASK, EPERM);
    holds(|| {
        // SAFETY: an error is all that it gives.
        let set = seccomp::set_no_new_privs().and_then(|()| unsafe { seccomp::set_seccomp_filter(&program) });
        set.is_ok() && seccomp::get_seccomp() == Ok(Mode::Filter) && umask() == Err(Errno::EPERM)
    });
    // SAFETY: an empty program cannot be installed.
    holds(|| unsafe { seccomp::set_seccomp_filter(&[]) } == Err(Errno::EINVAL));
    let program = [ALLOW[0]; MAX_INSTRUCTIONS + 1];
    // SAFETY: nor can one that is too long.
    holds(|| unsafe { seccomp::set_seccomp_filter(&program) } == Err(Errno::EINVAL));
}

/// A child in strict mode, what it has written there, and how it ended.
fn strict(set: impl FnOnce() -> Result<()>, then: impl FnOnce(&OwnedFd)) -> (usize, ChildStatus) {
    let (reading, writing) = crate::common::pipe();
    let child = Child::new(|| {
        let strict = set();
        if strict.is_ok() {
            let _ = fd::write(&writing, b"strict");
            then(&writing);
        }
        // SAFETY: the call ends the thread.
        let _ = unsafe { syscall!(EXIT, i32::from(strict.is_ok())) };
        0
    });
    drop(writing);
    let status = child.wait();
    fd::set_nonblocking(&reading, true).unwrap();
    (fd::read(&reading, &mut [0; 64]).map_or(0, |bytes| bytes.len()), status)
}

#[test]
fn strict_mode_lets_a_thread_read_write_and_end() {
    // SAFETY: the child ends.
    let both: [fn() -> Result<()>; 2] =
        [|| unsafe { seccomp::set_mode_strict() }, || unsafe { seccomp::set_seccomp_strict() }];
    for set in both {
        assert_eq!(strict(set, |_| ()), (6, ChildStatus::Exited(1)));
        let (written, status) = strict(set, |writing| {
            let _ = umask();
            let _ = fd::write(writing, b"more");
        });
        assert_eq!((written, status), (6, ChildStatus::Killed(Signal::KILL)));
    }
}

#[test]
fn a_filtered_thread_cannot_become_strict() {
    // SAFETY: it does not succeed.
    holds(|| install(&ALLOW).is_ok() && unsafe { seccomp::set_mode_strict() } == Err(Errno::EINVAL));
    // SAFETY: it does not succeed.
    holds(|| install(&ALLOW).is_ok() && unsafe { seccomp::set_seccomp_strict() } == Err(Errno::EINVAL));
}

#[test]
fn without_privileges_and_no_new_privs_it_is_eacces() {
    without_capability(CAP_SYS_ADMIN, || {
        holds(|| set_alone(FilterFlags::empty(), &ALLOW).err() == Some(Errno::EACCES));
        // SAFETY: all is allowed.
        holds(|| unsafe { seccomp::set_seccomp_filter(&ALLOW) } == Err(Errno::EACCES));
        holds(|| install(&ALLOW).is_ok());
        holds(|| matches!(set(FilterFlags::empty(), &ALLOW), Ok(FilterOutcome::Installed)));
    });
}

#[test]
fn a_program_has_1_to_4096_instructions() {
    let longest = vec![ALLOW[0]; 65_536 + 4096];
    for length in [0, 4097, 65_535, 65_536, 65_536 + 4096] {
        let program = &longest[..length];
        holds(|| {
            let called = set(FilterFlags::empty(), program).err() == Some(Errno::EINVAL);
            called && install(program) == Err(Errno::EINVAL) && seccomp::get_seccomp() == Ok(Mode::Disabled)
        });
    }
    for length in [1, 4096] {
        holds(|| install(&longest[..length]).is_ok());
    }
}

#[test]
fn install_makes_no_call_for_a_length_that_is_wrong() {
    let program = [ALLOW[0]; MAX_INSTRUCTIONS + 1];
    holds(|| install(&program) == Err(Errno::EINVAL) && seccomp::get_no_new_privs() == Ok(false));
    holds(|| install(&[]) == Err(Errno::EINVAL) && seccomp::get_no_new_privs() == Ok(false));
}

#[test]
fn a_program_that_the_kernel_does_not_accept_is_einval() {
    let load = |k| Instruction { code: 0x20, jt: 0, jf: 0, k };
    let programs: [&[Instruction]; 5] = [
        // It has no end.
        &[load(0)],
        // Not at a word, and behind the last.
        &[load(2), ALLOW[0]],
        &[load(64), ALLOW[0]],
        // Over the end.
        &[Instruction { code: 0x15, jt: 9, jf: 0, k: 0 }, ALLOW[0]],
        // No operation.
        &[Instruction { code: 0xffff, jt: 0, jf: 0, k: 0 }, ALLOW[0]],
    ];
    for program in programs {
        holds(|| set(FilterFlags::empty(), program).err() == Some(Errno::EINVAL));
        holds(|| install(program) == Err(Errno::EINVAL));
    }
}

#[test]
fn flags_that_are_wrong_are_einval() {
    let wrong = [
        FilterFlags::from_bits(1 << 30),
        FilterFlags::WAIT_KILLABLE_RECV,
        FilterFlags::TSYNC | FilterFlags::NEW_LISTENER,
        FilterFlags::TSYNC_ESRCH,
    ];
    for flags in wrong.into_iter().take(3) {
        holds(|| set(flags, &ALLOW).err() == Some(Errno::EINVAL));
    }
    // The last is of no use alone, but allowed.
    holds(|| matches!(set(wrong[3], &ALLOW), Ok(FilterOutcome::Installed) | Err(Errno::EINVAL)));
}

#[test]
fn spec_allow_is_taken() {
    let program = filter(nr::UMASK, EPERM);
    holds(|| {
        matches!(set(FilterFlags::SPEC_ALLOW, &program), Ok(FilterOutcome::Installed)) && umask() == Err(Errno::EPERM)
    });
}

#[test]
fn filters_of_more_than_32768_instructions_are_enomem() {
    let program = [ALLOW[0]; MAX_INSTRUCTIONS];
    holds(|| {
        // At most seven fit, as each counts four more once it is there, and fewer where the kernel makes more of them.
        let fitting = (0..9).take_while(|_| install(&program).is_ok()).count();
        (1..8).contains(&fitting) && install(&program) == Err(Errno::ENOMEM) && install(&ALLOW).is_ok()
    });
}

#[test]
fn a_new_listener_is_told_and_there_is_one() {
    let notify = filter(nr::UMASK, Action::Notify);
    holds(|| {
        let Ok(FilterOutcome::Listener(listener)) = set(FilterFlags::NEW_LISTENER, &notify) else { return false };
        let cloexec = crate::common::is_cloexec(&listener);
        cloexec && set(FilterFlags::NEW_LISTENER, &notify).err() == Some(Errno::EBUSY)
    });
    // SAFETY: nothing relies on what `umask` gives.
    holds(|| unsafe {
        let listener = Listener::install(&notify);
        let second = Listener::install(&notify).err() == Some(Errno::EBUSY);
        // Once it is closed there may be another.
        listener.is_ok() && second && {
            drop(listener);
            Listener::install(&notify).is_ok()
        }
    });
}

#[test]
fn a_listener_may_be_descriptor_0() {
    let notify = filter(nr::UMASK, Action::Notify);
    holds(|| {
        // SAFETY: standard input is nobody's in this child.
        drop(unsafe { OwnedFd::from_raw_fd(0) });
        matches!(set(FilterFlags::NEW_LISTENER, &notify), Ok(FilterOutcome::Listener(listener)) if listener.as_raw_fd() == 0)
    });
}

#[test]
fn without_a_descriptor_left_a_listener_is_emfile() {
    let notify = filter(nr::UMASK, Action::Notify);
    holds(|| {
        crate::common::with_limit(RLIMIT_NOFILE, 0, || {
            set(FilterFlags::NEW_LISTENER, &notify).err() == Some(Errno::EMFILE)
        })
    });
}

#[test]
fn a_listener_is_made_although_the_filter_forbids_seccomp() {
    let mut forbidding = filter(nr::SECCOMP, EPERM);
    forbidding[3] = ret(Action::Allow);
    // SAFETY: an error is all that it gives.
    holds(|| unsafe { Listener::install(&forbidding) }.is_ok());
    // SAFETY: the same.
    holds(|| install(&forbidding).is_ok() && unsafe { Listener::install(&ALLOW) }.err() == Some(Errno::EPERM));
}

#[test]
fn a_child_and_a_program_have_the_filter() {
    let program = filter(nr::UMASK, EPERM);
    holds(|| {
        let installed = install(&program).is_ok();
        let child = Child::new(|| i32::from(umask() == Err(Errno::EPERM))).wait();
        // The line says 2: a filter.
        let script = c"grep -q '^Seccomp:\t2' /proc/self/status";
        let grep = process::spawn(c"/bin/sh", [c"sh", c"-c", script], [c"PATH=/bin:/usr/bin"]).and_then(process::wait);
        installed && child == ChildStatus::Exited(1) && grep == Ok(ChildStatus::Exited(0))
    });
}
