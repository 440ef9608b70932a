//! What is wrong with a policy is told, by the compiler and at run time in the same words.

use super::*;

const TWO: Arg<u32> = Arg::u32(2);

fn mistake<'a>(rules: &'a [Rule<'a>]) -> Option<Mistake<'a>> {
    try_compile(&Policy::new(EPERM, rules).architectures(&[Arch::X86_64])).err()
}

#[test]
fn a_name_that_the_architecture_lacks() {
    assert_eq!(mistake(&[Rule::allow(&["raed"])]), Some(Mistake::UnknownCall("raed")));
    assert_eq!(mistake(&[Rule::allow(&["read", "mmap2"])]), Some(Mistake::UnknownCall("mmap2")));
    assert_eq!(mistake(&[Rule::allow(&["read", "mmap2"]).optional()]), None);
    assert_eq!(mistake(&[Rule::allow(&["mmap2"]).on(&[Arch::X86])]), None);
    let rules = [Rule::allow(&["mmap2"])];
    let policy = Policy::new(EPERM, &rules).architectures(&[Arch::X86_64, Arch::X86]);
    let program = compile(&policy);
    assert_eq!(action(&program, &Data::new(Arch::X86, 192)), Action::Allow);
    assert_eq!(action(&program, &Data::new(Arch::X86_64, 192)), EPERM);
}

#[test]
fn a_number_that_cannot_be() {
    assert_eq!(mistake(&[Rule::numbers(Action::Allow, &[0x4000_0001])]), Some(Mistake::UnknownNumber(0x4000_0001)));
    assert_eq!(mistake(&[Rule::numbers(Action::Allow, &[5, 12345])]), None);
    #[cfg(target_pointer_width = "64")]
    assert_eq!(mistake(&[Rule::numbers(Action::Allow, &[1 << 32])]), Some(Mistake::UnknownNumber(1 << 32)));
}

#[test]
fn the_highest_number() {
    let rules = [Rule::numbers(Action::Allow, &[u32::MAX as usize])];
    let program = compile(&Policy::new(EPERM, &rules).architectures(&[Arch::X86]));
    assert_eq!(action(&program, &Data::new(Arch::X86, u32::MAX)), Action::Allow);
    for number in [0, u32::MAX - 1] {
        assert_eq!(action(&program, &Data::new(Arch::X86, number)), EPERM);
    }
}

#[test]
fn two_rules_that_contradict() {
    let conflict = Some(Mistake::Conflict(Arch::X86_64, 0));
    let allow = Rule::allow(&["write", "read"]);
    assert_eq!(mistake(&[allow, Rule::new(EPERM, &["read"])]), conflict);
    assert_eq!(mistake(&[allow, Rule::allow(&["read"])]), None);
    let one = [TWO.eq(1)];
    assert_eq!(mistake(&[allow.when(&one), Rule::allow(&["read"]).when(&one)]), None);
    let conditions = [TWO.eq(1), TWO.ne(7)];
    let same = [TWO.ne(7), TWO.eq(1)];
    assert_eq!(mistake(&[allow.when(&conditions), Rule::new(EPERM, &["read"]).when(&same)]), conflict);
    assert_eq!(mistake(&[allow.when(&conditions), Rule::allow(&["read"]).when(&same)]), None);
    assert_eq!(mistake(&[allow.when(&conditions), Rule::new(EPERM, &["read"]).when(&same[..1])]), None);
}

#[test]
fn a_rule_that_is_never_asked() {
    let unreachable = Some(Mistake::Unreachable(Arch::X86_64, 0));
    let read = Rule::allow(&["read"]);
    let (one, two, less) = ([TWO.eq(1)], [TWO.eq(1), Arg::u64(0).eq(0)], [TWO.lt(3)]);
    assert_eq!(mistake(&[read, read.when(&one)]), unreachable);
    assert_eq!(mistake(&[read.when(&one), read]), None);
    assert_eq!(mistake(&[read.when(&one), Rule::new(EPERM, &["read"]).when(&two)]), unreachable);
    // Not the same words, but the same values.
    assert_eq!(mistake(&[read.when(&less), Rule::new(EPERM, &["read"]).when(&one)]), unreachable);
    assert_eq!(mistake(&[read.when(&one), Rule::new(EPERM, &["read"]).when(&less)]), None);
}

#[test]
fn a_condition_that_nothing_satisfies() {
    let never = [
        TWO.lt(0),
        TWO.gt(u32::MAX),
        TWO.within(2, 1),
        TWO.masked_eq(1, 2),
        Arg::u64(0).lt(0),
        Arg::u64(0).gt(u64::MAX),
        Arg::u64(0).masked_eq(0xffff_ffff, 1 << 32),
    ];
    for condition in never {
        assert_eq!(mistake(&[Rule::allow(&["read"]).when(&[condition])]), Some(Mistake::NeverHolds(Arch::X86_64, 0)));
    }
    assert_eq!(mistake(&[Rule::allow(&["read"]).when(&[TWO.masked_eq(0, 0)])]), None);
    let seventh = Arg::u32(6).eq(0);
    assert_eq!(mistake(&[Rule::allow(&["read"]).when(&[seventh])]), Some(Mistake::NoSuchArgument(Arch::X86_64, 0)));
}

#[test]
fn a_policy_as_a_whole() {
    let policy = Policy::new(EPERM, &[]);
    assert_eq!(try_compile(&policy.architectures(&[])), Err(Mistake::NoArchitecture));
    let twice = [Arch::X86, Arch::ARM, Arch::X86];
    assert_eq!(try_compile(&policy.architectures(&twice)), Err(Mistake::SameArchitecture(Arch::X86)));
    for version in [(5, 0), (4, 20), (7, 3), (8, 0)] {
        assert_eq!(try_compile(&policy.newer_than(version)), Err(Mistake::UnknownVersion(version.0, version.1)));
    }
    for version in [(5, 1), (6, 99), (7, 0), (7, 2)] {
        compile(&policy.newer_than(version));
    }
}

#[test]
fn a_program_that_does_not_fit() {
    let numbers: Vec<usize> = (0..5000).map(|number| 2 * number).collect();
    let policy = |count: usize| [Rule::numbers(Action::Allow, &numbers[..count])];
    assert_eq!(try_compile(&Policy::new(EPERM, &policy(5000))), Err(Mistake::TooManyRules));
    assert_eq!(try_compile(&Policy::new(EPERM, &policy(4096))), Err(Mistake::TooLong));
    let rules = policy(20);
    let policy = Policy::new(EPERM, &rules);
    let length = compile(&policy).len();
    let mut buffer = [Instruction::default(); 100];
    assert_eq!(policy.compile_into(&mut buffer[..length - 1]), Err(Mistake::BufferTooSmall));
    assert_eq!(policy.compile_into(&mut buffer[..0]), Err(Mistake::BufferTooSmall));
    assert_eq!(policy.compile_into(&mut buffer[..length]).unwrap().len(), length);
}

#[test]
fn in_words() {
    let words = [
        (Mistake::UnknownCall("raed"), "no architecture of the policy has the call `raed`"),
        (Mistake::UnknownNumber(1234), "no architecture of the policy has calls of the number 1234"),
        (Mistake::Conflict(Arch::X86_64, 0), "two rules ask for the same and decide differently: `read` on x86_64"),
        (Mistake::Unreachable(Arch::ARM, 600), "a rule is never asked, as one before it decides: number 600 on arm"),
        (Mistake::NeverHolds(Arch::X86, 3), "a condition is one that nothing satisfies: `read` on x86"),
        (Mistake::NoSuchArgument(Arch::X86, 3), "a condition is on an argument beyond the sixth: `read` on x86"),
        (Mistake::NoArchitecture, "the policy is for no architecture"),
        (Mistake::SameArchitecture(Arch::X32), "the policy names an architecture twice: x32"),
        (Mistake::UnknownVersion(8, 10), "it is not known which calls this version has: Linux 8.10"),
        (Mistake::TooManyRules, "an architecture has more than 4,096 pairs of a rule and a call"),
        (Mistake::TooLong, "the program is longer than 4,096 instructions"),
        (Mistake::BufferTooSmall, "the program is longer than the buffer"),
    ];
    for (mistake, text) in words {
        assert_eq!(mistake.to_string(), text);
    }
    // A name that is too long is left out as a whole.
    let long = "x".repeat(500);
    assert_eq!(Mistake::UnknownCall(&long).to_string(), "no architecture of the policy has the call ``");
}

#[test]
#[should_panic = "no architecture of the policy has the call `raed`"]
fn the_compiler_says_the_same() {
    Policy::new(EPERM, &[Rule::allow(&["raed"])]).length();
}
