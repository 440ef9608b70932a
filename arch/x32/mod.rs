//! x32: x86_64 with pointers of 32 bits. The registers have 64: a call takes 64-bit arguments whole, and the numbers,
//! which carry a bit of their own, are those of the 64-bit calls.

pub mod nr;
#[cfg(feature = "rt")]
#[path = "../x86_64/start.rs"]
pub(crate) mod start;
#[path = "../x86_64/stubs.rs"]
mod stubs;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};
pub use stubs::*;
