//! mips, big and little endian, also release 6, with the calls of its ABI o32. Its `asm!` needs a nightly compiler.
//!
//! | | |
//! |---|---|
//! | instruction | `syscall` |
//! | number | `$2` |
//! | arguments | `$4` to `$7`, then on the stack above room for four; alone among all it has a call of seven |
//! | result | `$2`, and 1 in `$7` says that it is an error |
//! | clobbered | `$1`, `$3`, `$7` to `$15`, `$24`, `$25`, `hi`, `lo` |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;

pub(crate) mod errno;
pub(crate) mod fcntl;
#[path = "../powerpc/ioctl.rs"]
pub(crate) mod ioctl;
pub(crate) mod ioctls;
pub(crate) mod poll;
pub(crate) mod resource;
pub(crate) mod signo;
pub(crate) mod socket;
pub(crate) mod vdso;

// The compiler keeps things in `$1` and does not let us say that it is clobbered: its value waits in `$16`, which the kernel
// gives back. The error is made negative, as it is elsewhere: with -1 in `$7` the last two instructions turn its sign, with
// 0 they do nothing.
stubs! {
    syscall0(number) -> result, [nostack preserves_flags] {
        ".set noat", "move $16, $1", "syscall", "move $1, $16",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall1(number, a) -> result, [nostack preserves_flags] {
        ".set noat", "move $16, $1", "syscall", "move $1, $16",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall2(number, a, b) -> result, [nostack preserves_flags] {
        ".set noat", "move $16, $1", "syscall", "move $1, $16",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0, in("$5") b.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall3(number, a, b, c) -> result, [nostack preserves_flags] {
        ".set noat", "move $16, $1", "syscall", "move $1, $16",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0, in("$5") b.0, in("$6") c.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall4(number, a, b, c, d) -> result, [nostack preserves_flags] {
        ".set noat", "move $16, $1", "syscall", "move $1, $16",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0, in("$5") b.0, in("$6") c.0, in("$7") d.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall5(number, a, b, c, d, e) -> result, [preserves_flags] {
        "subu $29, $29, 32", "sw $8, 16($29)",
        ".set noat", "move $16, $1", "syscall", "move $1, $16", "addu $29, $29, 32",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0, in("$5") b.0, in("$6") c.0, in("$7") d.0, in("$8") e.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall6(number, a, b, c, d, e, f) -> result, [preserves_flags] {
        "subu $29, $29, 32", "sw $8, 16($29)", "sw $9, 20($29)",
        ".set noat", "move $16, $1", "syscall", "move $1, $16", "addu $29, $29, 32",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0, in("$5") b.0, in("$6") c.0, in("$7") d.0, in("$8") e.0, in("$9") f.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
    syscall7(number, a, b, c, d, e, f, g) -> result, [preserves_flags] {
        "subu $29, $29, 32", "sw $8, 16($29)", "sw $9, 20($29)", "sw $10, 24($29)",
        ".set noat", "move $16, $1", "syscall", "move $1, $16", "addu $29, $29, 32",
        "subu $7, $0, $7", "xor $2, $2, $7", "subu $2, $2, $7",
        inlateout("$2") word::from_usize(number) => result, in("$4") a.0, in("$5") b.0, in("$6") c.0, in("$7") d.0, in("$8") e.0, in("$9") f.0, in("$10") g.0,
        lateout("$3") _, lateout("$7") _, lateout("$8") _, lateout("$9") _, lateout("$10") _, lateout("$11") _,
        lateout("$12") _, lateout("$13") _, lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    }
}

trap!("break");
