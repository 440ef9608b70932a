//! seccomp's policies: what they compile to, whether that does what they say, and whether the kernel agrees.

mod check;
mod code;
#[path = "../common/mod.rs"]
mod common;
#[path = "../../examples/sandbox/docker.rs"]
mod docker;
mod figures;
mod kernel;
mod mistakes;
mod names;
mod plain;
mod random;

use butter::Errno;
use butter::seccomp::{
    Action, Arch, Arg, Condition, Data, Instruction, Listing, Mistake, Outcome, Policy, Program, Refusal, Rule, check,
    run,
};

const EPERM: Action = Action::Errno(Errno::EPERM);
const ENOSYS: Action = Action::Errno(Errno::ENOSYS);

/// Compiles at run time.
fn compile(policy: &Policy<'_>) -> Vec<Instruction> {
    try_compile(policy).unwrap_or_else(|mistake| panic!("{mistake}"))
}

fn try_compile<'a>(policy: &Policy<'a>) -> Result<Vec<Instruction>, Mistake<'a>> {
    let mut buffer = vec![Instruction::default(); 4096];
    policy.compile_into(&mut buffer).map(<[_]>::to_vec)
}

fn outcome(program: &[Instruction], data: &Data) -> Outcome {
    run(program, data).unwrap_or_else(|| panic!("{data:?} leads astray in\n{}", Listing(program)))
}

fn action(program: &[Instruction], data: &Data) -> Action {
    outcome(program, data).action()
}

/// Numbers that look like random ones, and are the same each time (xorshift64*).
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 32) as usize) % end
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn of<T: Clone>(&mut self, choice: &[T]) -> T {
        choice[self.below(choice.len())].clone()
    }
}
