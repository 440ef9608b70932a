//! The registers of a call, of 64 bits and of 32.

stubs! {
    // The error is made negative, as it is elsewhere, unless the flag is clear.
    instruction: ["sc" "bns+ 2f" "neg 3, 3" "2:"],
    number: "r0",
    arguments: ["r3" "r4" "r5" "r6" "r7" "r8"],
    result: argument,
    clobbers: [
        lateout("r0") _, lateout("r4") _, lateout("r5") _, lateout("r6") _, lateout("r7") _, lateout("r8") _,
        lateout("r9") _, lateout("r10") _, lateout("r11") _, lateout("r12") _,
        lateout("cr0") _, lateout("ctr") _, lateout("xer") _,
    ],
    options: [nostack],
}

trap!("trap");
