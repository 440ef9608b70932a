//! What the vDSO has, by the `VERSION` of the kernel's linker script. Its `getcpu` makes the system call.

/// `EM_RISCV`.
pub(crate) const MACHINE: u16 = 243;
pub(crate) const VERSION: &str = "LINUX_4.15";
pub(crate) const CLOCK_GETTIME: Option<&str> = Some("__vdso_clock_gettime");
pub(crate) const CLOCK_GETRES: Option<&str> = Some("__vdso_clock_getres");
pub(crate) const GETCPU: Option<&str> = Some("__vdso_getcpu");
