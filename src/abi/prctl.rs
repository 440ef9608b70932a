//! `linux/prctl.h`.

pub(crate) const PR_GET_SECCOMP: i32 = 21;
pub(crate) const PR_SET_SECCOMP: i32 = 22;
pub(crate) const PR_SET_NO_NEW_PRIVS: i32 = 38;
pub(crate) const PR_GET_NO_NEW_PRIVS: i32 = 39;
