//! powerpc64, big and little endian. Its `asm!` is stable since Rust 1.95.
//!
//! | | |
//! |---|---|
//! | instruction | `sc` |
//! | number | `r0` |
//! | arguments | `r3` to `r8` |
//! | result | `r3`, and `cr0.SO` says that it is an error |
//! | clobbered | `r0`, `r4` to `r12`, `cr0`, `ctr`, `xer` |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
mod stubs;

#[path = "../powerpc/errno.rs"]
pub(crate) mod errno;
#[path = "../powerpc/fcntl.rs"]
pub(crate) mod fcntl;
#[path = "../powerpc/ioctl.rs"]
pub(crate) mod ioctl;
#[path = "../powerpc/ioctls.rs"]
pub(crate) mod ioctls;
#[path = "../powerpc/socket.rs"]
pub(crate) mod socket;
pub(crate) mod vdso;

pub(crate) use super::generic::{poll, resource, signo};
pub use stubs::*;
