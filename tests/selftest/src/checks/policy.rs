//! Policies of seccomp: compiled for the architecture at hand, by the compiler and by the program.

use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::seccomp::{self, Action, Arch, Arg, Condition, Data, Instruction, Policy, Program, Rule};
use butter::signal::{ChildStatus, Signal};
use butter::{process, syscall};

const DENIED: Action = Action::Errno(Errno::EDQUOT);
const UPPER: u64 = 0x1234_0000_0000;

/// Each looks at one half or at both.
const CONDITIONS: [Condition; 10] = [
    Arg::u32(0).eq(7),
    Arg::u32(0).ge(7),
    Arg::u32(0).masked_eq(6, 2),
    Arg::u64(0).eq(7),
    Arg::u64(0).eq(UPPER | 7),
    Arg::u64(0).gt(UPPER | 7),
    Arg::u64(0).lt(UPPER),
    Arg::u64(0).within(8, UPPER),
    Arg::u64(0).masked_eq(1 << 44, 0),
    Arg::u64(0).masked_eq(UPPER | 6, 2),
];

const VALUES: [u64; 12] = [0, 1, 2, 6, 7, 8, u32::MAX as u64, 1 << 32 | 7, UPPER, UPPER | 7, UPPER | 8, u64::MAX];

/// What is not asked about here is allowed: on an emulator without seccomp nothing else could be.
const POLICY: Policy = Policy::new(
    Action::Allow,
    &[
        Rule::new(DENIED, &["umask"]).when(&[Arg::u32(0).eq(0o77), Arg::u32(5).ne(1)]),
        Rule::new(DENIED, &["getpgid"]).when(&[Arg::u64(0).gt(0xffff)]),
        Rule::new(Action::KillProcess, &["chroot"]),
    ],
);
static FILTER: Program<{ POLICY.length() }> = POLICY.compile();

const _: () = assert!(seccomp::check(POLICY.compile::<{ POLICY.length() }>().instructions()).is_ok());

fn decides(program: &[Instruction], name: &str, argument: u64) -> Option<Action> {
    let data = Data::named(Arch::NATIVE, name)?.with_args([argument, 0, 0, 0, 0, 0]);
    seccomp::run(program, &data).map(seccomp::Outcome::action)
}

pub fn conditions() -> Verdict {
    let mut buffer = [Instruction::default(); 64];
    for condition in CONDITIONS {
        let (conditions, mut allowed) = ([condition], 0);
        let rules = [Rule::allow(&["umask"]).when(&conditions)];
        let Ok(program) = Policy::new(DENIED, &rules).compile_into(&mut buffer) else { return claim(false) };
        seccomp::check(program).or(claim(false))?;
        for value in VALUES {
            let expected = condition.holds(&[value, 0, 0, 0, 0, 0]);
            claim(decides(program, "umask", value) == Some(if expected { Action::Allow } else { DENIED }))?;
            allowed += u32::from(expected);
        }
        claim(allowed > 0 && allowed < VALUES.len() as u32)?;
    }
    Ok(())
}

pub fn decisions() -> Verdict {
    claim(decides(&FILTER, "umask", 0o77) == Some(DENIED) && decides(&FILTER, "umask", 0o22) == Some(Action::Allow))?;
    claim(
        decides(&FILTER, "getpgid", 1 << 16) == Some(DENIED) && decides(&FILTER, "getpgid", 1) == Some(Action::Allow),
    )?;
    claim(decides(&FILTER, "chroot", 0) == Some(Action::KillProcess))?;
    let foreign = Data::new(Arch::NATIVE, 0).with_audit_arch(0);
    claim(seccomp::run(&FILTER, &foreign).map(seccomp::Outcome::action) == Some(Action::KillProcess))
}

#[repr(C)]
struct SockFprog {
    len: u16,
    filter: *const Instruction,
}

/// What the body gives, in a child in which the filter is loaded.
fn filtered(body: impl FnOnce() -> bool) -> Result<ChildStatus, Failure> {
    const PR_SET_NO_NEW_PRIVS: u32 = 38;
    const SECCOMP_SET_MODE_FILTER: u32 = 1;
    let load = || {
        let program = SockFprog { len: FILTER.len() as u16, filter: FILTER.as_ptr() };
        // SAFETY: the kernel reads the program.
        unsafe {
            syscall!(PRCTL, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)?;
            syscall!(SECCOMP, SECCOMP_SET_MODE_FILTER, 0, &raw const program)
        }
    };
    // SAFETY: there is one thread.
    let Some(child) = (unsafe { process::fork() })? else {
        match load() {
            Ok(_) => process::exit(body().into()),
            Err(errno) => process::exit(2 + i32::from(errno == Errno::ENOSYS)),
        }
    };
    match process::wait(child)? {
        ChildStatus::Exited(3) => Err(Failure::Skipped("needs seccomp")),
        status => Ok(status),
    }
}

pub fn loaded() -> Verdict {
    // SAFETY: the calls have no pointer but one that is never looked at.
    unsafe {
        let denied = filtered(|| {
            syscall!(UMASK, 0o77, 0, 0, 0, 0, 0) == Err(Errno::EDQUOT)
                && syscall!(GETPGID, 1 << 16) == Err(Errno::EDQUOT)
        })?;
        claim(denied == ChildStatus::Exited(1))?;
        if size_of::<usize>() == 8 {
            // The kernel itself looks at the lower half alone.
            let denied = filtered(|| syscall!(GETPGID, 1_u64 << 32) == Err(Errno::EDQUOT))?;
            claim(denied == ChildStatus::Exited(1))?;
        }
        let allowed = filtered(|| syscall!(UMASK, 0o77, 0, 0, 0, 0, 1).is_ok() && syscall!(GETPGID, 0).is_ok())?;
        claim(allowed == ChildStatus::Exited(1))?;
        let killed = filtered(|| syscall!(CHROOT, 0).is_ok())?;
        claim(matches!(killed, ChildStatus::Killed(Signal::SYS) | ChildStatus::Dumped(Signal::SYS)))
    }
}
