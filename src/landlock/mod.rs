//! landlock: what a program may do with files, ports and other processes, as it decides for itself and needs no privilege for.
//!
//! ```
//! use butter::landlock::{Abi, AccessFs, Rights, Ruleset};
//! use butter::signal::ChildStatus;
//! use butter::{Errno, fd, process};
//! use std::os::fd::AsFd;
//!
//! // All that Linux 6.12 can restrict, as far as this kernel can.
//! let ruleset = Ruleset::best_effort(Rights::of(Abi::V6))?;
//! if !ruleset.left_out().is_empty() {
//!     println!("this kernel cannot restrict {:?}", ruleset.left_out());
//! }
//! // But for what a program is and needs.
//! for path in ["/usr", "/lib", "/lib64", "/etc", "/bin"] {
//!     let Ok(directory) = std::fs::File::open(path) else { continue };
//!     ruleset.allow_beneath(&directory, AccessFs::EXECUTE | AccessFs::READ_FILE | AccessFs::READ_DIR)?;
//! }
//!
//! // SAFETY: the child makes system calls only.
//! let child = unsafe {
//!     process::spawn_with(|| {
//!         ruleset.restrict_self()?;
//!         process::execve(c"/bin/sh", [c"sh", c"-c", c"test -e /etc/passwd && ! ls /proc 2>/dev/null"], [c"PATH=/bin"])
//!     })
//! }?;
//! # if ruleset.handled().is_empty() { process::wait(child)?; return Ok(()) }
//! assert_eq!(process::wait(child)?, ChildStatus::Exited(0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A ruleset says what it handles: all of that is forbidden, but for what its rules allow. What it does not handle stays as
//! it is. A thread may restrict itself again and again, and never get back what it has given up.
//!
//! See `landlock(7)`, `landlock_create_ruleset(2)`, `landlock_add_rule(2)`, `landlock_restrict_self(2)`.

mod call;
mod rights;
mod ruleset;

pub use call::{
    RestrictFlags, Rule, RuleFlags, RulesetAttr, abi_version, add_rule, create_ruleset, errata, restrict_self,
};
pub use rights::{Abi, AccessFs, AccessNet, Rights, Scope};
pub use ruleset::Ruleset;
