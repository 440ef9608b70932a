//! For architectures whose vDSO has no such functions (csky, hexagon), or that have none (m68k).

/// `EM_NONE`.
pub(crate) const MACHINE: u16 = 0;
pub(crate) const VERSION: &str = "";
pub(crate) const CLOCK_GETTIME: Option<&str> = None;
pub(crate) const CLOCK_GETRES: Option<&str> = None;
pub(crate) const GETCPU: Option<&str> = None;
