//! x86_64.
//!
//! | | |
//! |---|---|
//! | instruction | `syscall` |
//! | number | `rax` |
//! | arguments | `rdi`, `rsi`, `rdx`, `r10`, `r8`, `r9` |
//! | result | `rax`, -4095 to -1 on error |
//! | clobbered | `rcx` (return address), `r11` (flags; they are restored) |

pub mod nr;

pub(crate) use super::generic::{errno, fcntl, ioctl, poll, signo};

stubs! {
    instruction: ["syscall"],
    number: "rax",
    arguments: ["rdi" "rsi" "rdx" "r10" "r8" "r9"],
    result: number,
    clobbers: [lateout("rcx") _, lateout("r11") _,],
    options: [nostack preserves_flags],
}
