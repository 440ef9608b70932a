//! The registers of a call, with pointers of 64 bits and of 32.

stubs! {
    instruction: ["syscall"],
    number: "rax",
    arguments: ["rdi" "rsi" "rdx" "r10" "r8" "r9"],
    result: number,
    clobbers: [lateout("rcx") _, lateout("r11") _,],
    options: [nostack preserves_flags],
}

trap!("ud2");
