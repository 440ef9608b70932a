//! `linux/syslog.h`, which only the kernel itself has.

pub(crate) const SYSLOG_ACTION_READ: i32 = 2;
pub(crate) const SYSLOG_ACTION_READ_ALL: i32 = 3;
pub(crate) const SYSLOG_ACTION_READ_CLEAR: i32 = 4;
pub(crate) const SYSLOG_ACTION_CLEAR: i32 = 5;
pub(crate) const SYSLOG_ACTION_CONSOLE_OFF: i32 = 6;
pub(crate) const SYSLOG_ACTION_CONSOLE_ON: i32 = 7;
pub(crate) const SYSLOG_ACTION_CONSOLE_LEVEL: i32 = 8;
pub(crate) const SYSLOG_ACTION_SIZE_UNREAD: i32 = 9;
pub(crate) const SYSLOG_ACTION_SIZE_BUFFER: i32 = 10;
