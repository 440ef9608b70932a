//! The functions on memory that a compiler calls and that a libc would have.
//!
//! The loops store by `write_volatile`: an optimiser that finds a loop to be a `memcpy` makes it a call of `memcpy`, which
//! here would be a call of itself.

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
mod repeat;
pub mod words;

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
use repeat as fast;
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
use words as fast;

/// `memcpy`.
///
/// # Safety
///
/// `count` bytes can be read from `from` and written to `to`, and the two do not overlap.
#[inline(always)]
pub unsafe fn copy(to: *mut u8, from: *const u8, count: usize) {
    // SAFETY: the caller's promise.
    unsafe { fast::forward(to, from, count) }
}

/// `memmove`.
///
/// # Safety
///
/// `count` bytes can be read from `from` and written to `to`. They may overlap.
#[inline(always)]
pub unsafe fn shift(to: *mut u8, from: *const u8, count: usize) {
    // SAFETY: the caller's promise. Upwards, unless `to` is one of the bytes behind `from`: that would overwrite what is
    // still to be read.
    unsafe {
        if to.addr().wrapping_sub(from.addr()) >= count {
            fast::forward(to, from, count);
        } else {
            words::backward(to, from, count);
        }
    }
}

/// `memset`.
///
/// # Safety
///
/// `count` bytes can be written to `to`.
#[inline(always)]
pub unsafe fn set(to: *mut u8, byte: u8, count: usize) {
    // SAFETY: the caller's promise.
    unsafe { fast::set(to, byte, count) }
}

/// `memcmp` and `bcmp`.
///
/// # Safety
///
/// `count` bytes can be read from `a` and from `b`.
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, count: usize) -> i32 {
    // SAFETY: the caller's promise.
    unsafe { words::compare(a, b, count) }
}

/// `strlen`.
///
/// # Safety
///
/// Bytes can be read from `string` up to a 0.
#[inline(always)]
pub unsafe fn length(string: *const u8) -> usize {
    let mut length = 0;
    // SAFETY: the caller's promise. Volatile for the reason above: this loop is a `strlen`.
    while unsafe { string.add(length).read_volatile() } != 0 {
        length += 1;
    }
    length
}

/// The functions under their names in C, in the program that [`entry!`](crate::entry!) makes.
#[doc(hidden)]
#[macro_export]
macro_rules! __memory {
    () => {
        #[unsafe(no_mangle)]
        unsafe extern "C" fn memcpy(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
            // SAFETY: the caller's promise, and so for all of these.
            unsafe { $crate::rt::memory::copy(to, from, count) };
            to
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn memmove(to: *mut u8, from: *const u8, count: usize) -> *mut u8 {
            // SAFETY: as above.
            unsafe { $crate::rt::memory::shift(to, from, count) };
            to
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn memset(to: *mut u8, byte: i32, count: usize) -> *mut u8 {
            // SAFETY: as above.
            unsafe { $crate::rt::memory::set(to, byte as u8, count) };
            to
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
            // SAFETY: as above.
            unsafe { $crate::rt::memory::compare(a, b, count) }
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn bcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
            // SAFETY: as above.
            unsafe { $crate::rt::memory::compare(a, b, count) }
        }

        #[unsafe(no_mangle)]
        unsafe extern "C" fn strlen(string: *const u8) -> usize {
            // SAFETY: as above.
            unsafe { $crate::rt::memory::length(string) }
        }
    };
}
