//! seccomp: which system calls a program may make.
//!
//! A filter is a short program that the kernel runs at each call, before it makes it. This module makes it out of a [`Policy`],
//! as a constant: the compiler checks the policy, and what is loaded stands in read-only memory.
//!
//! ```
//! use butter::Errno;
//! use butter::seccomp::{self, Action, Arg, Policy, Program, Rule};
//! # use butter::process;
//! # use butter::signal::ChildStatus;
//! # use butter::syscall;
//!
//! const TIOCGWINSZ: u32 = 0x5413;
//! const POLICY: Policy = Policy::new(Action::Errno(Errno::EPERM), &[
//!     Rule::allow(&["read", "write", "close", "exit_group"]),
//!     Rule::allow(&["ioctl"]).when(&[Arg::u32(1).eq(TIOCGWINSZ)]),
//!     Rule::new(Action::KillProcess, &["ptrace"]),
//! ])
//! .newer_than((6, 1));
//! static FILTER: Program<{ POLICY.length() }> = POLICY.compile();
//!
//! // SAFETY: the child makes system calls only.
//! let Some(child) = (unsafe { process::fork() })? else {
//!     // A filter stays for good: so this is done in a child.
//!     // SAFETY: it allows, gives an error or kills, so that no call seems to succeed that was not made.
//!     let loaded = unsafe { seccomp::install(&FILTER) }.is_ok();
//!     let refused = unsafe { syscall!(GETUID) } == Err(Errno::EPERM);
//!     process::exit(if loaded && refused { 0 } else { 1 })
//! };
//! assert_eq!(process::wait(child)?, ChildStatus::Exited(0));
//! # Ok::<(), Errno>(())
//! ```
//!
//! # What a policy says
//!
//! - The first [`Rule`] for a call whose conditions all hold decides; if none does, the default action. A rule names calls by
//!   their names or numbers, and may have [`Condition`]s on the [`Arg`]uments, each of 32 or of 64 bits.
//! - The architecture is always checked: a number means another call in each, and the kernel takes the calls of several. A
//!   policy is for the one that the program is compiled for, or for [several](Policy::architectures); a call of
//!   another [kills the process](Policy::foreign), those of x32 on x86_64 as well.
//! - [`newer_than`](Policy::newer_than) tells what the policy's writer could not know of, which gives `ENOSYS`, from what was
//!   left out.
//! - A policy can be [merged](Policy::merge) with another.
//!
//! A [`Mistake`] in a constant policy is an error of the compiler: a call that there is not, two rules that contradict,
//! a rule or a condition that never matters.
//!
//! # What is left to think of
//!
//! - A filter has to allow what the program makes without asking: `rt_sigreturn` where there are signal handlers, `exit_group`,
//!   and `restart_syscall`, `brk`, `mmap`, `munmap`, `futex` in a program with a libc.
//! - What an argument points to a filter cannot see. A call that is allowed by its name is allowed in all its variants: see
//!   `socketcall` and `ipc` on 32-bit machines, `io_uring_enter`.
//! - One that allows by default is as good as its list: `open`, `openat` and `openat2`, `clone` and `clone3`.
//! - On x86_64 the kernel makes `uretprobe` and `uprobe` whatever a filter says.
//!
//! # What it costs
//!
//! A program finds the call's number in a balanced tree of ranges; [`hot`](Policy::hot) calls come first. Docker's default
//! profile for x86_64, 305 calls and three with conditions, takes 82 instructions, of which 9.5 are executed for a call that is
//! allowed, 11 at most. For calls that are allowed whatever their arguments the kernel finds that out once, and then does not run
//! the program at all (since Linux 5.11).
//!
//! # What else there is
//!
//! [`install`] loads a program, and [`install_in_all_threads`] does so for all threads. A [`Listener`] decides on the calls
//! that a filter leaves to it: see [`notify`]. [`run`] runs a program without a kernel, [`check`] says whether the kernel
//! would take it, and [`Listing`] shows it.
//!
//! See `seccomp(2)`, `seccomp_unotify(2)`, `prctl(2)`.

mod action;
mod arch;
mod call;
mod check;
mod compile;
mod condition;
mod data;
mod install;
mod instruction;
mod listing;
mod mistake;
pub mod notify;
mod policy;
mod program;
mod run;

pub use action::Action;
pub use arch::Arch;
pub use call::{
    FilterFlags, FilterOutcome, Mode, NotifSizes, get_action_avail, get_notif_sizes, get_seccomp, set_mode_filter,
    set_mode_strict, set_seccomp_filter, set_seccomp_strict,
};
pub use check::{Refusal, check};
pub use condition::{Arg, Condition};
pub use data::Data;
pub use install::{InstallError, MAX_INSTRUCTIONS, install, install_in_all_threads};
pub use instruction::Instruction;
pub use listing::Listing;
pub use mistake::Mistake;
#[doc(inline)]
pub use notify::{Listener, Notification};
pub use policy::{Policy, Rule};
pub use program::Program;
pub use run::{Outcome, run};

pub use crate::prctl::{get_no_new_privs, set_no_new_privs};
