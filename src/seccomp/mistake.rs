//! What is wrong with a policy, in words: the same words whether the compiler says them or the program.

use super::Arch;
use core::fmt;

/// What is wrong with a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mistake<'a> {
    /// No architecture of the policy, or of the rule, has a call of this name.
    UnknownCall(&'a str),
    /// This number is none of an architecture of the policy, or of the rule.
    UnknownNumber(usize),
    /// Two rules for this call ask for the same, and decide differently.
    Conflict(Arch, u32),
    /// A rule for this call is never asked: one before it decides whenever it would.
    Unreachable(Arch, u32),
    /// Nothing satisfies a condition of a rule for this call.
    NeverHolds(Arch, u32),
    /// A rule for this call looks at an argument beyond the sixth.
    NoSuchArgument(Arch, u32),
    /// The policy is for no architecture at all.
    NoArchitecture,
    /// The policy names an architecture twice.
    SameArchitecture(Arch),
    /// [`newer_than`](super::Policy::newer_than) asks for a version whose calls are not known.
    UnknownVersion(u16, u16),
    /// An architecture has more than 4,096 pairs of a rule and a call.
    TooManyRules,
    /// It takes more than the 4,096 instructions that the kernel takes.
    TooLong,
    /// It takes more instructions than the buffer has.
    BufferTooSmall,
}

impl Mistake<'_> {
    pub(super) const fn words(&self) -> Words {
        let words = Words { bytes: [0; Words::SIZE], length: 0 };
        match *self {
            Mistake::UnknownCall(name) => words.quoted("no architecture of the policy has the call ", name, ""),
            Mistake::UnknownNumber(number) => {
                words.text("no architecture of the policy has calls of the number ").number(number)
            }
            Mistake::Conflict(arch, number) => {
                words.text("two rules ask for the same and decide differently: ").call(arch, number)
            }
            Mistake::Unreachable(arch, number) => {
                words.text("a rule is never asked, as one before it decides: ").call(arch, number)
            }
            Mistake::NeverHolds(arch, number) => {
                words.text("a condition is one that nothing satisfies: ").call(arch, number)
            }
            Mistake::NoSuchArgument(arch, number) => {
                words.text("a condition is on an argument beyond the sixth: ").call(arch, number)
            }
            Mistake::NoArchitecture => words.text("the policy is for no architecture"),
            Mistake::SameArchitecture(arch) => words.text("the policy names an architecture twice: ").text(arch.text()),
            Mistake::UnknownVersion(major, minor) => words
                .text("it is not known which calls this version has: Linux ")
                .number(major as usize)
                .text(".")
                .number(minor as usize),
            Mistake::TooManyRules => words.text("an architecture has more than 4,096 pairs of a rule and a call"),
            Mistake::TooLong => words.text("the program is longer than 4,096 instructions"),
            Mistake::BufferTooSmall => words.text("the program is longer than the buffer"),
        }
    }
}

impl fmt::Display for Mistake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words().as_str())
    }
}

impl core::error::Error for Mistake<'_> {}

/// Words that a constant can make: what does not fit is left out.
pub(super) struct Words {
    bytes: [u8; Words::SIZE],
    length: usize,
}

impl Words {
    const SIZE: usize = 160;

    const fn text(mut self, text: &str) -> Words {
        let bytes = text.as_bytes();
        // As a whole, so that no character is cut.
        if bytes.len() <= Words::SIZE - self.length {
            let mut index = 0;
            while index < bytes.len() {
                self.bytes[self.length] = bytes[index];
                self.length += 1;
                index += 1;
            }
        }
        self
    }

    const fn quoted(self, before: &str, text: &str, after: &str) -> Words {
        self.text(before).text("`").text(text).text("`").text(after)
    }

    const fn number(self, number: usize) -> Words {
        let words = if number >= 10 { self.number(number / 10) } else { self };
        let digit = [b'0' + (number % 10) as u8];
        match core::str::from_utf8(&digit) {
            Ok(digit) => words.text(digit),
            Err(_) => words,
        }
    }

    const fn call(self, arch: Arch, number: u32) -> Words {
        match arch.name(number) {
            Some(name) => self.quoted("", name, " on ").text(arch.text()),
            None => self.text("number ").number(number as usize).text(" on ").text(arch.text()),
        }
    }

    pub(super) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
