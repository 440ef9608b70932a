//! The names of the machine.

use crate::abi::utsname::{__NEW_UTS_LEN, new_utsname};
use crate::errno::Result;
use core::fmt;
use core::mem::MaybeUninit;

/// How many bytes a host name or a domain name may have.
#[doc(alias = "__NEW_UTS_LEN")]
pub const HOST_NAME_MAX: usize = __NEW_UTS_LEN;

/// What [`uname`] gives. Each name has up to 64 bytes, whatever they are.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Uname(new_utsname);

impl Uname {
    /// The kernel: `Linux`.
    #[inline]
    pub fn sysname(&self) -> &[u8] {
        name(&self.0.sysname)
    }

    /// The host name, as [`sethostname`] sets it in this uts namespace.
    #[doc(alias = "gethostname")]
    #[doc(alias = "hostname")]
    #[inline]
    pub fn nodename(&self) -> &[u8] {
        name(&self.0.nodename)
    }

    /// The kernel's version: `6.12.48`, and what its maker has put behind that.
    #[inline]
    pub fn release(&self) -> &[u8] {
        name(&self.0.release)
    }

    /// How this kernel was built: a number, options, the date.
    #[inline]
    pub fn version(&self) -> &[u8] {
        name(&self.0.version)
    }

    /// The architecture under the kernel's name, such as `x86_64`, `aarch64` or `ppc64le`. It follows the personality of the
    /// process: a 64-bit kernel may say `i686`.
    #[inline]
    pub fn machine(&self) -> &[u8] {
        name(&self.0.machine)
    }

    /// The domain name of NIS, as [`setdomainname`] sets it; `(none)` if nobody has.
    #[doc(alias = "getdomainname")]
    #[inline]
    pub fn domainname(&self) -> &[u8] {
        name(&self.0.domainname)
    }
}

/// Up to the NUL, which the kernel always writes.
fn name(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

impl fmt::Debug for Uname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Uname")
            .field("sysname", &format_args!("\"{}\"", self.sysname().escape_ascii()))
            .field("nodename", &format_args!("\"{}\"", self.nodename().escape_ascii()))
            .field("release", &format_args!("\"{}\"", self.release().escape_ascii()))
            .field("version", &format_args!("\"{}\"", self.version().escape_ascii()))
            .field("machine", &format_args!("\"{}\"", self.machine().escape_ascii()))
            .field("domainname", &format_args!("\"{}\"", self.domainname().escape_ascii()))
            .finish()
    }
}

/// What the machine and its kernel are called. The host name and the domain name are those of the caller's uts namespace.
///
/// # Errors
///
/// Only what a seccomp filter gives.
#[inline]
pub fn uname() -> Result<Uname> {
    let mut names = MaybeUninit::<Uname>::uninit();
    // SAFETY: the kernel writes one `new_utsname`.
    unsafe { call!(UNAME, names.as_mut_ptr()) }.unit()?;
    // SAFETY: the call succeeded, so the kernel has written all of it.
    Ok(unsafe { names.assume_init() })
}

/// Sets the host name of the caller's uts namespace: 0 to 64 bytes, any but NUL by custom. [`Uname::nodename`] is what it is.
///
/// # Errors
///
/// - `EINVAL`: the name has more than 64 bytes.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace that owns the uts namespace.
#[inline]
pub fn sethostname(name: impl AsRef<[u8]>) -> Result<()> {
    let name = name.as_ref();
    // SAFETY: the kernel reads as many bytes as there are.
    unsafe { call_readonly!(SETHOSTNAME, name.as_ptr(), length(name)) }.unit()
}

/// Sets the domain name (of NIS, not of DNS) of the caller's uts namespace: 0 to 64 bytes. [`Uname::domainname`] is what it
/// is.
///
/// # Errors
///
/// - `EINVAL`: the name has more than 64 bytes.
/// - `EPERM`: the caller lacks `CAP_SYS_ADMIN` in the user namespace that owns the uts namespace.
#[inline]
pub fn setdomainname(name: impl AsRef<[u8]>) -> Result<()> {
    let name = name.as_ref();
    // SAFETY: the kernel reads as many bytes as there are.
    unsafe { call_readonly!(SETDOMAINNAME, name.as_ptr(), length(name)) }.unit()
}

/// The kernel takes an `int`: what does not fit is too long in any case.
fn length(name: &[u8]) -> i32 {
    i32::try_from(name.len()).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_ends_at_its_nul_or_its_end() {
        assert_eq!(name(b"name\0rest"), b"name");
        assert_eq!(name(b"\0rest"), b"");
        assert_eq!(name(&[b'x'; 65]), [b'x'; 65]);
        assert_eq!(name(b""), b"");
    }
}
