//! What the vDSO has, by the `VERSION` of the kernel's linker script. It has no clocks, and its `getcpu` makes the
//! system call.

/// `EM_RISCV`.
pub(crate) const MACHINE: u16 = 243;
pub(crate) const VERSION: &str = "LINUX_4.15";
pub(crate) const CLOCK_GETTIME: Option<&str> = None;
pub(crate) const CLOCK_GETRES: Option<&str> = None;
pub(crate) const GETCPU: Option<&str> = Some("__vdso_getcpu");
