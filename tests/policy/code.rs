//! What small policies compile to, to the instruction.

use super::*;

#[track_caller]
fn assert_code(policy: &Policy<'_>, expected: &str) {
    let listing = Listing(&compile(policy)).to_string();
    let lines = |text: &str| {
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>()
    };
    assert!(lines(&listing) == lines(expected), "it is\n{listing}");
}

const X86_64: &[Arch] = &[Arch::X86_64];
