//! `clone`, the one call whose arguments stand in another order on other architectures.

use super::Ret;

/// Makes a child that goes on in a copy of the memory, on the same stack: gives its number, and in the child 0. The
/// lowest byte of `flags` is the signal that tells the parent of its end; the pointers are for those of the flags that
/// write there, and else null.
///
/// # Safety
///
/// - No flag is `CLONE_VM`, or one that needs it: on the same stack the two would overwrite each other's variables.
/// - The pointers are valid for what the flags have the kernel write.
/// - What the child does holds to what [`fork`](crate::process::fork) says.
#[inline(always)]
pub unsafe fn clone(flags: usize, parent_tid: *mut i32, child_tid: *mut i32) -> Ret {
    let (stack, tls) = (0_usize, 0_usize);
    // SAFETY: the caller's promise.
    unsafe {
        if cfg!(target_arch = "s390x") {
            call!(CLONE, stack, flags, parent_tid, child_tid, tls)
        } else if BACKWARDS {
            call!(CLONE, flags, stack, parent_tid, tls, child_tid)
        } else {
            call!(CLONE, flags, stack, parent_tid, child_tid, tls)
        }
    }
}

/// The kernel's `CONFIG_CLONE_BACKWARDS`.
const BACKWARDS: bool = cfg!(any(
    target_arch = "aarch64",
    target_arch = "arm",
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "mips64",
    target_arch = "mips64r6",
    target_arch = "powerpc",
    target_arch = "powerpc64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "x86",
));
