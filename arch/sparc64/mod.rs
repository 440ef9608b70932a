//! sparc64. Its `asm!` needs a nightly compiler.
//!
//! | | |
//! |---|---|
//! | instruction | `ta 0x6d` |
//! | number | `%g1`, which the compiler keeps to itself: it comes in `%g4` and is moved there |
//! | arguments | `%o0` to `%o5` |
//! | result | `%o0`, and the carry flag says that it is an error |
//! | clobbered | the flags |

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

stubs! {
    // The error is made negative, as it is elsewhere, in the slot behind the branch, which counts only if it is taken.
    instruction: ["mov %g4, %g1" "ta 0x6d" "bcs,a,pn %xcc, 2f" "sub %g0, %o0, %o0" "2:"],
    number: "g4",
    arguments: ["o0" "o1" "o2" "o3" "o4" "o5"],
    result: argument,
    clobbers: [],
    options: [nostack],
}

// `illtrap`.
trap!(".word 0");
