//! Arguments and environments: lists of C strings as the kernel wants them.

use crate::errno::{Errno, Result};
use core::ffi::{CStr, c_char};
use core::{fmt, marker::PhantomData, ptr};

/// A list of C strings as the kernel takes arguments and an environment: an array of pointers that a null ends,
/// somewhere else. A list that is known where the call is made needs none: an array of `&CStr` does as well.
///
/// ```
/// use butter::process::CStrings;
/// use std::ffi::CString;
/// use std::ptr;
///
/// let variables: Vec<_> = std::env::vars_os()
///     .map(|(name, value)| [name.as_encoded_bytes(), b"=", value.as_encoded_bytes()].concat())
///     .filter_map(|variable| CString::new(variable).ok())
///     .collect();
/// let mut memory = vec![ptr::null(); variables.len() + 2];
/// let environment = CStrings::collect(&mut memory, variables.iter().map(|v| v.as_c_str()).chain([c"ONE=more"]))?;
/// assert_eq!(environment.iter().last(), Some(c"ONE=more"));
/// # Ok::<(), butter::Errno>(())
/// ```
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct CStrings<'a> {
    first: *const *const c_char,
    strings: PhantomData<&'a [&'a CStr]>,
}

// SAFETY: it is a shared reference to C strings, and nothing changes them while it lives.
unsafe impl Send for CStrings<'_> {}
// SAFETY: the same.
unsafe impl Sync for CStrings<'_> {}

impl<'a> CStrings<'a> {
    /// The list without any string.
    #[inline]
    pub const fn empty() -> CStrings<'static> {
        const END: &[*const c_char; 1] = &[ptr::null()];
        CStrings { first: END.as_ptr(), strings: PhantomData }
    }

    /// A list that is there already, as the kernel or a libc has it. In a program with a libc, `environ` is one:
    ///
    /// ```
    /// use butter::process::CStrings;
    /// use std::ffi::c_char;
    ///
    /// unsafe extern "C" {
    ///     static environ: *const *const c_char;
    /// }
    /// // SAFETY: nothing changes the environment of this program.
    /// let environment = unsafe { CStrings::from_ptr(environ) };
    /// assert_eq!(environment.iter().count(), std::env::vars_os().count());
    /// ```
    ///
    /// # Safety
    ///
    /// For all of `'a`, `first` points to an array of pointers to C strings, with a null behind the last, and nothing
    /// changes it or them.
    #[inline]
    pub const unsafe fn from_ptr(first: *const *const c_char) -> CStrings<'a> {
        CStrings { first, strings: PhantomData }
    }

    /// Makes a list in the caller's memory, which needs room for one pointer more than there are strings.
    ///
    /// # Errors
    ///
    /// - `E2BIG`: they do not fit.
    pub fn collect(
        memory: &'a mut [*const c_char],
        strings: impl IntoIterator<Item = &'a CStr>,
    ) -> Result<CStrings<'a>> {
        let mut strings = strings.into_iter();
        for place in &mut *memory {
            let Some(string) = strings.next() else {
                *place = ptr::null();
                return Ok(CStrings { first: memory.as_ptr(), strings: PhantomData });
            };
            *place = string.as_ptr();
        }
        Err(Errno::E2BIG)
    }

    /// The array, as the kernel takes it.
    #[inline]
    pub const fn as_ptr(self) -> *const *const c_char {
        self.first
    }

    /// The strings.
    #[inline]
    pub const fn iter(self) -> Iter<'a> {
        Iter { rest: self }
    }
}

impl<'a> IntoIterator for CStrings<'a> {
    type Item = &'a CStr;
    type IntoIter = Iter<'a>;
    #[inline]
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl fmt::Debug for CStrings<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(*self).finish()
    }
}

/// The strings of a [`CStrings`], in their order.
#[derive(Clone, Debug)]
pub struct Iter<'a> {
    rest: CStrings<'a>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a CStr;

    #[inline]
    fn next(&mut self) -> Option<&'a CStr> {
        // SAFETY: the array goes on up to a null, and that is never gone beyond.
        let string = unsafe { *self.rest.first };
        if string.is_null() {
            return None;
        }
        // SAFETY: behind a string there is another or the null.
        self.rest.first = unsafe { self.rest.first.add(1) };
        // SAFETY: it is a C string that nothing changes while `'a` lasts.
        Some(unsafe { CStr::from_ptr(string) })
    }
}

impl core::iter::FusedIterator for Iter<'_> {}

/// What a call takes as arguments or as an environment: an array of `&CStr`, or [`CStrings`].
pub trait CStringsArg {
    /// Calls `f` with the list.
    ///
    /// # Errors
    ///
    /// Those of `f`.
    fn with_strings<T>(self, f: impl FnOnce(CStrings<'_>) -> Result<T>) -> Result<T>;
}

impl CStringsArg for CStrings<'_> {
    #[inline]
    fn with_strings<T>(self, f: impl FnOnce(CStrings<'_>) -> Result<T>) -> Result<T> {
        f(self)
    }
}

impl<const N: usize> CStringsArg for [&CStr; N] {
    #[inline]
    fn with_strings<T>(self, f: impl FnOnce(CStrings<'_>) -> Result<T>) -> Result<T> {
        /// An array of N + 1.
        #[repr(C)]
        struct Ended<const N: usize> {
            strings: [*const c_char; N],
            end: *const c_char,
        }
        let array = Ended { strings: self.map(CStr::as_ptr), end: ptr::null() };
        // SAFETY: the null lies right behind the pointers, and all of it stays until `f` is done.
        f(unsafe { CStrings::from_ptr((&raw const array).cast()) })
    }
}
