//! landlock against the running kernel. Whoever is restricted is a child.
//!
//! Errors that cannot be provoked here: `EAFNOSUPPORT` and what else another kernel gives, `ENFILE` and the kernel's want of
//! memory, and `EPERM` of a descriptor that is not open for both reading and writing, which no call makes of a ruleset.

mod calls;
#[path = "../common/mod.rs"]
mod common;
mod fs;
mod other;
mod ruleset;
#[path = "../seccomp/help.rs"]
#[allow(dead_code, reason = "what it has for seccomp's own tests")]
mod seccomp;

use butter::landlock::{self, Abi};

/// Whether the kernel has this version. If not, it says that the test is skipped.
fn has(version: Abi) -> bool {
    let has = landlock::abi_version().is_ok_and(|abi| abi >= version);
    if !has {
        println!("skipped: it needs landlock's version {}", version.number());
    }
    has
}
