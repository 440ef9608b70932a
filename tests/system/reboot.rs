//! The end of a pid namespace.

use super::*;
use butter::process::{self, Pid};
use butter::signal::{ChildStatus, Signal};
use system::{Reboot, reboot};

/// Runs `f` as process 1 of a pid namespace, in a user namespace that has no say over the machine, and says how it ended.
fn as_init_of_nothing(f: impl FnOnce() -> i32) -> Option<ChildStatus> {
    if let Err(errno) = unshare(CLONE_NEWUSER | CLONE_NEWPID) {
        println!("skipped: it needs a user namespace: {errno}");
        return None;
    }
    // SAFETY: the child makes system calls only, and ends.
    let Some(child) = (unsafe { process::fork() }).unwrap() else {
        let first = process::getpid() == Pid::INIT && process::getppid().is_none();
        process::exit(if first { f() } else { 99 })
    };
    Some(process::wait(child).unwrap())
}

#[test]
fn a_restart_ends_a_pid_namespace_by_sighup() {
    for command in [Reboot::Restart, Reboot::Restart2(c"a word")] {
        alone([], || {
            let status = as_init_of_nothing(|| i32::from(reboot(command).is_err()));
            assert!(matches!(status, None | Some(ChildStatus::Killed(Signal::HUP))), "{status:?}");
        });
    }
}

#[test]
fn a_halt_ends_a_pid_namespace_by_sigint() {
    for command in [Reboot::Halt, Reboot::PowerOff] {
        alone([], || {
            let status = as_init_of_nothing(|| i32::from(reboot(command).is_err()));
            assert!(matches!(status, None | Some(ChildStatus::Killed(Signal::INT))), "{status:?}");
        });
    }
}

#[test]
fn another_process_of_the_namespace_ends_it_too() {
    alone([], || {
        let status = as_init_of_nothing(|| {
            // SAFETY: the child makes system calls only, and ends.
            match unsafe { process::fork() } {
                Ok(None) => process::exit(i32::from(reboot(Reboot::Restart).is_err())),
                Ok(Some(child)) => i32::from(process::wait(child).is_ok()),
                Err(_) => 2,
            }
        });
        assert!(matches!(status, None | Some(ChildStatus::Killed(Signal::HUP))), "{status:?}");
    });
}

#[test]
fn other_commands_are_not_for_a_pid_namespace() {
    alone([], || {
        let status = as_init_of_nothing(|| {
            let others = [Reboot::SwSuspend, Reboot::Kexec, Reboot::CadOn, Reboot::CadOff];
            others.iter().filter(|command| reboot(**command) != Err(Errno::EINVAL)).count() as i32
        });
        assert!(matches!(status, None | Some(ChildStatus::Exited(0))), "{status:?}");
    });
}

#[test]
fn it_needs_a_capability_over_the_namespace() {
    let commands = [Reboot::CadOn, Reboot::Restart, Reboot::Restart2(c""), Reboot::Halt, Reboot::PowerOff];
    alone([], || {
        // Root of a user namespace, in the pid namespace of the machine.
        match unshare(CLONE_NEWUSER) {
            Ok(()) => commands.iter().for_each(|command| assert_errno(reboot(*command), Errno::EPERM)),
            Err(errno) => println!("skipped: it needs a user namespace: {errno}"),
        }
    });
    alone([], || {
        let status = as_init_of_nothing(|| {
            let failed = || commands.iter().filter(|command| reboot(**command) != Err(Errno::EPERM)).count();
            without_capability_here(failed).map_or(100, |failed| failed as i32)
        });
        assert!(matches!(status, None | Some(ChildStatus::Exited(0))), "{status:?}");
    });
}

/// [`without_capability`] in a process that must not make a thread.
fn without_capability_here<T>(f: impl FnOnce() -> T) -> butter::Result<T> {
    let (header, sets) =
        ([0x2008_0522_u32, 0], [[!(1 << CAP_SYS_BOOT), !0, 0], [0; 3]].map(|[e, p, i]: [u32; 3]| [e & p, p, i]));
    // SAFETY: the kernel reads the header and both halves of the sets.
    unsafe { syscall!(CAPSET, header.as_ptr(), sets.as_ptr()) }?;
    Ok(f())
}
