//! `linux/utsname.h`.

use super::layout;

/// The longest name, without the NUL.
pub(crate) const __NEW_UTS_LEN: usize = 64;

/// Each of its fields is ended by a NUL.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct new_utsname {
    pub(crate) sysname: [u8; __NEW_UTS_LEN + 1],
    pub(crate) nodename: [u8; __NEW_UTS_LEN + 1],
    pub(crate) release: [u8; __NEW_UTS_LEN + 1],
    pub(crate) version: [u8; __NEW_UTS_LEN + 1],
    pub(crate) machine: [u8; __NEW_UTS_LEN + 1],
    pub(crate) domainname: [u8; __NEW_UTS_LEN + 1],
}

layout!(new_utsname: 390 { sysname: 0, nodename: 65, release: 130, version: 195, machine: 260, domainname: 325 });
