//! The macros that make a call by name. What they differ in is what the kernel may write, and how the result is read.

/// Makes any system call by its name, as `butter::nr` has it, with up to six arguments: integers and raw pointers. Gives
/// the value, or the error.
///
/// ```
/// use butter::{Errno, syscall};
///
/// // SAFETY: the call has no pointer.
/// let umask = unsafe { syscall!(UMASK, 0o22) }?;
/// # unsafe { syscall!(UMASK, umask) }?;
/// // SAFETY: the kernel reads the path up to its NUL.
/// assert_eq!(unsafe { syscall!(CHDIR, c"/no/such/directory".as_ptr()) }, Err(Errno::ENOENT));
/// # Ok::<(), Errno>(())
/// ```
///
/// A `u64` or `i64` is one argument on every machine: where it takes two registers, it is split as the kernel there expects,
/// in the order of the machine's bytes and from an even register on if need be.
///
/// # Safety
///
/// What the kernel does with these arguments must be sound: every pointer among them is valid for all that the call reads
/// and writes, also after it returns if the kernel keeps it; every descriptor is the caller's to use.
#[macro_export]
macro_rules! syscall {
    ($name:ident $(, $argument:expr)* $(,)?) => {
        $crate::__call!(any $crate::nr::$name $(, $argument)*).result()
    };
}

/// [`syscall!`] that leaves it to the caller to read the result.
macro_rules! call {
    ($name:ident $(, $argument:expr)* $(,)?) => {
        $crate::__call!(any $crate::arch::wide::$name $(, $argument)*)
    };
}

/// [`call!`] for a call through which the kernel writes no memory of the program's.
macro_rules! call_readonly {
    ($name:ident $(, $argument:expr)* $(,)?) => {
        $crate::__call!(readonly $crate::arch::wide::$name $(, $argument)*)
    };
}

/// The stub for as many arguments as there are, in one of the modules of `arch`.
#[doc(hidden)]
#[macro_export]
#[cfg(any(target_pointer_width = "64", target_arch = "x86_64"))]
macro_rules! __call {
    ($module:ident $number:expr) => {
        $crate::__call!(@ $module syscall0 $number)
    };
    ($module:ident $number:expr, $a:expr) => {
        $crate::__call!(@ $module syscall1 $number, $a)
    };
    ($module:ident $number:expr, $a:expr, $b:expr) => {
        $crate::__call!(@ $module syscall2 $number, $a, $b)
    };
    ($module:ident $number:expr, $a:expr, $b:expr, $c:expr) => {
        $crate::__call!(@ $module syscall3 $number, $a, $b, $c)
    };
    ($module:ident $number:expr, $a:expr, $b:expr, $c:expr, $d:expr) => {
        $crate::__call!(@ $module syscall4 $number, $a, $b, $c, $d)
    };
    ($module:ident $number:expr, $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        $crate::__call!(@ $module syscall5 $number, $a, $b, $c, $d, $e)
    };
    ($module:ident $number:expr, $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        $crate::__call!(@ $module syscall6 $number, $a, $b, $c, $d, $e, $f)
    };
    (@ $module:ident $stub:ident $number:expr $(, $argument:expr)*) => {
        $crate::arch::$module::$stub($number $(, $crate::arch::Arg::from($argument))*)
    };
}

/// The same where how many registers there are depends on the types of the arguments.
#[doc(hidden)]
#[macro_export]
#[cfg(not(any(target_pointer_width = "64", target_arch = "x86_64")))]
macro_rules! __call {
    ($module:ident $number:expr $(, $argument:expr)*) => {
        $crate::arch::Args::new()$(.with($argument))*.$module($number)
    };
}
