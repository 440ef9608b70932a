//! riscv32: the registers of riscv64, each half as wide.

pub mod nr;
#[cfg(feature = "rt")]
#[path = "../riscv64/start.rs"]
pub(crate) mod start;
#[path = "../riscv64/stubs.rs"]
mod stubs;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};
pub use stubs::*;
