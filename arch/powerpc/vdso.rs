//! What the vDSO has, by the `VERSION` of the kernel's linker script. There is `getcpu` only where the kernel has 64
//! bits, or is made for one processor.

/// `EM_PPC`.
pub(crate) const MACHINE: u16 = 20;
pub(crate) const VERSION: &str = "LINUX_2.6.15";
pub(crate) const CLOCK_GETTIME: Option<&str> = Some("__kernel_clock_gettime64");
pub(crate) const CLOCK_GETRES: Option<&str> = Some("__kernel_clock_getres_time64");
pub(crate) const GETCPU: Option<&str> = Some("__kernel_getcpu");
