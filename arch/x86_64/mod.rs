//! x86_64.
//!
//! | | |
//! |---|---|
//! | instruction | `syscall` |
//! | number | `rax` |
//! | arguments | `rdi`, `rsi`, `rdx`, `r10`, `r8`, `r9` |
//! | result | `rax`, -4095 to -1 on error |
//! | clobbered | `rcx` (return address), `r11` (flags; they are restored) |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
mod stubs;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};
pub use stubs::*;
