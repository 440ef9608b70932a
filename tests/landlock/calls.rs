//! The calls and their errors.

use crate::common::{
    CAP_SYS_ADMIN, RLIMIT_NOFILE, assert_errno, is_cloexec, not_open, pipe, with_limit, without_capability,
};
use crate::has;
use crate::seccomp::{holds, ret};
use butter::fd::{AsFd, OwnedFd};
use butter::landlock::{self, Abi, AccessFs, AccessNet, RestrictFlags, Rule, RuleFlags, RulesetAttr, Scope};
use butter::seccomp::{Action, Instruction};
use butter::{Errno, nr};
use std::fs::File;

fn ruleset() -> OwnedFd {
    landlock::create_ruleset(&RulesetAttr::new().handled_access_fs(AccessFs::of(Abi::V1))).unwrap()
}

fn read_root(root: &File) -> Rule<'_> {
    Rule::PathBeneath { parent: root.as_fd(), allowed: AccessFs::READ_FILE }
}

fn root() -> File {
    File::open("/").unwrap()
}

const NONE: RuleFlags = RuleFlags::empty();

#[test]
fn the_version_is_told() {
    match landlock::abi_version() {
        Ok(abi) => assert!(abi >= Abi::V1),
        Err(errno) => assert!([Errno::ENOSYS, Errno::EOPNOTSUPP].contains(&errno), "{errno:?}"),
    }
}

#[test]
fn the_errata_are_told() {
    if has(Abi::V1) {
        match landlock::errata() {
            Ok(errata) => println!("errata: {errata:#b}"),
            Err(errno) => assert_eq!(errno, Errno::EINVAL),
        }
    }
}

#[test]
fn the_version_and_the_errata_are_asked_for_by_different_flags() {
    // The two may be the same number, so a filter answers one of them: by its third argument.
    const THIRD: u32 = if cfg!(target_endian = "little") { 32 } else { 36 };
    let compare = |jf, k| Instruction { code: 0x15, jt: 0, jf, k };
    let load = |k| Instruction { code: 0x20, jt: 0, jf: 0, k };
    let answer = Action::Errno(Errno::EBADMSG);
    let number = nr::LANDLOCK_CREATE_RULESET as u32;
    let program = [load(0), compare(3, number), load(THIRD), compare(1, 2), ret(answer), ret(Action::Allow)];
    holds(|| {
        // SAFETY: an error is all that it gives.
        let installed = unsafe { butter::seccomp::install(&program) }.is_ok();
        installed && landlock::errata() == Err(Errno::EBADMSG) && landlock::abi_version() != Err(Errno::EBADMSG)
    });
}

#[test]
fn a_ruleset_is_closed_over_exec() {
    if has(Abi::V1) {
        assert!(is_cloexec(ruleset()));
    }
}

#[test]
fn a_ruleset_handles_something_that_the_kernel_knows() {
    if !has(Abi::V1) {
        return;
    }
    let attr = RulesetAttr::new();
    assert_errno(landlock::create_ruleset(&attr), Errno::ENOMSG);
    assert_errno(landlock::create_ruleset(&attr.handled_access_fs(AccessFs::from_bits(1 << 60))), Errno::EINVAL);
    if has(Abi::V4) {
        assert!(landlock::create_ruleset(&attr.handled_access_net(AccessNet::BIND_TCP)).is_ok());
        assert_errno(landlock::create_ruleset(&attr.handled_access_net(AccessNet::from_bits(1 << 60))), Errno::EINVAL);
    }
    if has(Abi::V6) {
        assert!(landlock::create_ruleset(&attr.scoped(Scope::SIGNAL)).is_ok());
        assert_errno(landlock::create_ruleset(&attr.scoped(Scope::from_bits(1 << 60))), Errno::EINVAL);
    }
    let abi = landlock::abi_version().unwrap();
    let handled =
        attr.handled_access_fs(AccessFs::EXECUTE).handled_access_net(AccessNet::BIND_TCP).scoped(Scope::SIGNAL);
    let quiet = [
        handled.quiet_access_fs(AccessFs::EXECUTE),
        handled.quiet_access_net(AccessNet::BIND_TCP),
        handled.quiet_scoped(Scope::SIGNAL),
    ];
    for attr in quiet {
        match landlock::create_ruleset(&attr) {
            Ok(_) => assert!(abi >= Abi::V10),
            Err(errno) => assert!(abi < Abi::V10 && errno == Errno::E2BIG, "{errno:?}"),
        }
    }
    let printed = format!("{:?}", attr.handled_access_fs(AccessFs::EXECUTE).quiet_scoped(Scope::SIGNAL));
    let expected = "RulesetAttr { handled_access_fs: AccessFs(EXECUTE), handled_access_net: AccessNet(), scoped: Scope(), \
                    quiet_access_fs: AccessFs(), quiet_access_net: AccessNet(), quiet_scoped: Scope(SIGNAL) }";
    assert_eq!(printed, expected);
}

#[test]
fn every_right_is_known_since_its_version() {
    let Ok(abi) = landlock::abi_version() else { return println!("skipped: there is no landlock") };
    for bit in 0..17 {
        let right = AccessFs::from_bits(1 << bit);
        let known = AccessFs::of(abi).contains(right);
        let attr = RulesetAttr::new().handled_access_fs(right);
        assert_eq!(landlock::create_ruleset(&attr).err(), (!known).then_some(Errno::EINVAL), "{right:?}");
    }
    if has(Abi::V4) {
        for bit in 0..4 {
            let right = AccessNet::from_bits(1 << bit);
            let known = AccessNet::of(abi).contains(right);
            let attr = RulesetAttr::new().handled_access_net(right);
            assert_eq!(landlock::create_ruleset(&attr).err(), (!known).then_some(Errno::EINVAL), "{right:?}");
        }
    }
}

#[test]
fn without_a_descriptor_left_there_is_no_ruleset() {
    if has(Abi::V1) {
        let attr = RulesetAttr::new().handled_access_fs(AccessFs::EXECUTE);
        holds(|| with_limit(RLIMIT_NOFILE, 0, || landlock::create_ruleset(&attr).err() == Some(Errno::EMFILE)));
    }
}

#[test]
fn a_rule_is_about_what_the_ruleset_handles() {
    if !has(Abi::V1) {
        return;
    }
    let (ruleset, root) = (ruleset(), root());
    assert_eq!(landlock::add_rule(&ruleset, read_root(&root), NONE), Ok(()));
    let with = |allowed| Rule::PathBeneath { parent: root.as_fd(), allowed };
    assert_errno(landlock::add_rule(&ruleset, with(AccessFs::empty()), NONE), Errno::ENOMSG);
    assert_errno(landlock::add_rule(&ruleset, with(AccessFs::REFER), NONE), Errno::EINVAL);
    let file = File::open("/etc/passwd").unwrap();
    let of_a_file = |allowed| Rule::PathBeneath { parent: file.as_fd(), allowed };
    assert_errno(landlock::add_rule(&ruleset, of_a_file(AccessFs::READ_DIR), NONE), Errno::EINVAL);
    assert_eq!(landlock::add_rule(&ruleset, of_a_file(AccessFs::FILE & AccessFs::of(Abi::V1)), NONE), Ok(()));
    assert_errno(landlock::add_rule(&ruleset, read_root(&root), RuleFlags::from_bits(1 << 20)), Errno::EINVAL);
    // Nothing is quiet here, or the kernel does not know it.
    assert_errno(landlock::add_rule(&ruleset, read_root(&root), RuleFlags::QUIET), Errno::EINVAL);
    if has(Abi::V4) {
        let port = Rule::NetPort { port: 80, allowed: AccessNet::BIND_TCP };
        assert_errno(landlock::add_rule(&ruleset, port, NONE), Errno::EINVAL);
        let nothing = Rule::NetPort { port: 80, allowed: AccessNet::empty() };
        assert_errno(landlock::add_rule(&ruleset, nothing, NONE), Errno::ENOMSG);
    }
}

#[test]
fn a_rule_takes_the_right_descriptors() {
    if !has(Abi::V1) {
        return;
    }
    let (ruleset, root, pipe) = (ruleset(), root(), pipe().0);
    assert_errno(landlock::add_rule(not_open(), read_root(&root), NONE), Errno::EBADF);
    assert_errno(landlock::add_rule(&root, read_root(&root), NONE), Errno::EBADFD);
    let parent = |parent| Rule::PathBeneath { parent, allowed: AccessFs::READ_FILE };
    assert_errno(landlock::add_rule(&ruleset, parent(not_open()), NONE), Errno::EBADF);
    assert_errno(landlock::add_rule(&ruleset, parent(pipe.as_fd()), NONE), Errno::EBADFD);
    assert_errno(landlock::add_rule(&ruleset, parent(ruleset.as_fd()), NONE), Errno::EBADFD);
}

#[test]
fn a_thread_is_restricted_by_a_ruleset() {
    if !has(Abi::V1) {
        return;
    }
    let (ruleset, root) = (ruleset(), root());
    let call = |ruleset| landlock::restrict_self(ruleset, RestrictFlags::empty());
    // For a thread that needs no privilege for it.
    let restrict = |ruleset| butter::seccomp::set_no_new_privs().and_then(|()| call(ruleset));
    holds(|| restrict(Some(not_open())) == Err(Errno::EBADF));
    holds(|| restrict(Some(root.as_fd())) == Err(Errno::EBADFD));
    holds(|| restrict(None) == Err(Errno::EBADF));
    let unknown = RestrictFlags::from_bits(1 << 20);
    holds(|| {
        let set = butter::seccomp::set_no_new_privs().is_ok();
        set && landlock::restrict_self(Some(ruleset.as_fd()), unknown) == Err(Errno::EINVAL)
    });
    without_capability(CAP_SYS_ADMIN, || {
        holds(|| call(Some(ruleset.as_fd())) == Err(Errno::EPERM));
        holds(|| restrict(Some(ruleset.as_fd())).is_ok());
    });
}

#[test]
fn sixteen_rulesets_are_the_most() {
    if has(Abi::V1) {
        let ruleset = ruleset();
        let restrict = || landlock::restrict_self(Some(ruleset.as_fd()), RestrictFlags::empty());
        holds(|| {
            let set = butter::seccomp::set_no_new_privs().is_ok();
            set && (0..16).all(|_| restrict().is_ok()) && restrict() == Err(Errno::E2BIG)
        });
    }
}

#[test]
fn what_is_logged_is_chosen() {
    if !has(Abi::V7) {
        return;
    }
    let ruleset = ruleset();
    let flags = [
        RestrictFlags::LOG_SAME_EXEC_OFF,
        RestrictFlags::LOG_NEW_EXEC_ON,
        RestrictFlags::LOG_SUBDOMAINS_OFF,
        RestrictFlags::LOG_SAME_EXEC_OFF | RestrictFlags::LOG_NEW_EXEC_ON | RestrictFlags::LOG_SUBDOMAINS_OFF,
    ];
    let nnp = || butter::seccomp::set_no_new_privs().is_ok();
    for flags in flags {
        holds(|| nnp() && landlock::restrict_self(Some(ruleset.as_fd()), flags).is_ok());
        let alone = flags == RestrictFlags::LOG_SUBDOMAINS_OFF;
        let expected = if alone { Ok(()) } else { Err(Errno::EBADF) };
        holds(|| nnp() && landlock::restrict_self(None, flags) == expected);
    }
}

#[test]
fn all_threads_are_restricted_if_the_kernel_can() {
    let Ok(abi) = landlock::abi_version() else { return println!("skipped: there is no landlock") };
    let ruleset = ruleset();
    let expected = if abi >= Abi::V8 { Ok(()) } else { Err(Errno::EINVAL) };
    holds(|| {
        let set = butter::seccomp::set_no_new_privs().is_ok();
        set && landlock::restrict_self(Some(ruleset.as_fd()), RestrictFlags::TSYNC) == expected
    });
}
