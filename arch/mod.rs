//! The system call instruction and the facts that differ from one architecture to the next.
//!
//! An architecture is one folder. Its `mod.rs` says which registers carry the number, the arguments and the result,
//! `nr.rs` holds its system call numbers, and what it shares with most others (errno values, signal numbers, flag
//! bits) it takes from `generic`, or from a sibling of another width. One macro, `stubs!`, turns the register table into
//! `syscall0` to `syscall6`.
//!
//! For x86_64 its expansion for two arguments is
//!
//! ```text
//! #[inline(always)]
//! pub unsafe fn syscall2(number: usize, a: Arg, b: Arg) -> Ret {
//!     let result: Word;
//!     unsafe {
//!         asm!("syscall", inlateout("rax") word::from_usize(number) => result,
//!              in("rdi") a.0, in("rsi") b.0,
//!              lateout("rcx") _, lateout("r11") _, options(nostack, preserves_flags))
//!     };
//!     Ret(result)
//! }
//! ```
//!
//! Most programs want the typed functions of the other modules, or [`syscall!`](crate::syscall!) for a call that has
//! none. The functions here are for a number that is known only at run time.

mod arg;
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
mod args;
#[cfg(not(target_arch = "sparc64"))]
mod clone;
#[cfg(target_arch = "sparc64")]
#[path = "sparc64/clone.rs"]
mod clone;
#[allow(dead_code, reason = "an architecture that differs brings a file of its own instead")]
mod generic;
mod ret;
pub(crate) mod tables;
pub(crate) mod wide;
#[cfg(not(all(target_arch = "x86_64", target_pointer_width = "32")))]
mod word;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "32"))]
#[path = "x32/word.rs"]
mod word;

pub use arg::Arg;
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
pub use args::{Args, Argument};
pub use clone::clone;
pub use ret::Ret;

/// Turns an architecture's table of registers into its stubs: `syscall0` to `syscall6`, and the same in `readonly`
/// for calls through which the kernel writes no memory of the caller's, so that the optimiser keeps what it knows.
///
/// `result: number` says that the result comes back in the register of the number, `result: argument` that it comes
/// back in that of the first argument. Where the convention is no such table, each stub is written out: the operands of
/// its `asm!` behind its name, its arguments and its options.
macro_rules! stubs {
    (
        instruction: $instruction:tt,
        number: $number:tt,
        arguments: [$a:tt $b:tt $c:tt $d:tt $e:tt $f:tt],
        result: $result:ident,
        clobbers: $clobbers:tt,
        options: $options:tt,
    ) => {
        stubs! {
            @table [$result $instruction $number $a $clobbers $options] []
            syscall0(),
            syscall1(a $a),
            syscall2(a $a, b $b),
            syscall3(a $a, b $b, c $c),
            syscall4(a $a, b $b, c $c, d $d),
            syscall5(a $a, b $b, c $c, d $d, e $e),
            syscall6(a $a, b $b, c $c, d $d, e $e, f $f),
        }
    };

    // Each line of the table becomes a stub that is written out.
    (@table [number [$($instruction:literal)*] $number:tt $first:tt [$($clobber:tt)*] $options:tt] [$($done:tt)*]
        $name:ident($($arg:ident $reg:tt),*), $($more:tt)*
    ) => {
        stubs! {
            @table [number [$($instruction)*] $number $first [$($clobber)*] $options] [
                $($done)*
                $name(number $(, $arg)*) -> result, $options {
                    $($instruction,)*
                    inlateout($number) word::from_usize(number) => result, $(in($reg) $arg.0,)*
                    $($clobber)*
                }
            ] $($more)*
        }
    };
    (@table [argument [$($instruction:literal)*] $number:tt $first:tt [$($clobber:tt)*] $options:tt] [$($done:tt)*]
        $name:ident(), $($more:tt)*
    ) => {
        stubs! {
            @table [argument [$($instruction)*] $number $first [$($clobber)*] $options] [
                $($done)*
                $name(number) -> result, $options {
                    $($instruction,)*
                    lateout($first) result, in($number) number,
                    $($clobber)*
                }
            ] $($more)*
        }
    };
    (@table [argument [$($instruction:literal)*] $number:tt $first:tt [$($clobber:tt)*] $options:tt] [$($done:tt)*]
        $name:ident($arg0:ident $reg0:tt $(, $arg:ident $reg:tt)*), $($more:tt)*
    ) => {
        stubs! {
            @table [argument [$($instruction)*] $number $first [$($clobber)*] $options] [
                $($done)*
                $name(number, $arg0 $(, $arg)*) -> result, $options {
                    $($instruction,)*
                    inlateout($first) $arg0.0 => result, in($number) number, $(in($reg) $arg.0,)*
                    $($clobber)*
                }
            ] $($more)*
        }
    };
    (@table $facts:tt [$($done:tt)*]) => {
        stubs! { $($done)* }
    };

    ($($name:ident($number:ident $(, $arg:ident)*) -> $result:ident, [$($option:ident)*] {$($operand:tt)*})*) => {
        pub use any::*;

        /// For any call.
        pub mod any {
            use crate::arch::{Arg, Ret, word};
            use core::arch::asm;
            $(stubs!(@emit $name($number $(, $arg)*) -> $result {$($operand)* options($($option),*)});)*
        }

        /// For calls through which the kernel writes no memory of the caller's.
        pub mod readonly {
            use crate::arch::{Arg, Ret, word};
            use core::arch::asm;
            $(stubs!(@emit $name($number $(, $arg)*) -> $result {$($operand)* options($($option,)* readonly)});)*
        }
    };

    (@emit $name:ident($number:ident $(, $arg:ident)*) -> $result:ident {$($operand:tt)*}) => {
        /// Makes the system call `number`.
        ///
        /// # Safety
        ///
        /// What the kernel does with these arguments must be sound: every pointer among them is valid for all that
        /// the call reads and writes, also after it returns if the kernel keeps it.
        #[inline(always)]
        pub unsafe fn $name($number: usize $(, $arg: Arg)*) -> Ret {
            let $result: word::Word;
            // SAFETY: the registers are those of the architecture's convention and all that the kernel changes is
            // listed; what the call itself does is the caller's promise.
            unsafe { asm!($($operand)*) };
            Ret($result)
        }
    };
}

/// Makes the function of the instruction that no program survives: whatever calls are refused, it is a signal.
macro_rules! trap {
    ($instruction:literal) => {
        #[inline(always)]
        pub(crate) fn trap() {
            // SAFETY: nothing changes but the instruction pointer, if a handler of the signal says so.
            unsafe { core::arch::asm!($instruction, options(nomem, nostack, preserves_flags)) }
        }
    };
}

/// Makes the constants of `nr.rs` and the table of names that belongs to them.
macro_rules! numbers {
    ($($name:ident = $number:literal $call:literal,)*) => {
        $(#[doc = concat!("`", $call, "`")] pub const $name: usize = $number;)*

        /// Every call of this architecture with its number, in the order of the names.
        pub const ALL: &[(&str, usize)] = &[$(($call, $number)),*];
    };
}

#[cfg(all(target_arch = "aarch64", target_pointer_width = "64"))]
#[path = "aarch64/mod.rs"]
mod machine;
#[cfg(target_arch = "arm")]
#[path = "arm/mod.rs"]
mod machine;
#[cfg(target_arch = "csky")]
#[path = "csky/mod.rs"]
mod machine;
#[cfg(target_arch = "hexagon")]
#[path = "hexagon/mod.rs"]
mod machine;
#[cfg(target_arch = "loongarch64")]
#[path = "loongarch64/mod.rs"]
mod machine;
#[cfg(target_arch = "m68k")]
#[path = "m68k/mod.rs"]
mod machine;
#[cfg(any(target_arch = "mips", target_arch = "mips32r6"))]
#[path = "mips/mod.rs"]
mod machine;
#[cfg(any(target_arch = "mips64", target_arch = "mips64r6"))]
#[path = "mips64/mod.rs"]
mod machine;
#[cfg(target_arch = "powerpc")]
#[path = "powerpc/mod.rs"]
mod machine;
#[cfg(target_arch = "powerpc64")]
#[path = "powerpc64/mod.rs"]
mod machine;
#[cfg(target_arch = "riscv32")]
#[path = "riscv32/mod.rs"]
mod machine;
#[cfg(target_arch = "riscv64")]
#[path = "riscv64/mod.rs"]
mod machine;
#[cfg(target_arch = "s390x")]
#[path = "s390x/mod.rs"]
mod machine;
#[cfg(target_arch = "sparc64")]
#[path = "sparc64/mod.rs"]
mod machine;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "32"))]
#[path = "x32/mod.rs"]
mod machine;
#[cfg(target_arch = "x86")]
#[path = "x86/mod.rs"]
mod machine;
#[cfg(all(target_arch = "x86_64", target_pointer_width = "64"))]
#[path = "x86_64/mod.rs"]
mod machine;

#[cfg(not(any(
    all(target_arch = "aarch64", target_pointer_width = "64"),
    target_arch = "arm",
    target_arch = "csky",
    target_arch = "hexagon",
    target_arch = "loongarch64",
    target_arch = "m68k",
    any(target_arch = "mips", target_arch = "mips32r6"),
    any(target_arch = "mips64", target_arch = "mips64r6"),
    target_arch = "powerpc",
    target_arch = "powerpc64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "sparc64",
    all(target_arch = "x86_64", target_pointer_width = "32"),
    target_arch = "x86",
    all(target_arch = "x86_64", target_pointer_width = "64"),
)))]
compile_error!(
    "butter does not know this architecture: ARCHITECTURE.md, \"Adding an architecture\", says how to add it"
);

#[cfg(feature = "rt")]
pub(crate) use machine::start;
pub use machine::{any, nr, readonly, syscall0, syscall1, syscall2, syscall3, syscall4, syscall5, syscall6};
pub(crate) use machine::{errno, fcntl, ioctl, ioctls, poll, resource, signo, socket, trap, vdso};
