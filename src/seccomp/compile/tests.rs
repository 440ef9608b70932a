//! What depends on the order of bytes, in both.

use super::*;
use crate::errno::Errno;
use crate::seccomp::run::run_as;
use crate::seccomp::{Action, Arg, Data};
use std::vec;

const DENIED: Action = Action::Errno(Errno::EPERM);

/// Whether the program allows what the rules do, for values around those where a half changes.
fn hold(rules: &[Rule<'_>], big_endian: bool) {
    let mut buffer = vec![Instruction::default(); LONGEST];
    let length = Policy::new(DENIED, rules).write(&mut buffer, big_endian).unwrap();
    let bits = (0..64).map(|bit| 1_u64 << bit);
    let values = bits.flat_map(|bit| [bit - 1, bit, bit + 1, !bit, bit | 7, bit | 7 << 32]);
    for value in values.chain([0, u64::MAX, 5 << 32 | 7, 7 << 32 | 5]) {
        let arguments = [value, 0, value.swap_bytes(), 0, 0, value.rotate_left(32)];
        let data = Data::named(Arch::NATIVE, "ioctl").unwrap().with_args(arguments);
        let expected = rules.iter().any(|rule| rule.conditions.iter().all(|condition| condition.holds(&arguments)));
        let outcome = run_as(&buffer[..length], &data, big_endian).unwrap();
        assert_eq!(
            outcome.action(),
            if expected { Action::Allow } else { DENIED },
            "{value:#x} {rules:?} {big_endian}"
        );
    }
}

#[test]
fn the_halves_of_an_argument_are_those_of_the_machine() {
    let (wide, narrow, other) = (Arg::u64(0), Arg::u32(5), Arg::u64(2));
    let conditions = [
        wide.eq(7),
        wide.eq(5 << 32 | 7),
        wide.ne(7 << 32),
        wide.lt(5 << 32 | 7),
        wide.le(u32::MAX as u64),
        wide.gt(u32::MAX as u64),
        wide.ge(1 << 63),
        wide.within(7, 5 << 32),
        wide.masked_eq(7 << 32 | 6, 5 << 32 | 6),
        wide.masked_eq(1 << 40, 0),
        narrow.eq(7),
        narrow.ge(1 << 31),
        narrow.masked_eq(0xf0, 0x10),
        other.eq(7),
    ];
    for big_endian in [false, true] {
        for condition in conditions {
            hold(&[Rule::allow(&["ioctl"]).when(&[condition])], big_endian);
            for second in conditions {
                if !condition.is(&second) {
                    let both = [condition, second];
                    hold(&[Rule::allow(&["ioctl"]).when(&both)], big_endian);
                }
            }
        }
        let values = [1, 2, 7, 5 << 32, 5 << 32 | 7, 6 << 32, u64::MAX].map(|value| [wide.eq(value)]);
        let rules: vec::Vec<_> = values.iter().map(|value| Rule::allow(&["ioctl"]).when(value)).collect();
        hold(&rules, big_endian);
    }
}
