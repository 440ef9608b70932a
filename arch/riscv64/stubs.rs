//! The registers of a call, of 64 bits and of 32.

stubs! {
    instruction: ["ecall"],
    number: "a7",
    arguments: ["a0" "a1" "a2" "a3" "a4" "a5"],
    result: argument,
    clobbers: [
        lateout("v0") _, lateout("v1") _, lateout("v2") _, lateout("v3") _, lateout("v4") _, lateout("v5") _,
        lateout("v6") _, lateout("v7") _, lateout("v8") _, lateout("v9") _, lateout("v10") _, lateout("v11") _,
        lateout("v12") _, lateout("v13") _, lateout("v14") _, lateout("v15") _, lateout("v16") _, lateout("v17") _,
        lateout("v18") _, lateout("v19") _, lateout("v20") _, lateout("v21") _, lateout("v22") _, lateout("v23") _,
        lateout("v24") _, lateout("v25") _, lateout("v26") _, lateout("v27") _, lateout("v28") _, lateout("v29") _,
        lateout("v30") _, lateout("v31") _,
    ],
    options: [nostack],
}

trap!("unimp");
