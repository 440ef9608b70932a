//! A ruleset that fits the kernel, and kernels that have less: a filter answers in their place.

use crate::has;
use crate::seccomp::{filter, holds};
use butter::landlock::{self, Abi, AccessFs, AccessNet, RestrictFlags, Rights, Ruleset, Scope};
use butter::seccomp::{self, Action};
use butter::{Errno, nr};
use std::fs::File;

const ALL: Rights = Rights::of(Abi::V10);

#[test]
fn a_best_effort_leaves_out_what_the_kernel_does_not_know() {
    let Ok(abi) = landlock::abi_version() else { return println!("skipped: there is no landlock") };
    let ruleset = Ruleset::best_effort(ALL).unwrap();
    assert_eq!(ruleset.handled(), Rights::of(abi));
    let left_out = ruleset.left_out();
    assert_eq!(left_out.is_empty(), abi >= Abi::V10);
    assert_eq!((left_out.fs, left_out.net), (ALL.fs - ruleset.handled().fs, ALL.net - ruleset.handled().net));
    // A bit without a name is nobody's right.
    let unknown = Rights { fs: AccessFs::from_bits(1 << 60), ..Rights::default() };
    assert_eq!(Ruleset::best_effort(unknown).unwrap().left_out(), unknown);
    assert_eq!(Ruleset::best_effort(Rights::default()).err(), Some(Errno::ENOMSG));
}

#[test]
fn what_was_left_out_may_be_allowed() {
    if !has(Abi::V4) {
        return;
    }
    let (ruleset, root) = (Ruleset::best_effort(ALL).unwrap(), File::open("/").unwrap());
    assert_eq!(ruleset.allow_beneath(&root, ALL.fs), Ok(()));
    assert_eq!(ruleset.allow_beneath(&root, ruleset.left_out().fs | AccessFs::READ_FILE), Ok(()));
    assert_eq!(ruleset.allow_port(80, ALL.net), Ok(()));
    let left_out = ruleset.left_out();
    if !left_out.fs.is_empty() {
        assert_eq!(ruleset.allow_beneath(&root, left_out.fs), Ok(()));
        assert_eq!(ruleset.allow_port(80, left_out.net), Ok(()));
    }
    assert_eq!(ruleset.allow_beneath(&root, AccessFs::empty()), Err(Errno::ENOMSG));
    assert_eq!(ruleset.allow_port(80, AccessNet::empty()), Err(Errno::ENOMSG));
    assert_eq!(ruleset.allow_beneath(&root, AccessFs::from_bits(1 << 60)), Err(Errno::EINVAL));
    assert_eq!(ruleset.allow_port(80, AccessNet::from_bits(1 << 60)), Err(Errno::EINVAL));
    holds(|| {
        // All is allowed but the scopes.
        ruleset.restrict_self().is_ok() && butter::process::spawn(c"/bin/true", [c"true"], []).is_ok()
    });
}

#[test]
fn a_strict_one_leaves_out_nothing() {
    let Ok(abi) = landlock::abi_version() else { return println!("skipped: there is no landlock") };
    let ruleset = Ruleset::strict(Rights::of(abi)).unwrap();
    assert_eq!((ruleset.handled(), ruleset.left_out()), (Rights::of(abi), Rights::default()));
    let beyond = Rights { fs: AccessFs::from_bits(1 << 60), ..Rights::default() };
    assert_eq!(Ruleset::strict(beyond).err(), Some(Errno::EOPNOTSUPP));
    if abi < Abi::V10 {
        assert_eq!(Ruleset::strict(ALL).err(), Some(Errno::EOPNOTSUPP));
    }
    assert_eq!(Ruleset::strict(Rights::default()).err(), Some(Errno::ENOMSG));
}

#[test]
fn no_new_privs_is_set_with_it() {
    if has(Abi::V1) {
        let ruleset = Ruleset::best_effort(Rights { fs: AccessFs::EXECUTE, ..Rights::default() }).unwrap();
        holds(|| {
            let before = seccomp::get_no_new_privs() == Ok(false);
            before && ruleset.restrict_self().is_ok() && seccomp::get_no_new_privs() == Ok(true)
        });
    }
}

#[test]
fn flags_are_not_left_out() {
    if has(Abi::V1) {
        let ruleset = Ruleset::best_effort(Rights { fs: AccessFs::EXECUTE, ..Rights::default() }).unwrap();
        holds(|| ruleset.restrict_self_with(RestrictFlags::from_bits(1 << 20)) == Err(Errno::EINVAL));
        if has(Abi::V7) {
            holds(|| ruleset.restrict_self_with(RestrictFlags::LOG_SAME_EXEC_OFF).is_ok());
        }
    }
}

#[test]
fn a_kernel_without_it_is_a_best_effort_too() {
    let root = File::open("/").unwrap();
    for errno in [Errno::ENOSYS, Errno::EOPNOTSUPP] {
        let program = filter(nr::LANDLOCK_CREATE_RULESET, Action::Errno(errno));
        // SAFETY: an error is all that it gives.
        let without = || unsafe { seccomp::install(&program) }.is_ok();
        holds(|| without() && Ruleset::strict(Rights::of(Abi::V1)).err() == Some(errno));
        holds(|| {
            let Ok(ruleset) = (if without() { Ruleset::best_effort(ALL) } else { Err(Errno::EINVAL) }) else {
                return false;
            };
            let told = ruleset.handled().is_empty() && ruleset.left_out() == ALL;
            let allowed =
                ruleset.allow_beneath(&root, AccessFs::EXECUTE).is_ok() && ruleset.allow_port(1, ALL.net).is_ok();
            let flags = ruleset.restrict_self_with(RestrictFlags::TSYNC) == Err(Errno::EOPNOTSUPP);
            told && allowed && flags && ruleset.restrict_self().is_ok() && seccomp::get_no_new_privs() == Ok(true)
        });
    }
    // Another error is one.
    let program = filter(nr::LANDLOCK_CREATE_RULESET, Action::Errno(Errno::ENOMEM));
    // SAFETY: an error is all that it gives.
    holds(|| unsafe { seccomp::install(&program) }.is_ok() && Ruleset::best_effort(ALL).err() == Some(Errno::ENOMEM));
}

#[test]
fn rights_without_files_are_enough() {
    if has(Abi::V6) {
        assert!(Ruleset::strict(Rights { net: AccessNet::BIND_TCP, ..Rights::default() }).is_ok());
        assert!(Ruleset::strict(Rights { scope: Scope::SIGNAL, ..Rights::default() }).is_ok());
    }
}
