//! Path arguments: whatever holds a path, as the C string that the kernel wants, without allocating.

use crate::abi::limits::PATH_MAX;
use crate::errno::{Errno, Result};
use core::ffi::{CStr, c_char};
use core::{mem::MaybeUninit, ptr, slice};

/// What a call takes as a path: `&CStr`, `&str`, `&[u8]`, with `std` also `&Path`, `&OsStr`, `&CString` and references
/// to their owned forms.
///
/// A C string passes as it is. Anything else is copied to the stack to be ended by a NUL; that is
/// [`EINVAL`](Errno::EINVAL) if there is one inside already and [`ENAMETOOLONG`](Errno::ENAMETOOLONG) if it does not
/// fit in 4,096 bytes, which the kernel would refuse as well.
pub trait PathArg {
    /// Calls `f` with the path as a C string.
    ///
    /// # Errors
    ///
    /// `EINVAL`, `ENAMETOOLONG`, and those of `f`.
    fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T>;
}

/// What a call takes as a string that may be absent: whatever a [`PathArg`] is, a C string in an `Option`, or `None`,
/// which the kernel sees as a null pointer.
pub trait OptionalPathArg {
    /// Calls `f` with a pointer to the string, or a null pointer.
    ///
    /// # Errors
    ///
    /// Those of [`PathArg::with_c_str`].
    fn with_pointer<T>(self, f: impl FnOnce(*const c_char) -> Result<T>) -> Result<T>;
}

impl<P: PathArg> OptionalPathArg for P {
    #[inline]
    fn with_pointer<T>(self, f: impl FnOnce(*const c_char) -> Result<T>) -> Result<T> {
        self.with_c_str(|path| f(path.as_ptr()))
    }
}

// The only one for an `Option`, so that a plain `None` needs no type.
impl OptionalPathArg for Option<&CStr> {
    #[inline]
    fn with_pointer<T>(self, f: impl FnOnce(*const c_char) -> Result<T>) -> Result<T> {
        f(self.map_or(ptr::null(), CStr::as_ptr))
    }
}

/// Kept out of line, so that the page of stack is taken only by callers who need it.
#[inline(never)]
fn copied<T>(bytes: &[u8], f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
    let mut copy = [const { MaybeUninit::<u8>::uninit() }; PATH_MAX];
    let Some(end) = copy.get_mut(bytes.len()) else { return Err(Errno::ENAMETOOLONG) };
    end.write(0);
    for (to, from) in copy.iter_mut().zip(bytes) {
        to.write(*from);
    }
    // SAFETY: the bytes and the NUL are written, and there was room for all.
    let with_nul = unsafe { slice::from_raw_parts(copy.as_ptr().cast::<u8>(), bytes.len() + 1) };
    f(CStr::from_bytes_with_nul(with_nul).map_err(|_| Errno::EINVAL)?)
}

impl PathArg for &CStr {
    #[inline]
    fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
        f(self)
    }
}

impl PathArg for &[u8] {
    #[inline]
    fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
        copied(self, f)
    }
}

impl<const N: usize> PathArg for &[u8; N] {
    #[inline]
    fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
        copied(self, f)
    }
}

impl PathArg for &str {
    #[inline]
    fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
        copied(self.as_bytes(), f)
    }
}

#[cfg(feature = "std")]
mod with_std {
    use super::{CStr, PathArg, Result, copied};
    use std::ffi::{CString, OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};
    use std::string::String;

    impl PathArg for &CString {
        #[inline]
        fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
            f(self)
        }
    }

    impl PathArg for &OsStr {
        #[inline]
        fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
            copied(self.as_bytes(), f)
        }
    }

    impl PathArg for &Path {
        #[inline]
        fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
            self.as_os_str().with_c_str(f)
        }
    }

    impl PathArg for &PathBuf {
        #[inline]
        fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
            self.as_os_str().with_c_str(f)
        }
    }

    impl PathArg for &OsString {
        #[inline]
        fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
            self.as_os_str().with_c_str(f)
        }
    }

    impl PathArg for &String {
        #[inline]
        fn with_c_str<T>(self, f: impl FnOnce(&CStr) -> Result<T>) -> Result<T> {
            copied(self.as_bytes(), f)
        }
    }
}
