//! The rules for one call, in their order: conditions on its arguments, and what then is done.

use super::code::{At, Code, Compare};
use crate::abi::seccomp::seccomp_data;
use crate::seccomp::Condition;
use crate::seccomp::condition::Test;
use crate::seccomp::instruction::{JUMP_IF_ANY_BIT, JUMP_IF_AT_LEAST, JUMP_IF_EQUAL, JUMP_IF_GREATER};
use core::mem::offset_of;

/// Where the halves of an argument are.
#[derive(Clone, Copy)]
pub(super) struct Halves {
    pub(super) low: u32,
    pub(super) high: u32,
}

impl Halves {
    pub(super) const fn new(index: u8, big_endian: bool) -> Halves {
        let first = (offset_of!(seccomp_data, args) + 8 * index as usize) as u32;
        if big_endian { Halves { low: first + 4, high: first } } else { Halves { low: first, high: first + 4 } }
    }
}

/// Goes on at `yes` if the condition holds, and at `no` if not.
pub(super) const fn condition(code: &mut Code<'_>, condition: Condition, big_endian: bool, yes: At, no: At) -> At {
    let halves = Halves::new(condition.index, big_endian);
    let value = Value { halves, wide: condition.wide, max: if condition.wide { u64::MAX } else { u32::MAX as u64 } };
    match condition.test {
        Test::Within(first, last) => value.within(code, first, last, yes, no),
        Test::Outside(first, last) => value.within(code, first, last, no, yes),
        Test::Masked(mask, bits) => value.masked(code, mask, bits, yes, no),
        Test::Never => no,
    }
}

#[derive(Clone, Copy)]
struct Value {
    halves: Halves,
    wide: bool,
    max: u64,
}

impl Value {
    const fn within(self, code: &mut Code<'_>, first: u64, last: u64, yes: At, no: At) -> At {
        if first == last {
            self.masked(code, self.max, first, yes, no)
        } else if last >= self.max {
            self.at_least(code, first, yes, no)
        } else {
            let yes = self.at_least(code, last + 1, no, yes);
            self.at_least(code, first, yes, no)
        }
    }

    const fn at_least(self, code: &mut Code<'_>, first: u64, yes: At, no: At) -> At {
        let Halves { low, high } = self.halves;
        let (upper, lower) = ((first >> 32) as u32, first as u32);
        if first == 0 {
            return yes;
        }
        if lower == 0 {
            return code.test(high, Compare::new(JUMP_IF_AT_LEAST, upper), yes, no);
        }
        let lower = code.test(low, Compare::new(JUMP_IF_AT_LEAST, lower), yes, no);
        match upper {
            _ if !self.wide => lower,
            0 => code.test(high, Compare::new(JUMP_IF_EQUAL, 0), lower, yes),
            u32::MAX => code.test(high, Compare::new(JUMP_IF_EQUAL, upper), lower, no),
            _ => {
                let equal = code.branch(Compare::new(JUMP_IF_EQUAL, upper), lower, no);
                code.test(high, Compare::new(JUMP_IF_GREATER, upper), yes, equal)
            }
        }
    }

    const fn masked(self, code: &mut Code<'_>, mask: u64, bits: u64, yes: At, no: At) -> At {
        let Halves { low, high } = self.halves;
        // The half that differs more often goes first, unless the other is loaded already where it goes on.
        let upper_first = code.loaded(high, no) != no;
        let (first, second, swap) = if upper_first { (high, low, 32) } else { (low, high, 0) };
        let yes = masked_word(code, second, (mask >> (32 - swap)) as u32, (bits >> (32 - swap)) as u32, yes, no);
        masked_word(code, first, (mask >> swap) as u32, (bits >> swap) as u32, yes, no)
    }
}

const fn masked_word(code: &mut Code<'_>, offset: u32, mask: u32, bits: u32, yes: At, no: At) -> At {
    if mask == 0 {
        yes
    } else if mask == u32::MAX {
        code.test(offset, Compare::new(JUMP_IF_EQUAL, bits), yes, no)
    } else if bits == 0 {
        code.test(offset, Compare::new(JUMP_IF_ANY_BIT, mask), no, yes)
    } else if bits == mask && mask.is_power_of_two() {
        code.test(offset, Compare::new(JUMP_IF_ANY_BIT, mask), yes, no)
    } else {
        code.test_masked(offset, mask, Compare::new(JUMP_IF_EQUAL, bits), yes, no)
    }
}
