//! The system call instruction and the facts that differ from one architecture to the next.
//!
//! An architecture is one folder. Its `mod.rs` says which registers carry the number, the arguments and the result,
//! `nr.rs` holds its system call numbers, and what it shares with most others (errno values, signal numbers, flag
//! bits) it takes from `generic`. One macro, `stubs!`, turns the register table into `syscall0` to `syscall6`.
//!
//! For x86_64 its expansion for two arguments is
//!
//! ```text
//! #[inline(always)]
//! pub unsafe fn syscall2(number: usize, a: Arg, b: Arg) -> Ret {
//!     let result: *mut ();
//!     unsafe {
//!         asm!("syscall", inlateout("rax") ptr::without_provenance_mut::<()>(number) => result,
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
mod generic;
mod ret;

pub use arg::Arg;
pub use ret::Ret;

/// Turns an architecture's table of registers into its stubs: `syscall0` to `syscall6`, and the same in `readonly`
/// for calls through which the kernel writes no memory of the caller's, so that the optimiser keeps what it knows.
///
/// `result: number` says that the result comes back in the register of the number, `result: argument` that it comes
/// back in that of the first argument.
macro_rules! stubs {
    (
        instruction: $instruction:tt,
        number: $number:tt,
        arguments: [$a:tt $b:tt $c:tt $d:tt $e:tt $f:tt],
        result: $result:ident,
        clobbers: $clobbers:tt,
        options: [$($option:ident)*],
    ) => {
        pub use any::*;
        stubs!(@module "For any call.", any, [$($option)*],
            [$result $instruction $number $a $clobbers], $a $b $c $d $e $f);
        stubs!(@module "For calls through which the kernel writes no memory of the caller's.", readonly,
            [$($option)* readonly], [$result $instruction $number $a $clobbers], $a $b $c $d $e $f);
    };

    (@module $doc:literal, $module:ident, $options:tt, $facts:tt, $a:tt $b:tt $c:tt $d:tt $e:tt $f:tt) => {
        #[doc = $doc]
        pub mod $module {
            use super::super::{Arg, Ret};
            use core::arch::asm;
            stubs!(@stub syscall0, $options, $facts,);
            stubs!(@stub syscall1, $options, $facts, a $a);
            stubs!(@stub syscall2, $options, $facts, a $a, b $b);
            stubs!(@stub syscall3, $options, $facts, a $a, b $b, c $c);
            stubs!(@stub syscall4, $options, $facts, a $a, b $b, c $c, d $d);
            stubs!(@stub syscall5, $options, $facts, a $a, b $b, c $c, d $d, e $e);
            stubs!(@stub syscall6, $options, $facts, a $a, b $b, c $c, d $d, e $e, f $f);
        }
    };

    (@stub $name:ident, $options:tt,
        [number $instruction:tt $number:tt $first:tt $clobbers:tt], $($arg:ident $reg:tt),*
    ) => {
        stubs!(@emit $name, $options, $instruction, $clobbers, number, result, ($($arg)*),
            [inlateout($number) core::ptr::without_provenance_mut::<()>(number) => result,], $(in($reg) $arg.0,)*);
    };
    (@stub $name:ident, $options:tt, [argument $instruction:tt $number:tt $first:tt $clobbers:tt],) => {
        stubs!(@emit $name, $options, $instruction, $clobbers, number, result, (),
            [lateout($first) result,], in($number) number,);
    };
    (@stub $name:ident, $options:tt, [argument $instruction:tt $number:tt $first:tt $clobbers:tt],
        $arg0:ident $reg0:tt $(, $arg:ident $reg:tt)*
    ) => {
        stubs!(@emit $name, $options, $instruction, $clobbers, number, result, ($arg0 $($arg)*),
            [inlateout($first) $arg0.0 => result,], in($number) number, $(in($reg) $arg.0,)*);
    };

    (@emit $name:ident, [$($option:ident)*], [$($instruction:literal)*], [$($clobber:tt)*],
        $number:ident, $result:ident, ($($arg:ident)*), [$($output:tt)*], $($input:tt)*
    ) => {
        /// Makes the system call `number`.
        ///
        /// # Safety
        ///
        /// What the kernel does with these arguments must be sound: every pointer among them is valid for all that
        /// the call reads and writes, also after it returns if the kernel keeps it.
        #[inline(always)]
        pub unsafe fn $name($number: usize, $($arg: Arg),*) -> Ret {
            let $result: *mut ();
            // SAFETY: the registers are those of the architecture's convention and all that the kernel changes is
            // listed; what the call itself does is the caller's promise.
            unsafe { asm!($($instruction,)* $($output)* $($input)* $($clobber)* options($($option),*)) };
            Ret($result)
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

#[cfg(target_arch = "aarch64")]
#[path = "aarch64/mod.rs"]
mod machine;
#[cfg(target_arch = "loongarch64")]
#[path = "loongarch64/mod.rs"]
mod machine;
#[cfg(target_arch = "riscv64")]
#[path = "riscv64/mod.rs"]
mod machine;
#[cfg(target_arch = "s390x")]
#[path = "s390x/mod.rs"]
mod machine;
#[cfg(target_arch = "x86_64")]
#[path = "x86_64/mod.rs"]
mod machine;

#[cfg(not(any(
    target_arch = "aarch64",
    target_arch = "loongarch64",
    target_arch = "riscv64",
    target_arch = "s390x",
    target_arch = "x86_64",
)))]
compile_error!(
    "butter does not know this architecture: ARCHITECTURE.md, \"Adding an architecture\", says how to add it"
);

pub(crate) use machine::{errno, fcntl, ioctl, poll, signo};
pub use machine::{nr, readonly, syscall0, syscall1, syscall2, syscall3, syscall4, syscall5, syscall6};
