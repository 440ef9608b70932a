//! Random policies of what all three can say: one action for what matches and another for all else. butter, seccompiler and
//! libseccomp have to decide alike, for the values of the conditions and those beside them, and as the rules say by themselves.
//!
//! Of several rules for a call of which some have several conditions, libseccomp 2.5.4 gets some wrong: it allows where no rule
//! holds, or refuses. There it is counted, and not asked.

use super::libseccomp::{Comparison, Library, SCMP_ACT_ALLOW, SCMP_ACT_ERRNO};
use butter::Errno;
use butter::seccomp::{self, Action, Arch, Arg, Condition, Data, Instruction, Outcome, Policy, Rule};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, TargetArch,
};
use std::collections::BTreeMap;

const EPERM: Action = Action::Errno(Errno::EPERM);

/// Xorshift: the same policies each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        (self.next() >> 16) % end
    }

    fn value(&mut self) -> u64 {
        const VALUES: [u64; 10] =
            [0, 1, 2, 0x5401, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 1 << 32, 0x1_0000_5401, u64::MAX - 1];
        let random = self.next() >> self.below(64);
        VALUES.get(self.below(14) as usize).copied().unwrap_or(random)
    }
}

/// How an argument is compared with a value; of a mask, those of its bits that are set in the value.
#[derive(Clone, Copy)]
enum Comparing {
    Ne,
    Lt,
    Le,
    Eq,
    Ge,
    Gt,
    Masked(u64),
}

#[derive(Clone, Copy)]
struct Test {
    argument: u8,
    wide: bool,
    comparing: Comparing,
    value: u64,
}

impl Test {
    fn any(random: &mut Random, argument: u8, wide: bool) -> Test {
        let comparing = match random.below(8) {
            0 => Comparing::Ne,
            1 => Comparing::Lt,
            2 => Comparing::Le,
            3 => Comparing::Ge,
            4 => Comparing::Gt,
            5 => Comparing::Masked(random.value()),
            _ => Comparing::Eq,
        };
        let bits = if wide { u64::MAX } else { u32::MAX.into() };
        let value = random.value() & bits;
        match comparing {
            Comparing::Masked(mask) => {
                let mask = mask & bits;
                Test { argument, wide, comparing: Comparing::Masked(mask), value: value & mask }
            }
            _ => Test { argument, wide, comparing, value },
        }
    }

    fn of_butter(self) -> Condition {
        macro_rules! condition {
            ($arg:ident, $type:ty) => {{
                let (arg, value) = (Arg::$arg(self.argument), self.value as $type);
                match self.comparing {
                    Comparing::Ne => arg.ne(value),
                    Comparing::Lt => arg.lt(value),
                    Comparing::Le => arg.le(value),
                    Comparing::Eq => arg.eq(value),
                    Comparing::Ge => arg.ge(value),
                    Comparing::Gt => arg.gt(value),
                    Comparing::Masked(mask) => arg.masked_eq(mask as $type, value),
                }
            }};
        }
        if self.wide { condition!(u64, u64) } else { condition!(u32, u32) }
    }

    fn of_seccompiler(self) -> SeccompCondition {
        let operation = match self.comparing {
            Comparing::Ne => SeccompCmpOp::Ne,
            Comparing::Lt => SeccompCmpOp::Lt,
            Comparing::Le => SeccompCmpOp::Le,
            Comparing::Eq => SeccompCmpOp::Eq,
            Comparing::Ge => SeccompCmpOp::Ge,
            Comparing::Gt => SeccompCmpOp::Gt,
            Comparing::Masked(mask) => SeccompCmpOp::MaskedEq(mask),
        };
        let length = if self.wide { SeccompCmpArgLen::Qword } else { SeccompCmpArgLen::Dword };
        SeccompCondition::new(self.argument, length, operation, self.value).unwrap()
    }

    fn of_libseccomp(self) -> Comparison {
        let (operation, datum_a, datum_b) = match self.comparing {
            Comparing::Ne => (1, self.value, 0),
            Comparing::Lt => (2, self.value, 0),
            Comparing::Le => (3, self.value, 0),
            Comparing::Eq => (4, self.value, 0),
            Comparing::Ge => (5, self.value, 0),
            Comparing::Gt => (6, self.value, 0),
            Comparing::Masked(mask) => (7, mask, self.value),
        };
        Comparison { argument: self.argument.into(), operation, datum_a, datum_b }
    }
}

/// The call, and what has to hold of its arguments, each of which has one test at most: libseccomp has no more.
struct Matching {
    number: [usize; 1],
    tests: Vec<Test>,
    conditions: Vec<Condition>,
}

impl Matching {
    fn any(random: &mut Random, narrow: bool) -> Matching {
        let number = [random.below(12) as usize];
        let mut tests = Vec::new();
        for argument in 0..6 {
            if random.below(4) == 0 {
                let wide = !narrow || random.below(2) == 0;
                tests.push(Test::any(random, argument, wide));
            }
        }
        let conditions = tests.iter().map(|test| test.of_butter()).collect();
        Matching { number, tests, conditions }
    }
}

/// What becomes of a call that matches, and of another.
#[derive(Clone, Copy)]
struct Actions {
    matching: Action,
    default: Action,
}

fn butter(actions: Actions, rules: &[Matching]) -> Option<Vec<Instruction>> {
    let rules: Vec<_> =
        rules.iter().map(|rule| Rule::numbers(actions.matching, &rule.number).when(&rule.conditions)).collect();
    let mut buffer = [Instruction::default(); seccomp::MAX_INSTRUCTIONS];
    let policy = Policy::new(actions.default, &rules).architectures(&[Arch::X86_64]);
    policy.compile_into(&mut buffer).ok().map(<[_]>::to_vec)
}

fn seccompiler(actions: Actions, rules: &[Matching]) -> Vec<Instruction> {
    let action = |action| match action {
        Action::Allow => SeccompAction::Allow,
        _ => SeccompAction::Errno(1),
    };
    let mut calls = BTreeMap::<i64, Vec<SeccompRule>>::new();
    for rule in rules {
        let all = calls.entry(rule.number[0] as i64).or_default();
        // A call without a rule matches always.
        if !rule.tests.is_empty() {
            all.push(SeccompRule::new(rule.tests.iter().map(|test| test.of_seccompiler()).collect()).unwrap());
        }
    }
    let (default, matching) = (action(actions.default), action(actions.matching));
    let filter = SeccompFilter::new(calls, default, matching, TargetArch::x86_64).unwrap();
    let program = BpfProgram::try_from(filter).unwrap();
    program.iter().map(|line| Instruction::new(line.code, line.jt, line.jf, line.k)).collect()
}

fn libseccomp(library: &Library, level: u32, actions: Actions, rules: &[Matching]) -> Vec<Instruction> {
    let action = |action| if action == Action::Allow { SCMP_ACT_ALLOW } else { SCMP_ACT_ERRNO | 1 };
    let program = library.compile(action(actions.default), level, false, |add| {
        for rule in rules {
            let comparisons: Vec<_> = rule.tests.iter().map(|test| test.of_libseccomp()).collect();
            assert_eq!(add(rule.number[0] as i32, action(actions.matching), &comparisons), 0);
        }
    });
    program.unwrap()
}

#[test]
fn random_policies_are_decided_alike() {
    let library = Library::open();
    if library.is_none() {
        println!("skipped: libseccomp is missing");
    }
    let mut random = Random(1);
    let (mut policies, mut compared, mut wrong) = (0, 0, 0);
    while policies < 1000 {
        let actions = match random.below(2) {
            0 => Actions { matching: Action::Allow, default: EPERM },
            _ => Actions { matching: EPERM, default: Action::Allow },
        };
        // Half of an argument seccompiler can compare, and libseccomp cannot.
        let narrow = random.below(2) == 0;
        let mut rules = Vec::new();
        for _ in 0..1 + random.below(12) {
            let rule = Matching::any(&mut random, narrow);
            let plain = |rule: &Matching| rule.tests.is_empty();
            // Beside a rule for all of a call the others say nothing.
            if rules.iter().any(|other: &Matching| other.number == rule.number && (plain(other) || plain(&rule))) {
                continue;
            }
            rules.push(rule);
            // Nor does one that never is asked, which butter refuses.
            if butter(actions, &rules).is_none() {
                rules.pop();
            }
        }
        let Some(ours) = butter(actions, &rules).filter(|_| !rules.is_empty()) else { continue };
        policies += 1;
        let mut others = vec![("seccompiler", seccompiler(actions, &rules))];
        if let (Some(library), false) = (&library, narrow) {
            others.push(("libseccomp, level 1", libseccomp(library, 1, actions, &rules)));
            others.push(("libseccomp, level 2", libseccomp(library, 2, actions, &rules)));
        }
        for _ in 0..500 {
            let rule = &rules[random.below(rules.len() as u64) as usize];
            let number = if random.below(8) == 0 { random.below(14) as u32 } else { rule.number[0] as u32 };
            let mut arguments = [0; 6].map(|_: u64| random.value());
            for test in &rule.tests {
                let beside = random.below(4).wrapping_sub(1);
                let upper = if random.below(4) == 0 { random.next() << 32 } else { 0 };
                arguments[test.argument as usize] = test.value.wrapping_add(beside) ^ upper;
            }
            let data = Data::new(Arch::X86_64, number).with_args(arguments);
            let decide = |program| seccomp::run(program, &data).map(Outcome::action);
            let of_call: Vec<_> = rules.iter().filter(|rule| rule.number == [number as usize]).collect();
            let matches =
                of_call.iter().any(|rule| rule.conditions.iter().all(|condition| condition.holds(&arguments)));
            let right = Some(if matches { actions.matching } else { actions.default });
            assert_eq!(decide(&ours), right, "butter: {data:?}");
            let simple = of_call.len() < 2 || of_call.iter().all(|rule| rule.tests.len() == 1);
            for (name, other) in &others {
                // libseccomp 2.5.4 takes some such rules for others.
                if simple || *name == "seccompiler" {
                    assert_eq!(decide(other), right, "{name}: {data:?}");
                    compared += 1;
                } else if decide(other) != right {
                    wrong += 1;
                }
            }
        }
    }
    println!("{compared} decisions of {policies} policies; libseccomp has decided {wrong} others wrongly");
}
