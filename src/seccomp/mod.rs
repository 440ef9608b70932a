//! seccomp: which system calls a program may make.
//!
//! See `seccomp(2)`.

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
