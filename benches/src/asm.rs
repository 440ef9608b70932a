//! The system call as a person would write it by hand: what every figure is held against.

use std::arch::asm;

#[cfg(not(target_arch = "x86_64"))]
compile_error!("the hand-written side of the comparison is for x86_64");

/// A system call without arguments.
///
/// # Safety
///
/// As for [`call4_readonly`].
#[inline(always)]
pub unsafe fn call0(number: i64) -> isize {
    let result;
    // SAFETY: the registers are those of the convention; the rest is the caller's promise.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, lateout("rcx") _, lateout("r11") _,
            options(nostack, preserves_flags));
    }
    result
}

/// A system call with two arguments.
///
/// # Safety
///
/// As for [`call4_readonly`].
#[inline(always)]
pub unsafe fn call2(number: i64, a: isize, b: isize) -> isize {
    let result;
    // SAFETY: the registers are those of the convention; the rest is the caller's promise.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b,
            lateout("rcx") _, lateout("r11") _, options(nostack, preserves_flags));
    }
    result
}

/// A system call with three arguments.
///
/// # Safety
///
/// As for [`call4_readonly`].
#[inline(always)]
pub unsafe fn call3(number: i64, a: isize, b: isize, c: isize) -> isize {
    let result;
    // SAFETY: the registers are those of the convention; the rest is the caller's promise.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c,
            lateout("rcx") _, lateout("r11") _, options(nostack, preserves_flags));
    }
    result
}

/// The same, and the kernel writes no memory.
///
/// # Safety
///
/// As for [`call4_readonly`].
#[inline(always)]
pub unsafe fn call3_readonly(number: i64, a: isize, b: isize, c: isize) -> isize {
    let result;
    // SAFETY: the registers are those of the convention; the rest is the caller's promise.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c,
            lateout("rcx") _, lateout("r11") _, options(nostack, preserves_flags, readonly));
    }
    result
}

/// A system call with four arguments, and the kernel writes no memory.
///
/// # Safety
///
/// What the kernel does with these arguments is sound: pointers are valid for all that the call reads and writes.
#[inline(always)]
pub unsafe fn call4_readonly(number: i64, a: isize, b: isize, c: isize, d: isize) -> isize {
    let result;
    // SAFETY: the registers are those of the convention; the rest is the caller's promise.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d,
            lateout("rcx") _, lateout("r11") _, options(nostack, preserves_flags, readonly));
    }
    result
}
