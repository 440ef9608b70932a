//! hexagon. Its `asm!` needs a nightly compiler.
//!
//! | | |
//! |---|---|
//! | instruction | `trap0(#1)` |
//! | number | `r6` |
//! | arguments | `r0` to `r5` |
//! | result | `r0`, -4095 to -1 on error |
//! | clobbered | nothing |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket, vdso};

stubs! {
    instruction: ["trap0(#1)"],
    number: "r6",
    arguments: ["r0" "r1" "r2" "r3" "r4" "r5"],
    result: argument,
    clobbers: [],
    options: [nostack],
}

trap!("trap0(#0xdb)");
