//! loongarch64.
//!
//! | | |
//! |---|---|
//! | instruction | `syscall 0` |
//! | number | `a7` |
//! | arguments | `a0` to `a5` |
//! | result | `a0`, -4095 to -1 on error |
//! | clobbered | `t0` to `t8` |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};

stubs! {
    instruction: ["syscall 0"],
    number: "$a7",
    arguments: ["$a0" "$a1" "$a2" "$a3" "$a4" "$a5"],
    result: argument,
    clobbers: [
        lateout("$t0") _, lateout("$t1") _, lateout("$t2") _, lateout("$t3") _, lateout("$t4") _, lateout("$t5") _,
        lateout("$t6") _, lateout("$t7") _, lateout("$t8") _,
    ],
    options: [nostack preserves_flags],
}

trap!("break 0");
