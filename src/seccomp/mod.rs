//! seccomp: which system calls a program may make.
//!
//! See `seccomp(2)`.

mod action;
mod call;
mod install;
mod instruction;
pub mod notify;

pub use action::Action;
pub use call::{
    FilterFlags, FilterOutcome, Mode, NotifSizes, get_action_avail, get_no_new_privs, get_notif_sizes, get_seccomp,
    set_mode_filter, set_mode_strict, set_no_new_privs, set_seccomp_filter, set_seccomp_strict,
};
pub use install::{InstallError, MAX_INSTRUCTIONS, install, install_in_all_threads};
pub use instruction::Instruction;
#[doc(inline)]
pub use notify::{Listener, Notification};
