//! The arguments of a call on a machine whose registers have 32 bits, where a 64-bit one takes two.

use super::{Arg, Ret, errno, machine, word};

/// Whether the two begin at an even register, one being left out if need be: what the ABI of C says there, as the kernel
/// hands its registers to a function of C.
const ALIGNED: bool = cfg!(any(
    target_arch = "arm",
    target_arch = "hexagon",
    target_arch = "mips",
    target_arch = "mips32r6",
    target_arch = "powerpc",
));

/// The call with as many arguments as there are, through the stubs of a module of that name.
macro_rules! calls {
    ($($(#[$doc:meta])* $module:ident)*) => {$(
        $(#[$doc])*
        ///
        /// # Safety
        ///
        /// As for [`syscall6`](machine::syscall6).
        #[inline(always)]
        pub unsafe fn $module(self, number: usize) -> Ret {
            let [a, b, c, d, e, f, _g] = self.words;
            // SAFETY: the caller's promise.
            unsafe {
                match self.len {
                    0 => machine::$module::syscall0(number),
                    1 => machine::$module::syscall1(number, a),
                    2 => machine::$module::syscall2(number, a, b),
                    3 => machine::$module::syscall3(number, a, b, c),
                    4 => machine::$module::syscall4(number, a, b, c, d),
                    5 => machine::$module::syscall5(number, a, b, c, d, e),
                    6 => machine::$module::syscall6(number, a, b, c, d, e, f),
                    #[cfg(any(target_arch = "mips", target_arch = "mips32r6"))]
                    7 => machine::$module::syscall7(number, a, b, c, d, e, f, _g),
                    // No call has as many.
                    _ => Ret(word::from_isize(-(errno::EINVAL as isize))),
                }
            }
        }
    )*};
}

/// The arguments of a call, put into registers one after the other. [`syscall!`](crate::syscall!) makes it; once inlined
/// nothing is left of it.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Args {
    words: [Arg; Args::MAX],
    // Beyond MAX if there are too many.
    len: usize,
}

impl Args {
    /// mips alone has a call of seven: `sync_file_range`.
    const MAX: usize = 7;

    /// No argument.
    #[inline(always)]
    #[expect(clippy::new_without_default, reason = "only macros call it")]
    pub fn new() -> Args {
        Args { words: [Arg::from(0_usize); Args::MAX], len: 0 }
    }

    /// One argument more.
    #[inline(always)]
    pub fn with(self, argument: impl Argument) -> Args {
        argument.add_to(self)
    }

    calls! {
        /// Makes the system call `number`.
        any
        /// The same for a call through which the kernel writes no memory of the caller's.
        readonly
    }

    #[inline(always)]
    fn push(mut self, word: Arg) -> Args {
        if let Some(place) = self.words.get_mut(self.len) {
            *place = word;
        }
        self.len += 1;
        self
    }
}

/// What a call takes as an argument here.
pub trait Argument {
    /// The arguments with this one.
    fn add_to(self, args: Args) -> Args;
}

impl<T: Into<Arg>> Argument for T {
    #[inline(always)]
    fn add_to(self, args: Args) -> Args {
        args.push(self.into())
    }
}

impl Argument for u64 {
    #[inline(always)]
    fn add_to(self, args: Args) -> Args {
        let (low, high) = (self as u32, (self >> 32) as u32);
        let (first, second) = if cfg!(target_endian = "big") { (high, low) } else { (low, high) };
        let args = if ALIGNED && args.len % 2 == 1 { args.push(Arg::from(0_usize)) } else { args };
        args.push(Arg::from(first)).push(Arg::from(second))
    }
}

impl Argument for i64 {
    #[inline(always)]
    fn add_to(self, args: Args) -> Args {
        (self as u64).add_to(args)
    }
}
