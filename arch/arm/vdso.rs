//! What the vDSO has, by the `VERSION` of the kernel's linker script.

/// `EM_ARM`.
pub(crate) const MACHINE: u16 = 40;
pub(crate) const VERSION: &str = "LINUX_2.6";
pub(crate) const CLOCK_GETTIME: Option<&str> = Some("__vdso_clock_gettime64");
pub(crate) const CLOCK_GETRES: Option<&str> = Some("__vdso_clock_getres_time64");
pub(crate) const GETCPU: Option<&str> = None;
