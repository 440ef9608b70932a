//! s390x: 64 bits, big endian. Its `asm!` is stable since Rust 1.84.
//!
//! | | |
//! |---|---|
//! | instruction | `svc 0` |
//! | number | `r1` |
//! | arguments | `r2` to `r7` |
//! | result | `r2`, -4095 to -1 on error |
//! | clobbered | nothing |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};

stubs! {
    instruction: ["svc 0"],
    number: "r1",
    arguments: ["r2" "r3" "r4" "r5" "r6" "r7"],
    result: argument,
    clobbers: [],
    options: [nostack preserves_flags],
}

// An instruction that there is none of.
trap!(".short 0");
