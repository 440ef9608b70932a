//! What the kernel has laid on the stack of a new program.

use super::aux::{Aux, Auxv};
use crate::process::CStrings;
use crate::vdso::Vdso;
use core::ffi::CStr;
use core::fmt;

/// What a program is started with: its arguments, its environment and the auxiliary vector, where the kernel has put
/// them. `main` is given it by [`entry!`](crate::entry!).
#[derive(Clone, Copy)]
pub struct Start {
    /// Here lies the number of arguments, then the pointers to them and a null, those to the environment and a null, and
    /// the auxiliary vector.
    stack: *const usize,
}

impl Start {
    /// # Safety
    ///
    /// `stack` is the stack pointer that the program was started with, or memory of the same form; it is never changed.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn new(stack: *const usize) -> Start {
        Start { stack }
    }

    /// The arguments; the first is by custom the name of the program. Since Linux 5.18 there is always one.
    #[inline]
    pub fn args(&self) -> CStrings<'static> {
        // SAFETY: behind their number are the arguments up to a null, and all of it stays as it is.
        unsafe { CStrings::from_ptr(self.stack.add(1).cast()) }
    }

    /// The environment, each as `NAME=value`. It can be handed on to a new program as it is.
    #[doc(alias = "environ")]
    #[inline]
    pub fn env(&self) -> CStrings<'static> {
        // SAFETY: the number of arguments is where the stack pointer was, and behind them and the null is the
        // environment.
        unsafe { CStrings::from_ptr(self.stack.add(*self.stack + 2).cast()) }
    }

    /// The value of an environment variable; of several with the same name the first.
    #[doc(alias = "getenv")]
    pub fn var(&self, name: impl AsRef<[u8]>) -> Option<&'static CStr> {
        self.env().iter().find_map(|variable| {
            let value = variable.to_bytes_with_nul().strip_prefix(name.as_ref())?.strip_prefix(b"=")?;
            CStr::from_bytes_with_nul(value).ok()
        })
    }

    /// The auxiliary vector: what the kernel says of itself, of the machine and of the program.
    #[inline]
    pub fn auxv(&self) -> Auxv {
        let mut end = self.env().as_ptr();
        // SAFETY: the environment ends with a null, and behind that is the vector.
        unsafe {
            while !(*end).is_null() {
                end = end.add(1);
            }
            Auxv::new(end.add(1).cast())
        }
    }

    /// The value that the auxiliary vector has under this key.
    #[doc(alias = "getauxval")]
    #[inline]
    pub fn aux(&self, key: Aux) -> Option<usize> {
        self.auxv().find_map(|(other, value)| (other == key).then_some(value))
    }

    /// The vDSO, found without a system call.
    pub fn vdso(&self) -> Vdso {
        // SAFETY: the address is that which the program was started with, and whoever unmaps something is responsible for
        // that nobody uses it.
        unsafe { Vdso::from_sysinfo_ehdr(self.aux(Aux::SYSINFO_EHDR).unwrap_or(0)) }
    }
}

impl fmt::Debug for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Start")
            .field("args", &self.args())
            .field("env", &self.env())
            .field("auxv", &self.auxv())
            .finish()
    }
}
