//! m68k. Its `asm!` needs a nightly compiler.
//!
//! | | |
//! |---|---|
//! | instruction | `trap #0` |
//! | number | `d0` |
//! | arguments | `d1` to `d5`, `a0` |
//! | result | `d0`, -4095 to -1 on error |
//! | clobbered | nothing |

#[path = "../arm/fcntl.rs"]
pub(crate) mod fcntl;
pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;

#[path = "../mips/poll.rs"]
pub(crate) mod poll;

pub(crate) use super::generic::{errno, ioctl, ioctls, resource, signo, socket, vdso};

stubs! {
    instruction: ["trap #0"],
    number: "d0",
    arguments: ["d1" "d2" "d3" "d4" "d5" "a0"],
    result: number,
    clobbers: [],
    options: [nostack],
}

// `illegal`.
trap!(".short 0x4afc");
