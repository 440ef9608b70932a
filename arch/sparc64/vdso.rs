//! What the vDSO has, by the `VERSION` of the kernel's linker script.

/// `EM_SPARCV9`.
pub(crate) const MACHINE: u16 = 43;
pub(crate) const VERSION: &str = "LINUX_2.6";
pub(crate) const CLOCK_GETTIME: Option<&str> = Some("__vdso_clock_gettime");
pub(crate) const CLOCK_GETRES: Option<&str> = Some("__vdso_clock_getres");
pub(crate) const GETCPU: Option<&str> = None;
