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

/// The stub for as many arguments as there are, in one of the modules of `arch`.
#[doc(hidden)]
#[macro_export]
macro_rules! __call {
    ($module:tt $name:ident) => {
        $crate::__call!(@ $module syscall0 $name)
    };
    ($module:tt $name:ident, $a:expr) => {
        $crate::__call!(@ $module syscall1 $name $a)
    };
    ($module:tt $name:ident, $a:expr, $b:expr) => {
        $crate::__call!(@ $module syscall2 $name $a, $b)
    };
    ($module:tt $name:ident, $a:expr, $b:expr, $c:expr) => {
        $crate::__call!(@ $module syscall3 $name $a, $b, $c)
    };
    ($module:tt $name:ident, $a:expr, $b:expr, $c:expr, $d:expr) => {
        $crate::__call!(@ $module syscall4 $name $a, $b, $c, $d)
    };
    ($module:tt $name:ident, $a:expr, $b:expr, $c:expr, $d:expr, $e:expr) => {
        $crate::__call!(@ $module syscall5 $name $a, $b, $c, $d, $e)
    };
    ($module:tt $name:ident, $a:expr, $b:expr, $c:expr, $d:expr, $e:expr, $f:expr) => {
        $crate::__call!(@ $module syscall6 $name $a, $b, $c, $d, $e, $f)
    };
    (@ ($($module:ident)::+) $stub:ident $name:ident $($argument:expr),*) => {
        $crate::$($module)::+::$stub($crate::nr::$name $(, $crate::arch::Arg::from($argument))*)
    };
}
