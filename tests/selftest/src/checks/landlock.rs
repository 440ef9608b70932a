//! What a child may do with files.

use super::kernel::{
    AF_INET, AF_UNIX, AT_FDCWD, SOCK_DGRAM, SOCK_STREAM, bind, connect, file, fork, inet, socket, unix, wait,
};
use crate::{Failure, Verdict, claim};
use butter::errno::Errno;
use butter::fd::{AsFd, AsRawFd, CWD, FromRawFd, OpenFlags, OwnedFd};
use butter::fs::{self, UnlinkFlags};
use butter::landlock::{
    self, Abi, AccessFs, AccessNet, RestrictFlags, Rights, Rule, RuleFlags, Ruleset, RulesetAttr, Scope,
};
use butter::signal::ChildStatus;
use butter::{seccomp, syscall};

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

/// What came with Linux 7.0 to 7.2: all threads, sockets with a path, ports of UDP, and what is quiet.
pub fn newest() -> Verdict {
    const PORT: u16 = 4242;
    if landlock::abi_version().map_or(true, |abi| abi < Abi::V10) {
        return Err(Failure::Skipped("needs version 10 of landlock, of Linux 7.2"));
    }
    claim(landlock::errata()? & 7 == 7)?;
    let (files, ports) = (AccessFs::RESOLVE_UNIX | AccessFs::MAKE_REG, AccessNet::of(Abi::V10));
    let handled = RulesetAttr::new().handled_access_fs(files).handled_access_net(ports).scoped(Scope::SIGNAL);
    let quiet = handled.quiet_access_fs(files).quiet_access_net(AccessNet::BIND_UDP).quiet_scoped(Scope::SIGNAL);
    claim(landlock::create_ruleset(&handled.quiet_access_fs(AccessFs::EXECUTE)).err() == Some(Errno::EINVAL))?;
    claim(landlock::create_ruleset(&handled.scoped(Scope::from_bits(1 << 40))).err() == Some(Errno::EINVAL))?;

    let directory = fs::openat(CWD, ".", OpenFlags::PATH, 0)?;
    let here = |allowed| Rule::PathBeneath { parent: directory.as_fd(), allowed };
    let port = |port, allowed| Rule::NetPort { port, allowed };
    let loud = landlock::create_ruleset(&handled)?;
    claim(landlock::add_rule(&loud, here(AccessFs::MAKE_REG), RuleFlags::QUIET) == Err(Errno::EINVAL))?;
    let ruleset = landlock::create_ruleset(&quiet)?;
    claim(landlock::add_rule(&ruleset, here(AccessFs::empty()), RuleFlags::empty()) == Err(Errno::ENOMSG))?;
    landlock::add_rule(&ruleset, here(AccessFs::empty()), RuleFlags::QUIET)?;
    landlock::add_rule(&ruleset, port(PORT, AccessNet::CONNECT_SEND_UDP), RuleFlags::QUIET)?;

    let named = socket(AF_UNIX, SOCK_STREAM, 0)?;
    bind(&named, &unix())?;
    // SAFETY: the call has no pointer.
    unsafe { syscall!(LISTEN, named.as_raw_fd(), 1) }?;
    let denied = Err(Errno::EACCES);
    let restricted = |holds: &dyn Fn() -> Result<bool, Errno>| {
        let child = fork(|| {
            let restricted = seccomp::set_no_new_privs()
                .and_then(|()| landlock::restrict_self(None, RestrictFlags::LOG_SUBDOMAINS_OFF | RestrictFlags::TSYNC))
                .and_then(|()| landlock::restrict_self(Some(ruleset.as_fd()), RestrictFlags::TSYNC));
            restricted.and_then(|()| holds()).map_or_else(|errno| errno.number().into(), i32::from)
        });
        wait(child?)
    };
    let sockets = restricted(&|| {
        let (of_unix, of_udp) = (socket(AF_UNIX, SOCK_STREAM, 0)?, socket(AF_INET, SOCK_DGRAM, 0)?);
        // To connect binds to a port that the kernel chooses.
        Ok(connect(&of_unix, &unix()) == denied
            && bind(&of_udp, &inet(PORT)) == denied
            && connect(&of_udp, &inet(PORT)) == denied
            && file(c"forbidden").err() == Some(Errno::EACCES))
    });
    landlock::add_rule(&ruleset, port(0, AccessNet::BIND_UDP), RuleFlags::empty())?;
    landlock::add_rule(&ruleset, here(AccessFs::RESOLVE_UNIX), RuleFlags::empty())?;
    let allowed = restricted(&|| {
        let (of_unix, of_udp) = (socket(AF_UNIX, SOCK_STREAM, 0)?, socket(AF_INET, SOCK_DGRAM, 0)?);
        connect(&of_unix, &unix())?;
        connect(&of_udp, &inet(PORT))?;
        Ok(connect(&of_udp, &inet(PORT + 1)) == denied)
    });
    fs::unlinkat(CWD, "socket", UnlinkFlags::empty())?;
    claim(sockets? == ChildStatus::Exited(1))?;
    claim(allowed? == ChildStatus::Exited(1))
}
