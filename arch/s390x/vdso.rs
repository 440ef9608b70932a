//! What the vDSO has, by the `VERSION` of the kernel's linker script.

/// `EM_S390`.
pub(crate) const MACHINE: u16 = 22;
pub(crate) const VERSION: &str = "LINUX_2.6.29";
pub(crate) const CLOCK_GETTIME: Option<&str> = Some("__kernel_clock_gettime");
pub(crate) const CLOCK_GETRES: Option<&str> = Some("__kernel_clock_getres");
pub(crate) const GETCPU: Option<&str> = Some("__kernel_getcpu");
