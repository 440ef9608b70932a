//! The values that most architectures share, from the kernel's `asm-generic` headers. An architecture with another
//! opinion brings a file of its own instead.

pub(crate) mod errno;
pub(crate) mod fcntl;
pub(crate) mod ioctl;
pub(crate) mod ioctls;
pub(crate) mod poll;
pub(crate) mod resource;
pub(crate) mod signo;
pub(crate) mod socket;
pub(crate) mod vdso;
