//! A function of the vDSO.

/// Where its code begins.
#[derive(Clone, Copy)]
pub(super) struct Entry(unsafe extern "C" fn());

impl Entry {
    /// # Safety
    ///
    /// A function of C begins at `code`, and stays there.
    pub(super) unsafe fn new(code: *const ()) -> Entry {
        // SAFETY: it is not null, as a function is there. It is not called as this type.
        Entry(unsafe { core::mem::transmute::<*const (), unsafe extern "C" fn()>(code) })
    }

    /// Calls it: `call` is given what a pointer to it holds.
    #[inline(always)]
    pub(super) fn call<T>(self, call: impl FnOnce(*const ()) -> T) -> T {
        #[cfg(not(all(target_arch = "powerpc64", target_endian = "big", not(target_env = "musl"))))]
        return call(self.0 as *const ());

        // Here a pointer to a function is one to these three: where its code is, its table of contents, its environment.
        // The vDSO has only the code and needs no table, so the three are made for the call.
        #[cfg(all(target_arch = "powerpc64", target_endian = "big", not(target_env = "musl")))]
        {
            let descriptor = [self.0 as *const (), core::ptr::null(), core::ptr::null()];
            let mut pointer: *const () = descriptor.as_ptr().cast();
            // SAFETY: it does nothing. The compiler does not know what is read through a function's pointer, so that it
            // has to be told that the descriptor is needed.
            unsafe { core::arch::asm!("/* {0} */", inout(reg) pointer, options(nostack, preserves_flags)) };
            call(pointer)
        }
    }
}
