//! mips64, big and little endian, also release 6. Its `asm!` needs a nightly compiler.
//!
//! | | |
//! |---|---|
//! | instruction | `syscall` |
//! | number | `$2` |
//! | arguments | `$4` to `$9` |
//! | result | `$2`, and 1 in `$7` says that it is an error |
//! | clobbered | `$1`, `$3`, `$7`, `$10` to `$15`, `$24`, `$25`, `hi`, `lo` |

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;

#[path = "../mips/errno.rs"]
pub(crate) mod errno;
#[path = "../mips/fcntl.rs"]
pub(crate) mod fcntl;
#[path = "../powerpc/ioctl.rs"]
pub(crate) mod ioctl;
#[path = "../mips/ioctls.rs"]
pub(crate) mod ioctls;
#[path = "../mips/poll.rs"]
pub(crate) mod poll;
#[path = "../mips/resource.rs"]
pub(crate) mod resource;
#[path = "../mips/signo.rs"]
pub(crate) mod signo;
#[path = "../mips/socket.rs"]
pub(crate) mod socket;
pub(crate) mod vdso;

stubs! {
    // `$1` waits in `$16`, and the error is made negative: see mips.
    instruction: [".set noat" "move $16, $1" "syscall" "move $1, $16" "dsubu $7, $0, $7" "xor $2, $2, $7" "dsubu $2, $2, $7"],
    number: "$2",
    arguments: ["$4" "$5" "$6" "$7" "$8" "$9"],
    result: number,
    clobbers: [
        lateout("$3") _, lateout("$7") _, lateout("$10") _, lateout("$11") _, lateout("$12") _, lateout("$13") _,
        lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
        out("$16") _,
    ],
    options: [nostack preserves_flags],
}

trap!("break");
