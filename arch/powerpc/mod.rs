//! powerpc: the registers of powerpc64, each half as wide. Its `asm!` is stable since Rust 1.95.

pub(crate) mod fcntl;
pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
#[path = "../powerpc64/stubs.rs"]
mod stubs;

pub(crate) mod errno;
pub(crate) mod ioctl;
pub(crate) mod ioctls;
pub(crate) mod socket;
pub(crate) mod vdso;

pub(crate) use super::generic::{poll, resource, signo};
pub use stubs::*;
