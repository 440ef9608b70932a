//! x86, 32 bits.
//!
//! | | |
//! |---|---|
//! | instruction | `int 0x80` |
//! | number | `eax` |
//! | arguments | `ebx`, `ecx`, `edx`, `esi`, `edi`, `ebp` |
//! | result | `eax`, -4095 to -1 on error |
//! | clobbered | nothing |
//!
//! The compiler keeps `esi` and `ebp` to itself: their caller's values are put aside for the call. With four arguments
//! there is a register left to swap `esi` with; with more there is none, and the arguments that go there come through
//! memory, where `eax` points.

pub mod nr;
#[cfg(feature = "rt")]
pub(crate) mod start;
pub(crate) mod vdso;

pub(crate) use super::generic::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket};

stubs! {
    syscall0(number) -> result, [nostack preserves_flags] {
        "int 0x80",
        inlateout("eax") word::from_usize(number) => result,
    }
    syscall1(number, a) -> result, [nostack preserves_flags] {
        "int 0x80",
        inlateout("eax") word::from_usize(number) => result, in("ebx") a.0,
    }
    syscall2(number, a, b) -> result, [nostack preserves_flags] {
        "int 0x80",
        inlateout("eax") word::from_usize(number) => result, in("ebx") a.0, in("ecx") b.0,
    }
    syscall3(number, a, b, c) -> result, [nostack preserves_flags] {
        "int 0x80",
        inlateout("eax") word::from_usize(number) => result, in("ebx") a.0, in("ecx") b.0, in("edx") c.0,
    }
    syscall4(number, a, b, c, d) -> result, [nostack preserves_flags] {
        "xchg esi, {d}", "int 0x80", "xchg esi, {d}",
        d = in(reg) d.0,
        inlateout("eax") word::from_usize(number) => result, in("ebx") a.0, in("ecx") b.0, in("edx") c.0,
    }
    syscall5(number, a, b, c, d, e) -> result, [preserves_flags] {
        "push esi", "mov esi, [eax + 4]", "mov eax, [eax]", "int 0x80", "pop esi",
        inlateout("eax") [word::from_usize(number), d.0].as_ptr().cast_mut().cast::<()>() => result,
        in("ebx") a.0, in("ecx") b.0, in("edx") c.0, in("edi") e.0,
    }
    syscall6(number, a, b, c, d, e, f) -> result, [preserves_flags] {
        "push ebp", "push esi", "mov esi, [eax + 4]", "mov ebp, [eax + 8]", "mov eax, [eax]", "int 0x80", "pop esi", "pop ebp",
        inlateout("eax") [word::from_usize(number), d.0, f.0].as_ptr().cast_mut().cast::<()>() => result,
        in("ebx") a.0, in("ecx") b.0, in("edx") c.0, in("edi") e.0,
    }
}

trap!("ud2");
