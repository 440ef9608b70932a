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
/// On a 32-bit machine a 64-bit argument takes two registers, in an order and sometimes at a distance that depend on the
/// architecture: see `syscall(2)`.
///
/// # Safety
///
/// What the kernel does with these arguments must be sound: every pointer among them is valid for all that the call reads
/// and writes, also after it returns if the kernel keeps it; every descriptor is the caller's to use.
#[macro_export]
macro_rules! syscall {
    ($name:ident $(, $argument:expr)* $(,)?) => {
        $crate::__call!((arch) $name $(, $argument)*).result()
    };
}

/// [`syscall!`] that leaves it to the caller to read the result.
macro_rules! call {
    ($name:ident $(, $argument:expr)* $(,)?) => {
        $crate::__call!((arch) $name $(, $argument)*)
    };
}

/// [`call!`] for a call through which the kernel writes no memory of the program's.
macro_rules! call_readonly {
    ($name:ident $(, $argument:expr)* $(,)?) => {
        $crate::__call!((arch::readonly) $name $(, $argument)*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    (($($module:ident)::+) $name:ident) => {
        $crate::$($module)::+::syscall0($crate::nr::$name)
    };
    (($($module:ident)::+) $name:ident, $a:expr) => {
        $crate::$($module)::+::syscall1($crate::nr::$name, $crate::arch::Arg::from($a))
    };
    (($($module:ident)::+) $name:ident, $a:expr, $b:expr) => {
        $crate::$($module)::+::syscall2($crate::nr::$name, $crate::arch::Arg::from($a), $crate::arch::Arg::from($b))
    };
    (($($module:ident)::+) $name:ident, $a:expr, $b:expr, $c:expr) => {
        $crate::$($module)::+::syscall3($crate::nr::$name, $crate::arch::Arg::from($a), $crate::arch::Arg::from($b), $crate::arch::Arg::from($c))
    };
    (($($module:ident)::+) $name:ident, $a:expr, $b:expr, $c:expr, $d:expr) => {
        $crate::$($module)::+::syscall4($crate::nr::$name, $crate::arch::Arg::from($a), $crate::arch::Arg::from($b), $crate::arch::Arg::from($c), $crate::arch::Arg::from($d))
    };
    (($($module:ident)::+) $name:ident, $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        $crate::$($module)::+::syscall5($crate::nr::$name, $crate::arch::Arg::from($a), $crate::arch::Arg::from($b), $crate::arch::Arg::from($c), $crate::arch::Arg::from($d), $crate::arch::Arg::from($e))
    };
    (($($module:ident)::+) $name:ident, $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        $crate::$($module)::+::syscall6(
            $crate::nr::$name, $crate::arch::Arg::from($a), $crate::arch::Arg::from($b), $crate::arch::Arg::from($c), $crate::arch::Arg::from($d), $crate::arch::Arg::from($e), $crate::arch::Arg::from($f),
        )
    };
}
