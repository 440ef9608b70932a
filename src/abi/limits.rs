//! `linux/limits.h`.

/// With the NUL at the end.
pub(crate) const PATH_MAX: usize = 4096;
