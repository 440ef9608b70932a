//! `clone` on sparc64: both processes are given the number of the other, and `%o1` says which of them is the child.

use super::Ret;
use core::arch::asm;

/// See the other architectures.
///
/// # Safety
///
/// - No flag is `CLONE_VM`, or one that needs it: on the same stack the two would overwrite each other's variables.
/// - The pointers are valid for what the flags have the kernel write.
/// - What the child does holds to what [`fork`](crate::process::fork) says.
#[inline(always)]
pub unsafe fn clone(flags: usize, parent_tid: *mut i32, child_tid: *mut i32) -> Ret {
    let (result, is_child): (*mut (), usize);
    // SAFETY: the registers are those of the architecture's convention, and what it changes is listed.
    unsafe {
        asm!(
            "mov %g4, %g1", "ta 0x6d", "bcs,a,pn %xcc, 2f", "sub %g0, %o0, %o0", "2:",
            in("g4") super::nr::CLONE,
            inlateout("o0") core::ptr::without_provenance_mut::<()>(flags) => result,
            inlateout("o1") 0_usize => is_child,
            in("o2") parent_tid, in("o3") 0_usize, in("o4") child_tid,
            options(nostack)
        );
    }
    // An error leaves %o1 as it was: 0.
    Ret(if is_child == 1 { core::ptr::null_mut() } else { result })
}
