//! `linux/securebits.h`.

pub(crate) const SECBIT_NOROOT: u32 = 0x001;
pub(crate) const SECBIT_NOROOT_LOCKED: u32 = 0x002;
pub(crate) const SECBIT_NO_SETUID_FIXUP: u32 = 0x004;
pub(crate) const SECBIT_NO_SETUID_FIXUP_LOCKED: u32 = 0x008;
pub(crate) const SECBIT_KEEP_CAPS: u32 = 0x010;
pub(crate) const SECBIT_KEEP_CAPS_LOCKED: u32 = 0x020;
pub(crate) const SECBIT_NO_CAP_AMBIENT_RAISE: u32 = 0x040;
pub(crate) const SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED: u32 = 0x080;
pub(crate) const SECBIT_EXEC_RESTRICT_FILE: u32 = 0x100;
pub(crate) const SECBIT_EXEC_RESTRICT_FILE_LOCKED: u32 = 0x200;
pub(crate) const SECBIT_EXEC_DENY_INTERACTIVE: u32 = 0x400;
pub(crate) const SECBIT_EXEC_DENY_INTERACTIVE_LOCKED: u32 = 0x800;
