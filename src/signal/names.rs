//! A signal is a number, most with a name.

use crate::arch::signo;
use core::{fmt, num::NonZeroU8};

/// A signal: a number from 1 to [`Signal::MAX`], 64 on most architectures.
///
/// The first 31 have names, whose numbers differ between architectures. The others are the real-time signals: they
/// are queued one by one, in order and each with a value, where the former are merged while one is pending.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Signal(NonZeroU8);

macro_rules! names {
    ($($(#[$cfg:meta])? $name:ident $sig:ident $string:literal $words:literal,)*) => {
        impl Signal {
            $($(#[$cfg])?
            #[doc = concat!("`", $string, "`: ", $words, ".")]
            #[doc(alias = $string)]
            pub const $name: Signal = Signal::known(signo::$sig);)*

            /// The kernel's name, such as `SIGINT`; `None` for a real-time signal.
            pub const fn name(self) -> Option<&'static str> {
                match self.0.get() {
                    $($(#[$cfg])? signo::$sig => Some($string),)*
                    _ => None,
                }
            }
        }
    };
}

names! {
    HUP SIGHUP "SIGHUP" "the terminal hung up; to daemons, read the configuration again",
    INT SIGINT "SIGINT" "interrupted from the keyboard",
    QUIT SIGQUIT "SIGQUIT" "quit from the keyboard",
    ILL SIGILL "SIGILL" "an instruction that the processor does not have",
    TRAP SIGTRAP "SIGTRAP" "a breakpoint or trace step",
    ABRT SIGABRT "SIGABRT" "the program gave up",
    BUS SIGBUS "SIGBUS" "memory that is mapped but not there",
    FPE SIGFPE "SIGFPE" "an arithmetic error",
    KILL SIGKILL "SIGKILL" "ends the process; cannot be caught or blocked",
    USR1 SIGUSR1 "SIGUSR1" "for the program's own use",
    SEGV SIGSEGV "SIGSEGV" "memory that is not mapped, or not for this",
    USR2 SIGUSR2 "SIGUSR2" "for the program's own use",
    PIPE SIGPIPE "SIGPIPE" "written to a pipe that nobody reads",
    ALRM SIGALRM "SIGALRM" "the timer of `alarm` or `setitimer`",
    TERM SIGTERM "SIGTERM" "asked to end",
    #[cfg(not(any(
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6",
        target_arch = "sparc64"
    )))]
    STKFLT SIGSTKFLT "SIGSTKFLT" "not used",
    #[cfg(any(
        target_arch = "mips",
        target_arch = "mips32r6",
        target_arch = "mips64",
        target_arch = "mips64r6",
        target_arch = "sparc64"
    ))]
    EMT SIGEMT "SIGEMT" "an instruction to be emulated",
    CHLD SIGCHLD "SIGCHLD" "a child ended, stopped or went on",
    CONT SIGCONT "SIGCONT" "go on if stopped",
    STOP SIGSTOP "SIGSTOP" "stops the process; cannot be caught or blocked",
    TSTP SIGTSTP "SIGTSTP" "stopped from the keyboard",
    TTIN SIGTTIN "SIGTTIN" "read from the terminal in the background",
    TTOU SIGTTOU "SIGTTOU" "written to the terminal in the background",
    URG SIGURG "SIGURG" "urgent data on a socket",
    XCPU SIGXCPU "SIGXCPU" "CPU time limit exceeded",
    XFSZ SIGXFSZ "SIGXFSZ" "file size limit exceeded",
    VTALRM SIGVTALRM "SIGVTALRM" "the virtual timer of `setitimer`",
    PROF SIGPROF "SIGPROF" "the profiling timer of `setitimer`",
    WINCH SIGWINCH "SIGWINCH" "the terminal changed its size",
    IO SIGIO "SIGIO" "a descriptor became ready",
    PWR SIGPWR "SIGPWR" "power failure; to init, from the hypervisor too",
    SYS SIGSYS "SIGSYS" "a system call that is not allowed",
}

impl Signal {
    /// `SIGPOLL`: the same as [`IO`](Self::IO).
    pub const POLL: Signal = Signal::IO;
    /// `SIGIOT`: the same as [`ABRT`](Self::ABRT).
    pub const IOT: Signal = Signal::ABRT;

    /// The first real-time signal of the kernel. A libc keeps the first two or three for itself: in a program that
    /// has one, those from 35 on are free.
    #[doc(alias = "SIGRTMIN")]
    pub const RTMIN: Signal = Signal::known(32);
    /// The last real-time signal.
    #[doc(alias = "SIGRTMAX")]
    pub const RTMAX: Signal = Signal::known(signo::SIGRTMAX);
    /// The highest number.
    pub const MAX: u8 = signo::SIGRTMAX;

    /// The signal of a number; `None` if there is none.
    #[inline]
    pub const fn new(number: u8) -> Option<Signal> {
        match NonZeroU8::new(number) {
            Some(signal) if number <= Signal::MAX => Some(Signal(signal)),
            _ => None,
        }
    }

    /// The signal of a kernel's word.
    #[inline]
    pub(crate) const fn from_kernel(number: u32) -> Option<Signal> {
        // One comparison for both ends.
        if number.wrapping_sub(1) < Signal::MAX as u32 { Signal::new(number as u8) } else { None }
    }

    /// The real-time signal `SIGRTMIN + n`, counted from the kernel's [`RTMIN`](Self::RTMIN); `None` beyond the last.
    #[inline]
    pub const fn realtime(n: u8) -> Option<Signal> {
        Signal::new(Signal::RTMIN.number().saturating_add(n))
    }

    const fn known(number: u8) -> Signal {
        match Signal::new(number) {
            Some(signal) => signal,
            None => panic!("not a signal"),
        }
    }

    /// The number.
    #[inline]
    pub const fn number(self) -> u8 {
        self.0.get()
    }

    /// Whether it is a real-time signal: queued, in order, each with a value.
    #[inline]
    pub const fn is_realtime(self) -> bool {
        self.0.get() >= Signal::RTMIN.0.get()
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "SIGRTMIN+{}", self.number().wrapping_sub(Signal::RTMIN.number())),
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
