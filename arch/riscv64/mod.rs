//! riscv64.
//!
//! | | |
//! |---|---|
//! | instruction | `ecall` |
//! | number | `a7` |
//! | arguments | `a0` to `a5` |
//! | result | `a0`, -4095 to -1 on error |
//! | clobbered | the vector registers and their state, since Linux 6.5 |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
mod stubs;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};
pub use stubs::*;
