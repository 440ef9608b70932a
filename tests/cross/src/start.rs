//! Where the kernel starts a program: the stack pointer is at the arguments, and nothing else is set. The stack is aligned
//! as a function may expect it, the chain of frames ends here, and `main` is called, which does not return.

use core::arch::global_asm;

#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",  // no frame before this one
    "and rsp, -16",  // aligned before the call, as a function expects it
    "call {main}",
    main = sym crate::main,
);

#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov x29, xzr",  // no frame before this one
    "mov x30, xzr",  // and nowhere to return to
    "mov x9, sp",    // the stack pointer itself takes no mask
    "and sp, x9, #-16",
    "b {main}",
    main = sym crate::main,
);

#[cfg(target_arch = "riscv64")]
global_asm!(
    ".globl _start",
    "_start:",
    ".option push",
    ".option norelax",
    "la gp, __global_pointer$",  // what the linker may address small data by
    ".option pop",
    "mv fp, zero",               // no frame before this one
    "mv ra, zero",               // and nowhere to return to
    "andi sp, sp, -16",
    "tail {main}",
    main = sym crate::main,
);

#[cfg(target_arch = "loongarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "move $fp, $zero",           // no frame before this one
    "move $ra, $zero",           // and nowhere to return to
    "bstrins.d $sp, $zero, 3, 0",
    "b {main}",
    main = sym crate::main,
);

#[cfg(target_arch = "s390x")]
global_asm!(
    ".globl _start",
    "_start:",
    "lghi %r11, 0",      // no frame before this one
    "lghi %r14, 0",      // and nowhere to return to
    "aghi %r15, -160",   // the register save area that a function expects
    "jg {main}",
    main = sym crate::main,
);
