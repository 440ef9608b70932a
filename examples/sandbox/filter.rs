//! The filter that is loaded: that of a policy, with what the supervisor needs.
//!
//! A call is supervised if the filter has it notified. What the policy says of it the supervisor finds out by running the
//! policy's own program on the call. So to have refused calls reported, it is enough to load that program with other answers:
//! where it would refuse, it notifies.

use crate::docker::{ARCHITECTURES, DOCKER};
use crate::strict::STRICT;
use butter::Errno;
use butter::seccomp::{Action, Arch, Arg, Instruction, Policy, Program, Rule};

/// With these numbers in registers that `execve` does not look at, the sandbox has its own `execve` notified whatever the policy
/// says of it: so it waits until there is a supervisor. If the program says them, it gets what the policy says of any `execve`.
pub const START: [u32; 2] = [0x6275_7474, 0x6572_2d31];

/// The rule of it, which stands before those of every policy.
pub const START_RULE: Rule<'static> = Rule::new(Action::Notify, &["execve"])
    .on(&[Arch::NATIVE])
    .when(&[Arg::u32(3).eq(START[0]), Arg::u32(4).eq(START[1])]);

const REFUSED: Action = Action::Errno(Errno::EPERM);
const WITH_STRICT: Policy = Policy::new(REFUSED, &[START_RULE]).merge(&STRICT);
const WITH_DOCKER: Policy = Policy::new(REFUSED, &[START_RULE]).architectures(ARCHITECTURES).merge(&DOCKER);
const WITH_NONE: Policy = Policy::new(Action::Allow, &[START_RULE]).foreign(Action::Allow);
const WITH_ALL: Policy = Policy::new(Action::Notify, &[]).foreign(Action::Notify);

static STRICT_PROGRAM: Program<{ WITH_STRICT.length() }> = WITH_STRICT.compile();
static DOCKER_PROGRAM: Program<{ WITH_DOCKER.length() }> = WITH_DOCKER.compile();
static NONE_PROGRAM: Program<{ WITH_NONE.length() }> = WITH_NONE.compile();
static ALL_PROGRAM: Program<{ WITH_ALL.length() }> = WITH_ALL.compile();

/// The program of a built-in policy.
pub fn built_in(name: &str) -> Option<&'static [Instruction]> {
    Some(match name {
        "strict" => &STRICT_PROGRAM,
        "docker" => &DOCKER_PROGRAM,
        "none" => &NONE_PROGRAM,
        _ => return None,
    })
}

/// One that has every call notified.
pub fn all() -> &'static [Instruction] {
    &ALL_PROGRAM
}

/// The same program, but it notifies the calls that it would refuse. The threads that it would kill, and what it leaves to a
/// handler or a tracer, stay with the kernel: a supervisor cannot do as much.
pub fn reporting(program: &[Instruction]) -> Vec<Instruction> {
    /// `BPF_RET | BPF_K`.
    const RETURN: u16 = 0x06;
    let reporting = |instruction: &Instruction| match Action::from_value(instruction.k) {
        Action::Errno(_) | Action::Nothing | Action::KillProcess if instruction.code == RETURN => {
            Instruction { k: Action::Notify.value(), ..*instruction }
        }
        _ => *instruction,
    };
    program.iter().map(reporting).collect()
}
