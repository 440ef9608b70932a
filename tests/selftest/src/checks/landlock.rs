//! What a child may do with files.

use super::kernel::{AT_FDCWD, file, fork, wait};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{FromRawFd, OwnedFd};
use butter::landlock::{self, Abi, AccessFs, Rights, Ruleset, RulesetAttr};
use butter::signal::ChildStatus;
use butter::syscall;

pub fn files() -> Verdict {
    match landlock::abi_version() {
        Err(Errno::ENOSYS | Errno::EOPNOTSUPP) => return Err(Failure::Skipped("needs landlock")),
        abi => claim(abi? >= Abi::V1)?,
    }
    claim(landlock::create_ruleset(&RulesetAttr::new()).err() == Some(Errno::ENOMSG))?;
    let rights = Rights { fs: AccessFs::READ_DIR | AccessFs::MAKE_REG, ..Rights::default() };
    let ruleset = Ruleset::strict(rights)?;
    // SAFETY: the kernel reads the path, and gives a new descriptor.
    let directory = unsafe { OwnedFd::from_raw_fd(syscall!(OPENAT, AT_FDCWD, c".".as_ptr(), 0, 0)? as i32) };
    ruleset.allow_beneath(&directory, AccessFs::MAKE_REG)?;
    let child = fork(|| {
        let restricted = ruleset.restrict_self().is_ok();
        // SAFETY: the kernel reads the path.
        let denied = unsafe { syscall!(OPENAT, AT_FDCWD, c".".as_ptr(), 0, 0) } == Err(Errno::EACCES);
        i32::from(restricted && denied && file(c"allowed").is_ok())
    })?;
    claim(wait(child)? == ChildStatus::Exited(1))
}
