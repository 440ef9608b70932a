//! A program run without a kernel.

use super::instruction::{Operation, Relation};
use super::{Action, Data, Instruction};
use crate::abi::filter::BPF_MEMWORDS;
use crate::abi::seccomp::seccomp_data;

/// What a program has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Outcome {
    /// What it returned.
    pub value: u32,
    /// How many instructions that took.
    pub executed: usize,
}

impl Outcome {
    /// What the kernel does then.
    #[inline]
    pub const fn action(self) -> Action {
        Action::from_value(self.value)
    }
}

/// Runs a program on a call, as the kernel does. `None` if it does what [`check`](super::check) refuses.
///
/// It is safe for any program, and always ends. In a constant it is a test of a policy that the compiler makes:
///
/// ```
/// use butter::Errno;
/// use butter::seccomp::{self, Action, Arch, Data, Policy, Program, Rule};
///
/// const POLICY: Policy = Policy::new(Action::Errno(Errno::EPERM), &[Rule::allow(&["read", "write", "exit_group"])]);
/// static FILTER: Program<{ POLICY.length() }> = POLICY.compile();
///
/// const _: () = {
///     let reboot = Data::named(Arch::NATIVE, "reboot").unwrap();
///     let outcome = seccomp::run(POLICY.compile::<{ POLICY.length() }>().instructions(), &reboot).unwrap();
///     assert!(matches!(outcome.action(), Action::Errno(Errno::EPERM)));
/// };
/// let read = Data::named(Arch::NATIVE, "read").unwrap();
/// assert_eq!(seccomp::run(&FILTER, &read).unwrap().action(), Action::Allow);
/// ```
pub const fn run(program: &[Instruction], data: &Data) -> Option<Outcome> {
    run_as(program, data, cfg!(target_endian = "big"))
}

/// The same on a machine of this order of bytes.
pub(super) const fn run_as(program: &[Instruction], data: &Data, big_endian: bool) -> Option<Outcome> {
    let (mut a, mut x) = (0_u32, 0_u32);
    // What was not stored is `None`.
    let mut memory: [Option<u32>; BPF_MEMWORDS] = [None; BPF_MEMWORDS];
    let mut at = 0;
    let mut executed = 0;
    while at < program.len() {
        let instruction = program[at];
        let Instruction { jt, jf, k, .. } = instruction;
        executed += 1;
        at += 1;
        let Some(operation) = instruction.operation() else { return None };
        match operation {
            Operation::Load => match data.word(k, big_endian) {
                Some(word) => a = word,
                None => return None,
            },
            Operation::Length => a = size_of::<seccomp_data>() as u32,
            Operation::Constant => a = k,
            Operation::LengthX => x = size_of::<seccomp_data>() as u32,
            Operation::ConstantX => x = k,
            Operation::Fetch | Operation::FetchX => {
                if k as usize >= BPF_MEMWORDS {
                    return None;
                }
                match (memory[k as usize], operation) {
                    (Some(word), Operation::Fetch) => a = word,
                    (Some(word), _) => x = word,
                    (None, _) => return None,
                }
            }
            Operation::Store | Operation::StoreX => {
                if k as usize >= BPF_MEMWORDS {
                    return None;
                }
                memory[k as usize] = Some(if matches!(operation, Operation::Store) { a } else { x });
            }
            Operation::Return => return Some(Outcome { value: k, executed }),
            Operation::ReturnA => return Some(Outcome { value: a, executed }),
            Operation::AToX => x = a,
            Operation::XToA => a = x,
            Operation::Negate => a = a.wrapping_neg(),
            Operation::Jump => at = at.saturating_add(k as usize),
            Operation::If(relation, with_x) => {
                let other = if with_x { x } else { k };
                let holds = match relation {
                    Relation::Equal => a == other,
                    Relation::Greater => a > other,
                    Relation::AtLeast => a >= other,
                    Relation::AnyBit => a & other != 0,
                };
                at += if holds { jt as usize } else { jf as usize };
            }
            Operation::Add(with_x) => a = a.wrapping_add(if with_x { x } else { k }),
            Operation::Subtract(with_x) => a = a.wrapping_sub(if with_x { x } else { k }),
            Operation::Multiply(with_x) => a = a.wrapping_mul(if with_x { x } else { k }),
            Operation::Or(with_x) => a |= if with_x { x } else { k },
            Operation::And(with_x) => a &= if with_x { x } else { k },
            Operation::Xor(with_x) => a ^= if with_x { x } else { k },
            Operation::Divide(with_x) => match a.checked_div(if with_x { x } else { k }) {
                Some(quotient) => a = quotient,
                // The kernel ends a program that divides by X of 0 as if it returned 0.
                None if with_x => return Some(Outcome { value: 0, executed }),
                None => return None,
            },
            // By X the kernel shifts as far as its lowest five bits say.
            Operation::ShiftLeft(true) => a = a.wrapping_shl(x),
            Operation::ShiftRight(true) => a = a.wrapping_shr(x),
            Operation::ShiftLeft(false) | Operation::ShiftRight(false) => {
                if k >= 32 {
                    return None;
                }
                a = if matches!(operation, Operation::ShiftLeft(_)) { a << k } else { a >> k };
            }
        }
    }
    None
}
