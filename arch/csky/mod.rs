//! csky, ABI version 2. Its `asm!` needs a nightly compiler.
//!
//! | | |
//! |---|---|
//! | instruction | `trap 0` |
//! | number | `r7` |
//! | arguments | `r0` to `r5` |
//! | result | `r0`, -4095 to -1 on error |
//! | clobbered | nothing |
//!
//! `r7` is no operand, as the compiler may keep a base pointer there: its value is put aside for the call.

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket, vdso};

stubs! {
    syscall0(number) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, lateout("r0") result,
    }
    syscall1(number, a) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, inlateout("r0") a.0 => result,
    }
    syscall2(number, a, b) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, inlateout("r0") a.0 => result, in("r1") b.0,
    }
    syscall3(number, a, b, c) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, inlateout("r0") a.0 => result, in("r1") b.0, in("r2") c.0,
    }
    syscall4(number, a, b, c, d) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, inlateout("r0") a.0 => result, in("r1") b.0, in("r2") c.0, in("r3") d.0,
    }
    syscall5(number, a, b, c, d, e) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, inlateout("r0") a.0 => result, in("r1") b.0, in("r2") c.0, in("r3") d.0, in("r4") e.0,
    }
    syscall6(number, a, b, c, d, e, f) -> result, [nostack] {
        "mov {r7}, r7", "mov r7, {number}", "trap 0", "mov r7, {r7}",
        number = in(reg) number, r7 = out(reg) _, inlateout("r0") a.0 => result, in("r1") b.0, in("r2") c.0, in("r3") d.0, in("r4") e.0, in("r5") f.0,
    }
}

trap!("bkpt");
