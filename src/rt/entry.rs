//! From the entry point to `main` and to the end.

use super::{Start, Status, relocate};
use crate::process;

/// Makes a function the program: it is called with what the kernel has handed over, and its [`Status`](crate::rt::Status)
/// is the program's.
///
/// ```text
/// butter::entry!(main);
///
/// fn main(start: butter::rt::Start) -> butter::Result<()> {
///     butter::println!("{} arguments", start.args().iter().count())
/// }
/// ```
///
/// It brings the entry point, the panic handler, and the functions that the compiler expects of a libc (`memcpy` and the
/// like). A panic says on standard error where it is, and its message if that is a constant, in one `write`, and ends the
/// program with status 134; no formatting code comes with it.
///
/// Behind the function may stand, in this order:
///
/// - `static_pie`: the program may be linked as a static PIE. See [`rt`](crate::rt).
/// - `full_panic`: a panic's message is formatted in full. It is cut to 512 bytes.
///
/// The function returns `()`, a `u8`, or a `Result` of one of them and [`Errno`](crate::Errno); one that never ends but by
/// an error returns `Result<Infallible>`.
#[macro_export]
macro_rules! entry {
    ($main:path $(,)?) => {
        $crate::__entry!($main, run, brief);
    };
    ($main:path, static_pie $(,)?) => {
        $crate::__entry!($main, relocate_and_run, brief);
    };
    ($main:path, full_panic $(,)?) => {
        $crate::__entry!($main, run, full);
    };
    ($main:path, static_pie, full_panic $(,)?) => {
        $crate::__entry!($main, relocate_and_run, full);
    };
}

/// What [`entry!`](crate::entry!) brings. All of it is made in the program itself, so that this crate, built with the
/// feature `rt`, leaves other programs as they are.
#[doc(hidden)]
#[macro_export]
macro_rules! __entry {
    ($main:path, $run:ident, $panic:ident) => {
        // The assembly: `_start` calls the function with the stack pointer that it found.
        $crate::__start!(__butter_start);

        unsafe extern "C" fn __butter_start(stack: *const usize) -> ! {
            // SAFETY: this is the entry point, and `stack` is what the kernel left there.
            unsafe { $crate::rt::$run(stack, $main) }
        }

        #[panic_handler]
        fn __butter_panic(info: &::core::panic::PanicInfo<'_>) -> ! {
            $crate::rt::$panic(info)
        }

        // core, as rustup has it, is made for programs that unwind. What is not optimised away names these two; with
        // `panic = "abort"` nothing ever calls them.
        #[unsafe(no_mangle)]
        extern "C" fn rust_eh_personality() {}

        #[unsafe(no_mangle)]
        extern "C" fn _Unwind_Resume() -> ! {
            $crate::process::exit(134)
        }

        $crate::__memory!();
    };
}

/// # Safety
///
/// It is called by the entry point, with the stack pointer as the kernel left it.
#[inline(always)]
pub unsafe fn run<S: Status>(stack: *const usize, main: impl FnOnce(Start) -> S) -> ! {
    // SAFETY: the caller's promise.
    let start = unsafe { Start::new(stack) };
    process::exit(main(start).status().into())
}

/// [`run`] for a program that may be a static PIE.
///
/// # Safety
///
/// The same.
#[inline(always)]
pub unsafe fn relocate_and_run<S: Status>(stack: *const usize, main: impl FnOnce(Start) -> S) -> ! {
    // Out of line: what is constant to the compiler is not so before the relocation, and must not be read earlier.
    #[inline(never)]
    unsafe fn relocated<S: Status>(stack: *const usize, main: impl FnOnce(Start) -> S) -> ! {
        // SAFETY: the caller's promise.
        unsafe { run(stack, main) }
    }
    // SAFETY: the caller's promise, and nothing has run before.
    unsafe {
        relocate::relocate(stack);
        relocated(stack, main)
    }
}
