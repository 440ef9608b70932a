//! seccomp's calls, actions and notifications against the running kernel. Whoever is filtered is a child.
//!
//! Errors that cannot be provoked here: `EFAULT` (every pointer is the crate's own), `ENFILE` and the kernel's want of
//! memory, `ENOSYS` and what else an older kernel gives, `ESRCH` for a thread that is not visible (a process has all its
//! threads in one pid namespace), and `EBUSY` of a descriptor that is to answer while another is on its way, which takes two
//! threads in the same instant. A signal that seccomp sends cannot be read from a signalfd: it is forced upon the thread, and
//! one that blocks it is killed instead.

mod actions;
mod calls;
#[path = "../common/mod.rs"]
mod common;
mod help;
mod load;
mod memory;
mod notify;
mod receive;
mod threads;
