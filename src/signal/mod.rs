//! Signals: their names, sets of them, the mask of a thread, and how they are sent and awaited.
//!
//! ```
//! use butter::signal::{self, Signal, SigSet, sigmask};
//! use std::time::Duration;
//!
//! let set = SigSet::from_iter([Signal::USR1]);
//! let _guard = sigmask::Guard::block(set)?;
//! signal::tgkill(butter::process::getpid(), butter::process::gettid(), Signal::USR1)?;
//! let info = signal::sigtimedwait(&set, Some(Duration::from_secs(5)))?;
//! assert_eq!(info.signal(), Some(Signal::USR1));
//! # Ok::<(), butter::Errno>(())
//! ```
//!
//! See `signal(7)`, `kill(2)`, `tgkill(2)`, `rt_sigqueueinfo(2)`, `sigprocmask(2)`, `sigwaitinfo(2)`.

mod info;
mod names;
mod send;
mod set;
pub mod sigmask;

pub use info::{Cause, ChildStatus, SigInfo, SigValue};
pub use names::Signal;
pub use send::{Target, kill, sigpending, sigqueue, sigtimedwait, tgkill, tgsigqueue};
pub(crate) use send::{number, queued};
pub use set::{Iter, SigSet};
