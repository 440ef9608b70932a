//! `asm-generic/signal.h`: what is done at a signal.

pub(crate) const SIG_IGN: usize = 1;

/// The kernel's `sigaction` in words: 16 to 32 bytes of these, by architecture. All zero it is the default.
pub(crate) type sigaction = [usize; 8];

/// Which of the words is the handler: the first, on mips the one behind the flags.
pub(crate) const SA_HANDLER: usize =
    if cfg!(any(target_arch = "mips", target_arch = "mips32r6", target_arch = "mips64", target_arch = "mips64r6")) {
        1
    } else {
        0
    };
