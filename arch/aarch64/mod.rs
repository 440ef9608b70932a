//! aarch64.
//!
//! | | |
//! |---|---|
//! | instruction | `svc 0` |
//! | number | `x8` |
//! | arguments | `x0` to `x5` |
//! | result | `x0`, -4095 to -1 on error |
//! | clobbered | nothing |

#[path = "../arm/fcntl.rs"]
pub(crate) mod fcntl;
pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, ioctl, ioctls, poll, resource, signo, socket};

stubs! {
    instruction: ["svc 0"],
    number: "x8",
    arguments: ["x0" "x1" "x2" "x3" "x4" "x5"],
    result: argument,
    clobbers: [],
    options: [nostack preserves_flags],
}

trap!("udf #0");
