//! `asm/signal.h` and `asm/siginfo.h` of sparc.

pub(crate) const SIGHUP: u8 = 1;
pub(crate) const SIGINT: u8 = 2;
pub(crate) const SIGQUIT: u8 = 3;
pub(crate) const SIGILL: u8 = 4;
pub(crate) const SIGTRAP: u8 = 5;
pub(crate) const SIGABRT: u8 = 6;
pub(crate) const SIGEMT: u8 = 7;
pub(crate) const SIGFPE: u8 = 8;
pub(crate) const SIGKILL: u8 = 9;
pub(crate) const SIGBUS: u8 = 10;
pub(crate) const SIGSEGV: u8 = 11;
pub(crate) const SIGSYS: u8 = 12;
pub(crate) const SIGPIPE: u8 = 13;
pub(crate) const SIGALRM: u8 = 14;
pub(crate) const SIGTERM: u8 = 15;
pub(crate) const SIGURG: u8 = 16;
pub(crate) const SIGSTOP: u8 = 17;
pub(crate) const SIGTSTP: u8 = 18;
pub(crate) const SIGCONT: u8 = 19;
pub(crate) const SIGCHLD: u8 = 20;
pub(crate) const SIGTTIN: u8 = 21;
pub(crate) const SIGTTOU: u8 = 22;
pub(crate) const SIGIO: u8 = 23;
pub(crate) const SIGXCPU: u8 = 24;
pub(crate) const SIGXFSZ: u8 = 25;
pub(crate) const SIGVTALRM: u8 = 26;
pub(crate) const SIGPROF: u8 = 27;
pub(crate) const SIGWINCH: u8 = 28;
pub(crate) const SIGPWR: u8 = 29;
pub(crate) const SIGUSR1: u8 = 30;
pub(crate) const SIGUSR2: u8 = 31;

/// The highest signal.
pub(crate) const SIGRTMAX: u8 = 64;

pub(crate) const SIG_BLOCK: i32 = 1;
pub(crate) const SIG_UNBLOCK: i32 = 2;
pub(crate) const SIG_SETMASK: i32 = 4;

pub(crate) const SI_TIMER: i32 = -2;
